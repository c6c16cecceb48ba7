//! A plain HTTP client for preparing and checking: one request per connection, one at a time.
//!
//! It speaks HTTP/1.0, so that every answer ends with its connection, however long it is. Not for measuring load.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// How long a server may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(600);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, if the status tells of success.
    ///
    /// # Errors
    ///
    /// What the server says instead.
    pub(crate) fn json(&self) -> Result<Value> {
        let text = || String::from_utf8_lossy(&self.body);
        ensure!((200..300).contains(&self.status), "the server answered {}: {}", self.status, text());
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", text()))
    }
}

/// The bytes of a request whose answer leaves the connection open.
pub(crate) fn keep_alive(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    request("HTTP/1.1", method, target, headers, body)
}

/// Sends one request and reads the whole answer.
///
/// # Errors
///
/// When nobody answers, or not in HTTP. An answer that tells of failure is no error.
pub(crate) fn call(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    let mut answer = Answer { status: 0, body: Vec::new() };
    answer.status = stream(address, method, target, headers, body, &mut |part| answer.body.extend(part))?;
    Ok(answer)
}

/// Sends one request and hands out the body of the answer as it comes; gives the status.
///
/// # Errors
///
/// As [`call`].
pub(crate) fn stream(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    part: &mut dyn FnMut(&[u8]),
) -> Result<u16> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("cannot connect to {address}"))?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.write_all(&request("HTTP/1.0", method, target, headers, body)).context("cannot send a request")?;
    let mut head = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    let end = loop {
        let read = stream.read(&mut buffer).context("cannot read a response")?;
        ensure!(read != 0, "the server closed the connection before it answered");
        head.extend_from_slice(&buffer[..read]);
        if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    part(&head[end + 4..]);
    loop {
        match stream.read(&mut buffer).context("cannot read a response")? {
            0 => return status(&head[..end]),
            read => part(&buffer[..read]),
        }
    }
}

fn request(version: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {target} {version}\r\nHost: localhost\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !body.is_empty() {
        let head = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        bytes.extend_from_slice(head.as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

fn status(head: &[u8]) -> Result<u16> {
    let text = String::from_utf8_lossy(head);
    let word = text.split(' ').nth(1).context("not an HTTP response")?;
    word.trim().parse().with_context(|| format!("not an HTTP status: {word}"))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_request_says_how_long_it_is() {
        let text = keep_alive("POST", "/v1/x", &[("A", "b")], b"{}");
        let expected = "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nA: b\r\n\
                        Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn an_answer_goes_on_to_the_end_of_its_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1_024]).unwrap();
            for piece in ["HTTP/1.0 201 Cre", "ated\r\nA: b\r\n\r\n{\"a\"", ": 7}"] {
                stream.write_all(piece.as_bytes()).unwrap();
                stream.flush().unwrap();
            }
        });
        let answer = call(address, "GET", "/", &[], b"").unwrap();
        server.join().unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.json().unwrap()["a"], 7);
    }

    #[test]
    fn a_failure_is_told_in_the_words_of_the_server() {
        let answer = Answer { status: 409, body: b"insufficient_stock".to_vec() };
        assert_eq!(answer.json().unwrap_err().to_string(), "the server answered 409: insufficient_stock");
    }
}
