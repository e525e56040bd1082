//! Messages over CMPP lines, with the carrier's double on the other side of a real connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use heyan::cli::{KeyPlace, SmsTrace};
use heyan_cmpp::net::serve;
use heyan_cmpp::pdu::Submit;
use heyan_cmpp::server::{Account, Disturbance, Event, Rule, Script, Settings, Smsc, Treatment};
use heyan_cmpp::text::read;
use heyan_cmpp::{Secret, SpId};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::FilingId;
use heyan_domain::verification::{MessageState, Transport};
use heyan_store::tables::OutboxPlace;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::house::{House, file, first_messages};

type Seen = mpsc::UnboundedReceiver<Event>;

/// A carrier that plays a script until it is dropped.
struct Carrier {
    address: SocketAddr,
    seen: Seen,
    _stop: oneshot::Sender<()>,
}

impl Carrier {
    async fn play(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let account = Account::new(SpId::new("901234").unwrap(), Secret::new("drilled".to_owned()));
        let settings = Settings { script, ..Settings::new(vec![account]) };
        let (tell, seen) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let sink = Box::new(move |_, event| drop(tell.send(event)));
        let stopped = async { drop(stopped.await) };
        tokio::spawn(serve(listener, Smsc::new(settings, 0), sink, stopped).1);
        Self { address, seen, _stop: stop }
    }

    /// The next thing of a kind that happens there.
    async fn next<T>(&mut self, pick: impl Fn(Event) -> Option<T>) -> T {
        loop {
            if let Some(picked) = pick(self.seen.recv().await.unwrap()) {
                return picked;
            }
        }
    }

    async fn submitted(&mut self) -> Submit {
        self.next(|event| match event {
            Event::Submitted { submit, .. } => Some(*submit),
            _ => None,
        })
        .await
    }
}

fn doing(treatment: Treatment) -> Script {
    Script { rules: Vec::new(), otherwise: treatment }
}

fn refusing(result: u32) -> Script {
    doing(Treatment { result, ..Treatment::delivered() })
}

fn disturbing(disturbance: Disturbance) -> Script {
    doing(Treatment { disturbance: Some(disturbance), ..Treatment::delivered() })
}

fn text(submit: &Submit) -> String {
    read(submit.format, submit.content.as_bytes()).unwrap().text
}

