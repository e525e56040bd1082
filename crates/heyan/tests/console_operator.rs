//! The operator's console, as operator and auditor see it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode, header};
use common::{Answer, Sandbox, form};
use heyan::commands::user::make_demo_accounts;
use heyan_web::app::DEMO_ACCOUNTS;

const FORM: &str = "application/x-www-form-urlencoded";

/// A browser at the consoles of a sandbox, in English.
struct Browser<'s> {
    sandbox: &'s Sandbox,
    cookies: BTreeMap<String, String>,
}

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    make_demo_accounts(&sandbox.world).await.unwrap_or_else(|failure| panic!("{}", failure.what()));
    sandbox
}

impl<'s> Browser<'s> {
    async fn signed_in(sandbox: &'s Sandbox, name: &str) -> Self {
        let account = DEMO_ACCOUNTS.iter().find(|account| account.name == name).unwrap();
        Self::with_password(sandbox, name, account.password).await.unwrap()
    }

    /// Signs in; `None` if that is refused.
    async fn with_password(sandbox: &'s Sandbox, name: &str, password: &str) -> Option<Self> {
        let cookies = BTreeMap::from([("heyan-language".to_owned(), "en".to_owned())]);
        let mut browser = Self { sandbox, cookies };
        let answer =
            browser.ask(Method::POST, "/console/sign-in", &[("name", name), ("password", password)]).await;
        (answer.status == StatusCode::SEE_OTHER).then_some(browser)
    }

