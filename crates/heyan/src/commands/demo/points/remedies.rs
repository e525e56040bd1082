//! What is offered after a return, by kind; and what the administration's refusal offers.

use super::Scene;
use super::super::rows::lay_record;
use crate::failure::Failure;

/// 接入备案 at this provider of a record held elsewhere, then 注销主体: each is left to expire.
pub(super) fn by_kind(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let (script, validity) = (scene.script, scene.validity()?);
    lay_record(script, &mut scene.stage, &mut scene.checks, "first")?;
    let case = scene.file("add_access")?;
    scene.stage.advance(validity)?;
    scene.returned(&case, "expired", &["RET-02", "RET-03", "RET-04"])?;
    scene.stage.act(&case.provider, &case.id, "reverify")?;
    let answers = script.verify_all(&mut scene.stage, &mut scene.checks, &case)?;
    scene.tell(format!("reverify: {answers:?}"));

    let words = &script.golden.words;
    let province = super::super::examples::province(&case.body);
    let names = script.golden.province(province)?;
    scene.stage.decide(&names.pinyin, &case.provider, &case.id, Some(&words.reason))?;
    let detail = scene.state(&case, "rejected")?;
    let offered = super::super::client::items(&detail, "/remedies").iter();
    let offered: Vec<&str> = offered.map(|remedy| super::super::client::text(remedy, "/code")).collect();
    scene.checks.same("remedies", &vec!["REJ-01"], &offered);
    scene.tell("rejected: REJ-01");

    let case = scene.file("cancel_entity")?;
    if case.duties.is_empty() {
        scene.tell("nobody is asked");
        return scene.state(&case, "in_review").map(|_| ());
    }
    scene.stage.advance(validity)?;
    scene.returned(&case, "expired", &["RET-05"])
}
