//! What a form came to (P2 to P7), read anew each time it is looked at.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyan_domain::filing::{FilingState, ReturnReason, remedies};
use heyan_domain::rulebook::AutoResend;
use heyan_domain::terms::VerificationId;
use heyan_domain::verification::{MessageKind, Verification, VerificationState};
use heyan_store::views::FilingView;

use super::flash::{Flash, Resent, Verdict};
use super::respond;
use crate::app::App;
use crate::people::Words;
use crate::portal::pages::{
    AllComplete, AlreadyDone, Failed, FailedReason, FilingBrief, LimitedCode, NoonResend, OtherState,
    OtherVerifier, Partial, Problem, ProviderContact, Remedy, RenderError, ResendLimit, ResendNothing,
    ResendOk, ResendTooSoon, ResentMessage, ReturnTime,
};
use crate::texts::Locale;

/// A result that nobody carries (any more): back to the form.
fn to_form(path: &'static str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// One verification with its filing and the words of its rule.
struct Seen {
    view: FilingView,
    verification: Verification,
    words: Words,
}

async fn see(app: &App, id: VerificationId) -> Option<Seen> {
    let view = app.readers.read(move |reader| reader.filing_view(id.filing())).await.ok()??;
    let verification = view.verifications.iter().find(|other| other.id == id)?.clone();
    let words = Words::of(app, view.filing.ruleset, Locale::default().tag());
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

    fn brief(&self) -> FilingBrief {
        FilingBrief {
            name: self.label(),
            administration: Some(self.view.filing.province.as_str().to_owned()),
        }
    }

    fn contact(&self, app: &App) -> Option<ProviderContact> {
        heyan_domain::mark!("PRO-06");
        app.provider(&self.view.filing.provider).map(|provider| ProviderContact {
            name: provider.support.name.clone(),
            phone: provider.support.phone.clone(),
            link: provider.support.link.clone(),
            hours: provider.support.hours.clone(),
        })
    }

    fn others(&self, app: &App) -> Vec<OtherVerifier> {
        let now = app.clock.now();
        let round = self.view.body.rounds.iter().find(|round| round.no == self.verification.round_no);
        let same_round = |other: &&Verification| {
            other.round_no == self.verification.round_no && other.id != self.verification.id
        };
        let others = self.view.verifications.iter().filter(same_round);
        others
            .filter_map(|other| {
                let party = round?.party(other.id.ordinal())?;
                let state = match (other.shown_state(now), other.deadline_at) {
                    (VerificationState::Passed, _) => OtherState::Passed,
                    (VerificationState::Open, Some(deadline_at)) => OtherState::Open { deadline_at },
                    (VerificationState::WaitingToSend | VerificationState::Open, _) => {
                        OtherState::WaitingToSend
                    }
                    (
                        VerificationState::Failed
                        | VerificationState::Expired
                        | VerificationState::Cancelled(_),
                        _,
                    ) => OtherState::Failed,
                };
                Some(OtherVerifier { roles: other.roles, phone_masked: party.phone.masked(), state })
            })
            .collect()
    }

    fn failed(&self, app: &App) -> Failed {
        let rule = self.words.rule();
        let reason = match (self.verification.shown_state(app.clock.now()), self.verification.deadline_at) {
            (VerificationState::Failed, _) => FailedReason::Attempts { limit: rule.attempts.limit.into() },
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
        // What can be done is the same whether the return has happened or is to come.
        let ended = match state {
            FilingState::Verifying(Some(failure)) => {
                FilingState::Returned { reason: failure.reason, at: failure.return_at, edited: false }
            }
            other => other,
        };
        let found = remedies(rule, &self.view.body.draft, &ended, self.view.service.as_ref());
        let remedies = found
            .into_iter()
            .map(|remedy| Remedy { title: remedy.title.zh.clone(), steps: remedy.steps.zh.clone() })
            .collect();
        Failed {
            text: self.words.text("failed_final"),
            reason,
            returned,
            filing: self.brief(),
            remedies,
            provider: self.contact(app),
        }
    }

    fn render(&self, app: &App, verdict: Verdict) -> Result<String, RenderError> {
        let page = respond::page(app);
        match verdict {
            Verdict::WaitOthers => Partial {
                text: self.words.text("wait_others"),
                filing: self.brief(),
                others: self.others(app),
            }
            .render(&page),
            Verdict::AllComplete => AllComplete {
                text: self.words.text("all_complete"),
                filing: self.brief(),
                review_days: Some(heyan_domain::review::DUE_WORKING_DAYS),
                provider: self.contact(app),
            }
            .render(&page),
            Verdict::AlreadyDone => {
                let open = matches!(self.view.filing.state, FilingState::Verifying(_));
                let others = if open { self.others(app) } else { Vec::new() };
                AlreadyDone {
                    text: self.words.text("already_done"),
                    filing: self.brief(),
                    others,
                    provider: self.contact(app),
                }
                .render(&page)
            }
            Verdict::Failed => self.failed(app).render(&page),
        }
    }

    /// When the automatic resend comes, if it is still to come (RES-06).
    fn noon(&self, app: &App) -> NoonResend {
        let first =
            self.view.messages_of(&self.verification).find(|message| message.kind == MessageKind::First);
        let done = self.view.messages_of(&self.verification).any(|message| message.kind == MessageKind::Noon);
        let at = first.and_then(|first| first.submitted_at).map(heyan_domain::Timestamp::next_day_noon);
        match (at, self.verification.deadline_at) {
            (Some(at), Some(deadline))
                if !done
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

pub(super) async fn verified(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(Flash::Verified { verdict, verification }) = Flash::of(&app, &headers) else {
        return to_form("/verify");
    };
    match see(&app, verification).await {
        Some(seen) => respond::html(&app, StatusCode::OK, seen.render(&app, verdict)),
        None => respond::problem(&app, StatusCode::INTERNAL_SERVER_ERROR, Problem::System),
    }
}

pub(super) async fn resent(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(Flash::Resent { answer, verifications }) = Flash::of(&app, &headers) else {
        return to_form("/resend");
    };
    let mut seen = Vec::new();
    for verification in verifications {
        seen.extend(see(&app, verification).await);
    }
    let page = respond::page(&app);
    let unknown = Words::of(&app, None, Locale::default().tag());
    let words = seen.first().map_or(&unknown, |first| &first.words);
    let provider = seen.first().and_then(|first| first.contact(&app));
    let rendered = match answer {
        Resent::Sent => {
            heyan_domain::mark!("DDL-05");
            let arrival = &words.rule().expected_arrival;
            ResendOk {
                text: words.text("resend_ok"),
                messages: seen.iter().map(Seen::resent).collect(),
                expected_minutes: (arrival.from_minutes, arrival.to_minutes),
            }
            .render(&page)
        }
        Resent::TooSoon(at) => ResendTooSoon { text: words.text_at("resend_too_soon", at) }.render(&page),
        Resent::Limit => {
            let code = |seen: &Seen| LimitedCode {
                filing_name: seen.label(),
                valid_until: seen.verification.deadline_at,
                noon: seen.noon(&app),
            };
            let codes = seen.iter().map(code).collect();
            ResendLimit { text: words.text("resend_limit"), codes, provider }.render(&page)
        }
        Resent::Nothing => ResendNothing { text: words.text("resend_none"), provider }.render(&page),
    };
    respond::html(&app, StatusCode::OK, rendered)
}
