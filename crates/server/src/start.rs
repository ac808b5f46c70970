//! Starts a server: what `serve`, `demo`, `tour` and tests have in common.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use aktiver_service::{App, worker};
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use crate::failure::{Failure, Result};
use crate::http;
pub use crate::open::Outside;
use crate::open::{self, Schema};
use crate::ready;
use crate::settings::{Settings, Tls};
use crate::telemetry;

/// How long requests under way may take to end once the server shuts down.
const DRAIN: Duration = Duration::from_secs(20);
/// How long a new connection may take to send its first request.
const FIRST_REQUEST: Duration = Duration::from_secs(30);

/// A server that answers at its address.
pub struct Running {
    /// Where clients in the same machine or network reach it: `http://127.0.0.1:8080`.
    pub base_url: String,
    pub address: SocketAddr,
    pub app: App,
    handle: Handle<SocketAddr>,
    stop: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
    worker: Option<JoinHandle<()>>,
    upkeep: AbortHandle,
    tls: Option<(RustlsConfig, Tls)>,
}

/// Starts a server on the machine's own clock.
///
/// # Errors
/// See [`start_with`].
pub async fn start(settings: Settings) -> Result<Running> {
    start_with(settings, Outside::default()).await
}

/// Starts a server; returns once its address answers. An empty database is set up first.
///
/// # Errors
/// See [`open::app`]; an address that is taken; a certificate that cannot be used.
pub async fn start_with(settings: Settings, outside: Outside) -> Result<Running> {
    if let Some(path) = &settings.ready_file {
        // One of an earlier run would tell that this one answers already.
        ready::forget(path)?;
    }
    let tls = match &settings.tls {
        Some(files) => Some((certificate(files).await?, files.clone())),
        None => None,
    };
    let app = open::app(&settings, &outside, Schema::SetUp).await?;
    let listener = TcpListener::bind(settings.listen).map_err(|error| busy(settings.listen, &error))?;
    let address = listener.local_addr().map_err(|error| busy(settings.listen, &error))?;
    let (stop, stopped) = watch::channel(false);
    let routes = http::routes(&app, &settings, stopped.clone(), outside.more)
        .into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let listen = || busy(address, &std::io::Error::other("the runtime does not take the socket"));
    let mut plain = axum_server::from_tcp(listener)
        .map_err(|_| listen())?
        .handle(handle.clone())
        .first_request_timeout(FIRST_REQUEST)
        .acceptor(NoDelayAcceptor::new());
    plain.http_builder().http2().max_concurrent_streams(250);
    let server = match &tls {
        None => tokio::spawn(plain.serve(routes)),
        Some((config, _)) => {
            let acceptor = RustlsAcceptor::new(config.clone()).acceptor(NoDelayAcceptor::new());
            tokio::spawn(plain.acceptor(acceptor).serve(routes))
        }
    };
    if handle.listening().await.is_none() {
        return Err(listen());
    }
    let worker = outside.worker.then(|| {
        let app = app.clone();
        tokio::spawn(async move { worker::run(&app, stopped).await })
    });
    let scheme = if tls.is_some() { "https" } else { "http" };
    Ok(Running {
        base_url: format!("{scheme}://{}", reachable(address)),
        address,
        app,
        handle,
        stop,
        server,
        worker,
        upkeep: tokio::spawn(telemetry::upkeep()).abort_handle(),
        tls,
    })
}

impl Running {
    /// Answers the requests under way, takes no new ones, ends background work and closes the database.
    pub async fn shutdown(mut self) {
        // Nobody listens when there is no worker.
        let _ = self.stop.send(true);
        self.handle.graceful_shutdown(Some(DRAIN));
        if let Err(error) = (&mut self.server).await {
            tracing::error!("the server did not end well: {error}");
        }
        if let Some(worker) = self.worker.take()
            && tokio::time::timeout(DRAIN, worker).await.is_err()
        {
            tracing::warn!("background work did not end in time; what it holds is taken up again later");
        }
        self.app.database().close().await;
    }

    /// Waits until the server ends by itself, which it does only when something is wrong.
    pub async fn failed(&mut self) -> Failure {
        let reason = match (&mut self.server).await {
            Ok(Ok(())) => "it stopped".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Failure::unavailable(
            format!("the server at {} failed: {reason}", self.address),
            "see the log, and start it again",
        )
    }

    /// Reads certificate and key anew, for those that are renewed while the server runs; without TLS it does nothing.
    ///
    /// # Errors
    /// Files that cannot be used; the server goes on with the old ones.
    pub async fn reload_certificate(&self) -> Result<()> {
        let Some((config, files)) = &self.tls else {
            return Ok(());
        };
        config
            .reload_from_pem_file(&files.cert, &files.key)
            .await
            .map_err(|error| unusable(files, &error))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.upkeep.abort();
        self.handle.shutdown();
        if let Some(worker) = &self.worker {
            worker.abort();
        }
    }
}

/// Makes `ring` the process's TLS library; a second call changes nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

async fn certificate(files: &Tls) -> Result<RustlsConfig> {
    install_tls();
    RustlsConfig::from_pem_file(&files.cert, &files.key)
        .await
        .map_err(|error| unusable(files, &error))
}

fn unusable(files: &Tls, error: &std::io::Error) -> Failure {
    Failure::unavailable(
        format!(
            "certificate {} and key {} cannot be used: {error}",
            files.cert.display(),
            files.key.display()
        ),
        "give PEM files: the certificate followed by its chain, and the unencrypted private key that belongs to it",
    )
}

fn busy(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::unavailable(
        format!("cannot listen on {address}: {error}"),
        "end the program that has the address, or give another with --listen ADDRESS:PORT (port 0 takes a free one)",
    )
}

/// An unspecified address accepts on all; one of them surely reaches it.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
