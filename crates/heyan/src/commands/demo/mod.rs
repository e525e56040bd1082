//! `heyan demo`: every profile's story on a virtual clock, through the doors that everybody uses, compared with the
//! golden tables.

mod case;
mod checks;
mod client;
mod examples;
mod golden;
mod points;
mod rows;
mod stage;
mod summary;
mod tale;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::mpsc::channel;

use case::Script;
use examples::Examples;
use golden::{Golden, Profile};
use tale::{Outcome, Tale};
use tokio::runtime::Handle;

use crate::cli::Demo;
use crate::failure::Failure;

/// Seeds of one profile's worlds lie this far from the next profile's.
const SEEDS: u64 = 1_000;
/// The stories of the second table are seeded after the chapters of the first.
const SEED_OF_POINTS: u64 = 100;

/// Runs every profile's story and prints it.
pub fn run(arguments: &Demo) -> Result<(), Failure> {
    let failures = tell(arguments, &mut std::io::stdout().lock())?;
    if failures == 0 {
        return Ok(());
    }
    Err(Failure::new(
        format!("{failures} outcomes are not those of the golden tables"),
        "each is listed above with what was expected",
    ))
}

/// Tells every profile's story to a writer; gives how many outcomes are not those of the golden tables.
///
/// The profiles play side by side, each in worlds of its own; they are printed one after the other.
pub fn tell(arguments: &Demo, out: &mut dyn Write) -> Result<usize, Failure> {
    let golden = Golden::read()?;
    let examples = Examples::read(&arguments.examples)?;
    check_all_are_played(&golden, &examples)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let handle = runtime.handle();
    let (golden, examples) = (&golden, &examples);
    let outcomes = std::thread::scope(|scope| {
        let mut stories = Vec::new();
        for (profile, at) in golden.profiles.iter().zip(1..) {
            let (lines, told) = channel();
            let seed = arguments.seed.wrapping_add(SEEDS * at);
            let script = Script { golden, examples, profile };
            let story = scope.spawn(move || {
                let mut tale = Tale::new(lines);
                if let Err(failure) = play(handle, &script, seed, &mut tale) {
                    tale.say(format!("  ✗ {}", failure.what()));
                    tale.outcome.failures.push(format!("{}: {}", profile.set, failure.what()));
                }
                tale.outcome
            });
            stories.push((profile, told, story));
        }
        let mut outcomes: Vec<(&Profile, Outcome)> = Vec::new();
        for (profile, told, story) in stories {
            for line in told {
                writeln!(out, "{line}")?;
                out.flush()?;
            }
            let outcome = story.join().map_err(|_| Failure::plain("a story ended by a panic"))?;
            outcomes.push((profile, outcome));
        }
        Ok::<_, Failure>(outcomes)
    })?;
    summary::write(golden, &outcomes, out)
}

/// Every file is played, and every step has its file.
fn check_all_are_played(golden: &Golden, examples: &Examples) -> Result<(), Failure> {
    let steps: BTreeSet<&str> =
        golden.chapters.iter().flat_map(|chapter| &chapter.steps).map(String::as_str).collect();
    let files: BTreeSet<&str> = examples.names().collect();
    let differing: Vec<&str> = steps.symmetric_difference(&files).copied().collect();
    if differing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        format!("files and chapters do not match: {}", differing.join(", ")),
        "a file needs its place in golden.toml, and a step of a chapter its file",
    ))
}

fn play(handle: &Handle, script: &Script<'_>, seed: u64, tale: &mut Tale) -> Result<(), Failure> {
    let profile = script.profile;
    let at = profile.start()?;
    tale.say(format!("{} · {} · {} · {}", profile.set, profile.title, profile.provider, at.beijing_date()));
    for (chapter, at) in script.golden.chapters.iter().zip(0..) {
        rows::play(handle, script, chapter, seed + at, tale)?;
    }
    if !profile.asks_nobody {
        points::play(handle, script, seed + SEED_OF_POINTS, tale)?;
    }
    tale.say("");
    Ok(())
}
