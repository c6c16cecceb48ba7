//! The incarnations of the log: one begins with the database, another with each restore.
//!
//! Positions go on where the life before ended, and so does the chain of hashes: one log, in which each position belongs
//! to one incarnation.

use acopio_ledger::ids::{EntryId, Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use rusqlite::Connection;

use super::fault::{Fault, Outcome};
use super::{lookups, write};

/// Whose log it is, and where each of its incarnations begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lives {
    node: NodeName,
    /// At least one, in rising order of both.
    begins: Vec<(Seq, Incarnation)>,
}

impl Lives {
    /// The lives that a database tells of, if it is anybody's yet.
    pub(super) fn read(connection: &Connection) -> Outcome<Option<Lives>> {
        let Some(node) = lookups::meta::<String>(connection, "node")? else { return Ok(None) };
        let mut statement = connection.prepare("SELECT first, incarnation FROM life ORDER BY first")?;
        let rows =
            statement.query_map([], |row| Ok((Seq(row.get::<_, i64>(0)? as u64), Incarnation(row.get(1)?))));
        let begins = rows?.collect::<Result<Vec<_>, _>>()?;
        if begins.first().is_none_or(|(first, _)| *first != Seq(1)) {
            return Err(Fault::damaged("incarnations of the log", "the first one is missing"));
        }
        Ok(Some(Lives { node: NodeName::recorded(&node), begins }))
    }

    /// Makes a new database a node's.
    pub(super) fn found(connection: &Connection, log: &LogId) -> Outcome<Lives> {
        write::meta(connection, "node", log.node.as_str())?;
        let mut lives = Lives { node: log.node.clone(), begins: Vec::new() };
        lives.begin(connection, Seq(1), log.incarnation)?;
        Ok(lives)
    }

    /// Begins the next life after the log's end.
    pub(super) fn begin_next(&mut self, connection: &Connection, end: Seq) -> Outcome<()> {
        let Incarnation(latest) = self.latest().incarnation;
        self.begin(connection, end.plus(1), Incarnation(latest + 1))
    }

    /// A life in which nothing was written gives its place to the next.
    fn begin(&mut self, connection: &Connection, first: Seq, incarnation: Incarnation) -> Outcome<()> {
        connection.execute("REPLACE INTO life VALUES (?1, ?2)", (first.0 as i64, incarnation.0))?;
        self.begins.retain(|(begun, _)| *begun < first);
        self.begins.push((first, incarnation));
        Ok(())
    }

    /// The log in its present life.
    pub(super) fn latest(&self) -> LogId {
        let (_, incarnation) = *self.begins.last().expect("a log has at least one life");
        LogId { node: self.node.clone(), incarnation }
    }

    /// The id of an entry.
    pub(super) fn id(&self, seq: Seq) -> EntryId {
        let after = self.begins.partition_point(|(first, _)| *first <= seq);
        let (_, incarnation) = self.begins[after.saturating_sub(1)];
        EntryId { node: self.node.clone(), incarnation, seq }
    }
}
