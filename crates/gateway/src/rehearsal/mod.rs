//! A fail-over rehearsed: the router that messages really take, over lines that do what a play says, on a clock that the
//! rehearsal moves. Minutes pass in no time, and the same play and seed give the same figures.

mod stand_in;

use std::collections::VecDeque;

use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use heyan_domain::time::SECOND_MS;
use rand::Rng;

use crate::routing::{Pace, Router, Terms};
use stand_in::{Ended, StandIn};

/// How often messages are handed over, as the worker does while there are some.
const FEED_MS: i64 = 20;

/// What a line does from some moment on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behaviour {
    /// Answers each message after so many milliseconds.
    Answers(i64),
    /// Takes messages and says nothing, as a half-open connection does.
    Silent,
    /// The connection is closed, and no other can be made.
    Gone,
}

/// One act of a play.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// What happens, in words.
    pub title: String,
    /// How long it lasts, in seconds.
    pub seconds: i64,
    /// What each line does in it, in the order of the terms.
    pub lines: Vec<Behaviour>,
}

/// What is played.
#[derive(Clone, Debug)]
pub struct Play {
    /// The routes.
    pub routes: Vec<Terms>,
    /// When they are slow.
    pub pace: Pace,
    /// Messages each line has without an answer, and those that may wait behind them at the line.
    pub window: (usize, usize),
    /// New messages a second.
    pub per_second: i64,
    /// All of them to this phone.
    pub to: Phone,
    /// The acts, one after the other.
    pub acts: Vec<Act>,
}

/// What came of the messages of an act: of those that were written in it, whenever they were accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The act's title.
    pub title: String,
    /// How long each accepted message took from being written to being accepted, in milliseconds, in order.
    pub accepted_ms: Vec<i64>,
    /// How many each route has accepted.
    pub of_route: Vec<usize>,
    /// How many went out without an answer (SMS-04): their clock runs, and they go out once more after ten minutes.
    pub unknown: usize,
    /// How many still wait when the play ends.
    pub waiting: usize,
    /// Eighths of its weight that each route has at the act's end.
    pub levels: Vec<u8>,
}

impl Told {
    /// The latency below which so many hundredths of the accepted messages lie; 0 if there are none.
    pub fn percentile_ms(&self, percent: usize) -> i64 {
        let at = (self.accepted_ms.len() * percent).div_ceil(100).saturating_sub(1);
        self.accepted_ms.get(at).copied().unwrap_or_default()
    }
}

/// A message that waits or is on its way: when it was written, and in which act.
#[derive(Clone, Copy, Debug)]
struct Written {
    at: Timestamp,
    act: usize,
}

struct Stage<'p> {
    play: &'p Play,
    router: Router,
    lines: Vec<StandIn>,
    queue: VecDeque<Written>,
    told: Vec<Told>,
}

/// Plays it.
pub fn rehearse(play: &Play, rng: &mut dyn Rng) -> Vec<Told> {
    let begins = Timestamp::from_ms(0);
    let mut stage = Stage {
        router: Router::new(play.routes.clone(), play.pace, begins),
        lines: play.routes.iter().map(|_| StandIn::new(play.window)).collect(),
        queue: VecDeque::new(),
        told: play.acts.iter().map(|act| told(act, play.routes.len())).collect(),
        play,
    };
    let mut act_begins = begins;
    for (at, act) in play.acts.iter().enumerate() {
        stage.begin(act, act_begins);
        let length_ms = act.seconds * SECOND_MS;
        for ms in 0..length_ms {
            stage.pass(at, ms, act_begins.plus_ms(ms), rng);
        }
        act_begins = act_begins.plus_ms(length_ms);
        if let Some(told) = stage.told.get_mut(at) {
            told.levels = stage.router.shown().iter().map(|shown| shown.level).collect();
        }
    }
    stage.close()
}

fn told(act: &Act, routes: usize) -> Told {
    Told {
        title: act.title.clone(),
        accepted_ms: Vec::new(),
        of_route: vec![0; routes],
        unknown: 0,
        waiting: 0,
        levels: Vec::new(),
    }
}

impl Stage<'_> {
    fn begin(&mut self, act: &Act, now: Timestamp) {
        let (window, behind) = self.play.window;
        for (at, behaviour) in act.lines.iter().enumerate() {
            let Some(line) = self.lines.get_mut(at) else { continue };
            let (ended, link) = line.behave(*behaviour, now);
            self.hear(at, ended, now);
            match link {
                Some(true) => self.router.link(at, Some(window + behind)),
                Some(false) => self.router.link(at, None),
                None => {}
            }
        }
    }

    /// One millisecond.
    fn pass(&mut self, act: usize, ms: i64, now: Timestamp, rng: &mut dyn Rng) {
        let due = |ms: i64| ms * self.play.per_second / SECOND_MS;
        for _ in due(ms)..due(ms + 1) {
            self.queue.push_back(Written { at: now, act });
        }
        for at in 0..self.lines.len() {
            let Some(line) = self.lines.get_mut(at) else { continue };
            let (ended, is_lost) = line.pass(now);
            self.hear(at, ended, now);
            if is_lost {
                self.router.link(at, None);
            }
        }
        if ms % FEED_MS == 0 {
            self.feed(now, rng);
        }
    }

    fn feed(&mut self, now: Timestamp, rng: &mut dyn Rng) {
        while let Some(written) = self.queue.front().copied() {
            let Ok(chosen) = self.router.choose(&self.play.to, &[], now, rng) else { return };
            self.queue.pop_front();
            if let Some(line) = self.lines.get_mut(chosen) {
                line.take(written, now);
            }
        }
    }

    /// What the worker does with what a line says.
    fn hear(&mut self, line: usize, ended: Vec<Ended>, now: Timestamp) {
        for one in ended {
            match one {
                Ended::Accepted(written, handed) => {
                    self.router.answered(line, now, now.since_ms(handed), false);
                    if let Some(told) = self.told.get_mut(written.act) {
                        told.accepted_ms.push(now.since_ms(written.at));
                        told.of_route.get_mut(line).into_iter().for_each(|count| *count += 1);
                    }
                }
                Ended::Unknown(written, handed) => {
                    self.router.answered(line, now, now.since_ms(handed), true);
                    if let Some(told) = self.told.get_mut(written.act) {
                        told.unknown += 1;
                    }
                }
                Ended::Returned(written) => {
                    self.router.returned(line, now);
                    self.queue.push_front(written);
                }
            }
        }
    }

    fn close(self) -> Vec<Told> {
        let mut told = self.told;
        let flying = self.lines.into_iter().flat_map(StandIn::left);
        for written in self.queue.into_iter().chain(flying) {
            if let Some(told) = told.get_mut(written.act) {
                told.waiting += 1;
            }
        }
        for one in &mut told {
            one.accepted_ms.sort_unstable();
        }
        told
    }
}

#[cfg(test)]
mod tests;
