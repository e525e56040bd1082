//! A kept link and the double over real connections on loopback.

#![cfg(feature = "net")]
#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::sync::mpsc as std_mpsc;
use std::time::Duration;

use heyan_cmpp::client::{ClientConfig, EndReason, Event, NotTaken, Ticket};
use heyan_cmpp::net::{Handle, Link, Notice, Notices, serve};
use heyan_cmpp::pdu::{Connect, Submit};
use heyan_cmpp::server::{self, Account, Disturbance, Rule, Script, Settings, Smsc, Treatment};
use heyan_cmpp::{Content, Format, LoginTime, Number, Pdu, Secret, SequenceId, SpId, Terminal, Version};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Nothing here waits for anything but the other side, so a test that takes so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

struct Double {
    address: String,
    events: std_mpsc::Receiver<server::Event>,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

fn sp_id() -> SpId {
    SpId::new("901234").unwrap()
}

fn secret() -> Secret {
    Secret::new("secret".to_owned())
}

async fn double(script: Script) -> Double {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = Settings { script, ..Settings::new(vec![Account::new(sp_id(), secret())]) };
    let (send, events) = std_mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let sink = Box::new(move |_, event| drop(send.send(event)));
    let (_, future) = serve(listener, Smsc::new(settings, 0), sink, async { drop(stopped.await) });
    Double { address, events, stop, task: tokio::spawn(future) }
}

fn link(address: &str, version: Version) -> (Handle, Notices, tokio::task::JoinHandle<()>) {
    let config = ClientConfig {
        rate_per_second: 1_000_000.try_into().unwrap(),
        ..ClientConfig::new(sp_id(), secret(), version)
    };
    let link = Link { address: address.to_owned(), config, connect_timeout: Duration::from_secs(5) };
    let (handle, notices, future) = link.keep(|| LoginTime::at(0), ChaCha8Rng::seed_from_u64(1));
    (handle, notices, tokio::spawn(future))
}

fn message(phone: &str) -> Box<Submit> {
    let to = Terminal::Three(Number::new(phone).unwrap());
    let content = Content::new(b"code 123456".to_vec()).unwrap();
    Box::new(Submit::to_one(sp_id(), Number::new("12381").unwrap(), to, Format::ASCII, content))
}

async fn next(notices: &mut Notices) -> Notice {
    tokio::time::timeout(PATIENCE, notices.recv()).await.unwrap().unwrap()
}

async fn logged_in(notices: &mut Notices) {
    let notice = next(notices).await;
    assert!(matches!(notice, Notice::Session(Event::LoggedIn { .. })), "{notice:?}");
}

#[tokio::test]
async fn a_thousand_messages_are_answered_and_reported_and_the_link_ends_politely() {
    let double = double(Script::default()).await;
    let (handle, mut notices, task) = link(&double.address, Version::V30);
    logged_in(&mut notices).await;
    let sender = handle.clone();
    let sending = tokio::spawn(async move {
        for ticket in 0..1000 {
            sender.submit(Ticket(ticket), message("15400000001")).await.unwrap();
        }
    });
    let (mut answered, mut reported) = (0, 0);
    while (answered, reported) != (1000, 1000) {
        match next(&mut notices).await {
            Notice::Session(Event::Answered { .. }) => answered += 1,
            Notice::Session(Event::Delivered { delivery, .. }) => {
                reported += 1;
                handle.acknowledge(delivery, 0);
            }
            other => panic!("{other:?}"),
        }
    }
    sending.await.unwrap();
    handle.terminate();
    let notice = next(&mut notices).await;
    assert!(matches!(notice, Notice::Session(Event::Ended { reason: EndReason::Terminated })), "{notice:?}");
    tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap();
    assert!(handle.submit(Ticket(0), message("15400000001")).await.is_err());
    drop(double.stop);
    tokio::time::timeout(PATIENCE, double.task).await.unwrap().unwrap();
    let events: Vec<_> = double.events.iter().collect();
    assert_eq!(
        events.iter().filter(|event| matches!(event, server::Event::Acknowledged { result: 0, .. })).count(),
        1000
    );
    assert!(!events.contains(&server::Event::WindowExceeded));
    assert!(events.contains(&server::Event::Terminated));
}

#[tokio::test]
async fn a_link_that_is_cut_says_what_is_unknown_returns_the_rest_and_comes_back() {
    let cut = Treatment { disturbance: Some(Disturbance::Close), ..Treatment::delivered() };
    let rule = Rule { number_ends: "9".to_owned(), every: 1.try_into().unwrap(), treatment: cut };
    let double = double(Script { rules: vec![rule], ..Script::default() }).await;
    let (handle, mut notices, _task) = link(&double.address, Version::V30);
    logged_in(&mut notices).await;
    handle.submit(Ticket(1), message("15400000009")).await.unwrap();
    assert!(matches!(next(&mut notices).await, Notice::Session(Event::Unknown { ticket: Ticket(1), .. })));
    assert!(matches!(next(&mut notices).await, Notice::Session(Event::Ended { reason: EndReason::Closed })));
    assert!(matches!(next(&mut notices).await, Notice::Down { .. }));
    handle.submit(Ticket(2), message("15400000001")).await.unwrap();
    let returned = next(&mut notices).await;
    assert!(
        matches!(returned, Notice::Returned { ticket: Ticket(2), why: NotTaken::NotLoggedIn }),
        "{returned:?}"
    );
    logged_in(&mut notices).await;
    handle.submit(Ticket(3), message("15400000001")).await.unwrap();
    assert!(matches!(next(&mut notices).await, Notice::Session(Event::Answered { ticket: Ticket(3), .. })));
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_tried_again() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let (handle, mut notices, task) = link(&address, Version::V20);
    assert!(matches!(next(&mut notices).await, Notice::Unreachable { .. }));
    assert!(matches!(next(&mut notices).await, Notice::Down { .. }));
    drop(handle);
    tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_handed_over_before_the_login_comes_back_at_once() {
    // Accepts connections, by the system, and never answers.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (handle, mut notices, _task) = link(&mute.local_addr().unwrap().to_string(), Version::V30);
    handle.submit(Ticket(1), message("15400000001")).await.unwrap();
    let returned = next(&mut notices).await;
    assert!(
        matches!(returned, Notice::Returned { ticket: Ticket(1), why: NotTaken::NotLoggedIn }),
        "{returned:?}"
    );
}

#[tokio::test]
async fn who_does_not_read_is_not_read_from() {
    let double = double(Script::default()).await;
    let mut peer = tokio::net::TcpStream::connect(&double.address).await.unwrap();
    let mut frame = Pdu::Connect(Connect::new(sp_id(), &secret(), Version::V20, LoginTime::at(0)))
        .to_frame(SequenceId::new(1));
    let mut written = 0_usize;
    // Each asks for an octet more than it has. What the systems in between hold is some megabytes.
    let probes = Pdu::ActiveTest.to_frame(SequenceId::new(2)).repeat(10_000);
    while let Ok(wrote) = tokio::time::timeout(Duration::from_millis(500), peer.write_all(&frame)).await {
        wrote.unwrap();
        written += frame.len();
        assert!(written < 64 * 1024 * 1024, "the double takes without end");
        frame.clone_from(&probes);
    }
}

#[tokio::test]
async fn the_double_ends_its_sessions_when_it_is_stopped() {
    let double = double(Script::default()).await;
    let (_handle, mut notices, _task) = link(&double.address, Version::V20);
    logged_in(&mut notices).await;
    drop(double.stop);
    let notice = next(&mut notices).await;
    assert!(
        matches!(notice, Notice::Session(Event::Ended { reason: EndReason::TerminatedByGateway })),
        "{notice:?}"
    );
    tokio::time::timeout(PATIENCE, double.task).await.unwrap().unwrap();
}
