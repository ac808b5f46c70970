//! `cargo xtask test`: the steps, in order, with their times.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::generate::build_program;
use crate::postgres::{self, Durability, Postgres};
use crate::shell::{Scratch, Shell};
use crate::{arch, generate};

/// Tests and the tour find PostgreSQL through this variable.
const TEST_POSTGRES: &str = "AKTIVER_TEST_POSTGRES";
/// Set to 1 by `--long`.
const TEST_LONG: &str = "AKTIVER_TEST_LONG";
/// Names a service plan catalog (CSV) that the tour imports; without it the tour takes the built-in one.
const CATALOG: &str = "AKTIVER_CATALOG";

#[derive(clap::Args)]
pub struct Options {
    /// Also run the tests that take minutes (the ignored ones)
    #[arg(long)]
    long: bool,
    /// Run this step alone, and what it needs; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Leave this step out; may be repeated
    #[arg(long, value_name = "STEP")]
    skip: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Install what is missing
    Setup,
    /// Start a PostgreSQL for the later steps
    Postgres,
    /// rustfmt
    Format,
    /// clippy, without warnings
    Clippy,
    /// The arrows between crates
    Arch,
    /// Licenses, banned crates and registries
    Deny,
    /// All tests of the workspace
    Tests,
    /// Generated files are current
    Generated,
    /// The guided tour on SQLite
    TourSqlite,
    /// The guided tour on PostgreSQL
    TourPostgres,
}

enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

struct Done {
    step: Step,
    outcome: Outcome,
    time: Duration,
}

/// What earlier steps leave to later ones.
#[derive(Default)]
struct World {
    postgres: Option<Postgres>,
    counts: Option<Counts>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    /// The runner's own closing lines.
    closing: Vec<String>,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn needs(self, other: Self) -> bool {
        match self {
            Self::Tests | Self::TourPostgres => matches!(other, Self::Setup | Self::Postgres),
            Self::Postgres | Self::Format | Self::Clippy => other == Self::Setup,
            _ => false,
        }
    }
}

fn chosen(only: &[Step], skip: &[Step]) -> Vec<Step> {
    Step::value_variants()
        .iter()
        .copied()
        .filter(|step| {
            let wanted = only.is_empty() || only.iter().any(|one| one == step || one.needs(*step));
            wanted && !skip.contains(step)
        })
        .collect()
}

/// Runs the steps; false when one failed.
///
/// # Errors
/// Never for a failed step: those are counted and named at the end.
pub fn run(shell: &Shell, options: &Options) -> Result<bool> {
    let started = Instant::now();
    let mut world = World::default();
    let mut done: Vec<Done> = Vec::new();
    for step in chosen(&options.only, &options.skip) {
        if shell.is_interrupted() {
            break;
        }
        println!("\n== {}", step.name());
        let begun = Instant::now();
        let outcome =
            perform(step, shell, options, &mut world).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        let one = Done {
            step,
            outcome,
            time: begun.elapsed(),
        };
        println!("== {}", one.line());
        done.push(one);
    }
    let counts = world.counts.take();
    // Ends the server before anything is said about the whole.
    drop(world);
    let ended = shell.end_survivors();

    println!("\n== steps");
    for one in &done {
        println!("{}", one.line());
    }
    println!("total: {:.1} s", started.elapsed().as_secs_f64());
    let mut good = done.iter().all(|one| !matches!(one.outcome, Outcome::Failed(_)));
    if let Err(error) = ended {
        println!("failed: {error:#}");
        good = false;
    }
    if shell.is_interrupted() {
        println!("interrupted; PostgreSQL is stopped and its files are removed");
        good = false;
    }
    if let Some(counts) = counts {
        println!();
        for line in &counts.closing {
            println!("{line}");
        }
        println!("{} passed, {} failed", counts.passed, counts.failed);
    }
    Ok(good)
}

impl Done {
    fn line(&self) -> String {
        let seconds = self.time.as_secs_f64();
        let name = self.step.name();
        match &self.outcome {
            Outcome::Passed => format!("{name}: passed in {seconds:.1} s"),
            Outcome::Failed(reason) => format!("{name}: FAILED in {seconds:.1} s: {reason}"),
            Outcome::Skipped(reason) => format!("{name}: skipped: {reason}"),
        }
    }
}

