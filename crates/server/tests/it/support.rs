//! Runs the built program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with nothing in it, where commands run.
pub struct Place(TempDir);

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The answer of a command that was carried out.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The failure that a command with `--output json` tells.
    #[track_caller]
    pub fn error(&self) -> Value {
        assert_ne!(self.code, 0, "{self:?}");
        let error: Value = serde_json::from_str(&self.err).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        error["error"].clone()
    }
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The program in this folder, with no setting from outside.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aktiver"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AKTIVER_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.0.path()).args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().unwrap())
    }

    /// Runs a command and reads its answer.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.extend(["--output", "json"]);
        self.run(&all).json()
    }

    /// Starts a server on a free port and waits until it answers.
    pub fn serve(&self, arguments: &[&str]) -> Server {
        let ready = self.path("ready.json");
        let _ = std::fs::remove_file(&ready);
        let mut all = vec!["serve", "--listen", "127.0.0.1:0", "--ready-file", "ready.json"];
        all.extend(arguments);
        let mut child = self
            .command(&all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while !ready.exists() {
            if child.try_wait().unwrap().is_some() {
                panic!("{:?}", said(&child.wait_with_output().unwrap()));
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "the server does not become ready"
            );
            std::thread::yield_now();
        }
        let ready: Value = serde_json::from_slice(&std::fs::read(ready).unwrap()).unwrap();
        Server {
            base: ready["base_url"].as_str().unwrap().to_owned(),
            ready,
            child: Some(child),
        }
    }
}

pub fn said(output: &Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A server in a process of its own, ended when dropped.
pub struct Server {
    pub base: String,
    pub ready: Value,
    child: Option<Child>,
}

impl Server {
    /// Sends SIGTERM and waits for the end.
    pub fn stop(mut self) -> Said {
        let child = self.child.take().unwrap();
        let told = Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(told.success());
        said(&child.wait_with_output().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
