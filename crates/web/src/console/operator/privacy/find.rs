//! What is stored about somebody: counts, and the filings, masked.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::{IdLast6, Phone};
use heyan_domain::verification::Verification;
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::{PATH, form};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Alert, Cards, Cell, Column, Empty, Facts, Heading, Statistics, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::texts::Texts;

/// The most filings that are listed.
const MOST: usize = 200;

#[derive(Deserialize)]
pub(super) struct Typed {
    phone: String,
    #[serde(default)]
    id_last6: String,
}

/// The verifications of a filing that are the phone's own.
fn own<'v>(view: &'v FilingView, phone: &Phone) -> Vec<&'v Verification> {
    let parties = view.body.rounds.iter().flat_map(|round| &round.parties);
    let ordinals: Vec<u16> =
        parties.filter(|party| party.phone == *phone).map(|party| party.ordinal).collect();
    view.verifications.iter().filter(|one| ordinals.contains(&one.id.ordinal())).collect()
}

fn table(t: &Texts, views: &[FilingView], phone: &Phone) -> Table {
    let heads = [
        "unmask-filing",
        "adm-provider",
        "provider-kind",
        "provider-state",
        "privacy-verifications",
        "privacy-may",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("privacy-nothing"), hint: t.get("privacy-nothing-hint"), action: None };
    views.iter().fold(Table::new(t.get("privacy-filings"), columns, empty), |table, view| {
        let filing = &view.filing;
        let state = t.get(&format!("provider-state-{}", filing.state.as_str().replace('_', "-")));
        let may = if filing.state.may_be_erased() {
            Cell::tag(Tone::Success, t.get("privacy-may-yes"))
        } else {
            Cell::tag(Tone::Warning, t.get("privacy-may-no"))
        };
        table.row(vec![
            Cell::link(format!("{PATH}/filings/{}", filing.id), filing.id.to_string()),
            Cell::text(filing.provider.as_str()),
            Cell::text(t.kind(filing.kind)),
            Cell::text(state),
            Cell::text(own(view, phone).len().to_string()),
            may,
        ])
    })
}

fn numbers(t: &Texts, views: &[FilingView], phone: &Phone) -> Statistics {
    let verifications: usize = views.iter().map(|view| own(view, phone).len()).sum();
    let of = |view: &FilingView| {
        own(view, phone).into_iter().map(|one| view.messages_of(one).count()).sum::<usize>()
    };
    let messages: usize = views.iter().map(of).sum();
    let open = views.iter().filter(|view| !view.filing.state.may_be_erased()).count();
    Statistics::new()
        .item(t.get("privacy-filings"), views.len().to_string(), None, Tone::Plain)
        .item(t.get("privacy-open"), open.to_string(), None, Tone::Plain)
        .item(t.get("privacy-verifications"), verifications.to_string(), None, Tone::Plain)
        .item(t.get("privacy-messages"), messages.to_string(), None, Tone::Plain)
}

fn again(app: &App, staff: &Staff, typed: &Typed, wrong: (bool, bool)) -> Response {
    let shell = Shell::new(app, staff, "privacy-find-title").with_error(true);
    let part = form(shell.t, staff, (&typed.phone, &typed.id_last6), wrong);
    Blocks::new(shell).part(&part).respond_with(StatusCode::UNPROCESSABLE_ENTITY)
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    staff: Staff,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let (phone, id_last6) = (Phone::parse(&typed.phone), IdLast6::of(&typed.id_last6));
    let left_out = typed.id_last6.trim().is_empty();
    let (Some(phone), true) = (phone, left_out || id_last6.is_some()) else {
        return again(&app, &staff, &typed, (phone.is_none(), !left_out && id_last6.is_none()));
    };
    let id_last6 = id_last6.filter(|_| !left_out);
    let read = app.readers.read(move |reader| {
        let ids = reader.filings_about(&phone, id_last6.as_ref(), MOST)?;
        let mut views = Vec::with_capacity(ids.len());
        for id in ids {
            views.extend(reader.filing_view(id)?);
        }
        Ok(views)
    });
    let Ok(views) = read.await else { return Problem::System.into_response() };
    let shell = Shell::new(&app, &staff, "privacy-found-title");
    let t = shell.t;
    let whom = Facts::new().text(t.get("privacy-phone"), phone.masked());
    let mut blocks = Blocks::new(shell).part(&whom).part(&numbers(t, &views, &phone));
    if views.len() == MOST {
        blocks = blocks.part(&Alert::new(Tone::Warning, t.one("privacy-more", "most", MOST)));
    }
    blocks
        .part(&Alert::new(Tone::Info, t.get("privacy-scope")))
        .part(&Heading { text: t.get("privacy-filings") })
        .part(&table(t, &views, &phone))
        .part(&Cards::new().link(PATH, t.get("privacy-back")))
        .respond()
}
