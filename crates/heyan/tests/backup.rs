//! The restore drill: a backup beside a server under load, the data lost, the backup put back. With real processes.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it is surprised")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

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

fn heyan(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyan"));
    command.args(words).env_remove("HEYAN_DATA").env_remove("HEYAN_KEYS").env("HEYAN_LOG", "error");
    command
}

fn serve(data: &Path, keys: &Path) -> Server {
    let mut command = heyan(&["serve", "--sandbox", "--listen", "127.0.0.1:0", "--data"]);
    let mut child = command.arg(data).arg("--keys").arg(keys).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address =
        line.trim().strip_prefix("listening on http://").expect("the one line that says it is ready");
    Server { address: address.parse().unwrap(), child }
}

fn ask(to: SocketAddr, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    let key = body.len() + path.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: heyan\r\nAuthorization: Bearer test_other\r\nConnection: close\r\n\
         Idempotency-Key: {key}-{body_hash}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
        body_hash = body.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())),
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Files the so-manieth filing; it is acknowledged.
fn file(to: SocketAddr, number: u32) {
    let body = include_str!("../../../examples/filings/first.one-phone.json")
        .replace("\"provider_order_no\": \"", &format!("\"provider_order_no\": \"B{number}-"))
        .replace("999999199508060725", &format!("99999919950806{number:04}"))
        .replace("dandeng.example", &format!("b{number}.example"));
    let answer = ask(to, "POST", "/v1/filings", &body);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

fn filings(to: SocketAddr) -> usize {
    let answer = ask(to, "GET", "/v1/filings?limit=100", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.matches("\"id\":\"fil_").count()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn what_was_acknowledged_before_a_backup_is_there_after_a_restore() {
    let place = tempfile::tempdir().unwrap();
    let (data, lost, keys) =
        (place.path().join("data"), place.path().join("lost"), place.path().join("keys.toml"));
    let backup = place.path().join("backup.db");
    let server = serve(&data, &keys);
    for number in 0..5 {
        file(server.address, number);
    }
    // Under load: what is written meanwhile neither gets in nor makes the copy begin anew.
    let (stop, written) = (AtomicBool::new(false), AtomicU32::new(5));
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) && written.load(Ordering::Relaxed) < 90 {
                file(server.address, written.fetch_add(1, Ordering::Relaxed));
            }
        });
        let output = heyan(&["backup"]).arg(&backup).arg("--data").arg(&data).output().unwrap();
        stop.store(true, Ordering::Relaxed);
        output
    });
    assert!(said(&output).contains("whole"));
    let again = heyan(&["backup"]).arg(&backup).arg("--data").arg(&data).output().unwrap();
    assert!(refused(&again).contains("is there already"), "no backup is written over");
    let all = filings(server.address);
    drop(server);

    std::fs::rename(&data, &lost).unwrap();
    let restore = |data: &Path, keys: &Path, more: &[&str]| {
        let mut command = heyan(&["restore"]);
        command.arg(&backup).arg("--data").arg(data).arg("--keys").arg(keys).args(more).output().unwrap()
    };
    let others = place.path().join("others.toml");
    assert!(heyan(&["keys", "init", "--keys"]).arg(&others).output().unwrap().status.success());
    assert!(
        refused(&restore(&data, &others, &["--sandbox"])).contains("does not hold the keys of this data")
    );
    assert!(refused(&restore(&data, &keys, &[])).contains("sandbox and production data never mix"));
    assert!(refused(&restore(&lost, &keys, &["--sandbox"])).contains("is left as it is"));
    let restored = said(&restore(&data, &keys, &["--sandbox"]));
    assert!(restored.contains("filings") && restored.contains("head"), "{restored}");

    let server = serve(&data, &keys);
    let found = filings(server.address);
    assert!((5..=all).contains(&found), "{found} of {all}");
    file(server.address, 999);
    assert_eq!(filings(server.address), found + 1, "and it goes on");
}

#[test]
fn what_is_no_backup_is_refused_and_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let (file, data, keys) =
        (place.path().join("letter.txt"), place.path().join("data"), place.path().join("keys.toml"));
    std::fs::write(&file, "a letter of some length, which is no database at all ".repeat(100)).unwrap();
    assert!(heyan(&["keys", "init", "--keys"]).arg(&keys).output().unwrap().status.success());
    let mut command = heyan(&["restore"]);
    let output = command.arg(&file).arg("--data").arg(&data).arg("--keys").arg(&keys).output().unwrap();
    assert!(!refused(&output).is_empty());
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "nothing is left behind");
    let none = heyan(&["backup"]).arg(place.path().join("b.db")).arg("--data").arg(&data).output().unwrap();
    assert!(refused(&none).contains("there is no data"));
}
