//! Texts as the octets of messages.

use heyan_line::text::{Piece, pieces, user_data};

pub use heyan_line::text::{Place, Reference, SplitError};

use crate::pdu::{HAS_HEADER, Message, tag};

/// data_coding of the message centre's own alphabet.
pub const DEFAULT_ALPHABET: u8 = 0;
/// data_coding of UCS-2, high octet first. In truth UTF-16: characters outside the first plane come as surrogate pairs.
pub const UCS2: u8 = 8;

/// Octets of a text that is one message: characters of seven bits, or UCS-2.
const LONGEST: [usize; 2] = [160, 140];

/// How the parts of a long message say that they belong together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Concatenation {
    /// By a user data header in front of the text; what phones understand, so every message centre lets it through.
    #[default]
    Header,
    /// By optional parameters; the message centre makes the header. Only for those that ask for it.
    Parameters,
}

/// Whether a character is the same octet in ASCII and in the alphabet of GSM. Of the others, such as `@` and `_`, message
/// centres make what their makers thought of.
const fn is_plain(character: char) -> bool {
    matches!(character, '\n' | '\r' | ' '..='#' | '%'..='?' | 'A'..='Z' | 'a'..='z')
}

/// A text as messages, one if it fits, otherwise several: each is `message` with the text, its alphabet, and what tells
/// where it stands.
///
/// # Errors
/// There is too much text.
pub fn messages(
    message: &Message,
    text: &str,
    reference: Reference,
    concatenation: Concatenation,
) -> Result<Vec<Message>, SplitError> {
    let is_plain = text.chars().all(is_plain);
    let [seven, ucs2] = LONGEST;
    let (data_coding, whole) = if is_plain { (DEFAULT_ALPHABET, seven) } else { (UCS2, ucs2) };
    let append = |character: char, out: &mut Vec<u8>| {
        if is_plain {
            out.push(u8::try_from(character).ok()?);
        } else {
            let mut units = [0; 2];
            out.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
        Some(())
    };
    let part = |piece: Piece| {
        let mut part = Message { data_coding, ..message.clone() };
        if piece.has_header() {
            match concatenation {
                Concatenation::Header => part.esm_class |= HAS_HEADER,
                Concatenation::Parameters => return in_parameters(part, &piece, reference),
            }
        }
        part.text = piece.octets;
        part
    };
    Ok(pieces(text, whole, reference, append)?.into_iter().map(part).collect())
}

fn in_parameters(mut part: Message, piece: &Piece, reference: Reference) -> Message {
    let number = match reference {
        Reference::Eight(number) => u16::from(number),
        Reference::Sixteen(number) => number,
    };
    part.tlvs.push(tag::SAR_REFERENCE, number.to_be_bytes().to_vec());
    part.tlvs.push(tag::SAR_TOTAL, vec![piece.total]);
    part.tlvs.push(tag::SAR_NUMBER, vec![piece.number]);
    let header = reference.header(piece.total, piece.number).len();
    part.text = piece.octets.get(header..).unwrap_or_default().to_vec();
    part
}

/// Where a message stands in a longer one, by header or by parameters, and the octets of its text.
pub fn place(message: &Message) -> (Option<Place>, &[u8]) {
    let octets = message.octets();
    if message.has_header() {
        // A header that cannot be read leaves a message that is read as a whole.
        return user_data(octets).unwrap_or((None, octets));
    }
    let small = |tag| message.tlvs.number(tag).and_then(|number| u8::try_from(number).ok());
    let place = || {
        let reference = Reference::Sixteen(message.tlvs.number(tag::SAR_REFERENCE)?);
        let (total, number) = (small(tag::SAR_TOTAL)?, small(tag::SAR_NUMBER)?);
        (1..=total).contains(&number).then_some(Place { reference, total, number })
    };
    (place(), octets)
}

/// The text of a message, without a header; `None` if its coding is none that is read. `U+FFFD` where it is damaged or not
/// ASCII.
pub fn read(message: &Message) -> Option<String> {
    let (_, octets) = place(message);
    match message.data_coding {
        DEFAULT_ALPHABET | 1 => Some(octets.iter().map(|octet| ascii(*octet)).collect()),
        UCS2 => {
            let (pairs, rest) = octets.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            let read = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
            let damaged = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
            Some(read.chain(damaged).collect())
        }
        _ => None,
    }
}

fn ascii(octet: u8) -> char {
    if octet.is_ascii() { char::from(octet) } else { char::REPLACEMENT_CHARACTER }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HAN: &str = "\u{5DE5}";

    fn cut(text: &str, concatenation: Concatenation) -> Vec<Message> {
        messages(&Message::default(), text, Reference::Eight(7), concatenation).unwrap()
    }

    #[test]
    fn a_short_text_is_one_message_in_the_narrowest_alphabet() {
        let told = |text: &str| {
            let parts = cut(text, Concatenation::Header);
            (parts.len(), parts[0].data_coding, parts[0].esm_class, parts[0].text.len())
        };
        assert_eq!(told("Code 123456."), (1, 0, 0, 12));
        assert_eq!(told("me@example"), (1, 8, 0, 20), "the at sign is another octet in GSM");
        assert_eq!(told(&HAN.repeat(70)), (1, 8, 0, 140));
        assert_eq!(told(&HAN.repeat(71)), (2, 8, 0x40, 140));
        assert_eq!(told(&"a".repeat(160)), (1, 0, 0, 160));
    }

    #[test]
    fn parts_in_parameters_have_no_header() {
        let parts = cut(&HAN.repeat(71), Concatenation::Parameters);
        assert_eq!((parts.len(), parts[0].esm_class, parts[0].text.len()), (2, 0, 134));
        let (found, _) = place(&parts[1]);
        assert_eq!(found, Some(Place { reference: Reference::Sixteen(7), total: 2, number: 2 }));
    }

    #[test]
    fn other_codings_are_no_text_and_damage_is_shown() {
        let message =
            |data_coding, text: &[u8]| Message { data_coding, text: text.to_vec(), ..Message::default() };
        assert_eq!(read(&message(4, b"abc")), None);
        assert_eq!(read(&message(8, &[0x5D, 0xE5, 0xD8])).unwrap(), "\u{5DE5}\u{FFFD}");
        assert_eq!(read(&message(1, &[b'a', 0xE9])).unwrap(), "a\u{FFFD}");
    }

    proptest! {
        #[test]
        fn parts_hold_the_whole_text(text in "\\PC{0,300}", parameters in any::<bool>()) {
            let concatenation = if parameters { Concatenation::Parameters } else { Concatenation::Header };
            let parts = cut(&text, concatenation);
            let total = parts.len();
            let mut joined = String::new();
            for (at, part) in parts.iter().enumerate() {
                prop_assert!(part.text.len() <= 160);
                if total > 1 {
                    let found = place(part).0.unwrap();
                    prop_assert_eq!((usize::from(found.total), usize::from(found.number)), (total, at + 1));
                }
                joined.push_str(&read(part).unwrap());
            }
            prop_assert_eq!(joined, text);
        }
    }
}
