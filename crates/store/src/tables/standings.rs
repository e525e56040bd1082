//! Where each filing of a provider stands, kept in memory: for counts by state, for lists by state and by deadline.
//!
//! No index holds what 短信核验 changes, so these questions would cost a scan of all of a provider's filings. Instead the
//! first question makes one such scan (some 0.1 s for 100,000 filings), and every later one reads again only the filings
//! that the provider's events since then name (FIL-11: nothing happens to a filing without an event). Some 90 bytes a
//! filing, for the providers whose consoles are in use since the start of the process; nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::sql::Row;
use heyan_domain::Timestamp;
use heyan_domain::terms::{EventId, FilingId, FilingKind, ProviderId, Province};

use super::columns;
use super::packed;
use super::read::{Reader, Readers};
use super::read_lists::Page;
use super::rows::{damaged, filing_state};
use crate::database::StoreError;

/// More filings than this are not looked up one by one, but by one scan.
const MAX_LOOKED_UP: usize = 20_000;

/// Where one filing stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    state: u8,
    kind: FilingKind,
    province: Province,
    /// When it was returned, approved, rejected, withdrawn, or went to the review.
    state_at: Option<Timestamp>,
    /// Of a filing whose people are being asked: the earliest deadline among those who have not verified.
    deadline_at: Option<Timestamp>,
    /// When the provider has promised to report it again (FIL-08).
    report_due_at: Option<Timestamp>,
    /// Since when it is in 初审.
    submitted_at: Option<Timestamp>,
}

/// What is asked of a [`Standings`]; all that is said must hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PlaceFilter {
    /// A state's name on the wire.
    pub state: Option<&'static str>,
    /// 备案类型.
    pub kind: Option<FilingKind>,
    /// The administration.
    pub province: Option<Province>,
}

impl PlaceFilter {
    fn admits(&self, place: &Place) -> bool {
        self.state.is_none_or(|state| filing_state::numbers(state).contains(&place.state))
            && self.kind.is_none_or(|kind| kind == place.kind)
            && self.province.is_none_or(|province| province == place.province)
    }
}

/// The key of a list by deadline; filings whose messages no carrier has accepted yet come last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DeadlinePlace {
    /// The deadline.
    pub at: Timestamp,
    /// Which of those with the same.
    pub filing: FilingId,
}

/// The key of the list of filings in 初审: what was promised by when, then since when they wait.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InitialPlace {
    /// When it has to be reported again (FIL-08); those without a promise come last.
    pub due_at: Timestamp,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Which of those with the same.
    pub filing: FilingId,
}

/// The deadline of those that have none yet.
const NO_DEADLINE: Timestamp = Timestamp::from_ms(i64::MAX);

/// Where each filing of one provider stands.
#[derive(Debug, Default)]
pub struct Standings {
    places: BTreeMap<FilingId, Place>,
    /// By state, in the order in which they came to it, so that counting walks along nothing but what it counts.
    by_state: BTreeMap<u8, BTreeSet<(Option<Timestamp>, FilingId)>>,
    by_deadline: BTreeSet<DeadlinePlace>,
    in_initial_review: BTreeSet<InitialPlace>,
    /// What was promised by when, whether or not it is in 初审.
    by_report_due: BTreeSet<DeadlinePlace>,
    seen: i64,
}

fn is_verifying(place: &Place) -> bool {
    place.state == filing_state::VERIFYING
}

impl Standings {
    fn put(&mut self, id: FilingId, place: Place) {
        let key = |place: &Place| DeadlinePlace { at: place.deadline_at.unwrap_or(NO_DEADLINE), filing: id };
        let initial = |place: &Place| InitialPlace {
            due_at: place.report_due_at.unwrap_or(NO_DEADLINE),
            submitted_at: place.submitted_at.unwrap_or(NO_DEADLINE),
            filing: id,
        };
        let promise = |place: &Place| place.report_due_at.map(|at| DeadlinePlace { at, filing: id });
        if let Some(old) = self.places.insert(id, place) {
            self.by_deadline.remove(&key(&old));
            if let Some(same) = self.by_state.get_mut(&old.state) {
                same.remove(&(old.state_at, id));
            }
            self.in_initial_review.remove(&initial(&old));
            if let Some(promise) = promise(&old) {
                self.by_report_due.remove(&promise);
            }
        }
        self.by_state.entry(place.state).or_default().insert((place.state_at, id));
        if place.state == filing_state::INITIAL_REVIEW {
            self.in_initial_review.insert(initial(&place));
        }
        self.by_report_due.extend(promise(&place));
        if is_verifying(&place) {
            self.by_deadline.insert(key(&place));
        }
    }

    /// How many filings are in a state, by its name on the wire.
    pub fn count(&self, state: &'static str) -> usize {
        self.in_state(state).map(BTreeSet::len).sum()
    }

    fn in_state(
        &self,
        state: &'static str,
    ) -> impl Iterator<Item = &BTreeSet<(Option<Timestamp>, FilingId)>> {
        filing_state::numbers(state).iter().filter_map(|number| self.by_state.get(number))
    }

    /// How many filings there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many filings have come to a state since an instant.
    pub fn count_since(&self, state: &'static str, since: Timestamp) -> usize {
        let first = (Some(since), FilingId::from_number(0));
        self.in_state(state).map(|same| same.range(first..).count()).sum()
    }

    /// How many filings have somebody who must verify before an instant.
    pub fn count_due_before(&self, at: Timestamp) -> usize {
        self.by_deadline.range(..DeadlinePlace { at, filing: FilingId::from_number(0) }).count()
    }

    /// How many filings ought to have been reported again before an instant (FIL-08).
    pub fn count_report_overdue(&self, now: Timestamp) -> usize {
        self.by_report_due.range(..DeadlinePlace { at: now, filing: FilingId::from_number(0) }).count()
    }

