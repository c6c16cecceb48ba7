//! The connection to the server: how it is, how fast, and whether anything may be asked of it.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use acopio_ledger::names::NodeName;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions, Event, jetstream, rustls};
use futures_util::StreamExt;
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};

use super::admission::until_admitted;
use super::credentials::Credentials;
use super::log::Tail;
use super::{majority, wire};
use crate::{FabricError, Link};

/// How long any request may take before its outcome is in doubt.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How long one attempt to connect may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often it is measured how long a message there and back takes.
const PULSE: Duration = Duration::from_secs(2);

/// How often the client asks the server whether it is still there; the third question in vain ends the connection.
const PING_INTERVAL: Duration = Duration::from_secs(2);

/// How many messages may wait to be written. More make callers wait.
const WAITING_MAX: usize = 1_024;

/// What is older loses streams when it is killed, or does not know what is asked of it.
const OLDEST_SERVER: (i64, i64, i64) = (2, 12, 8);

/// Where the hub is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Addresses of its servers, as `nats://host:4222`, or `tls://host:4222`.
    pub urls: Vec<String>,
    /// A file of certificates to trust beside those of the system.
    pub ca: Option<PathBuf>,
}

impl Address {
    /// The hub at these addresses, separated by commas, with a certificate that the system trusts, if any.
    pub fn at(urls: &str) -> Address {
        Address { urls: urls.split(',').map(|url| url.trim().to_owned()).collect(), ca: None }
    }
}

/// What all parts of a fabric share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) node: NodeName,
    pub(super) client: Client,
    pub(super) jetstream: jetstream::Context,
    /// How many servers keep a copy of each stream, as the hub said when the node joined.
    replicas: usize,
    pub(super) state: Arc<State>,
    /// Where this node's own log ends there, as far as it is known.
    pub(super) tail: Mutex<Option<Tail>>,
    /// The sequence of the last fence that this node has read: it publishes behind that.
    pub(super) passed: AtomicU64,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) link: watch::Sender<Link>,
    /// How often it was connected: whoever listens begins again then.
    pub(super) connections: watch::Sender<u64>,
}

impl State {
    fn hear(&self, event: &Event) {
        match event {
            Event::Connected => {
                self.link.send_modify(|link| link.connected = true);
                self.connections.send_modify(|count| *count += 1);
            }
            Event::Disconnected | Event::Closed => self.link.send_modify(|link| {
                link.connected = false;
                link.round_trip = None;
            }),
            Event::ServerError(_) | Event::ClientError(_) => self.failed(event.to_string()),
            Event::LameDuckMode | Event::Draining | Event::SlowConsumer(_) => {
                tracing::warn!(%event, "the hub");
            }
        }
    }

    fn failed(&self, error: String) {
        tracing::debug!(error, "the hub");
        self.link.send_modify(|link| link.last_error = Some(error));
    }
}

impl Shared {
    /// Connects. A hub that cannot be reached is tried again for ever; one that refuses is an error.
    pub(super) async fn connect(
        address: &Address,
        credentials: &Credentials,
    ) -> Result<Arc<Shared>, FabricError> {
        let link = watch::Sender::new(Link::default());
        let state = Arc::new(State { link, connections: watch::Sender::new(0) });
        let options = || {
            let state = Arc::clone(&state);
            let options = options(address, &credentials.seed, &wire::inbox_prefix(&credentials.node));
            options.name(&credentials.node).event_callback(move |event| {
                state.hear(&event);
                async {}
            })
        };
        let client = match options().connect(&address.urls).await {
            Ok(client) => client,
            Err(error) => {
                let mut error = why(&error);
                if matches!(error, FabricError::Refused { .. }) && 1 < address.urls.len() {
                    // One of several servers may not know yet what the others know.
                    let admitted = until_admitted(address, credentials).await;
                    error = admitted.err().unwrap_or_else(|| in_doubt("one of its servers was away"));
                }
                if matches!(error, FabricError::Refused { .. }) {
                    return Err(error);
                }
                state.failed(error.to_string());
                let endless = options().retry_on_initial_connect().connect(&address.urls);
                endless.await.map_err(|error| FabricError::Refused { reason: error.to_string() })?
            }
        };
        let jetstream = ContextBuilder::new().timeout(REQUEST_TIMEOUT).ack_timeout(REQUEST_TIMEOUT);
        let shared = Arc::new(Shared {
            node: credentials.node.clone(),
            jetstream: jetstream.build(client.clone()),
            client,
            replicas: credentials.replicas,
            state,
            tail: Mutex::new(None),
            passed: AtomicU64::new(0),
        });
        tokio::spawn(pulse(Arc::downgrade(&shared)));
        if 1 < address.urls.len() {
            tokio::spawn(majority::watch(Arc::downgrade(&shared)));
        }
        if shared.client.connection_state() == async_nats::connection::State::Connected {
            // The event may be on its way still.
            shared.state.link.send_modify(|link| link.connected = true);
            shared.ready()?;
        }
        Ok(shared)
    }

