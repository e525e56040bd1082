//! Requests to others' HTTP servers: one client, which waits no longer and reads no more than it is told, follows no
//! redirect, and speaks TLS with whatever the system trusts.

mod reach;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::Response;
use hyper::body::Bytes;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as Pooled;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use reach::Guide;
pub use reach::Reach;

pub use hyper::{HeaderMap, Method, Request, StatusCode, Uri, header};

/// Requests that are made of bytes and answered by bytes.
pub type Asked = Request<Bytes>;
/// See [`Asked`].
pub type Answered = Response<Bytes>;

/// How long, and how much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// From the first byte sent to the last one read.
    pub time: Duration,
    /// Bytes of the answer's body.
    pub size: usize,
}

/// Why there is no answer. None of them says whether the other side has done what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Nobody was there, or the connection broke.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// Whom we asked.
        host: String,
        /// What the connection says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It took too long.
    #[error("{host} did not answer in {} s", time.as_secs())]
    TooSlow {
        /// Whom we asked.
        host: String,
        /// How long was waited.
        time: Duration,
    },
    /// The name leads to where the client does not go.
    #[error("{host} is at no address that may be asked")]
    OutOfReach {
        /// Whom we would have asked.
        host: String,
    },
    /// The answer is longer than what is read.
    #[error("the answer of {host} has more than {size} bytes")]
    TooLong {
        /// Whom we asked.
        host: String,
        /// What is read.
        size: usize,
    },
}

/// Why there is no answer, and whether the other side can have the request.
#[derive(Debug, thiserror::Error)]
#[error("{failed}")]
pub struct Unanswered {
    /// Why.
    #[source]
    pub failed: Failed,
    /// Whether there was a connection. Without one, nothing of the request has left.
    pub was_connected: bool,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum NoClient {
    /// The file with further certificates cannot be read.
    #[error("the certificates in {file} cannot be read")]
    Certificates {
        /// Which.
        file: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The cryptography does not offer what TLS needs.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// See the module. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    pooled: Pooled<HttpsConnector<HttpConnector<Guide>>, Full<Bytes>>,
    reach: Arc<Reach>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// Goes everywhere. Trusts what the system trusts, and the certificates of a file (PEM) if one is named.
    pub fn new(further: Option<&Path>) -> Result<Self, NoClient> {
        Self::within(Reach::Everywhere, further)
    }

    /// The same, but goes no further than it is told: the address that was checked is the one that is connected to, however
    /// a name is resolved the next time.
    pub fn within(reach: Reach, further: Option<&Path>) -> Result<Self, NoClient> {
        let mut roots = RootCertStore::empty();
        // A system without any is no reason to stop: whoever speaks only with loopback needs none, and whoever needs one
        // is told when the connection fails.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = further {
            let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| NoClient::Certificates {
                file: file.display().to_string(),
                source,
            };
            let found = CertificateDer::pem_file_iter(file).map_err(|error| unreadable(Box::new(error)))?;
            for certificate in found {
                let certificate = certificate.map_err(|error| unreadable(Box::new(error)))?;
                roots.add(certificate).map_err(|error| unreadable(Box::new(error)))?;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = tls.with_root_certificates(roots).with_no_client_auth();
        let reach = Arc::new(reach);
        let mut plain = HttpConnector::new_with_resolver(Guide(Arc::clone(&reach)));
        plain.enforce_http(false);
        plain.set_nodelay(true);
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        Ok(Self { pooled: Pooled::builder(TokioExecutor::new()).build(connector), reach })
    }

    /// Asks. Whatever the status, an answer is an answer; a redirect is one, too.
    pub async fn send(&self, asked: Asked, bounds: Bounds) -> Result<Answered, Failed> {
        self.send_once(asked, bounds).await.map_err(|unanswered| unanswered.failed)
    }

    /// Like [`Self::send`], for what must not be done twice: says whether the other side can have the request.
    pub async fn send_once(&self, asked: Asked, bounds: Bounds) -> Result<Answered, Unanswered> {
        let host = asked.uri().host().unwrap_or_default().to_owned();
        // An address that is written out is not looked up, so the guide would not see it.
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse();
        if literal.is_ok_and(|address| !self.reach.holds(address)) {
            return Err(Unanswered { failed: Failed::OutOfReach { host }, was_connected: false });
        }
        let mut asked = asked.map(Full::new);
        let connection = capture_connection(&mut asked);
        let answered = match tokio::time::timeout(bounds.time, self.whole(asked, &host, bounds.size)).await {
            Ok(answered) => answered,
            Err(_) => Err(Failed::TooSlow { host, time: bounds.time }),
        };
        let was_connected = connection.connection_metadata().is_some();
        answered.map_err(|failed| Unanswered { failed, was_connected })
    }

    async fn whole(&self, asked: Request<Full<Bytes>>, host: &str, size: usize) -> Result<Answered, Failed> {
        let unreachable = |source| Failed::Unreachable { host: host.to_owned(), source };
        let answer = self.pooled.request(asked).await.map_err(|error| {
            if reach::is_out_of_reach(&error) {
                Failed::OutOfReach { host: host.to_owned() }
            } else {
                unreachable(Box::new(error))
            }
        })?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, size).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Failed::TooLong { host: host.to_owned(), size }
            } else {
                unreachable(error)
            }
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;

    const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), size: 1_000 };

