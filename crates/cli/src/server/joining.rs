//! Joining the other nodes of a company at its hub.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use acopio_contract::Inventory;
use acopio_contract::query::{Status, ask};
use acopio_fabric::nats::{self, Address, Credentials};
use acopio_fabric::{Fabric, FabricError};
use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use acopio_node::{ClusterOptions, Fill, Node};
use anyhow::Context;

use super::duplicate;
use crate::failure::{Failure, Result};

/// The file in the data folder that keeps the node's own key for the hub.
const KEYS_FILE: &str = "hub-keys.json";

/// How long it waits before it asks again at a hub that does not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// Where and how to join.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Working with other nodes")]
pub(crate) struct JoinArgs {
    /// Join the company's other nodes at this hub, as nats://HOST:4222 or tls://HOST:4222; several with commas
    #[arg(long, value_name = "URL", env = "ACOPIO_JOIN")]
    join: Option<String>,
    /// File with the hub's join token, for the first start
    #[arg(long, value_name = "FILE", env = "ACOPIO_JOIN_TOKEN_FILE", requires = "join")]
    join_token_file: Option<PathBuf>,
    /// Certificates to trust in PEM, when the system does not know who signed the hub's
    #[arg(long, value_name = "FILE", env = "ACOPIO_JOIN_CA", requires = "join")]
    join_ca: Option<PathBuf>,
    /// When this node gets its own log back from others, do not wait for this one: it is gone for good
    #[arg(long, value_name = "NODE", value_parser = NodeName::new, requires = "join")]
    recover_without: Vec<NodeName>,
    /// Where people reach this node, as the others are told
    #[arg(long, value_name = "URL", env = "ACOPIO_PUBLIC_URL")]
    public_url: Option<String>,
}

/// A node that is connected with the hub, and not yet with the others.
pub(crate) struct Joining {
    fabric: Arc<dyn Fabric>,
    options: ClusterOptions,
    /// As it was given.
    urls: String,
    /// Its own log, or the end of it, is lost.
    is_lost: bool,
    /// Nothing is in its database.
    is_empty: bool,
}

/// The company that a node has joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joined {
    /// Its id.
    pub(crate) company: [u8; 16],
    /// It has got its own log back from the others, and must be started again in the next incarnation of that.
    pub(crate) is_recovered: bool,
}

impl JoinArgs {
    /// At a hub on this machine.
    pub(crate) fn at(hub: &Address, token_file: PathBuf, public_url: String) -> JoinArgs {
        JoinArgs {
            join: Some(hub.urls.join(",")),
            join_token_file: Some(token_file),
            join_ca: hub.ca.clone(),
            public_url: Some(public_url),
            recover_without: Vec::new(),
        }
    }

