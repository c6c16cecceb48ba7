//! Passwords that people give: from a file, or typed without showing.

use std::fs;
use std::io::IsTerminal;
use std::path::Path;

use anyhow::Context;

use crate::failure::{Failure, Result};

/// The password in a file. The line break at its end is no part of it: editors and `echo` write one.
///
/// # Errors
///
/// When the file cannot be read, or is empty.
pub(crate) fn from_file(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the password file {}", file.display()))?;
    let password = text.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        return Err(Failure::new(format!("the password file is empty: {}", file.display())));
    }
    Ok(password.to_owned())
}

/// The password from a file, or typed where none is given.
///
/// # Errors
///
/// As [`from_file`], and when there is nobody to ask.
pub(crate) fn from_file_or_typed(file: Option<&Path>, question: &str) -> Result<String> {
    match file {
        Some(file) => from_file(file),
        None if std::io::stdin().is_terminal() => {
            Ok(rpassword::prompt_password(format!("{question}: ")).context("cannot read the password")?)
        }
        None => Err(Failure::usage(format!("cannot ask for the {question}: stdin is no terminal"))
            .hint("give it with --password-file FILE")),
    }
}
