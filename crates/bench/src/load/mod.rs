//! The load generator: keep-alive HTTP/1.1 in a closed loop over many connections.
//!
//! It shares the machine with the server that it measures, so it does as little as it can: requests are bytes that
//! were built before, of a response only the status line and `Content-Length` are read, and one thread does it all.
//! What is sent is decided by a [`Requests`]; what the figures mean is decided elsewhere.

mod connection;
mod latency;
mod outcome;
mod response;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::LocalSet;

use crate::process::Usage;
use connection::Connection;
pub(crate) use latency::Latency;
pub(crate) use outcome::Outcome;
use outcome::{Busy, Tally};

/// What one connection sends, one request after the other.
pub(crate) trait Requests {
    /// The bytes of the next request, head and body; `None` when there are no more.
    fn next(&mut self) -> Option<&[u8]>;
}

/// How a load is put on a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// The server's process id, to see how busy it is.
    pub(crate) pid: u32,
    /// How many requests are under way at any time, each on a connection of its own.
    pub(crate) connections: usize,
    /// How long responses are not counted at the beginning.
    pub(crate) warm_up: Duration,
    /// When to stop, unless the requests end before: so long after the warm-up.
    pub(crate) duration: Duration,
}

/// A load that ends with its requests has at most this time.
const FINITE_MAX: Duration = Duration::from_secs(3_600);

impl Load {
    /// A load without warm-up that goes on to the last request.
    pub(crate) fn to_the_end(address: SocketAddr, pid: u32, connections: usize) -> Load {
        Load { address, pid, connections, warm_up: Duration::ZERO, duration: FINITE_MAX }
    }

    /// Puts the load on the server; `requests` gives each connection, by its number, what it sends.
    ///
    /// # Errors
    ///
    /// When a connection fails or a response is not HTTP. A refusal is no error but counted: see [`Outcome::clean`].
    pub(crate) fn run<R: Requests + 'static>(&self, mut requests: impl FnMut(usize) -> R) -> Result<Outcome> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let sources: Vec<R> = (0..self.connections).map(&mut requests).collect();
        LocalSet::new().block_on(&runtime, self.drive(sources))
    }

    async fn drive<R: Requests + 'static>(&self, sources: Vec<R>) -> Result<Outcome> {
        let mut connections = Vec::with_capacity(sources.len());
        for _ in &sources {
            connections.push(Connection::open(self.address).await?);
        }
        let usages = || anyhow::Ok((Usage::of_this_process()?, Usage::of(self.pid)?));
        let (start, (own, servers)) = (Instant::now(), usages()?);
        let begin = start + self.warm_up;
        let tally = Rc::new(RefCell::new(Tally::between(begin, begin + self.duration)));
        let loops = connections.into_iter().zip(sources).map(|(connection, source)| {
            tokio::task::spawn_local(closed_loop(connection, source, Rc::clone(&tally)))
        });
        for running in loops.collect::<Vec<_>>() {
            running.await.context("a connection's task ended")??;
        }
        let (own_now, servers_now) = usages()?;
        let busy = Busy {
            generator: own_now.since(own).as_secs_f64() / start.elapsed().as_secs_f64(),
            server: servers_now.since(servers).as_secs_f64() / start.elapsed().as_secs_f64(),
        };
        let tally = Rc::into_inner(tally).context("a connection still counts")?.into_inner();
        Ok(tally.close(Instant::now(), busy))
    }
}

/// One connection: sends, waits for the answer, counts it, and sends the next.
async fn closed_loop(
    mut connection: Connection,
    mut requests: impl Requests,
    tally: Rc<RefCell<Tally>>,
) -> Result<()> {
    let mut sent = Instant::now();
    while let Some(request) = requests.next() {
        let status = connection.exchange(request).await?;
        let answered = Instant::now();
        let mut tally = tally.borrow_mut();
        if !tally.count(sent, answered) {
            break;
        }
        if !(200..300).contains(&status) {
            tally.refuse(status, || connection.last_answer());
        }
        sent = answered;
    }
    Ok(())
}
