//! Every message exists in both languages, and is used; every message used exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use aktiver_web::help::TOPICS;
use aktiver_web::i18n::{Locale, Text};
use aktiver_web::refusals::Refusal;

fn crate_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Message id to the names of its values.
fn messages(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = Vec::new();
    files(&crate_dir().join("locales").join(locale.tag()), &mut paths);
    let mut found = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let mut current = None;
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic())
                && let Some((id, _)) = line.split_once(" =")
            {
                assert!(
                    found.insert(id.to_owned(), BTreeSet::new()).is_none(),
                    "{id} stands twice in {}",
                    locale.tag()
                );
                current = Some(id.to_owned());
            }
            if let Some(values) = current.as_ref().and_then(|id| found.get_mut(id)) {
                let mut rest = line;
                while let Some((_, after)) = rest.split_once('$') {
                    let name: String = after
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
                        .collect();
                    values.insert(name);
                    rest = after;
                }
            }
        }
    }
    found
}

fn program() -> String {
    let mut paths = Vec::new();
    files(&crate_dir().join("src"), &mut paths);
    files(&crate_dir().join("templates"), &mut paths);
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            // Unit tests speak of made-up ids.
            let program = text.split("#[cfg(test)]").next().unwrap();
            let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
            lines.flat_map(|line| [line, "\n"]).collect::<String>()
        })
        .collect()
}

/// Ids that are put together at run time, from the enums that do so.
fn composed() -> BTreeSet<String> {
    Refusal::ALL.iter().flat_map(|refusal| refusal.messages()).collect()
}

/// Ids in a call that looks a message up.
fn looked_up(program: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for call in ["get", "with", "rich"] {
        for start in [
            format!("t.{call}(\""),
            format!("t\n            .{call}(\""),
            format!("t.{call}(\n"),
        ] {
            for part in program.split(&start).skip(1) {
                let part = part.trim_start().trim_start_matches('"');
                ids.insert(part.split('"').next().unwrap().to_owned());
            }
        }
    }
    ids
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_values() {
    let (english, norwegian) = (messages(Locale::En), messages(Locale::Nb));
    for (id, values) in &english {
        assert_eq!(Some(values), norwegian.get(id), "{id} in English and Norwegian");
    }
    for id in norwegian.keys() {
        assert!(english.contains_key(id), "{id} has no English");
    }
}

#[test]
fn every_message_is_used_and_every_used_message_exists() {
    let known = messages(Locale::En);
    let program = program();
    let composed = composed();
    for id in known.keys() {
        assert!(
            composed.contains(id) || program.contains(&format!("\"{id}\"")) || id == "error-form-expired",
            "{id} is never used"
        );
    }
    let topics = TOPICS.iter().flat_map(|topic| topic.messages()).map(str::to_owned);
    for id in looked_up(&program).into_iter().chain(topics).chain(composed) {
        assert!(known.contains_key(&id), "{id} is used but has no text");
    }
}

#[test]
fn every_message_can_be_spoken() {
    for locale in Locale::ALL {
        let t = Text::new(locale);
        for (id, values) in messages(locale) {
            let values: Vec<_> = values
                .iter()
                .map(|name| {
                    let name: &'static str = Box::leak(name.clone().into_boxed_str());
                    (name, 1234.into())
                })
                .collect();
            let text = t.with(&id, &values);
            assert!(!text.contains('{') && text != id && !text.is_empty(), "{id}: {text}");
        }
    }
}

#[test]
fn plurals_and_grouping_follow_the_language() {
    let (en, nb) = (Text::new(Locale::En), Text::new(Locale::Nb));
    assert_eq!(en.with("use-free", &[("count", 1.into())]), "1 license free");
    assert_eq!(en.with("use-free", &[("count", 1234.into())]), "1,234 licenses free");
    assert_eq!(nb.with("use-free", &[("count", 1.into())]), "1 ledig lisens");
    assert_eq!(
        nb.with("use-free", &[("count", 1234.into())]),
        "1\u{a0}234 ledige lisenser"
    );
}
