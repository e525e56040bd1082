//! The people of a scenario.

use heyan_domain::filing::draft::Head;
use heyan_domain::filing::raw::{RawDocument, RawHead};
use heyan_domain::terms::{Document, DocumentNumber, Phone};

use crate::runner::World;
use crate::words::Words;

/// Somebody with a phone and a document, both invented.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub name: String,
    /// As written in the scenario.
    pub phones: Vec<String>,
    pub document_type: String,
    pub number: String,
    pub back_number: Option<String>,
    pub emergency_phone: Option<String>,
}

impl Person {
    /// The phone that gets the code.
    pub fn phone(&self) -> Result<Phone, String> {
        let first = self.phones.first().and_then(|text| Phone::parse(text));
        first.ok_or_else(|| format!("{} has no mainland phone", self.name))
    }

    /// As a filing names the person.
    pub fn raw(&self) -> RawHead {
        RawHead {
            name: Some(self.name.clone()),
            phones: Some(self.phones.clone()),
            emergency_phone: self.emergency_phone.clone(),
            email: None,
            document: Some(RawDocument {
                kind: Some(self.document_type.clone()),
                number: Some(self.number.clone()),
                back_number: self.back_number.clone(),
            }),
        }
    }

    /// As the registry has the person on record.
    pub fn on_record(&self) -> Result<Head, String> {
        let number = |text: &str| DocumentNumber::parse(text).ok_or("no document number");
        Ok(Head {
            name: self.name.clone(),
            phones: self.phones.iter().filter_map(|text| Phone::parse(text)).collect(),
            emergency_phone: self.emergency_phone.clone(),
            email: None,
            document: Document {
                kind: self.document_type.parse().map_err(|_| "no document type")?,
                number: number(&self.number)?,
                back_number: self.back_number.as_deref().map(number).transpose()?,
            },
        })
    }
}

impl World<'_> {
    /// `person Wang phone=15400000001[,…] id=… [document=passport] [back=…] [emergency=…]`; said again, it replaces.
    pub(crate) fn person(&mut self, words: &mut Words) -> Result<(), String> {
        let name = words.required("the name")?;
        let phones = words.option("phone").ok_or("`phone=` is missing")?;
        let person = Person {
            name: name.clone(),
            phones: phones.split(',').map(str::to_owned).collect(),
            document_type: words.option("document").unwrap_or_else(|| "resident_id".to_owned()),
            number: words.option("id").ok_or("`id=` is missing")?,
            back_number: words.option("back"),
            emergency_phone: words.option("emergency"),
        };
        self.people.insert(name, person);
        Ok(())
    }

    /// A person by name.
    pub(crate) fn known(&self, name: &str) -> Result<&Person, String> {
        self.people.get(name).ok_or_else(|| format!("nobody is called {name}"))
    }

    /// A person by name, or nobody for `-`.
    pub(crate) fn perhaps(&self, name: &str) -> Result<Option<&Person>, String> {
        if name == "-" { Ok(None) } else { self.known(name).map(Some) }
    }
}
