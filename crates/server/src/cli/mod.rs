//! The command line.
//!
//! Commands other than servers work on the database directly, in the name of the system; they may run beside a server. None
//! asks a question, so none blocks a script.

mod catalog;
mod clock;
mod directory;
mod doctor;
mod keys;
mod output;
mod serve;

use std::process::ExitCode;

use aktiver_service::{Actor, App, Ctx, organizations};
use clap::{Parser, Subcommand};
use serde_json::json;

pub use output::{Output, print};
pub use serve::until_told;

use crate::demo::{self, DemoArgs};
use crate::failure::{Failure, Result};
use crate::open::{self, Outside, Schema};
use crate::settings::{CommonOptions, ServeOptions, Settings};
use crate::telemetry;
use crate::tour::{self, TourArgs};

const EXIT_CODES: &str = "Exit codes: 0 done; 1 not done: refused by a rule, not found, taken, or a value that does not fit; \
    2 an option, argument or setting is wrong; 3 the database, a file or the network failed.";

/// Subscriptions and licenses for the organizations a software vendor sells to
#[derive(Debug, Parser)]
#[command(name = "aktiver", version, after_help = EXIT_CODES, max_term_width = 120)]
pub struct Cli {
    #[command(flatten)]
    common: CommonOptions,
    /// How the command answers
    #[arg(long, global = true, value_enum, default_value_t)]
    output: Output,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a server with a small world in it, for looking around
    Demo {
        #[command(flatten)]
        serve: ServeOptions,
        #[command(flatten)]
        demo: DemoArgs,
    },
    /// Live through the life of a subscription, step by step
    Tour {
        #[command(flatten)]
        tour: TourArgs,
    },
    /// Serve until told to stop; an empty database is set up first
    Serve {
        #[command(flatten)]
        serve: ServeOptions,
    },
    /// Set up an empty database, or bring an older one up to date
    Migrate,
    /// Check the installation, and say what to do about what is wrong
    Doctor,
    /// Products and service plans
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Product keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Organizations (customers)
    #[command(subcommand)]
    Org(directory::OrgCommand),
    /// People of an organization
    #[command(subcommand)]
    User(directory::UserCommand),
    /// Programs of an organization
    #[command(subcommand)]
    Client(directory::ClientCommand),
    /// The vendor's own people
    #[command(subcommand)]
    Operator(directory::OperatorCommand),
    /// An access token for a program
    Token(directory::TokenArgs),
    /// The clock of a sandbox organization
    #[command(subcommand)]
    Clock(clock::Command),
    /// Print the description of the vendor API
    Openapi,
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = cli.output;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.complain(&Failure::unavailable(
                format!("cannot start: {error}"),
                "check the limits of the system",
            ));
            return ExitCode::from(crate::Exit::Unavailable.code());
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(failure) => {
            output.complain(&failure);
            ExitCode::from(failure.exit.code())
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode> {
    let serving = match &cli.command {
        Command::Serve { serve } | Command::Demo { serve, .. } => Some(serve),
        _ => None,
    };
    if serving.is_some() {
        serve::hear_signals()?;
    }
    // A demonstration tells where to go; what else it does would push that off the screen.
    let verbose = matches!(cli.command, Command::Serve { .. });
    let settings = Settings::load(&cli.common, serving, verbose)?;
    telemetry::log(&settings.log, settings.log_format)?;
    let output = cli.output;
    match cli.command {
        Command::Serve { .. } => serve::run(settings, output).await?,
        Command::Demo { demo, .. } => demo::run(demo, settings).await?,
        Command::Tour { tour } => tour::run(tour, settings).await?,
        Command::Migrate => migrate(&settings, output).await?,
        Command::Doctor => return doctor::run(&settings, output).await,
        Command::Catalog(command) => return catalog::run(command, &settings, output).await,
        Command::Keys(command) => keys::run(command, &settings, output).await?,
        Command::Org(command) => directory::organization(command, &settings, output).await?,
        Command::User(command) => directory::user(command, &settings, output).await?,
        Command::Client(command) => directory::client(command, &settings, output).await?,
        Command::Operator(command) => directory::operator(command, &settings, output).await?,
        Command::Token(arguments) => directory::token(arguments, &settings, output).await?,
        Command::Clock(command) => clock::run(command, &settings, output).await?,
        Command::Openapi => print(&aktiver_api::vendor::openapi())?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn migrate(settings: &Settings, output: Output) -> Result<()> {
    let app = open::app(settings, &Outside::default(), Schema::Migrate).await?;
    let version = app.database().schema_version().await?;
    app.database().close().await;
    let root_key = crate::root_key::path(settings)?;
    output.say(
        &format!(
            "{} has schema version {version}; its root key is {}",
            settings.database,
            root_key.display()
        ),
        &json!({ "database": settings.database.to_string(), "schemaVersion": version, "rootKeyFile": root_key }),
    )
}

/// The running system, for a command that works on a database that is set up.
async fn app(settings: &Settings) -> Result<App> {
    open::app(settings, &Outside::default(), Schema::Current).await
}

/// The system's context in the organization that a text names by id or domain.
async fn context(app: &App, organization: &str) -> Result<Ctx> {
    let organization = organizations::resolve(app, organization)
        .await
        .map_err(|error| match error {
            aktiver_service::Error::NotFound(_) => Failure::not_done(
                format!("there is no organization {organization:?}"),
                "give its id or domain; `aktiver org list` shows them",
            ),
            other => other.into(),
        })?;
    let request_id = uuid::Builder::from_random_bytes(app.random()).into_uuid();
    Ok(app.context_of(Actor::System, organization, request_id))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
