//! The desk of the enterprise interface, over the real world and without a socket: the same filing as through the other doors,
//! one file at a time, and nothing twice.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::Sandbox;
use common::browser::{Browser, sandbox};
use heyan_desk::door;
use heyan_desk::task::Enterprise;
use heyan_domain::accounts::Authority;
use heyan_domain::api_keys::Network;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::enterprise::{
    AccountSecret, AccountTerms, EnterpriseAction, EnterpriseAnswer, IspId, UserName,
};
use heyan_domain::terms::{FilingId, ProviderId};
use heyan_enterprise::charset;
use heyan_enterprise::credentials::{RandomValue, password_hash};
use heyan_enterprise::envelope::{Envelope, seal};
use heyan_store::packages::Packages;
use rand::SeedableRng as _;
use tower::ServiceExt as _;

const UNIT: i64 = 330_000_000_001;
const FILES: &str = "/ISPWebService/upDownLoad";
const XZBA: &str = include_str!("../../enterprise/tests/files/xzba.xml");

/// A provider's system at the desk of a sandbox.
struct Desk<'s> {
    sandbox: &'s Sandbox,
    router: Router,
    task: Enterprise,
    secret: AccountSecret,
}

fn terms() -> AccountTerms {
    AccountTerms {
        isp_id: IspId::new(UNIT).unwrap(),
        user_name: UserName::parse("xunlan").unwrap(),
        networks: Vec::new(),
        encrypted: false,
        may_report: true,
    }
}

async fn enterprise(sandbox: &Sandbox, action: EnterpriseAction) -> EnterpriseAnswer {
    match sandbox.world.app.engine.execute(Action::Enterprise(Box::new(action))).await.unwrap() {
        Outcome::Enterprise(answer) => answer,
        other => panic!("{other:?}"),
    }
}

async fn open(sandbox: &Sandbox, name: &str, terms: AccountTerms) -> EnterpriseAnswer {
    let provider = ProviderId::parse(name).unwrap();
    enterprise(sandbox, EnterpriseAction::Open { by: Authority::Machine, provider, terms }).await
}

impl<'s> Desk<'s> {
    async fn of(sandbox: &'s Sandbox, name: &str, networks: &[&str]) -> Self {
        let networks = networks.iter().map(|text| Network::parse(text).unwrap()).collect();
        let EnterpriseAnswer::Secret(_, secret) =
            open(sandbox, name, AccountTerms { networks, ..terms() }).await
        else {
            panic!("no account")
        };
        Self::over(sandbox, secret)
    }

    fn over(sandbox: &'s Sandbox, secret: AccountSecret) -> Self {
        let app = &sandbox.world.app;
        let packages = Packages::in_directory(sandbox.keys().parent().unwrap(), &app.ring);
        let router = door::router(door::Parts {
            engine: Arc::clone(&app.engine),
            readers: app.readers.clone(),
            clock: Arc::clone(&app.clock),
            ring: Arc::clone(&app.ring),
            rng: Box::new(rand::rngs::StdRng::seed_from_u64(11)),
            networks: Vec::new(),
            address: None,
            packages: packages.clone(),
        });
        let task = Enterprise::new(&app.engine, &app.readers, &app.clock, BTreeMap::new(), packages);
        Self { sandbox, router, task, secret }
    }

