//! Signing in through an identity provider: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636).
//!
//! What has to be remembered between leaving and coming back travels sealed in a cookie. The identity provider says who
//! somebody is and what they may do; what it is asked and what it answers stays out of addresses and logs, but for the
//! one-time code and `state`, which are of no use to anybody else.

mod fault;
mod id_token;
mod known;
mod provider;
mod routes;
mod settings;

use std::sync::Arc;

use heyan_domain::accounts::{DisplayName, Federated, Role, SignInName};
use heyan_outbound::Client;
use heyan_store::clock::Clock;
use sha2::{Digest as _, Sha256};

use crate::people::hex;
use id_token::Claims;
use known::Memory;

pub use fault::Fault;
pub(crate) use routes::{callback, leave, start};
pub use settings::{Faulty, Settings};

/// Why somebody is not let in. Each has its sentence on the sign-in page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// The identity provider does not answer, or not as the standard says.
    Unreachable,
    /// The person, or the identity provider, has said no.
    Denied,
    /// Nobody with this browser is on the way back: too late, a second time, or from elsewhere.
    NotOnTheWay,
    /// What came back is not what was asked for, or not by whom it should be.
    NotAccepted,
    /// The person has no role here.
    NoRole,
    /// The person has more than one role.
    SeveralRoles,
}

impl Refused {
    /// The key of its sentence.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Unreachable => "oidc-unreachable",
            Self::Denied => "oidc-denied",
            Self::NotOnTheWay => "oidc-not-on-the-way",
            Self::NotAccepted => "oidc-not-accepted",
            Self::NoRole => "oidc-no-role",
            Self::SeveralRoles => "oidc-several-roles",
        }
    }
}

/// The identity provider, and what is known of it so far.
pub struct Oidc {
    settings: Settings,
    client: Client,
    /// The time of the world: a sandbox's own clock is no measure for what others have dated.
    clock: Arc<dyn Clock>,
    memory: Memory,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Oidc({})", self.settings.issuer)
    }
}

impl Oidc {
    /// Nothing is asked of the identity provider before somebody signs in: it may be down while this program starts.
    pub fn new(settings: Settings, client: Client, clock: Arc<dyn Clock>) -> Self {
        Self { settings, client, clock, memory: Memory::default() }
    }

    /// What the button says.
    pub fn label(&self, language: crate::texts::Language) -> &str {
        self.settings.label(language)
    }

    /// The person that claims tell of.
    fn person(&self, claims: &Claims) -> Result<Federated, Refused> {
        let role = self.role(claims)?;
        let name = self.name(claims)?;
        let said = ["name", "preferred_username", "email"].iter().find_map(|claim| claims.text(claim));
        let said: String = said.unwrap_or_default().chars().take(DisplayName::MAX_CHARS).collect();
        let display_name = DisplayName::parse(&said).or_else(|| DisplayName::parse(name.as_str()));
        Ok(Federated { name, display_name: display_name.ok_or(Refused::NotAccepted)?, role })
    }

    /// The name of the account here: always the same, and nobody else's, whatever the provider calls the person.
    fn name(&self, claims: &Claims) -> Result<SignInName, Refused> {
        let digest = Sha256::digest(format!("{}\n{}", self.settings.issuer, claims.subject).as_bytes());
        let short = digest.get(..12).map(hex).unwrap_or_default();
        SignInName::parse(&format!("oidc-{short}")).ok_or(Refused::NotAccepted)
    }

    /// Of all values of the claim those count that the configuration maps; they must agree.
    fn role(&self, claims: &Claims) -> Result<Role, Refused> {
        let values = claims.texts(&self.settings.role_claim);
        let mut roles = values.iter().filter_map(|value| self.settings.roles.get(*value));
        let first = roles.next().ok_or(Refused::NoRole)?;
        if roles.all(|role| role == first) { Ok(first.clone()) } else { Err(Refused::SeveralRoles) }
    }
}

#[cfg(test)]
mod tests;
