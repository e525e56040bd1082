//! `heyan serve`.

use std::io::Write as _;
use std::time::Duration;

use heyan_web::app::{DEMO_ACCOUNTS, DemoAccount};
use tracing_subscriber::EnvFilter;

use crate::cli::Serve;
use crate::commands::user::make_demo_accounts;
use crate::config::Config;
use crate::failure::Failure;
use crate::world::{Nature, World};

/// Runs until interrupted.
pub fn run(arguments: Serve) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("HEYAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    let config = Config::check(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(config))?;
    // Requests still in hand get their answers; a client that never finishes its request is not waited for.
    runtime.shutdown_timeout(Duration::from_secs(5));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one line that says it is ready")]
async fn serve(config: Config) -> Result<(), Failure> {
    let mut world = World::open(&config, Nature::system())?;
    if !config.sandbox && config.sms.routes.is_empty() {
        tracing::warn!(
            name: "serve.no_route",
            "no SMS route is configured: messages wait, and rounds return when their send window closes"
        );
    }
    make_demo_accounts(&world).await?;
    let listener = bind(config.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let mut enterprise = String::new();
    if let Some(configured) = &config.enterprise {
        let listener = bind(configured.listen, "--enterprise").await?;
        enterprise = format!("enterprise interface: http://{}\n", listener.local_addr()?);
        world.listen_for_enterprise(listener);
    }
    look_when_asked(&world)?;
    let stopped = stopped()?;
    println!("listening on http://{address}");
    // Standard output has that one line for programs. A closed pipe is no reason not to serve.
    let _ = write!(std::io::stderr(), "{enterprise}{}", accounts(&world, address).await?);
    world.serve(listener, stopped).await
}

async fn bind(address: std::net::SocketAddr, flag: &str) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        Failure::new(
            format!("cannot listen on {address}: {error}"),
            format!("stop what uses the port, or name another address with {flag}"),
        )
    })
}

/// A SIGHUP is a reason to look at the key file at once instead of within seconds. In a terminal it means that the terminal
/// is gone, and ends the program as ever.
fn look_when_asked(world: &World) -> Result<(), Failure> {
    #[cfg(unix)]
    if !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        let mut asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
        let keys = std::sync::Arc::clone(&world.keys);
        tokio::spawn(async move {
            while asked.recv().await.is_some() {
                keys.ask();
            }
        });
    }
    #[cfg(not(unix))]
    let _ = world;
    Ok(())
}

/// How to get into the consoles: with the sandbox's own accounts, or by making the first one.
async fn accounts(world: &World, address: std::net::SocketAddr) -> Result<String, Failure> {
    if world.app.sandbox.is_some() {
        let intro =
            format!("consoles: http://{address}/console, with one of these accounts (name, password):\n");
        let line = |demo: &DemoAccount| format!("  {:<14} {}\n", demo.name, demo.password);
        Ok(DEMO_ACCOUNTS.iter().fold(intro, |text, demo| text + &line(demo)))
    } else if world.app.readers.read(|reader| reader.accounts(None, None, 1)).await?.is_empty() {
        Ok("nobody can sign in to /console yet: stop, make the first operator with\n  heyan user add NAME --role \
            operator\nand start again\n"
            .to_owned())
    } else {
        Ok(String::new())
    }
}

/// Ready when the process is asked to stop. The signals are caught from this call on, not from the first wait: whoever
/// has read that the server listens may stop it at once.
pub(super) fn stopped() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}
