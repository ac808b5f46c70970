//! A server that runs inside the test's own process.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

use aktiver::demo::world::{self, Vendor};
use aktiver::{Outside, Running, Settings, start_with};
use aktiver_domain::Timestamp;
use aktiver_service::App;
use aktiver_storage::engine::{Durability, Engine};
use futures::FutureExt as _;
use reqwest::{Method, header};
use serde_json::Value;

use crate::{BEGINNING, HandClock, SeededEntropy, TestDatabase};

/// Connections of one server to PostgreSQL: tests share one PostgreSQL.
const CONNECTIONS: NonZeroU32 = NonZeroU32::new(12).unwrap();

/// A whole server on a port of its own, with a vendor, a catalog with prices and no customers.
pub struct TestServer {
    /// `http://127.0.0.1:PORT`.
    pub base_url: String,
    pub app: App,
    /// The machine's clock, as the server sees it.
    pub clock: Arc<HandClock>,
    /// The vendor's operator and their token.
    pub vendor: Vendor,
    /// Follows no redirects.
    pub http: reqwest::Client,
    running: Running,
    database: TestDatabase,
}

/// What a door answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: header::HeaderMap,
    /// The JSON body; a text for anything else, null for none.
    pub body: Value,
}

impl Answer {
    /// The body of an answer that must be a success.
    ///
    /// # Panics
    /// For any status but 2xx.
    #[must_use]
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {:#}", self.status, self.body);
        self.body
    }
}

impl TestServer {
    /// Starts one on a fresh database; `None` on PostgreSQL where there is no server for tests and that is acceptable.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(engine: Engine) -> Option<Self> {
        let server = Self::start_empty(engine).await?;
        let vendor = world::vendor(&server.app).await.expect("a vendor with a catalog");
        Some(Self { vendor, ..server })
    }

    /// As [`start`](Self::start), on a database without even a vendor.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_empty(engine: Engine) -> Option<Self> {
        let database = TestDatabase::fresh(engine).await?;
        let clock = Arc::new(HandClock::at(BEGINNING.parse().expect("an instant")));
        let mut settings = Settings::for_database(database.url.clone());
        settings.listen = ([127, 0, 0, 1], 0).into();
        settings.root_key_file = Some(database.folder.path().join("root.key"));
        settings.files = database.folder.path().join("files");
        settings.server_domain = "aktiver.test".to_owned();
        settings.database_connections = Some(CONNECTIONS);
        settings.open_setup = true;
        settings.sandbox_setup = true;
        let outside = Outside {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            durability: Durability::TestsOnly,
            worker: false,
            ..Outside::default()
        };
        let running = start_with(settings, outside).await.expect("the server starts");
        aktiver::start::install_tls();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        let nobody = Vendor {
            actor: aktiver_service::Actor::System,
            user: String::new(),
            password: String::new(),
            token: String::new(),
        };
        Some(Self {
            base_url: running.base_url.clone(),
            app: running.app.clone(),
            clock,
            vendor: nobody,
            http,
            running,
            database,
        })
    }

    /// The server's present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Asks a door.
    ///
    /// # Panics
    /// When the server does not answer, or answers JSON that is none.
    pub async fn call(&self, method: Method, path: &str, token: &str, body: Option<&Value>) -> Answer {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    /// Sends a request that was made with [`http`](Self::http).
    ///
    /// # Panics
    /// As [`call`](Self::call).
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let is_json = kind.contains("json");
        let text = response.text().await.expect("a whole body");
        let body = match text.as_str() {
            "" => Value::Null,
            text if is_json => serde_json::from_str(text).expect("JSON"),
            text => Value::from(text),
        };
        Answer { status, headers, body }
    }

    /// Reads from the vendor API as the operator.
    pub async fn vendor_get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &self.vendor.token, None).await
    }

    /// Commands through the vendor API as the operator.
    pub async fn vendor_post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, &self.vendor.token, Some(&body)).await
    }

    /// Shuts the server down in order, and checks the invariants on what it leaves.
    ///
    /// # Panics
    /// When an invariant is broken.
    pub async fn finish(self) {
        let now = self.now();
        self.running.shutdown().await;
        let broken = self.database.broken_invariants(now).await;
        self.database.remove().await;
        assert!(broken.is_empty(), "{broken:#?}");
    }

    async fn abandon(self) {
        self.running.shutdown().await;
        self.database.remove().await;
    }
}

/// Runs a test body on a server of its own; see [`both_engines!`](crate::both_engines).
///
/// # Panics
/// When the body does, or an invariant is broken after it.
pub async fn on(engine: Engine, body: impl AsyncFn(&TestServer)) {
    let Some(server) = TestServer::start(engine).await else {
        return;
    };
    let outcome = AssertUnwindSafe(body(&server)).catch_unwind().await;
    match outcome {
        Ok(()) => server.finish().await,
        Err(panic) => {
            server.abandon().await;
            resume_unwind(panic);
        }
    }
}
