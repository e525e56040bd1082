//! The statements that ask the system for something and are answered.

use heyan_domain::decide::{Action, Expected, Outcome, Refusal};
use heyan_domain::filing::initial_review::InitialReviewRefusal;
use heyan_domain::filing::raw::FieldError;
use heyan_domain::limits::{AddressBlock, Limits};
use heyan_domain::rulebook::MismatchOutcome;
use heyan_domain::terms::{Code, FilingId, IdLast6, Phone};
use heyan_domain::verification::{DisownAnswer, Hint, ResendAnswer, VerifyAnswer};

use crate::content::Content;
use crate::runner::{Filed, World, provider};
use crate::words::Words;

impl World<'_> {
    /// Carries the statement out if it is one of these; gives the answer in words.
    pub(crate) fn act(&mut self, verb: &str, words: &mut Words) -> Result<Option<String>, String> {
        let answer = match verb {
            "file" => self.create(words, true)?,
            "draft" => self.create(words, false)?,
            "correct" => self.correct(words)?,
            "report" | "reverify" | "withdraw" => self.by_provider(verb, words)?,
            "claim" | "approve" | "reject" => self.by_administration(verb, words)?,
            "verify" => self.verify(words)?,
            "resend" => self.resend(words)?,
            "rule" => self.set_initial_review(words)?,
            "submit" | "take" | "pass" | "send-back" | "hand-over" => self.by_staff(verb, words)?,
            "disown" => self.disown(words)?,
            "outage" => self.outage(words)?,
            _ => return Ok(None),
        };
        self.hand_over()?;
        Ok(Some(answer))
    }

    pub(crate) fn acting(&self, words: &mut Words) -> Result<heyan_domain::terms::ProviderId, String> {
        match words.option("by") {
            Some(name) => provider(&name),
            None => self.provider.clone().ok_or_else(|| "which provider?".to_owned()),
        }
    }

    fn create(&mut self, words: &mut Words, report: bool) -> Result<String, String> {
        let name = words.required("the filing's name")?;
        let provider = self.acting(words)?;
        let Content { raw, organiser, services } = self.content(words)?;
        let draft = match raw.parse() {
            Ok(draft) => draft,
            Err(errors) => return Ok(self.refused(&Refusal::Invalid(errors))),
        };
        let province = draft.province;
        let action = Action::Create { provider: provider.clone(), draft: Box::new(draft), report };
        match self.engine.execute(action.into()) {
            Outcome::Filing(id) => {
                self.filings.insert(name, Filed { id, provider, province, organiser, services });
                Ok(self.state_of(id))
            }
            other => self.other(&other),
        }
    }

    fn correct(&mut self, words: &mut Words) -> Result<String, String> {
        let name = words.required("the filing's name")?;
        let report = words.flag("report");
        let Filed { id, provider, .. } = self.filed(&name)?;
        let (id, provider) = (*id, provider.clone());
        let Content { raw, organiser, services } = self.content(words)?;
        let draft = match raw.parse() {
            Ok(draft) => draft,
            Err(errors) => return Ok(self.refused(&Refusal::Invalid(errors))),
        };
        let province = draft.province;
        let action = Action::Correct {
            provider: provider.clone(),
            filing: id,
            expected: Expected::Any,
            draft: Box::new(draft),
            report,
        };
        let outcome = self.engine.execute(action.into());
        if let Outcome::Filing(_) = outcome {
            self.filings.insert(name, Filed { id, provider, province, organiser, services });
            return Ok(self.state_of(id));
        }
        self.other(&outcome)
    }

    fn by_provider(&mut self, verb: &str, words: &mut Words) -> Result<String, String> {
        let filed = self.filed(&words.required("the filing's name")?)?;
        let filing = filed.id;
        let provider = match words.option("by") {
            Some(name) => provider(&name)?,
            None => filed.provider.clone(),
        };
        let expected = expected_version(words)?;
        let action = match verb {
            "report" => Action::Report { provider, filing, expected },
            "reverify" => Action::Reverify { provider, filing, expected },
            _ => Action::Withdraw { provider, filing },
        };
        let outcome = self.engine.execute(action.into());
        self.other(&outcome)
    }

    fn by_administration(&mut self, verb: &str, words: &mut Words) -> Result<String, String> {
        let name = words.required("the filing's name")?;
        let filed = self.filed(&name)?;
        let filing = filed.id;
        let by = words.option("by").unwrap_or_else(|| filed.province.to_string());
        let (province, reviewer) = by.split_once('/').unwrap_or((&by, "reviewer"));
        let province = province.parse().map_err(|_| format!("{province} is no province"))?;
        let reviewer = reviewer.to_owned();
        let expected = expected_version(words)?;
        let action = match verb {
            "claim" => Action::Claim { province, reviewer, filing },
            "approve" => Action::Approve { province, reviewer, filing, expected },
            _ => {
                let reason = words.option("reason").ok_or("`reason=` is missing")?;
                Action::Reject { province, reviewer, filing, expected, reason }
            }
        };
        let outcome = self.engine.execute(action.into());
        self.name_records(&name);
        self.other(&outcome)
    }

    /// After an approval, organiser and services are known by the names that the filing gave them.
    fn name_records(&mut self, name: &str) {
        let Some(filed) = self.filings.get(name) else { return };
        let Some(numbers) = self.engine.body(filed.id).and_then(|body| body.numbers.clone()) else { return };
        self.entities.insert(filed.organiser.clone(), numbers.entity_no);
        for (service, no) in filed.services.iter().zip(numbers.service_nos) {
            self.services.insert(service.clone(), no);
        }
    }

    /// `verify Wang [in F1] [code=…] [id=…] [phone=…] [from=…]`.
    fn verify(&mut self, words: &mut Words) -> Result<String, String> {
        let person = words.required("who")?;
        let filing = words.pair("in");
        let code = words.option("code");
        let (phone, id_last6) = self.typed(&person, words)?;
        let code = self.typed_code(&person, filing.as_deref(), code.as_deref())?;
        let from = address(words)?;
        let (Some(phone), Some(id_last6), Some(code)) = (phone, id_last6, Code::parse(&code)) else {
            return Ok("malformed".to_owned());
        };
        match self.engine.execute(Action::Verify { phone, id_last6, code, from }.into()) {
            Outcome::Verified(answer, _) => Ok(verify_answer(&answer)),
            other => self.other(&other),
        }
    }

    fn resend(&mut self, words: &mut Words) -> Result<String, String> {
        let person = words.required("who")?;
        let (phone, id_last6) = self.typed(&person, words)?;
        let from = address(words)?;
        let (Some(phone), Some(id_last6)) = (phone, id_last6) else { return Ok("malformed".to_owned()) };
        match self.engine.execute(Action::Resend { phone, id_last6, from }.into()) {
            Outcome::Resent(answered) => Ok(resend_answer(&answered.answer)),
            other => self.other(&other),
        }
    }

    /// `disown Wang [in F1] [code=…] [phone=…] [from=…]`.
    fn disown(&mut self, words: &mut Words) -> Result<String, String> {
        let person = words.required("who")?;
        let filing = words.pair("in");
        let code = words.option("code");
        let (phone, _) = self.typed(&person, words)?;
        let code = self.typed_code(&person, filing.as_deref(), code.as_deref())?;
        let from = address(words)?;
        let (Some(phone), Some(code)) = (phone, Code::parse(&code)) else {
            return Ok("malformed".to_owned());
        };
        match self.engine.execute(Action::Disown { phone, code, from }.into()) {
            Outcome::Disowned(DisownAnswer::TooMany(until)) => {
                Ok(format!("too_many {}", until.beijing_hh_mm()))
            }
            Outcome::Disowned(DisownAnswer::Stopped(_)) => Ok("stopped".to_owned()),
            Outcome::Disowned(DisownAnswer::NotFound) => Ok("not_found".to_owned()),
            other => self.other(&other),
        }
    }

    /// What is typed for phone and last six: the person's own unless the statement says otherwise.
    fn typed(&self, person: &str, words: &mut Words) -> Result<(Option<Phone>, Option<IdLast6>), String> {
        let person = self.known(person)?;
        let phone = match words.option("phone") {
            Some(typed) => Phone::parse(&typed),
            None => Some(person.phone()?),
        };
        let id_last6 = match words.option("id").as_deref() {
            Some("wrong") => IdLast6::parse("00000A"),
            Some("back") => person.back_number.as_deref().and_then(IdLast6::of),
            Some(typed) => IdLast6::parse(typed),
            None => IdLast6::of(&person.number),
        };
        Ok((phone, id_last6))
    }

    /// `wrong`: one that was never sent; `sms`: the whole newest message; `F2`: the newest of that filing; `#1` or
    /// `F2#1`: the first one; anything else as it stands. Without it, the newest message to the phone.
    fn typed_code(&self, person: &str, filing: Option<&str>, code: Option<&str>) -> Result<String, String> {
        let whole = code == Some("sms");
        let typed = match code {
            None | Some("sms") => "",
            Some("wrong") => {
                let sent = |code: &String| self.inbox.iter().any(|message| message.code.expose() == code);
                let unsent = (0..1_000_000).map(|number| format!("{number:06}")).find(|code| !sent(code));
                return unsent.ok_or_else(|| "every code was sent".to_owned());
            }
            Some(typed) => typed,
        };
        let (of, no) = match typed.split_once('#') {
            Some((of, no)) => (of, Some(no.parse::<usize>().map_err(|_| format!("no number: {no}"))?)),
            None => (typed, None),
        };
        let of = if of.is_empty() { filing.unwrap_or_default() } else { of };
        if !of.is_empty() && !self.filings.contains_key(of) {
            return Ok(of.to_owned());
        }
        let phone = self.known(person)?.phone()?;
        let of = if of.is_empty() { None } else { Some(self.filed(of)?.id) };
        let mut received = self.inbox.iter().filter(|message| {
            message.to == phone && of.is_none_or(|id| message.message.verification().filing() == id)
        });
        let found = match no {
            Some(no) => no.checked_sub(1).and_then(|at| received.nth(at)),
            None => received.next_back(),
        };
        let found = found.ok_or_else(|| format!("{person} has no such message"))?;
        Ok(if whole { found.text.clone() } else { found.code.expose().to_owned() })
    }

    fn state_of(&self, id: FilingId) -> String {
        self.engine.filing(id).map_or("gone", |filing| filing.state.as_str()).to_owned()
    }

    pub(crate) fn other(&self, outcome: &Outcome) -> Result<String, String> {
        match outcome {
            Outcome::Filing(id) => Ok(self.state_of(*id)),
            Outcome::Done => Ok("done".to_owned()),
            Outcome::Refused(refusal) => Ok(self.refused(refusal)),
            Outcome::Verified(..)
            | Outcome::Resent(_)
            | Outcome::Disowned(_)
            | Outcome::Drawing(_)
            | Outcome::Captcha(_)
            | Outcome::Previewed(_)
            | Outcome::Account(_)
            | Outcome::ApiKey(_)
            | Outcome::Webhook(_)
            | Outcome::Enterprise(_)
            | Outcome::Unmask(_)
            | Outcome::Proposal(_)
            | Outcome::Rules(_)
            | Outcome::Handed(_)
            | Outcome::Bulk(_)
            | Outcome::Replayed(_) => Err(format!("an answer of another kind: {outcome:?}")),
        }
    }

    fn name_of(&self, id: FilingId) -> String {
        let found = self.filings.iter().find(|(_, filed)| filed.id == id);
        found.map_or_else(|| id.to_string(), |(name, _)| name.clone())
    }

    fn refused(&self, refusal: &Refusal) -> String {
        let words = match refusal {
            Refusal::Invalid(errors) => {
                let pointers: Vec<String> = errors.iter().map(field_error).collect();
                format!("invalid {}", pointers.join(" "))
            }
            Refusal::FilingNotFound => "not_found".to_owned(),
            Refusal::State(state) => format!("state {state}"),
            Refusal::Version(version) => format!("version {version}"),
            Refusal::VersionUnsaid => "version_unsaid".to_owned(),
            Refusal::EntityHasOpenFiling(None) => "entity_has_open_filing".to_owned(),
            Refusal::EntityHasOpenFiling(Some(id)) => format!("entity_has_open_filing {}", self.name_of(*id)),
            Refusal::EntityRegistered => "entity_registered".to_owned(),
            Refusal::OrderNumber(id) => format!("order_number {}", self.name_of(*id)),
            Refusal::Domain { domain, .. } => format!("domain {domain}"),
            Refusal::PhoneOnRecord { pointer } => format!("phone_on_record {pointer}"),
            Refusal::Access => "access".to_owned(),
            Refusal::Claimed(until) => format!("claimed {}", until.beijing_hh_mm()),
            Refusal::PhoneMessages(until) => format!("phone_messages {}", until.beijing_hh_mm()),
            Refusal::RequestReused => "request_reused".to_owned(),
            Refusal::InitialReview(InitialReviewRefusal::Required) => "initial_review_required".to_owned(),
            Refusal::InitialReview(InitialReviewRefusal::SecondPerson) => "second_person".to_owned(),
            Refusal::Exhausted => "exhausted".to_owned(),
            Refusal::BulkJobs => "bulk_jobs".to_owned(),
            Refusal::Webhook(refusal) => format!("webhook {refusal:?}"),
        };
        format!("refused {words}")
    }

    /// `limits on|off [messages=10] [reports=5] [requests=60] [disowns=5]`.
    pub(crate) fn limits(&mut self, words: &mut Words) -> Result<(), String> {
        if words.flag("off") {
            self.engine.set_limits(None);
            return Ok(());
        }
        words.flag("on");
        let mut limits = Limits::default();
        for (name, limit) in [
            ("messages", &mut limits.messages_per_phone_and_day),
            ("reports", &mut limits.reports_per_provider_phone_and_day),
            ("requests", &mut limits.requests_per_phone_and_day),
            ("disowns", &mut limits.disowns_per_phone_and_day),
            ("block", &mut limits.requests_per_block_and_10_minutes),
        ] {
            if let Some(text) = words.option(name) {
                *limit = text.parse().map_err(|_| format!("{text} is no number"))?;
            }
        }
        self.engine.set_limits(Some(limits));
        Ok(())
    }
}

