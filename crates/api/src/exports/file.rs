//! Makes files of tables: CSV goes out as it is written, a workbook when it is complete.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use acopio_sheets::{Cell, CsvSheet, Sheet, WriteError, XlsxSheet};
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::io::ReaderStream;

use super::stream::{BodyWriter, attachment, break_off};
use super::table::{Export, Fault, Table};
use crate::auth::Session;
use crate::problem::Problem;

/// How long a caller waits before trying again.
const RETRY_SECONDS: u32 = 5;
/// How much of a finished file is read at a time.
const CHUNK_BYTES: usize = 256 * 1024;
const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Answers with a list as CSV, in UTF-8 without a byte order mark.
///
/// # Errors
///
/// When too many files are being made, or the list cannot be read.
pub(super) async fn csv<T: Table>(session: Session, query: T) -> Result<Response, Problem> {
    let turn = turn(&session)?;
    let export = Export::begin(session, query).await?;
    let (writer, body) = BodyWriter::new();
    let (chunks, runtime) = (writer.chunks(), Handle::current());
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let mut sheet = Box::new(CsvSheet::new(writer));
        let written = export.write(&runtime, &mut *sheet).and_then(|()| Ok(sheet.finish()?));
        if written.is_err() {
            break_off(&chunks, "the list could not be read or sent to its end");
        }
    });
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(CSV)), attachment(&name::<T>("csv"))], body).into_response())
}

/// Answers with a list as a workbook of one sheet.
///
/// # Errors
///
/// When too many files are being made, the list cannot be read, or has more rows than Excel takes.
pub(super) async fn xlsx<T: Table>(session: Session, query: T) -> Result<Response, Problem> {
    let turn = turn(&session)?;
    let file = tempfile::tempfile_in(&session.app.config.staging).map_err(Problem::internal)?;
    let export = Export::begin(session, query).await?;
    let wanted = Wanted::default();
    let is_wanted = wanted.0.clone();
    let runtime = Handle::current();
    let written =
        tokio::task::spawn_blocking(move || write_workbook(export, &runtime, file, is_wanted, turn));
    let file = written.await.map_err(Problem::internal)??;
    drop(wanted);
    let length = file.metadata().map_err(Problem::internal)?.len();
    let body = Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), CHUNK_BYTES));
    let kind = (CONTENT_TYPE, HeaderValue::from_static(XLSX));
    let length = (CONTENT_LENGTH, HeaderValue::from(length));
    Ok(([kind, length, attachment(&name::<T>("xlsx"))], body).into_response())
}

/// Writes a workbook and answers with its file, to be read from the beginning.
fn write_workbook<T: Table>(
    export: Export<T>,
    runtime: &Handle,
    mut file: std::fs::File,
    is_wanted: Arc<AtomicBool>,
    _turn: OwnedSemaphorePermit,
) -> Result<std::fs::File, Problem> {
    let output = file.try_clone().map_err(Problem::internal)?;
    let sheet = XlsxSheet::new(T::NAME, output).map_err(Problem::internal)?;
    let mut sheet = Box::new(WantedSheet { sheet, is_wanted });
    let written = export.write(runtime, &mut *sheet).and_then(|()| Ok(sheet.finish()?));
    written.map_err(|fault| match fault {
        Fault::Read(problem) => problem,
        Fault::Write(error @ WriteError::TooManyRows { .. }) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_many_rows", error.to_string())
        }
        Fault::Write(error) => Problem::internal(error),
    })?;
    std::io::Seek::rewind(&mut file).map_err(Problem::internal)?;
    Ok(file)
}

/// Says, when it is dropped, that nobody waits for the file any more.
struct Wanted(Arc<AtomicBool>);

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted(Arc::new(AtomicBool::new(true)))
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A workbook that is given up when nobody wants it any more.
struct WantedSheet<S> {
    sheet: S,
    is_wanted: Arc<AtomicBool>,
}

impl<S: Sheet> Sheet for WantedSheet<S> {
    fn header(&mut self, names: &[&str]) -> Result<(), WriteError> {
        self.sheet.header(names)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        if self.is_wanted.load(Ordering::Relaxed) {
            self.sheet.row(cells)
        } else {
            Err(WriteError::Output(std::io::ErrorKind::BrokenPipe.into()))
        }
    }

    fn finish(self: Box<Self>) -> Result<(), WriteError> {
        Box::new(self.sheet).finish()
    }
}

/// One of the few places for making files: it is given back when the file is made.
fn turn(session: &Session) -> Result<OwnedSemaphorePermit, Problem> {
    let turn = session.app.exports.clone().try_acquire_owned();
    turn.map_err(|_| Problem::busy("other files are being made: try again in a moment", RETRY_SECONDS))
}

/// As in `stock-2026-11-23.csv`.
fn name<T: Table>(extension: &str) -> String {
    format!("{}-{}.{extension}", T::NAME, Timestamp::now().strftime("%Y-%m-%d"))
}
