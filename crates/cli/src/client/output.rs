//! What a command prints: data to stdout, as tables or as the server's own JSON; the rest to stderr.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::Context;
use console::Term;
use serde_json::Value;

use super::http::Answer;
use super::table::{self, Column};
use crate::failure::{Failure, Result};

/// How answers are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    /// The server's JSON instead of tables.
    pub(super) json: bool,
}

impl Output {
    /// The whole answer as JSON, or what `text` makes of it. What is not decided yet is said instead.
    ///
    /// # Errors
    ///
    /// When stdout cannot be written.
    pub(super) fn answer(&self, answer: &Answer, text: impl FnOnce(&Value) -> String) -> Result<()> {
        let Some(operation) = &answer.operation else {
            return if self.json { line(&answer.text) } else { line(&text(&answer.value)) };
        };
        note("the node that decides about this warehouse has not answered yet; it will, once it is reached");
        note(&format!("hint: see what became of it with `acopio operation show {operation} --wait`"));
        if self.json {
            line(&answer.text)
        } else {
            line(&format!("accepted, not decided yet: operation {operation}"))
        }
    }

    /// One record.
    ///
    /// # Errors
    ///
    /// As [`Output::answer`].
    pub(super) fn record(&self, answer: &Answer, columns: &[Column]) -> Result<()> {
        self.answer(answer, |value| table::draw_record(columns, value))
    }

    /// A table; nothing to show is said on stderr, so that a program reading stdout gets an empty table.
    ///
    /// # Errors
    ///
    /// As [`Output::answer`].
    pub(super) fn table(&self, items: &[Value], columns: &[Column]) -> Result<()> {
        if items.is_empty() {
            note("nothing found");
            return Ok(());
        }
        line(&table::draw(columns, items, terminal_width()))
    }

    /// What was done, where the server's answer has no body worth showing.
    ///
    /// # Errors
    ///
    /// As [`Output::answer`].
    pub(super) fn done(&self, answer: &Answer, sentence: &str) -> Result<()> {
        if self.json && answer.text.is_empty() {
            Ok(())
        } else {
            self.answer(answer, |_| sentence.to_owned())
        }
    }
}

/// Prints a text to stdout, with a line break at its end.
///
/// # Errors
///
/// When stdout cannot be written.
pub(super) fn line(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    let ending = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{ending}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::reader_gone()),
        written => Ok(written.context("cannot write to stdout")?),
    }
}

/// Tells the person something that is no data.
pub(super) fn note(text: &str) {
    eprintln!("{text}");
}

/// A question answered on the terminal.
///
/// # Errors
///
/// When there is nobody to answer.
pub(super) fn ask(question: &str) -> Result<String> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!("cannot ask for {question}: stdin is no terminal")));
    }
    eprint!("{question}: ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("cannot read from the terminal")?;
    Ok(answer.trim().to_owned())
}

fn terminal_width() -> Option<usize> {
    let term = Term::stdout();
    term.is_term().then(|| term.size_checked()).flatten().map(|(_rows, columns)| usize::from(columns))
}
