//! The second table as stories: deadlines, attempts, resends, texts, remedies.

mod attempts;
mod captcha;
mod deadline;
mod remedies;
mod resend;

use tokio::runtime::Handle;

use super::case::{Case, Script};
use super::checks::Checks;
use super::examples::Person;
use super::stage::{Setting, Stage};
use super::tale::Tale;
use crate::failure::Failure;

/// A story of the second table while it is played.
pub(super) struct Scene<'s> {
    pub script: &'s Script<'s>,
    pub stage: Stage,
    pub checks: Checks,
    told: Vec<String>,
}

struct Story {
    name: &'static str,
    captcha: bool,
    play: fn(&mut Scene<'_>) -> Result<(), Failure>,
}

const fn story(name: &'static str, play: fn(&mut Scene<'_>) -> Result<(), Failure>) -> Story {
    Story { name, captcha: false, play }
}

const STORIES: [Story; 9] = [
    story("in time", deadline::in_time),
    story("too late", deadline::too_late),
    story("wrong answers", attempts::wrong_answers),
    story("a stranger's guess", attempts::stranger),
    story("resends", resend::by_hand),
    story("noon, filed at 09:00", resend::noon_after_a_morning),
    story("noon, filed at 15:00", resend::noon_after_an_afternoon),
    story("remedies", remedies::by_kind),
    Story { name: "captcha", captcha: true, play: captcha::on_both_forms },
];

/// Plays all of them, each in a world of its own.
pub(super) fn play(
    runtime: &Handle,
    script: &Script<'_>,
    mut seed: u64,
    tale: &mut Tale,
) -> Result<(), Failure> {
    for Story { name, captcha, play } in STORIES {
        seed += 1;
        let setting = Setting { start: script.profile.start()?, seed, captcha };
        let stage = Stage::open(runtime, setting)?;
        let mut scene = Scene { script, stage, checks: Checks::default(), told: Vec::new() };
        if let Err(failure) = play(&mut scene) {
            scene.checks.problems.push(failure.what().to_owned());
        }
        let Scene { stage, checks, told, .. } = scene;
        tale.say(format!("  {name}: {}  {}", told.join(" → "), checks.verdict()));
        let came_out = tale.take(&format!("{} · {name}", script.profile.set), &checks);
        tale.outcome.points.insert(name, came_out);
        stage.close()?;
    }
    Ok(())
}

impl<'s> Scene<'s> {
    /// Adds to the line of the story.
    fn tell(&mut self, part: impl Into<String>) {
        self.told.push(part.into());
    }

    /// The hour and minute that the clock shows.
    fn time(&mut self) -> Result<String, Failure> {
        Ok(self.stage.now()?.beijing_hh_mm())
    }

    /// Files an example as this profile's provider.
    fn file(&mut self, file: &str) -> Result<Case, Failure> {
        let case = self.script.file(&mut self.stage, &mut self.checks, &self.script.profile.provider, file)?;
        let time = self.time()?;
        self.tell(format!("{file}.json filed at {time}"));
        Ok(case)
    }

    /// The person of the first or second duty.
    fn person(case: &Case, at: usize) -> Result<Person, Failure> {
        let duty = case.duties.get(at).ok_or_else(|| Failure::plain("fewer people are asked than the story needs"));
        Ok(duty?.person.clone())
    }

    /// The code of the newest message.
    fn code(&mut self, case: &Case, person: &Person) -> Result<String, Failure> {
        Ok(self.script.message(&mut self.stage, &mut self.checks, case, person)?.1)
    }

    /// Types a code and compares the answer.
    fn verify(
        &mut self,
        what: &str,
        person: &Person,
        code: &str,
        (status, text): (i64, &str),
    ) -> Result<(), Failure> {
        let answer = self.stage.verify(person, code)?;
        self.script.check_answer(&mut self.checks, what, &answer, status, text)?;
        self.tell(format!("{what}: {}", answer.status));
        Ok(())
    }

    /// Asks for another message and compares the answer.
    fn resend(&mut self, what: &str, person: &Person, (status, text): (i64, &str)) -> Result<(), Failure> {
        let answer = self.stage.resend(person)?;
        self.script.check_answer(&mut self.checks, what, &answer, status, text)?;
        self.tell(format!("{what}: {}", answer.status));
        Ok(())
    }

    /// Compares the state; gives the detail.
    fn state(&mut self, case: &Case, expected: &str) -> Result<serde_json::Value, Failure> {
        self.script.check_state(&mut self.stage, &mut self.checks, case, expected)
    }

    /// Compares state and reason of a returned filing, and the remedies that are offered.
    fn returned(&mut self, case: &Case, reason: &str, remedies: &[&str]) -> Result<(), Failure> {
        let detail = self.state(case, "returned")?;
        let got = super::client::text(&detail, "/return/reason");
        self.checks.same("reason of the return", &reason, &got);
        let offered = super::client::items(&detail, "/remedies").iter();
        let offered: Vec<&str> = offered.map(|remedy| super::client::text(remedy, "/code")).collect();
        self.checks.same("remedies", &remedies.to_vec(), &offered);
        self.tell(format!("returned, {reason}: {}", offered.join(", ")));
        Ok(())
    }

    /// Hours that a code is good for, in seconds.
    fn validity(&self) -> Result<u64, Failure> {
        Ok(self.script.golden.number("validity_hours", self.script.profile)? * 3_600)
    }
}

/// A code that is not this one.
fn other_code(code: &str, by: u32) -> String {
    let number: u32 = code.parse().unwrap_or_default();
    format!("{:06}", (number + by) % 1_000_000)
}

/// The same phone with a document that is not this person's.
fn wrong_document(person: &Person) -> Person {
    let id_last6 = if person.id_last6 == "000001" { "000002" } else { "000001" };
    Person { phone: person.phone.clone(), id_last6: id_last6.to_owned() }
}
