//! One filing with everything that a reviewer looks at.

use heyan_domain::Timestamp;
use heyan_domain::event::Event;
use heyan_domain::filing::FilingState;
use heyan_domain::filing::draft::{Draft, ServiceDraft};
use heyan_domain::registry::{EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::review::{Decided, Review};
use heyan_domain::terms::{FilingId, Province};
use heyan_store::database::StoreError;
use heyan_store::tables::Reader;
use heyan_store::views::FilingView;

use super::names::Reviewers;
use crate::api::is_seen_by;
use crate::app::App;
use crate::auth::Staff;
use crate::console::problem::Problem;

/// See the module.
pub(super) struct Case {
    pub view: FilingView,
    /// Everything that has happened, in order.
    pub events: Vec<Event>,
    /// The organiser's record.
    pub entity: Option<EntityRecord>,
    /// The records of the services that a change names, in the order of the request.
    pub services: Vec<Option<ServiceRecord>>,
    /// The decision, once there is one.
    pub decided: Option<Decided>,
    pub reviewers: Reviewers,
}

/// The organiser that a filing is about, as the registry has it.
pub(super) fn entity_on_record(
    reader: &Reader,
    view: &FilingView,
) -> Result<Option<EntityRecord>, StoreError> {
    let named = view.body.draft.reference.entity_no.as_ref();
    match named.or(view.service.as_ref().map(|service| &service.entity_no)) {
        Some(no) => reader.entity(no),
        None => Ok(None),
    }
}

/// The name of the organiser: as filed, else as on record.
pub(super) fn organiser(reader: &Reader, view: &FilingView) -> Result<Option<String>, StoreError> {
    if let Some(name) = view.body.draft.entity.as_ref().and_then(|entity| entity.name.clone()) {
        return Ok(Some(name));
    }
    Ok(entity_on_record(reader, view)?.map(|record| record.name))
}

/// The service that a part of a change is about.
fn service_no<'d>(draft: &'d Draft, service: &'d ServiceDraft) -> Option<&'d ServiceNo> {
    let alone = draft.services.len() == 1;
    service.service_no.as_ref().or(draft.reference.service_no.as_ref().filter(|_| alone))
}

impl Case {
    fn read(reader: &Reader, id: FilingId, province: Province) -> Result<Option<Self>, StoreError> {
        let Some(view) = reader.filing_view(id)?.filter(|view| is_seen_by(&view.filing, province)) else {
            return Ok(None);
        };
        let draft = &view.body.draft;
        let mut services = Vec::with_capacity(draft.services.len());
        for service in &draft.services {
            let no = service_no(draft, service).filter(|_| draft.kind.is_change());
            services.push(match no {
                Some(no) => reader.service(no)?,
                None => None,
            });
        }
        let events = reader.timeline(&view.filing)?;
        let entity = entity_on_record(reader, &view)?;
        let decided = reader.decision(&view.filing)?;
        let claimed = view.review.as_ref().and_then(|review| review.claim.as_ref());
        let names = decided.iter().map(|decided| decided.reviewer.as_str());
        let reviewers =
            Reviewers::of(reader, names.chain(claimed.iter().map(|claim| claim.reviewer.as_str())))?;
        Ok(Some(Self { view, events, entity, services, decided, reviewers }))
    }

    /// The filing that a path names. One of another province is not there (REV-01).
    pub async fn of(app: &App, path: &str, province: Province) -> Result<Self, Problem> {
        let id = FilingId::parse(path).ok_or(Problem::NotFound)?;
        let found = app.readers.read(move |reader| Self::read(reader, id, province)).await;
        found.map_err(|_| Problem::System)?.ok_or(Problem::NotFound)
    }

    /// Its place in the queue, while it waits for a decision.
    pub fn waiting(&self) -> Option<&Review> {
        self.view.review.as_ref().filter(|_| matches!(self.view.filing.state, FilingState::InReview { .. }))
    }

    /// Who else has it, and until when.
    pub fn held_by_another(&self, staff: &Staff, now: Timestamp) -> Option<(&str, Timestamp)> {
        let claim = self.waiting()?.held(now).filter(|claim| claim.reviewer != staff.name.as_str())?;
        Some((self.reviewers.name(&claim.reviewer), claim.until))
    }

    /// The name of the organiser: as filed, else as on record.
    pub fn organiser(&self) -> Option<&str> {
        let filed = self.view.body.draft.entity.as_ref().and_then(|entity| entity.name.as_deref());
        filed.or(self.entity.as_ref().map(|record| record.name.as_str()))
    }

    /// The last thing that has happened, by which a form knows what its reader has seen.
    pub fn seen(&self) -> i64 {
        self.events.last().map_or(0, |event| event.id.number())
    }

    /// The path of its page, or of a page below it.
    pub fn path(&self, below: &str) -> String {
        format!("{}/filings/{}{below}", super::QUEUE, self.view.filing.id)
    }
}
