//! Joining: a node makes a key of its own and asks the hub to let it in. The token opens nothing else.

use std::path::Path;
use std::time::Duration;

use acopio_ledger::names::NodeName;
use async_nats::{Client, ConnectErrorKind, RequestErrorKind};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use super::connection::{Address, in_doubt, options};
use super::credentials::{Credentials, key_in};
use super::wire;
use crate::FabricError;

/// Where nodes ask to be let in: with the token alone.
pub(super) const JOIN_SUBJECT: &str = "join.request";
/// Where nodes that are in ask that another one may come in anew.
pub(super) const READMIT_SUBJECT: &str = "join.again";

/// How long the hub may take to let in a node that it has welcomed.
const ADMISSION_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) node: NodeName,
    /// Its public key.
    pub(super) key: String,
    /// Its company, when it has one already.
    pub(super) company: Option<[u8; 16]>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Welcome(Welcome),
    /// The node may come in anew.
    Noted,
    Refused {
        reason: String,
    },
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Welcome {
    pub(super) company: [u8; 16],
    pub(super) is_founder: bool,
    /// Whether a node of that name was here before, with another key.
    #[serde(default)]
    pub(super) is_replacement: bool,
    pub(super) replicas: usize,
}

/// Joins a hub and keeps what was told in `keys_file`. The same node may ask again, as after an answer that was lost.
///
/// # Errors
///
/// [`FabricError::Refused`] when the token is wrong, the name is another node's, or the hub serves another company;
/// [`FabricError::InDoubt`] when the hub cannot be reached.
pub async fn join(
    address: &Address,
    token: &str,
    node: &NodeName,
    company: Option<[u8; 16]>,
    keys_file: &Path,
) -> Result<Credentials, FabricError> {
    let unkept = |error: std::io::Error| FabricError::Refused {
        reason: format!("the node's key cannot be kept in {}: {error}", keys_file.display()),
    };
    let key = key_in(&keys_file.with_extension("seed")).map_err(unkept)?;
    let seed = key.seed().map_err(|error| unkept(std::io::Error::other(error.to_string())))?;
    let request = Request { node: node.clone(), key: key.public_key(), company };
    let Welcome { company, is_founder, is_replacement, replicas } = ask(address, token, &request).await?;
    let credentials = Credentials { node: node.clone(), company, is_founder, is_replacement, replicas, seed };
    until_admitted(address, &credentials).await?;
    credentials.save(keys_file).map_err(unkept)?;
    Ok(credentials)
}

async fn ask(address: &Address, token: &str, request: &Request) -> Result<Welcome, FabricError> {
    let refused = |reason: String| FabricError::Refused { reason };
    if nkeys::KeyPair::from_seed(token.trim()).is_err() {
        return Err(refused("this is not a join token".into()));
    }
    let inbox = format!("_INBOX_join.{}", request.key);
    let connected = options(address, token.trim(), &inbox).connect(&address.urls).await;
    let client = connected.map_err(|error| match error.kind() {
        ConnectErrorKind::AuthorizationViolation => refused("the join token is not that hub's".into()),
        ConnectErrorKind::Authentication | ConnectErrorKind::ServerParse => refused(error.to_string()),
        _ => in_doubt(error),
    })?;
    let bytes = serde_json::to_vec(request).map_err(in_doubt)?;
    let answer = client.request(JOIN_SUBJECT, bytes.into()).await.map_err(|error| match error.kind() {
        RequestErrorKind::NoResponders => in_doubt("nobody answers at the hub's desk"),
        _ => in_doubt(error),
    })?;
    match serde_json::from_slice(&answer.payload).map_err(in_doubt)? {
        Answer::Welcome(welcome) => Ok(welcome),
        Answer::Noted => Err(in_doubt("the hub has answered something else")),
        Answer::Refused { reason } => Err(refused(reason)),
    }
}

/// Asks the hub to let a node in once more, with another key.
pub(super) async fn readmit(client: &Client, node: &NodeName) -> Result<(), FabricError> {
    let bytes = serde_json::to_vec(node).map_err(in_doubt)?;
    let answer = client.request(READMIT_SUBJECT, bytes.into()).await.map_err(in_doubt)?;
    match serde_json::from_slice(&answer.payload).map_err(in_doubt)? {
        Answer::Noted => Ok(()),
        Answer::Refused { reason } => Err(FabricError::Refused { reason }),
        Answer::Welcome(_) => Err(in_doubt("the hub has answered something else")),
    }
}

/// The server learns of a new node a moment after the desk.
async fn until_admitted(address: &Address, credentials: &Credentials) -> Result<(), FabricError> {
    let inbox = wire::inbox_prefix(&credentials.node);
    let admitted = async {
        while options(address, &credentials.seed, &inbox).connect(&address.urls).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(ADMISSION_TIMEOUT, admitted).await.map_err(|_| in_doubt("the hub has not let the node in yet"))
}
