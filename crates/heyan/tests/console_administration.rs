//! The console of an administration: queue, evidence, decision, what was decided, numbers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, StatusCode, header};
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, PEOPLE, Sandbox};
use serde_json::{Value, json};

const QUEUE: &str = "/console/administration";

fn path(filing: &str, below: &str) -> String {
    format!("{QUEUE}/filings/{filing}{below}")
}

fn id(filing: &Value) -> String {
    filing["id"].as_str().unwrap().to_owned()
}

/// Files the first example, and both people verify.
async fn in_review(sandbox: &Sandbox) -> String {
    let filing = sandbox.file_first().await;
    for (phone, id_last6) in PEOPLE {
        let code = sandbox.code(phone).await;
        sandbox.validate(&code, phone, id_last6).await;
    }
    id(&filing)
}

/// Files for one more organiser with one phone for two documents, of which one verifies.
async fn another_in_review(sandbox: &Sandbox, number: u32) -> String {
    let text = include_str!("../../../examples/filings/first.one-phone.json");
    let mut body: Value = serde_json::from_str(text).unwrap();
    body["provider_order_no"] = json!(format!("T-{number}"));
    body["entity"]["document"]["number"] = json!(format!("99999919950806{number:04}"));
    body["services"][0]["head"]["document"]["number"] = json!("999999199508060741");
    let filing = sandbox.file(&body.to_string()).await;
    let code = sandbox.code("15400000121").await;
    sandbox.validate(&code, "15400000121", "060725").await;
    id(&filing)
}

