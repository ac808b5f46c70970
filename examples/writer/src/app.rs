//! What the program is showing and what each key does to it. Pure: files and network are asked for by [`Action`].

use std::path::PathBuf;

use aktiver_client::{AppState, DeviceCodePrompt, Features, ReducedReason, features};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::editor::Editor;
use crate::session::License;
use crate::texts::Texts;

/// Something to do outside: the answer comes back through the methods of [`App`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    SignIn,
    Switch(String),
    CheckIn,
    SignOut,
    /// Gives up a sign-in that waits for its code.
    Cancel,
    Open(PathBuf),
    Save(PathBuf),
    Print(PathBuf),
    Exit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    Editing,
    Menu { selected: usize },
    Account { selected: usize },
    Switch { selected: usize },
    Ask { purpose: Purpose, input: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Open,
    Save,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    SignIn,
    Switch,
    Update,
    SignOut,
}

pub struct App {
    pub texts: &'static Texts,
    pub editor: Editor,
    pub path: Option<PathBuf>,
    pub screen: Screen,
    pub license: License,
    pub device: String,
    pub status: String,
    /// Shown while someone signs in on another screen.
    pub prompt: Option<DeviceCodePrompt>,
    /// The next command may discard unsaved changes.
    discard: bool,
}

impl App {
    pub fn new(texts: &'static Texts, license: License, device: String) -> Self {
        Self {
            texts,
            editor: Editor::default(),
            path: None,
            screen: Screen::Editing,
            license,
            device,
            status: String::new(),
            prompt: None,
            discard: false,
        }
    }

    pub fn may(&self) -> Features {
        features(&self.license.state)
    }

    pub fn opened(&mut self, path: PathBuf, text: &str) {
        self.editor = Editor::new(text);
        self.path = Some(path);
    }

    pub fn saved(&mut self, path: PathBuf) {
        self.status = format!("{} {}", self.texts.saved, path.display());
        self.path = Some(path);
        self.editor.dirty = false;
    }

    /// The buttons of File > Account, as the state allows (SW-01).
    pub fn buttons(&self) -> Vec<Button> {
        if self.license.state == AppState::Viewer {
            return vec![];
        }
        if self.license.account.is_none() {
            return match self.license.accounts.len() {
                0 => vec![Button::SignIn],
                _ => vec![Button::SignIn, Button::Switch],
            };
        }
        let mut buttons = vec![Button::Switch, Button::Update, Button::SignOut];
        let reason = ReducedReason::SignedOut;
        if self.license.state == (AppState::Reduced { reason }) {
            buttons.insert(0, Button::SignIn);
        }
        buttons
    }

    pub fn key(&mut self, key: KeyEvent) -> Option<Action> {
        self.status.clear();
        if self.prompt.is_some() {
            let cancels = key.code == KeyCode::Esc;
            return cancels.then_some(Action::Cancel);
        }
        match self.screen.clone() {
            Screen::Editing => self.key_editing(key),
            Screen::Menu { selected } => {
                let selected = moved(key.code, selected, self.texts.menu.len());
                self.screen = Screen::Menu { selected };
                match key.code {
                    KeyCode::Esc | KeyCode::F(10) => self.screen = Screen::Editing,
                    KeyCode::Enter => return self.choose(selected),
                    _ => {}
                }
                None
            }
            Screen::Account { selected } => {
                let buttons = self.buttons();
                let selected = moved(key.code, selected, buttons.len());
                self.screen = Screen::Account { selected };
                match key.code {
                    KeyCode::Esc => self.screen = Screen::Editing,
                    KeyCode::Enter => return self.press(*buttons.get(selected)?),
                    _ => {}
                }
                None
            }
            Screen::Switch { selected } => {
                let accounts = &self.license.accounts;
                let selected = moved(key.code, selected, accounts.len() + 1);
                let chosen = accounts.get(selected).map(|a| a.id.clone());
                self.screen = Screen::Switch { selected };
                match key.code {
                    KeyCode::Esc => self.show_account(),
                    KeyCode::Enter => {
                        self.show_account();
                        return Some(chosen.map_or(Action::SignIn, Action::Switch));
                    }
                    _ => {}
                }
                None
            }
            Screen::Ask { purpose, input } => self.key_ask(key, purpose, input),
        }
    }

