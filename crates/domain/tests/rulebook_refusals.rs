//! Every mistake that a rule file can hold is refused with file, line and reason.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; the lint's exception covers only tests themselves"
)]

use heyan_domain::rulebook::Rulebook;

const BASE: &str = include_str!("../../../rules/national-2020.toml");
const BEFORE: &str = include_str!("../../../rules/pre-verification.toml");
const SERVICES: &str = include_str!("../../../rules/service-kinds.toml");

/// A set beside the base, for one provider, that is right as it stands.
const OWN: &str = r#"id = "own"
base = "national-2020"
title = { zh = "x", en = "x" }
source = { document = "notice", place = "1" }
effective_from = "2026-01-01T00:00:00+08:00"
scope = { providers = ["own"] }
"#;

fn load(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, String)> =
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Rulebook::load(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// What is said about a set that stands beside the shipped base and what was before it.
fn refusals_of(own: &str) -> Vec<String> {
    load(&[("base.toml", BASE), ("before.toml", BEFORE), ("own.toml", own)])
}

/// What is said when these lines stand at the end of the right set, from line 7 on.
fn refusals_with(more: &str) -> Vec<String> {
    refusals_of(&format!("{OWN}{more}\n"))
}

/// What is said about the base with one text replaced.
fn refusals_of_base(from: &str, to: &str) -> Vec<String> {
    assert!(BASE.contains(from), "the base has no {from}");
    load(&[("base.toml", &BASE.replacen(from, to, 1)), ("before.toml", BEFORE)])
}

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap() + 1
}

#[test]
fn the_right_book_is_taken() {
    assert!(refusals_of(OWN).is_empty(), "{:?}", refusals_of(OWN));
}

#[test]
fn broken_toml() {
    assert_eq!(refusals_with("validity_hours = = 3"), ["own.toml:7: extra `=`, expected nothing"]);
}

#[test]
fn unknown_field() {
    assert_eq!(
        refusals_with("validity_hous = 24"),
        [
            "own.toml:7: unknown field `validity_hous`, expected one of `id`, `base`, `title`, `source`, `effective_from`, `effective_until`, `scope`, `inherit_parties`, `parties`, `validity_hours`, `attempts`, `manual_resend`, `auto_resend`, `resend_restarts_clock`, `merge_by`, `send_window_hours`, `senders`, `captcha`, `id_rules`, `portal_hosts`, `expected_arrival`, `code_length`, `texts`, `remedies`, `resubmission_working_days`, `sources`"
        ]
    );
    assert_eq!(
        refusals_with("[attempts]\nlimits = 3"),
        [
            "own.toml:8: unknown field `limits`, expected one of `limit`, `counting`, `mismatch_outcome`, `return_on_failure`"
        ]
    );
}

#[test]
fn unknown_word() {
    assert_eq!(
        refusals_with("[attempts]\ncounting = \"all\""),
        ["own.toml:8: \"all\" is unknown, expected one of phone_and_one, id_only, any_field"]
    );
    assert_eq!(
        refusals_with("[[parties]]\nrow = \"first\"\nroles = [\"head\"]\nplace = \"2\""),
        ["own.toml:9: [\"head\"] is unknown, expected one of entity_head, service_head"]
    );
    assert_eq!(
        refusals_with("[texts.zh-CN]\nresend_okay = \"好\""),
        [
            "own.toml:8: unknown text `resend_okay`, expected one of all_complete, wait_others, already_done, wrong_info, superseded, failed_final, not_found, system_error, malformed, captcha_wrong, rate_limited, resend_ok, resend_limit, resend_too_soon, resend_none, sms.first, sms.resend, sms.noon"
        ]
    );
    assert_eq!(
        refusals_with("[texts.fr]\nresend_ok = \"bon\""),
        ["own.toml:8: unknown locale `fr`, expected one of zh-CN, en"]
    );
    assert_eq!(
        refusals_of(&OWN.replace("[\"own\"]", "[\"OWN\"]")),
        ["own.toml:6: not a provider's short name"]
    );
    assert_eq!(
        load(&[("o.toml", "overlay = \"kinds\"\ntitle = { zh = \"x\", en = \"x\" }\npermitted = []")])[0],
        "o.toml:1: unknown overlay `kinds`, expected service-kinds"
    );
}

