//! One running service: a node on its data folder behind an open port. `serve` and `demo` both are one.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use acopio_api::{Api, ApiConfig, Tls, credentials};
use acopio_contract::Inventory;
use acopio_ledger::ids::LogId;
use acopio_ledger::names::NodeName;
use acopio_node::{Clock, Node, NodeConfig};
use acopio_store::{Faults, Store, database_file};
use anyhow::Context;

use super::assemble::Opened;
use super::folder::DataFolder;
use super::joining::{JoinArgs, Joined};
use super::shutdown::Shutdown;
use super::{assemble, company, damage, duplicate, joining, listen, memory, secrets};
use crate::failure::{Failure, Result};

/// How long requests in flight may take to finish when the service stops.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);

/// What a service is made of.
pub(crate) struct Setup {
    pub(crate) node: NodeName,
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    /// The certificate, where the server is to speak HTTPS.
    pub(crate) tls: Option<Tls>,
    pub(crate) insecure_http: bool,
    pub(crate) faults: Faults,
    /// What it goes by.
    pub(crate) clock: Clock,
    /// Whether it works with other nodes, which have what a damaged database had.
    pub(crate) joins: bool,
}

/// A node that works; nobody is served yet.
pub(crate) struct Service {
    running: Running,
    listener: TcpListener,
    tls: Option<Tls>,
    shutdown: Shutdown,
    /// The database was damaged, and this one is empty in its place.
    is_lost: bool,
}

impl Service {
    /// Opens port, folder and store, in this order: what is easily put right is found before anything is written.
    ///
    /// # Errors
    ///
    /// When one of them cannot be had.
    pub(crate) fn open(setup: Setup) -> Result<Service> {
        let shutdown = Shutdown::listen()?;
        let listener = listen::bind(setup.listen, setup.tls.is_some() || setup.insecure_http)?;
        let folder = DataFolder::create(&setup.data)?;
        duplicate::forget(folder.path())?;
        let (store, is_lost) = open_store(&folder, &setup)?;
        let clock = setup.clock.clone();
        let node =
            Node::start(store, NodeConfig::default(), clock.clone()).context("cannot start the node")?;
        let Setup { node: name, tls, faults, .. } = setup;
        let running = Running { node, name, folder, faults, clock };
        Ok(Service { running, listener, tls, shutdown, is_lost })
    }

    /// The node.
    pub(crate) fn inventory(&self) -> Arc<dyn Inventory> {
        self.running.node.clone()
    }

    /// Joins other nodes, if that is asked for, and waits until this one has what they have; a wish to stop ends that.
    ///
    /// # Errors
    ///
    /// When they cannot be joined, or the wait was ended.
    pub(crate) async fn join(&mut self, joining: &JoinArgs) -> Result<Option<Joined>> {
        let joined = self.join_once(joining).await?;
        if !joined.is_some_and(|joined| joined.is_recovered) {
            return Ok(joined);
        }
        self.begin_again().await?;
        self.join_once(joining).await
    }

    async fn join_once(&mut self, args: &JoinArgs) -> Result<Option<Joined>> {
        let Service { running, shutdown, is_lost, .. } = self;
        let join = async {
            let (node, name, folder) = (&running.node, &running.name, running.folder.path());
            let Some(joining) = args.connect(node, name, folder, *is_lost).await? else { return Ok(None) };
            if joining.get_duplicate(node, name, folder).await {
                running.start_again(duplicate::put).await?;
            }
            joining.join(&running.node).await.map(Some)
        };
        tokio::select! {
            joined = join => joined,
            () = shutdown.wished() => Err(Failure::new("stopped before the node had joined")),
        }
    }

    /// Starts the node again, which has got its own log back, in the next incarnation of that log.
    async fn begin_again(&mut self) -> Result<()> {
        let begin = |folder: &Path| assemble::change(&database_file(folder), acopio_node::begin_again);
        let LogId { incarnation, .. } = self.running.start_again(begin).await?;
        self.is_lost = false;
        tracing::info!(%incarnation, "the node has its log back, and goes on in the next incarnation of it");
        Ok(())
    }

