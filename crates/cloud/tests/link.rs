//! The link and the double over sockets, and the receipts that come back.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use heyan_cloud::double::net::Port;
use heyan_cloud::double::{Double, Event, Fault, Plan, Rule, Settings, Treatment};
use heyan_cloud::link::{Account, Handle, Link, Lost, NotTaken, Notice, Notices};
use heyan_cloud::{Credentials, Endpoint, Message, Second, Secret, Vendor, alibaba, receipt, tencent};
use heyan_cmpp::Mainland;
use heyan_cmpp::client::{Ticket, Window};
use heyan_cmpp::codes::Meaning;
use heyan_outbound::{Bounds, Client, Failed, Uri};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use tokio::sync::mpsc;

const VENDORS: [Vendor; 2] = [Vendor::Tencent, Vendor::Alibaba];
const NOW: Second = Second::new(1_795_402_000);
const QUICK: Bounds = Bounds { time: Duration::from_secs(1), size: 64 * 1024 };

fn credentials(secret: &str) -> Credentials {
    Credentials::new("AKIDexample".to_owned(), Secret::new(secret.to_owned())).unwrap()
}

fn account(vendor: Vendor, address: &str, secret: &str) -> Account {
    let endpoint = Endpoint::parse(&format!("http://{address}")).unwrap();
    let (credentials, sign_name) = (credentials(secret), "\u{5de5}\u{4fe1}\u{90e8}".to_owned());
    match vendor {
        Vendor::Tencent => Account::Tencent(tencent::Account {
            endpoint,
            region: tencent::REGION.to_owned(),
            credentials,
            app_id: "1400006666".to_owned(),
            sign_name,
        }),
        Vendor::Alibaba => Account::Alibaba(alibaba::Account { endpoint, credentials, sign_name }),
    }
}

fn message(number: u64) -> Message {
    let parameter = |name: &str, text: &str| (name.to_owned(), text.to_owned().into());
    Message {
        phone: Mainland::parse(&format!("154{number:08}")).unwrap(),
        template: "SMS_1".to_owned(),
        parameters: vec![parameter("code", "012345"), parameter("name", "a b+\"\u{5e97}&=*~")],
        reference: format!("m{number}"),
    }
}

fn treatment(code: Option<&str>, fault: Option<Fault>) -> Treatment {
    Treatment { code: code.map(str::to_owned), fault, ..Treatment::delivered() }
}

fn rule(number_ends: &str, treatment: Treatment) -> Rule {
    Rule { number_ends: number_ends.to_owned(), every: NonZeroU64::MIN, treatment }
}

/// A double on a free port, and what it tells.
async fn double(
    vendor: Vendor,
    settings: Settings,
    callback: Option<Uri>,
) -> (String, Arc<Mutex<Vec<Event>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let port = Port {
        vendor,
        double: Arc::new(Mutex::new(Double::new(settings))),
        callback,
        client: Client::new(None).unwrap(),
        wall: Arc::new(|| NOW),
        sink: Arc::new(move |event| sink.lock().unwrap().push(event)),
    };
    tokio::spawn(port.serve(listener));
    (address, told)
}

fn link(account: Account, bounds: Bounds, window: u16) -> (Handle, Notices) {
    let link = Link {
        account,
        client: Client::new(None).unwrap(),
        bounds,
        window: Window::new(window).unwrap(),
        rate_per_second: NonZeroU32::new(1_000_000).unwrap(),
    };
    let (handle, notices, kept) = link.keep(|| NOW, ChaCha8Rng::seed_from_u64(1));
    tokio::spawn(kept);
    (handle, notices)
}

/// What becomes of one message whose double behaves so.
async fn outcome(vendor: Vendor, treatment: Treatment) -> Notice {
    let mut settings = Settings::new(vec![credentials("hush")]);
    settings.otherwise = treatment;
    let (address, _) = double(vendor, settings, None).await;
    let (handle, mut notices) = link(account(vendor, &address, "hush"), QUICK, 16);
    handle.submit(Ticket(7), Box::new(message(1))).await.unwrap();
    notices.recv().await.unwrap()
}

