//! A real hub of one server, in a folder of its own, and what may happen to it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use acopio_fabric::nats::{self, Address, Hub, HubOptions};
use acopio_fabric::{Fabric, FabricError, Presence};
use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use async_nats::jetstream;
use async_nats::jetstream::stream::Stream;
use async_trait::async_trait;
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::world::{World, name, next, until};

const HEADERS_OF_PUBLISHERS: [&str; 2] = ["Nats-Expected-Last-Sequence", "Nats-Msg-Id"];

pub(crate) struct HubWorld {
    folder: TempDir,
    hub: Mutex<Option<Hub>>,
    address: Address,
}

/// A hub, or nothing where the program is missing. `cargo xtask nats` gets it, and in CI it must be there.
pub(crate) async fn hub() -> Option<Box<dyn World>> {
    Some(Box::new(start().await?))
}

async fn start() -> Option<HubWorld> {
    let Some(server) = program() else {
        assert!(std::env::var_os("CI").is_none(), "nats-server is missing");
        eprintln!("skipped: nats-server is missing");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "127.0.0.1:0", server);
    let hub = Hub::start(options).await.unwrap();
    let address = hub.address().clone();
    Some(HubWorld { folder, hub: Mutex::new(Some(hub)), address })
}

fn options(folder: &Path, listen: &str, server: PathBuf) -> HubOptions {
    HubOptions { data: folder.join("hub"), listen: listen.into(), server, tls: None, ca: None }
}

fn program() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    let named = std::env::var_os("ACOPIO_NATS_SERVER").map(PathBuf::from);
    let candidates = named.into_iter().chain([target.join("nats/bin/nats-server"), "nats-server".into()]);
    candidates.into_iter().find(|program| Command::new(program).arg("--version").output().is_ok())
}

impl HubWorld {
    fn token(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("hub/join-token")).unwrap()
    }

    fn keys_file(&self, node: &NodeName) -> PathBuf {
        self.folder.path().join(format!("{node}.json"))
    }

    /// The hub ends, the folder changes, and the hub comes back.
    async fn restart(&self, change: impl FnOnce(&Path)) {
        let mut hub = self.hub.lock().await;
        hub.take().unwrap().stop().await;
        change(&self.folder.path().join("hub"));
        let listen = self.address.urls[0].trim_start_matches("nats://").to_owned();
        let options = options(self.folder.path(), &listen, program().unwrap());
        *hub = Some(Hub::start(options).await.unwrap());
    }

    /// Makes a stream anew without some of its messages: what a damaged disk does, and no node can.
    async fn remake(&self, node: &NodeName, is_lost: impl Fn(u64, Seq, Seq) -> bool) {
        let seed = std::fs::read_to_string(self.folder.path().join("hub/admin-key")).unwrap();
        let admin = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned());
        let client = admin.connect(&self.address.urls).await.unwrap();
        let context = jetstream::new(client);
        let mut stream: Stream = context.get_stream(format!("LOG_{node}")).await.unwrap();
        let info = stream.info().await.unwrap().clone();
        let mut kept = Vec::new();
        for sequence in info.state.first_sequence..=info.state.last_sequence {
            let mut message = stream.get_raw_message(sequence).await.unwrap();
            let position = |name: &str| Seq(message.headers.get(name).unwrap().as_str().parse().unwrap());
            let from_end = info.state.last_sequence - sequence;
            if !is_lost(from_end, position("Acopio-First"), position("Acopio-Last")) {
                message.headers = message
                    .headers
                    .iter()
                    .filter(|(name, _)| !HEADERS_OF_PUBLISHERS.contains(&name.as_ref()))
                    .map(|(name, values)| (name.clone(), values[0].clone()))
                    .collect();
                kept.push(message);
            }
        }
        context.delete_stream(&info.config.name).await.unwrap();
        context.create_stream(info.config).await.unwrap();
        for message in kept {
            let sent = context.publish_with_headers(message.subject, message.headers, message.payload).await;
            sent.unwrap().await.unwrap();
        }
    }
}

#[async_trait]
impl World for HubWorld {
    async fn join(&self, node: &NodeName) -> Arc<dyn Fabric> {
        let (token, keys_file) = (self.token(), self.keys_file(node));
        let credentials = loop {
            match nats::join(&self.address, &token, node, None, &keys_file).await {
                Ok(credentials) => break credentials,
                Err(FabricError::InDoubt { .. }) => {} // The hub is on its way back.
                Err(error) => panic!("{error}"),
            }
        };
        let fabric = nats::connect(&self.address, &credentials).await.unwrap();
        let mut link = fabric.link();
        link.wait_for(|link| link.connected).await.unwrap();
        Arc::new(fabric)
    }

    async fn lose_tail(&self, node: &NodeName, frames: usize) {
        self.remake(node, |from_end, _, _| from_end < frames as u64).await;
    }

    async fn lose_frame(&self, log: &LogId, holding: Seq) {
        self.remake(&log.node, |_, first, last| first <= holding && holding <= last).await;
    }

