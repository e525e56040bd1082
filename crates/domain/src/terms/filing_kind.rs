//! Kinds of filings and services, roles of people, and what a change can touch.

use std::fmt;

use super::wire_enum;

/// A word that is none of the expected ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseTermError {
    /// The words that would have been accepted.
    pub expected: &'static [&'static str],
}

impl fmt::Display for ParseTermError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of {}", self.expected.join(", "))
    }
}

impl std::error::Error for ParseTermError {}

wire_enum! {
    /// 备案类型: what a filing asks for. The Chinese names that the seeds use are accepted on input.
    pub enum FilingKind {
        /// 首次备案
        First = "first" | "首次备案" | "新增备案",
        /// 新增网站
        AddService = "add_service" | "新增网站",
        /// 接入备案
        AddAccess = "add_access" | "接入备案" | "转入备案" | "新增接入",
        /// 变更备案: what changed is computed.
        Change = "change" | "变更备案",
        /// 变更主体
        ChangeEntity = "change_entity" | "变更主体",
        /// 变更网站
        ChangeService = "change_service" | "变更网站",
        /// 变更接入
        ChangeAccess = "change_access" | "变更接入",
        /// 域名迁移
        MigrateDomain = "migrate_domain" | "域名迁移",
        /// 网站迁移
        MigrateService = "migrate_service" | "网站迁移",
        /// 注销主体
        CancelEntity = "cancel_entity" | "注销主体",
        /// 注销网站
        CancelService = "cancel_service" | "注销网站",
        /// 取消接入
        CancelAccess = "cancel_access" | "取消接入",
    }
}

impl FilingKind {
    /// 变更备案 in any of its four names: they name the same act, the difference decides (WHO-05).
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Change | Self::ChangeEntity | Self::ChangeService | Self::ChangeAccess)
    }

    /// 注销主体, 注销网站, 取消接入.
    pub const fn is_cancellation(self) -> bool {
        matches!(self, Self::CancelEntity | Self::CancelService | Self::CancelAccess)
    }

    /// 域名迁移, 网站迁移.
    pub const fn is_migration(self) -> bool {
        matches!(self, Self::MigrateDomain | Self::MigrateService)
    }

    /// The name people read.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::First => "首次备案",
            Self::AddService => "新增网站",
            Self::AddAccess => "接入备案",
            Self::Change => "变更备案",
            Self::ChangeEntity => "变更主体",
            Self::ChangeService => "变更网站",
            Self::ChangeAccess => "变更接入",
            Self::MigrateDomain => "域名迁移",
            Self::MigrateService => "网站迁移",
            Self::CancelEntity => "注销主体",
            Self::CancelService => "注销网站",
            Self::CancelAccess => "取消接入",
        }
    }
}

wire_enum! {
    /// What is filed (互联网信息服务).
    pub enum ServiceKind {
        /// 网站
        Website = "website",
        /// APP
        App = "app",
        /// 小程序
        MiniProgram = "mini_program",
        /// 快应用
        QuickApp = "quick_app",
    }
}

impl ServiceKind {
    /// The letter behind the ordinal in a filing number (REV-03): `-1`, `-2A`, `-3X`, `-4K`.
    pub const fn number_suffix(self) -> &'static str {
        match self {
            Self::Website => "",
            Self::App => "A",
            Self::MiniProgram => "X",
            Self::QuickApp => "K",
        }
    }
}

wire_enum! {
    /// 负责人: whose phone may be asked.
    pub enum Role {
        /// 主体负责人
        EntityHead = "entity_head",
        /// 网站负责人
        ServiceHead = "service_head",
    }
}

impl Role {
    /// The name people read.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::EntityHead => "主体负责人",
            Self::ServiceHead => "网站负责人",
        }
    }
}

wire_enum! {
    /// What a change touches, as computed by comparison (WHO-05).
    pub enum Changed {
        /// 主体信息
        Entity = "entity",
        /// 网站信息
        Service = "service",
        /// 接入信息
        Access = "access",
        /// 备注
        Remark = "remark",
    }
}

wire_enum! {
    /// Who asked for a cancellation (FIL-12).
    pub enum Initiator {
        /// 接入商发起
        Provider = "provider",
        /// 备案主体发起
        Holder = "holder",
    }
}

/// A set of [`Role`]s; empty means that nobody is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Roles(u8);

impl Roles {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// 主体负责人 alone.
    pub const ENTITY: Self = Self(1);
    /// 网站负责人 alone.
    pub const SERVICE: Self = Self(2);
    /// Both.
    pub const BOTH: Self = Self(3);

    const fn bit(role: Role) -> u8 {
        match role {
            Role::EntityHead => 1,
            Role::ServiceHead => 2,
        }
    }

    /// Whether nobody is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the role is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// The set with the role added.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | Self::bit(role))
    }

    /// The bits as stored: 1 entity head, 2 service head.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// From stored bits; `None` if they name no role that exists.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits <= 3 { Some(Self(bits)) } else { None }
    }

    /// The roles in order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl serde::Serialize for Roles {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Roles {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Role>::deserialize(deserializer)?.into_iter().collect())
    }
}
