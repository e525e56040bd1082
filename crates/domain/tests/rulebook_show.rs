//! What people read at a terminal about the rulebook.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; the lint's exception covers only tests themselves"
)]

use heyan_domain::Timestamp;
use heyan_domain::rulebook::{Case, Rulebook, show};
use heyan_domain::terms::{FilingKind, ProviderId, Province};

fn book() -> Rulebook {
    Rulebook::shipped().unwrap()
}

fn explain(province: Province, provider: &str, at: &str, case: &Case) -> String {
    let provider = ProviderId::parse(provider).unwrap();
    show::explain(&book(), province, &provider, Timestamp::parse_rfc3339(at).unwrap(), case)
}

#[test]
fn an_explanation_names_people_set_and_sentence() {
    let case = Case::of(FilingKind::CancelService);
    let text = explain(Province::Gansu, "tencent", "2019-01-01T00:00:00+08:00", &case);
    assert_eq!(
        text,
        "\
case            注销网站 cancel_service, initiator provider, record at this provider
where and when  甘肃, provider tencent, 2019-01-01T00:00:00+08:00
has to verify   nobody
suspended       主体负责人 entity_head, 网站负责人 service_head (named, but not asked for now)
decided by      set pilot-2017 (Pilot of 2017), row cancel_service
source          S1, §验证类型, row 注销网站: 主体负责人或网站负责人手机号码，暂不验证
note            Either head: the document says 或.
clocks          48 h to verify, 5 attempts, 3 resends
"
    );
    let moved = Case { province_changes: true, ..Case::of(FilingKind::ChangeEntity) };
    let text = explain(Province::Zhejiang, "jd", "2026-01-01T00:00:00+08:00", &moved);
    assert!(text.contains("has to verify   主体负责人 entity_head\n"), "{text}");
    assert!(text.contains("decided by      set jd-cloud (JD Cloud), row change.province\n"), "{text}");
}

#[test]
fn a_difference_is_one_line() {
    let book = book();
    let [base, qingcloud] = ["national-2020", "qingcloud"].map(|id| book.set(id).unwrap());
    assert_eq!(
        show::diff(base, qingcloud),
        "                                                                           national-2020  qingcloud
who add_service (entity unchanged)                                         S              E+S
who change.province (entity changes, service unchanged, province changes)  E              -
who cancel_service (initiator provider)                                    S              -
scope.providers                                                            all            qingcloud
"
    );
    assert_eq!(show::diff(base, base), "national-2020 and national-2020 say the same.\n");
}

#[test]
fn a_set_is_shown_with_every_row_value_and_source() {
    let book = book();
    for set in book.sets() {
        let text = show::show(set);
        for rule in &set.parties {
            assert!(text.contains(&rule.source.to_string()), "{}: {}", set.id, rule.row);
        }
        for (name, source) in &set.sources {
            let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
            assert!(line.ends_with(&source.to_string()), "{}: {line}", set.id);
        }
        for key in set.texts.values().flat_map(|texts| texts.values()) {
            assert!(text.contains(key.as_str()), "{}: {key}", set.id);
        }
    }
}

#[test]
fn the_list_names_every_set_and_the_overlay() {
    let book = book();
    let text = show::list(&book);
    let named = |name: &str| text.lines().any(|line| line.starts_with(&format!("{name} ")));
    assert!(book.sets().iter().all(|set| named(set.id.as_str())), "{text}");
    assert!(named("mini_program"), "{text}");
}

#[test]
fn every_value_has_a_source() {
    let book = book();
    for set in book.sets() {
        let text = show::show(set);
        let values = text.lines().skip_while(|line| !line.starts_with("VALUE")).skip(1);
        for line in values.take_while(|line| !line.is_empty() && !line.starts_with("id_rules")) {
            let name = line.split(' ').next().unwrap();
            assert!(set.sources.contains_key(name), "{}: {line}", set.id);
        }
    }
}
