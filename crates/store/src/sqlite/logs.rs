//! The logs of a database, and the incarnations of each: one begins with the log, another with each restore.
//!
//! Positions go on where the life before ended, and so does the chain of hashes: each node has one log, in which each
//! position belongs to one incarnation.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use acopio_ledger::ids::{EntryId, Incarnation, LogId, Seq, Stamp};
use acopio_ledger::names::NodeName;
use rusqlite::{Connection, params};

use super::fault::{Fault, Outcome};
use super::place::{LogNumber, Place};
use super::{lookups, write};
use crate::{Head, LogHead};

/// Under which name the number of the node's own log is kept. Without it that is the first.
const OWN: &str = "own";

/// Whose logs are here, and where each of their incarnations begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Logs {
    /// By their numbers.
    all: Vec<OneLog>,
    numbers: BTreeMap<NodeName, LogNumber>,
    own: LogNumber,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct OneLog {
    node: NodeName,
    /// At least one, in rising order of both.
    begins: Vec<(Seq, Incarnation)>,
}

/// The logs that the writer and its readers know of. A new one is known before it is committed, so that whoever has read
/// a place finds its log here.
#[derive(Debug)]
pub(super) struct KnownLogs(RwLock<Arc<Logs>>);

impl KnownLogs {
    /// Knows these logs.
    pub(super) fn new(logs: Logs) -> KnownLogs {
        KnownLogs(RwLock::new(Arc::new(logs)))
    }

    /// The logs that are known now.
    pub(super) fn get(&self) -> Arc<Logs> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says which logs there are from now on.
    pub(super) fn set(&self, logs: Logs) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(logs);
    }
}

impl OneLog {
    fn latest(&self) -> Incarnation {
        self.begins.last().expect("a log has at least one life").1
    }
}

impl Logs {
    /// The logs that a database holds, and where they end; nothing if it is nobody's yet.
    pub(super) fn read(connection: &Connection) -> Outcome<Option<(Logs, Vec<Head>)>> {
        let mut logs = Logs::none();
        let mut heads = Vec::new();
        for (number, node, head) in ends(connection)? {
            if number != LogNumber::of(heads.len()) {
                return Err(Fault::damaged("the logs' numbers", "one is missing"));
            }
            logs.numbers.insert(node.clone(), number);
            logs.all.push(OneLog { node, begins: Vec::new() });
            heads.push(head);
        }
        let mut statement = connection.prepare("SELECT first, incarnation FROM life ORDER BY first")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (first, incarnation): (Place, u32) = (row.get(0)?, row.get(1)?);
            if let Some(log) = logs.all.get_mut(first.log().index()) {
                log.begins.push((first.seq(), Incarnation(incarnation)));
            }
        }
        if let Some(log) = logs.all.iter().find(|log| log.begins.first().is_none_or(|(at, _)| *at != Seq(1)))
        {
            return Err(Fault::damaged(format!("incarnations of {}", log.node), "the first one is missing"));
        }
        if let Some(own) = lookups::meta::<u32>(connection, OWN)? {
            logs.own = LogNumber::of(own as usize);
            logs.stored(logs.own)?;
        }
        Ok((!heads.is_empty()).then_some((logs, heads)))
    }

    fn none() -> Logs {
        Logs { all: Vec::new(), numbers: BTreeMap::new(), own: LogNumber::FIRST }
    }

    /// Makes a new database a node's.
    pub(super) fn found(connection: &Connection, log: &LogId) -> Outcome<Logs> {
        let mut logs = Logs::none();
        logs.add(connection, log)?;
        Ok(logs)
    }

    /// Makes a database that was copied from another node this node's: its log is the own one from now on, and is begun if
    /// nothing of it is here.
    pub(super) fn adopt(&mut self, connection: &Connection, log: &LogId) -> Outcome<()> {
        let number = match self.number(&log.node) {
            Some(number) => number,
            None => self.add(connection, log)?,
        };
        write::meta(connection, OWN, number)?;
        self.own = number;
        Ok(())
    }

    /// Opens a log for writing after its end: a new one, or one that may go on in a later incarnation; answers its
    /// number.
    pub(super) fn open(&mut self, connection: &Connection, log: &LogId, end: Seq) -> Outcome<LogNumber> {
        let Some(number) = self.number(&log.node) else { return self.add(connection, log) };
        let latest = self.all[number.index()].latest();
        assert!(latest <= log.incarnation, "the log of {} does not go back to {}", log.node, log.incarnation);
        if latest < log.incarnation {
            self.begin(connection, number, end.plus(1), log.incarnation)?;
        }
        Ok(number)
    }

    /// Begins the next life of the own log after its end.
    pub(super) fn begin_next(&mut self, connection: &Connection, end: Seq) -> Outcome<()> {
        let Incarnation(latest) = self.latest().incarnation;
        self.begin(connection, self.own, end.plus(1), Incarnation(latest + 1))
    }

    /// Whether [`Logs::open`] would change anything.
    pub(super) fn is_open(&self, log: &LogId) -> bool {
        let number = self.number(&log.node);
        number.is_some_and(|number| self.all[number.index()].latest() == log.incarnation)
    }

    fn add(&mut self, connection: &Connection, log: &LogId) -> Outcome<LogNumber> {
        let number = LogNumber::of(self.all.len());
        let row = params![number, log.node.as_str(), head_bytes(&Head::default())];
        connection.execute("INSERT INTO logs VALUES (?1, ?2, ?3)", row)?;
        self.all.push(OneLog { node: log.node.clone(), begins: Vec::new() });
        self.numbers.insert(log.node.clone(), number);
        self.begin(connection, number, Seq(1), log.incarnation)?;
        Ok(number)
    }

    /// A life in which nothing was written gives its place to the next.
    fn begin(
        &mut self,
        connection: &Connection,
        log: LogNumber,
        first: Seq,
        incarnation: Incarnation,
    ) -> Outcome<()> {
        let row = params![Place::new(log, first), incarnation.0];
        connection.execute("REPLACE INTO life VALUES (?1, ?2)", row)?;
        let begins = &mut self.all[log.index()].begins;
        begins.retain(|(begun, _)| *begun < first);
        begins.push((first, incarnation));
        Ok(())
    }

    /// The own log in its present life.
    pub(super) fn latest(&self) -> LogId {
        let own = &self.all[self.own.index()];
        LogId { node: own.node.clone(), incarnation: own.latest() }
    }

    /// The number of the node's own log.
    pub(super) fn own(&self) -> LogNumber {
        self.own
    }

    /// Whether there is none but the node's own.
    pub(super) fn is_alone(&self) -> bool {
        self.all.len() == 1
    }

    /// The number of a node's log.
    pub(super) fn number(&self, node: &NodeName) -> Option<LogNumber> {
        self.numbers.get(node).copied()
    }

    /// Whose log it is that a stored place is in.
    pub(super) fn node(&self, log: LogNumber) -> Outcome<&NodeName> {
        self.stored(log).map(|log| &log.node)
    }

    fn stored(&self, log: LogNumber) -> Outcome<&OneLog> {
        self.all.get(log.index()).ok_or_else(|| Fault::damaged("a place", "its log is missing"))
    }

    /// The logs in the order of their nodes.
    pub(super) fn by_node(&self) -> impl Iterator<Item = (&NodeName, LogNumber)> {
        self.numbers.iter().map(|(node, number)| (node, *number))
    }

    /// The id of the entry at a stored place.
    pub(super) fn id(&self, place: Place) -> Outcome<EntryId> {
        let log = self.stored(place.log())?;
        let after = log.begins.partition_point(|(first, _)| *first <= place.seq());
        let (_, incarnation) = log.begins[after.saturating_sub(1)];
        Ok(EntryId { node: log.node.clone(), incarnation, seq: place.seq() })
    }

    /// The place of an entry, if its log has that incarnation there.
    pub(super) fn place(&self, id: &EntryId) -> Option<Place> {
        let number = self.number(&id.node)?;
        let place = Place::new(number, Some(id.seq).filter(|seq| *seq <= Seq::MAX)?);
        self.id(place).ok().filter(|known| known == id).map(|_| place)
    }

    /// Where all logs end.
    pub(super) fn heads(&self, ends: impl IntoIterator<Item = Head>) -> BTreeMap<NodeName, LogHead> {
        let log =
            |(log, head): (&OneLog, Head)| (log.node.clone(), LogHead { incarnation: log.latest(), head });
        self.all.iter().zip(ends).map(log).collect()
    }
}

