//! How the program starts, and what it says when it does not.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it is surprised")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn heyan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyan"));
    command
        .env_remove("HEYAN_DATA")
        .env_remove("HEYAN_KEYS")
        .env_remove("HEYAN_LISTEN")
        .env("HEYAN_LOG", "warn");
    command
}

fn serve(data: &Path, more: &[&str]) -> Command {
    let mut command = heyan();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).args(more);
    command
}

/// A running server; killed when dropped.
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

fn start(data: &Path, more: &[&str]) -> Server {
    started(&mut serve(data, more))
}

fn started(command: &mut Command) -> Server {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address =
        line.trim().strip_prefix("listening on http://").expect("the one line that says it is ready");
    Server { address: address.parse().unwrap(), child }
}

impl Server {
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: heyan\r\nAuthorization: Bearer test_other\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success(), "a stop that was asked for is no failure");
    }
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("error: ")), "one line what: {text}");
    assert!(lines.next().is_some_and(|line| line.starts_with("  do: ")), "one line what to do: {text}");
    text
}

#[test]
fn a_sandbox_starts_on_nothing_and_says_where_it_listens() {
    let data = tempfile::tempdir().unwrap();
    let server = start(data.path(), &["--sandbox"]);
    assert!(server.ask("GET", "/healthz", "").starts_with("HTTP/1.1 200"));
    assert!(server.ask("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    assert!(server.ask("GET", "/verify", "").contains("<form"));
}

#[test]
fn the_sandbox_clock_survives_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let now = |answer: &str| {
        let at = answer.split("\"now\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        heyan_domain::Timestamp::parse_rfc3339(&at).unwrap()
    };
    let server = start(data.path(), &["--sandbox"]);
    let before = now(&server.ask("GET", "/v1/sandbox/clock", ""));
    let after = now(&server.ask("POST", "/v1/sandbox/clock/advance", "{\"seconds\":86400}"));
    assert!(after.since_ms(before) >= 86_400_000);
    server.stop();
    let server = start(data.path(), &["--sandbox"]);
    assert!(now(&server.ask("GET", "/v1/sandbox/clock", "")) >= after);
}

#[test]
fn sandbox_and_production_data_never_mix() {
    let data = tempfile::tempdir().unwrap();
    start(data.path(), &["--sandbox"]).stop();
    let text = refused(&serve(data.path(), &[]).output().unwrap());
    assert!(text.contains("with --sandbox"), "{text}");

    let data = tempfile::tempdir().unwrap();
    let made = heyan().args(["keys", "init", "--data"]).arg(data.path()).output().unwrap();
    assert!(made.status.success());
    start(data.path(), &[]).stop();
    let text = refused(&serve(data.path(), &["--sandbox"]).output().unwrap());
    assert!(text.contains("without --sandbox"), "{text}");
}

#[test]
fn production_starts_with_keys_and_guards_only() {
    let data = tempfile::tempdir().unwrap();
    let text = refused(&serve(data.path(), &[]).output().unwrap());
    assert!(text.contains("heyan keys init"), "{text}");
    for guard in ["--captcha", "--limits"] {
        let output = serve(data.path(), &[guard, "off"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        refused(&output);
    }
}

/// A period in which nothing could be looked up any more, or one that keeps everything for good, cannot be meant (SEC-13).
#[test]
fn a_period_of_retention_that_cannot_be_meant_is_refused() {
    let data = tempfile::tempdir().unwrap();
    for days in ["0", "29", "1096"] {
        let output = serve(data.path(), &["--sandbox", "--retention-days", days]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{days}");
        assert!(refused(&output).contains("30 to 1095 days"), "{days}");
    }
    let shown = heyan().args(["config", "print", "--sandbox", "--retention-days", "365"]).output().unwrap();
    assert!(String::from_utf8(shown.stdout).unwrap().contains("retention_days = 365"));
}

#[test]
fn data_without_its_keys_is_refused() {
    let data = tempfile::tempdir().unwrap();
    start(data.path(), &["--sandbox"]).stop();
    std::fs::remove_file(data.path().join("keys.toml")).unwrap();
    let text = refused(&serve(data.path(), &["--sandbox"]).output().unwrap());
    assert!(text.contains("HEYAN_KEYS"), "{text}");
    let other = heyan().args(["keys", "init", "--data"]).arg(data.path()).output().unwrap();
    assert!(other.status.success());
    let text = refused(&serve(data.path(), &["--sandbox"]).output().unwrap());
    assert!(text.contains("keys of this data"), "{text}");
}

#[test]
fn what_stands_in_the_way_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let mut command = heyan();
    command.args(["serve", "--sandbox", "--listen", &taken.local_addr().unwrap().to_string(), "--data"]);
    let text = refused(&command.arg(data.path()).output().unwrap());
    assert!(text.contains("--listen"), "{text}");

    let file = data.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let text = refused(&serve(&file, &["--sandbox"]).output().unwrap());
    assert!(text.contains("--data"), "{text}");

    let server = start(&data.path().join("one"), &["--sandbox"]);
    let text = refused(&serve(&data.path().join("one"), &["--sandbox"]).output().unwrap());
    assert!(text.contains("another Heyan"), "{text}");
    drop(server);

    let config = data.path().join("heyan.toml");
    std::fs::write(&config, "sandbox = true\nport = 1\n").unwrap();
    let text = refused(&serve(data.path(), &["--config", config.to_str().unwrap()]).output().unwrap());
    assert!(text.contains("heyan.toml:2"), "{text}");

    assert_eq!(heyan().arg("fly").output().unwrap().status.code(), Some(2));
}

#[test]
#[cfg(unix)]
fn a_running_server_takes_up_a_new_key_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let keys = |what: &str| {
        let output = heyan().args(["keys", what, "--data"]).arg(data.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let mut command = serve(data.path(), &["--sandbox"]);
    let mut server = started(command.env("HEYAN_LOG", "info").stderr(Stdio::piped()));
    assert!(keys("rotate").contains("added key 2"));
    let status = keys("status");
    assert!(status.contains("key 1, made "), "{status}");
    let asked = Command::new("kill").args(["-HUP", &server.child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    // Kept until the end: a server whose log nobody takes any more cannot write it.
    let mut said = BufReader::new(server.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let taken_up = said.find(|line| line.contains("another key"));
    assert!(taken_up.is_some_and(|line| line.contains("key=2")));
    // The accounts that every sandbox has are sealed anew.
    let sealed = said.find(|line| line.contains("everything is sealed"));
    assert!(sealed.is_some_and(|line| line.contains("key=2")));

    let status = keys("status");
    assert!(status.contains(": active, 6 values") && status.contains("Everything is sealed"), "{status}");
    assert!(status.lines().next().unwrap().starts_with("key 2"), "{status}");
    let metrics = server.ask("GET", "/metrics", "");
    assert!(metrics.contains("\nheyan_key_active 2\n"), "{metrics}");
    server.stop();
    assert_eq!(said.find(|line| line.contains("ERROR")), None);
    start(data.path(), &["--sandbox"]).stop();
}

#[test]
fn the_audit_log_is_checked_beside_a_running_server() {
    let data = tempfile::tempdir().unwrap();
    let audit = |arguments: &[&str]| {
        heyan().arg("audit").args(arguments).arg("--data").arg(data.path()).output().unwrap()
    };
    let said = |output: Output| {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    refused(&audit(&["verify"]));
    let server = start(data.path(), &["--sandbox"]);
    assert!(said(audit(&["verify"])).contains("\nhead "));
    let head = said(audit(&["head"]));
    let (head, keys) = head.split_once('\n').unwrap();
    let head = head.strip_prefix("head ").unwrap();
    let key = keys.trim_end().strip_prefix("public key ").unwrap();

    let made = said(audit(&["list", "--action", "account_created", "--actor", "machine"]));
    assert!(made.lines().count() > 3 && made.lines().all(|line| line.split('\t').count() == 7), "{made}");
    let all = said(audit(&["list", "--json"]));
    let first: serde_json::Value = serde_json::from_str(all.lines().last().unwrap()).unwrap();
    assert_eq!(first["action"], "key_taken_up");
    assert_eq!(first["no"], 1);
    assert_eq!(said(audit(&["list", "--since", "2400-01-01"])), "");
    server.stop();

    assert!(said(audit(&["verify", "--head", head, "--public-key", key])).contains("are whole"));
    let (no, hash) = head.split_once(':').unwrap();
    let later = format!("{}:{hash}", no.parse::<i64>().unwrap() + 1);
    let text = refused(&audit(&["verify", "--head", &later]));
    assert!(text.contains("not whole: entry") && text.contains("were removed"), "{text}");
    assert_eq!(audit(&["verify", "--head", "nothing"]).status.code(), Some(2));
}

#[test]
fn the_rulebook_answers_on_the_command_line() {
    let explained = heyan()
        .args([
            "rules",
            "explain",
            "--kind",
            "add_service",
            "--province",
            "zhejiang",
            "--provider",
            "tencent",
        ])
        .args(["--at", "2026-01-01"])
        .output()
        .unwrap();
    let text = String::from_utf8(explained.stdout).unwrap();
    assert!(text.contains("tencent-cloud") && text.contains("S0"), "{text}");
    for question in [
        &["list"][..],
        &["show", "jd-cloud"],
        &["diff", "tencent-cloud", "volcengine"],
        &["check", "../../rules"],
    ] {
        let output = heyan().arg("rules").args(question).output().unwrap();
        assert!(output.status.success(), "{question:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty());
    }
    let unknown = heyan().args(["rules", "show", "nowhere"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    refused(&unknown);
}

#[test]
fn the_configuration_is_shown_checked_and_can_be_used_as_shown() {
    let data = tempfile::tempdir().unwrap();
    let shown =
        heyan().args(["config", "print", "--sandbox", "--captcha", "on", "--data"]).arg(data.path()).output();
    let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
    assert!(shown.contains("captcha = \"on\"") && shown.contains("limits = \"off\""), "{shown}");
    let file = data.path().join("heyan.toml");
    std::fs::write(&file, &shown).unwrap();
    let again = heyan().args(["config", "print", "--config"]).arg(&file).output().unwrap();
    assert_eq!(String::from_utf8(again.stdout).unwrap(), shown);
    assert!(heyan().args(["config", "check", "--config"]).arg(&file).status().unwrap().success());
}

#[test]
fn the_doctor_names_what_is_wrong() {
    let data = tempfile::tempdir().unwrap();
    let doctor = || {
        let mut command = heyan();
        command
            .args(["doctor", "--sandbox", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .output()
            .unwrap()
    };
    assert!(doctor().status.success(), "a first start needs nothing");
    start(data.path(), &["--sandbox"]).stop();
    let healthy = doctor();
    let text = String::from_utf8_lossy(&healthy.stdout).into_owned();
    assert!(healthy.status.success() && text.contains("is whole"), "{text}");
    std::fs::remove_file(data.path().join("keys.toml")).unwrap();
    let ill = doctor();
    assert_eq!(ill.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ill.stdout).contains("fault keys"));
}

#[test]
fn migrate_makes_the_database_and_says_its_version() {
    let data = tempfile::tempdir().unwrap();
    assert!(heyan().args(["keys", "init", "--data"]).arg(data.path()).status().unwrap().success());
    let migrated = heyan().args(["migrate", "--data"]).arg(data.path()).output().unwrap();
    let version = format!("schema version {}", heyan_store::database::Database::SCHEMA_VERSION);
    assert!(String::from_utf8_lossy(&migrated.stdout).contains(&version));
}

#[test]
fn a_lost_second_factor_is_reset_on_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    assert!(heyan().args(["keys", "init", "--data"]).arg(data.path()).status().unwrap().success());
    let user = |arguments: &[&str]| {
        let place = ["--data".as_ref(), data.path().as_os_str()];
        let mut command = heyan();
        command.arg("user").args(arguments).args(place).env("HEYAN_PASSWORD", "correct horse battery");
        command.output().unwrap()
    };
    assert!(user(&["add", "li.lei", "--role", "operator"]).status.success());
    let reset = user(&["reset-totp", "li.lei"]);
    assert!(reset.status.success());
    assert!(String::from_utf8_lossy(&reset.stdout).contains("li.lei signs in with the password alone"));
    assert!(refused(&user(&["reset-totp", "nobody"])).contains("there is no account nobody"));
}

#[test]
fn a_provider_is_made_known_on_the_command_line_and_gets_a_key() {
    let data = tempfile::tempdir().unwrap();
    assert!(heyan().args(["keys", "init", "--data"]).arg(data.path()).status().unwrap().success());
    let provider = |arguments: &[&str]| {
        heyan().arg("provider").args(arguments).arg("--data").arg(data.path()).output().unwrap()
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let unknown = refused(&provider(&["key", "xunlan"]));
    assert!(unknown.contains("heyan provider add xunlan"), "{unknown}");
    let add = ["add", "xunlan", "--name", "浔澜示例云", "--link", "https://xunlan.example/support"];
    assert!(provider(&add).status.success());
    assert!(said(&provider(&["show"])).contains("xunlan  浔澜示例云, https://xunlan.example/support"));
    assert!(said(&provider(&["key", "xunlan"])).contains("secret  "));
    let wrong = provider(&["add", "xunlan", "--name", "x", "--link", "javascript:alert(1)"]);
    assert_eq!(wrong.status.code(), Some(2));
    refused(&wrong);
}

#[test]
fn a_provider_s_system_gets_an_account_on_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    let enterprise = |arguments: &[&str]| {
        let mut command = heyan();
        command.arg("enterprise").args(arguments).arg("--sandbox").arg("--data").arg(data.path());
        command.output().unwrap()
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let account = ["other", "--isp-id", "330000000001", "--user", "xunlan"];
    let opened = said(&enterprise(&[&["open"], account.as_slice(), &["--encrypted"]].concat()));
    for word in ["ispId     330000000001", "password  ", "key       ", "iv        "] {
        assert!(opened.contains(word), "{opened}");
    }
    assert!(
        refused(&enterprise(&[&["open"], account.as_slice()].concat())).contains("has an account already")
    );
    assert!(said(&enterprise(&["renew", "other"])).contains("password  "));
    assert!(
        enterprise(&[&["set"], account.as_slice(), &["--from", "203.0.113.0/24"]].concat()).status.success()
    );
    let listed = said(&enterprise(&["list"]));
    assert!(listed.contains("330000000001  other: xunlan, last file 0, from 203.0.113.0/24"), "{listed}");
    assert!(enterprise(&["close", "other"]).status.success());
    assert!(refused(&enterprise(&["renew", "other"])).contains("has no account"));
}
