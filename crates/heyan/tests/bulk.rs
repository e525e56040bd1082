//! Filing in bulk: by the API and by hand, ten thousand rows at once, and everything that a file can get wrong.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, PEOPLE, Sandbox, form};
use serde_json::{Value, json};

const BULK: &str = "/console/provider/bulk";
const UPLOAD: &str = "/console/provider/bulk/upload";
const HEADING: &str = "provider_order_no,kind,province,report,entity.name,entity.nature,entity.document.type,\
                       entity.document.number,entity.head.name,entity.head.phones,entity.head.document.type,\
                       entity.head.document.number,services.0.kind,services.0.name,services.0.domains,\
                       services.0.head.name,services.0.head.phones,services.0.head.document.type,\
                       services.0.head.document.number\n";

/// A first filing about an organiser of its own.
fn row(no: u32, report: bool) -> String {
    organiser(no, no, report)
}

fn organiser(no: u32, organiser: u32, report: bool) -> String {
    format!(
        "B-{no},首次备案,浙江,{report},示例公司{organiser},企业,营业执照,91999999{organiser:010},林示遥,154001{organiser:05},护照,\
         E{organiser:08},网站,示例站{no},site{no}.example;www.site{no}.example,周例宁,154002{organiser:05},护照,F{organiser:08}\n"
    )
}

fn rows(count: u32) -> String {
    (1..=count).fold(HEADING.to_owned(), |text, no| text + &row(no, false))
}

fn request(key: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = Sandbox::request(Method::POST, "/v1/filings/bulk", kind, String::new());
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    *request.body_mut() = body.into();
    request
}

async fn hand_in(sandbox: &Sandbox, key: &str, body: impl Into<Body>) -> Answer {
    sandbox.send(request(key, "text/csv", body)).await
}

/// Files the next rows of whatever is under way.
async fn batch(sandbox: &Sandbox) -> bool {
    sandbox.world.worker.file_rows().await.unwrap()
}