    /// A call, as a client of the old days writes it; the code of its answer, and the answer.
    async fn call(&self, operation: &str, random: &str, more: &str) -> (u16, String) {
        let hash = password_hash(&self.secret.password, &RandomValue::parse(random).unwrap());
        let body = format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{operation}>\
             <ispID>{UNIT}</ispID><userName>xunlan</userName><randVal>{random}</randVal><pwdHash>{hash}</pwdHash>\
             <hashAlgorithm>0</hashAlgorithm>{more}</{operation}></soap:Body></soap:Envelope>"
        );
        let request = Request::builder()
            .method(Method::POST)
            .uri(FILES)
            .header("content-length", body.len())
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))))
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body = axum::body::to_bytes(response.into_body(), 1 << 26).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap().replace("&lt;", "<").replace("&gt;", ">");
        let code = text.split("<msg_code>").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
        (code, text)
    }

    async fn upload(&self, random: &str, number: u64, text: &str) -> u16 {
        let Envelope { info, hash, .. } = seal("a.xml", &charset::encode(text), None).unwrap();
        let more = format!(
            "<beianInfo>{info}</beianInfo><beianInfoHash>{hash}</beianInfoHash><dataSequence>{number}</dataSequence>\
             <encryptAlgorithm>0</encryptAlgorithm><compressionFormat>0</compressionFormat>"
        );
        self.call("isp_upload", random, &more).await.0
    }

    /// The next file of results; it is acknowledged.
    async fn result(&self) -> Option<String> {
        let (code, answer) = self.call("isp_download", &random(), "").await;
        if code == 2 {
            return None;
        }
        let of = |name: &str| {
            let rest = answer.split(&format!("<{name}>")).nth(1).unwrap();
            rest.split('<').next().unwrap().to_owned()
        };
        let package = STANDARD.decode(of("beianInfo")).unwrap();
        let file = heyan_enterprise::envelope::unpack(&package).unwrap();
        let more = format!("<fileName>{}</fileName>", of("return_FileName"));
        assert!(matches!(self.call("isp_downloadack", &random(), &more).await.0, 1 | 3));
        Some(charset::decode(&file).unwrap())
    }

    async fn work(&self) -> usize {
        let (_go_on, stopping) = tokio::sync::watch::channel(false);
        let done = self.task.round(&stopping).await.unwrap();
        self.sandbox.world.worker.settle().await.unwrap();
        done
    }
}

