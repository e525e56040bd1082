//! Every state of every page, from invented values: what the tests walk, and what people look at.

use std::sync::LazyLock;

use heyan_domain::Timestamp;
use heyan_domain::rulebook::Rulebook;
use heyan_domain::terms::{FilingKind, Province, Roles};

use super::*;
use crate::texts::{Language, Texts};

fn words(key: &str) -> String {
    Texts::from_sources("zh-CN", &[include_str!("samples.ftl")]).get(key)
}

/// An outcome's text as the rulebook has it in the page's language.
fn outcome_text(page: &Page, key: &str) -> String {
    static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::shipped().unwrap());
    let text = BOOK.set("national-2020").unwrap().text(page.language.tag(), key).unwrap();
    text.replace("{HH:MM}", "10:01")
}

fn at(clock: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("2026-11-{clock}+08:00")).unwrap()
}

/// The page that samples are on: 22 November 2026, 10:00.
fn page(language: Language, sandbox: bool) -> Page {
    let display = Display { large: false, contrast: false, back: "/verify".to_owned() };
    Page { language, sandbox, now: at("22T10:00:00"), display }
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
        notices: Vec::new(),
        hints: hints(),
    }
}

fn verify(problems: Vec<FieldProblem>, alert: Option<FormAlert>) -> VerifyForm {
    let (phone, id_last6) = ("15400000001".to_owned(), "01001X".to_owned());
    VerifyForm { phone, id_last6, problems, alert, ..first_verify() }
}

fn outcome(page: &Page, key: &str, tier: WrongTier) -> FormAlert {
    FormAlert::Outcome { text: outcome_text(page, key), tier }
}

