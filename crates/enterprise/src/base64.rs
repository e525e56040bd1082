//! Base64 as it stands in the parameters: the standard alphabet, filled up, perhaps wrapped into lines.

use base64::Engine as _;
pub(crate) use base64::engine::general_purpose::STANDARD;

use crate::schema::is_space;

/// Octets as one line.
pub(crate) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// The octets of a text, or `None` if it is cut short or no Base64.
pub(crate) fn decode(mut text: String) -> Option<Vec<u8>> {
    if text.contains(is_space) {
        text.retain(|character| !is_space(character));
    }
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_what_is_cut_short_is_refused() {
        let text = encode(b"four and twenty blackbirds");
        let (head, tail) = text.split_at(9);
        assert_eq!(decode(format!(" {head}\r\n{tail}\n")).unwrap(), b"four and twenty blackbirds");
        assert_eq!(decode(head.to_owned()), None);
    }
}
