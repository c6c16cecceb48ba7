//! The API over a real node on a store in memory: requests in, answers out. No sockets.

mod access;
mod alerts;
mod bad_input;
mod batches;
mod catalogue;
mod document;
mod events;
mod holds;
mod movements;
mod protocol;
mod sessions;
mod system;
mod tokens;
mod transfers;
mod users;
mod world;
