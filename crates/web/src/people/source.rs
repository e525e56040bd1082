//! Where a request came from.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use heyan_domain::limits::AddressBlock;

/// The block of the address at the other end of the connection; what headers say about it is the caller's text and
/// counts for nothing (SEC-05).
pub(crate) struct Source(pub Option<AddressBlock>);

impl<S: Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(address.map(|ConnectInfo(address)| AddressBlock::of(address.ip()))))
    }
}
