//! The impact preview: a sentence, counts by kind, province and what differs, the first examples, and the counts as CSV.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::rules::Version;
use heyan_domain::rules::impact::Differs;
use heyan_domain::terms::Roles;
use serde::Deserialize;

use super::impact::{EXAMPLES, Impact, MAX_FILINGS, measure};
use super::{defect, find, path};
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::funnel::csv;
use crate::console::parts::{
    Alert, Cards, Cell, Choice, Column, Empty, Field, Filters, Heading, Lines, Table, Tone,
};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::console::texts;
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/console/operator/rules/versions/{id}/impact", OVERSEERS, show),
        page("/console/operator/rules/versions/{id}/impact.csv", OVERSEERS, export),
    ]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    days: String,
}

impl Asked {
    /// What stands for nothing asks for the first choice.
    fn days(&self) -> u16 {
        match self.days.as_str() {
            "7" => 7,
            "90" => 90,
            _ => 30,
        }
    }
}

fn word(t: &Texts, differs: Differs) -> String {
    t.get(&format!("impact-{}", differs.as_str()))
}

async fn show(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let (version, measured) = match both(&app, &id, &asked).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let shell = Shell::new(&app, &staff, "impact-title");
    let t = shell.t;
    let days = ["30", "7", "90"]
        .map(|days| Choice { value: days.to_owned(), label: t.one("funnel-days", "days", days) });
    let filters = Filters {
        path: format!("{}/impact", path(version.id)),
        fields: vec![Field::select("days", t.get("funnel-time"), &asked.days, days.to_vec())],
        submit: t.get("filter-submit"),
        reset: None,
    };
    let back = Cards::new().link(path(version.id), t.one("versions-version-of", "set", &version.set));
    let blocks = Blocks::new(shell).intro("impact-intro").part(&filters);
    let impact = match measured {
        Ok(impact) => impact,
        Err(defects) => {
            let alert = Alert::new(Tone::Error, t.get("versions-does-not-fit"));
            let alert = defects.iter().fold(alert, |alert, one| alert.more(defect(t, one)));
            return blocks.part(&alert).part(&back).respond();
        }
    };
    let csv = format!("{}/impact.csv?days={}", path(version.id), asked.days());
    let blocks = blocks.part(&Lines { lines: summary(t, &impact, asked.days()) });
    let blocks = blocks.part(&Heading { text: t.get("impact-counts") }).part(&counts(t, &impact));
    let blocks = if impact.otherwise == 0 {
        blocks
    } else {
        blocks
            .part(&Heading { text: t.one("impact-examples", "count", EXAMPLES) })
            .part(&examples(t, &impact))
    };
    blocks.part(&back.link(csv, t.get("impact-export"))).respond()
}

type Measured = Result<Impact, Vec<heyan_domain::rulebook::Defect>>;

async fn both(app: &App, id: &str, asked: &Asked) -> Result<(Version, Measured), Problem> {
    let version = find(app, id).await?;
    let measured = measure(app, &version, asked.days()).await?;
    Ok((version, measured))
}

/// What it comes to, in sentences.
fn summary(t: &Texts, impact: &Impact, days: u16) -> Vec<String> {
    let values = [
        ("days", days.to_string()),
        ("rounds", impact.rounds.to_string()),
        ("otherwise", impact.otherwise.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut lines = vec![t.with("impact-summary", &values)];
    let each = impact.totals.iter().map(|(what, count)| {
        t.with("impact-of", &[("what", &word(t, *what)), ("count", &count.to_string())])
    });
    lines.extend(each);
    if impact.edited > 0 {
        lines.push(t.one("impact-edited", "count", impact.edited));
    }
    if impact.cut {
        lines.push(t.one("impact-cut", "count", MAX_FILINGS));
    }
    lines
}

fn counts(t: &Texts, impact: &Impact) -> Table {
    let columns = vec![
        Column::text(t.get("rules-kind")),
        Column::text(t.get("accounts-province")),
        Column::text(t.get("impact-what")),
        Column::number(t.get("funnel-rounds")),
    ];
    let empty = Empty { title: t.get("impact-none"), hint: t.get("impact-none-hint"), action: None };
    impact.counts.iter().fold(Table::new(t.get("impact-counts"), columns, empty), |table, (key, count)| {
        let (kind, province, what) = key;
        table.row(vec![
            Cell::text(t.kind(*kind)),
            Cell::text(t.province(*province)),
            Cell::text(word(t, *what)),
            Cell::number(*count),
        ])
    })
}

fn roles(t: &Texts, roles: Roles) -> String {
    let words: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
    if words.is_empty() { t.get("explain-nobody") } else { words.join(&t.get("adm-comma")) }
}

fn examples(t: &Texts, impact: &Impact) -> Table {
    let heads = [
        "impact-filing",
        "rules-kind",
        "accounts-province",
        "accounts-provider",
        "impact-reported",
        "impact-what",
        "impact-was",
        "impact-would-be",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("impact-none"), hint: t.get("impact-none-hint"), action: None };
    let table = Table::new(t.one("impact-examples", "count", EXAMPLES), columns, empty);
    impact.examples.iter().fold(table, |table, one| {
        let [was, would_be] = one.roles;
        table.row(vec![
            Cell::text(one.filing.to_string()),
            Cell::text(t.kind(one.kind)),
            Cell::text(t.province(one.province)),
            Cell::text(one.provider.as_str()),
            Cell::text(t.date_time(one.reported_at)),
            Cell::lines(one.differs.iter().map(|what| word(t, *what)).collect()),
            Cell::text(roles(t, was)),
            Cell::text(roles(t, would_be)),
        ])
    })
}

async fn export(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let impact = match both(&app, &id, &asked).await {
        Ok((_, Ok(impact))) => impact,
        Ok((_, Err(_))) => return Problem::Changed.into_response(),
        Err(problem) => return problem.into_response(),
    };
    let t = texts(staff.visitor.language);
    let heads = ["rules-kind", "accounts-province", "impact-what", "funnel-rounds"];
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    // The mark tells spreadsheets that the file is UTF-8.
    let mut file = String::from("\u{feff}");
    file.push_str(&line(heads.iter().map(|head| csv(&t.get(head))).collect()));
    for ((kind, province, what), count) in &impact.counts {
        let words = [t.kind(*kind), t.province(*province), word(t, *what)];
        let words = words.iter().map(|word| csv(word));
        file.push_str(&line(words.chain([count.to_string()]).collect()));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"heyan-impact.csv\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, file).into_response()
}
