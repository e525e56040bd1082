//! What the list of entries is narrowed to.

use heyan_domain::Timestamp;
use heyan_domain::accounts::SignInName;
use heyan_domain::audit::AuditSubject;
use heyan_domain::tags::KeyId;
use heyan_domain::terms::{AccountId, FilingId};
use heyan_domain::time::DAY_MS;
use heyan_store::database::StoreError;
use heyan_store::tables::{AuditFilter, Reader};
use serde::Deserialize;

use super::PATH;
use crate::console::entries::actions;
use crate::console::parts::{Field, Filters};
use crate::console::provider::encode;
use crate::texts::Texts;

/// As it stands in the address. Nothing personal about people in filings can: only ids, names of accounts and days.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    account: String,
    subject: String,
    day: String,
    before: String,
}

/// Which field is not understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    Kind,
    Account,
    Subject,
    Day,
}

/// Midnight in Beijing at which a day begins that is written as `2026-03-02`.
pub(in crate::console) fn day(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&format!("{text}T00:00:00+08:00"))
}

fn subject(text: &str) -> Option<AuditSubject> {
    let filing = FilingId::parse(text).map(AuditSubject::Filing);
    let account = || AccountId::parse(text).map(AuditSubject::Account);
    let key = || Some(AuditSubject::Key(KeyId(text.parse().ok()?)));
    filing.or_else(account).or_else(key)
}

impl Asked {
    fn is_narrowed(&self) -> bool {
        [&self.kind, &self.account, &self.subject, &self.day].iter().any(|text| !text.is_empty())
    }

    /// Where the last page ended.
    pub(super) fn before(&self) -> Option<i64> {
        self.before.parse().ok()
    }

    /// An account is meant with everything that its person does, by whichever right.
    fn actors(&self, reader: &Reader) -> Result<Result<(String, Option<String>), Wrong>, StoreError> {
        let typed = self.account.trim();
        if typed.contains(':') || typed == "machine" || typed == "unknown" {
            return Ok(Ok((typed.to_owned(), None)));
        }
        let Some(name) = SignInName::parse(typed) else { return Ok(Err(Wrong::Account)) };
        let account = reader.account_by_name(&name)?;
        let province = account.and_then(|account| account.role.province());
        let reviewer = province.map(|province| format!("administration:{}/{name}", province.pinyin()));
        Ok(Ok((format!("staff:{name}"), reviewer)))
    }

    /// As the store understands it.
    pub(super) fn filter(&self, reader: &Reader) -> Result<Result<AuditFilter, Wrong>, StoreError> {
        let mut filter = AuditFilter::default();
        if !self.kind.is_empty() {
            match self.kind.parse() {
                Ok(kind) => filter.action = Some(kind),
                Err(_) => return Ok(Err(Wrong::Kind)),
            }
        }
        if !self.account.is_empty() {
            match self.actors(reader)? {
                Ok((actor, other)) => (filter.actor, filter.or_actor) = (Some(actor), other),
                Err(wrong) => return Ok(Err(wrong)),
            }
        }
        if !self.subject.is_empty() {
            match subject(self.subject.trim()) {
                Some(subject) => filter.subject = Some(subject),
                None => return Ok(Err(Wrong::Subject)),
            }
        }
        if !self.day.is_empty() {
            match day(&self.day) {
                Some(from) => (filter.since, filter.until) = (Some(from), Some(from.plus_ms(DAY_MS))),
                None => return Ok(Err(Wrong::Day)),
            }
        }
        Ok(Ok(filter))
    }

    fn query(&self) -> String {
        let fields = [
            ("kind", &self.kind),
            ("account", &self.account),
            ("subject", &self.subject),
            ("day", &self.day),
        ];
        let said = fields.iter().filter(|(_, text)| !text.is_empty());
        said.map(|(name, text)| format!("{name}={}", encode(text))).collect::<Vec<_>>().join("&")
    }

    /// The same list, from an entry on.
    pub(super) fn path(&self, before: Option<i64>) -> String {
        match before {
            Some(no) => format!("{PATH}?{}&before={no}", self.query()),
            None => format!("{PATH}?{}", self.query()),
        }
    }

    /// The same list as a file.
    pub(super) fn export_path(&self) -> String {
        format!("{PATH}/entries.csv?{}", self.query())
    }

    /// The form.
    pub(super) fn filters(&self, t: &Texts, wrong: Option<Wrong>) -> Filters {
        let said = |which: Wrong, key: &str| (wrong == Some(which)).then(|| t.get(key));
        Filters {
            path: PATH.to_owned(),
            fields: vec![
                Field::select("kind", t.get("audit-what"), &self.kind, actions(t))
                    .error(said(Wrong::Kind, "audit-kind-wrong")),
                Field::text("account", t.get("audit-account"), &self.account)
                    .error(said(Wrong::Account, "audit-account-wrong")),
                Field::text("subject", t.get("audit-subject"), &self.subject)
                    .error(said(Wrong::Subject, "audit-subject-wrong")),
                Field::date("day", t.get("audit-day"), &self.day).error(said(Wrong::Day, "audit-day-wrong")),
            ],
            submit: t.get("filter-submit"),
            reset: self.is_narrowed().then(|| t.get("filter-reset")),
        }
    }
}
