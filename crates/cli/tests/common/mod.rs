//! Runs the real program: servers on free ports with scratch folders, the command line, and HTTP beside it.
#![allow(dead_code, reason = "each test binary uses some of it")]

pub(crate) mod chance;
pub(crate) mod cluster;
pub(crate) mod http;
pub(crate) mod members;
pub(crate) mod trade;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

#[allow(unused_imports, reason = "each test binary uses some of it")]
pub(crate) use http::Http;

/// Guards servers of tests, which listen on this machine only.
pub(crate) const PASSWORD: &str = "only-for-scratch-servers";
const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(20);
const LINES_WAITING_MAX: usize = 1_000;

/// A scratch folder with room for a server's data and a person's settings.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Scratch {
        let scratch = Scratch(tempfile::tempdir().expect("a scratch folder"));
        std::fs::write(scratch.path("password"), PASSWORD).expect("a scratch folder can be written");
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// `acopio` with nothing of the person who runs the tests.
    pub(crate) fn acopio(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_acopio"));
        let ours = |name: &str| name.starts_with("ACOPIO_");
        for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command.env("XDG_CONFIG_HOME", self.path("config")).env("TZ", "UTC").env("ACOPIO_LOG", "warn");
        command.stdin(Stdio::null());
        command
    }

    /// `acopio serve` on this folder, with a warehouse LON.
    pub(crate) fn serve(&self) -> Command {
        let mut command = self.acopio();
        command.args(["serve", "--listen", "127.0.0.1:0", "--warehouse", "LON=London", "--data"]);
        command.arg(self.data()).arg("--admin-password-file").arg(self.path("password"));
        command
    }

    /// Runs a command of the client against a server.
    pub(crate) fn run(&self, server: &Server, arguments: &[&str]) -> Outcome {
        Outcome::of(self.acopio().env("ACOPIO_SERVER", &server.url).args(arguments))
    }

    /// The same, which must succeed; answers with stdout.
    pub(crate) fn ok(&self, server: &Server, arguments: &[&str]) -> String {
        let outcome = self.run(server, arguments);
        assert!(outcome.status.success(), "{arguments:?}: {outcome:?}");
        outcome.stdout
    }

    /// Proves the folder, whose server must be stopped; answers what was proved.
    pub(crate) fn verify(&self) -> String {
        let outcome = Outcome::of(self.acopio().arg("verify").arg("--data").arg(self.data()));
        assert!(outcome.status.success(), "verify: {outcome:?}");
        outcome.stdout
    }
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn of(command: &mut Command) -> Outcome {
        let output = command.output().expect("acopio is built and can be started");
        let text = |bytes| String::from_utf8(bytes).expect("acopio writes UTF-8");
        Outcome { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    pub(crate) fn code(&self) -> i32 {
        self.status.code().expect("acopio ended by itself")
    }
}

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    log: Option<thread::JoinHandle<String>>,
}

impl Server {
    /// Starts a server and waits until it is ready.
    pub(crate) fn start(command: &mut Command) -> Server {
        Server::try_start(command).unwrap_or_else(|log| panic!("the server ended before it was ready: {log}"))
    }

    /// The same; when the server ends before it is ready, answers with what it said.
    pub(crate) fn try_start(command: &mut Command) -> Result<Server, String> {
        let mut child = spawn(command);
        let log = log_of(&mut child);
        let lines = lines_of(&mut child);
        let end = Instant::now() + START_LIMIT;
        loop {
            match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) if line.starts_with("acopio: node ") => {
                    let (_, url) = line.rsplit_once(' ').expect("the line ends with the URL");
                    return Ok(Server { child, url: url.to_owned(), log: Some(log) });
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    child.wait().expect("it is our child");
                    return Err(log.join().expect("the log is read to its end"));
                }
                Err(RecvTimeoutError::Timeout) => {
                    child.kill().expect("it is our child");
                    return Err(format!("not ready in {START_LIMIT:?}"));
                }
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Pulls the plug.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_some()
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let kill = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &self.pid().to_string()]).status();
        assert!(kill.expect("sh is there").success());
    }

    /// Asks it to stop, and waits until it has. Answers with its exit code and log.
    pub(crate) fn stop(self) -> (i32, String) {
        self.terminate();
        self.ended()
    }

    /// Waits until it has ended by itself. Answers with its exit code and log.
    pub(crate) fn ended(mut self) -> (i32, String) {
        let end = Instant::now() + STOP_LIMIT;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                let log =
                    self.log.take().expect("it is taken once").join().expect("the log is read to its end");
                return (status.code().unwrap_or(-1), log);
            }
            assert!(Instant::now() < end, "the server has not stopped in {STOP_LIMIT:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server, and pulls the plug after a while, ready or not.
pub(crate) fn start_and_kill(command: &mut Command, after: Duration) {
    let mut child = spawn(command);
    thread::sleep(after);
    child.kill().expect("it is our child");
    child.wait().expect("it is our child");
}

fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("acopio is built and can be started")
}

/// Collects stderr, so that a full pipe never stops the server.
fn log_of(child: &mut Child) -> thread::JoinHandle<String> {
    let mut stderr = child.stderr.take().expect("it is piped");
    thread::spawn(move || {
        let mut log = String::new();
        stderr.read_to_string(&mut log).expect("logs are UTF-8");
        log
    })
}

fn lines_of(child: &mut Child) -> Receiver<String> {
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let (sender, receiver) = sync_channel(LINES_WAITING_MAX);
    thread::spawn(move || {
        // Read to the end even when nobody listens any more.
        for line in stdout.lines().map_while(Result::ok) {
            let _ = sender.try_send(line);
        }
    });
    receiver
}

/// The columns of a line of a table, by the gaps between them.
pub(crate) fn cells(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// Whether a file exists and holds something.
pub(crate) fn is_filled(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|metadata| 0 < metadata.len())
}
