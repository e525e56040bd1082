//! Inheritance: a set's own values over its base's, field by field, each with its source.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::defect::{Defect, SourceFile};
use super::file::{PartyRow, SetFile};
use super::texts::{KEYS, LOCALES};
use super::{
    Attempts, Captcha, ExpectedArrival, ManualResend, PartyRule, PortalHosts, RuleSet, RuleSetId, Source,
};

/// A file that could be read, with the place it came from.
pub(super) struct Read<'a> {
    pub source: SourceFile<'a>,
    pub file: SetFile,
}

/// Merges every set with its base, bases first. Sets whose base is unknown, broken or in a circle are reported.
pub(super) fn resolve_all(read: &[Read<'_>], defects: &mut Vec<Defect>) -> BTreeMap<RuleSetId, Arc<RuleSet>> {
    let mut done: BTreeMap<RuleSetId, Arc<RuleSet>> = BTreeMap::new();
    let mut broken: Vec<&RuleSetId> = Vec::new();
    let mut pending: Vec<&Read<'_>> = read.iter().collect();
    loop {
        let before = pending.len();
        pending.retain(|one| {
            let base_id = one.file.base.as_ref().map(toml::Spanned::get_ref);
            let base = base_id.and_then(|id| done.get(id)).cloned();
            match (base_id, base) {
                (Some(id), None) if broken.contains(&id) => broken.push(one.file.id.get_ref()),
                (Some(_), None) => return true,
                (_, base) => match Merge::new(one, base.as_deref(), defects).run() {
                    Some(set) => drop(done.insert(set.id.clone(), Arc::new(set))),
                    None => broken.push(one.file.id.get_ref()),
                },
            }
            false
        });
        if pending.len() == before {
            break;
        }
    }
    for one in pending {
        let Some(base) = &one.file.base else { continue };
        let exists = read.iter().any(|other| other.file.id.get_ref() == base.get_ref());
        let reason = if exists {
            format!("base `{}` goes round in a circle", base.get_ref())
        } else {
            format!("unknown base `{}`", base.get_ref())
        };
        defects.push(one.source.defect(base.span().start, reason));
    }
    done
}

struct Merge<'a, 'b> {
    one: &'a Read<'a>,
    base: Option<&'a RuleSet>,
    defects: &'b mut Vec<Defect>,
    sources: BTreeMap<String, Source>,
    /// The values that the file states itself.
    stated: Vec<String>,
}

impl<'a, 'b> Merge<'a, 'b> {
    const fn new(one: &'a Read<'a>, base: Option<&'a RuleSet>, defects: &'b mut Vec<Defect>) -> Self {
        Self { one, base, defects, sources: BTreeMap::new(), stated: Vec::new() }
    }

    /// The own value, else the base's, else a defect; and the source that goes with it.
    fn field<T: Clone>(&mut self, name: &str, own: Option<T>, inherit: impl Fn(&RuleSet) -> T) -> Option<T> {
        if own.is_some() {
            self.own_source(name);
            return own;
        }
        let Some(base) = self.base else {
            let at = self.one.file.id.span().start;
            let reason = format!("missing `{name}`, and there is no base to take it from");
            self.defects.push(self.one.source.defect(at, reason));
            return None;
        };
        self.base_source(name);
        Some(inherit(base))
    }

    fn own_source(&mut self, name: &str) {
        let file = &self.one.file;
        let row = file.sources.get(name).map(toml::Spanned::get_ref);
        let document = row.and_then(|row| row.document.as_ref()).unwrap_or(&file.source.document);
        let place = row.map_or(&file.source.place, |row| &row.place);
        let source = Source { document: document.clone(), place: place.clone() };
        self.sources.insert(name.to_owned(), source);
        self.stated.push(name.to_owned());
    }

    fn base_source(&mut self, name: &str) {
        if let Some(source) = self.base.and_then(|base| base.sources.get(name)) {
            self.sources.insert(name.to_owned(), source.clone());
        }
    }

    fn run(mut self) -> Option<RuleSet> {
        let file = &self.one.file;
        let attempts = self.attempts();
        let manual_resend = self.manual_resend();
        let captcha = self.captcha();
        let expected_arrival = self.expected_arrival();
        let portal_hosts = self.portal_hosts();
        let validity_hours =
            self.field("validity_hours", bare(file.validity_hours.as_ref()), |b| b.validity_hours);
        let auto_resend = self.field("auto_resend", file.auto_resend, |b| b.auto_resend);
        let restarts =
            self.field("resend_restarts_clock", file.resend_restarts_clock, |b| b.resend_restarts_clock);
        let merge_by = self.field("merge_by", file.merge_by, |b| b.merge_by);
        let window =
            self.field("send_window_hours", bare(file.send_window_hours.as_ref()), |b| b.send_window_hours);
        let senders = self.field("senders", bare(file.senders.as_ref()), |b| b.senders.clone());
        let code_length = self.field("code_length", bare(file.code_length.as_ref()), |b| b.code_length);
        let id_rules = self.id_rules();
        let working_days = self.resubmission_working_days();
        let texts = self.texts();
        let remedies = self.remedies();
        let parties = self.parties();
        self.unused_sources();
        Some(RuleSet {
            id: file.id.get_ref().clone(),
            base: file.base.as_ref().map(|base| base.get_ref().clone()),
            title: file.title.clone(),
            source: file.source.clone(),
            effective_from: *file.effective_from.get_ref(),
            effective_until: file.effective_until.as_ref().map(|until| *until.get_ref()),
            scope: file.scope.clone(),
            parties,
            validity_hours: validity_hours?,
            attempts: attempts?,
            manual_resend: manual_resend?,
            auto_resend: auto_resend?,
            resend_restarts_clock: restarts?,
            merge_by: merge_by?,
            send_window_hours: window?,
            senders: senders?,
            captcha: captcha?,
            id_rules,
            portal_hosts: portal_hosts?,
            expected_arrival: expected_arrival?,
            code_length: code_length?,
            texts,
            remedies,
            resubmission_working_days: working_days,
            sources: self.sources,
        })
    }

    fn attempts(&mut self) -> Option<Attempts> {
        let own = &self.one.file.attempts;
        let limit = self.field("attempts.limit", bare(own.limit.as_ref()), |b| b.attempts.limit);
        let counting = self.field("attempts.counting", own.counting, |b| b.attempts.counting);
        let mismatch =
            self.field("attempts.mismatch_outcome", own.mismatch_outcome, |b| b.attempts.mismatch_outcome);
        let returns =
            self.field("attempts.return_on_failure", own.return_on_failure, |b| b.attempts.return_on_failure);
        Some(Attempts {
            limit: limit?,
            counting: counting?,
            mismatch_outcome: mismatch?,
            return_on_failure: returns?,
        })
    }

    fn manual_resend(&mut self) -> Option<ManualResend> {
        let own = &self.one.file.manual_resend;
        let limit = self.field("manual_resend.limit", bare(own.limit.as_ref()), |b| b.manual_resend.limit);
        let interval =
            self.field("manual_resend.minimum_interval_seconds", own.minimum_interval_seconds, |b| {
                b.manual_resend.minimum_interval_seconds
            });
        Some(ManualResend { limit: limit?, minimum_interval_seconds: interval? })
    }

    fn captcha(&mut self) -> Option<Captcha> {
        let own = &self.one.file.captcha;
        let verify = self.field("captcha.verify", own.verify, |b| b.captcha.verify);
        let resend = self.field("captcha.resend", own.resend, |b| b.captcha.resend);
        Some(Captcha { verify: verify?, resend: resend? })
    }

    fn expected_arrival(&mut self) -> Option<ExpectedArrival> {
        let own = &self.one.file.expected_arrival;
        let from = self.field("expected_arrival.from_minutes", bare(own.from_minutes.as_ref()), |b| {
            b.expected_arrival.from_minutes
        });
        let to = self.field("expected_arrival.to_minutes", bare(own.to_minutes.as_ref()), |b| {
            b.expected_arrival.to_minutes
        });
        let (from_minutes, to_minutes) = (from?, to?);
        if from_minutes > to_minutes {
            let at =
                own.from_minutes.as_ref().or(own.to_minutes.as_ref()).map_or(0, |value| value.span().start);
            let reason =
                format!("expected_arrival: from {from_minutes} to {to_minutes} minutes runs backwards");
            self.defects.push(self.one.source.defect(at, reason));
        }
        Some(ExpectedArrival { from_minutes, to_minutes })
    }

    fn portal_hosts(&mut self) -> Option<PortalHosts> {
        let own = &self.one.file.portal_hosts;
        let default = self
            .field("portal_hosts.default", bare(own.default.as_ref()), |b| b.portal_hosts.default.clone());
        let mut by_province = self.base.map(|base| base.portal_hosts.by_province.clone()).unwrap_or_default();
        if own.by_province.is_empty() {
            self.base_source("portal_hosts.by_province");
        } else {
            self.own_source("portal_hosts.by_province");
        }
        by_province
            .extend(own.by_province.iter().map(|(province, host)| (*province, host.get_ref().clone())));
        Some(PortalHosts { default: default?, by_province })
    }

    fn id_rules(&self) -> Vec<super::IdRule> {
        let own = self.one.file.id_rules.clone();
        own.or_else(|| self.base.map(|base| base.id_rules.clone())).unwrap_or_default()
    }

    fn resubmission_working_days(&mut self) -> Option<u8> {
        let own = bare(self.one.file.resubmission_working_days.as_ref());
        if own.is_some() {
            self.own_source("resubmission_working_days");
            return own;
        }
        self.base_source("resubmission_working_days");
        self.base.and_then(|base| base.resubmission_working_days)
    }

    fn texts(&mut self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut texts = self.base.map(|base| base.texts.clone()).unwrap_or_default();
        for (locale, own) in &self.one.file.texts {
            let known = texts.entry(locale.clone()).or_default();
            known.extend(own.iter().map(|(key, text)| (key.clone(), text.get_ref().clone())));
        }
        for locale in LOCALES {
            for (key, _) in KEYS {
                if texts.get(locale).is_none_or(|known| !known.contains_key(key)) {
                    let at = self.one.file.id.span().start;
                    let reason = format!("missing text `{key}` in `{locale}`");
                    self.defects.push(self.one.source.defect(at, reason));
                }
            }
        }
        texts
    }

    fn remedies(&self) -> Vec<super::Remedy> {
        let mut remedies = self.base.map(|base| base.remedies.clone()).unwrap_or_default();
        for own in &self.one.file.remedies {
            match remedies.iter_mut().find(|known| known.code == own.code) {
                Some(known) => known.clone_from(own),
                None => remedies.push(own.clone()),
            }
        }
        remedies
    }

    fn parties(&mut self) -> Vec<PartyRule> {
        let base = self.base.filter(|_| self.one.file.inherit_parties);
        let mut inherited = base.map(|base| base.parties.clone()).unwrap_or_default();
        let mut own: Vec<PartyRule> = Vec::new();
        for row in &self.one.file.parties {
            let joined = take_over(&mut inherited, row);
            if !joined.is_empty() {
                own.extend(joined.into_iter().map(|rule| self.rule(row, rule.kinds, rule.when)));
                continue;
            }
            // Nothing of the base is left to replace: a row of its own, or one that collides with an earlier one,
            // which the check of the whole table then reports.
            let twin = own.iter().find(|rule| rule.row == *row.row.get_ref());
            let kinds = row.kinds.as_ref().map(|kinds| kinds.get_ref().clone());
            let Some(kinds) = kinds.or_else(|| twin.map(|rule| rule.kinds.clone())) else {
                let reason =
                    format!("row `{}` is not in the base, so it must say its `kinds`", row.row.get_ref());
                self.defects.push(self.one.source.defect(row.row.span().start, reason));
                continue;
            };
            let when = twin.and_then(|rule| row.when().and(rule.when)).unwrap_or_else(|| row.when());
            own.push(self.rule(row, kinds, when));
        }
        own.append(&mut inherited);
        own
    }

    fn rule(&self, row: &PartyRow, kinds: Vec<crate::terms::FilingKind>, when: super::When) -> PartyRule {
        let document = row.document.as_ref().unwrap_or(&self.one.file.source.document);
        PartyRule {
            row: row.row.get_ref().clone(),
            kinds,
            when,
            roles: row.roles,
            suspended: row.suspended,
            source: Source { document: document.clone(), place: row.place.clone() },
            note: row.note.clone(),
        }
    }

    fn unused_sources(&mut self) {
        for (name, row) in self.one.file.sources.iter().filter(|(name, _)| !self.stated.contains(name)) {
            let reason = format!("a source for `{name}`, which this set does not state");
            self.defects.push(self.one.source.defect(row.span().start, reason));
        }
    }
}

fn bare<T: Clone>(value: Option<&toml::Spanned<T>>) -> Option<T> {
    value.map(|value| value.get_ref().clone())
}

/// Takes from the base's rows of this name what the row replaces, leaves what it does not, and gives what was taken.
fn take_over(inherited: &mut Vec<PartyRule>, row: &PartyRow) -> Vec<PartyRule> {
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for rule in inherited.drain(..) {
        let joined =
            row.when().and(rule.when).filter(|_| rule.row == *row.row.get_ref() && row.kinds.is_none());
        let Some(joined) = joined else {
            left.push(rule);
            continue;
        };
        left.extend(rule.when.without(joined).into_iter().map(|when| PartyRule { when, ..rule.clone() }));
        taken.push(PartyRule { when: joined, ..rule });
    }
    *inherited = left;
    taken
}
