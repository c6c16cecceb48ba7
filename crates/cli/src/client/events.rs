//! `acopio events`: follows what happens at the server.
//!
//! Server-sent events: `id`, `event` and `data` lines, an empty line after each event. After a break the stream goes
//! on behind the last event that was seen.

use std::time::Duration;

use super::Client;
use super::output::{line, note};
use super::request::Request;
use crate::failure::{Failure, Result};

/// Before the next attempt when the connection broke.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);
/// So often in a row the server may be away.
const ATTEMPTS_MAX: u32 = 60;
/// An event that is longer is none of ours.
const EVENT_BYTES_MAX: usize = 16 << 20;

/// From where to follow.
#[derive(Debug, clap::Args)]
pub(crate) struct EventsArgs {
    /// Go on behind this event, as lon:1042,mad:77: how far each node's log was seen
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Event {
    name: String,
    data: String,
}

/// Puts events together from what arrives piece by piece.
#[derive(Debug, Default)]
struct Reader {
    pending: Vec<u8>,
    event: Event,
    /// The last event's id, kept over events that have none.
    last_id: Option<String>,
}

impl Client {
    /// Runs `acopio events`, until Ctrl-C.
    ///
    /// # Errors
    ///
    /// The server's refusal, or that it stays away.
    pub(crate) async fn events(&self, args: &EventsArgs) -> Result<()> {
        let mut reader = Reader { last_id: args.after.clone(), ..Reader::default() };
        let mut failed_attempts = 0;
        loop {
            let mut request = Request::get("v1/events");
            request.last_event_id = reader.last_id.clone();
            match self.server.open(&request).await {
                Ok(mut response) => {
                    failed_attempts = 0;
                    // A broken connection ends the stream as a closed one does: both are followed by another.
                    while let Ok(Some(chunk)) = response.chunk().await {
                        for event in reader.read(&chunk)? {
                            self.show_event(&event)?;
                        }
                    }
                }
                Err(failure) if failed_attempts == 0 && reader.last_id.is_none() => return Err(failure),
                Err(failure) if ATTEMPTS_MAX <= failed_attempts => return Err(failure),
                Err(_) => failed_attempts += 1,
            }
            note("the connection broke, trying again");
            reader.forget_half();
            tokio::time::sleep(RECONNECT_AFTER).await;
        }
    }

    fn show_event(&self, event: &Event) -> Result<()> {
        if self.output.json { line(&event.data) } else { line(&format!("{:<20} {}", event.name, event.data)) }
    }
}

impl Reader {
    /// Takes what has arrived, and answers with the events that are complete.
    fn read(&mut self, bytes: &[u8]) -> Result<Vec<Event>> {
        self.pending.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.pending.iter().position(|&byte| byte == b'\n') {
            let taken: Vec<u8> = self.pending.drain(..=end).collect();
            let text = String::from_utf8_lossy(&taken);
            events.extend(self.take_line(text.trim_end_matches(['\n', '\r'])));
        }
        if EVENT_BYTES_MAX < self.pending.len() + self.event.data.len() {
            return Err(Failure::new("the server sends no events: a line does not end"));
        }
        Ok(events)
    }

    fn take_line(&mut self, text: &str) -> Option<Event> {
        if text.is_empty() {
            let event = std::mem::take(&mut self.event);
            return (!event.data.is_empty()).then_some(event);
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.last_id = Some(value.to_owned()),
            "event" => self.event.name = value.to_owned(),
            "data" if self.event.data.is_empty() => self.event.data = value.to_owned(),
            "data" => {
                self.event.data.push('\n');
                self.event.data.push_str(value);
            }
            _ => {} // Comments keep the connection open; other fields are for browsers.
        }
        None
    }

    fn forget_half(&mut self) {
        self.pending.clear();
        self.event = Event::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_put_together_from_pieces() {
        let mut reader = Reader::default();
        let stream =
            b": hello\n\nid: main.1.7\nevent: movement\ndata: {\"a\":\ndata: 1}\n\nid: 8\ndata: x\r\n\r\nda";
        let mut events = Vec::new();
        for piece in stream.chunks(5) {
            events.extend(reader.read(piece).expect("events"));
        }
        let event = |name: &str, data: &str| Event { name: name.to_owned(), data: data.to_owned() };
        assert_eq!(events, [event("movement", "{\"a\":\n1}"), event("", "x")]);
        assert_eq!(reader.last_id.as_deref(), Some("8"));
        reader.forget_half();
        assert_eq!(reader.read(b"data: y\n\n").expect("events"), [event("", "y")]);
    }
}
