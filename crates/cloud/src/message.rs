//! One message, and what a vendor says of it at once.

use heyan_cmpp::Mainland;
use heyan_cmpp::codes::{Meaning, Row};
use zeroize::Zeroizing;

/// One message to one phone. Prints without what it says.
#[derive(Clone)]
pub struct Message {
    /// To whom.
    pub phone: Mainland,
    /// The vendor's id of the approved template.
    pub template: String,
    /// The template's parameters in their order, each with its name. Tencent's have places and no names.
    pub parameters: Vec<(String, Zeroizing<String>)>,
    /// Ours, for receipts: the vendors give it back with them (Tencent only to customers who have asked for it). Not personal.
    pub reference: String,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("phone", &self.phone)
            .field("template", &self.template)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// What a vendor has answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// It has taken the message; receipts will name it so.
    Accepted {
        /// The vendor's id of the message.
        carrier_id: String,
    },
    /// It has not taken it.
    Refused {
        /// The vendor's code.
        code: String,
        /// What that means: failed for now, or failed for good.
        row: Row,
    },
    /// The code does not say whether the message will be sent.
    Unclear {
        /// The vendor's code.
        code: String,
    },
}

impl Said {
    /// What a code says. Without an id, an acceptance is none that receipts could be matched with.
    pub(crate) fn of(code: String, row: Row, carrier_id: String) -> Self {
        match row.meaning {
            Meaning::Intermediate | Meaning::Delivered if !carrier_id.is_empty() => {
                Self::Accepted { carrier_id }
            }
            Meaning::FailedForNow | Meaning::FailedForGood => Self::Refused { code, row },
            Meaning::Intermediate | Meaning::Delivered | Meaning::Unknown => Self::Unclear { code },
        }
    }
}
