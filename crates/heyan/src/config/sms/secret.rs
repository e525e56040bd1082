//! A route's secrets: from files or from the environment, never from the configuration file itself (SEC-16).

use std::path::Path;

use heyan_domain::mark;
use zeroize::Zeroizing;

use super::Place;
use crate::failure::Failure;

/// Which of a route's secrets.
pub(super) struct Kind {
    /// The key that names its file.
    key: &'static str,
    /// The environment's variable is this and the route's name in capitals, hyphens as underscores.
    variable: &'static str,
    /// Where one gets it.
    from: &'static str,
}

/// What the carrier knows the account by.
pub(super) const ACCOUNT: Kind =
    Kind { key: "secret_file", variable: "HEYAN_SMS_SECRET_", from: "ask the carrier for it" };

/// The last part of the address that a vendor calls back with receipts.
pub(super) const CALLBACK: Kind = Kind {
    key: "callback_secret_file",
    variable: "HEYAN_SMS_CALLBACK_",
    from: "make one with: openssl rand -hex 24",
};

/// Reads it; said twice or not at all is refused.
pub(super) fn read(
    place: &Place,
    route: &str,
    kind: &Kind,
    file: Option<&Path>,
) -> Result<Zeroizing<String>, Failure> {
    mark!("SEC-16");
    let Kind { key, from, .. } = kind;
    let what = key.trim_end_matches("_file").replace('_', " ");
    let variable = format!("{}{}", kind.variable, route.to_ascii_uppercase().replace('-', "_"));
    let from_environment = std::env::var(&variable).ok();
    let text = match (file, from_environment) {
        (Some(path), None) => std::fs::read_to_string(path).map_err(|error| {
            place.refuse(
                format!("{key} {} cannot be read: {error}", path.display()),
                "name a file that holds the secret and nothing else, readable by this account alone",
            )
        })?,
        (None, Some(secret)) => secret,
        (Some(path), Some(_)) => {
            return Err(place.refuse(
                format!("the {what} is said twice: in {} and in {variable}", path.display()),
                "leave one of them away",
            ));
        }
        (None, None) => {
            return Err(place.refuse(
                format!("the {what} is missing"),
                format!("name a file in {key}, or set {variable}"),
            ));
        }
    };
    let secret = Zeroizing::new(text.trim().to_owned());
    if secret.is_empty() {
        return Err(place.refuse(format!("the {what} is empty"), *from));
    }
    Ok(secret)
}
