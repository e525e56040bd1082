//! The console of a provider, clicked through over the real world.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::{Method, StatusCode};
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, PEOPLE, Sandbox};

const CLERK: &str = "tencent-clerk";
const FORM: &str = "/console/provider/new/form";
const FILINGS: &str = "/console/provider/filings";
const LISTS: [&str; 5] = [
    "/console/provider",
    FILINGS,
    "/console/provider/new",
    "/console/provider/waiting",
    "/console/provider/returned",
];

/// The fields of a first filing with two people, as a browser sends them.
fn first(number: &str) -> Vec<(String, String)> {
    let fields = [
        ("kind", "first"),
        ("province", "zhejiang"),
        ("count", "1"),
        ("provider_order_no", number),
        ("entity.name", "杭州浔澜示例软件有限公司"),
        ("entity.nature", "enterprise"),
        ("entity.document.type", "business_licence"),
        ("entity.document.number", "91999999MA99EX0164"),
        ("entity.head.name", "林示遥"),
        ("entity.head.phones.0", "15400000101"),
        ("entity.head.document.type", "resident_id"),
        ("entity.head.document.number", "999999198503120173"),
        ("services.0.kind", "website"),
        ("services.0.name", "浔澜文档"),
        ("services.0.domains", "xunlan.example\r\ndocs.xunlan.example"),
        ("services.0.head.name", "周例宁"),
        ("services.0.head.phones.0", "15400000102"),
        ("services.0.head.document.type", "resident_id"),
        ("services.0.head.document.number", "999999199006250246"),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Every hidden field of the last form of a page, the token among them.
fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form method=\"post\" action=\"/console/provider/new/form\"").next().unwrap();
    let plain = |text: &str| {
        text.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#13;", "\r")
    };
    form.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), plain(rest.split('"').next().unwrap()))
        })
        .collect()
}

async fn send(browser: &mut Browser<'_>, fields: &[(String, String)], purpose: &str) -> Answer {
    let csrf = browser.csrf().await;
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.retain(|(name, _)| *name != "csrf");
    fields.extend([("csrf", csrf.as_str()), ("do", purpose)]);
    browser.post(FORM, &fields).await
}

/// Files through form and check page; gives the path of the filing.
async fn file(browser: &mut Browser<'_>, number: &str) -> String {
    let check = send(browser, &first(number), "check").await;
    assert_eq!(check.status, StatusCode::OK, "{}", check.text());
    let done = send(browser, &hidden_fields(&check.body), "submit").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    done.header("location").to_owned()
}

/// Opens the page that asks once more, and gives what its form holds.
async fn ask(browser: &mut Browser<'_>, path: &str) -> Vec<(String, String)> {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let form = page.body.rsplit("<form").next().unwrap().to_owned();
    ["csrf", "version", "seen", "key"].map(|name| (name.to_owned(), hidden(&form, name))).to_vec()
}

async fn sure(browser: &mut Browser<'_>, path: &str, form: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

/// No text is missing, and no value within one.
fn complete(page: &Answer) {
    let text = page.text();
    assert!(!text.contains("provider-") && !text.contains("{$") && !text.contains("kind-"), "{text}");
}

async fn verify(sandbox: &Sandbox, (phone, id_last6): (&str, &str)) {
    let code = sandbox.code(phone).await;
    sandbox.validate(&code, phone, id_last6).await;
}

#[tokio::test]
async fn every_page_is_there_in_both_languages_when_there_is_nothing_to_show() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    for language in ["zh-CN", "en"] {
        browser.get(&format!("/console/language/{language}")).await;
        for path in LISTS {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{path}");
            complete(&page);
        }
        let none = browser.get(&format!("{FILINGS}?state=returned&number=nothing")).await;
        complete(&none);
        let unknown = browser.get(&format!("{FILINGS}?state=no-state")).await;
        assert_eq!(unknown.status, StatusCode::OK, "what is no state matches nothing");
    }
}

