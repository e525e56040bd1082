//! What is written is read back, and the lengths are those of the standard.

use heyan_cmpp::frame::{CMPP, Framer};
use heyan_cmpp::pdu::{Recipients, Submit};
use heyan_cmpp::report::{LENGTH_THREE, LENGTH_TWO, Report};
use heyan_cmpp::{Content, Edition, Format, Number, Pdu, SequenceId, SpId, Terminal};
use proptest::prelude::*;

use crate::strategies::{edition, pdu, report};

proptest! {
    #[test]
    fn every_pdu(
        (edition, pdu) in edition().prop_flat_map(|edition| (Just(edition), pdu(edition))),
        sequence in any::<u32>(),
    ) {
        let sequence = SequenceId::new(sequence);
        let frame = pdu.to_frame(sequence);
        prop_assert!(frame.len() <= CMPP.longest);
        prop_assert_eq!(Pdu::decode(&frame, edition), Ok((sequence, pdu)));
    }

    #[test]
    fn every_report(report in report()) {
        let content = report.encode();
        let length = match report.destination { Terminal::Two(_) => LENGTH_TWO, Terminal::Three(_) => LENGTH_THREE };
        prop_assert_eq!(content.len(), length);
        prop_assert_eq!(Report::decode(&content), Ok(report));
    }

    #[test]
    fn a_stream_cut_anywhere_gives_the_same_frames(
        pdus in edition().prop_flat_map(|edition| proptest::collection::vec(pdu(edition), 1..6)),
        cuts in proptest::collection::vec(1..200_usize, 1..20),
    ) {
        let frames: Vec<_> = (1..).map(SequenceId::new).zip(&pdus).map(|(at, pdu)| pdu.to_frame(at)).collect();
        let stream = frames.concat();
        let mut framer = Framer::new(CMPP);
        let mut found = Vec::new();
        let mut rest = stream.as_slice();
        for cut in cuts.iter().cycle() {
            let (read, after) = rest.split_at((*cut).min(rest.len()));
            framer.push(read);
            while let Some(frame) = framer.next_frame().unwrap() {
                found.push(frame.to_vec());
            }
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(found, frames);
        prop_assert_eq!(framer.waiting(), 0);
    }
}

fn submit(edition: Edition, octets: usize) -> Pdu {
    let to = match edition {
        Edition::Two => Terminal::Two(Number::new("15400000001").unwrap()),
        Edition::Three => Terminal::Three(Number::new("15400000001").unwrap()),
    };
    let content = Content::new(vec![0; octets]).unwrap();
    let sp_id = SpId::new("901234").unwrap();
    Pdu::Submit(Box::new(Submit::to_one(sp_id, Number::EMPTY, to, Format::UCS2, content)))
}

/// The lengths that the standard's tables add up to.
#[test]
fn lengths_of_the_standard() {
    let length = |pdu: &Pdu| pdu.to_frame(SequenceId::new(1)).len();
    assert_eq!(length(&submit(Edition::Two, 48)), 138 + 21 + 48);
    assert_eq!(length(&submit(Edition::Three, 48)), 163 + 32 + 48);
    assert_eq!(length(&Pdu::Terminate), 12);
    assert_eq!(length(&Pdu::ActiveTest), 12);
    assert_eq!(length(&Pdu::ActiveTestResp(Some(0))), 13);
}

#[test]
fn a_submit_to_one_phone_asks_for_a_report_and_is_paid_by_the_sender() {
    let Pdu::Submit(submit) = submit(Edition::Two, 1) else { panic!() };
    assert!(submit.wants_report());
    assert_eq!(submit.fee_user_type, 2);
    assert!(matches!(submit.recipients, Recipients::Two(_)));
    assert_eq!(submit.destinations().len(), 1);
}
