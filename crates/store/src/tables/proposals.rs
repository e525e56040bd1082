//! What takes two people (SEC-14), in its table. Nothing in it is personal data but the sign-in names of operators, which the
//! audit log has too.

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::proposals::{Proposal, ProposalKind, ProposalState};
use heyan_domain::state::Tables;
use heyan_domain::terms::ProposalId;

use super::read::Reader;
use super::writer::Writer;
use crate::database::StoreError;

/// A place in the list of proposals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProposalPlace {
    /// When it was proposed.
    pub at: Timestamp,
    /// Which of that moment.
    pub proposal: ProposalId,
}

impl ProposalPlace {
    /// Where a proposal stands in the list.
    pub fn of(proposal: &Proposal) -> Self {
        Self { at: proposal.proposed.at, proposal: proposal.id }
    }
}

fn proposal(row: &Row<'_>) -> Result<Proposal, StoreError> {
    let body = row.get_ref(0)?.as_str()?;
    serde_json::from_str(body).map_err(|_| StoreError::Damaged { what: "proposal" })
}

/// Whether something may still become of it.
const fn is_open(proposal: &Proposal) -> bool {
    match proposal.state {
        ProposalState::Waiting | ProposalState::Approved(_) => true,
        ProposalState::Refused { .. }
        | ProposalState::Withdrawn { .. }
        | ProposalState::CarriedOut { .. } => false,
    }
}

const BY_ID: &str = "SELECT body FROM proposals WHERE id = ?1";

impl Writer {
    pub(super) fn load_proposal(&self, id: ProposalId, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.one(BY_ID, [id.number()], proposal)?;
        rows.proposals.insert(id, found);
        Ok(())
    }

    pub(super) fn write_proposals(&self, rows: &Tables) -> Result<(), StoreError> {
        for row in rows.proposals.values().flatten() {
            let sql = "INSERT INTO proposals (id, kind, proposed_at, open, body) VALUES (?1, ?2, ?3, ?4, ?5) \
                       ON CONFLICT (id) DO UPDATE SET open = excluded.open, body = excluded.body";
            let body = serde_json::to_string(row).map_err(|_| StoreError::Damaged { what: "proposal" })?;
            self.connection.put(
                sql,
                params![
                    row.id.number(),
                    row.payload.kind().as_str(),
                    row.proposed.at.as_ms(),
                    is_open(row),
                    body,
                ],
            )?;
        }
        Ok(())
    }
}

impl Reader {
    /// One proposal.
    pub fn proposal(&self, id: ProposalId) -> Result<Option<Proposal>, StoreError> {
        self.one(BY_ID, [id.number()], proposal)
    }

    /// Proposals before a place, or from the newest on, the newest first, at most `limit`.
    pub fn proposals(
        &self,
        before: Option<ProposalPlace>,
        limit: usize,
    ) -> Result<Vec<Proposal>, StoreError> {
        let (at, id) =
            before.map_or((i64::MAX, i64::MAX), |place| (place.at.as_ms(), place.proposal.number()));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT body FROM proposals WHERE (proposed_at, id) < (?1, ?2) \
                   ORDER BY proposed_at DESC, id DESC LIMIT ?3";
        self.many(sql, [at, id, limit], proposal)
    }

    /// Proposals of a kind that wait or are approved and not yet carried out, the oldest first. Those that have waited too
    /// long are among them: [`Proposal::stage`] tells.
    pub fn open_proposals(&self, kind: ProposalKind) -> Result<Vec<Proposal>, StoreError> {
        let sql = "SELECT body FROM proposals WHERE kind = ?1 AND open = 1 ORDER BY proposed_at, id";
        self.many(sql, [kind.as_str()], proposal)
    }
}
