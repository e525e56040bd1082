//! From a record's tree to its type.

use std::net::Ipv4Addr;

use super::node::{Lacking, Node};
use super::records::{
    Access, Address, AddressRange, Approval, Attachment, AttachmentOwner, Cancellation, Cancelled, Change,
    ChangedService, Document, Domain, Entity, Head, NewAccess, NewFiling, NewService, NewServices, Record,
    Reference, Service,
};
use crate::base64;

/// A record, by the branch it stands in.
pub(super) fn record(branch: &str, node: &Node) -> Result<Option<Record>, Lacking> {
    Ok(Some(match branch {
        "XZBA" => Record::NewFiling(new_filing(node)?),
        "XZWZ" => Record::NewServices(NewServices {
            entity: reference(node.child("Zt_xx")?, "Ztbah", "Ztid")?,
            services: new_services(node)?,
            attachments: attachments(node)?,
        }),
        "XZJR" => Record::NewAccess(NewAccess {
            service: reference(node.child("Wz_xx")?, "Wzbah", "Wzid")?,
            access: access(node, "IspJrid")?,
            attachments: attachments(node)?,
        }),
        "BGBA" => Record::Change(change(node)?),
        "ZXBA" => Record::Cancellation(cancellation(node)?),
        _ => return Ok(None),
    }))
}

fn new_filing(node: &Node) -> Result<NewFiling, Lacking> {
    let whole = node.child("Zt_xx")?;
    Ok(NewFiling {
        provider_entity_id: whole.number_of("IspZtid")?,
        entity: entity(whole)?,
        by_provider: whole.number_of("Bbfs")? == 1,
        services: new_services(node)?,
        attachments: attachments(node)?,
    })
}

fn new_services(node: &Node) -> Result<Vec<NewService>, Lacking> {
    let one = |node: &Node| {
        Ok(NewService { provider_id: node.number_of("IspWzid")?, service: service(node, "IspJrid")? })
    };
    node.each("Wz_xx").map(one).collect()
}

fn change(node: &Node) -> Result<Change, Lacking> {
    let whole = node.child("Zt_xx")?;
    let one = |node: &Node| {
        Ok(ChangedService {
            id: node.number_of("Wzid")?,
            no: node.text_of("Baxh")?,
            service: service(node, "Jrid")?,
        })
    };
    Ok(Change {
        entity_id: whole.number_of("Ztid")?,
        entity_no: whole.text_of("Baxh")?,
        entity: entity(whole)?,
        services: node.each("Wz_xx").map(one).collect::<Result<_, _>>()?,
        attachments: attachments(node)?,
    })
}

fn cancellation(node: &Node) -> Result<Cancellation, Lacking> {
    let cancelled = match node.number_of("Zxlb")? {
        0 => Cancelled::Entity,
        1 => Cancelled::Service,
        2 => Cancelled::Access,
        _ => return Err(Lacking("Zxlb")),
    };
    Ok(Cancellation {
        cancelled,
        id: node.number_of("Jlid")?,
        reason: node.number_of("Zxly")?,
        note: node.text_if_any("Zxlybz"),
    })
}

fn reference(node: &Node, no: &'static str, id: &'static str) -> Result<Reference, Lacking> {
    match node.text_if_any(no) {
        Some(no) => Ok(Reference::No(no)),
        None => node.number_of(id).map(Reference::Id),
    }
}

fn entity(node: &Node) -> Result<Entity, Lacking> {
    let address = node.child("Txdz")?;
    let document = node.child("Zj")?;
    Ok(Entity {
        name: node.private_of("Dwmc")?,
        nature: node.number_if_any("Dwxz"),
        investor: node.text_if_any("Tzr"),
        address: Address {
            province: address.number_of("Shengid")?,
            city: address.number_of("Shiid")?,
            county: address.number_if_any("Xianid"),
            detail: address.private_if_any("Xxdz"),
        },
        document: Document {
            kind: document.number_of("Zjlx")?,
            number: document.private_of("Zjhm")?,
            residence: document.private_of("Zjzs")?,
        },
        head: head(node.child("Fzr")?)?,
        remark: node.text_if_any("Bz"),
    })
}

