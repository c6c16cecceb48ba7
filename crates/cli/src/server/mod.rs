//! The server side: what a node needs around it to run on a machine, and what is done to a data folder without one.
//!
//! `assemble` alone names concrete backends; `serve` and `offline` work with what it gives them.

mod assemble;
pub(crate) mod ca;
mod company;
mod damage;
pub(crate) mod demo;
mod duplicate;
mod folder;
pub(crate) mod hub;
mod joining;
mod listen;
mod memory;
pub(crate) mod offline;
pub(crate) mod rescue;
mod secrets;
pub(crate) mod serve;
mod service;
mod shutdown;
mod tls;
