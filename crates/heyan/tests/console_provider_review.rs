//! 初审 in the console of a provider (FIL-01), clicked through over the real world.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, PEOPLE, Sandbox};
use heyan_domain::audit::Staff;
use heyan_domain::decide::{Action, Expected, Outcome, Refusal};
use heyan_domain::filing::initial_review::InitialReviewAction;
use heyan_domain::terms::{AccountId, FilingId, ProviderId};

const CLERK: &str = "tencent-clerk";
const ADMIN: &str = "tencent-admin";
const FORM: &str = "/console/provider/new/form";
const FILINGS: &str = "/console/provider/filings";
const QUEUE: &str = "/console/provider/initial-review";
const SETTINGS: &str = "/console/provider/settings";

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
        ("services.0.domains", "xunlan.example"),
        ("services.0.head.name", "周例宁"),
        ("services.0.head.phones.0", "15400000102"),
        ("services.0.head.document.type", "resident_id"),
        ("services.0.head.document.number", "999999199006250246"),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Every hidden field of the last form of a page but the token.
fn carried(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form method=\"post\"").next().unwrap();
    let form = if form.contains("name=\"key\"") { form } else { page.rsplit("<form").next().unwrap() };
    let plain = |text: &str| text.replace("&#34;", "\"").replace("&#38;", "&").replace("&#13;", "\r");
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name.to_owned(), plain(rest.split('"').next().unwrap()))
    });
    fields.filter(|(name, _)| name != "csrf").collect()
}

async fn post(
    browser: &mut Browser<'_>,
    path: &str,
    fields: &[(String, String)],
    more: &[(&str, &str)],
) -> Answer {
    let csrf = browser.csrf().await;
    let mut all: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend_from_slice(more);
    all.push(("csrf", &csrf));
    browser.post(path, &all).await
}

async fn choose(sandbox: &Sandbox, rule: &str) {
    let mut admin = Browser::signed_in(sandbox, ADMIN).await;
    let done = post(&mut admin, SETTINGS, &[], &[("initial_review", rule)]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, SETTINGS), "{}", done.text());
}

#[tokio::test]
async fn what_the_provider_chooses_stands_in_its_part_of_the_audit_log() {
    let sandbox = sandbox().await;
    choose(&sandbox, "second_person").await;
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    let page = admin.get("/console/provider/audit?kind=initial_review_rule_set").await;
    complete(&page);
    let rows = page.body.split("<tbody>").nth(1).unwrap();
    assert!(rows.contains(ADMIN) && rows.contains("设置初审要求"), "{rows}");
    assert!(rows.contains("须经初审，且初审人不能是填写人或提交人"), "{rows}");
}

