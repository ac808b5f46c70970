//! `aktiver doctor`: looks at everything a server needs, changes nothing, and says what to do about what is wrong.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use aktiver_domain::Timestamp;
use aktiver_service::ports::Clock as _;
use aktiver_storage::engine::{Database, Engine, Options};
use aktiver_storage::signing;
use jiff::SignedDuration;
use serde_json::json;

use super::Output;
use crate::failure::{Exit, Failure, Result};
use crate::settings::Settings;
use crate::system::SystemClock;
use crate::{open, private_file, root_key, start};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Ok,
    Warn,
    Fail,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

struct Check {
    name: &'static str,
    status: Status,
    detail: String,
    remedy: Option<String>,
}

#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn ok(&mut self, name: &'static str, detail: impl Into<String>) {
        self.0.push(Check {
            name,
            status: Status::Ok,
            detail: detail.into(),
            remedy: None,
        });
    }

    fn warn(&mut self, name: &'static str, detail: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Check {
            name,
            status: Status::Warn,
            detail: detail.into(),
            remedy: Some(remedy.into()),
        });
    }

    fn fail(&mut self, name: &'static str, detail: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Check {
            name,
            status: Status::Fail,
            detail: detail.into(),
            remedy: Some(remedy.into()),
        });
    }

    fn failure(&mut self, name: &'static str, failure: Failure) {
        self.0.push(Check {
            name,
            status: Status::Fail,
            detail: failure.message,
            remedy: failure.remedy,
        });
    }

    fn has_failed(&self) -> bool {
        self.0.iter().any(|check| check.status == Status::Fail)
    }
}

/// The oldest PostgreSQL whose makers still mend it.
const OLDEST_POSTGRES: u32 = 14;
/// Bytes of free disk below which the operator should act, and below which the database is in danger.
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 100 << 20;
/// No installation is older than the program.
const PROGRAM_MADE: &str = "2026-01-01T00:00:00Z";
/// Clocks of two machines may differ a little.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
/// How long the public address may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(settings: &Settings, output: Output) -> Result<ExitCode> {
    let mut checks = Checks::default();
    if let Some(database) = database(settings, &mut checks).await {
        secrets(settings, &database, &mut checks).await;
        database.close().await;
    }
    space(settings, &mut checks);
    files(settings, &mut checks);
    public_url(settings, &mut checks).await;
    let failed = checks.has_failed();
    let text: Vec<String> = checks
        .0
        .iter()
        .map(|check| {
            let remedy = check
                .remedy
                .as_deref()
                .map(|remedy| format!("\n      {remedy}"))
                .unwrap_or_default();
            format!("{:<5} {}: {}{remedy}", check.status.as_str(), check.name, check.detail)
        })
        .collect();
    let list: Vec<_> = checks
        .0
        .iter()
        .map(|check| {
            json!({
                "name": check.name,
                "status": check.status.as_str(),
                "detail": check.detail,
                "remedy": check.remedy,
            })
        })
        .collect();
    output.say(&text.join("\n"), &json!({ "ok": !failed, "checks": list }))?;
    Ok(if failed {
        ExitCode::from(Exit::NotDone.code())
    } else {
        ExitCode::SUCCESS
    })
}

async fn database(settings: &Settings, checks: &mut Checks) -> Option<Database> {
    const SET_UP: &str = "run `aktiver migrate` with the same --database";
    if let Some(path) = settings.database.sqlite_path() {
        if !path.exists() {
            checks.fail("database", format!("{} does not exist", path.display()), SET_UP);
            return None;
        }
        if private_file::is_shared(path).unwrap_or(false) {
            checks.warn(
                "database file",
                format!("others than its owner may read {}", path.display()),
                format!("run chmod 600 {}", path.display()),
            );
        }
    }
    let opened = match Database::connect(&settings.database, &Options::default()).await {
        Ok(database) => database,
        Err(error) => {
            checks.failure("database", error.into());
            return None;
        }
    };
    match opened.engine_version().await {
        Ok(version) => engine(opened.engine(), &version, settings, checks),
        Err(error) => {
            checks.failure("database", error.into());
            return None;
        }
    }
    let supported = opened.supported_version();
    match opened.schema_version().await {
        Ok(0) => checks.fail("schema", "the database is empty", SET_UP),
        Ok(found) if found < supported => {
            checks.fail(
                "schema",
                format!("version {found}, this program needs {supported}"),
                format!("make a backup, then {SET_UP}"),
            );
        }
        Ok(found) if found > supported => {
            checks.fail(
                "schema",
                format!("version {found}, this program knows up to {supported}"),
                "run the newer program",
            );
        }
        Ok(found) => {
            checks.ok("schema", format!("version {found}"));
            return Some(opened);
        }
        Err(error) => checks.failure("schema", error.into()),
    }
    opened.close().await;
    None
}

fn engine(engine: Engine, version: &str, settings: &Settings, checks: &mut Checks) {
    match engine {
        Engine::Sqlite => checks.ok("database", format!("{}, SQLite {version}", settings.database)),
        Engine::Postgres => {
            let major = version
                .split(['.', ' '])
                .next()
                .and_then(|text| text.parse::<u32>().ok())
                .unwrap_or(0);
            let detail = format!("{}, PostgreSQL {version}", settings.database);
            if major < OLDEST_POSTGRES {
                checks.fail(
                    "database",
                    detail,
                    format!("upgrade the server to PostgreSQL {OLDEST_POSTGRES} or later"),
                );
            } else {
                checks.ok("database", detail);
            }
        }
    }
}

