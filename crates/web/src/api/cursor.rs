//! Cursors of lists: opaque to the client, the last item's place inside.

use heyan_domain::Timestamp;
use heyan_domain::terms::{AccountId, BulkId, FilingId, ProposalId, VersionId};
use heyan_store::tables::{
    BulkPlace, DecisionPlace, ProposalPlace, QueuePlace, UnmaskingPlace, VersionPlace,
};

const PREFIX: &str = "cur_";

/// The cursor behind a filing.
pub(crate) fn behind(filing: FilingId) -> String {
    let id = filing.to_string();
    format!("{PREFIX}{}", id.strip_prefix("fil_").unwrap_or(&id))
}

/// The filing that a cursor is behind.
pub(crate) fn read(text: &str) -> Option<FilingId> {
    FilingId::parse(&format!("fil_{}", text.strip_prefix(PREFIX)?))
}

/// The cursor behind a place in the queue.
pub(crate) fn behind_place(place: QueuePlace) -> String {
    format!("{}.{}", behind(place.filing), place.arrived_at.as_ms())
}

/// The place in the queue that a cursor is behind.
pub(crate) fn read_place(text: &str) -> Option<QueuePlace> {
    let (filing, arrived_at) = text.split_once('.')?;
    let arrived_at = Timestamp::from_ms(arrived_at.parse().ok()?);
    Some(QueuePlace { arrived_at, filing: read(filing)? })
}

/// The cursor behind a decision.
pub(crate) fn behind_decision(place: DecisionPlace) -> String {
    behind_place(QueuePlace { arrived_at: place.at, filing: place.filing })
}

/// The decision that a cursor is behind.
pub(crate) fn read_decision(text: &str) -> Option<DecisionPlace> {
    read_place(text).map(|place| DecisionPlace { at: place.arrived_at, filing: place.filing })
}

/// The cursor behind a request to see data in clear.
pub(crate) fn behind_unmasking(place: UnmaskingPlace) -> String {
    format!("{PREFIX}{}.{}.{}", place.filing, place.account, place.at.as_ms())
}

/// The request to see data in clear that a cursor is behind.
pub(crate) fn read_unmasking(text: &str) -> Option<UnmaskingPlace> {
    let mut parts = text.strip_prefix(PREFIX)?.splitn(3, '.');
    let filing = FilingId::parse(parts.next()?)?;
    let account = AccountId::parse(parts.next()?)?;
    Some(UnmaskingPlace { at: Timestamp::from_ms(parts.next()?.parse().ok()?), filing, account })
}

/// The cursor behind a proposal.
pub(crate) fn behind_proposal(place: ProposalPlace) -> String {
    format!("{PREFIX}{}.{}", place.proposal, place.at.as_ms())
}

/// The proposal that a cursor is behind.
pub(crate) fn read_proposal(text: &str) -> Option<ProposalPlace> {
    let (proposal, at) = text.strip_prefix(PREFIX)?.split_once('.')?;
    let at = Timestamp::from_ms(at.parse().ok()?);
    Some(ProposalPlace { at, proposal: ProposalId::parse(proposal)? })
}

/// The cursor behind a version of a rule file.
pub(crate) fn behind_version(place: VersionPlace) -> String {
    format!("{PREFIX}{}.{}", place.version, place.at.as_ms())
}

/// The version that a cursor is behind.
pub(crate) fn read_version(text: &str) -> Option<VersionPlace> {
    let (version, at) = text.strip_prefix(PREFIX)?.split_once('.')?;
    let at = Timestamp::from_ms(at.parse().ok()?);
    Some(VersionPlace { at, version: VersionId::parse(version)? })
}

/// The cursor behind a row of a file.
pub(crate) fn behind_row(place: u32) -> String {
    format!("{PREFIX}{place}")
}

/// The row of a file that a cursor is behind.
pub(crate) fn read_row(text: &str) -> Option<u32> {
    text.strip_prefix(PREFIX)?.parse().ok()
}

/// The cursor behind a file of filings.
pub(crate) fn behind_job(place: BulkPlace) -> String {
    format!("{}.{}", place.job, place.at.as_ms())
}

/// The file of filings that a cursor is behind.
pub(crate) fn read_job(text: &str) -> Option<BulkPlace> {
    let (job, at) = text.split_once('.')?;
    Some(BulkPlace { at: Timestamp::from_ms(at.parse().ok()?), job: BulkId::parse(job)? })
}
