//! The SMPP side of `heyan sms simulate`: its part of the script, its port, and what it says.

use std::io::Write as _;

use heyan_smpp::codes;
use heyan_smpp::masked;
use heyan_smpp::net::{Sink, serve};
use heyan_smpp::pdu::{Message, Mode};
use heyan_smpp::server::{Account, Event, ReceiptIds, Settings, Smsc};
use heyan_smpp::text::{place, read};
use heyan_store::clock::{Clock as _, SystemClock};
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cli::SmsSimulate;
use crate::failure::Failure;

/// The table `smpp` of a script.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSmpp {
    receipt_ids: RawReceiptIds,
    receipt_parameters: bool,
}

impl Default for RawSmpp {
    fn default() -> Self {
        Self { receipt_ids: RawReceiptIds::Same, receipt_parameters: true }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawReceiptIds {
    Same,
    Decimal,
}

impl RawSmpp {
    /// What is played: accounts, rules, windows and heartbeat are those of CMPP.
    pub fn settings(&self, cmpp: &heyan_cmpp::server::Settings) -> Settings {
        let account = |account: &heyan_cmpp::server::Account| Account {
            window: account.window,
            rate_per_second: account.rate_per_second,
            connections: account.connections,
            ..Account::new(&account.sp_id.text(), account.secret.clone())
        };
        Settings {
            script: cmpp.script.clone(),
            receipt_ids: match self.receipt_ids {
                RawReceiptIds::Same => ReceiptIds::Same,
                RawReceiptIds::Decimal => ReceiptIds::Decimal,
            },
            receipt_parameters: self.receipt_parameters,
            deliver_window: cmpp.deliver_window,
            heartbeat: cmpp.heartbeat,
            ..Settings::new(cmpp.accounts.iter().map(account).collect())
        }
    }
}

/// What runs, if it runs.
#[derive(Default)]
pub struct Open(Option<(oneshot::Sender<()>, JoinHandle<()>)>);

impl Open {
    /// Ends its sessions politely.
    pub async fn stop(self) {
        if let Some((stop, task)) = self.0 {
            drop(stop);
            // A session that will not end is nobody's any more.
            let _ = task.await;
        }
    }
}

/// Listens, if it is asked to.
pub async fn open(arguments: &SmsSimulate, settings: Settings) -> Result<Open, Failure> {
    let Some(address) = arguments.smpp else { return Ok(Open::default()) };
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            format!("cannot listen on {address}: {error}"),
            "stop what uses the port, or name another address with --smpp",
        )
    })?;
    let smsc = Smsc::new(settings, SystemClock.now().as_ms());
    // A closed pipe is no reason not to play on.
    let _ = writeln!(std::io::stdout(), "SMPP: listening on {}", listener.local_addr()?);
    let (quiet, clear) = (arguments.quiet, arguments.clear);
    let sink: Sink = Box::new(move |id, event| {
        if !quiet {
            let _ = writeln!(std::io::stdout(), "SMPP {id} {}", line(&event, clear));
        }
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let (_, future) = serve(listener, smsc, sink, async { drop(stopped.await) });
    Ok(Open(Some((stop, tokio::spawn(future)))))
}

/// What has happened, in one line. Numbers and texts only in clear if asked for.
fn line(event: &Event, clear: bool) -> String {
    match event {
        Event::LoggedIn { system_id, mode } => {
            let mode = match mode {
                Mode::Transmitter => "transmitter",
                Mode::Receiver => "receiver",
                Mode::Transceiver => "transceiver",
            };
            format!("logged in: {system_id}, {mode}")
        }
        Event::Refused { system_id, status } => {
            let words = codes::bind_status(*status).words;
            format!("login refused: {}, status {status:#x}: {words}", system_id.escape_debug())
        }
        Event::Submitted { id, result, submit } => {
            let words = codes::status(*result).words;
            format!("submit {id} {}, result {result:#x}: {words}", message(submit, clear))
        }
        Event::WindowExceeded => "the window is exceeded".to_owned(),
        Event::Disturbed { disturbance } => format!("fault: {disturbance:?}").to_lowercase(),
        Event::Reported { id, stat, repeated: 0 } => format!("receipt {id} {}", stat.text()),
        Event::Reported { id, stat, repeated } => {
            format!("receipt {id} {}, repeated {repeated} times", stat.text())
        }
        Event::Acknowledged { id, status } => format!("acknowledged {id}, status {status:#x}"),
        Event::Stray => "something that nobody waited for".to_owned(),
        Event::Probed => "enquire link".to_owned(),
        Event::Malformed { error } => format!("cannot be read: {error}"),
        Event::Broken { error } => format!("the stream is broken: {error}"),
        Event::Unbound => "unbind".to_owned(),
        Event::Closed { unanswered, undelivered } => {
            format!("closed; {unanswered} submits unanswered, {undelivered} receipts not acknowledged")
        }
    }
}

fn message(submit: &Message, clear: bool) -> String {
    let number = &submit.destination.number;
    let to = if clear { number.clone() } else { masked(number) };
    let (place, octets) = place(submit);
    let part = place.map_or_else(String::new, |place| format!(", part {} of {}", place.number, place.total));
    let mut line =
        format!("to {}{part}, {} octets, coding {}", to.escape_debug(), octets.len(), submit.data_coding);
    if let (true, Some(text)) = (clear, read(submit)) {
        line.push_str(", ");
        line.push_str(&text.escape_debug().to_string());
    }
    line
}
