//! What is wrong with a row, without anything of what it says about people.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::decide::Refusal;
use crate::filing::raw::{FieldError, Problem};
use crate::terms::FilingId;

/// A defect of one row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RowError {
    /// JSON pointer (RFC 6901) into the body that the row stands for; empty for the row as a whole.
    pub pointer: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Fault {
    /// A member is wrong, by itself or in the light of rule and registry.
    Member(Problem),
    /// A cell computes instead of saying something.
    Formula,
    /// A spreadsheet has rounded a long number, or made a date of it.
    NotText,
    /// More cells than the heading has columns.
    TooManyCells,
    /// An earlier row of the file has the same number.
    SameOrderNumber {
        /// That row.
        row: u32,
    },
    /// The organiser has an open filing; named to its own provider only (FIL-10).
    EntityHasOpenFiling(Option<FilingId>),
    /// The organiser is in the registry already.
    EntityRegistered,
    /// The provider has used the number before.
    OrderNumber(FilingId),
    /// The domain belongs to another service.
    Domain(String),
    /// Not the phone on record (WHO-04).
    PhoneOnRecord,
    /// The registry's accesses contradict the filing.
    Access,
    /// Too many messages to a phone, or reports naming it (RES-07); possible again then.
    PhoneMessages(Timestamp),
    /// More rounds or numbers than an id can hold.
    Exhausted,
    /// What must not happen.
    Internal,
}

impl RowError {
    /// A fault of the row as a whole.
    pub const fn of_row(fault: Fault) -> Self {
        Self { pointer: String::new(), fault }
    }

    /// A fault of one member.
    pub fn at(pointer: impl Into<String>, fault: Fault) -> Self {
        Self { pointer: pointer.into(), fault }
    }
}

impl From<FieldError> for RowError {
    fn from(error: FieldError) -> Self {
        Self { pointer: error.pointer, fault: Fault::Member(error.problem) }
    }
}

/// Why a row has not become a filing.
pub(crate) fn of_refusal(refusal: Refusal) -> Vec<RowError> {
    let one = |fault| vec![RowError::of_row(fault)];
    match refusal {
        Refusal::Invalid(errors) => errors.into_iter().map(RowError::from).collect(),
        Refusal::EntityHasOpenFiling(filing) => one(Fault::EntityHasOpenFiling(filing)),
        Refusal::EntityRegistered => one(Fault::EntityRegistered),
        Refusal::OrderNumber(filing) => {
            vec![RowError::at("/provider_order_no", Fault::OrderNumber(filing))]
        }
        Refusal::Domain { pointer, domain } => vec![RowError::at(pointer, Fault::Domain(domain))],
        Refusal::PhoneOnRecord { pointer } => vec![RowError::at(pointer, Fault::PhoneOnRecord)],
        Refusal::Access => one(Fault::Access),
        Refusal::PhoneMessages(at) => one(Fault::PhoneMessages(at)),
        Refusal::Exhausted => one(Fault::Exhausted),
        // A new filing has no version, no reviewer and no state that could be in the way, and goes to 初审 where
        // that is asked for.
        Refusal::FilingNotFound
        | Refusal::State(_)
        | Refusal::Version(_)
        | Refusal::VersionUnsaid
        | Refusal::Claimed(_)
        | Refusal::InitialReview(_)
        | Refusal::RequestReused
        | Refusal::BulkJobs
        | Refusal::Webhook(_) => one(Fault::Internal),
    }
}
