//! The shape of the hub that filled a server's folder: one server, or which of three. A server that is started in another
//! shape deletes the streams that it finds, so that it is not started then.

use std::path::Path;
use std::{fs, io};

use super::HubError;
use super::members::Membership;

/// What the server keeps. The shape lies inside, so that it goes where that goes.
pub(super) const STORE: &str = "js";
const SHAPE_FILE: &str = "shape";
/// Where the server itself puts what it keeps.
const FILLED: &str = "jetstream";
const ALONE: &str = "alone";

/// Makes sure that the folder was filled in this shape, or is empty, and notes it.
///
/// # Errors
///
/// It was filled in another one, or cannot be used.
pub(super) fn hold(data: &Path, membership: Option<&Membership>) -> Result<(), HubError> {
    let store = data.join(STORE);
    let file = store.join(SHAPE_FILE);
    let is = membership.map_or_else(|| ALONE.to_owned(), Membership::shape);
    let was = match fs::read_to_string(&file) {
        Ok(text) => text.trim().to_owned(),
        // Hubs noted nothing while there was one shape.
        Err(error) if error.kind() == io::ErrorKind::NotFound => ALONE.to_owned(),
        Err(error) => return Err(error.into()),
    };
    if was != is && store.join(FILLED).exists() {
        return Err(HubError::OtherShape { store, was: in_words(&was), is: in_words(&is) });
    }
    fs::create_dir_all(&store)?;
    Ok(fs::write(file, format!("{is}\n"))?)
}

fn in_words(shape: &str) -> String {
    if shape == ALONE { "a hub of one".to_owned() } else { format!("the member {shape}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use acopio_ledger::names::NodeName;

    use super::*;

    fn member(name: &str) -> Membership {
        let routes = ["h1", "h2", "h3"].map(|name| (NodeName::new(name).unwrap(), format!("{name}:6222")));
        Membership::new(NodeName::new(name).unwrap(), BTreeMap::from(routes), None).unwrap()
    }

    #[test]
    fn what_was_filled_in_another_shape_is_left_alone() {
        let data = tempfile::tempdir().unwrap();
        let (one, other) = (member("h1"), member("h2"));
        let refused = |shape: Option<&Membership>| match hold(data.path(), shape) {
            Err(error @ HubError::OtherShape { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        };
        let fill = || fs::create_dir_all(data.path().join(STORE).join(FILLED)).unwrap();
        hold(data.path(), None).unwrap();
        fill();
        hold(data.path(), None).unwrap();
        let reason = refused(Some(&one));
        assert!(reason.contains("a hub of one") && reason.contains("h1 of h1,h2,h3"), "{reason}");
        fs::remove_dir_all(data.path().join(STORE)).unwrap();
        hold(data.path(), Some(&other)).unwrap();
        hold(data.path(), Some(&one)).unwrap();
        fill();
        refused(Some(&other));
        refused(None);
        hold(data.path(), Some(&one)).unwrap();

        fs::remove_dir_all(data.path().join(STORE)).unwrap();
        fill();
        refused(Some(&one));
        hold(data.path(), None).unwrap();
    }
}
