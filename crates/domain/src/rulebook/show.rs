//! The rulebook as plain text, for people at a terminal.

use std::fmt::Write as _;

use super::table::aligned;
use super::{Case, PartyRule, RuleSet, Rulebook};
use crate::terms::{ProviderId, Province, Role, Roles};
use crate::time::Timestamp;

/// Every set: name, title, time in force, scope; then the overlay of services.
pub fn list(book: &Rulebook) -> String {
    let mut rows =
        vec![["SET", "TITLE", "FROM", "UNTIL", "PROVINCES", "PROVIDERS", "BASE"].map(str::to_owned)];
    rows.extend(book.sets().iter().map(|set| {
        [
            set.id.to_string(),
            format!("{} / {}", set.title.zh, set.title.en),
            set.effective_from.to_string(),
            set.effective_until.map_or_else(|| "-".to_owned(), |until| until.to_string()),
            provinces(set),
            providers(set),
            set.base.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        ]
    }));
    let mut text = aligned(&rows);
    if let Some((title, permitted)) = book.overlay() {
        let _ = writeln!(text, "\n{} / {}", title.zh, title.en);
        let mut rows = vec![["KIND", "FROM", "SOURCE"].map(str::to_owned)];
        rows.extend(permitted.iter().map(|row| {
            let from = row.from.map_or_else(|| "always".to_owned(), |from| from.to_string());
            [row.kind.to_string(), from, row.source.to_string()]
        }));
        text.push_str(&aligned(&rows));
    }
    text
}

/// One set: what it is, who has to verify in every row, every value; each with its source.
pub fn show(set: &RuleSet) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}: {} / {}", set.id, set.title.zh, set.title.en);
    let until = set.effective_until.map_or_else(|| "further notice".to_owned(), |until| until.to_string());
    let _ = writeln!(text, "in force from {} until {until}", set.effective_from);
    let _ = writeln!(text, "provinces {}, providers {}", provinces(set), providers(set));
    if let Some(base) = &set.base {
        let _ = writeln!(text, "base {base}");
    }
    let _ = writeln!(text, "source {}\n", set.source);
    let [entity, service] = [Role::EntityHead, Role::ServiceHead].map(Role::zh);
    let _ = writeln!(text, "Who has to verify (E entity head {entity}, S head of each service {service})");
    let mut rows = vec![["ROW", "WHEN", "WHO", "SOURCE"].map(str::to_owned)];
    rows.extend(sorted_parties(set).into_iter().map(|rule| {
        [rule.row.clone(), rule.when.to_string(), who(rule.roles, rule.suspended), rule.source.to_string()]
    }));
    text.push_str(&aligned(&rows));
    for rule in sorted_parties(set) {
        if let Some(note) = &rule.note {
            let _ = writeln!(text, "{}: {note}", rule.row);
        }
    }
    text.push('\n');
    let mut rows = vec![["VALUE", "", "SOURCE"].map(str::to_owned)];
    rows.extend(values(set).into_iter().map(|(name, value)| {
        let source = set.sources.get(&name).map(ToString::to_string).unwrap_or_default();
        [name, value, source]
    }));
    rows.extend(set.id_rules.iter().map(|rule| {
        let number = if rule.use_back_number { "number on the back" } else { "number on the front" };
        let names: Vec<&str> = rule.provinces.iter().map(|province| province.as_str()).collect();
        let places = if names.is_empty() { "all provinces".to_owned() } else { names.join(" ") };
        [
            "id_rules".to_owned(),
            format!("{places}, {}: {number}", rule.document_type),
            rule.source.to_string(),
        ]
    }));
    text.push_str(&aligned(&rows));
    text.push('\n');
    let mut rows = vec![["REMEDY", "WHEN", "TITLE", "ACTION", "SOURCE"].map(str::to_owned)];
    rows.extend(set.remedies.iter().map(|remedy| {
        let title = format!("{} / {}", remedy.title.zh, remedy.title.en);
        [
            remedy.code.clone(),
            remedy.when.to_string(),
            title,
            remedy.action.to_string(),
            remedy.source.clone(),
        ]
    }));
    text.push_str(&aligned(&rows));
    text.push('\n');
    let mut rows = vec![["TEXT", "LOCALE", ""].map(str::to_owned)];
    for (locale, texts) in &set.texts {
        rows.extend(texts.iter().map(|(key, words)| [key.clone(), locale.clone(), words.clone()]));
    }
    text.push_str(&aligned(&rows));
    text
}

