//! A small HTTP/1.1 client: one connection, one request at a time, bodies of known length. The demo needs no more, and
//! what it proves should not rest on much.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::failure::Failure;

/// The longest answer that is read.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How long an answer may take; moving the clock carries out a lot.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open connection.
pub(super) struct Client(BufReader<TcpStream>);

/// A request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'r> {
    pub method: &'r str,
    pub path: &'r str,
    pub headers: &'r [(&'r str, &'r str)],
    pub body: Option<&'r Value>,
}

/// An answer.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reply {
    /// Status code.
    pub status: u16,
    /// The ETag, if it came with one.
    pub etag: Option<String>,
    /// The JSON body; null if there was none.
    pub body: Value,
}

impl Reply {
    /// A text in the body, or an empty one.
    pub fn text(&self, pointer: &str) -> &str {
        text(&self.body, pointer)
    }

    /// The answer, if its status is one of 2xx; else what the problem says.
    pub fn ok(self, what: &str) -> Result<Self, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let (code, detail) = (self.text("/code"), self.text("/detail"));
        let errors = self.body.get("errors").map(Value::to_string).unwrap_or_default();
        Err(Failure::plain(format!("{what}: answered {} {code} {detail} {errors}", self.status).trim().to_owned()))
    }
}

/// A text in a JSON value, or an empty one.
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The items of an array in a JSON value, or none.
pub(super) fn items<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A value of a query, with everything but letters and digits written as `%XX`.
pub(super) fn escape(value: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    value.bytes().map(byte).collect()
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Asks and waits for the answer.
    pub fn send(&mut self, request: &Request<'_>) -> Result<Reply, Failure> {
        let Request { method, path, headers, body } = request;
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh-CN\r\n");
        for (name, value) in *headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            head.push_str("Content-Type: application/json\r\n");
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        self.0.get_mut().write_all(head.as_bytes())?;
        self.answer()
    }

    fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(Failure::plain("the server closed the connection"));
        }
        Ok(line.trim_end().to_owned())
    }

    fn answer(&mut self) -> Result<Reply, Failure> {
        let status = self.line()?;
        let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let code = code.ok_or_else(|| Failure::plain(format!("no answer of HTTP: {status}")))?;
        let (mut length, mut etag) = (0, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "etag" => etag = Some(value.trim().to_owned()),
                "transfer-encoding" => return Err(Failure::plain("an answer came without its length")),
                _ => {}
            }
        }
        if length > MAX_BODY {
            return Err(Failure::plain(format!("an answer of {length} bytes is too long")));
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()))
        };
        Ok(Reply { status: code, etag, body })
    }
}
