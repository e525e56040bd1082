//! The second factor of the staff: setting it up, signing in with it, and who must have one.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, Sandbox};
use heyan_domain::accounts::{
    Account, AccountAction, AccountAnswer, Authority, DisplayName, Role, SignInName, Totp, TotpSecret,
};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{AccountId, ProviderId};
use zeroize::Zeroizing;

const CLERK: &str = "tencent-clerk";
const PASSWORD: &str = "sandbox-tencent-clerk";

async fn account(sandbox: &Sandbox, name: &str) -> Account {
    let name = SignInName::parse(name).unwrap();
    sandbox.world.app.readers.read(move |reader| reader.account_by_name(&name)).await.unwrap().unwrap()
}

async fn secret(sandbox: &Sandbox, name: &str) -> TotpSecret {
    match account(sandbox, name).await.totp {
        Totp::Offered(secret) | Totp::On { secret, .. } => secret,
        Totp::Off => panic!("{name} has no secret"),
    }
}

/// What the app shows, so many seconds from now.
async fn code(sandbox: &Sandbox, name: &str, seconds: i64) -> String {
    let at = sandbox.world.app.clock.now().plus_ms(seconds * 1_000);
    secret(sandbox, name).await.code_at(at).unwrap()
}

/// Sets it up in an open session, and moves the clock to where the next code counts; gives the recovery codes.
async fn set_up(browser: &mut Browser<'_>, name: &str) -> Vec<String> {
    let csrf = hidden(&browser.get("/console/account/totp").await.body, "csrf");
    browser.post("/console/account/totp/offer", &[("csrf", &csrf)]).await;
    let code = code(browser.sandbox, name, 0).await;
    let done = browser.post("/console/account/totp/confirm", &[("csrf", &csrf), ("code", &code)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    shown_codes(&done)
}

fn shown_codes(page: &Answer) -> Vec<String> {
    let items = page.body.split("<li><code>").skip(1);
    let codes: Vec<String> = items.map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10, "{}", page.body);
    codes
}

/// A sandbox whose clerk has a second factor, a minute ago, and the recovery codes.
async fn with_totp() -> (Sandbox, Vec<String>) {
    let sandbox = sandbox().await;
    let codes = set_up(&mut Browser::signed_in(&sandbox, CLERK).await, CLERK).await;
    sandbox.advance(60).await;
    (sandbox, codes)
}

/// The password, and the page that asks for the code.
async fn first_step(browser: &mut Browser<'_>) -> Answer {
    let page = browser.sign_in(CLERK, PASSWORD, &[("next", "/console/account")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page
}

async fn second_step(browser: &mut Browser<'_>, page: &Answer, code: &str) -> Answer {
    let [half, next, resume] = ["half", "next", "resume"].map(|name| hidden(&page.body, name));
    let fields = [("half", half.as_str()), ("next", &next), ("resume", &resume), ("code", code)];
    browser.post("/console/sign-in/code", &fields).await
}

#[tokio::test]
async fn it_is_on_once_a_code_has_shown_that_an_app_has_the_secret() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, CLERK).await;
    assert!(browser.get("/console/account").await.body.contains("href=\"/console/account/totp\""));
    assert_eq!(browser.get("/console/account/totp/qr").await.status, StatusCode::NOT_FOUND);
    let csrf = browser.csrf().await;
    let offered = browser.post("/console/account/totp/offer", &[("csrf", &csrf)]).await;
    assert_eq!(offered.header("location"), "/console/account/totp");
    let page = browser.get("/console/account/totp").await;
    let key = secret(&sandbox, CLERK).await.base32();
    assert!(page.text().replace(' ', "").contains(&key), "{}", page.text());
    let link = format!("otpauth://totp/Heyan%20sandbox:{CLERK}?secret={key}");
    assert!(page.body.contains(&link), "{}", page.body);
    let picture = browser.get("/console/account/totp/qr").await;
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(picture.header("cache-control"), "no-store");
    assert!(picture.body.starts_with("<svg") && !picture.body.contains("style"));
    for wrong in ["000000", "12345", ""] {
        let fields = [("csrf", csrf.as_str()), ("code", wrong)];
        let refused = browser.post("/console/account/totp/confirm", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.body.contains("<title>错误："));
    }
    assert!(!account(&sandbox, CLERK).await.totp.is_on());
    set_up(&mut browser, CLERK).await;
    let page = browser.get("/console/account/totp").await;
    assert!(!page.text().replace(' ', "").contains(&secret(&sandbox, CLERK).await.base32()), "shown no more");
    assert_eq!(browser.get("/console/account/totp/qr").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_opens_after_the_second_step_and_a_code_works_once() {
    let (sandbox, _) = with_totp().await;
    let mut browser = Browser::new(&sandbox);
    let page = first_step(&mut browser).await;
    assert!(browser.cookies.is_empty(), "no session after the first step");
    assert_eq!(browser.get("/console").await.status, StatusCode::SEE_OTHER);
    let code = code(&sandbox, CLERK, 0).await;
    let opened = second_step(&mut browser, &page, &code).await;
    assert_eq!(opened.header("location"), "/console/sign-in?opened=1&next=/console/account");
    assert_eq!(browser.get("/console").await.status, StatusCode::OK);
    let mut other = Browser::new(&sandbox);
    let again = second_step(&mut other, &page, &code).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.cookies.is_empty() && !again.body.contains(&code));
}

#[tokio::test]
async fn five_wrong_codes_lock_the_account_for_a_time() {
    let (sandbox, _) = with_totp().await;
    let mut browser = Browser::new(&sandbox);
    let mut page = first_step(&mut browser).await;
    for _ in 0..5 {
        page = second_step(&mut browser, &page, "abcd-efgh-jkmn-pqrs").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = code(&sandbox, CLERK, 0).await;
    let locked = second_step(&mut browser, &page, &right).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = browser.sign_in(CLERK, PASSWORD, &[]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "the password is locked as well");
    sandbox.advance(15 * 60).await;
    let page = first_step(&mut browser).await;
    let right = code(&sandbox, CLERK, 0).await;
    assert_eq!(second_step(&mut browser, &page, &right).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_stands_between_the_steps_lives_five_minutes_and_is_nobody_s_to_make() {
    let (sandbox, _) = with_totp().await;
    let mut browser = Browser::new(&sandbox);
    assert_eq!(browser.get("/console/sign-in/code").await.header("location"), "/console/sign-in");
    let page = first_step(&mut browser).await;
    sandbox.advance(5 * 60).await;
    let right = code(&sandbox, CLERK, 0).await;
    let late = second_step(&mut browser, &page, &right).await;
    assert!(late.body.contains("name=\"password\"") && late.text().contains("五分钟"), "{}", late.body);
    assert_eq!(hidden(&late.body, "next"), "/console/account", "the way is kept");
    for half in ["", "00", "zz", &"0".repeat(200)] {
        let fields = [("half", half), ("code", right.as_str())];
        let refused = browser.post("/console/sign-in/code", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{half}");
    }
    let fields = [("half", "x"), ("code", "y")];
    let foreign = [("sec-fetch-site", "cross-site")];
    let body = common::form(&fields);
    let refused = browser.ask(axum::http::Method::POST, "/console/sign-in/code", body, &foreign).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_recovery_code_replaces_the_app_once_and_others_replace_the_codes() {
    let (sandbox, codes) = with_totp().await;
    let mut browser = Browser::new(&sandbox);
    let page = first_step(&mut browser).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(second_step(&mut browser, &page, &typed).await.status, StatusCode::SEE_OTHER);
    let again = second_step(&mut Browser::new(&sandbox), &page, &codes[0]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.get("/console/account/totp").await.text().contains('9'), "nine are left");
    let csrf = browser.csrf().await;
    let renew = [("csrf", csrf.as_str()), ("code", codes[1].as_str())];
    let others = shown_codes(&browser.post("/console/account/totp/recovery", &renew).await);
    assert!(others.iter().all(|code| !codes.contains(code)));
    let refused = browser.post("/console/account/totp/recovery", &[renew[0], ("code", &codes[2])]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the earlier ones are void");
    let remove = [renew[0], ("removal", others[0].as_str())];
    let removed = browser.post("/console/account/totp/remove", &remove).await;
    assert_eq!(removed.header("location"), "/console/account/totp");
    let opened = Browser::new(&sandbox).sign_in(CLERK, PASSWORD, &[]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "the password is enough again");
}

#[tokio::test]
async fn doing_without_it_needs_a_code() {
    let (sandbox, _) = with_totp().await;
    let mut browser = Browser::new(&sandbox);
    let page = first_step(&mut browser).await;
    let right = code(&sandbox, CLERK, 0).await;
    second_step(&mut browser, &page, &right).await;
    let csrf = browser.csrf().await;
    for wrong in [right.as_str(), "abc", "000000"] {
        let fields = [("csrf", csrf.as_str()), ("removal", wrong)];
        let refused = browser.post("/console/account/totp/remove", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert!(account(&sandbox, CLERK).await.totp.is_on());
}

#[tokio::test]
async fn a_form_that_came_too_late_is_kept_through_both_steps() {
    let (sandbox, _) = with_totp().await;
    let mut browser = Browser::new(&sandbox);
    let page = first_step(&mut browser).await;
    let right = code(&sandbox, CLERK, 0).await;
    second_step(&mut browser, &page, &right).await;
    let csrf = browser.csrf().await;
    sandbox.advance(30 * 60).await;
    let typed = [("csrf", csrf.as_str()), ("current", "a"), ("password", "kept words"), ("again", "b")];
    let over = browser.post("/console/account/password", &typed).await;
    let resume = hidden(&over.body, "resume");
    let page = browser.sign_in(CLERK, PASSWORD, &[("resume", &resume)]).await;
    let right = code(&sandbox, CLERK, 0).await;
    let kept = second_step(&mut browser, &page, &right).await;
    assert_eq!(hidden(&kept.body, "password"), "kept words");
}

#[tokio::test]
async fn neither_secret_nor_recovery_codes_lie_in_the_data_in_clear() {
    let (sandbox, codes) = with_totp().await;
    let key = secret(&sandbox, CLERK).await;
    let clear = [serde_json::to_string(&key).unwrap(), key.base32()];
    let clear = clear.iter().chain(codes.iter()).map(String::as_bytes);
    let mut looked_at = 0;
    for file in std::fs::read_dir(sandbox.keys().parent().unwrap()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        looked_at += bytes.len();
        for text in clear.clone() {
            assert!(!bytes.windows(text.len()).any(|window| window == text));
        }
    }
    assert!(looked_at > 10_000);
}

/// Makes an account as the command line does.
async fn make(sandbox: &Sandbox, name: &str, role: Role) -> AccountId {
    let app = &sandbox.world.app;
    let typed = Zeroizing::new(PASSWORD.to_owned());
    let password = app.passwords.hash(typed, [1; 16]).await.unwrap();
    let create = AccountAction::Create {
        by: Authority::Machine,
        name: SignInName::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        role,
        password,
    };
    match app.engine.execute(Action::Account(Box::new(create))).await.unwrap() {
        Outcome::Account(AccountAnswer::Done(id)) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn in_production_who_must_have_it_does_nothing_before_it_is_set_up() {
    let sandbox = Sandbox::production();
    let id = make(&sandbox, "operator", Role::Operator).await;
    make(&sandbox, "clerk", Role::ProviderClerk(ProviderId::parse("tencent").unwrap())).await;
    let mut clerk = Browser::new(&sandbox);
    clerk.sign_in("clerk", PASSWORD, &[]).await;
    assert_eq!(clerk.get("/console").await.status, StatusCode::OK, "a provider's people may do without");

    let mut operator = Browser::new(&sandbox);
    operator.sign_in("operator", PASSWORD, &[]).await;
    let page = operator.get("/console/account/totp").await;
    let csrf = hidden(&page.body, "csrf");
    assert!(!page.body.contains("<nav"), "no menu that leads nowhere");
    for path in ["/console", "/console/account"] {
        assert_eq!(operator.get(path).await.header("location"), "/console/account/totp", "{path}");
    }
    let changed = operator.post("/console/account/password", &[("csrf", &csrf)]).await;
    assert_eq!(changed.header("location"), "/console/account/totp");
    set_up(&mut operator, "operator").await;
    assert_eq!(operator.get("/console").await.status, StatusCode::OK);

    let reset = AccountAction::ResetTotp { by: Authority::Machine, account: id };
    sandbox.world.app.engine.execute(Action::Account(Box::new(reset))).await.unwrap();
    assert_eq!(
        operator.get("/console").await.header("location"),
        "/console/sign-in",
        "its sessions are over"
    );
    operator.sign_in("operator", PASSWORD, &[]).await;
    assert_eq!(
        operator.get("/console").await.header("location"),
        "/console/account/totp",
        "and it begins anew"
    );
}
