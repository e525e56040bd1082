//! Every state of every page, from invented values: what the tests walk, and what people look at.

use heyan_domain::Timestamp;
use heyan_domain::terms::Roles;

use super::*;
use crate::texts::{Locale, Texts};

fn words(key: &str) -> String {
    Texts::from_sources("zh-CN", &[include_str!("samples.ftl")]).get(key)
}

fn at(clock: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("2026-11-{clock}+08:00")).unwrap()
}

/// The page that samples are on: 22 November 2026, 10:00.
pub(super) fn page(sandbox: bool) -> Page {
    Page {
        locale: Locale::ZhCn,
        sandbox,
        now: at("22T10:00:00"),
        display: Some(Display { large: false, back: "/verify".to_owned() }),
        help_path: Some("/help".to_owned()),
    }
}

fn hints() -> RuleHints {
    RuleHints {
        senders: vec!["12381".to_owned(), words("sender-pattern")],
        code_length: 6,
        back_number_provinces: vec![words("province")],
    }
}

fn contact() -> ProviderContact {
    ProviderContact {
        name: words("provider"),
        phone: Some("400-000-0000".to_owned()),
        link: Some("https://support.example.cn/".to_owned()),
        hours: Some(words("hours")),
    }
}

fn filing() -> FilingBrief {
    FilingBrief { name: Some(words("filing")), administration: Some(words("administration")) }
}

fn captcha() -> Captcha {
    Captcha { id: "6b33".repeat(42), puzzle: "70757a7a".repeat(4) }
}

fn first_verify() -> VerifyForm {
    VerifyForm {
        form: "t0ken".to_owned(),
        phone: String::new(),
        id_last6: String::new(),
        captcha: Some(captcha()),
        problems: Vec::new(),
        alert: None,
        hints: hints(),
    }
}

fn verify(problems: Vec<FieldProblem>, alert: Option<FormAlert>) -> VerifyForm {
    let (phone, id_last6) = ("15400000001".to_owned(), "01001X".to_owned());
    VerifyForm { phone, id_last6, problems, alert, ..first_verify() }
}

fn outcome(text: &str, tier: WrongTier) -> FormAlert {
    FormAlert::Outcome { text: words(text), tier }
}

fn first_resend() -> ResendForm {
    ResendForm {
        form: "t0ken".to_owned(),
        phone: String::new(),
        id_last6: String::new(),
        captcha: Some(captcha()),
        problems: Vec::new(),
        alert: None,
        hints: hints(),
    }
}

fn resend(problems: Vec<FieldProblem>, alert: Option<FormAlert>) -> ResendForm {
    let (phone, id_last6) = ("15400000001".to_owned(), "01001X".to_owned());
    ResendForm { phone, id_last6, problems, alert, ..first_resend() }
}

fn others() -> Vec<OtherVerifier> {
    let other = |roles, phone: &str, state| OtherVerifier { roles, phone_masked: phone.to_owned(), state };
    vec![
        other(Roles::ENTITY, "130****0001", OtherState::Passed),
        other(Roles::SERVICE, "130****0002", OtherState::Open { deadline_at: at("22T20:25:30") }),
        other(Roles::SERVICE, "130****0003", OtherState::WaitingToSend),
        other(Roles::BOTH, "130****0004", OtherState::Failed),
    ]
}

fn failed(reason: FailedReason, returned: Option<ReturnTime>) -> Failed {
    let remedy = |title: &str, steps: [&str; 2]| Remedy {
        title: words(title),
        steps: steps.iter().map(|step| words(step)).collect(),
    };
    Failed {
        text: words("failed-final"),
        reason,
        returned,
        filing: filing(),
        remedies: vec![
            remedy("remedy-check", ["remedy-check-one", "remedy-check-two"]),
            remedy("remedy-change", ["remedy-change-one", "remedy-change-two"]),
        ],
        provider: Some(contact()),
    }
}

fn forms(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    use FieldProblem::*;
    let form = |problems, alert| verify(problems, alert).render(page);
    let left = WrongTier::CodeWrong { attempts_left: 3, deadline_at: at("22T20:25:00") };
    let until = at("22T10:15:00");
    let hostile = VerifyForm {
        phone: "\"><script>alert(1)</script>".to_owned(),
        id_last6: "' onfocus='x".to_owned(),
        ..first_verify()
    };
    vec![
        ("p1-initial", first_verify().render(page)),
        ("p1-no-captcha", VerifyForm { captcha: None, ..first_verify() }.render(page)),
        (
            "p1-missing",
            VerifyForm {
                problems: vec![CodeMissing, PhoneMissing, IdMissing, CaptchaMissing],
                ..first_verify()
            }
            .render(page),
        ),
        ("p1-malformed", form(vec![CaptchaWrong, IdMalformed, PhoneMalformed, CodeMalformed], None)),
        ("p1-ambiguous", form(vec![CodeAmbiguous], None)),
        ("p1-captcha-wrong", form(vec![CaptchaWrong], None)),
        ("p1-captcha-expired", form(vec![CaptchaExpired], None)),
        ("p1-hostile", hostile.render(page)),
        ("p1-not-found", form(vec![], Some(outcome("not-found", WrongTier::Checklist)))),
        ("p1-code-wrong", form(vec![], Some(outcome("wrong-info", left)))),
        ("p1-id-wrong", form(vec![], Some(outcome("wrong-info", WrongTier::IdWrong)))),
        ("p1-superseded", form(vec![], Some(outcome("wrong-info", WrongTier::Superseded)))),
        ("p1-too-many", form(vec![], Some(FormAlert::TooMany { until }))),
        ("p1-form-expired", form(vec![], Some(FormAlert::FormExpired))),
        ("p7-initial", first_resend().render(page)),
        ("p7-errors", resend(vec![PhoneMalformed, CaptchaWrong], None).render(page)),
        ("p7-not-found", resend(vec![], Some(outcome("not-found", WrongTier::Checklist))).render(page)),
        ("p7-too-many", resend(vec![], Some(FormAlert::TooMany { until: at("23T10:15:00") })).render(page)),
    ]
}

