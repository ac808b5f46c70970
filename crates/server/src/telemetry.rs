//! The program's log on standard error, and its metrics.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::failure::{Failure, Result};
use crate::settings::LogFormat;

/// Seconds; the upper bounds of the latency histogram.
const LATENCY: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0,
];
/// How often recorded latencies are folded into the histogram, so that they do not pile up where nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts the log. `filter` is a level or a list such as `info,aktiver_service=debug`. A second call in one process changes
/// nothing.
///
/// # Errors
/// A filter that cannot be read.
pub fn log(filter: &str, format: LogFormat) -> Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Failure::usage(
            format!("--log: {error}"),
            "write a level such as `info`, or a list such as `info,aktiver=debug`",
        )
    })?;
    let start = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = match format {
        LogFormat::Text => start
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => start.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// The process's metrics; several servers in one process, as in tests, share them.
pub fn metrics() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let handle = PrometheusBuilder::new()
                .set_buckets(&LATENCY)
                .ok()?
                .install_recorder()
                .ok()?;
            metrics::describe_counter!(
                "aktiver_http_requests_total",
                "Requests answered, by method, route and status"
            );
            metrics::describe_histogram!(
                "aktiver_http_request_seconds",
                "Time to the head of the answer, by method and route"
            );
            Some(handle)
        })
        .as_ref()
}

/// Folds what was recorded, for as long as it is polled.
pub async fn upkeep() {
    let Some(handle) = metrics() else { return };
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}
