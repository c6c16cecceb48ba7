//! The writer's side of the database, as the trait has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::codec::Frame;
use acopio_ledger::ids::{EntryId, LogId};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Changes, Record, Source};

use super::caches::Caches;
use super::log::Log;
use super::logs::Logs;
use super::{SqliteStore, rebuild, write};
use crate::{Head, LogHead, Note, Reader, Store, StoreError};

impl Store for SqliteStore {
    fn identity(&self) -> LogId {
        self.known.get().latest()
    }

    fn head(&self) -> Head {
        self.heads[self.own.index()]
    }

    fn heads(&self) -> BTreeMap<NodeName, LogHead> {
        self.known.get().heads(self.heads.iter().copied())
    }

    fn source(&self) -> &dyn Source {
        let begun = self.begin();
        self.kept(begun);
        self
    }

    fn record(&self, first: &EntryId) -> Result<Record, StoreError> {
        let log = Log::new(&self.connection, &self.known);
        log.record(first).map_err(|fault| fault.while_doing("read a record"))
    }

    fn commit(&mut self, frames: &[Frame], changes: &Changes) -> Result<(), StoreError> {
        self.append("commit", &self.identity(), frames, changes)
    }

    fn follow(&mut self, log: &LogId, frames: &[Frame], changes: &Changes) -> Result<(), StoreError> {
        self.append("follow a log", log, frames, changes)
    }

    fn begin_next_life(&mut self) -> Result<(), StoreError> {
        let (end, known) = (self.head().seq, Arc::clone(&self.known));
        self.transact("begin the next incarnation", self.own, |desk| {
            let mut logs = Logs::clone(&known.get());
            logs.begin_next(desk.connection, end)?;
            known.set(logs);
            Ok(())
        })
    }

    fn keep(&mut self, notes: &[Note]) -> Result<(), StoreError> {
        self.transact("keep notes", self.own, |desk| write::notes(desk.connection, notes))
    }

    fn drop_views(&mut self) -> Result<(), StoreError> {
        self.transact("drop the views", self.own, |desk| {
            let shown = Arc::clone(&desk.caches.shown);
            shown.forget_all();
            rebuild::drop_views(desk.connection)?;
            desk.flusher.forget();
            let unflushed = Arc::clone(desk.flusher.unflushed());
            *desk.caches = Caches::over(desk.connection, desk.log, shown, unflushed)?;
            Ok(())
        })
    }

    fn refold(&mut self, node: &NodeName, changes: &Changes) -> Result<(), StoreError> {
        let number = self.known.get().number(node);
        let missing =
            || StoreError::Damaged { what: format!("log of {node}"), reason: "it is not here".to_owned() };
        self.transact("rebuild the views", number.ok_or_else(missing)?, |desk| write::changes(desk, changes))
    }

    fn end_refold(&mut self) -> Result<(), StoreError> {
        self.transact("end the rebuild", self.own, |desk| rebuild::end(desk.connection))
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.reader) as Arc<dyn Reader>
    }
}