    /// Filings in 初审: what was promised by when, then the longest waiting first.
    pub fn page_in_initial_review(
        &self,
        after: Option<InitialPlace>,
        limit: usize,
    ) -> Page<FilingId, InitialPlace> {
        let begin = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let found = self.in_initial_review.range((begin, std::ops::Bound::Unbounded));
        let page = Page::cut(found.copied().take(limit.saturating_add(1)).collect(), limit, |place| *place);
        Page { items: page.items.into_iter().map(|place| place.filing).collect(), next: page.next }
    }

    /// Whether a filing is under a filter.
    pub fn admits(&self, filter: PlaceFilter, filing: FilingId) -> bool {
        self.places.get(&filing).is_some_and(|place| filter.admits(place))
    }

    /// Filings under a filter, the newest first.
    pub fn page(
        &self,
        filter: PlaceFilter,
        before: Option<FilingId>,
        limit: usize,
    ) -> Page<FilingId, FilingId> {
        let before = before.unwrap_or(FilingId::from_number(i64::MAX));
        let found = self.places.range(..before).rev().filter(|(_, place)| filter.admits(place));
        Page::cut(found.map(|(id, _)| *id).take(limit.saturating_add(1)).collect(), limit, |id| *id)
    }

    /// Filings whose people are being asked, by the earliest deadline among those who have not verified.
    pub fn page_by_deadline(
        &self,
        after: Option<DeadlinePlace>,
        limit: usize,
    ) -> Page<FilingId, DeadlinePlace> {
        let first = DeadlinePlace { at: Timestamp::from_ms(i64::MIN), filing: FilingId::from_number(0) };
        let after = std::ops::Bound::Excluded(after.unwrap_or(first));
        let found = self.by_deadline.range((after, std::ops::Bound::Unbounded));
        let page = Page::cut(found.copied().take(limit.saturating_add(1)).collect(), limit, |place| *place);
        Page { items: page.items.into_iter().map(|place| place.filing).collect(), next: page.next }
    }
}

fn place(row: &Row<'_>) -> Result<(FilingId, Place), StoreError> {
    let id = FilingId::from_number(row.get(0)?);
    let state = row.get(1)?;
    let deadline_at = if state == filing_state::VERIFYING {
        let stored = row.get_ref(5)?.as_blob()?;
        let rows = packed::unpack(id, stored)?;
        let open = rows.iter().filter(|one| one.is_unfinished_before(NO_DEADLINE));
        open.filter_map(|one| one.deadline_at).min()
    } else {
        None
    };
    let place = Place {
        state,
        kind: damaged(columns::kind(row.get(2)?), "kind of filing")?,
        province: damaged(Province::from_code(row.get(3)?), "province")?,
        state_at: row.get::<Option<i64>>(4)?.map(Timestamp::from_ms),
        deadline_at,
        report_due_at: row.get::<Option<i64>>(6)?.map(Timestamp::from_ms),
        submitted_at: row.get::<Option<i64>>(7)?.map(Timestamp::from_ms),
    };
    Ok((id, place))
}

macro_rules! select_place {
    ($rest:literal) => {
        concat!(
            "SELECT id, state, kind, province, state_at, verifications, report_due_at, submitted_at FROM filings \
             LEFT JOIN initial_reviews ON initial_reviews.filing = filings.id ",
            $rest
        )
    };
}

impl Reader {
    /// Brings a provider's standings up to what was committed before this call.
    fn refresh(&self, provider: &ProviderId, standings: &mut Standings) -> Result<(), StoreError> {
        let snapshot = self.connection.snapshot()?;
        let newest = "SELECT max(id) FROM events WHERE provider = ?1";
        let newest: Option<i64> = self.one(newest, [provider.as_str()], |row| Ok(row.get(0)?))?.flatten();
        let Some(newest) = newest.filter(|newest| *newest > standings.seen) else { return Ok(()) };
        let since = "SELECT DISTINCT filing FROM events WHERE provider = ?1 AND id > ?2 LIMIT ?3";
        let limit = i64::try_from(MAX_LOOKED_UP + 1).unwrap_or(i64::MAX);
        let touched: Vec<i64> = if standings.seen == 0 {
            Vec::new()
        } else {
            self.many(since, (provider.as_str(), standings.seen, limit), |row| Ok(row.get(0)?))?
        };
        if standings.seen == 0 || touched.len() > MAX_LOOKED_UP {
            let all = select_place!("WHERE provider = ?1");
            for (id, place) in self.many(all, [provider.as_str()], place)? {
                standings.put(id, place);
            }
        } else {
            let one = select_place!("WHERE filings.id = ?1");
            for id in touched {
                if let Some((id, place)) = self.one(one, [id], place)? {
                    standings.put(id, place);
                }
            }
        }
        drop(snapshot);
        standings.seen = EventId::from_number(newest).number();
        Ok(())
    }
}

/// The standings of the providers that were asked for since the start of the process.
#[derive(Clone, Debug, Default)]
pub(super) struct AllStandings(Arc<Mutex<BTreeMap<ProviderId, Arc<Mutex<Standings>>>>>);

impl Readers {
    /// Asks where a provider's filings stand, beside the asynchronous threads; what was committed before is counted.
    pub async fn standings<T: Send + 'static>(
        &self,
        provider: ProviderId,
        query: impl FnOnce(&Standings, &Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let standings = {
            let mut all = self.standings.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(provider.clone()).or_default())
        };
        self.read(move |reader| {
            let mut standings = standings.lock().unwrap_or_else(PoisonError::into_inner);
            reader.refresh(&provider, &mut standings)?;
            query(&standings, reader)
        })
        .await
    }
}
