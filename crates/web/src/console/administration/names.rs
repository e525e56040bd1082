//! Words for terms, and who has decided.

use std::collections::BTreeMap;

use heyan_domain::accounts::SignInName;
use heyan_domain::filing::RoundWarning;
use heyan_domain::terms::Roles;
use heyan_store::database::StoreError;
use heyan_store::tables::Reader;

use crate::texts::Texts;

/// The words of a term by its name on the wire, such as `adm-document-passport`.
pub(super) fn term(t: &Texts, of: &str, name: &str) -> String {
    let name = name.replace(['_', '.'], "-");
    t.get(&format!("adm-{of}-{name}"))
}

/// Roles side by side.
pub(super) fn roles(t: &Texts, roles: Roles) -> String {
    let names: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
    names.join(&t.get("adm-comma"))
}

/// What a reviewer should know about a round.
pub(super) fn warnings(t: &Texts, warnings: &[RoundWarning]) -> Vec<String> {
    warnings.iter().map(|warning| term(t, "warning", warning.as_str())).collect()
}

/// The names that colleagues see, by the names under which decisions and claims are kept. A name that no account has, such
/// as that of an administration's own system, stands for itself.
#[derive(Default)]
pub(super) struct Reviewers(BTreeMap<String, String>);

impl Reviewers {
    /// Looks them up.
    pub fn of<'n>(reader: &Reader, names: impl Iterator<Item = &'n str>) -> Result<Self, StoreError> {
        let mut found = BTreeMap::new();
        for name in names {
            if found.contains_key(name) {
                continue;
            }
            let account = match SignInName::parse(name) {
                Some(name) => reader.account_by_name(&name)?,
                None => None,
            };
            let shown = account.map_or_else(|| name.to_owned(), |one| one.display_name.as_str().to_owned());
            found.insert(name.to_owned(), shown);
        }
        Ok(Self(found))
    }

    /// The name to show.
    pub fn name<'s>(&'s self, kept: &'s str) -> &'s str {
        self.0.get(kept).map_or(kept, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use heyan_domain::event::EventKind;
    use heyan_domain::filing::ReturnReason;
    use heyan_domain::terms::{Changed, DocumentType, Initiator, Nature, ServiceKind};
    use heyan_domain::verification::{MessageKind, MessageState};

    use super::*;
    use crate::console::texts;
    use crate::texts::Language;

    /// Terms are looked up by their names on the wire, which no compiler sees.
    #[test]
    fn every_term_has_its_words() {
        fn all<T: Copy>(of: &str, terms: &[T], name: impl Fn(T) -> &'static str) {
            for language in [Language::ZhCn, Language::En] {
                for one in terms {
                    let words = term(texts(language), of, name(*one));
                    assert!(!words.starts_with("adm-"), "{words} is missing");
                }
            }
        }
        all("service", ServiceKind::ALL, ServiceKind::as_str);
        all("document", DocumentType::ALL, DocumentType::as_str);
        all("nature", Nature::ALL, Nature::as_str);
        all("initiator", Initiator::ALL, Initiator::as_str);
        all("changed", Changed::ALL, Changed::as_str);
        all("warning", RoundWarning::ALL, RoundWarning::as_str);
        all("reason", ReturnReason::ALL, ReturnReason::as_str);
        all("event", EventKind::ALL, EventKind::as_str);
        all("message", MessageKind::ALL, MessageKind::as_str);
        all("sent", MessageState::ALL, MessageState::as_str);
    }
}
