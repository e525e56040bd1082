//! BASJ and ZXSJ: what is on record, and what no longer is.
//!
//! Only here a provider learns the administration's ids, by which its changes (BGBA) and cancellations (ZXBA) have to name
//! what they mean.

use std::net::Ipv4Addr;

use jiff::civil::DateTime;

use super::{HEAD, cut, file, some};
use crate::private::Private;
use crate::schema::Fault;
use crate::upload::{Entity, Head};
use crate::xml::Document;

/// `Baxx`: an entity on record, with its services.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FiledEntity {
    /// `IspZtid`: the provider's id, if the provider filed it.
    pub provider_id: Option<i64>,
    /// `Ztid`: the administration's id.
    pub id: i64,
    /// `Baxh`: its number.
    pub no: String,
    /// The entity.
    pub entity: Entity,
    /// `Bbyhlx`: whether a provider filed it for the organiser.
    pub by_provider: bool,
    /// `Scbbsj`: when it was first filed.
    pub first_filed_at: DateTime,
    /// `Zjxgsj`: when it was last changed.
    pub changed_at: DateTime,
    /// `Shsj`: when it was approved.
    pub approved_at: Option<DateTime>,
    /// Its services, at least one.
    pub services: Vec<FiledService>,
}

/// `Wz_xx`: a service on record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FiledService {
    /// `IspWzid`: the provider's id, if the provider filed it.
    pub provider_id: Option<i64>,
    /// `Wzid`: the administration's id.
    pub id: i64,
    /// `Baxh`: its number.
    pub no: String,
    /// `Wzmc`.
    pub name: String,
    /// `Fwnr`: codes of what it offers.
    pub offers: Vec<i64>,
    /// `Yylb`: codes of languages, at least one.
    pub languages: Vec<i64>,
    /// `Ym_xx`, at least one.
    pub domains: Vec<FiledDomain>,
    /// `Jr_xx`, at least one.
    pub accesses: Vec<FiledAccess>,
    /// `Wz_Fzr`.
    pub head: Head,
    /// `Syurl`.
    pub home_page: Option<String>,
    /// `Wz_Bz`.
    pub remark: Option<String>,
}

/// `Ym_xx`: a domain on record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FiledDomain {
    /// `IspYmid`: the provider's id, if the provider gave one.
    pub provider_id: Option<i64>,
    /// `Ymid`: the administration's id.
    pub id: i64,
    /// `Ym`.
    pub name: String,
}

/// `Jr_xx`: access to a service on record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FiledAccess {
    /// `IspJrid`: the provider's id, if the provider filed it.
    pub provider_id: Option<i64>,
    /// `Jrid`: the administration's id.
    pub id: i64,
    /// `Ispid`: the unit that gives it.
    pub unit: i64,
    /// `Wzfb`: codes of places, at least one.
    pub places: Vec<i64>,
    /// `Wzjrfs`: codes of ways, at least one.
    pub ways: Vec<i64>,
    /// `Ip_xx`, at least one.
    pub addresses: Vec<FiledRange>,
}

/// `Ip_xx`: addresses on record, from one to another, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FiledRange {
    /// `IspIpid`: the provider's id, if the provider gave one.
    pub provider_id: Option<i64>,
    /// `Ipid`: the administration's id.
    pub id: i64,
    /// `Qsip`.
    pub first: Ipv4Addr,
    /// `Zzip`.
    pub last: Ipv4Addr,
}

/// What of the record is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gone {
    /// `Zxlb` 0: an entity, by the administration's id.
    Entity(i64),
    /// `Zxlb` 1: a service, by the administration's id.
    Service(i64),
}

/// A file of the record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filed {
    /// What is on record.
    pub entities: Vec<FiledEntity>,
    /// What no longer is.
    pub gone: Vec<Gone>,
}

impl Filed {
    /// The file, in GBK. Approvals that content needs (`Nrlx`) are left out: the standard wants their scans, which are
    /// not kept.
    ///
    /// # Errors
    /// If it would not be as the standard wants it: an id that is none, an entity without a service, a name too short.
    pub fn to_file(&self) -> Result<Vec<u8>, Fault> {
        let mut document = Document::new("DownloadData", HEAD);
        document.within("ICP", |document| {
            if !self.entities.is_empty() {
                document.within("BASJ", |document| {
                    for entity in &self.entities {
                        document.within("Baxx", |document| write_filed(document, entity));
                    }
                });
            }
            if !self.gone.is_empty() {
                document.within("ZXSJ", |document| {
                    for gone in &self.gone {
                        let (kind, id) = match gone {
                            Gone::Entity(id) => (0, id),
                            Gone::Service(id) => (1, id),
                        };
                        document.within("Zxxx", |document| {
                            document.leaf("Zxlb", kind);
                            document.leaf("Jlid", id);
                        });
                    }
                });
            }
        });
        file(&document.finish())
    }
}

