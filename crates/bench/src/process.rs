//! Programs that we start and end by their own process id, and what the kernel says of their time and memory.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How long a program may take to end after it was asked to.
const ENDING_MAX: Duration = Duration::from_secs(60);
/// Between two looks at a program that is starting or ending.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// The kernel counts processor time in hundredths of a second, on every Linux that we know.
const TICK: Duration = Duration::from_millis(10);

/// A program to be started that ends when we do, however that comes about, where the machine has `setpriv`.
///
/// Ending is a matter of the kernel then: a bench that is killed leaves no server behind that would spoil the next run.
pub(crate) fn tied(program: &Path) -> Command {
    if !is_there("setpriv") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]).arg(program);
    command
}

/// A program under way. It is killed when this is dropped, unless it was ended in peace before.
#[derive(Debug)]
pub(crate) struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Starts a program.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub(crate) fn start(command: &mut Command) -> Result<Running> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Running { name, child })
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The child itself, for its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    ///
    /// When the program ends before, or is not ready in time.
    pub(crate) fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status} before it was ready", self.name);
            }
            ensure!(start.elapsed() < limit, "{} was not ready after {limit:?}", self.name);
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// Asks it to end by a signal (`TERM`, `INT`), and waits until it has.
    ///
    /// # Errors
    ///
    /// When it does not end in time; it is killed then.
    pub(crate) fn end(mut self, signal: &str) -> Result<ExitStatus> {
        let mut kill = Command::new("kill");
        let asked = kill.arg(format!("-{signal}")).arg(self.pid().to_string()).status();
        ensure!(asked.context("cannot start kill")?.success(), "cannot signal {}", self.name);
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            ensure!(start.elapsed() < ENDING_MAX, "{} did not end after {ENDING_MAX:?}", self.name);
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and that is as it should be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end and gives what it printed.
///
/// # Errors
///
/// When it cannot be started or fails; what it said on stderr is part of the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {name}"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} ended with {}: {}", output.status, complaint.trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is there, by name in the search path or by its whole path.
pub(crate) fn is_there(program: &str) -> bool {
    if program.contains('/') {
        return Path::new(program).exists();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}

/// Processor time that a program has taken on all cores.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage(Duration);

impl Usage {
    /// Of this program.
    ///
    /// # Errors
    ///
    /// When the kernel does not say.
    pub(crate) fn of_this_process() -> Result<Usage> {
        Usage::of(std::process::id())
    }

    /// Of the program with that process id.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(crate) fn of(pid: u32) -> Result<Usage> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("cannot read processor time")?;
        ticks(&stat).map(|ticks| Usage(TICK * ticks)).context("cannot read processor time")
    }

    /// What was taken since an earlier look.
    pub(crate) fn since(self, earlier: Usage) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The sum of user and system time. The name, which may hold anything, ends with the last bracket.
fn ticks(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_ascii_whitespace().skip(11);
    Some(times.next()?.parse::<u32>().ok()? + times.next()?.parse::<u32>().ok()?)
}

/// Memory that a program has in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Bytes resident now.
    pub(crate) now: u64,
    /// The most bytes resident since the start, or since [`Memory::forget_peak`].
    pub(crate) peak: u64,
}

impl Memory {
    /// Of the program with that process id.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(crate) fn of(pid: u32) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).context("cannot read memory")?;
        memory(&status).context("cannot read memory")
    }

    /// Lets the peak begin anew.
    ///
    /// # Errors
    ///
    /// When the kernel does not allow it.
    pub(crate) fn forget_peak(pid: u32) -> Result<()> {
        fs::write(format!("/proc/{pid}/clear_refs"), "5").context("cannot reset the peak of memory")
    }
}

fn memory(status: &str) -> Option<Memory> {
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    Some(Memory { now: kilobytes("VmRSS:")? << 10, peak: kilobytes("VmHWM:")? << 10 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_a_name_with_brackets() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 99";
        assert_eq!(ticks(stat), Some(300));
        assert!(Usage::of_this_process().is_ok());
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(memory(status), Some(Memory { now: 1 << 20, peak: 2 << 20 }));
    }

    #[test]
    fn a_program_is_ended_by_its_own_id() {
        let running = Running::start(Command::new("sleep").arg("60")).unwrap();
        assert!(!running.end("TERM").unwrap().success());
    }

    #[test]
    fn a_tied_program_is_the_program_itself() {
        let running = Running::start(tied(Path::new("sleep")).arg("60")).unwrap();
        let name = || fs::read_to_string(format!("/proc/{}/comm", running.pid())).unwrap();
        let start = Instant::now();
        while name().trim() != "sleep" {
            assert!(start.elapsed() < Duration::from_secs(10), "still {}", name());
            std::thread::sleep(LOOK_EVERY);
        }
        assert!(!running.end("TERM").unwrap().success());
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let error = output(Command::new("sh").args(["-c", "echo no >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().ends_with("exit status: 3: no"), "{error}");
        assert_eq!(output(Command::new("echo").arg("yes")).unwrap(), "yes\n");
        assert!(is_there("sh") && !is_there("no-such-program"));
    }
}
