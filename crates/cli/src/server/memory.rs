//! Gives memory back to the system while the server has nothing to do.
//!
//! mimalloc gives back what was freed some milliseconds before as it frees again. An idle server frees nothing, and so would
//! keep what its start and the last login took.

use std::convert::Infallible;
use std::time::Duration;

/// How often memory is given back.
const INTERVAL: Duration = Duration::from_secs(1);
/// So much is a page of its own to the allocator, which frees it at once. It is not touched, and so costs nothing.
const BYTES: usize = 1 << 20;

/// Takes and frees memory from time to time, without end.
pub(crate) async fn give_back() -> Infallible {
    loop {
        tokio::time::sleep(INTERVAL).await;
        drop(std::hint::black_box(Vec::<u8>::with_capacity(BYTES)));
    }
}
