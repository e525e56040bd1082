//! Lists of words in stored errors: written out, and found again among the lists that there are.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

use super::FLAGS;
use crate::terms::{DocumentType, FilingKind, Initiator, Nature, ParseTermError, ServiceKind};

/// The words of a term, as its own error names them.
fn of<T: FromStr<Err = ParseTermError>>() -> &'static [&'static str] {
    T::from_str("").err().map_or(&[], |error| error.expected)
}

pub(super) fn serialize<S: Serializer>(
    words: &&'static [&'static str],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    words.serialize(serializer)
}

/// A list that no term has any longer is empty.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static [&'static str], D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let known = [
        of::<DocumentType>(),
        of::<Nature>(),
        of::<ServiceKind>(),
        of::<Initiator>(),
        of::<FilingKind>(),
        FLAGS,
    ];
    Ok(known.into_iter().find(|known| words.iter().eq(known.iter())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::filing::raw::Problem;

    #[test]
    fn an_error_comes_back_as_it_was_kept() {
        let kinds = "".parse::<crate::terms::ServiceKind>().unwrap_err().expected;
        for problem in
            [Problem::Word(kinds), Problem::Word(super::FLAGS), Problem::TooLong(200), Problem::Missing]
        {
            let kept = serde_json::to_string(&problem).unwrap();
            assert_eq!(serde_json::from_str::<Problem>(&kept).unwrap(), problem);
        }
        assert_eq!(serde_json::from_str::<Problem>(r#"{"Word":["gone"]}"#).unwrap(), Problem::Word(&[]));
    }
}
