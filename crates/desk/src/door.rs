//! Takes calls: who calls, then what is asked, in one transaction that also uses the call's random value up.
//!
//! Files are large and callers few, so that one large body is in memory at a time; whoever comes meanwhile waits, and is told
//! to come again later (15) when that takes too long.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use heyan_domain::api_keys::Network;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::enterprise::{
    AccountSecret, Call, EnterpriseAccount, EnterpriseAction, EnterpriseAnswer, IspId, RandomValue,
};
use heyan_domain::filing::draft::Domain;
use heyan_domain::tags::Keyring as _;
use heyan_domain::terms::{Document, DocumentNumber, UploadId};
use heyan_enterprise::codes::AnswerCode;
use heyan_enterprise::credentials::{Account, Credentials};
use heyan_enterprise::desk::{self, Arrived, Caller};
use heyan_enterprise::envelope::{self, Key, MAX_ENVELOPE};
use heyan_enterprise::reply::{OnRecord, Reply};
use heyan_enterprise::sequence::{self, Arrival};
use heyan_enterprise::soap::{self, Operation, Request, Service, SoapVersion, StatusQuestion, wsdl};
use heyan_store::clock::Clock;
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, Engine, EngineError};
use heyan_store::keys::Ring;
use heyan_store::packages::Packages;
use heyan_store::tables::Readers;
use heyan_store::views::StagedPart;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use rand::{Rng, RngExt as _, SeedableRng as _};
use tokio::sync::Semaphore;

use crate::{laid, records, upload_name};

/// The largest body: the largest envelope and what stands around it.
const MAX_BODY: usize = MAX_ENVELOPE + (1 << 20);
/// Bodies up to here are not large.
const SMALL_BODY: u64 = 1 << 20;
/// How long a large body waits for another.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the door needs.
pub struct Parts {
    /// Takes commands.
    pub engine: Arc<Engine>,
    /// Read.
    pub readers: Readers,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The keys, for the tags of documents.
    pub ring: Arc<Ring>,
    /// Where ids of files are drawn.
    pub rng: Box<dyn Rng + Send>,
    /// From where anybody may call at all; from anywhere if none is named.
    pub networks: Vec<Network>,
    /// What the WSDLs say where the services are; else what the caller called.
    pub address: Option<String>,
    /// Where the last file of each provider is kept as it came.
    pub packages: Packages,
}

struct Door {
    engine: Arc<Engine>,
    readers: Readers,
    clock: Arc<dyn Clock>,
    ring: Arc<Ring>,
    rng: Mutex<Box<dyn Rng + Send>>,
    networks: Vec<Network>,
    address: Option<String>,
    large: Semaphore,
    packages: Packages,
}