/// Writes a filing and submits it for the initial review; gives the text of its id.
async fn submit(browser: &mut Browser<'_>, fields: &[(String, String)]) -> String {
    let check = post(browser, FORM, fields, &[("do", "check")]).await;
    assert_eq!(check.status, StatusCode::OK, "{}", check.text());
    assert!(check.body.contains("value=\"review\">提交初审</button>"), "{}", check.body);
    let done = post(browser, FORM, &carried(&check.body), &[("do", "review")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    done.header("location").strip_prefix(&format!("{FILINGS}/")).unwrap().to_owned()
}

/// Opens the form of a decision and gives what it carries.
async fn open(browser: &mut Browser<'_>, path: &str) -> Vec<(String, String)> {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    complete(&page);
    carried(&page.body)
}

/// No text is missing, and no value within one.
fn complete(page: &Answer) {
    let text = page.text();
    for missing in ["provider-", "initial-", "settings-", "{$", "kind-"] {
        assert!(!text.contains(missing), "{missing}: {text}");
    }
}

#[tokio::test]
async fn every_page_is_there_in_both_languages_when_there_is_nothing_to_show() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, ADMIN).await;
    for language in ["zh-CN", "en"] {
        browser.get(&format!("/console/language/{language}")).await;
        for path in [QUEUE, SETTINGS] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{path}");
            complete(&page);
        }
    }
    assert_eq!(browser.get(&format!("{QUEUE}?after=nonsense")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_filing_is_submitted_claimed_passed_and_reported_in_one_step() {
    let sandbox = sandbox().await;
    choose(&sandbox, "required").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let id = submit(&mut clerk, &first("EX-0001")).await;
    let filing = clerk.get(&format!("{FILINGS}/{id}")).await;
    complete(&filing);
    assert!(filing.text().contains("提交初审") && filing.text().contains("进行中"), "{}", filing.text());
    assert!(!filing.body.contains("/act/report"), "nobody reports it before it has passed");
    let queue = clerk.get(QUEUE).await;
    complete(&queue);
    assert!(queue.text().contains("EX-0001") && queue.text().contains("未领取"), "{}", queue.text());
    let overview = clerk.get("/console/provider").await;
    assert!(overview.body.contains("state=initial_review\">1<"), "{}", overview.body);

    let page = format!("{QUEUE}/{id}");
    let shown = clerk.get(&page).await;
    complete(&shown);
    for there in ["林示遥", "154****0101", "xunlan.example", "需要短信核验的人"] {
        assert!(shown.text().contains(there), "{there}: {}", shown.text());
    }
    assert!(!shown.body.contains("15400000101") && !shown.body.contains("999999198503120173"));
    let claimed = post(&mut clerk, &format!("{page}/claim"), &[], &[]).await;
    assert_eq!(claimed.header("location"), page);
    assert!(clerk.get(&page).await.text().contains("由您领取"));

    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    for below in ["/pass", "/send-back"] {
        let refused = admin.get(&format!("{page}{below}")).await;
        assert_eq!(refused.header("location"), page, "{}", refused.text());
        assert!(admin.get(&page).await.text().contains("已被他人领取"));
    }
    assert!(admin.get(&page).await.text().contains("tencent-clerk 已领取"));

    let pass = format!("{page}/pass");
    let form = open(&mut clerk, &pass).await;
    for _ in 0..2 {
        let done = post(&mut clerk, &pass, &form, &[("then", "report")]).await;
        assert_eq!(
            done.header("location"),
            format!("{FILINGS}/{id}"),
            "sent twice it is one report: {}",
            done.text()
        );
    }
    let filing = clerk.get(&format!("{FILINGS}/{id}")).await;
    complete(&filing);
    assert!(filing.text().contains("初审通过") && filing.text().contains("第 1 次上报"), "{}", filing.text());
    assert!(clerk.get(QUEUE).await.text().contains("没有待初审的备案"));
    let gone = clerk.get(&page).await;
    assert_eq!(gone.header("location"), format!("{FILINGS}/{id}"), "it is not in the review any more");
    sandbox.code(PEOPLE[0].0).await;
}

#[tokio::test]
async fn what_is_sent_back_says_why_at_its_fields_and_comes_back_to_the_queue() {
    let sandbox = sandbox().await;
    choose(&sandbox, "required").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let id = submit(&mut clerk, &first("EX-0001")).await;
    let send_back = format!("{QUEUE}/{id}/send-back");
    let form = open(&mut clerk, &send_back).await;

    let none = post(&mut clerk, &send_back, &form, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("请至少勾选一项"), "{}", none.text());
    let half = [("at.entity.name", "on"), ("why.services.0.domains", "与网站不符")];
    let half = post(&mut clerk, &send_back, &form, &half).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (name, said) in [
        ("entity.name", "主体 · 主办单位名称：请写明需要怎样修改"),
        ("services.0.domains", "服务 1 · 域名：已写原因但未勾选，请勾选此项，或清空原因"),
    ] {
        let in_summary = format!("<a href=\"#why.{name}\">{said}</a>");
        let at_field = format!("id=\"why.{name}-error\">{said}</p>");
        assert!(half.body.contains(&in_summary) && half.body.contains(&at_field), "{name}: {}", half.body);
    }
    assert!(half.body.contains("value=\"与网站不符\""), "what was written stays");

    let reasons = [("at.entity.name", "on"), ("why.entity.name", "请写营业执照上的全称")];
    for _ in 0..2 {
        let done = post(&mut clerk, &send_back, &form, &reasons).await;
        assert_eq!(done.header("location"), format!("{FILINGS}/{id}"), "{}", done.text());
    }
    let filing = clerk.get(&format!("{FILINGS}/{id}")).await;
    complete(&filing);
    let said = "主体 · 主办单位名称：请写营业执照上的全称";
    assert!(filing.text().contains("初审退回") && filing.text().contains(said), "{}", filing.text());
    let correct = clerk.get(&format!("{FILINGS}/{id}/correct")).await;
    complete(&correct);
    assert!(correct.body.contains(&format!("<a href=\"#entity.name\">{said}</a>")), "{}", correct.body);
    assert!(correct.body.contains(&format!("id=\"entity.name-note\">{said}</p>")), "{}", correct.body);

    let mut fields = first("EX-0001");
    fields.iter_mut().find(|(name, _)| name == "entity.name").unwrap().1 =
        "杭州浔澜示例软件有限责任公司".to_owned();
    for name in ["filing", "version", "seen"] {
        fields.push((name.to_owned(), hidden(&correct.body, name)));
    }
    assert_eq!(submit(&mut clerk, &fields).await, id);
    assert!(clerk.get(QUEUE).await.text().contains("EX-0001"));
    let page = clerk.get(&format!("{QUEUE}/{id}")).await;
    assert!(page.text().contains("上一次初审退回时的意见") && page.text().contains(said), "{}", page.text());
}

#[tokio::test]
async fn a_form_of_before_a_change_shows_what_has_happened_since() {
    let sandbox = sandbox().await;
    choose(&sandbox, "required").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let id = submit(&mut clerk, &first("EX-0001")).await;
    let (pass, send_back) = (format!("{QUEUE}/{id}/pass"), format!("{QUEUE}/{id}/send-back"));
    let old_pass = open(&mut clerk, &pass).await;
    let old_send_back = open(&mut clerk, &send_back).await;
    let reasons = [("at.entity.name", "on"), ("why.entity.name", "请写全称")];
    let form = open(&mut clerk, &send_back).await;
    assert_eq!(post(&mut clerk, &send_back, &form, &reasons).await.status, StatusCode::SEE_OTHER);
    let pass_late = post(&mut clerk, &pass, &old_pass, &[("then", "report")]).await;
    let send_back_late = post(&mut clerk, &send_back, &old_send_back, &reasons).await;
    for late in [pass_late, send_back_late] {
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{}", late.text());
        assert!(late.text().contains("初审退回"), "{}", late.text());
        complete(&late);
    }
    let claim = post(&mut clerk, &format!("{QUEUE}/{id}/claim"), &[], &[]).await;
    assert_eq!(claim.header("location"), format!("{FILINGS}/{id}"));
}

#[tokio::test]
async fn what_has_passed_waits_for_its_report_and_nothing_else_is_offered_before() {
    let sandbox = sandbox().await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let check = post(&mut clerk, FORM, &first("EX-0001"), &[("do", "check")]).await;
    assert!(
        check.body.contains("value=\"submit\">提交</button>"),
        "a provider that skips it reports at once"
    );
    choose(&sandbox, "required").await;
    let late = post(&mut clerk, FORM, &carried(&check.body), &[("do", "submit")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "the rule has changed since");
    assert!(late.text().contains("须先通过初审才能上报"), "{}", late.text());
    let saved = post(&mut clerk, FORM, &carried(&check.body), &[("do", "save")]).await;
    let path = saved.header("location").to_owned();
    let refused = clerk.get(&format!("{path}/act/report")).await;
    assert_eq!(refused.header("location"), path, "{}", refused.text());
    assert!(clerk.get(&path).await.text().contains("须先通过初审才能上报"));
    let act = format!("{path}/act/submit");
    let form = open(&mut clerk, &act).await;
    assert_eq!(post(&mut clerk, &act, &form, &[]).await.header("location"), path);
    let id = path.rsplit('/').next().unwrap().to_owned();
    let pass = format!("{QUEUE}/{id}/pass");
    let form = open(&mut clerk, &pass).await;
    assert_eq!(post(&mut clerk, &pass, &form, &[("then", "keep")]).await.header("location"), path);
    let queue = clerk.get(QUEUE).await;
    assert!(queue.text().contains("已通过，待上报"), "{}", queue.text());
    let page = clerk.get(&format!("{QUEUE}/{id}")).await;
    complete(&page);
    assert!(page.body.contains(&format!("{path}/act/report")), "{}", page.body);
    let act = format!("{path}/act/report");
    let form = open(&mut clerk, &act).await;
    assert_eq!(post(&mut clerk, &act, &form, &[]).await.header("location"), path);
    assert!(clerk.get(&path).await.text().contains("等待短信核验"));
}

#[tokio::test]
async fn who_wrote_or_submitted_it_does_not_pass_it_where_the_provider_wants_a_second_person() {
    let sandbox = sandbox().await;
    choose(&sandbox, "second_person").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let id = submit(&mut clerk, &first("EX-0001")).await;
    let page = format!("{QUEUE}/{id}");
    let own = clerk.get(&page).await;
    complete(&own);
    assert!(own.text().contains("须由其他人初审") && !own.body.contains("/pass\""), "{}", own.body);
    let pass = format!("{page}/pass");
    let form = open(&mut clerk, &pass).await;
    let refused = post(&mut clerk, &pass, &form, &[("then", "report")]).await;
    assert_eq!(refused.header("location"), page);
    assert!(clerk.get(&page).await.text().contains("没有执行"));
    let mut admin = Browser::signed_in(&sandbox, ADMIN).await;
    let form = open(&mut admin, &pass).await;
    let done = post(&mut admin, &pass, &form, &[("then", "report")]).await;
    assert_eq!(done.header("location"), format!("{FILINGS}/{id}"), "{}", done.text());
    assert!(admin.get(&format!("{FILINGS}/{id}")).await.text().contains("等待短信核验"));
}

#[tokio::test]
async fn another_provider_s_filing_is_not_there() {
    let sandbox = sandbox().await;
    let foreign = sandbox.file_first().await["id"].as_str().unwrap().to_owned();
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    for below in ["", "/pass", "/send-back"] {
        let answer = clerk.get(&format!("{QUEUE}/{foreign}{below}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{below}");
    }
    let fields = [("version", "1"), ("seen", "0"), ("key", "k"), ("then", "report")];
    for below in ["/claim", "/pass", "/send-back"] {
        let answer = post(&mut clerk, &format!("{QUEUE}/{foreign}{below}"), &[], &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{below}");
    }
}

#[tokio::test]
async fn of_64_who_take_it_at_once_one_has_it() {
    let sandbox = sandbox().await;
    choose(&sandbox, "required").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let id = FilingId::parse(&submit(&mut clerk, &first("EX-0001")).await).unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 1..=64 {
        let by = Staff { account: AccountId::from_number(number), name: format!("clerk-{number}") };
        let provider = ProviderId::parse("tencent").unwrap();
        let action = InitialReviewAction::Claim { by, provider, filing: id };
        let app = sandbox.world.app.clone();
        tasks
            .spawn(async move { app.engine.execute(Action::InitialReview(Box::new(action))).await.unwrap() });
    }
    let outcomes = tasks.join_all().await;
    let taken = outcomes.iter().filter(|one| matches!(one, Outcome::Filing(_))).count();
    let refused = outcomes.iter().filter(|one| matches!(one, Outcome::Refused(Refusal::Claimed(_)))).count();
    assert_eq!((taken, refused), (1, 63));
}

#[tokio::test]
async fn the_queue_is_paged_by_key_in_the_order_of_submission() {
    let sandbox = sandbox().await;
    choose(&sandbox, "required").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    for number in 0..52 {
        let mut fields = first(&format!("EX-{number:02}"));
        let licence = format!("91999999MA99EX{number:04}");
        fields.iter_mut().find(|(name, _)| name == "entity.document.number").unwrap().1 = licence;
        fields.push(("key".to_owned(), number.to_string()));
        let sent = post(&mut clerk, FORM, &fields, &[("do", "review")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    }
    let page = clerk.get(QUEUE).await;
    assert!(page.text().contains("EX-00") && page.text().contains("EX-49") && !page.text().contains("EX-50"));
    let next = page.body.split("?after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = clerk.get(&format!("{QUEUE}?after={next}")).await;
    assert!(
        second.text().contains("EX-50")
            && second.text().contains("EX-51")
            && !second.text().contains("EX-49")
    );
    assert!(second.text().contains("第一页"));
}

#[tokio::test]
async fn over_the_api_its_state_is_told_and_only_withdrawing_goes() {
    let sandbox = sandbox().await;
    choose(&sandbox, "required").await;
    let mut clerk = Browser::signed_in(&sandbox, CLERK).await;
    let id = submit(&mut clerk, &first("EX-0001")).await;
    let app = &sandbox.world.app;
    let number = FilingId::parse(&id).unwrap();
    let provider = ProviderId::parse("tencent").unwrap();
    let report = Action::Report { provider: provider.clone(), filing: number, expected: Expected::Any };
    let refused = app.engine.execute(report).await.unwrap();
    assert_eq!(refused, Outcome::Refused(Refusal::State("initial_review")));
    let withdrawn = app.engine.execute(Action::Withdraw { provider, filing: number }).await.unwrap();
    assert_eq!(withdrawn, Outcome::Filing(number));
    assert!(clerk.get(QUEUE).await.text().contains("没有待初审的备案"));
}

/// Somebody of the provider whose rule set promises a new report within one working day, by name and password.
async fn of_volcengine(sandbox: &Sandbox) -> (String, String) {
    let mut operator = Browser::signed_in(sandbox, "operator").await;
    let fields = [
        ("name", "volcengine-admin"),
        ("display_name", "示例"),
        ("role", "provider_admin"),
        ("province", ""),
        ("provider", "volcengine"),
    ];
    let added = post(&mut operator, "/console/operator/accounts/new", &[], &fields).await;
    let page = operator.get(added.header("location")).await.text();
    let password: String = page.split("仅显示一次）：").nth(1).unwrap().chars().take(23).collect();
    ("volcengine-admin".to_owned(), password)
}

async fn sign_in<'s>(sandbox: &'s Sandbox, (name, password): &(String, String)) -> Browser<'s> {
    let mut browser = Browser::new(sandbox);
    assert_eq!(browser.sign_in(name, password, &[]).await.status, StatusCode::SEE_OTHER);
    browser
}

#[tokio::test]
async fn a_promised_new_report_is_shown_wherever_the_filing_is_and_stands_out_when_it_is_overdue() {
    let sandbox = sandbox().await;
    let somebody = of_volcengine(&sandbox).await;
    let mut browser = sign_in(&sandbox, &somebody).await;
    let check = post(&mut browser, FORM, &first("EX-0001"), &[("do", "check")]).await;
    let done = post(&mut browser, FORM, &carried(&check.body), &[("do", "submit")]).await;
    let path = done.header("location").to_owned();
    assert!(!browser.get(&path).await.text().contains("重新上报期限"), "nothing is promised before a return");
    sandbox.advance(24 * 60 * 60).await;
    let mut browser = sign_in(&sandbox, &somebody).await;
    let correct = browser.get(&format!("{path}/correct")).await;
    let mut fields = first("EX-0001");
    for name in ["filing", "version", "seen"] {
        fields.push((name.to_owned(), hidden(&correct.body, name)));
    }
    fields.push(("key".to_owned(), "corrected".to_owned()));
    let saved = post(&mut browser, FORM, &fields, &[("do", "save")]).await;
    assert_eq!(saved.header("location"), path, "{}", saved.text());
    // Corrected on Tuesday the third of March: the promise ends on Wednesday.
    for page in [path.as_str(), "/console/provider/returned"] {
        let shown = browser.get(page).await;
        complete(&shown);
        assert!(shown.text().contains("重新上报期限2026年3月4日 23:59"), "{page}: {}", shown.text());
    }
    assert!(browser.get("/console/provider").await.body.contains("重新上报逾期"));
    post(&mut browser, SETTINGS, &[], &[("initial_review", "required")]).await;
    let act = format!("{path}/act/submit");
    let form = open(&mut browser, &act).await;
    assert_eq!(post(&mut browser, &act, &form, &[]).await.header("location"), path);
    assert!(browser.get(QUEUE).await.text().contains("2026年3月4日 23:59"));
    sandbox.advance(2 * 24 * 60 * 60).await;
    let mut browser = sign_in(&sandbox, &somebody).await;
    for page in [path.as_str(), QUEUE, &path.replace(FILINGS, QUEUE)] {
        let shown = browser.get(page).await;
        complete(&shown);
        assert!(shown.text().contains("已逾期：2026年3月4日 23:59"), "{page}: {}", shown.text());
    }
    let overview = browser.get("/console/provider").await;
    let after = overview.text().split("重新上报逾期").nth(1).unwrap().trim_start().to_owned();
    assert!(after.starts_with('1'), "{}", overview.text());
}
