//! `heyan sms decode`.

use heyan_cmpp::frame::{CMPP, Framer};
use heyan_cmpp::text::{read, user_data};
use heyan_cmpp::{Content, Edition, Format, Pdu};

use crate::cli::SmsDecode;
use crate::failure::Failure;

/// Shows every frame.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(arguments: &SmsDecode) -> Result<(), Failure> {
    println!("{}", decode(&arguments.frames, arguments.edition)?);
    Ok(())
}

fn decode(hex: &str, edition: Edition) -> Result<String, Failure> {
    let wrong =
        || Failure::usage("this is not hexadecimal", "give an even number of the digits 0 to 9 and a to f");
    let digits: Vec<u32> = hex
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_digit(16).ok_or_else(wrong))
        .collect::<Result<_, _>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong());
    }
    let octets: Vec<u8> =
        pairs.iter().map(|[high, low]| u8::try_from(high * 16 + low).unwrap_or_default()).collect();
    let mut framer = Framer::new(CMPP);
    framer.push(&octets);
    let mut shown = Vec::new();
    while let Some(frame) = framer.next_frame()? {
        let (sequence, pdu) = Pdu::decode(frame, edition)?;
        shown.push(format!(
            "{}, sequence {}, {} octets\n{pdu:#?}",
            pdu.name(),
            sequence.number(),
            frame.len()
        ));
        shown.extend(more(&pdu));
    }
    if framer.waiting() > 0 {
        shown.push(format!("and {} octets that are no whole frame", framer.waiting()));
    }
    Ok(shown.join("\n"))
}

/// What the fields say together: a report and what it means, or a text without its digits.
fn more(pdu: &Pdu) -> Option<String> {
    let (format, udhi, content) = match pdu {
        Pdu::Deliver(deliver) => {
            if let Some(report) = deliver.report() {
                return Some(match report {
                    Ok(report) => {
                        format!("{report:#?}\n{}: {}", report.stat.text(), report.outcome().meaning.name())
                    }
                    Err(error) => error.to_string(),
                });
            }
            (deliver.format, deliver.tp_udhi, &deliver.content)
        }
        Pdu::Submit(submit) => (submit.format, submit.tp_udhi, &submit.content),
        Pdu::Connect(_)
        | Pdu::ConnectResp(_)
        | Pdu::Terminate
        | Pdu::TerminateResp
        | Pdu::SubmitResp(_)
        | Pdu::DeliverResp(_)
        | Pdu::Query(_)
        | Pdu::QueryResp(_)
        | Pdu::Cancel(_)
        | Pdu::CancelResp(_)
        | Pdu::ActiveTest
        | Pdu::ActiveTestResp(_) => return None,
    };
    text(format, udhi, content)
}

fn text(format: Format, udhi: u8, content: &Content) -> Option<String> {
    let octets = content.as_bytes();
    let body = if udhi == 1 { user_data(octets).map_or(octets, |(_, body)| body) } else { octets };
    let text = read(format, body)?.text;
    // A code is nobody's business, and neither is a number in a text.
    let masked: String =
        text.chars().map(|character| if character.is_numeric() { '*' } else { character }).collect();
    Some(format!("text, digits masked: {masked}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: &str = include_str!("../../../../cmpp/tests/frames/cmpp2-gocmpp-smsgate.txt");

    #[test]
    fn captured_frames_are_shown_without_numbers_and_codes() {
        for line in FRAMES.lines() {
            let hex = line.split_whitespace().nth(2).unwrap();
            let shown = decode(hex, Edition::Two).unwrap();
            assert!(!shown.contains("13500002696") && !shown.contains("123456"), "{shown}");
        }
        let submit =
            decode(FRAMES.lines().nth(2).unwrap().split_whitespace().nth(2).unwrap(), Edition::Two).unwrap();
        assert!(submit.contains("SUBMIT, sequence 1, 207 octets") && submit.contains("******"), "{submit}");
        let report =
            decode(FRAMES.lines().nth(4).unwrap().split_whitespace().nth(2).unwrap(), Edition::Two).unwrap();
        assert!(report.ends_with("DELIVRD: delivered"), "{report}");
    }

    #[test]
    fn what_is_no_frame_says_so() {
        for (hex, words) in [
            ("0", "hexadecimal"),
            ("xy", "hexadecimal"),
            ("0000000b", "shorter"),
            ("0000000c00000063 00000001", "unknown"),
        ] {
            let failure = decode(hex, Edition::Two).unwrap_err();
            assert!(failure.what().contains(words), "{}", failure.what());
        }
        assert_eq!(decode("0000", Edition::Two).unwrap(), "and 2 octets that are no whole frame");
    }
}
