//! Optional parameters.

/// Tags that are read or written here.
pub mod tag {
    /// additional_status_info_text.
    pub const ADDITIONAL_STATUS: u16 = 0x001D;
    /// receipted_message_id.
    pub const RECEIPTED_MESSAGE_ID: u16 = 0x001E;
    /// sar_msg_ref_num.
    pub const SAR_REFERENCE: u16 = 0x020C;
    /// sar_total_segments.
    pub const SAR_TOTAL: u16 = 0x020E;
    /// sar_segment_seqnum.
    pub const SAR_NUMBER: u16 = 0x020F;
    /// network_error_code.
    pub const NETWORK_ERROR: u16 = 0x0423;
    /// message_payload.
    pub const PAYLOAD: u16 = 0x0424;
    /// message_state.
    pub const MESSAGE_STATE: u16 = 0x0427;
}

/// The optional parameters of a PDU, in order.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Tlvs(Vec<(u16, Vec<u8>)>);

impl std::fmt::Debug for Tlvs {
    /// A message_payload is a message: nothing of it is printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.0.iter().map(|(tag, value)| format!("{tag:#06x}: {} octets", value.len()));
        f.debug_list().entries(shown).finish()
    }
}

impl Tlvs {
    /// Reads them. What does not fit at the end is left out: message centres are deployed that pad, and the message itself
    /// has come whole.
    pub fn read(mut octets: &[u8]) -> Self {
        let mut tlvs = Vec::new();
        while let Some((head, rest)) = octets.split_first_chunk::<4>() {
            let [tag_high, tag_low, high, low] = *head;
            let length = usize::from(u16::from_be_bytes([high, low]));
            let Some((value, rest)) = rest.split_at_checked(length) else { break };
            tlvs.push((u16::from_be_bytes([tag_high, tag_low]), value.to_vec()));
            octets = rest;
        }
        Self(tlvs)
    }

    /// Writes them.
    pub fn append(&self, out: &mut Vec<u8>) {
        for (tag, value) in &self.0 {
            out.extend_from_slice(&tag.to_be_bytes());
            out.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
            out.extend_from_slice(value.get(..usize::from(u16::MAX)).unwrap_or(value));
        }
    }

    /// Adds one.
    pub fn push(&mut self, tag: u16, value: Vec<u8>) {
        self.0.push((tag, value));
    }

    /// The value of one; the first, if it comes twice.
    pub fn get(&self, tag: u16) -> Option<&[u8]> {
        self.0.iter().find(|(found, _)| *found == tag).map(|(_, value)| value.as_slice())
    }

    /// The text of one, with or without the zero that ought to end it.
    pub fn text(&self, tag: u16) -> Option<String> {
        let value = self.get(tag)?.split(|octet| *octet == 0).next()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// The number of one, of one octet or two.
    pub fn number(&self, tag: u16) -> Option<u16> {
        match self.get(tag)? {
            [number] => Some(u16::from(*number)),
            [high, low] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_to_and_fro_and_what_is_cut_is_left_out() {
        let mut tlvs = Tlvs::default();
        tlvs.push(tag::RECEIPTED_MESSAGE_ID, b"1f\0".to_vec());
        tlvs.push(tag::MESSAGE_STATE, vec![2]);
        let mut octets = Vec::new();
        tlvs.append(&mut octets);
        assert_eq!(octets, [0, 0x1E, 0, 3, b'1', b'f', 0, 4, 0x27, 0, 1, 2]);
        assert_eq!(Tlvs::read(&octets), tlvs);
        assert_eq!(Tlvs::read(&octets[..11]).get(tag::MESSAGE_STATE), None);
        assert_eq!(tlvs.text(tag::RECEIPTED_MESSAGE_ID).unwrap(), "1f");
        let unended = Tlvs::read(&[0, 0x1E, 0, 2, b'1', b'f']);
        assert_eq!(unended.text(tag::RECEIPTED_MESSAGE_ID).unwrap(), "1f", "without its zero");
    }

    #[test]
    fn parameters_do_not_print() {
        let mut tlvs = Tlvs::default();
        tlvs.push(tag::PAYLOAD, b"123456".to_vec());
        assert_eq!(format!("{tlvs:?}"), "[\"0x0424: 6 octets\"]");
    }
}