#[tokio::test]
async fn a_message_is_answered_and_its_receipt_names_it() {
    for vendor in VENDORS {
        let (sent, mut bodies) = mpsc::unbounded_channel();
        let heard = move |body: axum::body::Bytes| async move {
            sent.send(body).unwrap();
            receipt::thanks(vendor)
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let callback = format!("http://{}/receipts", listener.local_addr().unwrap()).parse().unwrap();
        let router = axum::Router::new().route("/receipts", axum::routing::post(heard));
        tokio::spawn(async move { axum::serve(listener, router).await });

        let settings = Settings::new(vec![credentials("hush")]);
        let (address, told) = double(vendor, settings, Some(callback)).await;
        let (handle, mut notices) = link(account(vendor, &address, "hush"), QUICK, 16);
        handle.submit(Ticket(7), Box::new(message(1))).await.unwrap();
        let Some(Notice::Answered { ticket: Ticket(7), carrier_id }) = notices.recv().await else {
            panic!("{vendor:?}: {:?}", told.lock().unwrap());
        };
        let read = receipt::read(vendor, &bodies.recv().await.unwrap()).unwrap();
        let [receipt] = read.receipts.as_slice() else { panic!("{read:?}") };
        assert_eq!(receipt.carrier_id, carrier_id);
        assert_eq!((receipt.phone, receipt.row.meaning), (message(1).phone, Meaning::Delivered));
        assert_eq!(receipt.reference.as_deref(), Some("m1"));
        let told = told.lock().unwrap();
        let Event::Submitted { message: got, sign_name, .. } = &told[0] else { panic!("{told:?}") };
        let texts: Vec<_> = got.parameters.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["012345", "a b+\"\u{5e97}&=*~"], "every character arrives");
        assert_eq!((got.template.as_str(), sign_name.as_str()), ("SMS_1", "\u{5de5}\u{4fe1}\u{90e8}"));
    }
}

#[tokio::test]
async fn a_refusal_says_its_code_and_what_it_means() {
    for (vendor, code, meaning) in [
        (Vendor::Tencent, "FailedOperation.PhoneNumberInBlacklist", Meaning::FailedForGood),
        (Vendor::Tencent, "LimitExceeded.PhoneNumberDailyLimit", Meaning::FailedForNow),
        (Vendor::Tencent, "UnauthorizedOperation.SmsSdkAppIdVerifyFail", Meaning::FailedForGood),
        (Vendor::Alibaba, "isv.MOBILE_NUMBER_ILLEGAL", Meaning::FailedForGood),
        (Vendor::Alibaba, "isv.BUSINESS_LIMIT_CONTROL", Meaning::FailedForNow),
        (Vendor::Alibaba, "Forbidden.RAM", Meaning::FailedForGood),
    ] {
        let notice = outcome(vendor, treatment(Some(code), None)).await;
        let Notice::Refused { ticket: Ticket(7), code: said, row } = notice else { panic!("{notice:?}") };
        assert_eq!((said.as_str(), row.meaning), (code, meaning));
    }
}

#[tokio::test]
async fn what_does_not_say_whether_it_was_sent_is_unknown() {
    for vendor in VENDORS {
        let code = if vendor == Vendor::Tencent { "InternalError.Timeout" } else { "isp.SYSTEM_ERROR" };
        let notice = outcome(vendor, treatment(Some(code), None)).await;
        assert!(matches!(&notice, Notice::Unknown { why: Lost::Unclear { .. }, .. }), "{notice:?}");
        for (fault, status) in [(Fault::Garbage, 200), (Fault::Unavailable, 503)] {
            let notice = outcome(vendor, treatment(None, Some(fault))).await;
            let Notice::Unknown { why: Lost::Unreadable { status: said }, .. } = notice else {
                panic!("{notice:?}")
            };
            assert_eq!(said, status);
        }
        let notice = outcome(vendor, treatment(None, Some(Fault::Close))).await;
        let Notice::Unknown { why: Lost::NoAnswer(failed), .. } = notice else { panic!("{notice:?}") };
        assert!(matches!(failed, Failed::Unreachable { .. }), "{failed:?}");
        let notice = outcome(vendor, treatment(None, Some(Fault::Silence))).await;
        let Notice::Unknown { why: Lost::NoAnswer(failed), .. } = notice else { panic!("{notice:?}") };
        assert!(matches!(failed, Failed::TooSlow { .. }), "{failed:?}");
    }
}