    /// How many servers keep a copy of each stream, as the hub is now: it may have grown since the node joined.
    pub(super) fn replicas(&self) -> usize {
        let info = self.client.server_info();
        if info.version.is_empty() { self.replicas } else { super::hub::replicas(info.cluster.is_some()) }
    }

    /// Whether anything may be asked now. The client would keep what is published meanwhile and send it later.
    pub(super) fn ready(&self) -> Result<(), FabricError> {
        if !self.state.link.borrow().connected {
            return Err(in_doubt("not connected"));
        }
        let (major, minor, patch) = OLDEST_SERVER;
        if self.client.is_server_compatible(major, minor, patch) {
            return Ok(());
        }
        let version = self.client.server_info().version;
        let reason =
            format!("the hub's nats-server is {version}, at least {major}.{minor}.{patch} is needed");
        Err(FabricError::Refused { reason })
    }

    /// Sends a message to itself. What was asked of the server before has then been taken.
    pub(super) async fn round_trip(&self) -> Result<Duration, FabricError> {
        self.ready()?;
        let start = Instant::now();
        let inbox = self.client.new_inbox();
        let there_and_back = async {
            let mut subscriber = self.client.subscribe(inbox.clone()).await.map_err(in_doubt)?;
            self.client.publish(inbox, bytes::Bytes::new()).await.map_err(in_doubt)?;
            subscriber.next().await.ok_or_else(|| in_doubt("the connection was closed"))
        };
        timeout(REQUEST_TIMEOUT, there_and_back).await.map_err(|_| in_doubt("no answer"))??;
        Ok(start.elapsed())
    }
}

/// What may have happened or not.
pub(super) fn in_doubt(reason: impl ToString) -> FabricError {
    FabricError::InDoubt { reason: reason.to_string() }
}

/// Why a connection cannot be made, and whether it may be tried again.
pub(super) fn why(error: &ConnectError) -> FabricError {
    use ConnectErrorKind as Kind;
    if let Some(reason) = mistrust(error) {
        return FabricError::Untrusted { reason };
    }
    match error.kind() {
        Kind::AuthorizationViolation | Kind::Authentication | Kind::ServerParse => {
            FabricError::Refused { reason: error.to_string() }
        }
        _ => in_doubt(error),
    }
}

/// What is wrong with the server's certificate; nothing when the connection failed for another reason.
fn mistrust(error: &ConnectError) -> Option<String> {
    let io = error.source()?.downcast_ref::<io::Error>()?;
    match io.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(cause) => Some(format!("{cause:?}")),
        _ => None,
    }
}

/// What all connections have in common.
pub(super) fn options(address: &Address, seed: &str, inbox_prefix: &str) -> ConnectOptions {
    let options = ConnectOptions::with_nkey(seed.to_owned())
        .custom_inbox_prefix(inbox_prefix)
        .connection_timeout(CONNECT_TIMEOUT)
        .request_timeout(Some(REQUEST_TIMEOUT))
        .ping_interval(PING_INTERVAL)
        .client_capacity(WAITING_MAX)
        // Addresses that the servers know of each other need not be reachable from here.
        .ignore_discovered_servers()
        .reconnect_delay_callback(|attempts| {
            let rising = Duration::from_millis(50).saturating_mul(attempts.min(20) as u32);
            rising + chance(rising)
        });
    match &address.ca {
        Some(file) => options.add_root_certificates(file.clone()).require_tls(true),
        None => options,
    }
}

/// A time up to `most`, so that nodes that lost their hub together do not come back together.
fn chance(most: Duration) -> Duration {
    let drawn = getrandom::u32().unwrap_or_default() % 1_000;
    most * drawn / 1_000
}

async fn pulse(shared: Weak<Shared>) {
    loop {
        {
            let Some(shared) = shared.upgrade() else { return };
            match shared.round_trip().await {
                Ok(taken) => shared.state.link.send_modify(|link| link.round_trip = Some(taken)),
                Err(FabricError::InDoubt { .. }) if !shared.state.link.borrow().connected => {}
                Err(error) => shared.state.failed(error.to_string()),
            }
        }
        sleep(PULSE).await;
    }
}
