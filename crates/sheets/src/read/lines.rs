//! Feeds the CSV parser: every line ends in LF, the last one too, and no record is longer than memory allows.

use std::io::{self, BufRead, Read};

/// The most bytes of one record. A missing quote makes one record of the rest of the file.
pub(super) const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Turns CRLF into LF, so that line numbers can be counted from LF alone.
pub(super) struct Lines<R> {
    inner: R,
    /// A CR has been read, and what follows it is not known yet.
    holds_cr: bool,
    /// The last byte that was given out is no LF.
    line_is_open: bool,
    since_record: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(inner: R) -> Lines<R> {
        Lines { inner, holds_cr: false, line_is_open: false, since_record: 0 }
    }

    /// Says that a record has been read: the limit counts anew.
    pub(super) fn begin_record(&mut self) {
        self.since_record = 0;
    }

    /// Copies with line ends changed; how many bytes were used and how many written.
    fn convert(&mut self, input_limit: usize, out: &mut [u8]) -> io::Result<(usize, usize)> {
        let input = self.inner.fill_buf()?;
        let (mut used, mut written) = (0, 0);
        for &byte in input.iter().take(input_limit) {
            if self.holds_cr && byte != b'\n' {
                out[written] = b'\r';
                written += 1;
            }
            self.holds_cr = byte == b'\r';
            if !self.holds_cr {
                out[written] = byte;
                written += 1;
            }
            used += 1;
        }
        self.inner.consume(used);
        Ok((used, written))
    }

    /// The LF that the last line of the file may lack.
    fn end(&mut self, out: &mut [u8]) -> usize {
        if !self.line_is_open {
            return 0;
        }
        self.line_is_open = false;
        out[0] = b'\n';
        1
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        assert!(2 <= out.len(), "one byte of input can become two");
        if RECORD_BYTES_MAX < self.since_record {
            let message =
                format!("a row is longer than {RECORD_BYTES_MAX} bytes: is a closing quote missing?");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        loop {
            // One byte of input gives one of output, but for a CR that was held back.
            let (used, written) = self.convert(out.len() - 1, out)?;
            if used == 0 {
                return Ok(self.end(out));
            }
            if let Some(last) = written.checked_sub(1) {
                self.line_is_open = out[last] != b'\n';
                self.since_record += written;
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_in_lf() {
        let cases = [
            ("", ""),
            ("a\nb\n", "a\nb\n"),
            ("a\r\nb", "a\nb\n"),
            ("a\rb\r\r\n\r\n", "a\rb\r\n\n"),
            ("a\r", "a\n"),
            ("\r\n", "\n"),
        ];
        for (text, expected) in cases {
            for chunk in 1..5 {
                let input = io::BufReader::with_capacity(chunk, text.as_bytes());
                let mut lines = Lines::new(input);
                let (mut all, mut part) = (Vec::new(), [0; 2]);
                loop {
                    let count = lines.read(&mut part).unwrap();
                    all.extend_from_slice(&part[..count]);
                    if count == 0 {
                        break;
                    }
                }
                assert_eq!(String::from_utf8(all).unwrap(), expected, "{text:?} in chunks of {chunk}");
            }
        }
    }
}
