//! What the registry holds of an organiser and of a service.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{EntityNo, ServiceNo};
use crate::filing::draft::{AccessDetail, Address, Domain, EntityDraft, Head, ServiceDraft};
use crate::terms::{Document, Nature, ProviderId, Province, ServiceKind};

/// 主体.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EntityRecord {
    /// 主体备案号.
    pub no: EntityNo,
    /// The administration that keeps the record.
    pub province: Province,
    /// 名称.
    pub name: String,
    /// 单位性质.
    pub nature: Nature,
    /// 证件.
    pub document: Document,
    /// 地址.
    pub address: Option<Address>,
    /// 主体负责人; `None` after an incomplete import.
    pub head: Option<Head>,
    /// The ordinal that the next service gets; never goes back, so a number is not used again (REV-03).
    pub next_service_ordinal: u32,
    /// Its services.
    pub services: BTreeSet<ServiceNo>,
}

impl EntityRecord {
    /// The province to compare with when an organiser moves.
    pub fn address_province(&self) -> Province {
        self.address.as_ref().map_or(self.province, |address| address.province)
    }

    /// Whether the request differs from the record in any member it names (WHO-05).
    pub fn differs(&self, draft: &EntityDraft) -> bool {
        draft.name.as_ref().is_some_and(|name| *name != self.name)
            || draft.nature.is_some_and(|nature| nature != self.nature)
            || draft.document.as_ref().is_some_and(|document| *document != self.document)
            || draft.address.as_ref().is_some_and(|address| self.address.as_ref() != Some(address))
            || draft.head.as_ref().is_some_and(|head| self.head.as_ref() != Some(head))
    }

    /// The record after an approved change.
    #[must_use]
    pub fn changed_by(mut self, draft: &EntityDraft) -> Self {
        if let Some(name) = &draft.name {
            self.name.clone_from(name);
        }
        if let Some(nature) = draft.nature {
            self.nature = nature;
        }
        if let Some(document) = &draft.document {
            self.document.clone_from(document);
        }
        if let Some(address) = &draft.address {
            self.address = Some(address.clone());
        }
        if let Some(head) = &draft.head {
            self.head = Some(head.clone());
        }
        self
    }
}

/// 网站 or another service, with the providers that give access to it (接入).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServiceRecord {
    /// 服务备案号.
    pub no: ServiceNo,
    /// Whose it is.
    pub entity_no: EntityNo,
    /// 网站, APP, 小程序, 快应用.
    pub kind: ServiceKind,
    /// 名称.
    pub name: String,
    /// 域名.
    pub domains: BTreeSet<Domain>,
    /// 网站负责人; `None` after an incomplete import.
    pub head: Option<Head>,
    /// 接入: who gives access, and how. Nobody: an empty shell (空壳).
    pub accesses: BTreeMap<ProviderId, AccessDetail>,
}

impl ServiceRecord {
    /// Whether no provider gives access (FIL-13).
    pub fn is_shell(&self) -> bool {
        self.accesses.is_empty()
    }

    /// Whether the request differs from the record in what is the service's own (WHO-05).
    pub fn differs(&self, draft: &ServiceDraft) -> bool {
        draft.kind.is_some_and(|kind| kind != self.kind)
            || draft.name.as_ref().is_some_and(|name| *name != self.name)
            || draft.domains.as_ref().is_some_and(|domains| *domains != self.domains)
            || draft.head.as_ref().is_some_and(|head| self.head.as_ref() != Some(head))
    }

    /// Whether the request differs from the record in how this provider gives access (WHO-05).
    pub fn access_differs(&self, draft: &ServiceDraft, provider: &ProviderId) -> bool {
        draft.access.as_ref().is_some_and(|access| self.accesses.get(provider) != Some(access))
    }

    /// The record after an approved change by a provider.
    #[must_use]
    pub fn changed_by(mut self, draft: &ServiceDraft, provider: &ProviderId) -> Self {
        if let Some(kind) = draft.kind {
            self.kind = kind;
        }
        if let Some(name) = &draft.name {
            self.name.clone_from(name);
        }
        if let Some(domains) = &draft.domains {
            self.domains.clone_from(domains);
        }
        if let Some(head) = &draft.head {
            self.head = Some(head.clone());
        }
        if let Some(access) = &draft.access {
            self.accesses.insert(provider.clone(), access.clone());
        }
        self
    }
}