async fn job(sandbox: &Sandbox, id: &str) -> Value {
    let answer = sandbox.get(&format!("/v1/bulk/{id}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

async fn filings(sandbox: &Sandbox) -> Vec<Value> {
    let answer = sandbox.get("/v1/filings?limit=200").await.json();
    answer["items"].as_array().unwrap().clone()
}

/// proves: PRO-04
#[tokio::test]
async fn ten_thousand_rows_are_filed_while_people_verify() {
    let sandbox = Sandbox::new();
    sandbox.file_first().await;
    let answer = hand_in(&sandbox, "ten-thousand", rows(10_000)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/v1/bulk/{id}"));
    assert_eq!(answer.json()["total"], 10_000);
    let again = hand_in(&sandbox, "ten-thousand", rows(10_000)).await;
    assert_eq!((again.json()["id"].as_str(), again.header("idempotent-replayed")), (Some(&*id), "true"));

    let mut people = PEOPLE.iter();
    let mut batches = 0;
    while batch(&sandbox).await {
        batches += 1;
        let seen = job(&sandbox, &id).await;
        assert_eq!((seen["done"].as_u64(), &seen["state"]), (Some(batches * 50), &json!("working")));
        // Between two batches everybody else is answered.
        if batches % 50 == 0
            && let Some((phone, id_last6)) = people.next()
        {
            let code = sandbox.code(phone).await;
            let answer = sandbox.validate(&code, phone, id_last6).await;
            assert!([3, 31].contains(&answer["params"]["validStatus"].as_u64().unwrap()), "{answer}");
        }
    }
    assert!(people.next().is_none(), "both have verified meanwhile");
    let done = job(&sandbox, &id).await;
    assert_eq!(
        (&done["state"], &done["created"], &done["refused"]),
        (&json!("finished"), &json!(10_000), &json!(0))
    );
    for no in [1, 5_000, 10_000] {
        let found = sandbox.get(&format!("/v1/filings?provider_order_no=B-{no}")).await.json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "B-{no}");
    }
}

#[test]
fn a_restart_in_the_middle_files_every_row_once() {
    let run = |work: std::pin::Pin<Box<dyn Future<Output = String> + '_>>| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    };
    let sandbox = Sandbox::new();
    let id = run(Box::pin(async {
        let id = hand_in(&sandbox, "restart", rows(170)).await.json()["id"].as_str().unwrap().to_owned();
        batch(&sandbox).await;
        assert_eq!(job(&sandbox, &id).await["done"], 50);
        id
    }));
    let sandbox = sandbox.reopen();
    run(Box::pin(async {
        assert_eq!(job(&sandbox, &id).await["done"], 50);
        while batch(&sandbox).await {}
        batch(&sandbox).await;
        assert_eq!(job(&sandbox, &id).await["created"], 170);
        let mut numbers: Vec<String> = filings(&sandbox)
            .await
            .iter()
            .map(|filing| filing["provider_order_no"].as_str().unwrap().to_owned())
            .collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 170);
        String::new()
    }));
}

#[tokio::test]
async fn rows_that_cannot_be_filed_are_told_with_column_and_code_a_page_at_a_time() {
    let sandbox = Sandbox::new();
    // Reported, all about one organiser: the first holds it.
    let text = (1..=4).fold(HEADING.to_owned(), |text, no| text + &organiser(no, 1, true));
    let answer = hand_in(&sandbox, "refused", text).await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    while batch(&sandbox).await {}
    let first = sandbox.get(&format!("/v1/bulk/{id}?limit=2")).await.json();
    assert_eq!((&first["created"], &first["refused"]), (&json!(1), &json!(3)));
    let error = &first["errors"][0];
    assert_eq!((&error["row"], &error["provider_order_no"]), (&json!(3), &json!("B-2")));
    assert_eq!(error["code"], "Conflict.EntityHasOpenFiling");
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = sandbox.get(&format!("/v1/bulk/{id}?limit=2&cursor={cursor}")).await.json();
    assert_eq!((&next["errors"][0]["row"], &next["next_cursor"]), (&json!(5), &Value::Null));
    assert_eq!(filings(&sandbox).await.len(), 1);

    // The order number of a filing that is there, with the column's name in the reader's language.
    let answer = hand_in(&sandbox, "taken", HEADING.to_owned() + &row(1, false)).await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    while batch(&sandbox).await {}
    batch(&sandbox).await;
    let path = format!("/v1/bulk/{id}");
    for (language, column) in [("zh-CN", "接入商订单号"), ("en", "provider_order_no")] {
        let seen = sandbox.get_with(&path, header::ACCEPT_LANGUAGE, language).await.json();
        assert_eq!(
            (&seen["errors"][0]["column"], &seen["errors"][0]["code"]),
            (&json!(column), &json!("Conflict.OrderNumber"))
        );
    }
}

#[tokio::test]
async fn a_file_with_a_faulty_row_is_refused_whole_with_all_of_them() {
    let sandbox = Sandbox::new();
    let text = rows(2)
        + &row(3, false).replace("浙江", "nowhere")
        + &row(4, false).replace("B-4", "=1+1")
        + &row(1, false);
    let answer = hand_in(&sandbox, "faulty", text).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (422, &json!("InvalidParameter.Rows")));
    let errors = answer.json()["errors"].clone();
    let found: Vec<(u64, &str, &str)> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (
                error["row"].as_u64().unwrap(),
                error["column"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (4, "受理省份", "InvalidParameter.Province"),
            (5, "接入商订单号", "InvalidParameter.Value"),
            (6, "接入商订单号", "Conflict.OrderNumber"),
        ]
    );
    while batch(&sandbox).await {}
    assert!(filings(&sandbox).await.is_empty(), "nothing is half imported");
    // Nothing was kept under the key either.
    assert_eq!(hand_in(&sandbox, "faulty", rows(1)).await.status, StatusCode::ACCEPTED);
}

/// Every file that is none, with a word of what it is told.
fn no_files() -> Vec<(Vec<u8>, &'static str)> {
    let old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    let locked: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
    vec![
        (Vec::new(), "空的"),
        (b"%PDF-1.7\n%\x00\x01".to_vec(), "不是 CSV 或 XLSX"),
        (old.clone(), ".xls"),
        ([old, locked].concat(), "密码"),
        (b"PK\x03\x04 broken".to_vec(), "损坏"),
        ([HEADING.as_bytes(), b"\xFF\xFF\n"].concat(), "编码"),
        ([HEADING.as_bytes(), b"B-1\0,x\n"].concat(), "不是 CSV 或 XLSX"),
        (b"kind,province,colour\n".to_vec(), "colour"),
        (b"kind\n".to_vec(), "受理省份 / province"),
        (HEADING.as_bytes().to_vec(), "没有内容"),
        (rows(10_001).into_bytes(), "10000 行"),
    ]
}

#[tokio::test]
async fn files_that_cannot_be_read_are_refused_by_name() {
    let sandbox = Sandbox::new();
    for (bytes, word) in no_files() {
        let answer = hand_in(&sandbox, "none", bytes).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (422, &json!("InvalidParameter.File")),
            "{word}"
        );
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{}", answer.body);
    }
    let large = hand_in(&sandbox, "large", vec![b'x'; (20 << 20) + 1]).await;
    assert_eq!((large.status.as_u16(), &large.json()["code"]), (413, &json!("LimitExceeded.BodySize")));
    let typed = sandbox.send(request("typed", "application/json", "{}")).await;
    assert_eq!((typed.status.as_u16(), &typed.json()["code"]), (415, &json!("UnsupportedMediaType")));
    let mut keyless = request("x", "text/csv", rows(1));
    keyless.headers_mut().remove("idempotency-key");
    assert_eq!(sandbox.send(keyless).await.json()["code"], "InvalidParameter.IdempotencyKey");
    let administration = |mut request: Request<Body>| {
        request.headers_mut().insert(header::AUTHORIZATION, "Bearer test_admin_zhejiang".parse().unwrap());
        request
    };
    let role = sandbox.send(administration(request("role", "text/csv", rows(1)))).await;
    assert_eq!(role.status, StatusCode::FORBIDDEN);
    while batch(&sandbox).await {}
    assert!(filings(&sandbox).await.is_empty());
}

