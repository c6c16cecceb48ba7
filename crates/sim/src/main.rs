//! `acopio-sim`: whole clusters of real nodes in one thread, over a simulated fabric and clock, from one seed.
//!
//! Random commands meet partitions, crashes, lost and repeated messages, and wrong clocks; then all is healed, and what
//! acopio promises is checked. The same seed gives the same run. Nothing here is part of the product.

mod chance;
mod check;
mod digest;
mod events;
mod history;
mod site;
mod work;
mod world;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use world::{Outcome, World};

/// Simulates clusters from seeds and checks what acopio promises
#[derive(Debug, Parser)]
struct Args {
    /// The seed, or the first of several
    #[arg(default_value_t = 1)]
    seed: u64,
    /// How many seeds
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// How many steps each world lives before it is healed
    #[arg(long, default_value_t = 150)]
    steps: usize,
    /// Say every step
    #[arg(long)]
    verbose: bool,
}

/// What a run ended with, as exit codes: 1 wrong, 2 stuck; a crash is Rust's own 101.
fn main() -> ExitCode {
    let args = Args::parse();
    if args.verbose {
        let filter = tracing_subscriber::EnvFilter::new("debug");
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
    }
    let began = Instant::now();
    let mut total = history::Counts::default();
    for seed in args.seed..args.seed + args.seeds {
        let world = World::new(seed, args.verbose);
        match world.live(args.steps) {
            Outcome::Sound(counts) => total.add(&counts),
            Outcome::Wrong(what) => {
                println!("seed {seed}: wrong: {what}\nreplay it with: cargo xtask sim {seed}");
                return ExitCode::from(1);
            }
            Outcome::Stuck(what) => {
                println!("seed {seed}: stuck: {what}\nreplay it with: cargo xtask sim {seed}");
                return ExitCode::from(2);
            }
        }
        if args.seeds >= 1_000 && (seed - args.seed + 1).is_multiple_of(1_000) {
            eprintln!("{} seeds, {:.0?}", seed - args.seed + 1, began.elapsed());
        }
    }
    println!("{} seeds sound in {:.1?}: {total}", args.seeds, began.elapsed());
    ExitCode::SUCCESS
}
