//! Running programs so that none outlives us: each in a process group of its own, ended on Ctrl-C, and marked
//! through its environment so that what it left behind can be found.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, IsTerminal, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

/// The variable whose value every process of one run inherits.
const MARK: &str = "AKTIVER_XTASK_RUN";
const POLL: Duration = Duration::from_millis(50);
/// How long a step may take to end by itself after an interrupt.
const GRACE: Duration = Duration::from_secs(10);

/// Where and how programs are run.
pub struct Shell {
    /// The workspace's folder.
    pub root: PathBuf,
    mark: String,
    interrupted: Arc<AtomicBool>,
    colored: bool,
}

/// How a program ended, and what it said when it was listened to.
pub struct Finished {
    pub status: ExitStatus,
    /// Standard output and standard error in order of arrival, without color codes.
    pub lines: Vec<String>,
}

impl Shell {
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub fn new() -> Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
            signal_hook::consts::SIGHUP,
        ] {
            signal_hook::flag::register(signal, Arc::clone(&interrupted)).context("cannot watch for Ctrl-C")?;
        }
        let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        Ok(Self {
            root: Path::new(env!("CARGO_MANIFEST_DIR"))
                .parent()
                .context("xtask has no parent folder")?
                .to_path_buf(),
            mark: format!("{}-{nanoseconds}", std::process::id()),
            interrupted,
            colored: std::io::stdout().is_terminal(),
        })
    }

    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// A command in the workspace's folder, marked as ours, without input.
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command
            .current_dir(&self.root)
            .env(MARK, &self.mark)
            .stdin(Stdio::null())
            .process_group(0);
        if self.colored {
            command.env("CARGO_TERM_COLOR", "always");
        }
        command
    }

    /// The cargo that runs us.
    pub fn cargo(&self) -> Command {
        let mut cargo = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // What the cargo that runs us says of `xtask`; build scripts that watch it would run anew, and half of the workspace with them.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&*name);
            }
        }
        cargo
    }

    /// Whether `program --version`-like questions are answered with success.
    pub fn answers(&self, program: &str, arguments: &[&str]) -> bool {
        self.command(program)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Runs a program on our own output.
    ///
    /// # Errors
    /// When it cannot be started, or after an interrupt.
    pub fn run(&self, mut command: Command) -> Result<bool> {
        let mut child = start(&mut command)?;
        let status = self.wait(&mut child, || thread::sleep(POLL))?;
        Ok(status.success())
    }

    /// Runs a program, shows what it says as it says it, and keeps it.
    ///
    /// # Errors
    /// When it cannot be started, or after an interrupt.
    pub fn listen(&self, mut command: Command) -> Result<Finished> {
        let mut child = start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let (sender, receiver) = channel();
        read_lines(child.stdout.take(), sender.clone());
        read_lines(child.stderr.take(), sender);
        let mut lines = Vec::new();
        let status = self.wait(&mut child, || {
            if show_until(&receiver, Instant::now() + POLL, &mut lines) {
                thread::sleep(POLL);
            }
        })?;
        // A grandchild may hold the pipe open after its parent is gone: do not wait for it for ever.
        show_until(&receiver, Instant::now() + Duration::from_secs(5), &mut lines);
        Ok(Finished { status, lines })
    }

    /// A program's standard output, trimmed.
    ///
    /// # Errors
    /// When it cannot be started or fails; its standard error goes into the message.
    pub fn output(&self, mut command: Command) -> Result<String> {
        let output = command
            .output()
            .with_context(|| format!("cannot run {:?}", command.get_program()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{:?} failed: {}", command.get_program(), said.trim());
        }
        Ok(String::from_utf8(output.stdout)
            .context("the output is not UTF-8")?
            .trim()
            .to_owned())
    }

    fn wait(&self, child: &mut Child, mut meanwhile: impl FnMut()) -> Result<ExitStatus> {
        loop {
            if let Some(status) = child.try_wait()? {
                if self.is_interrupted() {
                    bail!("interrupted");
                }
                return Ok(status);
            }
            if self.is_interrupted() {
                self.end(child)?;
                bail!("interrupted");
            }
            meanwhile();
        }
    }

    /// Ends a child and its process group, gently first.
    fn end(&self, child: &mut Child) -> Result<()> {
        let group = format!("-{}", child.id());
        let deadline = Instant::now() + GRACE;
        signal("INT", &group);
        while child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                signal("KILL", &group);
                child.wait()?;
                break;
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Looks for processes that carry our mark and are still there, and ends them.
    ///
    /// # Errors
    /// When there were any: a program that leaves processes behind is a fault of that program.
    pub fn end_survivors(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(3);
        let mut left = self.survivors();
        while !left.is_empty() && Instant::now() < deadline {
            thread::sleep(POLL);
            left = self.survivors();
        }
        for (id, _) in &left {
            signal("KILL", id);
        }
        if left.is_empty() || self.is_interrupted() {
            return Ok(());
        }
        let list: Vec<String> = left.iter().map(|(id, line)| format!("{id} {line}")).collect();
        bail!(
            "processes were left running and have been ended:\n  {}",
            list.join("\n  ")
        )
    }

    /// Process id and command line. Empty where there is no `/proc`.
    fn survivors(&self) -> Vec<(String, String)> {
        let needle = format!("{MARK}={}", self.mark);
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|entry| {
                let id = entry.file_name().into_string().ok()?;
                id.parse::<u32>().ok()?;
                let environment = fs::read(entry.path().join("environ")).ok()?;
                if !environment
                    .split(|byte| *byte == 0)
                    .any(|pair| pair == needle.as_bytes())
                {
                    return None;
                }
                let line = fs::read(entry.path().join("cmdline")).ok()?;
                Some((id, String::from_utf8_lossy(&line).replace('\0', " ")))
            })
            .collect()
    }
}

fn start(command: &mut Command) -> Result<Child> {
    command
        .spawn()
        .with_context(|| format!("cannot run {:?}", command.get_program()))
}

/// Sends a signal to a process, or with a minus to a process group. One that is gone already is fine.
/// The shell's own `kill`, because the program of that name is not on every machine.
pub fn signal(signal: &str, target: &str) {
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$1\" -- \"$2\"", "sh", signal, target])
        .stderr(Stdio::null())
        .status();
}

