//! A world of its own on a loopback port, with a clock that only the story moves, and the calls that stories make.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use heyan_domain::Timestamp;
use heyan_domain::limits::Limits;
use heyan_store::clock::FixedClock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::{Client, Reply, Request, escape, items, text};
use super::examples::Person;
use crate::config::Config;
use crate::failure::Failure;
use crate::world::{Nature, Seed, World};

/// See the module.
pub(super) struct Stage {
    client: Client,
    runtime: Handle,
    served: JoinHandle<Result<(), Failure>>,
    stop: oneshot::Sender<()>,
    /// Deleted when the story is over.
    _data: TempDir,
    calls: u32,
    /// Numbers that filings were given, by placeholder.
    pub numbers: BTreeMap<String, String>,
}

/// How a stage is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Where the clock stands.
    pub start: Timestamp,
    /// Seed of codes and ids.
    pub seed: u64,
    /// Whether the portal asks for a captcha.
    pub captcha: bool,
}

/// What the portal's endpoint answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    /// `validStatus`; -1 if there was none.
    pub status: i64,
    /// `validFlag`.
    pub flag: bool,
    /// What the person reads.
    pub text: String,
}

/// A message in the inbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Message {
    /// The sender's number.
    pub sender: String,
    /// What the person reads.
    pub text: String,
}

impl Message {
    /// The one run of six digits; `None` if there is none, or more than one that differ.
    pub fn code(&self) -> Option<String> {
        let runs = self.text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 6);
        let mut codes: Vec<&str> = runs.collect();
        codes.dedup();
        match codes.as_slice() {
            [code] => Some((*code).to_owned()),
            [] | [_, _, ..] => None,
        }
    }
}

impl Stage {
    /// Assembles a sandbox over a fresh directory and serves it on a free port.
    pub fn open(runtime: &Handle, setting: Setting) -> Result<Self, Failure> {
        let data = tempfile::tempdir()?;
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let config = Config {
            sandbox: true,
            data: data.path().to_owned(),
            keys: data.path().join("keys.toml"),
            listen: address,
            captcha: setting.captcha,
            retention: heyan_domain::privacy::Retention::default(),
            limits: false,
            outside: crate::config::Outside::default(),
            sms: crate::config::sms::Sms::default(),
            mail: None,
            oidc: None,
            webhooks: crate::config::webhooks::Webhooks::default(),
        };
        let nature = Nature {
            clock: Box::new(FixedClock(setting.start)),
            seed: Seed::Fixed(setting.seed),
            limits: Limits::default(),
        };
        let _inside = runtime.enter();
        let world = World::open(&config, nature)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (stop, stopped) = oneshot::channel();
        let served = runtime.spawn(world.serve(listener, async {
            // Told to stop, or left alone: either way the story is over.
            let _ = stopped.await;
        }));
        let client = Client::connect(address)?;
        let numbers = BTreeMap::new();
        Ok(Self { client, runtime: runtime.clone(), served, stop, _data: data, calls: 0, numbers })
    }

    /// Ends the world, so that its directory can go.
    pub fn close(self) -> Result<(), Failure> {
        drop(self.client);
        let _ = self.stop.send(());
        self.runtime.block_on(self.served)?
    }

    fn get(&mut self, provider: &str, path: &str) -> Result<Reply, Failure> {
        let key = format!("Bearer test_{provider}");
        let headers = [("Authorization", key.as_str())];
        self.client.send(&Request { method: "GET", path, headers: &headers, body: None })
    }

