//! What a node needs to be let in, and the file that keeps it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use acopio_ledger::names::NodeName;
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};

/// A node's own key and what the hub told it when it joined.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Its name, which the hub knows it by.
    pub node: NodeName,
    /// The company whose nodes meet at that hub.
    pub company: [u8; 16],
    /// Whether the company came to the hub with this node.
    pub is_founder: bool,
    /// Whether it takes the place of a node of its name, whose log the others have.
    #[serde(default)]
    pub is_replacement: bool,
    /// How many servers keep a copy of each log, as the hub said.
    pub replicas: usize,
    /// The private key, as a seed. It never leaves the node.
    pub seed: String,
}

impl std::fmt::Debug for Credentials {
    /// Without the private key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.node)
    }
}

impl Credentials {
    /// Reads what [`super::join`] kept; nothing when this node has not joined yet.
    ///
    /// # Errors
    ///
    /// The file cannot be read or is not one of these.
    pub fn load(file: &Path) -> io::Result<Option<Credentials>> {
        match fs::read(file) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).map(Some)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps them, readable by their owner alone.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        write_secret(file, &serde_json::to_vec_pretty(self)?)
    }
}

/// Writes a file that its owner alone can read; whoever reads it finds the old one or the new one whole.
pub(super) fn write_secret(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = file.with_extension("new");
    let _ = fs::remove_file(&draft);
    let mut writer = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writer.write_all(bytes)?;
    writer.sync_all()?;
    fs::rename(&draft, file)
}

/// The key pair in a file, made there when there is none.
pub(super) fn key_in(file: &Path) -> io::Result<KeyPair> {
    let wrong = |error: nkeys::error::Error| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    match fs::read_to_string(file) {
        Ok(seed) => KeyPair::from_seed(seed.trim()).map_err(wrong),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyPair::new_user();
            let seed = key.seed().map_err(wrong)?;
            write_secret(file, format!("{seed}\n").as_bytes())?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}