fn verify_results(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let partial = Partial { text: words("wait-others"), filing: filing(), others: others() };
    let complete = AllComplete {
        text: words("all-complete"),
        filing: filing(),
        review_days: Some(20),
        provider: Some(contact()),
    };
    let already = |others| AlreadyDone {
        text: words("already-done"),
        filing: filing(),
        others,
        provider: Some(contact()),
    };
    let (soon, late) = (at("22T09:00:00"), at("22T20:25:00"));
    vec![
        ("p2-partial", partial.render(page)),
        ("p3-complete", complete.render(page)),
        ("p4-already", already(Vec::new()).render(page)),
        ("p4-already-waiting", already(others()).render(page)),
        ("p5-failed", failed(FailedReason::Attempts { limit: 5 }, Some(ReturnTime::Due(late))).render(page)),
        (
            "p6-expired",
            failed(FailedReason::Expired { deadline_at: soon }, Some(ReturnTime::Done(soon))).render(page),
        ),
        ("p6-other-failed", failed(FailedReason::OtherFailed, None).render(page)),
        ("p6-undeliverable", failed(FailedReason::Undeliverable, None).render(page)),
    ]
}

fn resend_results(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let message = |name: &str, number, resends_left| ResentMessage {
        filing_name: Some(words(name)),
        number,
        resends_left,
        deadline_at: Some(at("22T20:25:00")),
    };
    let code = |name: &str, noon| LimitedCode {
        filing_name: Some(words(name)),
        valid_until: Some(at("22T20:25:00")),
        noon,
    };
    let ok = |messages, expected_minutes| ResendOk { text: words("resend-ok"), messages, expected_minutes };
    let limit = |codes| ResendLimit { text: words("resend-limit"), codes, provider: Some(contact()) };
    let due = NoonResend::Due(at("22T12:00:00"));
    let nothing = ResendNothing { text: words("resend-none"), provider: Some(contact()) };
    vec![
        ("p7-ok", ok(vec![message("filing", 2, 1)], (5, 10)).render(page)),
        ("p7-ok-two", ok(vec![message("filing", 3, 0), message("filing-second", 2, 2)], (5, 5)).render(page)),
        ("p7-limit-noon", limit(vec![code("filing", due)]).render(page)),
        ("p7-limit-over", limit(vec![code("filing", NoonResend::Over)]).render(page)),
        (
            "p7-limit-two",
            limit(vec![code("filing", due), code("filing-second", NoonResend::Over)]).render(page),
        ),
        ("p7-nothing", nothing.render(page)),
        ("p7-too-soon", ResendTooSoon { text: words("resend-too-soon") }.render(page)),
    ]
}

fn problems(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let number = Some("req_01JD3Y8Q6R4T".to_owned());
    let problem = |problem| ProblemPage { problem, request_id: number.clone() }.render(page);
    vec![
        ("p9-system", problem(Problem::System)),
        ("p9-missing", problem(Problem::NotFound)),
        ("p9-busy", problem(Problem::TooMany { until: Some(at("22T10:15:00")) })),
        ("p9-busy-later", problem(Problem::TooMany { until: None })),
        ("p9-large", problem(Problem::TooLarge)),
        ("p9-unreadable", problem(Problem::Unreadable)),
    ]
}

fn sandbox(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    use MessageState::*;
    let message = |state| InboxMessage {
        created_at: at("22T09:58:00"),
        to: "15400000001".to_owned(),
        sender: "12381".to_owned(),
        number: 1,
        text: words("message"),
        state,
    };
    let inbox = |phone: &str, states: &[MessageState], refreshing| InboxPage {
        phone: phone.to_owned(),
        messages: states.iter().copied().map(message).collect(),
        more: states.len() > 1,
        refreshing,
    };
    let home = HomePage { base_url: "http://127.0.0.1:8080".to_owned() };
    let large = Page { display: Some(Display { large: true, back: "/".to_owned() }), ..page.clone() };
    let bare = Page { display: None, help_path: None, ..page.clone() };
    vec![
        ("sandbox-home", home.render(page)),
        ("sandbox-verify", VerifyForm { captcha: None, ..first_verify() }.render(page)),
        ("sandbox-inbox", inbox("", &[Queued, Submitted, Delivered, Failed, Unknown], false).render(page)),
        ("sandbox-inbox-phone", inbox("15400000001", &[Delivered], true).render(page)),
        ("sandbox-inbox-empty", inbox("", &[], false).render(page)),
        ("sandbox-inbox-none", inbox("15400000009", &[], false).render(page)),
        ("sandbox-large", first_verify().render(&large)),
        ("sandbox-bare", first_verify().render(&bare)),
    ]
}

/// Every sample: its name and its HTML.
pub(super) fn samples() -> Vec<(&'static str, String)> {
    let plain = page(false);
    let home = HomePage { base_url: String::new() };
    let all = [
        vec![("home", home.render(&plain))],
        forms(&plain),
        verify_results(&plain),
        resend_results(&plain),
        problems(&plain),
        sandbox(&page(true)),
    ];
    all.into_iter().flatten().map(|(name, html)| (name, html.unwrap())).collect()
}
