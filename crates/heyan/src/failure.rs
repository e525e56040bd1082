//! How a command fails: one line what, one line what to do.

use std::error::Error;
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    what: String,
    what_to_do: Option<String>,
    usage: bool,
}

impl Failure {
    /// A failure with what to do about it.
    pub fn new(what: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Self { what: what.into(), what_to_do: Some(what_to_do.into()), usage: false }
    }

    /// A failure that speaks for itself, after a command has said all there is to say.
    pub fn plain(what: impl Into<String>) -> Self {
        Self { what: what.into(), what_to_do: None, usage: false }
    }

    /// Arguments that make no sense together.
    pub fn usage(what: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Self { usage: true, ..Self::new(what, what_to_do) }
    }

    /// One line: what happened, with the causes.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// One line: what to do.
    pub fn what_to_do(&self) -> Option<&str> {
        self.what_to_do.as_deref()
    }

    /// 1, or 2 for wrong usage.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

/// Errors of the crates below write what happened on their first line and what to do on the second.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let text = error.to_string();
        let (what, what_to_do) = match text.split_once('\n') {
            Some((what, what_to_do)) => (what.to_owned(), Some(what_to_do.to_owned())),
            None => (text, None),
        };
        let mut what = what;
        let mut source = error.source();
        while let Some(cause) = source {
            what.push_str(": ");
            what.push_str(&cause.to_string());
            source = cause.source();
        }
        Self { what, what_to_do, usage: false }
    }
}
