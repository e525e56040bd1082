//! What a person on the staff may do (SEC-09).

use crate::terms::{ProviderId, Province, wire_enum};

wire_enum! {
    /// A role without its province or provider.
    pub enum RoleKind {
        /// Runs the system: rulebook, routes, accounts.
        Operator = "operator",
        /// Sees what the operator sees, and changes nothing.
        Auditor = "auditor",
        /// Reviews the filings of one province (通信管理局).
        Administration = "administration",
        /// Runs one provider's side: members, keys, webhooks, and all that a clerk does.
        ProviderAdmin = "provider_admin",
        /// Files for one provider.
        ProviderClerk = "provider_clerk",
    }
}

impl RoleKind {
    /// Whether it must have a second factor in production (SEC-09): whoever sees or decides about more than one provider's
    /// filings. A provider's people may have one.
    pub const fn needs_second_factor(self) -> bool {
        match self {
            Self::Operator | Self::Auditor | Self::Administration => true,
            Self::ProviderAdmin | Self::ProviderClerk => false,
        }
    }
}

/// A role, with the province or the provider that it is for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// See [`RoleKind::Operator`].
    Operator,
    /// See [`RoleKind::Auditor`].
    Auditor,
    /// See [`RoleKind::Administration`].
    Administration(Province),
    /// See [`RoleKind::ProviderAdmin`].
    ProviderAdmin(ProviderId),
    /// See [`RoleKind::ProviderClerk`].
    ProviderClerk(ProviderId),
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operator | Self::Auditor => f.write_str(self.kind().as_str()),
            Self::Administration(province) => write!(f, "{}:{}", self.kind(), province.pinyin()),
            Self::ProviderAdmin(provider) | Self::ProviderClerk(provider) => {
                write!(f, "{}:{}", self.kind(), provider.as_str())
            }
        }
    }
}

impl Role {
    /// The role without its scope.
    pub const fn kind(&self) -> RoleKind {
        match self {
            Self::Operator => RoleKind::Operator,
            Self::Auditor => RoleKind::Auditor,
            Self::Administration(_) => RoleKind::Administration,
            Self::ProviderAdmin(_) => RoleKind::ProviderAdmin,
            Self::ProviderClerk(_) => RoleKind::ProviderClerk,
        }
    }

    /// The administration it is for.
    pub const fn province(&self) -> Option<Province> {
        match self {
            Self::Administration(province) => Some(*province),
            Self::Operator | Self::Auditor | Self::ProviderAdmin(_) | Self::ProviderClerk(_) => None,
        }
    }

    /// The provider it is for.
    pub const fn provider(&self) -> Option<&ProviderId> {
        match self {
            Self::ProviderAdmin(provider) | Self::ProviderClerk(provider) => Some(provider),
            Self::Operator | Self::Auditor | Self::Administration(_) => None,
        }
    }

    /// The role of a kind for a province or a provider; `None` unless exactly what the kind needs is given.
    pub fn of(kind: RoleKind, province: Option<Province>, provider: Option<ProviderId>) -> Option<Self> {
        match (kind, province, provider) {
            (RoleKind::Operator, None, None) => Some(Self::Operator),
            (RoleKind::Auditor, None, None) => Some(Self::Auditor),
            (RoleKind::Administration, Some(province), None) => Some(Self::Administration(province)),
            (RoleKind::ProviderAdmin, None, Some(provider)) => Some(Self::ProviderAdmin(provider)),
            (RoleKind::ProviderClerk, None, Some(provider)) => Some(Self::ProviderClerk(provider)),
            (
                RoleKind::Operator
                | RoleKind::Auditor
                | RoleKind::Administration
                | RoleKind::ProviderAdmin
                | RoleKind::ProviderClerk,
                _,
                _,
            ) => None,
        }
    }

    /// Whether it makes and changes accounts of another role: the operator all, a provider's admin those of the provider.
    pub fn manages(&self, other: &Self) -> bool {
        match self {
            Self::Operator => true,
            Self::ProviderAdmin(provider) => other.provider() == Some(provider),
            Self::Auditor | Self::Administration(_) | Self::ProviderClerk(_) => false,
        }
    }
}
