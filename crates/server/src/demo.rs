//! `aktiver demo`: a server with a small world in it, for looking around.

pub mod world;

use std::path::Path;

use aktiver_storage::engine::DatabaseUrl;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{print, until_told};
use crate::failure::{Failure, Result};
use crate::ready;
use crate::settings::Settings;
use crate::start::start;

/// What the command takes beside the settings.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {}

/// Runs the demonstration until it is told to stop.
///
/// # Errors
/// A database that is not empty; an address that is taken.
pub async fn run(_arguments: DemoArgs, mut settings: Settings) -> Result<()> {
    let folder = temporary_folder()?;
    if !settings.database_given {
        settings.database = sqlite_in(folder.path());
        settings.database_given = true;
        settings.files = folder.path().join("files");
    }
    if settings.database.sqlite_path().is_none() && settings.root_key_file.is_none() {
        // A demonstration's secrets are worth nothing, so its key goes when it goes.
        settings.root_key_file = Some(folder.path().join("root.key"));
    }
    settings.open_setup = true;
    settings.sandbox_setup = true;
    let ready_file = settings.ready_file.clone();
    let database = settings.database.to_string();
    let running = start(settings).await?;
    if aktiver_service::operators::any(&running.app).await? {
        running.shutdown().await;
        return Err(Failure::unavailable(
            format!("{database} is in use already"),
            "give --database an empty one, or leave it out; `aktiver serve` serves this one",
        ));
    }
    let mut world = world::build(&running.app).await?;
    if let Some(object) = world.as_object_mut() {
        object.insert("base_url".to_owned(), Value::from(running.base_url.clone()));
    }
    if let Some(path) = &ready_file {
        ready::write(path, &world)?;
    }
    tell(&running.base_url, &world)?;
    until_told(running).await
}

/// Where to go and how to sign in.
fn tell(base_url: &str, world: &Value) -> Result<()> {
    let mut lines = vec![
        String::new(),
        format!("Aktiver answers at {base_url}"),
        String::new(),
        format!("  {base_url}/admin/products   Fjordvik AS: reactivate, assign, pay"),
        format!("  {base_url}/account          a user's apps and devices"),
        format!("  {base_url}/setup/key        redeem a product key"),
        format!("  {base_url}/console          the vendor's side"),
        String::new(),
    ];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let users = world["organizations"][0]["users"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let width = users
        .iter()
        .map(|user| text(&user["userPrincipalName"]).len())
        .max()
        .unwrap_or(0);
    let operator = &world["operator"];
    lines.push(format!(
        "  {:width$}  {}  the vendor's operator",
        text(&operator["user"]),
        text(&operator["password"])
    ));
    for user in &users {
        let role = user["roles"][0].as_str().unwrap_or("user");
        lines.push(format!(
            "  {:width$}  {}  {role}",
            text(&user["userPrincipalName"]),
            text(&user["password"])
        ));
    }
    lines.push(String::new());
    lines.push("  Product keys that nobody has redeemed yet:".to_owned());
    for key in world["product_keys"].as_array().into_iter().flatten() {
        let (part_number, quantity, term) = (text(&key["skuPartNumber"]), &key["quantity"], text(&key["term"]));
        lines.push(format!(
            "  {}  {part_number}, {quantity} licenses, {term}",
            text(&key["key"])
        ));
    }
    lines.push(String::new());
    lines.push("  The vendor API's token of the operator:".to_owned());
    lines.push(format!("  {}", text(&operator["token"])));
    lines.push(String::new());
    print(&lines.join("\n"))
}

/// A folder that goes when its owner does.
///
/// # Errors
/// No room or right to make one.
pub fn temporary_folder() -> Result<TempDir> {
    tempfile::tempdir().map_err(|error| Failure::file("make a folder in", &std::env::temp_dir(), &error))
}

/// An SQLite database in a folder.
#[must_use]
pub fn sqlite_in(folder: &Path) -> DatabaseUrl {
    DatabaseUrl::sqlite(folder.join("aktiver.db"))
}
