//! 提交管局: opens a round (FIL-02), by `report` or by `reverify`.

use super::case::Subject;
use super::draft::ServiceDraft;
use super::parties::{Asked, Parties};
use super::raw::{FieldError, Problem};
use super::row::{Body, Filing, FilingState, PartyBody, RoundBody, RoundWarning, complete_verification};
use super::withdraw::{check_version, own_filing};
use crate::decide::{Expected, Outcome, Refusal, Stop};
use crate::due::Due;
use crate::event::{Actor, EventData, EventKind};
use crate::limits::{count_message, count_report};
use crate::mark;
use crate::rulebook::RuleSet;
use crate::rules::roles_of;
use crate::state::Key;
use crate::tags::{EntityTag, active};
use crate::terms::{FilingId, FilingKind, ProviderId, ServiceKind};
use crate::time::HOUR_MS;
use crate::tx::Tx;
use crate::verification::{filing_label, open_verification};

/// Reports a draft, a filing that has passed 初审, or a returned one, edited or not.
pub fn report(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    id: FilingId,
    expected: Expected,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    let (filing, body) = load(tx, provider, id, expected)?;
    match filing.state {
        FilingState::Draft | FilingState::Returned { .. } => {}
        FilingState::InitialReview if tx.initial_review(&id)?.is_some_and(|one| one.passed.is_some()) => {}
        FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => return Err(Refusal::State(filing.state.as_str()).into()),
    }
    open_round(tx, filing, body, rng)?;
    Ok(Outcome::Filing(id))
}

/// 重新核验: reports an unedited returned filing again (FIL-07).
pub fn reverify(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    id: FilingId,
    expected: Expected,
    rng: &mut dyn rand::Rng,
) -> Result<Outcome, Stop> {
    let (filing, body) = load(tx, provider, id, expected)?;
    mark!("FIL-07");
    match filing.state {
        FilingState::Returned { edited: false, .. } => {}
        FilingState::Returned { edited: true, .. } => return Err(Refusal::State("returned").into()),
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => return Err(Refusal::State(filing.state.as_str()).into()),
    }
    open_round(tx, filing, body, rng)?;
    Ok(Outcome::Filing(id))
}

fn load(
    tx: &Tx<'_>,
    provider: &ProviderId,
    id: FilingId,
    expected: Expected,
) -> Result<(Filing, Body), Stop> {
    tx.need([Key::Filing(id), Key::Body(id), Key::OfFiling(id)])?;
    let filing = own_filing(tx, provider, id)?;
    check_version(&filing, expected)?;
    let body = tx.body(&id)?.ok_or(Stop::Refuse(Refusal::FilingNotFound))?;
    Ok((filing, Body::clone(&body)))
}

/// Opens a round: pins the rule, finds the people, makes their verifications and first messages; a round that asks
/// nobody goes straight to review (FIL-03). Every round asks all required people again (FIL-06).
pub(super) fn open_round(
    tx: &mut Tx<'_>,
    mut filing: Filing,
    mut body: Body,
    rng: &mut dyn rand::Rng,
) -> Result<(), Stop> {
    let now = tx.now();
    let subject = Subject::of(tx, &filing.provider, &body.draft)?;
    let entity = hold_entity(tx, Some(filing.id), &filing.provider, &subject)?;
    check_service_kinds(tx, &body.draft.services, now)?;
    let (ruleset, rule) = tx
        .context
        .rules
        .in_force(filing.province, &filing.provider, now)
        .ok_or(Stop::Refuse(Refusal::Exhausted))?;
    let roles = roles_of(&rule, &subject.case, body.draft.shell);
    let parties = Parties::find(&rule, roles, &body.draft, &subject)?;
    load_people(tx, &parties)?;
    count_people(tx, &filing.provider, &parties)?;

    filing.entity = Some(entity);
    filing.ruleset = Some(ruleset);
    filing.reported_at = Some(now);
    filing.report_due = None;
    if filing.state == FilingState::InitialReview {
        tx.put_initial_review(filing.id, None);
    }
    body.sent_back = None;
    filing.round_no = filing.round_no.checked_add(1).ok_or(Refusal::Exhausted)?;
    let label = label(&body, &subject);
    let mut warnings = parties.warnings.clone();
    if body.draft.shell {
        warnings.insert(RoundWarning::Shell);
    }
    let mut round = RoundBody {
        no: filing.round_no,
        reported_at: now,
        changed: subject.case.changed.clone(),
        province_changes: subject.case.province_changes,
        record_elsewhere: !subject.case.record_at_this_provider,
        parties: Vec::new(),
        warnings: warnings.into_iter().collect(),
    };
    note_reported(tx, &mut filing, &rule, &round);
    ask_people(tx, &mut filing, &mut round, &parties, &label, &rule, rng)?;
    remember_unasked(tx, filing.id, &body, &parties, filing.province, &rule);
    let nobody = round.parties.is_empty();
    body.rounds.push(round);
    let shell = body.draft.shell;
    tx.put_body(filing.id, body);
    if nobody {
        mark!("FIL-03");
        complete_verification(tx, filing, Actor::Provider, shell);
        return Ok(());
    }
    filing.state = FilingState::Verifying(None);
    let window_ms = i64::from(rule.send_window_hours) * HOUR_MS;
    tx.schedule(now.plus_ms(window_ms), Due::CloseSendWindow(filing.id, filing.round_no));
    filing.save(tx);
    Ok(())
}

