//! Lookup by province, provider and instant, and the proof that it always has exactly one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::defect::Defect;
use super::merge::Read;
use super::{RuleSet, RuleSetId};
use crate::terms::{ProviderId, Province};
use crate::time::Timestamp;

/// From here on every instant must be covered: the day on which filing began (2005-03-20, decree 33 of the ministry
/// of information industry). Earlier instants are answered as this one.
pub const BOOK_BEGINS: Timestamp = Timestamp::from_ms(1_111_248_000_000);

/// What the lookup found.
pub(super) enum Found<'a> {
    One(&'a Arc<RuleSet>),
    Nothing,
    Several(&'a Arc<RuleSet>, &'a Arc<RuleSet>),
}

fn matches(set: &RuleSet, province: Province, provider: Option<&ProviderId>) -> bool {
    let in_province = set.scope.provinces.is_empty() || set.scope.provinces.contains(&province);
    let for_provider = set.scope.providers.is_empty()
        || provider.is_some_and(|provider| set.scope.providers.contains(provider));
    in_province && for_provider
}

/// Whether the scope names something that the other leaves open, and leaves nothing open that the other names.
fn more_specific(one: &RuleSet, other: &RuleSet) -> bool {
    let named = |set: &RuleSet| (!set.scope.provinces.is_empty(), !set.scope.providers.is_empty());
    let (mine, theirs) = (named(one), named(other));
    mine != theirs && mine.0 >= theirs.0 && mine.1 >= theirs.1
}

/// The most specific set in force. A provider that no scope names is `None`.
pub(super) fn find<'a>(
    sets: &'a [Arc<RuleSet>],
    province: Province,
    provider: Option<&ProviderId>,
    at: Timestamp,
) -> Found<'a> {
    let at = at.max(BOOK_BEGINS);
    let candidates = || sets.iter().filter(|set| set.in_force(at) && matches(set, province, provider));
    let beats_all =
        |set: &&Arc<RuleSet>| candidates().all(|other| Arc::ptr_eq(set, other) || more_specific(set, other));
    if let Some(best) = candidates().find(beats_all) {
        return Found::One(best);
    }
    // Nobody beats all: name two that do not beat each other, for the message.
    let mut rivals = candidates().filter(|set| !candidates().any(|other| more_specific(other, set)));
    match (rivals.next(), rivals.next()) {
        (Some(first), Some(second)) => Found::Several(first, second),
        (Some(_), None) | (None, _) => Found::Nothing,
    }
}

/// Proves that every province, provider and instant from [`BOOK_BEGINS`] on has exactly one set.
pub(super) fn check(read: &[Read<'_>], sets: &[Arc<RuleSet>]) -> Vec<Defect> {
    let edges: BTreeSet<Timestamp> = sets
        .iter()
        .flat_map(|set| [Some(set.effective_from), set.effective_until])
        .flatten()
        .filter(|at| *at > BOOK_BEGINS)
        .chain([BOOK_BEGINS])
        .collect();
    let named: BTreeSet<&ProviderId> = sets.iter().flat_map(|set| &set.scope.providers).collect();
    let providers: Vec<Option<&ProviderId>> = named.into_iter().map(Some).chain([None]).collect();
    // One defect per gap and per pair of sets, whatever the number of provinces and providers it concerns.
    let mut gaps: BTreeMap<Timestamp, Defect> = BTreeMap::new();
    let mut overlaps: BTreeMap<[&RuleSetId; 2], Defect> = BTreeMap::new();
    for at in edges {
        for province in Province::ALL {
            for provider in &providers {
                let asked = || {
                    let provider = provider.map_or("any other", ProviderId::as_str);
                    format!("province {}, provider {provider}, from {at}", province.pinyin())
                };
                match find(sets, *province, *provider, at) {
                    Found::One(_) => {}
                    Found::Nothing => {
                        let reason = format!("gap: no rule set for {}", asked());
                        gaps.entry(at).or_insert_with(|| gap(read, at, reason));
                    }
                    Found::Several(first, second) => {
                        let reason =
                            format!("overlap: `{}` and `{}` both hold for {}", first.id, second.id, asked());
                        overlaps
                            .entry([&first.id, &second.id])
                            .or_insert_with(|| overlap(read, &second.id, reason));
                    }
                }
            }
        }
    }
    gaps.into_values().chain(overlaps.into_values()).collect()
}

/// At the end of the set that stops where the gap begins, else at the beginning of the first set of all.
fn gap(read: &[Read<'_>], at: Timestamp, reason: String) -> Defect {
    let ends = read.iter().find_map(|one| {
        let until = one.file.effective_until.as_ref()?;
        (*until.get_ref() == at).then(|| (one, until.span().start))
    });
    let first = || {
        let one = read.iter().min_by_key(|one| *one.file.effective_from.get_ref())?;
        Some((one, one.file.effective_from.span().start))
    };
    match ends.or_else(first) {
        Some((one, offset)) => one.source.defect(offset, reason),
        None => Defect { file: "rules".to_owned(), line: 1, reason },
    }
}

fn overlap(read: &[Read<'_>], id: &RuleSetId, reason: String) -> Defect {
    match read.iter().find(|one| one.file.id.get_ref() == id) {
        Some(one) => one.source.defect(one.file.effective_from.span().start, reason),
        None => Defect { file: "rules".to_owned(), line: 1, reason },
    }
}
