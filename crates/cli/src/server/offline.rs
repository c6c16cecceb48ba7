//! What is done to a data folder without a server: verify, rebuild, back up, restore.

use std::fs;
use std::path::{Path, PathBuf};

use acopio_contract::query::{Backup, VerifyReport};
use acopio_node::Progress;
use acopio_store::database_file;
use anyhow::Context;
use indicatif::ProgressBar;
use serde_json::json;

use super::assemble;
use super::folder::DataFolder;
use crate::failure::{Failure, Result};
use crate::progress;

/// What to rebuild.
#[derive(Debug, clap::Args)]
pub(crate) struct RebuildArgs {
    /// The data folder of a stopped server
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// What to restore, and to where.
#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A data folder that has no database
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Nothing else is left of the nodes that it worked with: go on from the backup, without what came after it
    #[arg(long)]
    others_are_gone: bool,
}

/// Proves the log in a folder and all that follows from it.
///
/// # Errors
///
/// The first thing that is wrong, or that a server has the folder.
pub(crate) fn verify(data: &Path, json: bool) -> Result<()> {
    let _folder = DataFolder::with_database(data).map_err(|failure| {
        failure.hint("leave out --data to verify through the running server, or stop it first")
    })?;
    let report = prove(&database_file(data))?;
    if json {
        println!("{}", as_json(&report));
    } else {
        println!("{}", verified(report.frames, report.entries, report.movements, report.balances));
    }
    judge(&report)
}

/// Makes all views of a folder anew from its log.
///
/// # Errors
///
/// When a server has the folder, or the log cannot be read.
pub(crate) fn rebuild(args: &RebuildArgs) -> Result<()> {
    let folder =
        DataFolder::with_database(&args.data).map_err(|failure| failure.hint("stop the server first"))?;
    let mut store = assemble::store_to_rebuild(folder.path())?;
    let bar = progress::counter("entries");
    let entries = acopio_node::rebuild(&mut *store, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    let entries = entries.with_context(|| format!("cannot rebuild {}", args.data.display()))?;
    println!("rebuilt all views from {entries} entries: {}", args.data.display());
    Ok(())
}

/// Copies the database of a folder, whether a server writes to it or not.
///
/// # Errors
///
/// When the copy exists or cannot be written.
pub(crate) fn backup(data: &Path, out: &Path) -> Result<()> {
    refuse_existing(out)?;
    let file = database_file(data);
    if !file.is_file() {
        return Err(Failure::new(format!("no database: {}", file.display())));
    }
    let (_, reader) = assemble::read(&file)?;
    let bytes = reader.backup(&Backup { file: out.to_owned() });
    let bytes = bytes.with_context(|| format!("cannot write the backup {}", out.display()))?;
    sync(out)?;
    eprintln!("wrote {} ({bytes} bytes)", out.display());
    Ok(())
}

/// Puts a backup into a folder. The copy is proved before it counts, and goes on in the next incarnation of its log.
///
/// # Errors
///
/// When the folder has a database, or the backup does not stand the proof.
pub(crate) fn restore(args: &RestoreArgs) -> Result<()> {
    let folder = DataFolder::create(&args.data)?;
    let database = database_file(folder.path());
    if database.exists() {
        return Err(Failure::new(format!("the folder has a database already: {}", database.display()))
            .hint("restore into an empty folder, or move the old database away"));
    }
    // Under another name until it is proved: a restore that was interrupted leaves no database.
    let copy = folder.path().join("restoring.db");
    remove(&copy)?;
    fs::copy(&args.file, &copy).with_context(|| format!("cannot copy {}", args.file.display()))?;
    assemble::upgrade(&copy).inspect_err(|_| _ = remove(&copy))?;
    let report = prove(&copy).inspect_err(|_| _ = remove(&copy))?;
    judge(&report).inspect_err(|_| _ = remove(&copy))?;
    let is_among_others = prepare(&copy, args.others_are_gone).inspect_err(|_| _ = remove(&copy))?;
    sync(&copy)?;
    remove_side_files(&copy)?;
    fs::rename(&copy, &database).with_context(|| format!("cannot write {}", database.display()))?;
    sync(folder.path())?;
    println!("{}", verified(report.frames, report.entries, report.movements, report.balances));
    println!("restored {} to {}", args.file.display(), args.data.display());
    if is_among_others {
        println!(
            "its node has worked among others: start it with --join, and it gets back what it has written since"
        );
    }
    Ok(())
}

/// What is written from now on must not be taken for what the node has written since the backup. Alone, it goes on in the
/// next incarnation at once; among others it first gets back what these have of it. Answers which.
fn prepare(copy: &Path, others_are_gone: bool) -> Result<bool> {
    let (_, reader) = assemble::read(copy)?;
    let logs = reader.heads().with_context(|| format!("cannot read {}", copy.display()))?;
    drop(reader);
    let is_among_others = 1 < logs.len() && !others_are_gone;
    let begin = if is_among_others { acopio_node::begin_recovery } else { acopio_node::begin_again };
    assemble::change(copy, begin)?;
    Ok(is_among_others)
}

/// What a proof has gone through, in one line.
pub(crate) fn verified(frames: u64, entries: u64, movements: u64, balances: u64) -> String {
    format!("verified {frames} frames, {entries} entries, {movements} movements, {balances} balances")
}

/// A copy never replaces a file: it could be the last good one.
///
/// # Errors
///
/// When there is such a file.
pub(crate) fn refuse_existing(file: &Path) -> Result<()> {
    match file.try_exists() {
        Ok(false) => Ok(()),
        _ => Err(Failure::new(format!("the file exists: {}", file.display())).hint("choose another name")),
    }
}

fn prove(database: &Path) -> Result<VerifyReport> {
    let (_, reader) = assemble::read(database)?;
    let reading = || format!("cannot read {}", database.display());
    let audit = reader.audit().with_context(reading)?;
    let bar = progress::counter("entries");
    let report = acopio_node::verify(&*audit, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    Ok(report.with_context(reading)?)
}

/// Answers with what a proof has found to be wrong.
///
/// # Errors
///
/// What it has found.
pub(crate) fn judge(report: &VerifyReport) -> Result<()> {
    match &report.fault {
        None => Ok(()),
        Some(fault) => Err(Failure::new(format!("verification failed: {fault}"))
            .hint("if only a view is wrong, `acopio rebuild` makes it anew; a damaged log needs a backup")),
    }
}

fn as_json(report: &VerifyReport) -> serde_json::Value {
    let VerifyReport { frames, entries, movements, balances, fault } = report;
    json!({
        "frames": frames, "entries": entries, "movements": movements, "balances": balances, "fault": fault,
    })
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.end);
    bar.set_position(progress.at);
}

/// Makes a file, or the names in a folder, survive a loss of power.
///
/// # Errors
///
/// When the system does not do it.
pub(crate) fn sync(path: &Path) -> Result<()> {
    let synced = fs::File::open(path).and_then(|file| file.sync_all());
    Ok(synced.with_context(|| format!("cannot make {} durable", path.display()))?)
}

/// What using a database has left beside it.
///
/// # Errors
///
/// As [`remove`].
pub(crate) fn remove_side_files(copy: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm"] {
        let mut name = copy.as_os_str().to_owned();
        name.push(suffix);
        remove(Path::new(&name))?;
    }
    Ok(())
}

/// Removes a file, if there is one.
///
/// # Errors
///
/// When it cannot be removed.
pub(crate) fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(error).context(format!("cannot remove {}", file.display())).into())
        }
        _ => Ok(()),
    }
}
