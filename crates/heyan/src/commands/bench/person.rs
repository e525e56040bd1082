//! Invented filings, each with one invented head who alone has to verify. Numbers decide everything, so a request about
//! the n-th filing can be written at any time without keeping a million people in memory.

use std::fmt::Write as _;

use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::raw::RawDraft;

use crate::failure::Failure;

/// Phones 15400000000 and up; the range 154 is nobody's in tests and examples.
const FIRST_PHONE: u64 = 15_400_000_000;

/// The phone of the n-th head.
pub(super) fn phone(number: u64) -> u64 {
    FIRST_PHONE + number
}

/// The document number of the n-th head: like a resident id of a district that does not exist. Neighbours share
/// no last six, so a look-up has to compare more than the phone.
fn document(number: u64) -> String {
    let spread = number.wrapping_mul(7_919) % 1_000_000;
    format!("9999991985{:02}{spread:06}", number % 12 + 1)
}

/// What the n-th head types as the last six.
pub(super) fn id_last6(number: u64) -> String {
    let document = document(number);
    document.get(12..).unwrap_or_default().to_owned()
}

/// The body of the n-th filing as a provider sends it.
pub(super) fn filing_body(number: u64) -> String {
    let (phone, document) = (phone(number), document(number));
    let head = format!(
        r#"{{"name":"林示遥","phones":["{phone}"],"emergency_phone":"15300000000","email":"head@n{number}.example","document":{{"type":"resident_id","number":"{document}"}}}}"#
    );
    let mut body = String::with_capacity(1_024);
    let _ = write!(
        body,
        r#"{{"provider_order_no":"B-{number}","kind":"first","province":"浙江","entity":{{"name":"杭州第{number}示例软件有限公司","nature":"enterprise","document":{{"type":"business_licence","number":"91{number:012}EX01"}},"address":{{"province":"浙江","city":"杭州","detail":"示例路 {number} 号"}},"head":{head}}},"services":[{{"kind":"website","name":"示例文档{number}","domains":["n{number}.example"],"head":{head},"access":{{"method":"云主机","ip_addresses":["192.0.2.10"],"server_place":"浙江 杭州"}}}}],"report":true}}"#
    );
    body
}

/// The same filing, parsed.
pub(super) fn draft(number: u64) -> Result<Draft, Failure> {
    let raw: RawDraft = serde_json::from_str(&filing_body(number))?;
    raw.parse().map_err(|errors| Failure::plain(format!("an invented filing is refused: {errors:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use heyan_domain::terms::IdLast6;

    #[test]
    fn invented_filings_parse_and_name_their_head() {
        for number in [0, 1, 99_999, 1_000_000, 12_345_678] {
            let draft = draft(number).unwrap();
            assert!(draft.heads().count() == 2, "entity and service");
            for (_, head) in draft.heads() {
                assert_eq!(head.phone().unwrap().as_str(), phone(number).to_string());
                let last6 = IdLast6::of(head.document.number.as_str()).unwrap();
                assert_eq!(last6, IdLast6::parse(&id_last6(number)).unwrap());
            }
        }
    }
}