#[tokio::test]
async fn a_filing_is_written_checked_submitted_seen_and_withdrawn() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    let check = send(&mut browser, &first("EX-0001"), "check").await;
    assert!(check.text().contains("154****0101"), "who must verify is shown before: {}", check.text());
    let fields = hidden_fields(&check.body);
    let done = send(&mut browser, &fields, "submit").await;
    let twice = send(&mut browser, &fields, "submit").await;
    let path = done.header("location").to_owned();
    assert_eq!((twice.status, twice.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    for there in ["154****0101", "154****0102", "EX-0001", "等待短信核验"] {
        assert!(page.text().contains(there), "{there}: {}", page.text());
    }
    assert!(!page.body.contains("15400000101"), "{}", page.text());
    complete(&page);
    let waiting = browser.get("/console/provider/waiting").await;
    assert!(waiting.text().contains("154****0101"), "{}", waiting.text());
    complete(&waiting);
    assert!(!waiting.text().contains(&sandbox.code(PEOPLE[0].0).await), "never a code");
    let withdraw = format!("{path}/act/withdraw");
    let form = ask(&mut browser, &withdraw).await;
    for _ in 0..2 {
        let done = sure(&mut browser, &withdraw, &form).await;
        assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    }
    let page = browser.get(&path).await;
    assert!(page.text().contains("已撤回"), "{}", page.text());
    let waiting = browser.get("/console/provider/waiting").await;
    assert!(!waiting.text().contains("154****0101"), "nobody is waited for any more");
}

#[tokio::test]
async fn what_was_typed_survives_errors_which_stand_at_their_fields() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    let mut fields = first("EX-0001");
    for (name, value) in &mut fields {
        if name == "services.0.head.phones.0" {
            "123".clone_into(value);
        }
        if name == "entity.name" {
            value.clear();
        }
    }
    let page = send(&mut browser, &fields, "check").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for name in ["services.0.head.phones.0", "entity.name"] {
        assert!(page.body.contains(&format!("id=\"{name}-error\"")), "{name}: {}", page.text());
        assert!(page.body.contains(&format!("href=\"#{name}\"")), "{name}");
    }
    assert!(page.body.contains("value=\"林示遥\"") && page.body.contains("value=\"123\""));
    let more = send(&mut browser, &fields, "add").await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(more.body.contains("name=\"services.1.name\"") && more.body.contains("value=\"林示遥\""));
}

