//! Pairs the requirements with the code that decides them and with the one test that proves each.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use heyan_scenario::Script;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder with this extension, in order.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// The Rust files of every crate: with the marks in `src`, with the proofs in `src` and `tests`.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        files(&entry.unwrap().path().join(folder), "rs", &mut found);
    }
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The ids in every `mark!("…", "…")` of the crates' sources.
fn marks() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in sources("src") {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for call in code.flat_map(|line| line.split("mark!(").skip(1)) {
            let arguments = call.split(')').next().unwrap_or_default();
            found.extend(arguments.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// Which tests say that they prove which id.
fn proofs() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut scenarios = Vec::new();
    files(&root().join("tests/scenarios"), "txt", &mut scenarios);
    for path in scenarios {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let script = Script::parse(&name, &std::fs::read_to_string(&path).unwrap()).unwrap();
        for id in script.proves {
            found.entry(id).or_default().push(format!("tests/scenarios/{name}"));
        }
    }
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        for line in text.lines() {
            let Some(ids) = line.trim().strip_prefix("/// proves:") else { continue };
            for id in ids.split([',', ' ']).filter(|id| !id.is_empty()) {
                found.entry(id.to_owned()).or_default().push(path.display().to_string());
            }
        }
    }
    found
}

/// How a requirement of `tests/requirements.txt` is to be held to account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Account {
    /// A mark in the code, and one proof.
    MarkAndProof,
    /// One proof; what decides it is not Rust code (manifests, scripts).
    Proof,
    /// The proof is still to come.
    Pending,
}

/// Each requirement of `tests/requirements.txt`.
fn requirements() -> BTreeMap<String, Account> {
    let text = std::fs::read_to_string(root().join("tests/requirements.txt")).unwrap();
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let id = words.next().unwrap_or_default().to_owned();
        let account = match words.next() {
            Some("pending") => Account::Pending,
            Some("house") => Account::Proof,
            Some(_) | None => Account::MarkAndProof,
        };
        assert!(found.insert(id, account).is_none(), "listed twice: {line}");
    }
    found
}

/// Every requirement is marked at the code that decides it and proved by exactly one test; nothing else is.
#[test]
fn every_requirement_has_its_mark_and_its_one_proof() {
    let (requirements, marks, proofs) = (requirements(), marks(), proofs());
    let mut faults = Vec::new();
    for (id, account) in &requirements {
        let proved = proofs.get(id).map_or(&[][..], Vec::as_slice);
        let needs_mark = *account == Account::MarkAndProof;
        match (*account, proved) {
            (Account::Pending, [one, ..]) => {
                faults.push(format!("{id} is listed as pending but proved by {one}"));
            }
            (Account::Pending, []) => {}
            (_, []) => faults.push(format!("{id} is proved by no test")),
            (_, [_]) if needs_mark && !marks.contains(id) => {
                faults.push(format!("{id} has no mark in the code"));
            }
            (_, [_]) => {}
            (_, several) => faults.push(format!("{id} is proved more than once: {}", several.join(", "))),
        }
    }
    for id in marks.iter().chain(proofs.keys()).filter(|id| !requirements.contains_key(*id)) {
        faults.push(format!("{id} is not listed in tests/requirements.txt"));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
