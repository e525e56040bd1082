//! The records that providers report, as types. Field by field what the standard has, in its order; codes are left numbers,
//! since their tables change. A filing's password (`ICPmm`) is not kept: such passwords were abolished in 2020.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::private::Private;

/// A record of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Record {
    /// XZBA.
    NewFiling(NewFiling),
    /// XZWZ.
    NewServices(NewServices),
    /// XZJR.
    NewAccess(NewAccess),
    /// BGBA.
    Change(Change),
    /// ZXBA.
    Cancellation(Cancellation),
}

/// A first filing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewFiling {
    /// `IspZtid`: the provider's id of the entity.
    pub provider_entity_id: i64,
    /// The entity.
    pub entity: Entity,
    /// `Bbfs`: whether the provider files for the organiser, who else files alone.
    pub by_provider: bool,
    /// `Wz_xx`.
    pub services: Vec<NewService>,
    /// `Fj`.
    pub attachments: Vec<Attachment>,
}

/// Services for an entity on record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewServices {
    /// The entity.
    pub entity: Reference,
    /// `Wz_xx`.
    pub services: Vec<NewService>,
    /// `Fj`.
    pub attachments: Vec<Attachment>,
}

/// Access for a service on record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewAccess {
    /// The service.
    pub service: Reference,
    /// The access.
    pub access: Access,
    /// `Fj`.
    pub attachments: Vec<Attachment>,
}

/// A change: always the whole entity with all its services. What differs from the record is what changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// `Ztid`: the administration's id of the entity.
    pub entity_id: i64,
    /// `Baxh`: the entity's number.
    pub entity_no: String,
    /// The entity as it is to be.
    pub entity: Entity,
    /// The services as they are to be.
    pub services: Vec<ChangedService>,
    /// `Fj`.
    pub attachments: Vec<Attachment>,
}

/// What a cancellation cancels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Cancelled {
    /// `Zxlb` 0: the entity.
    Entity,
    /// `Zxlb` 1: a service.
    Service,
    /// `Zxlb` 2: the provider's access.
    Access,
}

/// A cancellation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cancellation {
    /// What.
    pub cancelled: Cancelled,
    /// `Jlid`: the administration's id of it.
    pub id: i64,
    /// `Zxly`: why, by the table of reasons.
    pub reason: i64,
    /// `Zxlybz`.
    pub note: Option<String>,
}

/// What a record refers to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reference {
    /// By its number on record, 浙ICP备00000001号 or 浙ICP备00000001号-1.
    No(String),
    /// By the administration's id.
    Id(i64),
}

/// An entity (主体).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entity {
    /// `Dwmc`; a person's name where a person is the entity.
    pub name: Private,
    /// `Dwxz`; may be missing for a person.
    pub nature: Option<i64>,
    /// `Tzr`.
    pub investor: Option<String>,
    /// `Txdz`.
    pub address: Address,
    /// `Zj`.
    pub document: Document,
    /// `Fzr`.
    pub head: Head,
    /// `Bz`.
    pub remark: Option<String>,
}

/// `Txdz`: an address by codes of GB/T 2260.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Address {
    /// `Shengid`.
    pub province: i64,
    /// `Shiid`.
    pub city: i64,
    /// `Xianid`.
    pub county: Option<i64>,
    /// `Xxdz`.
    pub detail: Option<Private>,
}

/// `Zj`: a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// `Zjlx`.
    pub kind: i64,
    /// `Zjhm`.
    pub number: Private,
    /// `Zjzs`: the residence on it.
    pub residence: Private,
}

/// `Fzr`, `Wz_Fzr`: a responsible person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// `Fzr_xm`; may be missing where a person is the entity.
    pub name: Option<Private>,
    /// `Fzr_dhhm`.
    pub office_phone: Option<Private>,
    /// `Fzr_sjhm`: one number or several with `;` between them.
    pub mobile: Private,
    /// `Fzr_dzyj`.
    pub email: Private,
    /// `Msn`.
    pub msn: Option<Private>,
    /// `Qq`.
    pub qq: Option<Private>,
    /// `Fzr_zjlx`.
    pub document_kind: Option<i64>,
    /// `Fzr_zjhm`.
    pub document_number: Option<Private>,
}