#[tokio::test]
async fn another_provider_s_job_is_not_there() {
    let sandbox = sandbox().await;
    let id = hand_in(&sandbox, "mine", rows(1)).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/bulk/{id}");
    let foreign = sandbox.get_with(&path, header::AUTHORIZATION, "Bearer test_jd").await;
    let none = sandbox.get("/v1/bulk/blk_0000000000001").await;
    for answer in [&foreign, &none] {
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (404, &json!("ResourceNotFound.BulkJob"))
        );
    }
    assert_eq!(foreign.json()["detail"], none.json()["detail"]);
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    for page in ["", "/errors.csv", "/result.csv"] {
        assert_eq!(clerk.get(&format!("{BULK}/jobs/{id}{page}")).await.status, StatusCode::NOT_FOUND);
    }
    assert!(!clerk.get(BULK).await.body.contains(&id));
}

#[tokio::test]
async fn what_the_examples_hold_is_filed_as_it_stands() {
    let sandbox = Sandbox::new();
    let files = [
        ("text/csv", include_bytes!("../../../examples/bulk/first.csv").to_vec()),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            include_bytes!("../../../examples/bulk/first.xlsx").to_vec(),
        ),
    ];
    for (kind, bytes) in files {
        let answer = sandbox.send(request(kind, kind, bytes)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
        while batch(&sandbox).await {}
        batch(&sandbox).await;
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let done = job(&sandbox, &id).await;
        assert_eq!((&done["state"], &done["refused"]), (&json!("finished"), &json!(0)), "{done}");
    }
}

