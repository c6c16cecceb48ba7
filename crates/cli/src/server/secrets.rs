//! Secrets that a server makes for itself: the first password, and the key that signs tokens. They are never logged.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

/// Letters and digits that nobody mistakes for another when reading them aloud.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP_CHARS: usize = 4;

/// Length of an ed25519 secret key.
pub(crate) const KEY_BYTES: usize = 32;

/// A random password that can be read and typed, as in `hkq7-2mvd-x9rt-bw4c`: 79 bits.
///
/// # Errors
///
/// When the system has no randomness.
pub(crate) fn password() -> Result<String> {
    let mut groups = Vec::new();
    for _ in 0..GROUPS {
        let group: Result<String> = (0..GROUP_CHARS).map(|_| readable_char()).collect();
        groups.push(group?);
    }
    Ok(groups.join("-"))
}

fn readable_char() -> Result<char> {
    // Bytes beyond the last whole multiple would make some characters likelier than others.
    let fair = 256 / READABLE.len() * READABLE.len();
    loop {
        let [byte] = random::<1>()?;
        if usize::from(byte) < fair {
            return Ok(char::from(READABLE[usize::from(byte) % READABLE.len()]));
        }
    }
}

/// Random bytes of the system.
///
/// # Errors
///
/// When the system has none.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
    Ok(bytes)
}

/// The node's signing key, made at the first start. It never leaves the node, and only its owner can read it.
///
/// # Errors
///
/// When it cannot be read or written, or is no key.
pub(crate) fn node_key(folder: &Path) -> Result<[u8; KEY_BYTES]> {
    let file = folder.join("node.key");
    let using = || format!("cannot use the node's key {}", file.display());
    match fs::read(&file) {
        Ok(bytes) => match bytes.try_into() {
            Ok(key) => Ok(key),
            Err(_) => bail!("the node's key is damaged, it must have {KEY_BYTES} bytes: {}", file.display()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = random::<KEY_BYTES>()?;
            write_new(folder, &file, &key).with_context(using)?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(using),
    }
}

/// Durable before the key is used: a key that is lost in a crash would void every token it has signed. Complete
/// before it has its name: half a key would keep the node from starting.
fn write_new(folder: &Path, file: &Path, key: &[u8]) -> std::io::Result<()> {
    let fresh = file.with_extension("key.new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {} // left by a start that was killed; the folder's lock keeps others out
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    out.write_all(key)?;
    out.sync_all()?;
    fs::rename(&fresh, file)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn passwords_are_readable_and_differ() {
        let (one, other) = (password().expect("random"), password().expect("random"));
        assert_ne!(one, other);
        assert_eq!(one.len(), GROUPS * GROUP_CHARS + GROUPS - 1);
        assert!(one.bytes().all(|byte| byte == b'-' || READABLE.contains(&byte)), "{one}");
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let key = node_key(folder.path()).expect("a key");
        assert_eq!(node_key(folder.path()).expect("the same key"), key);
        let mode = fs::metadata(folder.path().join("node.key")).expect("its file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(folder.path().join("node.key"), b"short").expect("a scratch folder");
        assert!(node_key(folder.path()).is_err());
    }
}
