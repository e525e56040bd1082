//! The captcha on both forms.

use super::Scene;
use crate::failure::Failure;

/// With the captcha on, neither form does anything without its answer, and nothing is counted.
pub(super) fn on_both_forms(scene: &mut Scene<'_>) -> Result<(), Failure> {
    let case = scene.file("first.one-phone")?;
    let person = Scene::person(&case, 0)?;
    let code = scene.code(&case, &person)?;
    let answer = scene.stage.verify(&person, &code)?;
    scene.checks.same("verify without a captcha", &(0, false), &(answer.status, answer.flag));
    let answer = scene.stage.resend(&person)?;
    scene.checks.same("resend without a captcha", &(0, false), &(answer.status, answer.flag));
    scene.tell("both forms refuse without it: 0, 0");
    scene.state(&case, "verifying").map(|_| ())
}
