//! What administrations have decided: written once, listed, counted.

use crate::sql::Value;
use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::filing::{Filing, FilingState};
use heyan_domain::review::Decided;
use heyan_domain::terms::{FilingId, Province};

use super::read::Reader;
use super::read_lists::{Page, one_more};
use super::rows::damaged;
use super::writer::Writer;
use crate::database::StoreError;

/// Where a decision stands among those of its administration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecisionPlace {
    /// When it was decided.
    pub at: Timestamp,
    /// Which filing it is among those decided at once.
    pub filing: FilingId,
}

/// The work of an administration within a time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReviewFigures {
    /// Filings that arrived, decided or not.
    pub received: u32,
    /// Filings decided: whether approved, after how many working days, how many such, in the order of the days.
    pub decided: Vec<(bool, u32, u32)>,
}

/// An administration's queue as numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct QueueFigures {
    /// Filings that wait.
    pub waiting: u32,
    /// Those of them whose time is over (REV-02).
    pub overdue: u32,
}

macro_rules! select_decision {
    ($rest:literal) => {
        concat!(
            "SELECT province, at, filing, approved, reviewer, arrived_at, working_days FROM decisions ",
            $rest
        )
    };
}

fn decided(row: &Row<'_>) -> Result<Decided, StoreError> {
    Ok(Decided {
        province: damaged(Province::from_code(row.get(0)?), "province")?,
        at: Timestamp::from_ms(row.get(1)?),
        filing: FilingId::from_number(row.get(2)?),
        approved: row.get(3)?,
        reviewer: row.get(4)?,
        arrived_at: Timestamp::from_ms(row.get(5)?),
        working_days: row.get(6)?,
    })
}

/// When an administration has decided about a filing.
fn decided_at(filing: &Filing) -> Option<Timestamp> {
    match filing.state {
        FilingState::Approved { at } | FilingState::Rejected { at } => Some(at),
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::InReview { .. }
        | FilingState::Returned { .. }
        | FilingState::Withdrawn { .. } => None,
    }
}

impl Writer {
    /// Writes decisions.
    pub(super) fn write_decisions(&self, decisions: &[Decided]) -> Result<(), StoreError> {
        for decided in decisions {
            let sql = "INSERT INTO decisions (province, at, filing, approved, reviewer, arrived_at, working_days) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            self.connection.put(
                sql,
                params![
                    decided.province.code(),
                    decided.at.as_ms(),
                    decided.filing.number(),
                    decided.approved,
                    decided.reviewer,
                    decided.arrived_at.as_ms(),
                    decided.working_days,
                ],
            )?;
        }
        Ok(())
    }
}

impl Reader {
    /// What an administration has decided, the newest first; `before` is where the last page ended.
    pub fn decisions(
        &self,
        province: Province,
        before: Option<DecisionPlace>,
        limit: usize,
    ) -> Result<Page<Decided, DecisionPlace>, StoreError> {
        let sql = select_decision!(
            "WHERE province = ?1 AND (at, filing) < (?2, ?3) ORDER BY at DESC, filing DESC LIMIT ?4"
        );
        let (at, filing) =
            before.map_or((i64::MAX, i64::MAX), |place| (place.at.as_ms(), place.filing.number()));
        let values = [
            Value::Integer(province.code().into()),
            Value::Integer(at),
            Value::Integer(filing),
            one_more(limit),
        ];
        let found = self.many(sql, values, decided)?;
        Ok(Page::cut(found, limit, |decided| DecisionPlace { at: decided.at, filing: decided.filing }))
    }

    /// What was decided about a filing; `None` while nothing is.
    pub fn decision(&self, filing: &Filing) -> Result<Option<Decided>, StoreError> {
        let Some(at) = decided_at(filing) else { return Ok(None) };
        let sql = select_decision!("WHERE province = ?1 AND at = ?2 AND filing = ?3");
        self.one(sql, params![filing.province.code(), at.as_ms(), filing.id.number()], decided)
    }

    /// An administration's work from the first instant to before the second.
    pub fn review_figures(
        &self,
        province: Province,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<ReviewFigures, StoreError> {
        let within = (province.code(), from.as_ms(), to.as_ms());
        let count = |sql| self.one(sql, within, |row| Ok(row.get::<u32>(0)?));
        let waiting = count(
            "SELECT count(*) FROM reviews WHERE province = ?1 AND arrived_at >= ?2 AND arrived_at < ?3",
        )?;
        let left = count(
            "SELECT count(*) FROM decisions WHERE province = ?1 AND arrived_at >= ?2 AND arrived_at < ?3",
        )?;
        let sql = "SELECT approved, working_days, count(*) FROM decisions \
                   WHERE province = ?1 AND at >= ?2 AND at < ?3 GROUP BY approved, working_days \
                   ORDER BY working_days, approved";
        let decided = self.many(sql, within, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(ReviewFigures { received: waiting.unwrap_or(0) + left.unwrap_or(0), decided })
    }

    /// How many filings wait in an administration's queue, and how many of them too long.
    pub fn queue_figures(&self, province: Province, now: Timestamp) -> Result<QueueFigures, StoreError> {
        let sql = "SELECT count(*), count(*) FILTER (WHERE due_at < ?2) FROM reviews WHERE province = ?1";
        let found = self.one(sql, (province.code(), now.as_ms()), |row| {
            Ok(QueueFigures { waiting: row.get(0)?, overdue: row.get(1)? })
        })?;
        Ok(found.unwrap_or_default())
    }
}
