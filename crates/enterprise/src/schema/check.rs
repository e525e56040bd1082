//! Where a document stands in its table, from tag to tag.

use std::fmt::Write as _;

use base64::Engine as _;

use super::{Bounds, Content, Element, Fault, Order, Reason, Strictness};
use crate::base64::STANDARD;

/// An element whose end has not come.
struct Open<'s> {
    element: &'s Element,
    /// Which of its name it is, from one.
    number: u32,
    /// The member that a sequence has come to, or that was chosen.
    at: usize,
    /// How often each member has come.
    counts: Vec<u32>,
    text: String,
}

/// Follows a document through its table.
pub(super) struct Checker<'s> {
    root: &'s Element,
    strictness: Strictness,
    open: Vec<Open<'s>>,
}

/// XML's white space.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

impl<'s> Checker<'s> {
    pub fn new(root: &'s Element, strictness: Strictness) -> Self {
        Self { root, strictness, open: Vec::new() }
    }

    /// How deep the document stands: nought outside of its root.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// A fault of the innermost open element.
    pub fn fault(&self, reason: Reason) -> Fault {
        let mut path = String::new();
        for open in &self.open {
            path.push('/');
            path.push_str(open.element.name);
            if open.element.most != Some(1) {
                let _ = write!(path, "[{}]", open.number);
            }
        }
        if path.is_empty() {
            path.push('/');
        }
        Fault { path, reason }
    }

    /// A tag opens.
    pub fn start(&mut self, name: &str) -> Result<&'s Element, Fault> {
        let strictness = self.strictness;
        let (element, number) = match self.open.last_mut() {
            None if name == self.root.name => (self.root, 1),
            None => return Err(self.fault(Reason::Unexpected(name.to_owned()))),
            Some(open) => match open.member(name, strictness) {
                Ok(found) => found,
                Err(reason) => return Err(self.fault(reason)),
            },
        };
        let members = match &element.content {
            Content::Group { members, .. } => members.len(),
            Content::Text(_) | Content::Number(_) | Content::Bytes => 0,
        };
        self.open.push(Open { element, number, at: 0, counts: vec![0; members], text: String::new() });
        Ok(element)
    }

    /// Text comes.
    pub fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            None if text.chars().all(is_space) => Ok(()),
            None => Err(self.fault(Reason::NotWellFormed)),
            Some(open) => match open.element.content {
                Content::Group { .. } if text.chars().all(is_space) => Ok(()),
                Content::Group { .. } => Err(self.fault(Reason::Text)),
                Content::Text(_) | Content::Number(_) | Content::Bytes => {
                    open.text.push_str(text);
                    Ok(())
                }
            },
        }
    }

    /// The innermost element is complete: itself and its text. It stays open, so that a fault still names it.
    pub fn complete(&mut self) -> Result<(&'s Element, String), Fault> {
        let strictness = self.strictness;
        let judged = self.open.last().map_or(Err(Reason::NotWellFormed), |open| open.judged(strictness));
        judged.map_err(|reason| self.fault(reason))?;
        let open = self.open.last_mut().ok_or_else(|| Fault::whole(Reason::NotWellFormed))?;
        Ok((open.element, std::mem::take(&mut open.text)))
    }

    /// Closes the innermost element.
    pub fn close(&mut self) {
        self.open.pop();
    }
}

impl<'s> Open<'s> {
    fn members(&self) -> (Order, &'s [Element]) {
        match &self.element.content {
            Content::Group { order, members, .. } => (*order, members),
            Content::Text(_) | Content::Number(_) | Content::Bytes => (Order::Sequence, &[]),
        }
    }

    /// The member of that name, counted, and which of its name it is.
    fn member(&mut self, name: &str, strictness: Strictness) -> Result<(&'s Element, u32), Reason> {
        let (order, members) = self.members();
        let unexpected = || Reason::Unexpected(name.to_owned());
        let found =
            members.iter().position(|member| member.is_named(name, strictness)).ok_or_else(unexpected)?;
        let element = members.get(found).ok_or_else(unexpected)?;
        let chosen = self.counts.iter().any(|count| *count > 0);
        match order {
            Order::Sequence => {
                if found < self.at {
                    return Err(unexpected());
                }
                missing(members.iter().zip(&self.counts).take(found), strictness)?;
            }
            Order::Choice if chosen && found != self.at => return Err(unexpected()),
            Order::All | Order::Choice => {}
        }
        self.at = found;
        let count = self.counts.get_mut(found).ok_or_else(unexpected)?;
        *count = count.saturating_add(1);
        if element.most.is_some_and(|most| *count > most) {
            return Err(Reason::TooOften(element.name));
        }
        Ok((element, *count))
    }

    fn judged(&self, strictness: Strictness) -> Result<(), Reason> {
        let element = self.element;
        let tolerated = |bounds: Bounds| match strictness {
            Strictness::Received => element.received.unwrap_or(bounds),
            Strictness::Produced => bounds,
        };
        match &element.content {
            Content::Text(bounds) => judge_text(&self.text, tolerated(*bounds)),
            Content::Number(bounds) => judge_number(&self.text, tolerated(*bounds)),
            Content::Bytes => judge_bytes(&self.text),
            Content::Group { order: Order::Choice, members, .. } => match members.first() {
                Some(first) if self.counts.iter().all(|count| *count == 0) => {
                    Err(Reason::Missing(first.name))
                }
                _ => Ok(()),
            },
            Content::Group { order: Order::All | Order::Sequence, members, .. } => {
                missing(members.iter().zip(&self.counts), strictness)
            }
        }
    }
}

/// Whether one of these has not come often enough.
fn missing<'m>(
    members: impl Iterator<Item = (&'m Element, &'m u32)>,
    strictness: Strictness,
) -> Result<(), Reason> {
    for (member, count) in members {
        if *count < member.at_least(strictness) {
            return Err(Reason::Missing(member.name));
        }
    }
    Ok(())
}

fn judge_text(text: &str, bounds: Bounds) -> Result<(), Reason> {
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    match bounds {
        Bounds { least: Some(least), .. } if length < least => Err(Reason::TooShort(least)),
        Bounds { most: Some(most), .. } if length > most => Err(Reason::TooLong(most)),
        Bounds { .. } => Ok(()),
    }
}

/// An `xs:long`: white space around it, then perhaps a sign, then digits.
pub(crate) fn number(text: &str) -> Option<i64> {
    let text = text.trim_matches(is_space);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn judge_number(text: &str, bounds: Bounds) -> Result<(), Reason> {
    let number = number(text).ok_or(Reason::NoNumber)?;
    match bounds {
        Bounds { least: Some(least), .. } if number < least => Err(Reason::TooSmall(least)),
        Bounds { most: Some(most), .. } if number > most => Err(Reason::TooLarge(most)),
        Bounds { .. } => Ok(()),
    }
}

fn judge_bytes(text: &str) -> Result<(), Reason> {
    let packed: String = text.chars().filter(|character| !is_space(*character)).collect();
    STANDARD.decode(packed).map(|_| ()).map_err(|_| Reason::NoBase64)
}
