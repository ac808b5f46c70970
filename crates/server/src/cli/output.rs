//! What a command says: to people as text, to scripts as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::failure::{Failure, Result};

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Output {
    #[default]
    Text,
    Json,
}

impl Output {
    /// Writes the answer to standard output.
    ///
    /// # Errors
    /// An output that cannot be written; one whose reader has gone is none.
    pub fn say(self, text: &str, json: &Value) -> Result<()> {
        let mut out = io::stdout().lock();
        let written = match self {
            Self::Text => writeln!(out, "{text}"),
            Self::Json => writeln!(out, "{json:#}"),
        };
        spoken(written.and_then(|()| out.flush()))
    }

    /// Writes a failure to standard error.
    pub fn complain(self, failure: &Failure) {
        let mut out = io::stderr().lock();
        // There is nobody left to tell.
        let _ = match self {
            Self::Text => {
                let code = failure.code.map(|code| format!(" [{code}]")).unwrap_or_default();
                let remedy = failure
                    .remedy
                    .as_deref()
                    .map(|text| format!("\n  {text}"))
                    .unwrap_or_default();
                writeln!(out, "aktiver: {}{code}{remedy}", failure.message)
            }
            Self::Json => {
                let error = json!({
                    "message": failure.message,
                    "remedy": failure.remedy,
                    "code": failure.code,
                    "exit": failure.exit.code(),
                });
                writeln!(out, "{:#}", json!({ "error": error }))
            }
        };
    }
}

/// Writes a document that is what it is, in whatever form answers are given.
///
/// # Errors
/// See [`Output::say`].
pub fn print(document: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    spoken(writeln!(out, "{}", document.trim_end()).and_then(|()| out.flush()))
}

/// Takes a reader that has read enough, as `head` does, for success.
///
/// # Errors
/// Any other failure to write.
pub fn spoken(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::unavailable(
            format!("cannot write the answer: {error}"),
            "check where the output goes",
        )),
        _ => Ok(()),
    }
}

/// A line on standard error, for what is beside the answer.
pub fn note(text: &str) {
    // Nothing depends on it.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
