//! One of everything that a tenant has, and how it came about.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use heyan_domain::accounts::{Authority, SignInName};
use heyan_domain::api_keys::{ApiKeyAction, ApiKeyAnswer, KeyLabel, KeyOwner, KeyTerms, Scope};
use heyan_domain::audit::Staff;
use heyan_domain::audit::unmask::{Person, UnmaskAction};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::initial_review::{HandOn, InitialReviewAction, InitialReviewRule};
use heyan_domain::filing::raw::RawDraft;
use heyan_domain::terms::{FilingId, ProviderId};
use heyan_store::engine::Chore;
use serde_json::{Value, json};

use crate::common::{Answer, Sandbox};

pub const OWN_KEY: &str = "test_tencent";
pub const OWN_ADMINISTRATION: &str = "test_admin_zhejiang";

/// What one tenant has.
pub struct Owned {
    pub in_review: String,
    pub draft: String,
    pub in_initial_review: String,
    pub approved: String,
    pub job: String,
    pub member: String,
    pub api_key: String,
    pub endpoint: String,
    pub delivery: String,
    /// What must not be read by others, beside the ids.
    pub secrets: Vec<String>,
    pub record: String,
}

impl Owned {
    pub fn filings(&self) -> [&str; 4] {
        [&self.in_review, &self.draft, &self.in_initial_review, &self.approved]
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        let ids =
            [&self.job, &self.member, &self.api_key, &self.endpoint, &self.delivery].map(String::as_str);
        self.filings().into_iter().chain(ids).chain(self.secrets.iter().map(String::as_str))
    }
}

pub fn filing(number: u32) -> Value {
    let head = |phone: &str, document: &str| {
        json!({
            "name": "谢示例",
            "phones": [phone],
            "document": { "type": "passport", "number": document },
        })
    };
    json!({
        "provider_order_no": format!("OWN-{number}"),
        "kind": "first",
        "province": "浙江",
        "entity": {
            "name": format!("自有示例公司{number}"),
            "nature": "enterprise",
            "document": { "type": "business_licence", "number": format!("91999999MA99{number:06}") },
            "address": { "province": "浙江", "city": "杭州", "detail": "示例路 1 号" },
            "head": head(&phone(number), &document(number)),
        },
        "services": [{
            "kind": "website",
            "name": format!("自有示例站{number}"),
            "domains": [format!("own{number}.example")],
            "head": head(&phone(number), &document(number)),
        }],
    })
}

pub fn phone(number: u32) -> String {
    format!("1547777{number:04}")
}

pub fn document(number: u32) -> String {
    format!("E77{number:06}")
}

/// A request of the API.
pub async fn api(sandbox: &Sandbox, method: &str, path: &str, key: &str, body: &Value) -> Answer {
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {key}"))
        .header("idempotency-key", format!("foreign-{number}"))
        .header("if-match", "*");
    sandbox.send(request.body(body).unwrap()).await
}

