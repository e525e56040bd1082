//! Wrong answers: which count, how they are answered, and when the filing goes back.

use super::{Scene, other_code, wrong_document};
use crate::failure::Failure;

fn attempts_used(scene: &mut Scene<'_>, case: &super::Case) -> Result<u64, Failure> {
    let detail = scene.state(case, "verifying")?;
    let verifications = super::super::client::items(&detail, "/round/verifications");
    let used = verifications.iter().filter_map(|verification| verification.get("attempts_used")?.as_u64());
    Ok(used.sum())
}

/// As many wrong answers as the rule allows, then the right one.
pub(super) fn wrong_answers(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let (golden, profile) = (scene.script.golden, scene.script.profile);
    let case = scene.file("first")?;
    let person = Scene::person(&case, 0)?;
    let code = scene.code(&case, &person)?;
    let mismatch = golden.number("mismatch", profile)?;
    let limit = golden.number("attempts", profile)?;
    let text = if mismatch == 4 { "not_found" } else { "wrong_info" };
    let answer = (i64::try_from(mismatch)?, text);

    // The pilot counts wrong documents alone; everywhere else a wrong code beside the right document counts too.
    let codes_count = golden.point("counting", profile)? != "id_only";
    scene.verify("wrong code", &person, &other_code(&code, 1), answer)?;
    scene.verify("wrong code", &person, &other_code(&code, 2), answer)?;
    let mut used = if codes_count { 2 } else { 0 };
    let counted = attempts_used(scene, &case)?;
    scene.checks.same("attempts counted", &used, &counted);
    while used + 1 < limit {
        scene.verify("wrong document", &wrong_document(&person), &code, answer)?;
        used += 1;
    }
    scene.verify("the last wrong one", &wrong_document(&person), &code, (21, "failed_final"))?;
    scene.verify("then the right one", &person, &code, (21, "failed_final"))?;

    if golden.point("return_on_failure", profile)? == "at_deadline" {
        scene.state(&case, "verifying")?;
        scene.stage.advance(scene.validity()? - 1)?;
        scene.state(&case, "verifying")?;
        scene.tell("waits for the deadline");
        scene.stage.advance(1)?;
    }
    scene.returned(&case, "attempts_exhausted", &["RET-01"])?;
    scene.resend("resend", &person, (100, "resend_none"))
}

/// Who knows no more than a phone is told nothing and counts nothing.
pub(super) fn stranger(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let case = scene.file("first.one-phone")?;
    let person = Scene::person(&case, 0)?;
    let code = scene.code(&case, &person)?;
    for _ in 0..6 {
        scene.verify("code and document wrong", &wrong_document(&person), &other_code(&code, 1), (4, "not_found"))?;
    }
    let counted = attempts_used(scene, &case)?;
    scene.checks.same("attempts counted", &0, &counted);
    let stranger = super::Person { phone: scene.script.golden.words.stranger_phone.clone(), ..person.clone() };
    scene.verify("unknown phone", &stranger, &code, (4, "not_found"))?;
    scene.resend("resend to an unknown phone", &stranger, (4, "not_found"))?;
    scene.verify("two roles with one phone, right", &person, &code, (3, "all_complete"))?;
    scene.resend("nothing left to resend", &person, (100, "resend_none"))
}
