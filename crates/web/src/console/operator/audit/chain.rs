//! How the chain stands, and checking it at once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_store::audit::{AuditState, PublicKeys};
use heyan_store::engine::Chore;
use tokio::sync::Semaphore;

use super::PATH;
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cell, Facts, Lines, Statistics, Tone};
use crate::console::problem::Problem;
use crate::console::shell::Blocks;
use crate::texts::Texts;

/// One walk at a time: it reads the whole log on a connection of its own, beside whoever writes.
static CHECKING: Semaphore = Semaphore::const_new(1);

fn state_facts(t: &Texts, staff: &Staff, state: &AuditState) -> Facts {
    let signed = state.last_checkpoint.as_ref();
    let checkpoint = signed.map_or_else(
        || t.get("audit-unsigned"),
        |last| {
            let (no, at, key) = (last.head.no.to_string(), t.date_time(last.at), last.key.0.to_string());
            t.with("audit-signed", &[("no", &no), ("time", &at), ("key", &key)])
        },
    );
    let check = Cell::button(format!("{PATH}/check"), &staff.csrf, &[], t.get("audit-check"));
    Facts::new()
        .text(t.get("audit-head"), state.head.to_string())
        .text(t.get("audit-checkpoint"), checkpoint)
        .text(t.get("audit-checked-at"), checked(t, state.checked_at))
        .cell(t.get("audit-head-file"), Cell::link(format!("{PATH}/head.txt"), t.get("audit-head-download")))
        .cell(t.get("audit-check-now"), check)
}

fn checked(t: &Texts, at: Option<Timestamp>) -> String {
    at.map_or_else(|| t.get("audit-never-checked"), |at| t.date_time(at))
}

/// The first entry that is not whole, as the server has noted it: `entry 5: it was removed`.
fn broken(t: &Texts, said: &str) -> Alert {
    let no: String =
        said.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    Alert::new(Tone::Error, t.one("audit-broken", "no", no))
        .more(t.one("audit-broken-detail", "detail", said))
        .more(t.get("audit-broken-advice"))
}

/// The banner, the numbers, the head, and how others can check.
pub(super) fn show<'a>(blocks: Blocks<'a>, staff: &Staff, state: &AuditState) -> Blocks<'a> {
    let t = blocks.texts();
    let blocks = match &state.broken {
        Some(said) => blocks.part(&broken(t, said)),
        None => blocks,
    };
    let result = match (&state.broken, state.checked_at) {
        (Some(_), _) => ("audit-is-broken", Tone::Error),
        (None, Some(_)) => ("audit-is-whole", Tone::Success),
        (None, None) => ("audit-not-checked", Tone::Warning),
    };
    let after = state.entries - state.last_checkpoint.as_ref().map_or(0, |last| last.head.no);
    let numbers = Statistics::new()
        .item(t.get("audit-chain"), t.get(result.0), None, result.1)
        .item(t.get("audit-count"), state.entries.to_string(), None, Tone::Plain)
        .item(t.get("audit-verified"), state.verified_up_to.to_string(), None, Tone::Plain)
        .item(t.get("audit-after"), after.to_string(), None, Tone::Plain);
    let how = Lines { lines: vec![t.get("audit-how"), t.one("audit-how-head", "head", state.head)] };
    blocks.part(&numbers).part(&state_facts(t, staff, state)).part(&how)
}

/// Walks along the whole log, beside whoever writes it, and notes what was found. It changes nothing in the log, so the
/// auditor may ask for it as well.
pub(super) async fn check(State(app): State<Arc<App>>, _staff: Staff) -> Response {
    let Ok(_one) = CHECKING.try_acquire() else {
        return Flash::error("audit-check-running").see_other(&app, PATH);
    };
    let keys = PublicKeys::of(&app.ring.current());
    let report = app.readers.read(move |reader| reader.verify_audit(&keys, None, |_, _| {})).await;
    let Ok(report) = report else { return Problem::System.into_response() };
    let report = Arc::new(report);
    let noted = app.engine.chore(Chore::Checked(Arc::clone(&report), app.clock.now())).await;
    if noted.is_err() {
        return Problem::System.into_response();
    }
    let no = report.broken.map_or(report.head.no, |broken| broken.no).to_string();
    let flash = if report.broken.is_some() {
        Flash::error("audit-check-bad")
    } else {
        Flash::success("audit-check-good")
    };
    flash.with("no", no).see_other(&app, PATH)
}
