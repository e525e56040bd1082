//! Which rounds of the last days a version would have made otherwise: batch after batch on a reading connection, never more than
//! [`MAX_FILINGS`], one at a time, so that neither the writer nor other pages wait for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::rulebook::{Defect, Rulebook};
use heyan_domain::rules::impact::{Differs, differences};
use heyan_domain::rules::{RuleSetNo, Rules, Version, roles_of};
use heyan_domain::terms::{FilingId, FilingKind, ProviderId, Province, Roles};
use heyan_domain::time::DAY_MS;
use heyan_store::tables::RoundSeen;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::console::problem::Problem;

/// The most filings that are looked at, the newest ones.
pub(super) const MAX_FILINGS: usize = 20_000;
/// Filings read at once.
const BATCH: usize = 500;
/// Examples that are kept.
pub(super) const EXAMPLES: usize = 100;

/// One at a time: whoever comes second waits.
static TURN: Semaphore = Semaphore::const_new(1);

/// A round that would have been otherwise. No personal data.
pub(super) struct Example {
    pub filing: FilingId,
    pub provider: ProviderId,
    pub kind: FilingKind,
    pub province: Province,
    pub reported_at: Timestamp,
    pub differs: Vec<Differs>,
    /// Who was asked, and who would have been.
    pub roles: [Roles; 2],
}

/// What came of it.
#[derive(Default)]
pub(super) struct Impact {
    pub looked_at: usize,
    /// More filings were there than are looked at.
    pub cut: bool,
    /// Rounds that could be compared.
    pub rounds: u64,
    /// Of filings that were edited since: what was asked about them is not known any more.
    pub edited: u64,
    /// Rounds that would have been otherwise.
    pub otherwise: u64,
    pub counts: BTreeMap<(FilingKind, Province, Differs), u64>,
    pub totals: BTreeMap<Differs, u64>,
    pub examples: Vec<Example>,
}

/// The rules of the past, and the book that would have been in force.
#[derive(Clone)]
struct Both {
    rules: Arc<Rules>,
    book: Arc<Rulebook>,
    /// As if the rounds had been reported then: now, or when the version's own time begins.
    at: Timestamp,
}

impl Both {
    fn compare(&self, seen: &RoundSeen) -> Option<(Vec<Differs>, [Roles; 2])> {
        let asked = seen.asked.as_ref()?;
        let was = self.pinned(seen.ruleset)?;
        let would_be = self.book.resolve(seen.province, &seen.provider, self.at);
        let mut differs = differences(was, &would_be, &asked.case, asked.shell);
        if asked.services.iter().any(|kind| !self.book.permits(*kind, self.at)) {
            differs.insert(0, Differs::Refused);
        }
        let roles = [was, &would_be].map(|set| roles_of(set, &asked.case, asked.shell));
        Some((differs, roles))
    }

    fn pinned(&self, number: RuleSetNo) -> Option<&heyan_domain::rulebook::RuleSet> {
        self.rules.pinned(number).map(|set| &**set)
    }
}

impl Impact {
    fn count(&mut self, seen: RoundSeen, both: &Both) {
        let Some((differs, roles)) = both.compare(&seen) else {
            self.edited += 1;
            return;
        };
        self.rounds += 1;
        if differs.is_empty() {
            return;
        }
        self.otherwise += 1;
        for what in &differs {
            *self.counts.entry((seen.kind, seen.province, *what)).or_default() += 1;
            *self.totals.entry(*what).or_default() += 1;
        }
        if self.examples.len() < EXAMPLES {
            let RoundSeen { filing, provider, kind, province, reported_at, .. } = seen;
            self.examples.push(Example { filing, provider, kind, province, reported_at, differs, roles });
        }
    }
}

/// Compares what was with what would have been, over the last days.
pub(super) async fn measure(
    app: &App,
    version: &Version,
    days: u16,
) -> Result<Result<Impact, Vec<Defect>>, Problem> {
    let _turn = TURN.acquire().await.map_err(|_| Problem::System)?;
    let now = app.clock.now();
    let rules = app.rules.current();
    let (last, text) = (Arc::clone(rules.last_book()), Arc::clone(&version.text));
    let made = tokio::task::spawn_blocking(move || last.with_file(&text)).await;
    let book = match made.map_err(|_| Problem::System)? {
        Ok(book) => Arc::new(book),
        Err(defects) => return Ok(Err(defects)),
    };
    let begins = book.set(&version.set).map_or(now, |set| set.effective_from);
    let both = Both { rules, book, at: now.max(begins) };
    let since = now.plus_ms(-i64::from(days) * DAY_MS);
    let mut impact = Impact::default();
    let mut before = None;
    loop {
        let both = both.clone();
        let read = app.readers.read(move |reader| {
            let seen = reader.rounds_since(since, before, BATCH)?;
            let looked_at = seen.looked_at;
            for round in seen.rounds {
                impact.count(round, &both);
            }
            impact.looked_at += looked_at;
            Ok((impact, seen.next))
        });
        let next;
        (impact, next) = read.await.map_err(|_| Problem::System)?;
        match next {
            None => return Ok(Ok(impact)),
            Some(_) if impact.looked_at >= MAX_FILINGS => {
                impact.cut = true;
                return Ok(Ok(impact));
            }
            Some(_) => before = next,
        }
    }
}
