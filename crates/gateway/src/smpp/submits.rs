//! A message as the submit_sm that carry it.

use heyan_line::time::{absolute, beijing};
use heyan_smpp::pdu::{Address, Message};
use heyan_smpp::text::{Reference, messages};

use super::Settings;
use crate::line::Handed;

/// The sender's number or the service type is none that fits its field.
const SENDER: &str = "SENDER";
/// The text does not fit into the parts of one message.
const TEXT: &str = "TEXT";

/// The parts of a message, or the code under which it is noted that it cannot be sent on this line. A receipt is asked for
/// the last part alone, and stands for the message.
pub(super) fn parts(handed: &Handed, settings: &Settings) -> Result<Vec<Message>, &'static str> {
    let outgoing = &handed.outgoing;
    let sender = settings.sender.as_deref().unwrap_or(&outgoing.sender);
    let (ton, npi) = settings.source;
    let whole = Message {
        service_type: settings.service_type.clone(),
        source: Address { ton, npi, number: sender.to_owned() },
        destination: Address::phone(outgoing.to.as_str()),
        valid_until: absolute(beijing(handed.useful_until.as_ms())),
        ..Message::default()
    };
    whole.check().map_err(|_| SENDER)?;
    // From all octets of the message's id: parts of two messages to one phone are told apart.
    let octets = outgoing.message.number().to_be_bytes();
    let reference = Reference::Eight(octets.iter().fold(0, |sum, octet| sum ^ octet));
    let mut parts = messages(&whole, &outgoing.text, reference, settings.concatenation).map_err(|_| TEXT)?;
    if let Some(last) = parts.last_mut() {
        last.registered_delivery = 1;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use heyan_domain::Timestamp;
    use heyan_domain::terms::{MessageId, Phone};
    use heyan_domain::verification::{MessageKind, Outgoing};
    use heyan_smpp::client::ClientConfig;
    use heyan_smpp::net::Link;
    use heyan_smpp::text::{Concatenation, read};
    use zeroize::Zeroizing;

    use super::*;

    fn settings() -> Settings {
        let config = ClientConfig::new("heyan", "secret", "").unwrap();
        let link =
            Link { address: "127.0.0.1:2775".to_owned(), config, connect_timeout: Duration::from_secs(1) };
        Settings {
            link,
            service_type: "VRFY".to_owned(),
            sender: None,
            source: (0, 1),
            concatenation: Concatenation::Header,
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
    fn a_message_is_one_submit_with_a_receipt_that_ends_with_the_verification() {
        let text = "\u{9A8C}\u{8BC1}\u{7801}123456";
        let parts = parts(&handed(text), &settings()).unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].registered_delivery, 1);
        assert_eq!((parts[0].source.number.as_str(), parts[0].source.npi), ("12381", 1));
        assert_eq!(parts[0].destination, Address::phone("15400000001"));
        assert_eq!(parts[0].valid_until, "260102030405032+");
        assert_eq!(parts[0].service_type, "VRFY");
        assert_eq!(read(&parts[0]).unwrap(), text);
    }

    #[test]
    fn a_long_message_has_parts_that_belong_together_and_one_receipt() {
        let long = handed(&"\u{9A8C}".repeat(71));
        let told: Vec<_> = parts(&long, &settings())
            .unwrap()
            .iter()
            .map(|part| (part.has_header(), part.registered_delivery, part.text[..6].to_vec()))
            .collect();
        assert_eq!(told, [(true, 0, vec![5, 0, 3, 4, 2, 1]), (true, 1, vec![5, 0, 3, 4, 2, 2])]);
    }

    #[test]
    fn a_sender_that_does_not_fit_its_field_is_said_and_not_sent() {
        let own = Settings { sender: Some("1069012381".to_owned()), ..settings() };
        assert_eq!(parts(&handed("1"), &own).unwrap()[0].source.number, "1069012381");
        let bad = Settings { sender: Some("1".repeat(21)), ..settings() };
        assert_eq!(parts(&handed("1"), &bad), Err(SENDER));
    }
}
