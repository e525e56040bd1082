//! The smallest HTTP/1.1 client that can keep a connection busy: one request at a time, answers with `Content-Length`.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::failure::Failure;

/// More than any answer here has.
const MAX_ANSWER: usize = 256 * 1_024;

/// A kept-alive connection.
pub(super) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer.
pub(super) struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    pub(super) async fn open(to: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4_096) })
    }

    /// Sends a whole request and reads its whole answer.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let (status, start, end) = loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(Failure::plain("the server closed a connection in the middle of an answer"));
            }
            if let Some(head) = head(&self.received)? {
                break head;
            }
        };
        while self.received.len() < end {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(Failure::plain("the server closed a connection in the middle of an answer"));
            }
        }
        Ok(Answer { status, body: self.received.get(start..end).unwrap_or_default() })
    }
}

/// Status, begin and end of the body, once the head is there.
fn head(received: &[u8]) -> Result<Option<(u16, usize, usize)>, Failure> {
    let Some(blank) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        return if received.len() > MAX_ANSWER { Err(unreadable()) } else { Ok(None) };
    };
    let text = std::str::from_utf8(received.get(..blank).unwrap_or_default()).map_err(|_| unreadable())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok());
    match (status, length) {
        (Some(status), Some(length)) if length <= MAX_ANSWER => {
            let start = blank + 4;
            Ok(Some((status, start, start + length)))
        }
        _ => Err(unreadable()),
    }
}

fn unreadable() -> Failure {
    Failure::plain("the server gave an answer that the load generator cannot read")
}

/// Writes a request with a JSON body into a buffer, replacing what was there.
pub(super) fn write_request(buffer: &mut Vec<u8>, path: &str, headers: &str, body: &str) {
    buffer.clear();
    let length = body.len().to_string();
    for part in [
        "POST ",
        path,
        " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
        headers,
        "Content-Length: ",
        &length,
        "\r\n\r\n",
        body,
    ] {
        buffer.extend_from_slice(part.as_bytes());
    }
}

/// The number after `"validStatus":`, wherever it stands first.
pub(super) fn valid_status(body: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("\"validStatus\":")?;
    let digits = rest.trim_start().split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nx: y\r\n\r\n{1}";
        assert!(head(&whole[..20]).unwrap().is_none());
        let (status, start, end) = head(whole).unwrap().unwrap();
        assert_eq!((status, &whole[start..end]), (200, b"{1}".as_slice()));
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn the_status_is_found() {
        assert_eq!(valid_status(br#"{"params":{"validStatus": 31,"validFlag":true}}"#), Some(31));
        assert_eq!(valid_status(b"{}"), None);
    }
}
