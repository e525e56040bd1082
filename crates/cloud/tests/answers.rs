//! What vendors answer, read; and what is no answer.

use heyan_cloud::codes::Meaning;
use heyan_cloud::{Said, alibaba, tencent};

#[test]
fn tencent_accepts_with_a_serial_number() {
    let body = br#"{"Response":{"SendStatusSet":[{"SerialNo":"5000:1045710669157053657849499619","PhoneNumber":
        "+8615400000001","Fee":1,"SessionContext":"m1","Code":"Ok","Message":"send success","IsoCode":"CN"}],"RequestId":"r"}}"#;
    let carrier_id = "5000:1045710669157053657849499619".to_owned();
    assert_eq!(tencent::answer(body), Some(Said::Accepted { carrier_id }));
}

#[test]
fn tencent_refuses_a_phone_or_the_whole_request() {
    for (body, code, meaning) in [
        (
            r#"{"Response":{"SendStatusSet":[{"SerialNo":"","Code":"FailedOperation.PhoneNumberInBlacklist"}]}}"#,
            "FailedOperation.PhoneNumberInBlacklist",
            Meaning::FailedForGood,
        ),
        (
            r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"m"},"RequestId":"r"}}"#,
            "RequestLimitExceeded",
            Meaning::FailedForNow,
        ),
    ] {
        let Some(Said::Refused { code: said, row }) = tencent::answer(body.as_bytes()) else {
            panic!("{body}")
        };
        assert_eq!((said.as_str(), row.meaning), (code, meaning));
    }
}

#[test]
fn alibaba_accepts_and_refuses_by_its_code() {
    let accepted = br#"{"Message":"OK","RequestId":"r","Code":"OK","BizId":"9006197469364984^0"}"#;
    let carrier_id = "9006197469364984^0".to_owned();
    assert_eq!(alibaba::answer(accepted), Some(Said::Accepted { carrier_id }));
    let refused = br#"{"RequestId":"r","HostId":"h","Code":"InvalidAccessKeyId.NotFound","Message":"m"}"#;
    let Some(Said::Refused { row, .. }) = alibaba::answer(refused) else { panic!() };
    assert_eq!(row.meaning, Meaning::FailedForGood);
}

/// Only an explicit yes or no ends a message (SMS-04).
#[test]
fn what_says_neither_yes_nor_no_is_unclear_and_what_is_not_the_vendors_is_nothing() {
    let unclear = |code: &str| Some(Said::Unclear { code: code.to_owned() });
    let without_id = br#"{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}"#;
    assert_eq!(tencent::answer(without_id), unclear("Ok"), "no receipt could be matched");
    assert_eq!(alibaba::answer(br#"{"Code":"OK"}"#), unclear("OK"));
    assert_eq!(alibaba::answer(br#"{"Code":"Something.New"}"#), unclear("Something.New"));
    for body in ["", "<html>", "{}", "[]", r#"{"Response":{}}"#, r#"{"Response":{"SendStatusSet":[]}}"#] {
        assert_eq!(tencent::answer(body.as_bytes()), None, "{body}");
        assert_eq!(alibaba::answer(body.as_bytes()), None, "{body}");
    }
}
