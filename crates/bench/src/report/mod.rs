//! What a run has come to, for people, for programs and for the page in `docs`.

mod json;
mod markdown;
mod table;

use crate::figure::Figure;
pub(crate) use markdown::write_into;

/// The figures of one measurement, or why there are none.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The figures.
    pub(crate) figures: Result<Vec<Figure>, String>,
}

/// A whole run.
#[derive(Debug)]
pub(crate) struct Report {
    /// When and on what it was made.
    pub(crate) machine: Machine,
    /// Whether sizes and times were cut down.
    pub(crate) quick: bool,
    /// In the order in which they were measured.
    pub(crate) sections: Vec<Section>,
}

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
}

impl Report {
    /// An empty report.
    pub(crate) fn begin(quick: bool) -> Report {
        Report { machine: Machine::this(), quick, sections: Vec::new() }
    }

    /// Whether every measurement could be made.
    pub(crate) fn is_whole(&self) -> bool {
        self.sections.iter().all(|section| section.figures.is_ok())
    }
}

impl Machine {
    fn this() -> Machine {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let (cpus, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
        let processor = after(&cpus, "model name").unwrap_or("unknown").to_owned();
        let kilobytes =
            after(&memory, "MemTotal").and_then(|text| text.strip_suffix(" kB")?.parse::<u64>().ok());
        Machine {
            made_at_s: since.as_secs(),
            date: date(since.as_secs()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor,
            memory_bytes: kilobytes.unwrap_or_default() << 10,
        }
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
    fn what_the_kernel_says_is_found_by_name() {
        assert_eq!(after("a: 1\nmodel name\t: Some CPU\n", "model name"), Some("Some CPU"));
        assert_eq!(after("MemTotal:   1024 kB\n", "MemTotal"), Some("1024 kB"));
        assert_eq!(after("", "MemTotal"), None);
    }
}
