//! `/console/provider/bulk/jobs/{job}`: how far a file has come, and the rows that were not filed.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::bulk::{BulkJob, BulkResult, BulkState, Fault, MAX_FAULTY_ROWS};
use heyan_domain::filing::raw;
use serde::Deserialize;

use super::super::links::Links;
use super::super::own::failed;
use super::super::{BULK, PAGE_ROWS};
use super::{own, path, state};
use crate::api::row_problem;
use crate::app::App;
use crate::auth::OfProvider;
use crate::bulk::of_pointer;
use crate::console::parts::{Alert, Cell, Column, Empty, Facts, Pager, Table, Tone};
use crate::console::{Blocks, Problem, Shell, texts};
use crate::texts::{Language, Texts};

/// How often the page is read again while rows are being filed. A header does it, so that no script is needed.
const REFRESH: (HeaderName, HeaderValue) =
    (HeaderName::from_static("refresh"), HeaderValue::from_static("5"));

/// How many rows have been looked at, as a bar and in words.
#[derive(Template)]
#[template(
    source = "<p class=\"progress\"><label for=\"progress\">{{ label }}</label> <progress id=\"progress\" max=\"{{ total }}\" value=\"{{ done }}\"></progress> <span>{{ text }}</span></p>",
    ext = "html"
)]
struct Progress {
    label: String,
    text: String,
    total: u32,
    done: u32,
}

/// What is wrong with a row, one line each: its column, the public code, the words.
pub(super) struct Wrong {
    pub column: String,
    pub code: &'static str,
    pub text: String,
}

/// What is wrong with a row, in a language.
pub(super) fn wrong(result: &BulkResult, language: Language, now: Timestamp) -> Vec<Wrong> {
    let t = texts(language);
    let mut wrong = Vec::new();
    for error in result.outcome.as_ref().err().into_iter().flatten() {
        for told in row_problem(error, now).told_with_codes(language) {
            let column = of_pointer(&told.pointer);
            // People are told the words that they read, programs those of the wire; both are understood.
            let text = match (&error.fault, column) {
                (Fault::Member(raw::Problem::Word(words)), Some(column)) => {
                    let words: Vec<String> = words.iter().map(|wire| column.word(language, wire)).collect();
                    t.one("bulk-words", "words", words.join(&t.get("bulk-or")))
                }
                _ => told.text,
            };
            let column = column.map_or_else(|| t.get("bulk-whole-row"), |column| column.name(language));
            wrong.push(Wrong { column, code: told.code.as_str(), text });
        }
    }
    wrong
}

fn alert(t: &Texts, job: &BulkJob) -> Alert {
    let numbers = [
        ("total", job.total.to_string()),
        ("created", job.created.to_string()),
        ("refused", job.refused.to_string()),
    ];
    let values: Vec<(&str, &str)> = numbers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    match job.state {
        BulkState::Working => Alert::new(Tone::Info, t.get("bulk-working")),
        BulkState::Finished { .. } if job.refused > 0 => {
            Alert::new(Tone::Warning, t.with("bulk-finished-partly", &values))
        }
        BulkState::Finished { .. } => Alert::new(Tone::Success, t.with("bulk-finished", &values)),
        BulkState::Refused { .. } => {
            let alert = Alert::new(Tone::Error, t.with("bulk-refused-file", &values));
            let all = usize::try_from(job.refused).is_ok_and(|rows| rows <= MAX_FAULTY_ROWS);
            if all { alert } else { alert.more(t.one("bulk-first-only", "limit", MAX_FAULTY_ROWS)) }
        }
    }
}

fn facts(t: &Texts, job: &BulkJob) -> Facts {
    let ended = job.state.ended_at().map_or_else(|| t.get("bulk-none"), |at| t.date_time(at));
    Facts::new()
        .cell(t.get("bulk-state"), state(t, job))
        .text(t.get("bulk-rows"), job.total.to_string())
        .text(t.get("bulk-created"), job.created.to_string())
        .text(t.get("bulk-refused"), job.refused.to_string())
        .text(t.get("bulk-when"), t.date_time(job.created_at))
        .text(t.get("bulk-ended"), ended)
}

fn table(t: &Texts, job: &BulkJob, results: &[BulkResult], language: Language, now: Timestamp) -> Table {
    let columns = vec![
        Column::number(t.get("bulk-row")),
        Column::text(t.get("bulk-order-no")),
        Column::text(t.get("bulk-column")),
        Column::text(t.get("bulk-what")),
        Column::text(t.get("bulk-code")),
    ];
    let refused = matches!(job.state, BulkState::Refused { .. });
    let caption = t.get(if refused { "bulk-errors-file" } else { "bulk-errors" });
    let empty = Empty { title: t.get("bulk-no-errors"), hint: t.get("bulk-no-errors-hint"), action: None };
    let mut table = Table::new(caption, columns, empty);
    for result in results {
        let order_no = result.order_no.clone().unwrap_or_else(|| t.get("bulk-none"));
        for wrong in wrong(result, language, now) {
            table = table.row(vec![
                Cell::number(result.row.into()),
                Cell::text(order_no.clone()),
                Cell::text(wrong.column),
                Cell::text(wrong.text),
                Cell::link(format!("/docs/errors/{}", wrong.code), wrong.code),
            ]);
        }
    }
    table
}

fn links(t: &Texts, job: &BulkJob) -> Links {
    let here = path(job.id);
    let mut links = Links::default();
    if job.state == BulkState::Working {
        links = links.main(here.clone(), t.get("bulk-reload"));
    }
    if job.refused > 0 {
        links = links.link(format!("{here}/errors.csv"), t.get("bulk-errors-csv"));
    }
    if job.created > 0 {
        links = links.link(format!("{here}/result.csv"), t.get("bulk-result-csv"));
    }
    links.link(BULK, t.get("bulk-back"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::console::provider) struct Asked {
    after: u32,
}

pub(in crate::console::provider) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(Asked { after })) = asked else { return Problem::Unreadable.into_response() };
    let job = match own(&app, &provider, &id).await {
        Ok(job) => job,
        Err(problem) => return problem.into_response(),
    };
    let id = job.id;
    let read = app.readers.read(move |reader| reader.bulk_errors(id, after, PAGE_ROWS));
    let errors = match read.await {
        Ok(errors) => errors,
        Err(error) => return failed(&error).into_response(),
    };
    let language = staff.visitor.language;
    let t = texts(language);
    let shell = Shell::with_heading(&app, &staff, t.one("bulk-job-title", "at", t.date_time(job.created_at)));
    let (here, working) = (path(id), job.state == BulkState::Working);
    let first = (after > 0).then(|| (here.clone(), t.get("bulk-first")));
    let next = errors.next.map(|place| (format!("{here}?after={place}"), t.get("bulk-next")));
    let (done, total) = (job.done().to_string(), job.total.to_string());
    let progress = Progress {
        label: t.get("bulk-progress"),
        text: t.with("bulk-progress-text", &[("done", &done), ("total", &total)]),
        total: job.total,
        done: job.done(),
    };
    let mut blocks = Blocks::new(shell).part(&alert(t, &job));
    if !matches!(job.state, BulkState::Refused { .. }) {
        blocks = blocks.part(&progress);
    }
    let mut response = blocks
        .part(&facts(t, &job))
        .part(&links(t, &job))
        .part(&table(t, &job, &errors.items, language, app.clock.now()))
        .part(&Pager { label: t.get("bulk-pages"), first, next })
        .respond();
    // Somebody who reads a later page of errors is left to read.
    if working && after == 0 {
        let (name, value) = REFRESH;
        response.headers_mut().insert(name, value);
    }
    response
}
