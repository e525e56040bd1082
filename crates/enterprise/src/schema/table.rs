//! The notation of the tables.
//!
//! One element a line, two spaces deeper than the one that holds it: `NAME OCCURS CONTENT [@version] [~ TOLERATED]`, as the
//! head of `schema/upload.txt` explains. A line `&GROUP …` at the margin names a group for several places.

use std::collections::HashMap;

use super::{Bounds, Content, Element, Order, Schema};

/// A line that is no line of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} is no line of a table")]
pub struct TableFault {
    /// Counted from one; nought if there is nothing at all.
    pub line: usize,
}

/// A line, taken apart as far as it can be without the groups.
#[derive(Clone, Copy)]
struct Line {
    number: usize,
    depth: usize,
    text: &'static str,
}

type Groups = HashMap<&'static str, Vec<Line>>;

/// Reads a table.
pub(super) fn parse(text: &'static str) -> Result<Schema, TableFault> {
    let lines = text.lines().enumerate().map(|(at, line)| Line {
        number: at + 1,
        depth: (line.len() - line.trim_start().len()) / 2,
        text: line.trim(),
    });
    let mut root = Vec::new();
    let mut groups = Groups::new();
    let mut group = None;
    for line in lines.filter(|line| !line.text.is_empty() && !line.text.starts_with('#')) {
        if line.depth == 0 {
            group = line.text.strip_prefix('&').map(|rest| rest.split(' ').next().unwrap_or_default());
        }
        match group {
            Some(name) => groups.entry(name).or_default().push(line),
            None => root.push(line),
        }
    }
    let mut lines = root.as_slice();
    let element = element(&mut lines, 0, &groups)?;
    match lines.first() {
        Some(line) => Err(TableFault { line: line.number }),
        None => Ok(Schema { root: element }),
    }
}

/// The element on the first line, with everything below it. Takes its lines away.
fn element(lines: &mut &[Line], depth: usize, groups: &Groups) -> Result<Element, TableFault> {
    let (line, rest) = lines.split_first().ok_or(TableFault { line: 0 })?;
    *lines = rest;
    let fault = TableFault { line: line.number };
    if line.depth != depth {
        return Err(fault);
    }
    let (strict, tolerated) = line.text.split_once(" ~ ").map_or((line.text, None), |(a, b)| (a, Some(b)));
    let mut words = strict.split(' ').peekable();
    let name = words.next().ok_or(fault)?.trim_start_matches('&');
    let (least, most) = match words.peek().and_then(|word| occurs(word)) {
        Some(occurs) => {
            words.next();
            occurs
        }
        None => (1, Some(1)),
    };
    let kind = words.next().ok_or(fault)?;
    let content = if let Some(group) = kind.strip_prefix('&') {
        let mut body = groups.get(group).ok_or(fault)?.as_slice();
        element(&mut body, 0, groups)?.content
    } else {
        content(kind, words.next(), lines, depth, groups).unwrap_or(Err(fault))?
    };
    let (mut other_name, mut received, mut may_be_missing) = (None, None, false);
    match tolerated {
        None => {}
        Some("?") => may_be_missing = true,
        Some(range) if range.contains("..") => received = Some(bounds(range).ok_or(fault)?),
        Some(other) => other_name = Some(other),
    }
    Ok(Element { name, other_name, least, most, content, received, may_be_missing })
}

/// The content of a kind, or `None` if that is no kind.
fn content(
    kind: &str,
    word: Option<&'static str>,
    lines: &mut &[Line],
    depth: usize,
    groups: &Groups,
) -> Option<Result<Content, TableFault>> {
    let order = match kind {
        "all" => Order::All,
        "sequence" => Order::Sequence,
        "choice" => Order::Choice,
        "text" => return bounds(word?).map(|bounds| Ok(Content::Text(bounds))),
        "number" => return bounds(word?).map(|bounds| Ok(Content::Number(bounds))),
        "bytes" => return Some(Ok(Content::Bytes)),
        _ => return None,
    };
    let mut members = Vec::new();
    while lines.first().is_some_and(|line| line.depth > depth) {
        match element(lines, depth + 1, groups) {
            Ok(member) => members.push(member),
            Err(fault) => return Some(Err(fault)),
        }
    }
    Some(Ok(Content::Group { order, members, version: word == Some("@version") }))
}

fn occurs(word: &str) -> Option<(u32, Option<u32>)> {
    match word {
        "?" => Some((0, Some(1))),
        "*" => Some((0, None)),
        "+" => Some((1, None)),
        range => {
            let (least, most) = range.split_once("..")?;
            Some((least.parse().ok()?, Some(most.parse().ok()?)))
        }
    }
}

/// `a..b`, either of which may be left out.
fn bounds(range: &str) -> Option<Bounds> {
    let (least, most) = range.split_once("..")?;
    let bound = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some(Bounds { least: bound(least)?, most: bound(most)? })
}
