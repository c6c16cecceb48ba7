//! Runs one statement: checks it, writes it in the log, and passes on what it finds.

use std::time::Duration;

use acopio_contract::query::{Explore, Explored, ExplorerPart, ExplorerSink};
use acopio_ledger::command::{Command, RunStatement};
use acopio_ledger::records::Role;
use axum::http::StatusCode;
use tokio::sync::mpsc::Receiver;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::auth::{NotDone, Session};
use crate::extract::Key;
use crate::problem::Problem;

/// How many statements run at the same time: each keeps a thread busy.
pub(crate) const STATEMENTS_MAX: usize = 2;
/// The most characters of a statement.
pub(super) const SQL_CHARS_MAX: usize = 10_000;
/// How many rows may wait for whoever takes them.
const PARTS_WAITING_MAX: usize = 256;
const RETRY_SECONDS: u32 = 5;

/// A statement that runs.
pub(super) struct Running {
    /// The names of the columns.
    pub(super) columns: Vec<String>,
    /// What it finds: rows only.
    pub(super) rows: Receiver<ExplorerPart>,
    /// What it comes to, once all rows are taken.
    pub(super) outcome: oneshot::Receiver<Result<Explored, Problem>>,
}

/// How far a statement may go.
pub(super) struct Limits {
    pub(super) rows_max: u64,
    pub(super) time_max: Duration,
}

/// Begins to run a statement; answers when it has found its first rows, or that there are none.
///
/// # Errors
///
/// When the user may not, the statement cannot be noted in the log, it is not allowed, or it is wrong.
pub(super) async fn begin(session: &Session, sql: String, limits: Limits) -> Result<Running, NotDone> {
    // Asked before anything is written.
    session.identity.principal.need_everywhere(Role::Admin)?;
    let length = sql.chars().count();
    if sql.trim().is_empty() || SQL_CHARS_MAX < length {
        let rule = format!("must have 1 to {SQL_CHARS_MAX} characters");
        return Err(Problem::invalid("invalid_field", "sql", format!("{length} characters"), rule).into());
    }
    let turn = session.app.statements.clone().try_acquire_owned();
    let turn = turn
        .map_err(|_| Problem::busy("other statements are running: try again in a moment", RETRY_SECONDS))?;
    session.submit(Key::fresh(), Command::RunStatement(RunStatement { sql: sql.clone() })).await?;
    let (sink, mut rows) = ExplorerSink::new(PARTS_WAITING_MAX);
    let explore = Explore { sql, rows_max: limits.rows_max, time_max: limits.time_max, rows: sink };
    let outcome = spawn(session.clone(), explore, turn);
    match rows.recv().await {
        Some(ExplorerPart::Columns(columns)) => Ok(Running { columns, rows, outcome }),
        _ => Err(refused(outcome).await.into()),
    }
}

fn spawn(
    session: Session,
    explore: Explore,
    turn: OwnedSemaphorePermit,
) -> oneshot::Receiver<Result<Explored, Problem>> {
    let (tell, outcome) = oneshot::channel();
    tokio::spawn(async move {
        let explored = session.ask(explore).await;
        drop(turn);
        // Whoever does not wait for it has gone.
        let _ = tell.send(explored);
    });
    outcome
}

/// Why a statement has found nothing, not even columns.
async fn refused(outcome: oneshot::Receiver<Result<Explored, Problem>>) -> Problem {
    match outcome.await {
        Ok(Ok(explored)) => {
            fault(explored).unwrap_or_else(|| Problem::internal("a statement has no columns"))
        }
        Ok(Err(problem)) => problem,
        Err(_) => Problem::internal("a statement has ended without an outcome"),
    }
}

/// What is wrong with a statement, if it did not run to its end.
pub(super) fn fault(explored: Explored) -> Option<Problem> {
    let wrong = |code, reason: String| {
        Some(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, reason).about("sql".to_owned(), None, None))
    };
    match explored {
        Explored::Whole { .. } | Explored::Cut | Explored::Left => None,
        Explored::Refused { reason } => wrong("statement_refused", reason),
        Explored::Wrong { reason } => wrong("statement_wrong", reason),
        Explored::TooSlow => {
            wrong("statement_too_slow", "the statement has taken too long and was ended".to_owned())
        }
        Explored::NotAvailable => {
            let detail = "this node has no database that can be looked into";
            Some(Problem::new(StatusCode::CONFLICT, "explorer_not_available", detail))
        }
    }
}
