//! What a provider files, as parsed. `raw` reads it from JSON; inside there are no unparsed strings.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::registry::{EntityNo, ServiceNo};
use crate::terms::{Document, FilingKind, Initiator, Nature, Phone, Province, Roles, ServiceKind};

/// A filing's content (备案申请), complete for its kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// 订单号 of the provider, unique per provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_order_no: Option<String>,
    /// 备案类型.
    pub kind: FilingKind,
    /// The administration that handles it.
    pub province: Province,
    /// Who asked for a cancellation (FIL-12).
    pub initiator: Initiator,
    /// Cancels an empty shell (FIL-13).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shell: bool,
    /// 主体, or what of it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityDraft>,
    /// 网站 and other services, or what of them changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceDraft>,
    /// The record it refers to.
    #[serde(default)]
    pub reference: Reference,
    /// 备注.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// What a filing refers to in the registry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reference {
    /// 主体备案号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_no: Option<EntityNo>,
    /// 服务备案号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_no: Option<ServiceNo>,
}

/// An organiser as filed. In a change, what is absent is unchanged.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EntityDraft {
    /// 主办单位名称.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 单位性质.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<Nature>,
    /// 证件.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// 地址.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// 主体负责人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
}

/// Where an organiser is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Address {
    /// The province; a change of it is a sub-case of its own.
    pub province: Province,
    /// City, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Street and number, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// 负责人.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// 姓名.
    pub name: String,
    /// 联系方式1 and further ones; never empty, the first gets the code (WHO-03).
    pub phones: Vec<Phone>,
    /// 应急联系电话: never gets a code (WHO-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_phone: Option<String>,
    /// 电子邮箱.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// 证件.
    pub document: Document,
}

impl Head {
    /// 联系方式1, the phone that gets the code (WHO-03).
    pub fn phone(&self) -> Option<&Phone> {
        crate::mark!("WHO-03");
        self.phones.first()
    }
}

/// A service as filed. In a change, what is absent is unchanged.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ServiceDraft {
    /// In a change: which service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_no: Option<ServiceNo>,
    /// 网站, APP, 小程序, 快应用.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ServiceKind>,
    /// 名称.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 域名.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domains: Option<BTreeSet<Domain>>,
    /// 网站负责人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// 接入信息.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<AccessDetail>,
}

/// 接入信息: how the provider gives access.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AccessDetail {
    /// 接入方式, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Addresses of the servers, free text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<String>,
    /// 服务器放置地, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_place: Option<String>,
}

/// A domain name in lower case; domains conflict by full name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// Reads a name of two or more labels of letters (of any script), digits and `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = crate::terms::nfkc(text.trim()).to_lowercase();
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let fits = plain.len() <= 253 && plain.contains('.') && plain.split('.').all(label_fits);
        let last_is_numeric =
            plain.rsplit('.').next().is_some_and(|label| label.chars().all(|c| c.is_ascii_digit()));
        (fits && !last_is_numeric).then_some(Self(plain))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Draft {
    /// Everyone named as a head in the request, with the roles.
    pub fn heads(&self) -> impl Iterator<Item = (Roles, &Head)> {
        let entity =
            self.entity.iter().filter_map(|entity| entity.head.as_ref()).map(|head| (Roles::ENTITY, head));
        let services = self
            .services
            .iter()
            .filter_map(|service| service.head.as_ref())
            .map(|head| (Roles::SERVICE, head));
        entity.chain(services)
    }
}
