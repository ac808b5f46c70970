//! Is it alive, is it ready, how does it fare: for machines that look after the server.

use std::fmt::Write as _;
use std::time::Duration;

use aktiver_storage::catalog;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Around, Forwarded, client, refuse};
use crate::telemetry;

/// A database that takes longer does not serve people.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs.
pub async fn alive() -> Response {
    json(StatusCode::OK, r#"{"status":"ok"}"#)
}

/// Requests will be answered: the database answers, and the server is not about to end.
pub async fn ready(State(around): State<Around>) -> Response {
    if *around.stopping.borrow() {
        return json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"stopping"}"#);
    }
    let asked = async {
        let mut session = around.app.database().read().await?;
        catalog::version(&mut session).await
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(_)) => json(StatusCode::OK, r#"{"status":"ok"}"#),
        Ok(Err(error)) => {
            tracing::error!(%error, "the database does not answer");
            json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"database"}"#)
        }
        Err(_) => json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"database"}"#),
    }
}

fn json(status: StatusCode, body: &'static str) -> Response {
    (
        status,
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        body,
    )
        .into_response()
}

/// What Prometheus reads; for the machine itself unless the settings open it.
pub async fn metrics(State(around): State<Around>, request: Request) -> Response {
    let local = client(&request, &around.options).is_some_and(|address| address.is_loopback())
        && request.extensions().get::<Forwarded>().is_none();
    if !around.open_metrics && !local {
        return refuse(
            "/metrics",
            StatusCode::FORBIDDEN,
            "notAllowed",
            "Metrics are for the machine itself; the setting open-metrics opens them.",
            None,
        );
    }
    let Some(handle) = telemetry::metrics() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut text = handle.render();
    let counts = around.app.database().commit_counts();
    let mut add = |name: &str, kind: &str, value: u64| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "# TYPE {name} {kind}\n{name} {value}");
    };
    add("aktiver_database_commits_total", "counter", counts.commits);
    add("aktiver_database_units_total", "counter", counts.units);
    if let Some(bytes) = resident_memory() {
        add("process_resident_memory_bytes", "gauge", bytes);
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response()
}

/// Bytes of memory in use, where the system tells.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace()
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes * 1024)
}
