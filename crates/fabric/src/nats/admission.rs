//! Whether a hub lets a node in. Its servers learn of a new node one after the other, and one that was away learns late.

use std::time::Duration;

use async_nats::ConnectErrorKind;
use tokio::time::{sleep, timeout};

use super::connection::{Address, in_doubt, options};
use super::credentials::Credentials;
use super::wire;
use crate::FabricError;

/// How long the servers may take to let in a node that one desk has welcomed.
const ADMISSION_TIMEOUT: Duration = Duration::from_secs(10);

/// How often they are tried.
const PAUSE: Duration = Duration::from_millis(100);

/// What the servers of a hub have said to a node, each when it was asked last.
#[derive(Default)]
struct Said {
    welcome: usize,
    refused: usize,
}

/// Waits until every server that can be reached lets the node in. When that takes too long, one is enough.
///
/// # Errors
///
/// [`FabricError::Refused`] when all that can be reached refuse it, [`FabricError::InDoubt`] when there is none.
pub(super) async fn until_admitted(address: &Address, credentials: &Credentials) -> Result<(), FabricError> {
    let mut said = Said::default();
    let admitted = async {
        loop {
            said = ask_all(address, credentials).await;
            if 0 < said.welcome && said.refused == 0 {
                return;
            }
            sleep(PAUSE).await;
        }
    };
    // What they said last counts, whether the time was enough or not.
    let _ = timeout(ADMISSION_TIMEOUT, admitted).await;
    match said {
        Said { welcome: 1.., .. } => Ok(()),
        Said { refused: 1.., .. } => {
            Err(FabricError::Refused { reason: "the hub does not know this node's key".into() })
        }
        Said { .. } => Err(in_doubt("the hub cannot be reached")),
    }
}

async fn ask_all(address: &Address, credentials: &Credentials) -> Said {
    let inbox = wire::inbox_prefix(&credentials.node);
    let mut said = Said::default();
    for url in &address.urls {
        match options(address, &credentials.seed, &inbox).connect(url).await {
            Ok(_) => said.welcome += 1,
            Err(error) if error.kind() == ConnectErrorKind::AuthorizationViolation => said.refused += 1,
            Err(error) => tracing::debug!(url, %error, "a server of the hub cannot be reached"),
        }
    }
    said
}
