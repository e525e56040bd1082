//! How far a provider has read its event feed.

use crate::decide::{Outcome, Stop};
use crate::terms::{EventId, ProviderId};
use crate::tx::Tx;

/// Notes that a provider has read up to an event; never goes back, so a late acknowledgement does no harm.
pub fn acknowledge(tx: &mut Tx<'_>, provider: &ProviderId, event: EventId) -> Result<Outcome, Stop> {
    let before = tx.acknowledged(provider)?;
    if before.is_none_or(|before| before < event) {
        tx.put_acknowledged(provider.clone(), event);
    }
    Ok(Outcome::Done)
}
