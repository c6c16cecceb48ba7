//! What every measurement is given: sizes, folders, the anchors of this run.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::anchors::{Anchors, Effort};
use crate::args::Args;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// How long each load lasts.
    pub(crate) duration: Duration,
    /// How long before that it runs uncounted.
    pub(crate) warm_up: Duration,
    /// Products of the ledgers, each in three warehouses.
    pub(crate) ledger_products: u32,
    /// Movements of the small and of the large ledger.
    pub(crate) ledger_movements: [u64; 2],
    /// Products of the small and of the large catalogue.
    pub(crate) catalogue_products: [u32; 2],
}

impl Scale {
    /// The sizes that the targets speak of.
    const WHOLE: Scale = Scale {
        duration: Duration::from_secs(10),
        warm_up: Duration::from_millis(2_500),
        ledger_products: 100_000,
        ledger_movements: [1_000_000, 10_000_000],
        catalogue_products: [10_000, 1_000_000],
    };

    /// Enough to see that everything works.
    const QUICK: Scale = Scale {
        duration: Duration::from_secs(2),
        warm_up: Duration::from_millis(500),
        ledger_products: 2_000,
        ledger_movements: [10_000, 100_000],
        catalogue_products: [1_000, 20_000],
    };
}

/// What every measurement is given.
#[derive(Debug)]
pub(crate) struct Context {
    /// How much of everything.
    pub(crate) scale: Scale,
    /// The anchors of this run.
    pub(crate) anchors: Anchors,
    /// A folder that is gone after the run.
    pub(crate) scratch: TempDir,
    /// Where data sets are kept: `scratch`, or a folder that stays.
    pub(crate) data: PathBuf,
    /// The program to be measured.
    pub(crate) program: PathBuf,
    /// The real file to import, where one was named.
    pub(crate) retail: Option<PathBuf>,
}

impl Context {
    /// Makes the folders.
    ///
    /// # Errors
    ///
    /// When they cannot be made.
    pub(crate) fn new(args: &Args) -> Result<Context> {
        let mut scale = if args.quick { Scale::QUICK } else { Scale::WHOLE };
        if let Some(seconds) = args.seconds {
            scale.duration = Duration::from_secs(seconds);
            scale.warm_up = scale.duration / 4;
        }
        let scratch = tempfile::Builder::new()
            .prefix("acopio-bench-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir_in(&args.scratch)
            .with_context(|| format!("cannot make a folder in {}", args.scratch.display()))?;
        let data = args.data.clone().unwrap_or_else(|| scratch.path().join("data"));
        std::fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        let effort = Effort {
            duration: scale.duration,
            warm_up: scale.warm_up,
            products: scale.ledger_products,
            scratch: scratch.path().to_owned(),
        };
        let program = args.program.clone().map_or_else(beside_us, Ok)?;
        Ok(Context {
            scale,
            anchors: Anchors::new(effort),
            scratch,
            data,
            program,
            retail: args.retail.clone(),
        })
    }
}

fn beside_us() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find our own program")?;
    Ok(own.with_file_name("acopio"))
}
