//! A sandbox, and a client of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use heyan::config::Config;
use heyan::world::{Nature, Seed, World};
use heyan_domain::Timestamp;
use heyan_domain::limits::Limits;
use heyan_store::clock::FixedClock;
use heyan_store::keys::KeyFile;
use heyan_web::app::App;
use http_body_util::BodyExt as _;
use rand::SeedableRng as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A Monday morning, far from any change of rules.
pub const MORNING: &str = "2026-03-02T09:00:00+08:00";

/// A sandbox.
pub struct Door {
    pub app: Arc<App>,
    router: Router,
    keys: AtomicU32,
    _world: World,
    _data: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// A member, by its JSON pointer.
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.text))
    }

    pub fn text_at(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("{pointer} is no text in {}", self.text))
    }

    pub fn id(&self) -> String {
        self.text_at("/id").to_owned()
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Holds a problem to its shape.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let seen = self.is(status);
        assert_eq!(seen.header("content-type"), Some("application/problem+json"));
        assert_eq!(seen.text_at("/code"), code, "{}", seen.text);
        assert_eq!(seen.text_at("/type"), format!("/docs/errors/{code}"));
        assert_eq!(*seen.at("/status"), json!(status));
        assert!(!seen.text_at("/title").is_empty() && !seen.text_at("/title").starts_with("title-"));
        assert!(seen.text_at("/detail").len() > 4, "{}", seen.text);
        assert_eq!(Some(seen.text_at("/request_id")), seen.header("x-request-id"));
        assert!(seen.at("/errors").is_array());
        seen
    }

    /// A problem whose first member at fault is this one.
    #[track_caller]
    pub fn problem_at(self, status: u16, code: &str, pointer: &str) -> Self {
        let seen = self.problem(status, code);
        assert_eq!(seen.text_at("/errors/0/pointer"), pointer, "{}", seen.text);
        assert_eq!(seen.text_at("/errors/0/code"), code);
        seen
    }
}

/// A request being put together.
pub struct Call<'d> {
    door: &'d Door,
    request: axum::http::request::Builder,
    body: Vec<u8>,
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn by(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw(serde_json::to_vec(body).unwrap())
    }

    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    /// A body of another media type, or of none.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub async fn send(self) -> Seen {
        let request = self.request.body(Body::from(self.body)).unwrap();
        let (method, path) = (request.method().to_string(), request.uri().to_string());
        let response = self.door.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        crate::shape::hold(&method, &path, parts.status.as_u16(), &body);
        Seen { status: parts.status, headers: parts.headers, body, text }
    }
}

impl Door {
    pub fn open() -> Self {
        Self::with(false)
    }

