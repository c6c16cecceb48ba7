//! `acopio settings`: what holds for the whole company.

use clap::Subcommand;
use serde_json::{Value, json};

use super::Client;
use super::request::Request;
use super::table::Column;
use crate::failure::{Failure, Result};

/// Shows the settings, or changes some.
#[derive(Debug, clap::Args)]
pub(crate) struct SettingsArgs {
    #[command(subcommand)]
    command: Option<SettingsCommand>,
}

/// What to do about settings.
#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Show them
    Show,
    /// Change those that are given
    Set(SetArgs),
}

/// What to change.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArgs {
    /// What the company is called; empty for nothing
    #[arg(long, value_name = "NAME")]
    company_name: Option<String>,
    /// Currency of prices and costs, as EUR; empty for none
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Time zone by which days are counted, as Europe/Madrid
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Whether reorder rules look at what is incoming too
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set)]
    alerts_count_incoming: Option<bool>,
}

const COLUMNS: &[Column] = &[
    Column::text("company_name", "company name"),
    Column::text("currency", "currency"),
    Column::text("time_zone", "time zone"),
    Column::text("alerts_count_incoming", "alerts count incoming"),
    Column::figure("version", "version"),
];

impl Client {
    /// Runs `acopio settings`.
    ///
    /// # Errors
    ///
    /// The server's refusal, or that nothing is to be changed.
    pub(crate) async fn settings(&self, args: &SettingsArgs) -> Result<()> {
        let request = match &args.command {
            None | Some(SettingsCommand::Show) => Request::get("v1/settings"),
            Some(SettingsCommand::Set(args)) => Request::patch("v1/settings").json(args.body()?),
        };
        self.output.record(&self.server.send(&request).await?, COLUMNS)
    }
}

impl SetArgs {
    fn body(&self) -> Result<Value> {
        let mut body = json!({});
        let texts = [("company_name", &self.company_name), ("currency", &self.currency)];
        for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
            body[name] = if text.is_empty() { Value::Null } else { json!(text) };
        }
        if let Some(zone) = &self.time_zone {
            body["time_zone"] = json!(zone);
        }
        if let Some(count) = self.alerts_count_incoming {
            body["alerts_count_incoming"] = json!(count);
        }
        if body == json!({}) {
            return Err(Failure::usage("nothing to change: see `acopio settings set --help`"));
        }
        Ok(body)
    }
}
