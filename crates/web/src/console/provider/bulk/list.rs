//! `/console/provider/bulk`: the form for a file, the templates, and the files handed in so far.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::bulk::{BulkJob, MAX_ROWS};
use heyan_domain::terms::ProviderId;
use heyan_store::tables::{BulkPlace, Page};
use serde::Deserialize;

use super::super::deed::new_key;
use super::super::links::Links;
use super::super::own::failed;
use super::super::{BULK, PAGE_ROWS, UPLOAD};
use super::{path, state};
use crate::api::cursor;
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::{Cell, Column, Empty, Field, FormPart, Heading, Lines, Pager, Table};
use crate::console::{Blocks, Problem, Shell};
use crate::texts::Texts;

/// The types of file that a browser offers first.
const ACCEPT: &str = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::console::provider) struct Asked {
    before: String,
}

fn columns(t: &Texts) -> Vec<Column> {
    vec![
        Column::text(t.get("bulk-when")),
        Column::text(t.get("bulk-state")),
        Column::number(t.get("bulk-rows")),
        Column::number(t.get("bulk-created")),
        Column::number(t.get("bulk-refused")),
        Column::text(t.get("bulk-ended")),
    ]
}

fn row(t: &Texts, job: &BulkJob) -> Vec<Cell> {
    let ended = job.state.ended_at().map_or_else(|| t.get("bulk-none"), |at| t.date_time(at));
    vec![
        Cell::link(path(job.id), t.date_time(job.created_at)),
        state(t, job),
        Cell::number(job.total.into()),
        Cell::number(job.created.into()),
        Cell::number(job.refused.into()),
        Cell::text(ended),
    ]
}

fn form(app: &App, shell: &Shell<'_>, wrong: Option<String>) -> FormPart {
    let t = shell.t;
    let file = Field::file("file", t.get("bulk-file"), ACCEPT).hint(t.get("bulk-file-hint")).error(wrong);
    FormPart::new(UPLOAD, shell.csrf(), t.get("bulk-submit"))
        .heading(t.get("bulk-upload"))
        .summary(t.get("bulk-wrong"))
        .field(Field::hidden("key", &new_key(app)))
        .field(file)
}

/// The page; with what is wrong with a file that has just come.
pub(super) async fn page(
    app: &App,
    staff: &Staff,
    provider: ProviderId,
    before: Option<BulkPlace>,
    wrong: Option<String>,
) -> Response {
    let read = app.readers.read(move |reader| reader.bulk_jobs(&provider, before, PAGE_ROWS));
    let jobs: Page<BulkJob, BulkPlace> = match read.await {
        Ok(jobs) => jobs,
        Err(error) => return failed(&error).into_response(),
    };
    let faulty = wrong.is_some();
    let shell = Shell::new(app, staff, "bulk-title").with_error(faulty);
    let t = shell.t;
    let form = form(app, &shell, wrong);
    let empty = Empty { title: t.get("bulk-no-jobs"), hint: t.get("bulk-no-jobs-hint"), action: None };
    let table = Table::new(t.get("bulk-jobs"), columns(t), empty);
    let table = jobs.items.iter().fold(table, |table, job| table.row(row(t, job)));
    let first = before.map(|_| (BULK.to_owned(), t.get("bulk-first")));
    let next =
        jobs.next.map(|place| (format!("{BULK}?before={}", cursor::behind_job(place)), t.get("bulk-next")));
    let links = Links::default()
        .link(format!("{BULK}/template.xlsx"), t.get("bulk-template-xlsx"))
        .link(format!("{BULK}/template.csv"), t.get("bulk-template-csv"));
    let intro = vec![t.one("bulk-intro", "rows", MAX_ROWS), t.get("bulk-whole")];
    Blocks::new(shell)
        .part(&Lines { lines: intro })
        .part(&links)
        .part(&form)
        .part(&Heading { text: t.get("bulk-jobs") })
        .part(&table)
        .part(&Pager { label: t.get("bulk-pages"), first, next })
        .part(&Lines { lines: vec![t.get("bulk-kept")] })
        .respond_with(if faulty { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}

pub(in crate::console::provider) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    page(&app, &staff, provider, cursor::read_job(&asked.before), None).await
}
