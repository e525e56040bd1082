//! `heyan sms simulate`.

use std::io::Write as _;

use heyan_cmpp::net::{Sink, serve};
use heyan_cmpp::server::Smsc;
use heyan_store::clock::{Clock as _, SystemClock};

use super::{say, script};
use crate::cli::SmsSimulate;
use crate::commands::serve::stopped;
use crate::failure::Failure;

/// Plays the carrier until interrupted.
pub fn run(arguments: &SmsSimulate) -> Result<(), Failure> {
    let settings = script::settings(arguments.script.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(simulate(arguments, Smsc::new(settings, SystemClock.now().as_ms())))
}

async fn simulate(arguments: &SmsSimulate, smsc: Smsc) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind(arguments.cmpp).await.map_err(|error| {
        Failure::new(
            format!("cannot listen on {}: {error}", arguments.cmpp),
            "stop what uses the port, or name another address with --cmpp",
        )
    })?;
    let stopped = stopped()?;
    // A closed pipe is no reason not to play on.
    let _ = writeln!(std::io::stdout(), "listening on {}", listener.local_addr()?);
    let (quiet, clear) = (arguments.quiet, arguments.clear);
    let sink: Sink = Box::new(move |id, event| {
        if !quiet {
            let _ = writeln!(std::io::stdout(), "{id} {}", say::line(&event, clear));
        }
    });
    serve(listener, smsc, sink, stopped).1.await;
    Ok(())
}
