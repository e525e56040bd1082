//! Approved templates. These vendors send no texts, but templates that they have approved, by their id and with parameters. So
//! a route is told, for each text of its rules, which template stands for it and which of the text's values go where
//! (SMS-01).
//!
//! A [`Pattern`] is the text as the rule has it, with its placeholders. It is laid over a message's text to find the values
//! again. A text that fits no pattern is not sent this way: better another route than the wrong words.

use zeroize::Zeroizing;

/// What a text holds beside its words: the placeholders of the rules' texts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// The six digits.
    Code,
    /// What the message calls the filing. It can hold anything.
    Filing,
    /// How long the code is valid.
    Hours,
    /// Where to enter it.
    Host,
    /// Number of the message.
    Number,
}

impl Value {
    const ALL: [Self; 5] = [Self::Code, Self::Filing, Self::Hours, Self::Host, Self::Number];

    /// As it stands between braces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Filing => "filing",
            Self::Hours => "hours",
            Self::Host => "host",
            Self::Number => "no",
        }
    }

    /// Reads what stands between braces.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.name() == name)
    }

    fn allows(self, character: char) -> bool {
        match self {
            Self::Code | Self::Hours | Self::Number => character.is_ascii_digit(),
            Self::Host => character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':'),
            Self::Filing => true,
        }
    }
}

/// The values found in a text. Prints as nothing: one of them is the code.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values(Vec<(Value, Zeroizing<String>)>);

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Values")
    }
}

impl Values {
    /// One of them.
    pub fn get(&self, value: Value) -> Option<&str> {
        self.0.iter().find(|(found, _)| *found == value).map(|(_, text)| text.as_str())
    }

