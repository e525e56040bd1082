//! Requests to see personal data in clear (SEC-14), in their table.

use heyan_domain::Timestamp;
use heyan_domain::accounts::Role;
use heyan_domain::audit::unmask::{Person, Unmasking, Verdict};
use heyan_domain::audit::{Reason, Staff};
use heyan_domain::privacy::UNMASKINGS_KEPT_MS;
use heyan_domain::state::Tables;
use heyan_domain::terms::{AccountId, FilingId, ProviderId, Province};
use rusqlite::{Row, params};

use super::StoreError;
use super::columns;
use super::read::Reader;
use super::rows::damaged;
use super::writer::Writer;

macro_rules! select_unmasking {
    ($rest:literal) => {
        concat!(
            "SELECT filing, account, name, role, province, provider, reason, requested_at, decider, decider_name, \
             decided_at, approved, looks FROM unmaskings ",
            $rest
        )
    };
}

fn requester(row: &Row<'_>) -> Result<Person, StoreError> {
    let kind = damaged(columns::role(row.get(3)?), "role of a request")?;
    let province: Option<u32> = row.get(4)?;
    let province = province.map(|code| damaged(Province::from_code(code), "province")).transpose()?;
    let provider: Option<String> = row.get(5)?;
    let provider = provider.map(|name| damaged(ProviderId::parse(&name), "provider")).transpose()?;
    Ok(Person {
        staff: Staff { account: AccountId::from_number(row.get(1)?), name: row.get(2)? },
        role: damaged(Role::of(kind, province, provider), "role of a request")?,
    })
}

fn unmasking(row: &Row<'_>) -> Result<Unmasking, StoreError> {
    let decider: Option<i64> = row.get(8)?;
    let decider_name: Option<String> = row.get(9)?;
    let decided_at: Option<i64> = row.get(10)?;
    let approved: Option<bool> = row.get(11)?;
    let verdict = match (decider, decider_name, decided_at, approved) {
        (Some(account), Some(name), Some(at), Some(approved)) => Some(Verdict {
            by: Staff { account: AccountId::from_number(account), name },
            at: Timestamp::from_ms(at),
            approved,
        }),
        (_, _, _, _) => None,
    };
    Ok(Unmasking {
        filing: FilingId::from_number(row.get(0)?),
        requester: requester(row)?,
        reason: damaged(Reason::parse(&row.get::<_, String>(6)?), "reason")?,
        requested_at: Timestamp::from_ms(row.get(7)?),
        verdict,
        looks: row.get(12)?,
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
            let sql = "INSERT OR REPLACE INTO unmaskings (filing, account, name, role, province, provider, reason, \
                       requested_at, decider, decider_name, decided_at, approved, looks) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
            let (role, verdict) = (&row.requester.role, row.verdict.as_ref());
            self.connection.prepare_cached(sql)?.execute(params![
                row.filing.number(),
                row.requester.staff.account.number(),
                row.requester.staff.name,
                columns::role_number(role.kind()),
                role.province().map(Province::code),
                role.provider().map(ProviderId::as_str),
                row.reason.as_str(),
                row.requested_at.as_ms(),
                verdict.map(|verdict| verdict.by.account.number()),
                verdict.map(|verdict| verdict.by.name.as_str()),
                verdict.map(|verdict| verdict.at.as_ms()),
                verdict.map(|verdict| verdict.approved),
                row.looks,
            ])?;
        }
        Ok(())
    }

    /// Removes requests that have been listed for long enough. They are few, and the table is read through.
    pub(super) fn tidy_unmaskings(&self, now: Timestamp) -> Result<usize, StoreError> {
        let before = now.plus_ms(-UNMASKINGS_KEPT_MS);
        let sql = "DELETE FROM unmaskings WHERE requested_at < ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([before.as_ms()])?)
    }
}

impl Reader {
    /// Requests to see a filing in clear, the newest first. They are few: each takes two people and a reason.
    pub fn unmaskings(&self, limit: usize) -> Result<Vec<Unmasking>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.many(
            select_unmasking!("ORDER BY requested_at DESC, filing DESC, account LIMIT ?1"),
            [limit],
            unmasking,
        )
    }

    /// One person's request to see one filing.
    pub fn unmasking(&self, filing: FilingId, account: AccountId) -> Result<Option<Unmasking>, StoreError> {
        let sql = select_unmasking!("WHERE filing = ?1 AND account = ?2");
        self.one(sql, [filing.number(), account.number()], unmasking)
    }
}
