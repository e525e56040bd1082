//! The consoles: signing in, sessions, forms, and who may do what.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it is surprised"
)]

mod common;

use std::fmt::Write as _;

use axum::http::{Method, StatusCode};
use common::browser::{Browser, hidden, sandbox};
use common::{Answer, form};
use heyan_domain::accounts::RoleKind;
use heyan_web::app::DEMO_ACCOUNTS;
use heyan_web::console::declared;

#[tokio::test]
async fn each_role_signs_in_sees_who_it_is_and_signs_out() {
    let sandbox = sandbox().await;
    for account in DEMO_ACCOUNTS {
        let mut browser = Browser::new(&sandbox);
        let to_sign_in = browser.get("/console").await;
        assert_eq!(
            (to_sign_in.status, to_sign_in.header("location")),
            (StatusCode::SEE_OTHER, "/console/sign-in")
        );
        let opened = browser.sign_in(account.name, account.password, &[]).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER);
        let cookie = opened.header("set-cookie");
        assert!(cookie.starts_with("__Host-heyan-session="), "{cookie}");
        for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let page = browser.get("/console").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains(account.name));
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
        let csrf = browser.csrf().await;
        let out = browser.post("/console/sign-out", &[("csrf", &csrf)]).await;
        assert_eq!(out.header("location"), "/console/sign-in");
        // The token that was in use opens nothing any more, even if somebody has kept it.
        let token = cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
        browser.cookies.insert("__Host-heyan-session".to_owned(), token);
        assert_eq!(browser.get("/console").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_the_same() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(&sandbox);
    let unknown = browser.sign_in("nobody", "sandbox-operator", &[]).await;
    let wrong = browser.sign_in("operator", "sandbox-operatos", &[]).await;
    assert_eq!(
        (unknown.status, wrong.status),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    let plain = |answer: &Answer| answer.body.replace("value=\"nobody\"", "value=\"operator\"");
    assert_eq!(plain(&unknown), plain(&wrong));
    assert!(browser.cookies.is_empty());
    assert!(!wrong.body.contains("sandbox-operatos"), "what was typed as a password is not shown again");
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_account_for_a_time() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(&sandbox);
    for _ in 0..5 {
        browser.sign_in("operator", "wrong", &[]).await;
    }
    let locked = browser.sign_in("operator", "sandbox-operator", &[]).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    sandbox.advance(15 * 60).await;
    assert_eq!(browser.sign_in("operator", "sandbox-operator", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_and_leads_back_where_one_was() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "operator").await;
    sandbox.advance(29 * 60).await;
    assert_eq!(browser.get("/console").await.status, StatusCode::OK, "and is in use again");
    sandbox.advance(29 * 60).await;
    assert_eq!(browser.get("/console").await.status, StatusCode::OK);
    sandbox.advance(30 * 60).await;
    let over = browser.get("/console/account").await;
    assert_eq!(over.header("location"), "/console/sign-in?next=/console/account");
    let page = browser.get(over.header("location")).await;
    assert!(page.text().contains("登录已过期"), "{}", page.text());
    let next = hidden(&page.body, "next");
    let opened = browser.sign_in("operator", "sandbox-operator", &[("next", &next)]).await;
    let kept = browser.get(opened.header("location")).await;
    assert_eq!(kept.header("location"), "/console/account");
    let stranger = Browser::new(&sandbox).get(over.header("location")).await;
    assert!(!stranger.text().contains("登录已过期"));
}

#[tokio::test]
async fn a_page_that_reads_itself_anew_does_not_keep_its_session_open() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "operator").await;
    let script = [("hx-request", "true")];
    sandbox.advance(29 * 60).await;
    let fresh = browser.ask(Method::GET, "/console/operator", String::new(), &script).await;
    assert_eq!(fresh.status, StatusCode::OK);
    sandbox.advance(60).await;
    let over = browser.ask(Method::GET, "/console/operator", String::new(), &script).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "half an hour after somebody last used it");
    assert_eq!(over.header("hx-refresh"), "true", "the whole page is loaded, which leads to signing in");
    assert_eq!(over.body, "");
}

