//! What opens a hub: the desk's own key, the token that opens joining, and what the servers of a hub of three show each
//! other. Three servers have one file of it in common.

use std::io;
use std::path::Path;

use nkeys::KeyPair;
use serde::{Deserialize, Serialize};

use super::super::credentials::{key_in, write_secret};
use super::HubError;
use super::members::Membership;

/// The file of a hub of three in the folder of the member that made it.
pub(super) const SECRET_FILE: &str = "hub-secret";
const ADMIN_FILE: &str = "admin-key";
const TOKEN_FILE: &str = "join-token";

/// How long the servers' password for each other is, in bytes.
const PASSWORD_BYTES: usize = 32;

pub(super) struct Secrets {
    pub(super) admin: KeyPair,
    pub(super) join: KeyPair,
    /// What the servers show each other; nothing where there is one.
    pub(super) routes: String,
}

/// The file that the servers have in common.
#[derive(Serialize, Deserialize)]
struct Common {
    admin_key: String,
    join_token: String,
    route_password: String,
}

impl Secrets {
    /// Those of a hub in a folder, made there when there are none. A hub that grew goes on with its keys.
    ///
    /// # Errors
    ///
    /// A file cannot be used, or one that was named is not there.
    pub(super) fn load(data: &Path, membership: Option<&Membership>) -> Result<Secrets, HubError> {
        let Some(membership) = membership else {
            let (admin, join) = (key_in(&data.join(ADMIN_FILE))?, key_in(&data.join(TOKEN_FILE))?);
            return Ok(Secrets { admin, join, routes: String::new() });
        };
        let own = data.join(SECRET_FILE);
        let file = membership.secret_file().unwrap_or(&own);
        if !file.exists() {
            if membership.secret_file().is_some() {
                return Err(HubError::NoSecret { file: file.clone() });
            }
            Common::make(data)?.save(file)?;
        }
        let secrets = Common::read(file)?.open().map_err(|error| in_file(file, &error.to_string()))?;
        // Where the operator looks for it, whatever the hub was before.
        let token = secrets.join.seed().map_err(io::Error::other)?;
        write_secret(&data.join(TOKEN_FILE), format!("{token}\n").as_bytes())?;
        Ok(secrets)
    }
}

impl Common {
    fn make(data: &Path) -> io::Result<Common> {
        let seed = |file| key_in(&data.join(file))?.seed().map_err(io::Error::other);
        let mut password = [0_u8; PASSWORD_BYTES];
        getrandom::fill(&mut password).map_err(|error| io::Error::other(error.to_string()))?;
        let route_password = password.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Common { admin_key: seed(ADMIN_FILE)?, join_token: seed(TOKEN_FILE)?, route_password })
    }

    fn save(&self, file: &Path) -> io::Result<()> {
        write_secret(file, &serde_json::to_vec_pretty(self)?)
    }

    fn read(file: &Path) -> io::Result<Common> {
        let bytes = std::fs::read(file).map_err(|error| in_file(file, &error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| in_file(file, &error.to_string()))
    }

    fn open(&self) -> Result<Secrets, nkeys::error::Error> {
        let (admin, join) = (KeyPair::from_seed(&self.admin_key)?, KeyPair::from_seed(&self.join_token)?);
        Ok(Secrets { admin, join, routes: self.route_password.clone() })
    }
}

fn in_file(file: &Path, reason: &str) -> io::Error {
    io::Error::other(format!("cannot use the hub's secrets {}: {reason}", file.display()))
}
