//! The rulebook: the regulation as versioned data, with sources.
//!
//! A file holds one rule set. What it does not state, its base decides; merging happens once, at loading, and so does
//! the proof that every question has exactly one answer. What loading cannot prove it refuses, with file, line and
//! reason.

mod book;
mod check;
mod coverage;
mod defect;
mod file;
mod merge;
mod parties;
mod remedy;
mod rule_set;
pub mod show;
mod table;
mod texts;

pub use book::{Permitted, Rulebook};
pub use check::{CODE_LENGTH, MAX_HOURS};
pub use coverage::BOOK_BEGINS;
pub use defect::Defect;
pub(crate) use defect::SourceFile;
pub use parties::{Case, PartyRule, When, Who};
pub use remedy::{Remedy, RemedyAction, RemedyWhen, Steps};
pub use rule_set::{
    AttemptCounting, Attempts, AutoResend, Captcha, ExpectedArrival, IdRule, ManualResend, MergeBy,
    MismatchOutcome, PortalHosts, ReturnOnFailure, RuleSet, RuleSetId, Scope, Source, Title,
};
pub use texts::{KEYS as TEXT_KEYS, LOCALES, SIGNATURE};
