//! What a server is told when it starts.

use std::path::PathBuf;

use acopio_ledger::names::NodeName;

/// Settings of an [`Api`](crate::Api).
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// The node that answers, named by `/health` and in every token it issues.
    pub node: NodeName,
    /// The ed25519 private key with which the node signs tokens. Its public half is in the node's log, published with
    /// `Command::PublishKey`; see [`public_key`](crate::credentials::public_key).
    pub signing_key: [u8; 32],
    /// A folder for files on their way: uploads and backups. It is made when it is missing.
    pub staging: PathBuf,
    /// Whether people reach the server by HTTPS, so that cookies are sent over nothing else.
    pub https: bool,
}
