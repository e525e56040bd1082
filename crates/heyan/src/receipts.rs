//! The door by which cloud vendors call back with receipts: `POST /sms/receipts/<route>/<secret>`.
//!
//! Whoever does not know the secret, or comes from elsewhere, is answered as at any address where there is nothing. A vendor
//! is thanked when its receipts are written down, and not before: then it forgets them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use heyan_cloud::Vendor;
use heyan_cloud::receipt::{Gate, MOST_BYTES, Rejected, callback, thanks};
use heyan_gateway::{Said, cloud};
use tokio::sync::{mpsc, oneshot};
use tower::ServiceExt as _;

/// The door of one route.
#[derive(Clone, Debug)]
pub struct Door {
    /// The route's name.
    pub route: String,
    /// Its place among the lines.
    pub place: usize,
    /// Whose receipts come.
    pub vendor: Vendor,
    /// Who may bring them.
    pub gate: Gate,
}

struct Doors {
    open: Vec<Door>,
    /// Where lines say things. Held weakly: an open door must not keep the house from ending.
    mouth: mpsc::WeakSender<(usize, Said)>,
    /// Everything else that is served.
    rest: Router,
}

/// The doors beside everything else that is served.
pub fn beside(rest: Router, doors: Vec<Door>, mouth: mpsc::WeakSender<(usize, Said)>) -> Router {
    if doors.is_empty() {
        return rest;
    }
    let doors = Arc::new(Doors { open: doors, mouth, rest: rest.clone() });
    let own = Router::new().route("/sms/receipts/{route}/{secret}", any(call)).with_state(doors);
    rest.merge(own)
}

async fn call(
    State(doors): State<Arc<Doors>>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let (Ok(Path((route, secret))), Some(peer)) = (path, peer) else { return doors.nothing(request).await };
    let Some(door) = doors.open.iter().find(|door| door.route == route) else {
        return doors.nothing(request).await;
    };
    if request.method() != Method::POST || door.gate.admits(peer, &secret).is_err() {
        tracing::warn!(name: "sms.callback_turned_away", route, "a call with receipts was turned away");
        return doors.nothing(request).await;
    }
    let Ok(body) = to_bytes(request.into_body(), MOST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match doors.take(door, peer, &secret, &body).await {
        Ok(()) => ([(header::CONTENT_TYPE, "application/json")], thanks(door.vendor)).into_response(),
        Err(status) => status.into_response(),
    }
}

impl Doors {
    /// As if nobody had called here. Nothing of the address is handed on: its end may be the secret.
    async fn nothing(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let mut elsewhere = Request::new(Body::new(body));
        *elsewhere.method_mut() = parts.method;
        *elsewhere.uri_mut() = Uri::from_static("/sms/receipts");
        *elsewhere.headers_mut() = parts.headers;
        if let Some(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            elsewhere.extensions_mut().insert(*peer);
        }
        match self.rest.clone().oneshot(elsewhere).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Tells what the receipts say, and waits until that is written down.
    async fn take(&self, door: &Door, peer: IpAddr, secret: &str, body: &[u8]) -> Result<(), StatusCode> {
        let receipts = callback(door.vendor, &door.gate, peer, secret, body).map_err(|why| match why {
            Rejected::Secret | Rejected::Network => StatusCode::NOT_FOUND,
            Rejected::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Rejected::Unreadable => StatusCode::BAD_REQUEST,
        })?;
        if receipts.unreadable > 0 {
            tracing::warn!(
                name: "sms.receipts_unreadable", route = door.route, count = receipts.unreadable,
                "a vendor's receipts cannot be read and are passed over"
            );
        }
        let mouth = self.mouth.upgrade().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        let mut told = Vec::new();
        for reported in receipts.receipts.into_iter().filter_map(cloud::reported) {
            let (tell, is_written) = oneshot::channel::<()>();
            let acknowledge = Box::new(move || {
                // A vendor that has gone sends them again.
                let _ = tell.send(());
            });
            let said = Said::Reported { reported, acknowledge };
            mouth.send((door.place, said)).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
            told.push(is_written);
        }
        // Whoever waits here must not be who keeps the lines from ending.
        drop(mouth);
        for is_written in told {
            is_written.await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        }
        Ok(())
    }
}
