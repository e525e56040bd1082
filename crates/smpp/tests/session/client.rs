//! What a client session does with a message centre that a test plays by hand.

use std::time::Duration;

use heyan_line::frame::Framer;
use heyan_line::session::Session as _;
use heyan_smpp::client::{
    ClientConfig, EndReason, Event, Lost, MOST_UNACKNOWLEDGED, NotTaken, Session, Stray, Ticket, Window,
};
use heyan_smpp::pdu::{Address, Answer, BindAnswer, Message, Mode, RECEIPT};
use heyan_smpp::{Moment, Pdu, SMPP};

use crate::line::{config, message};

const T: Duration = Duration::from_secs(60);

fn at(ms: u64) -> Moment {
    Moment::from_ms(ms)
}

/// What was sent: sequence numbers and names.
fn sent(session: &mut Session) -> Vec<(u32, &'static str)> {
    let mut framer = Framer::new(SMPP);
    framer.push(&session.take_output());
    let mut pdus = Vec::new();
    while let Some(frame) = framer.next_frame().unwrap() {
        let (head, pdu) = Pdu::decode(frame).unwrap();
        pdus.push((head.sequence, pdu.name()));
    }
    pdus
}

fn events(session: &mut Session) -> Vec<Event> {
    std::iter::from_fn(|| session.next_event()).collect()
}

fn login_answer(status: u32) -> Vec<u8> {
    let answer = BindAnswer { mode: Mode::Transceiver, status, system_id: "centre".to_owned() };
    Pdu::BindAnswer(answer).to_frame(1)
}

fn open_with(config: ClientConfig) -> Session {
    let mut session = Session::start(config, at(0));
    assert_eq!(sent(&mut session), [(1, "bind_transceiver")]);
    session.received(at(0), &login_answer(0));
    assert_eq!(events(&mut session), [Event::LoggedIn { system_id: "centre".to_owned() }]);
    session
}

fn open() -> Session {
    open_with(config())
}

fn send(session: &mut Session, now: Moment, ticket: u64) -> u32 {
    session.request(now, Ticket(ticket), &message("15400000001")).unwrap();
    let sent = sent(session);
    assert_eq!(sent[0].1, "submit_sm");
    sent[0].0
}

fn resp(id: &str, status: u32) -> Answer {
    Answer { status, message_id: id.to_owned() }
}

fn answer(session: &mut Session, now: Moment, sequence: u32, id: &str, status: u32) {
    session.received(now, &Pdu::SubmitAnswer(resp(id, status)).to_frame(sequence));
}

fn answered(ticket: u64, id: &str) -> Event {
    Event::Answered { ticket: Ticket(ticket), answer: resp(id, 0) }
}

fn deliver() -> Pdu {
    Pdu::Deliver(Box::new(Message {
        source: Address::phone("15400000001"),
        destination: Address::phone("12381"),
        esm_class: RECEIPT,
        text: b"id:7 stat:DELIVRD".to_vec(),
        ..Message::default()
    }))
}

#[test]
fn nothing_is_taken_before_the_login_is_accepted() {
    let mut session = Session::start(config(), at(0));
    assert_eq!(session.request(at(0), Ticket(1), &message("1")), Err(NotTaken::NotLoggedIn));
    session.received(at(0), &deliver().to_frame(10));
    assert_eq!(sent(&mut session).len(), 1, "the login alone");
    session.received(at(0), &login_answer(0));
    assert!(session.request(at(0), Ticket(1), &message("1")).is_ok());
}

#[test]
fn the_login_s_answer_may_share_a_segment_with_the_first_receipt() {
    let mut session = Session::start(config(), at(0));
    session.received(at(0), &[login_answer(0), deliver().to_frame(1)].concat());
    let events = events(&mut session);
    assert!(matches!(events.as_slice(), [Event::LoggedIn { .. }, Event::Delivered { .. }]), "{events:?}");
}

#[test]
fn a_refused_login_says_whether_somebody_has_to_change_something() {
    for (status, needs_somebody) in [(0x0E, true), (0x0F, true), (0x05, false), (0x0D, false), (0x77, false)]
    {
        let mut session = Session::start(config(), at(0));
        session.received(at(0), &login_answer(status));
        let reason = EndReason::Refused { status };
        assert_eq!(events(&mut session), [Event::Ended { reason }]);
        assert_eq!(reason.needs_somebody(), needs_somebody, "{status:#x}");
    }
    let mut bare = Session::start(config(), at(0));
    bare.received(at(0), &[0, 0, 0, 16, 0x80, 0, 0, 9, 0, 0, 0, 14, 0, 0, 0, 1]);
    let reason = EndReason::Refused { status: 14 };
    assert_eq!(events(&mut bare), [Event::Ended { reason }], "without a body");
}

