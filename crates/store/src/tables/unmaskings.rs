//! Requests to see personal data in clear (SEC-14), in their table.

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::accounts::Role;
use heyan_domain::audit::unmask::{Person, Unmasking, Verdict};
use heyan_domain::audit::{Reason, Staff};
use heyan_domain::privacy::UNMASKINGS_KEPT_MS;
use heyan_domain::state::Tables;
use heyan_domain::terms::{AccountId, FilingId, ProviderId, Province};

use super::columns;
use super::read::Reader;
use super::read_lists::{Page, one_more};
use super::rows::damaged;
use super::writer::Writer;
use crate::database::StoreError;

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
        reason: damaged(Reason::parse(&row.get::<String>(6)?), "reason")?,
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
            let sql = "INSERT INTO unmaskings (filing, account, name, role, province, provider, reason, \
                       requested_at, decider, decider_name, decided_at, approved, looks) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
                       ON CONFLICT (filing, account) DO UPDATE SET name = excluded.name, role = excluded.role, \
                       province = excluded.province, provider = excluded.provider, reason = excluded.reason, \
                       requested_at = excluded.requested_at, decider = excluded.decider, \
                       decider_name = excluded.decider_name, decided_at = excluded.decided_at, \
                       approved = excluded.approved, looks = excluded.looks";
            let (role, verdict) = (&row.requester.role, row.verdict.as_ref());
            self.connection.put(
                sql,
                params![
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
                ],
            )?;
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

/// Whose requests are listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Everybody's: for whoever oversees.
    All,
    /// Those of an administration's people.
    Administration(Province),
    /// Those of a provider's people.
    Provider(ProviderId),
    /// One person's own.
    Account(AccountId),
}

/// Where a request stands in the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnmaskingPlace {
    /// When it was made.
    pub at: Timestamp,
    /// About which filing.
    pub filing: FilingId,
    /// By whom.
    pub account: AccountId,
}

impl Reader {
    /// Requests to see a filing in clear, the newest first; `before` is where the last page ended. The list is read in the
    /// order of time and others' requests are passed over: 90 days of what takes two people and a reason are few.
    pub fn unmaskings(
        &self,
        whose: &Whose,
        before: Option<UnmaskingPlace>,
        limit: usize,
    ) -> Result<Page<Unmasking, UnmaskingPlace>, StoreError> {
        let sql = select_unmasking!(
            "WHERE (requested_at, filing, account) < (?1, ?2, ?3) AND (province = ?4 OR ?4 IS NULL) \
             AND (provider = ?5 OR ?5 IS NULL) AND (account = ?6 OR ?6 IS NULL) \
             ORDER BY requested_at DESC, filing DESC, account DESC LIMIT ?7"
        );
        let (at, filing, account) = before.map_or((i64::MAX, i64::MAX, i64::MAX), |place| {
            (place.at.as_ms(), place.filing.number(), place.account.number())
        });
        let (mut province, mut provider, mut own) = (None, None, None);
        match whose {
            Whose::All => {}
            Whose::Administration(one) => province = Some(one.code()),
            Whose::Provider(one) => provider = Some(one.as_str()),
            Whose::Account(one) => own = Some(one.number()),
        }
        let found = self.many(
            sql,
            params![at, filing, account, province, provider, own, one_more(limit)],
            unmasking,
        )?;
        Ok(Page::cut(found, limit, |one| UnmaskingPlace {
            at: one.requested_at,
            filing: one.filing,
            account: one.requester.staff.account,
        }))
    }

    /// All requests to see one filing, the newest first.
    pub fn unmaskings_of(&self, filing: FilingId) -> Result<Vec<Unmasking>, StoreError> {
        let sql = select_unmasking!("WHERE filing = ?1 ORDER BY requested_at DESC, account DESC");
        self.many(sql, [filing.number()], unmasking)
    }
}
