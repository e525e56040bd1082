//! What can be taken away: the templates, the errors of a file and its result.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::bulk::{BulkResult, MAX_ROWS};

use super::super::own::failed;
use super::job::wrong;
use super::own;
use crate::api::WORKBOOK;
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::bulk;
use crate::console::sheet::{BYTE_ORDER_MARK, line};
use crate::console::{Problem, texts};

const CSV: &str = "text/csv; charset=utf-8";

fn attachment(kind: &'static str, name: &str, body: impl Into<axum::body::Body>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    (headers, body.into()).into_response()
}

pub(in crate::console::provider) async fn csv_template(OfProvider(staff, _): OfProvider) -> Response {
    attachment(CSV, "template.csv", bulk::csv_template(staff.visitor.language))
}

pub(in crate::console::provider) async fn xlsx_template(OfProvider(staff, _): OfProvider) -> Response {
    match bulk::xlsx_template(staff.visitor.language) {
        Ok(bytes) => attachment(WORKBOOK, "template.xlsx", bytes),
        Err(error) => {
            tracing::error!(name: "console.template_failed", error = %error, "a template could not be written");
            Problem::System.into_response()
        }
    }
}

/// A file of lines, each made of what became of a row.
async fn download(
    app: &App,
    (staff, provider): (Staff, heyan_domain::terms::ProviderId),
    id: &str,
    (name, heading): (&'static str, &'static [&'static str]),
    of_row: impl Fn(&Staff, &BulkResult) -> Vec<Vec<String>>,
) -> Response {
    let job = match own(app, &provider, id).await {
        Ok(job) => job.id,
        Err(problem) => return problem.into_response(),
    };
    let errors = name.starts_with("errors");
    let read = app.readers.read(move |reader| {
        if errors { reader.bulk_errors(job, 0, MAX_ROWS) } else { reader.bulk_results(job, 0, MAX_ROWS) }
    });
    let results = match read.await {
        Ok(results) => results.items,
        Err(error) => return failed(&error).into_response(),
    };
    let t = texts(staff.visitor.language);
    let heading: Vec<String> = heading.iter().map(|key| t.get(key)).collect();
    let lines = results.iter().flat_map(|result| of_row(&staff, result)).map(|cells| line(&cells));
    let text = BYTE_ORDER_MARK.to_owned() + &line(&heading) + &lines.collect::<String>();
    attachment(CSV, name, text)
}

/// The rows that were not filed, and why.
pub(in crate::console::provider) async fn errors_csv(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let heading = &["bulk-row", "bulk-order-no", "bulk-column", "bulk-what", "bulk-code"];
    let now = app.clock.now();
    download(&app, (staff, provider), &id, ("errors.csv", heading), |staff, result| {
        let order_no = result.order_no.clone().unwrap_or_default();
        let wrong = wrong(result, staff.visitor.language, now).into_iter();
        wrong
            .map(|wrong| {
                let (row, code) = (result.row.to_string(), wrong.code.to_owned());
                vec![row, order_no.clone(), wrong.column, wrong.text, code]
            })
            .collect()
    })
    .await
}

/// What became of every row looked at so far.
pub(in crate::console::provider) async fn result_csv(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    let heading = &["bulk-row", "bulk-order-no", "bulk-filing"];
    download(&app, (staff, provider), &id, ("result.csv", heading), |_, result| {
        let filing = result.outcome.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![vec![result.row.to_string(), result.order_no.clone().unwrap_or_default(), filing]]
    })
    .await
}