#[test]
fn a_login_without_an_answer_is_given_up() {
    let mut session = Session::start(config(), at(0));
    assert_eq!(session.next_timer(), Some(at(60_000)));
    session.tick(at(60_000));
    assert_eq!(events(&mut session), [Event::Ended { reason: EndReason::LoginUnanswered }]);
}

#[test]
fn answers_may_come_in_any_order_and_the_window_holds_what_it_says() {
    let mut session = open_with(ClientConfig { window: Window::new(2).unwrap(), ..config() });
    let (first, second) = (send(&mut session, at(0), 1), send(&mut session, at(0), 2));
    assert_eq!(session.request(at(0), Ticket(3), &message("1")), Err(NotTaken::WindowFull));
    answer(&mut session, at(1), second, "22", 0);
    answer(&mut session, at(1), first, "11", 0);
    assert_eq!(events(&mut session), [answered(2, "22"), answered(1, "11")]);
    assert_eq!(session.room(at(1)), Ok(2));
}

#[test]
fn a_refusal_without_a_body_is_an_answer() {
    let mut session = open();
    let [a, b, c, sequence] = send(&mut session, at(0), 1).to_be_bytes();
    session.received(at(0), &[0, 0, 0, 16, 0x80, 0, 0, 4, 0, 0, 0, 0x0B, a, b, c, sequence]);
    assert_eq!(events(&mut session), [Event::Answered { ticket: Ticket(1), answer: resp("", 0x0B) }]);
}

#[test]
fn a_nack_is_the_answer_to_what_it_names() {
    let mut session = open();
    let sequence = send(&mut session, at(0), 1);
    session.received(at(0), &Pdu::Nack { status: 2 }.to_frame(sequence));
    session.received(at(0), &Pdu::Nack { status: 2 }.to_frame(99));
    let expected = [
        Event::Answered { ticket: Ticket(1), answer: resp("", 2) },
        Event::Stray { sequence: 99, kind: Stray::UnknownSequence },
    ];
    assert_eq!(events(&mut session), expected);
}

#[test]
fn throttling_slows_down_and_is_said() {
    for status in [0x58, 0x14] {
        let mut session = open();
        let sequences: Vec<_> = (0..10).map(|ticket| send(&mut session, at(0), ticket)).collect();
        answer(&mut session, at(10), sequences[0], "", status);
        let expected = [
            Event::Slowed { per_second: 5 },
            Event::Answered { ticket: Ticket(0), answer: resp("", status) },
        ];
        assert_eq!(events(&mut session), expected);
        let taken = session.request(at(10), Ticket(11), &message("1"));
        assert!(matches!(taken, Err(NotTaken::TooFast { .. })), "{taken:?}");
    }
}

#[test]
fn without_an_answer_the_outcome_is_unknown_and_nothing_is_sent_again() {
    let mut session = open();
    let sequence = send(&mut session, at(0), 1);
    session.tick(at(0).plus(T));
    assert_eq!(events(&mut session), [Event::Unknown { ticket: Ticket(1), why: Lost::NoAnswer }]);
    assert!(sent(&mut session).iter().all(|(_, name)| *name == "enquire_link"));
    answer(&mut session, at(61_000), sequence, "11", 0);
    answer(&mut session, at(61_000), sequence, "11", 0);
    let late = Event::AnsweredLate { ticket: Ticket(1), answer: resp("11", 0) };
    assert_eq!(events(&mut session), [late, Event::Stray { sequence, kind: Stray::SecondAnswer }]);
}

#[test]
fn a_lost_connection_leaves_every_unanswered_message_unknown() {
    let mut session = open();
    let sequences: Vec<_> = (0..3).map(|ticket| send(&mut session, at(0), ticket)).collect();
    answer(&mut session, at(0), sequences[1], "1", 0);
    session.closed();
    let lost = |ticket| Event::Unknown { ticket: Ticket(ticket), why: Lost::Disconnected };
    let ended = Event::Ended { reason: EndReason::Closed };
    assert_eq!(events(&mut session), [answered(1, "1"), lost(0), lost(2), ended]);
    session.closed();
    assert!(events(&mut session).is_empty(), "the end comes once");
}

