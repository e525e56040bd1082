//! The pages of the form.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use heyan_domain::filing::Preview;
use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::initial_review::{InitialReviewRule, SentBack};
use heyan_domain::terms::FilingKind;

use super::super::deed::new_key;
use super::super::wrong::Wrong;
use super::super::{FORM, NEW, terms};
use super::filed::reasons;
use super::plan::{Maker, Need, Plan, Section};
use super::typed::{MAX_FORM_SERVICES, Typed};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{
    Alert, Cell, Column, Empty, ErrorSummary, Facts, Field, Filters, Heading, Table, Tone,
};
use crate::console::{Blocks, Shell, html};
use crate::texts::Texts;

/// Where the summary leads for what is wrong with the whole: the heading of the first section.
const FIRST_SECTION: &str = "section-1";

/// The filing that is corrected; nothing of a new one.
#[derive(Clone, Copy, Default)]
pub(super) struct Base<'b> {
    pub draft: Option<&'b Draft>,
    /// What the last 初审 has said about it.
    pub sent_back: Option<&'b SentBack>,
}

impl Base<'_> {
    fn sent_back(self, t: &'static Texts) -> Vec<(String, String)> {
        match (self.draft, self.sent_back) {
            (Some(draft), Some(sent_back)) => reasons(t, draft, sent_back),
            (_, None) | (None, _) => Vec::new(),
        }
    }
}

/// Kind and province first.
pub(super) fn first_page(app: &App, staff: &Staff, kind: &str, province: &str) -> Response {
    let shell = Shell::new(app, staff, "menu-provider-new");
    let t = shell.t;
    let kinds = FilingKind::ALL.iter().map(|kind| kind.as_str());
    let form = Filters {
        path: NEW.to_owned(),
        fields: vec![
            Field::select("kind", t.get("provider-kind"), kind, terms::choices(t, "kind", None, kinds)),
            Field::select("province", t.get("provider-province"), province, terms::provinces(t, None)),
        ],
        submit: t.get("provider-go-on"),
        reset: None,
    };
    Blocks::new(shell).intro("provider-new-intro").part(&form).respond()
}

#[derive(Template)]
#[template(path = "console/provider/form.html")]
struct FormPage<'p> {
    shell: Shell<'p>,
    intro: String,
    summary: Option<ErrorSummary>,
    path: &'static str,
    /// What is known already: kind, province, the filing that is corrected.
    hidden: Vec<(String, String)>,
    sections: Vec<Section>,
    can_add: bool,
}

/// The field of the form that is nearest to a member of the body: the member itself, the one that holds it, or the first
/// one that it holds.
fn nearest(pointer: &str, names: &[String]) -> String {
    let wanted = pointer.trim_start_matches('/').replace('/', ".");
    let mut shorter = wanted.as_str();
    while !shorter.is_empty() {
        if names.iter().any(|name| name == shorter) {
            return shorter.to_owned();
        }
        let inside = format!("{shorter}.");
        if let Some(first) = names.iter().find(|name| name.starts_with(&inside)) {
            return first.clone();
        }
        shorter = shorter.rsplit_once('.').map_or("", |(rest, _)| rest);
    }
    names.first().cloned().unwrap_or_default()
}

/// What is wrong, by the name of its field and under its section and label: the same words at the field and in the summary.
/// What is wrong with the whole stands in the summary alone.
fn placed(t: &Texts, sections: &[Section], wrong: Vec<Wrong>) -> Vec<(String, String)> {
    let fields = || sections.iter().flat_map(|section| section.fields.iter().map(move |one| (section, one)));
    let names: Vec<String> = fields().map(|(_, field)| field.name().to_owned()).collect();
    let mut placed: Vec<(String, String)> = Vec::with_capacity(wrong.len());
    for wrong in wrong {
        let name = nearest(&wrong.pointer, &names);
        let found = fields().find(|(_, field)| field.name() == name && !wrong.pointer.is_empty());
        let one = match found {
            Some((section, field)) => {
                let text = if field.is_choice() { wrong.of_choice } else { wrong.text };
                let values = [
                    ("section", section.heading.as_str()),
                    ("label", field.label()),
                    ("text", text.as_str()),
                ];
                (name, t.with("provider-wrong-at", &values))
            }
            None => (FIRST_SECTION.to_owned(), wrong.text),
        };
        if !placed.contains(&one) {
            placed.push(one);
        }
    }
    // In the order of the form; what is wrong with the whole comes first.
    placed.sort_by_key(|(name, _)| names.iter().position(|other| other == name));
    placed
}

