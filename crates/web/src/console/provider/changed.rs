//! 412: what has happened to a filing since a form was opened.

use axum::http::StatusCode;
use axum::response::Response;
use heyan_domain::event::Event;
use heyan_store::views::FilingView;

use super::links::Links;
use super::{terms, timeline};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Facts, Tone};
use crate::console::{Blocks, Shell};

/// Shows the events after the last one seen; `again` is where the form is opened anew.
pub(super) fn page(
    app: &App,
    staff: &Staff,
    view: &FilingView,
    events: &[Event],
    seen: i64,
    again: &str,
) -> Response {
    let shell = Shell::new(app, staff, "changed-title").with_error(true);
    let t = shell.t;
    let since = events.iter().filter(|event| event.id.number() > seen);
    let state = Facts::new().cell(t.get("provider-state-now"), terms::state(t, &view.filing.state));
    let links = Links::default()
        .main(terms::path(view), t.get("provider-to-filing"))
        .link(again, t.get("provider-open-again"));
    Blocks::new(shell)
        .part(&Alert::new(Tone::Warning, t.get("provider-changed")))
        .part(&state)
        .part(&timeline::table(t, "provider-since", since, &view.body.rounds))
        .part(&links)
        .respond_with(StatusCode::PRECONDITION_FAILED)
}
