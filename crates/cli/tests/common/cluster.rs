//! A company of real servers that meet at a real hub, with links that can be cut.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{Http, Scratch, Server};

/// No state takes longer to come about.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program nats-server; nothing where it is missing, which in CI it must not be.
pub(crate) fn engine() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    let named = std::env::var_os("ACOPIO_NATS_SERVER").map(PathBuf::from);
    let candidates = named.into_iter().chain([target.join("nats/bin/nats-server"), "nats-server".into()]);
    let mut candidates = candidates.filter(|program| Command::new(program).arg("--version").output().is_ok());
    let found = candidates.next();
    assert!(found.is_some() || std::env::var_os("CI").is_none(), "nats-server is missing");
    if found.is_none() {
        eprintln!("skipped: nats-server is missing");
    }
    found
}

/// A hub in a process of its own; killed when it is dropped.
pub(crate) struct Hub {
    child: Child,
    scratch: Scratch,
    engine: PathBuf,
    pub(crate) port: u16,
}

impl Hub {
    pub(crate) fn start(engine: &Path) -> Hub {
        let scratch = Scratch::new();
        let (child, port) = run_hub(&scratch, engine, 0);
        Hub { child, scratch, engine: engine.to_owned(), port }
    }

    /// A file or folder of the hub's own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.scratch.path("hub").join(name)
    }

    pub(crate) fn token_file(&self) -> PathBuf {
        self.path("join-token")
    }

    /// The hub is killed, and comes back; with nothing of what it kept for the nodes, if so wished.
    pub(crate) fn restart(&mut self, with_an_empty_disk: bool) {
        self.end();
        if with_an_empty_disk {
            std::fs::remove_dir_all(self.path("js")).expect("the hub has kept something");
        }
        (self.child, self.port) = run_hub(&self.scratch, &self.engine, self.port);
    }

    fn end(&mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
        // The engine ends with the hub that started it: its port is free then.
        let end = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            assert!(Instant::now() < end, "the engine goes on without its hub");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run_hub(scratch: &Scratch, engine: &Path, port: u16) -> (Child, u16) {
    let mut command = scratch.acopio();
    command.arg("hub").arg("--data").arg(scratch.path("hub")).arg("--nats-server").arg(engine);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    run_until_ready(&mut command)
}

/// Starts `acopio hub` and waits until nodes can join; answers with its port.
pub(crate) fn run_until_ready(command: &mut Command) -> (Child, u16) {
    let mut child = command.stderr(Stdio::piped()).spawn().expect("acopio is built and can be started");
    let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut lines = stderr.lines().map_while(Result::ok);
    let ready = lines.find(|line| line.starts_with("hub at ")).expect("the hub comes up");
    // Read to the end, so that a full pipe never stops it.
    std::thread::spawn(move || lines.for_each(drop));
    let port = ready.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
    (child, port)
}

/// A link that can be cut: whoever connects to it is connected with the hub, while it holds.
pub(crate) struct Link {
    pub(crate) port: u16,
    holds: watch::Sender<bool>,
    is_slow: Arc<AtomicBool>,
}

/// How much a slow link lets through from the hub at a time, and how often.
const SLOW: (usize, Duration) = (4 << 10, Duration::from_millis(20));

impl Link {
    pub(crate) async fn to(hub: u16) -> Link {
        Link::open(hub, false).await
    }

    /// One that takes seconds for a long log.
    pub(crate) async fn slow_to(hub: u16) -> Link {
        Link::open(hub, true).await
    }

    async fn open(hub: u16, is_slow: bool) -> Link {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (holds, holding) = watch::channel(true);
        let slow = Arc::new(AtomicBool::new(is_slow));
        let is_slow = Arc::clone(&slow);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (mut holding, is_slow) = (holding.clone(), Arc::clone(&is_slow));
                tokio::spawn(async move {
                    if !*holding.borrow() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(("127.0.0.1", hub)).await else { return };
                    tokio::select! {
                        () = carry(&mut near, &mut far, &is_slow) => {}
                        _ = holding.wait_for(|holds| !holds) => {}
                    }
                });
            }
        });
        Link { port, holds, is_slow: slow }
    }

    pub(crate) fn cut(&self) {
        self.holds.send_replace(false);
    }

    /// It is as fast as any from now on.
    pub(crate) fn hurry(&self) {
        self.is_slow.store(false, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.holds.send_replace(true);
    }
}