/// Why a call gets no answer of its own; it is told that the system is being seen to (901).
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error("the database cannot be read")]
    Store(#[from] StoreError),
    #[error("the engine did not carry it out")]
    Engine(#[from] EngineError),
    #[error("the call was dropped")]
    Dropped,
}

/// The services.
pub fn router(parts: Parts) -> Router {
    let Parts { engine, readers, clock, ring, rng, networks, address, packages } = parts;
    let rng = Mutex::new(rng);
    let door =
        Door { engine, readers, clock, ring, rng, networks, address, large: Semaphore::new(1), packages };
    let mut router = Router::new();
    for service in Service::ALL {
        router = router.route(service.path(), get(describe).post(call));
    }
    router.with_state(Arc::new(door))
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// A host that a client has said it called, if it can stand in an address.
fn called(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (!host.is_empty() && host.bytes().all(is_fit)).then_some(host)
}

async fn describe(State(door): State<Arc<Door>>, uri: Uri, request: HttpRequest) -> Response {
    if !door.admits(peer(&request)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let service = Service::ALL.into_iter().find(|service| service.path() == uri.path());
    let asked = uri.query().is_some_and(|query| query.eq_ignore_ascii_case("wsdl"));
    let Some(service) = service.filter(|_| asked) else {
        return (StatusCode::NOT_FOUND, "ask with ?wsdl, or send a SOAP call with POST\n").into_response();
    };
    let host = called(request.headers()).unwrap_or("localhost");
    let address = door.address.clone().unwrap_or_else(|| format!("http://{host}"));
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], wsdl::write(service, &address)).into_response()
}

fn said(version: SoapVersion, operation: Operation, reply: &Reply) -> Response {
    let text = soap::answer(version, operation, &reply.document());
    ([(header::CONTENT_TYPE, version.content_type())], text).into_response()
}

async fn call(State(door): State<Arc<Door>>, request: HttpRequest) -> Response {
    let peer = peer(&request);
    if !door.admits(peer) {
        tracing::warn!(name: "enterprise.turned_away", "a call from an address that may not call was turned away");
        return StatusCode::FORBIDDEN.into_response();
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()).and_then(|length| length.parse::<u64>().ok());
    // Held until the call is answered. Only a file is as large as that.
    let _permit = if length.is_none_or(|length| length > SMALL_BODY) {
        let Ok(Ok(permit)) = tokio::time::timeout(PATIENCE, door.large.acquire()).await else {
            drain(request.into_body()).await;
            return said(SoapVersion::One, Operation::Upload, &Reply::Code(AnswerCode::TooManyFiles));
        };
        Some(permit)
    } else {
        None
    };
    let body = match gather(request.into_body(), length).await {
        Ok(body) => body,
        Err(error) if error.is::<LengthLimitError>() => {
            return said(SoapVersion::One, Operation::Upload, &Reply::Code(AnswerCode::FileTooLarge));
        }
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let Ok(read) = beside(move || read(body)).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match read {
        Ok((version, request)) => {
            let operation = request.operation();
            let reply = door.answer(request, peer).await.unwrap_or_else(|error| {
                tracing::error!(name: "enterprise.not_done", %error, "a call could not be carried out");
                Reply::Code(AnswerCode::Maintenance)
            });
            tracing::info!(
                name: "enterprise.called", operation = operation.name(), code = reply.code().number(), "a call"
            );
            said(version, operation, &reply)
        }
        Err(no_call) => {
            let kind = [(header::CONTENT_TYPE, "text/xml; charset=utf-8")];
            (StatusCode::INTERNAL_SERVER_ERROR, kind, soap::fault(no_call)).into_response()
        }
    }
}

/// A body whole, in memory once.
async fn gather(
    body: Body,
    length: Option<u64>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let most = length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default().min(MAX_BODY);
    let mut whole = Vec::with_capacity(most);
    let mut body = Limited::new(body, MAX_BODY);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole)
}

/// A large file is in memory once, not in its envelope as well.
#[expect(clippy::needless_pass_by_value, reason = "it is let go here")]
fn read(body: Vec<u8>) -> Result<(SoapVersion, Request), soap::NoCall> {
    soap::read(&body)
}

/// Reads what nobody looks at, so that the client reads its answer.
async fn drain(body: Body) {
    let mut body = Limited::new(body, MAX_BODY);
    while let Some(Ok(_)) = body.frame().await {}
}

/// How much a thread steps back behind those of the same machine (`nice`).
#[cfg(target_os = "linux")]
const BEHIND: i32 = 10;

/// Work for a processor, on a thread of its own that steps back behind whatever people wait for: reading a large file takes a
/// second of a processor, and nobody's verification may share that.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotDone> {
    let (done, result) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("heyan-desk".to_owned());
    let started = thread.spawn(move || {
        // Of this thread alone. Where it is refused the work is done all the same.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(None, BEHIND);
        // Whoever called may have gone.
        let _ = done.send(work());
    });
    started.map_err(|_| NotDone::Dropped)?;
    result.await.map_err(|_| NotDone::Dropped)
}

fn key(secret: &AccountSecret) -> Option<Key> {
    // Drawn by us, so it fits.
    secret.key.as_ref().and_then(|(key, initial)| Key::parse(key, initial).ok())
}

