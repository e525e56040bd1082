//! Who asks: somebody on the staff, or whoever is at the sign-in page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::accounts::{DisplayName, Role, SessionTag, SignInName};
use heyan_domain::terms::{AccountId, ProviderId, Province};

use super::cookie::cookie;
use crate::console::{Flash, LANGUAGE_COOKIE, Problem, language_of};
use crate::texts::Language;

/// What is known of any request for a page of the consoles.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The language of the page: what the cookie says, else Chinese.
    pub language: Language,
    /// The path that was asked for, with its query.
    pub path: String,
    /// Whether it was a form that was sent there, so that no link leads back to it.
    pub posted: bool,
}

impl Visitor {
    /// Of a request.
    pub fn of(method: &Method, headers: &HeaderMap, uri: &Uri) -> Self {
        let language = cookie(headers, LANGUAGE_COOKIE).map(language_of).unwrap_or_default();
        let path = uri.path_and_query().map_or("/console", |path| path.as_str()).to_owned();
        Self { language, path, posted: *method == Method::POST }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let uri = parts.extensions.get::<axum::extract::OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
        Ok(Self::of(&parts.method, &parts.headers, uri))
    }
}

/// Somebody on the staff, signed in, whose role may do what is asked. Every handler behind the gate can ask for it.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The account.
    pub account: AccountId,
    /// The name it signs in with.
    pub name: SignInName,
    /// The name that colleagues see.
    pub display_name: DisplayName,
    /// What it may do.
    pub role: Role,
    /// The value of the hidden field `csrf` in every form.
    pub csrf: String,
    /// The session.
    pub session: SessionTag,
    /// Language and path.
    pub visitor: Visitor,
    /// What the last form came to, shown once on the next page.
    pub flash: Option<Flash>,
    /// Whether an identity provider vouches for the person: password and second factor are kept there.
    pub federated: bool,
    /// Whether the second factor has to be set up before anything else.
    pub must_set_up: bool,
}

impl Staff {
    /// The person, as commands and the audit log name them.
    pub fn named(&self) -> heyan_domain::audit::Staff {
        heyan_domain::audit::Staff { account: self.account, name: self.name.as_str().to_owned() }
    }
}

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        // The gate puts it there; a route without the gate has nobody.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::Forbidden.into_response())
    }
}

/// Somebody of a provider, and which.
#[derive(Clone, Debug)]
pub struct OfProvider(pub Staff, pub ProviderId);

impl<S: Sync> FromRequestParts<S> for OfProvider {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let staff = Staff::from_request_parts(parts, state).await?;
        match staff.role.provider().cloned() {
            Some(provider) => Ok(Self(staff, provider)),
            None => Err(Problem::Forbidden.into_response()),
        }
    }
}

/// Somebody of an administration, and of which province.
#[derive(Clone, Debug)]
pub struct OfAdministration(pub Staff, pub Province);

impl<S: Sync> FromRequestParts<S> for OfAdministration {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let staff = Staff::from_request_parts(parts, state).await?;
        match staff.role.province() {
            Some(province) => Ok(Self(staff, province)),
            None => Err(Problem::Forbidden.into_response()),
        }
    }
}
