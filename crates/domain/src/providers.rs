//! The access providers that a system knows, and whom their applicants are told to ask (PRO-06).

use serde::{Deserialize, Serialize};

use crate::accounts::{Authority, Role};
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::{Outcome, Stop};
use crate::terms::ProviderId;
use crate::tx::Tx;

/// The longest name, telephone number or hours.
const MAX_TEXT_CHARS: usize = 80;
/// The longest address of a page.
const MAX_LINK_CHARS: usize = 300;

/// Whom a person is told to ask.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SupportContact {
    /// The provider's name as people know it.
    pub name: String,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// When somebody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

impl SupportContact {
    /// Whether it can be shown: a name, nothing overlong or unprintable, and a page that a browser opens.
    pub fn is_sound(&self) -> bool {
        let fits = |text: &str, most: usize| {
            (1..=most).contains(&text.chars().count())
                && text.trim() == text
                && !text.chars().any(char::is_control)
        };
        let short = |text: &Option<String>| text.as_ref().is_none_or(|text| fits(text, MAX_TEXT_CHARS));
        let opens = |link: &String| {
            fits(link, MAX_LINK_CHARS) && (link.starts_with("https://") || link.starts_with("http://"))
        };
        fits(&self.name, MAX_TEXT_CHARS)
            && short(&self.phone)
            && short(&self.hours)
            && self.link.as_ref().is_none_or(opens)
    }
}

/// Makes a provider known, or says something else of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameProvider {
    /// On whose word.
    pub by: Authority,
    /// Which.
    pub provider: ProviderId,
    /// Whom its applicants ask.
    pub support: SupportContact,
}

/// Whoever runs the system names its providers.
pub(crate) fn name(tx: &mut Tx<'_>, asked: &NameProvider) -> Result<Outcome, Stop> {
    let actor = match asked.by {
        Authority::Machine => Some(AuditActor::Machine),
        Authority::Staff(id) => tx
            .account(&id)?
            .filter(|account| account.disabled_at.is_none() && account.role == Role::Operator)
            .map(|account| AuditActor::Staff(Staff::of(&account))),
    };
    let Some(actor) = actor.filter(|_| asked.support.is_sound()) else { return Ok(Outcome::Done) };
    let action = match tx.support_contact(&asked.provider)? {
        Some(known) if known == asked.support => return Ok(Outcome::Done),
        Some(_) => AuditAction::ProviderChanged,
        None => AuditAction::ProviderAdded,
    };
    let data = AuditData { provider: Some(asked.provider.clone()), ..AuditData::default() };
    tx.audit(AuditEntry::new(tx.now(), actor, action, AuditSubject::Provider).with(data));
    tx.put_support_contact(asked.provider.clone(), asked.support.clone());
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_has_a_name_and_a_page_that_opens() {
        let contact = |name: &str, link: Option<&str>| SupportContact {
            name: name.to_owned(),
            link: link.map(str::to_owned),
            ..SupportContact::default()
        };
        assert!(contact("示例云", None).is_sound());
        assert!(contact("示例云", Some("https://cloud.example/support")).is_sound());
        for wrong in [contact("", None), contact(" a", None), contact("a\u{7}", None)] {
            assert!(!wrong.is_sound(), "{wrong:?}");
        }
        assert!(!contact("示例云", Some("javascript:alert(1)")).is_sound());
        assert!(!contact(&"x".repeat(81), None).is_sound());
    }
}
