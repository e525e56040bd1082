//! Charts without scripts or fonts: the words are the table's, the drawing is beside them.

use askama::Template;

/// One bar: its name, its number, and what its length means beside the longest.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Bar {
    label: String,
    value: u64,
}

/// Bars in a table, so that every number is read as well as seen; above them what they come to in one sentence.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/operator/bars.html")]
pub(super) struct Bars {
    caption: String,
    heads: [String; 3],
    summary: String,
    rows: Vec<Bar>,
}

impl Bars {
    /// Without bars: what it shows, the heads of its columns (name, number, drawing), and the sentence.
    pub(super) fn new(caption: String, heads: [String; 3], summary: String) -> Self {
        Self { caption, heads, summary, rows: Vec::new() }
    }

    /// One more bar.
    #[must_use]
    pub(super) fn bar(mut self, label: String, value: u64) -> Self {
        self.rows.push(Bar { label, value });
        self
    }

    /// Each bar with its length in hundredths of a percent of the longest, as SVG writes it.
    fn drawn(&self) -> impl Iterator<Item = (&Bar, String)> {
        let longest = self.rows.iter().map(|bar| bar.value).max().unwrap_or_default();
        self.rows.iter().map(move |bar| (bar, share(bar.value, longest)))
    }
}

/// How much of a whole, in percent with one digit.
pub(super) fn share(part: u64, whole: u64) -> String {
    let permille = part.saturating_mul(1_000).checked_div(whole).unwrap_or_default();
    format!("{}.{}", permille / 10, permille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_the_whole_and_none_is_nothing() {
        let heads = || ["a", "b", "c"].map(str::to_owned);
        let bars = Bars::new("c".to_owned(), heads(), "s".to_owned());
        let bars = bars.bar("x".to_owned(), 4).bar("y".to_owned(), 1).bar("z".to_owned(), 0);
        let lengths: Vec<String> = bars.drawn().map(|(_, length)| length).collect();
        assert_eq!(lengths, ["100.0", "25.0", "0.0"]);
        assert_eq!(share(0, 0), "0.0");
        assert_eq!(share(1, 3), "33.3");
    }
}
