//! Text in a content: alphabets, long messages in parts, and parts put together again.

mod join;
mod split;

pub use heyan_line::text::{Place, UdhError, user_data};
pub use join::{Incomplete, Joined, Joiner, MOST_OPEN, Whole};
pub use split::{Part, Reference, SplitError, split};

use encoding_rs::{GB18030, UTF_16BE};

use crate::content::Format;

/// In which characters a text is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alphabet {
    /// One octet a character.
    Ascii,
    /// Two octets a character, four outside the first plane.
    Ucs2,
    /// One, two or four octets a character. Gateways turn it into UCS-2 and count that, so it saves nothing.
    Gb18030,
}

impl Alphabet {
    /// The one to use: ASCII for what is ASCII, UCS-2 for everything else.
    pub fn for_text(text: &str) -> Self {
        if text.is_ascii() { Self::Ascii } else { Self::Ucs2 }
    }

    /// Its Msg_Fmt.
    pub const fn format(self) -> Format {
        match self {
            Self::Ascii => Format::ASCII,
            Self::Ucs2 => Format::UCS2,
            Self::Gb18030 => Format::GB,
        }
    }

    /// Appends one character; `None` if the alphabet does not have it.
    fn append(self, character: char, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Ascii => out.push(u8::try_from(character).ok().filter(u8::is_ascii)?),
            Self::Ucs2 => {
                let mut units = [0; 2];
                out.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
            }
            Self::Gb18030 => {
                let mut utf8 = [0; 4];
                let (octets, _, missing) = GB18030.encode(character.encode_utf8(&mut utf8));
                if missing {
                    return None;
                }
                out.extend_from_slice(&octets);
            }
        }
        Some(())
    }
}

/// A text that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// What it says; `U+FFFD` where it is damaged.
    pub text: String,
    /// Whether some of it could not be read.
    pub damaged: bool,
}

/// Reads the octets of a content, without a user data header; `None` if its format is not text.
///
/// Content that calls itself ASCII and is not is read as GB 18030, which is what gateways send under that name.
pub fn read(format: Format, octets: &[u8]) -> Option<Text> {
    let encoding = match format {
        Format::ASCII | Format::GB => GB18030,
        Format::UCS2 => UTF_16BE,
        Format(_) => return None,
    };
    let (text, damaged) = encoding.decode_without_bom_handling(octets);
    Some(Text { text: text.into_owned(), damaged })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_reads_what_its_alphabet_writes() {
        for (text, alphabet) in [
            ("code 123456", Alphabet::Ascii),
            ("\u{3010}\u{5DE5}\u{3011} 123456 \u{1F600}", Alphabet::Ucs2),
            ("\u{3010}\u{5DE5}\u{3011} 123456 \u{1F600}", Alphabet::Gb18030),
        ] {
            let mut octets = Vec::new();
            assert!(text.chars().all(|character| alphabet.append(character, &mut octets).is_some()));
            assert_eq!(
                read(alphabet.format(), &octets),
                Some(Text { text: text.to_owned(), damaged: false })
            );
        }
        assert_eq!(Alphabet::for_text("a1"), Alphabet::Ascii);
        assert_eq!(Alphabet::for_text("\u{5DE5}"), Alphabet::Ucs2);
        assert_eq!(Alphabet::Ascii.append('\u{e9}', &mut Vec::new()), None);
    }

    #[test]
    fn damage_is_said_and_other_formats_are_no_text() {
        assert!(read(Format::UCS2, &[0x5D]).unwrap().damaged);
        assert!(read(Format::UCS2, &[0xD8, 0x3D]).unwrap().damaged, "half a surrogate pair");
        assert_eq!(
            read(Format::ASCII, &[0xB9, 0xA4]).unwrap().text,
            "\u{5DE5}",
            "GB under the name of ASCII"
        );
        assert_eq!(read(Format::BINARY, b"abc"), None);
        assert_eq!(read(Format(17), b"abc"), None);
    }
}
