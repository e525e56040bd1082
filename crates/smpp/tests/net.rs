//! A kept link and the double over real connections on loopback.

#![cfg(feature = "net")]
#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::time::Duration;

use heyan_smpp::Secret;
use heyan_smpp::client::{ClientConfig, EndReason, Event, NotTaken, Ticket};
use heyan_smpp::net::{Handle, Link, Notice, Notices, serve};
use heyan_smpp::pdu::{Address, Message};
use heyan_smpp::server::{Account, Disturbance, Rule, Script, Settings, Smsc, Treatment};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Nothing here waits for anything but the other side, so a test that takes so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

async fn double(script: Script) -> (String, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let account = Account::new("901234", Secret::new("secret".to_owned()));
    let settings = Settings { script, ..Settings::new(vec![account]) };
    let (stop, stopped) = oneshot::channel::<()>();
    let (_, future) =
        serve(listener, Smsc::new(settings, 0), Box::new(|_, _| {}), async { drop(stopped.await) });
    (address, stop, tokio::spawn(future))
}

fn link(address: &str) -> (Handle, Notices, JoinHandle<()>) {
    let config = ClientConfig {
        rate_per_second: 1_000_000.try_into().unwrap(),
        ..ClientConfig::new("901234", "secret", "").unwrap()
    };
    let link = Link { address: address.to_owned(), config, connect_timeout: Duration::from_secs(5) };
    let (handle, notices, future) = link.keep(ChaCha8Rng::seed_from_u64(1));
    (handle, notices, tokio::spawn(future))
}

fn message(phone: &str) -> Box<Message> {
    let text = b"code 123456".to_vec();
    Box::new(Message {
        destination: Address::phone(phone),
        registered_delivery: 1,
        text,
        ..Message::default()
    })
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
    let (address, stop, serving) = double(Script::default()).await;
    let (handle, mut notices, task) = link(&address);
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
    drop(stop);
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_link_that_is_cut_says_what_is_unknown_returns_the_rest_and_comes_back() {
    let cut = Treatment { disturbance: Some(Disturbance::Close), ..Treatment::delivered() };
    let rule = Rule { number_ends: "9".to_owned(), every: 1.try_into().unwrap(), treatment: cut };
    let (address, _stop, _serving) = double(Script { rules: vec![rule], ..Script::default() }).await;
    let (handle, mut notices, _task) = link(&address);
    logged_in(&mut notices).await;
    handle.submit(Ticket(1), message("15400000009")).await.unwrap();
    assert!(matches!(next(&mut notices).await, Notice::Session(Event::Unknown { ticket: Ticket(1), .. })));
    assert!(matches!(next(&mut notices).await, Notice::Session(Event::Ended { reason: EndReason::Closed })));
    assert!(matches!(next(&mut notices).await, Notice::Down { .. }));
    handle.submit(Ticket(2), message("15400000001")).await.unwrap();
    let returned = next(&mut notices).await;
    let is_returned = matches!(returned, Notice::Returned { ticket: Ticket(2), why: NotTaken::NotLoggedIn });
    assert!(is_returned, "{returned:?}");
    logged_in(&mut notices).await;
    handle.submit(Ticket(3), message("15400000001")).await.unwrap();
    assert!(matches!(next(&mut notices).await, Notice::Session(Event::Answered { ticket: Ticket(3), .. })));
}

#[tokio::test]
async fn the_double_ends_its_sessions_when_it_is_stopped() {
    let (address, stop, serving) = double(Script::default()).await;
    let (_handle, mut notices, _task) = link(&address);
    logged_in(&mut notices).await;
    drop(stop);
    let notice = next(&mut notices).await;
    assert!(matches!(notice, Notice::Session(Event::Ended { reason: EndReason::Unbound })), "{notice:?}");
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap();
}
