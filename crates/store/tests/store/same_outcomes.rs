//! Whatever is asked, in whatever order and company: SQLite answers as the tables in memory do.
//!
//! Codes differ, since this engine draws its nonces from the same generator; they are compared by whose newest or older
//! message they come from. Keyed hashes differ with the keys and show nothing when printed, so rows are compared as
//! printed.

use heyan_domain::audit::Reason;
use heyan_domain::audit::unmask::{UnmaskAction, UnmaskAnswer};
use heyan_domain::decide::{Action, Expected, Outcome};
use heyan_domain::limits::Limits;
use heyan_domain::terms::{Code, FilingId, IdLast6, MessageId, Phone, Province};
use heyan_domain::time::MINUTE_MS;
use heyan_domain::verification::{Outgoing, Receipt, Transport};
use heyan_scenario::{Engine, MemoryEngine};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::audit::{operator, staff};
use crate::conformance::StoreEngine;
use crate::content::{document_text, draft, phone, provider};
use crate::place::{Kind, book, monday_10_o_clock, on_both};

on_both!(it_answers_as_memory_does);

/// What is asked; filings and people by small numbers, so that they meet.
#[derive(Clone, Debug)]
enum Ask {
    Create {
        organiser: u32,
        heads: (u32, u32),
        report: bool,
    },
    Correct {
        filing: i64,
        organiser: u32,
        heads: (u32, u32),
        report: bool,
    },
    Report(i64),
    Reverify(i64),
    Withdraw(i64),
    /// The message is counted back from the newest to the person; `None` is a code that nobody got.
    Verify {
        person: u32,
        id_of: u32,
        back: Option<usize>,
    },
    Resend {
        person: u32,
    },
    Captcha(u8),
    Claim(i64),
    Approve(i64),
    Reject(i64),
    /// Who asks, and for which filing.
    RequestUnmask(i64, i64),
    /// Who approves, for whom, and which filing.
    ApproveUnmask(i64, i64, i64),
    Look(i64, i64),
    /// The message, counted from the first.
    Submitted(usize),
    Delivered(usize),
    SendFailed(usize),
    /// A route is given the message, gives it back, or falls silent; its carrier answers or reports under the message's
    /// own id.
    Hand(usize),
    Release(usize),
    Lost(usize),
    Answered(usize),
    Receipt(usize, bool),
}

/// Things that come in together, and how many minutes pass before.
#[derive(Clone, Debug)]
struct Step {
    minutes: i64,
    asks: Vec<Ask>,
}

fn ask() -> impl Strategy<Value = Ask> {
    let (filing, person, heads) = (1..6_i64, 1..4_u32, (1..4_u32, 1..4_u32));
    let back = prop::option::weighted(0.7, prop_oneof![4 => Just(0_usize), 1 => 1..3_usize]);
    // Mostly one's own document.
    let verify = (person.clone(), prop::option::weighted(0.2, person.clone()), back)
        .prop_map(|(person, other, back)| Ask::Verify { person, id_of: other.unwrap_or(person), back });
    prop_oneof![
        5 => (1..4_u32, heads.clone(), prop::bool::weighted(0.8))
            .prop_map(|(organiser, heads, report)| Ask::Create { organiser, heads, report }),
        1 => (filing.clone(), 1..4_u32, heads, any::<bool>())
            .prop_map(|(filing, organiser, heads, report)| Ask::Correct { filing, organiser, heads, report }),
        2 => filing.clone().prop_map(Ask::Report),
        1 => filing.clone().prop_map(Ask::Reverify),
        1 => filing.clone().prop_map(Ask::Withdraw),
        14 => verify,
        2 => person.prop_map(|person| Ask::Resend { person }),
        1 => (0..2_u8).prop_map(Ask::Captcha),
        1 => filing.clone().prop_map(Ask::Claim),
        2 => filing.clone().prop_map(Ask::Approve),
        1 => filing.prop_map(Ask::Reject),
        2 => Just(Ask::RequestUnmask(1, 1)),
        2 => (1..3_i64).prop_map(|by| Ask::ApproveUnmask(by, 1, 1)),
        2 => (1..3_i64).prop_map(|by| Ask::Look(by, 1)),
        6 => (0..12_usize).prop_map(Ask::Submitted),
        1 => (0..12_usize).prop_map(Ask::Delivered),
        1 => (0..12_usize).prop_map(Ask::SendFailed),
        4 => (0..12_usize).prop_map(Ask::Hand),
        1 => (0..12_usize).prop_map(Ask::Release),
        3 => (0..12_usize).prop_map(Ask::Lost),
        2 => (0..12_usize).prop_map(Ask::Answered),
        3 => (0..12_usize, any::<bool>()).prop_map(|(at, arrived)| Ask::Receipt(at, arrived)),
    ]
}

fn transport(transport: Transport) -> Action {
    Action::Transport(Box::new(transport))
}

fn route() -> String {
    "carrier".to_owned()
}

