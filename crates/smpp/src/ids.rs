//! Message ids: message centres write one id differently in the answer and in the receipt.

/// How an id is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum IdForm {
    /// As a text; only leading zeros and the size of letters make no difference.
    #[default]
    Text,
    /// As a decimal number.
    Decimal,
    /// As a hexadecimal number.
    Hexadecimal,
}

/// How a message centre writes ids. If both are [`IdForm::Text`], receipts are looked for under the other readings of their
/// id too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MessageIds {
    /// In submit_sm_resp.
    pub answer: IdForm,
    /// In receipts.
    pub receipt: IdForm,
}

impl IdForm {
    /// The one spelling in which an id is kept and compared: a number in decimal, or a text in small letters without leading
    /// zeros. What is no number of the form is kept as a text.
    pub fn canonical(self, id: &str) -> String {
        let id = id.trim();
        let number = match self {
            Self::Text => None,
            Self::Decimal => id.parse::<u128>().ok(),
            Self::Hexadecimal => u128::from_str_radix(id, 16).ok(),
        };
        number.map_or_else(|| plain(id), |number| number.to_string())
    }
}

fn plain(id: &str) -> String {
    let small = id.to_ascii_lowercase();
    let short = small.trim_start_matches('0');
    if short.is_empty() && !small.is_empty() { "0".to_owned() } else { short.to_owned() }
}

impl MessageIds {
    /// The id under which an answered message is to be kept.
    pub fn answered(self, id: &str) -> String {
        self.answer.canonical(id)
    }

    /// The ids under which a receipt's message can be kept, the most likely first. More than one only if the route does not
    /// say how its message centre writes them: then an id from decimal and one from hexadecimal digits are tried as well.
    pub fn receipted(self, id: &str) -> Vec<String> {
        let first = self.receipt.canonical(id);
        if self != Self::default() {
            return vec![first];
        }
        let from_decimal = first.parse::<u128>().map(|number| format!("{number:x}"));
        let from_hexadecimal = u128::from_str_radix(&first, 16).map(|number| number.to_string());
        let mut spellings = vec![first];
        for spelling in [from_decimal, from_hexadecimal].into_iter().flatten() {
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        spellings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_and_the_size_of_letters_make_no_difference() {
        for spelling in ["1F", "1f", "001f", " 0000001F "] {
            assert_eq!(IdForm::Text.canonical(spelling), "1f");
        }
        assert_eq!(IdForm::Text.canonical("000"), "0");
        assert_eq!(IdForm::Text.canonical(""), "");
        assert_eq!(IdForm::Text.canonical("a-0b"), "a-0b");
    }

    #[test]
    fn a_route_that_says_how_ids_are_written_has_one_reading() {
        let ids = MessageIds { answer: IdForm::Hexadecimal, receipt: IdForm::Decimal };
        assert_eq!(ids.answered("0000001F"), "31");
        assert_eq!(ids.receipted("0000000031"), ["31"]);
        assert_eq!(ids.receipted("not-a-number"), ["not-a-number"]);
    }

    #[test]
    fn a_route_that_does_not_say_finds_the_other_base_all_the_same() {
        let ids = MessageIds::default();
        assert!(ids.receipted("31").contains(&ids.answered("1F")), "hexadecimal answer, decimal receipt");
        assert!(ids.receipted("1F").contains(&ids.answered("31")), "decimal answer, hexadecimal receipt");
        assert_eq!(ids.receipted("31")[0], "31", "the same spelling goes first");
        assert_eq!(ids.receipted("x-1"), ["x-1"]);
    }
}
