//! What is wrong with a rule file, and where.

use std::fmt;

/// One reason why a rule file is refused. Prints as `file:line: reason`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Defect {
    /// The file's name, as it was given.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl std::error::Error for Defect {}

/// A file as it was given: the place that offsets into its text refer to.
#[derive(Clone, Copy)]
pub(crate) struct SourceFile<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

impl SourceFile<'_> {
    /// A defect at a byte offset of the text.
    pub(crate) fn defect(&self, offset: usize, reason: impl Into<String>) -> Defect {
        let line = self.text.get(..offset).unwrap_or_default().split('\n').count();
        Defect { file: self.name.to_owned(), line, reason: reason.into() }
    }

    /// What the TOML reader refuses: broken syntax, an unknown field or word, a wrong type, a missing field.
    pub(crate) fn unreadable(&self, error: &toml::de::Error) -> Defect {
        let span = error.span().unwrap_or_default();
        let mut reason = error.message().replace('\n', ", ");
        // A word that is none of the expected ones is named, since the reader's message only has the expected ones.
        let found = self.text.get(span.clone()).unwrap_or_default();
        if reason.starts_with("expected one of") && !found.is_empty() && !found.contains('\n') {
            reason = format!("{found} is unknown, {reason}");
        }
        self.defect(span.start, reason)
    }
}
