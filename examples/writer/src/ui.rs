//! Drawing. Reads the [`App`], changes nothing.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize as _};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};

use crate::app::{App, Button, Screen};

const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);
const BANNER: Style = Style::new().fg(Color::Black).bg(Color::Yellow);

pub fn draw(frame: &mut Frame<'_>, app: &App) {
    let notice = app.texts.notice(&app.license.state);
    let [bar, banner, page, status] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(if notice.is_some() { 2 } else { 0 }),
        Constraint::Min(1),
        Constraint::Length(1),
    ])
    .areas(frame.area());

    let name = match &app.path {
        Some(path) => path.display().to_string(),
        None => "–".to_owned(),
    };
    let dirty = if app.editor.dirty { " *" } else { "" };
    let title = format!(" {}   Writer – {name}{dirty}", app.texts.file);
    frame.render_widget(Paragraph::new(title).style(BAR), bar);
    if let Some((title, remedy)) = notice {
        let lines = vec![Line::from(title).bold(), Line::from(remedy)];
        frame.render_widget(Paragraph::new(lines).style(BANNER), banner);
    }
    draw_text(frame, app, page);
    draw_status(frame, app, status);

    match &app.screen {
        Screen::Editing => {}
        Screen::Menu { selected } => {
            let entries = app.texts.menu.map(str::to_owned);
            let area = Rect::new(0, bar.bottom(), 20, 8);
            popup(frame, area, app.texts.file, list(&entries, *selected));
        }
        Screen::Account { selected } => draw_account(frame, app, *selected),
        Screen::Switch { selected } => {
            let accounts = app.license.accounts.iter();
            let mut entries: Vec<String> = accounts
                .map(|a| format!("{} <{}>", a.name, a.user_principal_name))
                .collect();
            entries.push(app.texts.another_account.to_owned());
            let area = centered(frame.area(), 60, entries.len() + 2);
            popup(frame, area, app.texts.switch, list(&entries, *selected));
        }
        Screen::Ask { input, .. } => {
            let area = centered(frame.area(), 60, 3);
            let line = Line::from(format!("{input}▏"));
            popup(frame, area, app.texts.file_name, vec![line]);
        }
    }
    if let Some(prompt) = &app.prompt {
        let lines = vec![
            Line::from(prompt.message.clone()),
            Line::default(),
            Line::from(prompt.verification_uri.clone()),
            Line::from(prompt.user_code.clone()).bold(),
        ];
        let area = centered(frame.area(), 70, 8);
        popup(frame, area, app.texts.sign_in, lines);
    }
}

fn draw_text(frame: &mut Frame<'_>, app: &App, page: Rect) {
    let height = usize::from(page.height);
    let top = (app.editor.row + 1).saturating_sub(height);
    let shown = app.editor.lines().iter().skip(top).take(height);
    let lines: Vec<Line<'_>> = shown.map(|line| Line::from(line.as_str())).collect();
    frame.render_widget(Paragraph::new(lines), page);
    if app.screen == Screen::Editing && app.may().edit {
        let line = &app.editor.lines()[app.editor.row];
        let before: String = line.chars().take(app.editor.col).collect();
        let x = u16::try_from(Line::from(before).width()).unwrap_or(u16::MAX);
        let y = u16::try_from(app.editor.row - top).unwrap_or(u16::MAX);
        let x = page.x.saturating_add(x).min(page.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, page.y.saturating_add(y)));
    }
}

fn draw_status(frame: &mut Frame<'_>, app: &App, area: Rect) {
    let left = if app.status.is_empty() {
        app.texts.keys
    } else {
        &app.status
    };
    let state = app.texts.state(&app.license.state);
    let room = usize::from(area.width).saturating_sub(Line::from(state).width() + 2);
    let left: String = left.chars().take(room).collect();
    let pad = room.saturating_sub(Line::from(left.as_str()).width());
    let line = format!("{left}{} {state} ", " ".repeat(pad));
    frame.render_widget(Paragraph::new(line).style(BAR), area);
}

fn draw_account(frame: &mut Frame<'_>, app: &App, selected: usize) {
    let texts = app.texts;
    let field = |name: &str, value: &str| Line::from(format!("{name}: {value}"));
    let mut lines = match &app.license.account {
        Some(account) => vec![
            field(texts.name, &account.name),
            field(texts.user_name, &account.user_principal_name),
        ],
        None => vec![Line::from(texts.nobody)],
    };
    if let Some(organization) = &app.license.organization {
        lines.push(field(texts.organization, organization));
    }
    lines.push(field(texts.device, &app.device));
    lines.push(field(texts.license, texts.state(&app.license.state)));
    if let Some(id) = &app.license.license_id {
        lines.push(field(texts.license_id, id));
    }
    if let Some((_, remedy)) = texts.notice(&app.license.state) {
        lines.push(Line::from(remedy));
    }
    lines.push(Line::default());
    let buttons: Vec<String> = app
        .buttons()
        .into_iter()
        .map(|button| {
            let label = match button {
                Button::SignIn => texts.sign_in,
                Button::Switch => texts.switch,
                Button::Update => texts.update,
                Button::SignOut => texts.sign_out,
            };
            format!("[ {label} ]")
        })
        .collect();
    lines.extend(list(&buttons, selected));
    let area = centered(frame.area(), 70, lines.len() + 3);
    popup(frame, area, texts.user_information, lines);
}

