//! A PostgreSQL of our own for one run: found or installed, started on a free loopback port, ended and removed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::{Scratch, Shell, signal};

/// Oldest version that is tried: the SQL needs nothing newer.
const OLDEST: u32 = 14;
const USER: &str = "aktiver";

/// Whether a commit must survive a power cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in production. For benchmarks.
    Full,
    /// Nothing is forced to disk. For tests.
    None,
}

/// A running server. Dropping it ends it and removes its data.
pub struct Postgres {
    process: Child,
    programs: PathBuf,
    port: u16,
    password: String,
    // Dropped after `drop` has ended the server.
    scratch: Scratch,
}

/// The user PostgreSQL runs as: it refuses to run as root.
#[derive(Clone, Copy)]
struct Unprivileged {
    user: u32,
    group: u32,
}

impl Postgres {
    /// # Errors
    /// When no server programs are found, or the server does not come up within 30 seconds.
    pub fn start(shell: &Shell, durability: Durability) -> Result<Self> {
        let programs = find_programs(shell).context(missing())?;
        let scratch = Scratch::new()?;
        let identity = unprivileged(shell)?;
        let data = scratch.path.join("data");
        let sockets = scratch.path.join("sockets");
        let password_file = scratch.path.join("password");
        let password = random_word()?;
        fs::write(&password_file, &password)?;
        fs::create_dir(&data)?;
        fs::create_dir(&sockets)?;
        fs::set_permissions(&scratch.path, fs::Permissions::from_mode(0o711))?;
        fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600))?;
        if let Some(identity) = identity {
            for path in [&data, &sockets, &password_file] {
                chown(path, Some(identity.user), Some(identity.group))?;
            }
        }

        let mut initdb = shell.command(programs.join("initdb"));
        initdb
            .args(["--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["--username", USER, "--pgdata"])
            .arg(&data)
            .arg("--pwfile")
            .arg(&password_file)
            .current_dir(&scratch.path);
        become_user(&mut initdb, identity);
        shell.output(initdb)?;

        let port = free_port()?;
        let log = fs::File::create(scratch.path.join("log"))?;
        let process = server(shell, &programs, identity, durability)
            .arg("-D")
            .arg(&data)
            .args(["-c", &format!("port={port}")])
            .args(["-c", &format!("unix_socket_directories={}", sockets.display())])
            .current_dir(&scratch.path)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut postgres = Self {
            process,
            programs,
            port,
            password,
            scratch,
        };
        postgres.wait_until_ready(shell)?;
        Ok(postgres)
    }

    /// The address of a database of this server; `postgres` exists from the start.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes an empty database and returns its address.
    ///
    /// # Errors
    /// When `createdb` refuses.
    pub fn create_database(&self, shell: &Shell, name: &str) -> Result<String> {
        let mut createdb = shell.command(self.programs.join("createdb"));
        createdb
            .args([
                "--host=127.0.0.1",
                "--username",
                USER,
                "--port",
                &self.port.to_string(),
                name,
            ])
            .env("PGPASSWORD", &self.password);
        shell.output(createdb)?;
        Ok(self.url(name))
    }

    fn wait_until_ready(&mut self, shell: &Shell) -> Result<()> {
        let status_file = self.scratch.path.join("data/postmaster.pid");
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            // Its eighth line is `ready` once connections are taken.
            let status = fs::read_to_string(&status_file).unwrap_or_default();
            if status.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            let ended = self.process.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(self.scratch.path.join("log")).unwrap_or_default();
                bail!("PostgreSQL did not come up; its log:\n{log}");
            }
            if shell.is_interrupted() {
                bail!("interrupted");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Where it is, without its password.
impl std::fmt::Display for Postgres {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} on 127.0.0.1:{}", self.programs.display(), self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Fast shutdown, then immediate shutdown, then none at all.
        for name in ["INT", "QUIT", "KILL"] {
            signal(name, &self.process.id().to_string());
            let deadline = Instant::now() + Duration::from_secs(10);
            while Instant::now() < deadline {
                if !matches!(self.process.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        eprintln!("PostgreSQL (process {}) does not end", self.process.id());
    }
}

fn server(shell: &Shell, programs: &Path, identity: Option<Unprivileged>, durability: Durability) -> Command {
    let program = programs.join("postgres");
    // Killed with SIGKILL, we run no guard; the kernel then ends the server for us.
    let mut command = if shell.answers("setpriv", &["--pdeathsig", "INT", "true"]) {
        let mut command = shell.command("setpriv");
        command.args(["--pdeathsig", "INT"]).arg(program);
        command
    } else {
        shell.command(program)
    };
    command.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
    if durability == Durability::None {
        command.args([
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off",
        ]);
    }
    become_user(&mut command, identity);
    command
}

/// Where the server programs are. A program called `postgres` on PATH may be something else, so what is found
/// must say that it is PostgreSQL.
pub fn find_programs(shell: &Shell) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort_by_key(|path| {
        let version = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version.unwrap_or(0))
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders
        .into_iter()
        .map(|folder| folder.join("bin"))
        .chain(std::env::split_paths(&path))
        .find(|folder| {
            ["initdb", "createdb"].iter().all(|name| folder.join(name).is_file())
                && version_of(shell, &folder.join("postgres")).is_some_and(|major| major >= OLDEST)
        })
}

fn version_of(shell: &Shell, program: &Path) -> Option<u32> {
    if !program.is_file() {
        return None;
    }
    let mut command = shell.command(program);
    command.arg("--version");
    parse_version(&shell.output(command).ok()?)
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn parse_version(answer: &str) -> Option<u32> {
    let (_, version) = answer.split_once("(PostgreSQL) ")?;
    let digits = version.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn missing() -> String {
    format!(
        "no PostgreSQL server programs (initdb, postgres, createdb; version {OLDEST} or newer) under \
         /usr/lib/postgresql or on PATH. Install them: on Debian `apt-get install postgresql`, on Fedora \
         `dnf install postgresql-server`, on macOS `brew install postgresql`"
    )
}

/// Installs the server programs when they are missing.
///
/// # Errors
/// When they are missing and this is not Debian, or we are not root, or apt-get fails.
pub fn install(shell: &Shell) -> Result<()> {
    if find_programs(shell).is_some() {
        return Ok(());
    }
    if !Path::new("/etc/debian_version").exists() || fs::metadata("/proc/self")?.uid() != 0 {
        bail!(missing());
    }
    // The package would also make a server of its own and start it; we want the programs alone.
    let folder = Path::new("/etc/postgresql-common/createcluster.d");
    let no_server = folder.join("aktiver-xtask.conf");
    let is_new = !Path::new("/etc/postgresql-common").exists();
    if is_new {
        fs::create_dir_all(folder)?;
        fs::write(&no_server, "create_main_cluster = false\n")?;
    }
    let apt = |arguments: &[&str]| {
        let mut command = shell.command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        shell.run(command)
    };
    let installed =
        apt(&["update", "-qq"]).and_then(|_| apt(&["install", "-y", "-qq", "--no-install-recommends", "postgresql"]));
    if is_new {
        fs::remove_file(&no_server)?;
    }
    if !installed? || find_programs(shell).is_none() {
        bail!("apt-get could not install PostgreSQL. {}", missing());
    }
    Ok(())
}

fn unprivileged(shell: &Shell) -> Result<Option<Unprivileged>> {
    if fs::metadata("/proc/self").map_or(true, |metadata| metadata.uid() != 0) {
        return Ok(None);
    }
    let id = |flag: &str| -> Result<u32> {
        let mut command = shell.command("id");
        command.args([flag, "postgres"]);
        let answer = shell.output(command).context(
            "PostgreSQL refuses to run as root and there is no user `postgres`; make one with \
             `useradd --system postgres`",
        )?;
        Ok(answer.parse()?)
    };
    Ok(Some(Unprivileged {
        user: id("-u")?,
        group: id("-g")?,
    }))
}

fn become_user(command: &mut Command, identity: Option<Unprivileged>) {
    if let Some(identity) = identity {
        command.uid(identity.user).gid(identity.group);
    }
}

/// A port that was free a moment ago; PostgreSQL cannot choose one itself.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn random_word() -> Result<String> {
    use std::io::Read;
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_postgresql_is_taken_for_postgresql() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_version("postgres: a mail sorter 15.1"), None);
    }
}
