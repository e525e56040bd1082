//! Versions of rule files, which of them are activated, and the archive of sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sql::{Connection, Row, SqlError, params};
use heyan_domain::Timestamp;
use heyan_domain::audit::Staff;
use heyan_domain::proposals::Word;
use heyan_domain::rulebook::{Defect, RuleSet, Rulebook};
use heyan_domain::rules::{Activation, Archived, RuleSetNo, Rules, Version};
use heyan_domain::state::Tables;
use heyan_domain::terms::{AccountId, ProposalId, VersionId};

use super::read::Reader;
use super::writer::Writer;
use crate::database::Database;
use crate::database::StoreError;
use crate::location::Location;

/// A place in the list of versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VersionPlace {
    /// When it was put in.
    pub at: Timestamp,
    /// Which of that moment.
    pub version: VersionId,
}

impl VersionPlace {
    /// Where a version stands in the list.
    pub fn of(version: &Version) -> Self {
        Self { at: version.added.at, version: version.id }
    }
}

/// Why the rules of a database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Activated versions do not fit the files of this program any more: everything that is wrong.
    #[error("the rules that operators have activated do not fit the rule files of this program")]
    Defective(Vec<Defect>),
}

impl From<SqlError> for RulesError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

macro_rules! select_version {
    ($rest:literal) => {
        concat!("SELECT id, name, body, account, account_name, added_at FROM rule_versions ", $rest)
    };
}

fn version(row: &Row<'_>) -> Result<Version, StoreError> {
    let by = Staff { account: AccountId::from_number(row.get(3)?), name: row.get(4)? };
    Ok(Version {
        id: VersionId::from_number(row.get(0)?),
        set: row.get(1)?,
        text: row.get::<String>(2)?.into(),
        added: Word { by, at: Timestamp::from_ms(row.get(5)?) },
    })
}

fn activations(connection: &Connection) -> Result<Vec<Activation>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT proposal, version, name, from_at, approved_at, body FROM rule_activations \
         JOIN rule_versions ON rule_versions.id = version",
    )?;
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Activation {
            proposal: ProposalId::from_number(row.get(0)?),
            version: VersionId::from_number(row.get(1)?),
            set: row.get(2)?,
            from: Timestamp::from_ms(row.get(3)?),
            approved_at: Timestamp::from_ms(row.get(4)?),
            text: row.get::<String>(5)?.into(),
        });
    }
    Ok(found)
}

fn archive(connection: &Connection) -> Result<BTreeMap<RuleSetNo, Arc<RuleSet>>, StoreError> {
    let mut archive = BTreeMap::new();
    let mut statement = connection.prepare_cached("SELECT no, body FROM rule_sets")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let set: RuleSet = serde_json::from_str(row.get_ref(1)?.as_str()?)
            .map_err(|_| StoreError::Damaged { what: "rule set" })?;
        archive.insert(RuleSetNo(row.get(0)?), Arc::new(set));
    }
    Ok(archive)
}

fn put_archived(connection: &Connection, archived: &Archived) -> Result<(), StoreError> {
    for (number, set) in archived {
        let body = serde_json::to_string(&**set).map_err(|_| StoreError::Damaged { what: "rule set" })?;
        let sql = "INSERT INTO rule_sets (no, body) VALUES (?1, ?2)";
        connection.put(sql, params![number.0, body])?;
    }
    Ok(())
}

/// The book of the files, what is activated over it, and what the archive lacks of both.
fn joined(connection: &Connection, book: Rulebook) -> Result<(Rules, Archived), RulesError> {
    let (rules, mut added) = Rules::new(book, archive(connection)?);
    let (rules, more) = rules.with_activations(activations(connection)?).map_err(RulesError::Defective)?;
    added.extend(more);
    Ok((rules, added))
}

impl Database {
    /// The rules to decide by: the book of the files, what operators have activated over it, and the sets that rounds have
    /// been pinned to (FIL-02).
    pub fn rules(&self, book: Rulebook) -> Result<Rules, RulesError> {
        let connection = self.connect_writer()?;
        // Nobody else adds to the archive meanwhile.
        connection.begin_exclusive()?;
        let (rules, added) = joined(&connection, book)?;
        put_archived(&connection, &added)?;
        if !added.is_empty() {
            connection.note_rules_changed()?;
        }
        connection.commit()?;
        Ok(rules)
    }

    /// The rules of a data directory beside the process that has it open, or without one; those of the book alone if there is
    /// no data. Nothing is written.
    pub fn rules_beside(location: impl Into<Location>, book: Rulebook) -> Result<Rules, RulesError> {
        match Self::connect_beside(&location.into())? {
            Some(connection) => Ok(joined(&connection, book)?.0),
            None => Ok(Rules::new(book, BTreeMap::new()).0),
        }
    }
}

impl Writer {
    /// The rules as somebody else has left them, over the files of this program.
    pub(crate) fn rules(&self, known: &Rules) -> Result<Rules, StoreError> {
        let (rules, added) = known
            .read_again(archive(&self.connection)?, activations(&self.connection)?)
            .map_err(|_| StoreError::Damaged { what: "rules" })?;
        put_archived(&self.connection, &added)?;
        Ok(rules)
    }

    pub(super) fn load_rule_version(&self, id: VersionId, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.one(select_version!("WHERE id = ?1"), [id.number()], version)?;
        rows.rule_versions.insert(id, found);
        Ok(())
    }

    pub(super) fn write_rules(&mut self, rows: &Tables, archived: &Archived) -> Result<(), StoreError> {
        if !rows.activations.is_empty() || !archived.is_empty() {
            self.rules_change();
        }
        for row in rows.rule_versions.values().flatten() {
            let sql = "INSERT INTO rule_versions (id, name, body, account, account_name, added_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
            self.connection.put(
                sql,
                params![
                    row.id.number(),
                    row.set,
                    &*row.text,
                    row.added.by.account.number(),
                    row.added.by.name,
                    row.added.at.as_ms(),
                ],
            )?;
        }
        for (proposal, activation) in &rows.activations {
            let Some(row) = activation else {
                let sql = "DELETE FROM rule_activations WHERE proposal = ?1";
                self.connection.put(sql, [proposal.number()])?;
                continue;
            };
            let sql = "INSERT INTO rule_activations (proposal, version, from_at, approved_at) \
                       VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
            self.connection.put(
                sql,
                params![
                    row.proposal.number(),
                    row.version.number(),
                    row.from.as_ms(),
                    row.approved_at.as_ms(),
                ],
            )?;
        }
        put_archived(&self.connection, archived)
    }
}

impl Reader {
    /// One version of a rule file.
    pub fn rule_version(&self, id: VersionId) -> Result<Option<Version>, StoreError> {
        self.one(select_version!("WHERE id = ?1"), [id.number()], version)
    }

    /// Versions before a place, or from the newest on, the newest first, at most `limit`.
    pub fn rule_versions(
        &self,
        before: Option<VersionPlace>,
        limit: usize,
    ) -> Result<Vec<Version>, StoreError> {
        let (at, id) =
            before.map_or((i64::MAX, i64::MAX), |place| (place.at.as_ms(), place.version.number()));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = select_version!("WHERE (added_at, id) < (?1, ?2) ORDER BY added_at DESC, id DESC LIMIT ?3");
        self.many(sql, [at, id, limit], version)
    }
}
