//! A house with lines to carriers, and what is asked of it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use heyan::cli::Serve;
use heyan::config::Config;
use heyan::world::{Nature, Seed, World};
use heyan_domain::limits::Limits;
use heyan_domain::terms::MessageId;
use heyan_domain::verification::{Message, MessageState, Outgoing};
use heyan_store::clock::SystemClock;
use heyan_store::tables::OutboxPlace;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tower::ServiceExt as _;

/// The secret part of the address that vendors call back.
pub const CALLBACK: &str = "Zk3v0PqLr8sT1uXy5aBc7d_E";

/// A house with lines, in a directory of its own.
pub struct House {
    pub data: tempfile::TempDir,
}

/// A house in which people live.
pub struct Living {
    pub router: Router,
    pub app: Arc<heyan_web::app::App>,
    pub written: watch::Receiver<u64>,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

impl House {
    pub fn new() -> Self {
        Self { data: tempfile::tempdir().unwrap() }
    }

    pub fn config(&self, routes: &str) -> Result<Config, String> {
        let secret = self.data.path().join("secret");
        std::fs::write(&secret, "drilled\n").unwrap();
        let file = self.data.path().join("heyan.toml");
        let callback = self.data.path().join("callback");
        std::fs::write(&callback, CALLBACK).unwrap();
        let routes = routes
            .replace("SECRET", &format!("secret_file = '{}'", secret.display()))
            .replace("CALLBACK", &format!("callback_secret_file = '{}'", callback.display()));
        std::fs::write(&file, format!("sandbox = true\ndata = '{}'\n{routes}", self.data.path().display()))
            .unwrap();
        Config::check(Serve { config: Some(file), ..Serve::default() })
            .map_err(|failure| format!("{}\n{}", failure.what(), failure.what_to_do().unwrap_or_default()))
    }

    pub fn open(&self, routes: &str, seed: u64) -> World {
        self.try_open(routes, seed).unwrap_or_else(|failure| panic!("{failure}"))
    }

    pub fn try_open(&self, routes: &str, seed: u64) -> Result<World, String> {
        let config = self.config(routes)?;
        let nature =
            Nature { clock: Box::new(SystemClock), seed: Seed::Fixed(seed), limits: Limits::default() };
        World::open(&config, nature)
            .map_err(|failure| format!("{}\n{}", failure.what(), failure.what_to_do().unwrap_or_default()))
    }

    pub async fn live(&self, world: World) -> Living {
        Self::live_at(world, TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// Where vendors know how to call.
    pub fn live_at(world: World, listener: TcpListener) -> Living {
        let app = Arc::clone(&world.app);
        let router = heyan_web::router(Arc::clone(&app));
        let written = world.lines.as_ref().unwrap().carriers.written();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            world.serve(listener, async { drop(stopped.await) }).await.map_err(|_| "not served").unwrap();
        });
        Living { router, app, written, stop, served }
    }
}

impl Living {
    pub async fn post(&self, path: &str, body: &serde_json::Value) -> (StatusCode, serde_json::Value) {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", "Bearer test_other")
            .header("idempotency-key", "one")
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))))
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Files the example that asks two people.
    pub async fn file(&self) {
        file(&self.router).await;
    }

    /// Waits until every line is up.
    pub async fn all_up(&self) {
        let routes = self.app.routes.as_ref().unwrap();
        while !routes.shown().iter().all(|route| route.is_up) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Waits until so much of what lines have said is written down.
    pub async fn written(&mut self, count: u64) {
        self.written.wait_for(|written| *written >= count).await.unwrap();
    }

    pub async fn message(&self, id: MessageId) -> Message {
        self.app.readers.read(move |reader| reader.message(id)).await.unwrap().unwrap()
    }

    /// Waits until all these messages are in a state.
    pub async fn all(&mut self, messages: &[MessageId], state: MessageState) {
        let mut written = 0;
        loop {
            let mut states = Vec::new();
            for id in messages {
                states.push(self.message(*id).await.state);
            }
            if states.iter().all(|one| *one == state) {
                return;
            }
            written += 1;
            self.written(written).await;
        }
    }

    pub async fn outbox(&self) -> Vec<Outgoing> {
        self.app.readers.read(|reader| reader.outbox(OutboxPlace::default(), 10)).await.unwrap()
    }

    pub async fn stop(self) {
        let _ = self.stop.send(());
        self.served.await.unwrap();
    }
}

pub async fn file(router: &Router) {
    let mut body: serde_json::Value =
        serde_json::from_str(include_str!("../../../../examples/filings/first.json")).unwrap();
    body["report"] = true.into();
    let request = Request::post("/v1/filings")
        .header("content-type", "application/json")
        .header("authorization", "Bearer test_other")
        .header("idempotency-key", "filed")
        .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))))
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
}

/// The ids of the two first messages: of the first filing's two verifications.
pub async fn first_messages(app: &heyan_web::app::App) -> Vec<MessageId> {
    let queued = app.readers.read(|reader| reader.outbox(OutboxPlace::default(), 10)).await.unwrap();
    queued.iter().map(|outgoing| outgoing.message).collect()
}
