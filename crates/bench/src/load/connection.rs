//! One keep-alive connection with one request under way.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::response::{Head, parse_head};

/// How much of an answer is kept; what is longer is read and dropped.
const KEPT_BYTES: usize = 32 << 10;

/// A connection and the answer that it has read last.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Box<[u8]>,
    head: Option<Head>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub(super) async fn open(address: SocketAddr) -> Result<Connection> {
        let stream =
            TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: vec![0; KEPT_BYTES].into_boxed_slice(), head: None })
    }

    /// Sends a request, waits for the whole answer, and gives its status.
    ///
    /// # Errors
    ///
    /// When the connection ends before the answer does, or the answer is not HTTP.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await.context("cannot send a request")?;
        let mut filled = 0;
        let head = loop {
            filled += self.read(filled).await?;
            if let Some(head) = parse_head(&self.buffer[..filled])? {
                break head;
            }
            ensure!(filled < self.buffer.len(), "the head of the response is too long");
        };
        let mut missing = (head.bytes + head.body_bytes)
            .checked_sub(filled)
            .context("the server sent more than one response")?;
        while missing != 0 {
            // What fits is kept; the rest of a long answer is written over and over at the buffer's end.
            let at = if filled < self.buffer.len() { filled } else { self.buffer.len() / 2 };
            let read = self.read(at).await?;
            filled = (filled + read).min(self.buffer.len());
            missing = missing.checked_sub(read).context("the server sent more than one response")?;
        }
        self.head = Some(head);
        Ok(head.status)
    }

    /// The body of the last answer, or the beginning of a long one.
    pub(super) fn last_answer(&self) -> String {
        let Some(head) = self.head else { return String::new() };
        let end = (head.bytes + head.body_bytes).min(self.buffer.len() / 2).max(head.bytes);
        String::from_utf8_lossy(&self.buffer[head.bytes..end]).into_owned()
    }

    async fn read(&mut self, at: usize) -> Result<usize> {
        let read = self.stream.read(&mut self.buffer[at..]).await.context("cannot read a response")?;
        ensure!(read != 0, "the server closed the connection in the middle of a response");
        Ok(read)
    }
}
