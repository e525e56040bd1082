//! The texts that a rule set may word, and what may stand in them.

use super::defect::{Defect, SourceFile};
use super::file::SetFile;
use crate::terms::nfkc;

/// The locales of the project.
pub const LOCALES: [&str; 2] = ["zh-CN", "en"];

/// The signature that every message begins with (SMS-01).
pub const SIGNATURE: &str = "\u{3010}\u{5de5}\u{4e1a}\u{548c}\u{4fe1}\u{606f}\u{5316}\u{90e8}\u{3011}";

const TIME: &[&str] = &["HH:MM"];
const MESSAGE: &[&str] = &["code", "hours", "host", "no", "filing"];

/// Every key with the placeholders that it may hold: the outcomes of VER-20, the answers beside them, the messages.
pub const KEYS: [(&str, &[&str]); 18] = [
    ("all_complete", &[]),
    ("wait_others", &[]),
    ("already_done", &[]),
    ("wrong_info", &[]),
    ("superseded", &[]),
    ("failed_final", &[]),
    ("not_found", &[]),
    ("system_error", &[]),
    ("malformed", &[]),
    ("captcha_wrong", &[]),
    ("rate_limited", TIME),
    ("resend_ok", &[]),
    ("resend_limit", &[]),
    ("resend_too_soon", TIME),
    ("resend_none", &[]),
    ("sms.first", MESSAGE),
    ("sms.resend", MESSAGE),
    ("sms.noon", MESSAGE),
];

/// Whether the key is a message's template.
fn is_message(key: &str) -> bool {
    key.starts_with("sms.")
}

/// The placeholders `{…}` of a template and the fixed text between them; an unclosed brace is an error.
fn parts(template: &str) -> Result<(Vec<&str>, Vec<&str>), &'static str> {
    let (mut names, mut fixed, mut rest) = (Vec::new(), Vec::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("a `{` without its `}`")?;
        fixed.push(before);
        names.push(name);
        rest = after;
    }
    fixed.push(rest);
    if fixed.iter().any(|text| text.contains('}')) {
        return Err("a `}` without its `{`");
    }
    Ok((names, fixed))
}

fn complaint(key: &str, template: &str) -> Option<String> {
    let Some((_, allowed)) = KEYS.iter().find(|(known, _)| *known == key) else {
        let keys: Vec<&str> = KEYS.iter().map(|(known, _)| *known).collect();
        return Some(format!("unknown text `{key}`, expected one of {}", keys.join(", ")));
    };
    if template.trim().is_empty() {
        return Some(format!("text `{key}` is empty"));
    }
    let (names, fixed) = match parts(template) {
        Ok(parts) => parts,
        Err(what) => return Some(format!("text `{key}`: {what}")),
    };
    if let Some(unknown) = names.iter().find(|name| !allowed.contains(*name)) {
        let known = if allowed.is_empty() {
            "none is known here".to_owned()
        } else {
            format!("known are {}", allowed.join(", "))
        };
        return Some(format!("text `{key}`: unknown placeholder `{{{unknown}}}`, {known}"));
    }
    if is_message(key) { message_complaint(key, template, &names, &fixed) } else { None }
}

fn message_complaint(key: &str, template: &str, names: &[&str], fixed: &[&str]) -> Option<String> {
    if !template.starts_with(SIGNATURE) {
        return Some(format!("text `{key}` must begin with {SIGNATURE}"));
    }
    if names.iter().filter(|name| **name == "code").count() != 1 {
        return Some(format!("text `{key}` must hold `{{code}}` exactly once"));
    }
    // A reader of the message, and the form that takes a pasted one, look for the one run of six digits.
    let mut plain = fixed.iter().map(|text| nfkc(text));
    let has_run = plain.any(|text| text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 6));
    if has_run {
        return Some(format!("text `{key}`: the fixed text holds six digits in a row, like a code"));
    }
    let at = names.iter().position(|name| *name == "code")?;
    let before = fixed.get(at).map(|text| nfkc(text)).unwrap_or_default();
    let after = fixed.get(at + 1).map(|text| nfkc(text)).unwrap_or_default();
    let touches = |c: Option<char>, edge: bool| c.map_or(!edge, |c| c.is_ascii_digit());
    if touches(before.chars().next_back(), at == 0) || touches(after.chars().next(), at + 2 == fixed.len()) {
        return Some(format!("text `{key}`: `{{code}}` must stand apart from other digits and placeholders"));
    }
    None
}

/// What is wrong with the texts that a file states.
pub(super) fn check(source: SourceFile<'_>, file: &SetFile) -> Vec<Defect> {
    let mut defects = Vec::new();
    for (locale, texts) in &file.texts {
        for (key, template) in texts {
            let at = template.span().start;
            if !LOCALES.contains(&locale.as_str()) {
                let reason = format!("unknown locale `{locale}`, expected one of {}", LOCALES.join(", "));
                defects.push(source.defect(at, reason));
                break;
            }
            if let Some(reason) = complaint(key, template.get_ref()) {
                defects.push(source.defect(at, reason));
            }
        }
    }
    defects
}
