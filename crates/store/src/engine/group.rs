//! One commit group: load, decide in order, write, commit once, answer all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Context, Outcome, decide};
use heyan_domain::due::Due;
use heyan_domain::rules::Rules;
use heyan_domain::state::{Key, State};
use heyan_domain::tags::Keyring;
use heyan_domain::tx::Delta;
use rand::SeedableRng as _;

use super::{Chore, EngineError, Job, Parts, Round, Statistics, TakeUpError};
use crate::database::StoreError;
use crate::tables::{Begun, Writer};

/// A decision never needs more rounds of loading than a filing's reach has steps; more means a decision that does not
/// settle, which fails alone instead of holding everyone.
const MAX_LOADS: usize = 64;

/// How often a group is looked ahead over before it is decided; what is needed later than that is loaded by itself.
const LOOKS_AHEAD: usize = 6;

/// What a group of decisions has added up to.
#[derive(Default)]
pub(crate) struct ChangeSet {
    /// Everything but the due rows carried out.
    pub delta: Delta,
    /// Due rows to be removed.
    pub carried_out: Vec<(Timestamp, Due)>,
}

impl ChangeSet {
    fn absorb(&mut self, delta: Delta) {
        self.delta.rows.absorb(delta.rows);
        self.delta.events.extend(delta.events);
        self.delta.audit.extend(delta.audit);
        self.delta.outbox.extend(delta.outbox);
        self.delta.wiped.extend(delta.wiped);
        self.delta.standings.extend(delta.standings);
        self.delta.carrier_ids.extend(delta.carrier_ids);
        self.delta.due.extend(delta.due);
        self.delta.decided.extend(delta.decided);
        self.delta.named.extend(delta.named);
        self.delta.forgotten.extend(delta.forgotten);
        self.delta.bulk_results.extend(delta.bulk_results);
        self.delta.enterprise_filed.extend(delta.enterprise_filed);
        self.delta.enterprise_not_filed.extend(delta.enterprise_not_filed);
        self.delta.filings += delta.filings;
        self.delta.archived.extend(delta.archived);
        self.delta.rules = delta.rules.or(self.delta.rules.take());
    }

    fn is_empty(&self) -> bool {
        self.delta.is_empty() && self.carried_out.is_empty()
    }
}

pub(super) struct Groups {
    writer: Writer,
    parts: Parts,
    statistics: Arc<Statistics>,
    healthy: Arc<AtomicBool>,
    elsewhere: Arc<AtomicBool>,
    last_now: Timestamp,
}

impl Groups {
    pub(super) fn new(
        writer: Writer,
        parts: Parts,
        statistics: Arc<Statistics>,
        (healthy, elsewhere): (Arc<AtomicBool>, Arc<AtomicBool>),
    ) -> Self {
        Self { writer, parts, statistics, healthy, elsewhere, last_now: Timestamp::default() }
    }

    /// Takes up new keys, then carries out a group, and the chore after it.
    pub(super) fn carry_out(&mut self, round: Round) {
        for (keys, done) in round.keys {
            // Whoever asked may have gone; the keys are in use all the same.
            let now = self.now();
            let _ = done.send(self.writer.take_up(keys, now).map_err(TakeUpError::Store));
        }
        if round.jobs.is_empty() {
            self.look_for_server();
        } else {
            self.carry_out_group(round.jobs);
        }
        if let Some((chore, done)) = round.chore {
            let touched = self.writer.chore(&chore, &mut *self.parts.rng).map_err(|error| {
                tracing::error!(name: "engine.chore_failed", ?chore, error = %error, "a chore could not be done");
                EngineError::Storage
            });
            if let (Chore::Lease(_), Ok(held)) = (&chore, &touched) {
                self.elsewhere.store(*held == 0, Ordering::Relaxed);
            }
            let _ = done.send(touched);
        }
        self.writer.between_groups();
    }

    /// Whether a server that could not be reached can be again. That a file can be written only the next group shows.
    fn look_for_server(&mut self) {
        if self.healthy.load(Ordering::Relaxed) || !self.writer.is_on_server() {
            return;
        }
        if self.writer.begin().is_ok() {
            self.writer.take_back();
            self.healthy.store(true, Ordering::Relaxed);
            tracing::warn!(name: "engine.database_back", "the database can be written again");
        }
    }

