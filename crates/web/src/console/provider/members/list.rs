//! The list, in the order of the names.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::accounts::{Account, SignInName, Totp};
use serde::Deserialize;

use super::super::links::Links;
use super::PATH;
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::operator::standing;
use crate::console::parts::{Cell, Column, Empty, Pager, Table, Tone};
use crate::console::table::{PROVIDER_ADMIN, Route, page};
use crate::console::{Blocks, Problem, Shell};
use crate::texts::Texts;

/// Accounts on a page.
const PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, PROVIDER_ADMIN, show).in_menu("menu-provider-members")]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    after: String,
}

/// The role without the provider, which is the own one.
pub(super) fn role(t: &Texts, account: &Account) -> String {
    t.get(&format!("role-{}", account.role.kind().as_str().replace('_', "-")))
}

/// Whether a second factor is asked for.
pub(super) fn second_factor(t: &Texts, account: &Account) -> Cell {
    match account.totp {
        Totp::On { .. } => Cell::tag(Tone::Success, t.get("members-totp-on")),
        Totp::Off | Totp::Offered { .. } => Cell::tag(Tone::Plain, t.get("members-totp-off")),
    }
}

/// When somebody last signed in with it.
pub(super) fn last_sign_in(t: &Texts, at: Option<Timestamp>) -> String {
    at.map_or_else(|| t.get("members-never"), |at| t.date_time(at))
}

async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    let after = SignInName::parse(&asked.after);
    let read = app.readers.read(move |reader| {
        let accounts = reader.accounts(Some(&provider), after.as_ref(), PAGE + 1)?;
        let mut found = Vec::with_capacity(accounts.len());
        for account in accounts {
            let last = reader.last_sign_in(account.id)?;
            found.push((account, last));
        }
        Ok(found)
    });
    let Ok(mut members) = read.await else { return Problem::System.into_response() };
    let more = members.len() > PAGE;
    members.truncate(PAGE);
    let shell = Shell::new(&app, &staff, "members-title");
    let (t, now) = (shell.t, shell.now);
    let heads = [
        "accounts-name",
        "accounts-display-name",
        "accounts-role",
        "accounts-standing",
        "members-totp",
        "members-last-sign-in",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("members-none"), hint: t.get("members-none-hint"), action: None };
    let table =
        members.iter().fold(Table::new(t.get("members-title"), columns, empty), |table, (one, last)| {
            let mut name = vec![one.display_name.as_str().to_owned()];
            name.extend((one.id == staff.account).then(|| t.get("members-you")));
            table.row(vec![
                Cell::link(format!("{PATH}/{}", one.id), one.name.as_str()),
                Cell::lines(name),
                Cell::text(role(t, one)),
                standing(t, one, now),
                second_factor(t, one),
                Cell::text(last_sign_in(t, *last)),
            ])
        });
    let next = members.last().filter(|_| more).map(|(one, _)| format!("{PATH}?after={}", one.name));
    let pager = Pager {
        label: t.get("provider-pages"),
        first: (!asked.after.is_empty()).then(|| (PATH.to_owned(), t.get("provider-first-page"))),
        next: next.map(|path| (path, t.get("provider-next-page"))),
    };
    Blocks::new(shell)
        .intro("members-intro")
        .part(&Links::default().main(format!("{PATH}/new"), t.get("members-add")))
        .part(&table)
        .part(&pager)
        .respond()
}
