//! The server behind the floor: bare axum that reads a small JSON body and writes it back. Run as a child process.

use std::io::Write;

use anyhow::{Context, Result};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// The hidden subcommand that is this server.
pub(crate) const SUBCOMMAND: &str = "anchor-echo";

/// As much as a movement says.
#[derive(Debug, Deserialize, Serialize)]
struct Small {
    kind: String,
    warehouse: String,
    sku: String,
    quantity: i64,
}

/// Serves until it is ended; prints the address that it listens on.
///
/// # Errors
///
/// When it cannot listen.
pub(crate) fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen")?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let app = Router::new().route("/echo", post(|Json(small): Json<Small>| async { Json(small) }));
        axum::serve(listener, app).await.context("cannot serve")
    })
}
