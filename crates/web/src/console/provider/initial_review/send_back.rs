//! `…/{filing}/send-back`: 初审退回, with a reason for each field that is to be corrected.
//!
//! Of every field there is a box to tick, `at.<name>`, and a line to write, `why.<name>`.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use heyan_domain::decide::Expected;
use heyan_domain::filing::initial_review::{FieldReason, InitialReviewAction, MAX_REASON_CHARS};

use super::super::form::{FiledSection, filed, pointer_of};
use super::case::{Asked, Carried, Case};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::ErrorSummary;
use crate::console::{Problem, Shell, html};
use crate::texts::Texts;

/// One field that may be sent back.
struct Row {
    name: String,
    label: String,
    value: String,
    ticked: bool,
    text: String,
    wrong: Option<String>,
}

struct Section {
    heading: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "console/provider/send_back.html")]
struct Page<'p> {
    shell: Shell<'p>,
    name: String,
    summary: Option<ErrorSummary>,
    path: String,
    back: String,
    carried: [(&'static str, String); 3],
    sections: Vec<Section>,
}

/// What was ticked and written, by the names of the fields.
type Typed = BTreeMap<String, String>;

fn is_ticked(typed: &Typed, name: &str) -> bool {
    typed.contains_key(&format!("at.{name}"))
}

fn text_of<'t>(typed: &'t Typed, name: &str) -> &'t str {
    typed.get(&format!("why.{name}")).map_or("", |text| text.trim())
}

/// What is wrong with one field's reason.
fn judge(t: &Texts, typed: &Typed, name: &str) -> Option<String> {
    let text = text_of(typed, name);
    match (is_ticked(typed, name), text.is_empty()) {
        (true, true) => Some(t.get("initial-reason-missing")),
        (false, false) => Some(t.get("initial-reason-unticked")),
        (true, false) if text.chars().count() > MAX_REASON_CHARS => {
            Some(t.one("initial-reason-long", "max", MAX_REASON_CHARS))
        }
        (true, false) if text.chars().any(char::is_control) => Some(t.get("initial-reason-characters")),
        (true | false, _) => None,
    }
}

fn section(t: &Texts, filed: FiledSection, typed: &Typed, judged: bool) -> Section {
    let heading = filed.heading;
    let row = |field: super::super::form::Filed| Row {
        ticked: is_ticked(typed, &field.name),
        text: text_of(typed, &field.name).to_owned(),
        wrong: judge(t, typed, &field.name).filter(|_| judged).map(|text| {
            let values =
                [("section", heading.as_str()), ("label", field.label.as_str()), ("text", text.as_str())];
            t.with("provider-wrong-at", &values)
        }),
        value: if field.value.is_empty() { t.get("initial-left-blank") } else { field.value },
        name: field.name,
        label: field.label,
    };
    let rows = filed.fields.into_iter().map(row).collect();
    Section { heading, rows }
}

fn page(app: &App, staff: &Staff, case: &Case, carried: &Carried, typed: &Typed, judged: bool) -> Response {
    let t = crate::console::texts(staff.visitor.language);
    let found = filed(t, &case.view.body.draft);
    let sections: Vec<Section> = found.into_iter().map(|one| section(t, one, typed, judged)).collect();
    let rows = || sections.iter().flat_map(|section| &section.rows);
    let mut wrong: Vec<(String, String)> =
        rows().filter_map(|row| Some((format!("why.{}", row.name), row.wrong.clone()?))).collect();
    if judged
        && wrong.is_empty()
        && let Some(first) = rows().next()
    {
        wrong.push((format!("at.{}", first.name), t.get("initial-no-reason")));
    }
    let status = if judged { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page {
        shell: Shell::new(app, staff, "initial-send-back").with_error(judged),
        name: case.name(),
        summary: judged.then(|| ErrorSummary::new(t.get("form-problems"), wrong)),
        path: case.path("/send-back"),
        back: case.path(""),
        carried: carried.fields(),
        sections,
    };
    html(status, &page)
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
) -> Response {
    match Case::open(&app, &staff, &provider, &id).await {
        Ok(case) => page(&app, &staff, &case, &Carried::of(&app, &case), &Typed::new(), false),
        Err(answer) => answer,
    }
}

/// The reasons as the command takes them; `None` if something is wrong with them, or there is none.
fn reasons(t: &'static Texts, case: &Case, typed: &Typed) -> Option<Vec<FieldReason>> {
    let sections = filed(t, &case.view.body.draft);
    let names = || sections.iter().flat_map(|section| section.fields.iter().map(|field| field.name.as_str()));
    if names().any(|name| judge(t, typed, name).is_some()) {
        return None;
    }
    let ticked = names().filter(|name| is_ticked(typed, name));
    let reasons: Vec<FieldReason> = ticked
        .map(|name| FieldReason { pointer: pointer_of(name), text: text_of(typed, name).to_owned() })
        .collect();
    (!reasons.is_empty()).then_some(reasons)
}

pub(super) async fn act(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    Path(id): Path<String>,
    fields: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let (view, events) = match super::super::own::filing_with_events(&app, &provider, &id).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let Ok(Form(fields)) = fields else { return Problem::Unreadable.into_response() };
    let typed: Typed = fields.into_iter().collect();
    let number = |name: &str| typed.get(name).and_then(|text| text.parse::<i64>().ok());
    let version = number("version").and_then(|version| u32::try_from(version).ok());
    let (Some(version), Some(seen), Some(key)) = (version, number("seen"), typed.get("key").cloned()) else {
        return Problem::Unreadable.into_response();
    };
    let carried = Carried { version, seen, key };
    let t = crate::console::texts(staff.visitor.language);
    let filing = view.filing.id;
    let found = match view.initial_review.clone() {
        Some(review) => {
            let case = Case { view, events, review };
            match reasons(t, &case, &typed) {
                Some(reasons) => reasons,
                None => return page(&app, &staff, &case, &carried, &typed, true),
            }
        }
        // It has left 初审: the command says so, or that the same form has sent it back.
        None => Vec::new(),
    };
    let (by, of, expected) = (staff.named(), provider.clone(), Expected::Version(version));
    let body = {
        let said = typed.iter().filter(|(name, _)| name.starts_with("at.") || name.starts_with("why."));
        serde_json::to_vec(&said.collect::<Vec<_>>()).unwrap_or_default()
    };
    let action = InitialReviewAction::SendBack { by, provider: of, filing, expected, reasons: found };
    let asked = Asked {
        app: &app,
        staff: &staff,
        provider: &provider,
        carried: &carried,
        form: "send-back",
        body: &body,
        done: "initial-sent-back",
    };
    asked.carry_out(&id, action).await
}
