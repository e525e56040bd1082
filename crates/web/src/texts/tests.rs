//! That the texts, and the pages that use them, fit together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use heyan_domain::terms::{FilingKind, Province, Role};

use super::{Language, Texts, terms};
use crate::api::code::ErrorCode;

/// Every key of the default language.
pub(crate) fn keys() -> BTreeSet<String> {
    keys_of(Language::ZhCn)
}

fn keys_of(language: Language) -> BTreeSet<String> {
    variables_of(language.sources()).into_keys().collect()
}

/// Every message of some sources: its key, and the variables that stand in it.
fn variables_of(sources: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let messages = sources.iter().flat_map(|source| source.lines()).filter_map(|line| line.split_once(" = "));
    let variables = |text: &str| {
        let names = text.split("{ $").skip(1).filter_map(|rest| rest.split_once(' '));
        names.map(|(name, _)| name.to_owned()).collect()
    };
    messages.map(|(key, text)| (key.to_owned(), variables(text))).collect()
}

/// The files under a folder whose names end so.
fn files(folder: &str, ends: &[&str]) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.retain(|path| ends.iter().any(|end| path.extension().is_some_and(|each| each == *end)));
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

fn is_test(path: &Path) -> bool {
    ["tests.rs", "samples.rs"].iter().any(|name| path.ends_with(name))
}

/// Whether a file belongs to the consoles, which have texts of their own.
fn is_console(path: &Path) -> bool {
    path.components().any(|part| ["console", "auth", "bulk"].iter().any(|name| part.as_os_str() == *name))
}

/// The keys that code and templates name, by the ways in which they can name one; of the consoles, or of all others.
pub(crate) fn used(consoles: bool) -> BTreeSet<String> {
    let sources = [files("src", &["rs"]), files("templates", &["html"])].concat();
    let mut found: BTreeSet<String> = if consoles { BTreeSet::new() } else { terms::composed().collect() };
    for (_, source) in sources.iter().filter(|(path, _)| !is_test(path) && is_console(path) == consoles) {
        let joined: String = source.split_whitespace().collect();
        for way in
            ["t.get(\"", "t.one(\"", "t.with(\"", "self.get(\"", "self.one(\"", "self.with(\"", "Key(\""]
        {
            found.extend(
                joined.split(way).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
            );
        }
    }
    found
}

#[test]
fn every_text_loads() {
    for language in Language::ALL {
        for texts in [Texts::of(*language), Texts::of_problems(*language)] {
            assert!(texts.defects().is_empty(), "{:?}", texts.defects());
        }
    }
}

#[test]
fn every_language_has_the_same_keys_with_the_same_variables() {
    for sources in [Language::sources, Language::problems] {
        for language in Language::ALL {
            let (theirs, default) = (variables_of(sources(*language)), variables_of(sources(Language::ZhCn)));
            for (key, variables) in theirs.iter().chain(&default) {
                let (one, other) = (theirs.get(key), default.get(key));
                assert_eq!(one, other, "{}: {key} {variables:?}", language.tag());
            }
        }
    }
}

/// A message on more than one line would hide its variables from the test above.
#[test]
fn every_message_is_one_line() {
    for sources in [Language::sources, Language::problems] {
        for line in
            Language::ALL.iter().flat_map(|language| sources(*language)).flat_map(|source| source.lines())
        {
            assert!(line.is_empty() || line.starts_with('#') || line.contains(" = "), "{line}");
        }
    }
}

#[test]
fn every_error_code_has_a_title_and_the_chinese_names_are_the_glossary_s() {
    for code in ErrorCode::ALL {
        let key = code.title_key();
        for language in Language::ALL {
            assert_ne!(Texts::of_problems(*language).get(&key), key);
        }
    }
    let texts = Texts::of(Language::ZhCn);
    for kind in FilingKind::ALL {
        assert_eq!(texts.kind(*kind), kind.zh());
    }
    for role in Role::ALL {
        assert_eq!(texts.role(*role), role.zh());
    }
    for province in Province::ALL {
        assert_eq!(texts.province(*province), province.as_str());
    }
}

#[test]
fn dates_are_written_as_people_of_each_language_write_them() {
    let at = heyan_domain::Timestamp::parse_rfc3339("2026-11-22T06:05:00Z").unwrap();
    let written = |language| Texts::of(language).date_time(at);
    assert_eq!(written(Language::En), "22 November 2026, 14:05 (Beijing time)");
    let chinese = "2026\u{5e74}11\u{6708}22\u{65e5} 14:05\u{ff08}\u{5317}\u{4eac}\u{65f6}\u{95f4}\u{ff09}";
    assert_eq!(written(Language::ZhCn), chinese);
}

#[test]
fn every_key_that_is_used_exists_and_none_is_unused() {
    let (used, there) = (used(false), keys());
    assert_eq!(used.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "missing");
    assert_eq!(there.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "unused");
}

#[test]
fn no_chinese_stands_in_templates_or_in_the_code_of_pages() {
    let is_han = |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
    let code =
        [files("src/portal/pages", &["rs"]), files("src/texts", &["rs"]), files("src/captcha", &["rs"])];
    for (path, source) in code.concat().into_iter().chain(files("templates", &["html"])) {
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(!line.contains(is_han), "{}: {line}", path.display());
        }
    }
}

#[test]
fn time_left_is_rounded_down_and_never_negative() {
    let texts = Texts::of(Language::ZhCn);
    let now = heyan_domain::Timestamp::from_ms(0);
    let left = |ms| texts.time_left(now, heyan_domain::Timestamp::from_ms(ms));
    assert_eq!(left(7_199_999), texts.with("left-hours", &[("hours", "1"), ("minutes", "59")]));
    assert_eq!(left(3_599_999), texts.one("left-minutes", "minutes", 59));
    assert_eq!(left(59_999), texts.get("left-under-a-minute"));
    assert_eq!(left(-1), texts.get("left-under-a-minute"));
}
