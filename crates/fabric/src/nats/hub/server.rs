//! The server as a child: started, started again, and ended with this process, however that ends.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How long a server that ended rests before it is started again: from the first to the last, doubling.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How long a server may take to end by itself.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Makes sure that the program is there and new enough.
pub(super) async fn check_version(program: &Path) -> io::Result<()> {
    let output = Command::new(program).arg("--version").output().await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot run {}: {error}", program.display()))
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().rsplit('v').next().unwrap_or_default();
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let mut number = || numbers.next().unwrap_or_default();
    if (2, 12, 8) <= (number(), number(), number()) {
        return Ok(());
    }
    let reason = format!("{} is nats-server {version}, at least 2.12.8 is needed", program.display());
    Err(io::Error::other(reason))
}

/// Starts it such that the kernel ends it with the thread that started it.
pub(super) fn start(program: &Path, config: &Path) -> io::Result<Child> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program).arg("-c").arg(config);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true).spawn()
}

/// Keeps it running for ever; `started` hears the id of each process.
pub(super) async fn supervise(
    mut child: Child,
    program: PathBuf,
    config: PathBuf,
    started: tokio::sync::watch::Sender<Option<u32>>,
    mut stop: tokio::sync::oneshot::Receiver<()>,
) {
    let mut pause = BACK_OFF.0;
    loop {
        started.send_replace(child.id());
        let began = std::time::Instant::now();
        tokio::select! {
            status = child.wait() => tracing::warn!(?status, "nats-server ended: it is started again"),
            _ = &mut stop => return end(child).await,
        }
        pause = if BACK_OFF.1 < began.elapsed() { BACK_OFF.0 } else { (pause * 2).min(BACK_OFF.1) };
        child = loop {
            tokio::select! {
                () = sleep(pause) => {}
                _ = &mut stop => return,
            }
            match start(&program, &config) {
                Ok(child) => break child,
                Err(error) => tracing::error!(%error, "cannot start nats-server"),
            }
        };
    }
}

async fn end(mut child: Child) {
    if let Some(id) = child.id() {
        signal(id, "TERM").await;
    }
    if timeout(STOP_TIMEOUT, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}

pub(super) async fn signal(id: u32, name: &str) {
    let done = Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status().await;
    if !done.as_ref().is_ok_and(|status| status.success()) {
        tracing::warn!(?done, name, "cannot signal nats-server");
    }
}

/// The port that the process of that id listens on, once it says so.
pub(super) fn port(folder: &Path, id: u32) -> Option<u16> {
    #[derive(serde::Deserialize)]
    struct Ports {
        nats: Vec<String>,
    }
    let is_its =
        |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().ends_with(&format!("_{id}.ports"));
    let file = std::fs::read_dir(folder).ok()?.flatten().find(is_its)?;
    let ports: Ports = serde_json::from_slice(&std::fs::read(file.path()).ok()?).ok()?;
    ports.nats.first()?.rsplit(':').next()?.parse().ok()
}