    /// Posts with a fresh idempotency key; `etag` goes into `If-Match`.
    fn post(
        &mut self,
        provider: &str,
        path: &str,
        etag: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Reply, Failure> {
        self.calls += 1;
        let (key, idempotency) = (format!("Bearer test_{provider}"), format!("demo-{}", self.calls));
        let mut headers = vec![("Authorization", key.as_str()), ("Idempotency-Key", idempotency.as_str())];
        headers.extend(etag.map(|etag| ("If-Match", etag)));
        self.client.send(&Request { method: "POST", path, headers: &headers, body })
    }

    /// Creates and reports, as the body says.
    pub fn file(&mut self, provider: &str, body: &Value) -> Result<Reply, Failure> {
        self.post(provider, "/v1/filings", None, Some(body))
    }

    /// What the provider sees of a filing.
    pub fn detail(&mut self, provider: &str, id: &str) -> Result<Reply, Failure> {
        self.get(provider, &format!("/v1/filings/{id}"))?.ok("the filing's detail")
    }

    /// `report`, `reverify`, `withdraw`.
    pub fn act(&mut self, provider: &str, id: &str, act: &str) -> Result<Reply, Failure> {
        let etag = self.detail(provider, id)?.etag;
        self.post(provider, &format!("/v1/filings/{id}/{act}"), etag.as_deref(), None)?.ok(act)
    }

    /// Who would have to verify.
    pub fn who(&mut self, provider: &str, province: &str, question: &str) -> Result<Reply, Failure> {
        let path = format!("/v1/rules/resolve?{question}&province={}", escape(province));
        self.get(provider, &path)?.ok("rules/resolve")
    }

    /// An administration takes a filing from its queue and decides.
    pub fn decide(
        &mut self,
        pinyin: &str,
        provider: &str,
        id: &str,
        reason: Option<&str>,
    ) -> Result<(), Failure> {
        let key = format!("admin_{pinyin}");
        self.post(&key, &format!("/v1/reviews/{id}/claim"), None, None)?.ok("claim")?;
        let etag = self.detail(provider, id)?.etag;
        let (decision, body) = match reason {
            Some(reason) => ("reject", Some(json!({ "reason": reason }))),
            None => ("approve", None),
        };
        self.post(&key, &format!("/v1/reviews/{id}/{decision}"), etag.as_deref(), body.as_ref())?
            .ok(decision)?;
        Ok(())
    }

    /// 短信核验. The ministry's own page sends the phone as a number here.
    pub fn verify(&mut self, person: &Person, code: &str) -> Result<Answer, Failure> {
        let phone: u64 = person.phone.parse()?;
        let body = json!({ "smsValidCode": code, "mobileNum": phone, "certNum": person.id_last6 });
        self.portal("validateByCondition", &body)
    }

    /// 短信重发.
    pub fn resend(&mut self, person: &Person) -> Result<Answer, Failure> {
        let body = json!({ "mobileNum": person.phone, "certNum": person.id_last6 });
        self.portal("resendSMSByCondition", &body)
    }

    fn portal(&mut self, endpoint: &str, body: &Value) -> Result<Answer, Failure> {
        let path = format!("/pquery/smsValidate/{endpoint}");
        let request = Request { method: "POST", path: &path, headers: &[], body: Some(body) };
        let reply = self.client.send(&request)?.ok(endpoint)?;
        let number = |pointer: &str| reply.body.pointer(pointer).and_then(Value::as_i64).unwrap_or(-1);
        let flag = |pointer: &str| reply.body.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
        if reply.body.get("params") != reply.body.pointer("/data/params") {
            return Err(Failure::plain(format!("{endpoint}: params and data.params differ")));
        }
        Ok(Answer {
            status: number("/params/validStatus"),
            flag: flag("/params/validFlag"),
            text: reply.text("/msg").to_owned(),
        })
    }

    /// Everything that a phone got for a filing, the oldest first.
    pub fn messages(&mut self, phone: &str, filing: &str) -> Result<Vec<Message>, Failure> {
        let reply = self.get("other", &format!("/v1/sandbox/messages?phone={phone}"))?.ok("the inbox")?;
        let of_filing = items(&reply.body, "/items").iter().filter(|item| text(item, "/filing_id") == filing);
        let message = |item: &Value| Message {
            sender: text(item, "/sender").to_owned(),
            text: text(item, "/text").to_owned(),
        };
        Ok(of_filing.rev().map(message).collect())
    }

    /// Moves the clock.
    pub fn advance(&mut self, seconds: u64) -> Result<(), Failure> {
        let body = json!({ "seconds": seconds });
        self.post("other", "/v1/sandbox/clock/advance", None, Some(&body))?.ok("moving the clock")?;
        Ok(())
    }

    /// What the clock shows.
    pub fn now(&mut self) -> Result<Timestamp, Failure> {
        let reply = self.get("other", "/v1/sandbox/clock")?.ok("the clock")?;
        Timestamp::parse_rfc3339(reply.text("/now"))
            .ok_or_else(|| Failure::plain(format!("the clock shows no time: {}", reply.text("/now"))))
    }

    /// The types of everything that happened to a filing, in order, as its provider's feed has it.
    pub fn events(&mut self, provider: &str, filing: &str) -> Result<Vec<String>, Failure> {
        let (mut after, mut types) = (String::new(), Vec::new());
        loop {
            let query = if after.is_empty() { String::new() } else { format!("?after={}", escape(&after)) };
            let reply = self.get(provider, &format!("/v1/events{query}"))?.ok("the event feed")?;
            let page = items(&reply.body, "/items");
            let of_filing = page.iter().filter(|item| text(item, "/filing_id") == filing);
            types.extend(of_filing.map(|item| text(item, "/type").to_owned()));
            let next = reply.text("/next_cursor").to_owned();
            if page.is_empty() || next.is_empty() || next == after {
                return Ok(types);
            }
            after = next;
        }
    }
}
