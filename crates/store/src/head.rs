//! Where logs end.

use acopio_ledger::codec::{Frame, FrameHash};
use acopio_ledger::ids::{Incarnation, Seq, Stamp};

/// The end of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The last position; 0 for an empty log.
    pub seq: Seq,
    /// The stamp of the last entry.
    pub stamp: Stamp,
    /// The hash of the last frame; zeros for an empty log.
    pub hash: FrameHash,
}

impl Head {
    /// The end of a log after one more frame.
    ///
    /// # Panics
    ///
    /// When the frame does not follow: a log has no gaps, and its stamps rise.
    pub(crate) fn after(&self, frame: &Frame) -> Head {
        assert_eq!(frame.first, self.seq.plus(1), "a log has no gaps");
        assert!(self.stamp < frame.stamp, "stamps rise within a log");
        assert!(0 < frame.entries, "a frame has entries");
        let (seq, stamp) = (self.seq.plus(frame.entries), frame.stamp.plus(frame.entries - 1));
        assert!(seq <= Seq::MAX, "a log has come to the last position that it can have");
        Head { seq, stamp, hash: frame.hash }
    }
}

/// The end of one of the logs of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// The incarnation in which it stands: of the node's own log the present one, of a copy that of the last entry.
    pub incarnation: Incarnation,
    /// Where it ends.
    pub head: Head,
}
