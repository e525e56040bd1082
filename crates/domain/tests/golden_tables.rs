//! WHO-01: every filled cell of the golden tables, one case each, named by set and row.
//!
//! The tables are written here a second time on purpose: they are the specification, the TOML files are what is tested.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; the lints' exception covers only tests themselves"
)]

use std::sync::LazyLock;
use std::time::Duration;

use heyan_domain::Timestamp;
use heyan_domain::rulebook::{
    AttemptCounting, AutoResend, Case, MismatchOutcome, ReturnOnFailure, RuleSet, Rulebook,
};
use heyan_domain::terms::{
    Changed, DocumentType, FilingKind, Initiator, ProviderId, Province, Roles, ServiceKind,
};

const SETS: [&str; 6] =
    ["national-2020", "tencent-cloud", "pilot-2017", "jd-cloud", "qingcloud", "volcengine"];

/// Defines the first table and a test for each filled cell, named `row::set`. `_` is a silent cell.
macro_rules! golden_table {
    ($($row:ident $base:tt $s0:tt $s1:tt $s2:tt $s3:tt $s4:tt;)+) => {
        /// The rows with their cells in the order of [`SETS`].
        const WHO: &[(&str, [&str; 6])] = &[$((
            stringify!($row),
            [cell!($base), cell!($s0), cell!($s1), cell!($s2), cell!($s3), cell!($s4)],
        )),+];
        $(mod $row {
            cell!($row national_2020 "national-2020" $base);
            cell!($row tencent_cloud "tencent-cloud" $s0);
            cell!($row pilot_2017 "pilot-2017" $s1);
            cell!($row jd_cloud "jd-cloud" $s2);
            cell!($row qingcloud "qingcloud" $s3);
            cell!($row volcengine "volcengine" $s4);
        })+
    };
}

macro_rules! cell {
    (_) => {
        ""
    };
    ($text:literal) => {
        $text
    };
    ($row:ident $name:ident $id:literal _) => {};
    ($row:ident $name:ident $id:literal $text:literal) => {
        #[test]
        fn $name() {
            super::check_cell(stringify!($row), $id, $text);
        }
    };
}

// E entity head, S head of each service, - nobody, `E~` named but suspended, `E@` when the provider asked for it.
golden_table! {
    // row                          base   S0     S1     S2     S3     S4
    first                           "E+S"  "E+S"  "E+S"  "E+S"  "E+S"  "E+S";
    add_service                     "S"    "E+S"  "S"    "S"    "E+S"  "S";
    add_access                      "S"    "S"    "S"    "S"    "S"    "S";
    change_entity_only              "E"    "E"    "E"    "E"    "E"    "E";
    change_service_only             "S"    "S"    "S"    "S"    "S"    "S";
    change_entity_and_service       "E+S"  "E+S"  "E+S"  "E+S"  "E+S"  "E+S";
    change_access_only              "-"    _      _      _      "-"    _;
    change_remark_only              "-"    _      _      _      _      _;
    change_entity_same_province     "E"    "E"    "E"    "E"    "E"    "E";
    change_entity_province_changes  "E"    _      _      _      "-"    _;
    change_service                  "S"    "S"    "S"    "S"    "S"    "S";
    change_access                   "-"    _      _      _      "-"    _;
    migrate_domain                  "-"    _      _      _      "-"    _;
    migrate_service                 "-"    _      _      _      "-"    _;
    cancel_entity                   "E"    "E"    "E~"   "E"    "E@"   "E";
    cancel_service                  "S"    "S"    "E+S~" "S"    "-@"   "S";
    cancel_access                   "-"    "S~"   "S~"   "-"    "-@"   "-";
}

/// Filled cells of the table, as counted in the specification.
const WHO_CELLS: usize = 77;

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    Rulebook::shipped().unwrap_or_else(|defects| {
        panic!("{}", defects.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
});

fn book() -> &'static Rulebook {
    &BOOK
}

