//! Octets that mean no good: cut, changed, made up. Everything is answered by a value or an error.

use std::time::{Duration, Instant};

use heyan_cmpp::frame::{CMPP, Framer};
use heyan_cmpp::report::Report;
use heyan_cmpp::text::{Joiner, read, user_data};
use heyan_cmpp::{Edition, Fault, Format, Moment, Pdu, codes};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::golden::frames;

/// Seconds that the long run takes; without it, a short one of a fixed number of rounds is made.
const SECONDS: &str = "HEYAN_CMPP_FUZZ_SECONDS";
const ROUNDS: u64 = 20_000;

/// A cut frame states the length that it has, so that the error is the field's.
fn with_own_length(mut frame: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(frame.len()).unwrap();
    if let Some(slot) = frame.get_mut(..4) {
        slot.copy_from_slice(&length.to_be_bytes());
    }
    frame
}

#[test]
fn a_frame_cut_at_any_octet_is_an_error_that_names_its_place() {
    for (edition, frame) in frames() {
        for cut in 0..frame.len() {
            let error = Pdu::decode(&frame[..cut], edition).unwrap_err();
            assert!(error.offset <= cut);
            let result = Pdu::decode(&with_own_length(frame[..cut].to_vec()), edition);
            if let Ok((_, pdu)) = &result {
                // An answer to CONNECT is read by its length: cut to that of 2.0, it is one.
                assert_eq!((edition, pdu.name(), cut), (Edition::Three, "CONNECT_RESP", 30));
                continue;
            }
            let error = result.unwrap_err();
            assert!(error.offset <= cut, "{error} after {cut}");
            assert!(!error.field.is_empty() && !error.pdu.is_empty());
        }
    }
}

#[test]
fn a_frame_with_an_octet_too_many_is_an_error() {
    for (edition, mut frame) in frames() {
        let length = frame.len();
        frame.push(0);
        let error = Pdu::decode(&with_own_length(frame), edition).unwrap_err();
        // A longer CONNECT_RESP of 2.0 looks like a shorter one of 3.0.
        let is_short = matches!(error.fault, Fault::Short { .. });
        assert!(
            is_short || (error.fault == Fault::Trailing { extra: 1 } && error.offset == length),
            "{error}"
        );
    }
}

#[test]
fn unknown_commands_and_impossible_counts_are_errors() {
    let mut frame = vec![0, 0, 0, 12, 0, 0, 0, 99, 0, 0, 0, 1];
    let error = Pdu::decode(&frame, Edition::Two).unwrap_err();
    assert_eq!((error.offset, error.fault), (4, Fault::Command { found: 99 }));
    frame[4] = 0x80;
    assert_eq!(Pdu::decode(&frame, Edition::Two).unwrap_err().fault, Fault::Command { found: 0x8000_0063 });
    let (_, mut submit) = frames().remove(2);
    for count in [0, 101, 255] {
        submit[12 + 117 - 1] = count;
        let error = Pdu::decode(&submit, Edition::Two).unwrap_err();
        assert_eq!((error.field, error.fault), ("DestUsr_tl", Fault::Value { found: count.into() }));
    }
    assert_eq!(
        Pdu::decode(&submit, Edition::Two).unwrap_err().to_string(),
        "SUBMIT, field DestUsr_tl at octet 128: 255 is not allowed here"
    );
}

/// Everything that reads what a peer sends.
fn feed(octets: &[u8], edition: Edition) {
    let mut framer = Framer::new(CMPP);
    framer.push(octets);
    while let Ok(Some(frame)) = framer.next_frame() {
        feed_frame(frame, edition);
    }
    feed_frame(octets, edition);
    let _ = user_data(octets);
    let _ = Report::decode(octets).map(|report| report.outcome());
    let _ = codes::stat(&String::from_utf8_lossy(octets));
    for format in [Format::ASCII, Format::UCS2, Format::GB, Format::BINARY] {
        let _ = read(format, octets);
    }
}

fn feed_frame(frame: &[u8], edition: Edition) {
    let Ok((sequence, pdu)) = Pdu::decode(frame, edition) else { return };
    assert_eq!(pdu.to_frame(sequence), frame, "what can be read is written back as it was");
    if let Pdu::Deliver(deliver) = pdu {
        let _ = deliver.report();
        let _ = deliver.source().mainland();
        let _ = Joiner::new(Duration::from_secs(1)).take(Moment::from_ms(0), &deliver);
    }
}

#[test]
fn made_up_octets_never_panic() {
    let seconds = std::env::var(SECONDS).ok().map(|seconds| seconds.parse::<u64>().unwrap());
    let begin = Instant::now();
    let mut rng = ChaCha8Rng::seed_from_u64(seconds.unwrap_or(2003));
    let golden = frames();
    let mut rounds = 0_u64;
    loop {
        let (edition, frame) = &golden[usize::try_from(rng.next_u64()).unwrap() % golden.len()];
        let mut octets = frame.clone();
        for _ in 0..rng.next_u32() % 6 {
            let at = usize::try_from(rng.next_u32()).unwrap() % octets.len();
            match rng.next_u32() % 4 {
                0 => octets[at] = u8::try_from(rng.next_u32() & 0xFF).unwrap(),
                1 => octets.truncate(at.max(1)),
                2 => octets.insert(at, u8::try_from(rng.next_u32() & 0xFF).unwrap()),
                _ => octets[7] = u8::try_from(rng.next_u32() % 10).unwrap_or(0),
            }
            octets.resize(octets.len().max(8), 0);
        }
        if rng.next_u32().is_multiple_of(2) {
            octets = with_own_length(octets);
        }
        feed(&octets, *edition);
        rounds += 1;
        match seconds {
            Some(seconds) if begin.elapsed() < Duration::from_secs(seconds) => {}
            None if rounds < ROUNDS => {}
            _ => break,
        }
    }
    println!("{rounds} made-up streams in {} s", begin.elapsed().as_secs());
}
