//! By what a result names its record again.

use super::records::{Cancelled, Record, Reference};
use crate::codes::Operation;

impl Record {
    /// `Czlx`: what it asks for.
    pub fn operation(&self) -> Operation {
        match self {
            Self::NewFiling(_) => Operation::NewFiling,
            Self::NewServices(_) => Operation::NewService,
            Self::NewAccess(_) => Operation::NewAccess,
            Self::Change(_) => Operation::Change,
            Self::Cancellation(record) => match record.cancelled {
                Cancelled::Entity => Operation::CancelEntity,
                Cancelled::Service => Operation::CancelService,
                Cancelled::Access => Operation::CancelAccess,
            },
        }
    }

    /// `Bs`: the mark by which a result names the record. The provider's id of the entity in a first filing, of the access
    /// in a new access; for new services the entity as the record named it; else the administration's id.
    pub fn mark(&self) -> String {
        match self {
            Self::NewFiling(record) => record.provider_entity_id.to_string(),
            Self::NewServices(record) => match &record.entity {
                Reference::No(no) => no.clone(),
                Reference::Id(id) => id.to_string(),
            },
            Self::NewAccess(record) => record.access.id.to_string(),
            Self::Change(record) => record.entity_id.to_string(),
            Self::Cancellation(record) => record.id.to_string(),
        }
    }

    /// `Jlid`: the ids by which the administration's opinions name the record. New services have one each, since each is
    /// decided on.
    pub fn review_ids(&self) -> Vec<i64> {
        match self {
            Self::NewFiling(record) => vec![record.provider_entity_id],
            Self::NewServices(record) => record.services.iter().map(|service| service.provider_id).collect(),
            Self::NewAccess(record) => vec![record.access.id],
            Self::Change(record) => vec![record.entity_id],
            Self::Cancellation(record) => vec![record.id],
        }
    }
}
