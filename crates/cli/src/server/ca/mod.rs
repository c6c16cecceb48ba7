//! `acopio ca`: a company's own authority, and certificates for its servers. Nothing is ever overwritten.

mod issue;

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;

use self::issue::{Authority, Issued};
use crate::failure::{Failure, Result};

/// The authority's files in its folder.
const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca-key.pem";

/// What to do with an authority.
#[derive(Debug, Subcommand)]
pub(crate) enum CaCommand {
    /// Make the company's own authority: a certificate that phones and computers are told to trust
    Init {
        /// What people see when they are asked to trust it
        #[arg(long, value_name = "TEXT", default_value = "acopio")]
        name: String,
        /// Folder of the authority
        #[arg(long, value_name = "DIR", default_value = "acopio-ca")]
        dir: PathBuf,
    },
    /// Make a certificate for a server, signed by the authority
    Server {
        /// Names and addresses by which it is reached, as stock.example.com or 192.0.2.7; the first names the files
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// Folder of the authority
        #[arg(long, value_name = "DIR", default_value = "acopio-ca")]
        dir: PathBuf,
    },
}

/// Runs `acopio ca`.
///
/// # Errors
///
/// When a file is there already, or cannot be read or written.
pub(crate) fn run(command: &CaCommand) -> Result<()> {
    match command {
        CaCommand::Init { name, dir } => init(name, dir),
        CaCommand::Server { names, dir } => server(names, dir),
    }
}

fn init(name: &str, dir: &Path) -> Result<()> {
    let files = Files { certificate: dir.join(CERTIFICATE), key: dir.join(KEY) };
    files.refuse_existing()?;
    let making = || format!("cannot make the folder {}", dir.display());
    DirBuilder::new().recursive(true).mode(0o700).create(dir).with_context(making)?;
    let made = Authority::make(name)?;
    files.write(&made)?;
    println!("authority   {}", files.certificate.display());
    println!("private key {}", files.key.display());
    eprintln!("hint: keep the key off the servers; `acopio ca server NAME` makes their certificates");
    Ok(())
}

fn server(names: &[String], dir: &Path) -> Result<()> {
    let stem = file_stem(&names[0]);
    let files =
        Files { certificate: dir.join(format!("{stem}.pem")), key: dir.join(format!("{stem}-key.pem")) };
    files.refuse_existing()?;
    let authority = Authority::read(&read(&dir.join(CERTIFICATE))?, &read(&dir.join(KEY))?)?;
    let made = authority.certify(names)?;
    files.write(&made)?;
    println!("certificate {}", files.certificate.display());
    println!("private key {}", files.key.display());
    eprintln!(
        "hint: acopio serve --tls-cert {} --tls-key {}",
        files.certificate.display(),
        files.key.display()
    );
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(format!("there is no authority: {} is missing", file.display()))
            .hint("make one with `acopio ca init`, or name its folder with --dir"),
        _ => anyhow::Error::new(error).context(format!("cannot read {}", file.display())).into(),
    })
}

/// A name as part of a file's name: `*.example.com` and `fe80::1` have characters that some systems do not take.
fn file_stem(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    name.chars().map(safe).collect()
}

/// Where a certificate and its key go.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn refuse_existing(&self) -> Result<()> {
        for file in [&self.certificate, &self.key] {
            if fs::symlink_metadata(file).is_ok() {
                return Err(Failure::new(format!("there is a file {}", file.display())).hint(
                    "what is in use is never overwritten: move it away, or use another folder with --dir",
                ));
            }
        }
        Ok(())
    }

    /// The key first: a certificate whose key got lost looks as if it could be used.
    fn write(&self, issued: &Issued) -> Result<()> {
        write_new(&self.key, &issued.key, 0o600)?;
        write_new(&self.certificate, &issued.certificate, 0o644)
    }
}

fn write_new(file: &Path, text: &str, mode: u32) -> Result<()> {
    let writing = || format!("cannot write {}", file.display());
    let mut out =
        OpenOptions::new().write(true).create_new(true).mode(mode).open(file).with_context(writing)?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).with_context(writing)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_there_is_never_overwritten_and_keys_are_their_owner_s() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let dir = scratch.path().join("ca");
        let missing = server(&["localhost".to_owned()], &dir).expect_err("there is none").text();
        assert!(missing.contains("hint: make one with `acopio ca init`"), "{missing}");
        init("Company", &dir).expect("a new authority");
        let names = ["*.example.com".to_owned(), "::1".to_owned()];
        server(&names, &dir).expect("a new certificate");
        for (file, mode) in [(KEY, 0o600), ("_.example.com-key.pem", 0o600), (CERTIFICATE, 0o644)] {
            let found = fs::metadata(dir.join(file)).expect("a file").permissions().mode() & 0o777;
            assert_eq!(found & !mode, 0, "{file} {found:o}");
        }
        let key = fs::read(dir.join(KEY)).expect("a key");
        for refused in [init("Other", &dir), server(&names, &dir)] {
            let refused = refused.expect_err("the files are there").text();
            assert!(refused.contains("never overwritten"), "{refused}");
        }
        assert_eq!(fs::read(dir.join(KEY)).expect("a key"), key);
    }
}