/// Another value for every call.
fn random() -> String {
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    format!("{:020}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

/// The record in `XZBA` with its first service and first number alone: what the console's form has fields for.
fn record() -> String {
    let second = XZBA.find("<IspWzid>2002").and_then(|at| XZBA[..at].rfind("<Wz_xx>")).unwrap();
    let end = XZBA.rfind("</Wz_xx>").unwrap() + "</Wz_xx>".len();
    format!("{}{}", &XZBA[..second], &XZBA[end..])
        .replace("<Bz>第一次备案 &amp; 无其他</Bz>", "")
        .replace(";15400000103", "")
}

const BODY: [(&str, &str); 26] = [
    ("entity.name", "杭州浔澜示例软件有限公司"),
    ("entity.nature", "enterprise"),
    ("entity.document.type", "business_licence"),
    ("entity.document.number", "91999999MA99EX0164"),
    ("entity.address.province", "浙江"),
    ("entity.address.city", "杭州市西湖区"),
    ("entity.address.detail", "示例路1号501室"),
    ("entity.head.name", "林示遥"),
    ("entity.head.phones.0", "15400000101"),
    ("entity.head.emergency_phone", "0571-00000000"),
    ("entity.head.email", "lin@xunlan.example"),
    ("entity.head.document.type", "resident_id"),
    ("entity.head.document.number", "999999198503120173"),
    ("services.0.name", "浔澜示例"),
    ("services.0.domains.0", "xunlan.example"),
    ("services.0.head.name", "周例舟"),
    ("services.0.head.phones.0", "15400000102"),
    ("services.0.head.emergency_phone", "0571-00000000"),
    ("services.0.head.email", "zhou@xunlan.example"),
    ("services.0.head.document.type", "resident_id"),
    ("services.0.head.document.number", "999999199001010013"),
    ("services.0.access.method", "接入方式代码 2"),
    ("services.0.access.ip_addresses.0", "192.0.2.1-192.0.2.6"),
    ("services.0.access.server_place", "放置地代码 31"),
    ("kind", "first"),
    ("province", "浙江"),
];

/// The body of `/v1` that says what the record says.
fn body() -> serde_json::Value {
    let mut body = serde_json::json!({});
    for (name, value) in BODY {
        let mut at = &mut body;
        for step in name.split('.') {
            let place = step.parse::<usize>().ok();
            if at.is_null() {
                *at = if place.is_some() { serde_json::json!([]) } else { serde_json::json!({}) };
            }
            let Some(place) = place else {
                at = &mut at[step];
                continue;
            };
            let list = at.as_array_mut().unwrap();
            if list.len() == place {
                list.push(serde_json::Value::Null);
            }
            at = &mut list[place];
        }
        *at = value.into();
    }
    body
}

/// What the form of the console is sent for it.
fn fields() -> Vec<(String, String)> {
    let renamed = |name: &str| match name {
        "services.0.domains.0" => "services.0.domains".to_owned(),
        "services.0.access.ip_addresses.0" => "services.0.access.ip_addresses".to_owned(),
        other => other.to_owned(),
    };
    let province = |name: &str, value: &str| {
        if name.ends_with("province") { "zhejiang".to_owned() } else { value.to_owned() }
    };
    let mut fields: Vec<_> =
        BODY.iter().map(|(name, value)| (renamed(name), province(name, value))).collect();
    fields.push(("count".to_owned(), "1".to_owned()));
    fields
}

async fn through_the_console(sandbox: &Sandbox) {
    const FORM: &str = "/console/provider/new/form";
    let mut browser = Browser::signed_in(sandbox, "tencent-clerk").await;
    let csrf = browser.csrf().await;
    let mut typed = fields();
    typed.extend([("csrf".to_owned(), csrf.clone()), ("do".to_owned(), "check".to_owned())]);
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post(FORM, &typed).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let form =
        page.body.rsplit("<form method=\"post\" action=\"/console/provider/new/form\"").next().unwrap();
    let plain = |text: &str| text.replace("&#38;", "&").replace("&#34;", "\"");
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name.to_owned(), plain(rest.split('"').next().unwrap()))
    });
    let mut hidden: Vec<(String, String)> = hidden.filter(|(name, _)| name != "csrf").collect();
    hidden.extend([("csrf".to_owned(), csrf), ("do".to_owned(), "submit".to_owned())]);
    let hidden: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = browser.post(FORM, &hidden).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
}

/// Everything that is to be seen of the one filing, once both people have verified and it was approved.
async fn seen(sandbox: &Sandbox) -> (serde_json::Value, serde_json::Value, serde_json::Value, String) {
    for (phone, id_last6) in [("15400000101", "120173"), ("15400000102", "010013")] {
        let code = sandbox.code(phone).await;
        sandbox.validate(&code, phone, id_last6).await;
    }
    let filing = FilingId::from_number(1);
    let authority = |path: &str| {
        let mut request = Sandbox::request(Method::POST, path, "application/json", "{}".to_owned());
        request.headers_mut().insert("authorization", "Bearer test_admin_zhejiang".parse().unwrap());
        request.headers_mut().insert("idempotency-key", path.parse().unwrap());
        request.headers_mut().insert("if-match", "*".parse().unwrap());
        sandbox.send(request)
    };
    authority(&format!("/v1/reviews/{filing}/claim")).await;
    let approved = authority(&format!("/v1/reviews/{filing}/approve")).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.body);
    let tencent = |path: String| {
        let mut request = Sandbox::request(Method::GET, &path, "text/plain", String::new());
        request.headers_mut().insert("authorization", "Bearer test_tencent".parse().unwrap());
        sandbox.send(request)
    };
    let mut detail = tencent(format!("/v1/filings/{filing}")).await.json();
    // Drawn for each filing, by a generator that other doors have drawn from as well.
    detail.as_object_mut().unwrap().remove("progress_url");
    let timeline = tencent(format!("/v1/filings/{filing}/timeline")).await.json();
    let events = tencent("/v1/events".to_owned()).await.json();
    let view =
        sandbox.world.app.readers.read(move |reader| reader.filing_view(filing)).await.unwrap().unwrap();
    (detail, timeline, events, format!("{:?}", view.body.draft))
}

