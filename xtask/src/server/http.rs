//! Just enough of an HTTP client to see whether a server is ready and to log in. No TLS, no redirects.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Far more than a session needs; a server that sends without end must not fill the memory.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// A response without its headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Asks for a resource.
///
/// # Errors
///
/// The server cannot be reached, or answers with something that is not HTTP.
pub(super) fn get(address: SocketAddr, path: &str) -> Result<Answer> {
    exchange(address, &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n"))
}

/// Sends JSON to a resource.
///
/// # Errors
///
/// As for [`get`].
pub(super) fn post_json(address: SocketAddr, path: &str, json: &str) -> Result<Answer> {
    let length = json.len();
    exchange(
        address,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{json}"
        ),
    )
}

/// HTTP/1.0, because an answer then ends with its connection and never comes in chunks.
fn exchange(address: SocketAddr, request: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes)?;
    parse(&String::from_utf8_lossy(&bytes)).context("the server's answer is not HTTP")
}

fn parse(response: &str) -> Option<Answer> {
    let (head, body) = response.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_body_are_read() {
        let response = "HTTP/1.0 201 Created\r\ncontent-type: application/json\r\n\r\n{\"token\":\"t\"}";
        let answer = parse(response).expect("it is HTTP");
        assert_eq!(answer, Answer { status: 201, body: "{\"token\":\"t\"}".into() });
        assert_eq!(parse("HTTP/1.1 200\r\n\r\n").map(|answer| answer.status), Some(200));
    }

    #[test]
    fn what_is_not_http_is_refused() {
        assert_eq!(parse("SSH-2.0-OpenSSH\r\n\r\n"), None);
        assert_eq!(parse("HTTP/1.1 ok\r\n\r\n"), None);
        assert_eq!(parse(""), None);
    }
}