impl Head {
    /// The number that the code is sent to: the first (WHO-03).
    pub fn first_mobile(&self) -> &str {
        self.mobile.as_str().split([';', '\u{FF1B}']).next().unwrap_or_default().trim()
    }
}

/// `Wz_xx` of a new service.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewService {
    /// `IspWzid`: the provider's id.
    pub provider_id: i64,
    /// The service.
    pub service: Service,
}

/// `Wz_xx` of a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChangedService {
    /// `Wzid`: the administration's id.
    pub id: i64,
    /// `Baxh`: its number on record.
    pub no: String,
    /// The service.
    pub service: Service,
}

/// A service.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Service {
    /// `Wzmc`.
    pub name: String,
    /// `Nrlx`: content that needs an approval beforehand.
    pub approvals: Vec<Approval>,
    /// `Fwnr`: codes of what it offers.
    pub offers: Vec<i64>,
    /// `Yylb`: codes of languages.
    pub languages: Vec<i64>,
    /// `Ym_xx`.
    pub domains: Vec<Domain>,
    /// `Jr_xx`.
    pub accesses: Vec<Access>,
    /// `Wz_Fzr`.
    pub head: Head,
    /// `Syurl`.
    pub home_page: Option<String>,
    /// `Wz_Bz`.
    pub remark: Option<String>,
}

/// `Nrlx_xx`: an approval that content needs. Its scans are counted, not kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    /// `Nrlx_id`.
    pub kind: i64,
    /// `Qzsph`.
    pub number: String,
    /// How many scans (`Spwj`) there are.
    pub scans: usize,
}

/// `Ym_xx`: a domain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Domain {
    /// `IspYmid`: the provider's id.
    pub provider_id: i64,
    /// `Ymid`: the administration's id, in a change.
    pub id: Option<i64>,
    /// `Ym`.
    pub name: String,
}

/// `Jr_xx`: how a service is reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Access {
    /// `IspJrid` of a new one, `Jrid` in a change.
    pub id: i64,
    /// `Wzfb`: codes of places.
    pub places: Vec<i64>,
    /// `Wzjrfs`: codes of ways.
    pub ways: Vec<i64>,
    /// `Ip_xx`.
    pub addresses: Vec<AddressRange>,
}

/// `Ip_xx`: addresses from one to another, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AddressRange {
    /// `IspIpid`: the provider's id.
    pub provider_id: i64,
    /// `Ipid`: the administration's id, in a change.
    pub id: Option<i64>,
    /// `Qsip`.
    pub first: Ipv4Addr,
    /// `Zzip`.
    pub last: Ipv4Addr,
}

/// What an attachment belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AttachmentOwner {
    /// `Ssdxlx`: 1 the entity, 2 a service.
    pub kind: i64,
    /// `Ssdxbs`: which.
    pub reference: Reference,
}

/// `Fjxx`: an attachment. What is in it is looked at and let go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// `Fjwjgs`: code of its format.
    pub format: i64,
    /// `Fjyt`: code of its purpose.
    pub purpose: i64,
    /// Its octets, or `None` if it is no Base64.
    pub octets: Option<usize>,
    /// Whose it is.
    pub owner: AttachmentOwner,
    /// `Bz`.
    pub remark: Option<String>,
}

/// The most octets of an attachment: the standard's 150 K, for the form of a verification; other kinds may have 100 K, but
/// which code is which kind is a province's own table.
pub const MAX_ATTACHMENT: usize = 150 << 10;

impl Attachment {
    /// Whether it can be one (else 5010): Base64 of something, not too large.
    pub fn is_sound(&self) -> bool {
        self.octets.is_some_and(|octets| (1..=MAX_ATTACHMENT).contains(&octets))
    }
}

impl Record {
    /// Its attachments.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::NewFiling(record) => &record.attachments,
            Self::NewServices(record) => &record.attachments,
            Self::NewAccess(record) => &record.attachments,
            Self::Change(record) => &record.attachments,
            Self::Cancellation(_) => &[],
        }
    }
}
