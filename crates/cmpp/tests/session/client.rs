//! What a client session does with a gateway that a test plays by hand.

use std::time::Duration;

use heyan_cmpp::auth::{self, GatewayVerdict, StatusWidth};
use heyan_cmpp::client::{
    Answer, ClientConfig, EndReason, Event, Lost, MOST_UNACKNOWLEDGED, NotTaken, Session, Stray, Ticket,
    Window,
};
use heyan_cmpp::pdu::{ConnectResp, Deliver, DeliverResp, Origin, Query, QueryResp, SubmitResp};
use heyan_cmpp::{
    Content, Edition, Format, LoginTime, Moment, MsgId, Number, Octets, Pdu, SequenceId, Status, Terminal,
    Version,
};

use crate::line::{config, secret, submit};

const T: Duration = Duration::from_secs(60);

fn at(ms: u64) -> Moment {
    Moment::from_ms(ms)
}

fn sent(session: &mut Session) -> Vec<(SequenceId, Pdu)> {
    let edition = session.edition();
    let mut framer = heyan_cmpp::frame::Framer::new(heyan_cmpp::frame::CMPP);
    framer.push(&session.take_output());
    let mut pdus = Vec::new();
    while let Some(frame) = framer.next_frame().unwrap() {
        pdus.push(Pdu::decode(frame, edition).unwrap());
    }
    pdus
}

fn events(session: &mut Session) -> Vec<Event> {
    std::iter::from_fn(|| session.next_event()).collect()
}

fn login_answer(session: &mut Session, status: u32, version: Version) -> Vec<u8> {
    let sent = sent(session);
    let [(sequence, Pdu::Connect(connect))] = sent.as_slice() else { panic!("{sent:?}") };
    let edition = version.edition();
    let status = Status::new(edition, status);
    let width = StatusWidth::standard(edition);
    let authenticator = auth::gateway(status, width, &connect.authenticator, &secret());
    Pdu::ConnectResp(ConnectResp { status, authenticator, version }).to_frame(*sequence)
}

fn open_with(config: ClientConfig) -> Session {
    let version = config.version;
    let mut session = Session::start(config, at(0), LoginTime::at(0));
    let answer = login_answer(&mut session, 0, version);
    session.received(at(0), &answer);
    assert_eq!(events(&mut session), [Event::LoggedIn { version, gateway: GatewayVerdict::Proved }]);
    session
}

fn open() -> Session {
    open_with(config(Version::V20))
}

fn send(session: &mut Session, now: Moment, ticket: u64) -> SequenceId {
    session.submit(now, Ticket(ticket), &submit(session.edition(), "15400000001")).unwrap()
}

fn resp(id: u64, result: u32) -> SubmitResp {
    SubmitResp { msg_id: MsgId::from_number(id), result: Status::new(Edition::Two, result) }
}

fn answer(session: &mut Session, now: Moment, sequence: SequenceId, id: u64, result: u32) {
    session.received(now, &Pdu::SubmitResp(resp(id, result)).to_frame(sequence));
}

fn answered(ticket: u64, id: u64) -> Event {
    Event::Answered { ticket: Ticket(ticket), answer: Answer::Submit(resp(id, 0)) }
}

fn deliver(id: u64) -> Pdu {
    Pdu::Deliver(Box::new(Deliver {
        msg_id: MsgId::from_number(id),
        destination: Number::new("12381").unwrap(),
        service_id: Octets::EMPTY,
        tp_pid: 0,
        tp_udhi: 0,
        format: Format::ASCII,
        registered_delivery: 0,
        origin: Origin::of(Terminal::Two(Number::new("15400000001").unwrap())),
        content: Content::new(b"T".to_vec()).unwrap(),
    }))
}

