//! Spreadsheets in and out: reads rows, plans what they mean by a profile, and writes tables.
//!
//! `file → Rows → Planner → Outcome`, and `Cell → Sheet → file`. Knows nothing of HTTP, stores or clocks: who calls it
//! decides what to post.

mod formula;
pub mod opening;
pub mod plan;
pub mod problem;
pub mod products;
pub mod profile;
pub mod read;
pub mod report;
pub mod write;

pub use opening::{Need, Openings};
pub use plan::{Outcome, PlannedMove, Planner};
pub use problem::Problem;
pub use products::Catalogue;
pub use profile::{Profile, ProfileError};
pub use read::{ReadError, ReadOptions, Row, Rows};
pub use report::Report;
pub use write::{Cell, CsvSheet, Sheet, WriteError, XlsxSheet};