fn perform(step: Step, shell: &Shell, options: &Options, world: &mut World) -> Result<Outcome> {
    match step {
        Step::Setup => setup(shell),
        Step::Postgres => {
            let server = Postgres::start(shell, Durability::None)?;
            println!("{server}: {TEST_POSTGRES} is set for the later steps");
            world.postgres = Some(server);
            Ok(Outcome::Passed)
        }
        Step::Format => cargo(shell, &["fmt", "--all", "--check"], "run `cargo fmt --all`"),
        Step::Clippy => cargo(
            shell,
            &[
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
            "see above",
        ),
        Step::Arch => verdict(arch::run(shell)?, "see above"),
        Step::Deny => deny(shell),
        Step::Tests => tests(shell, options, world),
        Step::Generated => verdict(generate::run(shell, true)?, "run `cargo xtask generate` and commit"),
        Step::TourSqlite => {
            let scratch = Scratch::new()?;
            let database = format!("sqlite:{}", scratch.path.join("tour.db").display());
            tour(shell, &database)
        }
        Step::TourPostgres => match &world.postgres {
            Some(server) => tour(shell, &server.create_database(shell, "tour")?),
            None => bail!("there is no PostgreSQL: its own step was left out or failed"),
        },
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every step answers in this form")]
fn verdict(good: bool, remedy: &str) -> Result<Outcome> {
    Ok(if good {
        Outcome::Passed
    } else {
        Outcome::Failed(remedy.to_owned())
    })
}

fn cargo(shell: &Shell, arguments: &[&str], remedy: &str) -> Result<Outcome> {
    let mut command = shell.cargo();
    command.args(arguments);
    verdict(shell.run(command)?, remedy)
}

fn setup(shell: &Shell) -> Result<Outcome> {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !shell.answers("cargo", &[command, "--version"]) {
            let mut add = shell.command("rustup");
            add.args(["component", "add", component]);
            let added = shell
                .run(add)
                .with_context(|| format!("`cargo {command}` is missing and there is no rustup; install {component}"))?;
            if !added {
                bail!("`rustup component add {component}` failed");
            }
        }
    }
    postgres::install(shell)?;
    Ok(Outcome::Passed)
}

fn deny(shell: &Shell) -> Result<Outcome> {
    if !shell.answers("cargo", &["deny", "--version"]) {
        return Ok(Outcome::Skipped(
            "cargo-deny is not installed (`cargo install --locked cargo-deny`)".to_owned(),
        ));
    }
    cargo(
        shell,
        &["deny", "check", "bans", "licenses", "sources"],
        "see above and deny.toml",
    )
}

fn tests(shell: &Shell, options: &Options, world: &mut World) -> Result<Outcome> {
    let database = world.postgres.as_ref().map(|server| server.url("postgres"));
    let prepare = |arguments: &[&str]| {
        let mut command = shell.cargo();
        command.args(arguments);
        if let Some(url) = &database {
            command.env(TEST_POSTGRES, url);
        }
        if options.long {
            command.env(TEST_LONG, "1");
        }
        command
    };
    let mut counts = Counts::default();
    // Tests run the programs of other packages, which no runner builds for them.
    let mut good = shell.run(prepare(&["build", "--locked", "--workspace", "--bins"]))?;
    if shell.answers("cargo", &["nextest", "--version"]) {
        let mut command = prepare(&["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
        if options.long {
            command.args(["--profile", "long", "--run-ignored", "all"]);
        }
        let finished = shell.listen(command)?;
        good &= finished.status.success();
        counts.read_nextest(&finished.lines);
        // nextest leaves out the examples in the documentation.
        let finished = shell.listen(prepare(&["test", "--locked", "--workspace", "--doc", "--no-fail-fast"]))?;
        good &= finished.status.success();
        counts.read_cargo_test(&finished.lines);
    } else {
        println!("cargo-nextest is not installed: using `cargo test`");
        let mut command = prepare(&["test", "--locked", "--workspace", "--no-fail-fast"]);
        if options.long {
            command.args(["--", "--include-ignored"]);
        }
        let finished = shell.listen(command)?;
        good &= finished.status.success();
        counts.read_cargo_test(&finished.lines);
    }
    let ran = counts.passed + counts.failed;
    world.counts = Some(counts);
    if ran == 0 {
        bail!("no test ran");
    }
    verdict(good, "see above")
}

impl Counts {
    /// Adds nextest's closing line, the last `Summary`. What a failed test said is indented above it.
    fn read_nextest(&mut self, lines: &[String]) {
        let closing = lines
            .iter()
            .rev()
            .map(|line| line.trim())
            .find(|line| line.starts_with("Summary ["));
        if let Some((line, (_, numbers))) = closing.and_then(|line| Some((line, line.rsplit_once(" run: ")?))) {
            self.add(numbers);
            self.closing.push(line.to_owned());
        }
    }

    /// Adds the closing lines of `cargo test`, one for each program that has tests.
    fn read_cargo_test(&mut self, lines: &[String]) {
        for line in lines {
            let Some((_, numbers)) = line
                .strip_prefix("test result: ")
                .and_then(|rest| rest.split_once(". "))
            else {
                continue;
            };
            if !numbers.starts_with("0 passed; 0 failed; 0 ignored") {
                self.add(numbers);
                self.closing.push(line.clone());
            }
        }
    }

    /// Adds the likes of `409 passed (2 slow), 2 failed` and `3 passed; 2 failed`.
    fn add(&mut self, numbers: &str) {
        for part in numbers.split([',', ';']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(kind)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match kind {
                "passed" => self.passed += number,
                // nextest counts a test that ran too long or did not start apart.
                "failed" | "timed" | "exec" => self.failed += number,
                _ => {}
            }
        }
    }
}

/// A whole working day of the program, against a fresh database.
fn tour(shell: &Shell, database: &str) -> Result<Outcome> {
    let program = build_program(shell)?;
    let mut command = shell.command(program);
    command.args(["tour", "--database", database]);
    if let Some(catalog) = std::env::var_os(CATALOG) {
        if !Path::new(&catalog).is_file() {
            bail!("{CATALOG} names {}, which is not a file", Path::new(&catalog).display());
        }
        command.arg("--catalog").arg(catalog);
    }
    let finished = shell.listen(command)?;
    if finished.lines.is_empty() {
        bail!("the tour said nothing ({})", finished.status);
    }
    if !finished.status.success() {
        bail!("the tour ended with {}", finished.status);
    }
    Ok(Outcome::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn nextest_closing_line_is_counted_and_kept() {
        let mut counts = Counts::default();
        counts.read_nextest(&owned(&[
            "        PASS [   0.005s] aktiver-domain month::tests::saturates",
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out",
            "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out",
            "     Summary [  14.203s] 412 tests run: 409 passed (2 slow), 2 failed, 1 timed out, 7 skipped",
            "        FAIL [   0.097s] aktiver-domain month::tests::anchors",
        ]));
        assert_eq!((counts.passed, counts.failed), (409, 3));
        assert_eq!(counts.closing.len(), 1);
    }

    #[test]
    fn cargo_test_closing_lines_are_added_up() {
        let mut counts = Counts::default();
        counts.read_cargo_test(&owned(&[
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s",
        ]));
        assert_eq!((counts.passed, counts.failed), (15, 2));
        assert_eq!(counts.closing.len(), 2);
    }

    #[test]
    fn one_step_alone_brings_what_it_needs() {
        assert_eq!(chosen(&[Step::Tests], &[]), [Step::Setup, Step::Postgres, Step::Tests]);
        assert_eq!(chosen(&[Step::Arch], &[]), [Step::Arch]);
        assert_eq!(chosen(&[Step::Tests], &[Step::Postgres]), [Step::Setup, Step::Tests]);
        assert_eq!(chosen(&[], &[]).len(), Step::value_variants().len());
    }
}
