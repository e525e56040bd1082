//! One version: what it would change, its text, and the form that proposes to activate it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::rulebook::{Defect, show as rules_show};
use heyan_domain::rules::{Rules, Version};

use super::{PATH, Standing, defect, find, path, propose, proposed};
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::{may_change, read_only, time_or};
use crate::console::parts::Cell;
use crate::console::parts::{Alert, Cards, Column, Empty, Facts, Heading, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/operator/rules/versions/{id}", OVERSEERS, show),
        page("/console/operator/rules/versions/{id}/text", OVERSEERS, text),
    ]
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    match find(&app, &id).await {
        Ok(version) => answer(&app, &staff, &version, &propose::Typed::default(), None).await,
        Err(problem) => problem.into_response(),
    }
}

/// Rows of set, name, now, then.
type Changes = Vec<[String; 4]>;

/// What would be otherwise than in the book in force at an instant, set by set: a set that rests on the file changes with it.
fn changes(rules: &Rules, version: &Version, at: heyan_domain::Timestamp) -> Result<Changes, Vec<Defect>> {
    let before = rules.book_at(at);
    let after = before.with_file(&version.text)?;
    let mut rows = Vec::new();
    for set in after.sets() {
        let id = || set.id.to_string();
        match before.set(set.id.as_str()) {
            Some(was) => rows.extend(
                rules_show::differences(was, set).into_iter().map(|[name, was, is]| [id(), name, was, is]),
            ),
            None => rows.push([id(), "id".to_owned(), "-".to_owned(), id()]),
        }
    }
    let permitted = |book: &heyan_domain::rulebook::Rulebook| {
        let rows = book.overlay().map(|(_, rows)| rows).unwrap_or_default();
        let from =
            |at: Option<heyan_domain::Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        rows.iter().map(|row| (row.kind, from(row.from))).collect::<Vec<_>>()
    };
    let (was, is) = (permitted(before), permitted(&after));
    for kind in heyan_domain::terms::ServiceKind::ALL {
        let of = |rows: &[(heyan_domain::terms::ServiceKind, String)]| {
            rows.iter().find(|(known, _)| known == kind).map(|(_, from)| from.clone())
        };
        let (was, is) = (of(&was), of(&is));
        if was != is {
            let said = |from: Option<String>| from.unwrap_or_default();
            rows.push(["service-kinds".to_owned(), kind.to_string(), said(was), said(is)]);
        }
    }
    Ok(rows)
}

/// The page, with the form as it was typed.
pub(super) async fn answer(
    app: &App,
    staff: &Staff,
    version: &Version,
    typed: &propose::Typed,
    wrong: Option<propose::Wrong>,
) -> Response {
    let (rules, now) = (app.rules.current(), app.clock.now());
    let (compared, these) = (version.clone(), Arc::clone(&rules));
    let read =
        app.readers.read(move |reader| Ok((proposed(reader, now)?, changes(&these, &compared, now)))).await;
    let Ok((proposed, changes)) = read else { return Problem::System.into_response() };
    let t = crate::console::texts(staff.visitor.language);
    let heading = t.one("versions-version-of", "set", &version.set);
    let shell = Shell::with_heading(app, staff, heading).with_error(wrong.is_some());
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let standing = Standing::of(version, &rules, &proposed, now);
    let facts = Facts::new()
        .text(t.get("versions-set"), version.set.as_str())
        .cell(t.get("versions-standing"), standing.cell(t))
        .text(t.get("versions-start"), time_or(t, standing.from(), "operator-none"))
        .text(t.get("versions-by"), version.added.by.name.as_str())
        .text(t.get("versions-added"), t.date_time(version.added.at));
    let ways = Cards::new()
        .link(format!("{}/impact", path(version.id)), t.get("impact-title"))
        .link(format!("{}/text", path(version.id)), t.get("versions-text-link"))
        .link(PATH, t.get("operator-back"));
    let blocks =
        Blocks::new(shell).part(&facts).part(&ways).part(&Heading { text: t.get("versions-changes") });
    let blocks = match &changes {
        Ok(changes) => blocks.part(&table(t, changes)),
        Err(defects) => {
            let alert = Alert::new(Tone::Error, t.get("versions-does-not-fit"));
            blocks.part(&defects.iter().fold(alert, |alert, one| alert.more(defect(t, one))))
        }
    };
    let blocks = if may_change(staff) {
        blocks.part(&propose::form(t, staff, version, typed, wrong))
    } else {
        blocks.part(&read_only(t))
    };
    blocks.respond_with(status)
}

fn table(t: &Texts, changes: &Changes) -> Table {
    let heads = ["versions-set", "rules-value", "versions-now", "versions-then"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("versions-same"), hint: t.get("versions-same-hint"), action: None };
    changes.iter().fold(
        Table::new(t.get("versions-changes"), columns, empty),
        |table, [set, name, was, is]| {
            table.row(vec![
                Cell::text(set.as_str()),
                Cell::text(name.as_str()),
                Cell::text(was.as_str()),
                Cell::marked(is.as_str()),
            ])
        },
    )
}

async fn text(State(app): State<Arc<App>>, _staff: Staff, Path(id): Path<String>) -> Response {
    match find(&app, &id).await {
        Ok(version) => {
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
            ];
            (headers, version.text.to_string()).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}
