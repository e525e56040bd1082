//! What is wrong with a record, as the interface's codes, with the element's path and words in Chinese.

use heyan_domain::bulk::{Fault, RowError};
use heyan_domain::filing::raw::Problem;
use heyan_domain::terms::FilingKind;
use heyan_enterprise::codes::{Operation, RecordCode};

use crate::records::MOVED;

/// The code for an organiser that has an open filing, by what is asked for and what is under way. Another provider's is only
/// said to be under way (FIL-10).
fn under_way(operation: Operation, open: Option<FilingKind>) -> RecordCode {
    use FilingKind::{
        CancelAccess, CancelEntity, CancelService, Change, ChangeAccess, ChangeEntity, ChangeService,
    };
    let asks_change = matches!(operation, Operation::Change);
    let asks_cancelling =
        matches!(operation, Operation::CancelEntity | Operation::CancelService | Operation::CancelAccess);
    match (operation, open) {
        (Operation::CancelEntity, Some(CancelEntity)) => RecordCode::EntityCancelledTwice,
        (Operation::CancelService, Some(CancelService)) => RecordCode::ServiceCancelledTwice,
        (_, Some(CancelEntity | CancelService | CancelAccess)) if asks_cancelling => {
            RecordCode::CancellationAgainstCancellation
        }
        (_, Some(CancelEntity | CancelService | CancelAccess)) if asks_change => {
            RecordCode::CancellationAgainstChange
        }
        (_, Some(Change | ChangeEntity | ChangeService | ChangeAccess)) if asks_cancelling => {
            RecordCode::CancellationAgainstChange
        }
        (_, Some(Change | ChangeEntity | ChangeService | ChangeAccess)) => RecordCode::ChangeUnderWay,
        (_, Some(_) | None) => RecordCode::UnderWay,
    }
}

fn of_member(pointer: &str, problem: &Problem) -> RecordCode {
    let ends = |end: &str| pointer.ends_with(end);
    let of_head = pointer.contains("/head/document");
    match problem {
        _ if (pointer, problem) == (MOVED.0, &MOVED.1) => RecordCode::ProvinceMustStay,
        Problem::Phone => RecordCode::InvalidPhone,
        Problem::Document | Problem::DocumentOfPerson | Problem::BackNumber if of_head => {
            RecordCode::InvalidIdentityNumber
        }
        Problem::Document | Problem::DocumentOfPerson | Problem::BackNumber => RecordCode::InvalidDocument,
        Problem::Missing | Problem::Word(_) if pointer.contains("/document") => RecordCode::InvalidDocument,
        Problem::Province => RecordCode::InvalidRegion,
        Problem::Domain => RecordCode::InvalidDomain,
        Problem::Missing | Problem::Empty if ends("/domains") => RecordCode::InvalidDomain,
        Problem::Reference => RecordCode::NotFound,
        Problem::NotPermitted => RecordCode::NotPermitted,
        Problem::Missing
        | Problem::Word(_)
        | Problem::Kind
        | Problem::TooLong(_)
        | Problem::TooMany(_)
        | Problem::Empty
        | Problem::NotExpected
        | Problem::NothingChanged
        | Problem::Characters => RecordCode::Other,
    }
}

fn words(problem: &Problem) -> String {
    match problem {
        Problem::Missing => "缺少该项".to_owned(),
        Problem::Phone => "不是大陆手机号码".to_owned(),
        Problem::Document => "证件号码无效".to_owned(),
        Problem::DocumentOfPerson => "负责人须使用个人证件".to_owned(),
        Problem::BackNumber => "该省要求填写通行证背面号码，本接口没有该项，请通过其他方式上报".to_owned(),
        Problem::Word(_) => "代码不在代码表中，或本系统不受理".to_owned(),
        Problem::Province => "代码不在 GB/T 2260 中，或与所在省不符".to_owned(),
        Problem::Kind => "备案类型无效".to_owned(),
        Problem::Domain => "不是有效的域名".to_owned(),
        Problem::Reference => "备案信息库中没有该记录，或编号与备案号不符".to_owned(),
        Problem::TooLong(most) => format!("超过{most}个字"),
        Problem::TooMany(most) => format!("超过{most}项"),
        Problem::Empty => "不能为空".to_owned(),
        Problem::NotExpected => "该业务不能包含此项".to_owned(),
        Problem::NothingChanged => "与备案信息库相比没有变化".to_owned(),
        Problem::NotPermitted => "该类互联网信息服务目前不受理备案".to_owned(),
        Problem::Characters => "含有非法字符".to_owned(),
    }
}