    async fn crash(&self) {
        let hub = self.hub.lock().await;
        let id = hub.as_ref().unwrap().process().expect("it runs");
        assert!(Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap().success());
        let mut other = id;
        while other == id {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            other = hub.as_ref().unwrap().process().unwrap_or(id);
        }
    }

    async fn lose_everything(&self) {
        self.restart(|data| std::fs::remove_dir_all(data.join("js")).unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_are_refused() {
    let Some(world) = start().await else { return };
    let join = async |token: &str, node: &str, company, keys: &str| {
        let keys = world.folder.path().join(keys);
        nats::join(&world.address, token, &name(node), company, &keys).await
    };
    let reason = |refusal| match refusal {
        Err(FabricError::Refused { reason }) => reason,
        other => panic!("{other:?}"),
    };
    let token = world.token();
    let first = join(&token, "a", Some([7; 16]), "a.json").await.unwrap();
    assert!(first.is_founder);
    assert_eq!(nats::Credentials::load(&world.keys_file(&name("a"))).unwrap(), Some(first.clone()));
    assert_eq!(join(&token, "a", None, "a.json").await.unwrap(), first, "the same node asks again");
    let second = join(&token, "b", None, "b.json").await.unwrap();
    assert_eq!((second.company, second.is_founder), ([7; 16], false));

    let same_name = reason(join(&token, "a", None, "other.json").await);
    assert!(same_name.contains("another key"), "{same_name}");
    let foreign = reason(join(&token, "c", Some([8; 16]), "c.json").await);
    assert!(foreign.contains("another company"), "{foreign}");
    let other_token = second.seed.clone();
    let wrong = reason(join("no token", "d", None, "d.json").await);
    assert!(wrong.contains("not a join token"), "{wrong}");
    // A node's own key opens no desk.
    assert!(join(&other_token, "d", None, "d.json").await.is_err());
    let unknown = nats::Credentials { seed: nkeys_seed(&world), ..first };
    let refusal = nats::connect(&world.address, &unknown).await.map(|_| ());
    assert!(matches!(refusal, Err(FabricError::Refused { .. })), "{refusal:?}");
}

/// The key of the node that was refused: the server does not know it.
fn nkeys_seed(world: &HubWorld) -> String {
    std::fs::read_to_string(world.folder.path().join("c.seed")).unwrap().trim().to_owned()
}

/// A connection with a node's own key, past all that the fabric checks.
async fn bare(world: &HubWorld, node: &str) -> async_nats::Client {
    let credentials = nats::Credentials::load(&world.keys_file(&name(node))).unwrap().unwrap();
    let options = async_nats::ConnectOptions::with_nkey(credentials.seed);
    let options = options.custom_inbox_prefix(format!("_INBOX_{node}"));
    options.connect(&world.address.urls).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_frame_of_a_log_is_passed_over() {
    let Some(world) = start().await else { return };
    let (a, b) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let (log, of_b) = (crate::world::log("a", 1), crate::world::log("b", 1));
    let mut early = b.follow(&log, Seq(0)).await.unwrap();
    let bare = jetstream::new(bare(&world, "a").await);
    let put = async |first: &str, last: &str, bytes: bytes::Bytes| {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert("Acopio-First", first);
        headers.insert("Acopio-Last", last);
        bare.publish_with_headers("log.a.1", headers, bytes).await.unwrap().await.unwrap();
    };
    for position in 1..=4 {
        crate::world::publish(&*a, &log, position, position).await;
        bare.publish("log.a.1", "".into()).await.unwrap().await.unwrap();
        put("9", "9", "no frame".into()).await;
        put("5", "999", crate::world::parcel(&log, 5, 5).frame).await;
        put("5", "5", crate::world::parcel(&of_b, 5, 5).frame).await;
    }
    assert_eq!(b.extent(&log).await.map(|extent| (extent.first, extent.last)), Ok((Seq(1), Seq(4))));
    let again = world.join(&name("a")).await;
    crate::world::publish(&*again, &log, 5, 5).await;
    let whole: Vec<_> = (1..=5).map(|position| (position, position)).collect();
    assert_eq!(crate::world::positions(&mut early, 5).await, whole);
    for after in 0..5 {
        let mut late = b.follow(&log, Seq(after)).await.unwrap();
        assert_eq!(crate::world::positions(&mut late, 5).await, whole[after as usize..]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_may_not_write_for_another() {
    let Some(world) = start().await else { return };
    let (a, b) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let witness = world.join(&name("c")).await;
    let mut heard = witness.presences().await.unwrap();
    let log = crate::world::log("a", 1);
    crate::world::publish(&*a, &log, 1, 1).await;
    let client = bare(&world, "b").await;
    for subject in ["log.a.1", "pres.a", "$JS.API.STREAM.PURGE.LOG_a", "$JS.API.STREAM.DELETE.LOG_a"] {
        client.publish(subject, "forged".into()).await.unwrap();
    }
    client.flush().await.unwrap();
    b.announce("b is here".into()).await.unwrap();
    let first = next(&mut heard).await;
    assert_eq!(
        first,
        Presence { node: name("b"), about: "b is here".into() },
        "the forged one came before it"
    );
    until("asked", async || b.extent(&log).await.is_ok_and(|extent| extent.frames == 1)).await;
}
