//! Several processes over one database of PostgreSQL: real ones, killed and paused.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it is surprised"
)]

#[path = "common/server.rs"]
#[expect(dead_code, reason = "what other tests need")]
mod server;

use server::{new_database, sql};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A lease runs out, and another process notices.
const PATIENCE: Duration = Duration::from_secs(40);

/// A database of its own, gone with the server that the tests are given.
struct Shared {
    address: String,
    name: String,
    place: tempfile::TempDir,
}

impl Shared {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("heyan_p{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self { address: new_database(&name), name, place: tempfile::tempdir().unwrap() }
    }

    /// With the data in a directory or on the server, and the keys of `place`.
    fn serve_in(directory: &Path, database: Option<&str>, place: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heyan"));
        command.args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--data"]).arg(directory);
        command
            .arg("--keys")
            .arg(place.join("a/keys.toml"))
            .env("HEYAN_LOG", "error")
            .env_remove("HEYAN_DATABASE");
        command.envs(database.map(|address| ("HEYAN_DATABASE", address)));
        Server::start(command)
    }

    fn serve(&self, more: &[&str]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heyan"));
        command.args(["serve", "--sandbox", "--listen", "127.0.0.1:0", "--data"]).arg(self.place.path());
        command
            .args(more)
            .env("HEYAN_DATABASE", &self.address)
            .env("HEYAN_LOG", "error")
            .env_remove("HEYAN_KEYS");
        Server::start(command)
    }
}

/// A running process; killed when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("it is ready");
        Self { address: address.parse().unwrap(), child }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: heyan\r\nAuthorization: Bearer test_other\r\nConnection: close\r\n\
             Idempotency-Key: {method}-{path}-{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())),
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Files and reports the so-manieth filing; gives its id.
    fn file(&self, number: u32) -> String {
        let body = include_str!("../../../examples/filings/first.one-phone.json")
            .replace("\"provider_order_no\": \"", &format!("\"provider_order_no\": \"P{number}-"))
            .replace("999999199508060725", &format!("99999919950806{number:04}"))
            .replace("15400000121", &phone(number))
            .replace("dandeng.example", &format!("p{number}.example"));
        let answer = self.ask("POST", "/v1/filings", &body);
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        answer.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// What `/pquery` answers to a code.
    fn verify(&self, number: u32, code: &str) -> String {
        let body = format!(
            "{{\"mobileNum\":\"{}\",\"certNum\":\"06{number:04}\",\"smsValidCode\":\"{code}\"}}",
            phone(number)
        );
        let answer = self.ask("POST", "/pquery/smsValidate/validateByCondition", &body);
        answer
            .split("\"validStatus\":")
            .nth(1)
            .map_or(answer.clone(), |rest| rest.split([',', '}']).next().unwrap().to_owned())
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }
}

fn phone(number: u32) -> String {
    format!("154000{number:05}")
}

