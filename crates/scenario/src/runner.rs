//! Carries a scenario out.

use std::collections::BTreeMap;
use std::fmt;

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::mark;
use heyan_domain::registry::{EntityNo, ServiceNo};
use heyan_domain::terms::{AccountId, Code, FilingId, MessageId, Phone, ProviderId, Province};
use heyan_domain::verification::{Outgoing, Receipt, Transport, Verification};

use crate::engine::Engine;
use crate::people::Person;
use crate::script::Script;
use crate::words::Words;

/// What went otherwise than the scenario says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which scenario.
    pub file: String,
    /// Which line of it.
    pub line: usize,
    /// What happened.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl std::error::Error for Failure {}

/// A filing that the scenario has named.
pub(crate) struct Filed {
    pub id: FilingId,
    pub provider: ProviderId,
    pub province: Province,
    pub organiser: String,
    pub services: Vec<String>,
}

/// A message that a carrier has taken.
pub(crate) struct Received {
    pub message: MessageId,
    pub to: Phone,
    pub text: String,
    pub code: Code,
}

/// Everything that the scenario's names stand for.
pub(crate) struct World<'e> {
    pub engine: &'e mut dyn Engine,
    pub provider: Option<ProviderId>,
    pub people: BTreeMap<String, Person>,
    pub filings: BTreeMap<String, Filed>,
    pub entities: BTreeMap<String, EntityNo>,
    pub services: BTreeMap<String, ServiceNo>,
    /// Every message that has been written and given to a carrier, in order.
    pub inbox: Vec<Received>,
    /// Messages that no carrier has taken yet.
    pub held: Vec<Outgoing>,
    /// Whether no route takes anything.
    pub hold: bool,
    /// Whether nobody carries out what is due.
    pub worker_sleeps: bool,
    pub imported: u32,
    /// Two operators, once somebody needs them.
    pub operators: Option<(AccountId, AccountId)>,
}

/// Runs a scenario to its end or to the first line that does not hold.
///
/// # Errors
/// The line, and what was found instead of what it says.
pub fn run(script: &Script, engine: &mut dyn Engine) -> Result<(), Failure> {
    let same_thread = engine.same_thread();
    let _ = mark::take();
    let mut world = World {
        engine,
        provider: None,
        people: BTreeMap::new(),
        filings: BTreeMap::new(),
        entities: BTreeMap::new(),
        services: BTreeMap::new(),
        inbox: Vec::new(),
        held: Vec::new(),
        hold: false,
        worker_sleeps: false,
        imported: 0,
        operators: None,
    };
    let failure = |line, reason| Failure { file: script.file.clone(), line, reason };
    for statement in &script.statements {
        let mut words = Words::new(&statement.words);
        let expected = statement.expected.as_deref();
        let done = world.statement(&mut words, expected).and_then(|()| words.finish());
        done.map_err(|reason| failure(statement.line, reason))?;
    }
    let hits = mark::take();
    match script.proves.iter().chain(&script.explains).find(|id| !hits.contains(id.as_str())) {
        Some(id) if same_thread => Err(failure(1, format!("the line that decides {id} never ran"))),
        Some(_) | None => Ok(()),
    }
}

/// The one route of scenarios whose carrier can be slow, silent or lost.
const ROUTE: &str = "carrier";