#[tokio::test]
async fn only_a_page_with_a_live_part_may_run_the_script() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "operator").await;
    let live = browser.get("/console/operator").await;
    assert!(live.body.contains(r#"<script src="/assets/htmx-2.0.11.js" defer>"#), "{}", live.body);
    let policy = live.header("content-security-policy");
    assert!(policy.contains("script-src 'self'; connect-src 'self'"), "{policy}");
    let plain = browser.get("/console/account").await;
    assert!(!plain.body.contains("<script"), "{}", plain.body);
    assert!(!plain.header("content-security-policy").contains("script-src"));
    assert_eq!(browser.get("/assets/htmx-2.0.11.js").await.status, StatusCode::OK);
}

#[tokio::test]
async fn in_the_sandbox_everybody_may_move_the_clock_on() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let page = browser.get("/console/sandbox").await;
    assert_eq!(page.status, StatusCode::OK);
    let csrf = hidden(&page.body, "csrf");
    let before = sandbox.world.app.clock.now();
    let moved = form(&[("csrf", csrf.as_str()), ("step", "ten-minutes")]);
    let answer = browser.ask(Method::POST, "/console/sandbox/clock", moved, &[]).await;
    assert_eq!(answer.header("location"), "/console/sandbox");
    assert!(sandbox.world.app.clock.now() >= before.plus_ms(10 * 60_000));
    let unknown = form(&[("csrf", csrf.as_str()), ("step", "yesterday")]);
    let answer = browser.ask(Method::POST, "/console/sandbox/clock", unknown, &[]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_way_back_leads_nowhere_else() {
    let sandbox = sandbox().await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/console//evil.example",
        "/verify",
        "/console/\\evil",
        "/consoles",
    ] {
        let mut browser = Browser::new(&sandbox);
        let opened = browser.sign_in("operator", "sandbox-operator", &[("next", next)]).await;
        assert_eq!(opened.header("location"), "/console/sign-in?opened=1&next=/console", "{next}");
    }
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookie_is_told_so() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(&sandbox);
    let opened = browser.sign_in("operator", "sandbox-operator", &[]).await;
    browser.cookies.clear();
    let page = browser.get(opened.header("location")).await;
    assert!(page.text().contains("Cookie"), "{}", page.text());
}

/// proves: SEC-10
#[tokio::test]
async fn a_form_counts_only_with_its_session_s_token_and_from_our_own_pages() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "operator").await;
    let other = Browser::signed_in(&sandbox, "auditor").await.csrf().await;
    let csrf = browser.csrf().await;
    for typed in ["", "0", &other] {
        let refused = browser.post("/console/sign-out", &[("csrf", typed)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{typed}");
    }
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let body = form(&[("csrf", &csrf)]);
        let refused = browser.ask(Method::POST, "/console/sign-out", body, &[foreign]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{foreign:?}");
    }
    let foreign = [("sec-fetch-site", "cross-site")];
    let body = form(&[("name", "operator"), ("password", "sandbox-operator")]);
    let refused = Browser::new(&sandbox).ask(Method::POST, "/console/sign-in", body, &foreign).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "nobody is signed in by another site either");
    assert_eq!(browser.get("/console").await.status, StatusCode::OK, "nothing of all this has signed out");
}

#[tokio::test]
async fn a_form_that_comes_after_its_session_is_kept_for_the_same_person() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "operator").await;
    let csrf = browser.csrf().await;
    sandbox.advance(30 * 60).await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("current", "sandbox-operator"),
        ("password", "<b>短 \"long\" enough"),
        ("again", "no"),
    ];
    let over = browser.post("/console/account/password", &typed).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
    assert!(!over.body.contains("enough"), "what was typed is sealed");
    let resume = hidden(&over.body, "resume");
    // A slip of the fingers does not lose it.
    let wrong = browser.sign_in("operator", "wrong", &[("resume", &resume)]).await;
    let resume = hidden(&wrong.body, "resume");
    let other = Browser::new(&sandbox).sign_in("auditor", "sandbox-auditor", &[("resume", &resume)]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "it is nobody else's");
    let page = browser.sign_in("operator", "sandbox-operator", &[("resume", &resume)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("action=\"/console/account/password\""));
    let csrf = hidden(&page.body, "csrf");
    let typed = [
        ("csrf", csrf.as_str()),
        ("current", "sandbox-operator"),
        ("password", "<b>短 \"long\" enough"),
        ("again", "no"),
    ];
    for (name, value) in &typed[1..] {
        let value = value.replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
        assert_eq!(hidden(&page.body, name), value);
    }
    let sent = browser.post("/console/account/password", &typed).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "it has arrived, and is judged");
}

