//! `POST …/{filing}/claim`: takes a filing for half an hour; again renews. It does nothing twice, so its form needs no number.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::filing::initial_review::InitialReviewAction;

use super::super::changed;
use super::case::Case;
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::{Flash, Problem};

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let case = match Case::of(&app, &provider, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    let (by, filing) = (staff.named(), case.view.filing.id);
    let action = InitialReviewAction::Claim { by, provider: provider.clone(), filing };
    match app.engine.execute(Action::InitialReview(Box::new(action))).await {
        Ok(Outcome::Filing(_)) => Flash::success("initial-claimed").see_other(&app, &case.path("")),
        Ok(Outcome::Refused(Refusal::State(_))) => {
            changed::page(&app, &staff, &case.view, &case.events, case.seen(), &case.path(""))
        }
        Ok(Outcome::Refused(refusal)) => case.not_done(&app, &staff, &refusal),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
