//! Who has to verify: the table of parties (WHO-01).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{RuleSet, Source};
use crate::mark;
use crate::terms::{Changed, FilingKind, Initiator, Roles};

/// What the table of parties is asked about: one filing, reduced to what can decide.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Case {
    /// What the filing asks for.
    pub kind: FilingKind,
    /// What differs from the registry's record (WHO-05). Empty for the kinds that change nothing, and when a question
    /// is asked without data: then the name of the kind says what changes.
    pub changed: BTreeSet<Changed>,
    /// Whether the entity moves to another province.
    pub province_changes: bool,
    /// Who asked for a cancellation (FIL-12).
    pub initiator: Initiator,
    /// Whether the entity's record is held at the provider that files.
    pub record_at_this_provider: bool,
}

impl Case {
    /// The case of a kind asked without data: nothing known to have changed, the provider's own doing and record.
    pub const fn of(kind: FilingKind) -> Self {
        Self {
            kind,
            changed: BTreeSet::new(),
            province_changes: false,
            initiator: Initiator::Provider,
            record_at_this_provider: true,
        }
    }

    /// Every case there is: 12 kinds × 16 sets of changes × province × initiator × record.
    pub fn all() -> impl Iterator<Item = Self> {
        let changes = || {
            (0_u8..16).map(|bits| {
                let chosen = Changed::ALL.iter().enumerate().filter(move |(at, _)| bits & (1 << at) != 0);
                chosen.map(|(_, changed)| *changed).collect::<BTreeSet<_>>()
            })
        };
        FilingKind::ALL.iter().flat_map(move |kind| {
            changes().flat_map(move |changed| {
                (0_u8..8).map(move |bits| Self {
                    kind: *kind,
                    changed: changed.clone(),
                    province_changes: bits & 1 != 0,
                    initiator: if bits & 2 == 0 { Initiator::Provider } else { Initiator::Holder },
                    record_at_this_provider: bits & 4 == 0,
                })
            })
        })
    }

    /// The answers to the six questions that a row may put, in the order of [`When::questions`].
    fn facts(&self) -> [bool; 6] {
        let named = match self.kind {
            FilingKind::ChangeEntity => Some(Changed::Entity),
            FilingKind::ChangeService => Some(Changed::Service),
            FilingKind::ChangeAccess => Some(Changed::Access),
            FilingKind::First
            | FilingKind::AddService
            | FilingKind::AddAccess
            | FilingKind::Change
            | FilingKind::MigrateDomain
            | FilingKind::MigrateService
            | FilingKind::CancelEntity
            | FilingKind::CancelService
            | FilingKind::CancelAccess => None,
        };
        let named = named.filter(|_| self.changed.is_empty());
        mark!("FIL-12");
        let touches = |what: Changed| self.changed.contains(&what) || named == Some(what);
        [
            // The province is the entity's, so its change is a change of the entity.
            touches(Changed::Entity) || self.province_changes,
            touches(Changed::Service),
            touches(Changed::Access),
            self.province_changes,
            self.initiator == Initiator::Provider,
            self.record_at_this_provider,
        ]
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if !self.changed.is_empty() {
            let changed: Vec<&str> = self.changed.iter().map(|changed| changed.as_str()).collect();
            write!(f, ", changed {}", changed.join(" and "))?;
        }
        if self.province_changes {
            f.write_str(", province changes")?;
        }
        write!(f, ", initiator {}", self.initiator)?;
        let holder = if self.record_at_this_provider { "this provider" } else { "another provider" };
        write!(f, ", record at {holder}")
    }
}

/// The conditions of a row; what is `None` is not asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct When {
    /// Whether the entity's data changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_changes: Option<bool>,
    /// Whether a service's data changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_changes: Option<bool>,
    /// Whether an access changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_changes: Option<bool>,
    /// Whether the entity moves to another province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province_changes: Option<bool>,
    /// Who asked for the cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator: Option<Initiator>,
    /// Whether the entity's record is held at the provider that files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_at_this_provider: Option<bool>,
}

impl When {
    fn questions(self) -> [Option<bool>; 6] {
        [
            self.entity_changes,
            self.service_changes,
            self.access_changes,
            self.province_changes,
            self.initiator.map(|initiator| initiator == Initiator::Provider),
            self.record_at_this_provider,
        ]
    }

