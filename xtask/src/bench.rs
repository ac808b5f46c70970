//! `cargo xtask bench`: each figure beside its floor, measured in the same run.

mod measure;

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::generate::target_folder;
use crate::postgres::{Durability, Postgres};
use crate::shell::{Scratch, Shell};

/// What a row works with. PostgreSQL forces commits to disk here, as it does in production.
pub struct Bench<'a> {
    pub shell: &'a Shell,
    /// The release build of `aktiver`.
    pub program: PathBuf,
    /// The release build of the measuring program.
    pub measure: PathBuf,
    pub postgres: Postgres,
    pub scratch: Scratch,
}

/// One kind of work. It may yield several measurements: one per engine, size or goal.
pub struct Row {
    /// What is typed after `cargo xtask bench`.
    pub name: &'static str,
    pub measure: fn(&Bench<'_>) -> Result<Vec<Measurement>>,
}

/// Every row, in the order of the document.
pub const ROWS: &[Row] = &[
    Row {
        name: "product keys",
        measure: measure::product_keys,
    },
    Row {
        name: "license check",
        measure: measure::license_check,
    },
    Row {
        name: "assignLicense",
        measure: measure::assign_license,
    },
    Row {
        name: "memory, start",
        measure: measure::memory_and_start,
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    /// Work without a database.
    Neither,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// At least this part of the floor's rate: 0.9 for ≥ 90 %.
    PartOfFloor(f64),
    /// At most this many times the floor's time for the same work.
    TimesFloor(f64),
    /// At least this figure, whatever the floor.
    AtLeast(f64),
    /// Less than this figure, whatever the floor: memory, time to start.
    Below(f64),
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Measurement {
    pub work: String,
    pub engine: Engine,
    /// What `rate` and `floor_rate` count: `/s`, `MB`, `ms`.
    pub unit: String,
    /// The same work without our rules. None where there is nothing to compare with.
    pub floor_rate: Option<f64>,
    pub rate: f64,
    pub goal: Goal,
}

impl Measurement {
    /// Our rate as a part of the floor's.
    pub fn ratio(&self) -> Option<f64> {
        self.floor_rate
            .filter(|floor| *floor > 0.0)
            .map(|floor| self.rate / floor)
    }

    /// Whether the goal is met. A goal that speaks of the floor is not met without one.
    pub fn met(&self) -> bool {
        match self.goal {
            Goal::PartOfFloor(part) => self.ratio().is_some_and(|ratio| ratio >= part),
            Goal::TimesFloor(times) => self.ratio().is_some_and(|ratio| ratio * times >= 1.0),
            Goal::AtLeast(figure) => self.rate >= figure,
            Goal::Below(figure) => self.rate < figure,
        }
    }

    fn cells(&self) -> [String; 7] {
        let figure = |value: f64| format!("{} {}", number(value), self.unit);
        [
            self.work.clone(),
            match self.engine {
                Engine::Sqlite => "SQLite",
                Engine::Postgres => "PostgreSQL",
                Engine::Neither => "–",
            }
            .to_owned(),
            self.floor_rate.map_or_else(|| "–".to_owned(), figure),
            figure(self.rate),
            self.ratio()
                .map_or_else(|| "–".to_owned(), |ratio| format!("{:.0} %", ratio * 100.0)),
            match self.goal {
                Goal::PartOfFloor(part) => format!("≥ {:.0} %", part * 100.0),
                Goal::TimesFloor(times) => format!("≤ {times} × its time"),
                Goal::AtLeast(value) => format!("≥ {}", figure(value)),
                Goal::Below(value) => format!("< {}", figure(value)),
            },
            if self.met() { "yes" } else { "NO" }.to_owned(),
        ]
    }
}

const HEADINGS: [&str; 7] = ["Work", "Engine", "Floor", "Ours", "Ratio", "Goal", "Met"];
/// The columns of figures, which align right.
const FIGURES: std::ops::RangeInclusive<usize> = 2..=4;

/// Runs the named rows, or all; false when a goal is not met.
///
/// # Errors
/// When a name is unknown, the release build fails or a row cannot be measured.
pub fn run(shell: &Shell, names: &[String]) -> Result<bool> {
    let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("no row is called `{unknown}`; there are: {}", known.join(", "));
    }
    let mut build = shell.cargo();
    build.args([
        "build",
        "--locked",
        "--release",
        "--package",
        "aktiver",
        "--package",
        "aktiver-testkit",
    ]);
    if !shell.run(build)? {
        bail!("the release build failed");
    }
    let bench = Bench {
        shell,
        program: target_folder(shell).join("release/aktiver"),
        measure: target_folder(shell).join("release/measure"),
        postgres: Postgres::start(shell, Durability::Full)?,
        scratch: Scratch::new()?,
    };
    let mut measurements = Vec::new();
    for row in ROWS
        .iter()
        .filter(|row| names.is_empty() || names.iter().any(|name| name == row.name))
    {
        println!("== {}", row.name);
        measurements.extend((row.measure)(&bench)?);
    }
    let table = table(&measurements);
    println!("\n{table}");
    if names.is_empty() {
        let document = document(&machine(shell), &table);
        fs::write(shell.root.join("docs/bench.md"), document)?;
        println!("docs/bench.md written");
    }
    Ok(measurements.iter().all(Measurement::met))
}

/// A table that is Markdown and, being aligned, reads well in a terminal too.
pub fn table(measurements: &[Measurement]) -> String {
    let rows: Vec<[String; 7]> = std::iter::once(HEADINGS.map(str::to_owned))
        .chain(measurements.iter().map(Measurement::cells))
        .collect();
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            text += &if FIGURES.contains(&column) {
                format!("| {cell:>width$} ")
            } else {
                format!("| {cell:<width$} ")
            };
        }
        text += "|\n";
        if index == 0 {
            for (column, width) in widths.iter().enumerate() {
                let dashes = "-".repeat(width + 1);
                text += &if FIGURES.contains(&column) {
                    format!("|{dashes}:")
                } else {
                    format!("|{dashes}-")
                };
            }
            text += "|\n";
        }
    }
    text
}