async fn secrets(settings: &Settings, database: &Database, checks: &mut Checks) {
    let keys = async {
        let mut session = database.read().await?;
        signing::keys(&mut session).await
    };
    let keys = match keys.await {
        Ok(keys) => keys,
        Err(error) => return checks.failure("root key", error.into()),
    };
    match root_key::path(settings) {
        Err(failure) => checks.failure("root key", failure),
        Ok(path) => match root_key::read(&path) {
            Err(failure) => checks.failure("root key", failure),
            Ok(None) if keys.is_empty() => {
                checks.ok(
                    "root key",
                    format!("{} will be made with the first secret", path.display()),
                );
            }
            Ok(None) => checks.fail(
                "root key",
                format!(
                    "{} is missing, and the database holds secrets encrypted with it",
                    path.display()
                ),
                "restore the file from where you keep it, or give --root-key-file PATH",
            ),
            Ok(Some(key)) => match open::fits(database, &key).await {
                Err(failure) => checks.failure("root key", failure),
                Ok(()) if private_file::is_shared(&path).unwrap_or(false) => checks.warn(
                    "root key",
                    format!("others than its owner may read {}", path.display()),
                    format!("run chmod 600 {}", path.display()),
                ),
                Ok(()) => checks.ok("root key", format!("{} opens the stored secrets", path.display())),
            },
        },
    }
    clock(keys.iter().map(|(_, _, made, _)| *made).max(), checks);
}

/// `newest` is something that certainly happened in the past.
fn clock(newest: Option<Timestamp>, checks: &mut Checks) {
    const SET: &str = "set the machine's clock, and let it follow a time server (chrony, systemd-timesyncd)";
    let now = SystemClock.now();
    let made: Option<Timestamp> = PROGRAM_MADE.parse().ok();
    let ahead = newest.is_some_and(|newest| newest.duration_since(now) > CLOCK_TOLERANCE);
    if made.is_some_and(|made| now < made) {
        checks.fail("clock", format!("{now} is before this program was made"), SET);
    } else if ahead {
        checks.fail(
            "clock",
            format!("{now} is before something that the database says has happened"),
            SET,
        );
    } else {
        checks.ok("clock", now.to_string());
    }
}

fn space(settings: &Settings, checks: &mut Checks) {
    let mut folders = vec![("disk of the files", existing(&settings.files).to_owned())];
    if let Some(path) = settings.database.sqlite_path() {
        folders.insert(0, ("disk of the database", private_file::folder_of(path).to_owned()));
    }
    folders.dedup_by(|one, other| one.1 == other.1);
    for (name, folder) in folders {
        match rustix::fs::statvfs(&folder) {
            Ok(about) => {
                let free = about.f_bavail.saturating_mul(about.f_frsize);
                let detail = format!("{} MiB free at {}", free >> 20, folder.display());
                if free < NO_SPACE {
                    checks.fail(name, detail, "make room: the database stops when the disk is full");
                } else if free < LITTLE_SPACE {
                    checks.warn(name, detail, "make room soon");
                } else {
                    checks.ok(name, detail);
                }
            }
            Err(error) => checks.warn(name, format!("{}: {error}", folder.display()), "check the folder"),
        }
    }
}

/// The folder itself, or the nearest one above it that is there.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."))
}

fn files(settings: &Settings, checks: &mut Checks) {
    let folder = &settings.files;
    let nearest = existing(folder);
    let is_writable = rustix::fs::access(nearest, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok();
    if !is_writable {
        checks.fail(
            "files",
            format!("{} is not writable", nearest.display()),
            "give the user that runs aktiver the right to it, or choose another folder with --files DIR",
        );
    } else if folder.is_dir() {
        checks.ok("files", folder.display().to_string());
    } else {
        checks.ok(
            "files",
            format!("{} will be made with the first file", folder.display()),
        );
    }
}

async fn public_url(settings: &Settings, checks: &mut Checks) {
    const NAME: &str = "public address";
    let Some(url) = &settings.public_url else {
        return checks.warn(
            NAME,
            "not set: links and tokens name the address of each request",
            "give --public-url https://HOST when people reach the server under one name",
        );
    };
    let is_local = url::Url::parse(url).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    });
    if url.starts_with("http://") && !is_local {
        return checks.warn(
            NAME,
            format!("{url} is not encrypted, so passwords and tokens can be read on the way"),
            "serve https with --tls-cert and --tls-key, or behind a proxy that does",
        );
    }
    match answers(url).await {
        Ok(()) => checks.ok(NAME, format!("{url} answers")),
        Err(reason) => checks.warn(
            NAME,
            format!("{url} does not answer from here: {reason}"),
            "start the server, and check name, proxy, certificate and firewall",
        ),
    }
}

async fn answers(url: &str) -> Result<(), String> {
    start::install_tls();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| error.to_string())?;
    let answer = client
        .get(format!("{url}/healthz"))
        .send()
        .await
        .map_err(|error| reason(&error))?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(answer.status().to_string())
    }
}

/// The innermost cause is the one that helps.
fn reason(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
