//! One filing: who is asked, who got which message, who verifies, what the administration does.

use serde_json::Value;

use super::checks::Checks;
use super::client::{items, text};
use super::examples::{Examples, Person, entity_head, phones, province, service_heads};
use super::golden::{Cell, Golden, Profile};
use super::stage::{Answer, Message, Stage};
use crate::failure::Failure;

/// What all stories of a profile share.
#[derive(Clone, Copy)]
pub(super) struct Script<'s> {
    pub golden: &'s Golden,
    pub examples: &'s Examples,
    pub profile: &'s Profile,
}

/// Somebody who is asked, with all roles that share the phone.
#[derive(Clone, Debug)]
pub(super) struct Duty {
    /// Who types; with two documents behind one phone, the first.
    pub person: Person,
    /// The interface's words for the roles.
    pub roles: Vec<&'static str>,
}

/// A filing that was made.
#[derive(Debug)]
pub(super) struct Case {
    /// Its id.
    pub id: String,
    /// Who filed it.
    pub provider: String,
    /// What was filed.
    pub body: Value,
    /// Who should be asked.
    pub duties: Vec<Duty>,
}

impl<'s> Script<'s> {
    /// An example's body for this profile.
    pub fn body(&self, stage: &Stage, file: &str) -> Result<Value, Failure> {
        self.examples.body(file, &stage.numbers, self.profile.province.as_deref())
    }

