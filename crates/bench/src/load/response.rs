//! Reads as much of a response's head as a load generator has to know.

use anyhow::{Result, bail, ensure};

/// What the head of a response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The status code.
    pub(super) status: u16,
    /// How many bytes the head has, the empty line included.
    pub(super) bytes: usize,
    /// How many bytes follow it.
    pub(super) body_bytes: usize,
}

/// Reads a head at the start of `received`; `None` when it has not come to its end yet.
///
/// # Errors
///
/// When it is not HTTP/1.1, or does not say by `Content-Length` how long its body is although it has one.
pub(super) fn parse_head(received: &[u8]) -> Result<Option<Head>> {
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let mut lines = received[..end].split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let status = status(lines.next().unwrap_or_default())?;
    let mut length = None;
    for line in lines {
        if let Some(value) = field(line, b"content-length") {
            length = Some(number(value)?);
        }
        ensure!(field(line, b"transfer-encoding").is_none(), "the response comes in chunks");
    }
    let has_no_body = status == 204 || status == 304;
    let body_bytes = match length {
        Some(length) => length,
        None if has_no_body => 0,
        None => bail!("the response does not say how long it is"),
    };
    Ok(Some(Head { status, bytes: end + 4, body_bytes }))
}

fn status(line: &[u8]) -> Result<u16> {
    let Some(rest) = line.strip_prefix(b"HTTP/1.1 ") else {
        bail!("not an HTTP/1.1 response: {}", String::from_utf8_lossy(line));
    };
    let digits = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    Ok(u16::try_from(number(digits)?)?)
}

/// The value of a header line, if the line is of that name (given in lower case).
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let value = rest.strip_prefix(b":")?;
    found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

fn number(digits: &[u8]) -> Result<usize> {
    ensure!(digits.iter().all(u8::is_ascii_digit), "not a number: {}", String::from_utf8_lossy(digits));
    Ok(std::str::from_utf8(digits)?.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_whatever_the_case_of_its_names() {
        let text =
            b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nCONTENT-length:  12\r\n\r\n{\"a\":1}";
        let head = parse_head(text).unwrap();
        assert_eq!(head, Some(Head { status: 201, bytes: text.len() - 7, body_bytes: 12 }));
    }

    #[test]
    fn a_head_in_pieces_is_read_when_its_last_byte_is_there() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        for end in 0..text.len() {
            assert_eq!(parse_head(&text[..end]).unwrap(), None, "after {end} bytes");
        }
        assert_eq!(parse_head(text).unwrap().map(|head| head.bytes), Some(text.len()));
    }

    #[test]
    fn only_answers_that_never_have_a_body_may_leave_out_its_length() {
        let head = parse_head(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        assert_eq!(head.map(|head| head.body_bytes), Some(0));
        assert!(parse_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }

    #[test]
    fn what_is_not_http_is_refused() {
        assert!(parse_head(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
        assert!(parse_head(b"HTTP/1.1 OK\r\n\r\n").is_err());
        assert!(parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").is_err());
    }
}
