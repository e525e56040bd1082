//! What the double does with a client.

use std::time::Duration;

use heyan_line::Octets;
use heyan_line::double::Double as _;
use heyan_line::session::Session as _;
use heyan_smpp::client::{ClientConfig, EndReason, Event, Session, Ticket, Window};
use heyan_smpp::codes::Meaning;
use heyan_smpp::server::{
    self, Account, Disturbance, ReceiptIds, ReportPlan, Rule, Script, Settings, Treatment, Way,
};
use heyan_smpp::{MessageIds, Secret};

use crate::line::{Line, account, config, message};

fn scripted(treatment: Treatment) -> Script {
    Script { rules: vec![], otherwise: treatment }
}

fn plan(stat: &str, ms: u64) -> ReportPlan {
    ReportPlan { stat: Octets::new(stat).unwrap(), after: Duration::from_millis(ms), way: Way::Any }
}

#[test]
fn a_message_is_answered_and_reported_with_text_and_parameters() {
    let mut line = Line::scripted(Script::default());
    line.submit(1, "15400000001");
    line.settle();
    assert_eq!(line.results(), [(1, 0)]);
    let receipts = line.receipts();
    assert_eq!(
        (receipts[0].id.as_str(), receipts[0].state, receipts[0].word.as_str()),
        ("10000001", Some(2), "DELIVRD")
    );
    assert_eq!(receipts[0].done_at, "7001010800", "Beijing's time");
    assert!(
        line.double_saw.iter().any(|event| matches!(event, server::Event::Acknowledged { status: 0, .. }))
    );
}

#[test]
fn receipts_in_another_base_find_their_message() {
    let settings = Settings {
        receipt_ids: ReceiptIds::Decimal,
        receipt_parameters: false,
        ..Settings::new(vec![account()])
    };
    let mut line = Line::open(settings);
    line.submit(1, "15400000001");
    line.settle();
    let ids = MessageIds::default();
    let Some(Event::Answered { answer, .. }) = line.seen.first() else { panic!("{:?}", line.seen) };
    let receipt = &line.receipts()[0];
    assert_eq!((receipt.id.as_str(), receipt.state), ("0268435457", None));
    assert!(receipt.ids(ids).contains(&ids.answered(&answer.message_id)));
}

#[test]
fn reports_may_come_before_the_answer_twice_and_late() {
    let treatment = Treatment {
        answer_after: Duration::from_millis(500),
        reports: vec![plan("ACCEPTD", 100), plan("UNDELIV", 100), plan("UNDELIV", 5_000)],
        ..Treatment::delivered()
    };
    let mut line = Line::scripted(scripted(treatment));
    line.submit(1, "15400000001");
    line.pass(Duration::from_millis(200));
    assert!(line.results().is_empty());
    let meanings: Vec<_> = line.receipts().iter().map(|receipt| receipt.outcome().meaning).collect();
    assert_eq!(meanings, [Meaning::Intermediate, Meaning::FailedForGood]);
    line.pass(Duration::from_secs(10));
    assert_eq!((line.results(), line.receipts().len()), (vec![(1, 0)], 3));
}

#[test]
fn results_and_rates_are_the_script_s() {
    let rule = Rule {
        number_ends: "9".to_owned(),
        every: 1.try_into().unwrap(),
        treatment: Treatment { result: 0x0B, ..Treatment::delivered() },
    };
    let slow = Account { rate_per_second: Some(2.try_into().unwrap()), ..account() };
    let script = Script { rules: vec![rule], ..Script::default() };
    let mut line = Line::open(Settings { script, ..Settings::new(vec![slow]) });
    line.submit(1, "15400000009");
    line.submit(2, "15400000001");
    line.submit(3, "15400000001");
    line.settle();
    assert_eq!(line.results(), [(1, 0x0B), (2, 0), (3, 0x58)]);
    assert!(line.seen.iter().any(|event| matches!(event, Event::Slowed { .. })));
}

#[test]
fn who_sends_more_than_the_window_is_throttled() {
    let narrow = Account { window: Window::new(1).unwrap(), ..account() };
    let treatment = Treatment { answer_after: Duration::from_secs(1), ..Treatment::delivered() };
    let mut line = Line::open(Settings { script: scripted(treatment), ..Settings::new(vec![narrow]) });
    line.submit(1, "15400000001");
    line.submit(2, "15400000001");
    line.pass(Duration::from_secs(2));
    assert_eq!(line.results(), [(2, 0x58), (1, 0)]);
    assert!(line.double_saw.contains(&server::Event::WindowExceeded));
}

