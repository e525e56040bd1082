//! How the server is reached from outside: `[hosts]` of the configuration file.

use heyan_web::host::{Hosts, Origin};
use serde::{Deserialize, Serialize, Serializer};

use crate::failure::Failure;

/// `[hosts]`: all three or none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostsFile {
    portal: String,
    api: String,
    console: String,
}

/// How the server is reached from outside.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Outside {
    /// The public addresses of the doors; none: every door is open at every host (SEC-10).
    #[serde(serialize_with = "hosts", skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Hosts>,
}

#[derive(Serialize)]
struct HostsShown {
    portal: String,
    api: String,
    console: String,
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn hosts<S: Serializer>(hosts: &Option<Hosts>, serializer: S) -> Result<S::Ok, S::Error> {
    let shown = hosts.as_ref().map(|hosts| HostsShown {
        portal: hosts.portal.to_string(),
        api: hosts.api.to_string(),
        console: hosts.console.to_string(),
    });
    shown.serialize(serializer)
}

fn origin(member: &str, text: &str) -> Result<Origin, Failure> {
    Origin::parse(text).ok_or_else(|| {
        Failure::new(
            format!("hosts.{member} is no address: {text}"),
            "write scheme and host, with a port if it is not the scheme's own: https://beian.example",
        )
    })
}

impl Outside {
    /// Checks what a configuration file says.
    pub(super) fn check(file: Option<HostsFile>) -> Result<Self, Failure> {
        let checked = |file: HostsFile| {
            Ok::<_, Failure>(Hosts {
                portal: origin("portal", &file.portal)?,
                api: origin("api", &file.api)?,
                console: origin("console", &file.console)?,
            })
        };
        Ok(Self { hosts: file.map(checked).transpose()? })
    }
}