fn set(book: &'static Rulebook, id: &str) -> &'static RuleSet {
    book.set(id).unwrap_or_else(|| panic!("no set {id}"))
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn case(kind: FilingKind, changed: &[Changed], province_changes: bool) -> Case {
    Case { changed: changed.iter().copied().collect(), province_changes, ..Case::of(kind) }
}

/// The questions that a row of the table stands for.
fn cases_of(row: &str) -> Vec<Case> {
    use Changed::{Access, Entity, Remark, Service};
    use FilingKind::{Change, ChangeAccess, ChangeEntity, ChangeService};
    match row {
        "change_entity_only" => {
            vec![case(Change, &[Entity], false), case(Change, &[Entity, Remark, Access], false)]
        }
        "change_service_only" => {
            vec![case(Change, &[Service], false), case(Change, &[Service, Access], false)]
        }
        "change_entity_and_service" => vec![
            case(Change, &[Entity, Service], false),
            case(Change, &[Entity, Service], true),
            case(ChangeEntity, &[Entity, Service], false),
        ],
        "change_access_only" => vec![case(Change, &[Access], false), case(Change, &[Access, Remark], false)],
        "change_remark_only" => vec![case(Change, &[Remark], false), case(ChangeEntity, &[Remark], false)],
        "change_entity_same_province" => {
            vec![case(ChangeEntity, &[], false), case(ChangeEntity, &[Entity], false)]
        }
        "change_entity_province_changes" => vec![
            case(ChangeEntity, &[], true),
            case(ChangeEntity, &[Entity], true),
            case(Change, &[Entity], true),
        ],
        "change_service" => vec![case(ChangeService, &[], false), case(ChangeService, &[Service], false)],
        "change_access" => vec![case(ChangeAccess, &[], false), case(ChangeAccess, &[Access], false)],
        kind => vec![Case::of(kind.parse().unwrap())],
    }
}

fn roles(letters: &str) -> Roles {
    match letters {
        "E" => Roles::ENTITY,
        "S" => Roles::SERVICE,
        "E+S" => Roles::BOTH,
        "-" => Roles::NONE,
        other => panic!("{other} is no cell"),
    }
}

/// The asked and the suspended roles of a cell.
fn cell(text: &str) -> (Roles, Roles) {
    match text.strip_suffix('~') {
        Some(suspended) => (Roles::NONE, roles(suspended)),
        None => (roles(text.trim_end_matches('@')), Roles::NONE),
    }
}

/// Asks every question that the cell stands for. `add_service` is asked with the record at this provider and not.
fn check_cell(row: &str, id: &str, text: &str) {
    let records: &[bool] = if row == "add_service" { &[true, false] } else { &[true] };
    for record_at_this_provider in records.iter().copied() {
        for case in cases_of(row) {
            let case = Case { record_at_this_provider, ..case };
            let who = set(book(), id).who(&case);
            assert_eq!((who.roles, who.suspended), cell(text), "{id}, row {row}: {case}");
        }
    }
}

#[test]
fn who_01_every_filled_cell_is_there() {
    let filled = WHO.iter().flat_map(|(_, cells)| cells).filter(|text| !text.is_empty()).count();
    assert_eq!((WHO.len(), filled), (17, WHO_CELLS));
    heyan_domain::mark::take();
    set(book(), "national-2020").who(&Case::of(FilingKind::First));
    assert!(heyan_domain::mark::take().contains("WHO-01"));
}

#[test]
fn a_silent_cell_is_the_bases() {
    let book = book();
    for (row, cells) in WHO.iter().copied() {
        for (id, _) in SETS.into_iter().zip(cells).filter(|(_, text)| text.is_empty()) {
            for case in cases_of(row) {
                let who = set(book, id).who(&case);
                assert_eq!(who.roles, cell(cells[0]).0, "{id}, row {row}: {case}");
            }
        }
    }
}

#[test]
fn what_the_holder_of_a_record_asks_for_at_qingcloud_is_the_bases() {
    let book = book();
    let holder = |kind| Case { initiator: Initiator::Holder, ..Case::of(kind) };
    let qingcloud = set(book, "qingcloud");
    assert_eq!(qingcloud.who(&holder(FilingKind::CancelEntity)).roles, Roles::ENTITY);
    assert_eq!(qingcloud.who(&holder(FilingKind::CancelService)).roles, Roles::SERVICE);
    assert_eq!(qingcloud.who(&holder(FilingKind::CancelAccess)).roles, Roles::NONE);
}

#[test]
fn a_new_service_asks_the_entity_head_too_if_the_entity_changes() {
    let book = book();
    for id in SETS {
        let who = set(book, id).who(&case(FilingKind::AddService, &[Changed::Entity], false));
        assert_eq!(who.roles, Roles::BOTH, "{id}");
    }
}

#[test]
fn an_answer_names_the_row_and_the_sentence() {
    let book = book();
    let who = set(book, "qingcloud").who(&case(FilingKind::ChangeEntity, &[], true));
    assert_eq!(who.row, "change.province");
    assert_eq!(who.source.to_string(), "S3, table, row 变更主体 涉及变更所在省");
    for (id, seed) in SETS.into_iter().zip(["S2 + S4", "S0", "S1", "S2", "S3", "S4"]) {
        assert_eq!(set(book, id).who(&Case::of(FilingKind::First)).source.document, seed, "{id}");
    }
}

/// The second table: the point, the check of a set's value, by set. An empty cell is checked against the base.
#[test]
fn every_cell_of_the_table_of_points() {
    let book = book();
    let sets = SETS.map(|id| set(book, id));
    let mut count = 0;
    let mut row = |point: &str, expected: [&str; 6], value: &dyn Fn(&RuleSet) -> String| {
        for ((set, text), id) in sets.iter().zip(expected).zip(SETS) {
            count += usize::from(!text.is_empty());
            let text = if text.is_empty() { expected[0] } else { text };
            assert_eq!(value(set), text, "{id}, row {point}");
        }
    };
    let nationwide = "2020-08-17T00:00:00+08:00 until ever";
    row(
        "in force",
        [
            nationwide,
            "",
            "2017-12-18T09:00:00+08:00 until 2020-08-17T00:00:00+08:00",
            nationwide,
            nationwide,
            nationwide,
        ],
        &|set| {
            let until = set.effective_until.map_or("ever".to_owned(), |until| until.to_string());
            format!("{} until {until}", set.effective_from)
        },
    );
    row("validity", ["24", "24", "48", "24", "24", "24"], &|set| set.validity_hours.to_string());
    row("attempts", ["5", "5", "5", "", "", ""], &|set| set.attempts.limit.to_string());
    row("counting", ["phone_and_one", "", "id_only", "", "", ""], &|set| set.attempts.counting.to_string());
    row("answer to a mismatch", ["2", "", "4", "", "", ""], &|set| {
        set.attempts.mismatch_outcome.valid_status().to_string()
    });
    row("return on failure", ["immediately", "at_deadline", "immediately", "", "immediately", ""], &|set| {
        set.attempts.return_on_failure.to_string()
    });
    row("manual resends", ["2", "3", "3", "2", "", "2"], &|set| set.manual_resend.limit.to_string());
    row("resend restarts the clock", ["false", "", "", "", "", ""], &|set| {
        set.resend_restarts_clock.to_string()
    });
    row("expected arrival", ["5-10", "5-5", "5-5", "5-10", "", ""], &|set| {
        format!("{}-{}", set.expected_arrival.from_minutes, set.expected_arrival.to_minutes)
    });
    row("next-day noon resend", ["next_day_noon", "next_day_noon", "next_day_noon", "", "", ""], &|set| {
        set.auto_resend.to_string()
    });
    let both = "12381 106**********12381";
    row("senders", [both, "12381", "", both, "", ""], &|set| set.senders.join(" "));
    row("captcha", ["both", "", "both", "", "", ""], &|set| {
        if set.captcha.verify && set.captcha.resend { "both".to_owned() } else { "not both".to_owned() }
    });
    row("Zhejiang HK/Macao rule", ["true", "", "", "", "true", ""], &|set| {
        set.id_rule(Province::Zhejiang, DocumentType::HkMacaoPermit).to_string()
    });
    let ministry = "beian.miit.gov.cn";
    row(
        "portal host of Gansu",
        [ministry, ministry, "gscainfo.miitbeian.gov.cn", ministry, ministry, ministry],
        &|set| set.portal_host(Province::Gansu).to_owned(),
    );
    row(
        "text resend ok",
        [
            "尊敬的ICP用户：您的短信验证码已重发成功，请查看手机，并尽快完成短信核验",
            "尊敬的ICP用户：您的短信验证码已重发成功，请查看手机，并尽快完成短信核验",
            "您的短信已发送成功",
            "",
            "",
            "",
        ],
        &|set| set.text("zh-CN", "resend_ok").unwrap().to_owned(),
    );
    row(
        "text failed",
        ["您的短信核验失败，请联系接入商查询核验结果", "", "短信核验失败", "", "", ""],
        &|set| set.text("zh-CN", "failed_final").unwrap().to_owned(),
    );
    row(
        "text none pending",
        ["暂无该短信核验的备案申请，无需重发短信", "", "", "", "暂无该短信核验的备案申请，无需重发短信", ""],
        &|set| set.text("zh-CN", "resend_none").unwrap().to_owned(),
    );
    row(
        "text not found",
        ["该条验证库里找不到记录", "", "", "", "该条验证库里找不到记录", ""],
        &|set| set.text("zh-CN", "not_found").unwrap().to_owned(),
    );
    // 48 cells without the texts, 9 of texts taken apart by key.
    assert_eq!(count, 48 + 9);
}

#[test]
fn ver_20_texts_of_the_base() {
    let book = book();
    let expected = [
        ("all_complete", "您的短信核验已全部完成，该请求将提交管局审核"),
        ("wait_others", "您的短信核验完成，请等待其他核验人进行短信核验"),
        ("already_done", "您的短信核验已完成，无需重复提交"),
        ("wrong_info", "您的短信核验失败，请输入正确的信息"),
        ("failed_final", "您的短信核验失败，请联系接入商查询核验结果"),
        ("not_found", "该条验证库里找不到记录"),
        ("system_error", "您的短信核验失败，请您重新验证"),
        ("resend_ok", "尊敬的ICP用户：您的短信验证码已重发成功，请查看手机，并尽快完成短信核验"),
        ("resend_limit", "重发次数已到上限，若不能及时完成短信核验，您的备案申请将会被退回"),
        ("resend_too_soon", "短信已发送，请于 {HH:MM} 后再重发"),
        ("resend_none", "暂无该短信核验的备案申请，无需重发短信"),
    ];
    for (key, text) in expected {
        assert_eq!(set(book, "national-2020").text("zh-CN", key), Some(text), "{key}");
    }
}

#[test]
fn the_pilots_provinces_have_their_own_portals() {
    let book = book();
    let pilot = set(book, "pilot-2017");
    let hosts = [
        (Province::Gansu, "gs"),
        (Province::Ningxia, "nx"),
        (Province::Tibet, "xz"),
        (Province::Hainan, "hn"),
        (Province::Xinjiang, "xj"),
        (Province::Qinghai, "qh"),
        (Province::Tianjin, "tj"),
    ];
    for (province, prefix) in hosts {
        assert_eq!(pilot.portal_host(province), format!("{prefix}cainfo.miitbeian.gov.cn"));
        assert!(pilot.scope.provinces.contains(&province));
    }
    assert_eq!(pilot.scope.provinces.len(), 7);
}

#[test]
fn fil_02_the_set_in_force_at_the_instant() {
    let book = book();
    let id = |province, provider: &str, instant: &str| {
        book.resolve(province, &ProviderId::parse(provider).unwrap(), at(instant)).id.to_string()
    };
    let (gansu, zhejiang) = (Province::Gansu, Province::Zhejiang);
    assert_eq!(id(gansu, "tencent", "2017-12-18T08:59:59.999+08:00"), "pre-verification");
    assert_eq!(id(gansu, "tencent", "2017-12-18T09:00:00+08:00"), "pilot-2017");
    assert_eq!(id(zhejiang, "tencent", "2017-12-18T09:00:00+08:00"), "pre-verification");
    assert_eq!(id(gansu, "tencent", "2020-08-16T23:59:59.999+08:00"), "pilot-2017");
    assert_eq!(id(gansu, "tencent", "2020-08-17T00:00:00+08:00"), "tencent-cloud");
    assert_eq!(id(gansu, "other", "2020-08-17T00:00:00+08:00"), "national-2020");
    assert_eq!(id(zhejiang, "jd", "2026-11-22T00:00:00+08:00"), "jd-cloud");
    assert_eq!(id(zhejiang, "qingcloud", "2026-11-22T00:00:00+08:00"), "qingcloud");
    assert_eq!(id(zhejiang, "volcengine", "2026-11-22T00:00:00+08:00"), "volcengine");
    assert_eq!(id(zhejiang, "jd", "1990-01-01T00:00:00+08:00"), "pre-verification");
}

#[test]
fn before_verification_nobody_is_asked() {
    let book = book();
    for case in Case::all() {
        let who = set(book, "pre-verification").who(&case);
        assert!(who.roles.is_empty() && who.suspended.is_empty(), "{case}");
    }
}

#[test]
fn apps_may_be_filed_from_september_2023() {
    let book = book();
    let (before, from) = (at("2023-08-31T23:59:59.999+08:00"), at("2023-09-01T00:00:00+08:00"));
    for kind in [ServiceKind::App, ServiceKind::MiniProgram, ServiceKind::QuickApp] {
        assert!(!book.permits(kind, before), "{kind}");
        assert!(book.permits(kind, from), "{kind}");
    }
    assert!(book.permits(ServiceKind::Website, before));
}

#[test]
fn only_the_permit_of_hong_kong_and_macao_in_zhejiang_shows_its_back() {
    let book = book();
    for id in SETS {
        for province in Province::ALL {
            for document in DocumentType::ALL {
                let expected = *province == Province::Zhejiang && *document == DocumentType::HkMacaoPermit;
                assert_eq!(
                    set(book, id).id_rule(*province, *document),
                    expected,
                    "{id} {province} {document}"
                );
            }
        }
    }
}

#[test]
fn a_set_survives_its_archive() {
    for set in book().sets() {
        let text = serde_json::to_string(set).unwrap();
        assert_eq!(**set, serde_json::from_str::<RuleSet>(&text).unwrap());
    }
}

#[test]
fn volcengine_promises_a_new_report_within_a_working_day() {
    let book = book();
    let promised = SETS.map(|id| set(book, id).resubmission_working_days);
    assert_eq!(promised, [None, None, None, None, None, Some(1)]);
}

#[test]
fn values_of_the_base_in_their_types() {
    let book = book();
    let base = set(book, "national-2020");
    assert_eq!(base.validity(), Duration::from_secs(24 * 3600));
    assert_eq!(base.send_window(), Duration::from_secs(24 * 3600));
    assert_eq!(base.attempts.counting, AttemptCounting::PhoneAndOne);
    assert_eq!(base.attempts.mismatch_outcome, MismatchOutcome::WrongInfo);
    assert_eq!(base.attempts.return_on_failure, ReturnOnFailure::Immediately);
    assert_eq!(base.auto_resend, AutoResend::NextDayNoon);
    assert_eq!(base.manual_resend.minimum_interval_seconds, 60);
    assert_eq!(base.code_length, 6);
    let codes = |kind| base.remedies_for(kind).map(|remedy| remedy.code.as_str()).collect::<Vec<_>>();
    assert_eq!(codes(FilingKind::First), ["RET-01", "REJ-01"]);
    assert_eq!(codes(FilingKind::AddAccess), ["RET-02", "RET-03", "RET-04", "REJ-01"]);
    assert_eq!(codes(FilingKind::CancelService), ["RET-05", "REJ-01"]);
}