#[test]
fn wrong_type() {
    assert_eq!(
        refusals_with("validity_hours = \"24\""),
        ["own.toml:7: invalid type: string \"24\", expected u32"]
    );
    assert_eq!(
        refusals_with("[attempts]\nlimit = 300"),
        ["own.toml:8: invalid value: integer `300`, expected u8"]
    );
    assert_eq!(
        refusals_of(&OWN.replace("2026-01-01T00:00:00+08:00", "2026-01-01")),
        ["own.toml:5: not a time in RFC 3339 with an offset"]
    );
}

#[test]
fn limits_of_0() {
    assert_eq!(
        refusals_with("[attempts]\nlimit = 0"),
        ["own.toml:8: attempts.limit is 0, expected 1 to 255"]
    );
    assert_eq!(
        refusals_with("[manual_resend]\nlimit = 0"),
        ["own.toml:8: manual_resend.limit is 0, expected 1 to 255"]
    );
    assert_eq!(refusals_with("validity_hours = 0"), ["own.toml:7: validity_hours is 0, expected 1 to 720"]);
    assert_eq!(
        refusals_with("send_window_hours = 0"),
        ["own.toml:7: send_window_hours is 0, expected 1 to 720"]
    );
    assert_eq!(
        refusals_with("resubmission_working_days = 0"),
        ["own.toml:7: resubmission_working_days is 0, expected 1 to 255"]
    );
}

#[test]
fn validity_of_30_days_is_the_most() {
    assert!(refusals_with("validity_hours = 720").is_empty());
    assert_eq!(
        refusals_with("validity_hours = 721"),
        ["own.toml:7: validity_hours is 721, more than 30 days (720)"]
    );
}

#[test]
fn end_before_start() {
    assert_eq!(
        refusals_with("effective_until = \"2025-12-31T00:00:00+08:00\""),
        [
            "own.toml:7: effective_until 2025-12-31T00:00:00+08:00 is not after effective_from 2026-01-01T00:00:00+08:00"
        ]
    );
    assert_eq!(
        refusals_with("effective_until = \"2026-01-01T00:00:00+08:00\"")[0],
        "own.toml:7: effective_until 2026-01-01T00:00:00+08:00 is not after effective_from 2026-01-01T00:00:00+08:00"
    );
    assert_eq!(
        refusals_with("[expected_arrival]\nfrom_minutes = 11"),
        ["own.toml:8: expected_arrival: from 11 to 10 minutes runs backwards"]
    );
}

#[test]
fn duplicate_id() {
    let again = OWN.replace("id = \"own\"", "id = \"national-2020\"");
    assert_eq!(refusals_of(&again)[0], "own.toml:1: duplicate id `national-2020`, already in base.toml");
}

#[test]
fn unknown_base() {
    assert_eq!(
        refusals_of(&OWN.replace("base = \"national-2020\"", "base = \"national-2021\"")),
        ["own.toml:2: unknown base `national-2021`"]
    );
}

#[test]
fn circle_of_bases() {
    assert_eq!(
        refusals_of(&OWN.replace("base = \"national-2020\"", "base = \"own\"")),
        ["own.toml:2: base `own` goes round in a circle"]
    );
    let a = OWN.replace("base = \"national-2020\"", "base = \"b\"");
    let b = OWN.replace("id = \"own\"", "id = \"b\"").replace("base = \"national-2020\"", "base = \"own\"");
    let found = load(&[("base.toml", BASE), ("a.toml", &a), ("b.toml", &b)]);
    assert_eq!(found[0], "a.toml:2: base `b` goes round in a circle");
    assert_eq!(found[1], "b.toml:2: base `own` goes round in a circle");
}

#[test]
fn code_length_is_6() {
    assert_eq!(refusals_with("code_length = 4"), ["own.toml:7: code_length is 4, expected 6"]);
}

#[test]
fn missing_field() {
    assert_eq!(
        refusals_of(&OWN.replace("title = { zh = \"x\", en = \"x\" }\n", "")),
        ["own.toml:1: missing field `title`"]
    );
    assert_eq!(
        refusals_of_base("validity_hours = 24\n", "")[0],
        "base.toml:5: missing `validity_hours`, and there is no base to take it from"
    );
    assert_eq!(
        refusals_of_base("already_done = \"您的短信核验已完成，无需重复提交\"\n", "")[0],
        "base.toml:5: missing text `already_done` in `zh-CN`"
    );
}

