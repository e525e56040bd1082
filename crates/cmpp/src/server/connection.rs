//! One connection of the double.

use std::collections::BTreeSet;

use heyan_line::waiting::Waiting;

use super::parcel::Parcel;
use crate::frame::{CMPP, Framer};
use crate::header::SequenceId;
use crate::ids::Edition;
use crate::pdu::Pdu;
use crate::time::Moment;

/// Who is at the other end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Guest {
    Unknown,
    LoggedIn { account: usize, edition: Edition },
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) guest: Guest,
    pub(super) framer: Framer,
    pub(super) output: Vec<u8>,
    /// SUBMITs whose answers are due later.
    pub(super) unanswered: BTreeSet<SequenceId>,
    pub(super) delivering: Waiting<SequenceId, (Parcel, u8)>,
    /// To be closed once the output is written.
    pub(super) is_closing: bool,
    /// Says nothing any more, by script.
    pub(super) is_silent: bool,
    pub(super) heard_at: Moment,
    next_sequence: SequenceId,
    second: u64,
    this_second: u32,
}

impl Connection {
    pub(super) fn new(now: Moment) -> Self {
        Self {
            guest: Guest::Unknown,
            framer: Framer::new(CMPP),
            output: Vec::new(),
            unanswered: BTreeSet::new(),
            delivering: Waiting::default(),
            is_closing: false,
            is_silent: false,
            heard_at: now,
            next_sequence: SequenceId::new(1),
            second: 0,
            this_second: 0,
        }
    }

    pub(super) fn edition(&self) -> Edition {
        match self.guest {
            Guest::Unknown => Edition::Two,
            Guest::LoggedIn { edition, .. } => edition,
        }
    }

    pub(super) fn is_of(&self, account: usize) -> bool {
        match self.guest {
            Guest::Unknown => false,
            Guest::LoggedIn { account: own, .. } => own == account && !self.is_closing,
        }
    }

    /// An answer, or anything with a given number.
    pub(super) fn send_as(&mut self, sequence: SequenceId, pdu: &Pdu) {
        if !self.is_silent && !self.is_closing {
            pdu.encode(sequence, &mut self.output);
        }
    }

    /// A request of the double's own.
    pub(super) fn send(&mut self, pdu: &Pdu) -> SequenceId {
        let sequence = self.next_sequence;
        self.next_sequence = sequence.next();
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
