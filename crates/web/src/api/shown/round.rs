//! The latest round of a filing: who has verified, who is missing, where the messages stand (PRO-01).

use std::collections::BTreeSet;

use heyan_domain::Timestamp;
use heyan_domain::filing::{RoundBody, RoundWarning};
use heyan_domain::rulebook::{RuleSet, RuleSetId, Source};
use heyan_domain::terms::{Changed, Roles, VerificationId};
use heyan_domain::verification::{Message, MessageKind, MessageState, Verification};
use heyan_store::views::FilingView;
use serde::Serialize;

use super::Showing;

/// 一次上报.
#[derive(Serialize)]
pub(in crate::api) struct RoundShown<'v> {
    pub no: u16,
    ruleset: Option<&'v RuleSetId>,
    title: Option<&'v str>,
    source: Option<&'v Source>,
    reported_at: Timestamp,
    changed: &'v BTreeSet<Changed>,
    warnings: &'v [RoundWarning],
    pub verifications: Vec<VerificationShown>,
}

/// 一人一次短信核验.
#[derive(Serialize)]
pub(in crate::api) struct VerificationShown {
    id: VerificationId,
    roles: Roles,
    phone_masked: Option<String>,
    state: &'static str,
    deadline: Option<Timestamp>,
    attempts_used: u8,
    attempts_limit: Option<u8>,
    resends_used: u8,
    resends_limit: Option<u8>,
    /// Said only where it is true.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disowned: bool,
    messages: Vec<MessageShown>,
}

/// One message.
#[derive(Serialize)]
struct MessageShown {
    no: u8,
    kind: MessageKind,
    state: MessageState,
    at: Timestamp,
}

impl MessageShown {
    /// `at` is when the state was reached.
    fn of(message: &Message) -> Self {
        let at = message.finished_at.or(message.submitted_at).unwrap_or(message.created_at);
        Self { no: message.id.no(), kind: message.kind, state: message.state, at }
    }
}

impl VerificationShown {
    fn of(
        verification: &Verification,
        view: &FilingView,
        round: &RoundBody,
        rule: Option<&RuleSet>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: verification.id,
            roles: verification.roles,
            phone_masked: round.party(verification.id.ordinal()).map(|party| party.phone.masked()),
            state: verification.shown_state(now).as_str(),
            deadline: verification.deadline_at,
            attempts_used: verification.attempts_used,
            attempts_limit: rule.map(|rule| rule.attempts.limit),
            resends_used: verification.resends_used,
            resends_limit: rule.map(|rule| rule.manual_resend.limit),
            disowned: verification.disowned,
            messages: view.messages_of(verification).map(MessageShown::of).collect(),
        }
    }
}

impl<'v> RoundShown<'v> {
    /// The latest round; `None` before the first report.
    pub fn of(view: &'v FilingView, rule: Option<&'v RuleSet>, showing: &Showing<'_>) -> Option<Self> {
        let round = view.body.rounds.last()?;
        let verifications =
            view.current().map(|one| VerificationShown::of(one, view, round, rule, showing.now));
        Some(Self {
            no: round.no,
            ruleset: rule.map(|rule| &rule.id),
            title: rule.map(|rule| showing.language.pick(rule.title.zh.as_str(), &rule.title.en)),
            source: rule.map(|rule| &rule.source),
            reported_at: round.reported_at,
            changed: &round.changed,
            warnings: &round.warnings,
            verifications: verifications.collect(),
        })
    }
}
