//! How a command fails: a message, a hint where we know what helps, and an exit code.

use std::process::ExitCode;

/// The result of a command.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// A refusal or an error.
const EXIT_FAILED: u8 = 1;
/// The command line cannot be understood; clap exits with the same.
const EXIT_USAGE: u8 = 2;

/// Why a command has failed, as it is told to people.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Lower case, no full stop; empty when there is nothing to tell.
    message: String,
    hint: Option<String>,
    exit: u8,
}

impl Failure {
    /// A refusal or an error.
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hint: None, exit: EXIT_FAILED }
    }

    /// A command line that makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { exit: EXIT_USAGE, ..Failure::new(message) }
    }

    /// Whoever read our output has gone, as `head` does: nothing failed, and there is nobody to tell.
    pub(crate) fn reader_gone() -> Failure {
        Failure { exit: 0, ..Failure::new("") }
    }

    /// Says what helps.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// Says what was being done.
    pub(crate) fn while_doing(mut self, doing: &str) -> Failure {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// The message alone.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Prints message and hint to stderr.
    pub(crate) fn report(&self) -> ExitCode {
        if !self.message.is_empty() {
            eprintln!("error: {}", self.message);
        }
        if let Some(hint) = &self.hint {
            eprintln!("hint: {hint}");
        }
        ExitCode::from(self.exit)
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        format!("error: {}{hint}", self.message)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::new(format!("{error:#}"))
    }
}