#[tokio::test]
async fn a_form_of_no_known_session_is_not_kept() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(&sandbox);
    let answer = browser.post("/console/account/password", &[("csrf", "x"), ("current", "y")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(!answer.body.contains("name=\"resume\""));
}

#[tokio::test]
async fn a_new_password_is_judged_taken_and_ends_other_sessions() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let mut elsewhere = Browser::signed_in(&sandbox, "tencent-clerk").await;
    let csrf = browser.csrf().await;
    let new = "correct horse battery";
    let cases = [
        ("sandbox-tencent-clerk", "short", "short"),
        ("sandbox-tencent-clerk", "tencent-clerk-2", "tencent-clerk-2"),
        ("sandbox-tencent-clerk", new, "correct horse"),
        ("sandbox-tencent-clerq", new, new),
    ];
    for (current, password, again) in cases {
        let fields =
            [("csrf", csrf.as_str()), ("current", current), ("password", password), ("again", again)];
        let answer = browser.post("/console/account/password", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{current} {password} {again}");
        assert!(answer.body.contains("<title>错误：") && !answer.body.contains(new));
    }
    let fields =
        [("csrf", csrf.as_str()), ("current", "sandbox-tencent-clerk"), ("password", new), ("again", new)];
    let done = browser.post("/console/account/password", &fields).await;
    assert_eq!(done.header("location"), "/console/account", "{}", done.body);
    assert!(browser.get("/console/account").await.text().contains("密码已修改"));
    assert!(!browser.get("/console/account").await.text().contains("密码已修改"), "said once");
    assert_eq!(elsewhere.get("/console").await.status, StatusCode::SEE_OTHER);
    assert_eq!(elsewhere.sign_in("tencent-clerk", new, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn pages_are_in_the_language_of_the_cookie() {
    let sandbox = sandbox().await;
    let mut browser = Browser::new(&sandbox);
    assert!(browser.get("/console/sign-in").await.body.contains("<html lang=\"zh-CN\">"));
    let back = browser.get("/console/language/en?back=%2Fconsole%2Fsign-in").await;
    assert_eq!(back.header("location"), "/console/sign-in");
    let page = browser.get("/console/sign-in").await;
    assert!(page.body.contains("<html lang=\"en\">") && page.text().contains("Sign in to the consoles"));
    for back in ["https://evil.example", "//evil.example", "/console//evil.example"] {
        assert_eq!(
            browser.get(&format!("/console/language/en?back={back}")).await.header("location"),
            "/console"
        );
    }
    assert_eq!(browser.get("/console/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_our_forms_do_not_send_gets_a_page_that_says_so() {
    let sandbox = sandbox().await;
    let mut browser = Browser::signed_in(&sandbox, "operator").await;
    let csrf = browser.csrf().await;
    let huge = form(&[("csrf", &csrf), ("current", &"x".repeat(70_000))]);
    let answer = browser.ask(Method::POST, "/console/account/password", huge, &[]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let missing = browser.post("/console/account/password", &[("csrf", &csrf)]).await;
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    let json = [("content-type", "application/json")];
    let answer = browser.ask(Method::POST, "/console/account/password", "{}".to_owned(), &json).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    for strange in ["", "x", &"0".repeat(63), &"g".repeat(64), &"0".repeat(64), &"0".repeat(10_000)] {
        let mut browser = Browser::new(&sandbox);
        browser.cookies.insert("__Host-heyan-session".to_owned(), strange.to_owned());
        assert_eq!(browser.get("/console").await.status, StatusCode::SEE_OTHER, "{strange}");
    }
}

/// The table as text: method, path, roles.
fn table() -> String {
    let mut lines: Vec<String> = declared()
        .iter()
        .map(|route| {
            let roles: Vec<&str> = route.who.roles().iter().map(|role| role.as_str()).collect();
            format!("{:<5} {:<48} {}", route.method.as_str(), route.path, roles.join(" "))
        })
        .collect();
    lines.sort_by_key(|line| line.split_whitespace().nth(1).map(str::to_owned));
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{}", line.trim_end()).unwrap();
        text
    })
}

#[test]
fn the_table_of_routes_and_roles_is_the_one_that_was_agreed_on() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/console-routes.txt");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let agreed: String = written
        .lines()
        .filter(|line| !line.starts_with('#'))
        .fold(String::new(), |text, line| text + line + "\n");
    assert!(agreed == table(), "{} should hold, below its head:\n{}", path.display(), table());
}

/// proves: SEC-09
#[tokio::test]
async fn every_route_refuses_every_role_that_may_not() {
    let sandbox = sandbox().await;
    let stranger = |path: &str| path.replace(['{', '}'], "");
    for account in DEMO_ACCOUNTS {
        let mut browser = Browser::signed_in(&sandbox, account.name).await;
        let csrf = browser.csrf().await;
        for route in declared().iter().filter(|route| route.path != "/console/sign-out") {
            let path = stranger(route.path);
            let answer = if route.method == Method::GET {
                browser.get(&path).await
            } else {
                browser.post(&path, &[("csrf", &csrf)]).await
            };
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(
                refused,
                !route.who.may(account.role),
                "{} {} as {}",
                route.method,
                path,
                account.name
            );
            assert!(
                answer.status.as_u16() < 500,
                "{} {path} as {}: {}",
                route.method,
                account.name,
                answer.body
            );
        }
    }
    let mut nobody = Browser::new(&sandbox);
    for route in declared() {
        let path = stranger(route.path);
        let answer = nobody.ask(route.method.clone(), &path, String::new(), &[]).await;
        let expected =
            if route.method == Method::GET { StatusCode::SEE_OTHER } else { StatusCode::UNAUTHORIZED };
        assert_eq!(answer.status, expected, "{} {path} as nobody", route.method);
    }
    assert!(RoleKind::ALL.iter().all(|role| DEMO_ACCOUNTS.iter().any(|account| account.role == *role)));
}