    fn from_questions(
        [entity_changes, service_changes, access_changes, province_changes, provider, record]: [Option<bool>;
            6],
    ) -> Self {
        Self {
            entity_changes,
            service_changes,
            access_changes,
            province_changes,
            initiator: provider.map(|it| if it { Initiator::Provider } else { Initiator::Holder }),
            record_at_this_provider: record,
        }
    }

    fn holds(self, facts: [bool; 6]) -> bool {
        self.questions().into_iter().zip(facts).all(|(asked, fact)| asked.is_none_or(|asked| asked == fact))
    }

    /// These conditions and the other's together; `None` if they exclude each other.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let mut joined = self.questions();
        for (mine, theirs) in joined.iter_mut().zip(other.questions()) {
            if mine.is_some() && theirs.is_some() && *mine != theirs {
                return None;
            }
            *mine = mine.or(theirs);
        }
        Some(Self::from_questions(joined))
    }

    /// What is left of these conditions when the narrower ones are taken out.
    pub(super) fn without(self, narrower: Self) -> Vec<Self> {
        let mut rest = Vec::new();
        let mut inside = self.questions();
        for (at, value) in narrower.questions().into_iter().enumerate() {
            let Some(place) = inside.get_mut(at) else { continue };
            if let (None, Some(value)) = (*place, value) {
                *place = Some(!value);
                rest.push(Self::from_questions(inside));
                if let Some(place) = inside.get_mut(at) {
                    *place = Some(value);
                }
            }
        }
        rest
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = [
            ("entity changes", "entity unchanged"),
            ("service changes", "service unchanged"),
            ("access changes", "access unchanged"),
            ("province changes", "same province"),
            ("initiator provider", "initiator holder"),
            ("record at this provider", "record elsewhere"),
        ];
        let said: Vec<&str> = self
            .questions()
            .into_iter()
            .zip(texts)
            .filter_map(|(asked, (yes, no))| asked.map(|asked| if asked { yes } else { no }))
            .collect();
        f.pad(&said.join(", "))
    }
}

/// One row of the table of parties.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PartyRule {
    /// The row's name, `change.entity`. A set's row replaces its base's row of the same name where both apply.
    pub row: String,
    /// The kinds it is about.
    pub kinds: Vec<FilingKind>,
    /// The conditions under which it applies.
    #[serde(default)]
    pub when: When,
    /// Who is asked.
    pub roles: Roles,
    /// Who is named but not asked for now (暂不验证).
    #[serde(default)]
    pub suspended: Roles,
    /// The sentence that says so.
    pub source: Source,
    /// What a reader should know besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl PartyRule {
    /// Whether the row decides the case.
    pub fn applies(&self, case: &Case) -> bool {
        self.kinds.contains(&case.kind) && self.when.holds(case.facts())
    }
}

/// The table's answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who<'a> {
    /// Who is asked; empty: nobody (FIL-03).
    pub roles: Roles,
    /// Who is named but not asked for now (暂不验证).
    pub suspended: Roles,
    /// The sentence that says so.
    pub source: &'a Source,
    /// What a reader should know besides.
    pub note: Option<&'a str>,
    /// The name of the row that decided.
    pub row: &'a str,
}

impl RuleSet {
    /// Who has to verify in this case (WHO-01).
    ///
    /// Loading has proved that exactly one row applies to every case. A set that was not loaded but read from elsewhere
    /// and lacks a row asks both heads, so that a damaged table lets nobody through unverified.
    pub fn who(&self, case: &Case) -> Who<'_> {
        mark!("WHO-01");
        self.party_rule(case).map_or(
            Who {
                roles: Roles::BOTH,
                suspended: Roles::NONE,
                source: &self.source,
                note: None,
                row: "unlisted",
            },
            |rule| Who {
                roles: rule.roles,
                suspended: rule.suspended,
                source: &rule.source,
                note: rule.note.as_deref(),
                row: &rule.row,
            },
        )
    }

    /// The row that decides this case; `None` only in a set that was not loaded.
    pub fn party_rule(&self, case: &Case) -> Option<&PartyRule> {
        self.parties.iter().find(|rule| rule.applies(case))
    }
}
