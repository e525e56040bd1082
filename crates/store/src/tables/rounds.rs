//! Rounds of the last days as rules see them: what another rule set would have been asked.

use crate::sql::Row;
use heyan_domain::Timestamp;
use heyan_domain::filing::RoundBody;
use heyan_domain::rulebook::Case;
use heyan_domain::rules::RuleSetNo;
use heyan_domain::terms::{FilingId, FilingKind, Initiator, ProviderId, Province, ServiceKind};
use serde::Deserialize;

use super::columns;
use super::read::Reader;
use super::rows::{damaged, filing_state, unseal};
use crate::database::StoreError;
use crate::keys::Purpose;

/// The latest round of a filing. Nothing in it is personal data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoundSeen {
    /// Which filing.
    pub filing: FilingId,
    /// Whose.
    pub provider: ProviderId,
    /// 备案类型.
    pub kind: FilingKind,
    /// Which administration.
    pub province: Province,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// The set that it was pinned to.
    pub ruleset: RuleSetNo,
    /// What the rule was asked; `None` if the filing has been edited since, so that it is not known any more.
    pub asked: Option<Asked>,
}

/// What a rule is asked about a round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The case.
    pub case: Case,
    /// Whether it was an empty shell's.
    pub shell: bool,
    /// The kinds of its services.
    pub services: Vec<ServiceKind>,
}

/// Some of them, and where to go on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RoundsSeen {
    /// Those reported since the instant.
    pub rounds: Vec<RoundSeen>,
    /// How many filings were looked at.
    pub looked_at: usize,
    /// The last one looked at; `None` if there are no more.
    pub next: Option<FilingId>,
}

/// What is read of a body; the rest is passed over without being kept.
#[derive(Deserialize)]
struct Part {
    draft: DraftPart,
    #[serde(default)]
    rounds: Vec<RoundBody>,
}

#[derive(Deserialize)]
struct DraftPart {
    #[serde(default)]
    initiator: Option<Initiator>,
    #[serde(default)]
    services: Vec<ServicePart>,
}

#[derive(Deserialize)]
struct ServicePart {
    #[serde(default)]
    kind: Option<ServiceKind>,
}

impl Part {
    fn asked(self, kind: FilingKind) -> Option<Asked> {
        let round = self.rounds.last()?;
        let initiator = self.draft.initiator.unwrap_or(Initiator::Provider);
        let kinds = self.draft.services.iter();
        Some(Asked {
            case: round.case(kind, initiator),
            shell: round.is_shell(),
            services: kinds.map(|service| service.kind.unwrap_or(ServiceKind::Website)).collect(),
        })
    }
}

impl Reader {
    /// Looks through at most `limit` filings before one, or from the newest on, for those whose latest round was reported
    /// since an instant.
    pub fn rounds_since(
        &self,
        since: Timestamp,
        before: Option<FilingId>,
        limit: usize,
    ) -> Result<RoundsSeen, StoreError> {
        let sql = "SELECT id, provider, kind, province, state, edited, reported_at, rule_set, \
                   CASE WHEN reported_at >= ?2 THEN sealed END FROM filings \
                   JOIN filing_bodies ON filing = id WHERE id < ?1 ORDER BY id DESC LIMIT ?3";
        let before = before.map_or(i64::MAX, FilingId::number);
        let limit_rows = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = self.many(sql, (before, since.as_ms(), limit_rows), |row| {
            let id = FilingId::from_number(row.get(0)?);
            Ok((id, self.round_seen(id, row)?))
        })?;
        let next = found.last().map(|(id, _)| *id).filter(|_| found.len() >= limit);
        let looked_at = found.len();
        Ok(RoundsSeen { rounds: found.into_iter().filter_map(|(_, round)| round).collect(), looked_at, next })
    }

    fn round_seen(&self, filing: FilingId, row: &Row<'_>) -> Result<Option<RoundSeen>, StoreError> {
        let (sealed, reported_at, ruleset): (Option<Vec<u8>>, Option<i64>, Option<u32>) =
            (row.get(8)?, row.get(6)?, row.get(7)?);
        let (Some(sealed), Some(reported_at), Some(ruleset)) = (sealed, reported_at, ruleset) else {
            return Ok(None);
        };
        let kind = damaged(columns::kind(row.get(2)?), "kind of filing")?;
        let (state, edited): (u8, bool) = (row.get(4)?, row.get(5)?);
        let is_edited = edited && state == filing_state::RETURNED;
        let place = filing.number().to_be_bytes();
        let body: Part = unseal(&self.ring, Purpose::FilingBody, &place, &sealed, "filing")?;
        let provider: String = row.get(1)?;
        Ok(Some(RoundSeen {
            filing,
            provider: damaged(ProviderId::parse(&provider), "provider")?,
            kind,
            province: damaged(Province::from_code(row.get(3)?), "province")?,
            reported_at: Timestamp::from_ms(reported_at),
            ruleset: RuleSetNo(ruleset),
            asked: if is_edited { None } else { body.asked(kind) },
        }))
    }
}