    /// The real thing, no sandbox.
    pub fn production() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        let now = Timestamp::parse_rfc3339(MORNING).unwrap();
        KeyFile::init(&data.path().join("keys.toml"), now, &mut rng).unwrap();
        Self::over(data, false, true)
    }

    /// A sandbox with or without limits.
    pub fn with(limits: bool) -> Self {
        Self::over(tempfile::tempdir().unwrap(), true, limits)
    }

    fn over(data: tempfile::TempDir, sandbox: bool, limits: bool) -> Self {
        let config = Config {
            sandbox,
            data: data.path().to_owned(),
            database: crate::server::of(data.path()),
            roles: heyan::config::Roles::ALL,
            keys: data.path().join("keys.toml"),
            listen: "127.0.0.1:0".parse().unwrap(),
            captcha: !sandbox,
            limits,
            retention: heyan_domain::privacy::Retention::default(),
            outside: heyan::config::Outside::default(),
            sms: heyan::config::sms::Sms::default(),
            mail: None,
            oidc: None,
            webhooks: heyan::config::webhooks::Webhooks::default(),
            enterprise: None,
        };
        let clock = Box::new(FixedClock(Timestamp::parse_rfc3339(MORNING).unwrap()));
        let nature = Nature { clock, seed: Seed::Fixed(7), limits: Limits::default() };
        let world = World::open(&config, nature).unwrap();
        let app = Arc::clone(&world.app);
        let router = heyan_web::router(Arc::clone(&app));
        Self { app, router, keys: AtomicU32::new(0), _world: world, _data: data }
    }

    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let request = Request::builder().method(method).uri(path);
        Call { door: self, request, body: Vec::new() }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    /// A POST with an `Idempotency-Key` of its own.
    pub fn post(&self, path: &str) -> Call<'_> {
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        self.call("POST", path).key(&format!("key-{key}"))
    }

    pub async fn create(&self, body: &Value) -> Seen {
        self.post("/v1/filings").by("test_other").json(body).send().await
    }

    /// The same of a body that is given away.
    pub async fn file(&self, body: Value) -> Seen {
        self.create(&body).await
    }

    pub async fn show(&self, id: &str) -> Seen {
        self.get(&format!("/v1/filings/{id}")).by("test_other").send().await.is(200)
    }

    /// An act on a filing by its provider.
    pub async fn act(&self, id: &str, verb: &str) -> Seen {
        self.post(&format!("/v1/filings/{id}/{verb}")).by("test_other").if_match("*").send().await
    }

    pub async fn advance(&self, seconds: u64) -> Seen {
        let call = self.call("POST", "/v1/sandbox/clock/advance").by("test_other");
        call.json(&json!({ "seconds": seconds })).send().await.is(200)
    }

    /// The code of the newest message to a phone.
    pub async fn code(&self, phone: &str) -> String {
        let seen = self.get(&format!("/v1/sandbox/messages?phone={phone}")).by("test_other").send().await;
        let text = seen.text_at("/items/0/text").to_owned();
        let runs = text.split(|c: char| !c.is_ascii_digit());
        runs.filter(|run| run.len() == 6).map(str::to_owned).next().unwrap()
    }

    /// 短信核验 as the portal's own page asks for it; gives `validStatus`.
    pub async fn verify(&self, phone: &str, last_six: &str, code: &str) -> i64 {
        let body = json!({ "smsValidCode": code, "mobileNum": phone, "certNum": last_six });
        let call = self.call("POST", "/pquery/smsValidate/validateByCondition").json(&body);
        let seen = call.send().await.is(200);
        seen.at("/params/validStatus").as_i64().unwrap()
    }

    /// Verifies with the newest code.
    pub async fn pass(&self, phone: &str, last_six: &str) -> i64 {
        let code = self.code(phone).await;
        self.verify(phone, last_six, &code).await
    }

    /// A filing whose two heads have verified.
    pub async fn in_review(&self, number: u32) -> Seen {
        let created = self.create(&first(number)).await.is(201);
        assert_eq!(self.pass(&entity_phone(number), ENTITY_SIX).await, 31);
        assert_eq!(self.pass(&service_phone(number), SERVICE_SIX).await, 3);
        self.show(&created.id()).await
    }

    /// An approved filing.
    pub async fn approved(&self, number: u32) -> Seen {
        let id = self.in_review(number).await.id();
        let call = self.post(&format!("/v1/reviews/{id}/approve")).by("test_admin_zhejiang");
        call.if_match("*").send().await.is(200);
        self.show(&id).await
    }
}

/// The last six of every invented entity head.
pub const ENTITY_SIX: &str = "12017X";
/// The last six of every invented service head.
pub const SERVICE_SIX: &str = "250246";

pub fn entity_phone(number: u32) -> String {
    format!("154{number:04}0001")
}

pub fn service_phone(number: u32) -> String {
    format!("154{number:04}0002")
}

/// A first filing of invented people, reported at once.
pub fn first(number: u32) -> Value {
    json!({
        "provider_order_no": format!("T-{number}"),
        "kind": "first",
        "province": "浙江",
        "entity": {
            "name": "杭州示例软件有限公司",
            "nature": "enterprise",
            "document": { "type": "business_licence", "number": format!("91999999MA99{number:06}") },
            "address": { "province": "浙江", "city": "杭州", "detail": "示例路 1 号" },
            "head": {
                "name": "林示遥",
                "phones": [entity_phone(number)],
                "emergency_phone": "0571-88880001",
                "email": "lin@one.example",
                "document": { "type": "resident_id", "number": "99999919850312017X" }
            }
        },
        "services": [{
            "kind": "website",
            "name": "示例文档",
            "domains": [format!("site{number}.example")],
            "head": {
                "name": "周例宁",
                "phones": [service_phone(number)],
                "document": { "type": "resident_id", "number": "999999199006250246" }
            }
        }],
        "remark": "公司介绍",
        "report": true
    })
}

/// The same, left as a draft.
pub fn draft(number: u32) -> Value {
    with(first(number), "/report", json!(false))
}

/// With one member replaced.
pub fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    *body.pointer_mut(pointer).unwrap() = value;
    body
}