/// The last code that a phone was sent, once one has come.
fn code(server: &Server, number: u32) -> String {
    let since = Instant::now();
    loop {
        let inbox = server.ask("GET", &format!("/v1/sandbox/messages?phone={}", phone(number)), "");
        let text = inbox.split("\"text\":\"").nth(1).and_then(|rest| rest.split('"').next());
        let digits = text.and_then(|text| {
            text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).map(str::to_owned)
        });
        if let Some(digits) = digits {
            return digits;
        }
        assert!(since.elapsed() < PATIENCE, "no message for {number}: {inbox}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Wherever a person's request arrives, the other process knows what was filed, what was counted, what has passed.
#[test]
fn two_processes_answer_as_one() {
    let shared = Shared::new();
    let (one, other) = (shared.serve(&[]), shared.serve(&[]));
    one.file(1);
    let right = code(&other, 1);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    // Four wrong answers, wherever: the fifth decides, and is right.
    for server in [&one, &other, &one, &other] {
        assert_eq!(server.verify(1, wrong), "2");
    }
    assert_eq!(other.verify(1, &right), "3");
    assert_eq!(one.verify(1, &right), "20");
    assert_eq!(one.ask("GET", "/v1/filings", "").matches("in_review").count(), 1);
}

/// As SEC-05 asks, over all processes.
#[test]
fn of_the_same_code_at_two_processes_at_the_same_instant_one_passes() {
    let shared = Shared::new();
    let servers = [shared.serve(&[]), shared.serve(&[])];
    for number in 1..=8 {
        servers[0].file(number);
        let right = code(&servers[0], number);
        let answers: Vec<String> = std::thread::scope(|scope| {
            let right = &right;
            let asked: Vec<_> = (0..16)
                .map(|at| (&servers[at % 2], at))
                .map(|(server, _)| scope.spawn(move || server.verify(number, right)))
                .collect();
            asked.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|answer| *answer == "3").count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| *answer == "20").count(), 15, "{answers:?}");
    }
}

/// Whoever does the worker's work dies without a word. Another goes on where it was, and no message is sent twice.
#[test]
fn a_process_that_dies_is_stood_in_for() {
    let shared = Shared::new();
    let first = shared.serve(&[]);
    first.file(1);
    code(&first, 1);
    let (web, second) = (shared.serve(&["--roles", "web"]), shared.serve(&["--roles", "worker"]));
    assert!(second.ask("GET", "/verify", "").starts_with("HTTP/1.1 404"), "it serves nobody");
    assert!(second.ask("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    drop(first);
    web.file(2);
    let right = code(&web, 2);
    assert_eq!(web.verify(2, &right), "3");
    let inbox = web.ask("GET", &format!("/v1/sandbox/messages?phone={}", phone(1)), "");
    assert_eq!(inbox.matches("\"text\"").count(), 1, "{inbox}");
}

/// A process that was paused wakes with a lease that is another's by now: what it was about to do is refused, and it stands by.
#[test]
#[cfg(unix)]
fn a_process_that_was_paused_does_nothing_under_its_old_lease() {
    let shared = Shared::new();
    let (paused, other) = (shared.serve(&[]), shared.serve(&[]));
    paused.file(1);
    code(&paused, 1);
    paused.signal("-STOP");
    other.file(2);
    let right = code(&other, 2);
    paused.signal("-CONT");
    other.file(3);
    code(&other, 3);
    // It serves people as before.
    assert_eq!(paused.verify(2, &right), "3");
    for number in 1..=3 {
        let inbox = other.ask("GET", &format!("/v1/sandbox/messages?phone={}", phone(number)), "");
        assert_eq!(inbox.matches("\"text\"").count(), 1, "{inbox}");
    }
}

/// The database goes away and comes back: 503 meanwhile, and afterwards everything by itself.
#[test]
fn without_its_database_it_says_so_and_comes_back_by_itself() {
    let shared = Shared::new();
    let server = shared.serve(&[]);
    server.file(1);
    let right = code(&server, 1);
    let (name, admin) = (&shared.name, server::server());
    sql(&admin, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    sql(&admin, &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    let answer = server.ask(
        "POST",
        "/pquery/smsValidate/validateByCondition",
        "{\"mobileNum\":\"15400000001\",\"certNum\":\"060001\",\"smsValidCode\":\"000000\"}",
    );
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.to_lowercase().contains("\r\nretry-after: "), "{answer}");
    assert!(server.ask("GET", "/readyz", "").starts_with("HTTP/1.1 503"));
    sql(&admin, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    let since = Instant::now();
    while !server.ask("GET", "/readyz", "").starts_with("HTTP/1.1 200") {
        assert!(since.elapsed() < PATIENCE, "it does not come back");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(server.verify(1, &right), "3");
}

/// From a file to PostgreSQL and back: nothing is lost on the way, and a file that is not whole fills nothing.
#[test]
fn data_moves_from_sqlite_to_postgresql_and_back() {
    let shared = Shared::new();
    let place = tempfile::tempdir().unwrap();
    let heyan = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heyan"));
        command.args(words).current_dir(place.path()).env_remove("HEYAN_DATA").env_remove("HEYAN_KEYS");
        let output = command.env_remove("HEYAN_DATABASE").output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    };
    let done = |words: &[&str]| {
        let (success, said) = heyan(words);
        assert!(success, "{words:?}: {said}");
        said
    };
    let refused = |words: &[&str], why: &str| {
        let (success, said) = heyan(words);
        assert!(!success && said.contains(why), "{words:?}: {said}");
    };
    let keys = ["--keys", "a/keys.toml"];
    let on_file = |directory: &str| Shared::serve_in(&place.path().join(directory), None, place.path());
    let server = on_file("a");
    for number in 1..=3 {
        server.file(number);
    }
    let right = code(&server, 1);
    assert_eq!(server.verify(1, &right), "3");
    // Beside the running server, and of one instant.
    done(&["export", "a.jsonl", "--data", "a"]);
    refused(&["export", "a.jsonl", "--data", "a"], "is there already");
    drop(server);

    let to_server =
        [&["import", "a.jsonl", "--sandbox"], &keys[..], &["--database", &shared.address]].concat();
    let text = std::fs::read_to_string(place.path().join("a.jsonl")).unwrap();
    let cut = text.lines().take(40).collect::<Vec<_>>().join("\n");
    std::fs::write(place.path().join("a.jsonl"), cut).unwrap();
    refused(&to_server, "it ends too soon");
    let (first, rest) = text.split_once("\n[").unwrap();
    std::fs::write(place.path().join("a.jsonl"), format!("{first}\n{}", rest.split_once('\n').unwrap().1))
        .unwrap();
    refused(&to_server, "rows are not there");
    std::fs::write(place.path().join("a.jsonl"), text).unwrap();
    let moved = done(&to_server);
    assert!(moved.contains("3 filings"), "{moved}");
    refused(&to_server, "there is data in");

    let server = Shared::serve_in(&place.path().join("a"), Some(&shared.address), place.path());
    assert_eq!(server.verify(1, &right), "20");
    server.file(4);
    let right = code(&server, 4);
    done(&["export", "b.jsonl", "--database", &shared.address]);
    drop(server);
    done(&[&["import", "b.jsonl", "--sandbox", "--data", "b"], &keys[..]].concat());
    let server = on_file("b");
    assert_eq!(server.verify(4, &right), "3");
    let filings = server.ask("GET", "/v1/filings", "");
    assert_eq!(filings.matches("\"id\":\"fil_").count(), 4, "{filings}");
}
