//! What reading and writing XML have in common here: which characters there are, references, tags.

use std::fmt::Write as _;

use quick_xml::events::BytesRef;

use crate::schema::Reason;

/// Whether XML 1.0 has the character.
pub(crate) fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        character => character >= ' ',
    }
}

/// `&amp;` and its four siblings, or a character by its number. There can be no others without a document type.
pub(crate) fn referenced(reference: &BytesRef<'_>) -> Result<char, Reason> {
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match reference.resolve_char_ref() {
            Ok(Some(character)) if is_allowed(character) => Ok(character),
            Ok(Some(_)) | Err(_) => Err(Reason::IllegalCharacter),
            Ok(None) => Err(Reason::Entity),
        },
    }
}

/// Text between tags or in quotes. What XML does not have becomes a space; a carriage return would not survive as itself.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            character if is_allowed(character) => escaped.push(character),
            _ => escaped.push(' '),
        }
    }
    escaped
}

/// A document that is being written, tag by tag.
pub(crate) struct Document {
    text: String,
    open: Vec<&'static str>,
}

impl Document {
    /// Begins with a root that has the interface's version.
    pub fn new(root: &'static str, head: &str) -> Self {
        let text = format!("{head}<{root} version=\"{}\">", crate::VERSION);
        Self { text, open: vec![root] }
    }

    /// An element with others in it.
    pub fn within(&mut self, name: &'static str, write: impl FnOnce(&mut Self)) {
        let _ = write!(self.text, "<{name}>");
        self.open.push(name);
        write(self);
        self.close();
    }

    /// An element with text in it.
    pub fn leaf(&mut self, name: &str, text: impl std::fmt::Display) {
        let _ = write!(self.text, "<{name}>{}</{name}>", escaped(&text.to_string()));
    }

    /// An element with text in it, if there is one.
    pub fn leaf_if_any(&mut self, name: &str, text: Option<impl std::fmt::Display>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            let _ = write!(self.text, "</{name}>");
        }
    }

    /// The whole, with everything closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_have_is_not_written() {
        assert_eq!(escaped("a<b>&\"\r\u{1}\u{FFFE}c"), "a&lt;b&gt;&amp;&quot;&#13;  c");
    }
}