/// A place in the body of a filing, as the path of the element that it was read from.
fn path(pointer: &str) -> String {
    let mut path = Vec::new();
    let mut steps = pointer.split('/').skip(1).peekable();
    let mut of_service = false;
    while let Some(step) = steps.next() {
        let counted = |name: &str, at: Option<&str>| {
            at.and_then(|at| at.parse::<usize>().ok())
                .map_or_else(|| name.to_owned(), |at| format!("{name}[{}]", at + 1))
        };
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let name = match step {
            "entity" | "reference" => "Zt_xx".to_owned(),
            "services" => {
                of_service = true;
                counted("Wz_xx", steps.next_if(is_number))
            }
            "head" => if of_service { "Wz_Fzr" } else { "Fzr" }.to_owned(),
            "name" => match path.last().map(String::as_str) {
                Some("Fzr" | "Wz_Fzr") => "Fzr_xm",
                _ if of_service => "Wzmc",
                _ => "Dwmc",
            }
            .to_owned(),
            "phones" => {
                // One element holds them all.
                let _ = steps.next_if(is_number);
                "Fzr_sjhm".to_owned()
            }
            "emergency_phone" => "Fzr_dhhm".to_owned(),
            "email" => "Fzr_dzyj".to_owned(),
            "document" => {
                let of_head = path.last().is_some_and(|last| last.ends_with("Fzr"));
                match (of_head, steps.next()) {
                    (true, Some("type")) => "Fzr_zjlx",
                    (true, _) => "Fzr_zjhm",
                    (false, Some("type")) => "Zj/Zjlx",
                    (false, _) => "Zj/Zjhm",
                }
                .to_owned()
            }
            "nature" => "Dwxz".to_owned(),
            "address" => "Txdz".to_owned(),
            "province" => "Shengid".to_owned(),
            "city" => "Shiid".to_owned(),
            "detail" => "Xxdz".to_owned(),
            "domains" => {
                let name = counted("Ym_xx", steps.next_if(is_number));
                format!("{name}/Ym")
            }
            "access" => "Jr_xx".to_owned(),
            "ip_addresses" => {
                let _ = steps.next_if(is_number);
                "Ip_xx".to_owned()
            }
            "method" => "Wzjrfs".to_owned(),
            "server_place" => "Wzfb".to_owned(),
            "entity_no" | "service_no" => "Baxh".to_owned(),
            "remark" => "Bz".to_owned(),
            other => other.to_owned(),
        };
        path.push(name);
    }
    path.join("/")
}

