//! 412: the proposal has changed since the form was opened, or stands where nothing can be done to it.

use axum::http::StatusCode;
use axum::response::Response;
use heyan_domain::proposals::Proposal;

use super::{PATH, detail, kinds, path};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Cards, Tone};
use crate::console::shell::{Blocks, Shell};

/// The page, with how it stands now.
pub(super) fn page(app: &App, staff: &Staff, proposal: &Proposal) -> Response {
    let shell = Shell::new(app, staff, "changed-title").with_error(true);
    let t = shell.t;
    let now = shell.now;
    let alert = Alert::new(Tone::Error, t.get("proposals-changed")).more(kinds::title(t, &proposal.payload));
    let ways = Cards::new()
        .link(path(proposal.id), t.get("proposals-open-again"))
        .link(PATH, t.get("operator-back"));
    Blocks::new(shell)
        .part(&alert)
        .part(&detail::summary(t, proposal, now))
        .part(&ways)
        .respond_with(StatusCode::PRECONDITION_FAILED)
}
