//! P8: who has to verify, by the rulebook.

use heyan_domain::mark;
use heyan_domain::rulebook::{Case, RuleSet};
use heyan_domain::terms::{Changed, FilingKind, Initiator, Role, Roles};

use super::shell::{Page, Shell, Tab, finish};
use super::{ProviderContact, RenderError, WHO_PATH};
use crate::texts::{Key, Texts};

/// One option of a list to choose from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What the address says.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

/// One row of the table: a kind of filing, perhaps in a special case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhoRow {
    /// The kind.
    pub kind: FilingKind,
    /// The special case.
    pub case: Option<SpecialCase>,
    /// Who is asked; empty: nobody.
    pub roles: Roles,
    /// Who is named but not asked for now (暂不验证).
    pub suspended: Roles,
    /// Document and place.
    pub source: String,
}

/// What a special case adds to a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpecialCase {
    /// The entity's record is held at another provider than the one that files.
    RecordElsewhere,
    /// The entity's data change besides.
    WithEntity,
    /// The entity's data change.
    Entity,
    /// A service's data change.
    Service,
    /// Both change.
    Both,
    /// Only an access changes.
    Access,
    /// Only the remark changes.
    Remark,
    /// The entity moves to another province.
    OtherProvince,
    /// The holder, not the provider, asks for the cancellation (FIL-12).
    ByHolder,
}

impl SpecialCase {
    const fn key(self) -> Key {
        match self {
            Self::RecordElsewhere => Key("who-case-elsewhere"),
            Self::WithEntity => Key("who-case-with-entity"),
            Self::Entity => Key("who-case-entity"),
            Self::Service => Key("who-case-service"),
            Self::Both => Key("who-case-both"),
            Self::Access => Key("who-case-access"),
            Self::Remark => Key("who-case-remark"),
            Self::OtherProvince => Key("who-case-province"),
            Self::ByHolder => Key("who-case-holder"),
        }
    }

    fn of(self, kind: FilingKind) -> Case {
        let changed = |what: &[Changed]| Case { changed: what.iter().copied().collect(), ..Case::of(kind) };
        match self {
            Self::RecordElsewhere => Case { record_at_this_provider: false, ..Case::of(kind) },
            Self::WithEntity | Self::Entity => changed(&[Changed::Entity]),
            Self::Service => changed(&[Changed::Service]),
            Self::Both => changed(&[Changed::Entity, Changed::Service]),
            Self::Access => changed(&[Changed::Access]),
            Self::Remark => changed(&[Changed::Remark]),
            Self::OtherProvince => Case { province_changes: true, ..changed(&[Changed::Entity]) },
            Self::ByHolder => Case { initiator: Initiator::Holder, ..Case::of(kind) },
        }
    }
}

/// The kinds that people know, each with the cases that may decide. The four names of a change name the same act, so
/// one of them stands for all (WHO-05).
const QUESTIONS: [(FilingKind, &[SpecialCase]); 9] = [
    (FilingKind::First, &[]),
    (FilingKind::AddService, &[SpecialCase::RecordElsewhere, SpecialCase::WithEntity]),
    (FilingKind::AddAccess, &[]),
    (
        FilingKind::Change,
        &[
            SpecialCase::Entity,
            SpecialCase::Service,
            SpecialCase::Both,
            SpecialCase::Access,
            SpecialCase::Remark,
            SpecialCase::OtherProvince,
        ],
    ),
    (FilingKind::MigrateDomain, &[]),
    (FilingKind::MigrateService, &[]),
    (FilingKind::CancelEntity, &[SpecialCase::ByHolder]),
    (FilingKind::CancelService, &[SpecialCase::ByHolder]),
    (FilingKind::CancelAccess, &[SpecialCase::ByHolder]),
];

fn row(set: &RuleSet, kind: FilingKind, case: Option<SpecialCase>) -> WhoRow {
    let who = set.who(&case.map_or_else(|| Case::of(kind), |case| case.of(kind)));
    WhoRow { kind, case, roles: who.roles, suspended: who.suspended, source: who.source.to_string() }
}

/// The table of a rule set (PRO-02). A kind whose cases all have one answer is one row; a case is left out where it
/// has the answer of the kind's first row, except that what a change touches is always said.
pub fn who_rows(set: &RuleSet) -> Vec<WhoRow> {
    mark!("PRO-02");
    let mut rows: Vec<WhoRow> = Vec::new();
    for (kind, cases) in QUESTIONS {
        if kind.is_change() {
            rows.extend(cases.iter().map(|case| row(set, kind, Some(*case))));
            continue;
        }
        let plain = row(set, kind, None);
        let same = |other: &WhoRow| (other.roles, other.suspended) == (plain.roles, plain.suspended);
        let differing: Vec<WhoRow> =
            cases.iter().map(|case| row(set, kind, Some(*case))).filter(|other| !same(other)).collect();
        rows.push(plain);
        rows.extend(differing);
    }
    rows
}

/// Who has to verify, rendered from the rulebook (P8). The form is `GET`: province and provider are no secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhoPage {
    /// The provinces to choose from.
    pub provinces: Vec<Choice>,
    /// The providers to choose from.
    pub providers: Vec<Choice>,
    /// The name of the set that decides.
    pub set: String,
    /// Its document and place.
    pub source: String,
    /// Hours that a code is valid.
    pub validity_hours: u32,
    /// Wrong answers until a verification fails.
    pub attempts_limit: u32,
    /// Resends by hand.
    pub resends_limit: u32,
    /// The table.
    pub rows: Vec<WhoRow>,
    /// The chosen provider's support.
    pub contact: Option<ProviderContact>,
}

struct RowView<'a> {
    kind: String,
    case: Option<String>,
    entity: String,
    service: String,
    source: &'a str,
}

#[derive(askama::Template)]
#[template(path = "portal/who.html")]
struct WhoView<'a> {
    shell: Shell<'a>,
    who: &'a WhoPage,
    action: &'static str,
    clock: String,
    rows: Vec<RowView<'a>>,
    contact: Option<&'a ProviderContact>,
}

fn cell(t: &Texts, row: &WhoRow, role: Role) -> String {
    t.key(match (row.roles.contains(role), row.suspended.contains(role)) {
        (true, _) => Key("who-yes"),
        (false, true) => Key("who-suspended"),
        (false, false) => Key("who-no"),
    })
}

impl WhoPage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let (hours, attempts) = (self.validity_hours.to_string(), self.attempts_limit.to_string());
        let resends = self.resends_limit.to_string();
        let rows = self.rows.iter().map(|row| RowView {
            kind: t.kind(row.kind),
            case: row.case.map(|case| t.key(case.key())),
            entity: cell(t, row, Role::EntityHead),
            service: cell(t, row, Role::ServiceHead),
            source: &row.source,
        });
        finish(&WhoView {
            shell: Shell::new(page, Tab::Help, t.get("who-title")),
            who: self,
            action: WHO_PATH,
            clock: t
                .with("who-clock-text", &[("hours", &hours), ("attempts", &attempts), ("resends", &resends)]),
            rows: rows.collect(),
            contact: self.contact.as_ref(),
        })
    }
}
