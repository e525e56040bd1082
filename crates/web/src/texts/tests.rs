//! That the texts, and the pages that use them, fit together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Locale, Texts};

/// Every key of the default language.
pub(crate) fn keys() -> BTreeSet<String> {
    keys_of(Locale::ZhCn)
}

fn keys_of(locale: Locale) -> BTreeSet<String> {
    let lines = locale.sources().iter().flat_map(|source| source.lines());
    lines.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect()
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
    path.components().any(|part| ["console", "auth"].iter().any(|name| part.as_os_str() == *name))
}

/// The keys that code and templates name, by the ways in which they can name one; of the consoles, or of all others.
pub(crate) fn used(consoles: bool) -> BTreeSet<String> {
    let sources = [files("src", &["rs"]), files("templates", &["html"])].concat();
    let mut found = BTreeSet::new();
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
    for locale in Locale::ALL {
        assert!(Texts::of(*locale).defects().is_empty(), "{:?}", Texts::of(*locale).defects());
    }
}

#[test]
fn every_language_has_the_same_keys() {
    for locale in Locale::ALL {
        assert_eq!(keys_of(*locale), keys(), "{}", locale.tag());
    }
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
    let texts = Texts::of(Locale::ZhCn);
    let now = heyan_domain::Timestamp::from_ms(0);
    let left = |ms| texts.time_left(now, heyan_domain::Timestamp::from_ms(ms));
    assert_eq!(left(7_199_999), texts.with("left-hours", &[("hours", "1"), ("minutes", "59")]));
    assert_eq!(left(3_599_999), texts.one("left-minutes", "minutes", 59));
    assert_eq!(left(59_999), texts.get("left-under-a-minute"));
    assert_eq!(left(-1), texts.get("left-under-a-minute"));
}
