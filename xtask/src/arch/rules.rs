//! Who may use whom. The table is the design; change it only together with ARCHITECTURE.md.

use super::Violation;
use super::manifests::Package;

const DOMAIN: &str = "aktiver-domain";
const LICENSE: &str = "aktiver-license";
const STORAGE: &str = "aktiver-storage";
const SERVICE: &str = "aktiver-service";
const ADAPTERS: &str = "aktiver-adapters";
const API: &str = "aktiver-api";
const WEB: &str = "aktiver-web";
const SERVER: &str = "aktiver";
const CLIENT: &str = "aktiver-client";
const TESTKIT: &str = "aktiver-testkit";
const WRITER: &str = "aktiver-writer";
const XTASK: &str = "xtask";

/// A crate and the workspace crates it may link.
const ARROWS: &[(&str, &[&str])] = &[
    (DOMAIN, &[]),
    (LICENSE, &[]),
    (STORAGE, &[DOMAIN]),
    (SERVICE, &[DOMAIN, LICENSE, STORAGE]),
    (ADAPTERS, &[SERVICE, DOMAIN]),
    (API, &[SERVICE, DOMAIN, LICENSE]),
    (WEB, &[SERVICE, DOMAIN]),
    (SERVER, &[DOMAIN, LICENSE, STORAGE, SERVICE, ADAPTERS, API, WEB, CLIENT]),
    (CLIENT, &[LICENSE]),
    (
        TESTKIT,
        &[DOMAIN, LICENSE, STORAGE, SERVICE, ADAPTERS, API, WEB, SERVER, CLIENT],
    ),
    (WRITER, &[CLIENT]),
    // For benchmarks of what needs no server.
    (XTASK, &[DOMAIN, LICENSE]),
];

/// Pure crates: not even their tests need a server.
const PURE: &[&str] = &[DOMAIN, LICENSE];

/// A library that only some crates may link.
struct Confined {
    library: &'static str,
    allowed: &'static [&'static str],
    /// Whether any crate's tests may use it.
    in_tests: bool,
    why: &'static str,
    remedy: &'static str,
}

const CONFINED: &[Confined] = &[
    Confined {
        library: "sqlx",
        allowed: &[STORAGE, TESTKIT],
        in_tests: false,
        why: "every statement stands in storage's registry, where a test prepares it on both engines",
        remedy: "add a function to `storage` and call that",
    },
    Confined {
        library: "reqwest",
        allowed: &[ADAPTERS, CLIENT, SERVER, XTASK, TESTKIT],
        in_tests: true,
        why: "the outside world is reached through ports of `service`, so that tests can stand in for it",
        remedy: "declare a port in `service` and implement it in `adapters`",
    },
    Confined {
        library: "axum",
        allowed: &[API, WEB, SERVER, TESTKIT],
        in_tests: true,
        why: "HTTP ends at the doors",
        remedy: "move the handler to `api` or `web` and keep the rule where it is",
    },
];

/// Libraries `domain` must not link, and whether its tests may.
const IMPURE: &[(&str, bool)] = &[
    ("tokio", false),
    ("sqlx", false),
    ("axum", false),
    ("reqwest", false),
    ("getrandom", false),
    ("rand", true),
];

/// Every rule one package breaks.
pub fn check(package: &Package) -> Vec<Violation> {
    let mut found = Vec::new();
    let name = package.name.as_str();
    let Some((_, allowed)) = ARROWS.iter().find(|(crate_name, _)| *crate_name == name) else {
        found.push(Violation {
            package: package.name.clone(),
            what: "is not in the table of crates".to_owned(),
            why: "every crate has its place in ARCHITECTURE.md and its arrows here".to_owned(),
            remedy: "add it to both, or put the code into an existing crate".to_owned(),
        });
        return found;
    };
    for (dependencies, in_tests) in [(&package.normal, false), (&package.dev, true)] {
        for dependency in dependencies {
            found.extend(arrow(name, allowed, dependency, in_tests));
            found.extend(confined(name, dependency, in_tests));
            found.extend(impure(name, dependency, in_tests));
        }
    }
    found
}

fn arrow(name: &str, allowed: &[&str], dependency: &str, in_tests: bool) -> Option<Violation> {
    let is_ours = ARROWS.iter().any(|(crate_name, _)| *crate_name == dependency);
    let opens_a_database = dependency == STORAGE && [API, WEB].contains(&name);
    let is_test_aid = in_tests && (opens_a_database || dependency == TESTKIT && !PURE.contains(&name));
    if !is_ours || allowed.contains(&dependency) || dependency == name || is_test_aid {
        return None;
    }
    let may_use = if allowed.is_empty() {
        "no workspace crate".to_owned()
    } else {
        allowed.join(", ")
    };
    let remedy = match (name, dependency) {
        (API | WEB, STORAGE) => "call a use case of `service`; add one if there is none",
        (API, WEB) | (WEB, API) => "put what both need into `service`",
        (_, TESTKIT) => "make it a dev-dependency",
        (DOMAIN | LICENSE, _) => "pass what is needed as an argument",
        _ => "move the code to the crate that may use it, or pass what is needed as an argument",
    };
    Some(violation(
        name,
        dependency,
        in_tests,
        &format!("{name} may use {may_use}; arrows point one way so that each crate is understood alone"),
        remedy,
    ))
}

