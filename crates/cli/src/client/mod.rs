//! The client: every command here speaks REST to a server, and knows nothing of how the server works.
//!
//! One file per group of commands; what they share is in `http`, `output`, `page` and `table`.

pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod categories;
pub(crate) mod cluster;
pub(crate) mod conflicts;
mod credentials;
pub(crate) mod dead_letters;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod history;
pub(crate) mod holds;
mod http;
mod import_run;
pub(crate) mod imports;
pub(crate) mod login;
mod moment;
pub(crate) mod movements;
pub(crate) mod operations;
mod output;
mod page;
mod problem;
pub(crate) mod products;
pub(crate) mod reconcile;
mod request;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod stock;
mod table;
pub(crate) mod tokens;
pub(crate) mod transfers;
pub(crate) mod upkeep;
pub(crate) mod users;
pub(crate) mod warehouses;

use crate::args::ClientOptions;
use crate::failure::Result;
use http::Server;
use output::Output;

/// What every command works with: the server it asks, and how it answers the person.
pub(crate) struct Client {
    server: Server,
    output: Output,
}

impl Client {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the server's address is none, or the saved token cannot be read.
    pub(crate) fn new(options: &ClientOptions) -> Result<Client> {
        let server = Server::new(&options.server, options.token.as_deref(), options.ca_cert.as_deref())?;
        Ok(Client { server, output: Output { json: options.json } })
    }
}
