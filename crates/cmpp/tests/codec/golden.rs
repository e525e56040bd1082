//! Frames that two foreign programs exchanged.

use heyan_cmpp::auth::{self, GatewayVerdict};
use heyan_cmpp::codes::Meaning;
use heyan_cmpp::pdu::{Connect, ConnectResp, Deliver, Recipients, Submit, SubmitResp};
use heyan_cmpp::report::Report;
use heyan_cmpp::{
    Edition, Format, LoginTime, MsgId, Number, Pdu, Secret, SequenceId, SpId, Status, Terminal, Version, text,
};

/// The frames of a capture, in order, each with the edition it is to be read in.
pub fn frames() -> Vec<(Edition, Vec<u8>)> {
    let captures = [
        (Edition::Two, include_str!("../frames/cmpp2-gocmpp-smsgate.txt")),
        (Edition::Three, include_str!("../frames/cmpp3-gocmpp-smsgate.txt")),
    ];
    let lines = captures.iter().flat_map(|(edition, capture)| capture.lines().map(|line| (*edition, line)));
    lines.map(|(edition, line)| (edition, frame(line))).collect()
}

fn frame(line: &str) -> Vec<u8> {
    let mut words = line.split_whitespace().skip(1);
    let length: usize = words.next().unwrap().parse().unwrap();
    let hex = words.next().unwrap();
    let frame: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    assert_eq!(frame.len(), length);
    frame
}

fn pdus(edition: Edition) -> Vec<(SequenceId, Pdu)> {
    let frames = frames().into_iter().filter(|(of, _)| *of == edition);
    frames.map(|(edition, frame)| Pdu::decode(&frame, edition).unwrap()).collect()
}

#[test]
fn every_frame_is_written_as_it_was_read() {
    assert_eq!(frames().len(), 12);
    for (edition, frame) in frames() {
        let (sequence, pdu) = Pdu::decode(&frame, edition).unwrap();
        assert_eq!(pdu.to_frame(sequence), frame, "{}", pdu.name());
    }
}

fn check_login(edition: Edition, sp_id: &str, version: Version, verdict: GatewayVerdict) {
    let secret = Secret::new("secret".to_owned());
    let pdus = pdus(edition);
    let (sequence, Pdu::Connect(connect)) = &pdus[0] else { panic!("{:?}", pdus[0]) };
    let sp_id = SpId::new(sp_id).unwrap();
    let at = LoginTime::from_wire(0x42e2_b55c);
    assert_eq!(at.text(), "1122153820");
    assert_eq!(*sequence, SequenceId::new(0));
    let wire_version = connect.version;
    assert_eq!(
        *connect,
        Connect::new(sp_id, &secret, wire_version, at),
        "the hash is what the client made it"
    );
    assert!(auth::source_is_right(sp_id, &secret, at, &connect.authenticator));
    assert!(!auth::source_is_right(sp_id, &Secret::new("wrong".to_owned()), at, &connect.authenticator));
    assert_eq!(wire_version, version);
    let (_, Pdu::ConnectResp(ConnectResp { status, authenticator, version: theirs })) = &pdus[1] else {
        panic!("{:?}", pdus[1])
    };
    assert_eq!((*status, *theirs), (Status::new(edition, 0), version));
    let judged = GatewayVerdict::judge(*status, edition, &connect.authenticator, &secret, authenticator);
    assert_eq!(judged, verdict);
}

#[test]
fn logins_and_both_forms_of_the_gateway_s_authenticator() {
    // This gateway hashes four octets of status in both editions.
    check_login(Edition::Two, "901234", Version::V20, GatewayVerdict::ProvedInOtherForm);
    check_login(Edition::Three, "901235", Version::V30, GatewayVerdict::Proved);
}

fn check_submit(submit: &Submit, sp_id: &str, source: &str) {
    assert_eq!(submit.sp_id, SpId::new(sp_id).unwrap());
    assert_eq!(submit.msg_id, MsgId::NONE);
    assert_eq!((submit.part_total, submit.part_number), (1, 1));
    assert_eq!((submit.registered_delivery, submit.level, submit.fee_user_type), (1, 9, 2));
    assert_eq!((submit.tp_pid, submit.tp_udhi, submit.format), (0, 0, Format::UCS2));
    assert_eq!(submit.service_id.text(), "SVC");
    assert_eq!((submit.fee_type.text().as_ref(), submit.fee_code.text().as_ref()), ("01", "0"));
    assert_eq!(submit.source.text(), source);
    assert_eq!(submit.content.as_bytes().len(), 48);
    let text = text::read(submit.format, submit.content.as_bytes()).unwrap();
    assert!(!text.damaged && text.text.contains("123456"));
}

