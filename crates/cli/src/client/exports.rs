//! `acopio export`, and how files come from the server: streamed, and never half under their final name.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use reqwest::Response;

use super::Client;
use super::audit::AuditFilters;
use super::history::HistoryFilters;
use super::output::note;
use super::products::ProductFilters;
use super::request::Request;
use super::stock::StockFilters;
use super::transfers::TransferFilters;
use crate::failure::{Failure, Result};
use crate::progress;

/// What to export, and to where.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    #[command(subcommand)]
    list: List,
}

/// A list to export, with its filters.
#[derive(Debug, Subcommand)]
enum List {
    /// Balances
    Stock {
        #[command(flatten)]
        filters: StockFilters,
        #[command(flatten)]
        file: FileArgs,
    },
    /// The catalogue
    Products {
        #[command(flatten)]
        filters: ProductFilters,
        #[command(flatten)]
        file: FileArgs,
    },
    /// Movements
    Movements {
        #[command(flatten)]
        filters: HistoryFilters,
        #[command(flatten)]
        file: FileArgs,
    },
    /// Transfers, one row for each line
    Transfers {
        #[command(flatten)]
        filters: TransferFilters,
        #[command(flatten)]
        file: FileArgs,
    },
    /// What people did, but for movements, one row for each field
    Audit {
        #[command(flatten)]
        filters: AuditFilters,
        #[command(flatten)]
        file: FileArgs,
    },
}

/// The file that is made.
#[derive(Debug, clap::Args)]
struct FileArgs {
    /// Format; by the file's name if not given, else csv
    #[arg(long)]
    format: Option<Format>,
    /// File to write; stdout if not given, or if it is -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The format of a file.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Comma-separated values
    Csv,
    /// Excel
    Xlsx,
}

impl FileArgs {
    fn extension(&self) -> &'static str {
        let by_name = self.output.as_ref().and_then(|file| file.extension()?.to_str());
        match (self.format, by_name) {
            (Some(Format::Xlsx), _) | (None, Some("xlsx")) => "xlsx",
            (Some(Format::Csv), _) | (None, _) => "csv",
        }
    }
}

impl Client {
    /// Runs `acopio export`.
    ///
    /// # Errors
    ///
    /// The server's refusal, a connection that breaks, or a file that cannot be written.
    pub(crate) async fn export(&self, args: &ExportArgs) -> Result<()> {
        let (request, file) = match &args.list {
            List::Stock { filters, file } => (filters.apply(path("stock", file)), file),
            List::Products { filters, file } => (filters.apply(path("products", file)), file),
            List::Movements { filters, file } => (filters.apply(path("movements", file)), file),
            List::Transfers { filters, file } => (filters.apply(path("transfers", file)), file),
            List::Audit { filters, file } => (filters.apply(path("audit", file)), file),
        };
        if file.output.is_none() && file.extension() == "xlsx" && io::stdout().is_terminal() {
            return Err(
                Failure::usage("an Excel file cannot be shown on the terminal").hint("name a file with -o")
            );
        }
        let bytes = download(self.server.open(&request).await?, file.output.as_ref()).await?;
        if let Some(file) = &file.output {
            note(&format!("wrote {} ({bytes} bytes)", file.display()));
        }
        Ok(())
    }
}

fn path(list: &str, file: &FileArgs) -> Request {
    Request::get(&format!("v1/{list}.{}", file.extension()))
}

/// Writes an answer to a file, or to stdout where no file is named. Answers with the number of bytes.
///
/// # Errors
///
/// When the connection breaks or the file cannot be written; then there is no file, or the one from before.
pub(super) async fn download(response: Response, file: Option<&PathBuf>) -> Result<u64> {
    let bar = progress::bytes("downloading", response.content_length());
    let count = |bytes: u64| bar.inc(bytes);
    let written = match file {
        Some(file) if file != Path::new("-") => to_file(response, file, count).await,
        _ => copy(response, &mut io::stdout().lock(), count).await,
    };
    bar.finish_and_clear();
    written
}

/// Half a file must not look like a whole one: it gets its name when it is complete. What is no file, as a pipe, is written
/// into, and a link stays one.
async fn to_file(response: Response, file: &Path, count: impl Fn(u64)) -> Result<u64> {
    let found = fs::metadata(file);
    let is_file = found.is_ok_and(|found| found.is_file());
    if !is_file && fs::symlink_metadata(file).is_ok() {
        let mut out = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
        return copy(response, &mut out, count).await;
    }
    let behind = if is_file { fs::canonicalize(file).ok() } else { None };
    let file = behind.as_deref().unwrap_or(file);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let writing = || format!("cannot write {}", file.display());
    let mut part = tempfile::NamedTempFile::new_in(folder).with_context(writing)?;
    let bytes = copy(response, &mut part, count).await?;
    part.as_file().sync_all().with_context(writing)?;
    let permissions = default_permissions(file);
    let kept = part.persist(file).map_err(|error| error.error).with_context(writing)?;
    kept.set_permissions(permissions).with_context(writing)?;
    Ok(bytes)
}

/// A temporary file is readable by its owner only; an export is as readable as the file it replaces, or as others.
fn default_permissions(file: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).map_or_else(|_| fs::Permissions::from_mode(0o644), |present| present.permissions())
}

async fn copy(mut response: Response, out: &mut impl Write, count: impl Fn(u64)) -> Result<u64> {
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await.context("the download broke off")? {
        match out.write_all(&chunk) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(Failure::reader_gone()),
            written => written.context("cannot write the download")?,
        }
        bytes += chunk.len() as u64;
        count(chunk.len() as u64);
    }
    out.flush().context("cannot write the download")?;
    Ok(bytes)
}
