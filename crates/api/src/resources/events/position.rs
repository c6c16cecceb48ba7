//! Positions in the logs of nodes, as `main:1042,north:77`.

use std::collections::BTreeMap;

use acopio_ledger::ids::Seq;
use acopio_ledger::names::NodeName;

use crate::problem::Problem;

/// More nodes than a company has.
const NODES_MAX: usize = 1_000;

/// How far each node's log was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Position(BTreeMap<String, Seq>);

impl Position {
    /// Reads a position; a bare number means the log of `node`.
    ///
    /// # Errors
    ///
    /// When the text is none.
    pub(super) fn read(text: &str, node: &str) -> Result<Position, Problem> {
        let wrong = || Problem::parameter("last_event_id", text, "must be the id of an event, as main:1042");
        let mut position = Position::default();
        for part in text.split(',').take(NODES_MAX) {
            let (name, seq) = part.split_once(':').unwrap_or((node, part));
            NodeName::new(name).map_err(|_| wrong())?;
            let is_number = !seq.is_empty() && seq.bytes().all(|byte| byte.is_ascii_digit());
            let seq = seq.parse().ok().filter(|_| is_number).ok_or_else(wrong)?;
            position.0.insert(name.to_owned(), Seq(seq));
        }
        Ok(position)
    }

    /// How far a node's log was seen.
    pub(super) fn of(&self, node: &str) -> Option<Seq> {
        self.0.get(node).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_vectors() {
        let position = Position::read("main:1042,north:7", "main").unwrap();
        assert_eq!((position.of("main"), position.of("north")), (Some(Seq(1_042)), Some(Seq(7))));
        assert_eq!(Position::read("5", "main").unwrap().of("main"), Some(Seq(5)));
        for text in ["", "main:", "main:x", "MAIN:1", "main:1,", "main:+1", "main:99999999999999999999999"] {
            assert!(Position::read(text, "main").is_err(), "{text}");
        }
    }
}
