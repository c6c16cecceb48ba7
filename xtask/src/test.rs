//! `cargo xtask test`: every check and test in order, to the end even when one fails.
//!
//! The steps are a list; what each does is in a function or file of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::outcome::{Missing, Outcome, Tally};
use crate::process::{cargo, line, run as run_command, succeeds};
use crate::{nats, retail, schemathesis, sim, tidy, web};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Count a skipped step as failed
    #[arg(long, env = "CI", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) ci: bool,
    /// Run only the cargo tests whose name contains this, and no other step
    pub(crate) filter: Option<String>,
}

struct Step {
    name: &'static str,
    run: fn(&Options) -> Result<Outcome>,
}

/// Cheap steps first, so that a slip of the pen is known within seconds.
const STEPS: &[Step] = &[
    Step { name: "format", run: |_| format() },
    Step { name: "clippy", run: |_| clippy() },
    Step { name: "tidy", run: |_| tidy::step() },
    Step { name: "web", run: |_| web::step() },
    Step { name: "nats", run: |_| nats::step() },
    CARGO_TESTS,
    Step { name: "sim", run: |_| sim::step() },
    Step { name: "retail", run: |_| retail::step() },
    Step { name: "schemathesis", run: |_| schemathesis::step() },
];

const CARGO_TESTS: Step = Step { name: "tests", run: |options| cargo_test(options.filter.as_deref()) };

/// Runs the steps and ends with the count of tests, alone on the last line.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let steps = if options.filter.is_some() { &[CARGO_TESTS] } else { STEPS };
    let mut tally = Tally::default();
    let mut remarks = Vec::new();
    for step in steps {
        let outcome = run_step(step, options);
        remarks.extend(remark(step.name, &outcome, options.ci));
        tally += counted(&outcome, options.ci);
    }

    println!();
    for remark in remarks {
        println!("{remark}");
    }
    println!("{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_step(step: &Step, options: &Options) -> Outcome {
    println!("\n== {} ==", step.name);
    let start = Instant::now();
    let outcome = (step.run)(options).unwrap_or_else(|error| {
        println!("error: {error:#}");
        Outcome::Failed
    });
    println!("== {}: {} in {:.1?} ==", step.name, verdict(&outcome), start.elapsed());
    outcome
}

fn verdict(outcome: &Outcome) -> &'static str {
    match outcome.tally() {
        Tally { failed: 1.., .. } => "failed",
        _ if matches!(outcome, Outcome::Skipped(_)) => "skipped",
        _ => "passed",
    }
}

/// Every test counts as itself, every other step as one. In CI nothing may be skipped for want of a tool.
fn counted(outcome: &Outcome, ci: bool) -> Tally {
    match outcome {
        Outcome::Skipped(_) if ci => Outcome::Failed.tally(),
        outcome => outcome.tally(),
    }
}

/// What a reader of the end of the output should know about a step.
fn remark(name: &str, outcome: &Outcome, ci: bool) -> Option<String> {
    match outcome {
        Outcome::Passed => None,
        Outcome::Failed => Some(format!("failed: {name}")),
        Outcome::Counted(tally) if tally.failed != 0 => Some(format!("failed: {name} ({})", tally.failed)),
        Outcome::Counted(tally) if tally.skipped != 0 => Some(format!(
            "skipped: {} of the {name} (marked #[ignore] where they are written)",
            tally.skipped
        )),
        Outcome::Counted(_) => None,
        Outcome::Skipped(missing) if ci => Some(format!("failed: {name} was skipped ({missing})")),
        Outcome::Skipped(missing) => Some(format!("skipped: {name} ({missing})")),
    }
}

fn format() -> Result<Outcome> {
    if !succeeds(cargo().args(["fmt", "--version"])) {
        return Ok(component_missing("rustfmt"));
    }
    run_command(cargo().args(["fmt", "--all", "--check"])).map(|()| Outcome::Passed)
}

fn clippy() -> Result<Outcome> {
    if !succeeds(cargo().args(["clippy", "--version"])) {
        return Ok(component_missing("clippy"));
    }
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    run_command(cargo().args(arguments)).map(|()| Outcome::Passed)
}

fn component_missing(component: &str) -> Outcome {
    Outcome::Skipped(Missing {
        what: format!("{component} is missing"),
        install: format!("rustup component add {component}"),
    })
}

fn cargo_test(filter: Option<&str>) -> Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(filter);
    let (mut tally, succeeded) = stream_and_count(&mut command, &mut std::io::stdout())?;
    // A program that does not compile or dies half-way closes with no count of its own.
    if !succeeded && tally.failed == 0 {
        tally.failed = 1;
    }
    if tally.passed == 0 && tally.failed == 0 {
        println!(
            "error: no test was run{}",
            filter.map(|f| format!(", none has {f} in its name")).unwrap_or_default()
        );
        tally.failed = 1;
    }
    Ok(Outcome::Counted(tally))
}

/// Runs `cargo test`, shows its output as it comes and adds up the closing lines of all test programs.
fn stream_and_count(command: &mut Command, terminal: &mut impl Write) -> Result<(Tally, bool)> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {}", line(command)))?;
    let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
    let mut tally = Tally::default();
    let mut bytes = Vec::new();
    // By bytes, since a failing test may print what is not UTF-8.
    while output.read_until(b'\n', &mut bytes)? != 0 {
        terminal.write_all(&bytes)?;
        terminal.flush()?;
        if let Some(counted) = Tally::from_line(String::from_utf8_lossy(&bytes).trim_end()) {
            tally += counted;
        }
        bytes.clear();
    }
    let status = child.wait().with_context(|| format!("cannot wait for {}", line(command)))?;
    Ok((tally, status.success()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped() -> Outcome {
        Outcome::Skipped(Missing { what: "python3 is missing".into(), install: "install it".into() })
    }

    #[test]
    fn a_skip_is_listed_with_its_cure_and_fails_in_ci() {
        assert_eq!(counted(&skipped(), false), Tally { passed: 0, failed: 0, skipped: 1 });
        assert_eq!(counted(&skipped(), true), Tally { passed: 0, failed: 1, skipped: 0 });
        let expected = "skipped: schemathesis (python3 is missing — install it)";
        assert_eq!(remark("schemathesis", &skipped(), false).as_deref(), Some(expected));
        let expected = "failed: schemathesis was skipped (python3 is missing — install it)";
        assert_eq!(remark("schemathesis", &skipped(), true).as_deref(), Some(expected));
    }

    #[test]
    fn closing_lines_are_counted_and_shown_as_they_come() {
        let script =
            "echo 'test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out'; exit 1";
        // Shown to memory: on our own output, the run that tests this would count the line too.
        let mut shown = Vec::new();
        let mut command = Command::new("sh");
        let (tally, succeeded) =
            stream_and_count(command.args(["-c", script]), &mut shown).expect("sh is started");
        assert_eq!(tally, Tally { passed: 4, failed: 0, skipped: 1 });
        assert!(!succeeded);
        assert!(shown.starts_with(b"test result: ok. 4 passed;"));
    }
}
