//! A text in as many contents as it needs.

pub use heyan_line::text::{Reference, SplitError};

use super::Alphabet;
use crate::content::Content;

/// One content of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Pk_total.
    pub total: u8,
    /// Pk_number, from 1.
    pub number: u8,
    /// TP_udhi: 1 if the content begins with a user data header, as in a message of several parts.
    pub tp_udhi: u8,
    /// The content.
    pub content: Content,
}

/// The contents of a text: one if it fits, otherwise parts with a user data header. No character is ever cut, so no
/// surrogate pair either.
///
/// # Errors
/// A character that the alphabet lacks, or too much text.
pub fn split(text: &str, alphabet: Alphabet, reference: Reference) -> Result<Vec<Part>, SplitError> {
    let whole = alphabet.format().longest();
    let pieces =
        heyan_line::text::pieces(text, whole, reference, |character, out| alphabet.append(character, out))?;
    let part = |piece: heyan_line::text::Piece| Part {
        total: piece.total,
        number: piece.number,
        tp_udhi: u8::from(piece.has_header()),
        content: Content::counted(&piece.octets),
    };
    Ok(pieces.into_iter().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{read, user_data};
    use proptest::prelude::*;

    const HAN: &str = "\u{5DE5}";
    const FACE: &str = "\u{1F600}";

    fn lengths(text: &str, alphabet: Alphabet, reference: Reference) -> Vec<usize> {
        let parts = split(text, alphabet, reference).unwrap();
        parts.iter().map(|part| part.content.as_bytes().len()).collect()
    }

    #[test]
    fn seventy_characters_are_one_part_and_one_more_makes_two() {
        let eight = Reference::Eight(1);
        assert_eq!(lengths(&HAN.repeat(70), Alphabet::Ucs2, eight), [140]);
        assert_eq!(lengths(&HAN.repeat(71), Alphabet::Ucs2, eight), [6 + 134, 6 + 8]);
        assert_eq!(lengths(&HAN.repeat(134), Alphabet::Ucs2, eight), [140, 140]);
        assert_eq!(lengths(&HAN.repeat(135), Alphabet::Ucs2, eight).len(), 3);
        assert_eq!(lengths(&HAN.repeat(132), Alphabet::Ucs2, Reference::Sixteen(1)), [7 + 132, 7 + 132]);
        assert_eq!(lengths(&"a".repeat(159), Alphabet::Ascii, eight), [159]);
        assert_eq!(lengths(&"a".repeat(160), Alphabet::Ascii, eight), [140, 6 + 26]);
    }

    #[test]
    fn a_surrogate_pair_goes_into_the_next_part_as_a_whole() {
        let text = format!("{}{FACE}{}", HAN.repeat(66), HAN.repeat(10));
        assert_eq!(lengths(&text, Alphabet::Ucs2, Reference::Eight(1)), [6 + 132, 6 + 4 + 20]);
    }

    #[test]
    fn too_much_and_the_wrong_characters_are_refused() {
        let eight = Reference::Eight(1);
        assert_eq!(split(&HAN.repeat(67 * 255), Alphabet::Ucs2, eight).unwrap().len(), 255);
        let more = split(&HAN.repeat(67 * 255 + 1), Alphabet::Ucs2, eight);
        assert_eq!(more, Err(SplitError::TooLong { parts: 256 }));
        assert_eq!(split("a\u{5DE5}", Alphabet::Ascii, eight), Err(SplitError::Character { at: 1 }));
    }

    proptest! {
        #[test]
        fn parts_hold_the_whole_text_and_no_broken_character(
            text in "\\PC{0,300}",
            gb in any::<bool>(),
            wide in any::<bool>(),
        ) {
            let alphabet = if gb { Alphabet::Gb18030 } else { Alphabet::Ucs2 };
            let reference = if wide { Reference::Sixteen(0xBEEF) } else { Reference::Eight(0xEF) };
            let parts = split(&text, alphabet, reference).unwrap();
            let mut joined = String::new();
            for part in &parts {
                prop_assert!(part.content.as_bytes().len() <= 140);
                let octets = if part.tp_udhi == 1 {
                    let (place, octets) = user_data(part.content.as_bytes()).unwrap();
                    let place = place.unwrap();
                    prop_assert_eq!((place.total, place.number), (part.total, part.number));
                    prop_assert_eq!(place.reference, reference);
                    octets
                } else {
                    part.content.as_bytes()
                };
                let text = read(alphabet.format(), octets).unwrap();
                prop_assert!(!text.damaged);
                joined.push_str(&text.text);
            }
            prop_assert_eq!(joined, text);
        }
    }
}
