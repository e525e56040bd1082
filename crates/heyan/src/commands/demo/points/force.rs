//! From when until when a set decides (FIL-02).

use super::super::client::{items, text};
use super::Scene;
use crate::failure::Failure;

/// Files an example without comparing who is asked; gives the set that decided and how many people were asked.
fn decided(scene: &mut Scene<'_>, file: &str) -> Result<(String, String, usize), Failure> {
    let provider = &scene.script.profile.provider;
    let body = scene.script.body(&scene.stage, file)?;
    let reply = scene.stage.file(provider, &body)?.ok(file)?;
    let detail = &reply.body;
    let asked = items(detail, "/round/verifications").len();
    Ok((text(detail, "/id").to_owned(), text(detail, "/round/ruleset").to_owned(), asked))
}

/// A second before nobody is asked; then the profile's own set decides.
pub(super) fn begins(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let at = scene.stage.now()?.plus_ms(1_000);
    let (_, set, asked) = decided(scene, "first.one-phone")?;
    scene.checks.same("before", &("pre-verification", 0), &(set.as_str(), asked));
    scene.tell(format!("a second before {}: {set} asks {asked}", at.beijing()));
    scene.stage.advance(1)?;
    let (_, set, asked) = decided(scene, "first")?;
    scene.checks.same("from then on", &(scene.script.profile.set.as_str(), 2), &(set.as_str(), asked));
    scene.tell(format!("then: {set} asks {asked}"));
    Ok(())
}

/// A second before the profile's set decides, and goes on deciding that round; then the base does.
pub(super) fn ends(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let (profile, base) = (scene.script.profile, scene.script.golden.sets.first());
    let at = scene.stage.now()?.plus_ms(1_000);
    let (earlier, set, asked) = decided(scene, "first.one-phone")?;
    scene.checks.same("before", &(profile.set.as_str(), 1), &(set.as_str(), asked));
    scene.tell(format!("a second before {}: {set} asks {asked}", at.beijing()));
    scene.stage.advance(1)?;
    let (_, set, asked) = decided(scene, "first")?;
    scene.checks.same("from then on", &(base.map(String::as_str), 2), &(Some(set.as_str()), asked));
    scene.tell(format!("then: {set} asks {asked}"));
    let detail = scene.stage.detail(&profile.provider, &earlier)?;
    scene.checks.same("the earlier round", &profile.set.as_str(), &detail.text("/round/ruleset"));
    Ok(())
}
