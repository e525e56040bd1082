//! What is said of a key: the fields of a new one and of one that is changed.

use heyan_domain::api_keys::{ApiKey, KeyLabel, KeyTerms, MAX_NETWORKS, Network, Scope};
use serde::Deserialize;

use crate::console::parts::{Field, FormPart};
use crate::texts::Texts;

/// Rows of the field for addresses.
const ROWS: u8 = 4;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    label: String,
    read: String,
    write: String,
    events: String,
    networks: String,
}

/// Which field is wrong, and the words for it.
pub(super) type Wrong = (&'static str, &'static str);

fn on(scopes: &[Scope], scope: Scope) -> String {
    if scopes.contains(&scope) { "on".to_owned() } else { String::new() }
}

impl Typed {
    /// What a new key may do unless somebody says otherwise.
    pub fn new() -> Self {
        Self::of("", &[Scope::Read, Scope::Write, Scope::Events], String::new())
    }

    pub fn of_key(key: &ApiKey) -> Self {
        let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
        Self::of(key.label.as_str(), &key.scopes, networks.join("\n"))
    }

    fn of(label: &str, scopes: &[Scope], networks: String) -> Self {
        Self {
            label: label.to_owned(),
            read: on(scopes, Scope::Read),
            write: on(scopes, Scope::Write),
            events: on(scopes, Scope::Events),
            networks,
        }
    }

    pub fn read(&self) -> Result<KeyTerms, Wrong> {
        let label = KeyLabel::parse(&self.label).ok_or(("label", "api-keys-label-wrong"))?;
        let chosen = [(Scope::Read, &self.read), (Scope::Write, &self.write), (Scope::Events, &self.events)];
        let scopes: Vec<Scope> =
            chosen.iter().filter(|(_, typed)| *typed == "on").map(|(scope, _)| *scope).collect();
        if scopes.is_empty() {
            return Err(("read", "api-keys-scope-wrong"));
        }
        let words = self.networks.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；'));
        let networks: Option<Vec<Network>> =
            words.filter(|word| !word.is_empty()).map(Network::parse).collect();
        match networks {
            Some(networks) if networks.len() <= MAX_NETWORKS => Ok(KeyTerms { label, scopes, networks }),
            Some(_) | None => Err(("networks", "api-keys-networks-wrong")),
        }
    }

    pub fn fields(&self, t: &Texts, part: FormPart, wrong: Option<Wrong>) -> FormPart {
        let judged = |field: Field| {
            let error = wrong.filter(|(name, _)| *name == field.name()).map(|(_, key)| t.get(key));
            field.error(error)
        };
        part.summary(t.get("form-problems"))
            .field(judged(
                Field::text("label", t.get("api-keys-label"), &self.label).hint(t.get("api-keys-label-hint")),
            ))
            .field(judged(Field::check("read", t.get("api-keys-scope-read"), self.read == "on")))
            .field(judged(Field::check("write", t.get("api-keys-scope-write"), self.write == "on")))
            .field(judged(Field::check("events", t.get("api-keys-scope-events"), self.events == "on")))
            .field(judged(
                Field::area("networks", t.get("api-keys-networks"), &self.networks, ROWS)
                    .hint(t.get("api-keys-networks-hint")),
            ))
    }
}
