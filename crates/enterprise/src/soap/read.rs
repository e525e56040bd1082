//! Reading a request's envelope.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::SoapVersion;
use super::operation::Operation;
use super::request::{Parameters, Request};
use crate::schema::is_space;
use crate::xml;

/// So deep may an envelope nest; headers are passed over, but not without end.
const MAX_DEPTH: usize = 32;
/// So many elements may it have.
const MAX_ELEMENTS: usize = 256;

/// What is no call. Its words go into the fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoCall {
    /// It is no text in UTF-8.
    #[error("the request is not UTF-8")]
    NoText,
    /// It is no SOAP.
    #[error("the request is no SOAP envelope")]
    NoEnvelope,
    /// It has a document type, or entities of its own.
    #[error("document types and entities are not accepted")]
    DocumentType,
    /// It is larger than any call.
    #[error("the envelope has more elements than a call has")]
    TooLarge,
    /// It calls what there is not.
    #[error("there is no such operation")]
    NoOperation(SoapVersion),
}

impl NoCall {
    pub(super) fn version(self) -> SoapVersion {
        match self {
            Self::NoText | Self::NoEnvelope | Self::DocumentType | Self::TooLarge => SoapVersion::One,
            Self::NoOperation(version) => version,
        }
    }
}

/// How far the reading has come.
enum Place {
    Outside,
    Envelope,
    /// In something that is passed over, which began at this depth.
    Passed(usize),
    Body,
    Call,
    Parameter(String, String),
    Done,
}

struct Envelope {
    version: SoapVersion,
    operation: Option<Operation>,
    parameters: Parameters,
    place: Place,
    depth: usize,
}

/// Reads a request: the version it came in and what it asks for.
///
/// # Errors
/// What it is instead; answer it with [`super::fault`].
pub fn read(body: &[u8]) -> Result<(SoapVersion, Request), NoCall> {
    let text = std::str::from_utf8(body).map_err(|_| NoCall::NoText)?;
    let mut reader = Reader::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    let mut envelope = Envelope {
        version: SoapVersion::One,
        operation: None,
        parameters: Parameters::default(),
        place: Place::Outside,
        depth: 0,
    };
    let mut elements = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| NoCall::NoEnvelope)?;
        match &event {
            Event::Eof => break,
            Event::DocType(_) => return Err(NoCall::DocumentType),
            Event::Start(tag) | Event::Empty(tag) => {
                elements += 1;
                if elements > MAX_ELEMENTS || envelope.depth >= MAX_DEPTH {
                    return Err(NoCall::TooLarge);
                }
                envelope.start(tag)?;
                if matches!(event, Event::Empty(_)) {
                    envelope.end();
                }
            }
            Event::End(_) => envelope.end(),
            Event::Text(text) => envelope.text(&text.xml10_content())?,
            Event::CData(text) => envelope.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = xml::referenced(reference).map_err(|_| NoCall::DocumentType)?;
                envelope.text(character.encode_utf8(&mut [0; 4]))?;
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    match (envelope.place, envelope.depth, envelope.operation) {
        (Place::Done, 0, Some(operation)) => {
            Ok((envelope.version, Request::of(operation, envelope.parameters)))
        }
        _ => Err(NoCall::NoEnvelope),
    }
}

impl Envelope {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), NoCall> {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        self.depth += 1;
        let place = std::mem::replace(&mut self.place, Place::Outside);
        self.place = match place {
            Place::Outside if name == "Envelope" && self.depth == 1 => {
                if tag.attributes_raw().contains(SoapVersion::Two.namespace()) {
                    self.version = SoapVersion::Two;
                }
                Place::Envelope
            }
            Place::Envelope if name == "Body" && self.operation.is_none() => Place::Body,
            Place::Envelope => Place::Passed(self.depth),
            Place::Body if self.operation.is_none() => {
                let is_called = |operation: &Operation| operation.name().eq_ignore_ascii_case(name);
                let operation = Operation::ALL.into_iter().find(is_called);
                self.operation = Some(operation.ok_or(NoCall::NoOperation(self.version))?);
                Place::Call
            }
            Place::Call => Place::Parameter(name.to_owned(), String::new()),
            // Elements inside of a parameter are no part of any of these calls.
            Place::Parameter(..) | Place::Body | Place::Outside | Place::Done => {
                return Err(NoCall::NoEnvelope);
            }
            Place::Passed(depth) => Place::Passed(depth),
        };
        Ok(())
    }

    fn end(&mut self) {
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        let place = std::mem::replace(&mut self.place, Place::Outside);
        self.place = match place {
            Place::Parameter(name, value) => {
                self.parameters.add(&name, value);
                Place::Call
            }
            Place::Call => Place::Body,
            Place::Passed(began) if began < depth => Place::Passed(began),
            Place::Passed(_) | Place::Body => Place::Envelope,
            Place::Envelope => Place::Done,
            Place::Outside | Place::Done => place,
        };
    }

    fn text(&mut self, text: &str) -> Result<(), NoCall> {
        match &mut self.place {
            Place::Parameter(_, value) => value.push_str(text),
            Place::Passed(_) => {}
            Place::Outside | Place::Envelope | Place::Body | Place::Call | Place::Done => {
                if !text.chars().all(is_space) {
                    return Err(NoCall::NoEnvelope);
                }
            }
        }
        Ok(())
    }
}
