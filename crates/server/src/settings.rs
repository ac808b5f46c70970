//! What an installation chooses: options, then `AKTIVER_*` of the environment, then a file.
//!
//! Every setting has one name, written `--tls-cert` as an option, `AKTIVER_TLS_CERT` in the environment and `tls-cert` in
//! `aktiver.toml`. Unknown names are refused, so that a slip of the pen does not leave a default in force.

use std::collections::BTreeMap;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use aktiver_api::Network;
use aktiver_storage::engine::DatabaseUrl;
use url::Url;

use crate::failure::{Failure, Result};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Certificate chain and private key, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// The settings of one run.
#[derive(Debug, Clone)]
pub struct Settings {
    pub database: DatabaseUrl,
    /// Whether the database was chosen, and is not the default `sqlite:aktiver.db`.
    pub database_given: bool,
    /// Connections to PostgreSQL, at most; the engine's default where `None`.
    pub database_connections: Option<NonZeroU32>,
    /// Beside an SQLite file where `None`.
    pub root_key_file: Option<PathBuf>,
    /// Where large files lie.
    pub files: PathBuf,
    /// New organizations get `NAME.<server domain>`.
    pub server_domain: String,
    /// Without a final slash; the request's scheme and host where `None`.
    pub public_url: Option<String>,
    /// Whether a visitor may create an organization at `/setup/key`.
    pub open_setup: bool,
    /// Whether such an organization is a sandbox.
    pub sandbox_setup: bool,
    pub listen: SocketAddr,
    pub ready_file: Option<PathBuf>,
    pub tls: Option<Tls>,
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Requests a second from one client (a bearer token, else an address); any number where `None`.
    pub max_requests_per_second: Option<NonZeroU32>,
    /// Whether `/metrics` answers others than the machine itself.
    pub open_metrics: bool,
    /// A level, or a list such as `info,aktiver_service=debug`.
    pub log: String,
    pub log_format: LogFormat,
}

/// The options of every command. They are texts here, because the environment and the file give texts too, and all three are
/// read by the same code.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings (also AKTIVER_… in the environment, and in aktiver.toml)")]
pub struct CommonOptions {
    /// Settings file [default: aktiver.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE [default: sqlite:aktiver.db]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Connections to PostgreSQL, at most [default: 32]
    #[arg(long, global = true, value_name = "N")]
    database_connections: Option<String>,
    /// Key that encrypts the stored secrets [default: beside an SQLite file; required with PostgreSQL]
    #[arg(long, global = true, value_name = "PATH")]
    root_key_file: Option<String>,
    /// Folder of installers and other large files [default: beside an SQLite file, else aktiver-files]
    #[arg(long, global = true, value_name = "DIR")]
    files: Option<String>,
    /// New organizations get the domain NAME.DOMAIN [default: aktiver.example]
    #[arg(long, global = true, value_name = "DOMAIN")]
    server_domain: Option<String>,
    /// Address under which the server is reached, for links and tokens [default: each request's own]
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Level, or a list such as info,aktiver_service=debug [default: info for servers, warn for other commands]
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// text or json [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

/// The further options of a command that serves.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Serving (also AKTIVER_… in the environment, and in aktiver.toml)")]
pub struct ServeOptions {
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Written once the address answers: JSON with base_url
    #[arg(long, value_name = "PATH")]
    ready_file: Option<String>,
    /// Certificate chain (PEM); with --tls-key the server speaks https
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Private key (PEM)
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas
    #[arg(long, value_name = "NETWORKS")]
    trusted_proxy: Option<String>,
    /// Let visitors create an organization with a product key at /setup/key
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    open_setup: Option<String>,
    /// Make organizations that visitors create sandboxes
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    sandbox_setup: Option<String>,
    /// Requests a second from one client, by bearer token or else address; 0 for any number [default: 0]
    #[arg(long, value_name = "N")]
    max_requests_per_second: Option<String>,
    /// Answer /metrics to others than this machine
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    open_metrics: Option<String>,
}

/// Every setting's name.
const NAMES: [&str; 18] = [
    "database",
    "database-connections",
    "root-key-file",
    "files",
    "server-domain",
    "public-url",
    "log",
    "log-format",
    "listen",
    "ready-file",
    "tls-cert",
    "tls-key",
    "trusted-proxy",
    "open-setup",
    "sandbox-setup",
    "max-requests-per-second",
    "open-metrics",
    "config",
];

/// Where a layer of settings comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Options,
    Environment,
    File(PathBuf),
}

/// Texts of one source, by the setting's name.
#[derive(Debug, Clone)]
pub struct Layer {
    source: Source,
    values: BTreeMap<&'static str, String>,
}

impl Layer {
    fn named(&self, name: &str) -> String {
        match &self.source {
            Source::Options => format!("--{name}"),
            Source::Environment => variable(name),
            Source::File(path) => format!("{name} in {}", path.display()),
        }
    }