#[test]
fn submits_and_their_answers() {
    let two = pdus(Edition::Two);
    let (_, Pdu::Submit(submit)) = &two[2] else { panic!("{:?}", two[2]) };
    check_submit_fields_two(submit);
    let answer = SubmitResp { msg_id: MsgId::from_number(0xbb3e_650c_8ab9_8469), result: Status::Two(0) };
    assert_eq!(two[3], (SequenceId::new(1), Pdu::SubmitResp(answer)));

    let three = pdus(Edition::Three);
    let (_, Pdu::Submit(submit)) = &three[2] else { panic!("{:?}", three[2]) };
    let Recipients::Three(recipients) = &submit.recipients else { panic!("{:?}", submit.recipients) };
    assert_eq!(recipients.destinations.numbers(), [Number::new("13500002696").unwrap()]);
    assert_eq!((recipients.fee_terminal_kind, recipients.destination_kind), (0, 0));
    assert_eq!(recipients.link_id.text(), "");
    let answer = SubmitResp { msg_id: MsgId::from_number(0xbb3e_650c_8ab9_8462), result: Status::Three(0) };
    assert_eq!(three[3], (SequenceId::new(1), Pdu::SubmitResp(answer)));
}

fn check_submit_fields_two(submit: &Submit) {
    let Recipients::Two(recipients) = &submit.recipients else { panic!("{:?}", submit.recipients) };
    assert_eq!(recipients.destinations.numbers(), [Number::new("13500002696").unwrap()]);
    assert_eq!(recipients.reserve, [0; 8]);
    check_submit(submit, "901234", "1069012381");
}

fn check_report(deliver: &Deliver, submitted: u64, own: u64, destination: Terminal) {
    assert_eq!(deliver.msg_id, MsgId::from_number(own));
    assert_eq!(deliver.source().text(), "13500002696");
    let report = deliver.report().unwrap().unwrap();
    assert_eq!(report.msg_id, MsgId::from_number(submitted));
    assert_eq!(
        (report.submitted_at.text().as_ref(), report.done_at.text().as_ref()),
        ("2611221538", "2611221538")
    );
    assert_eq!(report.destination, destination);
    assert_eq!(report.smsc_sequence, 0);
    assert_eq!((report.stat.text().as_ref(), report.outcome().meaning), ("DELIVRD", Meaning::Delivered));
    assert_eq!(report.encode(), deliver.content.as_bytes());
}

#[test]
fn reports_of_sixty_and_of_seventy_one_octets() {
    let two = pdus(Edition::Two);
    let (sequence, Pdu::Deliver(deliver)) = &two[4] else { panic!("{:?}", two[4]) };
    assert_eq!(*sequence, SequenceId::new(0x43b4_3910));
    assert_eq!(deliver.destination.text(), "1069012381");
    let phone = Terminal::Two(Number::new("13500002696").unwrap());
    check_report(deliver, 0xbb3e_650c_8ab9_8469, 0xbb3e_650c_8ab9_846a, phone);
    let (_, Pdu::DeliverResp(answer)) = &two[5] else { panic!("{:?}", two[5]) };
    assert_eq!((answer.msg_id, answer.result), (deliver.msg_id, Status::Two(0)));

    let three = pdus(Edition::Three);
    let (_, Pdu::Deliver(deliver)) = &three[4] else { panic!("{:?}", three[4]) };
    let phone = Terminal::Three(Number::new("13500002696").unwrap());
    check_report(deliver, 0xbb3e_650c_8ab9_8462, 0xbb3e_650c_8ab9_8463, phone);
}

#[test]
fn a_report_of_the_other_edition_s_length_is_read() {
    for (edition, other) in [(Edition::Two, Edition::Three), (Edition::Three, Edition::Two)] {
        let (_, Pdu::Deliver(mut deliver)) = pdus(edition)[4].clone() else { panic!() };
        let (_, Pdu::Deliver(foreign)) = pdus(other)[4].clone() else { panic!() };
        deliver.content = foreign.content.clone();
        let frame = Pdu::Deliver(deliver).to_frame(SequenceId::new(1));
        let (_, Pdu::Deliver(read)) = Pdu::decode(&frame, edition).unwrap() else { panic!() };
        assert_eq!(read.report().unwrap().unwrap(), Report::decode(foreign.content.as_bytes()).unwrap());
    }
}
