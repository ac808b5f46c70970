//! Measures the work that matters beside its floor; `cargo xtask bench` runs it and writes the table.
//!
//! `measure ROW --database sqlite:PATH|postgres://…` prints one JSON line per measurement. A floor runs on the same server, token
//! check, connection, engine, locks, rows and fsync; only our rules are left out.

mod keys;
mod load;
mod requests;
mod start;
mod world;

use std::time::Duration;

use serde_json::json;

/// How long each side of a comparison runs, per round.
const ROUND: Duration = Duration::from_secs(4);
/// Rounds: ours and the floor in turn, so that a machine that slows down slows both.
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        arguments
            .iter()
            .position(|a| a == name)
            .and_then(|at| arguments.get(at + 1))
            .cloned()
    };
    let database = option("--database").unwrap_or_default();
    let program = option("--program").unwrap_or_default();
    match arguments.first().map(String::as_str) {
        Some("keys") => keys::measure(),
        Some("check") => runtime(requests::license_check(&database)),
        Some("assign") => runtime(requests::assign(&database)),
        Some("start") => runtime(start::measure(&database, &program)),
        _ => panic!("measure keys | check | assign | start, with --database URL and, for start, --program FILE"),
    }
}

fn runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

/// Prints one measurement as a line that the table is made from.
fn tell(work: &str, unit: &str, floor: Option<f64>, rate: f64, goal: (&str, f64)) {
    #[expect(clippy::print_stdout, reason = "the line is the result")]
    {
        println!(
            "{}",
            json!({ "work": work, "unit": unit, "floor": floor, "rate": rate, "goal": goal.0, "figure": goal.1 })
        );
    }
}

/// The middle of three or more figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
