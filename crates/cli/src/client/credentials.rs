//! Tokens of logins, one file per server, readable by their owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::{env, process};

use anyhow::{Context, Result};
use reqwest::Url;

/// The token saved for a server, if any.
///
/// # Errors
///
/// When there is one that cannot be read.
pub(super) fn load(server: &Url) -> Result<Option<String>> {
    // Without a home there is nothing saved: a program gives its token by the environment.
    let Some(file) = token_file(server) else { return Ok(None) };
    match fs::read_to_string(&file) {
        Ok(token) => Ok(Some(token.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read the saved token {}", file.display())),
    }
}

/// Saves the token for a server. Answers where.
///
/// # Errors
///
/// When there is no home folder, or it cannot be written.
pub(super) fn save(server: &Url, token: &str) -> Result<PathBuf> {
    let file =
        token_file(server).context("cannot save the token: neither XDG_CONFIG_HOME nor HOME is set")?;
    let folder = file.parent().expect("a token lies in a folder");
    let creating = || format!("cannot create {}", folder.display());
    DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(creating)?;
    write_private(&file, token).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Forgets the token for a server; there may be none.
///
/// # Errors
///
/// When it cannot be removed.
pub(super) fn forget(server: &Url) -> Result<()> {
    let Some(file) = token_file(server) else { return Ok(()) };
    match fs::remove_file(&file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Writes beside the file and renames, so that another command never reads half a token.
fn write_private(file: &Path, token: &str) -> std::io::Result<()> {
    let fresh = file.with_extension(format!("{}.new", process::id()));
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    writeln!(out, "{token}")?;
    fs::rename(&fresh, file)
}

fn token_file(server: &Url) -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?;
    Some(config.join("acopio").join("tokens").join(file_name(server)))
}

/// As in `http_127.0.0.1_8080.token`: one name per server, and no character that a file name cannot have.
fn file_name(server: &Url) -> String {
    let port = server.port_or_known_default().unwrap_or_default();
    let path = server.path().trim_end_matches('/');
    let name = format!("{}_{}_{port}{path}", server.scheme(), server.host_str().unwrap_or_default());
    let safe = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    format!("{}.token", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_has_a_file_of_its_own() {
        let name = |url| file_name(&Url::parse(url).expect("a URL"));
        assert_eq!(name("http://127.0.0.1:8080"), "http_127.0.0.1_8080.token");
        assert_eq!(name("https://stock.example.com/x/"), "https_stock.example.com_443_x.token");
        assert_eq!(name("http://[::1]:80"), "http____1__80.token");
    }
}
