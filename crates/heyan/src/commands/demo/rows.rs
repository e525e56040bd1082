//! The first table: every example is filed, and what comes out is compared with its row's cell.

use serde_json::Value;
use tokio::runtime::Handle;

use super::case::{Case, Script};
use super::checks::Checks;
use super::client::{items, text};
use super::examples::province;
use super::golden::Chapter;
use super::stage::{Setting, Stage};
use super::tale::Tale;
use crate::failure::Failure;

/// Plays a chapter in a world of its own.
pub(super) fn play(
    runtime: &Handle,
    script: &Script<'_>,
    chapter: &Chapter,
    seed: u64,
    tale: &mut Tale,
) -> Result<(), Failure> {
    tale.say(format!("  {}", chapter.title));
    let setting = Setting { start: script.profile.start()?, seed, captcha: false };
    let mut stage = Stage::open(runtime, setting)?;
    for file in &chapter.steps {
        let (_, row) = script.golden.example(file)?;
        let mut checks = Checks::default();
        let told = step(script, &mut stage, &mut checks, chapter, file);
        let went_on = told.is_ok();
        let told = told.unwrap_or_else(|failure| {
            checks.problems.push(failure.what().to_owned());
            String::new()
        });
        tale.say(format!("    {} {file}.json  {told}  {}", row.title, checks.verdict()));
        let place = format!("{} · {} · {file}.json", script.profile.set, chapter.title);
        let came_out = tale.take(&place, &checks);
        tale.row(&row.name, came_out);
        tale.outcome.filings += 1;
        if !went_on {
            // What follows rests on this step.
            tale.say("    the rest of the chapter is left out");
            break;
        }
    }
    stage.close()
}

/// Files one example and follows it to the end; gives what there is to tell.
fn step(
    script: &Script<'_>,
    stage: &mut Stage,
    checks: &mut Checks,
    chapter: &Chapter,
    file: &str,
) -> Result<String, Failure> {
    let profile = script.profile;
    if chapter.another.iter().any(|other| other == file) {
        return lay_record(script, stage, checks, file);
    }
    let (example, _) = script.golden.example(file)?;
    if example.not_only_websites && profile.websites_only {
        return refused(script, stage, checks, file);
    }
    if let Some(question) = &example.question {
        ask(script, stage, checks, file, question)?;
    }
    let case = script.file(stage, checks, &profile.provider, file)?;
    let answers = script.verify_all(stage, checks, &case)?;
    script.check_state(stage, checks, &case, "in_review")?;
    let given = script.approve(stage, checks, &case)?;
    check_numbers(script, checks, &case, &given)?;
    remember(stage, file, &given);
    Ok(tell(script, &case, &answers, &given))
}

/// Somebody else's filing, which only has to be there: its own profile tells its story. All sets ask the same people in a
/// first filing, or nobody.
pub(super) fn lay_record(
    script: &Script<'_>,
    stage: &mut Stage,
    checks: &mut Checks,
    file: &str,
) -> Result<String, Failure> {
    let provider = &script.profile.another;
    let body = script.body(stage, file)?;
    let reply = stage.file(provider, &body)?.ok(file)?;
    let id = reply.text("/id").to_owned();
    let (_, row) = script.golden.example(file)?;
    let duties = script.duties(stage, &body, script.golden.cell(row, script.profile))?;
    for duty in &duties {
        let message = stage.messages(&duty.person.phone, &id)?.pop();
        let code = message.and_then(|message| message.code()).unwrap_or_default();
        stage.verify(&duty.person, &code)?;
    }
    let case = Case { id, provider: provider.clone(), body, duties };
    let given = script.approve(stage, checks, &case)?;
    remember(stage, file, &given);
    Ok(format!("{}  filed by {provider} → {}", case.id, given.1.join(", ")))
}

/// Kinds of services that could not be filed yet.
fn refused(
    script: &Script<'_>,
    stage: &mut Stage,
    checks: &mut Checks,
    file: &str,
) -> Result<String, Failure> {
    let body = script.body(stage, file)?;
    let reply = stage.file(&script.profile.provider, &body)?;
    checks.holds((400..500).contains(&reply.status), || format!("expected a refusal got {}", reply.status));
    let pointers: Vec<&str> = items(&reply.body, "/errors").iter().map(|error| text(error, "/pointer")).collect();
    let names_kind = pointers.iter().any(|pointer| pointer.ends_with("/kind"));
    checks.holds(names_kind, || format!("expected an error at a service's kind got {pointers:?}"));
    Ok(format!("→ refused at {}: only websites could be filed then", pointers.join(", ")))
}

