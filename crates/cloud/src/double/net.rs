//! The double behind a port.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use heyan_outbound::{Asked, Bounds, Client, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::settings::Fault;
use super::{Double, Event, Planned};
use crate::Vendor;
use crate::time::Second;

/// The longest request that is read.
const MOST_BYTES: usize = 64 * 1024;
/// How long a customer may take to hear a receipt.
const PATIENCE: Bounds = Bounds { time: Duration::from_secs(5), size: MOST_BYTES };
/// How often a receipt is told: once, and twice more if it is not heard.
const TRIES: u32 = 3;
/// What is waited between.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Told of everything that happens.
pub type Sink = Arc<dyn Fn(Event) + Send + Sync>;
/// The time that signatures are checked by.
pub type Wall = Arc<dyn Fn() -> Second + Send + Sync>;

/// One vendor's port.
#[derive(Clone)]
pub struct Port {
    /// Whose interface is spoken.
    pub vendor: Vendor,
    /// Shared by all ports.
    pub double: Arc<Mutex<Double>>,
    /// Where receipts are called back; without it there are none.
    pub callback: Option<Uri>,
    /// What is called back with.
    pub client: Client,
    /// See [`Wall`].
    pub wall: Wall,
    /// See [`Sink`].
    pub sink: Sink,
}

impl std::fmt::Debug for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Port({})", self.vendor.name())
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the script closes the connection")]
struct Closes;

impl Port {
    /// Plays until dropped.
    pub async fn serve(self, listener: TcpListener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().attend(stream));
                }
                // Too many open files, most likely: others will be closed.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    async fn attend(self, stream: TcpStream) {
        // Without it the answer would only be slower.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| self.answer(request));
        let connection =
            http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        // A customer that has gone, or a fault that was asked for.
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closes> {
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, MOST_BYTES).collect().await else { return Err(Closes) };
        let request: Asked = Request::from_parts(parts, body.to_bytes());
        let taken = {
            let mut double = self.double.lock().unwrap_or_else(PoisonError::into_inner);
            double.take(self.vendor, &request, (self.wall)())
        };
        for event in taken.events {
            (self.sink)(event);
        }
        for receipt in taken.receipts {
            tokio::spawn(self.clone().report(receipt));
        }
        tokio::time::sleep(taken.reply.after).await;
        let (status, body) = match taken.reply.fault {
            None => (taken.reply.status, taken.reply.body),
            Some(Fault::Close) => return Err(Closes),
            Some(Fault::Silence) => std::future::pending().await,
            Some(Fault::Garbage) => (StatusCode::OK, "<html>".to_owned()),
            Some(Fault::Unavailable) => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        // Without a charset: Tencent's SDK sees errors in nothing else.
        let json = header::HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        Ok(response)
    }

    async fn report(self, receipt: Planned) {
        tokio::time::sleep(receipt.after).await;
        let Some(callback) = &self.callback else { return };
        for _ in 0..TRIES {
            let asked = Request::post(callback)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Bytes::from(receipt.body.clone()));
            let answer = match asked {
                Ok(asked) => self.client.send(asked, PATIENCE).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            let answer = answer.map(|answered| answered.status().as_u16());
            let was_heard = answer == Ok(200);
            let Planned { carrier_id, code, .. } = receipt.clone();
            (self.sink)(Event::Reported { carrier_id, code, answer });
            if was_heard {
                return;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
}
