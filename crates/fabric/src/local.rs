//! The fabric within one process: followers read the owner's own store, so that they only need to hear of news.

use acopio_ledger::codec::Frame;
use acopio_ledger::ids::Seq;
use tokio::sync::watch;

use crate::Log;

/// A log whose followers sit in the same process.
#[derive(Debug)]
pub struct LocalLog {
    head: watch::Sender<Seq>,
}

impl LocalLog {
    /// A log that was published up to `head`.
    pub fn new(head: Seq) -> LocalLog {
        LocalLog { head: watch::Sender::new(head) }
    }
}

impl Log for LocalLog {
    fn publish(&self, frames: &[Frame]) {
        if let Some(last) = frames.last() {
            let head = last.first.plus(last.entries - 1);
            self.head.send_if_modified(|known| std::mem::replace(known, head.max(*known)) < head);
        }
    }

    fn follow(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u64, entries: u64) -> Frame {
        Frame { first: Seq(first), stamp: Default::default(), entries, hash: [0; 32], pieces: Vec::new() }
    }

    #[test]
    fn followers_hear_of_the_last_position_and_never_go_back() {
        let log = LocalLog::new(Seq(4));
        let mut follower = log.follow();
        log.publish(&[frame(5, 2), frame(7, 3)]);
        assert!(follower.has_changed().unwrap());
        assert_eq!(*follower.borrow_and_update(), Seq(9));
        log.publish(&[frame(5, 2)]);
        assert!(!follower.has_changed().unwrap());
        assert_eq!(*follower.borrow(), Seq(9));
    }
}