    async fn ask(&mut self, method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = Sandbox::request(method, path, FORM, form(fields));
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        let answer = self.sandbox.send(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    /// A page that must be there.
    async fn page(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer
    }

    /// Sends a form with the token of this session.
    async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get("/console/account").await.body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        self.ask(Method::POST, path, &[&[("csrf", csrf.as_str())], fields].concat()).await
    }
}

#[tokio::test]
async fn the_first_page_says_how_the_system_is() {
    let sandbox = sandbox().await;
    sandbox.file_first().await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    let page = operator.page("/console/operator").await;
    let text = page.text();
    for words in
        ["Engine", "works", "Commit groups since the start", "Active key", "nothing to do", "sandbox", "KiB"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(page.body.contains("<svg"), "the sizes of groups are drawn");
    let auditor = Browser::signed_in(&sandbox, "auditor").await.page("/console/operator").await;
    assert!(auditor.text().contains("Commit groups"));
}

fn shown_password(page: &str) -> String {
    let shown = page.split("shown this once: ").nth(1).unwrap_or_else(|| panic!("{page}"));
    shown.split_whitespace().next().unwrap().split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_is_made_its_password_shown_once_and_it_signs_in() {
    let sandbox = sandbox().await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    let clerk = [
        ("name", "li.lei"),
        ("display_name", "Li Lei"),
        ("role", "provider_clerk"),
        ("province", ""),
        ("provider", "jd"),
    ];
    let made = operator.submit("/console/operator/accounts/new", &clerk).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let page = made.header("location").to_owned();
    let password = shown_password(&operator.page(&page).await.text());
    assert!(!operator.page(&page).await.text().contains(&password), "shown once");
    let mut li = Browser::with_password(&sandbox, "li.lei", &password).await.unwrap();
    assert!(li.page("/console").await.text().contains("Li Lei"));
    assert!(operator.page("/console/operator/accounts?provider=jd").await.text().contains("li.lei"));
    assert!(!operator.page("/console/operator/accounts?provider=tencent").await.text().contains("li.lei"));
}

#[tokio::test]
async fn what_cannot_be_an_account_is_said_at_its_field() {
    let sandbox = sandbox().await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    let cases = [
        (["?", "Li Lei", "auditor", "", ""], "2 to 64 lower-case"),
        (["li.lei", "", "auditor", "", ""], "Give 1 to 40"),
        (["li.lei", "Li Lei", "root", "", ""], "Choose a role"),
        (["li.lei", "Li Lei", "auditor", "zhejiang", ""], "neither province nor provider"),
        (["li.lei", "Li Lei", "administration", "", ""], "needs a province"),
        (["li.lei", "Li Lei", "provider_clerk", "", "nobody"], "needs a provider"),
        (["auditor", "Li Lei", "auditor", "", ""], "has this name already"),
    ];
    for ([name, display_name, role, province, provider], words) in cases {
        let fields = [
            ("name", name),
            ("display_name", display_name),
            ("role", role),
            ("province", province),
            ("provider", provider),
        ];
        let answer = operator.submit("/console/operator/accounts/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(answer.body.contains(&format!("value=\"{name}\"")), "what was typed stays");
    }
}

#[tokio::test]
async fn an_account_gets_another_password_is_shut_and_opened_again() {
    let sandbox = sandbox().await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    let mut clerk = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let list = operator.page("/console/operator/accounts").await.body;
    let path_of = |name: &str| {
        let named = format!("\">{name}</a></td>");
        let cell = list.split("<td><a href=\"").find(|cell| cell.contains(&named)).unwrap();
        cell.split('"').next().unwrap().to_owned()
    };
    let page = path_of("tencent-clerk");
    operator.submit(&format!("{page}/password"), &[]).await;
    let password = shown_password(&operator.page(&page).await.text());
    assert_eq!(clerk.get("/console").await.status, StatusCode::SEE_OTHER, "its sessions are over");
    assert!(Browser::with_password(&sandbox, "tencent-clerk", "sandbox-tencent-clerk").await.is_none());
    assert!(Browser::with_password(&sandbox, "tencent-clerk", &password).await.is_some());

    operator.submit(&format!("{page}/standing"), &[("to", "disabled")]).await;
    assert!(Browser::with_password(&sandbox, "tencent-clerk", &password).await.is_none());
    assert!(operator.page(&page).await.text().contains("Shut since"));
    operator.submit(&format!("{page}/standing"), &[("to", "enabled")]).await;
    assert!(Browser::with_password(&sandbox, "tencent-clerk", &password).await.is_some());

    let own = path_of("operator");
    operator.submit(&format!("{own}/standing"), &[("to", "disabled")]).await;
    assert!(operator.page(&own).await.text().contains("Nobody shuts the own account"));
    let nowhere = operator.get("/console/operator/accounts/acc_0000000000001").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);

    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let seen = auditor.page(&page).await;
    assert!(seen.text().contains("change nothing") && !seen.body.contains("/standing"));
    let refused = auditor.submit(&format!("{page}/password"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn long_lists_are_paged_by_name() {
    let sandbox = sandbox().await;
    let mut operator = Browser::signed_in(&sandbox, "operator").await;
    for number in 0..50 {
        let name = format!("clerk-{number:02}");
        let fields = [
            ("name", name.as_str()),
            ("display_name", name.as_str()),
            ("role", "auditor"),
            ("province", ""),
            ("provider", ""),
        ];
        assert_eq!(
            operator.submit("/console/operator/accounts/new", &fields).await.status,
            StatusCode::SEE_OTHER
        );
    }
    let first = operator.page("/console/operator/accounts").await;
    let next = first.body.split("\" rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let second = operator.page(&next.replace("&#38;", "&").replace("&amp;", "&")).await;
    assert!(!first.text().contains("zhejiang") && second.text().contains("zhejiang"));
    assert!(second.text().contains("First page") && !second.text().contains("Next page"));
}

#[tokio::test]
async fn providers_are_listed_with_their_support_contact() {
    let sandbox = sandbox().await;
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let text = auditor.page("/console/operator/providers").await.text();
    assert!(text.contains("tencent") && text.contains("400-000-0000") && text.contains("09:00–18:00"));
}

#[tokio::test]
async fn the_rulebook_is_shown_with_a_source_for_every_answer() {
    let sandbox = sandbox().await;
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let list = auditor.page("/console/operator/rules").await;
    for set in sandbox.world.app.rules.current().shipped().sets() {
        let path = format!("/console/operator/rules/sets/{}", set.id);
        assert!(list.body.contains(&path), "{path}");
        let page = auditor.page(&path).await;
        for rule in &set.parties {
            assert!(page.text().contains(&rule.row), "{}: {}", set.id, rule.row);
        }
        assert!(page.text().contains("validity_hours") && page.text().contains(&set.source.document));
    }
    assert_eq!(auditor.get("/console/operator/rules/sets/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_sets_are_compared_as_on_the_command_line() {
    let sandbox = sandbox().await;
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let rules = sandbox.world.app.rules.current();
    let book = rules.shipped();
    let (one, other) = (book.set("national-2020").unwrap(), book.set("jd-cloud").unwrap());
    let path = "/console/operator/rules/diff?a=national-2020&b=";
    let text =
        auditor.page(&format!("{path}jd-cloud")).await.body.replace("&#38;", "&").replace("&#60;", "<");
    let differences = heyan_domain::rulebook::show::differences(one, other);
    assert!(!differences.is_empty());
    for [name, ..] in differences {
        assert!(text.contains(&name), "{name}");
    }
    assert!(auditor.page(&format!("{path}national-2020")).await.text().contains("say the same"));
    assert_eq!(auditor.get(&format!("{path}nothing")).await.status, StatusCode::NOT_FOUND);
    assert!(auditor.page("/console/operator/rules/diff").await.text().contains("One set"));
}

#[tokio::test]
async fn a_case_is_explained_with_the_set_and_the_sentence_that_decide() {
    let sandbox = sandbox().await;
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let asked = "kind=change&province=zhejiang&provider=tencent&initiator=provider&entity=on&on=2026-03-02";
    let page = auditor.page(&format!("/console/operator/rules/explain?{asked}")).await;
    assert!(page.body.contains("/console/operator/rules/sets/tencent-cloud"), "{}", page.text());
    assert!(page.text().contains("Has to verify") && page.text().contains("24 h to verify"));
    let strange = auditor.get("/console/operator/rules/explain?kind=feast").await;
    assert_eq!(strange.status, StatusCode::BAD_REQUEST);
    let calendar = auditor.page("/console/operator/rules/calendar").await;
    assert!(calendar.text().contains("2026-10-01"));
}

/// Files and lets both people verify, the second an hour after the first.
async fn file_and_verify(sandbox: &Sandbox) {
    sandbox.file_first().await;
    for (at, (phone, id_last6)) in common::PEOPLE.into_iter().enumerate() {
        if at > 0 {
            sandbox.advance(3_600).await;
        }
        let code = sandbox.code(phone).await;
        sandbox.validate(&code, phone, id_last6).await;
    }
}

/// The number in a row of a chart or table.
fn number_of(page: &str, row: &str) -> u64 {
    let cells = page.split(&format!("<th scope=\"row\">{row}</th><td class=\"number\">")).nth(1);
    let cells = cells.unwrap_or_else(|| panic!("{row}: {page}"));
    cells.split('<').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn rounds_are_counted_on_their_way_from_report_to_review() {
    let sandbox = sandbox().await;
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let none = auditor.page("/console/operator/funnel").await;
    assert!(none.text().contains("Nothing has been counted"));
    file_and_verify(&sandbox).await;
    for _ in 0..2 {
        // The second time there is nothing new to count.
        sandbox.world.worker.count().await.unwrap();
    }
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let page = auditor.page("/console/operator/funnel").await.body;
    let steps = [
        ("reported", 1),
        ("first message sent", 1),
        ("message delivered", 1),
        ("first person verified", 1),
        ("all verified", 1),
        ("approved", 0),
        ("within 5 minutes", 1),
        ("15 minutes to 1 hour", 1),
        ("deadline passed", 0),
    ];
    for (row, count) in steps {
        assert_eq!(number_of(&page, row), count, "{row}");
    }
    let other = auditor.page("/console/operator/funnel?province=beijing&by=province").await;
    assert!(other.text().contains("Nothing has been counted"));
    let own = auditor.page("/console/operator/funnel?province=zhejiang&by=province").await;
    assert!(own.body.contains("<td>Zhejiang</td><td class=\"number\">1</td>"), "{}", own.body);
    let file = auditor.page("/console/operator/funnel/export?by=day").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        file.body.contains("\r\n\"2026-03-02\",\"1\",\"1\",\"1\",\"1\",\"1\",\"0\",\"0\","),
        "{}",
        file.body
    );
}

#[tokio::test]
async fn a_round_that_nobody_answers_is_counted_with_its_reason_and_its_noon_resend() {
    let sandbox = sandbox().await;
    sandbox.file_first().await;
    sandbox.advance(30 * 3_600).await;
    sandbox.world.worker.count().await.unwrap();
    let mut auditor = Browser::signed_in(&sandbox, "auditor").await;
    let page = auditor.page("/console/operator/funnel").await.body;
    assert_eq!(number_of(&page, "deadline passed"), 1);
    assert_eq!((number_of(&page, "reported"), number_of(&page, "all verified")), (1, 0));
    let messages = auditor.page("/console/operator/messages").await.text();
    assert!(messages.contains("sandbox inbox") && messages.contains("100.0 %"), "{messages}");
    assert!(auditor.page("/console/operator/noon").await.text().contains("Planned for the next noon"));
}
