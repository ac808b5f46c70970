//! The commands end to end, on an SQLite database.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::support::{Place, Said};

const CATALOG: &str = "\
Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names
Fjord Office,FJORD_OFFICE,11111111-1111-4111-8111-111111111111,FJORD_WRITER,22222222-2222-4222-8222-222222222222,Fjord Writer
Fjord Office,FJORD_OFFICE,11111111-1111-4111-8111-111111111111,FJORD_MAIL,33333333-3333-4333-8333-333333333333,Fjord Mail
";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A database that is set up, with a product in its catalog.
fn set_up() -> Place {
    let place = Place::new();
    place.json(&["migrate"]);
    std::fs::write(place.path("catalog.csv"), CATALOG).unwrap();
    let report = place.json(&["catalog", "import", "catalog.csv"]);
    assert_eq!(report["imported"], true, "{report}");
    place
}

fn organization(place: &Place) -> Value {
    place.json(&[
        "org",
        "create",
        "Fjordvik AS",
        "--country",
        "NO",
        "--domain",
        "fjordvik",
        "--sandbox",
        "--admin-name",
        "Kari Nordmann",
        "--admin-user",
        "kari",
    ])
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn refused(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{said:?}");
    assert!(said.out.is_empty(), "{said:?}");
    for word in words {
        assert!(said.err.contains(word), "{word} in {said:?}");
    }
}

#[test]
fn migrate_makes_a_database_and_a_root_key_for_the_owner_alone() {
    let place = Place::new();
    let answer = place.json(&["migrate"]);
    assert!(answer["schemaVersion"].as_i64().unwrap() >= 1, "{answer}");
    assert_eq!(mode(&place.path("aktiver.db")), 0o600);
    assert_eq!(mode(&place.path("aktiver.root-key")), 0o600);
    let key = std::fs::read(place.path("aktiver.root-key")).unwrap();
    assert_eq!(place.json(&["migrate"]), answer);
    assert_eq!(std::fs::read(place.path("aktiver.root-key")).unwrap(), key);
}

#[test]
fn a_command_does_not_make_a_database_by_itself() {
    let place = Place::new();
    refused(&place.run(&["org", "list"]), 3, &["does not exist", "aktiver migrate"]);
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0);
}

#[test]
fn a_missing_or_foreign_root_key_is_told_with_a_remedy() {
    let place = Place::new();
    place.json(&["migrate"]);
    let key = place.path("aktiver.root-key");
    std::fs::remove_file(&key).unwrap();
    refused(
        &place.run(&["org", "list"]),
        3,
        &["aktiver.root-key is missing", "restore"],
    );
    assert!(!key.exists());
    std::fs::write(&key, "7".repeat(64)).unwrap();
    refused(&place.run(&["org", "list"]), 3, &["does not fit", "--root-key-file"]);
}

#[test]
fn postgresql_needs_a_root_key_file_of_its_own() {
    let said = Place::new().run(&["migrate", "--database", "postgres://vendor@127.0.0.1:1/aktiver"]);
    refused(&said, 2, &["PostgreSQL", "--root-key-file"]);
}

#[test]
fn an_organization_a_person_and_a_program_are_created_and_the_program_gets_a_token() {
    let place = set_up();
    let org = organization(&place);
    assert_eq!(text(&org, "domain"), "fjordvik.aktiver.example");
    assert_eq!(
        text(&org["admin"], "userPrincipalName"),
        "kari@fjordvik.aktiver.example"
    );
    assert!(text(&org["admin"], "password").len() >= 16);

    let user = place.json(&[
        "user",
        "create",
        "--org",
        "fjordvik.aktiver.example",
        "--user",
        "ola",
        "--name",
        "Ola Nordmann",
        "--usage-location",
        "no",
        "--role",
        "billing administrator",
    ]);
    assert_eq!(text(&user, "userPrincipalName"), "ola@fjordvik.aktiver.example");
    assert_eq!(user["roles"][0], "Billing Administrator");

    let client = place.json(&[
        "client",
        "create",
        "--org",
        text(&org, "id"),
        "--name",
        "Sync",
        "--scope",
        "Directory.ReadWrite.All",
        "--scope",
        "Organization.Read.All",
    ]);
    assert_eq!(client["scopes"].as_array().unwrap().len(), 2);
    std::fs::write(place.path("secret"), text(&client, "secret")).unwrap();
    let token = place.json(&[
        "token",
        "--org",
        "fjordvik.aktiver.example",
        "--client",
        text(&client, "id"),
        "--secret-file",
        "secret",
    ]);
    assert_eq!(text(&token, "access_token").split('.').count(), 3);
    let wrong = place.run(&[
        "token",
        "--org",
        "fjordvik.aktiver.example",
        "--client",
        text(&client, "id"),
        "--secret",
        "wrong",
    ]);
    refused(&wrong, 1, &["invalid_client", "secret"]);

    let list = place.json(&["org", "list"]);
    assert_eq!(list["items"][0]["name"], "Fjordvik AS");
}

