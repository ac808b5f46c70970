//! Options, environment, file: which wins, and what is refused.

use std::path::Path;

use aktiver::settings::{CommonOptions, Layer, LogFormat, ServeOptions, Settings};
use aktiver::{Exit, Failure};
use clap::Parser;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    common: CommonOptions,
    #[command(flatten)]
    serve: ServeOptions,
}

fn options(text: &str) -> Layer {
    let words = std::iter::once("aktiver").chain(text.split_whitespace());
    let options = Options::parse_from(words);
    Layer::options(&options.common, Some(&options.serve))
}

fn environment(pairs: &[(&str, &str)]) -> Result<Layer, Failure> {
    Layer::environment(
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn file(text: &str) -> Result<Layer, Failure> {
    Layer::file(Path::new("aktiver.toml"), text)
}

fn resolve(layers: &[Layer]) -> Result<Settings, Failure> {
    Settings::resolve(layers, true)
}

#[test]
fn an_option_wins_over_the_environment_which_wins_over_the_file() {
    let file =
        file("server-domain = \"file.example\"\npublic-url = \"https://file.example\"\nlisten = \"127.0.0.1:1\"")
            .unwrap();
    let environment = environment(&[
        ("AKTIVER_SERVER_DOMAIN", "environment.example"),
        ("AKTIVER_PUBLIC_URL", "https://environment.example"),
    ])
    .unwrap();
    let settings = resolve(&[options("--server-domain option.example"), environment, file]).unwrap();
    assert_eq!(settings.server_domain, "option.example");
    assert_eq!(settings.public_url.as_deref(), Some("https://environment.example"));
    assert_eq!(settings.listen.to_string(), "127.0.0.1:1");
}

#[test]
fn without_any_setting_there_are_defaults() {
    let settings = resolve(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database.to_string(), "sqlite:aktiver.db");
    assert!(!settings.database_given && !settings.open_setup && settings.max_requests_per_second.is_none());
    assert_eq!(settings.server_domain, "aktiver.example");
    assert_eq!(settings.files, Path::new("aktiver-files"));
}

#[test]
fn every_setting_can_be_written_in_the_file_and_in_the_environment() {
    let text = r#"
        database = "sqlite:/srv/vendor.db"
        database-connections = 8
        root-key-file = "/etc/aktiver/key"
        files = "/srv/files"
        server-domain = "Vendor.Example"
        public-url = "https://vendor.example/"
        log = "debug"
        log-format = "json"
        listen = "0.0.0.0:443"
        ready-file = "/run/ready"
        tls-cert = "cert.pem"
        tls-key = "key.pem"
        trusted-proxy = ["10.0.0.0/8", "127.0.0.1"]
        open-setup = true
        sandbox-setup = true
        max-requests-per-second = 300
        open-metrics = true
    "#;
    let table: toml::Table = text.parse().unwrap();
    let variables: Vec<(String, String)> = table
        .iter()
        .map(|(key, value)| {
            let value = match value {
                toml::Value::Array(_) => "10.0.0.0/8, 127.0.0.1".to_owned(),
                toml::Value::String(text) => text.clone(),
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(truth) => truth.to_string(),
                other => panic!("{other:?}"),
            };
            (format!("AKTIVER_{}", key.to_uppercase().replace('-', "_")), value)
        })
        .collect();
    for layer in [file(text).unwrap(), Layer::environment(variables).unwrap()] {
        let settings = resolve(&[layer]).unwrap();
        assert_eq!(settings.database.to_string(), "sqlite:/srv/vendor.db");
        assert_eq!(settings.database_connections.unwrap().get(), 8);
        assert_eq!(settings.root_key_file.as_deref(), Some(Path::new("/etc/aktiver/key")));
        assert_eq!(settings.files, Path::new("/srv/files"));
        assert_eq!(settings.server_domain, "vendor.example");
        assert_eq!(settings.public_url.as_deref(), Some("https://vendor.example"));
        assert_eq!((settings.log.as_str(), settings.log_format), ("debug", LogFormat::Json));
        assert_eq!(settings.listen.to_string(), "0.0.0.0:443");
        assert!(settings.ready_file.is_some() && settings.tls.is_some());
        assert_eq!(settings.trusted_proxies.len(), 2);
        assert!(settings.open_setup && settings.sandbox_setup && settings.open_metrics);
        assert_eq!(settings.max_requests_per_second.unwrap().get(), 300);
    }
}

#[test]
fn an_unknown_key_is_refused_by_name_and_the_likely_one_offered() {
    let failure = file("lisen = \"127.0.0.1:80\"").unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert!(failure.message.contains("lisen in aktiver.toml"), "{failure}");
    assert_eq!(failure.remedy.as_deref(), Some("did you mean listen?"));

    let failure = file("public_url = \"https://vendor.example\"").unwrap_err();
    assert_eq!(failure.remedy.as_deref(), Some("did you mean public-url?"));

    let failure = environment(&[("AKTIVER_DATABSE", "sqlite:x")]).unwrap_err();
    assert!(failure.message.contains("AKTIVER_DATABSE"), "{failure}");
    assert_eq!(failure.remedy.as_deref(), Some("did you mean database?"));

    let failure = file("colour = \"red\"").unwrap_err();
    assert!(failure.remedy.unwrap().contains("server-domain"));
    assert!(file("[serve]\nlisten = \"127.0.0.1:80\"").is_err());
}

#[test]
fn variables_of_others_and_empty_ones_do_not_count() {
    let layer = environment(&[
        ("PATH", "/bin"),
        ("AKTIVER_TEST_POSTGRES", "postgres://x"),
        ("AKTIVER_SERVICE_HOST", "10.0.0.1"),
        ("AKTIVER_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("AKTIVER_PUBLIC_URL", ""),
    ])
    .unwrap();
    assert_eq!(resolve(&[layer]).unwrap().public_url, None);
}

#[test]
fn a_wrong_value_is_named_as_it_was_written() {
    let cases = [
        (options("--listen nonsense"), "--listen"),
        (options("--database mysql://x"), "--database"),
        (options("--public-url ftp://vendor.example"), "--public-url"),
        (options("--public-url https://vendor.example/sub"), "--public-url"),
        (options("--trusted-proxy 10.0.0.0/99"), "--trusted-proxy"),
        (options("--max-requests-per-second many"), "--max-requests-per-second"),
        (options("--open-setup=perhaps"), "--open-setup"),
        (
            environment(&[("AKTIVER_SERVER_DOMAIN", "no domain")]).unwrap(),
            "AKTIVER_SERVER_DOMAIN",
        ),
        (file("log-format = \"xml\"").unwrap(), "log-format in aktiver.toml"),
    ];
    for (layer, name) in cases {
        let failure = resolve(&[layer]).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.starts_with(name), "{name}: {failure}");
        assert!(failure.remedy.is_some(), "{name}: {failure}");
    }
}

#[test]
fn a_password_in_the_database_url_is_not_repeated() {
    let failure = resolve(&[options("--database postgres://vendor:hunter2@host:99999999/db")]).unwrap_err();
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let failure = resolve(&[options("--tls-cert cert.pem")]).unwrap_err();
    assert!(failure.message.contains("--tls-key"), "{failure}");
}

#[test]
fn a_switch_can_be_turned_off_again() {
    let on = environment(&[("AKTIVER_OPEN_SETUP", "true")]).unwrap();
    assert!(resolve(std::slice::from_ref(&on)).unwrap().open_setup);
    assert!(!resolve(&[options("--open-setup=false"), on]).unwrap().open_setup);
    assert!(resolve(&[options("--open-setup")]).unwrap().open_setup);
}