fn unmask(action: UnmaskAction) -> Action {
    Action::Unmask(Box::new(action))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let minutes = prop_oneof![5 => 0..3_i64, 1 => 60..1_500_i64];
    let step =
        (minutes, prop::collection::vec(ask(), 1..6)).prop_map(|(minutes, asks)| Step { minutes, asks });
    prop::collection::vec(step, 1..14)
}

/// An engine, and every message that it has written.
struct Side<E> {
    engine: E,
    inbox: Vec<(MessageId, Phone, Code)>,
}

impl<E: Engine> Side<E> {
    fn new(mut engine: E) -> Self {
        engine.set_now(monday_10_o_clock());
        Self { engine, inbox: Vec::new() }
    }

    fn action(&self, ask: &Ask) -> Action {
        let filing = |number: i64| FilingId::from_number(number);
        let province: Province = "广东".parse().unwrap();
        let (reviewer, expected) = ("alice".to_owned(), Expected::Any);
        let message = |at: usize| match self.inbox.get(at) {
            Some((message, ..)) => *message,
            None => filing(99).verification(1).message(1),
        };
        let to = |at: usize| self.inbox.get(at).map_or_else(|| phone(1), |(_, to, _)| *to);
        match ask {
            Ask::Create { organiser, heads, report } => Action::Create {
                provider: provider(),
                draft: Box::new(draft(*organiser, heads.0, heads.1)),
                report: *report,
            },
            Ask::Correct { filing: number, organiser, heads, report } => Action::Correct {
                provider: provider(),
                filing: filing(*number),
                expected,
                draft: Box::new(draft(*organiser, heads.0, heads.1)),
                report: *report,
            },
            Ask::Report(number) => Action::Report { provider: provider(), filing: filing(*number), expected },
            Ask::Reverify(number) => {
                Action::Reverify { provider: provider(), filing: filing(*number), expected }
            }
            Ask::Withdraw(number) => Action::Withdraw { provider: provider(), filing: filing(*number) },
            Ask::Verify { person, id_of, back } => Action::Verify {
                phone: phone(*person),
                id_last6: IdLast6::of(&document_text(*id_of)).unwrap(),
                code: self.code(*person, *back),
                from: None,
            },
            Ask::Resend { person } => Action::Resend {
                phone: phone(*person),
                id_last6: IdLast6::of(&document_text(*person)).unwrap(),
                from: None,
            },
            Ask::Captcha(no) => Action::UseCaptcha { nonce: [*no; 16] },
            Ask::Claim(number) => Action::Claim { province, reviewer, filing: filing(*number) },
            Ask::Approve(number) => Action::Approve { province, reviewer, filing: filing(*number), expected },
            Ask::Reject(number) => {
                let reason = "incomplete".to_owned();
                Action::Reject { province, reviewer, filing: filing(*number), expected, reason }
            }
            Ask::RequestUnmask(by, number) => {
                let reason = Reason::parse("complaint").unwrap();
                unmask(UnmaskAction::Request { by: operator(*by), filing: filing(*number), reason })
            }
            Ask::ApproveUnmask(by, requester, number) => unmask(UnmaskAction::Decide {
                by: operator(*by),
                filing: filing(*number),
                requester: staff(*requester).account,
                approve: true,
            }),
            Ask::Look(by, number) => {
                unmask(UnmaskAction::Look { by: operator(*by), filing: filing(*number) })
            }
            Ask::Submitted(at) => {
                let (route, carrier_id) = ("loopback".to_owned(), "taken".to_owned());
                Action::Submitted { message: message(*at), route, carrier_id, to: None }
            }
            Ask::Hand(at) => transport(Transport::Hand { message: message(*at), route: route() }),
            Ask::Release(at) => {
                transport(Transport::Release { message: message(*at), carrier_code: Some("8".to_owned()) })
            }
            Ask::Lost(at) => transport(Transport::Lost { message: message(*at), to: to(*at) }),
            Ask::Answered(at) => Action::Submitted {
                message: message(*at),
                route: route(),
                carrier_id: message(*at).to_string(),
                to: Some(to(*at)),
            },
            Ask::Receipt(at, arrived) => transport(Transport::Receipt(Receipt {
                route: route(),
                carrier_id: message(*at).to_string(),
                other_ids: Vec::new(),
                to: to(*at),
                arrived: *arrived,
                carrier_code: "code".to_owned(),
            })),
            Ask::Delivered(at) => {
                Action::Delivered { message: message(*at), carrier_code: "DELIVRD".to_owned() }
            }
            Ask::SendFailed(at) => {
                Action::SendFailed { message: message(*at), carrier_code: "UNDELIV".to_owned() }
            }
        }
    }

    fn code(&self, person: u32, back: Option<usize>) -> Code {
        let phone = phone(person);
        let mut to_person = self.inbox.iter().filter(|(_, to, _)| *to == phone).rev();
        if let Some((.., code)) = back.and_then(|back| to_person.nth(back)) {
            return code.clone();
        }
        let unsent = |code: &Code| self.inbox.iter().all(|(.., sent)| sent.expose() != code.expose());
        (0..1_000_000).map(|number| Code::parse(&format!("{number:06}")).unwrap()).find(unsent).unwrap()
    }