#[test]
fn nothing_is_taken_before_the_login_is_accepted() {
    let mut session = Session::start(config(Version::V20), at(0), LoginTime::at(0));
    let message = submit(Edition::Two, "15400000001");
    assert_eq!(session.submit(at(0), Ticket(1), &message), Err(NotTaken::NotLoggedIn));
    let answer = login_answer(&mut session, 0, Version::V20);
    session.received(at(0), &Pdu::ActiveTest.to_frame(SequenceId::new(9)));
    session.received(at(0), &deliver(1).to_frame(SequenceId::new(10)));
    assert!(!session.has_output(), "what comes before the login is not answered");
    assert_eq!(events(&mut session).len(), 2);
    session.received(at(0), &answer);
    assert!(session.submit(at(0), Ticket(1), &message).is_ok());
}

#[test]
fn the_login_s_answer_may_share_a_segment_with_the_first_deliver() {
    let mut session = Session::start(config(Version::V20), at(0), LoginTime::at(0));
    let mut segment = login_answer(&mut session, 0, Version::V20);
    segment.extend(deliver(7).to_frame(SequenceId::new(1)));
    session.received(at(0), &segment);
    let events = events(&mut session);
    assert!(matches!(events.as_slice(), [Event::LoggedIn { .. }, Event::Delivered { .. }]), "{events:?}");
}

#[test]
fn a_refused_login_says_whether_somebody_has_to_change_something() {
    for (status, needs_somebody) in [(1, true), (2, true), (3, true), (4, true), (5, false), (77, false)] {
        let mut session = Session::start(config(Version::V30), at(0), LoginTime::at(0));
        let answer = login_answer(&mut session, status, Version::V30);
        session.received(at(0), &answer);
        let reason = EndReason::Refused { status, version: Version::V30 };
        assert_eq!(events(&mut session), [Event::Ended { reason }]);
        assert_eq!(reason.needs_somebody(), needs_somebody, "{status}");
    }
}

#[test]
fn a_gateway_without_proof_is_let_through_unless_strict() {
    for (authenticator, verdict) in [([0; 16], GatewayVerdict::Empty), ([7; 16], GatewayVerdict::Wrong)] {
        for strict in [false, true] {
            let config = ClientConfig { strict, ..config(Version::V20) };
            let mut session = Session::start(config, at(0), LoginTime::at(0));
            let resp = ConnectResp { status: Status::Two(0), authenticator, version: Version::V20 };
            session.received(at(0), &Pdu::ConnectResp(resp).to_frame(SequenceId::new(1)));
            let expected = if strict {
                Event::Ended { reason: EndReason::Unproved }
            } else {
                Event::LoggedIn { version: Version::V20, gateway: verdict }
            };
            assert_eq!(events(&mut session), [expected]);
        }
    }
}

#[test]
fn a_gateway_of_the_other_edition_ends_the_session() {
    let mut session = Session::start(config(Version::V30), at(0), LoginTime::at(0));
    let answer = login_answer(&mut session, 0, Version::V20);
    session.received(at(0), &answer);
    let reason = EndReason::OtherEdition { version: Version::V20 };
    assert_eq!(events(&mut session), [Event::Ended { reason }]);
    assert!(reason.needs_somebody());
}

#[test]
fn a_login_without_an_answer_is_given_up() {
    let mut session = Session::start(config(Version::V20), at(0), LoginTime::at(0));
    assert_eq!(session.next_timer(), Some(at(60_000)));
    session.tick(at(59_999));
    assert!(!session.is_ended());
    session.tick(at(60_000));
    assert_eq!(events(&mut session), [Event::Ended { reason: EndReason::LoginUnanswered }]);
    assert_eq!(session.next_timer(), None);
}

#[test]
fn answers_may_come_in_any_order() {
    let mut session = open();
    let first = send(&mut session, at(0), 1);
    let second = send(&mut session, at(0), 2);
    answer(&mut session, at(1), second, 22, 0);
    answer(&mut session, at(1), first, 11, 0);
    assert_eq!(events(&mut session), [answered(2, 22), answered(1, 11)]);
}

