//! The section `[mail]` of the configuration file: the server for notices by e-mail (PRO-05). Off without it.

use std::path::PathBuf;

use heyan_domain::mark;
use heyan_gateway::mail::{Mailbox, Security, Settings};
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Where the password is read from, unless a file is named.
const PASSWORD_VARIABLE: &str = "HEYAN_MAIL_PASSWORD";

/// As it is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    security: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_file: Option<PathBuf>,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<PathBuf>,
}

/// The mail server, checked.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What sending needs.
    pub settings: Settings,
    written: Raw,
}

/// As the configuration file has it; the password stays where it is.
impl Serialize for Mail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

fn refuse(what: impl std::fmt::Display, what_to_do: impl Into<String>) -> Failure {
    Failure::new(format!("mail.{what}"), what_to_do)
}

impl Mail {
    /// Checks a section, and reads the password.
    pub(super) fn check(raw: Raw, knows_portal: bool) -> Result<Self, Failure> {
        let parts = raw.server.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = parts.filter(|(host, _)| !host.is_empty()).ok_or_else(|| {
            refuse(format!("server is {}", raw.server), "write name and port, such as smtp.example:587")
        })?;
        let security = match raw.security.as_deref() {
            None | Some("starttls") => Security::StartTls,
            Some("tls") => Security::Tls,
            Some("none") if ["127.0.0.1", "[::1]", "localhost"].contains(&host) => Security::None,
            Some("none") => {
                return Err(refuse(
                    "security is none, and the server is on another machine",
                    "write starttls or tls: addresses and links would go over the net in clear",
                ));
            }
            Some(other) => return Err(refuse(format!("security is {other}"), "write starttls, tls or none")),
        };
        let from: Mailbox = raw.from.parse().map_err(|_| {
            refuse(format!("from is {}", raw.from), "write an address, such as Heyan <noreply@beian.example>")
        })?;
        let login = match &raw.user {
            Some(user) => Some((user.clone(), password(raw.password_file.as_deref())?)),
            None if raw.password_file.is_some() => {
                return Err(refuse("password_file is there and user is not", "write both or neither"));
            }
            None => None,
        };
        let trusted = raw.ca_file.as_deref().map(|path| {
            std::fs::read(path).map_err(|error| {
                refuse(format!("ca_file {} cannot be read: {error}", path.display()), "name a file in PEM")
            })
        });
        if !knows_portal {
            return Err(refuse(
                "server is there, and the address of the portal is not: mails could have no link",
                "write the section [hosts]",
            ));
        }
        let trusted = trusted.transpose()?.unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { settings: Settings { host, port, security, login, trusted, from }, written: raw })
    }
}

fn password(file: Option<&std::path::Path>) -> Result<Zeroizing<String>, Failure> {
    mark!("SEC-16");
    let text = match (file, std::env::var(PASSWORD_VARIABLE).ok()) {
        (Some(path), None) => std::fs::read_to_string(path).map_err(|error| {
            refuse(
                format!("password_file {} cannot be read: {error}", path.display()),
                "name a file that holds the password and nothing else, readable by this account alone",
            )
        })?,
        (None, Some(password)) => password,
        (Some(path), Some(_)) => {
            return Err(refuse(
                format!("password is said twice: in {} and in {PASSWORD_VARIABLE}", path.display()),
                "leave one of them away",
            ));
        }
        (None, None) => {
            return Err(refuse(
                "user has no password",
                format!("name a file in password_file, or set {PASSWORD_VARIABLE}"),
            ));
        }
    };
    Ok(Zeroizing::new(text.trim().to_owned()))
}