/// The logs by their numbers, and where they end.
fn ends(connection: &Connection) -> Outcome<Vec<(LogNumber, NodeName, Head)>> {
    let mut statement = connection.prepare_cached("SELECT number, node, head FROM logs ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut ends = Vec::new();
    while let Some(row) = rows.next()? {
        let number = LogNumber::of(row.get::<_, u32>(0)? as usize);
        let node = row.get_ref(1)?.as_str().map_err(|error| Fault::damaged("name of a log's node", error))?;
        ends.push((number, NodeName::recorded(node), head(row.get(2)?)?));
    }
    Ok(ends)
}

/// Where all logs end, by their numbers.
pub(super) fn read_heads(connection: &Connection) -> Outcome<Vec<Head>> {
    Ok(ends(connection)?.into_iter().map(|(_, _, head)| head).collect())
}

/// Where one log ends.
pub(super) fn read_head(connection: &Connection, log: LogNumber) -> Outcome<Head> {
    let found = lookups::one(connection, "SELECT head FROM logs WHERE number = ?1", [log], |row| row.get(0))?;
    found.map_or(Ok(Head::default()), head)
}

/// Where a log ends: one value of 48 bytes, written with each commit.
pub(super) fn write_head(connection: &Connection, log: LogNumber, head: &Head) -> Outcome<()> {
    let sql = "UPDATE logs SET head = ?2 WHERE number = ?1";
    connection.prepare_cached(sql)?.execute(params![log, head_bytes(head)])?;
    Ok(())
}

fn head_bytes(head: &Head) -> Vec<u8> {
    [&head.seq.0.to_be_bytes()[..], &head.stamp.0.to_be_bytes(), &head.hash].concat()
}

fn head(bytes: Vec<u8>) -> Outcome<Head> {
    let damaged = |_| Fault::damaged("end of a log", "it has not 48 bytes");
    let bytes: [u8; 48] = bytes.try_into().map_err(damaged)?;
    let number = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    let hash = bytes[16..].try_into().expect("32 bytes");
    Ok(Head { seq: Seq(number(0)), stamp: Stamp(number(8)), hash })
}
