//! The table of rooms in `ARCHITECTURE.md`, checked.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where it is surprised")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn dependencies(krate: &str) -> BTreeSet<String> {
    let manifest = std::fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn rooms_see_only_what_the_table_lets_them_see() {
    let allowed: [(&str, &[&str]); 15] = [
        ("domain", &[]),
        ("client", &["heyan-outbound", "heyan-signing"]),
        ("line", &[]),
        ("cmpp", &["heyan-line"]),
        ("smpp", &["heyan-line"]),
        ("cloud", &["heyan-cmpp", "heyan-outbound"]),
        ("enterprise", &[]),
        ("desk", &["heyan-domain", "heyan-enterprise", "heyan-store"]),
        ("outbound", &[]),
        ("signing", &[]),
        ("store", &["heyan-domain"]),
        ("gateway", &["heyan-cloud", "heyan-cmpp", "heyan-domain", "heyan-line", "heyan-smpp"]),
        ("worker", &["heyan-domain", "heyan-store", "heyan-gateway"]),
        ("web", &["heyan-domain", "heyan-store", "heyan-outbound", "heyan-signing"]),
        ("scenario", &["heyan-domain"]),
    ];
    for (krate, allowed) in allowed {
        let seen = dependencies(krate);
        let rooms = seen.iter().filter(|name| name.starts_with("heyan-"));
        let foreign: Vec<_> = rooms.filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(foreign.is_empty(), "{krate} must not see {foreign:?}");
    }
}

#[test]
fn the_domain_depends_on_nothing_that_does_io() {
    let pure = [
        "hmac",
        "ipnet",
        "jiff",
        "rand",
        "serde",
        "serde_json",
        "sha1",
        "subtle",
        "thiserror",
        "toml",
        "unicode-normalization",
        "url",
        "zeroize",
    ];
    let others: Vec<_> =
        dependencies("domain").into_iter().filter(|name| !pure.contains(&name.as_str())).collect();
    assert!(others.is_empty(), "is {others:?} free of I/O? then add it here");
}

#[test]
fn lines_touch_sockets_and_clocks_only_in_their_driver() {
    let manifest = std::fs::read_to_string(root().join("crates/line/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["dependencies"]["tokio"]["optional"].as_bool(), Some(true));
    for krate in ["line", "cmpp", "smpp"] {
        let mut files = Vec::new();
        sources(&root().join("crates").join(krate).join("src"), &mut files);
        let is_driver =
            |part: std::path::Component<'_>| matches!(part.as_os_str().to_str(), Some("net" | "net.rs"));
        for file in files.iter().filter(|file| !file.components().any(is_driver)) {
            let text = std::fs::read_to_string(file).unwrap();
            for word in ["tokio::", "std::net", "std::io", "Instant::", "SystemTime", "async "] {
                assert!(!text.contains(word), "{} has {word}", file.display());
            }
        }
    }
}

#[test]
fn the_enterprise_interface_depends_on_nothing_that_does_io() {
    let pure = [
        "aes",
        "base64",
        "cbc",
        "encoding_rs",
        "jiff",
        "md-5",
        "quick-xml",
        "serde",
        "subtle",
        "thiserror",
        "zeroize",
        "zip",
    ];
    let others: Vec<_> =
        dependencies("enterprise").into_iter().filter(|name| !pure.contains(&name.as_str())).collect();
    assert!(others.is_empty(), "is {others:?} free of I/O? then add it here");
    let mut files = Vec::new();
    sources(&root().join("crates/enterprise/src"), &mut files);
    assert!(files.len() > 20);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["std::fs", "TcpStream", "Instant::", "SystemTime", "async "] {
            assert!(!text.contains(word), "{} has {word}", file.display());
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn files_stay_readable_in_one_sitting() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    assert!(files.len() > 100);
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines; it has a seam somewhere", file.display());
    }
}

#[test]
fn the_map_is_short_and_its_places_exist() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(map.lines().count() <= 250, "the map is to be read before a change");
    for word in map.split('`').skip(1).step_by(2) {
        let is_path = word.starts_with("crates/") || word.starts_with("docs/") || word.starts_with("rules/");
        if is_path && !word.contains(['*', '<']) {
            assert!(root().join(word).exists(), "{word} is on the map but not in the house");
        }
    }
}

/// proves: SEC-17
#[test]
fn dependencies_are_checked_and_unsafe_code_is_forbidden_everywhere() {
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    assert_eq!(manifest["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for member in manifest["workspace"]["members"].as_array().unwrap() {
        let path = root().join(member.as_str().unwrap()).join("Cargo.toml");
        let member: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        assert_eq!(member["lints"]["workspace"].as_bool(), Some(true), "{}", member["package"]["name"]);
    }
    let deny: toml::Table = std::fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    for part in ["advisories", "licenses", "sources", "bans"] {
        assert!(deny.contains_key(part), "deny.toml has nothing on {part}");
    }
    let checks = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(checks.contains("step dependencies"), "and nothing runs it");
}
