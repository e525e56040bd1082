//! The client and the double on one line: what the double's script can play.

use std::time::Duration;

use heyan_cmpp::auth::GatewayVerdict;
use heyan_cmpp::client::{ClientConfig, EndReason, Event, Lost, Session, Ticket, Window};
use heyan_cmpp::server::{
    self, Account, Disturbance, GatewayForm, ReportPlan, Rule, Script, Settings, Treatment, Way,
};
use heyan_cmpp::text::{Joined, Joiner};
use heyan_cmpp::{LoginTime, MsgId, Number, Octets, Secret, SpId, Version};

use crate::line::{Line, ZERO_MS, config, secret, settings, sp_id};

const SECOND: Duration = Duration::from_secs(1);

fn report(stat: &str, after: Duration) -> ReportPlan {
    ReportPlan { stat: Octets::new(stat).unwrap(), after, way: Way::Any }
}

fn treatment(answer_after: Duration, reports: Vec<ReportPlan>) -> Treatment {
    Treatment { result: 0, answer_after, reports, disturbance: None }
}

fn always(treatment: Treatment) -> Script {
    Script { rules: vec![], otherwise: treatment }
}

#[test]
fn a_message_is_answered_and_reported_in_both_editions() {
    for version in [Version::V20, Version::V21, Version::V30] {
        let mut line = Line::open(version, Script::default());
        line.submit(1, "15400000001");
        line.settle();
        assert_eq!(line.results(), [(1, 0)], "{version}");
        assert_eq!(line.stats(), ["DELIVRD"]);
        let Event::Answered { answer: heyan_cmpp::client::Answer::Submit(resp), .. } = &line.seen[0] else {
            panic!("{:?}", line.seen)
        };
        let Event::Delivered { deliver, .. } = &line.seen[1] else { panic!("{:?}", line.seen) };
        let report = deliver.report().unwrap().unwrap();
        assert_eq!(report.msg_id, resp.msg_id);
        assert_eq!(report.destination.text(), "15400000001");
        assert_eq!(report.done_at.text(), "2611230000");
    }
}

#[test]
fn what_the_script_says_happens_to_the_numbers_it_names() {
    let rule = |number_ends: &str, every: u64, treatment| Rule {
        number_ends: number_ends.to_owned(),
        every: every.try_into().unwrap(),
        treatment,
    };
    let refused = Treatment { result: 13, ..Treatment::delivered() };
    let script = Script {
        rules: vec![
            rule("0002", 1, treatment(Duration::ZERO, vec![report("UNDELIV", SECOND)])),
            rule("0003", 1, treatment(Duration::ZERO, vec![])),
            rule("0004", 2, refused),
        ],
        otherwise: Treatment::delivered(),
    };
    let mut line = Line::open(Version::V20, script);
    for (ticket, phone) in
        ["15400000001", "15400000002", "15400000003", "15400000004", "15400000004"].iter().enumerate()
    {
        line.submit(ticket.try_into().unwrap(), phone);
    }
    line.pass(10 * SECOND);
    assert_eq!(line.results(), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 13)]);
    assert_eq!(line.stats(), ["DELIVRD", "DELIVRD", "UNDELIV"]);
}

#[test]
fn a_report_may_come_before_the_answer_and_twice_and_late() {
    let reports =
        vec![report("ACCEPTD", SECOND), report("DELIVRD", 3 * SECOND), report("DELIVRD", 7200 * SECOND)];
    let mut line = Line::open(Version::V30, always(treatment(2 * SECOND, reports)));
    line.submit(1, "15400000001");
    line.settle();
    line.pass(SECOND);
    assert_eq!((line.results().len(), line.stats().len()), (0, 1), "the report is first");
    line.pass(2 * SECOND);
    assert_eq!((line.results().len(), line.stats().len()), (1, 2));
    line.pass(7200 * SECOND);
    assert_eq!(line.stats(), ["ACCEPTD", "DELIVRD", "DELIVRD"]);
    assert!(line.client.is_open(), "two hours of heartbeats later");
}

