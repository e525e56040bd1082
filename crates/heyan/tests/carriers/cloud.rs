//! Messages over the cloud vendors' interfaces, with the vendors' double behind a real port, and receipts that it calls
//! back with.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use heyan_cloud::double::net::Port;
use heyan_cloud::double::{Double, Event, Fault, Plan, Rule, Settings, Treatment};
use heyan_cloud::{Credentials, Message, Second, Secret, Vendor};
use heyan_domain::rulebook::Rulebook;
use heyan_domain::verification::{MessageKind, MessageState};
use heyan_outbound::{Asked, Bounds, Client};
use heyan_store::clock::{Clock as _, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::house::{CALLBACK, House, file, first_messages};

const VENDORS: [Vendor; 2] = [Vendor::Tencent, Vendor::Alibaba];

/// A vendor that plays, and the address at which it knows its customer.
pub struct Played {
    pub address: SocketAddr,
    seen: mpsc::UnboundedReceiver<Event>,
    customer: TcpListener,
}

async fn anywhere() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn plays(
    vendor: Vendor,
    treatments: Settings,
    listener: TcpListener,
    customer: SocketAddr,
) -> mpsc::UnboundedReceiver<Event> {
    let (tell, seen) = mpsc::unbounded_channel();
    let port = Port {
        vendor,
        double: Arc::new(Mutex::new(Double::new(treatments))),
        callback: Some(format!("http://{customer}/sms/receipts/a/{CALLBACK}").parse().unwrap()),
        client: Client::new(None).unwrap(),
        wall: Arc::new(|| Second::from_ms(SystemClock.now().as_ms())),
        sink: Arc::new(move |event| drop(tell.send(event))),
    };
    tokio::spawn(port.serve(listener));
    seen
}

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let account = Credentials::new("AKIDexample".to_owned(), Secret::new("drilled".to_owned())).unwrap();
    let mut settings = Settings::new(vec![account]);
    change(&mut settings);
    settings
}

impl Played {
    pub async fn play(vendor: Vendor, change: impl FnOnce(&mut Settings)) -> Self {
        let (listener, customer) = (anywhere().await, anywhere().await);
        let address = listener.local_addr().unwrap();
        let seen = plays(vendor, settings(change), listener, customer.local_addr().unwrap());
        Self { address, seen, customer }
    }

    pub async fn submitted(&mut self) -> (String, Message) {
        loop {
            if let Event::Submitted { carrier_id, message, .. } = self.seen.recv().await.unwrap() {
                return (carrier_id, message);
            }
        }
    }

    /// How many messages have come by now that were not seen before.
    fn count(&mut self) -> usize {
        let mut count = 0;
        while let Ok(event) = self.seen.try_recv() {
            count += usize::from(matches!(event, Event::Submitted { .. }));
        }
        count
    }
}

/// Every text that a message may have now.
pub fn texts() -> BTreeSet<String> {
    let book = Rulebook::shipped().unwrap();
    let now = SystemClock.now();
    let sets = book.sets().iter().filter(|set| set.in_force(now));
    let texts = sets.flat_map(|set| {
        MessageKind::ALL.iter().map(|kind| set.text("zh-CN", kind.template()).unwrap().to_owned())
    });
    texts.collect()
}

pub fn template(vendor: Vendor, text: &str) -> String {
    let parameters = match vendor {
        Vendor::Tencent => r#"["code", "hours"]"#,
        Vendor::Alibaba => r#"{ code = "code", hours = "hours" }"#,
    };
    format!("[[sms.routes.templates]]\ntext = {text:?}\nid = \"SMS_1\"\nparameters = {parameters}\n")
}

pub fn line(vendor: Vendor, address: SocketAddr, more: &str) -> String {
    let own = match vendor {
        Vendor::Tencent => "app_id = \"1400000000\"\n",
        Vendor::Alibaba => "",
    };
    let templates: String = texts().iter().map(|text| template(vendor, text)).collect();
    format!(
        "[[sms.routes]]\nname = \"a\"\nprotocol = {:?}\nendpoint = \"http://{address}\"\nkey_id = \"AKIDexample\"\n\
         sign_name = \"S\"\nSECRET\nCALLBACK\n{own}{more}\n{templates}",
        vendor.name()
    )
}