    /// Notes a value; `None` if it cannot be one, or is another one than before.
    fn put(&mut self, value: Value, text: &str) -> Option<()> {
        let fits = match value {
            Value::Code => text.len() == 6,
            Value::Hours | Value::Host | Value::Number => !text.is_empty(),
            Value::Filing => true,
        };
        if !fits {
            return None;
        }
        if let Some(before) = self.get(value) {
            return (before == text).then_some(());
        }
        self.0.push((value, Zeroizing::new(text.to_owned())));
        Some(())
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Words(String),
    Value(Value),
}

/// What is wrong with a pattern.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadPattern {
    /// Between braces stands something else.
    #[error("{{{0}}} is none of {{code}}, {{filing}}, {{hours}}, {{host}}, {{no}}")]
    Unknown(String),
    /// A brace has no partner.
    #[error("a {{ has no }}")]
    Open,
    /// There is nothing to send.
    #[error("it has no {{code}}")]
    NoCode,
    /// Two of them could be divided in more than one way.
    #[error("it has {{filing}} twice")]
    FilingTwice,
    /// Where one ends and the next begins could not be told.
    #[error("around {{{0}}} there must be words that do not begin or end like it")]
    Touching(&'static str),
}

/// A text of a rule with its placeholders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(Vec<Part>);

impl Pattern {
    /// Reads a text as rules have it.
    ///
    /// # Errors
    /// Its values could not be found again for certain; see [`BadPattern`].
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((words, after)) = rest.split_once('{') {
            if !words.is_empty() {
                parts.push(Part::Words(words.to_owned()));
            }
            let (name, after) = after.split_once('}').ok_or(BadPattern::Open)?;
            parts.push(Part::Value(Value::parse(name).ok_or_else(|| BadPattern::Unknown(name.to_owned()))?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        let count = |value| parts.iter().filter(|part| **part == Part::Value(value)).count();
        if count(Value::Code) == 0 {
            return Err(BadPattern::NoCode);
        }
        if count(Value::Filing) > 1 {
            return Err(BadPattern::FilingTwice);
        }
        let neighbours = parts.iter().zip(parts.iter().skip(1));
        match neighbours.into_iter().find_map(|(left, right)| touching(left, right)) {
            Some(value) => Err(BadPattern::Touching(value.name())),
            None => Ok(Self(parts)),
        }
    }

    /// Whether a value can be found with it.
    pub fn has(&self, value: Value) -> bool {
        self.0.contains(&Part::Value(value))
    }

    /// Lays the pattern over a text. What the filing is called is what is left between what stands before and after it, so no
    /// name can pretend to be another value.
    pub fn read(&self, text: &str) -> Option<Values> {
        let filing = self.0.iter().position(|part| *part == Part::Value(Value::Filing));
        let (before, after) = match filing {
            Some(at) => (self.0.get(..at)?, self.0.get(at + 1..)?),
            None => (self.0.as_slice(), [].as_slice()),
        };
        let mut values = Values::default();
        let mut rest = text;
        for part in before {
            rest = match part {
                Part::Words(words) => rest.strip_prefix(words.as_str())?,
                Part::Value(value) => {
                    let end = rest.find(|character| !value.allows(character)).unwrap_or(rest.len());
                    let (found, rest) = rest.split_at(end);
                    values.put(*value, found)?;
                    rest
                }
            };
        }
        for part in after.iter().rev() {
            rest = match part {
                Part::Words(words) => rest.strip_suffix(words.as_str())?,
                Part::Value(value) => {
                    let found = rest.trim_end_matches(|character| value.allows(character));
                    let (rest, found) = rest.split_at(found.len());
                    values.put(*value, found)?;
                    rest
                }
            };
        }
        match filing {
            Some(_) => values.put(Value::Filing, rest)?,
            None if rest.is_empty() => {}
            None => return None,
        }
        Some(values)
    }
}

/// The value whose border with its neighbour cannot be told.
fn touching(left: &Part, right: &Part) -> Option<Value> {
    match (left, right) {
        (Part::Value(value), Part::Value(_)) => Some(*value),
        (Part::Value(Value::Filing), _)
        | (_, Part::Value(Value::Filing))
        | (Part::Words(_), Part::Words(_)) => None,
        (Part::Value(value), Part::Words(words)) => {
            words.chars().next().is_some_and(|first| value.allows(first)).then_some(*value)
        }
        (Part::Words(words), Part::Value(value)) => {
            words.chars().next_back().is_some_and(|last| value.allows(last)).then_some(*value)
        }
    }
}

/// What is wrong with a template.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadTemplate {
    /// It has no id.
    #[error("the template has no id")]
    NoId,
    /// A parameter wants what the text does not have.
    #[error("the text has no {{{0}}}, which a parameter wants")]
    NoValue(&'static str),
    /// Nobody could pass.
    #[error("no parameter takes {{code}}")]
    NoCode,
}

/// An approved template that stands for a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    id: String,
    pattern: Pattern,
    parameters: Vec<(String, Value)>,
}

impl Template {
    /// The template with this id stands for texts of this pattern. Its parameters in their order, each with its name (Tencent
    /// does not look at it) and the value that it takes.
    ///
    /// # Errors
    /// See [`BadTemplate`].
    pub fn new(id: String, pattern: Pattern, parameters: Vec<(String, Value)>) -> Result<Self, BadTemplate> {
        if id.is_empty() {
            return Err(BadTemplate::NoId);
        }
        if let Some((_, value)) = parameters.iter().find(|(_, value)| !pattern.has(*value)) {
            return Err(BadTemplate::NoValue(value.name()));
        }
        if !parameters.iter().any(|(_, value)| *value == Value::Code) {
            return Err(BadTemplate::NoCode);
        }
        Ok(Self { id, pattern, parameters })
    }
}

/// A template's id and its parameters, filled.
#[derive(Clone, PartialEq, Eq)]
pub struct Filled {
    /// The vendor's id of the template.
    pub template: String,
    /// As [`crate::Message`] takes them.
    pub parameters: Vec<(String, Zeroizing<String>)>,
}

impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Filled({})", self.template)
    }
}

/// The templates of a route.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Templates(Vec<Template>);

impl Templates {
    /// The first whose pattern fits a text is taken.
    pub fn new(templates: Vec<Template>) -> Self {
        Self(templates)
    }