    /// What the command line says.
    #[must_use]
    pub fn options(common: &CommonOptions, serve: Option<&ServeOptions>) -> Self {
        let c = common.clone();
        let s = serve.cloned().unwrap_or_default();
        let pairs = [
            ("database", c.database),
            ("database-connections", c.database_connections),
            ("root-key-file", c.root_key_file),
            ("files", c.files),
            ("server-domain", c.server_domain),
            ("public-url", c.public_url),
            ("log", c.log),
            ("log-format", c.log_format),
            ("listen", s.listen),
            ("ready-file", s.ready_file),
            ("tls-cert", s.tls_cert),
            ("tls-key", s.tls_key),
            ("trusted-proxy", s.trusted_proxy),
            ("open-setup", s.open_setup),
            ("sandbox-setup", s.sandbox_setup),
            ("max-requests-per-second", s.max_requests_per_second),
            ("open-metrics", s.open_metrics),
        ];
        let values = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        Self {
            source: Source::Options,
            values,
        }
    }

    /// What variables say. An empty one counts as not set.
    ///
    /// # Errors
    /// An `AKTIVER_` variable that is no setting.
    pub fn environment(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut values = BTreeMap::new();
        for (variable, value) in variables {
            let Some(rest) = variable.strip_prefix("AKTIVER_").filter(|rest| !is_foreign(rest)) else {
                continue;
            };
            let name = known(&rest.to_ascii_lowercase().replace('_', "-"))
                .ok_or_else(|| unknown(&format!("{variable} in the environment"), &variable))?;
            if !value.is_empty() {
                values.insert(name, value);
            }
        }
        Ok(Self {
            source: Source::Environment,
            values,
        })
    }

    /// What a file says.
    ///
    /// # Errors
    /// Text that is no TOML, an unknown key, a value that is neither text, number, truth value nor list of texts.
    pub fn file(path: &Path, text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            Failure::usage(
                format!("{}: {error}", path.display()),
                "write one `name = \"value\"` per line",
            )
        })?;
        let mut values = BTreeMap::new();
        for (key, value) in table {
            let known = known(&key).filter(|name| *name != "config");
            let name = known.ok_or_else(|| unknown(&format!("{key} in {}", path.display()), &key))?;
            let text = scalar(&value).ok_or_else(|| {
                Failure::usage(
                    format!(
                        "{key} in {} is no text, number, true or false, or list of texts",
                        path.display()
                    ),
                    format!("write {key} = \"value\""),
                )
            })?;
            values.insert(name, text);
        }
        Ok(Self {
            source: Source::File(path.to_owned()),
            values,
        })
    }
}

fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        toml::Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(toml::Value::as_str).collect();
            Some(texts?.join(","))
        }
        _ => None,
    }
}

