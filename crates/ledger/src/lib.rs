//! The ledger: decides about stock and folds what was decided.
//!
//! Pure: no clock, randomness, IO or async, and only ordered maps. Time, ids and balances come in as arguments, so the
//! same log gives the same books on every machine, for ever.
//!
//! `Command → decide → Entry → apply → Books`

pub mod apply;
pub mod body;
pub mod books;
pub mod codec;
pub mod command;
mod concern;
pub mod conflict;
pub mod decide;
pub mod deed;
pub mod entry;
mod grants;
pub mod gtin;
pub mod holders;
pub mod ids;
pub mod money;
pub mod names;
pub mod ownership;
pub mod quantity;
pub mod records;
pub mod refusal;
pub mod settings;
pub mod tally;
pub mod transfer;
pub mod void;
pub mod writes;

pub use books::{Books, Changes, Nothing, Source};
pub use command::{Cause, Command, Submission, Where};
pub use entry::{Body, Entry, Record};
pub use refusal::Refusal;
