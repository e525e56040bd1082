//! How long a code is good for, and what a new round asks.

use super::Scene;
use crate::failure::Failure;

/// One second before the deadline everything is still in time.
pub(super) fn in_time(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let case = scene.file("first")?;
    let (entity_head, service_head) = (Scene::person(&case, 0)?, Scene::person(&case, 1)?);
    let detail = scene.state(&case, "verifying")?;
    let validity = scene.validity()?;
    let deadline = scene.stage.now()?.plus_ms(i64::try_from(validity * 1_000)?);
    let shown = super::super::client::text(&detail, "/round/verifications/0/deadline").to_owned();
    scene.checks.same("deadline", &Some(deadline), &heyan_domain::Timestamp::parse_rfc3339(&shown));

    let code = scene.code(&case, &entity_head)?;
    scene.verify("one of two", &entity_head, &code, (31, "wait_others"))?;
    scene.verify("again", &entity_head, &code, (20, "already_done"))?;
    scene.stage.advance(validity - 1)?;
    let code = scene.code(&case, &service_head)?;
    scene.verify(&format!("a second before {} h", validity / 3_600), &service_head, &code, (3, "all_complete"))?;
    scene.state(&case, "in_review")?;
    let events = scene.stage.events(&case.provider, &case.id)?;
    let passed = events.iter().filter(|event| *event == "verification.passed").count();
    scene.checks.same("passed in the feed", &2, &passed);
    let complete = events.iter().filter(|event| *event == "filing.verification_completed").count();
    scene.checks.same("completed in the feed", &1, &complete);
    let (entity_no, _) = scene.script.approve(&mut scene.stage, &mut scene.checks, &case)?;
    scene.tell(entity_no);
    Ok(())
}

/// At the deadline it is too late; the next round asks everybody again, also who had passed.
pub(super) fn too_late(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let case = scene.file("first")?;
    let (entity_head, service_head) = (Scene::person(&case, 0)?, Scene::person(&case, 1)?);
    let code = scene.code(&case, &entity_head)?;
    scene.verify("one of two", &entity_head, &code, (31, "wait_others"))?;
    let validity = scene.validity()?;
    scene.stage.advance(validity)?;
    let code = scene.code(&case, &service_head)?;
    scene.verify(&format!("after {} h", validity / 3_600), &service_head, &code, (21, "failed_final"))?;
    scene.returned(&case, "expired", &["RET-01"])?;

    let provider = case.provider.clone();
    scene.stage.act(&provider, &case.id, "reverify")?;
    scene.script.check_asked(&mut scene.stage, &mut scene.checks, &case)?;
    let answers = scene.script.verify_all(&mut scene.stage, &mut scene.checks, &case)?;
    scene.tell(format!("reverify asks all again: {answers:?}"));
    scene.state(&case, "in_review")?;
    Ok(())
}
