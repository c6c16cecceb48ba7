//! A hub: one nats-server as a supervised child, and the desk where nodes join; or one of three that work as one.

mod common;
mod config;
mod desk;
mod error;
mod members;
mod registry;
mod secrets;
mod server;
mod shape;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::Client;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use self::desk::Desk;
pub use self::error::HubError;
pub use self::members::Membership;
pub(super) use self::members::replicas;
use self::registry::Registry;
use self::secrets::Secrets;
use super::connection::{Address, options as connect_options};
use super::credentials::write_secret;

/// How long a server may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Who may come in, in a hub's folder.
const NODES_FILE: &str = "nodes.json";

/// How a hub is run.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// Its folder: keys, the list of nodes, and what the server keeps.
    pub data: PathBuf,
    /// Where it listens, as `0.0.0.0:4222`. Port 0 takes any that is free.
    pub listen: String,
    /// The program `nats-server`.
    pub server: PathBuf,
    /// Certificate and key: then nodes connect with TLS alone, and servers to each other.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Certificates that the hub itself trusts beside those of the system, when it connects to its own server; the only
    /// ones that it trusts when the others of three connect to it.
    pub ca: Option<PathBuf>,
    /// Its place in a hub of three; nothing when it is alone.
    pub membership: Option<Membership>,
}

/// A hub that runs, or a member of one.
#[derive(Debug)]
pub struct Hub {
    address: Address,
    stop: oneshot::Sender<()>,
    process: watch::Receiver<Option<u32>>,
    supervisor: JoinHandle<()>,
    desk: JoinHandle<()>,
}

impl Hub {
    /// Starts the server and opens the desk. The token that opens joining lies in `join-token` in the folder. A member of
    /// three is there before the others are; it lets nobody new in until most of them are.
    ///
    /// # Errors
    ///
    /// The folder cannot be used or was filled in another shape, the program is missing or too old, or it does not come
    /// up.
    pub async fn start(options: HubOptions) -> Result<Hub, HubError> {
        server::check_version(&options.server).await?;
        std::fs::create_dir_all(options.data.join("run"))?;
        let data = options.data.canonicalize()?;
        let options = HubOptions { data, ..options };
        shape::hold(&options.data, options.membership.as_ref())?;
        let registry = Registry::load(&options.data.join(NODES_FILE))?;
        let mut site = Site {
            secrets: Secrets::load(&options.data, options.membership.as_ref())?,
            listen: match options.listen.strip_suffix(":0") {
                Some(host) => format!("{host}:-1"),
                None => options.listen.clone(),
            },
            options,
        };
        let config = site.write_config(&registry)?;
        let child = server::start(&site.options.server, &config)?;
        let id =
            child.id().ok_or_else(|| io::Error::other("nats-server ended at once: see nats-server.log"))?;
        let port = site.wait_for_port(id).await?;
        let host = site.listen.rsplit_once(':').map_or("0.0.0.0", |(host, _)| host).to_owned();
        site.listen = format!("{host}:{port}");
        site.write_config(&registry)?;
        let (started, process) = watch::channel(Some(id));
        let (stop, stopped) = oneshot::channel();
        let program = site.options.server.clone();
        let supervisor = tokio::spawn(server::supervise(child, program, config, started, stopped));
        let address = site.address(&host, port);
        let client = site.connect(&address).await?;
        let desk = Desk::open(site, registry, client, process.clone()).await?;
        let desk = tokio::spawn(desk.serve());
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

/// A server's folder, and how it is reached.
struct Site {
    options: HubOptions,
    listen: String,
    secrets: Secrets,
}

impl Site {
    fn write_config(&self, registry: &Registry) -> io::Result<PathBuf> {
        let file = self.options.data.join("nats-server.conf");
        let text = config::configuration(&self.options, &self.listen, &self.secrets, registry);
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
        let seed = self.secrets.admin.seed().map_err(io::Error::other)?;
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
}
