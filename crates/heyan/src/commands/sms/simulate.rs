//! `heyan sms simulate`.

use std::io::Write as _;

use heyan_cmpp::net::{Sink, serve};
use heyan_cmpp::server::Smsc;
use heyan_store::clock::{Clock as _, SystemClock};

use super::script::{self, Played};
use super::{cloud, say, smpp};
use crate::cli::SmsSimulate;
use crate::commands::serve::stopped;
use crate::failure::Failure;

/// Plays the carrier until interrupted.
pub fn run(arguments: &SmsSimulate) -> Result<(), Failure> {
    let settings =
        script::settings(arguments.script.as_deref(), arguments.cmpp.or(arguments.smpp).is_some())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(simulate(arguments, settings))
}

async fn simulate(arguments: &SmsSimulate, settings: Played) -> Result<(), Failure> {
    let stopped = stopped()?;
    cloud::open(arguments, settings.cloud).await?;
    let smpp = smpp::open(arguments, settings.smpp).await?;
    let Some(address) = arguments.cmpp else {
        stopped.await;
        smpp.stop().await;
        return Ok(());
    };
    let smsc = Smsc::new(settings.cmpp, SystemClock.now().as_ms());
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            format!("cannot listen on {address}: {error}"),
            "stop what uses the port, or name another address with --cmpp",
        )
    })?;
    // A closed pipe is no reason not to play on.
    let _ = writeln!(std::io::stdout(), "listening on {}", listener.local_addr()?);
    let (quiet, clear) = (arguments.quiet, arguments.clear);
    let sink: Sink = Box::new(move |id, event| {
        if !quiet {
            let _ = writeln!(std::io::stdout(), "{id} {}", say::line(&event, clear));
        }
    });
    serve(listener, smsc, sink, stopped).1.await;
    smpp.stop().await;
    Ok(())
}