/// 3: all doors end in the same application functions, so the same filing ends in the same state and events.
#[tokio::test]
async fn a_filing_is_the_same_through_api_console_and_enterprise_interface() {
    let by_api = sandbox().await;
    let mut posted = body();
    posted["report"] = true.into();
    let mut request = Sandbox::request(Method::POST, "/v1/filings", "application/json", posted.to_string());
    request.headers_mut().insert("authorization", "Bearer test_tencent".parse().unwrap());
    request.headers_mut().insert("idempotency-key", "one".parse().unwrap());
    let answer = by_api.send(request).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let by_api = seen(&by_api).await;

    let by_console = sandbox().await;
    through_the_console(&by_console).await;
    let by_console = seen(&by_console).await;

    let by_desk = sandbox().await;
    let desk = Desk::of(&by_desk, "tencent", &[]).await;
    assert_eq!(desk.upload(&random(), 1, &record()).await, 0);
    assert_eq!(desk.work().await, 1);
    let by_desk = seen(&by_desk).await;

    assert_eq!(by_desk.3, by_api.3, "what is filed");
    assert_eq!(by_desk.0, by_api.0);
    assert_eq!(by_desk.1, by_api.1);
    assert_eq!(by_desk.2, by_api.2);
    assert_eq!(by_console.3, by_api.3, "what is filed");
    assert_eq!((by_console.0, by_console.1, by_console.2), (by_api.0, by_api.1, by_api.2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_equal_calls_one_is_let_in() {
    let sandbox = Sandbox::new();
    let desk = Desk::of(&sandbox, "other", &[]).await;
    let value = random();
    let calls = (0..64).map(|_| desk.call("isp_download", &value, ""));
    let codes: Vec<u16> =
        futures_all(calls.collect::<Vec<_>>()).await.into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes.iter().filter(|code| **code == 2).count(), 1);
    assert_eq!(codes.iter().filter(|code| **code == 12).count(), 63, "a used value");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_files_with_one_number_one_is_worked_off() {
    let sandbox = Sandbox::new();
    let desk = Desk::of(&sandbox, "other", &[]).await;
    let record = record();
    let calls = (0..64).map(|_| {
        let (desk, record, value) = (&desk, &record, random());
        async move { desk.upload(&value, 1, record).await }
    });
    let codes = futures_all(calls.collect::<Vec<_>>()).await;
    assert!(codes.iter().all(|code| *code == 0), "a repeat is answered as before: {codes:?}");
    assert_eq!(desk.work().await, 1);
    assert_eq!(desk.work().await, 0);
    let filings = sandbox.get("/v1/filings").await.json();
    assert_eq!(filings["items"].as_array().unwrap().len(), 1);
}

async fn futures_all<T>(calls: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut pinned: Vec<_> = calls.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (call, done) in pinned.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = call.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_round_that_is_stopped_goes_on_where_it_stopped() {
    let sandbox = Sandbox::new();
    let desk = Desk::of(&sandbox, "other", &[]).await;
    // Two organisers, and a third record for the first of them, which is in the way of itself.
    let begin = XZBA.find("<Baxx>").unwrap();
    let end = XZBA.rfind("</Baxx>").unwrap() + "</Baxx>".len();
    let one = record();
    let one = &one[one.find("<Baxx>").unwrap()..one.rfind("</Baxx>").unwrap() + "</Baxx>".len()];
    let other =
        one.replace("91999999MA99EX0164", "91999999MA99EX0165").replace("xunlan.example", "other.example");
    let file = format!("{}{one}{other}{one}{}", &XZBA[..begin], &XZBA[end..]);
    assert_eq!(desk.upload(&random(), 1, &file).await, 0);
    let (stop, stopping) = tokio::sync::watch::channel(true);
    assert_eq!(desk.task.round(&stopping).await.unwrap(), 0, "the system is stopping");
    drop(stop);
    assert_eq!(desk.work().await, 3);
    assert_eq!(sandbox.get("/v1/filings").await.json()["items"].as_array().unwrap().len(), 2);
    assert!(desk.result().await.unwrap().contains("<JCDM>"));
    desk.work().await;
    let results = desk.result().await.unwrap();
    assert_eq!(results.matches("<Jgdm>").count(), 1, "{results}");
    assert!(results.contains("<Jgdm>1052</Jgdm>") && results.contains("<Bs>1001</Bs>"), "{results}");
    desk.work().await;
    assert_eq!(desk.result().await, None);
}

#[tokio::test]
async fn who_is_not_let_in_changes_nothing() {
    let sandbox = Sandbox::new();
    let desk = Desk::of(&sandbox, "other", &["203.0.113.0/24"]).await;
    assert_eq!(desk.upload(&random(), 1, XZBA).await, 12, "from an address that the account does not name");
    let by = Authority::Machine;
    let provider = ProviderId::parse("other").unwrap();
    let terms = AccountTerms { may_report: false, ..terms() };
    let changed = EnterpriseAction::Change { by, provider: provider.clone(), terms };
    assert_eq!(enterprise(&sandbox, changed).await, EnterpriseAnswer::Done);
    assert_eq!(desk.upload(&random(), 1, XZBA).await, 19);
    let renewed = EnterpriseAction::Renew { by, provider: provider.clone() };
    assert!(matches!(enterprise(&sandbox, renewed).await, EnterpriseAnswer::Secret(..)));
    assert_eq!(desk.upload(&random(), 1, XZBA).await, 5, "the password of before");
    let closed = EnterpriseAction::Close { by, provider };
    assert_eq!(enterprise(&sandbox, closed).await, EnterpriseAnswer::Done);
    assert_eq!(desk.upload(&random(), 1, XZBA).await, 13);
    assert_eq!(desk.work().await, 0);
    assert!(sandbox.get("/v1/filings").await.json()["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_number_is_one_provider_s_and_a_provider_has_one_account() {
    let sandbox = Sandbox::new();
    let _desk = Desk::of(&sandbox, "other", &[]).await;
    assert_eq!(open(&sandbox, "tencent", terms()).await, EnterpriseAnswer::IspIdTaken);
    assert_eq!(open(&sandbox, "other", terms()).await, EnterpriseAnswer::AccountThere);
    let another = AccountTerms { isp_id: IspId::new(2).unwrap(), encrypted: true, ..terms() };
    let EnterpriseAnswer::Secret(_, secret) = open(&sandbox, "tencent", another).await else {
        panic!("no account")
    };
    assert!(secret.key.is_some());
    let provider = ProviderId::parse("jd").unwrap();
    let renewed = EnterpriseAction::Renew { by: Authority::Machine, provider };
    assert_eq!(enterprise(&sandbox, renewed).await, EnterpriseAnswer::NotFound);
}

/// SEC-13: what is erased is not given out again either.
#[tokio::test]
async fn the_last_file_is_given_again_until_one_of_its_filings_is_erased() {
    let sandbox = sandbox().await;
    let desk = Desk::of(&sandbox, "tencent", &[]).await;
    assert_eq!(desk.upload(&random(), 1, &record()).await, 0);
    desk.work().await;
    let previous = || async { desk.call("isp_querypreviousupload", &random(), "").await.1 };
    // Base64 of what a package begins with.
    assert!(previous().await.contains("<beianInfo>UEsD"));
    seen(&sandbox).await;
    sandbox.advance(181 * 86_400).await;
    assert_eq!(sandbox.world.worker.erase().await.unwrap(), (1, 0));
    let after = previous().await;
    assert!(after.contains("<dataSequence>1</dataSequence>") && !after.contains("UEsD"), "{after}");
}
