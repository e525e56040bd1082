//! What is wrong with a filing that was written in the console: in the words of its form, with what to do about it.
//!
//! The API tells programs by JSON pointers and wire words; people are told by the labels they see.

use heyan_domain::Timestamp;
use heyan_domain::bulk::MAX_OPEN_JOBS;
use heyan_domain::decide::Refusal;
use heyan_domain::filing::initial_review::InitialReviewRefusal;
use heyan_domain::filing::raw::{FieldError, Problem};

use super::terms;
use super::webhooks;
use crate::texts::Texts;

/// One thing that is wrong: the pointer of its member, empty for the whole; and what to do.
pub(super) struct Wrong {
    pub pointer: String,
    /// What to do about a field that is written.
    pub text: String,
    /// The same about a field where something is chosen.
    pub of_choice: String,
}

impl Wrong {
    fn at(pointer: impl Into<String>, text: String) -> Self {
        Self { pointer: pointer.into(), of_choice: text.clone(), text }
    }

    fn whole(text: String) -> Self {
        Self::at("", text)
    }
}

/// The line of a field of many lines that a pointer names, from 1.
fn line(pointer: &str) -> Option<usize> {
    pointer.rsplit('/').next()?.parse::<usize>().ok()?.checked_add(1)
}

fn of_field(t: &Texts, error: &FieldError) -> Wrong {
    let at = |text: String| Wrong::at(error.pointer.clone(), text);
    match &error.problem {
        Problem::Missing | Problem::Empty => {
            Wrong { of_choice: t.get("provider-wrong-choose"), ..at(t.get("provider-wrong-missing")) }
        }
        Problem::Phone => at(t.get("provider-wrong-phone")),
        Problem::Document => at(t.get("provider-wrong-document")),
        Problem::DocumentOfPerson => at(t.get("provider-wrong-document-of-person")),
        Problem::BackNumber => at(t.get("provider-wrong-back-number")),
        Problem::Word(_) | Problem::Kind | Problem::Province => at(t.get("provider-wrong-choose")),
        Problem::Domain => at(match line(&error.pointer) {
            Some(line) => t.one("provider-wrong-domain-line", "line", line),
            None => t.get("provider-wrong-domain"),
        }),
        Problem::Reference => at(t.get("provider-wrong-reference")),
        Problem::TooLong(limit) => at(t.one("provider-wrong-long", "limit", limit)),
        Problem::TooMany(limit) => at(t.one("provider-wrong-many", "limit", limit)),
        Problem::NotExpected => at(t.get("provider-wrong-not-expected")),
        Problem::NothingChanged => at(t.get("provider-wrong-nothing-changed")),
        Problem::NotPermitted => at(t.get("provider-wrong-not-permitted")),
        Problem::Characters => at(t.get("provider-wrong-characters")),
    }
}

/// Members that do not parse.
pub(super) fn fields(t: &Texts, errors: &[FieldError]) -> Vec<Wrong> {
    errors.iter().map(|error| of_field(t, error)).collect()
}

/// A refusal, about its member or about the whole.
pub(super) fn refusal(t: &Texts, refusal: &Refusal, now: Timestamp) -> Vec<Wrong> {
    let whole = |key: &str| Wrong::whole(t.get(key));
    let one = match refusal {
        Refusal::Invalid(errors) => return fields(t, errors),
        Refusal::OrderNumber(_) => Wrong::at("/provider_order_no", t.get("provider-wrong-order-number")),
        Refusal::Domain { pointer, domain } => {
            Wrong::at(pointer, t.one("provider-wrong-domain-taken", "domain", domain))
        }
        Refusal::PhoneOnRecord { pointer } => Wrong::at(pointer, t.get("provider-wrong-phone-on-record")),
        Refusal::EntityHasOpenFiling(None) => whole("provider-wrong-open-filing"),
        Refusal::EntityHasOpenFiling(Some(filing)) => {
            Wrong::whole(t.one("provider-wrong-open-filing-own", "filing", filing))
        }
        Refusal::EntityRegistered => whole("provider-wrong-registered"),
        Refusal::Access => whole("provider-wrong-access"),
        Refusal::State(state) => {
            Wrong::whole(t.one("provider-wrong-state", "state", terms::word(t, "state", state)))
        }
        Refusal::Claimed(until) => {
            Wrong::whole(t.one("provider-wrong-claimed", "until", t.time_from(now, *until)))
        }
        Refusal::PhoneMessages(until) => {
            Wrong::whole(t.one("provider-wrong-phone-messages", "until", t.date_time(*until)))
        }
        Refusal::InitialReview(InitialReviewRefusal::Required) => whole("provider-wrong-review-required"),
        Refusal::InitialReview(InitialReviewRefusal::SecondPerson) => whole("provider-wrong-second-person"),
        Refusal::Version(_) | Refusal::VersionUnsaid => whole("provider-changed"),
        Refusal::RequestReused => whole("provider-wrong-sent-twice"),
        Refusal::FilingNotFound => whole("provider-wrong-not-found"),
        Refusal::Exhausted => whole("provider-wrong-exhausted"),
        Refusal::Webhook(refusal) => whole(webhooks::words(*refusal)),
        Refusal::BulkJobs => Wrong::whole(t.one("bulk-too-many", "limit", MAX_OPEN_JOBS)),
    };
    vec![one]
}

/// A refusal in one line, for a message on another page.
pub(super) fn in_a_line(t: &Texts, refused: &Refusal, now: Timestamp) -> String {
    let texts: Vec<String> = refusal(t, refused, now).into_iter().map(|wrong| wrong.text).collect();
    texts.join(" · ")
}
