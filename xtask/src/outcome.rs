//! What a step came to, and the count of tests that a run ends with.

use std::fmt;
use std::ops::AddAssign;
use std::process::ExitCode;

/// A tool that this machine lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    /// What is missing.
    pub(crate) what: String,
    /// How to install it.
    pub(crate) install: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} — {}", self.what, self.install)
    }
}

/// The outcome of one step that could be carried out as far as it goes; what stopped it is an error.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// One check, and it holds.
    Passed,
    /// One check that does not hold. The step has printed why.
    Failed,
    /// Many tests.
    Counted(Tally),
    /// Nothing was checked.
    Skipped(Missing),
}

impl Outcome {
    /// The exit code when this step is all that was asked for; a skipped step is then a failure.
    pub(crate) fn report_alone(&self) -> ExitCode {
        if let Self::Skipped(missing) = self {
            eprintln!("error: nothing was checked: {missing}");
        }
        match self.tally() {
            Tally { failed: 0, skipped: 0, .. } => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }

    /// This outcome as a number of tests.
    pub(crate) fn tally(&self) -> Tally {
        match self {
            Self::Passed => Tally { passed: 1, ..Tally::default() },
            Self::Failed => Tally { failed: 1, ..Tally::default() },
            Self::Counted(tally) => *tally,
            Self::Skipped(_) => Tally { skipped: 1, ..Tally::default() },
        }
    }
}

/// A number of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// Reads the closing line of one test program run by `cargo test`; no other line has a tally.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let (_verdict, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |name: &str| {
            let of_name = |part: &str| part.trim().strip_suffix(name)?.trim().parse().ok();
            counts.split(';').find_map(of_name)
        };
        Some(Self { passed: count("passed")?, failed: count("failed")?, skipped: count("ignored")? })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The last line of a run, which other programs read: `N passed, N failed[, N skipped]`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped != 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up_and_others_are_not() {
        let output = "\
running 3 tests
test a ... ok
test result: of this test is not a closing line
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s
test result: FAILED. 10 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s
error: test failed, to rerun pass `-p acopio-ledger --lib`
";
        let mut sum = Tally::default();
        for tally in output.lines().filter_map(Tally::from_line) {
            sum += tally;
        }
        assert_eq!(sum, Tally { passed: 12, failed: 3, skipped: 1 });
    }

    #[test]
    fn the_last_line_names_skips_only_when_there_are_some() {
        assert_eq!(Tally { passed: 5, failed: 0, skipped: 0 }.to_string(), "5 passed, 0 failed");
        assert_eq!(Tally { passed: 5, failed: 1, skipped: 2 }.to_string(), "5 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn a_missing_tool_says_how_to_install_it() {
        let missing =
            Missing { what: "python3 is missing".into(), install: "apt-get install python3".into() };
        assert_eq!(missing.to_string(), "python3 is missing — apt-get install python3");
    }
}
