//! Joining: a node makes a key of its own and asks the hub to let it in. The token opens nothing else.

use std::path::Path;

use acopio_ledger::names::NodeName;
use async_nats::{Client, ConnectErrorKind, RequestErrorKind};
use serde::{Deserialize, Serialize};

use super::admission::until_admitted;
use super::connection::{Address, in_doubt, options, why};
use super::credentials::{Credentials, key_in};
use crate::FabricError;

/// Where nodes ask to be let in: with the token alone.
pub(super) const JOIN_SUBJECT: &str = "join.request";
/// Where nodes that are in ask that another one may come in anew.
pub(super) const READMIT_SUBJECT: &str = "join.again";
/// Where nodes that are in say that another one has left for good.
pub(super) const EXPEL_SUBJECT: &str = "join.left";

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
    /// What was asked about a node is noted.
    Noted,
    Refused {
        reason: String,
    },
    /// The servers cannot agree on anything now: the same may be asked again.
    Later {
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
/// [`FabricError::Untrusted`] when its certificate is; [`FabricError::InDoubt`] when the hub cannot be reached.
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
    let late = |error| in_doubt(format!("the hub has not let the node in yet: {error}"));
    until_admitted(address, &credentials).await.map_err(late)?;
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
        _ => why(&error),
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
        Answer::Later { reason } => Err(in_doubt(reason)),
    }
}

/// Asks the hub something about another node.
pub(super) async fn ask_about(
    client: &Client,
    subject: &'static str,
    node: &NodeName,
) -> Result<(), FabricError> {
    let bytes = serde_json::to_vec(node).map_err(in_doubt)?;
    let answer = client.request(subject, bytes.into()).await.map_err(in_doubt)?;
    match serde_json::from_slice(&answer.payload).map_err(in_doubt)? {
        Answer::Noted => Ok(()),
        Answer::Refused { reason } => Err(FabricError::Refused { reason }),
        Answer::Later { reason } => Err(in_doubt(reason)),
        Answer::Welcome(_) => Err(in_doubt("the hub has answered something else")),
    }
}
