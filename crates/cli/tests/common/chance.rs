//! Chance that can be repeated: every test that uses it prints its seed.

use std::time::{SystemTime, UNIX_EPOCH};

/// A small generator (SplitMix64).
pub(crate) struct Chance(u64);

impl Chance {
    /// Seeded by `ACOPIO_TEST_SEED`, or else by the clock. Prints the seed, which a failed test shows.
    pub(crate) fn new() -> Chance {
        let seed = std::env::var("ACOPIO_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
        let seed = seed.unwrap_or_else(clock);
        println!("seed {seed}: repeat with ACOPIO_TEST_SEED={seed}");
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A generator of its own for another task.
    pub(crate) fn fork(&mut self) -> Chance {
        Chance(self.next())
    }
}
