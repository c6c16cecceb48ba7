//! A PostgreSQL server of our own: its own folder and socket, no network, ended when it is dropped.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::process::{self, Running};

/// Debian keeps the server's programs out of the search path, one folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The user that Debian makes for the server, which refuses to run as root.
const USER: &str = "postgres";
/// How long a start may take.
const START_MAX: Duration = Duration::from_secs(60);
/// Settings beside the defaults: what anybody would set who cares for speed. `fsync` stays on.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "max_connections=100",
    "shared_buffers=512MB",
    "max_wal_size=4GB",
    "fsync=on",
    "synchronous_commit=on",
];

/// A server under way.
#[derive(Debug)]
pub(super) struct Cluster {
    programs: PathBuf,
    // Before the folder, so that the server is ended before its files are removed.
    server: Option<Running>,
    folder: TempDir,
}

/// The folder with the server's programs, of the latest version that is installed.
pub(super) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).ok()?.filter_map(Result::ok).map(|entry| entry.path().join("bin"));
    let mut complete: Vec<PathBuf> = versions.filter(|bin| bin.join("postgres").exists()).collect();
    complete.sort();
    complete.pop().filter(|bin| bin.join("pgbench").exists())
}

impl Cluster {
    /// Makes and starts a server below `scratch`.
    pub(super) fn start(programs: &Path, scratch: &Path) -> Result<Cluster> {
        let folder = tempfile::tempdir_in(scratch).context("cannot make a folder")?;
        if is_root()? {
            let id = |flag| process::output(Command::new("id").args([flag, USER]));
            let (user, group) = (id("-u")?.trim().parse()?, id("-g")?.trim().parse()?);
            chown(folder.path(), Some(user), Some(group)).context("cannot give away a folder")?;
            fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755))?;
        }
        let mut cluster = Cluster { programs: programs.to_owned(), server: None, folder };
        let data = cluster.folder.path().join("data");
        let mut initdb = cluster.command("initdb")?;
        initdb.args(["--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C", "-D"]).arg(&data);
        process::output(&mut initdb)?;
        let mut postgres = cluster.command("postgres")?;
        postgres.arg("-D").arg(&data).arg("-k").arg(cluster.folder.path());
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let log = fs::File::create(cluster.folder.path().join("log"))?;
        let mut server = Running::start(postgres.stdout(Stdio::null()).stderr(log))?;
        let answers = || cluster.run("SELECT 1").is_ok();
        server.wait_until(START_MAX, answers).context("see the server's log")?;
        cluster.server = Some(server);
        Ok(cluster)
    }

    /// Executes SQL.
    pub(super) fn run(&self, sql: &str) -> Result<()> {
        let mut psql = self.client("psql")?;
        psql.args(["--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        process::output(&mut psql).map(drop)
    }

    /// Runs `pgbench` and gives its transactions per second, without the time for connecting.
    pub(super) fn pgbench(&self, clients: usize, duration: Duration, scripts: &[PathBuf]) -> Result<f64> {
        let mut pgbench = self.client("pgbench")?;
        let seconds = duration.as_secs().max(1).to_string();
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--time", &seconds]);
        pgbench.arg("--client").arg(clients.to_string());
        for script in scripts {
            pgbench.arg("--file").arg(script);
        }
        let report = process::output(&mut pgbench)?;
        transactions_per_second(&report).with_context(|| format!("cannot read what pgbench says: {report}"))
    }

    /// Where the server's user may read files.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn client(&self, program: &str) -> Result<Command> {
        let mut command = self.command(program)?;
        command.arg("-h").arg(self.folder.path()).args(["-U", "bench"]);
        command.env("PGDATABASE", "postgres");
        Ok(command)
    }

    /// One of the programs, as the server's user when we are root.
    fn command(&self, program: &str) -> Result<Command> {
        let path = self.programs.join(program);
        ensure!(path.exists(), "there is no {}", path.display());
        let mut command = Command::new(if is_root()? { Path::new("setpriv") } else { &path });
        if is_root()? {
            command.arg(format!("--reuid={USER}")).arg(format!("--regid={USER}"));
            command.arg("--clear-groups").arg(&path);
        }
        // Not in our own folder, which the server's user may not enter.
        command.current_dir("/");
        Ok(command)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A fast shutdown; where it fails, the server is killed, and its folder is removed all the same.
        let _ = self.server.take().map(|server| server.end("INT"));
    }
}

fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("cannot tell who we are")?.uid() == 0)
}

fn transactions_per_second(report: &str) -> Option<f64> {
    let failed = report.lines().find_map(|line| line.strip_prefix("number of failed transactions: "));
    if !failed.is_none_or(|count| count.starts_with("0 ")) {
        return None;
    }
    let line = report.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_without_failures_has_a_rate() {
        let report = "number of failed transactions: 0 (0.000%)\nlatency average = 1.4 ms\n\
                      tps = 11234.500000 (without initial connection time)\n";
        assert_eq!(transactions_per_second(report), Some(11_234.5));
        let failed = report.replace(": 0 (", ": 7 (");
        assert_eq!(transactions_per_second(&failed), None);
    }
}
