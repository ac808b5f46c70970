//! A small word processor for the terminal, licensed through `aktiver-client`.
//!
//! `session.rs` is all the licensing an app needs; `app.rs` shows what it does with the answer.

mod app;
mod editor;
mod script;
mod session;
mod texts;
mod ui;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use aktiver_client::{DeviceCodePrompt, Error, FileStore};
use anyhow::Context as _;
use clap::Parser;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::app::{Action, App};
use crate::editor::Editor;
use crate::script::Script;
use crate::session::Session;
use crate::texts::Texts;

const TICK: Duration = Duration::from_millis(500);
const CHECK_IN_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// A small word processor with File > Account > Switch account.
#[derive(Parser)]
struct Args {
    /// Address of the license server.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    server: String,
    /// Where sign-ins and the license are kept.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Language of the program: en or nb. Taken from LANG otherwise.
    #[arg(long)]
    lang: Option<String>,
    /// Name of this device in the user's list of devices.
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
    /// Read commands from standard input and print one JSON line for each.
    #[arg(long)]
    script: bool,
    /// The text to open.
    file: Option<PathBuf>,
}

/// What a task in the background tells the screen.
enum Report {
    Prompt(DeviceCodePrompt),
    Done(Result<(), Error>),
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let locale = args.lang.or_else(|| std::env::var("LANG").ok());
    let texts = Texts::for_locale(&locale.unwrap_or_default());
    let store = FileStore::new(args.state.map_or_else(default_state, Ok)?);
    let device_name = args.device_name.unwrap_or_else(host_name);
    let session = Session::new(&args.server, store, device_name)?;
    let runtime = Runtime::new()?;

    let text = match &args.file {
        Some(path) if path.exists() => {
            fs::read_to_string(path).with_context(|| format!("{} cannot be opened", path.display()))?
        }
        _ => String::new(),
    };
    if args.script {
        let mut script = Script {
            session,
            texts,
            editor: Editor::new(&text),
            output: io::stdout(),
        };
        return Ok(runtime.block_on(script.run(io::stdin().lock()))?);
    }

    let license = session.license()?;
    let mut app = App::new(texts, license, session.device.name.clone());
    if let Some(path) = args.file {
        app.opened(path, &text);
    }
    let (sender, reports) = channel();
    let screen = Writer {
        app,
        session,
        task: runtime.spawn(async {}),
        runtime,
        sender,
        reports,
    };
    ratatui::run(|terminal| screen.run(terminal))
}

/// The interactive program: the pure [`App`], and the hands it lacks.
struct Writer {
    app: App,
    session: Session,
    runtime: Runtime,
    /// The one thing under way.
    task: JoinHandle<()>,
    sender: Sender<Report>,
    reports: Receiver<Report>,
}

impl Writer {
    fn run(mut self, terminal: &mut DefaultTerminal) -> anyhow::Result<()> {
        let mut check_in_at = Instant::now();
        loop {
            if Instant::now() >= check_in_at {
                check_in_at += CHECK_IN_EVERY;
                if self.app.license.account.is_some() {
                    self.start(Action::CheckIn);
                }
            }
            while let Ok(report) = self.reports.try_recv() {
                self.report(report);
            }
            match self.session.license() {
                Ok(license) => self.app.license = license,
                Err(error) => self.app.status = format!("{error} {}", error.remedy()),
            }
            terminal.draw(|frame| ui::draw(frame, &self.app))?;
            if !event::poll(TICK)? {
                continue;
            }
            if let Event::Key(key) = event::read()?
                && key.kind == KeyEventKind::Press
            {
                match self.app.key(key) {
                    Some(Action::Exit) => return Ok(()),
                    Some(action) => self.perform(action),
                    None => {}
                }
            }
        }
    }

    fn perform(&mut self, action: Action) {
        let app = &mut self.app;
        let result = match action {
            Action::Open(path) => fs::read_to_string(&path).map(|text| app.opened(path, &text)),
            Action::Save(path) => fs::write(&path, app.editor.text()).map(|()| app.saved(path)),
            Action::Print(path) => fs::write(&path, app.editor.text())
                .map(|()| app.status = format!("{} {}", app.texts.printed, path.display())),
            Action::Cancel => {
                app.prompt = None;
                self.task.abort();
                return;
            }
            action => {
                app.status = app.texts.working.to_owned();
                self.start(action);
                return;
            }
        };
        if let Err(error) = result {
            app.status = error.to_string();
        }
    }

    /// Does what needs the network in the background; the screen stays alive.
    fn start(&mut self, action: Action) {
        if !self.task.is_finished() {
            return;
        }
        let session = self.session.clone();
        let sender = self.sender.clone();
        self.task = self.runtime.spawn(async move {
            let result = match action {
                Action::SignIn => {
                    let show = |prompt| drop(sender.send(Report::Prompt(prompt)));
                    session.sign_in(show).await
                }
                Action::Switch(account) => session.switch(&account).await,
                Action::SignOut => session.client.sign_out(),
                _ => session.check_in().await,
            };
            // The screen may be gone by now.
            let _ = sender.send(Report::Done(result));
        });
    }

    fn report(&mut self, report: Report) {
        match report {
            Report::Prompt(prompt) => self.app.prompt = Some(prompt),
            Report::Done(result) => {
                self.app.prompt = None;
                self.app.status = match result {
                    Ok(()) => self.app.texts.done.to_owned(),
                    Err(error) => format!("{error} {}", error.remedy()),
                };
            }
        }
    }
}

fn default_state() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))
        .or_else(|| std::env::var_os("LOCALAPPDATA").map(PathBuf::from))
        .context("there is no home folder for the state; name a file with --state")?;
    Ok(home.join("aktiver-writer.json"))
}

fn host_name() -> String {
    let from_file = fs::read_to_string("/etc/hostname").ok();
    let name = from_file.or_else(|| std::env::var("COMPUTERNAME").ok());
    name.map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "computer".to_owned())
}
