//! The example filings: bodies of requests, with placeholders for numbers that earlier filings were given.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::golden::BackNumber;
use crate::failure::Failure;

/// Every file of the directory, by its name without the ending.
#[derive(Debug)]
pub(super) struct Examples(BTreeMap<String, Value>);

/// Somebody who may be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Person {
    /// The first phone.
    pub phone: String,
    /// The last six characters of the document.
    pub id_last6: String,
}

impl Person {
    /// `154****0101`.
    pub fn masked(&self) -> String {
        let (start, end) = (self.phone.get(..3).unwrap_or_default(), self.phone.get(7..).unwrap_or_default());
        format!("{start}****{end}")
    }

    /// A head as a filing names it.
    fn of(head: &Value, province: &str, back_number: &BackNumber) -> Option<Self> {
        let phone = head.pointer("/phones/0")?.as_str()?.to_owned();
        let document = head.get("document")?;
        let is_card = document.get("type")?.as_str()? == back_number.document;
        let member = if is_card && province == back_number.province { "back_number" } else { "number" };
        let characters: Vec<char> = document.get(member)?.as_str()?.chars().collect();
        let id_last6 = characters.iter().skip(characters.len().saturating_sub(6)).collect();
        Some(Self { phone, id_last6 })
    }
}

/// The organiser's head, if the body names one.
pub(super) fn entity_head(body: &Value, back_number: &BackNumber) -> Option<Person> {
    Person::of(body.pointer("/entity/head")?, province(body), back_number)
}

/// The heads of the services in the body.
pub(super) fn service_heads(body: &Value, back_number: &BackNumber) -> Vec<Person> {
    let services = body.get("services").and_then(Value::as_array).into_iter().flatten();
    let heads = services.filter_map(|service| service.get("head"));
    heads.filter_map(|head| Person::of(head, province(body), back_number)).collect()
}

/// The administration that handles a filing.
pub(super) fn province(body: &Value) -> &str {
    body.get("province").and_then(Value::as_str).unwrap_or_default()
}

/// Every phone in a body, whoever's it is.
pub(super) fn phones(body: &Value) -> Vec<String> {
    match body {
        Value::String(text) if text.len() == 11 && text.starts_with("1540000") => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(phones).collect(),
        Value::Object(members) => members.values().flat_map(phones).collect(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

impl Examples {
    /// Reads a directory.
    pub fn read(directory: &Path) -> Result<Self, Failure> {
        let unreadable = |error: std::io::Error| {
            Failure::new(
                format!("the examples in {} cannot be read: {error}", directory.display()),
                "start the demo where the project lies, or name the directory with --examples",
            )
        };
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            let body = serde_json::from_str(&text).map_err(|error| {
                Failure::new(format!("{}: {error}", path.display()), "mend the file")
            })?;
            files.insert(path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), body);
        }
        Ok(Self(files))
    }

    /// Their names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A body with the numbers put in. `move_to` replaces the province in which the organiser files.
    pub fn body(
        &self,
        name: &str,
        numbers: &BTreeMap<String, String>,
        move_to: Option<&str>,
    ) -> Result<Value, Failure> {
        let body = self.0.get(name).ok_or_else(|| {
            Failure::new(format!("there is no example {name}.json"), "restore the file, or name its directory")
        })?;
        let mut body = fill(body, numbers);
        if let Some(to) = move_to {
            let from = province(&body).to_owned();
            for pointer in ["/province", "/entity/address/province"] {
                if let Some(place) = body.pointer_mut(pointer).filter(|place| **place == Value::String(from.clone()))
                {
                    *place = Value::String(to.to_owned());
                }
            }
        }
        Ok(body)
    }
}

/// Puts numbers in the place of `${first:entity_no}` and its like.
fn fill(value: &Value, numbers: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            let number = name.and_then(|name| numbers.get(name));
            Value::String(number.unwrap_or(text).clone())
        }
        Value::Array(items) => items.iter().map(|item| fill(item, numbers)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), fill(member, numbers))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
