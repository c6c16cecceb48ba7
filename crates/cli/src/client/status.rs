//! `acopio status`: how the server is.

use super::Client;
use super::request::Request;
use super::table::{Column, cell, draw_record};
use crate::failure::{Failure, Result};

const COLUMNS: &[Column] = &[
    Column::text("node", "node"),
    Column::text("status", "status"),
    Column::text("version", "program"),
    Column::text("company", "company"),
    Column::text("head", "log position"),
    Column::text("incarnation", "incarnation"),
    Column::text("waiting", "commands waiting"),
    Column::text("stopped", "stopped"),
];

impl Client {
    /// Runs `acopio status`.
    ///
    /// # Errors
    ///
    /// That the server cannot be reached, or is not ready.
    pub(crate) async fn status(&self) -> Result<()> {
        let (_, health) = self.server.probe(&Request::get("health")).await?;
        let (ready, reason) = self.server.probe(&Request::get("ready")).await?;
        let is_ready = ready == 200;
        self.output.answer(&health, |health| {
            let readiness = if is_ready { "ready" } else { "not ready" };
            format!("server  {} ({readiness})\n{}", self.server.name(), draw_record(COLUMNS, health))
        })?;
        if is_ready {
            return Ok(());
        }
        let detail = ["detail", "stopped", "title"].iter().map(|field| cell(&reason.value[field]));
        let detail = detail.into_iter().find(|text| !text.is_empty()).unwrap_or(reason.text);
        Err(Failure::new(format!("the server is not ready: {}", detail.trim())))
    }
}