fn variable(name: &str) -> String {
    format!("AKTIVER_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// Variables with our prefix that others set: test runs, the tour's catalog, and Kubernetes for a service called `aktiver`.
fn is_foreign(rest: &str) -> bool {
    rest == "CATALOG"
        || rest == "PORT"
        || ["TEST_", "XTASK_", "PORT_", "SERVICE_"]
            .iter()
            .any(|prefix| rest.starts_with(prefix))
}

fn known(key: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|name| *name == key)
}

fn unknown(shown: &str, key: &str) -> Failure {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
    let wanted = plain(key.strip_prefix("AKTIVER_").unwrap_or(key));
    let close = NAMES
        .into_iter()
        .find(|name| plain(name) == wanted || is_one_off(&plain(name), &wanted));
    let remedy = close.map_or_else(
        || format!("the settings are: {}", NAMES.join(", ")),
        |name| format!("did you mean {name}?"),
    );
    Failure::usage(format!("unknown setting {shown}"), remedy)
}

/// Whether two words differ by one letter that was added, left out or mistaken, or by two that changed places.
fn is_one_off(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let longest = one.len().max(other.len());
    let swapped = one.len() == other.len()
        && start + 2 + end >= longest
        && one.get(start).zip(one.get(start + 1)) == other.get(start + 1).zip(other.get(start));
    start + end + 1 >= longest || swapped
}

impl Settings {
    /// Defaults for a database of the caller's choice: what tests and the demonstration start from.
    ///
    /// # Panics
    /// Never: the address is a constant.
    #[must_use]
    pub fn for_database(database: DatabaseUrl) -> Self {
        let files = database.sqlite_path().map_or_else(
            || PathBuf::from("aktiver-files"),
            |path| crate::root_key::beside(path, "-files"),
        );
        Self {
            database,
            database_given: true,
            database_connections: None,
            root_key_file: None,
            files,
            server_domain: "aktiver.example".to_owned(),
            public_url: None,
            open_setup: false,
            sandbox_setup: false,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            ready_file: None,
            tls: None,
            trusted_proxies: Vec::new(),
            max_requests_per_second: None,
            open_metrics: false,
            log: "warn".to_owned(),
            log_format: LogFormat::Text,
        }
    }

    /// Reads options, environment and file; the earlier wins. `verbose` logs what happens unless told otherwise.
    ///
    /// # Errors
    /// A setting that is unknown or cannot be read, named as it was written.
    pub fn load(common: &CommonOptions, serve: Option<&ServeOptions>, verbose: bool) -> Result<Self> {
        let environment = Layer::environment(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )?;
        let chosen = common
            .config
            .clone()
            .or_else(|| environment.values.get("config").map(PathBuf::from));
        let path = chosen.clone().unwrap_or_else(|| PathBuf::from("aktiver.toml"));
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => Some(Layer::file(&path, &text)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && chosen.is_none() => None,
            Err(error) => {
                return Err(Failure {
                    exit: crate::Exit::Usage,
                    ..Failure::file("read", &path, &error)
                });
            }
        };
        let mut layers = vec![Layer::options(common, serve), environment];
        layers.extend(file);
        Self::resolve(&layers, verbose)
    }

    /// Puts layers together, the first of which wins; `serving` decides how much is logged.
    ///
    /// # Errors
    /// A value that cannot be read, named as it was written.
    pub fn resolve(layers: &[Layer], serving: bool) -> Result<Self> {
        let chosen = Chosen(layers);
        let database = chosen.read("database", |text| {
            text.parse::<DatabaseUrl>().map_err(|error| error.to_string())
        })?;
        let database_given = database.is_some();
        let mut settings = Self::for_database(database.unwrap_or_else(|| DatabaseUrl::sqlite("aktiver.db")));
        settings.database_given = database_given;
        settings.database_connections = chosen.read("database-connections", positive)?;
        settings.root_key_file = chosen.read("root-key-file", path)?;
        if let Some(files) = chosen.read("files", path)? {
            settings.files = files;
        }
        if let Some(domain) = chosen.read("server-domain", domain)? {
            settings.server_domain = domain;
        }
        settings.public_url = chosen.read("public-url", public_url)?;
        settings.open_setup = chosen.read("open-setup", truth)?.unwrap_or(false);
        settings.sandbox_setup = chosen.read("sandbox-setup", truth)?.unwrap_or(false);
        if let Some(listen) = chosen.read("listen", address)? {
            settings.listen = listen;
        }
        settings.ready_file = chosen.read("ready-file", path)?;
        settings.tls = match (chosen.read("tls-cert", path)?, chosen.read("tls-key", path)?) {
            (Some(cert), Some(key)) => Some(Tls { cert, key }),
            (None, None) => None,
            (cert, _) => {
                let missing = if cert.is_some() { "tls-key" } else { "tls-cert" };
                return Err(Failure::usage(
                    format!("--{missing} is missing: https needs a certificate and its private key"),
                    format!("give --{missing} FILE too"),
                ));
            }
        };
        settings.trusted_proxies = chosen.read("trusted-proxy", networks)?.unwrap_or_default();
        settings.max_requests_per_second = chosen
            .read("max-requests-per-second", |text| Ok(NonZeroU32::new(number(text)?)))?
            .flatten();
        settings.open_metrics = chosen.read("open-metrics", truth)?.unwrap_or(false);
        let default_log = if serving { "info" } else { "warn" };
        settings.log = chosen
            .read("log", |text| Ok(text.to_owned()))?
            .unwrap_or_else(|| default_log.to_owned());
        settings.log_format = chosen.read("log-format", log_format)?.unwrap_or_default();
        Ok(settings)
    }
}

struct Chosen<'a>(&'a [Layer]);

impl Chosen<'_> {
    fn read<T>(&self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>> {
        let found = self.0.iter().find_map(|layer| Some((layer, layer.values.get(name)?)));
        let Some((layer, text)) = found else { return Ok(None) };
        read(text.trim()).map(Some).map_err(|reason| {
            let (message, remedy) = reason
                .split_once("; ")
                .unwrap_or((&reason, "see `aktiver serve --help`"));
            Failure::usage(format!("{}: {message}", layer.named(name)), remedy)
        })
    }
}

fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        Err("the path is empty; give a path".to_owned())
    } else {
        Ok(PathBuf::from(text))
    }
}

fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false; write true or false")),
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is no whole number; write a number such as 300"))
}

fn positive(text: &str) -> Result<NonZeroU32, String> {
    NonZeroU32::new(number(text)?).ok_or_else(|| "0 is too small; write a number such as 32".to_owned())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .ok_or_else(|| format!("{text:?} is no address to listen on; write ADDRESS:PORT, for example 0.0.0.0:8080"))
}

fn networks(text: &str) -> Result<Vec<Network>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<Network>().map_err(|error| error.to_string()))
        .collect()
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("{text:?} is no log format; write text or json")),
    }
}

fn domain(text: &str) -> Result<String, String> {
    let domain = text.to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if domain.len() <= 180 && domain.contains('.') && domain.split('.').all(is_label) {
        Ok(domain)
    } else {
        Err(format!("{text:?} is no domain; write a name such as aktiver.example"))
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let refuse = || format!("{text:?} is no address of a server; write https://HOST or https://HOST:PORT");
    let url = Url::parse(text).map_err(|_| refuse())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if plain {
        Ok(url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(refuse())
    }
}
