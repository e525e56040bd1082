//! The programs of `docs/api/snippets` against a running server: each lists filings, and makes one. A language that is not on
//! this machine is left out, and the test says so.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where it is surprised")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

struct Server {
    child: Child,
    origin: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn heyan(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyan"));
    command
        .env_remove("HEYAN_KEYS")
        .env_remove("HEYAN_LISTEN")
        .env("HEYAN_DATA", data)
        .env("HEYAN_LOG", "warn");
    command
}

fn start(data: &Path) -> Server {
    let mut command = heyan(data);
    command.args(["serve", "--sandbox", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let origin = line.trim().strip_prefix("listening on ").unwrap().to_owned();
    Server { child, origin }
}

/// Makes a key on the command line, as an operator would.
fn key(data: &Path) -> (String, String) {
    let made =
        heyan(data).args(["provider", "key", "other", "--sandbox", "--label", "snippets"]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let said = String::from_utf8(made.stdout).unwrap();
    let after = |word: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(word)).unwrap();
        line.trim().to_owned()
    };
    (after("key "), after("secret "))
}

fn snippets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/snippets")
}

/// Languages: how a program is run, and its file.
const LANGUAGES: [(&str, &[&str], &str); 5] = [
    ("curl", &["sh"], "sign.sh"),
    ("python3", &["python3"], "sign.py"),
    ("node", &["node"], "sign.js"),
    ("java", &["java"], "Sign.java"),
    ("go", &["go", "run"], "sign.go"),
];

fn is_here(program: &str) -> bool {
    let version = if program == "go" { "version" } else { "--version" };
    Command::new(program)
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success())
}

/// What a filing that nobody else makes looks like.
fn filing(number: usize, into: &Path) -> PathBuf {
    let example = include_str!("../../../examples/filings/first.json");
    let mut filing: serde_json::Value = serde_json::from_str(example).unwrap();
    filing["provider_order_no"] = format!("SNIPPET-{number}").into();
    filing["report"] = false.into();
    let path = into.join(format!("filing-{number}.json"));
    std::fs::write(&path, filing.to_string()).unwrap();
    path
}

#[test]
fn the_programs_of_the_documentation_sign_what_the_server_takes() {
    let data = tempfile::tempdir().unwrap();
    let (key, secret) = key(data.path());
    let server = start(data.path());
    for (number, (program, runner, file)) in LANGUAGES.iter().enumerate() {
        if !is_here(program) {
            eprintln!("left out, since {program} is not on this machine: {file}");
            continue;
        }
        let run = |arguments: &[&str]| {
            let mut command = Command::new(runner[0]);
            command.args(&runner[1..]).arg(snippets().join(file)).args(arguments);
            let output = command.env("HEYAN_KEY", &key).env("HEYAN_SECRET", &secret).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{file}: {said}{}", String::from_utf8_lossy(&output.stderr));
            said
        };
        let body = filing(number, data.path());
        let body = body.to_str().unwrap();
        let (list, made) = if *program == "curl" {
            let list = run(&["GET", &server.origin, "/v1/filings", "limit=5&province=%E6%B5%99%E6%B1%9F"]);
            (list, run(&["POST", &server.origin, "/v1/filings", "", body]))
        } else {
            let address = format!("{}/v1/filings", server.origin);
            let list = run(&["GET", &format!("{address}?province=%E6%B5%99%E6%B1%9F&limit=5")]);
            (list, run(&["POST", &address, body]))
        };
        assert!(list.contains("200") && list.contains("\"items\""), "{file}: {list}");
        assert!(made.contains("201") && made.contains(&format!("SNIPPET-{number}")), "{file}: {made}");
    }
}
