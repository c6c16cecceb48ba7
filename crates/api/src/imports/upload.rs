//! Takes a profile and a file from a multipart request, piece by piece, into a folder of their own.

use std::path::Path;
use std::time::Duration;

use acopio_sheets::Profile;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use blake3::Hasher;
use tempfile::TempDir;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::record::Folder;
use crate::problem::Problem;

/// The most bytes of a file.
pub(super) const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The most bytes of a profile.
const PROFILE_BYTES_MAX: u64 = 256 * 1024;
/// The most characters of a file's name.
const NAME_CHARS_MAX: usize = 200;
/// How long the next piece may take to come.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a file that is too large is still taken, and thrown away, so that the caller reads the answer before its
/// connection ends.
const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What was uploaded. The folder goes when this is dropped.
pub(super) struct Upload {
    pub(super) folder: TempDir,
    pub(super) profile: Profile,
    /// What the sender calls the file.
    pub(super) file: String,
    /// A hash of profile and file.
    pub(super) content: String,
}

/// Takes an upload into a new folder within `root`.
///
/// # Errors
///
/// When it is no multipart request with just the parts `profile` and `file`, a part is too large, the profile is none,
/// or the disk fails.
pub(super) async fn take(root: &Path, request: Request) -> Result<Upload, Problem> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Problem::new(status, "unsupported_media_type", format!("must be multipart/form-data: {error}"))
    })?;
    let (mut profile, mut file) = (None, None);
    let folder = TempDir::with_prefix_in("upload-", root).map_err(Problem::internal)?;
    let paths = Folder::new(folder.path().to_owned());
    while let Some(mut part) = parts.next_field().await.map_err(|error| cut_off(&error))? {
        let (slot, path, most) = match part.name() {
            Some("profile") => (&mut profile, paths.profile(), PROFILE_BYTES_MAX),
            Some("file") => (&mut file, paths.data(), FILE_BYTES_MAX),
            other => return Err(unknown_part(other.unwrap_or_default())),
        };
        if slot.is_some() {
            return Err(Problem::invalid(
                "duplicate_field",
                part.name().unwrap_or_default(),
                "two",
                "must be given once",
            ));
        }
        let name = shown_name(part.file_name().unwrap_or_default());
        let hash = write(&mut part, &path, most).await?;
        *slot = Some((hash, name));
    }
    let (profile_hash, _) = profile.ok_or_else(|| missing("profile"))?;
    let (file_hash, file) = file.ok_or_else(|| missing("file"))?;
    let content =
        blake3::hash(&[profile_hash.as_slice(), file_hash.as_slice()].concat()).to_hex().to_string();
    let profile = read_profile(&paths.profile()).await?;
    Ok(Upload { folder, profile, file, content })
}

/// Writes a part to a file, durably, and answers with its hash.
async fn write(part: &mut Field<'_>, path: &Path, most: u64) -> Result<[u8; 32], Problem> {
    let name = part.name().unwrap_or_default().to_owned();
    let mut file = File::create(path).await.map_err(Problem::internal)?;
    let (mut hasher, mut length) = (Hasher::new(), 0);
    while let Some(piece) = next(part).await? {
        length += piece.len() as u64;
        if most < length {
            drain(part).await;
            let detail = format!("the part {name} must have at most {most} bytes");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
        }
        hasher.update(&piece);
        file.write_all(&piece).await.map_err(Problem::internal)?;
    }
    file.sync_all().await.map_err(Problem::internal)?;
    Ok(*hasher.finalize().as_bytes())
}

async fn next(part: &mut Field<'_>) -> Result<Option<bytes::Bytes>, Problem> {
    match timeout(PIECE_TIMEOUT, part.chunk()).await {
        Ok(piece) => piece.map_err(|error| cut_off(&error)),
        Err(_) => Err(cut_off(&format!("it did not come within {} s", PIECE_TIMEOUT.as_secs()))),
    }
}

async fn drain(part: &mut Field<'_>) {
    let mut taken = 0;
    while let Ok(Some(piece)) = next(part).await {
        taken += piece.len();
        if DRAIN_BYTES_MAX < taken {
            break;
        }
    }
}

async fn read_profile(path: &Path) -> Result<Profile, Problem> {
    let bytes = tokio::fs::read(path).await.map_err(Problem::internal)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Problem::invalid("invalid_utf8", "profile", error, "must be UTF-8"))?;
    Profile::parse(&text).map_err(|error| {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_profile", error.to_string());
        problem.about("profile".to_owned(), None, Some("must be a profile: see examples/profiles".to_owned()))
    })
}

/// The last part of a name, whatever separates parts where it comes from, as one line.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    if shown.trim().is_empty() { "file".to_owned() } else { shown }
}

fn unknown_part(name: &str) -> Problem {
    Problem::invalid("unknown_field", name, "a part", "must not be given: there are profile and file")
}

fn missing(name: &str) -> Problem {
    let detail = format!("{name} must be given");
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "missing_field", detail);
    problem.about(name.to_owned(), None, Some("must be given".to_owned()))
}

fn cut_off(error: &impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "body_cut_off", format!("the body was cut off: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_texts_not_paths() {
        for (name, shown) in [
            ("sales.csv", "sales.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\sales.xlsx", "sales.xlsx"),
            ("a\nb", "ab"),
            ("", "file"),
            ("dir/", "file"),
        ] {
            assert_eq!(shown_name(name), shown, "{name:?}");
        }
        assert_eq!(shown_name(&"é".repeat(1_000)).chars().count(), NAME_CHARS_MAX);
    }
}
