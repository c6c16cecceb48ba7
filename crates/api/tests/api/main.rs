//! The API over a real node on a store in memory: requests in, answers out. No sockets.

mod access;
mod alerts;
mod audit;
mod bad_input;
mod batches;
mod catalogue;
mod cluster;
mod document;
mod elsewhere;
mod events;
mod explorer;
mod holds;
mod movements;
mod operations;
mod protocol;
mod reconcile;
mod sessions;
mod settings;
mod statistics;
mod system;
mod tokens;
mod transfers;
mod users;
mod world;
