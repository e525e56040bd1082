//! One filing: whether its personal data may be erased, and doing so.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::audit::{Reason, Staff as Named};
use heyan_domain::decide::{Action, Outcome, Refusal};
use heyan_domain::privacy::ErasureCause;
use heyan_domain::terms::FilingId;
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::PATH;
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cards, Field, FormPart, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::unmask::masked;

/// Rows of the reason's field.
const ROWS: u8 = 3;

async fn find(app: &App, id: &str) -> Result<FilingView, Problem> {
    let id = FilingId::parse(id).ok_or(Problem::NotFound)?;
    let found = app.readers.read(move |reader| reader.filing_view(id)).await;
    found.map_err(|_| Problem::System)?.ok_or(Problem::NotFound)
}

fn path(view: &FilingView) -> String {
    format!("{PATH}/filings/{}", view.filing.id)
}

fn page(app: &App, staff: &Staff, view: &FilingView, typed: &str, wrong: bool) -> Response {
    let shell = Shell::new(app, staff, "privacy-filing-title").with_error(wrong);
    let t = shell.t;
    let blocks = Blocks::new(shell).part(&masked(t, view));
    let back = Cards::new().link(PATH, t.get("privacy-back"));
    if view.body.erased_at.is_some() {
        return blocks.part(&Alert::new(Tone::Info, t.get("privacy-erased-note"))).part(&back).respond();
    }
    if !view.filing.state.may_be_erased() {
        let state = t.get(&format!("provider-state-{}", view.filing.state.as_str().replace('_', "-")));
        let why = Alert::new(Tone::Warning, t.one("privacy-refused", "state", state))
            .more(t.get("privacy-refused-advice"));
        return blocks.part(&why).part(&back).respond();
    }
    let (min, max) = (Reason::MIN_CHARS.to_string(), Reason::MAX_CHARS.to_string());
    let bounds = [("min", min.as_str()), ("max", max.as_str())];
    let field = Field::area("reason", t.get("privacy-reason"), typed, ROWS)
        .hint(t.with("unmask-reason-hint", &bounds))
        .error(wrong.then(|| t.with("unmask-reason-wrong", &bounds)));
    let form = FormPart::new(path(view), &staff.csrf, t.get("privacy-erase"))
        .heading(t.get("privacy-erase-title"))
        .summary(t.get("form-problems"))
        .field(field)
        .back(PATH, t.get("privacy-back"));
    let warning = Alert::new(Tone::Warning, t.get("privacy-erase-warning")).more(t.get("privacy-stays"));
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    blocks.part(&warning).part(&form).respond_with(status)
}

pub(super) async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    match find(&app, &id).await {
        Ok(view) => page(&app, &staff, &view, "", false),
        Err(problem) => problem.into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct Typed {
    reason: String,
}

pub(super) async fn act(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let view = match find(&app, &id).await {
        Ok(view) => view,
        Err(problem) => return problem.into_response(),
    };
    let Some(reason) = Reason::parse(&typed.reason) else {
        return page(&app, &staff, &view, &typed.reason, true);
    };
    let by = Named { account: staff.account, name: staff.name.as_str().to_owned() };
    let cause = Box::new(ErasureCause::Request { by, reason });
    match app.engine.execute(Action::Erase { filing: view.filing.id, cause }).await {
        Ok(Outcome::Done) => Flash::success("privacy-erased").see_other(&app, &path(&view)),
        Ok(Outcome::Refused(Refusal::State(_))) => {
            Flash::error("privacy-not-erased").see_other(&app, &path(&view))
        }
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
