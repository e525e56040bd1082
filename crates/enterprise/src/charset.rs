//! GBK, in which all files are written.

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK};

use crate::schema::{Fault, Reason};

/// How far into a file its declaration is looked for.
const DECLARATION: usize = 256;

/// Octets decoded at once.
const PIECE: usize = 64 << 10;

/// A file's text. Takes GBK, and the four-octet characters of GB 18030, which newer systems write under the name of GBK.
///
/// # Errors
/// [`Reason::Encoding`] if it says that it is something else, [`Reason::IllegalCharacter`] if it is.
pub fn decode(file: &[u8]) -> Result<String, Fault> {
    let mut text = Text::with_room_for(file.len());
    for piece in file.chunks(PIECE) {
        text.push(piece);
    }
    text.finish()
}

/// A file's text in the making, piece by piece: a large file is in memory once.
pub struct Text {
    /// The first octets, until there are enough to find the declaration in.
    head: Option<Vec<u8>>,
    decoder: Decoder,
    read: String,
    wrong: Option<Reason>,
}

impl Text {
    /// Of a file of so many octets.
    pub fn with_room_for(octets: usize) -> Self {
        Self {
            head: Some(Vec::new()),
            decoder: GBK.new_decoder_without_bom_handling(),
            read: String::with_capacity(octets.saturating_add(octets / 8)),
            wrong: None,
        }
    }

    /// Adds what follows.
    pub fn push(&mut self, octets: &[u8]) {
        match &mut self.head {
            Some(head) if head.len() + octets.len() < DECLARATION => head.extend_from_slice(octets),
            Some(head) => {
                let mut head = std::mem::take(head);
                let (first, rest) = octets.split_at(DECLARATION - head.len());
                head.extend_from_slice(first);
                self.begin(&head);
                self.decode(rest, false);
            }
            None => self.decode(octets, false),
        }
    }

    /// The whole text.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn finish(mut self) -> Result<String, Fault> {
        if let Some(head) = self.head.take() {
            self.begin(&head);
        }
        self.decode(&[], true);
        match self.wrong {
            Some(reason) => Err(Fault::whole(reason)),
            None => Ok(self.read),
        }
    }

    fn begin(&mut self, head: &[u8]) {
        self.head = None;
        let has_mark = Encoding::for_bom(head).is_some();
        if has_mark || declared(head).is_some_and(|label| !is_gbk(&label)) {
            self.wrong = Some(Reason::Encoding);
        }
        self.decode(head, false);
    }

    fn decode(&mut self, mut octets: &[u8], is_last: bool) {
        while self.wrong.is_none() {
            let most = self.decoder.max_utf8_buffer_length_without_replacement(octets.len());
            self.read.reserve(most.unwrap_or(octets.len()));
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(octets, &mut self.read, is_last);
            octets = octets.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.wrong = Some(Reason::IllegalCharacter),
            }
        }
    }
}

impl std::io::Write for Text {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.push(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
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
        decode(file).unwrap_err().reason
    }

    #[test]
    fn characters_that_lie_across_two_pieces_are_read() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(shift), "\u{6838}\u{9a8c}1".repeat(PIECE / 3));
            assert!(decode(&encode(&text)).unwrap() == text);
            let cut = encode(&format!("{text}\u{6838}"));
            assert_eq!(decode(&cut[..cut.len() - 1]).unwrap_err().reason, Reason::IllegalCharacter);
        }
    }

    #[test]
    fn gbk_and_its_names_are_read() {
        for label in ["GBK", "gb2312", "GB18030"] {
            let text = format!("<?xml version='1.0' encoding = '{label}'?><a>\u{6838}\u{9a8c}</a>");
            assert_eq!(decode(&encode(&text)).unwrap(), text);
        }
        assert_eq!(decode(b"<a/>").unwrap(), "<a/>");
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