#[test]
fn gap_in_the_table_of_parties() {
    let row = "[[parties]]\nrow = \"migrate_domain\"\nkinds = [\"migrate_domain\"]\nroles = []\ndocument = \"S3\"\nplace = \"table, 域名迁移\"\n";
    assert_eq!(
        refusals_of_base(row, "")[0],
        "base.toml:5: gap in `national-2020`: no row of parties for migrate_domain, initiator provider, record at this provider"
    );
    assert_eq!(
        refusals_of_base("access_changes = false\n", "access_changes = false\nprovince_changes = true\n")[0],
        "base.toml:5: gap in `national-2020`: no row of parties for change, initiator provider, record at this provider"
    );
}

#[test]
fn overlap_in_the_table_of_parties() {
    let twice = "[[parties]]\nrow = \"first\"\nroles = []\nplace = \"2\"\n\n[[parties]]\nrow = \"first\"\nroles = []\nplace = \"3\"";
    assert_eq!(
        refusals_with(twice),
        [
            "own.toml:13: overlap in `own`: rows `first` and `first` both decide first, initiator provider, record at this provider"
        ]
    );
    let other = "[[parties]]\nrow = \"firsts\"\nkinds = [\"first\"]\nroles = []\nplace = \"2\"";
    assert_eq!(
        refusals_with(other),
        [
            "own.toml:8: overlap in `own`: rows `firsts` and `first` both decide first, initiator provider, record at this provider"
        ]
    );
}

#[test]
fn a_row_that_cannot_be() {
    let both = "[[parties]]\nrow = \"first\"\nroles = [\"entity_head\"]\nsuspended = [\"entity_head\"]\nplace = \"2\"";
    assert_eq!(refusals_with(both), ["own.toml:8: row `first` both asks and suspends the same role"]);
    let kindless = "[[parties]]\nrow = \"news\"\nroles = []\nplace = \"2\"";
    assert_eq!(
        refusals_with(kindless),
        ["own.toml:8: row `news` is not in the base, so it must say its `kinds`"]
    );
    assert_eq!(
        refusals_with("[[parties]]\nrow = \"first\"\nroles = []"),
        ["own.toml:7: missing field `place`"]
    );
}

#[test]
fn gap_in_time() {
    assert_eq!(
        load(&[("base.toml", BASE)]),
        [
            "base.toml:8: gap: no rule set for province beijing, provider any other, from 2005-03-20T00:00:00+08:00"
        ]
    );
    let until =
        "effective_from = \"2020-08-17T00:00:00+08:00\"\neffective_until = \"2027-01-01T00:00:00+08:00\"";
    assert_eq!(
        refusals_of_base("effective_from = \"2020-08-17T00:00:00+08:00\"", until),
        [
            "base.toml:9: gap: no rule set for province beijing, provider any other, from 2027-01-01T00:00:00+08:00"
        ]
    );
}

#[test]
fn overlap_in_time() {
    let same = OWN.replace("id = \"own\"", "id = \"own-2\"");
    let files = [("base.toml", BASE), ("before.toml", BEFORE), ("own.toml", OWN), ("own-2.toml", &same)];
    assert_eq!(
        load(&files),
        [
            "own-2.toml:5: overlap: `own` and `own-2` both hold for province beijing, provider own, from 2026-01-01T00:00:00+08:00"
        ]
    );
}

#[test]
fn a_province_and_a_provider_of_equal_rank() {
    let province = OWN
        .replace("id = \"own\"", "id = \"gansu\"")
        .replace("providers = [\"own\"]", "provinces = [\"甘肃\"]");
    let files = [("base.toml", BASE), ("before.toml", BEFORE), ("own.toml", OWN), ("gansu.toml", &province)];
    assert_eq!(
        load(&files),
        [
            "gansu.toml:5: overlap: `own` and `gansu` both hold for province gansu, provider own, from 2026-01-01T00:00:00+08:00"
        ]
    );
    let settled = OWN
        .replace("id = \"own\"", "id = \"both\"")
        .replace("scope = {", "scope = { provinces = [\"甘肃\"],");
    let with_both: Vec<_> = files.into_iter().chain([("both.toml", settled.as_str())]).collect();
    assert!(load(&with_both).is_empty());
}

