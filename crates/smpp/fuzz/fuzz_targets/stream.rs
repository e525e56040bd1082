//! A stream of octets from a peer that means no good. The first octet says how the stream is cut.
//!
//! `cargo +nightly fuzz run stream` in `crates/smpp`.

#![no_main]

use heyan_line::double::Double as _;
use heyan_line::frame::Framer;
use heyan_line::session::Session as _;
use heyan_smpp::client::{ClientConfig, Event, Session};
use heyan_smpp::pdu::Message;
use heyan_smpp::receipt::Receipt;
use heyan_smpp::server::{Account, Settings, Smsc};
use heyan_smpp::text::{place, read};
use heyan_smpp::{MessageIds, Moment, Pdu, SMPP, Secret};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some((first, stream)) = octets.split_first() else { return };
    let piece = usize::from(*first).max(1);
    codec(stream, piece);
    sessions(stream, piece);
});

fn codec(stream: &[u8], piece: usize) {
    let mut framer = Framer::new(SMPP);
    for octets in stream.chunks(piece) {
        framer.push(octets);
        while let Ok(Some(frame)) = framer.next_frame() {
            let Ok((head, pdu)) = Pdu::decode(frame) else { continue };
            // What is read can be written, and then read again as the same.
            let again = pdu.to_frame(head.sequence);
            let (_, second) = Pdu::decode(&again).expect("what was written can be read");
            if let (Pdu::Submit(one), Pdu::Submit(other)) | (Pdu::Deliver(one), Pdu::Deliver(other)) = (pdu, second) {
                assert_eq!(one, other);
                look(&one);
            }
        }
    }
    look(&Message { esm_class: 0x44, text: stream.iter().copied().take(254).collect(), ..Message::default() });
}

fn look(message: &Message) {
    let _ = (read(message), place(message), message.check());
    if let Ok(receipt) = Receipt::read(message) {
        let _ = (receipt.outcome(), receipt.code(), receipt.ids(MessageIds::default()));
    }
}

fn sessions(stream: &[u8], piece: usize) {
    let now = Moment::from_ms(1_000);
    let Ok(config) = ClientConfig::new("901234", "secret", "") else { return };
    let mut client = Session::start(config, now);
    let account = Account::new("901234", Secret::new("secret".to_owned()));
    let mut smsc = Smsc::new(Settings::new(vec![account]), 0);
    let id = smsc.connected(now);
    // Logged in on both sides, so that what follows is not thrown away.
    smsc.received(now, id, &client.take_output());
    client.received(now, &smsc.take_output(id));
    assert!(client.is_open());
    for octets in stream.chunks(piece) {
        client.received(now, octets);
        smsc.received(now, id, octets);
    }
    let mut ended = 0;
    client.closed();
    while let Some(event) = client.next_event() {
        ended += u32::from(matches!(event, Event::Ended { .. }));
    }
    assert_eq!(ended, 1);
    smsc.closed(now, id);
}
