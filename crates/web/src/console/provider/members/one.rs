//! One member: another password, shutting the account and opening it again.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{Account, AccountAction, AccountAnswer, Authority};
use heyan_domain::decide::{Action, Outcome};
use rand::RngExt as _;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::list::{last_sign_in, role, second_factor};
use super::{PATH, find};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::operator::{draw_password, standing};
use crate::console::parts::{Cards, Confirm, Facts, Heading, Lines};
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Flash, Problem, Shell};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/provider/members/{id}", PROVIDER_ADMIN, show),
        action("/console/provider/members/{id}/password", PROVIDER_ADMIN, reset),
        action("/console/provider/members/{id}/standing", PROVIDER_ADMIN, set_standing),
    ]
}

/// What can be done with the account of somebody else.
fn changes<'b>(blocks: Blocks<'b>, staff: &Staff, account: &Account) -> Blocks<'b> {
    let t = blocks.texts();
    let confirm = |end: &str, line: &str, button: &str, fields: &[(&str, &str)], danger| Confirm {
        path: format!("{PATH}/{}/{end}", account.id),
        csrf: staff.csrf.clone(),
        lines: vec![t.get(line)],
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        button: t.get(button),
        danger,
        back: (PATH.to_owned(), t.get("provider-back")),
    };
    let blocks = if account.is_federated() {
        blocks.part(&Lines { lines: vec![t.get("accounts-elsewhere")] })
    } else {
        let reset = confirm("password", "accounts-reset-line", "accounts-reset", &[], false);
        blocks.part(&Heading { text: t.get("accounts-reset") }).part(&reset)
    };
    if account.disabled_at.is_some() {
        let open =
            confirm("standing", "accounts-enable-line", "accounts-enable", &[("to", "enabled")], false);
        blocks.part(&Heading { text: t.get("accounts-enable") }).part(&open)
    } else {
        let shut =
            confirm("standing", "accounts-disable-line", "accounts-disable", &[("to", "disabled")], true);
        blocks.part(&Heading { text: t.get("accounts-disable") }).part(&shut)
    }
}

async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let account = match find(&app, &provider, &id).await {
        Ok(account) => account,
        Err(problem) => return problem.into_response(),
    };
    let of = account.id;
    let Ok(last) = app.readers.read(move |reader| reader.last_sign_in(of)).await else {
        return Problem::System.into_response();
    };
    let shell = Shell::with_heading(&app, &staff, account.name.to_string());
    let (t, now) = (shell.t, shell.now);
    let facts = Facts::new()
        .text(t.get("accounts-name"), account.name.as_str())
        .text(t.get("accounts-display-name"), account.display_name.as_str())
        .text(t.get("accounts-role"), role(t, &account))
        .cell(t.get("accounts-standing"), standing(t, &account, now))
        .cell(t.get("members-totp"), second_factor(t, &account))
        .text(t.get("members-last-sign-in"), last_sign_in(t, last))
        .text(t.get("accounts-created"), t.date_time(account.created_at));
    let facts = match (account.disabled_at, account.locked_until.filter(|_| account.is_locked(now))) {
        (Some(at), _) => facts.text(t.get("accounts-disabled-since"), t.date_time(at)),
        (None, Some(until)) => facts.text(t.get("accounts-locked-until"), t.date_time(until)),
        (None, None) => facts,
    };
    let blocks = Blocks::new(shell).part(&facts);
    if account.id == staff.account {
        let ways = Cards::new()
            .link("/console/account", t.get("members-own-account"))
            .link(PATH, t.get("provider-back"));
        return blocks.part(&Lines { lines: vec![t.get("members-own-line")] }).part(&ways).respond();
    }
    changes(blocks, &staff, &account).respond()
}

async fn reset(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let account = match find(&app, &provider, &id).await {
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
    let wanted = AccountAction::ResetPassword { by, account: account.id, password };
    carry_out(&app, wanted, &account, flash).await
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
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    wanted: Result<Form<Wanted>, FormRejection>,
) -> Response {
    let account = match find(&app, &provider, &id).await {
        Ok(account) => account,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(Wanted { to })) = wanted else { return Problem::Unreadable.into_response() };
    let (disabled, key) = match to {
        Standing::Enabled => (false, "accounts-enable-done"),
        Standing::Disabled => (true, "accounts-disable-done"),
    };
    let by = Authority::Staff(staff.account);
    let flash = Flash::success(key).with("name", account.name.as_str());
    let wanted = AccountAction::SetDisabled { by, account: account.id, disabled };
    carry_out(&app, wanted, &account, flash).await
}

async fn carry_out(app: &App, wanted: AccountAction, account: &Account, flash: Flash) -> Response {
    let page = format!("{PATH}/{}", account.id);
    match app.engine.execute(Action::Account(Box::new(wanted))).await {
        Ok(Outcome::Account(AccountAnswer::Done(_))) => flash.see_other(app, &page),
        Ok(Outcome::Account(AccountAnswer::OwnAccount)) => {
            Flash::error("members-own-refused").see_other(app, &page)
        }
        Ok(Outcome::Account(AccountAnswer::Elsewhere)) => {
            Flash::error("accounts-elsewhere").see_other(app, &page)
        }
        Ok(Outcome::Account(AccountAnswer::NotFound)) => Problem::NotFound.into_response(),
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