fn field_error(error: &FieldError) -> String {
    if error.pointer.is_empty() { format!("{:?}", error.problem) } else { error.pointer.clone() }
}

pub(crate) fn expected_version(words: &mut Words) -> Result<Expected, String> {
    match words.option("version") {
        None => Ok(Expected::Any),
        Some(text) if text == "unsaid" => Ok(Expected::Unsaid),
        Some(text) => text.parse().map(Expected::Version).map_err(|_| format!("{text} is no version")),
    }
}

fn address(words: &mut Words) -> Result<Option<AddressBlock>, String> {
    let Some(text) = words.option("from") else { return Ok(None) };
    text.parse().map(|address| Some(AddressBlock::of(address))).map_err(|_| format!("{text} is no address"))
}

fn verify_answer(answer: &VerifyAnswer) -> String {
    let words = match answer {
        VerifyAnswer::TooMany(until) => format!("too_many {}", until.beijing_hh_mm()),
        VerifyAnswer::AllComplete(_) => "all_complete".to_owned(),
        VerifyAnswer::WaitOthers(_) => "wait_others".to_owned(),
        VerifyAnswer::AlreadyDone(_) => "already_done".to_owned(),
        VerifyAnswer::Superseded(_) => "superseded".to_owned(),
        VerifyAnswer::Mismatch { outcome: MismatchOutcome::WrongInfo, hint, .. } => match hint {
            Hint::None => "wrong_info".to_owned(),
            Hint::Code { attempts_left, .. } => format!("wrong_code {attempts_left}"),
            Hint::IdLast6 => "wrong_id".to_owned(),
        },
        VerifyAnswer::FailedFinal(_) => "failed_final".to_owned(),
        VerifyAnswer::Mismatch { outcome: MismatchOutcome::NotFound, .. } | VerifyAnswer::NotFound => {
            "not_found".to_owned()
        }
    };
    format!("{words} ({})", answer.valid_status())
}

fn resend_answer(answer: &ResendAnswer) -> String {
    let words = match answer {
        ResendAnswer::TooMany(until) => format!("too_many {}", until.beijing_hh_mm()),
        ResendAnswer::Sent => "resend_ok".to_owned(),
        ResendAnswer::TooSoon(until) => format!("resend_too_soon {}", until.beijing_hh_mm()),
        ResendAnswer::Limit => "resend_limit".to_owned(),
        ResendAnswer::NothingPending => "resend_none".to_owned(),
        ResendAnswer::NotFound => "not_found".to_owned(),
    };
    format!("{words} ({})", answer.valid_status())
}
