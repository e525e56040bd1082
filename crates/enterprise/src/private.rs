//! What is about people, and so is never printed by accident.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text about somebody: a name, a number, an address. Prints as nothing of it.
/// Whoever keeps it keeps it sealed.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<String> for Private {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Private(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_people_does_not_print() {
        let number = Private::from("15400000101".to_owned());
        assert_eq!(format!("{number:?} {:#?}", Some(&number)).matches("154").count(), 0);
        assert_eq!(
            (number.as_str(), number.clone().into_string()),
            ("15400000101", "15400000101".to_owned())
        );
    }
}
