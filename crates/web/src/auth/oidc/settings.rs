//! What has to be configured of an identity provider, checked.

use std::collections::BTreeMap;

use heyan_domain::accounts::{Role, RoleKind};
use heyan_domain::terms::{ProviderId, Province};
use heyan_outbound::Uri;
use zeroize::Zeroizing;

use crate::texts::Language;

/// A setting that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{member}: {reason}")]
pub struct Faulty {
    /// Which.
    pub member: &'static str,
    /// Why not, and what can be.
    pub reason: String,
}

/// See the module.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The identity provider's own name, an address: what it writes into its tokens, to the letter.
    pub issuer: String,
    /// What it calls this program.
    pub client_id: String,
    /// What this program shows to prove that.
    pub client_secret: Zeroizing<String>,
    /// The address under which people see this program, without a path.
    pub public_url: String,
    /// What the button says, in Chinese and in English.
    pub labels: (String, String),
    /// The claim that says what somebody may do.
    pub role_claim: String,
    /// What its values mean here.
    pub roles: BTreeMap<String, Role>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Settings({} as {})", self.issuer, self.client_id)
    }
}

impl Settings {
    /// Checks what was configured; roles are written as `operator`, `administration:zhejiang`, `provider_clerk:tencent`.
    pub fn check(
        issuer: &str,
        (client_id, client_secret): (&str, Zeroizing<String>),
        public_url: &str,
        labels: (String, String),
        role_claim: &str,
        roles: &BTreeMap<String, String>,
    ) -> Result<Self, Faulty> {
        let faulty = |member, reason: &str| Faulty { member, reason: reason.to_owned() };
        if !is_safe(issuer) {
            let reason = "an https address, such as https://login.example.cn; http only on this machine";
            return Err(faulty("issuer", reason));
        }
        let public_url = public_url.trim_end_matches('/');
        let has_path = public_url.parse::<Uri>().is_ok_and(|uri| uri.path() != "/" || uri.query().is_some());
        if !is_safe(public_url) || has_path {
            let reason = "the https address of this system without a path, such as https://beian.example.cn";
            return Err(faulty("public_url", reason));
        }
        if client_id.is_empty() {
            return Err(faulty("client_id", "the name that the identity provider has given to this system"));
        }
        if client_secret.is_empty() {
            let reason = "empty; name a file in client_secret_file, or set HEYAN_OIDC_CLIENT_SECRET";
            return Err(faulty("client_secret_file", reason));
        }
        if labels.0.trim().is_empty() || labels.1.trim().is_empty() {
            return Err(faulty("label", "needs words in both languages: zh-CN and en"));
        }
        if role_claim.is_empty() {
            return Err(faulty("role_claim", "the name of the claim that says what somebody may do"));
        }
        if roles.is_empty() {
            return Err(faulty(
                "roles",
                "nobody could sign in; map at least one value of the claim to a role",
            ));
        }
        let mut mapped = BTreeMap::new();
        for (value, name) in roles {
            let role = role(name).ok_or_else(|| Faulty {
                member: "roles",
                reason: format!(
                    "`{name}` is no role; write operator, auditor, administration:<province in pinyin>, \
                     provider_admin:<provider> or provider_clerk:<provider>"
                ),
            })?;
            mapped.insert(value.clone(), role);
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret,
            public_url: public_url.to_owned(),
            labels,
            role_claim: role_claim.to_owned(),
            roles: mapped,
        })
    }

    pub(super) fn label(&self, language: Language) -> &str {
        match language {
            Language::ZhCn => &self.labels.0,
            Language::En => &self.labels.1,
        }
    }

    /// Where people come back to.
    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{}", self.public_url, super::routes::CALLBACK)
    }
}

/// TLS, or nothing that leaves this machine.
pub(super) fn is_safe(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let is_local = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => is_local,
        Some(_) | None => false,
    }
}

fn role(text: &str) -> Option<Role> {
    let (kind, scope) = text.split_once(':').map_or((text, None), |(kind, scope)| (kind, Some(scope)));
    let kind: RoleKind = kind.parse().ok()?;
    match scope {
        None => Role::of(kind, None, None),
        Some(scope) => {
            let province = Province::ALL.iter().copied().find(|province| province.pinyin() == scope);
            Role::of(kind, province, None).or_else(|| Role::of(kind, None, ProviderId::parse(scope)))
        }
    }
}
