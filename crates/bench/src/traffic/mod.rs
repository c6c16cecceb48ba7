//! What is sent: which keys in which order, and the bytes of the requests.

mod keys;
mod random;
mod requests;

pub(crate) use keys::{Keys, Spread, StockKey, WAREHOUSES};
pub(crate) use random::Random;
pub(crate) use requests::{BatchKind, Batches, InTurn, Singles};