#[test]
fn the_window_holds_exactly_what_it_says() {
    for size in [1, 16, 256] {
        let mut session =
            open_with(ClientConfig { window: Window::new(size).unwrap(), ..config(Version::V20) });
        let sequences: Vec<_> =
            (0..u64::from(size)).map(|ticket| send(&mut session, at(0), ticket)).collect();
        let message = submit(Edition::Two, "15400000001");
        assert_eq!(session.submit(at(0), Ticket(999), &message), Err(NotTaken::WindowFull));
        answer(&mut session, at(0), sequences[0], 1, 0);
        assert_eq!(session.room(at(0)), Ok(1));
    }
}

#[test]
fn a_message_of_the_other_edition_is_not_taken() {
    let message = submit(Edition::Three, "15400000001");
    assert_eq!(open().submit(at(0), Ticket(1), &message), Err(NotTaken::OtherEdition));
}

#[test]
fn without_an_answer_the_outcome_is_unknown_and_nothing_is_sent_again() {
    let mut session = open();
    let sequence = send(&mut session, at(0), 1);
    sent(&mut session);
    session.tick(at(0).plus(T));
    assert_eq!(events(&mut session), [Event::Unknown { ticket: Ticket(1), why: Lost::NoAnswer }]);
    assert!(sent(&mut session).iter().all(|(_, pdu)| *pdu == Pdu::ActiveTest));
    answer(&mut session, at(61_000), sequence, 11, 0);
    answer(&mut session, at(61_000), sequence, 11, 0);
    let late = Event::AnsweredLate { ticket: Ticket(1), answer: Answer::Submit(resp(11, 0)) };
    assert_eq!(events(&mut session), [late, Event::Stray { sequence, kind: Stray::SecondAnswer }]);
}

#[test]
fn where_the_owner_wants_it_a_submit_is_repeated_as_the_standard_says() {
    let mut session =
        open_with(ClientConfig { submit_attempts: 3.try_into().unwrap(), ..config(Version::V20) });
    send(&mut session, at(0), 1);
    let first = sent(&mut session);
    for attempt in 1..=2 {
        session.tick(at(60_000 * attempt));
        let again: Vec<_> =
            sent(&mut session).into_iter().filter(|(_, pdu)| *pdu != Pdu::ActiveTest).collect();
        assert_eq!(again, first, "the same frame with the same number");
        assert!(events(&mut session).is_empty());
        session.received(at(60_000 * attempt), &Pdu::ActiveTestResp(Some(0)).to_frame(SequenceId::new(0)));
    }
    session.tick(at(180_000));
    assert_eq!(events(&mut session), [Event::Unknown { ticket: Ticket(1), why: Lost::NoAnswer }]);
}

#[test]
fn a_lost_connection_leaves_every_unanswered_submit_unknown() {
    let mut session = open();
    let sequences: Vec<_> = (0..3).map(|ticket| send(&mut session, at(0), ticket)).collect();
    answer(&mut session, at(0), sequences[1], 1, 0);
    session.closed();
    let lost = |ticket| Event::Unknown { ticket: Ticket(ticket), why: Lost::Disconnected };
    let ended = Event::Ended { reason: EndReason::Closed };
    assert_eq!(events(&mut session), [answered(1, 1), lost(0), lost(2), ended]);
    session.closed();
    assert!(events(&mut session).is_empty(), "the end comes once");
}

#[test]
fn answers_that_nobody_waits_for_are_strays() {
    let mut session = open();
    answer(&mut session, at(0), SequenceId::new(77), 1, 0);
    let sequence = SequenceId::new(77);
    assert_eq!(events(&mut session), [Event::Stray { sequence, kind: Stray::UnknownSequence }]);
    let sequence = send(&mut session, at(0), 1);
    let wrong = Pdu::CancelResp(heyan_cmpp::pdu::CancelResp { success: Status::Two(0) });
    session.received(at(0), &wrong.to_frame(sequence));
    assert_eq!(events(&mut session), [Event::Stray { sequence, kind: Stray::OtherKind }]);
    answer(&mut session, at(0), sequence, 5, 0);
    answer(&mut session, at(0), sequence, 5, 0);
    let second = Event::Stray { sequence, kind: Stray::SecondAnswer };
    assert_eq!(events(&mut session), [answered(1, 5), second]);
}