#[test]
fn an_operator_is_created_once_and_gets_a_token() {
    let place = set_up();
    let operator = place.json(&["operator", "create", "drift@vendor.example"]);
    assert!(text(&operator, "password").len() >= 16);
    let token = place.json(&["operator", "token", "Drift@vendor.example"]);
    assert!(text(&token, "token").starts_with("aktop_"), "{token}");
    refused(
        &place.run(&["operator", "create", "drift@vendor.example"]),
        1,
        &["taken"],
    );
    refused(
        &place.run(&["operator", "token", "nobody"]),
        1,
        &["no operator", "operator create"],
    );
}

#[test]
fn a_catalog_with_problems_is_not_imported_and_each_is_told_by_its_line() {
    let place = Place::new();
    place.json(&["migrate"]);
    let broken = format!("{CATALOG}Fjord Draw,FJORD_DRAW,not-a-guid,FJORD_DRAW,also-none,Fjord Draw\n");
    std::fs::write(place.path("broken.csv"), broken).unwrap();
    let said = place.run(&["catalog", "import", "broken.csv"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains("broken.csv:4:") && said.out.contains("--skip-invalid"),
        "{said:?}"
    );
    let report = place.json(&["catalog", "import", "broken.csv", "--skip-invalid"]);
    assert_eq!(
        (&report["imported"], &report["problems"][0]["line"]),
        (&Value::Bool(true), &Value::from(4))
    );
    let dry = place.json(&[
        "catalog",
        "import",
        "broken.csv",
        "--skip-invalid",
        "--dry-run",
        "--standard-rules",
    ]);
    assert_eq!(dry["imported"], false);
    refused(&place.run(&["catalog", "import", "nowhere.csv"]), 3, &["nowhere.csv"]);
}

#[test]
fn keys_are_made_written_again_and_inspected() {
    let place = set_up();
    let made = place.json(&[
        "keys",
        "create",
        "--product",
        "FJORD_OFFICE",
        "--quantity",
        "5",
        "--term",
        "P1Y",
        "--count",
        "1000",
        "--country",
        "no",
        "--redeem-by",
        "2099-12-31",
        "--label",
        "Autumn",
        "--out",
        "keys.csv",
    ]);
    assert_eq!(made["batch"]["redeemBy"], "2099-12-31");
    assert_eq!(mode(&place.path("keys.csv")), 0o600);
    let csv = std::fs::read_to_string(place.path("keys.csv")).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 1001);
    assert_eq!(lines[0], "key,skuId,skuPartNumber,quantity,term,country,redeemBy");
    let fields: Vec<&str> = lines[1].split(',').collect();
    assert_eq!(
        fields[1..],
        [
            "11111111-1111-4111-8111-111111111111",
            "FJORD_OFFICE",
            "5",
            "P1Y",
            "NO",
            "2099-12-31"
        ]
    );

    let again = place.run(&["keys", "export", text(&made["batch"], "id")]);
    assert_eq!((again.code, again.out.as_str()), (0, csv.as_str()));
    let answer = place.json(&["keys", "export", text(&made["batch"], "id")]);
    assert_eq!(answer["keys"][0], fields[0]);
    assert_eq!(answer["keys"].as_array().unwrap().len(), 1000);

    let found = place.json(&["keys", "inspect", &fields[0].to_lowercase()]);
    assert_eq!(
        (&found["redemption"], &found["revoked"]),
        (&Value::Null, &Value::Bool(false))
    );
    assert_eq!(found["batch"]["skuPartNumber"], "FJORD_OFFICE");
    assert_eq!(place.json(&["keys", "list"])["items"][0]["redeemed"], 0);
}

#[test]
fn keys_are_refused_before_a_file_is_left_behind_and_never_written_over_one() {
    let place = set_up();
    let create = |product: &str, count: &str, out: &str| {
        place.run(&[
            "keys",
            "create",
            "--product",
            product,
            "--quantity",
            "1",
            "--term",
            "P1M",
            "--count",
            count,
            "--out",
            out,
        ])
    };
    refused(&create("NOTHING", "1", "a.csv"), 1, &["NOTHING", "part number"]);
    refused(&create("FJORD_OFFICE", "0", "b.csv"), 1, &["count"]);
    assert!(!place.path("a.csv").exists() && !place.path("b.csv").exists());
    std::fs::write(place.path("c.csv"), "mine").unwrap();
    refused(&create("FJORD_OFFICE", "1", "c.csv"), 3, &["c.csv", "another name"]);
    assert_eq!(std::fs::read(place.path("c.csv")).unwrap(), b"mine");
    refused(&place.run(&["keys", "inspect", "not a key"]), 1, &[]);
    refused(
        &place.run(&[
            "keys",
            "create",
            "--product",
            "FJORD_OFFICE",
            "--quantity",
            "1",
            "--term",
            "P2Y",
            "--count",
            "1",
        ]),
        2,
        &["P1M P1Y P3Y"],
    );
}

