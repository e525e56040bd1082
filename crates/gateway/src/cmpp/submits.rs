//! A message as the SUBMITs that carry it.

use heyan_cmpp::pdu::Submit;
use heyan_cmpp::text::{Alphabet, Reference, split};
use heyan_cmpp::time::{absolute, beijing};
use heyan_cmpp::{Edition, Number, Octets, Terminal};

use super::Settings;
use crate::line::Handed;

/// The sender's number is no `Src_Id`.
const SENDER: &str = "SENDER";
/// The text does not fit into the parts of one message.
const TEXT: &str = "TEXT";

/// The parts of a message, or the code under which it is noted that it cannot be sent on this line. A report is asked for
/// the last part alone, and stands for the message.
pub(super) fn parts(handed: &Handed, settings: &Settings) -> Result<Vec<Submit>, &'static str> {
    let outgoing = &handed.outgoing;
    let config = &settings.link.config;
    let sender = settings.sender.as_deref().unwrap_or(&outgoing.sender);
    let source = Number::new(sender).map_err(|_| SENDER)?;
    let to = match config.version.edition() {
        Edition::Two => Terminal::Two(Number::new(outgoing.to.as_str()).map_err(|_| SENDER)?),
        Edition::Three => Terminal::Three(Number::new(outgoing.to.as_str()).map_err(|_| SENDER)?),
    };
    let alphabet = Alphabet::for_text(&outgoing.text);
    // From all octets of the message's id: parts of two messages to one phone are told apart.
    let octets = outgoing.message.number().to_be_bytes();
    let reference = Reference::Eight(octets.iter().fold(0, |sum, octet| sum ^ octet));
    let parts = split(&outgoing.text, alphabet, reference).map_err(|_| TEXT)?;
    let valid_until = Octets::new(&absolute(beijing(handed.useful_until.as_ms()))).unwrap_or(Octets::EMPTY);
    let total = parts.len();
    let submit = |(at, part): (usize, heyan_cmpp::text::Part)| {
        let whole = Submit::to_one(config.sp_id, source, to, alphabet.format(), part.content);
        Submit {
            part_total: part.total,
            part_number: part.number,
            registered_delivery: u8::from(at + 1 == total),
            tp_udhi: part.tp_udhi,
            service_id: settings.service_id,
            valid_until,
            ..whole
        }
    };
    Ok(parts.into_iter().enumerate().map(submit).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use heyan_cmpp::client::ClientConfig;
    use heyan_cmpp::net::Link;
    use heyan_cmpp::{Secret, SpId, Version};
    use heyan_domain::Timestamp;
    use heyan_domain::terms::{MessageId, Phone};
    use heyan_domain::verification::{MessageKind, Outgoing};
    use zeroize::Zeroizing;

    use super::*;

    fn settings(version: Version) -> Settings {
        let config =
            ClientConfig::new(SpId::new("901234").unwrap(), Secret::new("secret".to_owned()), version);
        let link =
            Link { address: "127.0.0.1:7890".to_owned(), config, connect_timeout: Duration::from_secs(1) };
        Settings {
            link,
            service_id: Octets::new("VERIFY").unwrap(),
            sender: None,
            rate_per_second: 100,
            watch: None,
        }
    }

    fn handed(text: &str) -> Handed {
        let outgoing = Outgoing {
            message: MessageId::from_number(0x0102_0304),
            kind: MessageKind::First,
            to: Phone::parse("15400000001").unwrap(),
            sender: "12381".to_owned(),
            text: Zeroizing::new(text.to_owned()),
        };
        // 2026-01-02 03:04:05 in Beijing.
        Handed { outgoing, useful_until: Timestamp::from_ms(1_767_294_245_000) }
    }

    #[test]
    fn a_message_is_one_submit_with_a_report_that_ends_with_the_verification() {
        for version in [Version::V20, Version::V30] {
            let parts = parts(&handed("\u{9A8C}\u{8BC1}\u{7801}123456"), &settings(version)).unwrap();
            assert_eq!(parts.len(), 1);
            assert_eq!(parts[0].edition(), version.edition());
            assert_eq!(parts[0].registered_delivery, 1);
            assert_eq!(parts[0].source.text(), "12381");
            assert_eq!(parts[0].valid_until.text(), "260102030405032+");
            assert_eq!(parts[0].service_id.text(), "VERIFY");
        }
    }

    #[test]
    fn a_long_message_has_parts_that_belong_together_and_one_report() {
        let parts = parts(&handed(&"\u{9A8C}".repeat(71)), &settings(Version::V30)).unwrap();
        let told: Vec<_> = parts
            .iter()
            .map(|part| (part.part_number, part.part_total, part.tp_udhi, part.registered_delivery))
            .collect();
        assert_eq!(told, [(1, 2, 1, 0), (2, 2, 1, 1)]);
        assert_eq!(parts[0].content.as_bytes()[..6], [5, 0, 3, 4, 2, 1]);
    }

    #[test]
    fn the_route_s_own_sender_goes_before_the_rule_s_and_must_be_one() {
        let own = Settings { sender: Some("1069012381".to_owned()), ..settings(Version::V20) };
        assert_eq!(parts(&handed("1"), &own).unwrap()[0].source.text(), "1069012381");
        let bad = Settings { sender: Some("1".repeat(22)), ..settings(Version::V20) };
        assert_eq!(parts(&handed("1"), &bad), Err(SENDER));
    }
}
