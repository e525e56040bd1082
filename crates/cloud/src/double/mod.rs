//! The double: plays both vendors, for drills, for tests, and for integrators who have no account yet.
//!
//! [`Double`] decides what is answered and which receipts follow, without I/O; [`net`] puts it behind a port. Signatures are
//! checked as the vendors check them: key, time, what is signed, and that no nonce comes twice.

mod inbound;
pub mod net;
mod reply;
mod settings;

use std::collections::{HashSet, VecDeque};

use heyan_outbound::Asked;

use crate::Vendor;
use crate::message::Message;
use crate::sign::{acs3, tc3};
use crate::tencent::SERVICE;
use crate::time::Second;

pub use reply::{Planned, Reply};
pub use settings::{Fault, Plan, Rule, Settings, Treatment};

/// Nonces that are remembered.
const MOST_NONCES: usize = 100_000;

/// What has happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A request was not accepted before anybody looked at its message.
    Refused {
        /// The code of the answer.
        code: &'static str,
        /// Why, in words.
        why: String,
    },
    /// A message has come.
    Submitted {
        /// What the answer calls it.
        carrier_id: String,
        /// The message.
        message: Message,
        /// The signature that it is sent under.
        sign_name: String,
        /// The code of the answer.
        code: String,
    },
    /// Instead of an answer there is a fault.
    Disturbed {
        /// Which.
        fault: Fault,
    },
    /// A receipt was called back with.
    Reported {
        /// Of which message.
        carrier_id: String,
        /// Its code.
        code: String,
        /// The customer's status, or why there was none.
        answer: Result<u16, String>,
    },
}

/// A decision: what has happened, what is answered, and what follows.
#[derive(Clone, Debug)]
pub struct Taken {
    /// In order.
    pub events: Vec<Event>,
    /// The answer, or the fault instead of it.
    pub reply: Reply,
    /// Receipts to call back with.
    pub receipts: Vec<Planned>,
}

/// See the module.
#[derive(Debug)]
pub struct Double {
    settings: Settings,
    counts: Vec<u64>,
    number: u64,
    nonces: HashSet<String>,
    oldest_nonces: VecDeque<String>,
    second: Second,
    this_second: u32,
}

impl Double {
    /// Begins to play.
    pub fn new(settings: Settings) -> Self {
        Self {
            counts: vec![0; settings.rules.len()],
            settings,
            number: 0,
            nonces: HashSet::new(),
            oldest_nonces: VecDeque::new(),
            second: Second::new(0),
            this_second: 0,
        }
    }

    /// Takes a request.
    pub fn take(&mut self, vendor: Vendor, request: &Asked, now: Second) -> Taken {
        let refused = |code: &'static str, why: String| Taken {
            events: vec![Event::Refused { code, why }],
            reply: reply::error(vendor, code),
            receipts: Vec::new(),
        };
        if let Err(wrong) = self.check(vendor, request, now) {
            return refused(reply::of(vendor, wrong), wrong.to_string());
        }
        if vendor == Vendor::Alibaba && !self.is_new(request) {
            return refused("SignatureNonceUsed", "the nonce has come before".to_owned());
        }
        if self.is_too_fast(now) {
            return refused(reply::throttling(vendor), "too many requests this second".to_owned());
        }
        let read = match vendor {
            Vendor::Tencent => inbound::tencent(request),
            Vendor::Alibaba => inbound::alibaba(request),
        };
        match read {
            Ok((message, sign_name)) => self.treat(vendor, message, sign_name, now),
            Err(bad) => refused(bad.code, bad.why.to_owned()),
        }
    }

    fn check(&self, vendor: Vendor, request: &Asked, now: Second) -> Result<(), crate::sign::Wrong> {
        let secret_of = |id: &str| {
            let account = self.settings.accounts.iter().find(|account| account.id() == id);
            account.map(crate::Credentials::secret)
        };
        match vendor {
            Vendor::Tencent => tc3::verify(request, SERVICE, now, secret_of),
            Vendor::Alibaba => acs3::verify(request, now, secret_of),
        }
        .map(|_| ())
    }

    fn is_new(&mut self, request: &Asked) -> bool {
        let nonce = request.headers().get(acs3::NONCE).and_then(|value| value.to_str().ok());
        let nonce = nonce.unwrap_or_default().to_owned();
        if !self.nonces.insert(nonce.clone()) {
            return false;
        }
        self.oldest_nonces.push_back(nonce);
        if self.oldest_nonces.len() > MOST_NONCES
            && let Some(oldest) = self.oldest_nonces.pop_front()
        {
            self.nonces.remove(&oldest);
        }
        true
    }

    fn is_too_fast(&mut self, now: Second) -> bool {
        if self.second != now {
            self.second = now;
            self.this_second = 0;
        }
        self.this_second = self.this_second.saturating_add(1);
        self.settings.rate_per_second.is_some_and(|most| self.this_second > most.get())
    }

    fn treat(&mut self, vendor: Vendor, message: Message, sign_name: String, now: Second) -> Taken {
        self.number += 1;
        let treatment = self.treatment(&message).clone();
        let carrier_id = match vendor {
            Vendor::Tencent => format!("5000:{}{:08}", now.number(), self.number),
            Vendor::Alibaba => format!("{}{:08}^0", now.number(), self.number),
        };
        let code = treatment.code.clone().unwrap_or_else(|| reply::accepted(vendor).to_owned());
        let is_accepted = code == reply::accepted(vendor);
        let receipts = if is_accepted { treatment.receipts.as_slice() } else { &[] };
        let receipts =
            receipts.iter().map(|plan| reply::receipt(vendor, plan, &carrier_id, &message, now)).collect();
        let mut reply = reply::answer(vendor, &code, &carrier_id, &message);
        reply.after = treatment.answer_after;
        reply.fault = treatment.fault;
        let mut events = vec![Event::Submitted { carrier_id, message, sign_name, code }];
        events.extend(treatment.fault.map(|fault| Event::Disturbed { fault }));
        Taken { events, reply, receipts }
    }

    fn treatment(&mut self, message: &Message) -> &Treatment {
        for (rule, count) in self.settings.rules.iter().zip(&mut self.counts) {
            if message.phone.as_str().ends_with(&rule.number_ends) {
                *count += 1;
                if count.is_multiple_of(rule.every.get()) {
                    return &rule.treatment;
                }
            }
        }
        &self.settings.otherwise
    }
}
