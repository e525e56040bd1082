//! What was filed, and where it differs from the record (WHO-05).

use super::case::Case;
use super::facts::{self, Fact};
use super::names::term;
use crate::console::parts::{Alert, Cell, Column, Empty, Facts, Heading, Table, Tone};
use crate::console::shell::Blocks;
use crate::texts::Texts;

/// One field that differs: where, which, on record, as filed.
type Difference = [String; 4];

/// Compares field by field; what the request leaves out stays as it is.
fn differences(t: &Texts, place: &str, record: &[Fact], filed: Vec<Fact>) -> Vec<Difference> {
    let differs = |fact: Fact| {
        let before = record.iter().find(|before| before.name == fact.name);
        match before {
            Some(before) if before.is_same(&fact) => None,
            Some(before) => {
                // Behind the masks both may look the same.
                let same_look = before.shown == fact.shown;
                let shown =
                    if same_look { t.one("adm-differs-hidden", "value", &fact.shown) } else { fact.shown };
                Some([place.to_owned(), fact.name, before.shown.clone(), shown])
            }
            None => Some([place.to_owned(), fact.name, t.get("adm-nothing"), fact.shown]),
        }
    };
    filed.into_iter().filter_map(differs).collect()
}

fn service_heading(t: &Texts, at: usize, name: Option<&str>) -> String {
    let number = at.saturating_add(1).to_string();
    match name {
        Some(name) => t.with("adm-service-named", &[("no", &number), ("name", name)]),
        None => t.one("adm-service-no", "no", number),
    }
}

fn all_differences(t: &Texts, case: &Case) -> Vec<Difference> {
    let draft = &case.view.body.draft;
    let provider = &case.view.filing.provider;
    let mut found = Vec::new();
    if let (Some(record), Some(filed)) = (&case.entity, &draft.entity) {
        let place = t.get("adm-entity");
        found.extend(differences(t, &place, &facts::entity_record(t, record), facts::entity(t, filed)));
    }
    for (at, (filed, record)) in draft.services.iter().zip(&case.services).enumerate() {
        let Some(record) = record else { continue };
        let place = service_heading(t, at, Some(&record.name));
        let before = facts::service_record(t, record, provider);
        found.extend(differences(t, &place, &before, facts::service(t, filed)));
    }
    found
}

/// What differs from the record, while it still is the record: an approval makes it the same.
fn changes<'a>(blocks: Blocks<'a>, case: &Case) -> Blocks<'a> {
    let t = blocks.texts();
    let draft = &case.view.body.draft;
    let compared = draft.kind.is_change() || (draft.entity.is_some() && case.entity.is_some());
    if !compared {
        return blocks;
    }
    let blocks = blocks.part(&Heading { text: t.get("adm-changes-title") });
    if case.waiting().is_none() {
        let changed = case.view.body.rounds.last().map(|round| &round.changed);
        let names: Vec<String> =
            changed.into_iter().flatten().map(|one| term(t, "changed", one.as_str())).collect();
        let text = if names.is_empty() {
            t.get("adm-changes-none")
        } else {
            t.one("adm-changes-were", "what", names.join(&t.get("adm-comma")))
        };
        return blocks.part(&Alert::new(Tone::Plain, text));
    }
    let columns =
        ["place", "field", "before", "after"].map(|one| Column::text(term(t, "column", one))).to_vec();
    let empty =
        Empty { title: t.get("adm-changes-none"), hint: t.get("adm-changes-none-hint"), action: None };
    let table = all_differences(t, case).into_iter().fold(
        Table::new(t.get("adm-changes-title"), columns, empty),
        |table, [place, field, before, after]| {
            table.row(vec![Cell::text(place), Cell::text(field), Cell::text(before), Cell::marked(after)])
        },
    );
    blocks.part(&table)
}

fn card(blocks: Blocks<'_>, heading: String, found: Vec<Fact>) -> Blocks<'_> {
    if found.is_empty() {
        return blocks;
    }
    let facts = found.into_iter().fold(Facts::new(), |facts, fact| facts.text(fact.name, fact.shown));
    blocks.part(&Heading { text: heading }).part(&facts)
}

/// What of the registry the filing refers to.
fn reference<'a>(blocks: Blocks<'a>, case: &Case) -> Blocks<'a> {
    let t = blocks.texts();
    let draft = &case.view.body.draft;
    let mut blocks = blocks;
    if let Some(record) = case.entity.as_ref().filter(|_| draft.entity.is_none()) {
        let heading = t.one("adm-record-entity", "no", &record.no);
        blocks = card(blocks, heading, facts::entity_record(t, record));
    }
    if let Some(record) = case.view.service.as_ref().filter(|_| case.services.iter().all(Option::is_none)) {
        let heading = t.one("adm-record-service", "no", &record.no);
        blocks = card(blocks, heading, facts::service_record(t, record, &case.view.filing.provider));
    }
    blocks
}

/// Everything that was filed.
pub(super) fn show<'a>(blocks: Blocks<'a>, case: &Case) -> Blocks<'a> {
    let t = blocks.texts();
    let draft = &case.view.body.draft;
    let mut blocks = changes(blocks, case);
    if let Some(filed) = &draft.entity {
        blocks = card(blocks, t.get("adm-entity"), facts::entity(t, filed));
    }
    for (at, filed) in draft.services.iter().enumerate() {
        blocks = card(blocks, service_heading(t, at, filed.name.as_deref()), facts::service(t, filed));
    }
    blocks = reference(blocks, case);
    match &draft.remark {
        Some(remark) => blocks
            .part(&Heading { text: t.get("adm-remark") })
            .part(&Facts::new().text(t.get("adm-remark"), remark.as_str())),
        None => blocks,
    }
}