/// The form with what was typed.
pub(super) fn form(
    app: &App,
    staff: &Staff,
    plan: Plan,
    typed: &Typed,
    base: Base<'_>,
    wrong: Vec<Wrong>,
) -> Response {
    let heading = if base.draft.is_some() { "provider-correct" } else { "menu-provider-new" };
    let shell = Shell::new(app, staff, heading).with_error(!wrong.is_empty());
    let t = shell.t;
    let said = base.sent_back(t);
    let maker = |wrong: &[(String, String)]| {
        Maker { t, typed, base: base.draft, wrong, sent_back: &said }.sections(plan)
    };
    let wrong = placed(t, &maker(&[]), wrong);
    let sections = maker(&wrong);
    let (kind, province) =
        (terms::kind(t, plan.kind), t.get(&format!("province-{}", typed.text("province"))));
    let known = ["kind", "province", "count", "filing", "version", "seen"];
    let hidden = known.iter().filter(|name| !typed.text(name).is_empty());
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let summary = if !wrong.is_empty() {
        Some(ErrorSummary::new(t.get("form-problems"), wrong))
    } else if !said.is_empty() {
        Some(ErrorSummary::new(t.get("initial-was-sent-back"), said.clone()))
    } else {
        None
    };
    let page = FormPage {
        intro: t.with("provider-form-intro", &[("kind", &kind), ("province", &province)]),
        summary,
        path: FORM,
        hidden: hidden.map(|name| ((*name).to_owned(), typed.text(name).to_owned())).collect(),
        sections,
        can_add: plan.services != Need::Absent && typed.services() < MAX_FORM_SERVICES,
        shell,
    };
    html(status, &page)
}

/// Who will have to verify.
pub(in crate::console::provider) fn asked(t: &Texts, preview: &Preview) -> Table {
    let columns = vec![Column::text(t.get("provider-who")), Column::text(t.get("provider-phone"))];
    let (title, hint) = (t.get("provider-asks-nobody"), t.get("provider-asks-nobody-hint"));
    let empty = Empty { title, hint, action: None };
    preview.asked.iter().fold(
        Table::new(t.get("provider-will-verify"), columns, empty),
        |table, (roles, phone)| {
            table.row(vec![Cell::text(terms::roles(t, *roles)), Cell::text(phone.masked())])
        },
    )
}

#[derive(Template)]
#[template(path = "console/provider/submit.html")]
struct Buttons {
    path: &'static str,
    csrf: String,
    hidden: Vec<(String, String)>,
    purpose: &'static str,
    submit: String,
    save: String,
    edit: String,
}

/// The answers once more, who will have to verify, and the buttons.
pub(super) fn check(
    app: &App,
    staff: &Staff,
    plan: Plan,
    typed: &Typed,
    base: Base<'_>,
    (preview, rule): (&Preview, InitialReviewRule),
) -> Response {
    let shell = Shell::new(app, staff, "provider-check-title");
    let t = shell.t;
    let sections = Maker { t, typed, base: base.draft, wrong: &[], sent_back: &[] }.sections(plan);
    let mut hidden: Vec<(String, String)> = typed
        .all()
        .filter(|(name, value)| *name != "key" && !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    hidden.push(("key".to_owned(), new_key(app)));
    let submit = Buttons {
        path: FORM,
        csrf: staff.csrf.clone(),
        hidden,
        purpose: if rule == InitialReviewRule::Skipped { "submit" } else { "review" },
        submit: t.get(if rule == InitialReviewRule::Skipped { "provider-submit" } else { "initial-submit" }),
        save: t.get("provider-save"),
        edit: t.get("provider-edit"),
    };
    let mut page = Blocks::new(shell).intro(if rule == InitialReviewRule::Skipped {
        "provider-check-intro"
    } else {
        "initial-check-intro"
    });
    page = page.part(&Heading { text: t.get("provider-will-verify") }).part(&asked(t, preview));
    for warning in &preview.warnings {
        page = page.part(&Alert::new(Tone::Warning, terms::word(t, "warning", warning.as_str())));
    }
    let facts = Facts::new()
        .text(t.get("provider-kind"), terms::kind(t, plan.kind))
        .text(t.get("provider-province"), t.get(&format!("province-{}", typed.text("province"))))
        .text(t.get("provider-ruleset-name"), preview.ruleset.to_string());
    page = page.part(&facts);
    for section in sections {
        let filled: Vec<&Field> = section.fields.iter().filter(|field| !field.shown().is_empty()).collect();
        // A kind of document that a browser has chosen by itself says nothing of somebody who is not named.
        let says = section.hint.is_none() || filled.iter().any(|field| !field.is_choice());
        if says && !filled.is_empty() {
            let facts = filled
                .into_iter()
                .fold(Facts::new(), |facts, field| facts.text(field.label().to_owned(), field.shown()));
            page = page.part(&Heading { text: section.heading }).part(&facts);
        }
    }
    page.part(&submit).respond()
}