    /// Whether others are to be joined.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.join.is_some()
    }

    /// Connects with the hub, if that is asked for. `is_lost` says that the node's database was damaged, and is empty now.
    ///
    /// # Errors
    ///
    /// When the hub refuses, or the node belongs to another company.
    pub(crate) async fn connect(
        &self,
        node: &Arc<Node>,
        name: &NodeName,
        folder: &Path,
        is_lost: bool,
    ) -> Result<Option<Joining>> {
        let Some(urls) = &self.join else {
            if has_joined(folder) {
                tracing::warn!("this node has joined others before; without --join it works alone");
            }
            return Ok(None);
        };
        let address = Address { ca: self.join_ca.clone(), ..Address::at(urls) };
        let status = ask(&**node, Status).await.context("cannot read the company")?;
        let own = status.company;
        let keys_file = folder.join(KEYS_FILE);
        let was_here = keys_file.exists();
        let credentials = self.credentials(&address, name, own, &keys_file).await?;
        if own.is_some_and(|own| own != credentials.company) {
            return Err(Failure::new("this node belongs to another company than the hub's nodes")
                .hint("start it with an empty data folder to join, or at the hub of its own company"));
        }
        let fabric =
            nats::connect(&address, &credentials).await.map_err(|error| refused(&address, &error))?;
        let replicas = fabric.replicas();
        if replicas != credentials.replicas {
            let grown = Credentials { replicas, ..credentials.clone() };
            grown.save(&keys_file).with_context(|| format!("cannot write {}", keys_file.display()))?;
        }
        let has_no_log = node.watch().borrow().head == Seq(0);
        let is_lost = is_lost
            || has_no_log && (credentials.is_replacement || (was_here && has_written(&fabric, name).await));
        if is_lost {
            node.begin_recovery().await.context("cannot note that the node's log is to be got back")?;
        }
        let is_founder = credentials.is_founder && !is_lost;
        let options = ClusterOptions {
            company: credentials.company,
            is_founder,
            address: self.public_url.clone().unwrap_or_default(),
            recover_without: self.recover_without.clone(),
            duplicates: Some(duplicate::lent(folder)),
        };
        let is_empty = status.known.iter().all(|(_, seq)| seq == Seq(0));
        Ok(Some(Joining { fabric: Arc::new(fabric), options, urls: urls.clone(), is_lost, is_empty }))
    }

    /// The node's key for the hub: made and admitted at its first start, when the hub must be there.
    async fn credentials(
        &self,
        address: &Address,
        name: &NodeName,
        company: Option<[u8; 16]>,
        keys_file: &Path,
    ) -> Result<Credentials> {
        let reading = || format!("cannot read {}", keys_file.display());
        if let Some(credentials) = Credentials::load(keys_file).with_context(reading)? {
            return Ok(credentials);
        }
        let Some(token_file) = &self.join_token_file else {
            return Err(Failure::new("the first start of a node that joins needs the hub's token")
                .hint("name the file with --join-token-file; the hub has it as join-token in its folder"));
        };
        let token = std::fs::read_to_string(token_file);
        let token = token.with_context(|| format!("cannot read the join token {}", token_file.display()))?;
        loop {
            match nats::join(address, token.trim(), name, company, keys_file).await {
                Ok(credentials) => return Ok(credentials),
                Err(FabricError::InDoubt { reason }) => {
                    tracing::warn!(reason, "waiting for the hub: a node's first start needs it");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(refused(address, &error)),
            }
        }
    }
}

impl Joining {
    /// Gets a duplicate of another node's database, if that is of use to this node: answers whether there is one to be put in
    /// the place of the empty database.
    pub(crate) async fn get_duplicate(&self, node: &Node, name: &NodeName, folder: &Path) -> bool {
        let is_of_use = self.is_empty && !self.options.is_founder;
        is_of_use && duplicate::get(node, &*self.fabric, &self.options, (name, folder), self.is_lost).await
    }

    /// Joins the others, and waits until a new node has what the company has.
    ///
    /// # Errors
    ///
    /// When what the node has noted cannot be read.
    pub(crate) async fn join(self, node: &Node) -> Result<Joined> {
        let Joining { fabric, options, urls, .. } = self;
        let company = options.company;
        node.join(fabric, options).context("cannot read what the node has noted of others")?;
        let mut is_recovered = false;
        if let Some(mut fill) = node.fill() {
            let is_over = |fill: &Fill| fill.is_done() || *fill == Fill::Recovered;
            is_recovered = *fill.wait_for(is_over).await.context("the node has ended")? == Fill::Recovered;
        }
        if !is_recovered {
            tracing::info!(hub = urls, "the node works with the company's others");
        }
        Ok(Joined { company, is_recovered })
    }
}

/// Whether the node of this folder has joined others before.
pub(crate) fn has_joined(folder: &Path) -> bool {
    folder.join(KEYS_FILE).exists()
}

/// Whether the hub has a log of this node: then a node with an empty database has lost it.
async fn has_written(fabric: &dyn Fabric, name: &NodeName) -> bool {
    let log = LogId { node: name.clone(), incarnation: Incarnation(1) };
    loop {
        match fabric.extent(&log).await {
            Ok(extent) => return extent.last != Seq(0),
            Err(error) => tracing::warn!(%error, "waiting for the hub: a node's first start needs it"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn refused(address: &Address, error: &FabricError) -> Failure {
    let failure = Failure::new(format!("cannot join at {}: {error}", address.urls.join(",")));
    match error {
        FabricError::Untrusted { .. } => failure.hint(
            "name the certificate of the authority that signed the hub's with --join-ca; \
             the hub's must be valid for the name or address given to --join",
        ),
        _ => failure,
    }
}