#[test]
fn logins_are_checked() {
    let refused = |config: ClientConfig| {
        let mut line = Line::new(config, Settings::new(vec![account()]));
        line.settle();
        line.seen.last().cloned()
    };
    let ended = |status| Some(Event::Ended { reason: EndReason::Refused { status } });
    assert_eq!(refused(ClientConfig::new("901234", "other", "").unwrap()), ended(0x0E));
    assert_eq!(refused(ClientConfig::new("nobody", "secret", "").unwrap()), ended(0x0F));
    let none = Account { connections: 0, ..account() };
    let mut full = Line::new(config(), Settings::new(vec![none]));
    full.settle();
    assert_eq!(full.seen.last().cloned(), ended(0x05));
}

#[test]
fn faults_end_the_session_and_leave_the_message_unknown() {
    for (disturbance, is_cut) in [
        (Disturbance::Close, true),
        (Disturbance::Garbage, true),
        (Disturbance::WrongLength, true),
        (Disturbance::Silence, false),
    ] {
        let treatment = Treatment { disturbance: Some(disturbance), ..Treatment::delivered() };
        let mut line = Line::scripted(scripted(treatment));
        line.submit(1, "15400000001");
        line.settle();
        assert_eq!(line.client.is_ended(), is_cut, "{disturbance:?}");
        line.pass(Duration::from_secs(300));
        assert!(line.client.is_ended(), "a connection that says nothing is given up");
        let unknown =
            line.seen.iter().filter(|event| matches!(event, Event::Unknown { ticket: Ticket(1), .. }));
        assert_eq!(unknown.count(), 1, "{disturbance:?}");
    }
}

#[test]
fn a_receipt_without_an_answer_goes_out_on_the_next_connection() {
    let mut line = Line::scripted(Script::default());
    line.acknowledges = false;
    line.submit(1, "15400000001");
    line.settle();
    assert_eq!(line.receipts().len(), 1);
    line.smsc.closed(line.now, line.id);
    line.client.closed();
    line.id = line.smsc.connected(line.now);
    line.client = Session::start(config(), line.now);
    line.acknowledges = true;
    line.settle();
    let ids: Vec<_> = line.receipts().into_iter().map(|receipt| receipt.id).collect();
    assert_eq!(ids, ["10000001", "10000001"]);
    assert!(line.double_saw.iter().any(|event| matches!(event, server::Event::Reported { repeated: 1, .. })));
}

#[test]
fn a_report_on_another_connection_waits_for_one() {
    let way = ReportPlan { way: Way::Other, ..plan("DELIVRD", 0) };
    let mut line = Line::scripted(scripted(Treatment { reports: vec![way], ..Treatment::delivered() }));
    line.submit(1, "15400000001");
    line.settle();
    assert!(line.receipts().is_empty());
    line.id = line.smsc.connected(line.now);
    line.client = Session::start(config(), line.now);
    line.settle();
    assert_eq!(line.receipts().len(), 1);
}

#[test]
fn no_receipt_is_sent_to_who_wants_none_or_failures_only() {
    for (registered, stat, count) in
        [(0, "DELIVRD", 0), (2, "DELIVRD", 0), (2, "UNDELIV", 1), (0x11, "DELIVRD", 1)]
    {
        let treatment = Treatment { reports: vec![plan(stat, 0)], ..Treatment::delivered() };
        let mut line = Line::scripted(scripted(treatment));
        let mut message = message("15400000001");
        message.registered_delivery = registered;
        line.client.request(line.now, Ticket(1), &message).unwrap();
        line.settle();
        assert_eq!(line.receipts().len(), count, "{registered:#x} {stat}");
    }
}

#[test]
fn secrets_do_not_print() {
    let shown = format!("{:?} {:?}", config(), Account::new("901234", Secret::new("secret".to_owned())));
    assert!(!shown.contains("secret\""), "{shown}");
    assert!(!format!("{:?}", message("15400000001")).contains("15400000001"));
}
