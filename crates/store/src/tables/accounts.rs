//! Accounts of the staff and their sessions: loading, writing, reading.

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::accounts::{
    Account, DisplayName, PasswordHash, Role, SESSION_LIFE_MS, Session, SessionTag, SignInName, Totp,
};
use heyan_domain::audit::{AuditAction, AuditSubject};
use heyan_domain::state::{Key, Tables};
use heyan_domain::terms::{AccountId, ProviderId, Province};
use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::columns;
use super::read::Reader;
use super::rows::{self, damaged};
use super::write::to_json;
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::{Purpose, Ring};

/// Sessions that are over are kept so long, so that a form sent too late is known to be its sender's.
const KEEP_ENDED_MS: i64 = SESSION_LIFE_MS;

/// What is sealed of an account.
#[derive(Serialize, Deserialize)]
struct Sealed {
    display_name: DisplayName,
    password: PasswordHash,
    /// None in what was written before there was a second factor.
    #[serde(default)]
    totp: Totp,
}

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, role, province, provider, sealed, failures, locked_until, disabled_at, generation, \
             created_at FROM accounts ",
            $rest
        )
    };
}

fn account(ring: &Ring, row: &Row<'_>) -> Result<Account, StoreError> {
    let id: i64 = row.get(0)?;
    let sealed = row.get_ref(5)?.as_blob()?;
    let sealed: Sealed = rows::unseal(ring, Purpose::Account, &id.to_be_bytes(), sealed, "account")?;
    let kind = damaged(columns::role(row.get(2)?), "role of an account")?;
    let province: Option<u32> = row.get(3)?;
    let province = province.map(|code| damaged(Province::from_code(code), "province")).transpose()?;
    let provider: Option<String> = row.get(4)?;
    let provider = provider.map(|name| damaged(ProviderId::parse(&name), "provider")).transpose()?;
    let name: String = row.get(1)?;
    Ok(Account {
        id: AccountId::from_number(id),
        name: damaged(SignInName::parse(&name), "name of an account")?,
        display_name: sealed.display_name,
        role: damaged(Role::of(kind, province, provider), "role of an account")?,
        password: sealed.password,
        totp: sealed.totp,
        failures: row.get(6)?,
        locked_until: row.get::<Option<i64>>(7)?.map(Timestamp::from_ms),
        disabled_at: row.get::<Option<i64>>(8)?.map(Timestamp::from_ms),
        generation: row.get(9)?,
        created_at: Timestamp::from_ms(row.get(10)?),
    })
}

const SELECT_SESSION: &str =
    "SELECT account, generation, created_at, last_seen_at FROM sessions WHERE tag = ?1";

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        account: AccountId::from_number(row.get(0)?),
        generation: row.get(1)?,
        created_at: Timestamp::from_ms(row.get(2)?),
        last_seen_at: Timestamp::from_ms(row.get(3)?),
    })
}

impl Writer {
    /// Loads a row of the kinds that are here.
    pub(super) fn load_account(&mut self, key: &Key, rows: &mut Tables) -> Result<(), StoreError> {
        let ring = std::sync::Arc::clone(&self.ring);
        if let Key::Account(id) = key {
            let found =
                self.one(select_account!("WHERE id = ?1"), [id.number()], |row| account(&ring, row))?;
            rows.accounts.insert(*id, found);
        } else if let Key::AccountName(name) = key {
            let sql = "SELECT id FROM accounts WHERE name = ?1";
            let found = self.one(sql, [name.as_str()], |row| Ok(AccountId::from_number(row.get(0)?)))?;
            rows.account_names.insert(name.clone(), found);
        } else if let Key::Session(tag) = key {
            let found = self.one(SELECT_SESSION, [&tag.0], session)?;
            rows.sessions.insert(*tag, found);
        }
        Ok(())
    }

