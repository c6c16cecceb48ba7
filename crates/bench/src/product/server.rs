//! One `acopio serve` on a free port, with somebody logged in.

use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::Hub;
use crate::context::Scale;
use crate::http;
use crate::load::{Load, Outcome, Requests};
use crate::process::{Memory, Running, tied};
use crate::progress;
use crate::traffic::WAREHOUSES;

/// Guards a server on the loopback address with generated data, for as long as it is measured.
const PASSWORD: &str = "only-for-a-measured-server";
/// How long a start may take, of the largest data set after a crash too.
const START_MAX: Duration = Duration::from_secs(600);

/// A server under way.
#[derive(Debug)]
pub(crate) struct Server {
    running: Running,
    address: SocketAddr,
    authorization: String,
    /// How long it took from its start until it was ready.
    pub(crate) started_in: Duration,
    // Read at the first start only, but it must not be gone before.
    _password: NamedTempFile,
}

impl Server {
    /// Starts the program on a data folder, which is made when it is missing, waits until it is ready, and logs in.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or is not ready in time.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Server> {
        Server::start_with(program, data, &WAREHOUSES)
    }

    /// The same with other warehouses.
    ///
    /// # Errors
    ///
    /// As [`Server::start`].
    pub(crate) fn start_with(program: &Path, data: &Path, warehouses: &[&str]) -> Result<Server> {
        Server::run(program, data, "main", warehouses, None)
    }

    /// The same as a node of a company that meets at a hub.
    ///
    /// # Errors
    ///
    /// As [`Server::start`].
    pub(crate) fn join(
        program: &Path,
        data: &Path,
        node: &str,
        warehouses: &[&str],
        hub: &Hub,
    ) -> Result<Server> {
        Server::run(program, data, node, warehouses, Some(hub))
    }

    fn run(
        program: &Path,
        data: &Path,
        node: &str,
        warehouses: &[&str],
        hub: Option<&Hub>,
    ) -> Result<Server> {
        let mut password = NamedTempFile::new().context("cannot write a password file")?;
        password.write_all(PASSWORD.as_bytes())?;
        let address = free_address()?;
        let mut command = tied(program);
        command.args(["serve", "--node", node, "--listen", &address.to_string()]);
        command.arg("--data").arg(data).arg("--admin-password-file").arg(password.path());
        for code in warehouses {
            command.args(["--warehouse", &format!("{code}=Warehouse {code}")]);
        }
        if let Some(hub) = hub {
            command.args(["--join", &hub.url]).arg("--join-token-file").arg(&hub.token);
        }
        let log = data.with_extension("log");
        let stderr = File::create(&log).context("cannot make the server's log")?;
        command.env("ACOPIO_LOG", "warn").stdout(Stdio::null()).stderr(stderr);
        let start = Instant::now();
        let mut running = Running::start(&mut command)?;
        let ready =
            || http::call(address, "GET", "/ready", &[], b"").is_ok_and(|answer| answer.status == 200);
        running.wait_until(START_MAX, ready).with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        let started_in = start.elapsed();
        let authorization = log_in(address)?;
        Ok(Server { running, address, authorization, started_in, _password: password })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The token of who is logged in.
    pub(crate) fn token(&self) -> &str {
        self.authorization.trim_start_matches("Bearer ")
    }

    /// Memory that it has in use.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub(crate) fn memory(&self) -> Result<Memory> {
        Memory::of(self.running.pid())
    }

    /// Lets the peak of its memory begin anew.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        Memory::forget_peak(self.running.pid())
    }

    /// The bytes of a request by who is logged in, for a load.
    pub(crate) fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Vec<u8> {
        let mut all = vec![("Authorization", self.authorization.as_str())];
        all.extend(headers);
        http::keep_alive(method, target, &all, body)
    }

    /// Asks for a page and reads it.
    ///
    /// # Errors
    ///
    /// What the server says instead.
    pub(crate) fn get(&self, target: &str) -> Result<Value> {
        let headers = [("Authorization", self.authorization.as_str())];
        let answer = http::call(self.address, "GET", target, &headers, b"")?;
        answer.json().with_context(|| format!("cannot get {target}"))
    }

    /// Posts JSON and reads the answer.
    ///
    /// # Errors
    ///
    /// What the server says instead.
    pub(crate) fn post(&self, target: &str, body: &Value) -> Result<Value> {
        let headers = [("Authorization", self.authorization.as_str())];
        let answer = http::call(self.address, "POST", target, &headers, body.to_string().as_bytes())?;
        answer.json().with_context(|| format!("cannot post to {target}"))
    }

    /// Follows the events of a server until it ends: hands out what comes, as it comes.
    ///
    /// # Errors
    ///
    /// When it does not let us.
    pub(crate) fn follow(address: SocketAddr, token: &str, part: &mut dyn FnMut(&[u8])) -> Result<()> {
        let authorization = format!("Bearer {token}");
        let headers = [("Authorization", authorization.as_str())];
        let status = http::stream(address, "GET", "/v1/events", &headers, b"", part)?;
        ensure!(status == 200, "events were answered with {status}");
        Ok(())
    }

    /// Downloads a file; gives its size.
    ///
    /// # Errors
    ///
    /// When the server answers with anything but 200.
    pub(crate) fn download(&self, target: &str) -> Result<u64> {
        let (headers, mut bytes) = ([("Authorization", self.authorization.as_str())], 0);
        let mut count = |part: &[u8]| bytes += part.len() as u64;
        let status = http::stream(self.address, "GET", target, &headers, b"", &mut count)?;
        ensure!(status == 200, "{target} was answered with {status}");
        Ok(bytes)
    }

    /// Puts a load on it for the time that the scale says, and tells of it; every answer must be a success.
    ///
    /// # Errors
    ///
    /// When one is not.
    pub(crate) fn load<R: Requests + 'static>(
        &self,
        what: &str,
        scale: &Scale,
        connections: usize,
        requests: impl FnMut(usize) -> R,
    ) -> Result<Outcome> {
        let (warm_up, duration) = (scale.warm_up, scale.duration);
        let load = Load { address: self.address, pid: self.running.pid(), connections, warm_up, duration };
        let outcome = load.run(requests)?.clean().with_context(|| format!("cannot measure {what}"))?;
        progress::told(what, &outcome);
        Ok(outcome)
    }

    /// Sends requests to the last one, as fast as they are answered; every answer must be a success.
    ///
    /// # Errors
    ///
    /// When one is not.
    pub(crate) fn send_all<R: Requests + 'static>(
        &self,
        what: &str,
        connections: usize,
        requests: impl FnMut(usize) -> R,
    ) -> Result<Outcome> {
        let load = Load::to_the_end(self.address, self.running.pid(), connections);
        let outcome = load.run(requests)?.clean().with_context(|| format!("cannot send {what}"))?;
        progress::told(what, &outcome);
        Ok(outcome)
    }

    /// Ends it in peace.
    ///
    /// # Errors
    ///
    /// When it does not end in time, or not with success.
    pub(crate) fn stop(self) -> Result<()> {
        let status = self.running.end("TERM")?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// Ends it as a power cut would.
    ///
    /// # Errors
    ///
    /// When it does not end in time.
    pub(crate) fn kill(self) -> Result<()> {
        self.running.end("KILL").map(drop)
    }
}

/// An address that was free a moment ago. Another program may take it, and the start fails then.
pub(super) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot find a free port")?;
    listener.local_addr().context("cannot find a free port")
}

fn log_in(address: SocketAddr) -> Result<String> {
    let credentials = json!({"username": "admin", "password": PASSWORD}).to_string();
    let session = http::call(address, "POST", "/v1/sessions", &[], credentials.as_bytes())?.json()?;
    let token = session["token"].as_str().context("the session has no token")?;
    Ok(format!("Bearer {token}"))
}