/// Asks something of a caller that is built of an account.
fn with_caller<T>(account: &EnterpriseAccount, ask: impl FnOnce(&Caller<'_>) -> T) -> T {
    let key = key(&account.secret);
    let known =
        Account { user_name: account.terms.user_name.as_str(), password: account.secret.password.as_str() };
    ask(&Caller { account: known, key: key.as_ref(), may_report: account.terms.may_report })
}

fn octets(random: &str) -> Option<RandomValue> {
    random.as_bytes().try_into().ok()
}

/// Somebody who was let in, but for the one thing that the transaction looks at: whether the random value is new.
struct Guest {
    account: EnterpriseAccount,
    random: RandomValue,
}

impl Door {
    fn admits(&self, peer: Option<IpAddr>) -> bool {
        self.networks.is_empty() || peer.is_some_and(|peer| self.networks.iter().any(|one| one.holds(peer)))
    }

    async fn account(&self, isp_id: Option<i64>) -> Result<Option<EnterpriseAccount>, NotDone> {
        let Some(isp_id) = isp_id.and_then(IspId::new) else { return Ok(None) };
        Ok(self.readers.read(move |reader| reader.enterprise_account(isp_id)).await?)
    }

    /// Judges who calls.
    async fn enter(
        &self,
        credentials: &Credentials,
        peer: Option<IpAddr>,
    ) -> Result<Result<Guest, AnswerCode>, NotDone> {
        let account = self.account(credentials.isp_id).await?;
        let used = match (&account, octets(&credentials.random_value)) {
            (Some(account), Some(random)) => {
                let used = (account.provider.clone(), account.generation, random);
                self.readers.read(move |reader| reader.enterprise_is_used(&used)).await?
            }
            (Some(_) | None, _) => false,
        };
        let judged = match &account {
            Some(account) => with_caller(account, |caller| desk::enter(credentials, Some(caller), |_| used)),
            None => desk::enter(credentials, None, |_| used),
        };
        let (random, account) = match (judged, account) {
            (Ok(random), Some(account)) => (random, account),
            (Err(code), _) => return Ok(Err(code)),
            (Ok(_), None) => return Ok(Err(AnswerCode::ForeignProvider)),
        };
        let networks = &account.terms.networks;
        if !networks.is_empty() && !peer.is_some_and(|peer| networks.iter().any(|one| one.holds(peer))) {
            tracing::warn!(
                name: "enterprise.turned_away", isp_id = account.terms.isp_id.number(),
                "a call with the right password came from an address that the account does not name"
            );
            return Ok(Err(AnswerCode::NotAuthenticated));
        }
        let random = octets(random.as_str()).ok_or(NotDone::Dropped)?;
        Ok(Ok(Guest { account, random }))
    }

    /// Uses the random value up and carries out what was asked, in one.
    async fn carry_out(
        &self,
        guest: &Guest,
        call: Call,
    ) -> Result<Result<EnterpriseAnswer, AnswerCode>, NotDone> {
        let action = EnterpriseAction::Enter {
            provider: guest.account.provider.clone(),
            generation: guest.account.generation,
            random: guest.random,
            call,
        };
        let outcome = self.engine.execute(Action::Enterprise(Box::new(action))).await?;
        let Outcome::Enterprise(answer) = outcome else { return Err(NotDone::Dropped) };
        Ok(match answer {
            EnterpriseAnswer::NotFound => Err(AnswerCode::ForeignProvider),
            EnterpriseAnswer::OldPassword => Err(AnswerCode::WrongPassword),
            EnterpriseAnswer::ValueUsed => Err(AnswerCode::NotAuthenticated),
            answer => Ok(answer),
        })
    }

    async fn answer(&self, request: Request, peer: Option<IpAddr>) -> Result<Reply, NotDone> {
        let guest = match self.enter(request.credentials(), peer).await? {
            Ok(guest) => guest,
            Err(code) => return Ok(Reply::Code(code)),
        };
        match request {
            Request::Upload { envelope, data_sequence, .. } => {
                let (account, last) = (guest.account.clone(), guest.account.last);
                let arrived = beside(move || {
                    with_caller(&account, |caller| desk::upload(envelope, data_sequence, last, caller))
                });
                match arrived.await? {
                    Arrived::Answer(reply) => self.look(&guest, |_| async { Ok(reply) }).await,
                    Arrived::File { number, package } => {
                        self.take_in(&guest, number, package, data_sequence).await
                    }
                }
            }
            Request::Download(_) => self.look(&guest, |guest| self.download(guest)).await,
            Request::DownloadAck { file_name, .. } => {
                let name = file_name.trim().to_owned();
                let known = match self.carry_out(&guest, Call::Acknowledge { name }).await? {
                    Ok(answer) => answer == EnterpriseAnswer::Done,
                    Err(code) => return Ok(Reply::Code(code)),
                };
                let provider = guest.account.provider;
                let more = self.readers.read(move |reader| reader.enterprise_has_result(&provider)).await?;
                Ok(desk::acknowledge(&file_name, known, more))
            }
            Request::QueryPreviousUpload(_) => self.look(&guest, |guest| self.previous(guest)).await,
            Request::QueryBeianStatus { question, .. } => self.look(&guest, |_| self.status(question)).await,
            Request::VerifyBamm(_) => {
                self.look(&guest, |_| async { Ok(Reply::Code(AnswerCode::NotOpen)) }).await
            }
        }
    }

    /// Answers what changes nothing, to somebody who is let in.
    async fn look<'g, F: Future<Output = Result<Reply, NotDone>>>(
        &self,
        guest: &'g Guest,
        answer: impl FnOnce(&'g Guest) -> F,
    ) -> Result<Reply, NotDone> {
        match self.carry_out(guest, Call::Look).await? {
            Ok(_) => answer(guest).await,
            Err(code) => Ok(Reply::Code(code)),
        }
    }

    /// Reads a file, lays what is in it down, and accepts it: once that is written, none of it is lost any more.
    async fn take_in(
        &self,
        guest: &Guest,
        number: u64,
        package: Vec<u8>,
        data_sequence: Option<i64>,
    ) -> Result<Reply, NotDone> {
        let (upload, mut seed) = {
            let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
            // Parts have fourteen bits below it.
            (
                UploadId::from_number(rng.random_range(1..=i64::MAX >> 15)),
                rand::rngs::StdRng::from_rng(&mut *rng),
            )
        };
        let now = self.clock.now();
        let (packages, unit) = (self.packages.clone(), guest.account.terms.isp_id.number());
        let laid = beside(move || {
            if let Err(error) = packages.keep(upload, &package, &mut seed) {
                tracing::warn!(name: "enterprise.not_kept", %error, "a file is not kept for whoever asks for it again");
            }
            laid::lay(&upload_name(now, number), package, unit)
        });
        let mut parts = 0;
        for bytes in laid.await? {
            let part = StagedPart { upload, no: parts, at: now, bytes };
            self.engine.chore(Chore::Stage(Arc::new(part))).await?;
            parts += 1;
        }
        let answer = self.carry_out(guest, Call::TakeIn { upload, number, parts }).await?;
        let (forgotten, reply) = match answer {
            Ok(EnterpriseAnswer::NumberTaken(last)) => match sequence::judge(last, data_sequence) {
                Arrival::Missing(numbers) => (Some(upload), Reply::EarlierFilesMissing(numbers)),
                Arrival::Repeated | Arrival::Next => (Some(upload), Reply::Code(AnswerCode::Done)),
            },
            Ok(_) => (guest.account.last_upload, Reply::Code(AnswerCode::Done)),
            Err(code) => (Some(upload), Reply::Code(code)),
        };
        if let Some(forgotten) = forgotten {
            let packages = self.packages.clone();
            beside(move || packages.forget(forgotten)).await?;
        }
        Ok(reply)
    }

    async fn download(&self, guest: &Guest) -> Result<Reply, NotDone> {
        let provider = guest.account.provider.clone();
        let waiting = self.readers.read(move |reader| reader.enterprise_result(&provider)).await?;
        let secret = guest.account.secret.clone();
        beside(move || {
            let waiting = waiting.as_ref().map(|(name, file)| (name.as_str(), file.as_slice()));
            desk::download(waiting, key(&secret).as_ref())
        })
        .await
    }

    async fn previous(&self, guest: &Guest) -> Result<Reply, NotDone> {
        let (last, secret) = (guest.account.last, guest.account.secret.clone());
        let Some(id) = guest.account.last_upload else {
            return Ok(Reply::Previous { number: last, file: None });
        };
        let upload = self.readers.read(move |reader| reader.enterprise_upload(id)).await?;
        let packages = self.packages.clone();
        let package = beside(move || packages.find(id)).await?;
        // It is forgotten after a while; its number is not.
        let Some((upload, package)) = upload.zip(package) else {
            return Ok(Reply::Previous { number: last, file: None });
        };
        let name = upload_name(upload.taken_at, upload.number);
        let envelope = beside(move || envelope::wrap(package, key(&secret).as_ref())).await?;
        Ok(Reply::Previous { number: upload.number, file: envelope.ok().map(|envelope| (name, envelope)) })
    }

    /// Whether a domain, or an organiser by a document, is on record.
    async fn status(&self, question: StatusQuestion) -> Result<Reply, NotDone> {
        let condition = question.condition.trim();
        let found = match question.kind {
            Some(0) => match Domain::parse(condition) {
                Some(domain) => {
                    let service = self.readers.read(move |reader| reader.registered_domain(&domain)).await?;
                    service.map(|service| OnRecord {
                        entity_no: service.entity_no.to_string(),
                        service: Some((service.name, service.no.to_string())),
                    })
                }
                None => None,
            },
            Some(code) => match records::document_type(code).zip(DocumentNumber::parse(condition)) {
                Some((kind, number)) => {
                    let document = Document { kind, number, back_number: None };
                    let ring = self.ring.current();
                    let tags: Vec<_> = ring.keys().iter().map(|key| ring.entity(*key, &document)).collect();
                    let no = self.readers.read(move |reader| reader.registered_entity(&tags)).await?;
                    no.map(|no| OnRecord { entity_no: no.to_string(), service: None })
                }
                None => None,
            },
            None => None,
        };
        Ok(Reply::status(question, found))
    }
}
