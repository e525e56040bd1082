//! Reading a document along its table.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::check::Checker;
use super::{Content, Element, Fault, Reason, Schema, Strictness};
use crate::xml;

/// What the reader has come to.
pub(crate) enum Step<'d> {
    /// An element opens; the root with its `version`.
    Start(&'d Element, Option<String>),
    /// An element has ended and is as it must be; its text.
    End(&'d Element, String),
}

/// Reads a document, decoded, and tells of every element with its depth: one for the root.
///
/// # Errors
/// The first thing that is wrong, with the path; or what `see` refuses: it is given the reason's place by the reader.
pub(crate) fn read<'s>(
    document: &str,
    schema: &'s Schema,
    strictness: Strictness,
    mut see: impl FnMut(usize, Step<'s>) -> Result<(), Reason>,
) -> Result<(), Fault> {
    if let Some(at) = document.find(|character| !xml::is_allowed(character)) {
        // Names the element by reading what stands before the character.
        let before = document.get(..at).unwrap_or_default();
        return Err(place_of_character(before, schema, strictness));
    }
    let mut checker = Checker::new(&schema.root, strictness);
    walk(document, &mut checker, &mut see)
}

fn walk<'s>(
    document: &str,
    checker: &mut Checker<'s>,
    see: &mut impl FnMut(usize, Step<'s>) -> Result<(), Reason>,
) -> Result<(), Fault> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().enable_all_checks(true);
    let mut rooted = false;
    loop {
        let event = reader.read_event().map_err(|_| checker.fault(Reason::NotWellFormed))?;
        match &event {
            Event::Eof if checker.depth() == 0 && rooted => return Ok(()),
            Event::Eof => return Err(checker.fault(Reason::NotWellFormed)),
            Event::DocType(_) => return Err(checker.fault(Reason::DocumentType)),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Start(tag) | Event::Empty(tag) => {
                if checker.depth() == 0 && std::mem::replace(&mut rooted, true) {
                    return Err(checker.fault(Reason::NotWellFormed));
                }
                let element = checker.start(tag.name().0)?;
                let version = attributes(tag, element).map_err(|reason| checker.fault(reason))?;
                tell(checker, see, Step::Start(element, version))?;
                if matches!(event, Event::Empty(_)) {
                    close(checker, see)?;
                }
            }
            Event::End(_) => close(checker, see)?,
            Event::Text(text) => checker.text(&text.xml10_content())?,
            Event::CData(text) => checker.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = xml::referenced(reference).map_err(|reason| checker.fault(reason))?;
                checker.text(character.encode_utf8(&mut [0; 4]))?;
            }
        }
    }
}

fn close<'s>(
    checker: &mut Checker<'s>,
    see: &mut impl FnMut(usize, Step<'s>) -> Result<(), Reason>,
) -> Result<(), Fault> {
    let depth = checker.depth();
    let (element, text) = checker.complete()?;
    see(depth, Step::End(element, text)).map_err(|reason| checker.fault(reason))?;
    checker.close();
    Ok(())
}

fn tell<'s>(
    checker: &Checker<'s>,
    see: &mut impl FnMut(usize, Step<'s>) -> Result<(), Reason>,
    step: Step<'s>,
) -> Result<(), Fault> {
    see(checker.depth(), step).map_err(|reason| checker.fault(reason))
}

/// The `version` of an element that has one. Others may only say where a schema lies; that is never looked at.
fn attributes(tag: &BytesStart<'_>, element: &Element) -> Result<Option<String>, Reason> {
    let has_version = matches!(element.content, Content::Group { version: true, .. });
    let mut version = None;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| Reason::NotWellFormed)?;
        let name = attribute.key.0;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| Reason::Entity)?;
        match name {
            "version" if has_version => version = Some(value.into_owned()),
            // A namespace would make other elements of these.
            "xmlns" if value.is_empty() => {}
            name if name.starts_with("xmlns:") || name.starts_with("xsi:") || name.starts_with("xml:") => {}
            name => return Err(Reason::Attribute(name.to_owned())),
        }
    }
    if has_version && version.is_none() {
        return Err(Reason::Attribute("version".to_owned()));
    }
    Ok(version)
}

fn place_of_character(before: &str, schema: &Schema, strictness: Strictness) -> Fault {
    let mut checker = Checker::new(&schema.root, strictness);
    let _ = walk(before, &mut checker, &mut |_, _| Ok(()));
    checker.fault(Reason::IllegalCharacter)
}