fn confined(name: &str, dependency: &str, in_tests: bool) -> Option<Violation> {
    let rule = CONFINED.iter().find(|rule| {
        dependency == rule.library
            || dependency
                .strip_prefix(rule.library)
                .is_some_and(|rest| rest.starts_with('-'))
    })?;
    if rule.allowed.contains(&name) || (in_tests && rule.in_tests) {
        return None;
    }
    Some(violation(name, dependency, in_tests, rule.why, rule.remedy))
}

fn impure(name: &str, dependency: &str, in_tests: bool) -> Option<Violation> {
    let (_, tests_may) = IMPURE.iter().find(|(library, _)| *library == dependency)?;
    if name != DOMAIN || (in_tests && *tests_may) {
        return None;
    }
    Some(violation(
        name,
        dependency,
        in_tests,
        "the rules are pure: no I/O, no clock, no randomness",
        "take what it would give as an argument",
    ))
}

fn violation(name: &str, dependency: &str, in_tests: bool, why: &str, remedy: &str) -> Violation {
    let kind = if in_tests { "dev-dependency" } else { "dependency" };
    Violation {
        package: name.to_owned(),
        what: format!("has the {kind} {dependency}"),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, normal: &[&str], dev: &[&str]) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let package = Package {
            name: name.to_owned(),
            folder: "/nowhere".into(),
            normal: owned(normal),
            dev: owned(dev),
        };
        check(&package).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn the_house_as_designed_has_no_violation() {
        for (name, allowed) in ARROWS {
            assert!(found(name, allowed, &[]).is_empty(), "{name}");
        }
    }

    #[test]
    fn arrows_point_one_way() {
        assert_eq!(found(DOMAIN, &[STORAGE], &[]), ["has the dependency aktiver-storage"]);
        assert_eq!(found(LICENSE, &[DOMAIN], &[]), ["has the dependency aktiver-domain"]);
        assert_eq!(found(STORAGE, &[SERVICE], &[]), ["has the dependency aktiver-service"]);
        assert_eq!(found(CLIENT, &[DOMAIN], &[]), ["has the dependency aktiver-domain"]);
        assert_eq!(found(WRITER, &[LICENSE], &[]), ["has the dependency aktiver-license"]);
        assert_eq!(found(XTASK, &[STORAGE], &[]), ["has the dependency aktiver-storage"]);
    }

    #[test]
    fn doors_know_neither_each_other_nor_storage_but_their_tests_open_a_database() {
        assert_eq!(found(API, &[WEB], &[]).len(), 1);
        assert_eq!(found(WEB, &[API], &[]).len(), 1);
        assert_eq!(found(API, &[STORAGE], &[]).len(), 1);
        assert_eq!(found(WEB, &[], &[API]).len(), 1);
        assert!(found(WEB, &[], &[STORAGE]).is_empty());
    }

    #[test]
    fn testkit_is_for_tests_of_all_but_the_pure() {
        assert!(found(API, &[], &[TESTKIT]).is_empty());
        assert!(found(WRITER, &[], &[TESTKIT]).is_empty());
        assert_eq!(found(SERVER, &[TESTKIT], &[]).len(), 1);
        assert_eq!(found(DOMAIN, &[], &[TESTKIT]).len(), 1);
    }

    #[test]
    fn libraries_stay_where_they_belong() {
        assert!(found(STORAGE, &["sqlx"], &[]).is_empty());
        assert_eq!(found(SERVICE, &["sqlx"], &["sqlx"]).len(), 2);
        assert_eq!(found(SERVICE, &["sqlx-core"], &[]).len(), 1);
        assert_eq!(found(SERVICE, &["reqwest", "axum"], &[]).len(), 2);
        assert!(found(ADAPTERS, &["reqwest"], &["axum"]).is_empty());
        assert_eq!(found(SERVER, &["axum", "axum-server"], &[]).len(), 0);
        assert_eq!(found(CLIENT, &["axum-extra"], &[]).len(), 1);
    }

    #[test]
    fn domain_is_pure() {
        assert_eq!(found(DOMAIN, &["tokio", "rand"], &[]).len(), 2);
        assert!(found(DOMAIN, &["jiff"], &["rand", "proptest"]).is_empty());
        assert_eq!(found(DOMAIN, &[], &["tokio"]).len(), 1);
    }

    #[test]
    fn an_unknown_crate_is_refused() {
        assert_eq!(found("aktiver-helpers", &[], &[]), ["is not in the table of crates"]);
    }

    #[test]
    fn a_violation_says_why_and_what_to_do() {
        let package = Package {
            name: API.to_owned(),
            folder: "/nowhere".into(),
            normal: vec![STORAGE.to_owned()],
            dev: Vec::new(),
        };
        let violation = check(&package).remove(0);
        assert!(violation.why.contains("aktiver-service"), "{violation:?}");
        assert!(violation.remedy.contains("use case"), "{violation:?}");
    }
}
