//! An administration that approves everything, on loopback: what the peers' tests call, and a way to try a client.
//!
//! `cargo run -p heyan-enterprise --example desk` prints its address. The provider is `330000000001`, its user `xunlan`, the
//! password `1234567890`, the key `0123456789ABCDEF` with `0102030405060708`; there is nothing in it to protect. What it
//! holds is gone when it ends.

#![expect(clippy::print_stdout, reason = "the program's answer")]

use std::collections::{HashSet, VecDeque};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, serve};
use heyan_enterprise::codes::AnswerCode;
use heyan_enterprise::credentials::Account;
use heyan_enterprise::desk::{self, Arrived, Caller};
use heyan_enterprise::download::{CodeTables, FileName, RecordResult, Results, Review, Unit};
use heyan_enterprise::envelope::{Envelope, Key, MAX_ENVELOPE, seal};
use heyan_enterprise::reply::{OnRecord, Reply};
use heyan_enterprise::soap::{self, Request, Service, wsdl};
use heyan_enterprise::{RecordCode, upload};
use tokio::net::TcpListener;

const ISP_ID: i64 = 330_000_000_001;

/// What the desk remembers of its one provider.
struct Desk {
    address: String,
    key: Key,
    used: HashSet<String>,
    last: u64,
    last_file: Option<(String, Envelope)>,
    waiting: VecDeque<(String, Vec<u8>)>,
    written: HashSet<String>,
}

type Shared = Arc<Mutex<Desk>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let mut desk = Desk {
        address: address.clone(),
        key: Key::parse("0123456789ABCDEF", "0102030405060708")?,
        used: HashSet::new(),
        last: 0,
        last_file: None,
        waiting: VecDeque::new(),
        written: HashSet::new(),
    };
    let unit = Unit { id: ISP_ID, name: "Xunlan".to_owned(), is_valid: true };
    desk.put(CodeTables { units: vec![unit] }.to_file()?)?;
    let mut router = Router::new();
    for service in Service::ALL {
        router = router.route(service.path(), get(describe).post(call));
    }
    let router = router
        .layer(DefaultBodyLimit::max(MAX_ENVELOPE.saturating_add(1 << 20)))
        .with_state(Arc::new(Mutex::new(desk)));
    println!("listening on {address}");
    serve(listener, router).await?;
    Ok(())
}

async fn describe(State(desk): State<Shared>, uri: Uri) -> Response {
    let address = desk.lock().unwrap_or_else(PoisonError::into_inner).address.clone();
    let service = Service::ALL.into_iter().find(|service| service.path() == uri.path());
    match (service, uri.query()) {
        (Some(service), Some(query)) if query.eq_ignore_ascii_case("wsdl") => {
            ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], wsdl::write(service, &address))
                .into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn call(State(desk): State<Shared>, body: Bytes) -> Response {
    let read = soap::read(&body);
    // A large file is in memory once, not in its envelope as well.
    drop(body);
    let (version, request) = match read {
        Ok(call) => call,
        Err(no_call) => {
            let kind = [(header::CONTENT_TYPE, "text/xml; charset=utf-8")];
            return (StatusCode::INTERNAL_SERVER_ERROR, kind, soap::fault(no_call)).into_response();
        }
    };
    let operation = request.operation();
    let reply = desk.lock().unwrap_or_else(PoisonError::into_inner).answer(request);
    let text = soap::answer(version, operation, &reply.document());
    ([(header::CONTENT_TYPE, version.content_type())], text).into_response()
}

impl Desk {
    fn answer(&mut self, request: Request) -> Reply {
        let is_known = request.credentials().isp_id == Some(ISP_ID);
        let account = Account { user_name: "xunlan", password: "1234567890" };
        let caller = Caller { account, key: Some(&self.key), may_report: true };
        let entered = desk::enter(request.credentials(), is_known.then_some(&caller), |random| {
            self.used.contains(random.as_str())
        });
        match entered {
            Ok(random) => self.used.insert(random.as_str().to_owned()),
            Err(code) => return Reply::Code(code),
        };
        match request {
            Request::Upload { envelope, data_sequence, .. } => {
                match desk::upload(envelope, data_sequence, self.last, &caller) {
                    Arrived::Answer(reply) => reply,
                    Arrived::File { number, file } => self.take_in(number, file),
                }
            }
            Request::Download(_) => {
                let waiting = self.waiting.front().map(|(name, file)| (name.as_str(), file.as_slice()));
                desk::download(waiting, Some(&self.key))
            }
            Request::DownloadAck { file_name, .. } => {
                self.waiting.retain(|(name, _)| *name != file_name);
                desk::acknowledge(&file_name, self.written.contains(&file_name), !self.waiting.is_empty())
            }
            Request::QueryPreviousUpload(_) => {
                Reply::Previous { number: self.last, file: self.last_file.clone() }
            }
            Request::QueryBeianStatus { question, .. } => {
                let service = Some(("Xunlan".to_owned(), "E1-1".to_owned()));
                let found = (question.condition == "xunlan.example")
                    .then(|| OnRecord { entity_no: "E1".to_owned(), service });
                Reply::status(question, found)
            }
            Request::VerifyBamm(_) => Reply::Code(AnswerCode::NotOpen),
        }
    }

    /// Takes a file in and approves what is in it.
    fn take_in(&mut self, number: u64, file: Vec<u8>) -> Reply {
        let name = format!("{number}.xml");
        self.last = number;
        self.last_file = seal(&name, &file, Some(&self.key)).ok().map(|envelope| (name.clone(), envelope));
        let sorted = desk::sort(&name, upload::read_file(file, ISP_ID));
        let mut results = Results { results: sorted.results, reviews: Vec::new() };
        for record in &sorted.records {
            results.results.push(RecordResult {
                codes: vec![(RecordCode::Approved, None)],
                operation: record.operation(),
                mark: Some(record.mark()),
                note: None,
            });
            results.reviews.extend(record.review_ids().into_iter().map(|id| Review {
                reviewer: None,
                at: at(),
                opinion: None,
                is_approved: true,
                operation: record.operation(),
                record_id: Some(id),
            }));
        }
        let written = results.to_file().map_err(Into::into).and_then(|file| self.put(file));
        Reply::Code(if written.is_ok() { AnswerCode::Done } else { AnswerCode::Other })
    }

    /// Puts a file where it waits for the provider.
    fn put(&mut self, file: Vec<u8>) -> Result<(), Box<dyn Error>> {
        let number = u64::try_from(self.written.len())?;
        let name = FileName::new(at(), "zj", number)?;
        self.written.insert(name.as_str().to_owned());
        self.waiting.push_back((name.as_str().to_owned(), file));
        Ok(())
    }
}

/// It is always the same time here.
fn at() -> jiff::civil::DateTime {
    jiff::civil::date(2026, 3, 25).at(14, 58, 0, 0)
}
