//! A request as handlers see it. Its methods are called in the order in which a request is judged: who calls, what
//! was said in headers, what exists, what the body holds.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts as _, RawPathParams, Request};
use axum::http::{HeaderMap, Uri};
use heyan_domain::Timestamp;
use heyan_domain::bulk::BulkJob;
use heyan_domain::decide::Expected;
use heyan_domain::filing::Filing;
use heyan_domain::rules::Rules;
use heyan_domain::terms::{BulkId, FilingId, ProviderId, Province};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::query::Query;
use super::signed::{self, Signed};
use super::{Shared, auth, body, etag, idempotency};
use crate::app::Caller;
use crate::bulk::MAX_FILE_BYTES;
use crate::texts::Language;

/// What is known of a request for its log line and for answers that go wrong.
pub(crate) struct Call {
    pub request_id: String,
    pub language: Language,
    pub caller: OnceLock<String>,
}

/// A request.
pub(super) struct Incoming {
    pub api: Arc<Shared>,
    pub language: Language,
    call: Arc<Call>,
    headers: HeaderMap,
    uri: Uri,
    signed: Option<Result<Signed, Problem>>,
    /// What the path names, by what it is.
    named: Vec<(String, String)>,
    /// Behind a lock only so that a request can be looked at from several places at once; it is read once.
    body: Mutex<Body>,
    rules: OnceLock<Arc<Rules>>,
}

impl FromRequest<Arc<Shared>> for Incoming {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Arc<Shared>) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let params = RawPathParams::from_request_parts(&mut parts, api).await;
        let params = params.map_err(|_| Problem::filing_not_found())?;
        let named = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let call = parts.extensions.get::<Arc<Call>>().cloned().ok_or_else(Problem::internal)?;
        let signed = signed::signed(&api.app, &parts).await;
        let (headers, uri, body) = (parts.headers, parts.uri, Mutex::new(body));
        Ok(Self {
            api: Arc::clone(api),
            language: call.language,
            call,
            headers,
            uri,
            signed,
            named,
            body,
            rules: OnceLock::new(),
        })
    }
}

impl Incoming {
    /// The rules for what is shown: as they are when they are first asked for, which is after the command.
    pub fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| self.api.app.rules.current())
    }

    /// Anybody with a key.
    pub fn anyone(&self) -> Result<Caller, Problem> {
        let (caller, name) = if let Some(signed) = &self.signed {
            let signed = signed.clone()?;
            (signed.caller, signed.key.to_string())
        } else {
            let caller = auth::caller(&self.api.app, &self.headers)?;
            let name = auth::name(&caller);
            (caller, name)
        };
        // Set once per request; a second call would set the same.
        let _ = self.call.caller.set(name);
        Ok(caller)
    }

    /// A provider.
    pub fn provider(&self) -> Result<ProviderId, Problem> {
        match self.anyone()? {
            Caller::Provider(provider) => Ok(provider),
            Caller::Administration(_) => Err(Problem::role()),
        }
    }

    /// An administration.
    pub fn administration(&self) -> Result<Province, Problem> {
        match self.anyone()? {
            Caller::Administration(province) => Ok(province),
            Caller::Provider(_) => Err(Problem::role()),
        }
    }

    /// The caller's name: of the key.
    pub fn caller_name(&self) -> String {
        self.call.caller.get().cloned().unwrap_or_default()
    }

    /// Whose requests a repetition is looked for among: all of a provider's or an administration's, whichever key is used.
    pub fn whose(&self) -> String {
        self.anyone().map(|caller| auth::name(&caller)).unwrap_or_default()
    }

    /// A body that was signed is the one that was sent.
    fn check(&self, bytes: &Bytes) -> Result<(), Problem> {
        self.signed
            .as_ref()
            .and_then(|signed| signed.as_ref().ok())
            .map_or(Ok(()), |signed| signed.check(bytes))
    }

    /// `Idempotency-Key`.
    pub fn idempotency_key(&self) -> Result<String, Problem> {
        idempotency::key_of(&self.headers)
    }

    /// The query, with these parameters and no others.
    pub fn query(&self, known: &[&str]) -> Result<Query, Problem> {
        Query::read(&self.uri, known)
    }

    /// What the path names as this.
    pub fn named(&self, what: &str) -> Option<&str> {
        self.named.iter().find(|(name, _)| name == what).map(|(_, value)| value.as_str())
    }

    /// The filing that the path names. What is no id names none.
    pub fn filing_id(&self) -> Result<FilingId, Problem> {
        self.named("filing").and_then(FilingId::parse).ok_or_else(Problem::filing_not_found)
    }

    /// The row of the filing that the path names, if it is this provider's; another's is not there (SEC-09).
    pub async fn own_filing(&self, provider: &ProviderId) -> Result<Filing, Problem> {
        let id = self.filing_id()?;
        let filing = self.api.app.readers.read(move |reader| reader.filing(id)).await?;
        filing.filter(|filing| filing.provider == *provider).ok_or_else(Problem::filing_not_found)
    }

    /// The file of filings that the path names, if it is this provider's; another's is not there (SEC-09).
    pub async fn own_job(&self, provider: &ProviderId) -> Result<BulkJob, Problem> {
        let id = self.named("job").and_then(BulkId::parse).ok_or_else(super::bulk::not_found)?;
        let job = self.api.app.readers.read(move |reader| reader.bulk_job(id)).await?;
        job.filter(|job| job.provider == *provider).ok_or_else(super::bulk::not_found)
    }

    /// `If-Match`, beside the version there is.
    pub fn expected(&self, current: u32) -> Expected {
        etag::expected(&self.headers, current, self.api.app.sandbox.is_some())
    }

    /// Where people reach the portal: its configured address, else the host that the caller named, by HTTPS; the sandbox is
    /// plain HTTP. What a caller says here stands in its own answer and nowhere else.
    pub fn base_url(&self) -> String {
        if let Some(hosts) = &self.api.app.hosts {
            return hosts.portal.to_string();
        }
        let scheme = if self.api.app.sandbox.is_some() { "http" } else { "https" };
        crate::host::base_url(scheme, &self.headers)
    }

    /// The clock.
    pub fn now(&self) -> Timestamp {
        self.api.app.clock.now()
    }

    /// The body; can be taken once.
    pub async fn bytes(&mut self) -> Result<Bytes, Problem> {
        let body = std::mem::take(self.body.get_mut().unwrap_or_else(PoisonError::into_inner));
        let bytes = body::read(body).await?;
        self.check(&bytes)?;
        Ok(bytes)
    }

    /// The body as a file of filings.
    pub async fn sheet(&mut self) -> Result<Bytes, Problem> {
        let body = std::mem::take(self.body.get_mut().unwrap_or_else(PoisonError::into_inner));
        let bytes = body::read_within(body, MAX_FILE_BYTES, 2 * MAX_FILE_BYTES).await?;
        self.check(&bytes)?;
        body::check_sheet_type(&self.headers)?;
        Ok(bytes)
    }

    /// The body as JSON, and its bytes.
    pub async fn json<T: DeserializeOwned>(&mut self) -> Result<(T, Bytes), Problem> {
        let bytes = self.bytes().await?;
        Ok((body::json(&self.headers, &bytes)?, bytes))
    }

    /// The body where none is needed.
    pub async fn nothing(&mut self) -> Result<Bytes, Problem> {
        let bytes = self.bytes().await?;
        body::nothing(&self.headers, &bytes)?;
        Ok(bytes)
    }
}
