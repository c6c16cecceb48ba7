//! A hub of three servers with certificates of an authority of their own, each in a process of its own.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::cluster::{Node, run_until_ready};
use super::{Outcome, Scratch};

/// No connection begins at this address, so that nobody takes a port of it meanwhile.
const HOST: &str = "127.0.0.3";

/// How long an engine may take to end.
const ENDING_MAX: Duration = Duration::from_secs(10);

const NAMES: [&str; 3] = ["h1", "h2", "h3"];

/// Three servers; killed when they are dropped.
pub(crate) struct Members {
    scratch: Scratch,
    engine: PathBuf,
    /// Where the servers reach each other.
    routes: [u16; 3],
    members: Vec<Member>,
}

struct Member {
    name: &'static str,
    /// Nothing while it is down.
    child: Option<Child>,
    port: u16,
}

impl Members {
    pub(crate) fn start(engine: &Path) -> Members {
        let scratch = Scratch::new();
        authority(&scratch, HOST);
        let held = NAMES.map(|_| TcpListener::bind((HOST, 0)).expect("a free port"));
        let routes = held.each_ref().map(|held| held.local_addr().expect("it is bound").port());
        drop(held);
        let members = NAMES.map(|name| Member { name, child: None, port: 0 }).into();
        let mut hub = Members { scratch, engine: engine.to_owned(), routes, members };
        // The first one makes the secrets that the others are told.
        (0..NAMES.len()).for_each(|index| hub.run(index));
        hub
    }

    /// Starts a server on what its folder holds.
    pub(crate) fn run(&mut self, index: usize) {
        let (child, port) = run_until_ready(&mut self.command(index));
        self.members[index] = Member { child: Some(child), port, name: NAMES[index] };
    }

    /// The command that starts a server.
    pub(crate) fn command(&self, index: usize) -> Command {
        let Member { name, port, .. } = &self.members[index];
        let mut command = self.scratch.acopio();
        command.arg("hub").arg("--data").arg(self.folder(index)).arg("--nats-server").arg(&self.engine);
        command.args(["--listen", &format!("{HOST}:{port}"), "--name", name]);
        for (name, port) in NAMES.iter().zip(self.routes) {
            command.args(["--member", &format!("{name}={HOST}:{port}")]);
        }
        if index != 0 {
            command.arg("--secret-file").arg(self.folder(0).join("hub-secret"));
        }
        command.args(tls(&self.scratch, HOST)).arg("--tls-ca").arg(self.ca());
        command
    }

    /// A machine is gone: the server has no time for anything.
    pub(crate) fn kill(&mut self, index: usize) {
        let run = std::fs::read_dir(self.folder(index).join("run")).expect("the server's folder");
        let names = run.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
        let ids = names.filter_map(|name| Some(name.strip_suffix(".ports")?.rsplit_once('_')?.1.to_owned()));
        for id in ids {
            // That of a server that was killed before may lie there still.
            let _ = Command::new("kill").args(["-KILL", &id]).stderr(Stdio::null()).status();
        }
        let mut child = self.members[index].child.take().expect("it runs");
        child.kill().expect("it is our child");
        child.wait().expect("it is our child");
    }

    /// Starts a server that neither reaches the other two nor is reached by them, and lets nodes in.
    pub(crate) fn run_cut_off(&mut self, index: usize) {
        let routes = self.routes;
        let held = NAMES.map(|_| TcpListener::bind((HOST, 0)).expect("a free port"));
        self.routes = held.each_ref().map(|held| held.local_addr().expect("it is bound").port());
        drop(held);
        self.run(index);
        self.routes = routes;
    }

    /// The disk of a server that is down is lost.
    pub(crate) fn wipe(&self, index: usize) {
        std::fs::remove_dir_all(self.folder(index)).expect("the server has a folder");
    }

    /// Whether a server has learnt which nodes may come in.
    pub(crate) fn knows_nodes(&self, index: usize) -> bool {
        self.folder(index).join("nodes.json").exists()
    }

    /// How many bytes of a node's log a server has on its disk.
    pub(crate) fn kept(&self, index: usize, node: &str) -> u64 {
        let accounts = self.folder(index).join("js/jetstream/COMPANY/streams");
        let blocks = std::fs::read_dir(accounts.join(format!("LOG_{node}/msgs"))).into_iter().flatten();
        let sizes = blocks.flatten().filter_map(|block| Some(block.metadata().ok()?.len()));
        sizes.sum()
    }

    /// A node that was never started, which knows all three.
    pub(crate) async fn node(&self, name: &str) -> Node {
        let url = |member: &Member| format!("tls://{HOST}:{}", member.port);
        let urls: Vec<String> = self.members.iter().map(url).collect();
        Node::straight_to(name, &urls.join(","), &self.ca(), self.folder(2).join("join-token")).await
    }

    fn folder(&self, index: usize) -> PathBuf {
        self.scratch.path(NAMES[index])
    }

    fn ca(&self) -> PathBuf {
        self.scratch.path("ca/ca.pem")
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for child in self.members.iter_mut().filter_map(|member| member.child.as_mut()) {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
        // The engines end a moment after the hubs that started them, and write into the folder until then.
        let end = Instant::now() + ENDING_MAX;
        let answers = |member: &Member| TcpStream::connect((HOST, member.port)).is_ok();
        while self.members.iter().any(answers) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Makes an authority in a scratch folder, and a certificate for a server at an address.
pub(crate) fn authority(scratch: &Scratch, host: &str) {
    for arguments in [["init", "--name", "Scratch"].as_slice(), &["server", host]] {
        let made =
            Outcome::of(scratch.acopio().arg("ca").args(arguments).arg("--dir").arg(scratch.path("ca")));
        assert_eq!(made.code(), 0, "{made:?}");
    }
}

/// What a server is told of that certificate.
pub(crate) fn tls(scratch: &Scratch, host: &str) -> [PathBuf; 4] {
    let file = |name: String| scratch.path("ca").join(name);
    ["--tls-cert".into(), file(format!("{host}.pem")), "--tls-key".into(), file(format!("{host}-key.pem"))]
}
