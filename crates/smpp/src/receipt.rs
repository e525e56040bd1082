//! Receipts: a deliver_sm that says what became of a message, in optional parameters or in a text of appendix B.

use crate::codes::{self, Row};
use crate::ids::MessageIds;
use crate::pdu::{Message, tag};

/// What a message centre says about a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The id of the message as it came.
    pub id: String,
    /// message_state, if it was a parameter.
    pub state: Option<u8>,
    /// The word after `stat:`.
    pub word: String,
    /// The number after `err:`, or network_error_code.
    pub error: String,
    /// Done date as it came: YYMMDDhhmm, in the message centre's time, seconds possible.
    pub done_at: String,
}

/// A receipt that does not say which message it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the receipt has no message id")]
pub struct NoId;

/// The value after a label. Labels are written in any size of letters, and with spaces around their colon.
fn value(text: &str, label: &str) -> Option<String> {
    let small = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = small.get(from..).and_then(|rest| rest.find(label)) {
        let at = from + found;
        from = at + label.len();
        let begins = small.get(..at).is_some_and(|head| head.is_empty() || head.ends_with(' '));
        let rest = text.get(from..)?;
        let Some(value) = rest.trim_start_matches([' ', '_']).strip_prefix(':').filter(|_| begins) else {
            continue;
        };
        return Some(value.trim_start().split(' ').next().unwrap_or_default().to_owned());
    }
    None
}

impl Receipt {
    /// Reads one: parameters go before the text.
    ///
    /// # Errors
    /// There is no id in either.
    pub fn read(message: &Message) -> Result<Self, NoId> {
        let text: String = String::from_utf8_lossy(message.octets()).replace(['\0', '\r', '\n'], " ");
        let said = |label| value(&text, label);
        let id =
            message.tlvs.text(tag::RECEIPTED_MESSAGE_ID).filter(|id| !id.is_empty()).or_else(|| said("id"));
        let state = message.tlvs.number(tag::MESSAGE_STATE).and_then(|state| u8::try_from(state).ok());
        let network = || match message.tlvs.get(tag::NETWORK_ERROR) {
            Some([_, high, low]) => Some(u16::from_be_bytes([*high, *low]).to_string()),
            Some(_) | None => None,
        };
        Ok(Self {
            id: id.filter(|id| !id.is_empty()).ok_or(NoId)?,
            state,
            word: said("stat").unwrap_or_default(),
            error: said("err").or_else(network).unwrap_or_default(),
            done_at: said("done date").or_else(|| said("done_date")).unwrap_or_default(),
        })
    }

    /// The ids under which its message can be kept, the most likely first.
    pub fn ids(&self, ids: MessageIds) -> Vec<String> {
        ids.receipted(&self.id)
    }

    /// What it says: the parameter, unless that says nothing; else the word.
    pub fn outcome(&self) -> Row {
        let word = codes::word(&self.word);
        match self.state.map(codes::state) {
            Some(row) if row.meaning != codes::Meaning::Unknown || self.word.is_empty() => row,
            Some(_) | None => word,
        }
    }

    /// Its code, for people: the word and the error, as in `UNDELIV:034`.
    pub fn code(&self) -> String {
        let of_state = || {
            let listed = codes::STATES.iter().find(|(code, _, _)| Some(*code) == self.state);
            listed.map_or_else(
                || format!("STATE {}", self.state.unwrap_or_default()),
                |(_, word, _)| (*word).to_owned(),
            )
        };
        let word = if self.word.is_empty() { of_state() } else { self.word.to_ascii_uppercase() };
        if self.error.chars().all(|digit| digit == '0') { word } else { format!("{word}:{}", self.error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Meaning;

    fn receipt(text: &str, parameters: &[(u16, &[u8])]) -> Result<Receipt, NoId> {
        let mut message = Message { esm_class: 4, text: text.as_bytes().to_vec(), ..Message::default() };
        for (tag, value) in parameters {
            message.tlvs.push(*tag, value.to_vec());
        }
        Receipt::read(&message)
    }

    const TEXT: &str = "id:0000001F sub:001 dlvrd:001 submit date:2611230410 done date:2611230411 stat:DELIVRD err:000 text:code";

    #[test]
    fn the_text_of_the_standard() {
        let receipt = receipt(TEXT, &[]).unwrap();
        assert_eq!((receipt.id.as_str(), receipt.word.as_str()), ("0000001F", "DELIVRD"));
        assert_eq!((receipt.done_at.as_str(), receipt.code().as_str()), ("2611230411", "DELIVRD"));
        assert_eq!(receipt.outcome().meaning, Meaning::Delivered);
    }

    #[test]
    fn labels_are_written_in_many_ways() {
        for text in [
            "ID:7 SUB:001 DLVRD:000 SUBMIT DATE:1 DONE DATE:2 STAT:UNDELIV ERR:034 TEXT:id:9",
            "id: 7 sub: 1 dlvrd: 0 Submit_Date: 1 Done_Date: 2 stat: undeliv err: 034 Text: stat:DELIVRD",
            "sub:001 id:7 done_date:2 stat:UNDELIV err:034",
        ] {
            let receipt = receipt(text, &[]).unwrap();
            assert_eq!((receipt.id.as_str(), receipt.done_at.as_str()), ("7", "2"), "{text}");
            assert_eq!(receipt.code(), "UNDELIV:034", "{text}");
            assert_eq!(receipt.outcome().meaning, Meaning::FailedForGood, "{text}");
        }
    }

    #[test]
    fn parameters_go_before_the_text_and_suffice() {
        let both = [(tag::RECEIPTED_MESSAGE_ID, &b"abc\0"[..]), (tag::MESSAGE_STATE, &[5][..])];
        let told = receipt(TEXT, &both).unwrap();
        assert_eq!((told.id.as_str(), told.outcome().meaning), ("abc", Meaning::FailedForGood));
        let alone = receipt("", &both).unwrap();
        assert_eq!((alone.code().as_str(), alone.outcome().meaning), ("UNDELIV", Meaning::FailedForGood));
        let odd = receipt(TEXT, &[(tag::MESSAGE_STATE, &[77])]).unwrap();
        assert_eq!(
            odd.outcome().meaning,
            Meaning::Delivered,
            "a state that says nothing leaves it to the word"
        );
    }

    #[test]
    fn a_receipt_without_an_id_is_none() {
        for text in ["", "sub:001 stat:DELIVRD", "id: "] {
            assert_eq!(receipt(text, &[]), Err(NoId), "{text}");
        }
        assert_eq!(receipt("id:7 stat:WHATEVER", &[]).unwrap().outcome().meaning, Meaning::Unknown);
    }
}