#[tokio::test]
async fn without_a_connection_a_message_comes_back() {
    for vendor in VENDORS {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let (handle, mut notices) = link(account(vendor, &address, "hush"), QUICK, 16);
        handle.submit(Ticket(7), Box::new(message(1))).await.unwrap();
        let notice = notices.recv().await.unwrap();
        assert!(
            matches!(notice, Notice::Returned { ticket: Ticket(7), why: NotTaken::Unreachable(_) }),
            "{notice:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    for (vendor, code) in
        [(Vendor::Tencent, "AuthFailure.SignatureFailure"), (Vendor::Alibaba, "SignatureDoesNotMatch")]
    {
        let (address, _) = double(vendor, Settings::new(vec![credentials("hush")]), None).await;
        let (handle, mut notices) = link(account(vendor, &address, "other"), QUICK, 16);
        handle.submit(Ticket(7), Box::new(message(1))).await.unwrap();
        let notice = notices.recv().await.unwrap();
        let Notice::Refused { code: said, row, .. } = notice else { panic!("{notice:?}") };
        assert_eq!((said.as_str(), row.meaning), (code, Meaning::FailedForGood));
    }
}

#[tokio::test]
async fn throttling_lowers_the_rate() {
    for vendor in VENDORS {
        let mut settings = Settings::new(vec![credentials("hush")]);
        settings.rate_per_second = NonZeroU32::new(3);
        let (address, _) = double(vendor, settings, None).await;
        let (handle, mut notices) = link(account(vendor, &address, "hush"), QUICK, 1);
        for number in 0..4 {
            handle.submit(Ticket(number), Box::new(message(number))).await.unwrap();
        }
        for _ in 0..3 {
            assert!(matches!(notices.recv().await, Some(Notice::Answered { .. })));
        }
        assert!(matches!(notices.recv().await, Some(Notice::Slowed { per_second: 2 })));
        let notice = notices.recv().await.unwrap();
        let Notice::Refused { row, .. } = notice else { panic!("{notice:?}") };
        assert_eq!(row.meaning, Meaning::FailedForNow);
    }
}

#[tokio::test]
async fn no_more_are_under_way_than_the_window_and_an_end_gives_the_rest_back() {
    let mut settings = Settings::new(vec![credentials("hush")]);
    settings.otherwise = treatment(None, Some(Fault::Silence));
    let (address, told) = double(Vendor::Tencent, settings, None).await;
    let (handle, mut notices) = link(account(Vendor::Tencent, &address, "hush"), QUICK, 2);
    for number in 0..5 {
        handle.submit(Ticket(number), Box::new(message(number))).await.unwrap();
    }
    handle.terminate();
    let mut unknown = 0;
    let mut returned = 0;
    while let Some(notice) = notices.recv().await {
        match notice {
            Notice::Unknown { .. } => unknown += 1,
            Notice::Returned { why: NotTaken::Ending, .. } => returned += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(unknown + returned, 5, "each once");
    assert!(unknown <= 2, "{unknown} were under way in a window of 2");
    let submitted =
        told.lock().unwrap().iter().filter(|event| matches!(event, Event::Submitted { .. })).count();
    assert_eq!(submitted, unknown);
    assert!(handle.submit(Ticket(9), Box::new(message(9))).await.is_err());
}

/// SMS-04: whatever happens on the way, a message is sent at most once, and ends in exactly one notice.
#[tokio::test]
async fn whatever_goes_wrong_each_message_is_sent_once_and_told_of_once() {
    for vendor in VENDORS {
        let mut settings = Settings::new(vec![credentials("hush")]);
        let late = Plan { arrived: true, code: "DELIVRD".to_owned(), after: Duration::from_millis(5) };
        settings.rules = vec![
            rule("3", treatment(None, Some(Fault::Close))),
            rule("5", treatment(None, Some(Fault::Garbage))),
            rule("7", treatment(Some("FailedOperation.ContainSensitiveWord"), None)),
            rule("08", treatment(None, Some(Fault::Silence))),
            rule(
                "9",
                Treatment {
                    answer_after: Duration::from_millis(3),
                    receipts: vec![late],
                    ..Treatment::delivered()
                },
            ),
        ];
        let (address, told) = double(vendor, settings, None).await;
        let (handle, mut notices) = link(account(vendor, &address, "hush"), QUICK, 8);
        let offering = tokio::spawn(async move {
            for number in 0..200 {
                handle.submit(Ticket(number), Box::new(message(number))).await.unwrap();
            }
            handle
        });
        let mut ends = BTreeMap::new();
        while ends.len() < 200 {
            let (ticket, end) = match notices.recv().await.unwrap() {
                Notice::Answered { ticket, .. } => (ticket, "answered"),
                Notice::Refused { ticket, .. } => (ticket, "refused"),
                Notice::Unknown { ticket, .. } => (ticket, "unknown"),
                Notice::Returned { ticket, .. } => (ticket, "returned"),
                Notice::Slowed { .. } => continue,
            };
            assert_eq!(ends.insert(ticket, end), None, "{ticket:?} ended twice");
        }
        drop(offering.await.unwrap());
        assert!(notices.recv().await.is_none(), "nothing is told after that");
        let told = told.lock().unwrap();
        let references = told.iter().filter_map(|event| match event {
            Event::Submitted { message, .. } => Some(message.reference.clone()),
            Event::Refused { .. } | Event::Disturbed { .. } | Event::Reported { .. } => None,
        });
        let references: Vec<_> = references.collect();
        let once: BTreeSet<_> = references.iter().collect();
        assert_eq!((references.len(), once.len()), (200, 200));
        for (Ticket(number), end) in ends {
            let expected = match number % 10 {
                7 if vendor == Vendor::Tencent => "refused",
                // The code is Tencent's.
                3 | 5 | 7 => "unknown",
                8 if number % 100 == 8 => "unknown",
                _ => "answered",
            };
            assert_eq!(end, expected, "{vendor:?} {number}");
        }
    }
}