impl World<'_> {
    fn statement(&mut self, words: &mut Words, expected: Option<&str>) -> Result<(), String> {
        let verb = words.required("the verb")?;
        if let Some(actual) = self.act(&verb, words)? {
            return matches_expected(&actual, expected);
        }
        if expected.is_some() {
            return Err(format!("`{verb}` has no answer"));
        }
        match verb.as_str() {
            "provider" => self.provider = Some(provider(&words.required("the provider")?)?),
            "at" => self.at(words)?,
            "tick" => self.tick(words)?,
            "person" => self.person(words)?,
            "import" => self.import(words)?,
            "hold" => self.hold = true,
            "worker" => {
                self.worker_sleeps = words.flag("sleeps");
                if !self.worker_sleeps && !words.flag("wakes") {
                    return Err("a worker sleeps or wakes".to_owned());
                }
                self.advance(self.engine.now())?;
            }
            "release" => {
                self.hold = false;
                self.hand_over()?;
            }
            "lose" => self.lose()?,
            "cut" => {
                self.hand_and(|outgoing| Transport::Lost { message: outgoing.message, to: outgoing.to })?;
            }
            "throttle" => {
                let code = words.required("the carrier's code")?;
                self.hand_and(|outgoing| Transport::Release {
                    message: outgoing.message,
                    carrier_code: Some(code.clone()),
                })?;
            }
            "answer" => self.answer()?,
            "receipt" => self.receipt(words)?,
            "deliver" => self.deliver(),
            "repeat" => self.repeat(),
            "limits" => self.limits(words)?,
            "new-key" => self.engine.add_key(),
            "expect" => self.expect(words)?,
            _ => return Err(format!("there is no statement `{verb}`")),
        }
        Ok(())
    }

    fn at(&mut self, words: &mut Words) -> Result<(), String> {
        let at = instant(&words.required("the date")?, &words.required("the time")?)?;
        if at < self.engine.now() {
            return Err(format!("time does not go back from {}", self.engine.now()));
        }
        self.advance(at)
    }

    fn tick(&mut self, words: &mut Words) -> Result<(), String> {
        let to = if words.flag("to") {
            let at = if words.flag("deadline") {
                let (filing, person) = words.of_in()?;
                let verification = self.verification(&filing, &person, None)?;
                verification.deadline_at.ok_or("no clock runs yet")?
            } else {
                let until = words.required("an instant")?;
                return Err(format!("cannot tick to {until}"));
            };
            let minus = words.pair("minus").map(|text| crate::words::duration_ms(&text)).transpose()?;
            let plus = words.pair("plus").map(|text| crate::words::duration_ms(&text)).transpose()?;
            at.plus_ms(plus.unwrap_or(0) - minus.unwrap_or(0))
        } else {
            let by = crate::words::duration_ms(&words.required("how long")?)?;
            self.engine.now().plus_ms(by)
        };
        if to < self.engine.now() {
            return Err(format!("time does not go back from {}", self.engine.now()));
        }
        self.advance(to)
    }

    /// Lets time pass; what is due on the way is done at its own time.
    fn advance(&mut self, to: Timestamp) -> Result<(), String> {
        while let Some(due) = self.engine.next_due().filter(|due| *due <= to && !self.worker_sleeps) {
            self.engine.set_now(due.max(self.engine.now()));
            self.engine.run_due();
            self.hand_over()?;
        }
        self.engine.set_now(to);
        Ok(())
    }

    /// Gives what is in the outbox to the carrier, who takes it at once unless there is no route.
    pub(crate) fn hand_over(&mut self) -> Result<(), String> {
        self.held.extend(self.engine.take_outbox());
        if self.hold {
            return Ok(());
        }
        for outgoing in std::mem::take(&mut self.held) {
            let text = outgoing.text.to_string();
            let code = only_code(&text)?;
            let message = outgoing.message;
            let (route, carrier_id) = ("loopback".to_owned(), message.to_string());
            self.engine.execute(Action::Submitted { message, route, carrier_id, to: None }.into());
            self.inbox.push(Received { message, to: outgoing.to, text, code });
        }
        Ok(())
    }

    /// The carrier refuses for good what no route has taken.
    fn lose(&mut self) -> Result<(), String> {
        if self.held.is_empty() {
            return Err("nothing is held".to_owned());
        }
        for outgoing in std::mem::take(&mut self.held) {
            let carrier_code = "UNDELIV".to_owned();
            self.engine.execute(Action::SendFailed { message: outgoing.message, carrier_code }.into());
        }
        Ok(())
    }

    /// A route is given what is held, and this is what becomes of it. Whatever the route may have is in the inbox.
    fn hand_and(&mut self, then: impl Fn(&Outgoing) -> Transport) -> Result<(), String> {
        for outgoing in self.handed()? {
            self.engine.execute(Action::Transport(Box::new(then(&outgoing))).into());
        }
        self.held.extend(self.engine.take_outbox());
        Ok(())
    }

    /// The carrier takes what is held, under an id of its own, by which it will report.
    fn answer(&mut self) -> Result<(), String> {
        for outgoing in self.handed()? {
            let (message, to) = (outgoing.message, Some(outgoing.to));
            let (route, carrier_id) = (ROUTE.to_owned(), message.to_string());
            self.engine.execute(Action::Submitted { message, route, carrier_id, to }.into());
        }
        Ok(())
    }

    /// What is held and what the route may have: the rest is not needed any more.
    fn handed(&mut self) -> Result<Vec<Outgoing>, String> {
        let mut handed = Vec::new();
        if self.held.is_empty() {
            return Err("nothing is held".to_owned());
        }
        for outgoing in std::mem::take(&mut self.held) {
            let hand = Transport::Hand { message: outgoing.message, route: ROUTE.to_owned() };
            if !matches!(
                self.engine.execute(Action::Transport(Box::new(hand)).into()),
                Outcome::Handed(Some(_))
            ) {
                continue;
            }
            let text = outgoing.text.to_string();
            let (message, to, code) = (outgoing.message, outgoing.to, only_code(&text)?);
            self.inbox.retain(|received| received.message != message);
            self.inbox.push(Received { message, to, text, code });
            handed.push(outgoing);
        }
        Ok(handed)
    }

    /// The carrier reports of the last message to a person; `unheard` under an id that it never told.
    fn receipt(&mut self, words: &mut Words) -> Result<(), String> {
        let to = self.known(&words.required("to whom")?)?.phone()?;
        let carrier_code = words.required("the carrier's code")?;
        let last = self.inbox.iter().map(|received| (received.message, received.to));
        let held = self.held.iter().map(|outgoing| (outgoing.message, outgoing.to));
        let message = last.chain(held).filter(|(_, phone)| *phone == to).map(|(message, _)| message).max();
        let message = message.ok_or("nothing was written to that phone")?;
        let carrier_id = if words.flag("unheard") { format!("{message}-again") } else { message.to_string() };
        let arrived = carrier_code == "DELIVRD";
        let other_ids = Vec::new();
        let receipt = Receipt { route: ROUTE.to_owned(), carrier_id, other_ids, to, arrived, carrier_code };
        self.engine.execute(Action::Transport(Box::new(Transport::Receipt(receipt))).into());
        Ok(())
    }

    /// The carrier says of every message once more that it has taken it.
    fn repeat(&mut self) {
        for received in &self.inbox {
            let (message, route) = (received.message, "loopback".to_owned());
            let carrier_id = message.to_string();
            self.engine.execute(Action::Submitted { message, route, carrier_id, to: None }.into());
        }
    }

    /// Every message that a carrier has taken arrives.
    fn deliver(&mut self) {
        for received in &self.inbox {
            let carrier_code = "DELIVRD".to_owned();
            self.engine.execute(Action::Delivered { message: received.message, carrier_code }.into());
        }
    }

    /// A filing by its name in the scenario.
    pub(crate) fn filed(&self, name: &str) -> Result<&Filed, String> {
        self.filings.get(name).ok_or_else(|| format!("there is no filing {name}"))
    }

    /// A person's verification in a round of a filing; without a number, in the latest.
    pub(crate) fn verification(
        &self,
        filing: &str,
        person: &str,
        round_no: Option<u16>,
    ) -> Result<Verification, String> {
        let id = self.filed(filing)?.id;
        let phone = self.known(person)?.phone()?;
        let body = self.engine.body(id).ok_or("the filing has no body")?;
        let round = match round_no {
            Some(no) => body.rounds.iter().find(|round| round.no == no),
            None => body.rounds.last(),
        };
        let party = round.and_then(|round| round.parties.iter().find(|party| party.phone == phone));
        let party = party.ok_or_else(|| format!("{person} is not asked in {filing}"))?;
        let wanted = id.verification(party.ordinal);
        let found = self.engine.verifications(id).into_iter().find(|row| row.id == wanted);
        found.ok_or_else(|| format!("{filing} has no verification {}", party.ordinal))
    }
}

