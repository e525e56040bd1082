//! 412: the filing has changed since the form was opened. Says what has happened since, and how it stands now.

use axum::http::StatusCode;
use axum::response::Response;

use super::case::Case;
use super::{detail, timeline};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Cards, Heading, Tone};
use crate::console::shell::{Blocks, Shell};

/// The page; `seen` is the last event that the form's reader knew of.
pub(super) fn page(app: &App, staff: &Staff, case: &Case, seen: i64) -> Response {
    let shell = Shell::new(app, staff, "changed-title").with_error(true);
    let t = shell.t;
    let since = || case.events.iter().filter(move |event| event.id.number() > seen);
    let mut blocks = Blocks::new(shell)
        .part(&Alert::new(Tone::Error, t.get("adm-changed-body")).more(detail::heading(t, case)))
        .part(&detail::summary(t, case, app.clock.now()));
    if since().next().is_some() {
        let title = t.get("adm-since-title");
        blocks = blocks.part(&Heading { text: title.clone() }).part(&timeline::table(t, title, since()));
    }
    let ways =
        Cards::new().link(case.path(""), t.get("adm-open-again")).link(super::QUEUE, t.get("adm-to-queue"));
    blocks.part(&ways).respond_with(StatusCode::PRECONDITION_FAILED)
}
