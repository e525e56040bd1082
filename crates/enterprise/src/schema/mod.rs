//! What a document may hold, as data: tables of elements, and one reader that is driven by them.
//!
//! The standard gives XSD files. Their facts stand in `schema/*.txt` in a notation of our own, beside what is
//! taken in although the standard's letter refuses it. A document is checked against a table while it is read, so
//! that fifty megabytes never become a tree; [`Schema::to_xsd`] writes the strict half as XSD, for other tools.

mod check;
mod fault;
mod read;
mod table;
mod xsd;

use std::sync::LazyLock;

pub(crate) use check::{is_space, number};
pub use fault::{Fault, Reason};
pub(crate) use read::{Step, read};
pub use table::TableFault;

/// How the children of an element stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Each in its number, in any order.
    All,
    /// Each in its number, in the order of the table.
    Sequence,
    /// One of them only.
    Choice,
}

/// Bounds, both included; `None` is no bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// The least.
    pub least: Option<i64>,
    /// The most.
    pub most: Option<i64>,
}

/// What is between an element's tags.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// Other elements.
    Group {
        /// How they stand.
        order: Order,
        /// Which.
        members: Vec<Element>,
        /// Whether the element must have the attribute `version`.
        version: bool,
    },
    /// Characters, counted.
    Text(Bounds),
    /// An `xs:long`, bounded.
    Number(Bounds),
    /// Base64.
    Bytes,
}

/// One element of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// Its name.
    pub name: &'static str,
    /// Another name under which it is taken in.
    pub other_name: Option<&'static str>,
    /// How often at least.
    pub least: u32,
    /// How often at most.
    pub most: Option<u32>,
    /// What is in it.
    pub content: Content,
    /// Bounds that hold instead for what is taken in.
    pub received: Option<Bounds>,
    /// Whether it may be missing in what is taken in.
    pub may_be_missing: bool,
}

impl Element {
    /// How often it stands there at least, in that strictness.
    fn at_least(&self, strictness: Strictness) -> u32 {
        match strictness {
            Strictness::Received if self.may_be_missing => 0,
            Strictness::Received | Strictness::Produced => self.least,
        }
    }

    fn is_named(&self, name: &str, strictness: Strictness) -> bool {
        self.name == name || (strictness == Strictness::Received && self.other_name == Some(name))
    }
}

/// By which half of a table is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strictness {
    /// By the standard's letter: for what is produced.
    Produced,
    /// With what the table lets in beyond it.
    Received,
}

/// A table: what a kind of document may hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The document's one element.
    pub root: Element,
}

impl Schema {
    /// Reads a table.
    ///
    /// # Errors
    /// The line that is no line of a table.
    pub fn parse(text: &'static str) -> Result<Self, TableFault> {
        table::parse(text)
    }

    /// Checks a whole document, decoded, by the standard's letter or with what is let in beyond it.
    ///
    /// # Errors
    /// The first thing that is wrong, with the element's path.
    pub fn check(&self, document: &str, strictness: Strictness) -> Result<(), Fault> {
        read(document, self, strictness, |_, _| Ok(()))
    }

    /// The standard's half of the table as an XSD.
    pub fn to_xsd(&self) -> String {
        xsd::write(self)
    }

    /// A table that no document fits. Stands where a table of this crate could not be read, which a test rules out.
    fn fits_nothing() -> Self {
        let content = Content::Group { order: Order::Choice, members: Vec::new(), version: true };
        let root = Element {
            name: "",
            other_name: None,
            least: 1,
            most: Some(1),
            content,
            received: None,
            may_be_missing: false,
        };
        Self { root }
    }
}

macro_rules! schemas {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        $($(#[$doc])* pub static $name: LazyLock<Schema> = LazyLock::new(|| {
            Schema::parse(include_str!(concat!("../../schema/", $file))).unwrap_or_else(|_| Schema::fits_nothing())
        });)*
        /// Every table, with its file's name.
        pub fn all() -> Vec<(&'static str, &'static Schema)> {
            vec![$(($file, &*$name)),*]
        }
    };
}

schemas! {
    /// What a provider's file may hold.
    UPLOAD = "upload.txt";
    /// What a file for a provider holds.
    DOWNLOAD = "download.txt";
    /// The reply to `isp_upload`.
    RETURN_UPLOAD = "return-upload.txt";
    /// The reply to `isp_download`.
    RETURN_DOWNLOAD = "return-download.txt";
    /// The reply to `isp_downloadack`.
    RETURN_ACKNOWLEDGE = "return-downloadack.txt";
    /// The reply to `isp_querypreviousupload`.
    RETURN_PREVIOUS = "return-querypreviousupload.txt";
    /// The reply to `isp_querybeianstatus`.
    RETURN_STATUS = "return-querybeianstatus.txt";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_read() {
        for (file, schema) in all() {
            assert_ne!(*schema, Schema::fits_nothing(), "{file}");
        }
        assert!(Schema::fits_nothing().check("<a/>", Strictness::Received).is_err());
    }

    #[test]
    fn a_table_that_is_none_names_its_line() {
        for (table, line) in [
            ("a sequence\n  b number 1..x", 2),
            ("a sequence\n    b text ..", 2),
            ("a sequence\n  b &C", 2),
            ("a", 1),
            ("", 0),
        ] {
            assert_eq!(Schema::parse(table).unwrap_err().line, line, "{table}");
        }
    }
}
