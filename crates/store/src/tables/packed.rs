//! The verifications of a filing as they lie in its row: packed, because they are read and written whole.
//!
//! 短信核验 then reads one row of one page and writes it back, whatever it changes of the filing.

use heyan_domain::Timestamp;
use heyan_domain::tags::{CodeTag, PersonTag, PhoneTag};
use heyan_domain::terms::{EventId, FilingId, Roles};
use heyan_domain::verification::Verification;
use serde::{Deserialize, Serialize};

use super::columns;
use crate::database::StoreError;

/// The first byte: how the rest is written.
const FORMAT: u8 = 1;
/// The same, and behind it the ordinals of those whose messages the phone's owner has stopped (PRO-07). Rows without any,
/// which nearly all are, have no byte for it.
const FORMAT_DISOWNED: u8 = 2;

/// One verification. Fields are only ever appended under a new format byte; their order is their meaning.
#[derive(Serialize, Deserialize)]
struct Packed {
    ordinal: u16,
    phone: [u8; 16],
    persons: Vec<[u8; 16]>,
    roles: u8,
    round_no: u16,
    state: u8,
    deadline_at: Option<i64>,
    attempts_used: u8,
    resends_used: u8,
    messages: u8,
    last_message_at: i64,
    code: [u8; 16],
    superseded: Vec<[u8; 16]>,
    last_event: i64,
}

impl Packed {
    fn of(row: &Verification) -> Self {
        Self {
            ordinal: row.id.ordinal(),
            phone: *row.phone.as_bytes(),
            persons: row.persons.iter().map(|person| *person.as_bytes()).collect(),
            roles: row.roles.bits(),
            round_no: row.round_no,
            state: columns::verification_state_number(row.state),
            deadline_at: row.deadline_at.map(Timestamp::as_ms),
            attempts_used: row.attempts_used,
            resends_used: row.resends_used,
            messages: row.messages,
            last_message_at: row.last_message_at.as_ms(),
            code: *row.code.as_bytes(),
            superseded: row.superseded.iter().map(|code| *code.as_bytes()).collect(),
            last_event: row.last_event.number(),
        }
    }

    fn verification(self, filing: FilingId) -> Option<Verification> {
        Some(Verification {
            id: filing.verification(self.ordinal),
            phone: PhoneTag::from_bytes(self.phone),
            persons: self.persons.into_iter().map(PersonTag::from_bytes).collect(),
            roles: Roles::from_bits(self.roles)?,
            round_no: self.round_no,
            state: columns::verification_state(self.state)?,
            deadline_at: self.deadline_at.map(Timestamp::from_ms),
            attempts_used: self.attempts_used,
            resends_used: self.resends_used,
            messages: self.messages,
            last_message_at: Timestamp::from_ms(self.last_message_at),
            code: CodeTag::from_bytes(self.code),
            superseded: self.superseded.into_iter().map(CodeTag::from_bytes).collect(),
            disowned: false,
            last_event: EventId::from_number(self.last_event),
        })
    }
}

/// As stored.
pub(super) fn pack<'v>(rows: impl Iterator<Item = &'v Verification>) -> Result<Vec<u8>, StoreError> {
    let mut disowned = Vec::new();
    let of = |row: &'v Verification| {
        disowned.extend(row.disowned.then(|| row.id.ordinal()));
        Packed::of(row)
    };
    let rows: Vec<Packed> = rows.map(of).collect();
    let packed = if disowned.is_empty() {
        postcard::to_extend(&rows, vec![FORMAT])
    } else {
        postcard::to_extend(&rows, vec![FORMAT_DISOWNED])
            .and_then(|packed| postcard::to_extend(&disowned, packed))
    };
    packed.map_err(|_| StoreError::Damaged { what: "verifications" })
}

