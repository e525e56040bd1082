//! What a rule file may not say, although it can be read.

use std::collections::BTreeSet;

use super::defect::{Defect, SourceFile};
use super::file::SetFile;
use super::merge::Read;
use super::{Case, RuleSet};

/// The longest validity and the longest wait for a route: 30 days.
pub const MAX_HOURS: u32 = 30 * 24;

/// Digits of a code. The forms, the messages and the carriers' templates all count on it (VER-01).
pub const CODE_LENGTH: u8 = 6;

/// What is wrong with the values that a file states.
pub(super) fn values(source: SourceFile<'_>, file: &SetFile) -> Vec<Defect> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (name, value) in
        [("validity_hours", &file.validity_hours), ("send_window_hours", &file.send_window_hours)]
    {
        let Some(value) = value else { continue };
        match *value.get_ref() {
            0 => found.push((value.span().start, format!("{name} is 0, expected 1 to {MAX_HOURS}"))),
            1..=MAX_HOURS => {}
            hours => found
                .push((value.span().start, format!("{name} is {hours}, more than 30 days ({MAX_HOURS})"))),
        }
    }
    for (name, value) in
        [("attempts.limit", &file.attempts.limit), ("manual_resend.limit", &file.manual_resend.limit)]
    {
        if let Some(value) = value.as_ref().filter(|value| *value.get_ref() == 0) {
            found.push((value.span().start, format!("{name} is 0, expected 1 to 255")));
        }
    }
    if let Some(value) = file.resubmission_working_days.as_ref().filter(|value| *value.get_ref() == 0) {
        found.push((value.span().start, "resubmission_working_days is 0, expected 1 to 255".to_owned()));
    }
    if let Some(length) = file.code_length.as_ref().filter(|length| *length.get_ref() != CODE_LENGTH) {
        found.push((
            length.span().start,
            format!("code_length is {}, expected {CODE_LENGTH}", length.get_ref()),
        ));
    }
    if let Some(until) = file.effective_until.as_ref() {
        let (from, end) = (file.effective_from.get_ref(), until.get_ref());
        if end <= from {
            found.push((
                until.span().start,
                format!("effective_until {end} is not after effective_from {from}"),
            ));
        }
    }
    if let Some(senders) = &file.senders {
        let plain = |sender: &String| {
            !sender.is_empty() && sender.chars().all(|c| c.is_ascii_digit() || c == '*') && sender.len() <= 21
        };
        if senders.get_ref().is_empty() || !senders.get_ref().iter().all(plain) {
            let reason = "senders must be one or more numbers of at most 21 digits and `*`";
            found.push((senders.span().start, reason.to_owned()));
        }
    }
    let hosts = file.portal_hosts.default.iter().chain(file.portal_hosts.by_province.values());
    for host in hosts.filter(|host| !is_host(host.get_ref())) {
        let reason = format!("`{}` is not a host name: no scheme, no path", host.get_ref());
        found.push((host.span().start, reason));
    }
    party_rows(file, &mut found);
    found.into_iter().map(|(at, reason)| source.defect(at, reason)).collect()
}

fn is_host(text: &str) -> bool {
    let labels_fit = text.split('.').all(|label| {
        let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(inside) && !label.starts_with('-')
    });
    text.contains('.') && text.len() <= 253 && labels_fit
}

fn party_rows(file: &SetFile, found: &mut Vec<(usize, String)>) {
    for row in &file.parties {
        let name = row.row.get_ref();
        if row.roles.iter().any(|role| row.suspended.contains(role)) {
            let reason = format!("row `{name}` both asks and suspends the same role");
            found.push((row.row.span().start, reason));
        }
        if row.place.trim().is_empty() {
            found.push((row.row.span().start, format!("row `{name}` has no place in its source")));
        }
        if let Some(kinds) = row.kinds.as_ref().filter(|kinds| kinds.get_ref().is_empty()) {
            found.push((kinds.span().start, format!("row `{name}` is for no kind")));
        }
    }
}

/// Proves that for every case there is exactly one row.
pub(super) fn table(read: &Read<'_>, set: &RuleSet) -> Vec<Defect> {
    let mut reasons: BTreeSet<(usize, String)> = BTreeSet::new();
    let (mut empty_kinds, mut clashes) = (BTreeSet::new(), BTreeSet::new());
    let set_at = read.file.id.span().start;
    let row_at = |name: &str| {
        // The later of two rows of one name is the one to look at.
        let rows = read.file.parties.iter().rev().find(|row| row.row.get_ref() == name);
        rows.map(|row| row.row.span().start)
    };
    for case in Case::all() {
        let rows: Vec<&str> =
            set.parties.iter().filter(|rule| rule.applies(&case)).map(|rule| rule.row.as_str()).collect();
        match rows.as_slice() {
            [_] => {}
            [] => {
                if empty_kinds.insert(case.kind) {
                    reasons.insert((set_at, format!("gap in `{}`: no row of parties for {case}", set.id)));
                }
            }
            [first, rest @ ..] => {
                let second = rest.first().copied().unwrap_or(first);
                if clashes.insert((*first, second)) {
                    let at = row_at(second).or_else(|| row_at(first)).unwrap_or(set_at);
                    let reason =
                        format!("overlap in `{}`: rows `{first}` and `{second}` both decide {case}", set.id);
                    reasons.insert((at, reason));
                }
            }
        }
    }
    reasons.into_iter().map(|(at, reason)| read.source.defect(at, reason)).collect()
}
