//! Under any order of answers, any delay, any cut of the stream and any loss of the connection: every message that was
//! taken ends in exactly one of answered and unknown, and the window is never exceeded.

use std::collections::BTreeMap;
use std::time::Duration;

use heyan_line::Octets;
use heyan_line::double::Double as _;
use heyan_line::session::Session as _;
use heyan_smpp::client::{ClientConfig, Event, Session, Ticket, Window};
use heyan_smpp::server::{Account, Disturbance, ReportPlan, Rule, Script, Settings, Smsc, Treatment, Way};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::line::{account, config, message};

#[derive(Clone, Debug)]
enum Step {
    Submit(u8),
    Pass(u16),
    /// Carries octets in pieces of this size at most.
    Carry(u8),
    /// Loses the connection, with what is under way.
    Cut,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..10_u8).prop_map(Step::Submit),
        3 => (1..20_000_u16).prop_map(Step::Pass),
        6 => (1..=255_u8).prop_map(Step::Carry),
        1 => Just(Step::Cut),
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
    let results = prop_oneof![Just(0), Just(0x58), Just(0x0B)];
    (0..10_u8, 1..4_u64, 0..50_000_u64, vec(0..80_000_u64, 0..3), results, disturbance).prop_map(
        |(digit, every, answer_ms, reports, result, disturbance)| Rule {
            number_ends: digit.to_string(),
            every: every.try_into().unwrap(),
            treatment: Treatment {
                result,
                answer_after: Duration::from_millis(answer_ms),
                reports: reports
                    .into_iter()
                    .map(|ms| ReportPlan {
                        stat: Octets::new("DELIVRD").unwrap(),
                        after: Duration::from_millis(ms),
                        way: Way::Any,
                    })
                    .collect(),
                disturbance,
            },
        },
    )
}

/// How often a message was answered and how often given up.
type Fates = BTreeMap<Ticket, (u32, u32)>;

fn look(client: &mut Session, fates: &mut Fates) {
    while let Some(event) = client.next_event() {
        match event {
            Event::Answered { ticket, .. } => fates.get_mut(&ticket).unwrap().0 += 1,
            Event::Unknown { ticket, .. } => fates.get_mut(&ticket).unwrap().1 += 1,
            Event::Delivered { delivery, .. } => {
                assert!(client.acknowledge(delivery, 0) || client.is_ended());
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn every_message_ends_once(rules in vec(rule(), 0..6), steps in vec(step(), 1..200), window in 1..20_u16) {
        let window = Window::new(window).unwrap();
        let config = ClientConfig { window, ..config() };
        let script = Script { rules, otherwise: Treatment::delivered() };
        let accounts = vec![Account { window, ..account() }];
        let mut now = heyan_smpp::Moment::from_ms(1_000);
        let mut smsc = Smsc::new(Settings { script, ..Settings::new(accounts) }, 0);
        let mut id = smsc.connected(now);
        let mut client = Session::start(config.clone(), now);
        let mut fates = Fates::new();
        for step in &steps {
            let mut is_cut = false;
            match step {
                Step::Submit(digit) => {
                    let ticket = Ticket(fates.len().try_into().unwrap());
                    if client.request(now, ticket, &message(&format!("1540000000{digit}"))).is_ok() {
                        fates.insert(ticket, (0, 0));
                    }
                }
                Step::Pass(ms) => {
                    now = now.plus(Duration::from_millis((*ms).into()));
                    client.tick(now);
                    smsc.tick(now);
                }
                Step::Carry(piece) => {
                    for octets in client.take_output().chunks((*piece).into()) {
                        smsc.received(now, id, octets);
                    }
                    for octets in smsc.take_output(id).chunks((*piece).into()) {
                        client.received(now, octets);
                        look(&mut client, &mut fates);
                    }
                    is_cut = smsc.is_closing(id) || client.is_ended();
                }
                Step::Cut => is_cut = true,
            }
            if is_cut {
                client.closed();
                look(&mut client, &mut fates);
                smsc.closed(now, id);
                id = smsc.connected(now);
                client = Session::start(config.clone(), now);
            }
            look(&mut client, &mut fates);
            prop_assert!(client.unanswered() <= window.size());
            prop_assert!(fates.values().all(|(answered, unknown)| answered + unknown <= 1));
        }
        client.closed();
        look(&mut client, &mut fates);
        for (ticket, (answered, unknown)) in &fates {
            prop_assert_eq!(answered + unknown, 1, "{:?}", ticket);
        }
    }
}
