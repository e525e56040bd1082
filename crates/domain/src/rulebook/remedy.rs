//! What can be done after a return (RET), as data.

use serde::{Deserialize, Serialize};

use super::Title;
use crate::terms::{FilingKind, wire_enum};

wire_enum! {
    /// When a remedy is offered, besides fitting the filing's kind.
    pub enum RemedyWhen {
        /// Always.
        Always = "always",
        /// The recorded head cannot verify, and the service is an empty shell or its provider is out of reach.
        ShellOrProviderUnreachable = "shell_or_provider_unreachable",
        /// After a rejection by the administration, instead of after a return.
        Rejected = "rejected",
    }
}

wire_enum! {
    /// The step that the system can prepare.
    pub enum RemedyAction {
        /// Correct the data if need be, and report the same filing again (FIL-06).
        CorrectAndReport = "correct_and_report",
        /// Report the same filing again without editing (FIL-07).
        Reverify = "reverify",
        /// A change filing at the provider that holds the record, then this filing again.
        ChangeAtRecordHolder = "change_at_record_holder",
        /// A cancellation, then a filing of a new service.
        CancelThenAddService = "cancel_then_add_service",
        /// A change filing for the head's phone, then this cancellation again.
        ChangeThenCancel = "change_then_cancel",
        /// A new filing with the same content, corrected.
        FileAgain = "file_again",
    }
}

/// Steps in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// Chinese.
    pub zh: Vec<String>,
    /// English.
    pub en: Vec<String>,
}

/// One way out after a return.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// The clause, `RET-01`; a set's remedy replaces its base's of the same code.
    pub code: String,
    /// The kinds it is for.
    pub kinds: Vec<FilingKind>,
    /// When it is offered.
    pub when: RemedyWhen,
    /// What it is.
    pub title: Title,
    /// What to do, in order.
    pub steps: Steps,
    /// What the system can prepare.
    pub action: RemedyAction,
    /// The seeds that name it.
    pub source: String,
}