fn every(manieth: u64, treatment: Treatment) -> Vec<Rule> {
    vec![Rule { number_ends: String::new(), every: NonZeroU64::new(manieth).unwrap(), treatment }]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_makes_of_its_template_is_what_its_owner_verifies_with() {
    for vendor in VENDORS {
        let mut played = Played::play(vendor, |_| {}).await;
        let house = House::new();
        let world = house.open(&line(vendor, played.address, ""), 1);
        file(&heyan_web::router(Arc::clone(&world.app))).await;
        let messages = first_messages(&world.app).await;
        let mut living = House::live_at(world, played.customer);
        let Event::Submitted { message: sent, sign_name, .. } = played.seen.recv().await.unwrap() else {
            panic!("the first thing that happens is a message");
        };
        assert_eq!(sign_name, "S");
        living.all(&messages, MessageState::Delivered).await;
        let code = sent.parameters.iter().find(|(_, value)| value.len() == 6).unwrap().1.to_string();
        let last6 = if sent.phone.as_str() == "15400000101" { "120173" } else { "250246" };
        let body = serde_json::json!({
            "smsValidCode": code, "mobileNum": sent.phone.as_str().parse::<u64>().unwrap(), "certNum": last6,
        });
        let (_, answer) = living.post("/pquery/smsValidate/validateByCondition", &body).await;
        assert_eq!(answer["params"]["validStatus"], 31, "one of two has verified: {answer}");
        living.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_called_back_before_the_answer_is_not_lost() {
    for vendor in VENDORS {
        let early = Treatment { answer_after: Duration::from_millis(300), ..Treatment::delivered() };
        let played = Played::play(vendor, |settings| settings.otherwise = early).await;
        let house = House::new();
        let world = house.open(&line(vendor, played.address, ""), 1);
        file(&heyan_web::router(Arc::clone(&world.app))).await;
        let messages = first_messages(&world.app).await;
        let mut living = House::live_at(world, played.customer);
        living.all(&messages, MessageState::Delivered).await;
        living.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_vendor_s_answer_says_nothing_the_message_is_unknown_and_goes_out_no_second_time() {
    for vendor in VENDORS {
        for fault in [Fault::Close, Fault::Garbage, Fault::Unavailable, Fault::Silence] {
            let breaks = Treatment { fault: Some(fault), receipts: Vec::new(), ..Treatment::delivered() };
            let mut played = Played::play(vendor, |settings| settings.otherwise = breaks).await;
            let house = House::new();
            let world = house.open(&line(vendor, played.address, "response_seconds = 1"), 1);
            file(&heyan_web::router(Arc::clone(&world.app))).await;
            let messages = first_messages(&world.app).await;
            let (count, seen) = (&mut 0, &mut played.seen);
            let mut living = House::live_at(world, played.customer);
            living.all(&messages, MessageState::Unknown).await;
            assert!(living.outbox().await.is_empty(), "{fault:?}");
            while let Ok(event) = seen.try_recv() {
                *count += usize::from(matches!(event, Event::Submitted { .. }));
            }
            assert_eq!(*count, messages.len(), "{fault:?}");
            living.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_a_vendor_throttled_goes_again_and_its_attempts_say_so() {
    for (vendor, code) in [(Vendor::Tencent, "RequestLimitExceeded"), (Vendor::Alibaba, "Throttling.User")] {
        let throttled = Treatment { code: Some(code.to_owned()), ..Treatment::delivered() };
        let mut played = Played::play(vendor, |settings| settings.rules = every(2, throttled)).await;
        let house = House::new();
        let world = house.open(&line(vendor, played.address, ""), 1);
        file(&heyan_web::router(Arc::clone(&world.app))).await;
        let messages = first_messages(&world.app).await;
        let customer = std::mem::replace(&mut played.customer, anywhere().await);
        let mut living = House::live_at(world, customer);
        living.all(&messages, MessageState::Delivered).await;
        let mut codes = Vec::new();
        for id in &messages {
            let attempts = living.message(*id).await.attempts;
            codes.extend(attempts.into_iter().map(|attempt| attempt.code));
        }
        assert_eq!(codes, [code]);
        assert_eq!(played.count(), 3, "two messages, and one of them twice");
        living.stop().await;
    }
}

/// Without a connection nothing has left: the message waits without an attempt, and goes when the vendor is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_cannot_be_reached_loses_no_message() {
    let vendor = Vendor::Tencent;
    let (listener, customer) = (anywhere().await, anywhere().await);
    let address = listener.local_addr().unwrap();
    drop(listener);
    let house = House::new();
    let world = house.open(&line(vendor, address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let lines = Arc::clone(&world.lines.as_ref().unwrap().carriers);
    let called = customer.local_addr().unwrap();
    let mut living = House::live_at(world, customer);
    // Both have come back unsent.
    living.written(2).await;
    assert!(lines.shown()[0].why_down.is_some());
    for id in &messages {
        let message = living.message(*id).await;
        assert_eq!((message.state, message.attempts.len()), (MessageState::Queued, 0));
    }
    let listener = TcpListener::bind(address).await.unwrap();
    let mut seen = plays(vendor, settings(|_| {}), listener, called);
    living.all(&messages, MessageState::Delivered).await;
    let mut count = 0;
    while let Ok(event) = seen.try_recv() {
        count += usize::from(matches!(event, Event::Submitted { .. }));
    }
    assert_eq!(count, 2);
    living.stop().await;
}

async fn call(customer: SocketAddr, method: Method, path: &str, body: &str) -> (StatusCode, String) {
    let bounds = Bounds { time: Duration::from_secs(10), size: 1 << 20 };
    let asked: Asked = axum::http::Request::builder()
        .method(method)
        .uri(format!("http://{customer}{path}"))
        .body(body.to_owned().into())
        .unwrap();
    let answer = Client::new(None).unwrap().send(asked, bounds).await.unwrap();
    (answer.status(), String::from_utf8_lossy(answer.body()).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_is_thanked_when_its_receipts_are_written_down_and_nobody_else_finds_the_door() {
    let silent = Treatment { receipts: Vec::<Plan>::new(), ..Treatment::delivered() };
    let mut played = Played::play(Vendor::Alibaba, |settings| settings.otherwise = silent).await;
    let house = House::new();
    let world = house.open(&line(Vendor::Alibaba, played.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let customer = std::mem::replace(&mut played.customer, anywhere().await);
    let here = customer.local_addr().unwrap();
    let mut living = House::live_at(world, customer);
    living.written(2).await;
    let (carrier_id, sent) = played.submitted().await;
    let message = *messages.iter().find(|id| id.to_string() == sent.reference).unwrap();
    let receipts = serde_json::json!([
        {"phone_number": sent.phone.as_str(), "success": true, "err_code": "DELIVERED", "biz_id": carrier_id},
        {"this": "is none"},
    ])
    .to_string();
    let door = format!("/sms/receipts/a/{CALLBACK}");
    let (nowhere, body) = call(here, Method::POST, "/sms/receipts", &receipts).await;
    assert_eq!(nowhere, StatusCode::NOT_FOUND);
    for (method, path) in [
        (Method::POST, "/sms/receipts/a/Zk3v0PqLr8sT1uXy5aBc7d_F".to_owned()),
        (Method::POST, format!("/sms/receipts/b/{CALLBACK}")),
        (Method::POST, "/sms/receipts/a/%FF".to_owned()),
    ] {
        let found = call(here, method, &path, &receipts).await;
        assert_eq!(found, (nowhere, body.clone()), "{path} is like any address without anything");
    }
    assert_eq!(call(here, Method::GET, &door, "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(living.message(message).await.state, MessageState::Submitted);
    assert_eq!(call(here, Method::POST, &door, "{}").await.0, StatusCode::BAD_REQUEST);
    let long = " ".repeat(heyan_cloud::receipt::MOST_BYTES + 1);
    assert_eq!(call(here, Method::POST, &door, &long).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    for _ in 0..2 {
        let thanked = call(here, Method::POST, &door, &receipts).await;
        assert_eq!(thanked, (StatusCode::OK, r#"{"code":0,"msg":"OK"}"#.to_owned()));
        assert_eq!(living.message(message).await.state, MessageState::Delivered, "thanks come after writing");
    }
    living.stop().await;
}

#[test]
fn a_message_without_a_template_is_found_at_the_start() {
    let house = House::new();
    let text = texts().into_iter().next_back().unwrap();
    let whole = line(Vendor::Tencent, "127.0.0.1:8010".parse().unwrap(), "");
    assert!(house.try_open(&whole, 1).is_ok());
    let missing = whole.replace(&template(Vendor::Tencent, &text), "");
    let failure = house.try_open(&missing, 1).unwrap_err();
    assert!(failure.contains("number 1 \"a\": no template fits sms."), "{failure}");
    assert!(failure.contains(&format!("text = {text:?}")), "{failure}");
}

#[test]
fn a_route_over_a_vendor_that_cannot_work_is_refused_with_its_place_and_what_to_write() {
    let house = House::new();
    let here: SocketAddr = "127.0.0.1:8010".parse().unwrap();
    let [tencent, alibaba] = VENDORS.map(|vendor| line(vendor, here, ""));
    for good in [&tencent, &alibaba] {
        let printed = house.config(good).unwrap().to_toml().map_err(|_| "not printed").unwrap();
        let table: toml::Table = printed.parse().unwrap();
        let templates = table["sms"]["routes"][0]["templates"].as_array().unwrap();
        assert_eq!(templates.len(), texts().len(), "it is printed whole");
        assert!(!printed.contains(CALLBACK) && !printed.contains("drilled"), "and without its secrets");
    }
    for (routes, what) in [
        (tencent.replace("SECRET\n", "SECRET\nwindo = 1\n"), "number 1 \"a\": unknown field `windo`"),
        (tencent.replace("SECRET\n", ""), "HEYAN_SMS_SECRET_A"),
        (
            tencent.replace("CALLBACK\n", ""),
            "the callback secret is missing\nname a file in callback_secret_file",
        ),
        (
            tencent.replace("CALLBACK\n", "CALLBACK\ncallback_from = [\"x\"]\n"),
            "x is no address and no network",
        ),
        (tencent.replace("app_id = \"1400000000\"\n", ""), "app_id is missing"),
        (alibaba.replace("SECRET\n", "SECRET\napp_id = \"1\"\n"), "an alibaba route has no app_id"),
        (
            tencent.replace("http://127.0.0.1:8010", "http://10.0.0.1"),
            "http:// is for loopback addresses only",
        ),
        (tencent.replace("AKIDexample", "a b"), "letters, digits, - and _ only"),
        (tencent.replace("sign_name = \"S\"", "sign_name = \"\""), "sign_name is empty"),
        (tencent.replace("SECRET\n", "SECRET\nresponse_seconds = 61\n"), "write 1 to 60"),
        (tencent.replace("[\"code\", \"hours\"]", "[\"code\", \"days\"]"), "there is no value days"),
        (tencent.replace("[\"code\", \"hours\"]", "[\"hours\"]"), "no parameter takes {code}"),
        (tencent.replace("[\"code\", \"hours\"]", "{ code = \"code\" }"), "write a list"),
        (
            alibaba.replace("{ code = \"code\", hours = \"hours\" }", "[\"code\"]"),
            "write the template's names",
        ),
        (tencent.replace("{code}", "{cod}"), "templates, number 1: {cod} is none of"),
    ] {
        let failure = house.config(&routes).unwrap_err();
        assert!(failure.contains(what), "{failure}\n\n{what}");
    }
}
