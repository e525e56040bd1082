//! The glossary's words as people read them: kinds of filings, roles, provinces, months.

use heyan_domain::terms::{FilingKind, Province, Role, Roles};

use super::{Key, Texts};

impl Texts {
    /// A kind of filing (备案类型).
    pub fn kind(&self, kind: FilingKind) -> String {
        self.key(match kind {
            FilingKind::First => Key("kind-first"),
            FilingKind::AddService => Key("kind-add-service"),
            FilingKind::AddAccess => Key("kind-add-access"),
            FilingKind::Change => Key("kind-change"),
            FilingKind::ChangeEntity => Key("kind-change-entity"),
            FilingKind::ChangeService => Key("kind-change-service"),
            FilingKind::ChangeAccess => Key("kind-change-access"),
            FilingKind::MigrateDomain => Key("kind-migrate-domain"),
            FilingKind::MigrateService => Key("kind-migrate-service"),
            FilingKind::CancelEntity => Key("kind-cancel-entity"),
            FilingKind::CancelService => Key("kind-cancel-service"),
            FilingKind::CancelAccess => Key("kind-cancel-access"),
        })
    }

    /// A role.
    pub fn role(&self, role: Role) -> String {
        self.key(match role {
            Role::EntityHead => Key("role-entity-head"),
            Role::ServiceHead => Key("role-service-head"),
        })
    }

    /// Several roles, joined.
    pub fn roles(&self, roles: Roles) -> String {
        let words: Vec<String> = roles.iter().map(|role| self.role(role)).collect();
        words.join(&self.get("list-and"))
    }

    /// A province by its short name.
    pub fn province(&self, province: Province) -> String {
        self.get(&format!("province-{}", province.pinyin()))
    }

    /// A month within a date, from 1.
    pub(super) fn month(&self, month: i8) -> String {
        self.get(&format!("month-{month}"))
    }
}

/// The keys that are put together here rather than written out.
#[cfg(test)]
pub(super) fn composed() -> impl Iterator<Item = String> {
    let provinces = Province::ALL.iter().map(|province| format!("province-{}", province.pinyin()));
    let kept = heyan_domain::privacy::PERIODS
        .iter()
        .flat_map(|kept| ["what", "for", "ground"].map(|column| format!("kept-{}-{column}", kept.key)));
    // The heads of the columns stand on pages of the consoles.
    let heads = ["what", "for", "how-long", "ground"].map(|head| format!("kept-{head}"));
    provinces.chain((1..=12).map(|month| format!("month-{month}"))).chain(kept).chain(heads)
}