#[test]
fn placeholders() {
    assert_eq!(
        refusals_with("[texts.zh-CN]\nresend_too_soon = \"请于 {time} 后\""),
        ["own.toml:8: text `resend_too_soon`: unknown placeholder `{time}`, known are HH:MM"]
    );
    assert_eq!(
        refusals_with("[texts.zh-CN]\nresend_ok = \"请于 {HH:MM} 后\""),
        ["own.toml:8: text `resend_ok`: unknown placeholder `{HH:MM}`, none is known here"]
    );
    assert_eq!(
        refusals_with("[texts.zh-CN]\nresend_too_soon = \"请于 {HH:MM 后\""),
        ["own.toml:8: text `resend_too_soon`: a `{` without its `}`"]
    );
    assert_eq!(
        refusals_with("[texts.zh-CN]\nresend_too_soon = \" \""),
        ["own.toml:8: text `resend_too_soon` is empty"]
    );
}

#[test]
fn message_templates() {
    let with = |text: &str| refusals_with(&format!("[texts.zh-CN]\n\"sms.first\" = \"{text}\""));
    assert!(with("【工业和信息化部】验证码{code}，{hours}小时，热线12381。").is_empty());
    assert_eq!(with("验证码{code}"), ["own.toml:8: text `sms.first` must begin with 【工业和信息化部】"]);
    assert_eq!(
        with("【工业和信息化部】验证码"),
        ["own.toml:8: text `sms.first` must hold `{code}` exactly once"]
    );
    assert_eq!(
        with("【工业和信息化部】验证码{code}，再说一遍{code}"),
        ["own.toml:8: text `sms.first` must hold `{code}` exactly once"]
    );
    assert_eq!(
        with("【工业和信息化部】验证码{code}，热线123456"),
        ["own.toml:8: text `sms.first`: the fixed text holds six digits in a row, like a code"]
    );
    assert_eq!(
        with("【工业和信息化部】验证码{code}，热线１２３４５６"),
        ["own.toml:8: text `sms.first`: the fixed text holds six digits in a row, like a code"]
    );
    assert_eq!(
        with("【工业和信息化部】第{no}{code}"),
        ["own.toml:8: text `sms.first`: `{code}` must stand apart from other digits and placeholders"]
    );
    assert_eq!(
        with("【工业和信息化部】1{code}"),
        ["own.toml:8: text `sms.first`: `{code}` must stand apart from other digits and placeholders"]
    );
}

#[test]
fn numbers_and_hosts() {
    assert_eq!(
        refusals_with("senders = []"),
        ["own.toml:7: senders must be one or more numbers of at most 21 digits and `*`"]
    );
    assert_eq!(
        refusals_with("senders = [\"12381a\"]"),
        ["own.toml:7: senders must be one or more numbers of at most 21 digits and `*`"]
    );
    assert_eq!(
        refusals_with("[portal_hosts]\ndefault = \"https://beian.miit.gov.cn/\""),
        ["own.toml:8: `https://beian.miit.gov.cn/` is not a host name: no scheme, no path"]
    );
}

#[test]
fn a_source_for_nothing() {
    assert_eq!(
        refusals_with("[sources]\n\"attempts.limit\" = { place = \"2\" }"),
        ["own.toml:8: a source for `attempts.limit`, which this set does not state"]
    );
}

#[test]
fn overlays() {
    let book =
        [("base.toml", BASE), ("before.toml", BEFORE), ("kinds.toml", SERVICES), ("more.toml", SERVICES)];
    assert_eq!(load(&book), ["more.toml:2: a second overlay, expected at most one"]);
    let twice = SERVICES.replace("\"app\"", "\"website\"");
    let at = line_of(&twice, "from = ") - 1;
    let found = load(&[("base.toml", BASE), ("before.toml", BEFORE), ("kinds.toml", &twice)]);
    assert_eq!(found, [format!("kinds.toml:{at}: `website` is permitted twice")]);
}

#[test]
fn an_empty_book() {
    assert_eq!(load(&[]), ["rules:1: no rule set in it"]);
}

#[test]
fn every_file_is_looked_at() {
    let found = load(&[("a.toml", "id = 1"), ("b.toml", "= 2")]);
    assert_eq!(
        load(&[("base.toml", "= 2"), ("own.toml", OWN)]),
        ["base.toml:1: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`"]
    );
    assert_eq!(found.iter().map(|reason| &reason[..7]).collect::<Vec<_>>(), ["a.toml:", "b.toml:"]);
}