/// PRO-02: asked beforehand, the rules say the same.
fn ask(
    script: &Script<'_>,
    stage: &mut Stage,
    checks: &mut Checks,
    file: &str,
    question: &str,
) -> Result<(), Failure> {
    let (_, row) = script.golden.example(file)?;
    let body = script.body(stage, file)?;
    let reply = stage.who(&script.profile.provider, province(&body), question)?;
    let cell = script.golden.cell(row, script.profile);
    let words = |pointer| items(&reply.body, pointer).iter().filter_map(Value::as_str).collect::<Vec<_>>();
    checks.same("rules/resolve, roles", &cell.asked(), &words("/roles"));
    checks.same("rules/resolve, suspended", &cell.named_only(), &words("/suspended_roles"));
    checks.same("rules/resolve, set", &script.profile.set.as_str(), &reply.text("/ruleset"));
    if !script.profile.asks_nobody {
        for (member, point) in
            [("/validity_hours", "validity_hours"), ("/attempts_limit", "attempts"), ("/resend_limit", "resends")]
        {
            let got = reply.body.pointer(member).and_then(Value::as_u64);
            checks.same(member, &Some(script.golden.number(point, script.profile)?), &got);
        }
    }
    Ok(())
}

/// REV-03: a first filing is given `浙ICP备00000001号` and for its services `-1`, `-2A` and so on.
fn check_numbers(
    script: &Script<'_>,
    checks: &mut Checks,
    case: &Case,
    (entity_no, service_nos): &(String, Vec<String>),
) -> Result<(), Failure> {
    if text(&case.body, "/kind") != "first" {
        return Ok(());
    }
    let letter = &script.golden.province(province(&case.body))?.letter;
    let digits = entity_no.strip_prefix(&format!("{letter}ICP备")).and_then(|rest| rest.strip_suffix('号'));
    let right = digits.is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    checks.holds(right, || format!("expected a number of {letter} got “{entity_no}”"));
    let kinds = items(&case.body, "/services").iter().map(|service| match text(service, "/kind") {
        "app" => "A",
        "mini_program" => "X",
        "quick_app" => "K",
        _ => "",
    });
    let expected: Vec<String> =
        (1..).zip(kinds).map(|(at, letter)| format!("{entity_no}-{at}{letter}")).collect();
    checks.same("numbers of the services", &expected, service_nos);
    Ok(())
}

pub(super) fn remember(stage: &mut Stage, file: &str, (entity_no, service_nos): &(String, Vec<String>)) {
    if file.starts_with("first") {
        stage.numbers.insert(format!("{file}:entity_no"), entity_no.clone());
        if let Some(service_no) = service_nos.first() {
            stage.numbers.insert(format!("{file}:service_no"), service_no.clone());
        }
    }
}

fn tell(
    script: &Script<'_>,
    case: &Case,
    answers: &[i64],
    (entity_no, service_nos): &(String, Vec<String>),
) -> String {
    let words = &script.golden.words;
    let role = |role: &&str| if *role == "entity_head" { &*words.entity_head } else { &*words.service_head };
    let people = case.duties.iter().map(|duty| {
        let roles: Vec<&str> = duty.roles.iter().map(role).collect();
        format!("{} {}", roles.join("+"), duty.person.masked())
    });
    let asked = if case.duties.is_empty() {
        "nobody is asked".to_owned()
    } else {
        let answers: Vec<String> = answers.iter().map(ToString::to_string).collect();
        format!("{} · verified {}", people.collect::<Vec<_>>().join(", "), answers.join(", "))
    };
    let given = if service_nos.is_empty() { entity_no.clone() } else { service_nos.join(", ") };
    let given = if given.is_empty() { "approved".to_owned() } else { given };
    format!("{}  → {asked} → {} → {given}", case.id, words.administration)
}
