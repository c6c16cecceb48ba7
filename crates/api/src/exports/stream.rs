//! From a thread that writes to a response that is sent: a bounded channel of chunks between them.
//!
//! A slow reader makes the writer wait; a reader that has gone makes it stop.

use std::io::{self, Write};

use acopio_sheets::WriteError;
use axum::body::Body;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderName, HeaderValue};
use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

/// How large chunks are.
const CHUNK_BYTES: usize = 64 * 1024;
/// How many chunks may wait for the reader.
const CHUNKS_WAITING_MAX: usize = 4;

type Chunk = io::Result<Bytes>;

/// Writes into the body of a response.
pub(crate) struct BodyWriter {
    chunks: Sender<Chunk>,
    buffer: Vec<u8>,
}

impl BodyWriter {
    /// A writer, and the body that gets what it writes.
    pub(super) fn new() -> (BodyWriter, Body) {
        let (chunks, receiver): (_, Receiver<Chunk>) = channel(CHUNKS_WAITING_MAX);
        let body = Body::from_stream(ReceiverStream::new(receiver).fuse());
        (BodyWriter { chunks, buffer: Vec::with_capacity(CHUNK_BYTES) }, body)
    }

    /// A second way into the body, by which it can be broken off.
    pub(super) fn chunks(&self) -> Sender<Chunk> {
        self.chunks.clone()
    }

    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK_BYTES));
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone");
        self.chunks.blocking_send(Ok(chunk.into())).map_err(gone)
    }
}

impl Write for BodyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == CHUNK_BYTES {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

/// Breaks a body off, so that half a file does not look like a whole one.
pub(super) fn break_off(chunks: &Sender<Chunk>, reason: &str) {
    // Nobody minds when the reader has gone.
    let _ = chunks.blocking_send(Err(io::Error::other(reason.to_owned())));
}

/// A body that a thread writes.
pub(crate) fn stream_csv(write: impl FnOnce(BodyWriter) -> Result<(), WriteError> + Send + 'static) -> Body {
    let (writer, body) = BodyWriter::new();
    let chunks = writer.chunks();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(writer) {
            break_off(&chunks, &error.to_string());
        }
    });
    body
}

/// The header by which a browser saves a file under a name of plain letters.
pub(crate) fn attachment(name: &str) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    (CONTENT_DISPOSITION, value.unwrap_or(HeaderValue::from_static("attachment")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_that_is_written_arrives() {
        let body = stream_csv(|mut output| {
            let line = [b'x'; 1_000];
            (0..300).try_for_each(|_| output.write_all(&line)).map_err(WriteError::Output)?;
            output.flush().map_err(WriteError::Output)
        });
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(bytes.len(), 300_000);
    }

    #[tokio::test]
    async fn a_failure_breaks_the_body_off() {
        let body = stream_csv(|mut output| {
            output.write_all(b"half").map_err(WriteError::Output)?;
            output.flush().map_err(WriteError::Output)?;
            Err(WriteError::Output(io::Error::other("no")))
        });
        assert!(axum::body::to_bytes(body, usize::MAX).await.is_err());
    }

    #[tokio::test]
    async fn a_writer_stops_when_the_reader_has_gone() {
        let (mut writer, body) = BodyWriter::new();
        drop(body);
        let written = tokio::task::spawn_blocking(move || {
            (0..1_000).try_for_each(|_| writer.write_all(&[0; CHUNK_BYTES]))
        });
        assert_eq!(written.await.unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