/// What the administration's own system does with its key.
async fn by_key(sandbox: &Sandbox, filing: &str, deed: &str, body: Option<Value>) {
    let body = body.map_or(String::new(), |body| body.to_string());
    let mut request =
        Sandbox::request(Method::POST, &format!("/v1/reviews/{filing}/{deed}"), "application/json", body);
    for (name, value) in [
        (header::AUTHORIZATION, "Bearer test_admin_zhejiang"),
        (header::IF_MATCH, "*"),
        (header::HeaderName::from_static("idempotency-key"), deed),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = sandbox.send(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

/// What a form of the page carries, as it is sent.
fn carried(page: &Answer) -> Vec<(String, String)> {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    // The sign-out form stands before it and carries the same token.
    ["csrf", "version", "seen", "key"].map(|name| (name.to_owned(), hidden(&page.body, name))).to_vec()
}

async fn send(
    browser: &mut Browser<'_>,
    path: &str,
    form: &[(String, String)],
    reason: Option<&str>,
) -> Answer {
    let mut fields: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(reason.map(|reason| ("reason", reason)));
    browser.post(path, &fields).await
}

#[tokio::test]
async fn a_filing_is_found_in_the_queue_looked_at_taken_and_approved_once() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    assert!(browser.get(QUEUE).await.text().contains("没有待审核的备案申请"));
    let filing = in_review(&sandbox).await;
    let queue = browser.get(QUEUE).await;
    for words in ["杭州浔澜示例软件有限公司", "首次备案", "other", "2026年3月30日", "未超期", "未领取"]
    {
        assert!(queue.text().contains(words), "{words}: {}", queue.text());
    }

    let page = browser.get(&path(&filing, "")).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for words in
        ["154****0101", "154****0102", "林示遥", "已通过", "主体负责人", "已送达", "短信核验全部完成"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    for secret in ["15400000101", "15400000102", "91999999MA99EX0164", "999999198503120173", "120173"] {
        assert!(!page.body.contains(secret), "{secret}");
    }

    let csrf = browser.csrf().await;
    let claimed = browser.post(&path(&filing, "/claim"), &[("csrf", &csrf)]).await;
    assert_eq!(claimed.header("location"), path(&filing, ""));
    assert!(browser.get(&path(&filing, "")).await.text().contains("您已领取该申请，至 09:30"));
    assert!(browser.get(QUEUE).await.text().contains("至 09:30"));

    let form = carried(&browser.get(&path(&filing, "/approve")).await);
    // A double click sends the same form twice.
    for _ in 0..2 {
        let sent = send(&mut browser, &path(&filing, "/approve"), &form, None).await;
        assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, &*path(&filing, "")));
    }
    let page = browser.get(&path(&filing, "")).await.text();
    assert!(page.contains("浙ICP备00000001号-1") && page.contains("已审核通过"), "{page}");
    let timeline = sandbox.get(&format!("/v1/filings/{filing}/timeline")).await.json();
    let approved = timeline["items"].as_array().unwrap().iter();
    assert_eq!(approved.filter(|event| event["type"] == "filing.approved").count(), 1);
    assert!(browser.get(QUEUE).await.text().contains("没有待审核的备案申请"));
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_keeps_what_was_typed() {
    let sandbox = sandbox().await;
    let filing = in_review(&sandbox).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let form = carried(&browser.get(&path(&filing, "/reject")).await);
    let long = "长".repeat(5_000);
    for reason in ["", "  \n", "\u{7}", long.as_str()] {
        let refused = send(&mut browser, &path(&filing, "/reject"), &form, Some(reason)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        assert!(refused.body.contains("<title>错误：") && refused.body.contains("href=\"#reason\""));
        assert_eq!(hidden(&refused.body, "key"), form[3].1, "it is still the same form");
    }
    let sent = send(&mut browser, &path(&filing, "/reject"), &form, Some("主体名称与证件不符")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&path(&filing, "")).await.text().contains("主体名称与证件不符"));
    let seen = sandbox.get(&format!("/v1/filings/{filing}")).await.json();
    assert_eq!(seen["return"]["detail"], "主体名称与证件不符");
    // The same form with other words is another decision, and too late.
    let other = send(&mut browser, &path(&filing, "/reject"), &form, Some("另一个原因")).await;
    assert_eq!(other.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn what_has_changed_since_the_form_was_opened_is_shown_instead_of_done() {
    let sandbox = sandbox().await;
    let filing = in_review(&sandbox).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let form = carried(&browser.get(&path(&filing, "/approve")).await);
    by_key(&sandbox, &filing, "reject", Some(json!({ "reason": "资料不全" }))).await;
    let late = send(&mut browser, &path(&filing, "/approve"), &form, None).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    let text = late.text();
    for words in ["打开页面之后发生的事件", "审核不通过", "资料不全", "test_admin_zhejiang"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("核验通过"), "what was known before is not news");
    for below in ["/approve", "/reject"] {
        assert_eq!(browser.get(&path(&filing, below)).await.status, StatusCode::PRECONDITION_FAILED);
    }
    let csrf = browser.csrf().await;
    let claim = browser.post(&path(&filing, "/claim"), &[("csrf", &csrf)]).await;
    assert_eq!(claim.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn another_s_lease_is_named_and_ends() {
    let sandbox = sandbox().await;
    let filing = in_review(&sandbox).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let form = carried(&browser.get(&path(&filing, "/approve")).await);
    by_key(&sandbox, &filing, "claim", None).await;
    let csrf = browser.csrf().await;
    let answers = [
        send(&mut browser, &path(&filing, "/approve"), &form, None).await,
        send(&mut browser, &path(&filing, "/reject"), &form, Some("原因")).await,
        browser.post(&path(&filing, "/claim"), &[("csrf", &csrf)]).await,
        browser.get(&path(&filing, "/approve")).await,
        browser.get(&path(&filing, "/reject")).await,
    ];
    for answer in answers {
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.text().contains("该申请已由test_admin_zhejiang领取，至 09:30"), "{}", answer.text());
        assert!(!answer.body.contains("class=\"button\" href="), "no way leads to a decision");
    }
    // A session that is in use goes on; the lease is over.
    sandbox.advance(29 * 60).await;
    browser.get(QUEUE).await;
    sandbox.advance(60).await;
    let sent = send(&mut browser, &path(&filing, "/approve"), &form, None).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
}

#[tokio::test]
async fn what_is_another_province_s_or_not_handed_over_is_not_there() {
    let sandbox = sandbox().await;
    let mut body: Value = serde_json::from_str(include_str!("../../../examples/filings/first.json")).unwrap();
    body["province"] = json!("上海");
    let foreign = id(&sandbox.file(&body.to_string()).await);
    for (phone, id_last6) in PEOPLE {
        let code = sandbox.code(phone).await;
        sandbox.validate(&code, phone, id_last6).await;
    }
    let waiting = sandbox.file(include_str!("../../../examples/filings/first.one-phone.json")).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let csrf = browser.csrf().await;
    assert!(browser.get(QUEUE).await.text().contains("没有待审核的备案申请"));
    for filing in [foreign, id(&waiting), "fil_0".to_owned(), "x".to_owned()] {
        for below in ["", "/approve", "/reject"] {
            let answer = browser.get(&path(&filing, below)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{filing}{below}");
        }
        for below in ["/claim", "/approve", "/reject"] {
            let fields = [("csrf", &*csrf), ("version", "1"), ("seen", "1"), ("key", "k"), ("reason", "r")];
            let answer = browser.post(&path(&filing, below), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{filing}{below}");
        }
    }
}

#[tokio::test]
async fn a_form_that_is_not_ours_is_refused() {
    let sandbox = sandbox().await;
    let filing = in_review(&sandbox).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let csrf = browser.csrf().await;
    let long = "k".repeat(33);
    for fields in [
        vec![("version", "x"), ("seen", "1"), ("key", "k"), ("reason", "r")],
        vec![("version", "2"), ("seen", "1"), ("key", ""), ("reason", "r")],
        vec![("version", "2"), ("seen", "1"), ("key", &*long), ("reason", "r")],
        vec![],
    ] {
        for below in ["/approve", "/reject"] {
            let answer = browser.post(&path(&filing, below), &[&[("csrf", &*csrf)], &*fields].concat()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{below} {fields:?}");
        }
    }
}

#[tokio::test]
async fn a_change_is_shown_against_the_record_with_what_masks_hide() {
    let sandbox = sandbox().await;
    let first = in_review(&sandbox).await;
    by_key(&sandbox, &first, "approve", None).await;
    let entity_no = sandbox.get(&format!("/v1/filings/{first}")).await.json()["entity_no"].clone();
    let text = include_str!("../../../examples/filings/change_entity.json")
        .replace("${first:entity_no}", entity_no.as_str().unwrap());
    let mut body: Value = serde_json::from_str(&text).unwrap();
    // Behind the mask it looks like the number on record.
    body["entity"]["head"]["phones"] = json!(["15433330101"]);
    let change = id(&sandbox.file(&body.to_string()).await);
    let code = sandbox.code("15433330101").await;
    sandbox.validate(&code, "15433330101", "120173").await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let page = browser.get(&path(&change, "")).await;
    let marked: Vec<&str> =
        page.body.split("<mark>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(marked, ["浙江 杭州 示例路 9 号 1201 室", "154****0101（隐藏的部分不同）"]);
    assert!(page.text().contains("浙江 杭州 示例路 1 号 501 室"), "what is on record stands beside it");
    by_key(&sandbox, &change, "approve", None).await;
    let page = browser.get(&path(&change, "")).await;
    assert!(page.text().contains("提交时与备案信息库不同的内容：主体信息"), "{}", page.text());
}

#[tokio::test]
async fn long_lists_are_paged_and_numbers_add_up() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    assert!(browser.get("/console/administration/decisions").await.text().contains("还没有审核记录"));
    let mut filings = Vec::new();
    for number in 0..26 {
        filings.push(another_in_review(&sandbox, number).await);
    }
    let rows = |page: &Answer| page.body.matches("/console/administration/filings/").count();
    let next = |page: &Answer| {
        let before = page.body.split("\" rel=\"next\"").next().unwrap();
        before.rsplit("href=\"").next().unwrap().replace("&#38;", "&")
    };
    let page = browser.get(QUEUE).await;
    assert_eq!(rows(&page), 25);
    assert!(page.text().contains("两位负责人同一手机号码而证件不同"), "warnings are seen in the list");
    let page = browser.get(&next(&page)).await;
    assert_eq!(rows(&page), 1);
    assert!(page.body.contains(filings.last().unwrap()) && page.text().contains("返回第一页"));
    assert!(!page.body.contains("rel=\"next\""));
    assert_eq!(rows(&browser.get(&format!("{QUEUE}?after=nonsense")).await), 25);

    // Monday 2 March; after the weekend of the 28th and 29th, 30 March is the twentieth working day.
    sandbox.advance(29 * 86_400).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    let page = browser.get(QUEUE).await;
    assert_eq!(page.body.matches("<span class=\"tag error\">已超期</span>").count(), 25);
    for filing in &filings {
        let deed = if filing == &filings[0] { "reject" } else { "approve" };
        let form = carried(&browser.get(&path(filing, &format!("/{deed}"))).await);
        let reason = (deed == "reject").then_some("不符");
        let sent = send(&mut browser, &path(filing, &format!("/{deed}")), &form, reason).await;
        // One domain belongs to one service: only the first of them can be approved.
        let expected = if filing == &filings[0] || filing == &filings[1] {
            StatusCode::SEE_OTHER
        } else {
            StatusCode::CONFLICT
        };
        assert_eq!(sent.status, expected, "{}", sent.text());
        if expected == StatusCode::CONFLICT {
            assert!(sent.text().contains("域名 dandeng.example 已属于其他服务"));
            let form = carried(&browser.get(&path(filing, "/reject")).await);
            send(&mut browser, &path(filing, "/reject"), &form, Some("域名冲突")).await;
        }
    }
    let page = browser.get("/console/administration/decisions").await;
    assert_eq!(rows(&page), 25);
    let page = browser.get(&next(&page)).await;
    assert_eq!(rows(&page), 1);
    assert!(page.body.contains(&filings[0]), "the first decision stands last");
    let page = browser.get("/console/administration/statistics").await.text();
    assert!(page.contains("最近十二个月收到 26 件，通过 1 件，不通过 25 件。"), "{page}");
    let march: Vec<&str> = page.split("2026年3月").nth(1).unwrap().split_whitespace().collect();
    assert!(march.concat().starts_with("261252121"), "{march:?}");
}

#[tokio::test]
async fn every_page_is_there_in_english() {
    let sandbox = sandbox().await;
    let filing = in_review(&sandbox).await;
    let mut browser = Browser::signed_in(&sandbox, "zhejiang").await;
    browser.get("/console/language/en").await;
    let pages = [
        (QUEUE.to_owned(), "Review queue"),
        (path(&filing, ""), "Evidence of the verification"),
        (path(&filing, "/approve"), "Approve this filing?"),
        (path(&filing, "/reject"), "Reject this filing"),
        ("/console/administration/decisions".to_owned(), "Nothing has been decided yet"),
        ("/console/administration/statistics".to_owned(), "1 filings arrived"),
    ];
    for (path, words) in pages {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("<html lang=\"en\">") && page.text().contains(words), "{path}");
        assert!(!page.body.contains("adm-"), "{path}: a word is missing");
        assert!(!page.body.contains("{$"), "{path}: a value is missing");
    }
}