/// Carries bytes both ways until either end is gone, those from the hub slowly where the link is slow.
async fn carry(near: &mut TcpStream, far: &mut TcpStream, is_slow: &AtomicBool) {
    let (mut from_near, mut to_near) = near.split();
    let (mut from_far, mut to_far) = far.split();
    let down = async {
        let mut piece = vec![0; SLOW.0];
        while let Ok(length @ 1..) = from_far.read(&mut piece).await {
            if to_near.write_all(&piece[..length]).await.is_err() {
                return;
            }
            if is_slow.load(Ordering::SeqCst) {
                tokio::time::sleep(SLOW.1).await;
            }
        }
    };
    tokio::select! {
        () = down => {}
        _ = tokio::io::copy(&mut from_near, &mut to_far) => {}
    }
}

/// One node of a company.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) scratch: Scratch,
    pub(crate) link: Link,
    token_file: PathBuf,
    /// A hub that it connects to past its link, and the certificate to trust.
    straight: Option<(String, PathBuf)>,
    pub(crate) server: Option<Server>,
    skew_ms: i64,
    /// What it logs.
    pub(crate) log_level: &'static str,
    /// Where it listens.
    listen: String,
    pub(crate) http: Option<Http>,
}

impl Node {
    /// A node with a warehouse of its name in capitals; the first one founds the company.
    pub(crate) async fn start(name: &str, hub: &Hub) -> Node {
        Node::new(name, hub).await.started().await
    }

    /// The same, with a clock that is so far ahead.
    pub(crate) async fn start_with_clock(name: &str, hub: &Hub, skew_ms: i64) -> Node {
        Node { skew_ms, ..Node::new(name, hub).await }.started().await
    }

    /// The same, by its own link, at an address that is known before it listens.
    pub(crate) async fn start_at(name: &str, hub: &Hub, link: Link, listen: &str) -> Node {
        let listen = listen.to_owned();
        Node { link, listen, log_level: "info", ..Node::new(name, hub).await }.started().await
    }

    /// A node that was never started.
    pub(crate) async fn new(name: &str, hub: &Hub) -> Node {
        let (link, token_file) = (Link::to(hub.port).await, hub.token_file());
        let (name, scratch, listen) = (name.to_owned(), Scratch::new(), "127.0.0.1:0".to_owned());
        let (straight, server, http) = (None, None, None);
        let log_level = "warn";
        Node { name, scratch, link, token_file, straight, server, skew_ms: 0, log_level, listen, http }
    }

    /// A node that was never started, at a hub of several servers with certificates. Its link leads nowhere.
    pub(crate) async fn straight_to(name: &str, urls: &str, ca: &Path, token_file: PathBuf) -> Node {
        let (link, straight) = (Link::to(0).await, Some((urls.to_owned(), ca.to_owned())));
        let (name, scratch, listen) = (name.to_owned(), Scratch::new(), "127.0.0.1:0".to_owned());
        let (log_level, server, http) = ("warn", None, None);
        Node { name, scratch, link, token_file, straight, server, skew_ms: 0, log_level, listen, http }
    }

    pub(crate) async fn started(mut self) -> Node {
        self.run();
        self.http = Some(Http::login(self.server.as_ref().expect("it runs")).await);
        self
    }

    /// Starts the server on what its folder holds.
    pub(crate) fn run(&mut self) {
        self.try_run().unwrap_or_else(|log| panic!("{} ended before it was ready: {log}", self.name));
    }