async fn created(sandbox: &Sandbox, number: u32, report: bool) -> String {
    let mut body = filing(number);
    body["report"] = report.into();
    let answer = api(sandbox, "POST", "/v1/filings", OWN_KEY, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn in_review(sandbox: &Sandbox, number: u32) -> String {
    let id = created(sandbox, number, true).await;
    let code = sandbox.code(&phone(number)).await;
    let document = document(number);
    let answer = sandbox.validate(&code, &phone(number), &document[document.len() - 6..]).await;
    assert_eq!(answer["params"]["validStatus"], 3, "{answer}");
    id
}

async fn api_key(sandbox: &Sandbox) -> String {
    let owner = KeyOwner::Provider(ProviderId::parse("tencent").unwrap());
    let label = KeyLabel::parse("own1.example").unwrap();
    let terms = KeyTerms { label, scopes: Scope::ALL.to_vec(), networks: Vec::new() };
    let make = ApiKeyAction::Make { by: Authority::Machine, owner, terms };
    match sandbox.world.app.engine.execute(Action::ApiKey(Box::new(make))).await.unwrap() {
        Outcome::ApiKey(ApiKeyAnswer::Secret(id, _)) => id.to_string(),
        other => panic!("{other:?}"),
    }
}

/// An endpoint, and an event on its way to it.
async fn webhook(sandbox: &Sandbox) -> (String, String) {
    let url = json!({ "url": "https://own1.example/heyan" });
    let made = api(sandbox, "POST", "/v1/webhook-endpoints", OWN_KEY, &url).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    created(sandbox, 5, true).await;
    let app = &sandbox.world.app;
    let now = app.clock.now();
    let followed = app.readers.read(move |reader| reader.webhook_events(now, 100)).await.unwrap();
    app.engine.chore(Chore::Follow(Arc::new(followed))).await.unwrap();
    let all = api(sandbox, "GET", "/v1/deliveries", OWN_KEY, &json!({})).await.json();
    (made.json()["id"].as_str().unwrap().to_owned(), all["items"][0]["id"].as_str().unwrap().to_owned())
}

/// One of everything, of one provider and one province.
pub async fn own(sandbox: &Sandbox) -> Owned {
    let account = |name: &'static str| async move {
        let name = SignInName::parse(name).unwrap();
        let found = sandbox.world.app.readers.read(move |reader| reader.account_by_name(&name)).await;
        found.unwrap().unwrap()
    };
    let (admin, clerk) = (account("tencent-admin").await, account("tencent-clerk").await);
    let engine = &sandbox.world.app.engine;
    let provider = ProviderId::parse("tencent").unwrap();

    let (first, draft) = (in_review(sandbox, 1).await, created(sandbox, 2, false).await);
    let approved = in_review(sandbox, 3).await;
    let approve = format!("/v1/reviews/{approved}/approve");
    let done = api(sandbox, "POST", &approve, OWN_ADMINISTRATION, &json!({})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);

    let rule = InitialReviewRule::Required;
    let choose = InitialReviewAction::SetRule { by: Staff::of(&admin), provider: provider.clone(), rule };
    engine.execute(Action::InitialReview(Box::new(choose))).await.unwrap();
    let raw: RawDraft = serde_json::from_value(filing(4)).unwrap();
    let file = InitialReviewAction::File {
        by: Staff::of(&clerk),
        provider,
        filing: None,
        draft: Box::new(raw.parse().unwrap()),
        to: HandOn::InitialReview,
    };
    engine.execute(Action::InitialReview(Box::new(file))).await.unwrap();
    let found = api(sandbox, "GET", "/v1/filings?provider_order_no=OWN-4", OWN_KEY, &json!({})).await.json();

    let by = Person { staff: Staff::of(&clerk), role: clerk.role.clone() };
    let reason = heyan_domain::audit::Reason::parse("complaint 77").unwrap();
    let request = UnmaskAction::Request { by, filing: FilingId::parse(&first).unwrap(), reason };
    engine.execute(Action::Unmask(Box::new(request))).await.unwrap();

    let rows = include_str!("own.csv").to_owned();
    let mut upload = Sandbox::request(Method::POST, "/v1/filings/bulk", "text/csv", rows);
    upload.headers_mut().insert("authorization", format!("Bearer {OWN_KEY}").parse().unwrap());
    upload.headers_mut().insert("idempotency-key", "own-bulk".parse().unwrap());
    let job = sandbox.send(upload).await;
    assert_eq!(job.status, StatusCode::ACCEPTED, "{}", job.body);
    while sandbox.world.worker.file_rows().await.unwrap() {}

    let (endpoint, delivery) = webhook(sandbox).await;
    Owned {
        in_review: first,
        draft,
        in_initial_review: found["items"][0]["id"].as_str().unwrap().to_owned(),
        approved,
        job: job.json()["id"].as_str().unwrap().to_owned(),
        member: clerk.id.to_string(),
        api_key: api_key(sandbox).await,
        endpoint,
        delivery,
        secrets: ["OWN-", "自有示例", "1547777", "谢示例", "complaint 77", "tencent-clerk", "own1.example"]
            .map(str::to_owned)
            .to_vec(),
        record: done.json()["entity_no"].as_str().unwrap().to_owned(),
    }
}
