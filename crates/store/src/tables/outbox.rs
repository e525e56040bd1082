//! The worker's view of the outbox.

use crate::sql::{Params, params};
use heyan_domain::terms::MessageId;
use heyan_domain::verification::Outgoing;
use zeroize::Zeroizing;

use super::carriers::HANDED;
use super::columns::{message_kind, message_kind_number};
use super::read::Reader;
use super::rows;
use super::write::SealedMessage;
use crate::database::StoreError;
use crate::keys::Purpose;

/// A message that waits for a carrier, opened.
pub type Queued = Outgoing;

/// Where to go on in the outbox: messages leave in the order of their kinds, and within a kind of their ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct OutboxPlace {
    kind: u8,
    message: i64,
}

impl OutboxPlace {
    /// Behind a message.
    pub fn after(queued: &Queued) -> Self {
        Self { kind: message_kind_number(queued.kind), message: queued.message.number() }
    }
}

impl Reader {
    /// The next messages that wait, behind a place, at most `limit`.
    pub fn outbox(&self, after: OutboxPlace, limit: usize) -> Result<Vec<Queued>, StoreError> {
        let sql = "SELECT message, standing, sealed FROM outbox WHERE (standing, message) > (?1, ?2) \
                   AND standing < ?3 ORDER BY standing, message LIMIT ?4";
        self.opened(sql, params![after.kind, after.message, HANDED, rows_limit(limit)])
    }

    /// Messages that a route has and whose answer is not noted, at most `limit` behind an id.
    pub fn handed(&self, after: i64, limit: usize) -> Result<Vec<Queued>, StoreError> {
        let sql = "SELECT outbox.message, messages.kind, outbox.sealed FROM outbox \
                   JOIN messages ON messages.id = outbox.message \
                   WHERE outbox.standing = ?1 AND outbox.message > ?2 ORDER BY outbox.message LIMIT ?3";
        self.opened(sql, params![HANDED, after, rows_limit(limit)])
    }

    /// One message whose text is still there (SMS-03), wherever it stands.
    pub fn queued(&self, message: MessageId) -> Result<Option<Queued>, StoreError> {
        let sql = "SELECT outbox.message, messages.kind, outbox.sealed FROM outbox \
                   JOIN messages ON messages.id = outbox.message WHERE outbox.message = ?1";
        Ok(self.opened(sql, params![message.number()])?.pop())
    }

    fn opened(&self, sql: &str, params: impl Params) -> Result<Vec<Queued>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut cursor = statement.query(params)?;
        let mut queued = Vec::new();
        while let Some(row) = cursor.next()? {
            let message = MessageId::from_number(row.get(0)?);
            let kind = rows::damaged(message_kind(row.get(1)?), "kind of message")?;
            let sealed = row.get_ref(2)?.as_blob()?;
            let place = message.number().to_be_bytes();
            let opened: SealedMessage =
                rows::unseal(&self.ring, Purpose::Message, &place, sealed, "message")?;
            let text = Zeroizing::new(opened.text);
            queued.push(Outgoing { message, kind, to: opened.to, sender: opened.sender, text });
        }
        Ok(queued)
    }
}

fn rows_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
