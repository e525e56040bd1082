//! `expect`: what the scenario looks at.

use heyan_domain::filing::draft::Domain;
use heyan_domain::filing::initial_review::FieldReason;
use heyan_domain::filing::{self, FilingState};
use heyan_domain::terms::{ProviderId, Role, Roles};

use crate::runner::{World, instant};
use crate::words::Words;

fn same(what: &str, actual: &str, wanted: &str) -> Result<(), String> {
    if actual == wanted { Ok(()) } else { Err(format!("{what} is `{actual}`")) }
}

fn roles(roles: Roles) -> &'static str {
    match (roles.contains(Role::EntityHead), roles.contains(Role::ServiceHead)) {
        (true, true) => "both",
        (true, false) => "entity",
        (false, true) => "service",
        (false, false) => "none",
    }
}

impl World<'_> {
    /// `expect F1 …`, `expect Wang …` (messages), `expect service 书店 …`, `expect organiser 甲 …`.
    pub(crate) fn expect(&mut self, words: &mut Words) -> Result<(), String> {
        let subject = words.required("of what")?;
        match subject.as_str() {
            "service" => self.expect_service(words),
            "organiser" => self.expect_organiser(words),
            _ if self.filings.contains_key(&subject) => self.expect_filing(&subject, words),
            _ => self.expect_messages(&subject, words),
        }
    }

    fn expect_filing(&self, name: &str, words: &mut Words) -> Result<(), String> {
        let what = words.required("what")?;
        let id = self.filed(name)?.id;
        let filing = self.engine.filing(id).ok_or("the filing is gone")?;
        let body = self.engine.body(id).ok_or("the filing has no body")?;
        let round = body.rounds.last();
        let actual = match what.as_str() {
            "state" => {
                let reason = match filing.state {
                    FilingState::Verifying(Some(failure)) => Some(failure.reason),
                    _ => filing.state.returned().map(|(reason, _)| reason),
                };
                reason.map_or(filing.state.as_str().to_owned(), |reason| {
                    format!("{} {reason}", filing.state.as_str())
                })
            }
            "returned-at" => filing.state.returned().map_or("never".to_owned(), |(_, at)| civil(at)),
            "round" => filing.round_no.to_string(),
            "version" => filing.version.to_string(),
            "report-due" => filing.report_due.map_or("none".to_owned(), |due| civil(due.at)),
            "sent-back" => body.sent_back.as_ref().map_or("never".to_owned(), |sent| {
                let of = |one: &FieldReason| format!("{} {}", one.pointer, one.text);
                sent.reasons.iter().map(of).collect::<Vec<_>>().join("; ")
            }),
            "rule" => {
                let rules = self.engine.rules();
                let pinned = filing.ruleset.and_then(|no| rules.pinned(no));
                pinned.map_or("none".to_owned(), |rule| rule.id.to_string())
            }
            "events" => {
                let events = self.engine.events(id);
                let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
                kinds.join(" ")
            }
            "warnings" => {
                let warnings =
                    round.map(|round| round.warnings.iter().map(|one| one.as_str()).collect::<Vec<_>>());
                none_if_empty(&warnings.unwrap_or_default())
            }
            "changed" => {
                let changed =
                    round.map(|round| round.changed.iter().map(|one| one.as_str()).collect::<Vec<_>>());
                none_if_empty(&changed.unwrap_or_default())
            }
            "asks" => self.asked(name)?,
            "remedies" => self.remedies(name)?,
            "numbers" => body.numbers.as_ref().map_or("none".to_owned(), |numbers| {
                let services = numbers.service_nos.iter().map(ToString::to_string);
                let all: Vec<String> =
                    std::iter::once(numbers.entity_no.to_string()).chain(services).collect();
                all.join(" ")
            }),
            "rejection" => body.rejection.clone().unwrap_or_default(),
            "review" => self.engine.review(id).map_or("none".to_owned(), |review| civil(review.due_at)),
            person if self.people.contains_key(person) => {
                return self.expect_verification(name, person, words);
            }
            _ => return Err(format!("a filing has no `{what}`")),
        };
        same(&what, &actual, &words.rest().join(" "))
    }

    fn asked(&self, name: &str) -> Result<String, String> {
        let body = self.engine.body(self.filed(name)?.id).ok_or("the filing has no body")?;
        let mut asked = Vec::new();
        for party in body.rounds.last().into_iter().flat_map(|round| &round.parties) {
            let people = self.people.values();
            let named: Vec<&str> = people
                .filter(|person| person.phone().is_ok_and(|phone| phone == party.phone))
                .map(|person| person.name.as_str())
                .collect();
            asked.push(format!("{}:{}", named.join("+"), roles(party.roles)));
        }
        Ok(if asked.is_empty() { "nobody".to_owned() } else { asked.join(" ") })
    }

    fn remedies(&self, name: &str) -> Result<String, String> {
        let id = self.filed(name)?.id;
        let filing = self.engine.filing(id).ok_or("the filing is gone")?;
        let body = self.engine.body(id).ok_or("the filing has no body")?;
        let rules = self.engine.rules();
        let rule = filing.ruleset.and_then(|no| rules.pinned(no)).ok_or("never reported")?;
        let service = body.draft.reference.service_no.as_ref().and_then(|no| self.engine.service(no));
        let found = filing::remedies(rule, &body.draft, &filing.state, service.as_deref());
        Ok(none_if_empty(&found.iter().map(|remedy| remedy.code.as_str()).collect::<Vec<_>>()))
    }

    /// `expect F1 Wang open attempts 4 resends 1 messages 2 deadline 2026-03-03 10:00 [round 1]`.
    fn expect_verification(&self, filing: &str, person: &str, words: &mut Words) -> Result<(), String> {
        let round_no = words.pair("round").map(|no| no.parse().map_err(|_| format!("no round {no}")));
        let row = self.verification(filing, person, round_no.transpose()?)?;
        let state = words.required("the state")?;
        same("state", row.shown_state(self.engine.now()).as_str(), &state)?;
        for (what, actual) in
            [("attempts", row.attempts_used), ("resends", row.resends_used), ("messages", row.messages)]
        {
            if let Some(wanted) = words.pair(what) {
                same(what, &actual.to_string(), &wanted)?;
            }
        }
        if words.flag("deadline") {
            let wanted = words.required("a date")?;
            let actual = row.deadline_at.map_or("none".to_owned(), civil);
            let wanted =
                if wanted == "none" { wanted } else { civil(instant(&wanted, &words.required("a time")?)?) };
            same("deadline", &actual, &wanted)?;
        }
        if let Some(no) = words.pair("message") {
            let no: u8 = no.parse().map_err(|_| format!("no number {no}"))?;
            let id = row.id.message(no);
            let message = self.engine.message(id).ok_or("there is no such message")?;
            same("message", message.state.as_str(), &words.required("the message's state")?)?;
            let held = if self.engine.holds_text(id) { "sealed" } else { "wiped" };
            if words.flag("sealed") {
                same("text", held, "sealed")?;
            } else if words.flag("wiped") {
                same("text", held, "wiped")?;
            }
        }
        Ok(())
    }

    /// `expect Wang messages 2`, `expect Wang newest "text that the newest message contains"`.
    fn expect_messages(&self, person: &str, words: &mut Words) -> Result<(), String> {
        let phone = self.known(person)?.phone()?;
        let what = words.required("what")?;
        let mut received = self.inbox.iter().filter(|message| message.to == phone);
        match what.as_str() {
            "messages" => same(&what, &received.count().to_string(), &words.required("how many")?),
            "newest" => {
                let newest = received.next_back().ok_or("no message")?;
                let wanted = words.required("the text")?;
                if newest.text.contains(&wanted) {
                    Ok(())
                } else {
                    Err(format!("the newest message says {}", newest.text))
                }
            }
            _ => Err(format!("a person has no `{what}`")),
        }
    }

    fn expect_service(&self, words: &mut Words) -> Result<(), String> {
        let name = words.required("which")?;
        let no = self.services.get(&name).ok_or_else(|| format!("there is no service {name}"))?;
        let what = words.required("what")?;
        let Some(record) = self.engine.service(no) else { return same("service", "absent", &what) };
        let actual = match what.as_str() {
            "access" => none_if_empty(&record.accesses.keys().map(ProviderId::as_str).collect::<Vec<_>>()),
            "domains" => none_if_empty(&record.domains.iter().map(Domain::as_str).collect::<Vec<_>>()),
            "name" => record.name.clone(),
            "head" => record.head.as_ref().map_or("none".to_owned(), |head| head.name.clone()),
            "of" => record.entity_no.to_string(),
            _ => return same("service", "present", &what),
        };
        same(&what, &actual, &words.rest().join(" "))
    }

    fn expect_organiser(&self, words: &mut Words) -> Result<(), String> {
        let name = words.required("which")?;
        let no = self.entities.get(&name).ok_or_else(|| format!("there is no organiser {name}"))?;
        let what = words.required("what")?;
        let Some(record) = self.engine.entity(no) else { return same("organiser", "absent", &what) };
        let actual = match what.as_str() {
            "name" => record.name.clone(),
            "head" => record.head.as_ref().map_or("none".to_owned(), |head| head.name.clone()),
            "number" => record.no.to_string(),
            _ => return same("organiser", "present", &what),
        };
        same(&what, &actual, &words.rest().join(" "))
    }
}

fn none_if_empty(words: &[&str]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(" ") }
}

/// An instant as scenarios write it.
fn civil(at: heyan_domain::Timestamp) -> String {
    at.beijing().to_string().replace('T', " ")
}
