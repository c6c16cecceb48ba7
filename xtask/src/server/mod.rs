//! One `acopio serve` on a free port, with its data and log in a scratch folder.

mod http;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::process::{line, run};

/// The server's output, in the scratch folder.
pub(crate) const LOG: &str = "server.log";

/// How often we look whether something has come about.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
const READY_TIMEOUT: Duration = Duration::from_secs(30);
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// Guards a server on the loopback address with generated data, for a few minutes.
const PASSWORD: &str = "only-for-a-scratch-server";

/// A running server; dropped without [`Server::stop`], as when a step failed, it is killed.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

/// Where a server started in this scratch folder keeps its data.
pub(crate) fn data_folder(scratch: &Path) -> PathBuf {
    scratch.join("data")
}

impl Server {
    /// Starts `acopio` with these warehouses, each as `CODE=Name`; it is not ready yet.
    ///
    /// # Errors
    ///
    /// The scratch folder cannot be written, or the program cannot be started.
    pub(crate) fn start(acopio: &Path, scratch: &Path, warehouses: &[&str]) -> Result<Self> {
        let password_file = scratch.join("admin-password");
        fs::write(&password_file, PASSWORD).context("cannot write the password file")?;
        let log = File::create(scratch.join(LOG)).context("cannot create the server's log")?;
        let address = free_address()?;
        let mut command = Command::new(acopio);
        command
            .args(["serve", "--node", "test", "--listen", &address.to_string()])
            .args(warehouses.iter().flat_map(|warehouse| ["--warehouse", warehouse]))
            .arg("--data")
            .arg(data_folder(scratch))
            .arg("--admin-password-file")
            .arg(&password_file)
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("cannot share the server's log")?)
            .stderr(log);
        println!("{}", line(&command));
        let child = command.spawn().with_context(|| format!("cannot start {}", acopio.display()))?;
        Ok(Self { child, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for `GET /ready` to answer 200.
    ///
    /// # Errors
    ///
    /// The server ended, or was not ready in time; then with its last answer.
    pub(crate) fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().context("cannot wait for the server")? {
                bail!("the server ended with {status} before it was ready");
            }
            let last = match http::get(self.address, "/ready") {
                Ok(answer) if answer.status == 200 => return Ok(()),
                Ok(answer) => format!("{} {}", answer.status, answer.body),
                Err(error) => format!("{error:#}"),
            };
            ensure!(
                start.elapsed() < READY_TIMEOUT,
                "the server was not ready after {READY_TIMEOUT:?}: {last}"
            );
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Logs in as the administrator and answers the token.
    ///
    /// # Errors
    ///
    /// The server refused, or answered without a token.
    pub(crate) fn log_in(&self) -> Result<String> {
        let credentials = json!({ "username": "admin", "password": PASSWORD }).to_string();
        let answer = http::post_json(self.address, "/v1/sessions", &credentials).context("cannot log in")?;
        ensure!(answer.status == 201, "the login was answered with {}: {}", answer.status, answer.body);
        let session: Value = serde_json::from_str(&answer.body).context("the session is not JSON")?;
        Ok(session["token"].as_str().context("the session has no token")?.to_owned())
    }

    /// Asks the server to end with SIGTERM, and waits until it has.
    ///
    /// # Errors
    ///
    /// It had ended before, does not end in time, or ends with another code than 0.
    pub(crate) fn stop(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait().context("cannot wait for the server")? {
            bail!("the server had already ended with {status}");
        }
        // The kill of the shell: the program of that name is not on every machine.
        run(Command::new("sh").args(["-c", "kill -TERM \"$0\""]).arg(self.child.id().to_string()))?;
        match wait(&mut self.child, STOP_TIMEOUT)? {
            Some(status) => ensure!(status.success(), "after SIGTERM the server ended with {status}"),
            None => bail!("the server had not ended {STOP_TIMEOUT:?} after SIGTERM"),
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail when it has ended, which is what they are for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that was free a moment ago. Another program may take it, and the server then says so in its log.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot find a free port")?;
    listener.local_addr().context("cannot find a free port")
}

/// Waits for a child to end; `None` when it has not within the limit.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait().context("cannot wait for a program that we started")? {
            return Ok(Some(status));
        }
        thread::sleep(POLL_INTERVAL);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_does_not_end_is_not_waited_for_longer_than_the_limit() {
        let mut sleeper = Command::new("sleep").arg("60").spawn().expect("sleep starts");
        let status = wait(&mut sleeper, Duration::from_millis(50)).expect("it can be waited for");
        assert!(status.is_none());
        sleeper.kill().expect("it can be ended");
        let status = wait(&mut sleeper, Duration::from_secs(10)).expect("it can be waited for");
        assert!(status.is_some_and(|status| !status.success()));
    }
}