#[test]
fn a_receipt_is_answered_when_it_is_written_down_and_not_before() {
    let mut session = open();
    session.received(at(0), &deliver().to_frame(43));
    let seen = events(&mut session);
    let [Event::Delivered { delivery, .. }] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(sent(&mut session).is_empty());
    session.received(at(0), &deliver().to_frame(43));
    assert_eq!(events(&mut session), [Event::Stray { sequence: 43, kind: Stray::RepeatedDeliver }]);
    assert!(session.acknowledge(*delivery, 0));
    assert_eq!(sent(&mut session), [(43, "deliver_sm_resp")]);
    assert!(!session.acknowledge(*delivery, 0), "once");
}

#[test]
fn reading_stops_while_too_much_waits_to_be_written_down() {
    let mut session = open();
    for number in 0..MOST_UNACKNOWLEDGED {
        assert!(session.wants_input());
        session.received(at(0), &deliver().to_frame(u32::try_from(number).unwrap()));
    }
    assert!(!session.wants_input());
}

#[test]
fn what_cannot_be_read_is_refused_and_the_session_goes_on() {
    let mut session = open();
    // A deliver_sm that ends within its fields; a command that there is not.
    session.received(at(0), &[0, 0, 0, 18, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1]);
    session.received(at(0), &[0, 0, 0, 16, 0, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
    assert_eq!(sent(&mut session), [(9, "deliver_sm_resp"), (10, "generic_nack")]);
    let seen = events(&mut session);
    assert!(matches!(seen.as_slice(), [Event::Malformed { .. }, Event::Stray { .. }]), "{seen:?}");
    assert!(session.is_open());
}

#[test]
fn a_broken_stream_ends_the_session() {
    for garbage in [&[0xFF; 64][..], &[0, 0, 0, 11, 0x80, 0, 0, 4]] {
        let mut session = open();
        send(&mut session, at(0), 1);
        session.received(at(0), garbage);
        let events = events(&mut session);
        let [Event::Unknown { .. }, Event::Ended { reason: EndReason::Broken(_) }] = events.as_slice() else {
            panic!("{events:?}")
        };
    }
}

#[test]
fn a_silent_link_is_asked_three_times_and_given_up() {
    let mut session = open();
    assert_eq!(session.next_timer(), Some(at(30_000)));
    for ms in [30_000, 90_000, 150_000] {
        session.tick(at(ms));
        assert!(matches!(sent(&mut session).as_slice(), [(_, "enquire_link")]), "{ms}");
    }
    session.tick(at(210_000));
    assert_eq!(events(&mut session), [Event::Ended { reason: EndReason::Silent }]);
}

#[test]
fn whatever_is_heard_shows_that_the_link_lives_and_enquiries_are_answered() {
    let mut session = open();
    session.tick(at(30_000));
    assert_eq!(sent(&mut session).len(), 1);
    session.received(at(31_000), &Pdu::EnquireLink.to_frame(5));
    assert_eq!(sent(&mut session), [(5, "enquire_link_resp")]);
    assert_eq!(session.next_timer(), Some(at(61_000)));
}

#[test]
fn an_end_waits_for_answers_and_takes_nothing_more() {
    let mut session = open();
    let sequence = send(&mut session, at(0), 1);
    session.terminate(at(0));
    assert_eq!(session.request(at(0), Ticket(2), &message("1")), Err(NotTaken::Ending));
    assert!(sent(&mut session).is_empty());
    answer(&mut session, at(1), sequence, "1", 0);
    let unbind = sent(&mut session);
    assert!(matches!(unbind.as_slice(), [(_, "unbind")]), "{unbind:?}");
    session.received(at(2), &Pdu::UnbindAnswer.to_frame(unbind[0].0));
    let ended = Event::Ended { reason: EndReason::Terminated };
    assert_eq!(events(&mut session), [answered(1, "1"), ended]);
}

#[test]
fn the_message_centre_may_end_the_session() {
    let mut session = open();
    send(&mut session, at(0), 1);
    session.received(at(0), &Pdu::Unbind.to_frame(77));
    assert_eq!(sent(&mut session), [(77, "unbind_resp")]);
    let lost = Event::Unknown { ticket: Ticket(1), why: Lost::Disconnected };
    assert_eq!(events(&mut session), [lost, Event::Ended { reason: EndReason::Unbound }]);
}

#[test]
fn what_does_not_fit_is_not_sent() {
    let mut session = open();
    let mut long = message("1");
    long.source.number = "1".repeat(21);
    assert_eq!(session.request(at(0), Ticket(1), &long), Err(NotTaken::DoesNotFit));
    assert!(ClientConfig::new("1234567890123456", "secret", "").is_err());
    assert!(ClientConfig::new("901234", "123456789", "").is_err());
}
