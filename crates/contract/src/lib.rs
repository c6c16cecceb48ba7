//! What may be asked of an inventory, whoever answers: one node, or a gateway in front of many.
//!
//! `submit` takes commands and answers with receipts, `query` takes queries and answers with views, `watch` tells when
//! there is something new. [`access`] says who may ask what. No IO, no storage, no HTTP.

pub mod access;
mod inventory;
mod manage;
pub mod query;
mod receipt;

pub use inventory::{Inventory, News, QueryError, SubmitError, WAIT_DEFAULT};
pub use manage::{Manage, ManageError, Managed};
pub use query::{Ask, Query, View};
pub use receipt::Receipt;
