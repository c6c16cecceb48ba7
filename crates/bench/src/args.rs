//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{anchors, measures};

/// Measures acopio beside anchors, in one run
#[derive(Debug, Parser)]
#[command(name = "acopio-bench", after_help = measures::help())]
pub(crate) struct Args {
    /// A hundredth of the data and short loads: shows that everything works, not how fast
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only measurements whose name contains this (may be repeated)
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Seconds of each load, after a warm-up of a quarter of that
    #[arg(long, value_name = "S")]
    pub(crate) seconds: Option<u64>,
    /// Keep the generated data sets here, and use them again in the next run
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where everything else is written while measuring: a folder on the disk in question
    #[arg(long, value_name = "DIR", default_value_os_t = std::env::temp_dir())]
    pub(crate) scratch: PathBuf,
    /// The program to be measured [default: the `acopio` beside this program]
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// The real file to import [default: online-retail.csv.gz of the folder `shared/data` beside the repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) retail: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the tables into this page too, between its markers
    #[arg(long, value_name = "PAGE", num_args = 0..=1, default_missing_value = "docs/benchmarks.md")]
    pub(crate) markdown: Option<PathBuf>,
    /// What else this program is
    #[command(subcommand)]
    pub(crate) mode: Option<Mode>,
}

/// What this program is when it starts itself.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Mode {
    /// The server of the floor
    #[command(name = anchors::echo::SUBCOMMAND, hide = true)]
    AnchorEcho,
}

impl Args {
    /// Whether a measurement was asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn all_is_measured_unless_parts_are_named() {
        let args = Args::parse_from(["acopio-bench"]);
        assert!(args.wants("singles") && !args.quick);
        let args = Args::parse_from(["acopio-bench", "--only", "batch", "--only", "list"]);
        assert!(args.wants("batches") && args.wants("list") && !args.wants("singles"));
        let args = Args::parse_from(["acopio-bench", "--markdown"]);
        assert_eq!(args.markdown, Some(PathBuf::from("docs/benchmarks.md")));
    }
}
