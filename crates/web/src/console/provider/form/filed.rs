//! What a filing holds, section by section with the labels of its form: what a 初审 looks at, and what it sends back.

use heyan_domain::filing::draft::{Draft, Head};
use heyan_domain::filing::initial_review::SentBack;
use heyan_domain::terms::{Document, Phone};

use super::plan::{Maker, Plan, masked};
use super::typed::Typed;
use crate::texts::Texts;

/// One field: its name in the form, its label, what was filed with numbers of persons masked (SEC-07).
pub(in crate::console::provider) struct Filed {
    pub name: String,
    pub label: String,
    pub value: String,
}

/// A section with its fields.
pub(in crate::console::provider) struct FiledSection {
    pub heading: String,
    pub fields: Vec<Filed>,
}

fn of_document(document: Option<&Document>, member: &str) -> Option<String> {
    let document = document?;
    match member {
        "number" => Some(masked(document.number.as_str())),
        "back_number" => document.back_number.as_ref().map(|number| masked(number.as_str())),
        _ => None,
    }
}

fn of_head(head: Option<&Head>, member: &str) -> Option<String> {
    let head = head?;
    match member {
        "phones.0" => head.phone().map(Phone::masked),
        "emergency_phone" => head.emergency_phone.as_deref().map(masked),
        member => of_document(Some(&head.document), member.strip_prefix("document.")?),
    }
}

/// What the form leaves out when it is filled with what was filed.
fn hidden(draft: &Draft, name: &str) -> Option<String> {
    if let Some(member) = name.strip_prefix("entity.") {
        let entity = draft.entity.as_ref()?;
        return match (member.strip_prefix("head."), member.strip_prefix("document.")) {
            (Some(member), _) => of_head(entity.head.as_ref(), member),
            (None, Some(member)) => of_document(entity.document.as_ref(), member),
            (None, None) => None,
        };
    }
    let (at, member) = name.strip_prefix("services.")?.split_once('.')?;
    let service = draft.services.get(at.parse::<usize>().ok()?)?;
    of_head(service.head.as_ref(), member.strip_prefix("head.")?)
}

/// Every section that holds anything, with every field of it.
pub(in crate::console::provider) fn filed(t: &'static Texts, draft: &Draft) -> Vec<FiledSection> {
    let typed = Typed::of_draft(draft);
    let sections = Maker { t, typed: &typed, base: Some(draft), wrong: &[], sent_back: &[] }
        .sections(Plan::of(draft.kind));
    let shown = |field: crate::console::parts::Field| {
        let value = Some(field.shown()).filter(|shown| !shown.is_empty());
        let value = value.or_else(|| hidden(draft, field.name())).unwrap_or_default();
        Filed { name: field.name().to_owned(), label: field.label().to_owned(), value }
    };
    let sections = sections.into_iter().map(|section| FiledSection {
        heading: section.heading,
        fields: section.fields.into_iter().map(shown).collect(),
    });
    sections.filter(|section| section.fields.iter().any(|field| !field.value.is_empty())).collect()
}

/// The JSON pointer of the member that a field of the form is for.
pub(in crate::console::provider) fn pointer_of(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// The field of the form for a JSON pointer.
pub(super) fn name_of(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// Why a filing was sent back: the name of each field, and the reason under its section and label.
pub(in crate::console::provider) fn reasons(
    t: &'static Texts,
    draft: &Draft,
    sent_back: &SentBack,
) -> Vec<(String, String)> {
    let typed = Typed::of_draft(draft);
    let sections = Maker { t, typed: &typed, base: Some(draft), wrong: &[], sent_back: &[] }
        .sections(Plan::of(draft.kind));
    let said = |reason: &heyan_domain::filing::initial_review::FieldReason| {
        let name = name_of(&reason.pointer);
        let label = sections.iter().find_map(|section| {
            let field = section.fields.iter().find(|field| field.name() == name)?;
            Some((section.heading.clone(), field.label().to_owned()))
        });
        let text = match label {
            Some((section, label)) => t.with(
                "provider-wrong-at",
                &[("section", &section), ("label", &label), ("text", &reason.text)],
            ),
            // The kind of the filing has been changed since, or an API's member has no field.
            None => reason.text.clone(),
        };
        (name, text)
    };
    sent_back.reasons.iter().map(said).collect()
}
