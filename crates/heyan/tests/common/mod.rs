//! The real world over a temporary directory and a clock that stands still, spoken to without a socket.

#![expect(dead_code, reason = "each test file uses its part")]

pub mod browser;
pub mod server;

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use heyan::cli::Serve;
use heyan::config::sms::Sms;
use heyan::config::{Config, Outside};
use heyan::world::{Nature, Seed, World};
use heyan_domain::Timestamp;
use heyan_domain::limits::Limits;
use heyan_store::clock::FixedClock;
use heyan_store::keys::KeyFile;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tower::ServiceExt as _;

pub struct Sandbox {
    pub world: World,
    pub router: Router,
    data: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The body's length as transferred.
    pub bytes: usize,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The words of a page.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text
    }
}

pub const PEOPLE: [(&str, &str); 2] = [("15400000101", "120173"), ("15400000102", "250246")];

impl Sandbox {
    pub fn new() -> Self {
        Self::with(false, false)
    }

    pub fn with(captcha: bool, limits: bool) -> Self {
        Self::open(tempfile::tempdir().unwrap(), captcha, limits, 7)
    }

    /// Production over new keys and no data.
    pub fn production() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut rng = StdRng::seed_from_u64(7);
        KeyFile::init(&data.path().join("keys.toml"), Timestamp::from_ms(0), &mut rng).unwrap();
        Self::start(data, false, (true, true), 7)
    }

    fn open(data: tempfile::TempDir, captcha: bool, limits: bool, seed: u64) -> Self {
        Self::start(data, true, (captcha, limits), seed)
    }

    fn start(data: tempfile::TempDir, sandbox: bool, switches: (bool, bool), seed: u64) -> Self {
        Self::start_with(data, sandbox, switches, seed, (Limits::default(), Outside::default()))
    }

    /// A sandbox with a captcha and with these limits.
    pub fn limited(limits: Limits) -> Self {
        let how = (limits, Outside::default());
        Self::start_with(tempfile::tempdir().unwrap(), true, (true, true), 7, how)
    }

    /// A sandbox that is reached so from outside.
    pub fn outside(outside: Outside) -> Self {
        let how = (Limits::default(), outside);
        Self::start_with(tempfile::tempdir().unwrap(), true, (false, false), 7, how)
    }

    /// Its world, and the data, which must outlive it.
    pub fn into_world(self) -> (World, tempfile::TempDir) {
        (self.world, self.data)
    }

    fn start_with(
        data: tempfile::TempDir,
        sandbox: bool,
        (captcha, limits): (bool, bool),
        seed: u64,
        (how_much, outside): (Limits, Outside),
    ) -> Self {
        Self::start_sending(data, sandbox, (captcha, limits), seed, (how_much, outside, Sms::default()))
    }

    /// A sandbox with these routes, as a configuration file has them.
    pub fn sending(routes: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        Self::sending_over(data, routes, 7)
    }

    fn sending_over(data: tempfile::TempDir, routes: &str, seed: u64) -> Self {
        let file = data.path().join("heyan.toml");
        std::fs::write(&file, format!("sandbox = true\n{routes}")).unwrap();
        let config = Config::check(Serve { config: Some(file), ..Serve::default() });
        let sms = config.unwrap_or_else(|failure| panic!("{}", failure.what())).sms;
        let how = (Limits::default(), Outside::default(), sms);
        Self::start_sending(data, true, (false, false), seed, how)
    }

    /// Starts again over the same data, with these routes.
    pub fn reopen_sending(self, routes: &str) -> Self {
        let Self { world, router, data } = self;
        drop((world, router));
        Self::sending_over(data, routes, 8)
    }

    fn start_sending(
        data: tempfile::TempDir,
        sandbox: bool,
        (captcha, limits): (bool, bool),
        seed: u64,
        (how_much, outside, sms): (Limits, Outside, Sms),
    ) -> Self {
        let config = Config {
            sandbox,
            data: data.path().to_owned(),
            database: server::of(data.path()),
            roles: heyan::config::Roles::ALL,
            keys: data.path().join("keys.toml"),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            captcha,
            retention: heyan_domain::privacy::Retention::default(),
            limits,
            outside,
            sms,
            mail: None,
            oidc: None,
            webhooks: heyan::config::webhooks::Webhooks::default(),
            enterprise: None,
        };
        let clock = FixedClock(Timestamp::parse_rfc3339("2026-03-02T09:00:00+08:00").unwrap());
        let nature = Nature { clock: Box::new(clock), seed: Seed::Fixed(seed), limits: how_much };
        let world = World::open(&config, nature).unwrap_or_else(|failure| panic!("{}", failure.what()));
        let router = heyan_web::router(world.app.clone());
        Self { world, router, data }
    }

    /// Starts again over the same data, once the runtime is gone on which it has worked: something on it may still hold
    /// the data open.
    pub fn reopen(self) -> Self {
        let Self { world, router, data } = self;
        drop((world, router));
        // Another seed: nonces must not repeat under one key.
        Self::open(data, false, false, 8)
    }

    pub fn keys(&self) -> PathBuf {
        self.data.path().join("keys.toml")
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 16 * 1024 * 1024).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.len(),
        }
    }

    pub fn request(method: Method, path: &str, kind: &str, body: String) -> Request<Body> {
        let address = SocketAddr::from(([127, 0, 0, 1], 40_000));
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, kind)
            .header(header::AUTHORIZATION, "Bearer test_other")
            .extension(ConnectInfo(address))
            .body(Body::from(body))
            .unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Self::request(Method::GET, path, "text/plain", String::new())).await
    }

    /// A page, with one header more.
    pub async fn get_with(&self, path: &str, name: header::HeaderName, value: &str) -> Answer {
        let mut request = Self::request(Method::GET, path, "text/plain", String::new());
        request.headers_mut().insert(name, value.parse().unwrap());
        self.send(request).await
    }

    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Answer {
        static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut request = Self::request(Method::POST, path, "application/json", body.to_string());
        request.headers_mut().insert("idempotency-key", format!("key-{number}").parse().unwrap());
        self.send(request).await
    }

    /// Posts a form and follows to the page it leads to, as a browser does.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self
            .send(Self::request(Method::POST, path, "application/x-www-form-urlencoded", form(fields)))
            .await;
        if answer.status != StatusCode::SEE_OTHER {
            return answer;
        }
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let mut request = Self::request(Method::GET, answer.header("location"), "text/plain", String::new());
        request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        self.send(request).await
    }

    /// Files the first example, which asks two people.
    pub async fn file_first(&self) -> serde_json::Value {
        self.file(include_str!("../../../../examples/filings/first.json")).await
    }

    pub async fn file(&self, text: &str) -> serde_json::Value {
        let mut body: serde_json::Value = serde_json::from_str(text).unwrap();
        body["report"] = true.into();
        let answer = self.post_json("/v1/filings", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.json()
    }

    /// The newest code that a phone has got.
    pub async fn code(&self, phone: &str) -> String {
        let inbox = self.get(&format!("/v1/sandbox/messages?phone={phone}")).await.json();
        let text = inbox["items"][0]["text"].as_str().unwrap().to_owned();
        text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap().to_owned()
    }

    pub async fn advance(&self, seconds: u64) {
        let answer =
            self.post_json("/v1/sandbox/clock/advance", &serde_json::json!({ "seconds": seconds })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }

    pub async fn validate(&self, code: &str, phone: &str, id_last6: &str) -> serde_json::Value {
        let body = serde_json::json!({
            "smsValidCode": code,
            "mobileNum": phone.parse::<u64>().unwrap(),
            "certNum": id_last6,
        });
        self.post_json("/pquery/smsValidate/validateByCondition", &body).await.json()
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let encoded = fields.iter().map(|(name, value)| {
        let encoded: Vec<String> = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={}", encoded.concat())
    });
    encoded.collect::<Vec<_>>().join("&")
}
