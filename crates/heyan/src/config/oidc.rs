//! The section `[oidc]` of the configuration file: the staff's identity provider.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use heyan_domain::mark;
use heyan_web::auth::oidc::Settings;
use heyan_web::host::Origin;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Where the secret is read from, unless a file is named.
pub const SECRET_VARIABLE: &str = "HEYAN_OIDC_CLIENT_SECRET";

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    public_url: String,
    label: Label,
    role_claim: String,
    roles: BTreeMap<String, String>,
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    en: String,
}

/// As it is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// What the door needs.
    pub settings: Settings,
    /// Where the secret came from, if from a file.
    pub client_secret_file: Option<PathBuf>,
    /// Certificates to be trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Raw {
    /// Checks it, and reads the secret.
    pub(super) fn check(self, file: &Path, variable: Option<String>) -> Result<Checked, Failure> {
        mark!("SEC-16");
        let secret = match (&self.client_secret_file, variable) {
            (Some(path), Some(_)) => {
                return Err(Failure::new(
                    format!(
                        "{}: oidc: the client's secret is given twice, in oidc.client_secret_file ({}) and in \
                         {SECRET_VARIABLE}",
                        file.display(),
                        path.display()
                    ),
                    "leave one of them away",
                ));
            }
            (Some(path), None) => std::fs::read_to_string(path).map_err(|error| {
                Failure::new(
                    format!(
                        "{}: oidc.client_secret_file: {} cannot be read: {error}",
                        file.display(),
                        path.display()
                    ),
                    "name a file that holds the secret and nothing else, readable by this account alone",
                )
            })?,
            (None, Some(secret)) => secret,
            (None, None) => {
                return Err(Failure::new(
                    format!("{}: oidc: the client's secret is missing", file.display()),
                    format!("name a file in oidc.client_secret_file, or set {SECRET_VARIABLE}"),
                ));
            }
        };
        let secret = Zeroizing::new(secret.trim().to_owned());
        let settings = Settings::check(
            &self.issuer,
            (&self.client_id, secret),
            &self.public_url,
            (self.label.zh_cn, self.label.en),
            &self.role_claim,
            &self.roles,
        );
        let settings = settings.map_err(|faulty| {
            Failure::new(
                format!("{}: oidc.{} cannot be used", file.display(), faulty.member),
                format!("{}; docs/oidc.md has an example", faulty.reason),
            )
        })?;
        Ok(Checked { settings, client_secret_file: self.client_secret_file, ca_file: self.ca_file })
    }
}

impl Checked {
    /// Where people come back to must be where the consoles are.
    pub(super) fn check_host(&self, file: &Path, console: &Origin) -> Result<(), Failure> {
        if Origin::parse(&self.settings.public_url).as_ref() == Some(console) {
            return Ok(());
        }
        Err(Failure::new(
            format!(
                "{}: oidc.public_url is {}, and hosts.console is {console}",
                file.display(),
                self.settings.public_url
            ),
            "write the same address in both: people come back to the consoles",
        ))
    }
}

/// As a configuration file says it; the secret stays where it is.
impl Serialize for Checked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let settings = &self.settings;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("issuer", &settings.issuer)?;
        map.serialize_entry("client_id", &settings.client_id)?;
        if let Some(file) = &self.client_secret_file {
            map.serialize_entry("client_secret_file", file)?;
        }
        map.serialize_entry("public_url", &settings.public_url)?;
        map.serialize_entry("role_claim", &settings.role_claim)?;
        if let Some(file) = &self.ca_file {
            map.serialize_entry("ca_file", file)?;
        }
        let labels = BTreeMap::from([("zh-CN", &settings.labels.0), ("en", &settings.labels.1)]);
        map.serialize_entry("label", &labels)?;
        let roles: BTreeMap<&String, String> =
            settings.roles.iter().map(|(value, role)| (value, role.to_string())).collect();
        map.serialize_entry("roles", &roles)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(secret_file: &str) -> Raw {
        let text = format!(
            "issuer = 'https://login.example.cn'\nclient_id = 'heyan'\n{secret_file}\n\
             public_url = 'https://beian.example.cn'\nrole_claim = 'groups'\n\
             label = {{ zh-CN = '统一身份认证', en = 'single sign-on' }}\nroles = {{ admins = 'operator' }}"
        );
        toml::from_str(&text).unwrap()
    }

    fn refused(secret_file: &str, variable: Option<&str>) -> Failure {
        raw(secret_file).check(Path::new("heyan.toml"), variable.map(str::to_owned)).unwrap_err()
    }

    #[test]
    fn the_secret_comes_from_one_place_and_a_fault_names_the_places() {
        let checked = raw("").check(Path::new("heyan.toml"), Some("secret\n".to_owned())).unwrap();
        assert_eq!(checked.settings.client_secret.as_str(), "secret");
        let twice = refused("client_secret_file = 'oidc-secret'", Some("secret"));
        assert!(twice.what().contains("oidc-secret") && twice.what().contains(SECRET_VARIABLE), "{twice:?}");
        let nowhere = refused("", None);
        assert!(nowhere.what_to_do().unwrap().contains(SECRET_VARIABLE), "{nowhere:?}");
        let missing = refused("client_secret_file = 'there-is-none'", None);
        assert!(missing.what().contains("there-is-none"), "{missing:?}");
    }

    #[test]
    fn people_come_back_to_where_the_consoles_are() {
        let checked = raw("").check(Path::new("heyan.toml"), Some("secret".to_owned())).unwrap();
        let at = |address| checked.check_host(Path::new("heyan.toml"), &Origin::parse(address).unwrap());
        assert!(at("https://beian.example.cn").is_ok());
        assert!(at("https://console.example.cn").is_err());
    }

    #[test]
    fn what_is_printed_as_configuration_has_no_secret() {
        let checked = raw("").check(Path::new("heyan.toml"), Some("hidden".to_owned())).unwrap();
        let printed = toml::to_string(&checked).unwrap();
        assert!(printed.contains("https://login.example.cn") && !printed.contains("hidden"), "{printed}");
    }
}
