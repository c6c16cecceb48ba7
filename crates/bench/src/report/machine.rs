//! The machine of a run, as far as the kernel tells.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How many cores others may keep busy before a run is not to be trusted.
pub(super) const BUSY_MAX: f64 = 0.1;
/// How long it is looked whether they do.
const LOOK: Duration = Duration::from_secs(1);
/// How many parts of a second the kernel counts processor time in.
const TICKS_PER_SECOND: f64 = 100.0;

/// When and on what a run was made.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Machine {
    /// Seconds since 1970.
    pub(crate) made_at_s: u64,
    /// The same as a date.
    pub(crate) date: String,
    /// How many cores there are.
    pub(crate) cores: usize,
    /// What they are called.
    pub(crate) processor: String,
    /// Bytes of memory.
    pub(crate) memory_bytes: u64,
    /// How many cores other programs kept busy just before.
    pub(crate) others_cores: f64,
}

impl Machine {
    /// This machine, now. Takes a second.
    ///
    /// # Errors
    ///
    /// When the kernel does not tell how busy it is.
    pub(super) fn this() -> Result<Machine> {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let (cpus, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
        let processor = after(&cpus, "model name").unwrap_or("unknown").to_owned();
        let kilobytes =
            after(&memory, "MemTotal").and_then(|text| text.strip_suffix(" kB")?.parse::<u64>().ok());
        Ok(Machine {
            made_at_s: since.as_secs(),
            date: date(since.as_secs()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor,
            memory_bytes: kilobytes.unwrap_or_default() << 10,
            others_cores: busy_cores()?,
        })
    }
}

/// How many cores are busy while we do nothing.
fn busy_cores() -> Result<f64> {
    let now = || -> Result<u64> {
        busy_ticks(&fs::read_to_string("/proc/stat")?).context("cannot read how busy the machine is")
    };
    let (start, before) = (Instant::now(), now()?);
    std::thread::sleep(LOOK);
    let ticks = now()?.saturating_sub(before);
    Ok(ticks as f64 / TICKS_PER_SECOND / start.elapsed().as_secs_f64())
}

/// All ticks since the machine was started, on all cores, but for those of idling and of waiting for disks.
fn busy_ticks(stat: &str) -> Option<u64> {
    let columns = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Option<Vec<u64>> = columns.split_ascii_whitespace().map(|text| text.parse().ok()).collect();
    // User, nice, system, idle, iowait, irq, softirq, steal; what follows is counted among these already.
    match ticks?.as_slice() {
        [user, nice, system, _, _, irq, softirq, steal, ..] => {
            Some(user + nice + system + irq + softirq + steal)
        }
        _ => None,
    }
}

/// The value of the first line of that name, in the form of `/proc`.
fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start().strip_prefix(':')?.trim())
}

/// Year, month and day, by counting whole years and months off.
fn date(seconds: u64) -> String {
    let (mut days, mut year) = (seconds / 86_400, 1_970);
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while 365 + u64::from(leap(year)) <= days {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while lengths[month] <= days {
        days -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_over_leap_years() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_735_689_599), "2024-12-31");
        assert_eq!(date(1_735_689_600), "2025-01-01");
    }

    #[test]
    fn only_work_counts_as_busy() {
        let stat = "cpu  100 20 3 9000 9000 4 5 6 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n";
        assert_eq!(busy_ticks(stat), Some(138));
        assert_eq!(busy_ticks("cpu 1 2"), None);
    }

    #[test]
    fn what_the_kernel_says_is_found_by_name() {
        assert_eq!(after("a: 1\nmodel name\t: Some CPU\n", "model name"), Some("Some CPU"));
        assert_eq!(after("MemTotal:   1024 kB\n", "MemTotal"), Some("1024 kB"));
        assert_eq!(after("", "MemTotal"), None);
    }
}
