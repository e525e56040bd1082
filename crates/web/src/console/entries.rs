//! Entries of the audit log as pages and files show them (SEC-12).

use std::collections::BTreeSet;

use heyan_domain::accounts::{Role, RoleKind};
use heyan_domain::audit::{AuditAction, AuditActor, AuditData, AuditSubject, Staff};
use heyan_domain::terms::{AccountId, ProviderId, Province};
use heyan_store::audit::AuditRow;
use heyan_store::database::StoreError;
use heyan_store::tables::Reader;

use super::parts::{Cell, Choice, Column, Empty, Table};
use super::shell::role_name;
use crate::texts::Texts;

/// The accounts of a provider among those who have done something: others' names are not for it.
pub(super) fn own_accounts(
    reader: &Reader,
    rows: &[AuditRow],
    provider: &ProviderId,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let mut seen = BTreeSet::new();
    for row in rows {
        let actor = match &row.entry.actor {
            AuditActor::Staff(staff) => Some(staff.account),
            AuditActor::Provider { .. }
            | AuditActor::Administration { .. }
            | AuditActor::Machine
            | AuditActor::Unknown => None,
        };
        seen.extend(actor.into_iter().chain(row.entry.data.requester.as_ref().map(|staff| staff.account)));
    }
    let mut own = BTreeSet::new();
    for id in seen {
        let account = reader.account(id)?;
        if account.is_some_and(|account| account.role.provider() == Some(provider)) {
            own.insert(id);
        }
    }
    Ok(own)
}

/// Who looks at the entries.
pub(super) enum Viewer {
    /// Operator or auditor: everything.
    Overseer,
    /// A provider: names of its own people only.
    Provider(BTreeSet<AccountId>),
}

impl Viewer {
    fn knows(&self, staff: &Staff) -> bool {
        match self {
            Self::Overseer => true,
            Self::Provider(own) => own.contains(&staff.account),
        }
    }

    fn staff(&self, t: &Texts, staff: &Staff) -> String {
        if self.knows(staff) { staff.name.clone() } else { t.get("audit-by-platform") }
    }

    fn actor(&self, t: &Texts, actor: &AuditActor) -> String {
        match actor {
            AuditActor::Staff(staff) => self.staff(t, staff),
            AuditActor::Provider { provider } => t.one("audit-by-provider", "provider", provider.as_str()),
            AuditActor::Administration { province, reviewer } => {
                let province = t.province(*province);
                let office = t.one("audit-by-administration", "province", &province);
                match self {
                    Self::Overseer => format!("{office} {reviewer}"),
                    Self::Provider(_) => office,
                }
            }
            AuditActor::Machine => t.get("audit-by-machine"),
            AuditActor::Unknown => t.get("audit-by-unknown"),
        }
    }

    fn subject(&self, t: &Texts, subject: &AuditSubject, data: &AuditData) -> Cell {
        match (self, subject) {
            (Self::Overseer, AuditSubject::Filing(id)) => {
                Cell::link(format!("/console/unmask/{id}"), id.to_string())
            }
            (Self::Provider(_), AuditSubject::Filing(id)) => {
                Cell::link(format!("/console/provider/filings/{id}"), id.to_string())
            }
            (Self::Overseer, AuditSubject::Account(id)) => {
                let name = data.account.clone().unwrap_or_else(|| id.to_string());
                Cell::link(format!("/console/operator/accounts/{id}"), name)
            }
            (Self::Provider(_), AuditSubject::Account(id)) => {
                Cell::text(data.account.clone().unwrap_or_else(|| id.to_string()))
            }
            (Self::Overseer, AuditSubject::ApiKey(id)) => Cell::text(id.to_string()),
            (Self::Provider(_), AuditSubject::ApiKey(id)) => {
                Cell::link(format!("/console/provider/keys/{id}"), id.to_string())
            }
            (Self::Overseer, AuditSubject::Webhook(id)) => Cell::text(id.to_string()),
            (Self::Provider(_), AuditSubject::Webhook(id)) => {
                Cell::link(format!("/console/provider/webhooks/{id}"), id.to_string())
            }
            (Self::Overseer, AuditSubject::Proposal(id)) => {
                Cell::link(format!("/console/operator/proposals/{id}"), id.to_string())
            }
            (Self::Overseer, AuditSubject::RuleVersion(id)) => {
                Cell::link(format!("/console/operator/rules/versions/{id}"), id.to_string())
            }
            (Self::Provider(_), AuditSubject::Proposal(id)) => Cell::text(id.to_string()),
            (Self::Provider(_), AuditSubject::RuleVersion(id)) => Cell::text(id.to_string()),
            (_, AuditSubject::Provider) => {
                Cell::text(data.provider.as_ref().map(ToString::to_string).unwrap_or_default())
            }
            (_, AuditSubject::Enterprise(isp_id)) => Cell::text(isp_id.to_string()),
            (_, AuditSubject::Key(key)) => Cell::text(t.one("audit-key", "key", key.0)),
        }
    }

