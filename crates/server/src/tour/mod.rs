//! `aktiver tour`: plays the help page's story, sentence by sentence, over HTTP against a fresh server of its own.

mod apps;
mod browser;
mod doors;
mod stage;
mod story;

use std::path::PathBuf;

use crate::cli::print;
use crate::demo::temporary_folder;
use crate::failure::{Failure, Result};
use crate::settings::Settings;
use crate::start::{install_tls, start};

use stage::Stage;

/// A step's outcome: what was observed, or what was wrong.
pub type Step<T> = std::result::Result<T, String>;

/// What the command takes beside the settings.
#[derive(Debug, Clone, clap::Args)]
pub struct TourArgs {
    /// The catalog to sell from (CSV) [default: a small one of our own]
    #[arg(long, value_name = "FILE", env = "AKTIVER_CATALOG")]
    pub catalog: Option<PathBuf>,
}

/// Plays the tour on an empty database and tells each sentence with what was observed.
///
/// # Errors
/// The first sentence that does not hold; a database that is not empty.
pub async fn run(arguments: TourArgs, mut settings: Settings) -> Result<()> {
    install_tls();
    let folder = temporary_folder()?;
    if !settings.database_given {
        settings.database = crate::demo::sqlite_in(folder.path());
        settings.database_given = true;
    }
    settings.files = folder.path().join("files");
    settings
        .root_key_file
        .get_or_insert_with(|| folder.path().join("root.key"));
    settings.listen = ([127, 0, 0, 1], 0).into();
    settings.open_setup = true;
    settings.sandbox_setup = true;
    let database = settings.database.to_string();
    let running = start(settings).await?;
    let used = aktiver_service::operators::any(&running.app).await?;
    let outcome = if used {
        Err(Failure::unavailable(
            format!("{database} is in use already"),
            "give --database an empty one",
        ))
    } else {
        play(&running.app, &running.base_url, arguments.catalog.as_deref()).await
    };
    running.shutdown().await;
    outcome
}

async fn play(app: &aktiver_service::App, base_url: &str, catalog: Option<&std::path::Path>) -> Result<()> {
    let failed =
        |name: &str, why: String| Failure::not_done(format!("{name}: {why}"), "this is a fault of the program");
    let mut stage = Stage::set(app, base_url, catalog)
        .await
        .map_err(|why| failed("setting the stage", why))?;
    tell("stage", &stage.told)?;
    macro_rules! sentences {
        ($($id:literal $step:path;)+) => {$(
            let observed = $step(&mut stage).await.map_err(|why| failed($id, why))?;
            tell($id, &observed)?;
        )+};
    }
    sentences! {
        "S-01" story::s_01_assign;
        "S-02" story::s_02_apps_follow_from_licenses;
        "S-03" apps::s_03_sign_in;
        "S-04" apps::s_04_switch_account;
        "S-05" story::s_05_expired_disabled_cancelled;
        "S-06" story::s_06_reactivate_in_the_admin_center;
        "S-07" story::s_07_not_offered;
        "S-08" story::s_08_payment_information;
        "S-09" story::s_09_product_key;
        "S-10" story::s_10_key_errors;
    }
    tell("", "10 of 10")
}

fn tell(name: &str, observed: &str) -> Result<()> {
    print(&format!("{name:6} {observed}"))
}
