//! Under any order of answers, any delay, any cut of the stream and any loss of the connection: every message that was
//! taken ends in exactly one of answered and unknown, the window is never exceeded, and nothing is sent before the login.

use std::collections::BTreeMap;
use std::time::Duration;

use heyan_cmpp::client::{ClientConfig, Event, Lost, Session, Ticket, Window};
use heyan_cmpp::server::{
    self, Account, ConnectionId, Disturbance, ReportPlan, Rule, Script, Settings, Smsc, Treatment, Way,
};
use heyan_cmpp::{LoginTime, Moment, Octets, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::line::{ZERO_MS, config, secret, sp_id, submit};

#[derive(Clone, Debug)]
enum Step {
    Submit(u8),
    Pass(u16),
    /// Carries octets in pieces of this size at most.
    Carry(u8),
    /// Loses the connection, with what is under way.
    Cut,
    /// The owner writes down what has come.
    Acknowledge,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..10_u8).prop_map(Step::Submit),
        3 => (1..20_000_u16).prop_map(Step::Pass),
        6 => (1..=255_u8).prop_map(Step::Carry),
        1 => Just(Step::Cut),
        2 => Just(Step::Acknowledge),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let disturbance = prop_oneof![
        12 => Just(None),
        1 => Just(Some(Disturbance::Close)),
        1 => Just(Some(Disturbance::Garbage)),
        1 => Just(Some(Disturbance::WrongLength)),
        1 => Just(Some(Disturbance::Silence)),
    ];
    let reports = vec((0..80_000_u64, any::<bool>()), 0..3);
    (0..10_u8, 1..4_u64, 0..50_000_u64, reports, prop_oneof![Just(0), Just(8), Just(13)], disturbance)
        .prop_map(|(digit, every, answer_ms, reports, result, disturbance)| Rule {
            number_ends: digit.to_string(),
            every: every.try_into().unwrap(),
            treatment: Treatment {
                result,
                answer_after: Duration::from_millis(answer_ms),
                reports: reports
                    .into_iter()
                    .map(|(ms, other)| ReportPlan {
                        stat: Octets::new("DELIVRD").unwrap(),
                        after: Duration::from_millis(ms),
                        way: if other { Way::Other } else { Way::Any },
                    })
                    .collect(),
                disturbance,
            },
        })
}

#[derive(Default, PartialEq, Eq, Debug)]
struct Fate {
    answered: u32,
    unknown: u32,
}

struct World {
    now: Moment,
    config: ClientConfig,
    smsc: Smsc,
    id: ConnectionId,
    client: Session,
    was_logged_in: bool,
    fates: BTreeMap<Ticket, Fate>,
    gave_up: bool,
    to_acknowledge: Vec<heyan_cmpp::client::Delivery>,
}

impl World {
    fn connect(&mut self) {
        self.id = self.smsc.connected(self.now);
        self.client = Session::start(self.config.clone(), self.now, LoginTime::at(ZERO_MS));
        self.was_logged_in = false;
        self.to_acknowledge.clear();
    }

    fn cut(&mut self) {
        self.client.closed();
        self.look();
        self.smsc.closed(self.now, self.id);
        self.connect();
    }

    fn carry(&mut self, piece: usize) {
        let up = self.client.take_output();
        if !self.was_logged_in && !up.is_empty() {
            assert_eq!((up.len(), up[7]), (39, 1), "only CONNECT goes out before the login");
        }
        for octets in up.chunks(piece) {
            self.smsc.received(self.now, self.id, octets);
        }
        let down = self.smsc.take_output(self.id);
        for octets in down.chunks(piece) {
            self.client.received(self.now, octets);
            self.look();
        }
        if self.smsc.is_closing(self.id) || self.client.is_ended() {
            self.cut();
        }
    }

    fn look(&mut self) {
        while let Some(event) = self.client.next_event() {
            match event {
                Event::LoggedIn { .. } => self.was_logged_in = true,
                Event::Answered { ticket, .. } => self.fates.get_mut(&ticket).unwrap().answered += 1,
                Event::Unknown { ticket, why } => {
                    self.gave_up |= why == Lost::NoAnswer;
                    self.fates.get_mut(&ticket).unwrap().unknown += 1;
                }
                Event::Delivered { delivery, .. } => self.to_acknowledge.push(delivery),
                Event::AnsweredLate { .. }
                | Event::Slowed { .. }
                | Event::Stray { .. }
                | Event::Malformed { .. }
                | Event::Ended { .. } => {}
            }
        }
        assert!(self.client.unanswered() <= self.config.window.size());
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Submit(digit) => {
                let ticket = Ticket(self.fates.len().try_into().unwrap());
                let message = submit(self.client.edition(), &format!("1540000000{digit}"));
                if self.client.submit(self.now, ticket, &message).is_ok() {
                    self.fates.insert(ticket, Fate::default());
                }
            }
            Step::Pass(ms) => {
                self.now = self.now.plus(Duration::from_millis((*ms).into()));
                self.client.tick(self.now);
                self.smsc.tick(self.now);
            }
            Step::Carry(piece) => self.carry((*piece).into()),
            Step::Cut => self.cut(),
            Step::Acknowledge => {
                for delivery in std::mem::take(&mut self.to_acknowledge) {
                    self.client.acknowledge(delivery, 0);
                }
            }
        }
        self.look();
    }
}

proptest! {
    #[test]
    fn every_message_ends_once(
        rules in vec(rule(), 0..6),
        steps in vec(step(), 1..200),
        window in 1..20_u16,
        three in any::<bool>(),
    ) {
        let version = if three { Version::V30 } else { Version::V20 };
        let window = Window::new(window).unwrap();
        let config = ClientConfig { window, ..config(version) };
        let account = Account { window, ..Account::new(sp_id(), secret()) };
        let script = Script { rules, otherwise: Treatment::delivered() };
        let now = Moment::from_ms(1_000);
        let mut smsc = Smsc::new(Settings { script, ..Settings::new(vec![account]) }, ZERO_MS);
        let id = smsc.connected(now);
        let client = Session::start(config.clone(), now, LoginTime::at(ZERO_MS));
        let fates = BTreeMap::new();
        let mut world =
            World { now, config, smsc, id, client, was_logged_in: false, fates, gave_up: false, to_acknowledge: vec![] };
        for step in &steps {
            world.take(step);
            for fate in world.fates.values() {
                prop_assert!(fate.answered + fate.unknown <= 1);
            }
        }
        world.client.closed();
        world.look();
        for (ticket, fate) in &world.fates {
            prop_assert_eq!(fate.answered + fate.unknown, 1, "{:?}", ticket);
        }
        let events: Vec<_> = std::iter::from_fn(|| world.smsc.next_event()).map(|(_, event)| event).collect();
        // What the client has given up after its time leaves the window, though the gateway may still be at it.
        prop_assert!(world.gave_up || !events.contains(&server::Event::WindowExceeded));
    }
}