fn list(entries: &[String], selected: usize) -> Vec<Line<'static>> {
    let entries = entries.iter().enumerate();
    entries
        .map(|(index, entry)| {
            let line = Line::from(format!(" {entry} "));
            if index == selected { line.style(BAR) } else { line }
        })
        .collect()
}

fn popup(frame: &mut Frame<'_>, area: Rect, title: &str, lines: Vec<Line<'_>>) {
    let area = area.intersection(frame.area());
    let block = Block::bordered().title(format!(" {title} "));
    frame.render_widget(Clear, area);
    let text = Paragraph::new(lines).wrap(Wrap { trim: false });
    frame.render_widget(text.block(block), area);
}

fn centered(area: Rect, width: u16, height: usize) -> Rect {
    let width = width.min(area.width);
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(area.height);
    Rect::new(
        area.x + (area.width - width) / 2,
        area.y + (area.height - height) / 2,
        width,
        height,
    )
}

#[cfg(test)]
mod tests {
    use aktiver_client::{AppState, ReducedReason};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::app::tests::{app, licensed, press, reduced};
    use crate::texts::NORWEGIAN;

    fn shown(app: &App) -> String {
        let mut terminal = Terminal::new(TestBackend::new(90, 24)).unwrap();
        terminal.draw(|frame| draw(frame, app)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn a_licensed_writer_shows_the_text_and_no_banner() {
        let mut app = app(licensed());
        app.opened("brev.txt".into(), "Kjære Ola\n");
        let screen = shown(&app);
        assert!(screen.contains("Kjære Ola") && screen.contains("brev.txt"));
        assert!(screen.contains("Licensed") && !screen.contains("Unlicensed"));
    }

    #[test]
    fn each_reduced_state_says_why_and_what_to_do() {
        let banners = [
            (
                reduced(ReducedReason::Unlicensed),
                "Unlicensed Product",
                "Switch account",
            ),
            (
                reduced(ReducedReason::CheckInOverdue),
                "Couldn't verify subscription",
                "Go online",
            ),
            (reduced(ReducedReason::SignedOut), "Product deactivated", "Sign in"),
            (
                reduced(ReducedReason::SubscriptionDisabled),
                "Unlicensed Product",
                "reactivate",
            ),
            (AppState::NotActivated, "Sign in to activate", "File > Account"),
        ];
        for (state, title, remedy) in banners {
            let mut app = app(state);
            app.opened("brev.txt".into(), "Still readable\n");
            let screen = shown(&app);
            for text in [title, remedy, "Still readable", "view and print only"] {
                assert!(screen.contains(text), "{text} is missing:\n{screen}");
            }
        }
    }

    #[test]
    fn sw_01_the_account_page_shows_who_what_and_the_buttons() {
        let mut app = app(licensed());
        app.screen = Screen::Account { selected: 0 };
        let screen = shown(&app);
        for text in [
            "User Information",
            "Kari Nordmann",
            "kari@fjordvik.example",
            "Fjordvik AS",
            "EWW-1234",
            "kari-laptop",
            "[ Switch account ]",
            "[ Update license ]",
            "[ Sign out ]",
        ] {
            assert!(screen.contains(text), "{text} is missing:\n{screen}");
        }
        app.texts = &NORWEGIAN;
        let screen = shown(&app);
        assert!(screen.contains("Brukerinformasjon") && screen.contains("[ Bytt konto ]"));
    }

    #[test]
    fn every_screen_fits_a_tiny_terminal() {
        let mut app = app(AppState::NotActivated);
        for code in ['n', 'o', 's'] {
            app.editor.insert(&code.to_string());
        }
        for screen in [
            Screen::Menu { selected: 0 },
            Screen::Account { selected: 0 },
            Screen::Switch { selected: 1 },
        ] {
            app.screen = screen;
            let mut terminal = Terminal::new(TestBackend::new(8, 3)).unwrap();
            terminal.draw(|frame| draw(frame, &app)).unwrap();
            press(&mut app, ratatui::crossterm::event::KeyCode::Esc);
        }
    }
}
