//! Long messages in parts, as every protocol has them: the user data header, and where a text is cut.

mod udh;

pub use udh::{Place, UdhError, user_data};

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
    pub fn header(self, total: u8, number: u8) -> Vec<u8> {
        match self {
            Self::Eight(reference) => vec![5, 0, 3, reference, total, number],
            Self::Sixteen(reference) => {
                let [high, low] = reference.to_be_bytes();
                vec![6, 8, 4, high, low, total, number]
            }
        }
    }
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// How many there are.
    pub total: u8,
    /// Which this is, from 1.
    pub number: u8,
    /// Its octets, with the user data header if there are several.
    pub octets: Vec<u8>,
}

impl Piece {
    /// Whether it begins with a user data header.
    pub const fn has_header(&self) -> bool {
        self.total > 1
    }
}

impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "part {} of {}, {} octets", self.number, self.total, self.octets.len())
    }
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

/// The parts of a text: one if it has no more than `whole` octets, otherwise several with a user data header. `append` writes
/// one character, or refuses it. No character is ever cut, so no surrogate pair either.
///
/// # Errors
/// A character that `append` refuses, or too much text.
pub fn pieces(
    text: &str,
    whole: usize,
    reference: Reference,
    append: impl Fn(char, &mut Vec<u8>) -> Option<()>,
) -> Result<Vec<Piece>, SplitError> {
    let room = PART_OCTETS - reference.header(0, 0).len();
    let mut single = Vec::new();
    let mut pieces = vec![Vec::new()];
    let mut character_octets = Vec::new();
    for (at, character) in text.chars().enumerate() {
        character_octets.clear();
        append(character, &mut character_octets).ok_or(SplitError::Character { at })?;
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
        return Ok(vec![Piece { total: 1, number: 1, octets: single }]);
    }
    let total = u8::try_from(pieces.len()).map_err(|_| SplitError::TooLong { parts: pieces.len() })?;
    Ok((1..=total)
        .zip(&pieces)
        .map(|(number, piece)| {
            let octets = [reference.header(total, number).as_slice(), piece].concat();
            Piece { total, number, octets }
        })
        .collect())
}
