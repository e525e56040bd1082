//! `/console`: who is signed in, and where to go.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::parts::{Cards, Facts};
use super::shell::{Blocks, Shell, role_name};
use super::table::{EVERYBODY, Route, action, page};
use crate::app::App;
use crate::auth::{Staff, sign_out};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console", EVERYBODY, landing).in_menu("menu-start"),
        action("/console/sign-out", EVERYBODY, sign_out),
    ]
}

async fn landing(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let shell = Shell::new(&app, &staff, "landing-title");
    let t = shell.t;
    let facts = Facts::new()
        .text(t.get("landing-name"), staff.display_name.as_str())
        .text(t.get("landing-sign-in-name"), staff.name.as_str())
        .text(t.get("landing-role"), role_name(t, &staff.role));
    let entries = shell.menu.iter().filter(|entry| !entry.current);
    let cards = entries.fold(Cards::new(), |cards, entry| cards.link(entry.path, entry.label.clone()));
    Blocks::new(shell).part(&facts).part(&cards).respond()
}
