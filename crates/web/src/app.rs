//! What every door is given.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use heyan_domain::Timestamp;
use heyan_domain::accounts::RoleKind;
use heyan_domain::privacy::Retention;
use heyan_domain::terms::{FilingId, MessageId, Phone, ProviderId, Province};
use heyan_domain::verification::MessageState;
use heyan_domain::working_days::WorkingDays;
use heyan_store::clock::Clock;
use heyan_store::database::StoreError;
use heyan_store::engine::{Engine, EngineError};
use heyan_store::keys::Ring;
use heyan_store::rules::SharedRules;
use heyan_store::tables::Readers;
use rand::Rng;

use crate::auth::Passwords;
use crate::routes::Routes;

/// A future that can be kept behind a trait object.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub use heyan_domain::providers::SupportContact;

/// An access provider (接入商).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provider {
    /// Its short name.
    pub id: ProviderId,
    /// Its support contact.
    pub support: SupportContact,
}

/// A message in the sandbox's inbox: exactly what the carrier would have got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboxMessage {
    /// Which.
    pub id: MessageId,
    /// To whom.
    pub to: Phone,
    /// The sender's number.
    pub sender: String,
    /// The text.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: MessageState,
}

/// Why a sandbox call failed.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The database.
    #[error("the sandbox's inbox cannot be read")]
    Store(#[from] StoreError),
    /// The engine.
    #[error("the engine did not answer")]
    Engine(#[from] EngineError),
    /// The inbox.
    #[error("the sandbox's inbox cannot be read")]
    Inbox(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What only the sandbox has: a clock that can be moved, and an inbox instead of a carrier.
pub trait Sandbox: Send + Sync {
    /// Answers once every message written so far is in the inbox.
    fn settle(&self) -> Later<'_, Result<(), SandboxError>>;
    /// Moves the clock, carrying out what is due in order, each at its own time; gives the new time.
    fn advance(&self, seconds: u64) -> Later<'_, Result<Timestamp, SandboxError>>;
    /// The inbox, the newest first; of one phone if asked.
    fn inbox(&self, phone: Option<Phone>, limit: usize)
    -> Later<'_, Result<Vec<InboxMessage>, SandboxError>>;
}

/// An account that every sandbox has. Its password is public, and no production start makes it (SEC-16).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DemoAccount {
    /// The name to sign in with.
    pub name: &'static str,
    /// The password.
    pub password: &'static str,
    /// The role.
    pub role: RoleKind,
    /// The key of the role's name in the texts of the consoles.
    pub role_key: &'static str,
    /// The province in pinyin or the provider that the role is for; empty for a role without.
    pub scope: &'static str,
}

/// One for each role, and a second operator.
pub const DEMO_ACCOUNTS: &[DemoAccount] = &[
    DemoAccount {
        name: "operator",
        password: "sandbox-operator",
        role: RoleKind::Operator,
        role_key: "role-operator",
        scope: "",
    },
    // What takes two people can be tried with a second one (SEC-14).
    DemoAccount {
        name: "operator-2",
        password: "sandbox-operator-2",
        role: RoleKind::Operator,
        role_key: "role-operator",
        scope: "",
    },
    DemoAccount {
        name: "auditor",
        password: "sandbox-auditor",
        role: RoleKind::Auditor,
        role_key: "role-auditor",
        scope: "",
    },
    DemoAccount {
        name: "zhejiang",
        password: "sandbox-zhejiang",
        role: RoleKind::Administration,
        role_key: "role-administration",
        scope: "zhejiang",
    },
    DemoAccount {
        name: "tencent-admin",
        password: "sandbox-tencent-admin",
        role: RoleKind::ProviderAdmin,
        role_key: "role-provider-admin",
        scope: "tencent",
    },
    DemoAccount {
        name: "tencent-clerk",
        password: "sandbox-tencent-clerk",
        role: RoleKind::ProviderClerk,
        role_key: "role-provider-clerk",
        scope: "tencent",
    },
];

/// The submissions of the last seconds, so that a double click does one thing.
#[derive(Default)]
pub struct Submissions(pub(crate) crate::people::Once<crate::portal::Shown>);

/// Everything a door needs; one for all of them.
pub struct App {
    /// The way in for every change.
    pub engine: Arc<Engine>,
    /// The way in for every question.
    pub readers: Readers,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The rulebook.
    pub rules: Arc<SharedRules>,
    /// The calendar of working days.
    pub calendar: Arc<WorkingDays>,
    /// The keys, for what a browser carries sealed.
    pub ring: Arc<Ring>,
    /// The access providers.
    pub providers: Vec<Provider>,
    /// The public addresses of the doors; none: every door is open at every host.
    pub hosts: Option<crate::host::Hosts>,
    /// The routes to carriers, if any are configured.
    pub routes: Option<Arc<dyn Routes>>,
    /// Whether there is a server for notices by e-mail.
    pub has_mail: bool,
    /// Sends events to providers' own servers.
    pub webhooks: crate::webhooks::Webhooks,
    /// The sandbox, if this is one.
    pub sandbox: Option<Arc<dyn Sandbox>>,
    /// What its receiver of webhooks got.
    pub received: crate::received::Inbox,
    /// Whether the portal asks for a captcha.
    pub captcha: bool,
    /// For how long the personal data of a filing is kept after its end (SEC-13).
    pub retention: Retention,
    /// The identity provider through which the staff may sign in, if there is one.
    pub oidc: Option<crate::auth::oidc::Oidc>,
    /// Hashes the passwords of the staff.
    pub passwords: Passwords,
    /// What the portal's forms were sent with in the last seconds.
    pub submissions: Submissions,
    /// The generator for request ids, captchas and nonces.
    pub rng: Mutex<Box<dyn Rng + Send>>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("sandbox", &self.sandbox.is_some()).finish_non_exhaustive()
    }
}

impl App {
    /// Draws from the generator.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        draw(&mut **rng)
    }

    /// A provider by its short name.
    pub fn provider(&self, id: &ProviderId) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == *id)
    }

    /// In the sandbox, waits until the messages of what was just done are in the inbox, so that a client needs no
    /// polling; elsewhere does nothing.
    pub async fn settle(&self) -> Result<(), SandboxError> {
        match &self.sandbox {
            Some(sandbox) => sandbox.settle().await,
            None => Ok(()),
        }
    }
}

/// Who calls the provider API.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caller {
    /// An access provider.
    Provider(ProviderId),
    /// An administration.
    Administration(Province),
}

/// Which filing a message belongs to, for the sandbox's calls.
pub const fn filing_of(message: MessageId) -> FilingId {
    message.verification().filing()
}
