//! A CMPP frame in one line, without personal data and codes: numbers masked, texts and secrets left out.

use heyan_cmpp::pdu::{Deliver, Submit};
use heyan_cmpp::{Edition, Pdu, Terminal};

/// Its command, its sequence number, and what support asks for.
pub(super) fn words(frame: &[u8], edition: Edition) -> String {
    let (sequence, pdu) = match Pdu::decode(frame, edition) {
        Ok(read) => read,
        Err(error) => return format!("{} octets that cannot be read: {error}", frame.len()),
    };
    let more = match &pdu {
        Pdu::Submit(submit) => of_submit(submit),
        Pdu::SubmitResp(answer) => format!(" id {}, result {}", answer.msg_id, answer.result.code()),
        Pdu::Deliver(deliver) => of_deliver(deliver),
        Pdu::DeliverResp(answer) => format!(" id {}, result {}", answer.msg_id, answer.result.code()),
        Pdu::ConnectResp(answer) => format!(" status {}", answer.status.code()),
        Pdu::Connect(_)
        | Pdu::Terminate
        | Pdu::TerminateResp
        | Pdu::Query(_)
        | Pdu::QueryResp(_)
        | Pdu::Cancel(_)
        | Pdu::CancelResp(_)
        | Pdu::ActiveTest
        | Pdu::ActiveTestResp(_) => String::new(),
    };
    format!("{} sequence {}, {} octets{more}", pdu.name(), sequence.number(), frame.len())
}

/// A number, masked.
fn number(terminal: &Terminal) -> String {
    match terminal {
        Terminal::Two(number) => format!("{number:?}"),
        Terminal::Three(number) => format!("{number:?}"),
    }
}

fn of_submit(submit: &Submit) -> String {
    let to: Vec<String> = submit.destinations().iter().map(number).collect();
    format!(
        " to {}, part {} of {}, {:?}, {} octets of text, report {}",
        to.join(" "),
        submit.part_number,
        submit.part_total,
        submit.format,
        submit.content.as_bytes().len(),
        submit.registered_delivery
    )
}

fn of_deliver(deliver: &Deliver) -> String {
    match deliver.report() {
        Some(Ok(report)) => {
            format!(" id {}, report {} of {}", report.msg_id, report.stat.text(), number(&report.destination))
        }
        Some(Err(error)) => format!(" report that cannot be read: {error}"),
        None => format!(" from a phone, {} octets of text", deliver.content.as_bytes().len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: &str = include_str!("../../../cmpp/tests/frames/cmpp2-gocmpp-smsgate.txt");

    #[test]
    fn a_captured_frame_has_neither_number_nor_text_nor_secret() {
        let frames = FRAMES.lines().filter_map(|line| line.split_whitespace().nth(2));
        let lines: Vec<String> = frames
            .map(|hex| {
                let octets: Vec<u8> = (0..hex.len() / 2)
                    .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
                    .collect();
                words(&octets, Edition::Two)
            })
            .collect();
        let all = lines.join("\n");
        assert!(!all.contains("13500002696") && !all.contains("123456"), "{all}");
        assert!(lines[2].starts_with("SUBMIT sequence 1, 207 octets to "), "{}", lines[2]);
        assert!(lines[2].contains("48 octets of text"), "{}", lines[2]);
        assert!(all.contains("report DELIVRD"), "{all}");
        assert_eq!(
            words(&[0, 0, 0, 12], Edition::Two).split(':').next(),
            Some("4 octets that cannot be read")
        );
    }
}