fn line(name: &str, carrier: SocketAddr, more: &str) -> String {
    format!(
        "[[sms.routes]]\nname = {name:?}\nprotocol = \"cmpp\"\naddress = \"{carrier}\"\nsp_id = \"901234\"\nSECRET\n{more}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_gets_over_a_line_is_what_its_owner_verifies_with() {
    let mut carrier = Carrier::play(Script::default()).await;
    let house = House::new();
    let mut living = house.live(house.open(&line("a", carrier.address, "rate_per_second = 1000"), 1)).await;
    living.file().await;
    let submit = carrier.submitted().await;
    let code =
        text(&submit).split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap().to_owned();
    // Two messages: accepted and delivered.
    living.written(4).await;
    let phone = submit.destinations()[0].mainland().unwrap();
    let last6 = if phone.as_str() == "15400000101" { "120173" } else { "250246" };
    let body = serde_json::json!({
        "smsValidCode": code, "mobileNum": phone.as_str().parse::<u64>().unwrap(), "certNum": last6,
    });
    let (_, answer) = living.post("/pquery/smsValidate/validateByCondition", &body).await;
    assert_eq!(answer["params"]["validStatus"], 31, "one of two has verified: {answer}");
    living.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_on_a_line_that_breaks_is_unknown_and_not_sent_blindly_again() {
    let mut carrier = Carrier::play(disturbing(Disturbance::Close)).await;
    let house = House::new();
    let world = house.open(&line("a", carrier.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let mut living = house.live(world).await;
    carrier.next(|event| matches!(event, Event::Disturbed { .. }).then_some(())).await;
    living.written(1).await;
    let mut states = Vec::new();
    for id in messages {
        let message = living.message(id).await;
        assert!(message.submitted_at.is_some() || message.state == MessageState::Queued, "{message:?}");
        states.push(message.state);
    }
    assert!(states.contains(&MessageState::Unknown), "{states:?}");
    living.stop().await;
}

/// The database says who has a message before the message is sent; so what a process leaves behind when it dies is known
/// to be unknown.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_a_dead_process_had_handed_over_counts_as_unknown() {
    let carrier = Carrier::play(Script::default()).await;
    let house = House::new();
    let world = house.open(&line("a", carrier.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let hand = Transport::Hand { message: messages[0], route: "a".to_owned() };
    let outcome = world.app.engine.execute(Action::Transport(Box::new(hand))).await.unwrap();
    assert!(matches!(outcome, Outcome::Handed(Some(_))));
    let mut living = house.live(world).await;
    // The other one is accepted and delivered.
    living.written(2).await;
    assert_eq!(living.message(messages[0]).await.state, MessageState::Unknown);
    assert_eq!(living.message(messages[1]).await.state, MessageState::Delivered);
    living.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_line_refuses_for_its_own_reasons_another_one_takes() {
    // 10: this Src_Id is not ours. 8: too fast.
    for result in [10, 8] {
        let refuses = Carrier::play(refusing(result)).await;
        let takes = Carrier::play(Script::default()).await;
        let house = House::new();
        let lines = line("refuses", refuses.address, "weight = 1000") + &line("takes", takes.address, "");
        let world = house.open(&lines, 1);
        let mut living = house.live(world).await;
        // Before that, only one of them could be asked.
        living.all_up().await;
        living.file().await;
        let filing = FilingId::from_number(1);
        let messages = [0, 1].map(|ordinal| filing.verification(ordinal).message(1));
        let (mut refused, mut delivered) = (0, 0);
        let mut written = 0;
        while delivered < messages.len() {
            written += 1;
            living.written(written).await;
            let mut states = Vec::new();
            for id in &messages {
                states.push(living.message(*id).await);
            }
            delivered = states.iter().filter(|message| message.state == MessageState::Delivered).count();
            refused = states.iter().map(|message| message.attempts.len()).sum();
        }
        assert!(refused > 0, "the heavier line is asked first");
        assert!(living.outbox().await.is_empty());
        living.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_does_not_exist_is_not_tried_elsewhere() {
    let carrier = Carrier::play(refusing(13)).await;
    let house = House::new();
    let world = house.open(&line("a", carrier.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let mut living = house.live(world).await;
    living.written(2).await;
    for id in messages {
        let message = living.message(id).await;
        assert_eq!(message.state, MessageState::Failed);
        assert_eq!(message.carrier_code.as_deref(), Some("13"));
    }
    living.stop().await;
}

/// One letter, one phone: with a rule for it a carrier may be slow, and the answer that comes while the house is being
/// left is written down all the same.
#[tokio::test(flavor = "multi_thread")]
async fn who_stops_waits_for_the_answers_that_are_due() {
    let slow = Treatment { answer_after: Duration::from_millis(300), ..Treatment::delivered() };
    let every = std::num::NonZeroU64::MIN;
    let rules = vec![Rule { number_ends: String::new(), every, treatment: slow }];
    let mut carrier = Carrier::play(Script { rules, ..Script::default() }).await;
    let house = House::new();
    let world = house.open(&line("a", carrier.address, ""), 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let messages = first_messages(&world.app).await;
    let living = house.live(world).await;
    let app = Arc::clone(&living.app);
    carrier.submitted().await;
    carrier.submitted().await;
    living.stop().await;
    for id in messages {
        let message = app.readers.read(move |reader| reader.message(id)).await.unwrap().unwrap();
        assert!(matches!(message.state, MessageState::Submitted | MessageState::Delivered), "{message:?}");
    }
}

/// For support: what passed on a line, without a number or a code; and a message is found in it again.
#[tokio::test(flavor = "multi_thread")]
async fn captured_frames_have_no_personal_data_and_a_message_is_traced_through_them() {
    let carrier = Carrier::play(Script::default()).await;
    let house = House::new();
    let captured = house.data.path().join("frames.log");
    let lines = format!("[sms]\ncapture_file = '{}'\n", captured.display()) + &line("a", carrier.address, "");
    let world = house.open(&lines, 1);
    file(&heyan_web::router(Arc::clone(&world.app))).await;
    let queued = world.app.readers.read(|reader| reader.outbox(OutboxPlace::default(), 10)).await.unwrap();
    let mut living = house.live(world).await;
    living.written(4).await;
    let message = living.message(queued[0].message).await;
    let carrier_id = message.carrier_id.unwrap();
    living.stop().await;
    let frames = std::fs::read_to_string(&captured).unwrap();
    for outgoing in &queued {
        let code = outgoing.text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap();
        assert!(!frames.contains(outgoing.to.as_str()) && !frames.contains(code), "{frames}");
    }
    assert!(!frames.contains("drilled"), "nor the secret");
    for words in [" a > CONNECT ", " a > SUBMIT ", &format!("id {carrier_id}, report DELIVRD of ")] {
        assert!(frames.contains(words), "{words}: {frames}");
    }
    let place = KeyPlace { data: house.data.path().to_owned(), database: None, keys: None };
    let traced = SmsTrace { message: queued[0].message, place, frames: Some(captured) };
    let text = heyan::commands::sms::trace(&traced).unwrap_or_else(|failure| panic!("{}", failure.what()));
    for words in
        ["state        delivered", &carrier_id, "text         wiped", "message_delivered code DELIVRD"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let kinds: Vec<_> = text.lines().filter(|line| line.starts_with("frame ")).collect();
    assert_eq!(kinds.len(), 3, "SUBMIT, its answer, the report: {text}");
    assert!(!text.contains(queued[0].to.as_str()), "{text}");
}

#[test]
fn a_configuration_that_cannot_work_is_refused_with_its_place_and_what_to_write() {
    let house = House::new();
    let here: SocketAddr = "127.0.0.1:7890".parse().unwrap();
    let good = line("a", here, "");
    assert!(house.config(&good).is_ok());
    for (routes, what) in [
        (good.replace("SECRET", "secret_fil = 1\nSECRET"), "number 1 \"a\": unknown field `secret_fil`"),
        (good.replace("SECRET\n", ""), "HEYAN_SMS_SECRET_A"),
        (good.replace("SECRET\n", "secret_file = \"/nowhere\"\n"), "cannot be read"),
        (good.clone() + &good, "two routes have the name a"),
        (
            good.replace("sp_id", "carriers = [\"mobile\"]\nsp_id"),
            "no route takes numbers of unicom, telecom, broadnet",
        ),
        (good.replace("sp_id", "carriers = [\"mobil\"]\nsp_id"), "there is no carrier mobil"),
        (good.replace("7890", ""), "write host and port"),
        (good.replace("901234", "9012345"), "sp_id is not usable"),
        (good.replace("sp_id", "version = \"4.0\"\nsp_id"), "write 2.0, 2.1 or 3.0"),
        (good.replace("sp_id", "window = 257\nsp_id"), "write 1 to 256"),
        (good.replace("\"cmpp\"", "\"cmp\""), "unknown variant `cmp`"),
        (good.replace("\"a\"", "\"A B\""), "small letters"),
        ("[sms]\nslow_percent = 0\n".to_owned() + &good, "write 1 to 100"),
        ("[sms]\ncapture_mebibytes = 0\n".to_owned() + &good, "write 1 to 1024"),
    ] {
        let failure = house.config(&routes).unwrap_err();
        assert!(failure.contains(what), "{failure}\n\n{routes}");
    }
}
