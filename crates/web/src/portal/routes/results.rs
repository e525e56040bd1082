//! What a form came to (P2 to P7), read anew each time it is looked at.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyan_domain::Timestamp;
use heyan_domain::filing::{FilingState, ReturnReason};
use heyan_domain::rulebook::AutoResend;
use heyan_domain::terms::VerificationId;
use heyan_domain::verification::{MessageKind, Verification, VerificationState};
use heyan_store::views::FilingView;

use super::flash::{Flash, Resent, Verdict};
use super::seen;
use super::visit::Visit;
use crate::app::App;
use crate::people::Words;
use crate::portal::pages::{
    AllComplete, AlreadyDone, Failed, FailedReason, FilingBrief, LimitedCode, NoonResend, OtherVerifier,
    Partial, Problem, RenderError, ResendLimit, ResendNothing, ResendOk, ResendTooSoon, ResentMessage,
    ReturnTime,
};

/// A result that nobody carries (any more): back to the form.
pub(super) fn to_form(path: &'static str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// One verification with its filing and the words of its rule.
struct Seen {
    view: FilingView,
    verification: Verification,
    words: Words,
}

async fn see(visit: &Visit, id: VerificationId) -> Option<Seen> {
    let view = visit.app.readers.read(move |reader| reader.filing_view(id.filing())).await.ok()??;
    let verification = view.verifications.iter().find(|other| other.id == id)?.clone();
    let words = Words::of(&visit.app, view.filing.ruleset, visit.language);
    Some(Seen { view, verification, words })
}

impl Seen {
    fn label(&self) -> Option<String> {
        let ordinal = self.verification.id.ordinal();
        self.view
            .body
            .rounds
            .iter()
            .rev()
            .find_map(|round| round.party(ordinal))
            .map(|party| party.label.clone())
    }

    fn brief(&self, visit: &Visit) -> FilingBrief {
        seen::brief(&self.view, self.label(), visit.language)
    }

    fn others(&self, now: Timestamp) -> Vec<OtherVerifier> {
        let own = self.verification.id.ordinal();
        let people = seen::people(&self.view, self.verification.round_no, now);
        people.into_iter().filter(|(ordinal, _)| *ordinal != own).map(|(_, person)| person).collect()
    }

    fn failed(&self, visit: &Visit) -> Failed {
        let rule = self.words.rule();
        let reason =
            match (self.verification.shown_state(visit.app.clock.now()), self.verification.deadline_at) {
                (VerificationState::Failed, _) => {
                    FailedReason::Attempts { limit: rule.attempts.limit.into() }
                }
                (VerificationState::Expired, Some(deadline_at)) => FailedReason::Expired { deadline_at },
                (
                    VerificationState::WaitingToSend
                    | VerificationState::Open
                    | VerificationState::Passed
                    | VerificationState::Expired
                    | VerificationState::Cancelled(_),
                    _,
                ) => match self.view.filing.state.returned() {
                    Some((ReturnReason::SmsUndeliverable, _)) => FailedReason::Undeliverable,
                    Some(_) | None => FailedReason::OtherFailed,
                },
            };
        let state = self.view.filing.state;
        let returned = match (state, state.returned()) {
            (FilingState::Verifying(Some(failure)), _) => Some(ReturnTime::Due(failure.return_at)),
            (_, Some((_, at))) => Some(ReturnTime::Done(at)),
            (_, None) => None,
        };
        Failed {
            text: self.words.text("failed_final"),
            reason,
            returned,
            filing: self.brief(visit),
            remedies: seen::remedies(&self.view, rule, visit.language),
            provider: seen::contact(&visit.app, &self.view),
        }
    }

    fn render(&self, visit: &Visit, verdict: Verdict) -> Result<String, RenderError> {
        let page = visit.page();
        match verdict {
            Verdict::WaitOthers => Partial {
                text: self.words.text("wait_others"),
                filing: self.brief(visit),
                others: self.others(page.now),
            }
            .render(&page),
            Verdict::AllComplete => AllComplete {
                text: self.words.text("all_complete"),
                filing: self.brief(visit),
                review_days: Some(heyan_domain::review::DUE_WORKING_DAYS),
                provider: seen::contact(&visit.app, &self.view),
            }
            .render(&page),
            Verdict::AlreadyDone => {
                let open = matches!(self.view.filing.state, FilingState::Verifying(_));
                let others = if open { self.others(page.now) } else { Vec::new() };
                AlreadyDone {
                    text: self.words.text("already_done"),
                    filing: self.brief(visit),
                    others,
                    provider: seen::contact(&visit.app, &self.view),
                }
                .render(&page)
            }
            Verdict::Failed => self.failed(visit).render(&page),
        }
    }

    /// When the automatic resend comes, if it is still to come (RES-06).
    fn noon(&self, app: &App) -> NoonResend {
        let first =
            self.view.messages_of(&self.verification).find(|message| message.kind == MessageKind::First);
        let done = self.view.messages_of(&self.verification).any(|message| message.kind == MessageKind::Noon);
        let at = first.and_then(|first| first.submitted_at).map(Timestamp::next_day_noon);
        match (at, self.verification.deadline_at) {
            (Some(at), Some(deadline))
                if !done
                    && !self.verification.disowned
                    && self.words.rule().auto_resend == AutoResend::NextDayNoon
                    && at < deadline
                    && app.clock.now() < at =>
            {
                NoonResend::Due(at)
            }
            _ => NoonResend::Over,
        }
    }

    fn resent(&self) -> ResentMessage {
        let limit = self.words.rule().manual_resend.limit;
        ResentMessage {
            filing_name: self.label(),
            number: self.verification.messages.into(),
            resends_left: limit.saturating_sub(self.verification.resends_used).into(),
            deadline_at: self.verification.deadline_at,
        }
    }
}

pub(super) async fn verified(visit: Visit, headers: HeaderMap) -> Response {
    let Some(Flash::Verified { verdict, verification }) = Flash::of(&visit.app, &headers) else {
        return to_form("/verify");
    };
    match see(&visit, verification).await {
        Some(seen) => visit.html(StatusCode::OK, seen.render(&visit, verdict)),
        None => visit.problem(StatusCode::INTERNAL_SERVER_ERROR, Problem::System),
    }
}

pub(super) async fn resent(visit: Visit, headers: HeaderMap) -> Response {
    let app = &visit.app;
    let Some(Flash::Resent { answer, verifications }) = Flash::of(app, &headers) else {
        return to_form("/resend");
    };
    let mut found = Vec::new();
    for verification in verifications {
        found.extend(see(&visit, verification).await);
    }
    let page = visit.page();
    let unknown = Words::of(app, None, visit.language);
    let words = found.first().map_or(&unknown, |first| &first.words);
    let provider = found.first().and_then(|first| seen::contact(app, &first.view));
    let rendered = match answer {
        Resent::Sent => {
            heyan_domain::mark!("DDL-05");
            let arrival = &words.rule().expected_arrival;
            ResendOk {
                text: words.text("resend_ok"),
                messages: found.iter().map(Seen::resent).collect(),
                expected_minutes: (arrival.from_minutes, arrival.to_minutes),
            }
            .render(&page)
        }
        Resent::TooSoon(at) => ResendTooSoon { text: words.text_at("resend_too_soon", at) }.render(&page),
        Resent::Limit => {
            let code = |seen: &Seen| LimitedCode {
                filing_name: seen.label(),
                valid_until: seen.verification.deadline_at,
                noon: seen.noon(app),
            };
            let codes = found.iter().map(code).collect();
            ResendLimit { text: words.text("resend_limit"), codes, provider }.render(&page)
        }
        Resent::Nothing => ResendNothing { text: words.text("resend_none"), provider }.render(&page),
    };
    visit.html(StatusCode::OK, rendered)
}
