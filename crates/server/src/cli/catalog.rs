//! `aktiver catalog`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktiver_service::Actor;
use aktiver_service::catalog::{self, ImportOptions, ImportReport};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::output::note;
use super::{Output, app};
use crate::failure::{Exit, Failure, Result};
use crate::settings::Settings;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Import products and their service plans from CSV
    ///
    /// The file has one row per product and plan, under the header Product_Display_Name,String_Id,GUID,Service_Plan_Name,
    /// Service_Plan_Id,Service_Plans_Included_Friendly_Names and perhaps Applies_To. Importing it again changes nothing.
    Import {
        file: PathBuf,
        /// Also import which service plans exclude each other
        #[arg(long, value_name = "FILE")]
        exclusive: Option<PathBuf>,
        /// Leave rows with problems out instead of importing nothing
        #[arg(long)]
        skip_invalid: bool,
        /// Read and report, but change nothing
        #[arg(long)]
        dry_run: bool,
        /// Also set the documented dependencies between plans, and which apps they bring
        #[arg(long)]
        standard_rules: bool,
    },
}

/// Problems shown as text; `--output json` has all.
const SHOWN: usize = 50;

pub(super) async fn run(command: Command, settings: &Settings, output: Output) -> Result<ExitCode> {
    let Command::Import {
        file,
        exclusive,
        skip_invalid,
        dry_run,
        standard_rules,
    } = command;
    let csv = open(&file)?;
    let groups_csv = exclusive.as_deref().map(open).transpose()?;
    let app = app(settings).await?;
    let bar = bar(&csv);
    let options = ImportOptions { skip_invalid, dry_run };
    let report = catalog::import(&app, &Actor::System, bar.wrap_read(csv), options, &mut |_| {}).await;
    bar.finish_and_clear();
    let report = report?;
    let go_on = report.imported && !dry_run;
    let mut plans_in_groups = None;
    if let Some(csv) = groups_csv.filter(|_| go_on) {
        plans_in_groups = Some(catalog::import_exclusive_groups(&app, &Actor::System, csv).await?);
    }
    if standard_rules && go_on {
        catalog::set_standard_rules(&app, &Actor::System).await?;
    }
    let listed = |lines: Vec<(u64, &str)>| {
        lines
            .into_iter()
            .map(|(line, text)| json!({ "line": line, "text": text }))
            .collect::<Vec<_>>()
    };
    let json = json!({
        "imported": report.imported,
        "dryRun": dry_run,
        "rows": report.rows,
        "products": report.products,
        "plans": report.plans,
        "changedProducts": report.changed_products,
        "changedPlans": report.changed_plans,
        "exclusivePlans": plans_in_groups,
        "notes": listed(report.notes.iter().map(|note| (note.line, note.text.as_str())).collect()),
        "problems": listed(report.problems.iter().map(|problem| (problem.line, problem.text.as_str())).collect()),
    });
    if output == Output::Text {
        tell_problems(&file, &report);
    }
    output.say(&summary(&report, dry_run, plans_in_groups), &json)?;
    let is_good = report.imported || (dry_run && (report.problems.is_empty() || skip_invalid));
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(Exit::NotDone.code())
    })
}

fn summary(report: &ImportReport, dry_run: bool, groups: Option<u32>) -> String {
    let found = format!(
        "{} rows, {} products, {} service plans",
        report.rows, report.products, report.plans
    );
    let changed = format!(
        "{} products and {} plans are new or changed",
        report.changed_products, report.changed_plans
    );
    let groups = groups
        .map(|count| format!("; {count} plans exclude others"))
        .unwrap_or_default();
    match (report.imported, dry_run, report.problems.len()) {
        (_, true, problems) => format!("Nothing was imported (dry run): {found}; {changed}; {problems} problems"),
        (true, false, 0) => format!("Imported: {found}; {changed}{groups}"),
        (true, false, left_out) => format!("Imported: {found}; {changed}{groups}; {left_out} problems were left out"),
        (false, false, problems) => format!(
            "Nothing was imported: {found}; {problems} problems. Mend the rows above, or leave them out with --skip-invalid"
        ),
    }
}

fn tell_problems(file: &Path, report: &ImportReport) {
    let file = file.display();
    for problem in report.problems.iter().take(SHOWN) {
        note(&format!("{file}:{}: {}", problem.line, problem.text));
    }
    if report.problems.len() > SHOWN {
        note(&format!(
            "… and {} more problems; --output json lists all",
            report.problems.len() - SHOWN
        ));
    }
    for found in report.notes.iter().take(SHOWN) {
        note(&format!("{file}:{}: note: {}", found.line, found.text));
    }
    if report.notes.len() > SHOWN {
        note(&format!(
            "… and {} more notes; --output json lists all",
            report.notes.len() - SHOWN
        ));
    }
}

fn open(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|error| Failure::file("read", path, &error))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(Failure::not_done(
            format!("{} is a folder", path.display()),
            "give a CSV file",
        ));
    }
    Ok(file)
}

/// Drawn on a terminal only.
fn bar(csv: &File) -> ProgressBar {
    let bar = ProgressBar::new(csv.metadata().map_or(0, |about| about.len()));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}
