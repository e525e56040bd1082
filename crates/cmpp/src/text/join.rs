//! Long messages from phones, put together from their parts.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::{Place, Reference, Text, UdhError, read, user_data};
use crate::content::Format;
use crate::pdu::Deliver;
use crate::time::Moment;

/// Messages that can be waited for at once. One more ends the wait for the oldest.
pub const MOST_OPEN: usize = 256;

/// A whole message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whole {
    /// Its octets without headers, part after part.
    pub octets: Vec<u8>,
    /// Its format.
    pub format: Format,
}

impl Whole {
    /// Its text, if its format is one.
    pub fn text(&self) -> Option<Text> {
        read(self.format, &self.octets)
    }
}

/// What a DELIVER has brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Joined {
    /// A whole message, of one part or with its last one.
    Whole(Whole),
    /// A part; others are missing.
    Waiting,
}

/// A message whose wait has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Incomplete {
    /// The parts that came.
    pub came: usize,
    /// The parts it has.
    pub total: u8,
}

/// Two messages of one phone to one number can only be told apart by these.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Key {
    source: String,
    destination: String,
    reference: Reference,
    total: u8,
}

#[derive(Clone, Debug)]
struct Open {
    until: Moment,
    format: Format,
    parts: BTreeMap<u8, Vec<u8>>,
}

/// Keeps parts until their message is whole, its time is over, or too many others wait.
#[derive(Clone, Debug)]
pub struct Joiner {
    patience: Duration,
    open: BTreeMap<Key, Open>,
    order: VecDeque<Key>,
}

impl Joiner {
    /// Waits so long for the parts of a message, from the first that came.
    pub fn new(patience: Duration) -> Self {
        Self { patience, open: BTreeMap::new(), order: VecDeque::new() }
    }

    /// Takes what a phone sent. A part that comes twice counts once.
    ///
    /// # Errors
    /// TP_udhi says that there is a user data header, and there is none that can be read.
    pub fn take(&mut self, now: Moment, deliver: &Deliver) -> Result<Joined, UdhError> {
        let content = deliver.content.as_bytes();
        let (place, octets) = if deliver.tp_udhi == 1 { user_data(content)? } else { (None, content) };
        let Some(place) = place.filter(|place| place.total > 1) else {
            return Ok(Joined::Whole(Whole { octets: octets.to_vec(), format: deliver.format }));
        };
        let Place { reference, total, number } = place;
        let key = Key {
            source: deliver.source().text().into_owned(),
            destination: deliver.destination.text().into_owned(),
            reference,
            total,
        };
        let open = self.open.entry(key.clone()).or_insert_with(|| {
            self.order.push_back(key.clone());
            Open { until: now.plus(self.patience), format: deliver.format, parts: BTreeMap::new() }
        });
        open.parts.insert(number, octets.to_vec());
        if open.parts.len() < usize::from(total) {
            return Ok(Joined::Waiting);
        }
        let whole = Whole { octets: open.parts.values().flatten().copied().collect(), format: open.format };
        self.open.remove(&key);
        self.order.retain(|waiting| *waiting != key);
        Ok(Joined::Whole(whole))
    }

    /// Ends waits: those whose time is over, and the oldest if there are more than [`MOST_OPEN`].
    pub fn expire(&mut self, now: Moment) -> Vec<Incomplete> {
        let mut ended = Vec::new();
        while let Some(key) = self.order.front() {
            let is_over = self.open.get(key).is_none_or(|open| open.until <= now);
            if !is_over && self.order.len() <= MOST_OPEN {
                break;
            }
            let Some(key) = self.order.pop_front() else { break };
            if let Some(open) = self.open.remove(&key) {
                ended.push(Incomplete { came: open.parts.len(), total: key.total });
            }
        }
        ended
    }

    /// When [`Self::expire`] has something to do next.
    pub fn next_timer(&self) -> Option<Moment> {
        self.order.front().and_then(|key| self.open.get(key)).map(|open| open.until)
    }

    /// Messages that are waited for.
    pub fn waiting(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Number, Terminal};
    use crate::octets::Octets;
    use crate::pdu::Origin;
    use crate::text::{Alphabet, split};
    use crate::{Content, MsgId};

    fn deliver(reference: u8, text: &str) -> Vec<Deliver> {
        let parts = split(text, Alphabet::Ucs2, Reference::Eight(reference)).unwrap();
        let from = Terminal::Two(Number::new("15400000001").unwrap());
        let whole = |tp_udhi, content: Content| Deliver {
            msg_id: MsgId::NONE,
            destination: Number::new("10690000").unwrap(),
            service_id: Octets::EMPTY,
            tp_pid: 0,
            tp_udhi,
            format: Format::UCS2,
            registered_delivery: 0,
            origin: Origin::of(from),
            content,
        };
        parts.into_iter().map(|part| whole(part.tp_udhi, part.content)).collect()
    }

    fn text_of(joined: Joined) -> String {
        let Joined::Whole(whole) = joined else { panic!("not whole: {joined:?}") };
        whole.text().unwrap().text
    }

    const PATIENCE: Duration = Duration::from_secs(600);

    #[test]
    fn parts_in_any_order_and_twice_make_one_message() {
        let text = "\u{5DE5}".repeat(150);
        let mut parts = deliver(9, &text);
        assert_eq!(parts.len(), 3);
        parts.reverse();
        let mut joiner = Joiner::new(PATIENCE);
        let now = Moment::from_ms(1);
        assert_eq!(joiner.take(now, &parts[0]), Ok(Joined::Waiting));
        assert_eq!(joiner.take(now, &parts[0]), Ok(Joined::Waiting));
        assert_eq!(joiner.take(now, &parts[2]), Ok(Joined::Waiting));
        assert_eq!(text_of(joiner.take(now, &parts[1]).unwrap()), text);
        assert_eq!((joiner.waiting(), joiner.next_timer()), (0, None));
    }

    #[test]
    fn short_messages_pass_through() {
        let mut joiner = Joiner::new(PATIENCE);
        assert_eq!(text_of(joiner.take(Moment::from_ms(1), &deliver(9, "T")[0]).unwrap()), "T");
        let mut broken = deliver(9, "T").remove(0);
        broken.tp_udhi = 1;
        assert_eq!(
            joiner.take(Moment::from_ms(1), &broken).unwrap(),
            Joined::Whole(Whole { octets: b"T".to_vec(), format: Format::UCS2 })
        );
    }

    #[test]
    fn a_wait_ends_after_its_time() {
        let mut joiner = Joiner::new(PATIENCE);
        let now = Moment::from_ms(1);
        joiner.take(now, &deliver(9, &"\u{5DE5}".repeat(71))[0]).unwrap();
        assert_eq!(joiner.next_timer(), Some(now.plus(PATIENCE)));
        assert!(joiner.expire(now).is_empty());
        assert_eq!(joiner.expire(now.plus(PATIENCE)), [Incomplete { came: 1, total: 2 }]);
    }

    #[test]
    fn one_wait_too_many_ends_the_oldest() {
        let mut joiner = Joiner::new(PATIENCE);
        let now = Moment::from_ms(1);
        let mut ended = 0;
        for number in 0..=MOST_OPEN {
            let mut part = deliver(1, &"\u{5DE5}".repeat(71)).remove(0);
            let from = Number::new(&format!("154{number:08}")).unwrap();
            part.origin = Origin::of(Terminal::Two(from));
            joiner.take(now, &part).unwrap();
            ended += joiner.expire(now).len();
        }
        assert_eq!((ended, joiner.waiting()), (1, MOST_OPEN));
    }
}
