//! `/console/provider/filings.csv`: the list as a file for a spreadsheet.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::filing::Filing;

use super::list::Asked;
use super::own::failed;
use super::terms;
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::{Problem, texts};
use crate::texts::Texts;

pub(super) const PATH: &str = "/console/provider/filings.csv";
/// The most rows of one file, the newest filings.
pub(super) const MAX_ROWS: usize = 10_000;
/// Without it some spreadsheets take UTF-8 for something else.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A cell that no spreadsheet takes for a formula, quoted as RFC 4180 says.
fn escaped(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let plain = if formula { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", plain.replace('"', "\"\""))
}

/// One line of cells.
pub(super) fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    cells.join(",") + "\r\n"
}

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
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"filings.csv\""),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, text).into_response()
        }
        Err(error) => failed(&error).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        assert_eq!(escaped("EX-0001"), "\"EX-0001\"");
        assert_eq!(escaped("=1+1"), "\"'=1+1\"");
        assert_eq!(escaped("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(escaped("a\"b,c"), "\"a\"\"b,c\"");
    }
}
