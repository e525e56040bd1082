//! The worker's view of the outbox.

use heyan_domain::terms::MessageId;
use heyan_domain::verification::Outgoing;
use zeroize::Zeroizing;

use super::StoreError;
use super::read::Reader;
use super::rows;
use super::write::SealedMessage;
use crate::keys::Purpose;

/// A message that waits for a carrier, opened.
pub type Queued = Outgoing;

impl Reader {
    /// The next messages to be sent after `after`, at most `limit`.
    pub fn outbox(&self, after: Option<MessageId>, limit: usize) -> Result<Vec<Queued>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT message, sealed FROM outbox WHERE message > ?1 ORDER BY message LIMIT ?2",
        )?;
        let after = after.map_or(0, MessageId::number);
        let mut cursor = statement.query((after, i64::try_from(limit).unwrap_or(i64::MAX)))?;
        let mut queued = Vec::new();
        while let Some(row) = cursor.next()? {
            let message = MessageId::from_number(row.get(0)?);
            let sealed = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let place = message.number().to_be_bytes();
            let opened: SealedMessage =
                rows::unseal(&self.ring, Purpose::Message, &place, sealed, "message")?;
            let text = Zeroizing::new(opened.text);
            queued.push(Outgoing { message, to: opened.to, sender: opened.sender, text });
        }
        Ok(queued)
    }
}
