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

use heyan_client::{Auth, Call, Client};
use heyan_outbound::{Bounds, Method, Request, header};

use super::client::Reply;
use super::examples::Person;
use crate::config::Config;
use crate::failure::Failure;
use crate::world::{Nature, Seed, World};

/// For what the portal answers.
const PATIENCE: Bounds = Bounds { time: std::time::Duration::from_secs(60), size: 64 * 1_024 };

/// See the module.
pub(super) struct Stage {
    /// The provider API.
    client: Client,
    /// What the portal's own page asks with.
    page: heyan_outbound::Client,
    address: SocketAddr,
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
            database: None,
            roles: crate::config::Roles::ALL,
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
            enterprise: None,
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
        // The story's own calls need neither time nor chance: keys are numbered, and nothing is signed.
        let nature = heyan_client::Nature::new(|| 0, || [0; 16]);
        let client = Client::new(&format!("http://{address}"), Auth::Sandbox("other".to_owned()), nature)?;
        let page = heyan_outbound::Client::new(None)?;
        let (runtime, numbers) = (runtime.clone(), BTreeMap::new());
        Ok(Self { client, page, address, runtime, served, stop, _data: data, calls: 0, numbers })
    }

    /// Ends the world, so that its directory can go.
    pub fn close(self) -> Result<(), Failure> {
        drop((self.client, self.page));
        let _ = self.stop.send(());
        self.runtime.block_on(self.served)?
    }

    fn by(&self, who: &str) -> Client {
        self.client.by(Auth::Sandbox(who.to_owned()))
    }

    fn get(&self, who: &str, path: &str) -> Result<Reply, Failure> {
        let call = Call { path, ..Call::default() };
        Reply::of(self.runtime.block_on(self.by(who).send(Method::GET, call, None::<&()>)))
    }

    /// Posts with a fresh idempotency key; `etag` goes into `If-Match`.
    fn post(
        &mut self,
        who: &str,
        path: &str,
        etag: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Reply, Failure> {
        self.calls += 1;
        let key = format!("demo-{}", self.calls);
        let call = Call { path, key: Some(&key), etag };
        Reply::of(self.runtime.block_on(self.by(who).send(Method::POST, call, body)))
    }

    /// Creates and reports, as the body says.
    pub fn file(&mut self, provider: &str, body: &Value) -> Result<Reply, Failure> {
        self.post(provider, "/filings", None, Some(body))
    }

    /// What the provider sees of a filing.
    pub fn detail(&mut self, provider: &str, id: &str) -> Result<Reply, Failure> {
        self.get(provider, &format!("/filings/{id}"))?.ok("the filing's detail")
    }

    /// `report`, `reverify`, `withdraw`.
    pub fn act(&mut self, provider: &str, id: &str, act: &str) -> Result<Reply, Failure> {
        let etag = self.detail(provider, id)?.etag;
        self.post(provider, &format!("/filings/{id}/{act}"), etag.as_deref(), None)?.ok(act)
    }

    /// Who would have to verify.
    pub fn who(&mut self, provider: &str, province: &str, question: &str) -> Result<Reply, Failure> {
        let province: Vec<String> = province.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/rules/resolve?{question}&province={}", province.concat());
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
        self.post(&key, &format!("/reviews/{id}/claim"), None, None)?.ok("claim")?;
        let etag = self.detail(provider, id)?.etag;
        let (decision, body) = match reason {
            Some(reason) => ("reject", Some(json!({ "reason": reason }))),
            None => ("approve", None),
        };
        self.post(&key, &format!("/reviews/{id}/{decision}"), etag.as_deref(), body.as_ref())?
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
        let path = format!("http://{}/pquery/smsValidate/{endpoint}", self.address);
        let asked = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let asked = asked.body(serde_json::to_vec(body)?.into())?;
        let answer = self.runtime.block_on(self.page.send(asked, PATIENCE))?;
        let status = answer.status().as_u16();
        let reply =
            Reply { status, etag: None, body: serde_json::from_slice(answer.body())? }.ok(endpoint)?;
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
        let all = self.runtime.block_on(self.client.messages(phone))?;
        let of_filing = all.into_iter().filter(|message| message.filing_id == filing).rev();
        Ok(of_filing.map(|message| Message { sender: message.sender, text: message.text }).collect())
    }

    /// Moves the clock.
    pub fn advance(&mut self, seconds: u64) -> Result<(), Failure> {
        self.runtime.block_on(self.client.advance(seconds))?;
        Ok(())
    }

    /// What the clock shows.
    pub fn now(&mut self) -> Result<Timestamp, Failure> {
        let now = self.runtime.block_on(self.client.clock())?;
        Timestamp::parse_rfc3339(&now)
            .ok_or_else(|| Failure::plain(format!("the clock shows no time: {now}")))
    }

    /// The types of everything that happened to a filing, in order, as its provider's feed has it.
    pub fn events(&mut self, provider: &str, filing: &str) -> Result<Vec<String>, Failure> {
        let client = self.by(provider);
        let (mut after, mut types) = (None, Vec::new());
        loop {
            let page = self.runtime.block_on(client.events(after.as_deref(), 0))?;
            let is_last = page.items.is_empty() || page.next_cursor == after;
            types.extend(
                page.items.into_iter().filter(|event| event.filing_id == filing).map(|event| event.r#type),
            );
            if is_last {
                return Ok(types);
            }
            after = page.next_cursor;
        }
    }
}
