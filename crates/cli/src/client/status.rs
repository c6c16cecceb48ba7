//! `acopio status`: how the server is.

use super::Client;
use super::request::Request;
use super::table::{Column, cell, draw_record};
use crate::failure::{Failure, Result};

const COLUMNS: &[Column] = &[
    Column::text("node", "node"),
    Column::text("version", "program"),
    Column::figure("incarnation", "incarnation"),
    Column::figure("head", "log position"),
    Column::time("stamp", "last entry"),
    Column::figure("waiting", "commands waiting"),
];

impl Client {
    /// Runs `acopio status`.
    ///
    /// # Errors
    ///
    /// That the server cannot be reached, or is not ready.
    pub(crate) async fn status(&self) -> Result<()> {
        let (_, health) = self.server.probe(&Request::get("health")).await?;
        let (status, ready) = self.server.probe(&Request::get("ready")).await?;
        let is_ready = status == 200;
        self.output.answer(&ready, |ready| {
            let readiness = if is_ready { "ready" } else { "not ready" };
            let mut about = ready.clone();
            about["version"] = health.value["version"].clone();
            format!("{} is {readiness}\n{}", self.server.name(), draw_record(COLUMNS, &about))
        })?;
        if is_ready {
            return Ok(());
        }
        let detail = cell(&ready.value["detail"]);
        Err(Failure::new(format!("the server is not ready: {detail}")))
    }
}
