//! 短信重发, by hand and at noon.

use super::Scene;
use crate::failure::Failure;

/// What the sandbox's clock has to move so that another message may be asked for.
const INTERVAL_SECONDS: u64 = 61;
const HOUR: u64 = 3_600;

/// Too soon, then as often as the rule allows, then never again; the code that is out stays good.
pub(super) fn by_hand(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let case = scene.file("first")?;
    let person = Scene::person(&case, 0)?;
    let first_code = scene.code(&case, &person)?;
    let answer = scene.stage.resend(&person)?;
    let again_at = scene.stage.now()?.plus_ms(60_000).beijing_hh_mm();
    let expected = scene.script.point("resend_too_soon")?.replace("{HH:MM}", &again_at);
    scene.checks.same("at once", &(102, expected), &(answer.status, answer.text));
    scene.tell("at once: 102");

    let limit = scene.script.golden.number("resends", scene.script.profile)?;
    for no in 1..=limit {
        scene.stage.advance(INTERVAL_SECONDS)?;
        scene.resend(&format!("resend {no}"), &person, (101, "resend_ok"))?;
        let count = u64::try_from(scene.stage.messages(&person.phone, &case.id)?.len())?;
        scene.checks.same("messages", &(no + 1), &count);
    }
    scene.stage.advance(INTERVAL_SECONDS)?;
    scene.resend("once more", &person, (102, "resend_limit"))?;
    let count = u64::try_from(scene.stage.messages(&person.phone, &case.id)?.len())?;
    scene.checks.same("messages", &(limit + 1), &count);
    let answer = scene.stage.verify(&person, &first_code)?;
    scene.checks.same("the first code", &2, &answer.status);
    scene.tell("the first code: 2");
    let code = scene.code(&case, &person)?;
    scene.verify("the newest code", &person, &code, (31, "wait_others"))
}

/// With 24 hours a morning's message is over before noon; with 48 it is sent anew.
pub(super) fn noon_after_a_morning(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let comes = scene.validity()? > 27 * HOUR;
    noon(scene, 27 * HOUR, comes)
}

/// An afternoon's message is sent anew at noon of the next day.
pub(super) fn noon_after_an_afternoon(scene: &mut Scene<'_>) -> Result<(), Failure> {
    scene.stage.advance(6 * HOUR)?;
    noon(scene, 21 * HOUR, true)
}

fn noon(scene: &mut Scene<'_>, until_noon: u64, comes: bool) -> Result<(), Failure> {
    let case = scene.file("first.one-phone")?;
    let person = Scene::person(&case, 0)?;
    scene.stage.advance(until_noon - 1)?;
    let before = scene.stage.messages(&person.phone, &case.id)?.len();
    scene.checks.same("messages before noon", &1, &before);
    scene.stage.advance(1)?;
    let time = scene.time()?;
    scene.checks.same("noon", &"12:00", &time.as_str());
    let messages = scene.stage.messages(&person.phone, &case.id)?.len();
    scene.checks.same("messages at noon", &(1 + usize::from(comes)), &messages);
    if !comes {
        scene.tell("over before noon, no second message");
        return scene.returned(&case, "expired", &["RET-01"]);
    }
    scene.tell(format!("second message at {time}"));
    let detail = scene.state(&case, "verifying")?;
    let used = detail.pointer("/round/verifications/0/resends_used").and_then(serde_json::Value::as_u64);
    scene.checks.same("resends used", &Some(0), &used);
    let code = scene.code(&case, &person)?;
    scene.verify("its code", &person, &code, (3, "all_complete"))
}