    /// A server on loopback that ends with the test.
    async fn server(router: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/")
    }

    async fn ask(address: &str, bounds: Bounds) -> Result<Answered, Failed> {
        let asked = Request::get(address).body(Bytes::new()).unwrap();
        Client::new(None).unwrap().send(asked, bounds).await
    }

    #[tokio::test]
    async fn an_answer_is_read_whatever_its_status() {
        let address =
            server(Router::new().route("/", get(|| async { (StatusCode::IM_A_TEAPOT, "tea") }))).await;
        let answer = ask(&address, BOUNDS).await.unwrap();
        assert_eq!((answer.status(), answer.body().as_ref()), (StatusCode::IM_A_TEAPOT, b"tea".as_slice()));
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let elsewhere = get(|| async { Redirect::to("/elsewhere") });
        let answer = ask(&server(Router::new().route("/", elsewhere)).await, BOUNDS).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }

    #[tokio::test]
    async fn no_more_is_read_than_was_said() {
        let address = server(Router::new().route("/", get(|| async { "x".repeat(1_001) }))).await;
        assert!(matches!(ask(&address, BOUNDS).await, Err(Failed::TooLong { size: 1_000, .. })));
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_was_said() {
        let never = get(std::future::pending::<&str>);
        let bounds = Bounds { time: Duration::from_millis(1), ..BOUNDS };
        let failed = ask(&server(Router::new().route("/", never)).await, bounds).await;
        assert!(matches!(failed, Err(Failed::TooSlow { .. })));
    }

    #[tokio::test]
    async fn a_port_where_nobody_listens_is_said_to_be_unreachable() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let failed = ask(&address, BOUNDS).await.unwrap_err();
        assert_eq!(failed.to_string(), "127.0.0.1 cannot be reached");
    }

    #[tokio::test]
    async fn whether_anything_has_left_is_told_apart() {
        async fn was_connected(address: &str) -> bool {
            let asked = Request::get(address).body(Bytes::new()).unwrap();
            let bounds = Bounds { time: Duration::from_secs(2), ..BOUNDS };
            Client::new(None).unwrap().send_once(asked, bounds).await.unwrap_err().was_connected
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let closes = tokio::spawn(async move { drop(listener.accept().await) });
        assert!(was_connected(&address).await, "whoever closes without a word may have read the request");
        closes.await.unwrap();
        assert!(!was_connected(&address).await, "nobody listens any more");
        // Accepts connections, but says nothing: TLS never comes about.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}/", silent.local_addr().unwrap());
        assert!(!was_connected(&address).await, "without TLS nothing has left");
    }

    #[test]
    fn a_file_without_certificates_is_refused_by_its_name() {
        let failed = Client::new(Some(Path::new("missing.pem"))).unwrap_err();
        assert_eq!(failed.to_string(), "the certificates in missing.pem cannot be read");
    }
}