    /// Carries out a group. If it cannot be written as a whole it is replayed one by one, so that one poisonous
    /// command fails alone.
    fn carry_out_group(&mut self, jobs: Vec<Job>) {
        self.count(jobs.len());
        match self.commit(&jobs) {
            Ok(outcomes) => {
                self.healthy.store(true, Ordering::Relaxed);
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    // Whoever asked may have gone; what was done is done.
                    let _ = job.answer.send(outcome);
                }
            }
            Err(error @ (StoreError::Server { .. } | StoreError::Clock { .. })) => self.away(jobs, &error),
            Err(error) => {
                tracing::warn!(name: "engine.group_failed", commands = jobs.len(), error = %error, "replaying one by one");
                self.statistics.replayed_groups.fetch_add(1, Ordering::Relaxed);
                self.replay(jobs);
            }
        }
    }

    /// Nothing can be written before the server is reached again, and finding that out takes its time: nobody's turn to be
    /// tried alone would be worth that.
    fn away(&self, jobs: Vec<Job>, error: &StoreError) {
        tracing::error!(name: "engine.database_away", commands = jobs.len(), error = %error, "nothing can be written");
        let commands = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        self.statistics.failed_commands.fetch_add(commands, Ordering::Relaxed);
        self.healthy.store(false, Ordering::Relaxed);
        for job in jobs {
            let _ = job.answer.send(Err(EngineError::Storage));
        }
    }

    fn replay(&mut self, jobs: Vec<Job>) {
        let mut jobs = jobs.into_iter();
        while let Some(job) = jobs.next() {
            let single = std::slice::from_ref(&job);
            let outcome = match self.commit(single) {
                Ok(outcomes) => {
                    self.healthy.store(true, Ordering::Relaxed);
                    outcomes.into_iter().next().unwrap_or(Err(EngineError::Storage))
                }
                Err(error @ (StoreError::Server { .. } | StoreError::Clock { .. })) => {
                    return self.away(std::iter::once(job).chain(jobs).collect(), &error);
                }
                Err(error) => {
                    tracing::error!(name: "engine.command_failed", error = %error, "a command could not be written");
                    self.statistics.failed_commands.fetch_add(1, Ordering::Relaxed);
                    self.healthy.store(!error.is_storage(), Ordering::Relaxed);
                    Err(EngineError::Storage)
                }
            };
            let _ = job.answer.send(outcome);
        }
    }

    fn commit(&mut self, jobs: &[Job]) -> Result<Vec<Result<Outcome, EngineError>>, StoreError> {
        let result = self.decide_and_write(jobs);
        if result.is_err() {
            self.writer.take_back();
        }
        result
    }

    fn decide_and_write(&mut self, jobs: &[Job]) -> Result<Vec<Result<Outcome, EngineError>>, StoreError> {
        let asked = self.writer.ask_turn()?;
        let mut state = State { next_filing: 1, next_event: 1, ..State::default() };
        let looked = if self.writer.is_on_server() { self.look_ahead(jobs, &mut state) } else { Ok(()) };
        // Why there is no turn is said before what follows from that.
        let Begun { meanwhile, next } = self.writer.take_turn(asked)?;
        looked?;
        (state.next_filing, state.next_event) = (next.filing, next.event);
        // Others may have counted.
        state.rows.counters.clear();
        self.elsewhere.store(meanwhile.fenced, Ordering::Relaxed);
        if meanwhile.rules_changed {
            let rules = self.writer.rules(&self.parts.rules.current())?;
            self.parts.rules.replace(Arc::new(rules));
        }
        let now = self.now();
        let (outcomes, changes) = self.decide_all(jobs, now, meanwhile.fenced, state)?;
        if changes.is_empty() {
            self.writer.roll_back();
            return Ok(outcomes);
        }
        self.writer.write(&changes, now, &mut *self.parts.rng)?;
        self.writer.commit()?;
        if let Some(rules) = changes.delta.rules {
            self.parts.rules.replace(rules);
        }
        Ok(outcomes)
    }

    /// The clock may be set back under us; decisions never see time go backwards.
    fn now(&mut self) -> Timestamp {
        self.last_now = self.last_now.max(self.parts.clock.now());
        self.last_now
    }

    fn decide_all(
        &mut self,
        jobs: &[Job],
        now: Timestamp,
        fenced: bool,
        mut state: State,
    ) -> Result<(Vec<Result<Outcome, EngineError>>, ChangeSet), StoreError> {
        let keys = self.parts.ring.current();
        let mut rules = self.parts.rules.current();
        let mut changes = ChangeSet::default();
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            if fenced && job.background {
                outcomes.push(Err(EngineError::Fenced));
                continue;
            }
            let outcome = match self.decide_one(job, now, (&*keys, &rules), &mut state)? {
                Some((outcome, delta)) => {
                    state.apply(&delta);
                    // What comes after it in the group is decided by what it has put in force.
                    if let Some(changed) = &delta.rules {
                        rules = Arc::clone(changed);
                    }
                    changes.absorb(delta);
                    if let (Action::Due(due), Some(at)) = (&job.command.action, job.due_at) {
                        changes.carried_out.push((at, *due));
                    }
                    Ok(outcome)
                }
                None => Err(EngineError::Storage),
            };
            outcomes.push(outcome);
        }
        Ok((outcomes, changes))
    }

    /// Loads what the group needs, as far as that is known before anything in it is decided: each question to a server is a
    /// way there and back, and this asks them for all commands together, right behind the question for the turn. What is found
    /// out here about the outcomes is forgotten.
    fn look_ahead(&mut self, jobs: &[Job], state: &mut State) -> Result<(), StoreError> {
        let (now, keys, rules) = (self.now(), self.parts.ring.current(), self.parts.rules.current());
        let context = Context {
            now,
            rules: &rules,
            keyring: &*keys,
            limits: self.parts.limits.as_ref(),
            calendar: &self.parts.calendar,
        };
        // What is drawn here is used for nothing, and the generator of the group must not notice.
        let mut rng = rand::rngs::StdRng::seed_from_u64(0);
        let mut open: Vec<&Job> = jobs.iter().collect();
        for _ in 0..LOOKS_AHEAD {
            let mut keys = Vec::new();
            let mut waiting = Vec::new();
            for job in open {
                while let Err(needed) = decide(&context, state, &job.command, &mut rng) {
                    if !needed.iter().all(|key| matches!(key, Key::Counter(_))) {
                        keys.extend(needed);
                        waiting.push(job);
                        break;
                    }
                    // They are remembered, and cost no way to the server.
                    self.writer.load(&needed, &mut state.rows)?;
                }
            }
            if keys.is_empty() {
                break;
            }
            self.writer.load(&keys, &mut state.rows)?;
            open = waiting;
        }
        Ok(())
    }

    fn decide_one(
        &mut self,
        job: &Job,
        now: Timestamp,
        (keyring, rules): (&dyn Keyring, &Rules),
        state: &mut State,
    ) -> Result<Option<(Outcome, Delta)>, StoreError> {
        let context = Context {
            now,
            rules,
            keyring,
            limits: self.parts.limits.as_ref(),
            calendar: &self.parts.calendar,
        };
        for _ in 0..MAX_LOADS {
            match decide(&context, state, &job.command, &mut *self.parts.rng) {
                Ok(decided) => return Ok(Some(decided)),
                Err(keys) => self.writer.load(&keys, &mut state.rows)?,
            }
        }
        tracing::error!(name: "engine.decision_unsettled", "a decision kept asking for rows");
        Ok(None)
    }

    fn count(&self, commands: usize) {
        let statistics = &self.statistics;
        statistics.groups.fetch_add(1, Ordering::Relaxed);
        statistics.commands.fetch_add(u64::try_from(commands).unwrap_or(u64::MAX), Ordering::Relaxed);
        let bucket = usize::BITS - commands.saturating_sub(1).leading_zeros();
        let bucket = usize::try_from(bucket).unwrap_or(usize::MAX);
        if let Some(counter) = statistics.group_sizes.get(bucket) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn close(self) {
        self.writer.close();
    }
}
