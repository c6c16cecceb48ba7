//! One import from end to end: upload, check, commit, report. The server does the work; this follows it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use indicatif::ProgressBar;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tokio_util::io::{InspectReader, ReaderStream};

use super::exports::download;
use super::http::Answer;
use super::imports::ImportJob;
use super::request::Request;
use super::table::cell;
use super::{Client, output};
use crate::failure::{Failure, Result};
use crate::progress;

/// Between two looks at an import that runs. An import takes seconds, and a look costs the server next to nothing.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// States in which the server works on an import.
const WORKING: &[&str] = &["checking", "committing"];

impl Client {
    /// Uploads a file, has it checked, and posts its rows unless only the check is wanted.
    ///
    /// # Errors
    ///
    /// The server's refusal, a file that cannot be read, or an import that failed.
    pub(super) async fn run_import(&self, job: &ImportJob<'_>) -> Result<()> {
        let uploaded = self.upload_import(job).await?;
        let id = cell(&uploaded.value["id"]);
        let mut answer = self.wait_for_import(&id).await?;
        if !job.dry_run {
            self.server.send(&Request::post("v1/imports").then(&id).then("commit")).await?;
            answer = self.wait_for_import(&id).await?;
        }
        if let Some(report) = job.report {
            let request = Request::get("v1/imports").then(&id).then("problems.csv");
            download(self.server.open(&request).await?, Some(report)).await?;
        }
        if job.dry_run {
            // The server need not keep the file: nobody can go on from here but by importing it.
            self.server.send(&Request::delete("v1/imports").then(&id)).await?;
        }
        self.output.answer(&answer, |import| summary(import, job))?;
        if job.report.is_none() && import_has_problems(&answer.value) {
            output::note("hint: --report FILE writes each row that is not posted, with its reason");
        }
        Ok(())
    }

    /// Waits until the server has done its work on an import.
    ///
    /// # Errors
    ///
    /// The import's failure.
    async fn wait_for_import(&self, id: &str) -> Result<Answer> {
        let bar = progress::counter("rows");
        loop {
            let answer = self.server.send(&Request::get("v1/imports").then(id)).await?;
            let state = cell(&answer.value["state"]);
            if state == "failed" {
                bar.finish_and_clear();
                let reason =
                    ["error", "reason", "detail"].iter().find_map(|field| answer.value[field].as_str());
                let reason = reason.unwrap_or("the server does not say why");
                return Err(Failure::new(format!("the import {id} failed: {reason}")));
            }
            if !WORKING.contains(&state.as_str()) {
                bar.finish_and_clear();
                return Ok(answer);
            }
            show_progress(&bar, &state, &answer.value);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn upload_import(&self, job: &ImportJob<'_>) -> Result<Answer> {
        let profile = fs::read_to_string(job.profile)
            .with_context(|| format!("cannot read the profile {}", job.profile.display()))?;
        let profile_name = file_name(job.profile);
        let length = fs::metadata(job.data)
            .with_context(|| format!("cannot read the file {}", job.data.display()))?
            .len();
        let bar = progress::bytes("uploading", Some(length));
        let form = || {
            bar.set_position(0);
            let profile = Part::text(profile.clone()).file_name(profile_name.clone());
            Ok(Form::new().part("profile", profile).part("file", file_part(job.data, length, &bar)?))
        };
        let answer = self.server.upload(&Request::post("v1/imports"), form).await?;
        bar.finish_and_clear();
        Ok(answer)
    }
}

/// The file as it is read piece by piece, so that its size does not matter.
fn file_part(path: &Path, length: u64, bar: &ProgressBar) -> Result<Part> {
    let file = fs::File::open(path).with_context(|| format!("cannot read the file {}", path.display()))?;
    let bar = bar.clone();
    let counted =
        InspectReader::new(tokio::fs::File::from_std(file), move |bytes| bar.inc(bytes.len() as u64));
    let body = reqwest::Body::wrap_stream(ReaderStream::new(counted));
    Ok(Part::stream_with_length(body, length).file_name(file_name(path)))
}

/// The name tells the server whether it is a spreadsheet, and whether it is packed.
fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn show_progress(bar: &ProgressBar, state: &str, import: &Value) {
    bar.set_message(state.to_owned());
    if let Some(total) = import["progress"]["total"].as_u64() {
        bar.set_length(total);
    }
    bar.set_position(import["progress"]["done"].as_u64().unwrap_or(0));
}

fn import_has_problems(import: &Value) -> bool {
    import["problems"].as_u64().is_some_and(|problems| 0 < problems)
}

fn summary(import: &Value, job: &ImportJob<'_>) -> String {
    let figure = |name: &str| cell(&import[name]);
    let (done, posted) = match job.dry_run {
        true => ("checked", format!("{} to be posted", figure("planned"))),
        false => ("imported", format!("{} posted", figure("posted"))),
    };
    let report = job.report.map(|file| format!("\nthe report is {}", file.display())).unwrap_or_default();
    format!(
        "{done} {}: {} rows: {posted}, {} posted before, {} passed over, {} with problems\n\
         {} new products, {} opening stocks; import {}{report}",
        job.data.display(),
        figure("rows"),
        figure("known"),
        figure("skipped"),
        figure("problems"),
        figure("products_new"),
        figure("openings"),
        figure("id"),
    )
}