#[test]
fn a_report_may_come_on_another_connection() {
    let other = ReportPlan { way: Way::Other, ..report("DELIVRD", Duration::ZERO) };
    let mut line = Line::open(Version::V20, always(treatment(Duration::ZERO, vec![other])));
    line.submit(1, "15400000001");
    line.settle();
    assert_eq!((line.results(), line.stats().len()), (vec![(1, 0)], 0), "there is no other yet");
    let id = line.smsc.connected(line.now);
    let mut second = Session::start(config(Version::V30), line.now, LoginTime::at(ZERO_MS));
    line.smsc.received(line.now, id, &second.take_output());
    second.received(line.now, &line.smsc.take_output(id));
    let events: Vec<_> = std::iter::from_fn(|| second.next_event()).collect();
    let [Event::LoggedIn { .. }, Event::Delivered { deliver, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(deliver.report().unwrap().unwrap().stat.text(), "DELIVRD");
}

#[test]
fn logins_are_checked() {
    let account = Account { connections: 1, ..Account::new(sp_id(), secret()) };
    let other = SpId::new("999999").unwrap();
    for (sp, key, version, status) in [
        (sp_id(), "secret", Version::V20, None),
        (other, "secret", Version::V20, Some(2)),
        (sp_id(), "wrong", Version::V30, Some(3)),
        (sp_id(), "secret", Version(0x40), Some(4)),
    ] {
        let config = ClientConfig::new(sp, Secret::new(key.to_owned()), version);
        let mut line = Line::new(config, Settings::new(vec![account.clone()]));
        line.settle();
        let refused = line.saw(|event| matches!(event, Event::Ended { reason: EndReason::Refused { status: found, .. } } if Some(*found) == status));
        assert_eq!((line.client.is_open(), refused), (status.is_none(), usize::from(status.is_some())));
    }
    let mut line = Line::new(config(Version::V20), Settings::new(vec![account]));
    line.settle();
    let id = line.smsc.connected(line.now);
    let mut second = Session::start(config(Version::V20), line.now, LoginTime::at(ZERO_MS));
    line.smsc.received(line.now, id, &second.take_output());
    second.received(line.now, &line.smsc.take_output(id));
    let reason = EndReason::Refused { status: 5, version: Version::V20 };
    assert_eq!(second.next_event(), Some(Event::Ended { reason }));
}

#[test]
fn the_double_proves_the_secret_in_every_way_that_gateways_do() {
    for (form, verdict) in [
        (GatewayForm::Standard, GatewayVerdict::Proved),
        (GatewayForm::Other, GatewayVerdict::ProvedInOtherForm),
        (GatewayForm::Zeros, GatewayVerdict::Empty),
        (GatewayForm::Text, GatewayVerdict::Wrong),
    ] {
        for version in [Version::V20, Version::V30] {
            let account = Account { form, ..Account::new(sp_id(), secret()) };
            let mut line = Line::new(config(version), Settings::new(vec![account]));
            line.settle();
            assert_eq!(line.seen, [Event::LoggedIn { version, gateway: verdict }]);
        }
    }
}

#[test]
fn an_account_s_rate_and_window_are_answered_with_flow_control() {
    let account = Account { rate_per_second: 5.try_into().ok(), ..Account::new(sp_id(), secret()) };
    let mut line = Line::new(config(Version::V20), Settings::new(vec![account]));
    line.settle();
    for ticket in 0..8 {
        line.submit(ticket, "15400000001");
    }
    line.settle();
    assert_eq!(line.results().iter().filter(|(_, result)| *result == 8).count(), 3);
    assert_eq!(line.saw(|event| matches!(event, Event::Slowed { .. })), 1);

    let account = Account { window: Window::new(2).unwrap(), ..Account::new(sp_id(), secret()) };
    let script = always(treatment(SECOND, vec![]));
    let mut line = Line::new(config(Version::V20), Settings { script, ..Settings::new(vec![account]) });
    line.settle();
    for ticket in 0..3 {
        line.submit(ticket, "15400000001");
    }
    line.settle();
    assert_eq!(line.results(), [(2, 8)]);
    assert_eq!(line.double_saw.iter().filter(|event| **event == server::Event::WindowExceeded).count(), 1);
    line.pass(SECOND);
    assert_eq!(line.results(), [(2, 8), (0, 0), (1, 0)]);
}

#[test]
fn disturbances_leave_the_outcome_unknown() {
    for (disturbance, ended) in [
        (Disturbance::Close, true),
        (Disturbance::Garbage, true),
        (Disturbance::WrongLength, true),
        (Disturbance::Silence, false),
    ] {
        let disturbed = Treatment { disturbance: Some(disturbance), ..Treatment::delivered() };
        let mut line = Line::open(Version::V20, always(disturbed));
        for ticket in 0..5 {
            line.submit(ticket, "15400000001");
        }
        line.settle();
        assert_eq!(line.client.is_ended(), ended, "{disturbance:?}");
        line.pass(300 * SECOND);
        assert!(line.client.is_ended(), "{disturbance:?}");
        let unknown = line.saw(|event| matches!(event, Event::Unknown { .. }));
        assert_eq!((unknown, line.results().len()), (5, 0), "{disturbance:?}");
    }
}

#[test]
fn a_slow_gateway_is_waited_for_and_then_answers_late() {
    let mut line = Line::open(Version::V20, always(treatment(90 * SECOND, vec![])));
    line.submit(1, "15400000001");
    line.settle();
    line.pass(60 * SECOND);
    assert_eq!(line.saw(|event| *event == Event::Unknown { ticket: Ticket(1), why: Lost::NoAnswer }), 1);
    line.pass(30 * SECOND);
    assert_eq!(line.saw(|event| matches!(event, Event::AnsweredLate { ticket: Ticket(1), .. })), 1);
}

#[test]
fn what_was_not_acknowledged_comes_again() {
    let mut line = Line::open(Version::V20, Script::default());
    line.acknowledges = false;
    line.submit(1, "15400000001");
    line.settle();
    assert_eq!(line.stats().len(), 1);
    line.pass(60 * SECOND);
    assert_eq!(line.saw(|event| matches!(event, Event::Stray { .. })), 1, "again, and known for the same");
    line.smsc.closed(line.now, line.id);
    line.client.closed();
    line.settle();
    line.id = line.smsc.connected(line.now);
    line.client = Session::start(config(Version::V20), line.now, LoginTime::at(ZERO_MS));
    line.acknowledges = true;
    line.settle();
    assert_eq!(line.stats(), ["DELIVRD", "DELIVRD"], "on the next connection");
    line.pass(600 * SECOND);
    assert_eq!(line.stats().len(), 2, "acknowledged");
}

#[test]
fn a_message_can_be_taken_back_until_it_is_reported() {
    let mut line =
        Line::open(Version::V20, always(treatment(Duration::ZERO, vec![report("DELIVRD", 5 * SECOND)])));
    line.submit(1, "15400000001");
    line.settle();
    let Some(server::Event::Submitted { msg_id, .. }) = line.double_saw.first() else { panic!() };
    let msg_id: MsgId = *msg_id;
    for (ticket, code) in [(2, 0), (3, 1)] {
        line.client.cancel(line.now, Ticket(ticket), msg_id).unwrap();
        line.settle();
        let found = line.saw(|event| matches!(event, Event::Answered { ticket: it, answer: heyan_cmpp::client::Answer::Cancel(resp) } if it.0 == ticket && resp.success.code() == code));
        assert_eq!(found, 1, "{ticket}");
    }
    line.pass(10 * SECOND);
    assert_eq!(line.stats(), ["DELETED"]);
}

#[test]
fn a_phone_can_write_and_a_long_text_comes_in_parts() {
    let mut line = Line::open(Version::V30, Script::default());
    let text = "\u{5DE5}".repeat(150);
    let service = Number::new("12381").unwrap();
    assert_eq!(line.smsc.phone_writes(line.now, 0, "8615400000001", service, &text), Ok(3));
    line.settle();
    let mut joiner = Joiner::new(60 * SECOND);
    let mut found = None;
    for event in &line.seen {
        let Event::Delivered { deliver, .. } = event else { panic!("{event:?}") };
        assert_eq!(deliver.source().mainland().unwrap().as_str(), "15400000001");
        if let Joined::Whole(whole) = joiner.take(line.now, deliver).unwrap() {
            found = whole.text();
        }
    }
    assert_eq!(found.unwrap().text, text);
}

#[test]
fn the_double_asks_whether_anybody_is_there_and_shuts_down_politely() {
    let mut line = Line::new(config(Version::V20), Settings { heartbeat: Some(20 * SECOND), ..settings() });
    line.settle();
    line.pass(600 * SECOND);
    assert!(line.client.is_open());
    assert!(
        line.double_saw.iter().all(|event| !matches!(event, server::Event::Probed)),
        "the double is first"
    );
    line.smsc.shut_down();
    line.settle();
    assert_eq!(line.seen.last(), Some(&Event::Ended { reason: EndReason::TerminatedByGateway }));
}