#[test]
fn questions_and_withdrawals_are_requests_like_others() {
    let mut session = open();
    let query =
        Query { day: Octets::new("20261123").unwrap(), kind: 0, code: Octets::EMPTY, reserve: [0; 8] };
    let sequence = session.query(at(0), Ticket(1), query).unwrap();
    let counts = QueryResp {
        day: query.day,
        kind: 0,
        code: query.code,
        sent_messages: 5,
        sent_users: 5,
        sent_ok: 5,
        sent_waiting: 0,
        sent_failed: 0,
        received_ok: 0,
        received_waiting: 0,
        received_failed: 0,
    };
    session.received(at(0), &Pdu::QueryResp(counts).to_frame(sequence));
    let sequence = session.cancel(at(0), Ticket(2), MsgId::from_number(5)).unwrap();
    let taken = heyan_cmpp::pdu::CancelResp { success: Status::Two(0) };
    session.received(at(0), &Pdu::CancelResp(taken).to_frame(sequence));
    let expected = [
        Event::Answered { ticket: Ticket(1), answer: Answer::Query(counts) },
        Event::Answered { ticket: Ticket(2), answer: Answer::Cancel(taken) },
    ];
    assert_eq!(events(&mut session), expected);
}

#[test]
fn a_deliver_is_answered_when_it_is_written_down_and_not_before() {
    let mut session = open();
    let sequence = SequenceId::new(0x43b4_3910);
    session.received(at(0), &deliver(7).to_frame(sequence));
    let events_seen = events(&mut session);
    let [Event::Delivered { delivery, .. }] = events_seen.as_slice() else { panic!("{events_seen:?}") };
    assert!(!session.has_output());
    session.received(at(0), &deliver(7).to_frame(sequence));
    assert_eq!(events(&mut session), [Event::Stray { sequence, kind: Stray::RepeatedDeliver }]);
    assert!(session.acknowledge(*delivery, 0));
    let resp = DeliverResp { msg_id: MsgId::from_number(7), result: Status::Two(0) };
    assert_eq!(sent(&mut session), [(sequence, Pdu::DeliverResp(resp))]);
    assert!(!session.acknowledge(*delivery, 0), "once");
}

#[test]
fn reading_stops_while_too_much_waits_to_be_written_down() {
    let mut session = open();
    let most = u32::try_from(MOST_UNACKNOWLEDGED).unwrap();
    for number in 0..most {
        assert!(session.wants_input());
        session.received(at(0), &deliver(number.into()).to_frame(SequenceId::new(number)));
    }
    assert!(!session.wants_input());
    let Some(Event::Delivered { delivery, .. }) = session.next_event() else { panic!() };
    session.acknowledge(delivery, 0);
    assert!(session.wants_input());
}

#[test]
fn a_deliver_that_cannot_be_read_is_refused_and_the_session_goes_on() {
    let mut session = open();
    let mut frame = deliver(7).to_frame(SequenceId::new(9));
    frame.push(0);
    let length = u32::try_from(frame.len()).unwrap();
    frame[..4].copy_from_slice(&length.to_be_bytes());
    session.received(at(0), &frame);
    assert!(matches!(events(&mut session).as_slice(), [Event::Malformed { .. }]));
    let resp = DeliverResp { msg_id: MsgId::from_number(7), result: Status::Two(1) };
    assert_eq!(sent(&mut session), [(SequenceId::new(9), Pdu::DeliverResp(resp))]);
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
    send(&mut session, at(0), 1);
    sent(&mut session);
    assert_eq!(session.next_timer(), Some(at(30_000)));
    for ms in [30_000, 90_000, 150_000] {
        session.tick(at(ms));
        assert!(matches!(sent(&mut session).as_slice(), [(_, Pdu::ActiveTest)]), "{ms}");
    }
    session.tick(at(210_000));
    let ended = Event::Ended { reason: EndReason::Silent };
    assert_eq!(events(&mut session).last(), Some(&ended));
}