/// What differs between two sets: one line for each row, value and text, as `name  in a  in b`.
pub fn diff(a: &RuleSet, b: &RuleSet) -> String {
    let mut rows = vec![[String::new(), a.id.to_string(), b.id.to_string()]];
    rows.extend(differences(a, b));
    if rows.len() == 1 {
        return format!("{} and {} say the same.\n", a.id, b.id);
    }
    aligned(&rows)
}

/// What differs between two sets, as name, value in the one, value in the other; `-` where a set says nothing.
pub fn differences(a: &RuleSet, b: &RuleSet) -> Vec<[String; 3]> {
    let (left, right) = (facts(a), facts(b));
    let mut rows = who_differs(a, b);
    let missing = || "-".to_owned();
    for (name, value) in &left {
        let other = right.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        if other != Some(value) {
            rows.push([name.clone(), value.clone(), other.cloned().unwrap_or_else(missing)]);
        }
    }
    for (name, value) in right.iter().filter(|(name, _)| !left.iter().any(|(known, _)| known == name)) {
        rows.push([name.clone(), missing(), value.clone()]);
    }
    rows
}

/// Who has to verify in one case, which set decided, and which sentence of which source.
pub fn explain(
    book: &Rulebook,
    province: Province,
    provider: &ProviderId,
    at: Timestamp,
    case: &Case,
) -> String {
    let set = book.resolve(province, provider, at);
    let answer = set.who(case);
    let named = |roles: Roles| {
        let names: Vec<String> = roles.iter().map(|role| format!("{} {}", role.zh(), role)).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    };
    let mut rows = vec![
        ["case".to_owned(), format!("{} {case}", case.kind.zh())],
        ["where and when".to_owned(), format!("{province}, provider {provider}, {at}")],
        ["has to verify".to_owned(), named(answer.roles)],
    ];
    if !answer.suspended.is_empty() {
        let text = format!("{} (named, but not asked for now)", named(answer.suspended));
        rows.push(["suspended".to_owned(), text]);
    }
    rows.push(["decided by".to_owned(), format!("set {} ({}), row {}", set.id, set.title.en, answer.row)]);
    rows.push(["source".to_owned(), answer.source.to_string()]);
    if let Some(note) = answer.note {
        rows.push(["note".to_owned(), note.to_owned()]);
    }
    rows.push([
        "clocks".to_owned(),
        format!(
            "{} h to verify, {} attempts, {} resends",
            set.validity_hours, set.attempts.limit, set.manual_resend.limit
        ),
    ]);
    aligned(&rows)
}

/// `E+S`, `-`, `- (E suspended)`.
fn who(roles: Roles, suspended: Roles) -> String {
    let letters = |roles: Roles| {
        let letter = |role| match role {
            Role::EntityHead => "E",
            Role::ServiceHead => "S",
        };
        roles.iter().map(letter).collect::<Vec<_>>().join("+")
    };
    let asked = if roles.is_empty() { "-".to_owned() } else { letters(roles) };
    if suspended.is_empty() { asked } else { format!("{asked} ({} suspended)", letters(suspended)) }
}

/// The rows of who has to verify, in the order of the kinds, whether the row is the set's own or its base's.
pub fn sorted_parties(set: &RuleSet) -> Vec<&PartyRule> {
    let mut rules: Vec<&PartyRule> = set.parties.iter().collect();
    rules.sort_by_key(|rule| (rule.kinds.iter().min().copied(), rule.row.clone(), rule.when.to_string()));
    rules
}

fn provinces(set: &RuleSet) -> String {
    let names: Vec<&str> = set.scope.provinces.iter().map(|province| province.as_str()).collect();
    if names.is_empty() { "all".to_owned() } else { names.join(" ") }
}

