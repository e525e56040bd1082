//! The personal data in clear. It is the answer to a form, so nothing of it is ever in an address, and each time it is shown
//! is an entry of the audit log that was written before.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::audit::unmask::{UnmaskAction, UnmaskAnswer};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::filing::draft::{Address, Head};
use heyan_domain::terms::{Document, FilingId};
use heyan_store::views::FilingView;

use super::{PATH, person};
use crate::app::App;
use crate::auth::Staff;
use crate::console::flash::Flash;
use crate::console::parts::{Alert, Cards, Facts, Heading, Tone};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::texts::Texts;

fn document(t: &Texts, document: &Document) -> String {
    let kind = t.get(&format!("adm-document-{}", document.kind.as_str().replace('_', "-")));
    let back = document.back_number.as_ref().map(|back| format!(" / {}", back.as_str())).unwrap_or_default();
    format!("{kind} {}{back}", document.number.as_str())
}

fn address(t: &Texts, address: &Address) -> String {
    let province = t.province(address.province);
    let parts = [Some(province.as_str()), address.city.as_deref(), address.detail.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn head(t: &Texts, head: &Head) -> Facts {
    let phones: Vec<&str> = head.phones.iter().map(heyan_domain::terms::Phone::as_str).collect();
    let facts = Facts::new()
        .text(t.get("adm-field-head-name"), head.name.as_str())
        .text(t.get("adm-field-head-phones"), phones.join(" "))
        .text(t.get("adm-field-head-document"), document(t, &head.document));
    let facts = match &head.emergency_phone {
        Some(phone) => facts.text(t.get("adm-field-head-emergency"), phone.as_str()),
        None => facts,
    };
    match &head.email {
        Some(email) => facts.text(t.get("adm-field-head-email"), email.as_str()),
        None => facts,
    }
}

fn organiser(t: &Texts, view: &FilingView) -> Option<Facts> {
    let entity = view.body.draft.entity.as_ref()?;
    let known = [
        ("adm-field-entity-name", entity.name.clone()),
        ("adm-field-entity-document", entity.document.as_ref().map(|one| document(t, one))),
        ("adm-field-address", entity.address.as_ref().map(|one| address(t, one))),
    ];
    let known = known.into_iter().filter_map(|(key, value)| Some((key, value?)));
    Some(known.fold(Facts::new(), |facts, (key, value)| facts.text(t.get(key), value)))
}

/// Everything that is masked elsewhere: organiser, heads as filed, the head on record, the phones that were asked.
fn clear<'a>(mut blocks: Blocks<'a>, view: &FilingView) -> Blocks<'a> {
    let t = blocks.texts();
    if let Some(facts) = organiser(t, view) {
        blocks = blocks.part(&Heading { text: t.get("adm-entity") }).part(&facts);
    }
    for (roles, one) in view.body.draft.heads() {
        let roles: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
        blocks = blocks.part(&Heading { text: roles.join(" ") }).part(&head(t, one));
    }
    if let Some(one) = view.service.as_ref().and_then(|service| service.head.as_ref()) {
        blocks = blocks.part(&Heading { text: t.get("unmask-on-record") }).part(&head(t, one));
    }
    let asked =
        view.body.rounds.iter().flat_map(|round| round.parties.iter().map(move |party| (round.no, party)));
    let asked: Vec<(String, String)> = asked
        .map(|(no, party)| {
            let roles: Vec<String> = party.roles.iter().map(|role| t.role(role)).collect();
            (
                format!("{} {}", t.one("unmask-round", "no", no), roles.join(" ")),
                party.phone.as_str().to_owned(),
            )
        })
        .collect();
    if asked.is_empty() {
        return blocks;
    }
    let facts = asked.into_iter().fold(Facts::new(), |facts, (name, phone)| facts.text(name, phone));
    blocks.part(&Heading { text: t.get("unmask-phones-asked") }).part(&facts)
}

pub(super) async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Response {
    let Some(id) = FilingId::parse(&id) else { return Problem::NotFound.into_response() };
    let look = UnmaskAction::Look { by: person(&staff), filing: id };
    let until = match app.engine.execute(Action::Unmask(Box::new(look))).await {
        Ok(Outcome::Unmask(UnmaskAnswer::Open(until))) => until,
        // Another's filing is as if it were nobody's.
        Ok(Outcome::Unmask(UnmaskAnswer::NotFound)) => return Problem::NotFound.into_response(),
        Ok(Outcome::Unmask(_)) => {
            return Flash::error("unmask-not-open").see_other(&app, &format!("{PATH}/{id}"));
        }
        Ok(_) | Err(_) => return Problem::System.into_response(),
    };
    let view = match app.readers.read(move |reader| reader.filing_view(id)).await {
        Ok(Some(view)) => view,
        Ok(None) => return Problem::NotFound.into_response(),
        Err(_) => return Problem::System.into_response(),
    };
    let shell = Shell::new(&app, &staff, "unmask-clear-title");
    let t = shell.t;
    let noted = Alert::new(Tone::Warning, t.one("unmask-noted", "time", t.date_time(until)))
        .more(t.get("unmask-noted-more"));
    let facts = Facts::new()
        .text(t.get("unmask-filing"), id.to_string())
        .text(t.get("adm-provider"), view.filing.provider.as_str());
    let back = Cards::new().link(format!("{PATH}/{id}"), t.get("unmask-back"));
    clear(Blocks::new(shell).part(&noted).part(&facts), &view).part(&back).respond()
}
