//! `/v1/imports`: files are uploaded with a profile, checked in the background, and posted when somebody says so.
//!
//! `upload → check → commit → undo`. A commit surveys the whole file ([`survey`]), makes products and opening stock
//! ([`commit`]), and posts the rows ([`rows`]); memory does not grow with the file but for the identity of its rows.
//! Spreadsheets are read in `acopio_sheets`, stock rules are the ledger's.

mod cells;
mod commit;
mod facts;
mod halt;
mod handlers;
mod judge;
mod link;
mod pass;
mod poster;
mod product_rows;
mod record;
mod report;
mod rows;
mod service;
mod survey;
mod upload;
mod view;
mod work;

pub(crate) use handlers::routes;
pub(crate) use service::Imports;
