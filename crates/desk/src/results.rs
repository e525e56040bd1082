//! What was decided over records, as files for their provider: results and opinions (BAJG), what is on record now (BASJ) and
//! what no longer is (ZXSJ).

use heyan_domain::Timestamp;
use heyan_domain::enterprise::{NotFiled, RecordFiled, RecordName};
use heyan_domain::event::{Event, EventKind};
use heyan_domain::filing::{Numbers, ReturnReason};
use heyan_domain::terms::FilingKind;
use heyan_enterprise::codes::{Operation, RecordCode};
use heyan_enterprise::download::{
    Filed, FiledAccess, FiledDomain, FiledEntity, FiledRange, FiledService, Gone, RecordResult, Results,
    Review,
};
use heyan_enterprise::upload::{Access, Cancelled, Record, Service};

use crate::faults;

/// What V3.0 has no field for: it is older than the verification. A filing that comes back is refused by an opinion with
/// these words (decided, 3.3).
const fn returned(reason: Option<ReturnReason>) -> &'static str {
    match reason {
        Some(ReturnReason::AttemptsExhausted) => "短信核验未通过：验证码错误次数已达上限，退回接入商",
        Some(ReturnReason::Expired) => "短信核验未通过：负责人未在规定时限内完成核验，退回接入商",
        Some(ReturnReason::SmsUndeliverable) => "短信核验未通过：核验短信无法送达，退回接入商",
        Some(ReturnReason::Withdrawn | ReturnReason::Rejected) | None => "退回接入商",
    }
}

/// A decision over a filing that came as a record, and what is needed to tell of it.
pub(crate) struct Decided {
    pub event: Event,
    pub filed: RecordFiled,
    /// When it came.
    pub came_at: Timestamp,
    /// The numbers that were given, if it was approved.
    pub numbers: Option<Numbers>,
    /// The reviewer's reason, if it was rejected.
    pub rejection: Option<String>,
}

/// What files are made of.
#[derive(Default)]
pub(crate) struct Making {
    results: Results,
    filed: Filed,
}

fn operation(name: &RecordName) -> Operation {
    // A name was made of a record, so it has one of the numbers.
    Operation::of_number(name.operation).unwrap_or(Operation::NewFiling)
}

impl Making {
    /// Adds what a record came to that was not filed. `open` is the kind of the provider's own open filing that is in the
    /// way, if one is.
    pub fn not_filed(&mut self, not_filed: NotFiled, open: Option<FilingKind>) {
        let result = match not_filed {
            NotFiled::Answered { operation, mark, code, words, note } => RecordResult {
                codes: vec![(RecordCode::of_number(code).unwrap_or(RecordCode::Other), words)],
                operation: Operation::of_number(operation).unwrap_or(Operation::NewFiling),
                mark,
                note,
            },
            NotFiled::Refused { name, errors } => {
                let operation = operation(&name);
                let (codes, note) = faults::codes(operation, &errors, open);
                RecordResult {
                    codes: codes.into_iter().map(|code| (code, None)).collect(),
                    operation,
                    mark: Some(name.mark),
                    note: Some(note),
                }
            }
        };
        self.results.results.push(result);
    }

    /// Adds a decision.
    pub fn decided(&mut self, decided: &Decided, unit: i64) {
        let name = &decided.filed.name;
        let operation = operation(name);
        let (code, opinion) = match decided.event.kind {
            EventKind::FilingApproved => (Some(RecordCode::Approved), None),
            EventKind::FilingRejected => (Some(RecordCode::Rejected), decided.rejection.clone()),
            _ => (None, Some(returned(decided.event.data.reason).to_owned())),
        };
        if let Some(code) = code {
            self.results.results.push(RecordResult {
                codes: vec![(code, None)],
                operation,
                mark: Some(name.mark.clone()),
                note: decided.numbers.as_ref().map(said),
            });
        }
        let is_approved = code == Some(RecordCode::Approved);
        self.results.reviews.extend(name.review_ids.iter().map(|id| Review {
            reviewer: None,
            at: decided.event.at.beijing(),
            opinion: opinion.clone(),
            is_approved,
            operation,
            record_id: Some(*id),
        }));
        if let Some(numbers) = decided.numbers.as_ref().filter(|_| is_approved) {
            self.on_record(decided, numbers, unit);
        }
    }

