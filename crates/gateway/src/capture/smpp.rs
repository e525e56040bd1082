//! An SMPP frame in one line, without personal data and codes: numbers masked, texts and secrets left out.

use heyan_line::masked;
use heyan_smpp::pdu::Message;
use heyan_smpp::receipt::Receipt;
use heyan_smpp::{MessageIds, Pdu};

/// Its command, its sequence number, and what support asks for. Ids stand as they are kept, those of receipts in every
/// reading that the route leaves open.
pub(super) fn words(frame: &[u8], ids: MessageIds) -> String {
    let (head, pdu) = match Pdu::decode(frame) {
        Ok(read) => read,
        Err(error) => return format!("{} octets that cannot be read: {error}", frame.len()),
    };
    let more = match &pdu {
        Pdu::Submit(message) => of_submit(message),
        Pdu::SubmitAnswer(answer) if answer.status == 0 => {
            format!(" id {}, status 0x00", ids.answered(&answer.message_id))
        }
        Pdu::Deliver(message) => of_deliver(message, ids),
        Pdu::SubmitAnswer(_) | Pdu::BindAnswer(_) | Pdu::DeliverAnswer { .. } | Pdu::Nack { .. } => {
            format!(" status {:#04x}", head.status)
        }
        Pdu::Other { command } => format!(" command {command:#010x}"),
        Pdu::Bind(_) | Pdu::EnquireLink | Pdu::EnquireLinkAnswer | Pdu::Unbind | Pdu::UnbindAnswer => {
            String::new()
        }
    };
    format!("{} sequence {}, {} octets{more}", pdu.name(), head.sequence, frame.len())
}

fn of_submit(message: &Message) -> String {
    format!(
        " to {}, esm_class {:#04x}, data_coding {}, {} octets of text, receipt {}",
        masked(&message.destination.number),
        message.esm_class,
        message.data_coding,
        message.octets().len(),
        message.registered_delivery
    )
}

fn of_deliver(message: &Message, ids: MessageIds) -> String {
    match Receipt::read(message) {
        Ok(receipt) => {
            let named: Vec<String> = receipt.ids(ids).iter().map(|id| format!("id {id},")).collect();
            let from = masked(&message.source.number);
            format!(" {} report {} of {from}", named.join(" "), receipt.code())
        }
        Err(_) => format!(" from a phone, {} octets of text", message.octets().len()),
    }
}

#[cfg(test)]
mod tests {
    use heyan_line::Secret;
    use heyan_smpp::pdu::{Address, Answer, Bind, Mode, RECEIPT};

    use super::*;

    fn said(pdu: &Pdu) -> String {
        words(&pdu.to_frame(7), MessageIds::default())
    }

    #[test]
    fn a_captured_frame_has_neither_number_nor_text_nor_secret() {
        let bind = Bind {
            mode: Mode::Transceiver,
            system_id: "account".to_owned(),
            password: Secret::new("geheim".to_owned()),
            system_type: String::new(),
            interface_version: 0x34,
        };
        let submit = Message {
            destination: Address::phone("8615400000001"),
            text: b"code 123456".to_vec(),
            registered_delivery: 1,
            ..Message::default()
        };
        let receipt = Message {
            source: Address::phone("8615400000001"),
            esm_class: RECEIPT,
            text: b"id:31 stat:DELIVRD err:000 text:code 123456".to_vec(),
            ..Message::default()
        };
        let reply = Message { esm_class: 0, text: b"from 15400000001".to_vec(), ..receipt.clone() };
        let lines = [
            said(&Pdu::Bind(Box::new(bind))),
            said(&Pdu::Submit(Box::new(submit))),
            said(&Pdu::SubmitAnswer(Answer { status: 0, message_id: "0000001F".to_owned() })),
            said(&Pdu::SubmitAnswer(Answer { status: 0x58, message_id: String::new() })),
            said(&Pdu::Deliver(Box::new(receipt))),
            said(&Pdu::Deliver(Box::new(reply))),
        ];
        let all = lines.join("\n");
        assert!(!all.contains("5400000001") && !all.contains("123456") && !all.contains("geheim"), "{all}");
        assert!(lines[0].starts_with("bind_transceiver sequence 7, "), "{all}");
        assert!(lines[1].contains(" to 861****0001, ") && lines[1].contains("11 octets of text"), "{all}");
        assert!(lines[2].ends_with(" id 1f, status 0x00") && lines[3].ends_with(" status 0x58"), "{all}");
        assert!(lines[4].contains(" id 31, id 1f, id 49, report DELIVRD of 861****0001"), "{all}");
        assert!(lines[5].ends_with(" from a phone, 16 octets of text"), "{all}");
        assert!(words(&[0, 0, 0, 16], MessageIds::default()).starts_with("4 octets that cannot be read"));
    }
}
