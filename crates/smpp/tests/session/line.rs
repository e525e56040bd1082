//! A client and the double, joined by nothing but the octets that the test carries.

use std::time::Duration;

use heyan_line::double::Double as _;
use heyan_line::session::Session as _;
use heyan_smpp::client::{ClientConfig, Event, Session, Ticket};
use heyan_smpp::pdu::{Address, Message};
use heyan_smpp::receipt::Receipt;
use heyan_smpp::server::{self, Account, ConnectionId, Script, Settings, Smsc};
use heyan_smpp::{Moment, Secret};

pub fn config() -> ClientConfig {
    ClientConfig {
        rate_per_second: 1_000_000.try_into().unwrap(),
        ..ClientConfig::new("901234", "secret", "").unwrap()
    }
}

pub fn account() -> Account {
    Account::new("901234", Secret::new("secret".to_owned()))
}

pub fn message(phone: &str) -> Box<Message> {
    Box::new(Message {
        source: Address { ton: 0, npi: 0, number: "12381".to_owned() },
        destination: Address::phone(phone),
        registered_delivery: 1,
        text: b"code 123456".to_vec(),
        ..Message::default()
    })
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
        let mut smsc = Smsc::new(settings, 0);
        let id = smsc.connected(now);
        let client = Session::start(config, now);
        Self { now, smsc, id, client, seen: vec![], double_saw: vec![], acknowledges: true }
    }

    /// Logged in, with nothing seen yet.
    pub fn open(settings: Settings) -> Self {
        let mut line = Self::new(config(), settings);
        line.settle();
        assert!(line.client.is_open(), "{:?}", line.seen);
        line.seen.clear();
        line.double_saw.clear();
        line
    }

    pub fn scripted(script: Script) -> Self {
        Self::open(Settings { script, ..Settings::new(vec![account()]) })
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
            let answers = self.look();
            if up.is_empty() && down.is_empty() && !answers {
                return;
            }
        }
    }

    /// Notes what has happened; whether something was acknowledged.
    fn look(&mut self) -> bool {
        let mut acknowledged = false;
        while let Some(event) = self.client.next_event() {
            if let (Event::Delivered { delivery, .. }, true) = (&event, self.acknowledges) {
                acknowledged |= self.client.acknowledge(*delivery, 0);
            }
            self.seen.push(event);
        }
        while let Some((_, event)) = self.smsc.next_event() {
            self.double_saw.push(event);
        }
        acknowledged
    }

    /// Lets time pass, from one timer to the next.
    pub fn pass(&mut self, duration: Duration) {
        self.settle();
        let until = self.now.plus(duration);
        while let Some(next) = [self.client.next_timer(), self.smsc.next_timer()].into_iter().flatten().min()
            && next <= until
        {
            self.now = self.now.max(next);
            self.client.tick(self.now);
            self.smsc.tick(self.now);
            self.settle();
        }
        self.now = until;
    }

    pub fn submit(&mut self, ticket: u64, phone: &str) {
        self.client.request(self.now, Ticket(ticket), &message(phone)).unwrap();
    }

    /// Whether and with which status messages were answered, in the order of the answers.
    pub fn results(&self) -> Vec<(u64, u32)> {
        let results = self.seen.iter().filter_map(|event| match event {
            Event::Answered { ticket, answer } => Some((ticket.0, answer.status)),
            _ => None,
        });
        results.collect()
    }

    pub fn receipts(&self) -> Vec<Receipt> {
        let receipts = self.seen.iter().filter_map(|event| match event {
            Event::Delivered { deliver, .. } => Some(Receipt::read(deliver).unwrap()),
            _ => None,
        });
        receipts.collect()
    }
}
