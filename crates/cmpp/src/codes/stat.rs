//! Stat of a report: seven characters, a word or two letters with a number of four digits.

use super::Cause::{Account, Carrier, Content, None, OtherCarrier, Recipient};
use super::Meaning::{Delivered, FailedForGood, FailedForNow, Intermediate, Unknown};
use super::Source::{Field, Silence, Standard};
use super::{Row, row};

/// A word and what it means.
pub type StatRow = (&'static str, Row);

/// Stats that are words.
pub const WORDS: &[StatRow] = &[
    ("DELIVRD", row(Delivered, None, Standard, "delivered")),
    ("EXPIRED", row(FailedForNow, Recipient, Standard, "not reached while it was valid")),
    ("DELETED", row(FailedForGood, None, Standard, "deleted")),
    ("UNDELIV", row(FailedForGood, Recipient, Standard, "undeliverable")),
    ("ACCEPTD", row(Intermediate, None, Standard, "accepted")),
    ("UNKNOWN", row(Unknown, None, Standard, "state unknown")),
    ("REJECTD", row(FailedForGood, None, Standard, "rejected")),
    ("BLACK", row(FailedForGood, Recipient, Field, "blocked number")),
    ("MBBLACK", row(FailedForGood, Recipient, Field, "blocked number")),
    ("BWLIST", row(FailedForGood, Recipient, Field, "blocked number")),
    ("BLKFAIL", row(FailedForGood, Recipient, Field, "blocked number")),
    ("ERR_NUM", row(FailedForGood, Recipient, Field, "wrong number")),
    ("ERRNUM", row(FailedForGood, Recipient, Field, "wrong number")),
    ("KEYWORD", row(FailedForGood, Content, Field, "words that are not let through")),
    ("SIGFAIL", row(FailedForGood, Content, Field, "signature not registered")),
    ("NOROUTE", row(FailedForGood, OtherCarrier, Field, "no route to the number")),
    ("LIMIT", row(FailedForNow, Account, Field, "too many to this number")),
];

/// Stats of two letters and a number.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The two letters.
    pub letters: &'static str,
    /// Numbers that have a meaning of their own.
    pub numbers: &'static [(&'static [u16], Row)],
    /// All other numbers.
    pub rest: Row,
}

const NOT_SENT: Row = row(FailedForNow, Carrier, Field, "no link to the next element: not sent on");
const NO_SUCH_NUMBER: Row = row(FailedForGood, Recipient, Field, "no such number");
const BARRED: Row = row(FailedForGood, Recipient, Field, "barred, suspended or not subscribed");
const BLOCKED: Row = row(FailedForGood, Recipient, Field, "on a list of blocked numbers");
const UNREACHED: Row = row(FailedForNow, Recipient, Field, "switched off, no coverage, busy or full");
const CONGESTED: Row = row(FailedForNow, Carrier, Field, "congestion or fault in the network");
const LIMITED: Row = row(FailedForNow, Account, Field, "a limit per day, month or second");
const PORTED: Row = row(FailedForGood, OtherCarrier, Field, "the number is another carrier's");

