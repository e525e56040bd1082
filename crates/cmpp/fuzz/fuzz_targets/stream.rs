//! A stream of octets from a peer that means no good. The first octet chooses the edition and how the stream is cut.
//!
//! `cargo +nightly fuzz run stream` in `crates/cmpp`.

#![no_main]

use heyan_cmpp::client::{ClientConfig, Event, Session};
use heyan_cmpp::frame::{CMPP, Framer};
use heyan_cmpp::report::Report;
use heyan_cmpp::server::{Account, Settings, Smsc};
use heyan_cmpp::text::{read, user_data};
use heyan_cmpp::{Edition, Format, LoginTime, Moment, Pdu, Secret, SpId, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some((first, stream)) = octets.split_first() else { return };
    let edition = if first & 1 == 0 { Edition::Two } else { Edition::Three };
    let piece = usize::from(first >> 1).max(1);
    codec(stream, edition, piece);
    sessions(stream, edition, piece);
});

fn codec(stream: &[u8], edition: Edition, piece: usize) {
    let mut framer = Framer::new(CMPP);
    for octets in stream.chunks(piece) {
        framer.push(octets);
        while let Ok(Some(frame)) = framer.next_frame() {
            let Ok((sequence, pdu)) = Pdu::decode(frame, edition) else { continue };
            assert_eq!(pdu.to_frame(sequence), frame, "what can be read is written back as it was");
            if let Pdu::Deliver(deliver) = pdu {
                let _ = deliver.report().map(|report| report.map(|report| report.outcome()));
            }
        }
    }
    let _ = user_data(stream);
    let _ = Report::decode(stream);
    for format in [Format::ASCII, Format::UCS2, Format::GB] {
        let _ = read(format, stream);
    }
}

fn sessions(stream: &[u8], edition: Edition, piece: usize) {
    let version = match edition {
        Edition::Two => Version::V20,
        Edition::Three => Version::V30,
    };
    let Ok(sp_id) = SpId::new("901234") else { return };
    let secret = || Secret::new("secret".to_owned());
    let now = Moment::from_ms(1_000);
    let mut client = Session::start(ClientConfig::new(sp_id, secret(), version), now, LoginTime::at(0));
    let mut smsc = Smsc::new(Settings::new(vec![Account::new(sp_id, secret())]), 0);
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
