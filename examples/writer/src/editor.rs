//! Text and a cursor. Knows nothing of licenses or screens.

/// A text being edited. `row` and `col` count lines and characters from 0; `col` may equal the line's length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    lines: Vec<String>,
    pub row: usize,
    pub col: usize,
    pub dirty: bool,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    pub fn new(text: &str) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        Self {
            lines: text.split('\n').map(str::to_owned).collect(),
            row: 0,
            col: 0,
            dirty: false,
        }
    }

    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The text as a file holds it, with a newline at its end.
    pub fn text(&self) -> String {
        match self.lines.as_slice() {
            [only] if only.is_empty() => String::new(),
            lines => lines.join("\n") + "\n",
        }
    }

    pub fn insert(&mut self, text: &str) {
        for c in text.chars() {
            if c == '\n' {
                self.newline();
            } else {
                let at = self.byte();
                self.lines[self.row].insert(at, c);
                self.col += 1;
            }
        }
        self.dirty = true;
    }

    pub fn newline(&mut self) {
        let at = self.byte();
        let rest = self.lines[self.row].split_off(at);
        self.lines.insert(self.row + 1, rest);
        self.row += 1;
        self.col = 0;
        self.dirty = true;
    }

    pub fn backspace(&mut self) {
        if self.col > 0 {
            self.col -= 1;
            let at = self.byte();
            self.lines[self.row].remove(at);
        } else if self.row > 0 {
            let line = self.lines.remove(self.row);
            self.row -= 1;
            self.col = self.width();
            self.lines[self.row].push_str(&line);
        } else {
            return;
        }
        self.dirty = true;
    }

    pub fn left(&mut self) {
        if self.col > 0 {
            self.col -= 1;
        } else if self.row > 0 {
            self.row -= 1;
            self.col = self.width();
        }
    }

    pub fn right(&mut self) {
        if self.col < self.width() {
            self.col += 1;
        } else if self.row + 1 < self.lines.len() {
            self.row += 1;
            self.col = 0;
        }
    }

    pub fn up(&mut self) {
        self.row = self.row.saturating_sub(1);
        self.col = self.col.min(self.width());
    }

    pub fn down(&mut self) {
        self.row = (self.row + 1).min(self.lines.len() - 1);
        self.col = self.col.min(self.width());
    }

    pub fn home(&mut self) {
        self.col = 0;
    }

    pub fn end(&mut self) {
        self.col = self.width();
    }

    /// Characters in the current line.
    fn width(&self) -> usize {
        self.lines[self.row].chars().count()
    }

    /// The cursor's place in the current line, in bytes.
    fn byte(&self) -> usize {
        let line = &self.lines[self.row];
        line.char_indices().nth(self.col).map_or(line.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_breaking_and_joining_lines() {
        let mut editor = Editor::default();
        editor.insert("blåbær");
        editor.left();
        editor.left();
        editor.newline();
        assert_eq!(editor.text(), "blåb\nær\n");
        assert_eq!((editor.row, editor.col), (1, 0));
        editor.backspace();
        assert_eq!(editor.text(), "blåbær\n");
        editor.backspace();
        editor.backspace();
        assert_eq!(editor.text(), "blær\n");
        assert!(editor.dirty);
    }

    #[test]
    fn the_cursor_stays_inside_the_text() {
        let mut editor = Editor::new("long line\nx\n");
        editor.up();
        editor.left();
        assert_eq!((editor.row, editor.col), (0, 0));
        editor.end();
        editor.down();
        assert_eq!((editor.row, editor.col), (1, 1));
        editor.right();
        editor.down();
        assert_eq!((editor.row, editor.col), (1, 1));
        editor.home();
        editor.left();
        assert_eq!((editor.row, editor.col), (0, 9));
        editor.right();
        assert_eq!((editor.row, editor.col), (1, 0));
        assert!(!editor.dirty);
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        for text in ["", "one\n", "one\n\ntwo\n", "\n\n"] {
            assert_eq!(Editor::new(text).text(), text);
        }
        let mut start = Editor::new("");
        start.backspace();
        assert!(!start.dirty);
    }
}
