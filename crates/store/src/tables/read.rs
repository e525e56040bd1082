//! Reading connections, and the views of single things.

use std::sync::{Arc, Mutex, PoisonError};

use crate::sql::{Connection, Optional as _, Params, Row};
use heyan_domain::event::Event;
use heyan_domain::filing::Filing;
use heyan_domain::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::review::Review;
use heyan_domain::terms::{EventId, FilingId, MessageId, ProviderId};
use heyan_domain::verification::{Message, Verification};

use super::rows::{self, REVIEW_OF, damaged, select_event, select_filing, select_message};
use super::standings::AllStandings;
use crate::database::{Database, StoreError};
use crate::keys::{Purpose, Ring};
use crate::views::FilingView;

/// How many reading connections there are at most.
const MAX_READERS: usize = 4;

/// One reading connection. Each call sees what was committed before it.
pub struct Reader {
    pub(super) connection: Connection,
    pub(super) ring: Arc<Ring>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

/// The reading connections, lent one at a time.
#[derive(Clone)]
pub struct Readers {
    database: Database,
    ring: Arc<Ring>,
    idle: Arc<Mutex<Vec<Reader>>>,
    permits: Arc<tokio::sync::Semaphore>,
    pub(super) standings: AllStandings,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

impl Readers {
    /// None open yet.
    pub fn new(database: &Database, ring: Arc<Ring>) -> Self {
        Self {
            database: database.clone(),
            ring,
            idle: Arc::default(),
            permits: Arc::new(tokio::sync::Semaphore::new(MAX_READERS)),
            standings: AllStandings::default(),
        }
    }

    fn take(&self) -> Result<Reader, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // What has lost its server while it was idle is of no use.
        match idle.filter(|reader| !reader.connection.is_lost()) {
            Some(reader) => Ok(reader),
            None => Ok(Reader { connection: self.database.connect_reader()?, ring: Arc::clone(&self.ring) }),
        }
    }

    /// Reads on this thread; for commands and threads that may block.
    pub fn read_blocking<T>(
        &self,
        query: impl FnOnce(&Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let reader = self.take()?;
        let answer = query(&reader);
        if reader.connection.is_lost() {
            return answer;
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        answer
    }

    /// Reads beside the asynchronous threads.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        // The semaphore is never closed; without a permit the read would only wait its turn in SQLite.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        let readers = self.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let answer = readers.read_blocking(query);
            drop(permit);
            answer
        });
        answer.await.unwrap_or(Err(StoreError::Damaged { what: "answer of a query" }))
    }
}

impl Reader {
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params, |row| Ok(read(row))).optional()?;
        found.transpose()
    }

    pub(super) fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut cursor = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = cursor.next()? {
            found.push(read(&row)?);
        }
        Ok(found)
    }

    /// Whether the database answers.
    pub fn ping(&self) -> Result<(), StoreError> {
        Ok(self.connection.query_row("SELECT 1", (), |_| Ok(()))?)
    }

    /// A filing's row.
    pub fn filing(&self, id: FilingId) -> Result<Option<Filing>, StoreError> {
        self.one(select_filing!("FROM filings WHERE id = ?1"), [id.number()], rows::filing)
    }

    fn filing_with_verifications(
        &self,
        id: FilingId,
    ) -> Result<Option<(Filing, Vec<Verification>)>, StoreError> {
        let sql = select_filing!("FROM filings WHERE id = ?1");
        self.one(sql, [id.number()], rows::filing_with_verifications)
    }

    /// A filing with everything a page or an answer shows of it, read in one snapshot.
    pub fn filing_view(&self, id: FilingId) -> Result<Option<FilingView>, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let Some((filing, verifications)) = self.filing_with_verifications(id)? else { return Ok(None) };
        let sealed: Vec<u8> = damaged(
            self.one("SELECT sealed FROM filing_bodies WHERE filing = ?1", [id.number()], |row| {
                Ok(row.get(0)?)
            })?,
            "filing",
        )?;
        let body = rows::body(&self.ring, id, &sealed)?;
        let messages = self.messages(id)?;
        let service = match &body.draft.reference.service_no {
            Some(no) => self.service(no)?,
            None => None,
        };
        let review = self.review(id)?;
        let initial_review = self.initial_review(id)?;
        drop(snapshot);
        Ok(Some(FilingView { filing, body, verifications, messages, service, review, initial_review }))
    }

    /// All verifications of a filing, over all rounds.
    pub fn verifications(&self, id: FilingId) -> Result<Vec<Verification>, StoreError> {
        Ok(self.filing_with_verifications(id)?.map(|(_, verifications)| verifications).unwrap_or_default())
    }

    /// All messages of a filing.
    pub fn messages(&self, id: FilingId) -> Result<Vec<Message>, StoreError> {
        let sql = select_message!("FROM messages WHERE id >= ?1 AND id < ?2 ORDER BY id");
        let first = |filing: FilingId| filing.verification(0).message(0).number();
        let next = FilingId::from_number(id.number() + 1);
        self.many(sql, [first(id), first(next)], rows::message)
    }

    /// One message.
    pub fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.one(select_message!("FROM messages WHERE id = ?1"), [id.number()], rows::message)
    }

    /// The review of a filing.
    pub fn review(&self, id: FilingId) -> Result<Option<Review>, StoreError> {
        self.one(REVIEW_OF, [id.number()], rows::review)
    }

    /// 主体 in the registry.
    pub fn entity(&self, no: &EntityNo) -> Result<Option<EntityRecord>, StoreError> {
        let text = no.to_string();
        self.one("SELECT sealed FROM entities WHERE no = ?1", [&text], |row| {
            let sealed = row.get_ref(0)?.as_blob()?;
            rows::unseal(&self.ring, Purpose::Entity, text.as_bytes(), sealed, "entity")
        })
    }

    /// A service in the registry.
    pub fn service(&self, no: &ServiceNo) -> Result<Option<ServiceRecord>, StoreError> {
        let text = no.to_string();
        self.one("SELECT sealed FROM services WHERE no = ?1", [&text], |row| {
            let sealed = row.get_ref(0)?.as_blob()?;
            rows::unseal(&self.ring, Purpose::Service, text.as_bytes(), sealed, "service")
        })
    }

    /// Everything that happened to a filing and its verifications, in order: the chains followed back and merged.
    pub fn timeline(&self, filing: &Filing) -> Result<Vec<Event>, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let mut heads = vec![filing.last_event];
        heads.extend(self.verifications(filing.id)?.iter().map(|verification| verification.last_event));
        let mut events = Vec::new();
        for head in heads {
            let mut next = Some(head).filter(|id| id.number() > 0);
            while let Some(id) = next {
                let Some(event) = self.event(&filing.provider, id)? else { break };
                next = event.previous;
                events.push(event);
            }
        }
        drop(snapshot);
        events.sort_by_key(|event| event.id);
        Ok(events)
    }

    fn event(&self, provider: &ProviderId, id: EventId) -> Result<Option<Event>, StoreError> {
        let sql = select_event!("FROM events WHERE provider = ?1 AND id = ?2");
        self.one(sql, (provider.as_str(), id.number()), rows::event)
    }
}
