//! `/console/provider/keys`: the keys with which the own provider's programs sign their requests to `/v1`, for its admins.
//! A secret is shown once, on the page that making it leads to.

mod add;
mod debug;
mod form;
mod list;
mod one;

use heyan_domain::api_keys::{ApiKey, ApiKeyAction, ApiKeyAnswer};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{ApiKeyId, ProviderId};

use crate::app::App;
use crate::console::parts::{Cell, Tone};
use crate::console::table::Route;
use crate::console::{Flash, Problem};
use crate::texts::Texts;

const PATH: &str = "/console/provider/keys";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), add::routes(), debug::routes(), one::routes()].into_iter().flatten().collect()
}

/// The key that a path names; another provider's is not there.
async fn find(app: &App, provider: &ProviderId, id: &str) -> Result<ApiKey, Problem> {
    let id = ApiKeyId::parse(id).ok_or(Problem::NotFound)?;
    let found = app.readers.read(move |reader| reader.api_key(id)).await.map_err(|_| Problem::System)?;
    found.filter(|key| key.owner.provider() == Some(provider)).ok_or(Problem::NotFound)
}

/// What a key may do, in words.
fn scopes(t: &Texts, key: &ApiKey) -> String {
    let words: Vec<String> =
        key.scopes.iter().map(|scope| t.get(&format!("api-keys-scope-{scope}"))).collect();
    if words.is_empty() { t.get("api-keys-no-scope") } else { words.join(&t.get("api-keys-and")) }
}

/// From where it may be used, in words.
fn networks(t: &Texts, key: &ApiKey) -> Vec<String> {
    if key.networks.is_empty() {
        return vec![t.get("api-keys-anywhere")];
    }
    key.networks.iter().map(ToString::to_string).collect()
}

fn standing(t: &Texts, key: &ApiKey) -> Cell {
    match (key.revoked_at, key.secrets.len()) {
        (Some(_), _) => Cell::tag(Tone::Plain, t.get("api-keys-revoked")),
        (None, 0 | 1) => Cell::tag(Tone::Success, t.get("api-keys-in-use")),
        (None, _) => Cell::tag(Tone::Warning, t.get("api-keys-two-secrets")),
    }
}

/// Carries something out; gives the page's message and the key it is about.
async fn carry_out(
    app: &App,
    wanted: ApiKeyAction,
    done: &'static str,
) -> Result<(Flash, Option<ApiKeyId>), Problem> {
    match app.engine.execute(Action::ApiKey(Box::new(wanted))).await {
        Ok(Outcome::ApiKey(ApiKeyAnswer::Secret(id, secret))) => {
            Ok((Flash::success(done).with("key", id.to_string()).with("secret", secret.expose()), Some(id)))
        }
        Ok(Outcome::ApiKey(ApiKeyAnswer::Done(id))) => Ok((Flash::success(done), Some(id))),
        Ok(Outcome::ApiKey(ApiKeyAnswer::TwoSecrets)) => Ok((Flash::error("api-keys-has-two"), None)),
        Ok(Outcome::ApiKey(ApiKeyAnswer::LastSecret)) => Ok((Flash::error("api-keys-has-one"), None)),
        Ok(Outcome::ApiKey(ApiKeyAnswer::NotFound)) => Err(Problem::NotFound),
        Ok(_) | Err(_) => Err(Problem::System),
    }
}
