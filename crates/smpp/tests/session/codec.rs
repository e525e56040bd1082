//! Frames: those that two foreign programs exchanged, and those that mean no good.

use heyan_line::double::Double as _;
use heyan_line::frame::Framer;
use heyan_line::session::Session as _;
use heyan_smpp::client::Session;
use heyan_smpp::pdu::{Address, Answer, BindAnswer, Message, Mode, tag};
use heyan_smpp::receipt::Receipt;
use heyan_smpp::server::{Settings, Smsc};
use heyan_smpp::{Moment, Pdu, SMPP};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::line::{account, config};

fn address() -> impl Strategy<Value = Address> {
    (any::<u8>(), any::<u8>(), "[0-9+a-zA-Z]{0,20}").prop_map(|(ton, npi, number)| Address {
        ton,
        npi,
        number,
    })
}

fn any_message() -> impl Strategy<Value = Message> {
    let head = ("[A-Z]{0,5}", address(), address(), any::<[u8; 5]>());
    let valid = prop_oneof![Just(String::new()), "[0-9]{15}[+R]"];
    let tlvs = vec((any::<u16>(), vec(any::<u8>(), 0..40)), 0..4);
    (head, valid, vec(any::<u8>(), 0..=254), tlvs).prop_map(|(head, valid_until, text, tlvs)| {
        let (service_type, source, destination, octets) = head;
        let [esm_class, protocol_id, priority, registered_delivery, data_coding] = octets;
        let mut message = Message {
            service_type,
            source,
            destination,
            esm_class,
            protocol_id,
            priority,
            valid_until,
            registered_delivery,
            data_coding,
            text,
            ..Message::default()
        };
        for (tag, value) in tlvs {
            message.tlvs.push(tag, value);
        }
        message
    })
}

proptest! {
    #[test]
    fn messages_go_to_and_fro(message in any_message(), sequence in any::<u32>(), deliver in any::<bool>()) {
        let boxed = Box::new(message.clone());
        let frame = if deliver { Pdu::Deliver(boxed) } else { Pdu::Submit(boxed) }.to_frame(sequence);
        let (head, read) = Pdu::decode(&frame).unwrap();
        prop_assert_eq!(head.sequence, sequence);
        let (Pdu::Submit(read) | Pdu::Deliver(read)) = read else { panic!("{read:?}") };
        prop_assert_eq!(*read, message);
    }

    #[test]
    fn whatever_is_read_nothing_breaks(octets in vec(any::<u8>(), 0..300), command in 0..0x20_u32, answer in any::<bool>()) {
        let command = if answer { command | 0x8000_0000 } else { command };
        let length = u32::try_from(octets.len() + 16).unwrap();
        let frame =
            [&length.to_be_bytes()[..], &command.to_be_bytes(), &[0; 4], &[0, 0, 0, 9], &octets].concat();
        if let Ok((head, Pdu::Submit(message) | Pdu::Deliver(message))) = Pdu::decode(&frame) {
            prop_assert_eq!(head.sequence, 9);
            let _ = heyan_smpp::text::read(&message);
            let _ = Receipt::read(&message).map(|receipt| (receipt.outcome(), receipt.code()));
        }
        let now = Moment::from_ms(1);
        let mut smsc = Smsc::new(Settings::new(vec![account()]), 0);
        let id = smsc.connected(now);
        let mut client = Session::start(config(), now);
        smsc.received(now, id, &client.take_output());
        client.received(now, &smsc.take_output(id));
        prop_assert!(client.is_open());
        client.received(now, &frame);
        smsc.received(now, id, &frame);
    }
}

#[test]
fn answers_go_to_and_fro() {
    let answer = Answer { status: 0, message_id: "0000001F".to_owned() };
    let (_, read) = Pdu::decode(&Pdu::SubmitAnswer(answer.clone()).to_frame(7)).unwrap();
    assert!(matches!(read, Pdu::SubmitAnswer(found) if found == answer));
    for mode in [Mode::Transceiver, Mode::Transmitter, Mode::Receiver] {
        let answer = BindAnswer { mode, status: 0, system_id: "centre".to_owned() };
        let (_, read) = Pdu::decode(&Pdu::BindAnswer(answer.clone()).to_frame(7)).unwrap();
        assert!(matches!(read, Pdu::BindAnswer(found) if found == answer));
    }
}

/// The example of the standard's chapter 3.2.4.
#[test]
fn the_login_of_the_standard() {
    let frame = [
        0, 0, 0, 0x2F, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0x53, 0x4D, 0x50, 0x50, 0x33, 0x54, 0x45, 0x53,
        0x54, 0, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74, 0x30, 0x38, 0, 0x53, 0x55, 0x42, 0x4D, 0x49, 0x54, 0x31,
        0, 0, 1, 1, 0,
    ];
    let (head, pdu) = Pdu::decode(&frame).unwrap();
    let Pdu::Bind(bind) = pdu else { panic!("{pdu:?}") };
    assert_eq!((head.sequence, bind.mode), (1, Mode::Transmitter));
    assert_eq!((bind.system_id.as_str(), bind.system_type.as_str()), ("SMPP3TEST", "SUBMIT1"));
    assert_eq!(bind.password.as_bytes(), b"secret08");
}

#[test]
fn a_frame_that_is_cut_is_an_error_and_a_parameter_that_is_wrong_costs_no_message() {
    let mut message = Message { text: b"id:7 stat:DELIVRD".to_vec(), ..Message::default() };
    let whole = Pdu::Deliver(Box::new(message.clone())).to_frame(1);
    for length in 0..whole.len() {
        assert!(Pdu::decode(&whole[..length]).is_err(), "{length}");
    }
    message.tlvs.push(tag::MESSAGE_STATE, vec![2]);
    let mut frame = Pdu::Deliver(Box::new(message)).to_frame(1);
    let at = frame.len() - 3;
    frame[at + 1] = 99;
    let (_, Pdu::Deliver(read)) = Pdu::decode(&frame).unwrap() else { panic!() };
    assert_eq!(Receipt::read(&read).unwrap().state, None);
}

#[test]
fn the_longest_frame_is_waited_for_and_a_longer_one_is_not() {
    let mut framer = Framer::new(SMPP);
    framer.push(&16_384_u32.to_be_bytes());
    assert_eq!(framer.next_frame(), Ok(None));
    let mut framer = Framer::new(SMPP);
    framer.push(&16_385_u32.to_be_bytes());
    assert!(framer.next_frame().is_err());
}
