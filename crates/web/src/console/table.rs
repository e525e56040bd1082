//! The one table of routes and roles (SEC-09).

use std::sync::{Arc, LazyLock};

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use heyan_domain::accounts::RoleKind;

use crate::app::App;

/// Which roles may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who(&'static [RoleKind]);

/// Whoever is signed in.
pub const EVERYBODY: Who = Who(RoleKind::ALL);
/// The operator alone: whatever changes the system.
pub const OPERATOR: Who = Who(&[RoleKind::Operator]);
/// Operator and auditor: whatever only shows the system.
pub const OVERSEERS: Who = Who(&[RoleKind::Operator, RoleKind::Auditor]);
/// An administration.
pub const ADMINISTRATION: Who = Who(&[RoleKind::Administration]);
/// A provider's people.
pub const PROVIDER: Who = Who(&[RoleKind::ProviderAdmin, RoleKind::ProviderClerk]);
/// A provider's admins alone: members, keys, webhooks.
pub const PROVIDER_ADMIN: Who = Who(&[RoleKind::ProviderAdmin]);

impl Who {
    /// These roles.
    pub const fn of(roles: &'static [RoleKind]) -> Self {
        Self(roles)
    }

    /// Whether a role may.
    pub fn may(self, role: RoleKind) -> bool {
        self.0.contains(&role)
    }

    /// The roles.
    pub const fn roles(self) -> &'static [RoleKind] {
        self.0
    }
}

/// One row of the table, with what answers.
pub struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) who: Who,
    pub(super) menu: Option<&'static str>,
    pub(super) handler: MethodRouter<Arc<App>>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A page, read with GET.
pub fn page<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, who: Who, handler: H) -> Route {
    Route { method: Method::GET, path, who, menu: None, handler: get(handler) }
}

/// A form's target, sent with POST. The gate has checked its token.
pub fn action<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, who: Who, handler: H) -> Route {
    Route { method: Method::POST, path, who, menu: None, handler: post(handler) }
}

impl Route {
    /// The page stands in the menu of those who may see it, under this key of the texts, in the order of the table.
    #[must_use]
    pub const fn in_menu(mut self, key: &'static str) -> Self {
        self.menu = Some(key);
        self
    }
}

/// A row of the table, as a test and the menu read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
    /// Its key in the menu.
    pub menu: Option<&'static str>,
}

static DECLARED: LazyLock<Vec<Declared>> = LazyLock::new(|| {
    let declare =
        |route: Route| Declared { method: route.method, path: route.path, who: route.who, menu: route.menu };
    super::routes().into_iter().map(declare).collect()
});

/// Every route behind the gate.
pub fn declared() -> &'static [Declared] {
    &DECLARED
}
