//! `acopio category`.

use clap::Subcommand;
use serde_json::{Value, json};

use super::Client;
use super::request::Request;
use super::table::{Column, cell};
use crate::failure::{Failure, Result};

/// What to do about categories. A category is named by its name or its id.
#[derive(Debug, Subcommand)]
pub(crate) enum CategoryCommand {
    /// List categories
    List,
    /// Add a category
    Add {
        /// Its name
        name: String,
    },
    /// Rename a category; its products follow
    Rename {
        /// Its present name, or its id
        category: String,
        /// Its new name
        name: String,
    },
    /// Remove a category; its products have none then
    Remove {
        /// Its name, or its id
        category: String,
    },
}

const COLUMNS: &[Column] = &[Column::text("id", "id"), Column::text("name", "name")];

impl Client {
    /// Runs `acopio category`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn category(&self, command: &CategoryCommand) -> Result<()> {
        match command {
            CategoryCommand::List => self.whole_list(Request::get("v1/categories"), COLUMNS).await,
            CategoryCommand::Add { name } => {
                let answer =
                    self.server.send(&Request::post("v1/categories").json(json!({"name": name}))).await?;
                self.output.record(&answer, COLUMNS)
            }
            CategoryCommand::Rename { category, name } => {
                let id = self.category_id(category).await?;
                let request = Request::patch("v1/categories").then(&id).json(json!({"name": name}));
                self.output.record(&self.server.send(&request).await?, COLUMNS)
            }
            CategoryCommand::Remove { category } => {
                let id = self.category_id(category).await?;
                let answer = self.server.send(&Request::delete("v1/categories").then(&id)).await?;
                self.output.done(&answer, &format!("removed {category}"))
            }
        }
    }

    async fn category_id(&self, name: &str) -> Result<String> {
        let list = self.server.send(&Request::get("v1/categories")).await?.value;
        let rows = if list.is_array() { list.as_array() } else { list["items"].as_array() };
        let is_meant = |row: &&Value| {
            cell(&row["id"]) == name || cell(&row["name"]).to_lowercase() == name.to_lowercase()
        };
        let found = rows.into_iter().flatten().find(is_meant).map(|row| cell(&row["id"]));
        found.ok_or_else(|| {
            Failure::new(format!("no category with the name: {name}"))
                .hint("`acopio category list` shows them")
        })
    }
}
