//! `acopio-bench`: measures the product beside anchors, in one run, and prints both with their ratio.
//!
//! The product is a program like any other here: it is started as a child process and spoken to over HTTP. What is
//! measured stands in `measures`, one file each, what it is compared with in `anchors`.
#![expect(clippy::float_arithmetic, reason = "figures are measured, and no stock is kept here")]

mod anchors;
mod args;
mod context;
mod figure;
mod http;
mod load;
mod measures;
mod process;
mod product;
mod progress;
mod report;
mod traffic;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Parser;

use args::{Args, Mode};
use context::Context;
use report::{Report, Section};

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.mode {
        Some(Mode::AnchorEcho) => anchors::echo::serve().map(|()| ExitCode::SUCCESS),
        None => run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Measures what was asked for. Figures that fall short do not fail the run; measurements that cannot be made do.
fn run(args: &Args) -> Result<ExitCode> {
    let chosen: Vec<_> = measures::ALL.iter().filter(|measure| args.wants(measure.name)).collect();
    ensure!(!chosen.is_empty(), "there is no such measurement; there are: {}", measures::names());
    let mut context = Context::new(args)?;
    let mut report = Report::begin(args.quick)?;
    for measure in chosen {
        eprintln!("{}: {}", measure.name, measure.what);
        let figures = (measure.run)(&mut context).map_err(|error| format!("{error:#}"));
        if let Err(error) = &figures {
            eprintln!("error: {error}");
        }
        report.sections.push(Section { name: measure.name, what: measure.what, figures });
    }
    if args.json {
        println!("{}", report.json()?);
    } else {
        print!("{}", report.table());
    }
    if let Some(page) = &args.markdown {
        report::write_into(page, &report.markdown())?;
    }
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