    fn key_editing(&mut self, key: KeyEvent) -> Option<Action> {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            let entry = "nosp".find(|c| key.code == KeyCode::Char(c));
            return match key.code {
                KeyCode::Char('q') => self.choose(5),
                _ => self.choose(entry?),
            };
        }
        match key.code {
            KeyCode::F(10) | KeyCode::Esc => self.screen = Screen::Menu { selected: 0 },
            KeyCode::Left => self.editor.left(),
            KeyCode::Right => self.editor.right(),
            KeyCode::Up => self.editor.up(),
            KeyCode::Down => self.editor.down(),
            KeyCode::Home => self.editor.home(),
            KeyCode::End => self.editor.end(),
            KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace => {
                self.discard = false;
                if !self.may().edit {
                    self.refuse();
                    return None;
                }
                match key.code {
                    KeyCode::Char(c) => self.editor.insert(c.encode_utf8(&mut [0; 4])),
                    KeyCode::Enter => self.editor.newline(),
                    KeyCode::Tab => self.editor.insert("    "),
                    _ => self.editor.backspace(),
                }
            }
            _ => {}
        }
        None
    }

    fn key_ask(&mut self, key: KeyEvent, purpose: Purpose, mut input: String) -> Option<Action> {
        match key.code {
            KeyCode::Enter if !input.is_empty() => {
                self.screen = Screen::Editing;
                let path = PathBuf::from(input);
                return Some(match purpose {
                    Purpose::Open => Action::Open(path),
                    Purpose::Save => Action::Save(path),
                });
            }
            KeyCode::Esc => {
                self.screen = Screen::Editing;
                return None;
            }
            KeyCode::Backspace => drop(input.pop()),
            KeyCode::Char(c) => input.push(c),
            _ => {}
        }
        self.screen = Screen::Ask { purpose, input };
        None
    }

    /// Runs an entry of the File menu.
    fn choose(&mut self, entry: usize) -> Option<Action> {
        self.screen = Screen::Editing;
        match entry {
            0 if !self.may().create => self.refuse(),
            0 if self.may_discard() => {
                self.editor = Editor::default();
                self.path = None;
            }
            1 if self.may_discard() => self.ask(Purpose::Open),
            // Also when reduced: work done while licensed is never lost.
            2 => match &self.path {
                Some(path) => return Some(Action::Save(path.clone())),
                None => self.ask(Purpose::Save),
            },
            3 => return Some(Action::Print(self.print_path())),
            4 => self.show_account(),
            5 if self.may_discard() => return Some(Action::Exit),
            _ => {}
        }
        None
    }

    fn press(&mut self, button: Button) -> Option<Action> {
        match button {
            Button::SignIn => Some(Action::SignIn),
            Button::Update => Some(Action::CheckIn),
            Button::SignOut => Some(Action::SignOut),
            Button::Switch => {
                self.screen = Screen::Switch { selected: 0 };
                None
            }
        }
    }

    fn show_account(&mut self) {
        self.screen = Screen::Account { selected: 0 };
    }

    fn ask(&mut self, purpose: Purpose) {
        let input = String::new();
        self.screen = Screen::Ask { purpose, input };
    }

    fn refuse(&mut self) {
        self.status = self.texts.state(&self.license.state).to_owned();
    }

    fn may_discard(&mut self) -> bool {
        if !self.editor.dirty || self.discard {
            self.discard = false;
            return true;
        }
        self.discard = true;
        self.status = self.texts.unsaved.to_owned();
        false
    }

    fn print_path(&self) -> PathBuf {
        let mut name = match &self.path {
            Some(path) => path.clone().into_os_string(),
            None => "untitled".into(),
        };
        name.push(".print.txt");
        name.into()
    }
}

/// The selection after a key, among `count` entries.
fn moved(code: KeyCode, selected: usize, count: usize) -> usize {
    let count = count.max(1);
    match code {
        KeyCode::Up | KeyCode::BackTab => (selected + count - 1) % count,
        KeyCode::Down | KeyCode::Tab => (selected + 1) % count,
        _ => selected.min(count - 1),
    }
}

#[cfg(test)]
pub mod tests {
    use aktiver_client::Account;

    use super::*;
    use crate::texts::ENGLISH;

    pub fn kari() -> Account {
        Account {
            id: "kari.fjordvik".into(),
            user_id: "kari".into(),
            organization_id: "fjordvik".into(),
            user_principal_name: "kari@fjordvik.example".into(),
            name: "Kari Nordmann".into(),
        }
    }

