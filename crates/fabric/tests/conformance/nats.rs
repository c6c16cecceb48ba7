//! A real hub of one server or three, in a folder of its own, and what may happen to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use acopio_fabric::nats::{self, Address, Hub, HubError, HubOptions, Membership};
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
    pub(crate) folder: TempDir,
    /// How its servers are started: one, or three.
    servers: Vec<HubOptions>,
    hubs: Mutex<Vec<Hub>>,
    pub(crate) address: Address,
}

/// A hub, or nothing where the program is missing. `cargo xtask nats` gets it, and in CI it must be there.
pub(crate) async fn hub() -> Option<Box<dyn World>> {
    Some(Box::new(start().await?))
}

/// The same of three servers.
pub(crate) async fn three() -> Option<Box<dyn World>> {
    Some(Box::new(start_three().await?))
}

pub(crate) async fn start() -> Option<HubWorld> {
    HubWorld::start(|data, server| vec![options(data.join("hub"), server)]).await
}

pub(crate) async fn start_three() -> Option<HubWorld> {
    HubWorld::start(|folder, server| members(folder, server, &["h1"])).await
}

/// The same, but the last one has secrets of its own.
pub(crate) async fn start_with_a_stranger() -> Option<HubWorld> {
    HubWorld::start(|folder, server| members(folder, server, &["h1", "h3"])).await
}

fn options(data: PathBuf, server: PathBuf) -> HubOptions {
    let listen = "127.0.0.1:0".to_owned();
    HubOptions { data, listen, server, tls: None, ca: None, membership: None }
}

/// Three servers; the first one's secrets are used by all but those that make their own.
fn members(folder: &Path, server: PathBuf, makers: &[&str]) -> Vec<HubOptions> {
    let names = ["h1", "h2", "h3"].map(name);
    // No connection begins at this address, so that nobody takes the ports meanwhile.
    let bound = names.each_ref().map(|_| std::net::TcpListener::bind("127.0.0.3:0").unwrap());
    let address = |listener: &std::net::TcpListener| listener.local_addr().unwrap().to_string();
    let routes: BTreeMap<_, _> = names.iter().cloned().zip(bound.iter().map(address)).collect();
    let option = |name: &NodeName| {
        let secrets = (!makers.contains(&name.as_str())).then(|| folder.join("hub/hub-secret"));
        let membership = Membership::new(name.clone(), routes.clone(), secrets).unwrap();
        let data = folder.join(if name.as_str() == "h1" { "hub" } else { name.as_str() });
        let listen = "127.0.0.3:0".to_owned();
        HubOptions { membership: Some(membership), listen, ..options(data, server.clone()) }
    };
    names.iter().map(option).collect()
}

fn program() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    let named = std::env::var_os("ACOPIO_NATS_SERVER").map(PathBuf::from);
    let candidates = named.into_iter().chain([target.join("nats/bin/nats-server"), "nats-server".into()]);
    candidates.into_iter().find(|program| Command::new(program).arg("--version").output().is_ok())
}

impl HubWorld {
    async fn start(servers: impl Fn(&Path, PathBuf) -> Vec<HubOptions>) -> Option<HubWorld> {
        let Some(server) = program() else {
            assert!(std::env::var_os("CI").is_none(), "nats-server is missing");
            eprintln!("skipped: nats-server is missing");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let servers = servers(folder.path(), server);
        Some(HubWorld::run(folder, servers).await)
    }

    async fn run(folder: TempDir, mut servers: Vec<HubOptions>) -> HubWorld {
        let (mut hubs, mut urls) = (Vec::new(), Vec::new());
        for options in &mut servers {
            let hub = Hub::start(options.clone()).await.unwrap();
            let url = hub.address().urls[0].clone();
            options.listen = url.trim_start_matches("nats://").to_owned();
            hubs.push(hub);
            urls.push(url);
        }
        let address = Address { urls, ca: None };
        HubWorld { folder, servers, hubs: Mutex::new(hubs), address }
    }

    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("hub/join-token")).unwrap()
    }

    pub(crate) fn keys_file(&self, node: &NodeName) -> PathBuf {
        self.folder.path().join(format!("{node}.json"))
    }

    /// All servers end, their folders change, and they come back.
    pub(crate) async fn restart(&self, change: impl Fn(&Path)) {
        let mut hubs = self.hubs.lock().await;
        for hub in hubs.drain(..) {
            hub.stop().await;
        }
        for options in &self.servers {
            change(&options.data);
            hubs.push(Hub::start(options.clone()).await.unwrap());
        }
    }

    /// The hub of one ends, and its folder is the first member's of a hub of three: refused while it holds what the server
    /// kept, which the change must take away.
    pub(crate) async fn grow(self, change: impl Fn(&Path)) -> (HubError, HubWorld) {
        let HubWorld { folder, servers, hubs, .. } = self;
        for hub in hubs.into_inner() {
            hub.stop().await;
        }
        let grown = members(folder.path(), servers[0].server.clone(), &["h1"]);
        let refusal = Hub::start(grown[0].clone()).await.expect_err("the server would delete what is there");
        change(&grown[0].data);
        (refusal, HubWorld::run(folder, grown).await)
    }

    /// A connection of the operator's.
    pub(crate) async fn admin(&self) -> jetstream::Context {
        jetstream::new(self.admin_at("hub", &self.address.urls).await)
    }

    /// The same at some of the servers, with the key that lies in one of their folders.
    pub(crate) async fn admin_at(&self, folder: &str, urls: &[String]) -> async_nats::Client {
        let seed = std::fs::read_to_string(self.folder.path().join(folder).join("admin-key")).unwrap();
        let admin = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned());
        admin.connect(urls).await.unwrap()
    }

    /// Makes a stream anew without some of its messages: what a damaged disk does, and no node can.
    async fn remake(&self, node: &NodeName, is_lost: impl Fn(u64, Seq, Seq) -> bool) {
        let context = self.admin().await;
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
        // The server may still be removing the files of the one before.
        let mut attempts = 0;
        while let Err(error) = context.create_stream(info.config.clone()).await {
            attempts += 1;
            assert!(attempts < 100, "{error}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
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
        for hub in self.hubs.lock().await.iter() {
            let id = hub.process().expect("it runs");
            assert!(Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap().success());
            let mut other = id;
            while other == id {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                other = hub.process().unwrap_or(id);
            }
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
    until("asked", async || b.extent(&log).await.is_ok_and(|extent| extent.messages == 1)).await;
}