/// The form of the page with a file in it, as a browser sends it.
fn multipart(csrf: &str, key: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let mut head = String::new();
    for (name, value) in [("csrf", csrf), ("key", key)] {
        write!(head, "--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    head += "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n";
    ("multipart/form-data; boundary=xx".to_owned(), [head.as_bytes(), bytes, b"\r\n--xx--\r\n"].concat())
}

/// Sends the form of the page.
async fn upload(browser: &mut Browser<'_>, key: &str, csrf: &str, bytes: &[u8]) -> Answer {
    let (kind, body) = multipart(csrf, key, bytes);
    let mut request = Sandbox::request(Method::POST, UPLOAD, &kind, String::new());
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
    *request.body_mut() = body.into();
    browser.sandbox.send(request).await
}

/// No text is missing, and no value within one.
fn complete(page: &Answer) {
    let text = page.text();
    assert!(!text.contains("bulk-") && !text.contains("{$") && !text.contains("provider-"), "{text}");
}

#[tokio::test]
async fn a_file_is_handed_in_by_hand_once_and_followed_to_its_end() {
    let sandbox = sandbox().await;
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let page = clerk.get(BULK).await;
    complete(&page);
    let (csrf, key) = (hidden(page.body.rsplit("<form").next().unwrap(), "csrf"), hidden(&page.body, "key"));
    let bytes =
        rows(60) + &row(1, false).replace("B-1,", "B-61,").replace("false", "true") + &organiser(62, 1, true);
    let first = upload(&mut clerk, &key, &csrf, bytes.as_bytes()).await;
    let again = upload(&mut clerk, &key, &csrf, bytes.as_bytes()).await;
    let path = first.header("location").to_owned();
    assert_eq!(
        (first.status, again.header("location")),
        (StatusCode::SEE_OTHER, path.as_str()),
        "{}",
        first.body
    );

    for language in ["zh-CN", "en"] {
        clerk.get(&format!("/console/language/{language}")).await;
        let working = clerk.get(&path).await;
        complete(&working);
        assert_eq!(working.header("refresh"), "5");
        assert!(
            working.body.contains("<progress id=\"progress\" max=\"62\" value=\"0\">"),
            "{}",
            working.body
        );
        let list = clerk.get(BULK).await;
        complete(&list);
        assert_eq!(list.body.matches(&path).count(), 1, "a double click makes one job");
    }
    while batch(&sandbox).await {}
    for (language, word) in [("zh-CN", "整行"), ("en", "whole row")] {
        clerk.get(&format!("/console/language/{language}")).await;
        let done = clerk.get(&path).await;
        complete(&done);
        assert_eq!(done.header("refresh"), "");
        assert!(
            done.text().contains(word) && done.text().contains("Conflict.EntityHasOpenFiling"),
            "{}",
            done.text()
        );
    }
    let result = clerk.get(&format!("{path}/result.csv")).await;
    assert_eq!(result.body.lines().count(), 63);
    assert!(result.body.contains("\"2\",\"B-1\",\"fil_"), "{}", result.body);
    let errors = clerk.get(&format!("{path}/errors.csv")).await;
    assert!(errors.body.lines().count() == 2 && errors.body.contains("\"63\",\"B-62\""), "{}", errors.body);
}

#[tokio::test]
async fn a_faulty_file_is_shown_with_its_columns_in_the_language_of_the_page() {
    let sandbox = sandbox().await;
    let mut admin = Browser::signed_in(&sandbox, "tencent-admin").await;
    let csrf = admin.csrf().await;
    let mut text = HEADING.to_owned();
    for no in 1..=60 {
        text += &row(no, false)
            .replace("浙江", "nowhere")
            .replace("false", if no == 7 { "maybe" } else { "false" })
            .replace("B-60", "\"+1,5\"")
            .replace(&format!("B-{no}"), &format!("-{no}"));
    }
    let sent = upload(&mut admin, "faulty", &csrf, text.as_bytes()).await;
    let path = sent.header("location").to_owned();
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    for (language, column, words) in [("zh-CN", "受理省份", "是、否"), ("en", "province", "yes / no")]
    {
        admin.get(&format!("/console/language/{language}")).await;
        let page = admin.get(&path).await;
        complete(&page);
        assert!(page.text().contains(column) && page.text().contains(words), "{}", page.text());
        assert!(page.body.contains("?after=50"), "fifty rows a page");
        let next = admin.get(&format!("{path}?after=50")).await;
        complete(&next);
        assert!(next.body.contains("InvalidParameter.Value"));
    }
    let errors = admin.get(&format!("{path}/errors.csv")).await;
    assert_eq!(errors.body.lines().count(), 62);
    assert!(errors.body.contains("\"'-1\""), "no spreadsheet computes it: {}", errors.body);
    while batch(&sandbox).await {}
    assert!(
        admin.get("/console/provider/filings").await.text().contains("No filings"),
        "nothing is half imported"
    );
}

#[tokio::test]
async fn the_page_says_what_is_wrong_with_a_file_that_is_none() {
    let sandbox = sandbox().await;
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let csrf = clerk.csrf().await;
    for (bytes, word) in no_files().into_iter().skip(1) {
        let page = upload(&mut clerk, "none", &csrf, &bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{word}");
        assert!(page.text().contains(word) && page.body.contains("id=\"file-error\""), "{}", page.text());
    }
    let nothing = upload(&mut clerk, "none", &csrf, b"").await;
    assert!(nothing.text().contains("请选择文件"), "{}", nothing.text());
    let large = upload(&mut clerk, "large", &csrf, &vec![b'x'; 21 << 20]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let foreign = upload(&mut clerk, "foreign", "0", rows(1).as_bytes()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let other = clerk.post(UPLOAD, &[("csrf", &csrf), ("key", "x")]).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST, "{}", form(&[]));
    assert!(clerk.get(BULK).await.text().contains("还没有上传过文件"));
}

#[tokio::test]
async fn a_file_that_comes_after_its_session_is_not_taken_in() {
    let sandbox = sandbox().await;
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let csrf = clerk.csrf().await;
    sandbox.advance(30 * 60).await;
    let over = upload(&mut clerk, "late", &csrf, rows(1).as_bytes()).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    assert!(clerk.get(BULK).await.text().contains("还没有上传过文件"));
}

#[tokio::test]
async fn templates_can_be_taken_away_in_both_languages() {
    let sandbox = sandbox().await;
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    for (language, column) in [("zh-CN", "备案类型"), ("en", "kind")] {
        clerk.get(&format!("/console/language/{language}")).await;
        let text = clerk.get(&format!("{BULK}/template.csv")).await;
        assert!(text.body.starts_with('\u{feff}') && text.body.contains(column), "{}", text.body);
        let book = clerk.get(&format!("{BULK}/template.xlsx")).await;
        assert!(book.body.starts_with("PK") && book.header("content-disposition").contains("template.xlsx"));
    }
}
