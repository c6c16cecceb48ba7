//! One running service: a node on its data folder behind an open port. `serve` and `demo` both are one.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use acopio_api::{Api, ApiConfig, credentials};
use acopio_contract::Inventory;
use acopio_ledger::names::NodeName;
use acopio_node::{Node, NodeConfig};
use acopio_store::Faults;
use anyhow::Context;

use super::folder::DataFolder;
use super::shutdown::Shutdown;
use super::{assemble, company, listen, secrets};
use crate::failure::Result;

/// How long requests in flight may take to finish when the service stops.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);

/// What a service is made of.
pub(crate) struct Setup {
    pub(crate) node: NodeName,
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) insecure_http: bool,
    pub(crate) faults: Faults,
}

/// A node that works; nobody is served yet.
pub(crate) struct Service {
    node: Arc<Node>,
    name: NodeName,
    folder: DataFolder,
    listener: TcpListener,
    shutdown: Shutdown,
}

impl Service {
    /// Opens port, folder and store, in this order: what is easily put right is found before anything is written.
    ///
    /// # Errors
    ///
    /// When one of them cannot be had.
    pub(crate) fn open(setup: Setup) -> Result<Service> {
        let shutdown = Shutdown::listen()?;
        let listener = listen::bind(setup.listen, setup.insecure_http)?;
        let folder = DataFolder::create(&setup.data)?;
        let store = assemble::store(folder.path(), &setup.node, setup.faults)?;
        let node = Node::start(store, NodeConfig::default()).context("cannot start the node")?;
        Ok(Service { node, name: setup.node, folder, listener, shutdown })
    }

    /// The node.
    pub(crate) fn inventory(&self) -> Arc<dyn Inventory> {
        self.node.clone()
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
        let Service { node, name, folder, listener, mut shutdown } = self;
        let signing_key = secrets::node_key(folder.path())?;
        company::publish_key(&*node, name.as_str(), credentials::public_key(&signing_key)).await?;
        let config = ApiConfig {
            node: name.clone(),
            signing_key,
            staging: folder.path().join("staging"),
            // Beyond this machine there is a proxy with TLS in front: see `listen`.
            https: !address.ip().is_loopback(),
        };
        let api = Api::new(node.clone(), config).context("cannot start the API")?;
        let listener = tokio::net::TcpListener::from_std(listener).context("cannot use the port")?;
        println!("acopio: node {name} ready on http://{address}");
        let stop = async move {
            shutdown.wished().await;
            tracing::info!("stopping: no new connections, finishing what is in flight");
        };
        acopio_api::serve(listener, api, stop, DRAIN_LIMIT).await.context("cannot serve")?;
        tokio::task::spawn_blocking(move || node.stop()).await.context("the writer has failed")?;
        tracing::info!("stopped");
        drop(folder);
        Ok(())
    }
}