    pub fn app(state: AppState) -> App {
        let license = License {
            state,
            account: Some(kari()),
            accounts: vec![kari()],
            organization: Some("Fjordvik AS".into()),
            license_id: Some("EWW-1234".into()),
        };
        App::new(&ENGLISH, license, "kari-laptop".into())
    }

    pub fn licensed() -> AppState {
        AppState::Licensed { notices: vec![] }
    }

    pub fn reduced(reason: ReducedReason) -> AppState {
        AppState::Reduced { reason }
    }

    pub fn press(app: &mut App, code: KeyCode) -> Option<Action> {
        app.key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    fn control(app: &mut App, c: char) -> Option<Action> {
        app.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL))
    }

    fn type_text(app: &mut App, text: &str) {
        for c in text.chars() {
            press(app, KeyCode::Char(c));
        }
    }

    #[test]
    fn licensed_types_saves_and_starts_anew() {
        let mut app = app(licensed());
        type_text(&mut app, "Hei");
        assert_eq!(control(&mut app, 's'), None);
        type_text(&mut app, "brev.txt");
        let save = press(&mut app, KeyCode::Enter);
        assert_eq!(save, Some(Action::Save("brev.txt".into())));
        app.saved("brev.txt".into());
        assert_eq!(control(&mut app, 'p'), Some(Action::Print("brev.txt.print.txt".into())));
        control(&mut app, 'n');
        assert_eq!(app.editor.text(), "");
        assert_eq!(app.path, None);
    }

    #[test]
    fn reduced_views_and_prints_but_neither_edits_nor_creates() {
        for state in [
            reduced(ReducedReason::CheckInOverdue),
            AppState::NotActivated,
            AppState::Viewer,
        ] {
            let mut app = app(state);
            app.opened("brev.txt".into(), "Kjære\nOla\n");
            type_text(&mut app, "x");
            assert!(!app.status.is_empty());
            press(&mut app, KeyCode::Backspace);
            press(&mut app, KeyCode::Enter);
            control(&mut app, 'n');
            assert_eq!(app.editor.text(), "Kjære\nOla\n");
            press(&mut app, KeyCode::Down);
            assert_eq!(app.editor.row, 1);
            assert!(matches!(control(&mut app, 'p'), Some(Action::Print(_))));
        }
    }

    #[test]
    fn unsaved_changes_are_discarded_on_the_second_command_only() {
        let mut app = app(licensed());
        type_text(&mut app, "Hei");
        assert_eq!(control(&mut app, 'q'), None);
        assert_eq!(app.status, ENGLISH.unsaved);
        type_text(&mut app, "!");
        assert_eq!(control(&mut app, 'q'), None);
        assert_eq!(control(&mut app, 'q'), Some(Action::Exit));
    }

    #[test]
    fn sw_01_file_account_switch_account() {
        let mut app = app(licensed());
        press(&mut app, KeyCode::F(10));
        for _ in 0..4 {
            press(&mut app, KeyCode::Down);
        }
        press(&mut app, KeyCode::Enter);
        assert_eq!(app.screen, Screen::Account { selected: 0 });
        assert_eq!(app.buttons()[0], Button::Switch);
        press(&mut app, KeyCode::Enter);
        let same = press(&mut app, KeyCode::Enter);
        assert_eq!(same, Some(Action::Switch("kari.fjordvik".into())));
        press(&mut app, KeyCode::Enter);
        press(&mut app, KeyCode::Down);
        assert_eq!(press(&mut app, KeyCode::Enter), Some(Action::SignIn));
    }

    #[test]
    fn while_a_code_is_shown_only_escape_works() {
        let mut app = app(licensed());
        app.prompt = Some(DeviceCodePrompt {
            user_code: "BCDF-GHJK".into(),
            verification_uri: "https://license.example/device".into(),
            verification_uri_complete: None,
            message: "Enter the code.".into(),
            expires_in: 900,
        });
        type_text(&mut app, "x");
        assert_eq!(app.editor.text(), "");
        assert_eq!(press(&mut app, KeyCode::Esc), Some(Action::Cancel));
    }

    #[test]
    fn the_account_page_offers_what_helps() {
        let mut app = app(reduced(ReducedReason::SignedOut));
        assert_eq!(app.buttons()[0], Button::SignIn);
        app.license.account = None;
        app.license.accounts.clear();
        assert_eq!(app.buttons(), [Button::SignIn]);
        app.license.state = AppState::Viewer;
        assert!(app.buttons().is_empty());
    }
}
