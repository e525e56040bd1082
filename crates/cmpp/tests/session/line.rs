//! A client and the double on one line, with a clock that only the test moves.

use std::time::Duration;

use heyan_cmpp::client::{Answer, ClientConfig, Event, Session, Ticket};
use heyan_cmpp::pdu::Submit;
use heyan_cmpp::server::{self, Account, ConnectionId, Script, Settings, Smsc};
use heyan_cmpp::{Content, Edition, Format, LoginTime, Moment, Number, Secret, SpId, Terminal, Version};

/// 2026-11-23 00:00 in Beijing.
pub const ZERO_MS: i64 = 1_795_363_200_000;

pub fn secret() -> Secret {
    Secret::new("secret".to_owned())
}

pub fn sp_id() -> SpId {
    SpId::new("901234").unwrap()
}

pub fn config(version: Version) -> ClientConfig {
    ClientConfig {
        rate_per_second: 10_000.try_into().unwrap(),
        ..ClientConfig::new(sp_id(), secret(), version)
    }
}

pub fn settings() -> Settings {
    Settings::new(vec![Account::new(sp_id(), secret())])
}

pub fn submit(edition: Edition, phone: &str) -> Submit {
    let to = match edition {
        Edition::Two => Terminal::Two(Number::new(phone).unwrap()),
        Edition::Three => Terminal::Three(Number::new(phone).unwrap()),
    };
    let content = Content::new(b"code 123456".to_vec()).unwrap();
    Submit::to_one(sp_id(), Number::new("12381").unwrap(), to, Format::ASCII, content)
}

pub struct Line {
    pub now: Moment,
    pub smsc: Smsc,
    pub id: ConnectionId,
    pub client: Session,
    pub seen: Vec<Event>,
    pub double_saw: Vec<server::Event>,
    /// Whether the client's owner acknowledges what is delivered at once.
    pub acknowledges: bool,
}

impl Line {
    pub fn new(config: ClientConfig, settings: Settings) -> Self {
        let now = Moment::from_ms(1_000);
        let mut smsc = Smsc::new(settings, ZERO_MS);
        let id = smsc.connected(now);
        let client = Session::start(config, now, LoginTime::at(ZERO_MS));
        Self { now, smsc, id, client, seen: vec![], double_saw: vec![], acknowledges: true }
    }

    /// Logged in, with nothing seen yet.
    pub fn open(version: Version, script: Script) -> Self {
        let mut line = Self::new(config(version), Settings { script, ..settings() });
        line.settle();
        assert!(line.client.is_open(), "{:?}", line.seen);
        line.forget();
        line
    }

    pub fn forget(&mut self) {
        self.seen.clear();
        self.double_saw.clear();
    }

    /// Carries octets to and fro until both sides are quiet.
    pub fn settle(&mut self) {
        loop {
            let up = self.client.take_output();
            self.smsc.received(self.now, self.id, &up);
            let down = self.smsc.take_output(self.id);
            self.client.received(self.now, &down);
            if self.smsc.is_closing(self.id) {
                self.smsc.closed(self.now, self.id);
                self.client.closed();
            }
            self.look();
            if up.is_empty() && down.is_empty() && !self.client.has_output() {
                return;
            }
        }
    }

    fn look(&mut self) {
        while let Some(event) = self.client.next_event() {
            if let (Event::Delivered { delivery, .. }, true) = (&event, self.acknowledges) {
                assert!(self.client.acknowledge(*delivery, 0));
            }
            self.seen.push(event);
        }
        while let Some((_, event)) = self.smsc.next_event() {
            self.double_saw.push(event);
        }
    }

    /// Lets time pass, from one timer to the next.
    pub fn pass(&mut self, duration: Duration) {
        self.settle();
        let until = self.now.plus(duration);
        while let Some(next) = [self.client.next_timer(), self.smsc.next_timer()].into_iter().flatten().min()
        {
            if next > until {
                break;
            }
            self.now = self.now.max(next);
            self.client.tick(self.now);
            self.smsc.tick(self.now);
            self.settle();
        }
        self.now = until;
        self.client.tick(self.now);
        self.smsc.tick(self.now);
        self.settle();
    }

    pub fn submit(&mut self, ticket: u64, phone: &str) {
        let submit = submit(self.client.edition(), phone);
        self.client.submit(self.now, Ticket(ticket), &submit).unwrap();
    }

    /// The results of answered SUBMITs in the order in which they came.
    pub fn results(&self) -> Vec<(u64, u32)> {
        let results = self.seen.iter().filter_map(|event| match event {
            Event::Answered { ticket, answer: Answer::Submit(resp) } => Some((ticket.0, resp.result.code())),
            _ => None,
        });
        results.collect()
    }

    /// The Stats of reports in the order in which they came.
    pub fn stats(&self) -> Vec<String> {
        let reports = self.seen.iter().filter_map(|event| match event {
            Event::Delivered { deliver, .. } => deliver.report(),
            _ => None,
        });
        reports.map(|report| report.unwrap().stat.text().into_owned()).collect()
    }

    pub fn saw(&self, found: impl Fn(&Event) -> bool) -> usize {
        self.seen.iter().filter(|event| found(event)).count()
    }
}
