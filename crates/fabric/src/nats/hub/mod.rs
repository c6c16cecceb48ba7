//! A hub: one nats-server as a supervised child, and the desk where nodes join.

mod config;
mod registry;
mod server;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use acopio_ledger::names::NodeName;
use async_nats::Client;
use futures_util::StreamExt;
use nkeys::KeyPair;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use self::registry::Registry;
use super::connection::{Address, options as connect_options};
use super::credentials::{key_in, write_secret};
use super::join::{Answer, JOIN_SUBJECT, READMIT_SUBJECT, Request};

/// What is asked at the desk.
const DESK_SUBJECTS: &str = "join.*";

/// How long a server may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How a hub is run.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// Its folder: keys, the list of nodes, and what the server keeps.
    pub data: PathBuf,
    /// Where it listens, as `0.0.0.0:4222`. Port 0 takes any that is free.
    pub listen: String,
    /// The program `nats-server`.
    pub server: PathBuf,
    /// Certificate and key: then nodes connect with TLS alone.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Certificates that the hub itself trusts beside those of the system, when it connects to its own server.
    pub ca: Option<PathBuf>,
}

/// A hub that runs.
#[derive(Debug)]
pub struct Hub {
    address: Address,
    stop: oneshot::Sender<()>,
    process: watch::Receiver<Option<u32>>,
    supervisor: JoinHandle<()>,
    desk: JoinHandle<()>,
}

impl Hub {
    /// Starts the server and opens the desk. The token that opens joining lies in `join-token` in the folder.
    ///
    /// # Errors
    ///
    /// The folder cannot be used, the program is missing or too old, or it does not come up.
    pub async fn start(options: HubOptions) -> io::Result<Hub> {
        server::check_version(&options.server).await?;
        std::fs::create_dir_all(options.data.join("run"))?;
        let data = options.data.canonicalize()?;
        let options = HubOptions { data, ..options };
        let mut desk = Desk {
            admin: key_in(&options.data.join("admin-key"))?,
            join: key_in(&options.data.join("join-token"))?,
            registry: Registry::load(&options.data.join("nodes.json"))?,
            listen: match options.listen.strip_suffix(":0") {
                Some(host) => format!("{host}:-1"),
                None => options.listen.clone(),
            },
            options,
        };
        let config = desk.write_config()?;
        let child = server::start(&desk.options.server, &config)?;
        let id =
            child.id().ok_or_else(|| io::Error::other("nats-server ended at once: see nats-server.log"))?;
        let port = desk.wait_for_port(id).await?;
        let host = desk.listen.rsplit_once(':').map_or("0.0.0.0", |(host, _)| host).to_owned();
        desk.listen = format!("{host}:{port}");
        desk.write_config()?;
        let (started, process) = watch::channel(Some(id));
        let (stop, stopped) = oneshot::channel();
        let program = desk.options.server.clone();
        let supervisor = tokio::spawn(server::supervise(child, program, config, started, stopped));
        let address = desk.address(&host, port);
        let client = desk.connect(&address).await?;
        let requests = client.subscribe(DESK_SUBJECTS).await.map_err(io::Error::other)?;
        let desk = tokio::spawn(desk.serve(client, requests, process.clone()));
        Ok(Hub { address, stop, process, supervisor, desk })
    }

    /// Where nodes on this machine find it.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The server's process id, while it runs.
    pub fn process(&self) -> Option<u32> {
        *self.process.borrow()
    }

    /// Ends it. What it keeps stays.
    pub async fn stop(self) {
        self.desk.abort();
        let _ = self.stop.send(());
        let _ = self.supervisor.await;
    }
}

struct Desk {
    options: HubOptions,
    listen: String,
    admin: KeyPair,
    join: KeyPair,
    registry: Registry,
}

impl Desk {
    fn write_config(&self) -> io::Result<PathBuf> {
        let file = self.options.data.join("nats-server.conf");
        let (admin, join) = (self.admin.public_key(), self.join.public_key());
        let text = config::configuration(&self.options, &self.listen, &admin, &join, &self.registry);
        write_secret(&file, text.as_bytes())?;
        Ok(file)
    }

