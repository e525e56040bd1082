//! Connections: taken in, bounded in time while a request arrives, and let finish when the program stops.
//!
//! A client that sends its head or its body slower than anybody has to is cut off: it would hold a connection, and memory
//! with it, for ever. What the program itself takes to answer is bounded elsewhere.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep};
use tower::ServiceExt as _;

/// How slow a client may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// For the head of a request, from when the connection is free for it; so it ends idle connections, too.
    pub head: Duration,
    /// For its body, and longer by a second for every [`Patience::bytes_per_second`] that have arrived.
    pub body: Duration,
    /// What a body must bring a second to be waited for any longer.
    pub bytes_per_second: u32,
    /// For requests in hand when the program stops.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            bytes_per_second: 16 * 1024,
            stop: Duration::from_secs(10),
        }
    }
}

/// How long to wait before connections are taken in again after the system could give none, such as for want of files.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// A body that has to arrive in time.
struct Timed {
    inner: Body,
    until: Pin<Box<Sleep>>,
    bytes_per_second: u32,
    late: Arc<AtomicBool>,
}

/// The time that so many bytes earn.
fn earned(bytes: usize, bytes_per_second: u32) -> Duration {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Duration::from_secs(1).saturating_mul(bytes) / bytes_per_second.max(1)
}

/// The client was too slow.
#[derive(Debug, thiserror::Error)]
#[error("the body of the request did not arrive in time")]
struct TooSlow;

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            if let Some(Ok(frame)) = &frame
                && let Some(data) = frame.data_ref()
            {
                let until = self.until.deadline() + earned(data.len(), self.bytes_per_second);
                self.until.as_mut().reset(until);
            }
            return Poll::Ready(frame);
        }
        match self.until.as_mut().poll(context) {
            Poll::Ready(()) => {
                self.late.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Answers one request; 408 if its body did not arrive in time, whatever the handler has made of that.
async fn answer(router: Router, request: Request, patience: Patience) -> Result<Response, Infallible> {
    if request.body().is_end_stream() {
        return router.oneshot(request).await;
    }
    let late = Arc::new(AtomicBool::new(false));
    let until = Instant::now() + patience.body;
    let request = request.map(|inner| {
        Body::new(Timed {
            inner,
            until: Box::pin(tokio::time::sleep_until(until)),
            bytes_per_second: patience.bytes_per_second,
            late: Arc::clone(&late),
        })
    });
    let response = router.oneshot(request).await?;
    if !late.load(Ordering::Relaxed) {
        return Ok(response);
    }
    let mut response = StatusCode::REQUEST_TIMEOUT.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(response)
}

/// Serves until `stopped` is ready, then lets the requests in hand finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stopped: impl Future<Output = ()> + Send,
) {
    let graceful = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopped => break,
        };
        match accepted {
            Ok((stream, address)) => begin(stream, address, &router, patience, &graceful),
            Err(error) if is_the_client_s(&error) => {}
            Err(error) => {
                tracing::error!(name: "serve.accept_failed", error = %error, "no connection can be taken in");
                tokio::time::sleep(AFTER_A_FAILURE).await;
            }
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(patience.stop) => {}
    }
}

/// Whether a connection was given up before it was taken in.
fn is_the_client_s(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn begin(
    stream: TcpStream,
    address: SocketAddr,
    router: &Router,
    patience: Patience,
    graceful: &GracefulShutdown,
) {
    // Small answers must not wait for more to send with them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(name: "serve.nodelay_failed", error = %error, "a connection keeps its delay");
    }
    let router = router.clone();
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        answer(router.clone(), request, patience)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(name: "serve.connection_ended", error = %error, "a connection ended early");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_earns_time_by_what_has_arrived() {
        let rate = Patience::default().bytes_per_second;
        assert_eq!(earned(0, rate), Duration::ZERO);
        assert_eq!(earned(8 * 1024, rate), Duration::from_millis(500));
        assert_eq!(earned(16 * 1024 * 1024, rate), Duration::from_secs(1_024), "the largest upload");
        assert_eq!(earned(3, 0), Duration::from_secs(3), "no rate is the slowest");
    }
}
