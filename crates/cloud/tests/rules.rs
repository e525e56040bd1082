//! The texts of the shipped rules can stand in a route's configuration as they are.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::path::Path;

use heyan_cloud::template::{Pattern, Template, Templates, Value};

/// Every text of a message, in every language of every rule set.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut texts = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let rules: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
            let languages = rules.get("texts").and_then(toml::Value::as_table).into_iter().flatten();
            let words = languages.filter_map(|(_, words)| words.as_table()).flatten();
            let messages = words.filter(|(key, _)| key.starts_with("sms."));
            texts.extend(messages.map(|(_, text)| text.as_str().unwrap().to_owned()));
        }
    }
    texts
}

/// As the domain fills a text.
fn filled(text: &str) -> String {
    let filled = text.replace("{hours}", "24").replace("{host}", "beian.miit.gov.cn").replace("{no}", "2");
    filled.replace("{code}", "012345").replace("{filing}", "\u{5c71}\u{95f4}\u{4e66}\u{5e97}24(2)")
}

#[test]
fn every_text_of_the_shipped_rules_gives_its_values_back() {
    let texts = texts();
    assert!(texts.len() >= 6, "{texts:?}");
    for text in &texts {
        let pattern = Pattern::parse(text).unwrap();
        let values = pattern.read(&filled(text)).unwrap_or_else(|| panic!("{text} cannot be read back"));
        for (value, expected) in [
            (Value::Code, "012345"),
            (Value::Hours, "24"),
            (Value::Host, "beian.miit.gov.cn"),
            (Value::Number, "2"),
            (Value::Filing, "\u{5c71}\u{95f4}\u{4e66}\u{5e97}24(2)"),
        ] {
            if pattern.has(value) {
                assert_eq!(values.get(value), Some(expected), "{text}");
            }
        }
    }
}

#[test]
fn no_text_is_taken_for_another() {
    let mut texts = texts();
    texts.sort_unstable();
    texts.dedup();
    let template = |(at, text): (usize, &String)| {
        Template::new(at.to_string(), Pattern::parse(text).unwrap(), vec![("1".to_owned(), Value::Code)])
            .unwrap()
    };
    let templates = Templates::new(texts.iter().enumerate().map(template).collect());
    for (at, text) in texts.iter().enumerate() {
        assert_eq!(templates.fill(&filled(text)).unwrap().template, at.to_string(), "{text}");
    }
}