    /// The same; when it ends before it is ready, answers with what it said.
    pub(crate) fn try_run(&mut self) -> Result<(), String> {
        let server = Server::try_start(&mut self.serve())?;
        self.http = self.http.take().map(|http| http.at(&server));
        self.server = Some(server);
        Ok(())
    }

    /// The command that starts its server.
    pub(crate) fn serve(&self) -> Command {
        match &self.straight {
            None => self.serve_at(self.link.port, &self.token_file),
            Some((urls, ca)) => {
                let mut command = self.serve_with(urls, &self.token_file);
                command.arg("--join-ca").arg(ca);
                command
            }
        }
    }

    /// The same, at the hub on a port.
    pub(crate) fn serve_at(&self, port: u16, token_file: &Path) -> Command {
        self.serve_with(&format!("nats://127.0.0.1:{port}"), token_file)
    }

    /// The same, at a hub with these addresses.
    pub(crate) fn serve_with(&self, urls: &str, token_file: &Path) -> Command {
        let code = self.name.to_uppercase();
        let mut command = self.scratch.acopio();
        command.args(["serve", "--listen", &self.listen, "--node", &self.name]);
        command.args(["--warehouse", &format!("{code}={code}")]).arg("--data").arg(self.scratch.data());
        command.args(["--join", urls]).arg("--join-token-file").arg(token_file);
        command.arg("--admin-password-file").arg(self.scratch.path("password"));
        command.env("ACOPIO_CLOCK_AHEAD_MS", self.skew_ms.to_string()).env("ACOPIO_LOG", self.log_level);
        command
    }

    pub(crate) fn kill(&mut self) {
        self.server.take().expect("it runs").kill();
    }

    pub(crate) fn http(&self) -> &Http {
        self.http.as_ref().expect("somebody is logged in")
    }

    /// How far each log is folded here, as the node says.
    pub(crate) async fn positions(&self) -> Vec<(String, u64)> {
        let view = self.http().get("/v1/cluster").await.expect("an answer");
        let logs = view.body["logs"].as_array().cloned().unwrap_or_default();
        let row = |log: &Value| (text(&log["node"]), log["position"].as_u64().unwrap_or(0));
        logs.iter().map(row).collect()
    }

    /// All stock of the company, as this node says.
    pub(crate) async fn stock(&self) -> Vec<String> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.http().get(&format!("/v1/stock?limit=1000{cursor}")).await.expect("an answer");
            let row = |row: &Value| {
                let part = |name: &str| row[name].to_string();
                let parts = ["warehouse", "sku", "on_hand", "on_hold", "available", "incoming", "version"];
                parts.map(part).join(" ")
            };
            rows.extend(page.body["items"].as_array().expect("items").iter().map(row));
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }

    /// The numbers of what waits here for others.
    pub(crate) async fn waiting(&self) -> u64 {
        let view = self.http().get("/v1/cluster").await.expect("an answer");
        view.body["commands_waiting"].as_u64().unwrap_or(u64::MAX)
    }
}

/// An address where nobody listens, on a loopback address that no connection begins at.
pub(crate) fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.2:0").expect("a free port");
    listener.local_addr().expect("it is bound").to_string()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Waits for a state.
pub(crate) async fn until(state: &str, mut is_reached: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_reached().await {
        assert!(Instant::now() < end, "not {state} in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until all nodes know the same logs and nothing waits; then their stock must be equal.
pub(crate) async fn at_rest(nodes: &[Node]) -> Vec<String> {
    until("at rest", async || {
        let first = nodes[0].positions().await;
        for node in nodes {
            if node.positions().await != first || node.waiting().await != 0 {
                return false;
            }
        }
        first.len() == nodes.len()
    })
    .await;
    let stock = nodes[0].stock().await;
    for node in &nodes[1..] {
        assert_eq!(node.stock().await, stock, "{} and {} differ", nodes[0].name, node.name);
    }
    stock
}