    /// Where it listens, with the port that was picked.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr().context("cannot tell the port")?)
    }

    /// Serves until somebody wishes it to stop, then finishes what is in flight and closes the store.
    ///
    /// # Errors
    ///
    /// When the API cannot be started, or the store cannot be closed.
    pub(crate) async fn run(self) -> Result<()> {
        let address = self.address()?;
        let Service { running: Running { node, name, folder, .. }, listener, tls, mut shutdown, .. } = self;
        let signing_key = secrets::node_key(folder.path())?;
        company::publish_key(&*node, name.as_str(), credentials::public_key(&signing_key)).await?;
        let config = ApiConfig {
            node: name.clone(),
            signing_key,
            staging: folder.path().join("staging"),
            // Without TLS of its own there is a proxy with it in front, beyond this machine: see `listen`.
            https: tls.is_some() || !address.ip().is_loopback(),
        };
        let api = Api::new(node.clone(), config).context("cannot start the API")?;
        let listener = tokio::net::TcpListener::from_std(listener).context("cannot use the port")?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        println!("acopio: node {name} ready on {scheme}://{address}");
        let (damaged, mut found) = tokio::sync::oneshot::channel();
        let watched = Arc::clone(&node);
        let stop = async move {
            tokio::select! {
                () = shutdown.wished() => {}
                reason = damage::met(&watched) => {
                    tracing::error!(reason, "the database is damaged");
                    // The other end outlives the serving.
                    let _: std::result::Result<(), _> = damaged.send(reason);
                }
            }
            tracing::info!("stopping: no new connections, finishing what is in flight");
        };
        let served = tokio::select! {
            served = acopio_api::serve(listener, tls, api, stop, DRAIN_LIMIT) => served,
            never = memory::give_back() => match never {},
        };
        served.context("cannot serve")?;
        tokio::task::spawn_blocking(move || node.stop()).await.context("the writer has failed")?;
        if let Ok(reason) = found.try_recv() {
            return Err(damage::mark(folder.path(), &reason));
        }
        tracing::info!("stopped");
        drop(folder);
        Ok(())
    }
}

/// A node and what it is started with.
struct Running {
    node: Arc<Node>,
    name: NodeName,
    folder: DataFolder,
    faults: Faults,
    clock: Clock,
}

impl Running {
    /// Starts the node again once something has been done to its folder; answers its log.
    async fn start_again(&mut self, work: impl FnOnce(&Path) -> Result<()>) -> Result<LogId> {
        let node = Arc::clone(&self.node);
        tokio::task::spawn_blocking(move || node.stop()).await.context("the writer has failed")?;
        work(self.folder.path())?;
        let store = assemble::store(self.folder.path(), &self.name, self.faults)?.sound()?;
        let log = store.identity();
        let started = Node::start(store, NodeConfig::default(), self.clock.clone());
        self.node = started.context("cannot start the node")?;
        Ok(log)
    }
}

/// Opens the node's store. One that is damaged is set aside where other nodes have what it had; then the one in its place
/// is empty.
fn open_store(folder: &DataFolder, setup: &Setup) -> Result<(Box<dyn Store>, bool)> {
    let open = || assemble::store(folder.path(), &setup.node, setup.faults);
    if !setup.joins || !joining::has_joined(folder.path()) {
        return Ok((open()?.sound()?, false));
    }
    let reason = match damage::marked(folder.path()) {
        Some(reason) => reason,
        None => match open()? {
            Opened::Sound(store) => return Ok((store, false)),
            Opened::Damaged { reason, .. } => reason,
        },
    };
    damage::set_aside(folder.path(), &reason)?;
    Ok((open()?.sound()?, true))
}