    fn on_record(&mut self, decided: &Decided, numbers: &Numbers, unit: i64) {
        let Ok(record) = serde_json::from_slice::<Record>(&decided.filed.record) else { return };
        let at = decided.event.at;
        match record {
            Record::NewFiling(record) => {
                let services: Vec<_> =
                    record.services.iter().map(|one| (Some(one.provider_id), &one.service)).collect();
                self.filed.entities.extend(services_of(&services, numbers, unit).map(|services| {
                    FiledEntity {
                        provider_id: Some(record.provider_entity_id),
                        id: numbers.entity_no.id(),
                        no: numbers.entity_no.to_string(),
                        by_provider: record.by_provider,
                        first_filed_at: decided.came_at.beijing(),
                        changed_at: at.beijing(),
                        approved_at: Some(at.beijing()),
                        services,
                        entity: record.entity,
                    }
                }));
            }
            Record::Change(record) => {
                let services: Vec<_> = record.services.iter().map(|one| (None, &one.service)).collect();
                self.filed.entities.extend(services_of(&services, numbers, unit).map(|services| {
                    FiledEntity {
                        provider_id: None,
                        id: record.entity_id,
                        no: record.entity_no,
                        by_provider: true,
                        first_filed_at: decided.came_at.beijing(),
                        changed_at: at.beijing(),
                        approved_at: Some(at.beijing()),
                        services,
                        entity: record.entity,
                    }
                }));
            }
            Record::Cancellation(record) => match record.cancelled {
                Cancelled::Entity => self.filed.gone.push(Gone::Entity(record.id)),
                Cancelled::Service => self.filed.gone.push(Gone::Service(record.id)),
                Cancelled::Access => {}
            },
            // What such a file would have to say of the organiser is not in these records; the result's note has the ids.
            Record::NewServices(_) | Record::NewAccess(_) => {}
        }
    }

    /// The files, results first. What the standard has no room for is left out of the second, and told in the log: a result
    /// must not wait for it.
    pub fn files(self) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        if !self.results.results.is_empty() || !self.results.reviews.is_empty() {
            match self.results.to_file() {
                Ok(file) => files.push(file),
                Err(fault) => tracing::error!(
                    name: "enterprise.results_do_not_fit", path = fault.path, "results do not fit the standard"
                ),
            }
        }
        let entities =
            self.filed.entities.into_iter().map(|one| Filed { entities: vec![one], gone: Vec::new() });
        let mut fitting = Filed { entities: Vec::new(), gone: self.filed.gone };
        for filed in entities {
            match filed.to_file() {
                Ok(_) => fitting.entities.extend(filed.entities),
                Err(fault) => tracing::warn!(
                    name: "enterprise.record_does_not_fit", path = fault.path,
                    "what is on record does not fit the standard and is left out of the file"
                ),
            }
        }
        if !fitting.entities.is_empty() || !fitting.gone.is_empty() {
            match fitting.to_file() {
                Ok(file) => files.push(file),
                Err(fault) => tracing::error!(
                    name: "enterprise.record_does_not_fit", path = fault.path, "what is gone does not fit the standard"
                ),
            }
        }
        files
    }
}

/// The numbers that were given and their ids, for whoever reads the note by program or by eye.
fn said(numbers: &Numbers) -> String {
    let entity = format!("{} Ztid={}", numbers.entity_no, numbers.entity_no.id());
    let services = numbers
        .service_nos
        .iter()
        .map(|no| no.id().map_or_else(|| no.to_string(), |id| format!("{no} Wzid={id} Jrid={id}")));
    std::iter::once(entity).chain(services).collect::<Vec<_>>().join("；")
}

/// `None` if a service has a number that no id holds, or no number was given.
fn services_of(
    services: &[(Option<i64>, &Service)],
    numbers: &Numbers,
    unit: i64,
) -> Option<Vec<FiledService>> {
    let numbered = services.iter().enumerate().map(|(at, (provider_id, service))| {
        let no = numbers.service_nos.get(at)?;
        let id = no.id()?;
        Some(FiledService {
            provider_id: *provider_id,
            id,
            no: no.to_string(),
            name: service.name.clone(),
            offers: service.offers.clone(),
            languages: service.languages.clone(),
            domains: (1..)
                .zip(&service.domains)
                .map(|(place, domain)| FiledDomain {
                    provider_id: Some(domain.provider_id),
                    id: domain.id.unwrap_or(place),
                    name: domain.name.clone(),
                })
                .collect(),
            accesses: service.accesses.iter().map(|access| filed_access(access, id, unit)).collect(),
            head: service.head.clone(),
            home_page: service.home_page.clone(),
            remark: service.remark.clone(),
        })
    });
    numbered.collect()
}

/// A provider has one access to a service here, so that the service's id names it.
fn filed_access(access: &Access, id: i64, unit: i64) -> FiledAccess {
    let ranges = (1..).zip(&access.addresses).map(|(place, range)| FiledRange {
        provider_id: Some(range.provider_id),
        id: range.id.unwrap_or(place),
        first: range.first,
        last: range.last,
    });
    FiledAccess {
        provider_id: (access.id != id).then_some(access.id),
        id,
        unit,
        places: access.places.clone(),
        ways: access.ways.clone(),
        addresses: ranges.collect(),
    }
}