    async fn wait_for_port(&self, id: u32) -> io::Result<u16> {
        let folder = self.options.data.join("run");
        let known = async {
            loop {
                if let Some(port) = server::port(&folder, id) {
                    return port;
                }
                sleep(Duration::from_millis(10)).await;
            }
        };
        let late = |_| io::Error::other("nats-server does not come up: see nats-server.log");
        timeout(START_TIMEOUT, known).await.map_err(late)
    }

    fn address(&self, host: &str, port: u16) -> Address {
        let host = if ["0.0.0.0", "[::]", ""].contains(&host) { "localhost" } else { host };
        let scheme = if self.options.tls.is_some() { "tls" } else { "nats" };
        Address { urls: vec![format!("{scheme}://{host}:{port}")], ca: self.options.ca.clone() }
    }

    async fn connect(&self, address: &Address) -> io::Result<Client> {
        let seed = self.admin.seed().map_err(io::Error::other)?;
        let connected = async {
            loop {
                match connect_options(address, &seed, "_INBOX_hub").name("hub").connect(&address.urls).await {
                    Ok(client) => return client,
                    Err(error) => tracing::debug!(%error, "the server is not ready"),
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        let late = |_| io::Error::other("nats-server does not answer: see nats-server.log");
        timeout(START_TIMEOUT, connected).await.map_err(late)
    }

    async fn serve(
        mut self,
        client: Client,
        mut requests: async_nats::Subscriber,
        process: watch::Receiver<Option<u32>>,
    ) {
        while let Some(message) = requests.next().await {
            let Some(reply) = message.reply else { continue };
            let id = *process.borrow();
            let unreadable =
                |error| Answer::Refused { reason: format!("the request cannot be read: {error}") };
            let answer = match message.subject.as_str() {
                JOIN_SUBJECT => match serde_json::from_slice::<Request>(&message.payload) {
                    Ok(request) => self.admit(&request, id).await,
                    Err(error) => unreadable(error),
                },
                READMIT_SUBJECT => match serde_json::from_slice::<NodeName>(&message.payload) {
                    Ok(node) => self.readmit(&node),
                    Err(error) => unreadable(error),
                },
                other => Answer::Refused { reason: format!("nobody answers {other}") },
            };
            let bytes = serde_json::to_vec(&answer).expect("an answer has nothing that JSON lacks");
            if let Err(error) = client.publish(reply, bytes.into()).await {
                tracing::warn!(%error, "a node does not hear whether it joined");
            }
        }
    }

    /// Notes that a node may come in with another key.
    fn readmit(&mut self, node: &NodeName) -> Answer {
        let mut registry = self.registry.clone();
        let answer = registry.readmit(node);
        if let Err(error) = registry.save(&self.options.data.join("nodes.json")) {
            return Answer::Refused { reason: format!("the hub cannot note it: {error}") };
        }
        self.registry = registry;
        tracing::info!(%node, "the node may come in with another key");
        answer
    }

    async fn admit(&mut self, request: &Request, process: Option<u32>) -> Answer {
        let mut registry = self.registry.clone();
        let mut fresh = [0; 16];
        if let Err(error) = getrandom::fill(&mut fresh) {
            return Answer::Refused { reason: error.to_string() };
        }
        let answer = registry.admit(request, fresh);
        if let Answer::Refused { reason } = &answer {
            tracing::warn!(node = %request.node, reason, "a node is refused");
        }
        if registry != self.registry {
            let kept = registry.save(&self.options.data.join("nodes.json"));
            self.registry = registry;
            if let Err(error) = kept.and_then(|()| self.write_config()) {
                return Answer::Refused { reason: format!("the hub cannot note the node: {error}") };
            }
            if let Some(id) = process {
                server::signal(id, "HUP").await;
            }
            tracing::info!(node = %request.node, "a node joined");
        }
        answer
    }
}