/// One entity has one filing at a time between report and decision (FIL-10).
pub(super) fn hold_entity(
    tx: &Tx<'_>,
    own: Option<FilingId>,
    provider: &ProviderId,
    subject: &Subject,
) -> Result<EntityTag, Stop> {
    mark!("FIL-10");
    let keyring = tx.context.keyring;
    let tags = || keyring.keys().iter().map(|key| keyring.entity(*key, &subject.document));
    tx.need(tags().map(Key::Holder))?;
    for tag in tags() {
        let Some(holder) = tx.holder(&tag)?.filter(|holder| Some(*holder) != own) else { continue };
        let own = tx.filing(&holder)?.is_some_and(|other| other.provider == *provider);
        return Err(Refusal::EntityHasOpenFiling(own.then_some(holder)).into());
    }
    Ok(subject.entity_tag(tx))
}

pub(super) fn check_service_kinds(
    tx: &Tx<'_>,
    services: &[ServiceDraft],
    now: crate::Timestamp,
) -> Result<(), Stop> {
    let book = tx.context.rules.book_at(now);
    let errors: Vec<FieldError> = services
        .iter()
        .enumerate()
        .filter(|(_, service)| !book.permits(service.kind.unwrap_or(ServiceKind::Website), now))
        .map(|(at, _)| FieldError::at(format!("/services/{at}/kind"), Problem::NotPermitted))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors).into()) }
}

/// Asks for everything about the people before anything is drawn or counted.
fn load_people(tx: &Tx<'_>, parties: &Parties) -> Result<(), Stop> {
    let keyring = tx.context.keyring;
    let of_phone = parties
        .asked
        .iter()
        .flat_map(|asked| keyring.keys().iter().map(|key| Key::OfPhone(keyring.phone(*key, &asked.phone))));
    tx.need(of_phone)
}

fn count_people(tx: &mut Tx<'_>, provider: &ProviderId, parties: &Parties) -> Result<(), Stop> {
    for asked in &parties.asked {
        let by_provider = count_report(tx, provider, &asked.phone)?;
        let by_phone = count_message(tx, &asked.phone)?;
        if let Some(until) = by_provider.max(by_phone) {
            return Err(Refusal::PhoneMessages(until).into());
        }
    }
    Ok(())
}

fn note_reported(tx: &mut Tx<'_>, filing: &mut Filing, rule: &RuleSet, round: &RoundBody) {
    let data = EventData {
        round: Some(round.no),
        ruleset: Some(rule.id.to_string()),
        shell: round.warnings.contains(&RoundWarning::Shell),
        warnings: round.warnings.iter().map(|warning| warning.as_str().to_owned()).collect(),
        ..EventData::default()
    };
    filing.note(tx, EventKind::FilingReported, Actor::Provider, data);
}

fn ask_people(
    tx: &mut Tx<'_>,
    filing: &mut Filing,
    round: &mut RoundBody,
    parties: &Parties,
    label: &str,
    rule: &RuleSet,
    rng: &mut dyn rand::Rng,
) -> Result<(), Stop> {
    mark!("FIL-06");
    let keyring = tx.context.keyring;
    let key = active(keyring);
    for asked in &parties.asked {
        let ordinal = filing.next_verification;
        filing.next_verification = ordinal.checked_add(1).ok_or(Refusal::Exhausted)?;
        let party = PartyBody { ordinal, roles: asked.roles, phone: asked.phone, label: label.to_owned() };
        let persons =
            asked.id_last6.iter().map(|id_last6| keyring.person(key, &asked.phone, id_last6)).collect();
        open_verification(tx, filing, &party, persons, rule, rng)?;
        round.parties.push(party);
    }
    Ok(())
}

/// Heads who are named but not asked are still known to 短信重发 (RES-02).
fn remember_unasked(
    tx: &mut Tx<'_>,
    filing: FilingId,
    body: &Body,
    parties: &Parties,
    province: crate::terms::Province,
    rule: &RuleSet,
) {
    let keyring = tx.context.keyring;
    let key = active(keyring);
    for (_, head) in body.draft.heads() {
        let Some(phone) = head.phone() else { continue };
        let Some(id_last6) = super::parties::last_six(rule, province, &head.document) else { continue };
        let is_asked = |asked: &Asked| asked.phone == *phone && asked.id_last6.contains(&id_last6);
        if !parties.asked.iter().any(is_asked) {
            tx.put_person(keyring.person(key, phone, &id_last6), filing);
        }
    }
}

/// What messages call the filing: the first service concerned, else the organiser.
fn label(body: &Body, subject: &Subject) -> String {
    let draft = &body.draft;
    let filed_service = draft.services.iter().find_map(|service| service.name.as_deref());
    let changed_service = subject.changes.first().map(|change| change.record.name.as_str());
    let service = subject.service.as_ref().map(|service| service.name.as_str());
    let filed_entity = draft.entity.as_ref().and_then(|entity| entity.name.as_deref());
    let entity = subject.entity.as_ref().map(|entity| entity.name.as_str());
    let about_entity = matches!(draft.kind, FilingKind::CancelEntity);
    let name = if about_entity { entity } else { filed_service.or(changed_service).or(service) };
    filing_label(name.or(filed_entity).or(entity).unwrap_or_default())
}