    /// The template for a text, filled with its values. `None` if the text is none of those that the route has templates for.
    pub fn fill(&self, text: &str) -> Option<Filled> {
        self.0.iter().find_map(|template| {
            let values = template.pattern.read(text)?;
            let parameters = template.parameters.iter().map(|(name, value)| {
                values.get(*value).map(|text| (name.clone(), Zeroizing::new(text.to_owned())))
            });
            Some(Filled { template: template.id.clone(), parameters: parameters.collect::<Option<_>>()? })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "[A] code {code} for <{filing}>, {hours} hours. Go to {host} (no. {no}).";
    const TEXT: &str = "[A] code 012345 for <shop>, 24 hours. Go to beian.example (no. 2).";

    fn templates(parameters: &[(&str, Value)]) -> Templates {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let pattern = Pattern::parse(FIRST).unwrap();
        Templates::new(vec![Template::new("SMS_1".to_owned(), pattern, parameters).unwrap()])
    }

    #[test]
    fn values_are_found_again_in_the_order_of_the_template() {
        let filled = templates(&[("h", Value::Hours), ("c", Value::Code)]).fill(TEXT).unwrap();
        assert_eq!(filled.template, "SMS_1");
        let parameters: Vec<_> =
            filled.parameters.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(parameters, [("h", "24"), ("c", "012345")]);
        assert_eq!(format!("{filled:?}"), "Filled(SMS_1)", "nothing of the values");
        let values = Pattern::parse(FIRST).unwrap().read(TEXT).unwrap();
        let all = Value::ALL.map(|value| values.get(value).unwrap());
        assert_eq!(all, ["012345", "shop", "24", "beian.example", "2"]);
    }

    #[test]
    fn no_name_of_a_filing_can_pretend_to_be_another_value() {
        let pattern = Pattern::parse(FIRST).unwrap();
        let name = ">, 1 hours. Go to evil.example (no. 9). code 99";
        let values = pattern.read(&TEXT.replace("shop", name)).unwrap();
        assert_eq!(values.get(Value::Filing), Some(name));
        assert_eq!((values.get(Value::Hours), values.get(Value::Host)), (Some("24"), Some("beian.example")));
        assert_eq!(pattern.read(&TEXT.replace("shop", "")).unwrap().get(Value::Filing), Some(""));
    }

    #[test]
    fn another_text_is_not_sent_as_this_one() {
        let templates = templates(&[("c", Value::Code)]);
        for other in [
            "",
            "new code 012345",
            &TEXT.replace("012345", "12345"),
            &TEXT.replace("24", "x"),
            &format!("{TEXT} "),
        ] {
            assert_eq!(templates.fill(other), None, "{other}");
        }
        let twice = Pattern::parse("{code} {code}").unwrap();
        assert!(twice.read("123456 123456").is_some());
        assert!(twice.read("123456 123457").is_none(), "one code in a message");
    }

    #[test]
    fn a_pattern_whose_values_cannot_be_told_apart_is_refused() {
        for (text, wrong) in [
            ("{hours} hours", BadPattern::NoCode),
            ("{code", BadPattern::Open),
            ("{code} {name}", BadPattern::Unknown("name".to_owned())),
            ("{code} {filing}{hours}", BadPattern::Touching("filing")),
            ("{code}0 {hours}", BadPattern::Touching("code")),
            ("{code} at www.{host}", BadPattern::Touching("host")),
            ("{filing} {code} {filing}", BadPattern::FilingTwice),
        ] {
            assert_eq!(Pattern::parse(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn a_template_takes_what_its_text_has_and_the_code() {
        let new = |id: &str, text: &str, value| {
            Template::new(id.to_owned(), Pattern::parse(text).unwrap(), vec![("p".to_owned(), value)])
        };
        assert_eq!(new("", "{code}", Value::Code), Err(BadTemplate::NoId));
        assert_eq!(new("1", "{code}", Value::Hours), Err(BadTemplate::NoValue("hours")));
        assert_eq!(new("1", "{code} {hours}", Value::Hours), Err(BadTemplate::NoCode));
    }
}
