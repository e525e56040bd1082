//! P10: the page behind the link that an applicant gets (PRO-03). Whoever has the link may look; it shows what is
//! masked anyway. Whatever is no link of this data gets one and the same page.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use heyan_domain::filing::{Filing, FilingState, ReturnReason};
use heyan_domain::mark;
use heyan_store::database::StoreError;
use heyan_store::views::FilingView;

use super::seen;
use super::visit::Visit;
use crate::people::Words;
use crate::portal::link;
use crate::portal::pages::{DueDay, Problem, ProgressPage, Promise, Stage, StoppedReason};

const fn reason(reason: ReturnReason) -> Option<StoppedReason> {
    match reason {
        ReturnReason::AttemptsExhausted => Some(StoppedReason::Attempts),
        ReturnReason::Expired => Some(StoppedReason::Expired),
        ReturnReason::SmsUndeliverable => Some(StoppedReason::Undeliverable),
        ReturnReason::Withdrawn | ReturnReason::Rejected => None,
    }
}

fn promise(words: &Words, filing: &Filing) -> Option<Promise> {
    let days = words.rule().resubmission_working_days?;
    Some(filing.report_due.map_or(Promise::Days(days.into()), |due| {
        Promise::Due(DueDay { at: due.at, provisional: due.provisional })
    }))
}

fn stage(words: &Words, view: &FilingView) -> Stage {
    match view.filing.state {
        FilingState::Draft => Stage::Preparing,
        FilingState::InitialReview => Stage::InitialReview,
        FilingState::Verifying(None) => Stage::Verifying,
        FilingState::Verifying(Some(failure)) => {
            Stage::Failing { reason: reason(failure.reason), at: failure.return_at }
        }
        FilingState::InReview { .. } => {
            let due = |review: &heyan_domain::review::Review| DueDay {
                at: review.due_at,
                provisional: review.due_provisional,
            };
            Stage::Reviewing { due: view.review.as_ref().map(due) }
        }
        FilingState::Approved { at } => {
            let numbers = view.body.numbers.as_ref();
            let services = numbers.iter().flat_map(|numbers| &numbers.service_nos);
            Stage::Approved {
                at,
                entity_no: numbers.map(|numbers| numbers.entity_no.to_string()),
                service_nos: services.map(ToString::to_string).collect(),
            }
        }
        FilingState::Returned { reason: why, at, .. } => {
            Stage::Returned { reason: reason(why), at, promise: promise(words, &view.filing) }
        }
        FilingState::Rejected { at } => Stage::Rejected { at },
        FilingState::Withdrawn { at } => Stage::Withdrawn { at },
    }
}

async fn read(visit: &Visit, token: &str) -> Result<Option<FilingView>, StoreError> {
    let Some(id) = link::filing(&visit.app.ring, token) else { return Ok(None) };
    visit.app.readers.read(move |reader| reader.filing_view(id)).await
}

pub(super) async fn progress(visit: Visit, Path(token): Path<String>) -> Response {
    mark!("PRO-03");
    let view = match read(&visit, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return visit.problem(StatusCode::NOT_FOUND, Problem::NotFound),
        Err(_) => return visit.problem(StatusCode::INTERNAL_SERVER_ERROR, Problem::System),
    };
    let words = Words::of(&visit.app, view.filing.ruleset, visit.language);
    let now = visit.app.clock.now();
    let round = view.body.rounds.last();
    let name = round.and_then(|round| round.parties.first()).map(|party| party.label.clone());
    let people = seen::people(&view, view.filing.round_no, now);
    let page = ProgressPage {
        stage: stage(&words, &view),
        filing: seen::brief(&view, name, visit.language),
        kind: view.filing.kind,
        reported_at: round.map(|round| round.reported_at),
        handed_over_at: view.review.as_ref().map(|review| review.arrived_at),
        people: people.into_iter().map(|(_, person)| person).collect(),
        remedies: seen::remedies(&view, words.rule(), visit.language),
        provider: seen::contact(&visit.app, &view),
    };
    visit.html(StatusCode::OK, page.render(&visit.page()))
}
