//! The process under measure: the world as `heyan serve --sandbox --limits on` has it, over prepared data, and beside it
//! a handler that does nothing, served the same way. It ends when its standard input does, and then says how its commit
//! groups were.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::serve::ListenerExt as _;
use axum::{Json, Router, routing::post};
use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use heyan_store::engine::Statistics;
use heyan_store::location::Address;
use heyan_web::app::{InboxMessage, Later, Sandbox, SandboxError};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::clock;
use crate::config::Config;
use crate::failure::Failure;
use crate::world::World;

/// How the commit groups were, as the child says it on its last line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Groups {
    /// How many.
    pub count: u64,
    /// Commands in them.
    pub commands: u64,
    /// Groups by size: at most 1, 2, 4, … commands.
    pub sizes: Vec<u64>,
    /// Commands that failed, or groups that had to be replayed.
    pub failed: u64,
}

impl Groups {
    /// With those of another process.
    pub(super) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.commands += other.commands;
        self.failed += other.failed;
        self.sizes.resize(self.sizes.len().max(other.sizes.len()), 0);
        for (sum, more) in self.sizes.iter_mut().zip(&other.sizes) {
            *sum += more;
        }
    }

    fn of(statistics: &Statistics) -> Self {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Self {
            count: read(&statistics.groups),
            commands: read(&statistics.commands),
            sizes: statistics.group_sizes.iter().map(read).collect(),
            failed: read(&statistics.failed_commands) + read(&statistics.replayed_groups),
        }
    }
}

/// Where the child listens, as it says on its first line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Addresses {
    /// The doors.
    pub doors: SocketAddr,
    /// The handler that does nothing.
    pub nothing: SocketAddr,
    /// The desk of the enterprise interface.
    pub desk: SocketAddr,
}

/// A configuration over prepared data: a sandbox with everything on that the load can pass.
pub(super) fn config(data: &Path) -> Config {
    Config {
        sandbox: true,
        data: data.to_owned(),
        database: None,
        roles: crate::config::Roles::ALL,
        keys: data.join("keys.toml"),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        captcha: false,
        retention: heyan_domain::privacy::Retention::default(),
        limits: true,
        outside: crate::config::Outside::default(),
        sms: crate::config::sms::Sms::default(),
        mail: None,
        oidc: None,
        webhooks: crate::config::webhooks::Webhooks::default(),
        enterprise: Some(crate::config::enterprise::Enterprise {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            networks: Vec::new(),
            address: None,
        }),
    }
}

/// Serves until standard input ends.
pub(super) fn run(data: &Path, database: Option<Address>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(data, database))
}

/// A sandbox that answers report and resend as production does: once they are on disk, without waiting until their
/// messages are in the inbox. The worker sends them all the same, beside the load.
struct Unwaiting(Arc<dyn Sandbox>);

impl Sandbox for Unwaiting {
    fn settle(&self) -> Later<'_, Result<(), SandboxError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn advance(&self, seconds: u64) -> Later<'_, Result<Timestamp, SandboxError>> {
        self.0.advance(seconds)
    }

    fn inbox(
        &self,
        phone: Option<Phone>,
        limit: usize,
    ) -> Later<'_, Result<Vec<InboxMessage>, SandboxError>> {
        self.0.inbox(phone, limit)
    }
}

fn open(data: &Path, database: Option<Address>) -> Result<World, Failure> {
    let mut world = World::open(&Config { database, ..config(data) }, clock::an_hour_later(data)?)?;
    let app = Arc::get_mut(&mut world.app).ok_or_else(|| Failure::plain("the doors are in use already"))?;
    if let Some(sandbox) = app.sandbox.take() {
        app.sandbox = Some(Arc::new(Unwaiting(sandbox)));
    }
    Ok(world)
}

async fn serve(data: &Path, database: Option<Address>) -> Result<(), Failure> {
    let mut world = open(data, database)?;
    let app = Arc::clone(&world.app);
    let desk = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let doors = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let nothing = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let stop = stop_with_standard_input();
    let (doors_at, nothing_at, desk_at) = (doors.local_addr()?, nothing.local_addr()?, desk.local_addr()?);
    say(&Addresses { doors: doors_at, nothing: nothing_at, desk: desk_at })?;
    world.listen_for_enterprise(desk);
    let doing_nothing = tokio::spawn(do_nothing(nothing, stopped(stop.subscribe())));
    world.serve(doors, stopped(stop.subscribe())).await?;
    doing_nothing.await??;
    say(&Groups::of(app.engine.statistics()))
}

/// One JSON value on a line of standard output.
pub(super) fn say<T: Serialize>(value: &T) -> Result<(), Failure> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    let mut output = std::io::stdout().lock();
    output.write_all(line.as_bytes())?;
    Ok(output.flush()?)
}

/// Turns true when the parent closes the pipe or is gone, so that no child outlives it.
pub(super) fn stop_with_standard_input() -> watch::Sender<bool> {
    let stop = watch::Sender::new(false);
    let stopping = stop.clone();
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        // An error ends the waiting just as the end does.
        let _ = std::io::stdin().read_to_end(&mut rest);
        stopping.send_replace(true);
    });
    stop
}

pub(super) async fn stopped(mut stopping: watch::Receiver<bool>) {
    // The sender lives as long as the server; should it be gone, there is nothing left to serve either.
    let _ = stopping.wait_for(|stop| *stop).await;
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsing is what is measured")]
struct Typed {
    sms_valid_code: String,
    mobile_num: u64,
    cert_num: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Nothing {
    code: u16,
    msg: &'static str,
    success: bool,
    params: NothingParams,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NothingParams {
    valid_status: u16,
    valid_flag: bool,
}

async fn nothing(Json(_): Json<Typed>) -> Json<Nothing> {
    let params = NothingParams { valid_status: 3, valid_flag: true };
    Json(Nothing { code: 200, msg: "", success: true, params })
}

pub(super) async fn do_nothing(
    listener: TcpListener,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    serve_as_we_do(listener, Router::new().route("/nothing", post(nothing)), stopped).await
}

/// Served as [`World::serve`] serves: the same framework, the same options of the connection.
pub(super) async fn serve_as_we_do(
    listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(name: "bench.nodelay_failed", error = %error, "a connection keeps its delay");
        }
    });
    Ok(axum::serve(listener, service).with_graceful_shutdown(stopped).await?)
}