    /// Why, until when, for whom, as what.
    fn more(&self, t: &Texts, row: &AuditRow) -> Vec<String> {
        let (entry, data) = (&row.entry, &row.entry.data);
        // A reason is the words of who acted; of other houses' people a provider reads that they acted, not why.
        let by_own = match &entry.actor {
            AuditActor::Staff(staff) => self.knows(staff),
            AuditActor::Provider { .. } => true,
            AuditActor::Administration { .. } | AuditActor::Machine | AuditActor::Unknown => {
                matches!(self, Self::Overseer)
            }
        };
        let reason = entry.reason.as_ref().filter(|_| by_own);
        let requester = data.requester.as_ref();
        [
            reason.map(ToString::to_string),
            requester.map(|staff| t.one("audit-for", "name", self.staff(t, staff))),
            data.until.map(|until| t.one("audit-until", "time", t.date_time(until))),
            data.role.as_ref().map(|role| t.one("audit-as", "role", role_words(t, role))),
            data.initial_review.as_ref().map(|rule| t.get(&rule_key(rule))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The entries as a table, in the order in which they come.
    pub(super) fn table(&self, t: &Texts, rows: &[AuditRow], empty: Empty) -> Table {
        // The number of an entry would tell a provider how many others there are.
        let numbered = matches!(self, Self::Overseer);
        let heads = ["audit-no", "audit-at", "audit-who", "audit-what", "audit-of", "audit-more"];
        let heads = heads.iter().skip(usize::from(!numbered));
        let columns = heads.map(|head| Column::text(t.get(head))).collect();
        rows.iter().fold(Table::new(t.get("audit-entries"), columns, empty), |table, row| {
            let entry = &row.entry;
            let no = numbered.then(|| Cell::text(row.no.to_string()));
            let cells = [
                Cell::text(t.date_time(entry.at)),
                Cell::text(self.actor(t, &entry.actor)),
                Cell::text(action(t, entry.action)),
                self.subject(t, &entry.subject, &entry.data),
                Cell::lines(self.more(t, row)),
            ];
            table.row(no.into_iter().chain(cells).collect())
        })
    }
}

/// A role as it stands in an entry, `provider_clerk:tencent`, as people read it.
fn role_words(t: &Texts, role: &str) -> String {
    let (kind, scope) = role.split_once(':').unwrap_or((role, ""));
    let Ok(kind) = kind.parse::<RoleKind>() else { return role.to_owned() };
    let (province, provider) = (Province::from_pinyin(scope), ProviderId::parse(scope));
    let of_all = [(None, None), (province, None), (None, provider)];
    let found = of_all.into_iter().find_map(|(province, provider)| Role::of(kind, province, provider));
    found.map_or_else(|| role.to_owned(), |role| role_name(t, &role))
}

/// The text of a rule of 初审.
fn rule_key(rule: &str) -> String {
    format!("provider-initial-review-{}", rule.replace('_', "-"))
}

/// An action in words.
pub(super) fn action(t: &Texts, action: AuditAction) -> String {
    t.get(&format!("audit-action-{}", action.as_str().replace('_', "-")))
}

/// All actions, to choose from.
pub(super) fn actions(t: &Texts) -> Vec<Choice> {
    let all = Choice { value: String::new(), label: t.get("audit-all") };
    let each =
        AuditAction::ALL.iter().map(|one| Choice { value: one.as_str().to_owned(), label: action(t, *one) });
    std::iter::once(all).chain(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::texts;
    use crate::texts::Language;

    /// The log keeps roles in the words of the wire, which are nobody's language.
    #[test]
    fn roles_are_shown_in_words() {
        let t = texts(Language::En);
        let scoped =
            |kind: &str, scope: &str| t.with("role-scoped", &[("role", &t.get(kind)), ("scope", scope)]);
        assert_eq!(role_words(t, "auditor"), t.get("role-auditor"));
        assert_eq!(role_words(t, "administration:zhejiang"), scoped("role-administration", "Zhejiang"));
        assert_eq!(role_words(t, "provider_clerk:tencent"), scoped("role-provider-clerk", "tencent"));
    }

    /// Words are looked up by the actions' names on the wire, which no compiler sees.
    #[test]
    fn every_action_has_its_words() {
        for language in [Language::ZhCn, Language::En] {
            for one in AuditAction::ALL {
                let words = action(texts(language), *one);
                assert!(!words.starts_with("audit-"), "{words} is missing");
            }
        }
    }
}
