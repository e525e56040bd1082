//! One set as a matrix: for each kind of filing who has to verify, and the sentence that says so; then every value.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::rulebook::{PartyRule, RuleSet, When, show};
use heyan_domain::terms::{FilingKind, Initiator, Role};

use super::{PATH, names_or_all, title};
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::time_or;
use crate::console::parts::{Cell, Column, Empty, Facts, Heading, Table, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/rules/sets/{set}", OVERSEERS, show_set)]
}

async fn show_set(State(app): State<Arc<App>>, staff: Staff, Path(name): Path<String>) -> Response {
    let book = app.rules.book_at(app.clock.now());
    let Some(set) = book.set(&name) else { return Problem::NotFound.into_response() };
    let shell = Shell::with_heading(&app, &staff, title(&set.title, staff.visitor.language).to_owned());
    let t = shell.t;
    let providers = set.scope.providers.iter().map(ToString::to_string).collect::<Vec<_>>();
    let provinces = set.scope.provinces.iter().map(|province| t.province(*province)).collect::<Vec<_>>();
    let base = match &set.base {
        Some(base) => Cell::link(format!("{PATH}/sets/{base}"), base.as_str()),
        None => Cell::text(t.get("operator-none")),
    };
    let facts = Facts::new()
        .text(t.get("rules-set"), set.id.as_str())
        .text(t.get("rules-from"), t.date_time(set.effective_from))
        .text(t.get("rules-until"), time_or(t, set.effective_until, "rules-further-notice"))
        .text(t.get("rules-provinces"), names_or_all(t, &provinces))
        .text(t.get("rules-providers"), names_or_all(t, &providers))
        .cell(t.get("rules-base"), base)
        .text(t.get("rules-document"), set.source.document.as_str())
        .text(t.get("rules-place"), set.source.place.as_str())
        .cell(t.get("rules-title"), Cell::link(PATH, t.get("operator-back")));
    Blocks::new(shell)
        .part(&facts)
        .part(&Heading { text: t.get("rules-who") })
        .part(&matrix(t, set))
        .part(&Heading { text: t.get("rules-values") })
        .part(&values(t, set))
        .respond()
}

/// Kinds × roles. A kind with conditions has one line for each.
fn matrix(t: &Texts, set: &RuleSet) -> Table {
    let columns = [
        t.get("rules-kind"),
        t.get("rules-when"),
        t.role(Role::EntityHead),
        t.role(Role::ServiceHead),
        t.get("rules-document"),
        t.get("rules-place"),
    ];
    let columns = columns.into_iter().map(Column::text).collect();
    let rules = show::sorted_parties(set);
    let of_kind = |kind: &FilingKind| {
        let kind = *kind;
        rules.iter().filter(move |rule| rule.kinds.contains(&kind)).map(move |rule| (kind, *rule))
    };
    let empty = Empty { title: t.get("rules-none"), hint: t.get("rules-none-hint"), action: None };
    FilingKind::ALL
        .iter()
        .flat_map(of_kind)
        .fold(Table::new(t.get("rules-who"), columns, empty), |table, (kind, rule)| {
            table.row(matrix_row(t, kind, rule))
        })
}

/// When a line applies, in the words of the page.
fn conditions(t: &Texts, when: When) -> String {
    let initiator = when.initiator.map(|initiator| initiator == Initiator::Provider);
    let questions = [
        (when.entity_changes, "rules-when-entity-changes", "rules-when-entity-stays"),
        (when.service_changes, "rules-when-service-changes", "rules-when-service-stays"),
        (when.access_changes, "rules-when-access-changes", "rules-when-access-stays"),
        (when.province_changes, "rules-when-province-changes", "rules-when-province-stays"),
        (initiator, "rules-when-by-provider", "rules-when-by-holder"),
        (when.record_at_this_provider, "rules-when-record-here", "rules-when-record-elsewhere"),
    ];
    let said =
        questions.into_iter().filter_map(|(asked, yes, no)| Some(t.get(if asked? { yes } else { no })));
    let said: Vec<String> = said.collect();
    if said.is_empty() { t.get("rules-every-case") } else { said.join(&t.get("rules-when-and")) }
}

fn matrix_row(t: &Texts, kind: FilingKind, rule: &PartyRule) -> Vec<Cell> {
    let asked = |role| {
        if rule.roles.contains(role) {
            Cell::tag(Tone::Success, t.get("rules-verifies"))
        } else if rule.suspended.contains(role) {
            Cell::tag(Tone::Warning, t.get("rules-suspended"))
        } else {
            Cell::text(t.get("rules-not-asked"))
        }
    };
    let lines = std::iter::once(conditions(t, rule.when)).chain(rule.note.clone()).collect();
    vec![
        Cell::lines(vec![t.kind(kind), rule.row.clone()]),
        Cell::lines(lines),
        asked(Role::EntityHead),
        asked(Role::ServiceHead),
        Cell::text(rule.source.document.as_str()),
        Cell::text(rule.source.place.as_str()),
    ]
}

fn values(t: &Texts, set: &RuleSet) -> Table {
    let heads = ["rules-value", "rules-value-is", "rules-document", "rules-place"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = Empty { title: t.get("rules-none"), hint: t.get("rules-none-hint"), action: None };
    show::values(set).into_iter().fold(
        Table::new(t.get("rules-values"), columns, empty),
        |table, (name, value)| {
            let source = set.sources.get(&name).unwrap_or(&set.source);
            let (document, place) = (source.document.clone(), source.place.clone());
            table.row(vec![Cell::text(name), Cell::text(value), Cell::text(document), Cell::text(place)])
        },
    )
}
