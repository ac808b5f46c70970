//! Opens the database and the running system on it, as every command but `openapi` needs it.

use std::io::ErrorKind;
use std::sync::Arc;

use aktiver_adapters::{DirectoryFiles, InvoiceGateway, SandboxCardGateway};
use aktiver_domain::Entropy;
use aktiver_service::app::SIGNING_LABEL;
use aktiver_service::ports::Clock;
use aktiver_service::{App, Config, Parts};
use aktiver_storage::engine::{Database, Durability, Options};
use aktiver_storage::secrets::RootKey;
use aktiver_storage::signing;

use crate::failure::{Failure, Result};
use crate::settings::Settings;
use crate::system::{SystemClock, SystemEntropy};
use crate::{private_file, root_key};

/// What is not the database's: the machine's own in the program, invented in tests.
#[derive(Clone)]
pub struct Outside {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Of an SQLite database.
    pub durability: Durability,
    /// Whether background work runs by itself; a test runs it when it wants to.
    pub worker: bool,
    /// Routes served beside the program's own, behind the same layers: the floors of benchmarks.
    pub more: Option<fn(&App) -> axum::Router>,
}

impl Default for Outside {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            durability: Durability::Full,
            worker: true,
            more: None,
        }
    }
}

/// Which databases a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// An older one is brought up to date, an empty one set up.
    Migrate,
    /// An empty one is set up, an older one refused.
    SetUp,
    /// Only one that is up to date.
    Current,
}

/// Opens the database of the settings, with the schema this program wants.
///
/// # Errors
/// A database that cannot be reached, is newer than the program, or is empty or older and must not be changed.
pub async fn database(settings: &Settings, outside: &Outside, schema: Schema) -> Result<Database> {
    if let Some(path) = settings.database.sqlite_path() {
        if schema == Schema::Current {
            if !path.exists() {
                return Err(not_set_up(settings, "does not exist"));
            }
        } else {
            match private_file::create(path) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Failure::file("make the database", path, &error)),
            }
        }
    }
    let mut options = Options {
        durability: outside.durability,
        ..Options::default()
    };
    if let Some(connections) = settings.database_connections {
        options.max_connections = connections.get();
    }
    let database = Database::connect(&settings.database, &options).await?;
    let found = database.schema_version().await?;
    let supported = database.supported_version();
    match schema {
        Schema::Current if found == 0 => return Err(not_set_up(settings, "is empty")),
        Schema::Current | Schema::SetUp if found != 0 && found < supported => {
            return Err(Failure::unavailable(
                format!(
                    "{} has schema version {found}, this program needs {supported}",
                    settings.database
                ),
                "make a backup, then run `aktiver migrate` with the same --database",
            ));
        }
        _ => {}
    }
    // Does nothing to a database that is up to date, but tells the engine what its constraints are called.
    database.migrate().await?;
    Ok(database)
}

fn not_set_up(settings: &Settings, state: &str) -> Failure {
    let chosen = if settings.database_given {
        ""
    } else {
        ", or choose another database with --database"
    };
    Failure::unavailable(
        format!("the database {} {state}", settings.database),
        format!("run `aktiver migrate` or `aktiver serve` with the same --database first{chosen}"),
    )
}

/// Reads the root key, or makes it while the database holds no secret yet.
///
/// # Errors
/// A missing file although secrets are stored; a file that is no root key.
pub async fn key(settings: &Settings, outside: &Outside, database: &Database) -> Result<RootKey> {
    let path = root_key::path(settings)?;
    if let Some(key) = root_key::read(&path)? {
        if private_file::is_shared(&path).unwrap_or(false) {
            tracing::warn!(
                "others may read the root key file {}; run chmod 600 on it",
                path.display()
            );
        }
        return Ok(key);
    }
    let mut session = database.read().await?;
    if signing::keys(&mut session).await?.is_empty() {
        return root_key::create(&path, outside.entropy.as_ref());
    }
    Err(Failure::unavailable(
        format!(
            "the root key file {} is missing, and the database holds secrets encrypted with it",
            path.display()
        ),
        "restore the file from where you keep it, or give --root-key-file PATH",
    ))
}

/// The running system.
///
/// # Errors
/// See [`database`] and [`key`]; a root key that is not the one the secrets were encrypted with.
pub async fn app(settings: &Settings, outside: &Outside, schema: Schema) -> Result<App> {
    // Before the database is set up: a missing option should not leave half an installation.
    root_key::path(settings)?;
    let database = database(settings, outside, schema).await?;
    let root_key = key(settings, outside, &database).await?;
    let parts = Parts {
        database: database.clone(),
        clock: Arc::clone(&outside.clock),
        entropy: Arc::clone(&outside.entropy),
        invoice: Arc::new(InvoiceGateway),
        sandbox: Arc::new(SandboxCardGateway::default()),
        files: Arc::new(DirectoryFiles::new(&settings.files)),
        root_key: root_key.clone(),
        config: Config {
            server_domain: settings.server_domain.clone(),
            public_url: settings.public_url.clone(),
            open_setup: settings.open_setup,
            sandbox_setup: settings.sandbox_setup,
        },
    };
    fits(&database, &root_key).await?;
    Ok(App::start(parts).await?)
}

/// Whether the root key opens what is stored, told apart from other failures because its remedy is another.
///
/// # Errors
/// It does not.
pub async fn fits(database: &Database, root_key: &RootKey) -> Result<()> {
    let mut session = database.read().await?;
    for (kid, wrapped, ..) in signing::keys(&mut session).await? {
        if root_key.unwrap(SIGNING_LABEL, &wrapped).is_err() {
            return Err(Failure::unavailable(
                format!("the root key does not fit this database: it does not open the signing key {kid}"),
                "give the root key file that belongs to this database with --root-key-file PATH",
            ));
        }
    }
    Ok(())
}