    /// Writes accounts and sessions.
    pub(super) fn write_accounts(&mut self, rows: &Tables, rng: &mut dyn Rng) -> Result<(), StoreError> {
        for account in rows.accounts.values().flatten() {
            self.write_account(account, rng)?;
        }
        for (tag, session) in &rows.sessions {
            let Some(session) = session else {
                self.connection.put("DELETE FROM sessions WHERE tag = ?1", [&tag.0])?;
                continue;
            };
            let sql = "INSERT INTO sessions (tag, account, generation, created_at, last_seen_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tag) DO UPDATE SET \
                       generation = excluded.generation, last_seen_at = excluded.last_seen_at";
            self.connection.put(
                sql,
                params![
                    tag.0,
                    session.account.number(),
                    session.generation,
                    session.created_at.as_ms(),
                    session.last_seen_at.as_ms(),
                ],
            )?;
        }
        Ok(())
    }

    fn write_account(&self, account: &Account, rng: &mut dyn Rng) -> Result<(), StoreError> {
        let id = account.id.number();
        let secrets = Sealed {
            display_name: account.display_name.clone(),
            password: account.password.clone(),
            totp: account.totp.clone(),
        };
        let clear = Zeroizing::new(to_json(&secrets, "account")?);
        let sealed = self.ring.seal(Purpose::Account, &id.to_be_bytes(), &clear, rng);
        let sql = "INSERT INTO accounts (id, name, role, province, provider, sealed, failures, locked_until, \
                   disabled_at, generation, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
                   ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, failures = excluded.failures, \
                   locked_until = excluded.locked_until, disabled_at = excluded.disabled_at, \
                   generation = excluded.generation";
        self.connection.put(
            sql,
            params![
                id,
                account.name.as_str(),
                columns::role_number(account.role.kind()),
                account.role.province().map(Province::code),
                account.role.provider().map(ProviderId::as_str),
                sealed,
                account.failures,
                account.locked_until.map(Timestamp::as_ms),
                account.disabled_at.map(Timestamp::as_ms),
                account.generation,
                account.created_at.as_ms(),
            ],
        )?;
        Ok(())
    }

    /// Removes sessions that were over long ago. They are few, and the table is read through.
    pub(super) fn tidy_sessions(&self, now: Timestamp) -> Result<usize, StoreError> {
        let before = now.plus_ms(-SESSION_LIFE_MS - KEEP_ENDED_MS);
        let sql = "DELETE FROM sessions WHERE created_at < ?1";
        Ok(self.connection.prepare_cached(sql)?.execute([before.as_ms()])?)
    }
}

impl Reader {
    /// The account with a sign-in name.
    pub fn account_by_name(&self, name: &SignInName) -> Result<Option<Account>, StoreError> {
        self.one(select_account!("WHERE name = ?1"), [name.as_str()], |row| account(&self.ring, row))
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one(select_account!("WHERE id = ?1"), [id.number()], |row| account(&self.ring, row))
    }

    /// A session and its account, whether or not it still counts.
    pub fn session(&self, tag: SessionTag) -> Result<Option<(Session, Account)>, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let Some(session) = self.one(SELECT_SESSION, [&tag.0], session)? else { return Ok(None) };
        let account = self.account(session.account)?;
        drop(snapshot);
        Ok(account.map(|account| (session, account)))
    }

    /// When somebody last signed in to an account, by the audit log.
    pub fn last_sign_in(&self, id: AccountId) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT at FROM audit WHERE subject = ?1 AND action = ?2 ORDER BY no DESC LIMIT 1";
        let subject = AuditSubject::Account(id).to_string();
        self.one(sql, [subject.as_str(), AuditAction::SignedIn.as_str()], |row| {
            Ok(Timestamp::from_ms(row.get(0)?))
        })
    }

    /// Accounts in the order of their names, of one provider if asked; `after` is where the last page ended.
    pub fn accounts(
        &self,
        provider: Option<&ProviderId>,
        after: Option<&SignInName>,
        limit: usize,
    ) -> Result<Vec<Account>, StoreError> {
        let after = after.map_or("", SignInName::as_str);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = select_account!("WHERE name > ?1 AND (provider = ?2 OR ?2 IS NULL) ORDER BY name LIMIT ?3");
        let provider = provider.map(ProviderId::as_str);
        self.many(sql, params![after, provider, limit], |row| account(&self.ring, row))
    }
}