fn head(node: &Node) -> Result<Head, Lacking> {
    Ok(Head {
        name: node.private_if_any("Fzr_xm"),
        office_phone: node.private_if_any("Fzr_dhhm"),
        mobile: node.private_of("Fzr_sjhm")?,
        email: node.private_of("Fzr_dzyj")?,
        msn: node.private_if_any("Msn"),
        qq: node.private_if_any("Qq"),
        document_kind: node.number_if_any("Fzr_zjlx"),
        document_number: node.private_if_any("Fzr_zjhm"),
    })
}

fn service(node: &Node, access_id: &'static str) -> Result<Service, Lacking> {
    let approvals = node.child("Nrlx").ok().into_iter().flat_map(|list| list.each("Nrlx_xx"));
    let approval = |node: &Node| {
        Ok(Approval {
            kind: node.number_of("Nrlx_id")?,
            number: node.text_of("Qzsph")?,
            scans: node.each("Spwj").count(),
        })
    };
    Ok(Service {
        name: node.text_of("Wzmc")?,
        approvals: approvals.map(approval).collect::<Result<_, _>>()?,
        offers: node.numbers_in("Fwnr", "Fwnr_id")?,
        languages: node.numbers_in("Yylb", "Yylb_id")?,
        domains: node.each("Ym_xx").map(domain).collect::<Result<_, _>>()?,
        accesses: node.each("Jr_xx").map(|node| access(node, access_id)).collect::<Result<_, _>>()?,
        head: head(node.child("Wz_Fzr")?)?,
        home_page: node.text_if_any("Syurl"),
        remark: node.text_if_any("Wz_Bz"),
    })
}

fn domain(node: &Node) -> Result<Domain, Lacking> {
    Ok(Domain {
        provider_id: node.number_of("IspYmid")?,
        id: node.number_if_any("Ymid"),
        name: node.text_of("Ym")?,
    })
}

fn access(node: &Node, id: &'static str) -> Result<Access, Lacking> {
    Ok(Access {
        id: node.number_of(id)?,
        places: node.numbers_in("Wzfb", "Fbdd")?,
        ways: node.numbers_in("Wzjrfs", "Jrfs")?,
        addresses: node.each("Ip_xx").map(range).collect::<Result<_, _>>()?,
    })
}

fn range(node: &Node) -> Result<AddressRange, Lacking> {
    let address = |name| {
        let number = u32::try_from(node.number_of(name)?).map_err(|_| Lacking(name))?;
        Ok(Ipv4Addr::from(number))
    };
    Ok(AddressRange {
        provider_id: node.number_of("IspIpid")?,
        id: node.number_if_any("Ipid"),
        first: address("Qsip")?,
        last: address("Zzip")?,
    })
}

fn attachments(node: &Node) -> Result<Vec<Attachment>, Lacking> {
    node.each("Fj").map(|node| attachment(node.child("Fjxx")?)).collect()
}

fn attachment(node: &Node) -> Result<Attachment, Lacking> {
    let owner = node.child("Fjssdx")?;
    let which = owner.child("Ssdxbs")?;
    let reference = if which.children.is_empty() {
        Reference::Id(owner.number_of("Ssdxbs")?)
    } else {
        reference(which, "Baxh", "Jlid")?
    };
    Ok(Attachment {
        format: node.number_of("Fjwjgs")?,
        purpose: node.number_of("Fjyt")?,
        octets: base64::decode(node.text_of("Fjnr")?).map(|octets| octets.len()),
        owner: AttachmentOwner { kind: owner.number_of("Ssdxlx")?, reference },
        remark: node.text_if_any("Bz"),
    })
}