/// What is wrong with a record: its codes, each once, and a note with every place. `open` is the kind of the provider's own
/// open filing, where there is one in the way.
pub(crate) fn codes(
    operation: Operation,
    errors: &[RowError],
    open: Option<FilingKind>,
) -> (Vec<RecordCode>, String) {
    let mut codes = Vec::new();
    let mut notes = Vec::new();
    for error in errors {
        let (code, words) = match &error.fault {
            Fault::Member(problem) => (of_member(&error.pointer, problem), words(problem)),
            Fault::EntityHasOpenFiling(filing) => (
                under_way(operation, open),
                filing.map_or_else(
                    || "该主体在其他接入商处有在办业务".to_owned(),
                    |id| format!("在办备案 {id}"),
                ),
            ),
            Fault::EntityRegistered => (RecordCode::OrganiserConflict, "该证件已有备案主体".to_owned()),
            Fault::Domain(domain) => (RecordCode::DomainConflict, format!("{domain} 属于其他网站")),
            Fault::PhoneOnRecord => {
                (RecordCode::InvalidPhone, "须为备案信息库中登记的负责人手机号码".to_owned())
            }
            Fault::Access => {
                (RecordCode::ForeignAccess, "备案信息库中没有本接入商的接入，或仍有接入".to_owned())
            }
            Fault::PhoneMessages(at) => {
                (RecordCode::Other, format!("该手机号码短信次数已达上限，{} 后可再报", at.beijing_zh()))
            }
            Fault::OrderNumber(_)
            | Fault::SameOrderNumber { .. }
            | Fault::Formula
            | Fault::NotText
            | Fault::TooManyCells
            | Fault::Exhausted
            | Fault::Internal => (RecordCode::Other, "系统内部错误，请联系管理机构".to_owned()),
        };
        if !codes.contains(&code) {
            codes.push(code);
        }
        let path = path(&error.pointer);
        notes.push(if path.is_empty() { words } else { format!("{path} {words}") });
    }
    if codes.is_empty() {
        codes.push(RecordCode::Other);
    }
    (codes, notes.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_domain::terms::FilingId;

    #[test]
    fn places_are_told_as_paths_of_elements() {
        let cases = [
            ("/entity/head/phones/0", "Zt_xx/Fzr/Fzr_sjhm"),
            ("/entity/document/number", "Zt_xx/Zj/Zjhm"),
            ("/entity/address/city", "Zt_xx/Txdz/Shiid"),
            ("/entity/name", "Zt_xx/Dwmc"),
            ("/services/1/head/document/type", "Wz_xx[2]/Wz_Fzr/Fzr_zjlx"),
            ("/services/0/head/name", "Wz_xx[1]/Wz_Fzr/Fzr_xm"),
            ("/services/0/domains/2", "Wz_xx[1]/Ym_xx[3]/Ym"),
            ("/services/0/name", "Wz_xx[1]/Wzmc"),
            ("/reference/entity_no", "Zt_xx/Baxh"),
            ("", ""),
        ];
        for (pointer, expected) in cases {
            assert_eq!(path(pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn every_fault_has_its_code() {
        let code = |pointer: &str, fault: Fault| {
            codes(Operation::NewFiling, &[RowError::at(pointer, fault)], None).0[0]
        };
        let member = |pointer: &str, problem| code(pointer, Fault::Member(problem));
        assert_eq!(member("/entity/head/phones/0", Problem::Phone), RecordCode::InvalidPhone);
        assert_eq!(member("/entity/document/number", Problem::Document), RecordCode::InvalidDocument);
        assert_eq!(member("/entity/document/type", Problem::Word(&[])), RecordCode::InvalidDocument);
        assert_eq!(
            member("/entity/head/document/number", Problem::Document),
            RecordCode::InvalidIdentityNumber
        );
        assert_eq!(member("/services/0/domains/0", Problem::Domain), RecordCode::InvalidDomain);
        assert_eq!(member("/reference/service_no", Problem::Reference), RecordCode::NotFound);
        assert_eq!(member("/entity/address/city", Problem::Province), RecordCode::InvalidRegion);
        assert_eq!(member(MOVED.0, MOVED.1), RecordCode::ProvinceMustStay);
        assert_eq!(member("", Problem::NothingChanged), RecordCode::Other);
        assert_eq!(code("", Fault::EntityRegistered), RecordCode::OrganiserConflict);
        assert_eq!(code("", Fault::Access), RecordCode::ForeignAccess);
        assert_eq!(code("", Fault::Domain("a.example".to_owned())), RecordCode::DomainConflict);
    }

    #[test]
    fn what_is_under_way_says_what_is_in_the_way() {
        use FilingKind::{CancelEntity, CancelService, Change, First};
        let filing = FilingId::from_number(7);
        let code = |operation, open: Option<FilingKind>| {
            let fault = Fault::EntityHasOpenFiling(open.map(|_| filing));
            codes(operation, &[RowError::of_row(fault)], open).0[0]
        };
        assert_eq!(code(Operation::Change, Some(Change)), RecordCode::ChangeUnderWay);
        assert_eq!(code(Operation::CancelEntity, Some(Change)), RecordCode::CancellationAgainstChange);
        assert_eq!(code(Operation::Change, Some(CancelEntity)), RecordCode::CancellationAgainstChange);
        assert_eq!(code(Operation::CancelEntity, Some(CancelEntity)), RecordCode::EntityCancelledTwice);
        assert_eq!(code(Operation::CancelService, Some(CancelService)), RecordCode::ServiceCancelledTwice);
        assert_eq!(
            code(Operation::CancelService, Some(CancelEntity)),
            RecordCode::CancellationAgainstCancellation
        );
        assert_eq!(code(Operation::NewService, Some(First)), RecordCode::UnderWay);
        assert_eq!(code(Operation::Change, None), RecordCode::UnderWay, "another provider's");
    }

    #[test]
    fn a_code_is_told_once_and_every_place_is_noted() {
        let errors = [
            RowError::at("/entity/head/phones/0", Fault::Member(Problem::Phone)),
            RowError::at("/services/0/head/phones/0", Fault::Member(Problem::Phone)),
        ];
        let (codes, note) = codes(Operation::NewFiling, &errors, None);
        assert_eq!(codes, [RecordCode::InvalidPhone]);
        assert_eq!(note, "Zt_xx/Fzr/Fzr_sjhm 不是大陆手机号码；Wz_xx[1]/Wz_Fzr/Fzr_sjhm 不是大陆手机号码");
    }
}