fn read_lines(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes);
            if sender.send(line.trim_end_matches(['\n', '\r']).to_owned()).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

/// Shows lines until the deadline; true when no more will come.
fn show_until(receiver: &Receiver<String>, deadline: Instant, lines: &mut Vec<String>) -> bool {
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                println!("{line}");
                lines.push(without_colors(&line));
            }
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
}

/// Drops `ESC [ … letter` sequences.
fn without_colors(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

/// A folder under the system's temporary one, removed when dropped. Folders of runs that were killed are removed
/// by the next run.
pub struct Scratch {
    pub path: PathBuf,
}

const SCRATCH: &str = "aktiver-xtask-";

impl Scratch {
    /// # Errors
    /// When the folder cannot be made.
    pub fn new() -> Result<Self> {
        remove_abandoned();
        for number in 0..1000 {
            let name = format!("{SCRATCH}{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot make {}", path.display()));
                }
            }
        }
        bail!("{} is full of our folders", std::env::temp_dir().display())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            eprintln!("cannot remove {}: {error}", self.path.display());
        }
    }
}

fn remove_abandoned() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|name| name.strip_prefix(SCRATCH)?.split('-').next());
        let Some(id) = process.filter(|id| id.parse::<u32>().is_ok()) else {
            continue;
        };
        if Path::new("/proc/self").exists() && !Path::new("/proc").join(id).exists() {
            // Another user's folder refuses, which is right.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_dropped_and_the_words_kept() {
        assert_eq!(
            without_colors("\u{1b}[32;1m     Summary\u{1b}[0m [0.1s] \u{1b}[1m2\u{1b}[0m tests run"),
            "     Summary [0.1s] 2 tests run"
        );
    }

    #[test]
    fn what_a_program_says_on_both_streams_is_kept() {
        let shell = Shell::new().unwrap();
        let mut command = shell.command("sh");
        command.args(["-c", "echo one; echo two >&2; exit 3"]);
        let mut finished = shell.listen(command).unwrap();
        finished.lines.sort();
        assert_eq!(finished.lines, ["one", "two"]);
        assert_eq!(finished.status.code(), Some(3));
    }

    #[test]
    fn a_process_left_behind_is_found_and_ended() {
        let shell = Shell::new().unwrap();
        let mut command = shell.command("sh");
        command.args(["-c", "sleep 300 </dev/null >/dev/null 2>&1 &"]);
        assert!(shell.run(command).unwrap());
        let message = shell.end_survivors().unwrap_err().to_string();
        assert!(message.contains("sleep 300"), "{message}");
        assert!(shell.end_survivors().is_ok());
    }
}