/// Every listed family. The letters say who answered: the short message centre (M), the gateway (I), the billing of the
/// prepaid (C), the service management (D), the service provider (S); and whether it gave no answer (A), an error (B) or
/// no report (C). MI, MK and MN carry the centre's own error number for a message that expired, failed or was deleted.
pub const FAMILIES: &[Family] = &[
    Family {
        letters: "MA",
        numbers: &[(&[51, 52, 53], NOT_SENT)],
        rest: row(Unknown, Carrier, Standard, "no answer from the message centre"),
    },
    Family {
        letters: "MB",
        numbers: &[
            (&[11, 1043], NO_SUCH_NUMBER),
            (&[1049], PORTED),
            (&[1036, 1038, 1040], BARRED),
            (&[1077], BLOCKED),
            (&[7, 8, 19, 88, 100, 1024, 1026, 1070, 1080, 1081, 1082], CONGESTED),
            (&[1042], row(FailedForNow, Recipient, Field, "too many waiting for this phone")),
            (&[1041], LIMITED),
            (&[1078, 1044], row(FailedForGood, OtherCarrier, Field, "no route to the number")),
        ],
        rest: row(FailedForGood, Carrier, Standard, "the message centre answered with an error"),
    },
    Family {
        letters: "MC",
        numbers: &[],
        rest: row(Unknown, Carrier, Standard, "no report from the message centre"),
    },
    Family {
        letters: "MI",
        numbers: &[(&[1, 12], NO_SUCH_NUMBER)],
        rest: row(FailedForNow, Recipient, Field, "expired in the message centre"),
    },
    Family {
        letters: "MK",
        numbers: &[
            (&[0, 1, 2, 12], NO_SUCH_NUMBER),
            (&[3, 4, 5, 6, 7, 13, 16, 19, 22], BARRED),
            (&[8, 9, 10, 11, 15, 17, 18, 23, 24, 29, 208], UNREACHED),
        ],
        rest: CONGESTED,
    },
    Family {
        letters: "MN",
        numbers: &[(&[1, 12], NO_SUCH_NUMBER), (&[13], BARRED)],
        rest: row(FailedForNow, Recipient, Field, "deleted in the message centre"),
    },
    Family {
        letters: "CA",
        numbers: &[],
        rest: row(FailedForNow, Carrier, Standard, "no answer from the billing of the prepaid: not sent on"),
    },
    Family {
        letters: "CB",
        numbers: &[],
        rest: row(FailedForGood, Account, Standard, "the billing of the prepaid answered with an error"),
    },
    Family {
        letters: "DA",
        numbers: &[],
        rest: row(FailedForNow, Carrier, Standard, "no answer from the service management: not sent on"),
    },
    Family {
        letters: "DB",
        numbers: &[
            (&[100, 101], NO_SUCH_NUMBER),
            (&[102, 103, 138], BARRED),
            (&[140, 141, 144, 145, 146, 164], BLOCKED),
            (&[10, 139, 142, 143], LIMITED),
            (&[150, 154, 500, 501, 502, 504, 505, 506], CONGESTED),
        ],
        rest: row(FailedForGood, Account, Standard, "the service management answered with an error"),
    },
    Family {
        letters: "SA",
        numbers: &[],
        rest: row(Unknown, Account, Standard, "no answer from the service provider"),
    },
    Family {
        letters: "SB",
        numbers: &[],
        rest: row(FailedForGood, Account, Standard, "the service provider answered with an error"),
    },
    Family {
        letters: "IA",
        numbers: &[(&[51, 52, 53], NOT_SENT)],
        rest: row(Unknown, Carrier, Standard, "no answer from the next gateway"),
    },
    Family {
        letters: "IB",
        numbers: &[(&[8], CONGESTED), (&[9], PORTED), (&[13], NO_SUCH_NUMBER), (&[64], UNREACHED)],
        rest: row(FailedForGood, Carrier, Standard, "the next gateway answered with an error"),
    },
    Family {
        letters: "IC",
        numbers: &[],
        rest: row(Unknown, Carrier, Standard, "no report from the next gateway"),
    },
    Family {
        letters: "ID",
        numbers: &[
            (&[13, 100, 101], NO_SUCH_NUMBER),
            (&[20, 21, 56, 102, 103], BARRED),
            (&[69, 96, 97, 140, 141], BLOCKED),
            (&[43], PORTED),
            (&[72], row(FailedForGood, OtherCarrier, Field, "no route to the number")),
            (&[76, 318], row(FailedForGood, Content, Field, "words that are not let through")),
            (&[8, 44, 46, 77, 139, 142, 143, 311], LIMITED),
            (&[51, 52, 53, 70], NOT_SENT),
            (&[54, 55, 73], row(Unknown, Carrier, Field, "no answer or no report")),
            (&[85, 86, 87, 88], CONGESTED),
        ],
        rest: row(FailedForGood, Account, Field, "refused by the gateway"),
    },
    Family {
        letters: "HD",
        numbers: &[(&[19, 31, 32], BLOCKED)],
        rest: row(Unknown, None, Silence, "not listed"),
    },
    Family { letters: "CJ", numbers: &[], rest: row(Unknown, None, Silence, "not listed") },
];

/// What a Stat means. Spellings seen in the field count as one: small letters, `MK:0001`, `MK: 0001`, `MK00001`.
pub fn stat(text: &str) -> Row {
    let text = text.trim().to_ascii_uppercase();
    if let Some((_, row)) = WORDS.iter().find(|(word, _)| *word == text) {
        return *row;
    }
    in_family(&text).unwrap_or(row(Unknown, None, Silence, "not listed"))
}

fn in_family(text: &str) -> Option<Row> {
    let (letters, rest) = text.split_at_checked(2)?;
    let family = FAMILIES.iter().find(|family| family.letters == letters)?;
    let digits = rest.strip_prefix(':').unwrap_or(rest).trim();
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return rest.starts_with(':').then_some(family.rest);
    }
    let number: u16 = digits.parse().ok()?;
    let listed = family.numbers.iter().find(|(numbers, _)| numbers.contains(&number));
    Some(listed.map_or(family.rest, |(_, row)| *row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_s_words() {
        assert_eq!(stat("DELIVRD").meaning, Delivered);
        assert_eq!(stat("delivrd ").meaning, Delivered);
        assert_eq!(stat("ACCEPTD").meaning, Intermediate);
        assert_eq!(stat("EXPIRED").meaning, FailedForNow);
        for word in ["DELETED", "UNDELIV", "REJECTD"] {
            assert_eq!(stat(word).meaning, FailedForGood, "{word}");
        }
    }

    #[test]
    fn one_code_in_its_spellings() {
        for spelling in ["MK:0001", "MK: 0001", "MK00001", "mk:0001", "MK:1"] {
            assert_eq!(stat(spelling), NO_SUCH_NUMBER, "{spelling}");
        }
        assert_eq!(stat("MK:0024"), UNREACHED);
        assert_eq!(stat("MK:xxxx").meaning, FailedForNow, "a number that is none says what its family says");
    }

    #[test]
    fn no_answer_and_no_report_do_not_say_whether_it_arrived() {
        for text in ["MA:0054", "IA:0054", "MC:0151", "IC:0001", "UNKNOWN"] {
            assert_eq!(stat(text).meaning, Unknown, "{text}");
        }
        assert_eq!(stat("MA:0051").meaning, FailedForNow, "never left the gateway");
    }

    #[test]
    fn whatever_is_not_listed_is_unknown() {
        for text in ["", "0", "000", "XY:0001", "MKX", "M", "\u{FFFD}\u{FFFD}", "CJ:0005", "HD:0001"] {
            assert_eq!(stat(text).meaning, Unknown, "{text}");
        }
    }

    #[test]
    fn no_number_is_listed_twice() {
        for family in FAMILIES {
            let mut seen = std::collections::BTreeSet::new();
            for number in family.numbers.iter().flat_map(|(numbers, _)| *numbers) {
                assert!(seen.insert(number), "{}:{number:04}", family.letters);
            }
        }
    }
}