#[test]
fn a_sandbox_clock_is_shown_and_moved_and_another_is_not() {
    let place = set_up();
    let org = organization(&place);
    let at = |value: &Value| text(value, "now").parse::<jiff::Timestamp>().unwrap();
    let before = at(&place.json(&["clock", "show", text(&org, "id")]));
    let moved = at(&place.json(&["clock", "advance", "fjordvik.aktiver.example", "30d"]));
    let days = moved.duration_since(before).as_hours() / 24;
    assert!((30..=31).contains(&days), "{before} {moved}");
    assert!(at(&place.json(&["clock", "show", text(&org, "id")])) >= moved);
    refused(
        &place.run(&["clock", "advance", text(&org, "id"), "soon"]),
        1,
        &["soon", "30d"],
    );

    let real = place.json(&[
        "org",
        "create",
        "Real AS",
        "--country",
        "NO",
        "--admin-name",
        "A",
        "--admin-user",
        "a",
    ]);
    let said = place.run(&["clock", "advance", text(&real, "id"), "30d"]);
    assert_eq!(said.code, 1, "{said:?}");
    refused(
        &place.run(&["clock", "show", "nowhere.example"]),
        1,
        &["nowhere.example", "org list"],
    );
}

#[test]
fn doctor_says_what_is_right_and_what_is_wrong() {
    let place = Place::new();
    let said = place.run(&["doctor"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.out.contains("fail  database") && said.out.contains("aktiver migrate"),
        "{said:?}"
    );
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0);

    place.json(&["migrate"]);
    let healthy = place.json(&["doctor"]);
    assert_eq!(healthy["ok"], true);
    let status = |answer: &Value, name: &str| {
        let checks = answer["checks"].as_array().unwrap();
        let check = checks
            .iter()
            .find(|check| check["name"] == name)
            .unwrap_or_else(|| panic!("{name} in {answer}"));
        check["status"].as_str().unwrap().to_owned()
    };
    for name in ["database", "schema", "root key", "clock", "files"] {
        assert_eq!(status(&healthy, name), "ok", "{name}");
    }

    let key = place.path("aktiver.root-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(status(&place.json(&["doctor"]), "root key"), "warn");
    std::fs::remove_file(&key).unwrap();
    let said = place.run(&["doctor"]);
    assert!(said.code == 1 && said.out.contains("fail  root key"), "{said:?}");
}

#[test]
fn a_refusal_is_json_when_json_is_asked_for() {
    let place = set_up();
    let said = place.run(&[
        "org",
        "create",
        "X",
        "--country",
        "XX",
        "--admin-name",
        "A",
        "--admin-user",
        "a",
        "--output",
        "json",
    ]);
    let error = said.error();
    assert_eq!((said.code, &error["exit"]), (1, &Value::from(1)));
    assert!(
        text(&error, "message").contains("country") && error["remedy"].is_string(),
        "{error}"
    );
}

#[test]
fn an_unknown_setting_stops_every_command_and_is_named() {
    let place = Place::new();
    std::fs::write(place.path("aktiver.toml"), "databse = \"sqlite:x.db\"\n").unwrap();
    refused(&place.run(&["migrate"]), 2, &["databse", "did you mean database?"]);
    std::fs::write(place.path("aktiver.toml"), "database = \"sqlite:other.db\"\n").unwrap();
    place.json(&["migrate"]);
    assert!(place.path("other.db").exists() && place.path("other.root-key").exists());
    let said = place
        .command(&["migrate"])
        .env("AKTIVER_DATABASE", "sqlite:third.db")
        .output()
        .unwrap();
    assert!(said.status.success() && place.path("third.db").exists());
    refused(
        &place.run(&["migrate", "--config", "nowhere.toml"]),
        2,
        &["nowhere.toml"],
    );
}

#[test]
fn the_description_of_the_vendor_api_needs_no_database() {
    let place = Place::new();
    let said = place.run(&["openapi"]);
    let document: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    assert!(text(&document, "openapi").starts_with("3."));
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0);
}
