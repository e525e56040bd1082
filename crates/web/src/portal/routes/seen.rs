//! What pages show of a filing, read from its view: never a phone in full, never a code.

use heyan_domain::Timestamp;
use heyan_domain::filing::{FilingState, remedies as fitting};
use heyan_domain::mark;
use heyan_domain::rulebook::RuleSet;
use heyan_domain::verification::{Verification, VerificationState};
use heyan_store::views::FilingView;

use crate::app::{App, Provider};
use crate::portal::pages::{FilingBrief, OtherState, OtherVerifier, ProviderContact, Remedy};
use crate::texts::{Language, Texts};

/// How to reach a provider (PRO-06).
pub(super) fn contact_of(provider: &Provider) -> ProviderContact {
    mark!("PRO-06");
    ProviderContact {
        name: provider.support.name.clone(),
        phone: provider.support.phone.clone(),
        link: provider.support.link.clone(),
        hours: provider.support.hours.clone(),
    }
}

/// How to reach the filing's provider.
pub(super) fn contact(app: &App, view: &FilingView) -> Option<ProviderContact> {
    app.provider(&view.filing.provider).map(contact_of)
}

/// The filing by the name that a message used, and its administration.
pub(super) fn brief(view: &FilingView, name: Option<String>, language: Language) -> FilingBrief {
    let administration = Texts::of(language).province(view.filing.province);
    FilingBrief { name, administration: Some(administration) }
}

fn state(verification: &Verification, now: Timestamp) -> OtherState {
    match (verification.shown_state(now), verification.deadline_at) {
        (VerificationState::Passed, _) => OtherState::Passed,
        (VerificationState::Open, Some(deadline_at)) => OtherState::Open { deadline_at },
        (VerificationState::WaitingToSend | VerificationState::Open, _) => OtherState::WaitingToSend,
        (VerificationState::Failed | VerificationState::Expired | VerificationState::Cancelled(_), _) => {
            OtherState::Failed
        }
    }
}

/// The people of a round: roles, masked phones, how far each is.
pub(super) fn people(view: &FilingView, round_no: u16, now: Timestamp) -> Vec<(u16, OtherVerifier)> {
    let round = view.body.rounds.iter().find(|round| round.no == round_no);
    let of_round = view.verifications.iter().filter(|verification| verification.round_no == round_no);
    let row = |verification: &Verification| {
        let ordinal = verification.id.ordinal();
        let phone_masked = round?.party(ordinal)?.phone.masked();
        let person =
            OtherVerifier { roles: verification.roles, phone_masked, state: state(verification, now) };
        Some((ordinal, person))
    };
    of_round.filter_map(row).collect()
}

/// What can be done, in words (RET). It is the same whether the return has happened or is to come.
pub(super) fn remedies(view: &FilingView, rule: &RuleSet, language: Language) -> Vec<Remedy> {
    let ended = match view.filing.state {
        FilingState::Verifying(Some(failure)) => {
            FilingState::Returned { reason: failure.reason, at: failure.return_at, edited: false }
        }
        other => other,
    };
    let found = fitting(rule, &view.body.draft, &ended, view.service.as_ref());
    let words = found.into_iter().map(|remedy| Remedy {
        title: language.pick(&remedy.title.zh, &remedy.title.en).clone(),
        steps: language.pick(&remedy.steps.zh, &remedy.steps.en).clone(),
    });
    words.collect()
}
