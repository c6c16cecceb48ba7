//! `acopio import`: the command line of imports. How one runs is in `import_run`.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::Client;
use super::page::PageArgs;
use super::request::Request;
use super::table::Column;
use super::users::set;
use crate::failure::{Failure, Result};

/// A file to import, or what to do about earlier imports.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    command: Option<ImportCommand>,
    /// How the file is to be read (TOML)
    #[arg(long, value_name = "PROFILE", required = true)]
    profile: Option<PathBuf>,
    /// Check only: list every problem, post nothing
    #[arg(long)]
    dry_run: bool,
    /// Write each row that is not posted to this CSV file: row, column, value, reason
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The file: CSV (also .gz), XLSX or ODS
    #[arg(value_name = "DATA", required = true)]
    data: Option<PathBuf>,
}

/// A file to import.
pub(super) struct ImportJob<'a> {
    pub(super) profile: &'a PathBuf,
    pub(super) data: &'a PathBuf,
    pub(super) dry_run: bool,
    pub(super) report: Option<&'a PathBuf>,
}

/// What to do about imports.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// List imports, newest first
    List(PageArgs),
    /// Show an import
    Show {
        /// Its id
        id: String,
    },
    /// Take a whole import back, or nothing of it
    Undo {
        /// Its id
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

/// An import.
pub(super) const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("file", "file"),
    Column::text("profile", "profile"),
    Column::text("state", "state"),
    Column::figure("rows", "rows"),
    Column::figure("posted", "posted"),
    Column::figure("known", "posted before"),
    Column::figure("skipped", "passed over"),
    Column::figure("problems", "problems"),
    Column::text("detail", "detail"),
];

impl Client {
    /// Runs `acopio import`.
    ///
    /// # Errors
    ///
    /// The server's refusal, a file that cannot be read, or an import that failed.
    pub(crate) async fn import(&self, args: &ImportArgs) -> Result<()> {
        match &args.command {
            None => {
                let (Some(profile), Some(data)) = (&args.profile, &args.data) else {
                    return Err(Failure::usage("--profile and a file must be given"));
                };
                let report = args.report.as_ref();
                self.run_import(&ImportJob { profile, data, dry_run: args.dry_run, report }).await
            }
            Some(ImportCommand::List(page)) => self.list(Request::get("v1/imports"), page, COLUMNS).await,
            Some(ImportCommand::Show { id }) => {
                let answer = self.server.send(&Request::get("v1/imports").then(id)).await?;
                self.output.record(&answer, COLUMNS)
            }
            Some(ImportCommand::Undo { id, reason }) => {
                let mut body = json!({});
                set(&mut body, "reason", reason.as_ref());
                let request = Request::post("v1/imports").then(id).then("undo").json(body);
                let answer = self.server.send(&request).await?;
                self.output.answer(&answer, |_| format!("undid the import {id}"))
            }
        }
    }
}
