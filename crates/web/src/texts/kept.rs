//! How long personal data is kept (SEC-13), in words: one table for the portal, the console and the handbook.

use heyan_domain::privacy::{Kept, Period, Retention};

use super::Texts;

impl Texts {
    /// What is kept, what for, and why so long.
    pub fn kept(&self, kept: &Kept) -> [String; 3] {
        ["what", "for", "ground"].map(|column| self.get(&format!("kept-{}-{column}", kept.key)))
    }

    /// For how long.
    pub fn kept_for(&self, kept: &Kept, retention: Retention) -> String {
        match kept.period {
            Period::AfterTheEnd => self.one("kept-after-the-end", "days", retention.days()),
            Period::Days(1) => self.get("kept-day"),
            Period::Days(days) => self.one("kept-days", "days", days),
            Period::UntilSent => self.get("kept-until-sent"),
            Period::WhileOnRecord => self.get("kept-while-on-record"),
            Period::ForGood => self.get("kept-for-good"),
        }
    }
}

#[cfg(test)]
mod tests {
    use heyan_domain::privacy::{PERIODS, Retention};

    use crate::texts::{Language, Texts};

    /// The handbook has the same rows, with the default period.
    #[test]
    fn the_handbook_says_the_same_periods() {
        let handbook = include_str!("../../../../docs/security.md");
        let t = Texts::of(Language::En);
        for kept in PERIODS {
            let [what, purpose, ground] = t.kept(kept);
            let period = t.kept_for(kept, Retention::default());
            let row = format!("| {what} | {purpose} | {period} | {ground} |");
            assert!(handbook.contains(&row), "docs/security.md lacks:\n{row}");
        }
    }
}