    /// In the order of their numbers, and without what was wiped by the same group: that is how a database gives them.
    fn hear(&mut self) {
        let mut new = self.engine.take_outbox();
        let waits = |outgoing: &Outgoing| {
            let message = self.engine.message(outgoing.message);
            self.engine.holds_text(outgoing.message) && message.is_some_and(|row| row.handed_at.is_none())
        };
        new.retain(waits);
        new.sort_by_key(|outgoing| outgoing.message);
        new.dedup_by_key(|outgoing| outgoing.message);
        self.inbox.extend(new.into_iter().map(|out| (out.message, out.to, Code::parse(&out.text).unwrap())));
    }

    fn pass(&mut self, minutes: i64) {
        let until = self.engine.now().plus_ms(minutes * MINUTE_MS);
        while let Some(due) = self.engine.next_due().filter(|due| *due <= until) {
            let now = due.max(self.engine.now());
            self.engine.set_now(now);
            self.engine.run_due();
            self.hear();
        }
        self.engine.set_now(until);
    }

    /// Everything that can be seen.
    fn shown(&self) -> Vec<String> {
        let engine = &self.engine;
        let mut shown = vec![format!("next due {:?}", engine.next_due())];
        for id in (1..40).map(FilingId::from_number) {
            let Some(filing) = engine.filing(id) else { continue };
            shown.push(format!("{filing:?}"));
            shown.push(serde_json::to_string(&*engine.body(id).unwrap()).unwrap());
            shown.extend(engine.verifications(id).iter().map(|row| format!("{row:?}")));
            shown.extend(engine.events(id).iter().map(|event| format!("{event:?}")));
            shown.extend(engine.audit(id).iter().map(|entry| format!("{entry:?}")));
            shown.push(format!("{:?}", engine.review(id)));
            if let Some(numbers) = engine.body(id).and_then(|body| body.numbers.clone()) {
                shown.push(serde_json::to_string(&engine.entity(&numbers.entity_no)).unwrap());
            }
        }
        for (message, ..) in &self.inbox {
            shown.push(format!("{:?} {}", engine.message(*message), engine.holds_text(*message)));
        }
        shown
    }
}

fn compare(kind: Kind, steps: &[Step], limits: bool) -> Result<Vec<Outcome>, TestCaseError> {
    let limits = limits.then(|| Limits { messages_per_phone_and_day: 4, ..Limits::default() });
    let mut memory = MemoryEngine::with(book(), Box::new(ChaCha12Rng::seed_from_u64(61))).unwrap();
    memory.set_limits(limits);
    let mut memory = Side::new(memory);
    let mut store = Side::new(StoreEngine::new(kind, 61, limits));
    let mut all = Vec::new();
    for step in steps {
        memory.pass(step.minutes);
        store.pass(step.minutes);
        let actions: Vec<Action> = step.asks.iter().map(|ask| memory.action(ask)).collect();
        let expected: Vec<Outcome> =
            actions.into_iter().map(|action| memory.engine.execute(action.into())).collect();
        let together = step.asks.iter().map(|ask| store.action(ask)).collect();
        prop_assert_eq!(&store.engine.execute_together(together), &expected);
        memory.hear();
        store.hear();
        let messages =
            |inbox: &[(MessageId, Phone, Code)]| inbox.iter().map(|(id, ..)| *id).collect::<Vec<_>>();
        prop_assert_eq!(messages(&store.inbox), messages(&memory.inbox));
        all.extend(expected);
    }
    for (of_store, of_memory) in store.shown().into_iter().zip(memory.shown()) {
        prop_assert_eq!(of_store, of_memory);
    }
    Ok(all)
}

fn it_answers_as_memory_does(kind: Kind) {
    let config = Config { cases: 112, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let mut seen = Vec::new();
    let seen_by = std::cell::RefCell::new(&mut seen);
    let result = runner.run(&(steps(), any::<bool>()), |(steps, limits)| {
        let outcomes = compare(kind, &steps, limits)?;
        seen_by.borrow_mut().extend(outcomes);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // The sequences get somewhere.
    let statuses = [3, 31, 20, 2, 21, 4].map(|status| {
        let is = |outcome: &&Outcome| matches!(outcome, Outcome::Verified(answer, _) if answer.valid_status() == status);
        (status, seen.iter().filter(is).count())
    });
    assert!(statuses.iter().all(|(_, count)| *count > 0), "{statuses:?}");
    assert!(seen.iter().any(|outcome| matches!(outcome, Outcome::Refused(_))));
    assert!(
        seen.iter().any(|outcome| matches!(outcome, Outcome::Handed(Some(_))))
            && seen.contains(&Outcome::Handed(None))
    );
    assert!(seen.iter().any(|outcome| matches!(outcome, Outcome::Unmask(UnmaskAnswer::Open(_)))));
}
