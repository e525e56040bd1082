//! 初审: the provider's own staff looks at a filing before it is reported (FIL-01).
//!
//! Whether a provider's console asks for it is the provider's own choice, [`InitialReviewRule`]; what comes in over the
//! API was reviewed in the provider's own system and is reported as it is. Who acts is somebody on the provider's staff,
//! named by the door; that the filing is the provider's own is decided here.

mod hand_on;
mod judge;
mod row;

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::raw::{FieldError, MAX_NAME_CHARS, Problem};
use crate::Timestamp;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::terms::{FilingId, ProviderId, wire_enum};
use crate::time::MINUTE_MS;
use crate::tx::Tx;

pub use row::{InitialClaim, InitialReview, Passed};

/// How long a reviewer has a filing to oneself, as at the administrations (REV-01).
pub const INITIAL_CLAIM_MS: i64 = 30 * MINUTE_MS;
/// The most fields that one filing is sent back for.
pub const MAX_FIELD_REASONS: usize = 200;
/// The longest reason for one field.
pub const MAX_REASON_CHARS: usize = 500;

wire_enum! {
    /// Whether what a provider's people file in the console passes 初审 before it is reported; the provider's own choice.
    pub enum InitialReviewRule {
        /// The provider reviews in its own system.
        Skipped = "skipped",
        /// Somebody of the provider's staff passes it.
        Required = "required",
        /// Somebody passes it who has neither written nor submitted it.
        SecondPerson = "second_person",
    }
}

impl Default for InitialReviewRule {
    /// What a provider has that has chosen nothing.
    fn default() -> Self {
        Self::Skipped
    }
}

wire_enum! {
    /// What becomes of a filing that was written.
    pub enum HandOn {
        /// It stays with the provider.
        Keep = "keep",
        /// It goes to 初审.
        InitialReview = "initial_review",
        /// It is reported (提交管局).
        Report = "report",
    }
}

/// Why 初审 stands in the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InitialReviewRefusal {
    /// The provider's people report nothing that has not passed it.
    Required,
    /// The provider wants another person than the one who wrote or submitted it.
    SecondPerson,
}

/// Why one member is sent back: personal data, since it may quote what was filed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldReason {
    /// JSON pointer (RFC 6901) into the body that was filed.
    pub pointer: String,
    /// What to correct.
    pub text: String,
}

impl std::fmt::Debug for FieldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldReason({}, …)", self.pointer)
    }
}

/// That a filing was sent back, kept in its body until it is reported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SentBack {
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
    /// Why, a member each.
    pub reasons: Vec<FieldReason>,
}

/// What a provider's people do with a filing before it is reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InitialReviewAction {
    /// Writes a new filing, or other content for one, and hands it on in the same transaction.
    File {
        /// Who.
        by: Staff,
        /// Whose it is.
        provider: ProviderId,
        /// Which, and what the caller has read; none for a new one.
        filing: Option<(FilingId, Expected)>,
        /// What is filed.
        draft: Box<Draft>,
        /// Where it goes.
        to: HandOn,
    },
    /// Hands on a filing as it is: to 初审, or to the administration.
    HandOn {
        /// Who.
        by: Staff,
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
        /// Where it goes.
        to: HandOn,
    },
    /// Takes a filing for half an hour; again renews.
    Claim {
        /// Who.
        by: Staff,
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
    },
    /// 初审通过.
    Pass {
        /// Who.
        by: Staff,
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
        /// Whether to report it in the same transaction.
        report: bool,
    },
    /// 初审退回: back to where it was submitted from, to be corrected.
    SendBack {
        /// Who.
        by: Staff,
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
        /// Why.
        reasons: Vec<FieldReason>,
    },
    /// The provider chooses its rule. What is in 初审 already stays there.
    SetRule {
        /// Who.
        by: Staff,
        /// Whose.
        provider: ProviderId,
        /// The rule from now on.
        rule: InitialReviewRule,
    },
}