fn document(machine: &str, table: &str) -> String {
    format!(
        "# Measurements\n\nWritten by `cargo xtask bench`. A floor is the same work on the same machine, engine and \
         connection, with our rules left out.\n\n{machine}\n\n{table}"
    )
}

/// Where the figures come from: a figure without its machine says little.
fn machine(shell: &Shell) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.split_once(':').map(|(_, value)| value.trim()))
            .unwrap_or("unknown")
            .to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let kilobytes = memory.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    let said = |program: &str, arguments: &[&str]| {
        let mut command = shell.command(program);
        command.args(arguments);
        shell.output(command).unwrap_or_else(|_| "unknown".to_owned())
    };
    [
        ("Date", said("date", &["-u", "+%Y-%m-%d"])),
        ("CPU", field(&read("/proc/cpuinfo"), "model name")),
        ("Cores", cores.to_string()),
        (
            "Memory",
            kilobytes.map_or(memory, |kilobytes| format!("{:.1} GiB", kilobytes / 1_048_576.0)),
        ),
        ("Kernel", read("/proc/sys/kernel/osrelease").trim().to_owned()),
        ("Compiler", said("rustc", &["--version"])),
    ]
    .map(|(name, value)| format!("- {name}: {value}"))
    .join("\n")
}

/// Three figures at least, with thousands apart: `0.123`, `4.56`, `78.9`, `12,345`.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut apart = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 && apart != "-" {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measurement(floor_rate: Option<f64>, rate: f64, goal: Goal) -> Measurement {
        Measurement {
            work: "License check".to_owned(),
            engine: Engine::Sqlite,
            unit: "/s".to_owned(),
            floor_rate,
            rate,
            goal,
        }
    }

    #[test]
    fn numbers_are_short_and_thousands_apart() {
        let shown = [0.1234, 4.567, 78.91, 123.4, 12_345.6, 1_234_567.0, -1234.0].map(number);
        assert_eq!(shown, ["0.123", "4.57", "78.9", "123", "12,346", "1,234,567", "-1,234"]);
    }

    #[test]
    fn goals_compare_with_the_floor_or_stand_alone() {
        assert!(measurement(Some(1000.0), 900.0, Goal::PartOfFloor(0.9)).met());
        assert!(!measurement(Some(1000.0), 899.0, Goal::PartOfFloor(0.9)).met());
        assert!(!measurement(None, 899.0, Goal::PartOfFloor(0.9)).met());
        assert!(measurement(Some(300.0), 100.0, Goal::TimesFloor(3.0)).met());
        assert!(!measurement(Some(301.0), 100.0, Goal::TimesFloor(3.0)).met());
        assert!(measurement(None, 1_000_000.0, Goal::AtLeast(1e6)).met());
        assert!(!measurement(None, 150.0, Goal::Below(150.0)).met());
    }

    #[test]
    fn the_table_is_aligned_markdown() {
        let mut start = measurement(None, 212.0, Goal::Below(300.0));
        start.work = "Start".to_owned();
        start.unit = "ms".to_owned();
        start.engine = Engine::Postgres;
        let mut keys = measurement(Some(2e6), 1.1e6, Goal::PartOfFloor(0.6));
        keys.work = "Product keys".to_owned();
        keys.engine = Engine::Neither;
        let check = measurement(Some(12_000.0), 11_400.0, Goal::PartOfFloor(0.9));
        let table = table(&[check, start, keys]);
        let expected = "\
| Work          | Engine     |        Floor |         Ours | Ratio | Goal     | Met |
|---------------|------------|-------------:|-------------:|------:|----------|-----|
| License check | SQLite     |    12,000 /s |    11,400 /s |  95 % | ≥ 90 %   | yes |
| Start         | PostgreSQL |            – |       212 ms |     – | < 300 ms | yes |
| Product keys  | –          | 2,000,000 /s | 1,100,000 /s |  55 % | ≥ 60 %   | NO  |
";
        assert_eq!(table, expected);
    }
}
