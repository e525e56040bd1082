//! A text in as many contents as it needs.

use super::Alphabet;
use crate::content::Content;

/// The number that the parts of a long message share. Two octets make it rarer that two messages meet at a phone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reference {
    /// One octet: every phone knows it. 67 characters a part.
    Eight(u8),
    /// Two octets. 66 characters a part.
    Sixteen(u16),
}

impl Reference {
    /// The user data header of a part.
    fn header(self, total: u8, number: u8) -> Vec<u8> {
        match self {
            Self::Eight(reference) => vec![5, 0, 3, reference, total, number],
            Self::Sixteen(reference) => {
                let [high, low] = reference.to_be_bytes();
                vec![6, 8, 4, high, low, total, number]
            }
        }
    }
}

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

/// Why a text cannot be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SplitError {
    /// A character that the alphabet does not have.
    #[error("character {at} is not in the alphabet")]
    Character {
        /// Which character, from 0.
        at: usize,
    },
    /// More parts than one octet can count.
    #[error("{parts} parts are more than 255")]
    TooLong {
        /// How many it would be.
        parts: usize,
    },
}

/// Octets of a content that has a user data header, in every alphabet. Gateways pack ASCII into seven bits by their own
/// rules; 140 octets fit whatever they do.
const PART_OCTETS: usize = 140;

/// The contents of a text: one if it fits, otherwise parts with a user data header. No character is ever cut, so no
/// surrogate pair either.
///
/// # Errors
/// A character that the alphabet lacks, or too much text.
pub fn split(text: &str, alphabet: Alphabet, reference: Reference) -> Result<Vec<Part>, SplitError> {
    let whole = alphabet.format().longest();
    let room = PART_OCTETS - reference.header(0, 0).len();
    let mut single = Vec::new();
    let mut pieces = vec![Vec::new()];
    let mut character_octets = Vec::new();
    for (at, character) in text.chars().enumerate() {
        character_octets.clear();
        alphabet.append(character, &mut character_octets).ok_or(SplitError::Character { at })?;
        if single.len() <= whole {
            single.extend_from_slice(&character_octets);
        }
        match pieces.last_mut() {
            Some(piece) if piece.len() + character_octets.len() <= room => {
                piece.extend_from_slice(&character_octets);
            }
            Some(_) | None => pieces.push(character_octets.clone()),
        }
    }
    if single.len() <= whole {
        return Ok(vec![Part { total: 1, number: 1, tp_udhi: 0, content: Content::counted(&single) }]);
    }
    let total = u8::try_from(pieces.len()).map_err(|_| SplitError::TooLong { parts: pieces.len() })?;
    Ok((1..=total)
        .zip(&pieces)
        .map(|(number, piece)| {
            let octets = [reference.header(total, number).as_slice(), piece].concat();
            Part { total, number, tp_udhi: 1, content: Content::counted(&octets) }
        })
        .collect())
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
