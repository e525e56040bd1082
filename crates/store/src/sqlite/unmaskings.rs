//! Requests to see personal data in clear (SEC-14), in their table.

use heyan_domain::Timestamp;
use heyan_domain::audit::unmask::{Approval, OPEN_MS, Unmasking, WAIT_MS};
use heyan_domain::audit::{Reason, Staff};
use heyan_domain::state::Tables;
use heyan_domain::terms::{AccountId, FilingId};
use rusqlite::{Row, params};

use super::StoreError;
use super::read::Reader;
use super::rows::damaged;
use super::writer::Writer;

macro_rules! select_unmasking {
    ($rest:literal) => {
        concat!(
            "SELECT filing, account, name, reason, requested_at, approver, approver_name, approved_at \
             FROM unmaskings ",
            $rest
        )
    };
}

fn unmasking(row: &Row<'_>) -> Result<Unmasking, StoreError> {
    let approver: (Option<i64>, Option<String>) = (row.get(5)?, row.get(6)?);
    let approved_at: Option<i64> = row.get(7)?;
    let approval = match (approver, approved_at) {
        ((Some(account), Some(name)), Some(at)) => Some(Approval {
            by: Staff { account: AccountId::from_number(account), name },
            at: Timestamp::from_ms(at),
        }),
        _ => None,
    };
    Ok(Unmasking {
        filing: FilingId::from_number(row.get(0)?),
        requester: Staff { account: AccountId::from_number(row.get(1)?), name: row.get(2)? },
        reason: damaged(Reason::parse(&row.get::<_, String>(3)?), "reason")?,
        requested_at: Timestamp::from_ms(row.get(4)?),
        approval,
    })
}

impl Writer {
    pub(super) fn load_unmasking(
        &self,
        key: (FilingId, AccountId),
        rows: &mut Tables,
    ) -> Result<(), StoreError> {
        let sql = select_unmasking!("WHERE filing = ?1 AND account = ?2");
        let found = self.one(sql, [key.0.number(), key.1.number()], unmasking)?;
        rows.unmaskings.insert(key, found);
        Ok(())
    }

    pub(super) fn write_unmaskings(&self, rows: &Tables) -> Result<(), StoreError> {
        for row in rows.unmaskings.values().flatten() {
            let sql = "INSERT INTO unmaskings (filing, account, name, reason, requested_at, approver, \
                       approver_name, approved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                       ON CONFLICT (filing, account) DO UPDATE SET name = excluded.name, \
                       reason = excluded.reason, requested_at = excluded.requested_at, \
                       approver = excluded.approver, approver_name = excluded.approver_name, \
                       approved_at = excluded.approved_at";
            let approval = row.approval.as_ref();
            self.connection.prepare_cached(sql)?.execute(params![
                row.filing.number(),
                row.requester.account.number(),
                row.requester.name,
                row.reason.as_str(),
                row.requested_at.as_ms(),
                approval.map(|approval| approval.by.account.number()),
                approval.map(|approval| approval.by.name.as_str()),
                approval.map(|approval| approval.at.as_ms()),
            ])?;
        }
        Ok(())
    }

    /// Removes requests whose time is over, whether or not they were approved. They are few, and the table is read
    /// through.
    pub(super) fn tidy_unmaskings(&self, now: Timestamp) -> Result<usize, StoreError> {
        let before = now.plus_ms(-WAIT_MS - OPEN_MS);
        let sql = "DELETE FROM unmaskings WHERE requested_at < ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([before.as_ms()])?)
    }
}

impl Reader {
    /// Requests to see a filing in clear that wait for a second person, the oldest first, and those that are open.
    pub fn unmaskings(&self, now: Timestamp) -> Result<Vec<Unmasking>, StoreError> {
        let sql = select_unmasking!("ORDER BY requested_at, filing, account");
        let mut found = self.many(sql, [], unmasking)?;
        found.retain(|one| one.waits_at(now) || one.open_at(now).is_some());
        Ok(found)
    }
}
