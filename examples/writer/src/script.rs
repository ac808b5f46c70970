//! The same program driven by lines on standard input: one command in, one JSON line out.
//!
//! ```text
//! sign-in | account | switch ACCOUNT|new | state | check-in | sign-out | edit TEXT | offline on|off | advance 31d
//! ```

use std::io::{self, BufRead, Write};

use aktiver_client::{Error, features};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::editor::Editor;
use crate::session::Session;
use crate::texts::Texts;

pub struct Script<W> {
    pub session: Session,
    pub texts: &'static Texts,
    pub editor: Editor,
    pub output: W,
}

impl<W: Write> Script<W> {
    /// Runs every line. A command that fails says so in its line, and the next one runs.
    pub async fn run(&mut self, input: impl BufRead) -> io::Result<()> {
        for line in input.lines() {
            let line = line?;
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
            let mut result = match self.command(command, argument.trim()).await {
                Ok(result) => result,
                Err(error) => self.failed(&error),
            };
            let ok = result.get("error").is_none();
            result["command"] = json!(command);
            result["ok"] = json!(ok);
            self.print(&result)?;
        }
        Ok(())
    }

    async fn command(&mut self, command: &str, argument: &str) -> Result<Value, Error> {
        let session = self.session.clone();
        match (command, argument) {
            ("sign-in", "") | ("switch", "new") => {
                let shown = |prompt| {
                    let line = json!({ "command": command, "prompt": prompt });
                    let _ = self.print(&line);
                };
                session.sign_in(shown).await?;
                self.account()
            }
            ("switch", account) if !account.is_empty() => {
                session.switch(account).await?;
                self.account()
            }
            ("account", "") => self.account(),
            ("state", "") => self.state(),
            ("check-in", "") => {
                session.check_in().await?;
                self.state()
            }
            ("sign-out", "") => {
                session.client.sign_out()?;
                self.state()
            }
            ("edit", text) if !text.is_empty() => self.edit(text),
            ("offline", "on" | "off") => {
                session.client.set_offline(argument == "on");
                Ok(json!({ "offline": argument == "on" }))
            }
            ("advance", amount) => match duration(amount) {
                Some(by) => {
                    session.clock.advance(by);
                    Ok(json!({ "advanced": amount }))
                }
                None => Ok(unknown("`advance` takes an amount such as 31d, 12h or 30m")),
            },
            _ => Ok(unknown(&format!("`{command} {argument}` is no command"))),
        }
    }

    fn account(&self) -> Result<Value, Error> {
        let license = self.session.license()?;
        let mut result = self.state()?;
        result["account"] = json!(license.account);
        result["accounts"] = json!(license.accounts);
        result["organization"] = json!(license.organization);
        result["deviceName"] = json!(self.session.device.name);
        result["deviceId"] = json!(self.session.client.device_id()?);
        Ok(result)
    }

    fn state(&self) -> Result<Value, Error> {
        let license = self.session.license()?;
        let mut result = json!(license.state);
        result["features"] = json!(features(&license.state));
        result["licenseId"] = json!(license.license_id);
        result["notice"] = match self.texts.notice(&license.state) {
            Some((title, remedy)) => json!({ "title": title, "remedy": remedy }),
            None => Value::Null,
        };
        Ok(result)
    }

    /// A failure, with the state it leaves the app in.
    fn failed(&self, error: &Error) -> Value {
        let mut result = self.state().unwrap_or_else(|_| json!({}));
        result["error"] = json!({
            "code": error.code(), "message": error.to_string(), "remedy": error.remedy(),
        });
        result
    }

    fn edit(&mut self, text: &str) -> Result<Value, Error> {
        let license = self.session.license()?;
        if !features(&license.state).edit {
            let (title, remedy) = self.texts.notice(&license.state).unwrap_or_default();
            return Ok(failure("REDUCED_FUNCTIONALITY", title, remedy));
        }
        self.editor.insert(text);
        Ok(json!({ "text": self.editor.text() }))
    }

    fn print(&mut self, line: &Value) -> io::Result<()> {
        writeln!(self.output, "{line}")?;
        self.output.flush()
    }
}

fn failure(code: &str, message: &str, remedy: &str) -> Value {
    json!({ "error": { "code": code, "message": message, "remedy": remedy } })
}

fn unknown(message: &str) -> Value {
    let remedy = "Use sign-in, account, switch ACCOUNT|new, state, check-in, sign-out, edit TEXT, \
                  offline on|off or advance 31d.";
    failure("UNKNOWN_COMMAND", message, remedy)
}

/// Reads `31d`, `12h` or `30m`.
fn duration(text: &str) -> Option<SignedDuration> {
    let unit = match text.chars().last()? {
        'd' => 24 * 60 * 60,
        'h' => 60 * 60,
        'm' => 60,
        _ => return None,
    };
    let count: u32 = text.get(..text.len() - 1)?.parse().ok()?;
    Some(SignedDuration::from_secs(i64::from(count) * unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::ENGLISH;
    use aktiver_client::FileStore;

    async fn run(lines: &str) -> Vec<Value> {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path().join("state.json"));
        let session = Session::new("http://127.0.0.1:9", store, "tester".into()).unwrap();
        let mut script = Script {
            session,
            texts: &ENGLISH,
            editor: Editor::default(),
            output: Vec::new(),
        };
        script.run(lines.as_bytes()).await.unwrap();
        let output = String::from_utf8(script.output).unwrap();
        let lines = output.lines();
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_fresh_installation_is_not_activated_and_says_what_to_do() {
        let lines = run("# first start\nstate\nedit Hei\naccount\n").await;
        assert_eq!(lines[0]["state"], "not_activated");
        assert_eq!(lines[0]["features"]["view"], true);
        assert_eq!(lines[0]["ok"], true);
        assert_eq!(lines[1]["ok"], false);
        assert_eq!(lines[1]["error"]["code"], "REDUCED_FUNCTIONALITY");
        assert_eq!(lines[2]["account"], Value::Null);
        assert_eq!(lines[2]["deviceName"], "tester");
    }

    #[tokio::test]
    async fn failures_carry_a_code_and_a_remedy() {
        let lines = run("check-in\nsign-out\nswitch ola\noffline on\nsign-in\nfly\nadvance far\n").await;
        let codes: Vec<&str> = lines
            .iter()
            .map(|line| line["error"]["code"].as_str().unwrap_or("-"))
            .collect();
        let expected = [
            "NOT_SIGNED_IN",
            "NOT_SIGNED_IN",
            "UNKNOWN_ACCOUNT",
            "-",
            "OFFLINE",
            "UNKNOWN_COMMAND",
            "UNKNOWN_COMMAND",
        ];
        assert_eq!(codes, expected);
        assert_eq!(lines[0]["state"], "not_activated");
        assert!(!lines[4]["error"]["remedy"].as_str().unwrap().is_empty());
    }

    #[test]
    fn amounts_of_time() {
        assert_eq!(duration("31d"), Some(SignedDuration::from_hours(31 * 24)));
        assert_eq!(duration("90m"), Some(SignedDuration::from_mins(90)));
        for wrong in ["", "d", "31", "-1d", "1å"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
