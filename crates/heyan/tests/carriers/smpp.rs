//! Messages over SMPP lines, with the message centre's double on the other side of a real connection.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use heyan::cli::{KeyPlace, SmsTrace};
use heyan_domain::verification::MessageState;
use heyan_smpp::Secret;
use heyan_smpp::net::serve;
use heyan_smpp::pdu::Message;
use heyan_smpp::server::{Account, Disturbance, Event, ReceiptIds, Rule, Script, Settings, Smsc, Treatment};
use heyan_smpp::text::read;
use heyan_store::tables::OutboxPlace;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::house::{House, file, first_messages};

/// A message centre that plays until it is dropped.
pub struct Centre {
    pub address: SocketAddr,
    seen: mpsc::UnboundedReceiver<Event>,
    _stop: oneshot::Sender<()>,
}

impl Centre {
    pub async fn play(script: Script) -> Self {
        Self::with(|settings| settings.script = script).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let account = Account::new("heyan", Secret::new("drilled".to_owned()));
        let mut settings = Settings::new(vec![account]);
        change(&mut settings);
        let (tell, seen) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let sink = Box::new(move |_, event| drop(tell.send(event)));
        let stopped = async { drop(stopped.await) };
        tokio::spawn(serve(listener, Smsc::new(settings, 0), sink, stopped).1);
        Self { address, seen, _stop: stop }
    }

    async fn next<T>(&mut self, pick: impl Fn(Event) -> Option<T>) -> T {
        loop {
            if let Some(picked) = pick(self.seen.recv().await.unwrap()) {
                return picked;
            }
        }
    }

    pub async fn submitted(&mut self) -> Message {
        self.next(|event| match event {
            Event::Submitted { submit, .. } => Some(*submit),
            _ => None,
        })
        .await
    }

    /// The phones of all messages that have come by now, refused ones too.
    fn phones(&mut self) -> Vec<String> {
        let mut phones = Vec::new();
        while let Ok(event) = self.seen.try_recv() {
            if let Event::Submitted { submit, .. } = event {
                phones.push(submit.destination.number.clone());
            }
        }
        phones
    }
}

pub fn every(manieth: u64, treatment: Treatment) -> Script {
    let rule = Rule { number_ends: String::new(), every: NonZeroU64::new(manieth).unwrap(), treatment };
    Script { rules: vec![rule], ..Script::default() }
}

