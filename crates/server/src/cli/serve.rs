//! `aktiver serve`.

use std::sync::LazyLock;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::output::{Output, note};
use crate::failure::{Failure, Result};
use crate::ready;
use crate::settings::Settings;
use crate::start::{Running, start};

pub(super) async fn run(settings: Settings, output: Output) -> Result<()> {
    let ready_file = settings.ready_file.clone();
    let running = start(settings).await?;
    let answer = json!({ "base_url": running.base_url });
    if let Some(path) = &ready_file {
        ready::write(path, &answer)?;
    }
    output.say(&format!("Aktiver answers at {}", running.base_url), &answer)?;
    if !aktiver_service::operators::any(&running.app).await? {
        note("There is no operator yet: `aktiver operator create NAME` with the same --database makes one.");
    }
    until_told(running).await
}

/// How often the process was told to end.
static STOPS: LazyLock<watch::Sender<u32>> = LazyLock::new(|| watch::Sender::new(0));

/// Hears SIGTERM and SIGINT from now on, so that one that comes while the server still starts ends it in order too.
///
/// # Errors
/// A system without signals.
pub(super) fn hear_signals() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            STOPS.send_modify(|count| *count += 1);
        }
    });
    Ok(())
}

/// Waits until the process was told to end so many times.
async fn told(times: u32) {
    // The sender is static and does not go away.
    let _ = STOPS.subscribe().wait_for(|count| *count >= times).await;
}

/// Serves until the process is told to end (SIGTERM, SIGINT), then ends in order; a second signal ends it at once. SIGHUP
/// reads the certificate anew.
///
/// # Errors
/// A server that ends by itself.
pub async fn until_told(mut running: Running) -> Result<()> {
    let mut reload = signal(SignalKind::hangup()).map_err(no_signals)?;
    loop {
        tokio::select! {
            () = told(1) => break,
            failure = running.failed() => return Err(failure),
            _ = reload.recv() => {
                if let Err(failure) = running.reload_certificate().await {
                    tracing::error!("{failure}");
                }
            }
        }
    }
    tracing::info!("stopping: requests under way are answered");
    tokio::select! {
        () = running.shutdown() => Ok(()),
        () = told(2) => {
            Err(Failure::unavailable("stopped at once; requests under way were given up", "nothing that was acknowledged is lost"))
        }
    }
}

fn no_signals(error: std::io::Error) -> Failure {
    Failure::unavailable(
        format!("cannot wait for signals: {error}"),
        "check the limits of the system",
    )
}
