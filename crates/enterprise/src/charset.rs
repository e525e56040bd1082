//! GBK, in which all files are written.

use encoding_rs::{DecoderResult, Encoding, GB18030, GBK};

use crate::schema::{Fault, Reason};

/// How far into a file its declaration is looked for.
const DECLARATION: usize = 256;

/// Octets decoded at once.
const PIECE: usize = 64 << 10;

/// A file's text. Takes GBK, and the four-octet characters of GB 18030, which newer systems write under the name of GBK.
///
/// # Errors
/// [`Reason::Encoding`] if it says that it is something else, [`Reason::IllegalCharacter`] if it is.
pub fn decode(file: Vec<u8>) -> Result<String, Fault> {
    let has_mark = Encoding::for_bom(&file).is_some();
    if has_mark || declared(&file).is_some_and(|label| !is_gbk(&label)) {
        return Err(Fault::whole(Reason::Encoding));
    }
    let file = match String::from_utf8(file) {
        Ok(text) if text.is_ascii() => return Ok(text),
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    from_gbk(&file).ok_or_else(|| Fault::whole(Reason::IllegalCharacter))
}

/// Piece by piece: at once it would reserve, and touch, three octets for each. Most of a large file is ASCII.
fn from_gbk(file: &[u8]) -> Option<String> {
    let mut decoder = GBK.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(file.len().saturating_add(file.len() / 8));
    let mut pieces = file.chunks(PIECE).peekable();
    while let Some(mut piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        loop {
            text.reserve(decoder.max_utf8_buffer_length_without_replacement(piece.len())?);
            let (result, read) = decoder.decode_to_string_without_replacement(piece, &mut text, is_last);
            piece = piece.get(read..)?;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return None,
            }
        }
    }
    Some(text)
}

fn is_gbk(label: &str) -> bool {
    Encoding::for_label(label.as_bytes()).is_some_and(|encoding| encoding == GBK || encoding == GB18030)
}

/// The encoding that the declaration names.
fn declared(file: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(file.get(..DECLARATION).unwrap_or(file)).into_owned();
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (label, _) = value.get(1..)?.split_once(quote)?;
    Some(label.to_owned())
}

/// A text in GBK. In XML, what GBK does not have becomes a reference by number, which says the same.
pub fn encode(text: &str) -> Vec<u8> {
    GBK.encode(text).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(file: &[u8]) -> Reason {
        decode(file.to_vec()).unwrap_err().reason
    }

    #[test]
    fn characters_that_lie_across_two_pieces_are_read() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(shift), "\u{6838}\u{9a8c}1".repeat(PIECE / 3));
            assert!(decode(encode(&text)).unwrap() == text);
            let cut = encode(&format!("{text}\u{6838}"));
            assert_eq!(decode(cut[..cut.len() - 1].to_vec()).unwrap_err().reason, Reason::IllegalCharacter);
        }
    }

    #[test]
    fn gbk_and_its_names_are_read() {
        for label in ["GBK", "gb2312", "GB18030"] {
            let text = format!("<?xml version='1.0' encoding = '{label}'?><a>\u{6838}\u{9a8c}</a>");
            assert_eq!(decode(encode(&text)).unwrap(), text);
        }
        assert_eq!(decode(b"<a/>".to_vec()).unwrap(), "<a/>");
    }

    #[test]
    fn another_charset_is_refused_whether_it_says_so_or_not() {
        assert_eq!(reason(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>"), Reason::Encoding);
        assert_eq!(reason(b"\xEF\xBB\xBF<a/>"), Reason::Encoding);
        assert_eq!(reason(b"\xFF\xFE<\0a\0/\0>\0"), Reason::Encoding);
        assert_eq!(reason(b"<a>\xFF\xFF</a>"), Reason::IllegalCharacter);
    }

    #[test]
    fn what_gbk_does_not_have_becomes_a_reference() {
        assert_eq!(encode("\u{1F600}"), b"&#128512;");
    }
}
