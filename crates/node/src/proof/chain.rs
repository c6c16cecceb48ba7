//! Checks that frames follow one another: positions, stamps and hashes.

use acopio_ledger::Record;
use acopio_ledger::codec::{self, FrameHash, Header};
use acopio_ledger::ids::{Incarnation, Seq, Stamp};
use acopio_ledger::names::NodeName;
use acopio_store::{Head, StoredFrame};

/// How far a log has been checked.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) node: NodeName,
    pub(super) seq: Seq,
    pub(super) frames: u64,
    stamp: Stamp,
    hash: FrameHash,
    incarnation: Incarnation,
}

impl Chain {
    /// A node's log, of which nothing has been checked yet.
    pub(super) fn of(node: NodeName) -> Chain {
        let (seq, stamp, hash) = Default::default();
        Chain { node, seq, frames: 0, stamp, hash, incarnation: Incarnation(0) }
    }

    /// Checks the next frame and reads it.
    pub(super) fn check(&mut self, frame: &StoredFrame) -> Result<Vec<Record>, String> {
        let at = frame.first;
        let named = |fault: String| format!("frame at {at} of {}: {fault}", self.node);
        let decoded = codec::decode_frame(&frame.bytes);
        let (header, records) = decoded.map_err(|error| named(error.to_string()))?;
        self.check_header(&header, at).map_err(named)?;
        let entries: u64 = records.iter().map(|record| record.entries.len() as u64).sum();
        self.seq = Seq(header.first.0 + entries - 1);
        self.stamp = header.stamp.plus(entries - 1);
        self.hash = *blake3::hash(&frame.bytes).as_bytes();
        self.incarnation = header.incarnation;
        self.frames += 1;
        Ok(records)
    }

    fn check_header(&self, header: &Header, at: Seq) -> Result<(), String> {
        let expected = self.seq.plus(1);
        if header.first != at || header.first != expected {
            return Err(format!("expected position {expected}, its header says {}", header.first));
        }
        if header.stamp <= self.stamp {
            return Err(format!("its stamp {} is not after {}", header.stamp, self.stamp));
        }
        if header.previous != self.hash {
            return Err("the hash of the frame before it is not the one that it carries".to_owned());
        }
        if header.node != self.node {
            return Err(format!("written by {}, not by {}", header.node, self.node));
        }
        if header.incarnation < self.incarnation {
            return Err("written by an earlier incarnation".to_owned());
        }
        Ok(())
    }

    /// Whether the log ends where the store says that it does.
    pub(super) fn fault_at_end(&self, head: Head) -> Option<String> {
        if self.seq != head.seq {
            let Chain { node, seq, .. } = self;
            return Some(format!("the log of {node} ends at {seq}, the store says {}", head.seq));
        }
        if self.stamp != head.stamp || self.hash != head.hash {
            return Some(format!(
                "the last frame of {} is not the one that the store names as the log's end {}",
                self.node, head.seq
            ));
        }
        None
    }
}