/// As the domain knows them, in the order of their ordinals.
pub(super) fn unpack(filing: FilingId, stored: &[u8]) -> Result<Vec<Verification>, StoreError> {
    const DAMAGED: StoreError = StoreError::Damaged { what: "verifications" };
    let Some((format, packed)) = stored.split_first() else { return Err(DAMAGED) };
    let (rows, rest) = postcard::take_from_bytes::<Vec<Packed>>(packed).map_err(|_| DAMAGED)?;
    let (disowned, rest) = match *format {
        FORMAT => (Vec::new(), rest),
        FORMAT_DISOWNED => postcard::take_from_bytes::<Vec<u16>>(rest).map_err(|_| DAMAGED)?,
        _ => return Err(DAMAGED),
    };
    let row = |packed: Packed| {
        let row = packed.verification(filing)?;
        Some(Verification { disowned: disowned.contains(&row.id.ordinal()), ..row })
    };
    let rows: Option<Vec<_>> = rows.into_iter().map(row).collect();
    rows.filter(|_| rest.is_empty()).ok_or(DAMAGED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_domain::verification::VerificationState;

    fn filing() -> FilingId {
        FilingId::from_number(7)
    }

    fn row(ordinal: u16) -> Verification {
        Verification {
            id: filing().verification(ordinal),
            phone: PhoneTag::from_bytes([1; 16]),
            persons: vec![PersonTag::from_bytes([2; 16]), PersonTag::from_bytes([3; 16])],
            roles: Roles::from_bits(3).unwrap(),
            round_no: 2,
            state: VerificationState::Open,
            deadline_at: Some(Timestamp::from_ms(1_800_000_000_000)),
            attempts_used: 4,
            resends_used: 3,
            messages: 5,
            last_message_at: Timestamp::from_ms(1_799_000_000_000),
            code: CodeTag::from_bytes([4; 16]),
            superseded: vec![CodeTag::from_bytes([5; 16])],
            disowned: false,
            last_event: EventId::from_number(99),
        }
    }

    #[test]
    fn what_is_packed_comes_back() {
        let rows = [row(0), row(1)];
        let stored = pack(rows.iter()).unwrap();
        assert_eq!(unpack(filing(), &stored).unwrap(), rows);
        assert!(stored.len() < 250, "{}", stored.len());

        let disowned = [row(0), Verification { disowned: true, ..row(1) }];
        let longer = pack(disowned.iter()).unwrap();
        assert_eq!(unpack(filing(), &longer).unwrap(), disowned);
        assert_eq!((longer[0], &longer[1..stored.len()]), (2, &stored[1..]));
        assert_eq!(longer[stored.len()..], [1, 1], "one, of the ordinal 1");
    }

    /// Data of today is read by every later version: these bytes may never mean anything else.
    #[test]
    fn the_format_stays() {
        let stored = pack([row(1)].iter()).unwrap();
        let hex = crate::keys::encode_hex(&stored);
        let tag = |byte: &str| byte.repeat(16);
        let expected = [
            "01 01",    // format, one row
            "01",       // ordinal
            &tag("01"), // phone
            "02",       // two persons
            &tag("02"),
            &tag("03"),
            "03 02 02",        // roles, round, state
            "01 80c0e285e368", // a deadline
            "04 03 05",        // attempts, resends, messages
            "80988cccdb68",    // the last message
            &tag("04"),        // code
            "01",              // one superseded
            &tag("05"),
            "c601", // the last event
        ];
        let expected = expected.concat().replace(' ', "");
        assert_eq!(hex, expected);
    }

    #[test]
    fn what_is_damaged_is_said_to_be() {
        let stored = pack([row(0)].iter()).unwrap();
        let longer = [&stored[..], &[0]].concat();
        let mut later = stored.clone();
        later[0] = 3;
        for damaged in [&stored[..stored.len() - 1], &longer, &later, &[]] {
            assert!(matches!(unpack(filing(), damaged), Err(StoreError::Damaged { what: "verifications" })));
        }
    }
}
