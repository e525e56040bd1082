//! One connection of the double, and what it has to deliver.

use std::collections::BTreeSet;

use heyan_line::double::ConnectionId;
use heyan_line::frame::Framer;
use heyan_line::waiting::Waiting;
use heyan_line::{Moment, Octets};

use crate::SMPP;
use crate::pdu::{Address, Mode, Pdu};

/// A receipt that is to go out.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    /// The id of the message, as a number.
    pub(super) of: u32,
    pub(super) stat: Octets<7>,
    pub(super) service: Address,
    pub(super) phone: Address,
    /// YYMMDDhhmm.
    pub(super) submitted_at: String,
    pub(super) done_at: String,
    /// A connection on which it must not go.
    pub(super) not_on: Option<ConnectionId>,
    pub(super) repeated: u32,
}

#[derive(Debug)]
pub(super) struct Connection {
    /// Who has logged in, and for what.
    pub(super) guest: Option<(usize, Mode)>,
    pub(super) framer: Framer,
    pub(super) output: Vec<u8>,
    /// Messages whose answers are due later.
    pub(super) unanswered: BTreeSet<u32>,
    pub(super) delivering: Waiting<u32, Parcel>,
    /// To be closed once the output is written.
    pub(super) is_closing: bool,
    /// Says nothing any more, by script.
    pub(super) is_silent: bool,
    pub(super) heard_at: Moment,
    next_sequence: u32,
    second: u64,
    this_second: u32,
}

impl Connection {
    pub(super) fn new(now: Moment) -> Self {
        Self {
            guest: None,
            framer: Framer::new(SMPP),
            output: Vec::new(),
            unanswered: BTreeSet::new(),
            delivering: Waiting::default(),
            is_closing: false,
            is_silent: false,
            heard_at: now,
            next_sequence: 1,
            second: 0,
            this_second: 0,
        }
    }

    pub(super) fn is_of(&self, account: usize) -> bool {
        !self.is_closing && self.guest.is_some_and(|(own, _)| own == account)
    }

    pub(super) fn takes_receipts_of(&self, account: usize) -> bool {
        self.is_of(account) && self.guest.is_some_and(|(_, mode)| mode.gets())
    }

    /// An answer, or anything with a given number.
    pub(super) fn send_as(&mut self, sequence: u32, pdu: &Pdu) {
        if !self.is_silent && !self.is_closing {
            pdu.encode(sequence, &mut self.output);
        }
    }

    /// A request of the double's own.
    pub(super) fn send(&mut self, pdu: &Pdu) -> u32 {
        let sequence = self.next_sequence;
        self.next_sequence = if sequence == 0x7FFF_FFFF { 1 } else { sequence + 1 };
        self.send_as(sequence, pdu);
        sequence
    }

    /// Counts a message; how many there were in this second, with it.
    pub(super) fn count(&mut self, now: Moment) -> u32 {
        let second = now.since_start().as_secs();
        if second != self.second {
            self.second = second;
            self.this_second = 0;
        }
        self.this_second = self.this_second.saturating_add(1);
        self.this_second
    }
}