#[tokio::test]
async fn another_provider_s_filing_is_not_there() {
    let sandbox = sandbox().await;
    let foreign = sandbox.file_first().await["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    let csrf = browser.csrf().await;
    for path in ["", "/correct", "/act/withdraw"] {
        assert_eq!(browser.get(&format!("{FILINGS}/{foreign}{path}")).await.status, StatusCode::NOT_FOUND);
    }
    let fields = [("csrf", csrf.as_str()), ("version", "1"), ("seen", "0"), ("key", "k")];
    let answer = browser.post(&format!("{FILINGS}/{foreign}/act/withdraw"), &fields).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let mut correction = first("EX-0002");
    correction.push(("filing".to_owned(), foreign.clone()));
    assert_eq!(send(&mut browser, &correction, "submit").await.status, StatusCode::NOT_FOUND);
    let list = browser.get(FILINGS).await;
    assert!(!list.body.contains(&foreign));
    let conflict = send(&mut browser, &first("EX-0002"), "check").await;
    assert_eq!(conflict.status, StatusCode::UNPROCESSABLE_ENTITY, "one filing at a time for an organiser");
    assert!(!conflict.body.contains(&foreign), "which is named to its own provider alone");
}

#[tokio::test]
async fn a_form_of_before_a_change_shows_what_has_happened_since() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    let path = file(&mut browser, "EX-0001").await;
    let withdraw = format!("{path}/act/withdraw");
    let form = ask(&mut browser, &withdraw).await;
    verify(&sandbox, PEOPLE[0]).await;
    let changed = sure(&mut browser, &withdraw, &form).await;
    assert_eq!(changed.status, StatusCode::PRECONDITION_FAILED);
    assert!(changed.text().contains("核验通过"), "{}", changed.text());
    assert!(!changed.text().contains("创建"), "what was seen is not told again: {}", changed.text());
    assert!(browser.get(&path).await.text().contains("等待短信核验"), "nothing was done");
    let form = ask(&mut browser, &withdraw).await;
    assert_eq!(sure(&mut browser, &withdraw, &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_returned_filing_is_corrected_without_its_numbers_being_shown() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    let path = file(&mut browser, "EX-0001").await;
    sandbox.advance(24 * 60 * 60).await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    let returned = browser.get("/console/provider/returned").await;
    assert!(returned.body.contains(&format!("{path}/correct")), "{}", returned.text());
    complete(&returned);
    complete(&browser.get(&path).await);
    let overview = browser.get("/console/provider").await;
    assert!(overview.body.contains("state=returned\">1<"), "{}", overview.body);
    let form = browser.get(&format!("{path}/correct")).await;
    assert!(form.body.contains("value=\"林示遥\"") && !form.body.contains("15400000101"));
    assert!(!form.body.contains("999999198503120173"));
    let mut fields = first("EX-0001");
    fields.retain(|(name, _)| !name.starts_with("entity.head.") || name == "entity.head.name");
    fields.push(("entity.head.document.type".to_owned(), "resident_id".to_owned()));
    for name in ["filing", "version", "seen"] {
        fields.push((name.to_owned(), hidden(&form.body, name)));
    }
    let mut stale = fields.clone();
    stale.push(("key".to_owned(), "another".to_owned()));
    let check = send(&mut browser, &fields, "check").await;
    assert!(check.text().contains("154****0101"), "left blank, the phone stays: {}", check.text());
    let done = send(&mut browser, &hidden_fields(&check.body), "submit").await;
    assert_eq!(done.header("location"), path, "{}", done.text());
    assert!(browser.get(&path).await.text().contains("第 2 次上报"));
    let check = send(&mut browser, &stale, "submit").await;
    assert_eq!(check.status, StatusCode::PRECONDITION_FAILED, "{}", check.text());
}

#[tokio::test]
async fn the_list_is_narrowed_paged_and_exported_without_formulas() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    for number in 0..52 {
        let mut fields = first(&format!("=EX+{number}"));
        fields.push(("key".to_owned(), number.to_string()));
        let saved = send(&mut browser, &fields, "save").await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    }
    let page = browser.get(&format!("{FILINGS}?state=draft&kind=first&province=zhejiang")).await;
    assert!(page.text().contains("=EX+51") && !page.text().contains("=EX+1 "));
    let next = page.body.split("before=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = browser.get(&format!("{FILINGS}?state=draft&before={next}")).await;
    assert!(second.text().contains("=EX+0") && second.text().contains("=EX+1"), "{}", second.text());
    assert!(!second.text().contains("=EX+2"));
    let one = browser.get(&format!("{FILINGS}?number=%3DEX%2B7")).await;
    assert!(one.text().contains("=EX+7") && !one.text().contains("=EX+8"));
    assert!(!browser.get(&format!("{FILINGS}?state=verifying")).await.text().contains("=EX+"));
    let csv = browser.get("/console/provider/filings.csv?state=draft").await;
    assert_eq!(csv.body.lines().count(), 53);
    assert!(csv.body.contains("\"'=EX+0\"") && !csv.body.contains("\"=EX"), "{}", csv.body);
    let head =
        browser.ask(Method::GET, "/console/provider/filings.csv?kind=change", String::new(), &[]).await;
    assert_eq!(head.body.lines().count(), 1, "nothing matches");
}