pub fn line(name: &str, centre: SocketAddr, more: &str) -> String {
    format!(
        "[[sms.routes]]\nname = {name:?}\nprotocol = \"smpp\"\naddress = \"{centre}\"\nsystem_id = \"heyan\"\nSECRET\n{more}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_gets_over_smpp_is_what_its_owner_verifies_with() {
    let mut centre = Centre::play(Script::default()).await;
    let house = House::new();
    let more = "rate_per_second = 1000\nsender = \"1069012381\"\nservice_type = \"VRFY\"";
    let mut living = house.live(house.open(&line("a", centre.address, more), 1)).await;
    living.file().await;
    let (submit, rest) = (centre.submitted().await, centre.submitted().await);
    assert_eq!((submit.source.number.as_str(), submit.service_type.as_str()), ("1069012381", "VRFY"));
    assert_eq!((submit.registered_delivery, rest.registered_delivery), (0, 1), "one receipt for both parts");
    let text = read(&submit).unwrap() + &read(&rest).unwrap();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap();
    // Two messages: accepted and delivered.
    living.written(4).await;
    let phone = &submit.destination.number;
    let last6 = if phone == "15400000101" { "120173" } else { "250246" };
    let body = serde_json::json!({
        "smsValidCode": code, "mobileNum": phone.parse::<u64>().unwrap(), "certNum": last6,
    });
    let (_, answer) = living.post("/pquery/smsValidate/validateByCondition", &body).await;
    assert_eq!(answer["params"]["validStatus"], 31, "one of two has verified: {answer}");
    living.stop().await;
}

/// Answers have ids in hexadecimal, receipts in decimal; the route says so, or does not; and the receipt comes after the
/// answer, or before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_finds_its_message_however_ids_are_written_and_whenever_it_comes() {
    for more in ["", "answer_ids = \"hexadecimal\"\nreceipt_ids = \"decimal\""] {
        for answer_after in [0, 200] {
            let answer_after = Duration::from_millis(answer_after);
            let centre = Centre::with(|settings| {
                settings.receipt_ids = ReceiptIds::Decimal;
                settings.script.otherwise = Treatment { answer_after, ..Treatment::delivered() };
            })
            .await;
            let house = House::new();
            let world = house.open(&line("a", centre.address, more), 1);
            file(&heyan_web::router(Arc::clone(&world.app))).await;
            let messages = first_messages(&world.app).await;
            let mut living = house.live(world).await;
            living.all(&messages, MessageState::Delivered).await;
            living.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_the_window_when_the_message_centre_closed_is_unknown_and_goes_out_no_second_time() {
    let closes = Treatment { disturbance: Some(Disturbance::Close), ..Treatment::delivered() };
    let slow = Treatment { answer_after: Duration::from_secs(30), ..Treatment::delivered() };
    let mut centre = Centre::play(Script { otherwise: slow, ..every(4, closes) }).await;
    let house = House::new();
    let world = house.open(&line("a", centre.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let mut living = house.live(world).await;
    // Two messages of two parts each: upon the fourth part it closes.
    for _ in 0..3 {
        centre.submitted().await;
    }
    centre.next(|event| matches!(event, Event::Disturbed { .. }).then_some(())).await;
    living.all(&messages, MessageState::Unknown).await;
    // It logs in again, and there is nothing to send.
    centre.next(|event| matches!(event, Event::LoggedIn { .. }).then_some(())).await;
    assert!(living.outbox().await.is_empty());
    assert!(centre.phones().is_empty());
    living.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_throttled_goes_again_and_its_attempts_say_so() {
    let throttled = Treatment { result: 0x58, ..Treatment::delivered() };
    let mut centre = Centre::play(every(4, throttled)).await;
    let house = House::new();
    let world = house.open(&line("a", centre.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let mut living = house.live(world).await;
    living.all(&messages, MessageState::Delivered).await;
    let mut codes = Vec::new();
    for id in &messages {
        let attempts = living.message(*id).await.attempts;
        codes.extend(attempts.into_iter().map(|attempt| (attempt.route, attempt.code)));
    }
    assert_eq!(codes, [("a".to_owned(), "0x58".to_owned())]);
    assert_eq!(centre.phones().len(), 6, "two parts each, and one message twice");
    living.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_not_answered_in_time_is_unknown_and_its_clock_runs() {
    let slow = Treatment { answer_after: Duration::from_secs(30), ..Treatment::delivered() };
    let slow = Treatment { reports: Vec::new(), ..slow };
    let mut centre = Centre::play(Script { rules: Vec::new(), otherwise: slow }).await;
    let house = House::new();
    let world = house.open(&line("a", centre.address, "response_seconds = 1"), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let mut living = house.live(world).await;
    living.all(&messages, MessageState::Unknown).await;
    assert!(living.message(messages[0]).await.submitted_at.is_some(), "its clock runs");
    let mut phones = centre.phones();
    phones.sort();
    let once = ["15400000101", "15400000101", "15400000102", "15400000102"];
    assert_eq!(phones, once, "two parts each");
    living.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_smpp_refuses_for_good_is_not_tried_again() {
    let refused = Treatment { result: 0x0B, ..Treatment::delivered() };
    let centre = Centre::play(every(1, refused)).await;
    let house = House::new();
    let world = house.open(&line("a", centre.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let mut living = house.live(world).await;
    living.written(2).await;
    for id in messages {
        let message = living.message(id).await;
        assert_eq!((message.state, message.carrier_code.as_deref()), (MessageState::Failed, Some("0x0b")));
    }
    living.stop().await;
}

#[test]
fn a_route_over_smpp_that_cannot_work_is_refused_with_its_place_and_what_to_write() {
    let house = House::new();
    let good = line("a", "127.0.0.1:2775".parse().unwrap(), "");
    assert!(house.config(&good).is_ok());
    let with = |more: &str| good.replace("SECRET", &format!("{more}\nSECRET"));
    for (routes, what) in [
        (with("sp_id = \"1\""), "number 1 \"a\": unknown field `sp_id`"),
        (good.replace("system_id = \"heyan\"\n", ""), "missing field `system_id`"),
        (good.replace("\"heyan\"", "\"\""), "system_id is empty"),
        (good.replace("\"heyan\"", "\"more-than-15-characters\""), "system_id has up to 15 characters"),
        (good.replace("SECRET\n", ""), "HEYAN_SMS_SECRET_A"),
        (good.replace("2775", ""), "write host and port"),
        (with("service_type = \"TOOLONG\""), "up to five characters"),
        (with("sender = \"123456789012345678901\""), "up to 20 digits"),
        (with("source_ton = 9"), "source_ton is 9"),
        (with("window = 0"), "write 1 to 256"),
        (with("heartbeat_seconds = 5"), "write 30 to 180"),
        (with("response_seconds = 0"), "write 1 to 300"),
        (with("long_messages = \"udh\""), "expected `header` or `parameters`"),
        (with("receipt_ids = \"hex\""), "unknown variant `hex`"),
    ] {
        let failure = house.config(&routes).unwrap_err();
        assert!(failure.contains(what), "{failure}\n\n{routes}");
    }
}

/// For support: what passed on a line, without a number or a code; and a message is found in it again, however its centre
/// writes its id.
#[tokio::test(flavor = "multi_thread")]
async fn captured_frames_have_no_personal_data_and_a_message_is_traced_through_them() {
    let centre = Centre::with(|settings| settings.receipt_ids = ReceiptIds::Decimal).await;
    let house = House::new();
    let captured = house.data.path().join("frames.log");
    let lines = format!("[sms]\ncapture_file = '{}'\n", captured.display()) + &line("a", centre.address, "");
    let world = house.open(&lines, 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let queued = world.app.readers.read(|reader| reader.outbox(OutboxPlace::default(), 10)).await.unwrap();
    let mut living = house.live(world).await;
    living.written(4).await;
    let carrier_id = living.message(queued[0].message).await.carrier_id.unwrap();
    living.stop().await;
    let frames = std::fs::read_to_string(&captured).unwrap();
    for outgoing in &queued {
        let code = outgoing.text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap();
        assert!(!frames.contains(outgoing.to.as_str()) && !frames.contains(code), "{frames}");
    }
    assert!(!frames.contains("drilled"), "nor the secret");
    for words in [" a > bind_transceiver ", " a > submit_sm ", " report DELIVRD of "] {
        assert!(frames.contains(words), "{words}: {frames}");
    }
    let place = KeyPlace { data: house.data.path().to_owned(), database: None, keys: None };
    let traced = SmsTrace { message: queued[0].message, place, frames: Some(captured) };
    let text = heyan::commands::sms::trace(&traced).unwrap_or_else(|failure| panic!("{}", failure.what()));
    assert!(text.contains(&carrier_id), "{text}");
    let kinds: Vec<_> = text.lines().filter(|line| line.starts_with("frame ")).collect();
    assert_eq!(kinds.len(), 3, "submit_sm, its answer, the receipt: {text}\n{frames}");
}