fn first_resend() -> ResendForm {
    ResendForm {
        form: "t0ken".to_owned(),
        phone: String::new(),
        id_last6: String::new(),
        captcha: Some(captcha()),
        problems: Vec::new(),
        alert: None,
        notices: Vec::new(),
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

fn remedies() -> Vec<Remedy> {
    let remedy = |title: &str, steps: [&str; 2]| Remedy {
        title: words(title),
        steps: steps.iter().map(|step| words(step)).collect(),
    };
    vec![
        remedy("remedy-check", ["remedy-check-one", "remedy-check-two"]),
        remedy("remedy-change", ["remedy-change-one", "remedy-change-two"]),
    ]
}

fn failed(page: &Page, reason: FailedReason, returned: Option<ReturnTime>) -> Failed {
    Failed {
        text: outcome_text(page, "failed_final"),
        reason,
        returned,
        filing: filing(),
        remedies: remedies(),
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
        ("p1-notice", VerifyForm { notices: vec![words("message")], ..first_verify() }.render(page)),
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
        ("p1-not-found", form(vec![], Some(outcome(page, "not_found", WrongTier::Checklist)))),
        ("p1-code-wrong", form(vec![], Some(outcome(page, "wrong_info", left)))),
        ("p1-id-wrong", form(vec![], Some(outcome(page, "wrong_info", WrongTier::IdWrong)))),
        ("p1-superseded", form(vec![], Some(outcome(page, "wrong_info", WrongTier::Superseded)))),
        ("p1-too-many", form(vec![], Some(FormAlert::TooMany { until }))),
        ("p7-initial", first_resend().render(page)),
        ("p7-errors", resend(vec![PhoneMalformed, CaptchaWrong], None).render(page)),
        ("p7-not-found", resend(vec![], Some(outcome(page, "not_found", WrongTier::Checklist))).render(page)),
        ("p7-too-many", resend(vec![], Some(FormAlert::TooMany { until: at("23T10:15:00") })).render(page)),
    ]
}

fn not_mine(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let form = |problems, alert| NotMineForm {
        form: "t0ken".to_owned(),
        phone: "15400000001".to_owned(),
        captcha: Some(captcha()),
        problems,
        alert,
        hints: hints(),
    };
    let unknown = outcome(page, "not_found", WrongTier::Checklist);
    let too_many = FormAlert::TooMany { until: at("23T00:00:00") };
    vec![
        ("not-mine-initial", NotMineForm { phone: String::new(), ..form(vec![], None) }.render(page)),
        ("not-mine-malformed", form(vec![FieldProblem::CodeMalformed], None).render(page)),
        ("not-mine-not-found", form(vec![], Some(unknown)).render(page)),
        ("not-mine-too-many", form(vec![], Some(too_many)).render(page)),
        ("not-mine-done", NotMineDone.render(page)),
    ]
}

fn verify_results(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let partial = Partial { text: outcome_text(page, "wait_others"), filing: filing(), others: others() };
    let complete = AllComplete {
        text: outcome_text(page, "all_complete"),
        filing: filing(),
        review_days: Some(20),
        provider: Some(contact()),
    };
    let already = |others| AlreadyDone {
        text: outcome_text(page, "already_done"),
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
        (
            "p5-failed",
            failed(page, FailedReason::Attempts { limit: 5 }, Some(ReturnTime::Due(late))).render(page),
        ),
        (
            "p6-expired",
            failed(page, FailedReason::Expired { deadline_at: soon }, Some(ReturnTime::Done(soon)))
                .render(page),
        ),
        ("p6-other-failed", failed(page, FailedReason::OtherFailed, None).render(page)),
        ("p6-undeliverable", failed(page, FailedReason::Undeliverable, None).render(page)),
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
    let ok = |messages, expected_minutes| ResendOk {
        text: outcome_text(page, "resend_ok"),
        messages,
        expected_minutes,
    };
    let limit =
        |codes| ResendLimit { text: outcome_text(page, "resend_limit"), codes, provider: Some(contact()) };
    let due = NoonResend::Due(at("22T12:00:00"));
    let nothing = ResendNothing { text: outcome_text(page, "resend_none"), provider: Some(contact()) };
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
        ("p7-too-soon", ResendTooSoon { text: outcome_text(page, "resend_too_soon") }.render(page)),
    ]
}

fn problems(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let number = Some("req_01JD3Y8Q6R4T".to_owned());
    let with = |problem, text| ProblemPage { problem, text, request_id: number.clone() }.render(page);
    let problem = |problem| with(problem, None);
    vec![
        ("p9-system", problem(Problem::System)),
        ("p9-overload", with(Problem::Overload, Some(outcome_text(page, "system_error")))),
        ("p9-method", problem(Problem::Method)),
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
    let received = |any: bool, refreshing| ReceivedPage {
        base_url: "http://127.0.0.1:8080".to_owned(),
        messages: [Some(("tencent".to_owned(), "whk_1".to_owned())), None]
            .into_iter()
            .filter(|_| any)
            .map(|signed_for| ReceivedMessage {
                at: at("22T09:58:00"),
                status: 204,
                kind: "filing.returned".to_owned(),
                id: "evt_0000000000001".to_owned(),
                body: "{\"type\":\"filing.returned\"}".to_owned(),
                signed_for,
            })
            .collect(),
        refreshing,
    };
    let home = HomePage { base_url: "http://127.0.0.1:8080".to_owned() };
    let display = |large, contrast| Display { large, contrast, back: "/".to_owned() };
    let shown = |large, contrast| Page { display: display(large, contrast), ..page.clone() };
    vec![
        ("sandbox-home", home.render(page)),
        ("sandbox-verify", VerifyForm { captcha: None, ..first_verify() }.render(page)),
        ("sandbox-inbox", inbox("", &[Queued, Submitted, Delivered, Failed, Unknown], false).render(page)),
        ("sandbox-inbox-phone", inbox("15400000001", &[Delivered], true).render(page)),
        ("sandbox-inbox-empty", inbox("", &[], false).render(page)),
        ("sandbox-inbox-none", inbox("15400000009", &[], false).render(page)),
        ("sandbox-webhooks", received(true, false).render(page)),
        ("sandbox-webhooks-empty", received(false, true).render(page)),
        ("sandbox-large", first_verify().render(&shown(true, false))),
        ("sandbox-contrast", first_verify().render(&shown(false, true))),
        ("sandbox-both", first_verify().render(&shown(true, true))),
    ]
}

fn progress(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let day = |provisional| DueDay { at: at("27T23:59:59"), provisional };
    let late = DueDay { at: at("20T23:59:59"), provisional: false };
    let (soon, before) = (at("22T20:25:00"), at("22T09:00:00"));
    let stage = |stage: Stage| {
        let stopped = matches!(stage, Stage::Failing { .. } | Stage::Returned { .. });
        let begun = !matches!(stage, Stage::Preparing | Stage::InitialReview);
        let people = if begun { others() } else { Vec::new() };
        ProgressPage {
            stage,
            filing: filing(),
            kind: FilingKind::First,
            reported_at: begun.then_some(before),
            handed_over_at: Some(before),
            people,
            remedies: if stopped { remedies() } else { Vec::new() },
            provider: Some(contact()),
        }
        .render(page)
    };
    let returned = |reason, promise| stage(Stage::Returned { reason: Some(reason), at: before, promise });
    vec![
        ("p10-preparing", stage(Stage::Preparing)),
        ("p10-initial-review", stage(Stage::InitialReview)),
        ("p10-verifying", stage(Stage::Verifying)),
        ("p10-failing", stage(Stage::Failing { reason: Some(StoppedReason::Attempts), at: soon })),
        ("p10-reviewing", stage(Stage::Reviewing { due: Some(day(false)) })),
        ("p10-reviewing-provisional", stage(Stage::Reviewing { due: Some(day(true)) })),
        ("p10-reviewing-late", stage(Stage::Reviewing { due: Some(late) })),
        (
            "p10-approved",
            stage(Stage::Approved {
                at: before,
                entity_no: Some(words("entity-no")),
                service_nos: vec![words("service-no")],
            }),
        ),
        ("p10-returned", returned(StoppedReason::Expired, None)),
        ("p10-returned-promise", returned(StoppedReason::Expired, Some(Promise::Days(1)))),
        ("p10-returned-due", returned(StoppedReason::Undeliverable, Some(Promise::Due(day(false))))),
        ("p10-returned-provisional", returned(StoppedReason::Attempts, Some(Promise::Due(day(true))))),
        ("p10-rejected", stage(Stage::Rejected { at: before })),
        ("p10-withdrawn", stage(Stage::Withdrawn { at: before })),
    ]
}

fn help(page: &Page) -> Vec<(&'static str, Result<String, RenderError>)> {
    let book = Rulebook::shipped().unwrap();
    let help = |noon_resend| HelpPage {
        hints: hints(),
        expected_minutes: (5, 10),
        validity_hours: 24,
        attempts_limit: 5,
        resends_limit: 2,
        noon_resend,
    };
    let choice = |value: &str, chosen| Choice { value: value.to_owned(), label: value.to_owned(), chosen };
    let who = |set: &str, contact| {
        let set = book.set(set).unwrap();
        WhoPage {
            provinces: Province::ALL.iter().map(|each| choice(each.pinyin(), false)).collect(),
            providers: vec![choice("jd", false), choice("qingcloud", true)],
            set: page.language.pick(&set.title.zh, &set.title.en).clone(),
            source: set.source.to_string(),
            validity_hours: set.validity_hours,
            attempts_limit: set.attempts.limit.into(),
            resends_limit: set.manual_resend.limit.into(),
            rows: who_rows(set),
            contact,
        }
        .render(page)
    };
    let document = DocumentPage {
        code: "Conflict.State",
        status: 409,
        title: "Conflict".to_owned(),
        source: crate::api::code::ErrorCode::State.document(),
    };
    vec![
        ("p8-help", help(true).render(page)),
        ("p8-help-no-noon", help(false).render(page)),
        ("p8-who", who("national-2020", None)),
        ("p8-who-provider", who("qingcloud", Some(contact()))),
        ("p8-who-suspended", who("pilot-2017", None)),
        ("privacy", PrivacyPage { retention: heyan_domain::privacy::Retention::default() }.render(page)),
        ("error-code", document.render(page)),
    ]
}

/// Every sample in a language: its name and its HTML.
pub(super) fn samples_in(language: Language) -> Vec<(&'static str, String)> {
    let plain = page(language, false);
    let home = HomePage { base_url: String::new() };
    let all = [
        vec![("home", home.render(&plain))],
        forms(&plain),
        not_mine(&plain),
        verify_results(&plain),
        resend_results(&plain),
        progress(&plain),
        help(&plain),
        problems(&plain),
        sandbox(&page(language, true)),
    ];
    all.into_iter().flatten().map(|(name, html)| (name, html.unwrap())).collect()
}

/// Every sample in every language, the default first.
pub(super) fn samples() -> Vec<(&'static str, String)> {
    Language::ALL.iter().flat_map(|language| samples_in(*language)).collect()
}
