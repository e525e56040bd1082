//! One account: another password for it, shutting it and opening it again.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{Account, AccountAction, AccountAnswer, Authority};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::AccountId;
use rand::RngExt as _;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{PATH, draw_password, standing};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::operator::{may_change, read_only};
use crate::console::parts::{Cell, Confirm, Facts, Heading, Lines};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell, role_name};
use crate::console::table::{OPERATOR, OVERSEERS, Route, action, page};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/operator/accounts/{id}", OVERSEERS, show),
        action("/console/operator/accounts/{id}/password", OPERATOR, reset),
        action("/console/operator/accounts/{id}/standing", OPERATOR, set_standing),
    ]
}

/// The account that a path names.
async fn find(app: &App, id: &str) -> Result<Account, Problem> {
    let id = AccountId::parse(id).ok_or(Problem::NotFound)?;
    let found = app.readers.read(move |reader| reader.account(id)).await;
    found.map_err(|_| Problem::System)?.ok_or(Problem::NotFound)
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    let account = match find(&app, &id).await {
        Ok(account) => account,
        Err(problem) => return problem.into_response(),
    };
    let shell = Shell::with_heading(&app, &staff, account.name.to_string());
    let (t, now) = (shell.t, shell.now);
    let facts = Facts::new()
        .text(t.get("accounts-name"), account.name.as_str())
        .text(t.get("accounts-display-name"), account.display_name.as_str())
        .text(t.get("accounts-role"), role_name(t, &account.role))
        .cell(t.get("accounts-standing"), standing(t, &account, now))
        .text(t.get("accounts-created"), t.date_time(account.created_at))
        .cell(t.get("accounts-list"), Cell::link(PATH, t.get("operator-back")));
    let facts = match (account.disabled_at, account.locked_until.filter(|_| account.is_locked(now))) {
        (Some(at), _) => facts.text(t.get("accounts-disabled-since"), t.date_time(at)),
        (None, Some(until)) => facts.text(t.get("accounts-locked-until"), t.date_time(until)),
        (None, None) => facts,
    };
    let blocks = Blocks::new(shell).part(&facts);
    if !may_change(&staff) {
        return blocks.part(&read_only(t)).respond();
    }
    let confirm = |end: &str, line: &str, button: &str, fields: &[(&str, &str)], danger| Confirm {
        path: format!("{PATH}/{}/{end}", account.id),
        csrf: staff.csrf.clone(),
        lines: vec![t.get(line)],
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        button: t.get(button),
        danger,
        back: (PATH.to_owned(), t.get("operator-back")),
    };
    // The own password is changed under "my account", by whoever knows the present one.
    let blocks = if account.id == staff.account {
        blocks
    } else if account.is_federated() {
        blocks.part(&Lines { lines: vec![t.get("accounts-elsewhere")] })
    } else {
        let reset = confirm("password", "accounts-reset-line", "accounts-reset", &[], false);
        blocks.part(&Heading { text: t.get("accounts-reset") }).part(&reset)
    };
    let blocks = if account.disabled_at.is_some() {
        let open =
            confirm("standing", "accounts-enable-line", "accounts-enable", &[("to", "enabled")], false);
        blocks.part(&Heading { text: t.get("accounts-enable") }).part(&open)
    } else if account.id == staff.account {
        blocks
    } else {
        let shut =
            confirm("standing", "accounts-disable-line", "accounts-disable", &[("to", "disabled")], true);
        blocks.part(&Heading { text: t.get("accounts-disable") }).part(&shut)
    };
    blocks.respond()
}

async fn reset(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    let account = match find(&app, &id).await {
        Ok(account) => account,
        Err(problem) => return problem.into_response(),
    };
    let clear = draw_password(&app);
    let salt = app.draw(|rng| rng.random());
    let Some(password) = app.passwords.hash(Zeroizing::new(clear.clone()), salt).await else {
        return Problem::System.into_response();
    };
    let by = Authority::Staff(staff.account);
    let flash =
        Flash::success("accounts-reset-done").with("name", account.name.as_str()).with("password", clear);
    carry_out(&app, AccountAction::ResetPassword { by, account: account.id, password }, account.id, flash)
        .await
}

/// What a button of the page sends.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Enabled,
    Disabled,
}

#[derive(Deserialize)]
struct Wanted {
    to: Standing,
}

async fn set_standing(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    wanted: Result<Form<Wanted>, FormRejection>,
) -> Response {
    let Ok(Form(Wanted { to })) = wanted else { return Problem::Unreadable.into_response() };
    let account = match find(&app, &id).await {
        Ok(account) => account,
        Err(problem) => return problem.into_response(),
    };
    let (disabled, key) = match to {
        Standing::Enabled => (false, "accounts-enable-done"),
        Standing::Disabled => (true, "accounts-disable-done"),
    };
    let by = Authority::Staff(staff.account);
    let flash = Flash::success(key).with("name", account.name.as_str());
    carry_out(&app, AccountAction::SetDisabled { by, account: account.id, disabled }, account.id, flash).await
}

async fn carry_out(app: &App, wanted: AccountAction, id: AccountId, flash: Flash) -> Response {
    let page = format!("{PATH}/{id}");
    match app.engine.execute(Action::Account(Box::new(wanted))).await {
        Ok(Outcome::Account(AccountAnswer::Done(_))) => flash.see_other(app, &page),
        Ok(Outcome::Account(AccountAnswer::OwnAccount)) => {
            Flash::error("accounts-own-account").see_other(app, &page)
        }
        Ok(Outcome::Account(AccountAnswer::Elsewhere)) => {
            Flash::error("accounts-elsewhere").see_other(app, &page)
        }
        Ok(Outcome::Account(AccountAnswer::NotFound)) => Problem::NotFound.into_response(),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
