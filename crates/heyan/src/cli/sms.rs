//! What can be written after `heyan sms`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use heyan_domain::terms::MessageId;

use super::KeyPlace;

/// `heyan sms`.
#[derive(Args, Debug)]
pub struct Sms {
    /// What to do.
    #[command(subcommand)]
    pub command: SmsCommand,
}

/// What can be done about carriers' lines.
#[derive(Subcommand, Debug)]
pub enum SmsCommand {
    /// Send one test message over a configured route, and say what the carrier answers and reports
    Test(SmsTest),
    /// Play the carrier's side: take messages, answer and report them as a script says
    Simulate(SmsSimulate),
    /// Show what a CMPP frame says, numbers and runs of digits masked
    Decode(SmsDecode),
    /// Show all that is known of one message: its tries, answers and reports, and its frames, if they were captured
    Trace(SmsTrace),
}

/// `heyan sms trace`.
#[derive(Args, Debug)]
pub struct SmsTrace {
    /// The message's id, as the console shows it
    #[arg(value_parser = message)]
    pub message: MessageId,
    /// Where the data and its keys are.
    #[command(flatten)]
    pub place: KeyPlace,
    /// The file that sms.capture_file names
    #[arg(long, value_name = "FILE")]
    pub frames: Option<PathBuf>,
}

fn message(text: &str) -> Result<MessageId, String> {
    MessageId::parse(text).ok_or_else(|| "expected a message's id, such as msg_0000000000001".to_owned())
}

/// `heyan sms test`.
#[derive(Args, Debug)]
#[command(
    after_help = "A real message goes out. The route logs in for it beside a running server, as far as the carrier allows. Exit \
    codes: 0 delivered, or accepted by a vendor that calls back; 1 not; 2 wrong usage."
)]
pub struct SmsTest {
    /// The route's name
    #[arg(value_name = "ROUTE")]
    pub route: String,
    /// The phone that gets the message
    #[arg(value_name = "PHONE", value_parser = phone)]
    pub phone: heyan_domain::terms::Phone,
    /// Seconds to wait for the answer and the receipt, 1 to 3600
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub wait: u16,
    /// Configuration file (TOML) that has the route
    #[arg(long, env = "HEYAN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The configuration is a sandbox's
    #[arg(long)]
    pub sandbox: bool,
}

fn phone(text: &str) -> Result<heyan_domain::terms::Phone, String> {
    heyan_domain::terms::Phone::parse(text)
        .ok_or_else(|| "expected a mobile number of the mainland".to_owned())
}

/// `heyan sms simulate`.
#[derive(Args, Debug)]
#[command(after_help = SCRIPT_HELP)]
#[command(group = clap::ArgGroup::new("played").required(true).multiple(true).args(["cmpp", "smpp", "tencent", "alibaba"]))]
pub struct SmsSimulate {
    /// Address to listen on for CMPP 2.0 and 3.0; the carriers' port is 7890, port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub cmpp: Option<SocketAddr>,
    /// Address to listen on for SMPP 3.4; message centres' port is 2775, port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub smpp: Option<SocketAddr>,
    /// Address to listen on for Tencent Cloud's interface, without TLS
    #[arg(long, value_name = "ADDR")]
    pub tencent: Option<SocketAddr>,
    /// Address to listen on for Alibaba Cloud's interface, without TLS
    #[arg(long, value_name = "ADDR")]
    pub alibaba: Option<SocketAddr>,
    /// Where the cloud vendors' receipts are called back
    #[arg(long, value_name = "URL")]
    pub callback: Option<String>,
    /// Accounts, delays and outcomes (TOML); without it: account 901234, for cloud vendors key AKIDexample, both with secret `secret`; everything is delivered at once
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// Show numbers and texts in clear; for test numbers only
    #[arg(long)]
    pub clear: bool,
    /// Say only where it listens
    #[arg(long, short)]
    pub quiet: bool,
}

const SCRIPT_HELP: &str = r#"A script, every key with its default except the account's two:

  gateway = 1              # part of every Msg_Id
  deliver_window = 16      # reports without an answer at once
  heartbeat_seconds = 0    # ACTIVE_TEST after so much silence; 0: never

  [[accounts]]
  sp_id = "901234"
  secret = "secret"
  window = 16              # messages without an answer at once; more get result 8
  rate_per_second = 0      # more get result 8; 0: no limit
  connections = 8
  login_answer = "standard"   # or other, zeros, text: what AuthenticatorISMG holds

  [[rules]]                # the first that fits decides
  number_ends = ""         # for numbers that end so; "" fits all
  every = 1                # every how manieth of those
  result = 0               # of SUBMIT_RESP
  answer_after_ms = 0
  reports = [{ stat = "DELIVRD", after_ms = 0, other_connection = false }]
  # no report: []; before the answer: after_ms less than answer_after_ms; twice: two of them
  # fault = "close"        # or garbage, wrong_length, silence: instead of an answer

  [smpp]                   # same accounts and rules; result is command_status (0x58: throttling)
  receipt_ids = "same"     # or decimal: what answers write in hexadecimal
  receipt_parameters = true   # receipted_message_id and message_state beside the text

  [cloud]
  rate_per_second = 0      # more requests are throttled; 0: no limit

  [[cloud.accounts]]
  id = "AKIDexample"
  secret = "secret"

  [[cloud.rules]]          # the first that fits decides
  number_ends = ""
  every = 1
  code = ""                # of the answer; "": accepted
  answer_after_ms = 0
  receipts = [{ arrived = true, code = "DELIVRD", after_ms = 0 }]
  # fault = "close"        # or silence, garbage, unavailable: instead of an answer"#;

/// `heyan sms decode`.
#[derive(Args, Debug)]
pub struct SmsDecode {
    /// One frame or several, in hexadecimal
    #[arg(value_name = "HEX")]
    pub frames: String,
    /// The edition of the session
    #[arg(long, value_name = "2|3", default_value = "3", value_parser = edition)]
    pub edition: heyan_cmpp::Edition,
}

fn edition(text: &str) -> Result<heyan_cmpp::Edition, String> {
    match text {
        "2" | "2.0" | "2.1" => Ok(heyan_cmpp::Edition::Two),
        "3" | "3.0" => Ok(heyan_cmpp::Edition::Three),
        _ => Err("2 or 3".to_owned()),
    }
}