/// The one six-digit run of a message (SMS-01).
fn only_code(text: &str) -> Result<Code, String> {
    let mut runs: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 6).collect();
    runs.dedup();
    match runs.as_slice() {
        [run] => Code::parse(run).ok_or_else(|| format!("no code: {text}")),
        _ => Err(format!("not exactly one six-digit run in: {text}")),
    }
}

/// A provider by its short name.
pub(crate) fn provider(name: &str) -> Result<ProviderId, String> {
    ProviderId::parse(name).ok_or_else(|| format!("{name} is no provider's short name"))
}

/// An instant of Beijing from `2026-03-02` and `10:00`, `10:00:30` or `10:00:30.001`.
pub(crate) fn instant(date: &str, time: &str) -> Result<Timestamp, String> {
    let civil = format!("{date}T{time}").parse::<jiff::civil::DateTime>();
    let civil = civil.map_err(|error| format!("{date} {time}: {error}"))?;
    Timestamp::from_beijing(civil).ok_or_else(|| format!("{date} {time} is out of range"))
}

/// `actual` may end in a status in brackets, which the scenario need not repeat.
fn matches_expected(actual: &str, expected: Option<&str>) -> Result<(), String> {
    let plain = actual.split(" (").next().unwrap_or(actual);
    match expected {
        Some(expected) if expected == actual || expected == plain => Ok(()),
        Some(_) => Err(format!("answered `{actual}`")),
        None if actual.starts_with("refused") => Err(format!("answered `{actual}`")),
        None => Ok(()),
    }
}

impl Words {
    /// `of Wang in F1`: the filing and the person.
    pub(crate) fn of_in(&mut self) -> Result<(String, String), String> {
        let person = self.pair("of").ok_or("`of` somebody is missing")?;
        let filing = self.pair("in").ok_or("`in` which filing is missing")?;
        Ok((filing, person))
    }
}
