//! `/console/provider/filings.csv`: the list as a file for a spreadsheet.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::filing::Filing;

use super::list::Asked;
use super::own::failed;
use super::terms;
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::sheet::{BYTE_ORDER_MARK, file, line};
use crate::console::{Problem, texts};
use crate::texts::Texts;

pub(super) const PATH: &str = "/console/provider/filings.csv";
/// The most rows of one file, the newest filings.
pub(super) const MAX_ROWS: usize = 10_000;
fn head(t: &Texts) -> String {
    let keys = [
        "provider-id",
        "provider-own-number",
        "provider-kind",
        "provider-province",
        "provider-state",
        "provider-reason",
        "provider-created-at",
        "provider-reported-at",
        "provider-round",
    ];
    line(&keys.map(|key| t.get(key)))
}

fn row(t: &Texts, filing: &Filing) -> String {
    let reason = filing.state.returned().map(|(reason, _)| terms::reason(t, reason));
    line(&[
        filing.id.to_string(),
        filing.order_no.clone().unwrap_or_default(),
        terms::kind(t, filing.kind),
        terms::province(t, filing.province),
        terms::word(t, "state", filing.state.as_str()),
        reason.unwrap_or_default(),
        filing.created_at.to_string(),
        filing.reported_at.map(|at| at.to_string()).unwrap_or_default(),
        filing.round_no.to_string(),
    ])
}

pub(super) async fn download(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    let ids = match asked.ids(&app, provider, MAX_ROWS).await {
        Ok(page) => page.items,
        Err(error) => return failed(&error).into_response(),
    };
    let t = texts(staff.visitor.language);
    let read = app.readers.read(move |reader| {
        let mut text = BYTE_ORDER_MARK.to_owned() + &head(t);
        for id in ids {
            if let Some(filing) = reader.filing(id)? {
                text.push_str(&row(t, &filing));
            }
        }
        Ok(text)
    });
    match read.await {
        Ok(text) => file("filings.csv", "text/csv; charset=utf-8", text),
        Err(error) => failed(&error).into_response(),
    }
}
