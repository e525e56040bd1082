//! Routes that operators run empty: which of them get no messages, until somebody takes them back.
//!
//! Which routes there are is configuration, and the door knows it. What is kept here is what people have decided about
//! them, so that it holds after a restart, too.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::{Outcome, Refusal, Stop};
use crate::proposals::operator;
use crate::terms::AccountId;
use crate::tx::Tx;

/// A route that gets no messages, though it may be up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Drained {
    /// Since when.
    pub since: Timestamp,
    /// Who wanted it.
    pub by: Staff,
}

/// An operator runs a route empty, or takes it back into service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DrainRoute {
    /// Who.
    pub by: AccountId,
    /// The route's name in the configuration.
    pub route: String,
    /// Whether it gets no messages from now on.
    pub drained: bool,
}

/// Does it. What is so already stays as it is, with who wanted it first.
pub(crate) fn drain(tx: &mut Tx<'_>, asked: &DrainRoute) -> Result<Outcome, Stop> {
    let Some(by) = operator(tx, asked.by)? else { return Err(Refusal::Access.into()) };
    let is_drained = tx.drained_route(&asked.route)?.is_some();
    if is_drained == asked.drained {
        return Ok(Outcome::Done);
    }
    let drained = asked.drained.then(|| Drained { since: tx.now(), by: by.clone() });
    let action = if asked.drained { AuditAction::RouteDrained } else { AuditAction::RouteTakenBack };
    tx.put_drained_route(asked.route.clone(), drained);
    let subject = AuditSubject::Account(asked.by);
    let data = AuditData { about: Some(asked.route.clone()), ..AuditData::default() };
    tx.audit(AuditEntry::new(tx.now(), AuditActor::Staff(by), action, subject).with(data));
    Ok(Outcome::Done)
}
