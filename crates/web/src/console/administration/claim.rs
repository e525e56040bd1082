//! `POST /console/administration/filings/{filing}/claim`: takes a filing for half an hour; again renews. It does nothing
//! twice, so its form needs no number.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::{Action, Outcome, Refusal};

use super::case::Case;
use super::{changed, decide};
use crate::app::App;
use crate::auth::OfAdministration;
use crate::console::flash::Flash;
use crate::console::problem::Problem;

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfAdministration(staff, province): OfAdministration,
    Path(id): Path<String>,
) -> Response {
    let case = match Case::of(&app, &id, province).await {
        Ok(case) => case,
        Err(problem) => return problem.into_response(),
    };
    let reviewer = staff.name.as_str().to_owned();
    let action = Action::Claim { province, reviewer, filing: case.view.filing.id };
    match app.engine.execute(action).await {
        Ok(Outcome::Filing(_)) => Flash::success("adm-claimed-flash").see_other(&app, &case.path("")),
        Ok(Outcome::Refused(Refusal::FilingNotFound)) => Problem::NotFound.into_response(),
        Ok(Outcome::Refused(Refusal::Claimed(_))) => match Case::of(&app, &id, province).await {
            Ok(case) => decide::held(&app, &staff, &case),
            Err(problem) => problem.into_response(),
        },
        Ok(Outcome::Refused(_)) => changed::page(&app, &staff, &case, case.seen()),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
