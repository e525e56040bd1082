//! A route's secret: from a file or from the environment, never from the configuration file itself (SEC-16).

use std::path::Path;

use heyan_domain::mark;
use zeroize::Zeroizing;

use super::Place;
use crate::failure::Failure;

/// The environment's variable for a route: `HEYAN_SMS_SECRET_` and its name in capitals, hyphens as underscores.
fn variable(route: &str) -> String {
    format!("HEYAN_SMS_SECRET_{}", route.to_ascii_uppercase().replace('-', "_"))
}

/// Reads it; said twice or not at all is refused.
pub(super) fn read(place: &Place, route: &str, file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    mark!("SEC-16");
    let variable = variable(route);
    let from_environment = std::env::var(&variable).ok();
    let text = match (file, from_environment) {
        (Some(path), None) => std::fs::read_to_string(path).map_err(|error| {
            place.refuse(
                format!("secret_file {} cannot be read: {error}", path.display()),
                "name a file that holds the secret and nothing else, readable by this account alone",
            )
        })?,
        (None, Some(secret)) => secret,
        (Some(path), Some(_)) => {
            return Err(place.refuse(
                format!("the secret is said twice: in {} and in {variable}", path.display()),
                "leave one of them away",
            ));
        }
        (None, None) => {
            return Err(place
                .refuse("the secret is missing", format!("name a file in secret_file, or set {variable}")));
        }
    };
    let secret = Zeroizing::new(text.trim().to_owned());
    if secret.is_empty() {
        return Err(place.refuse("the secret is empty", "ask the carrier for it"));
    }
    Ok(secret)
}