#[test]
fn whatever_is_heard_shows_that_the_link_lives() {
    let mut session = open();
    session.tick(at(30_000));
    assert_eq!(sent(&mut session).len(), 1);
    session.received(at(31_000), &Pdu::ActiveTestResp(None).to_frame(SequenceId::new(2)));
    assert_eq!(session.next_timer(), Some(at(61_000)));
    session.received(at(50_000), &Pdu::ActiveTest.to_frame(SequenceId::new(5)));
    assert_eq!(sent(&mut session), [(SequenceId::new(5), Pdu::ActiveTestResp(Some(0)))]);
    assert_eq!(session.next_timer(), Some(at(80_000)));
}

#[test]
fn throttling_slows_down_and_is_told() {
    let mut session = open();
    let sequence = send(&mut session, at(1_000), 1);
    answer(&mut session, at(1_001), sequence, 0, 8);
    let events = events(&mut session);
    assert!(
        matches!(events.as_slice(), [Event::Slowed { per_second: 1 }, Event::Answered { .. }]),
        "{events:?}"
    );
    let NotTaken::TooFast { until } = session.room(at(1_001)).unwrap_err() else { panic!() };
    assert!(session.room(until).is_ok());
}

#[test]
fn the_end_waits_for_answers_and_then_says_terminate() {
    let mut session = open();
    let sequence = send(&mut session, at(0), 1);
    sent(&mut session);
    session.terminate(at(0));
    assert_eq!(session.room(at(0)), Err(NotTaken::Ending));
    assert!(!session.has_output());
    answer(&mut session, at(1), sequence, 1, 0);
    let sent = sent(&mut session);
    let [(sequence, Pdu::Terminate)] = sent.as_slice() else { panic!("{sent:?}") };
    session.received(at(2), &Pdu::TerminateResp.to_frame(*sequence));
    assert_eq!(events(&mut session), [answered(1, 1), Event::Ended { reason: EndReason::Terminated }]);
}

#[test]
fn a_gateway_that_closes_instead_of_answering_terminate_has_agreed() {
    let mut session = open();
    session.terminate(at(0));
    session.closed();
    assert_eq!(events(&mut session), [Event::Ended { reason: EndReason::Terminated }]);
}

#[test]
fn the_end_comes_also_without_answers() {
    let mut session = open();
    send(&mut session, at(0), 1);
    session.terminate(at(0));
    session.tick(at(60_000));
    let last = sent(&mut session);
    assert!(last.iter().any(|(_, pdu)| *pdu == Pdu::Terminate), "{last:?}");
    session.tick(at(120_000));
    let unknown = Event::Unknown { ticket: Ticket(1), why: Lost::NoAnswer };
    assert_eq!(events(&mut session), [unknown, Event::Ended { reason: EndReason::Terminated }]);
}

#[test]
fn the_gateway_may_end_it() {
    let mut session = open();
    send(&mut session, at(0), 1);
    sent(&mut session);
    session.received(at(0), &Pdu::Terminate.to_frame(SequenceId::new(3)));
    assert_eq!(sent(&mut session), [(SequenceId::new(3), Pdu::TerminateResp)]);
    let unknown = Event::Unknown { ticket: Ticket(1), why: Lost::Disconnected };
    assert_eq!(events(&mut session), [unknown, Event::Ended { reason: EndReason::TerminatedByGateway }]);
}