/// Decides what is asked about 初审.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    action: &InitialReviewAction,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    match action {
        InitialReviewAction::File { by, provider, filing, draft, to } => {
            hand_on::file(tx, by, provider, *filing, draft, *to, rng)
        }
        InitialReviewAction::HandOn { by, provider, filing, expected, to } => {
            hand_on::hand_on(tx, by, provider, (*filing, *expected), *to, rng)
        }
        InitialReviewAction::Claim { by, provider, filing } => judge::claim(tx, by, provider, *filing),
        InitialReviewAction::Pass { by, provider, filing, expected, report } => {
            judge::pass(tx, by, provider, (*filing, *expected), *report, rng)
        }
        InitialReviewAction::SendBack { by, provider, filing, expected, reasons } => {
            judge::send_back(tx, by, provider, (*filing, *expected), reasons)
        }
        InitialReviewAction::SetRule { by, provider, rule } => set_rule(tx, by, provider, *rule),
    }
}

/// A row of a file that somebody has handed in: reported, or handed on to 初审 where the provider asks for that.
pub(crate) fn file_row(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    draft: &Draft,
    report: bool,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    let to = match (report, rule(tx, provider)?) {
        (false, _) => HandOn::Keep,
        (true, InitialReviewRule::Skipped) => HandOn::Report,
        (true, InitialReviewRule::Required | InitialReviewRule::SecondPerson) => HandOn::InitialReview,
    };
    hand_on::file(tx, by, provider, None, draft, to, rng)
}

fn rule(tx: &Tx<'_>, provider: &ProviderId) -> Result<InitialReviewRule, Stop> {
    Ok(tx.initial_review_rule(provider)?.unwrap_or_default())
}

fn set_rule(
    tx: &mut Tx<'_>,
    by: &Staff,
    provider: &ProviderId,
    wanted: InitialReviewRule,
) -> Result<Outcome, Stop> {
    if rule(tx, provider)? == wanted {
        return Ok(Outcome::Done);
    }
    tx.put_initial_review_rule(provider.clone(), wanted);
    let (actor, action) = (AuditActor::Staff(by.clone()), AuditAction::InitialReviewRuleSet);
    let subject = AuditSubject::Account(by.account);
    let data = AuditData {
        provider: Some(provider.clone()),
        initial_review: Some(wanted.as_str().to_owned()),
        ..AuditData::default()
    };
    tx.audit(AuditEntry::new(tx.now(), actor, action, subject).with(data));
    Ok(Outcome::Done)
}

/// At least one reason, each for a member of its own, each saying something.
fn check_reasons(reasons: &[FieldReason]) -> Result<(), Stop> {
    let mut errors = Vec::new();
    if reasons.is_empty() {
        errors.push(FieldError::at("/reasons", Problem::Empty));
    }
    if reasons.len() > MAX_FIELD_REASONS {
        errors.push(FieldError::at("/reasons", Problem::TooMany(MAX_FIELD_REASONS)));
    }
    for (at, reason) in reasons.iter().enumerate() {
        let place = |member: &str| format!("/reasons/{at}/{member}");
        let pointer_fits = reason.pointer.starts_with('/') && reason.pointer.len() <= MAX_NAME_CHARS;
        let twice = reasons.iter().take(at).any(|before| before.pointer == reason.pointer);
        if !pointer_fits || twice {
            errors.push(FieldError::at(place("pointer"), Problem::NotExpected));
        }
        if reason.text.trim().is_empty() {
            errors.push(FieldError::at(place("text"), Problem::Empty));
        } else if reason.text.chars().count() > MAX_REASON_CHARS {
            errors.push(FieldError::at(place("text"), Problem::TooLong(MAX_REASON_CHARS)));
        } else if reason.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            errors.push(FieldError::at(place("text"), Problem::Characters));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors).into()) }
}