fn providers(set: &RuleSet) -> String {
    let names: Vec<&str> = set.scope.providers.iter().map(ProviderId::as_str).collect();
    if names.is_empty() { "all".to_owned() } else { names.join(" ") }
}

/// Every value besides parties, texts and remedies, under the name that `sources` uses.
pub fn values(set: &RuleSet) -> Vec<(String, String)> {
    let mut values = vec![
        ("validity_hours", set.validity_hours.to_string()),
        ("attempts.limit", set.attempts.limit.to_string()),
        ("attempts.counting", set.attempts.counting.to_string()),
        ("attempts.mismatch_outcome", set.attempts.mismatch_outcome.to_string()),
        ("attempts.return_on_failure", set.attempts.return_on_failure.to_string()),
        ("manual_resend.limit", set.manual_resend.limit.to_string()),
        ("manual_resend.minimum_interval_seconds", set.manual_resend.minimum_interval_seconds.to_string()),
        ("auto_resend", set.auto_resend.to_string()),
        ("resend_restarts_clock", set.resend_restarts_clock.to_string()),
        ("merge_by", set.merge_by.to_string()),
        ("send_window_hours", set.send_window_hours.to_string()),
        ("senders", set.senders.join(" ")),
        ("captcha.verify", set.captcha.verify.to_string()),
        ("captcha.resend", set.captcha.resend.to_string()),
        ("expected_arrival.from_minutes", set.expected_arrival.from_minutes.to_string()),
        ("expected_arrival.to_minutes", set.expected_arrival.to_minutes.to_string()),
        ("code_length", set.code_length.to_string()),
        ("portal_hosts.default", set.portal_hosts.default.clone()),
    ];
    if !set.portal_hosts.by_province.is_empty() {
        let hosts: Vec<String> = set
            .portal_hosts
            .by_province
            .iter()
            .map(|(province, host)| format!("{province} {host}"))
            .collect();
        values.push(("portal_hosts.by_province", hosts.join(", ")));
    }
    if let Some(days) = set.resubmission_working_days {
        values.push(("resubmission_working_days", days.to_string()));
    }
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// By question rather than by row, since two sets may cut the same table into different rows; one line for each pair
/// of rows that answer differently.
fn who_differs(a: &RuleSet, b: &RuleSet) -> Vec<[String; 3]> {
    let mut lines: Vec<[String; 3]> = Vec::new();
    for case in Case::all() {
        let (Some(left), Some(right)) = (a.party_rule(&case), b.party_rule(&case)) else { continue };
        if (left.roles, left.suspended) == (right.roles, right.suspended) {
            continue;
        }
        let row =
            if left.row == right.row { left.row.clone() } else { format!("{} / {}", left.row, right.row) };
        let when = left.when.and(right.when).unwrap_or_default().to_string();
        let name = if when.is_empty() { format!("who {row}") } else { format!("who {row} ({when})") };
        let line = [name, who(left.roles, left.suspended), who(right.roles, right.suspended)];
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Everything that two sets can differ in besides the parties.
fn facts(set: &RuleSet) -> Vec<(String, String)> {
    let mut facts = vec![
        ("effective_from".to_owned(), set.effective_from.to_string()),
        (
            "effective_until".to_owned(),
            set.effective_until.map_or_else(|| "-".to_owned(), |at| at.to_string()),
        ),
        ("scope.provinces".to_owned(), provinces(set)),
        ("scope.providers".to_owned(), providers(set)),
    ];
    facts.extend(values(set));
    for rule in &set.id_rules {
        let names: Vec<&str> = rule.provinces.iter().map(|province| province.as_str()).collect();
        let name = format!("id_rules {} {}", names.join(" "), rule.document_type);
        facts.push((name, if rule.use_back_number { "back" } else { "front" }.to_owned()));
    }
    for (locale, texts) in &set.texts {
        facts.extend(texts.iter().map(|(key, text)| (format!("texts.{locale}.{key}"), text.clone())));
    }
    facts.extend(
        set.remedies.iter().map(|remedy| (format!("remedies.{}", remedy.code), remedy.title.zh.clone())),
    );
    facts
}
