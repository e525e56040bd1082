//! Every scenario under `tests/scenarios`, each a test of its own name.

#![expect(clippy::expect_used, reason = "a test stops where it is surprised")]

use std::path::{Path, PathBuf};

use heyan_scenario::{MemoryEngine, Script, run};
use libtest_mimic::{Arguments, Trial};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios")
}

fn trial(path: &Path) -> Trial {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let path = path.to_owned();
    Trial::test(name.clone(), move || {
        let text = std::fs::read_to_string(&path)?;
        let script = Script::parse(&format!("tests/scenarios/{name}.txt"), &text)?;
        let mut engine = MemoryEngine::new(2020).map_err(|defects| format!("{defects:?}"))?;
        run(&script, &mut engine)?;
        Ok(())
    })
}

fn main() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    let trials = paths.iter().map(|path| trial(path)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
