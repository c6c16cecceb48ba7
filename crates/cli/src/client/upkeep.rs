//! `acopio verify` and `acopio backup` through the server. With `--data` both work on the folder: see `server::offline`.

use std::path::PathBuf;

use serde_json::Value;

use super::Client;
use super::exports::download;
use super::output::note;
use super::request::Request;
use super::table::cell;
use crate::failure::{Failure, Result};
use crate::server::offline;

/// Where to verify.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The data folder of a stopped server; through the running server if not given
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// Where to copy from and to.
#[derive(Debug, clap::Args)]
pub(crate) struct BackupArgs {
    /// The data folder, whether its server runs or not; through the running server if not given
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The copy, a file that does not exist yet
    #[arg(value_name = "OUT")]
    pub(crate) out: PathBuf,
}

impl Client {
    /// Has the server prove its log and all that follows from it.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, or the server's refusal.
    pub(crate) async fn verify(&self) -> Result<()> {
        let answer = self.server.send(&Request::get("v1/verify")).await?;
        self.output.answer(&answer, |report| {
            let count = |name: &str| report[name].as_u64().unwrap_or(0);
            offline::verified(count("frames"), count("entries"), count("movements"), count("balances"))
        })?;
        match &answer.value["fault"] {
            Value::Null => Ok(()),
            fault => Err(Failure::new(format!("verification failed: {}", cell(fault)))),
        }
    }

    /// Downloads a copy of the server's database.
    ///
    /// # Errors
    ///
    /// The server's refusal, or a file that exists or cannot be written.
    pub(crate) async fn backup(&self, args: &BackupArgs) -> Result<()> {
        offline::refuse_existing(&args.out)?;
        let bytes = download(self.server.open(&Request::post("v1/backups")).await?, Some(&args.out)).await?;
        note(&format!("wrote {} ({bytes} bytes)", args.out.display()));
        Ok(())
    }
}