    /// A value of the second table.
    pub fn point(&self, name: &str) -> Result<&'s str, Failure> {
        self.golden.point(name, self.profile)
    }

    /// Who should be asked: the heads in the request, else those of the record that `first.json` made; one phone is
    /// asked once.
    pub fn duties(&self, stage: &Stage, body: &Value, cell: Cell) -> Result<Vec<Duty>, Failure> {
        let mut duties: Vec<Duty> = Vec::new();
        if cell.suspended {
            return Ok(duties);
        }
        let record = self.body(stage, "first")?;
        let back_number = &self.golden.back_number;
        let mut ask = |person: Person, role: &'static str| {
            match duties.iter_mut().find(|duty| duty.person.phone == person.phone) {
                Some(duty) => duty.roles.push(role),
                None => duties.push(Duty { person, roles: vec![role] }),
            }
        };
        if cell.entity_head
            && let Some(person) = entity_head(body, back_number).or_else(|| entity_head(&record, back_number))
        {
            ask(person, "entity_head");
        }
        if cell.service_head {
            let filed = service_heads(body, back_number);
            let heads = if filed.is_empty() { service_heads(&record, back_number) } else { filed };
            for person in heads {
                ask(person, "service_head");
            }
        }
        for duty in &mut duties {
            duty.roles.dedup();
        }
        Ok(duties)
    }

    /// Files an example and compares who was asked with who should be.
    pub fn file(
        &self,
        stage: &mut Stage,
        checks: &mut Checks,
        provider: &str,
        file: &str,
    ) -> Result<Case, Failure> {
        let (_, row) = self.golden.example(file)?;
        let body = self.body(stage, file)?;
        let duties = self.duties(stage, &body, self.golden.cell(row, self.profile))?;
        let reply = stage.file(provider, &body)?.ok(file)?;
        let case = Case { id: reply.text("/id").to_owned(), provider: provider.to_owned(), body, duties };
        self.check_asked(stage, checks, &case)?;
        Ok(case)
    }

    /// Compares the round with who should be asked: the verifications, and who has how many messages.
    pub fn check_asked(&self, stage: &mut Stage, checks: &mut Checks, case: &Case) -> Result<(), Failure> {
        let detail = stage.detail(&case.provider, &case.id)?.body;
        let state = if case.duties.is_empty() { "in_review" } else { "verifying" };
        checks.same("state", &state, &text(&detail, "/state"));
        checks.same("set", &self.profile.set.as_str(), &text(&detail, "/round/ruleset"));
        let mut expected: Vec<(String, Vec<&str>)> =
            case.duties.iter().map(|duty| (duty.person.masked(), duty.roles.clone())).collect();
        let asked = |verification: &Value| {
            let roles = items(verification, "/roles").iter().filter_map(Value::as_str).map(str::to_owned);
            (text(verification, "/phone_masked").to_owned(), roles.collect::<Vec<_>>())
        };
        let mut got: Vec<_> = items(&detail, "/round/verifications").iter().map(asked).collect();
        expected.sort();
        got.sort();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(phone, roles)| (phone, roles.into_iter().map(str::to_owned).collect::<Vec<_>>()))
            .collect();
        checks.same("asked", &expected, &got);
        let round = detail.pointer("/round/no").and_then(Value::as_u64).unwrap_or(0);
        for phone in phones(&case.body) {
            let is_asked = case.duties.iter().any(|duty| duty.person.phone == phone);
            let count = stage.messages(&phone, &case.id)?.len();
            let none = usize::from(is_asked && round == 1);
            if round <= 1 {
                checks.holds(count == none, || format!("a phone got {count} messages instead of {none}"));
            }
        }
        Ok(())
    }

    /// The newest message to somebody, compared with what the profile's messages must hold.
    pub fn message(
        &self,
        stage: &mut Stage,
        checks: &mut Checks,
        case: &Case,
        person: &Person,
    ) -> Result<(Message, String), Failure> {
        let message = stage.messages(&person.phone, &case.id)?.pop();
        let message =
            message.ok_or_else(|| Failure::plain(format!("no message came to {}", person.masked())))?;
        let accepted = self.point("senders")?.split(' ').any(|sender| match sender.split_once('…') {
            Some((start, end)) => message.sender.starts_with(start) && message.sender.ends_with(end),
            None => message.sender == sender,
        });
        checks.holds(accepted, || format!("sender {} is none of the profile's", message.sender));
        let (host, hours) = (self.point("portal")?, self.point("validity_hours")?);
        checks.holds(message.text.contains(host), || format!("the message does not name {host}"));
        checks.holds(message.text.contains(&format!("{hours}小时")), || {
            format!("the message does not say {hours} hours")
        });
        let code = message.code().ok_or_else(|| Failure::plain("a message does not hold one code"))?;
        Ok((message, code))
    }

    /// Somebody types what the newest message says.
    pub fn verify(
        &self,
        stage: &mut Stage,
        checks: &mut Checks,
        case: &Case,
        person: &Person,
    ) -> Result<Answer, Failure> {
        let (_, code) = self.message(stage, checks, case, person)?;
        stage.verify(person, &code)
    }

    /// Everybody verifies in turn: 31 until the last one, then 3. Gives the answers.
    pub fn verify_all(
        &self,
        stage: &mut Stage,
        checks: &mut Checks,
        case: &Case,
    ) -> Result<Vec<i64>, Failure> {
        let mut answers = Vec::new();
        for (at, duty) in case.duties.iter().enumerate() {
            let (status, text) =
                if at + 1 == case.duties.len() { (3, "all_complete") } else { (31, "wait_others") };
            let answer = self.verify(stage, checks, case, &duty.person)?;
            self.check_answer(checks, "verify", &answer, status, text)?;
            answers.push(answer.status);
        }
        Ok(answers)
    }

    /// Compares an answer with the number and the text that it must have; a hint may follow the text.
    pub fn check_answer(
        &self,
        checks: &mut Checks,
        what: &str,
        answer: &Answer,
        status: i64,
        text: &str,
    ) -> Result<(), Failure> {
        checks.same(what, &status, &answer.status);
        let expected = self.point(text)?;
        checks.holds(answer.text.starts_with(expected), || {
            format!("{what}: expected “{expected}” got “{}”", answer.text)
        });
        checks.same(&format!("{what}, validFlag"), &matches!(status, 3 | 31 | 20 | 101), &answer.flag);
        Ok(())
    }

    /// The state that the provider sees.
    pub fn check_state(
        &self,
        stage: &mut Stage,
        checks: &mut Checks,
        case: &Case,
        expected: &str,
    ) -> Result<Value, Failure> {
        let detail = stage.detail(&case.provider, &case.id)?.body;
        checks.same("state", &expected, &text(&detail, "/state"));
        Ok(detail)
    }

    /// The administration approves; gives the numbers of the organiser and its services as the provider sees them.
    pub fn approve(
        &self,
        stage: &mut Stage,
        checks: &mut Checks,
        case: &Case,
    ) -> Result<(String, Vec<String>), Failure> {
        let names = self.golden.province(province(&case.body))?;
        stage.decide(&names.pinyin, &case.provider, &case.id, None)?;
        let detail = self.check_state(stage, checks, case, "approved")?;
        let services = items(&detail, "/service_nos").iter().filter_map(Value::as_str).map(str::to_owned);
        Ok((text(&detail, "/entity_no").to_owned(), services.collect()))
    }
}
