//! What can be made to go wrong in the hub in memory, and the chance that decides when.

use std::time::Duration;

/// How deliveries go wrong. Each rate is out of 1,000; all are 0 by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Which sequence of chances is drawn: the same calls in the same order then fail in the same way.
    pub seed: u64,
    /// Frames and announcements that do not arrive. The follower sees a gap, or nothing after the last one.
    pub drop_per_mille: u32,
    /// Frames that arrive twice.
    pub duplicate_per_mille: u32,
    /// Frames that arrive after the one that follows them, where that one is there already.
    pub reorder_per_mille: u32,
    /// Frames that arrive late, by up to `delay_max`.
    pub delay_per_mille: u32,
    /// The longest delay.
    pub delay_max: Duration,
    /// Frames and letters that are taken, and the sender does not hear of it.
    pub silence_per_mille: u32,
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014): small, and the same on every machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Whether what happens `rate` times out of 1,000 happens now. A rate of 0 draws nothing.
    pub(super) fn strikes(&mut self, rate: u32) -> bool {
        rate != 0 && self.draw() % 1_000 < u64::from(rate)
    }

    /// A time from zero up to `most`, in whole milliseconds.
    pub(super) fn up_to(&mut self, most: Duration) -> Duration {
        Duration::from_millis(self.draw() % (most.as_millis() as u64 + 1))
    }
}
