//! The words of one statement, taken one by one; what is left over is a mistake.

use heyan_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

/// See the module.
#[derive(Clone, Debug)]
pub struct Words {
    words: Vec<String>,
}

impl Words {
    /// All words of a statement.
    pub fn new(words: &[String]) -> Self {
        Self { words: words.to_vec() }
    }

    /// The next plain word, one without `=`.
    pub fn next(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.contains('='))?;
        Some(self.words.remove(at))
    }

    /// The next plain word, which must be there.
    pub fn required(&mut self, what: &str) -> Result<String, String> {
        self.next().ok_or_else(|| format!("{what} is missing"))
    }

    /// Takes `key=value`.
    pub fn option(&mut self, key: &str) -> Option<String> {
        let prefix = format!("{key}=");
        let at = self.words.iter().position(|word| word.starts_with(&prefix))?;
        self.words.remove(at).strip_prefix(&prefix).map(str::to_owned)
    }

    /// Takes every `key=value`, in order.
    pub fn options(&mut self, key: &str) -> Vec<String> {
        std::iter::from_fn(|| self.option(key)).collect()
    }

    /// Takes a word if it is there.
    pub fn flag(&mut self, word: &str) -> bool {
        let Some(at) = self.words.iter().position(|other| other == word) else { return false };
        self.words.remove(at);
        true
    }

    /// Takes `word value`.
    pub fn pair(&mut self, word: &str) -> Option<String> {
        let at = self.words.iter().position(|other| other == word)?;
        let value = self.words.get(at + 1).cloned()?;
        self.words.drain(at..=at + 1);
        Some(value)
    }

    /// All that is left, in order.
    pub fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.words)
    }

    /// Refuses words that nobody took.
    pub fn finish(self) -> Result<(), String> {
        if self.words.is_empty() {
            Ok(())
        } else {
            Err(format!("nobody understands: {}", self.words.join(" ")))
        }
    }
}

/// Milliseconds of `1d`, `23h59m59s999ms`.
pub fn duration_ms(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text} is no duration such as 23h59m59s999ms");
    let mut rest = text;
    let mut sum = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at_checked(digits).ok_or_else(wrong)?;
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let unit_ends = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_ends).ok_or_else(wrong)?;
        let unit_ms = match unit {
            "d" => DAY_MS,
            "h" => HOUR_MS,
            "m" => MINUTE_MS,
            "s" => SECOND_MS,
            "ms" => 1,
            _ => return Err(wrong()),
        };
        sum += number * unit_ms;
        rest = tail;
    }
    if text.is_empty() { Err(wrong()) } else { Ok(sum) }
}
