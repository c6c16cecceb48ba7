//! `/v1/settings`: what holds for the whole company, on every node.

use acopio_contract::query::CompanySettings;
use acopio_ledger::command::{ChangeSettings, Command, SettingsPatch};
use acopio_ledger::settings::Settings;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{NotDone, Session, tagged};
use crate::extract::{IfMatch, IfMatchParam, JsonBody, Key, KeyParam};
use crate::problem::Problem;
use crate::wire::{CurrencyText, TitleText, ZoneText, given, some_text};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(get_settings, change_settings))
}

/// The settings of the company.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
struct SettingsView {
    /// What the company is called.
    company_name: Option<String>,
    /// The currency of prices and costs by its ISO 4217 code.
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// The IANA time zone by which it is told to which day a movement belongs.
    #[schema(example = "Europe/Madrid")]
    time_zone: String,
    /// Whether reorder rules look at what is available and incoming, not at what is available alone.
    alerts_count_incoming: bool,
    /// How often they have changed; also their `ETag`.
    version: u64,
}

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> SettingsView {
        SettingsView {
            company_name: some_text(&settings.company_name).map(str::to_owned),
            currency: some_text(&settings.currency).map(str::to_owned),
            time_zone: settings.time_zone,
            alerts_count_incoming: settings.alerts_count_incoming,
            version: settings.version.0,
        }
    }
}

/// What changes of the settings. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingsChange {
    /// What the company is called, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<TitleText>)]
    company_name: Option<Option<TitleText>>,
    /// The currency of prices and costs by its ISO 4217 code, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<CurrencyText>)]
    currency: Option<Option<CurrencyText>>,
    /// The IANA time zone by which it is told to which day a movement belongs.
    time_zone: Option<ZoneText>,
    /// Whether reorder rules look at what is incoming too. Counts from the next entry about each stock on.
    alerts_count_incoming: Option<bool>,
}

/// Shows the settings of the company
#[utoipa::path(
    get, path = "/v1/settings", tag = "settings",
    responses((status = 200, body = SettingsView), (status = 304)),
)]
async fn get_settings(session: Session, headers: HeaderMap) -> Result<Response, Problem> {
    let settings = session.ask(CompanySettings).await?;
    Ok(tagged(&headers, settings.version, &SettingsView::from(settings)))
}

/// Changes settings of the company
#[utoipa::path(
    patch, path = "/v1/settings", tag = "settings", params(KeyParam, IfMatchParam),
    request_body = SettingsChange,
    responses((status = 200, body = SettingsView)),
)]
async fn change_settings(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    JsonBody(request): JsonBody<SettingsChange>,
) -> Result<Response, NotDone> {
    let patch = SettingsPatch {
        company_name: request.company_name.map(|name| name.map(|name| name.0)),
        currency: request.currency.map(|currency| currency.map(|currency| currency.0)),
        time_zone: request.time_zone.map(|zone| zone.0),
        alerts_count_incoming: request.alerts_count_incoming,
    };
    let change = ChangeSettings { patch, expected };
    let done = session.submit(key, Command::ChangeSettings(change)).await?;
    let settings = session.ask(CompanySettings).await?;
    let mut response = tagged(&HeaderMap::new(), settings.version, &SettingsView::from(settings));
    done.stamp(&mut response);
    Ok(response)
}
