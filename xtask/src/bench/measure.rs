//! The rows: each runs the measuring program of `testkit` on databases of its own, and reads what it prints.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Bench, Engine, Goal, Measurement};

pub fn product_keys(bench: &Bench<'_>) -> Result<Vec<Measurement>> {
    run(bench, "keys", Engine::Neither)
}

pub fn license_check(bench: &Bench<'_>) -> Result<Vec<Measurement>> {
    on_both(bench, "check")
}

pub fn assign_license(bench: &Bench<'_>) -> Result<Vec<Measurement>> {
    on_both(bench, "assign")
}

pub fn memory_and_start(bench: &Bench<'_>) -> Result<Vec<Measurement>> {
    on_both(bench, "start")
}

fn on_both(bench: &Bench<'_>, work: &str) -> Result<Vec<Measurement>> {
    let mut measurements = run(bench, work, Engine::Sqlite)?;
    measurements.extend(run(bench, work, Engine::Postgres)?);
    Ok(measurements)
}

/// One run on a fresh database.
fn run(bench: &Bench<'_>, work: &str, engine: Engine) -> Result<Vec<Measurement>> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("bench_{work}_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = bench.scratch.path.join(&name);
    std::fs::create_dir(&folder)?;
    let mut command = bench.shell.command(&bench.measure);
    // The program's own temporary files lie beside the database, on the same disk.
    command.arg(work).env("TMPDIR", &folder);
    match engine {
        Engine::Sqlite => {
            command.args(["--database", &format!("sqlite:{}", folder.join("aktiver.db").display())]);
        }
        Engine::Postgres => {
            command.args(["--database", &bench.postgres.create_database(bench.shell, &name)?]);
        }
        Engine::Neither => {}
    }
    command.arg("--program").arg(&bench.program);
    let finished = bench.shell.listen(command)?;
    if !finished.status.success() {
        bail!("`measure {work}` failed: {}", finished.status);
    }
    // A million users are large; the next row has the disk for itself.
    std::fs::remove_dir_all(&folder)?;
    let measured: Vec<Measurement> = finished
        .lines
        .iter()
        .filter(|line| line.starts_with('{'))
        .map(|line| read(line, engine).with_context(|| format!("`measure {work}` printed {line}")))
        .collect::<Result<_>>()?;
    if measured.is_empty() {
        bail!("`measure {work}` printed no measurement");
    }
    Ok(measured)
}

/// `{"work": "…", "unit": "/s", "floor": 1.0, "rate": 1.0, "goal": "part", "figure": 0.9}`
fn read(line: &str, engine: Engine) -> Result<Measurement> {
    let line: Value = serde_json::from_str(line)?;
    let text = |name: &str| line[name].as_str().with_context(|| format!("{name} is missing"));
    let number = |name: &str| line[name].as_f64().with_context(|| format!("{name} is missing"));
    let figure = number("figure")?;
    Ok(Measurement {
        work: text("work")?.to_owned(),
        engine,
        unit: text("unit")?.to_owned(),
        floor_rate: line["floor"].as_f64(),
        rate: number("rate")?,
        goal: match text("goal")? {
            "part" => Goal::PartOfFloor(figure),
            "times" => Goal::TimesFloor(figure),
            "least" => Goal::AtLeast(figure),
            "below" => Goal::Below(figure),
            other => bail!("there is no goal `{other}`"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_measuring_program_is_a_measurement() {
        let line = r#"{"work":"Start","unit":"ms","floor":null,"rate":42.5,"goal":"below","figure":300.0}"#;
        let read_back = read(line, Engine::Sqlite).unwrap();
        assert_eq!(
            (read_back.rate, read_back.floor_rate, read_back.goal),
            (42.5, None, Goal::Below(300.0))
        );
        assert_eq!((read_back.work.as_str(), read_back.unit.as_str()), ("Start", "ms"));
        assert!(read(r#"{"work":"Start"}"#, Engine::Sqlite).is_err());
    }
}