/// A text about somebody, of at most so many characters; none if it is empty.
fn private(text: Option<&Private>, most: usize) -> Option<String> {
    text.map(|text| cut(text.as_str(), most)).filter(|text| !text.is_empty())
}

fn time(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn write_filed(document: &mut Document, filed: &FiledEntity) {
    document.within("Zt_xx", |document| {
        document.leaf_if_any("IspZtid", filed.provider_id);
        document.leaf("Ztid", filed.id);
        write_entity(document, &filed.entity);
        document.leaf_if_any("Baxh", some(Some(&filed.no), 128));
        document.leaf("Bbyhlx", u8::from(filed.by_provider));
        document.leaf("Scbbsj", time(filed.first_filed_at));
        document.leaf("Zjxgsj", time(filed.changed_at));
        document.leaf_if_any("Shsj", filed.approved_at.map(time));
    });
    for service in &filed.services {
        document.within("Wz_xx", |document| write_service(document, service));
    }
}

fn write_entity(document: &mut Document, entity: &Entity) {
    document.leaf("Dwmc", cut(entity.name.as_str(), 255));
    document.leaf_if_any("Dwxz", entity.nature);
    document.within("Txdz", |document| {
        document.leaf("Shengid", entity.address.province);
        document.leaf("Shiid", entity.address.city);
        document.leaf_if_any("Xianid", entity.address.county);
        document.leaf_if_any("Xxdz", private(entity.address.detail.as_ref(), 1024));
    });
    document.within("Zj", |document| {
        document.leaf("Zjlx", entity.document.kind);
        document.leaf("Zjhm", entity.document.number.as_str());
        document.leaf("Zjzs", entity.document.residence.as_str());
    });
    document.within("Fzr", |document| write_head(document, &entity.head));
    document.leaf_if_any("Tzr", some(entity.investor.as_ref(), 255));
    document.leaf_if_any("Bz", some(entity.remark.as_ref(), 1024));
}

fn write_head(document: &mut Document, head: &Head) {
    document.leaf_if_any("Fzr_xm", private(head.name.as_ref(), 128));
    document.leaf_if_any("Fzr_dhhm", head.office_phone.as_ref().map(Private::as_str));
    document.leaf("Fzr_sjhm", head.mobile.as_str());
    document.leaf("Fzr_dzyj", head.email.as_str());
    document.leaf_if_any("Msn", head.msn.as_ref().map(Private::as_str));
    document.leaf_if_any("Qq", head.qq.as_ref().map(Private::as_str));
    document.leaf_if_any("Fzr_zjlx", head.document_kind);
    document.leaf_if_any("Fzr_zjhm", private(head.document_number.as_ref(), 128));
}

fn write_service(document: &mut Document, service: &FiledService) {
    document.leaf_if_any("IspWzid", service.provider_id);
    document.leaf("Wzid", service.id);
    document.leaf("Wzmc", cut(&service.name, 512));
    if !service.offers.is_empty() {
        numbers(document, "Fwnr", "Fwnr_id", &service.offers);
    }
    numbers(document, "Yylb", "Yylb_id", &service.languages);
    for domain in &service.domains {
        document.within("Ym_xx", |document| {
            document.leaf_if_any("IspYmid", domain.provider_id);
            document.leaf("Ymid", domain.id);
            document.leaf("Ym", &domain.name);
        });
    }
    for access in &service.accesses {
        document.within("Jr_xx", |document| write_access(document, access));
    }
    document.within("Wz_Fzr", |document| write_head(document, &service.head));
    document.leaf_if_any("Syurl", some(service.home_page.as_ref(), 255));
    document.leaf_if_any("Wz_Bz", some(service.remark.as_ref(), 1024));
    document.leaf_if_any("Baxh", some(Some(&service.no), 128));
}

fn write_access(document: &mut Document, filed: &FiledAccess) {
    document.leaf_if_any("IspJrid", filed.provider_id);
    document.leaf("Jrid", filed.id);
    document.leaf("Ispid", filed.unit);
    numbers(document, "Wzfb", "Fbdd", &filed.places);
    numbers(document, "Wzjrfs", "Jrfs", &filed.ways);
    for range in &filed.addresses {
        document.within("Ip_xx", |document| write_range(document, *range));
    }
}

fn write_range(document: &mut Document, range: FiledRange) {
    document.leaf_if_any("IspIpid", range.provider_id);
    document.leaf("Ipid", range.id);
    document.leaf("Qsip", u32::from(range.first));
    document.leaf("Zzip", u32::from(range.last));
}

fn numbers(document: &mut Document, list: &'static str, name: &str, numbers: &[i64]) {
    document.within(list, |document| {
        for number in numbers {
            document.leaf(name, number);
        }
    });
}
