//! The doors of a whole service per test, on either engine, with a clock in your hand.
//!
//! `AKTIVER_TEST_POSTGRES` is the URL of a PostgreSQL server whose user may create databases. Without it the PostgreSQL half of a test is
//! skipped, loudly; where `CI` is set it fails instead.

use std::collections::BTreeSet;
use std::env;
use std::io;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{AppliesTo, Plan, Product};
use aktiver_domain::ids::{OperatorId, OrganizationId, PlanId, ProductId};
use aktiver_domain::policy::Channel;
use aktiver_domain::role::{Role, Scope};
use aktiver_domain::{Entropy, Timestamp};
use aktiver_service::organizations::{NewAdmin, NewOrganization};
use aktiver_service::ports::{
    AttachError, AttachedCard, ChargeOutcome, ChargeRequest, Clock, Gateway, GatewayUnreachable, NewCard, ObjectFiles,
};
use aktiver_service::subscriptions::{self, Provision, SubscriptionView};
use aktiver_service::users::{NewUser, User};
use aktiver_service::{Actor, App, Config, Ctx, Parts, catalog, clients, organizations, tokens, users};
use aktiver_storage::engine::{Database, DatabaseUrl, Durability, Engine, Options};
use aktiver_storage::secrets::RootKey;
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use futures::FutureExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

/// Runs one test body on both engines: `both_engines! { async fn name(t: &Harness) { … } }`.
#[macro_export]
macro_rules! both_engines {
    ($(async fn $name:ident($t:ident: &$harness:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a body that uses nothing of its module is fine")]
            use super::*;

            async fn body($t: &$harness) $body

            #[tokio::test]
            async fn sqlite() {
                $crate::harness::on(aktiver_storage::engine::Engine::Sqlite, async |t| body(t).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                $crate::harness::on(aktiver_storage::engine::Engine::Postgres, async |t| body(t).await).await;
            }
        }
    )+};
}

/// A clock that moves by hand alone.
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn pass_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The same random bits in every run.
struct SeededEntropy(AtomicU64);

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        for chunk in buffer.chunks_mut(8) {
            let mut z = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// No files.
struct NoFiles;

#[async_trait]
impl ObjectFiles for NoFiles {
    async fn put(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    async fn open(&self, _: &str) -> io::Result<Box<dyn tokio::io::AsyncRead + Send + Unpin>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// A gateway at which everything is paid, except with the test cards that are declined when added (…0002) or charged (…0341).
struct Till;

#[async_trait]
impl Gateway for Till {
    async fn attach(&self, card: &NewCard, _: Timestamp) -> Result<AttachedCard, AttachError> {
        let digits: String = card.number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 16 {
            return Err(AttachError::Invalid { field: "number" });
        }
        if digits.ends_with("0002") {
            let decline = "card_declined".to_owned();
            return Err(AttachError::Declined { decline });
        }
        Ok(AttachedCard {
            reference: format!("till_{digits}"),
            brand: "Visa".to_owned(),
            last_four: digits[12..].to_owned(),
        })
    }

    async fn charge(&self, charge: &ChargeRequest) -> Result<ChargeOutcome, GatewayUnreachable> {
        Ok(if charge.reference.ends_with("0341") {
            let decline = "card_declined".to_owned();
            ChargeOutcome::Declined { decline }
        } else {
            let reference = format!("ch_{}", charge.id);
            ChargeOutcome::Succeeded { reference }
        })
    }

    async fn refund(&self, _: &ChargeRequest, _: &str) -> Result<(), GatewayUnreachable> {
        Ok(())
    }
}

pub const BEGINNING: &str = "2026-01-15T10:00:00Z";
pub const PASSWORD: &str = "Blåbær#2026";
/// The address at which requests are sent.
pub const BASE: &str = "http://aktiver.test";

/// The doors over a fresh database, with one organization in it.
pub struct Harness {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub operator: Actor,
    /// Fjordvik AS, `fjordvik.aktiver.test`, a sandbox.
    pub organization: OrganizationId,
    /// Its Global Administrator, `admin@fjordvik.aktiver.test`.
    pub admin: User,
    router: Router,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Harness {
    async fn start(database: Database) -> Self {
        database.migrate().await.unwrap();
        let begin: Timestamp = BEGINNING.parse().unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(begin.as_microsecond())));
        let parts = Parts {
            database,
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy(AtomicU64::new(7))),
            invoice: Arc::new(Till),
            sandbox: Arc::new(Till),
            files: Arc::new(NoFiles),
            root_key: RootKey::from_bytes([9; 32]),
            config: Config {
                server_domain: "aktiver.test".to_owned(),
                public_url: None,
                open_setup: true,
                sandbox_setup: true,
            },
        };
        let app = App::start(parts).await.unwrap();
        let operator = Actor::Operator {
            id: OperatorId::from_uuid(Uuid::from_u128(1)),
            name: "Vera Vendor".to_owned(),
        };
        let new = new_organization("Fjordvik AS", "fjordvik");
        let created = organizations::create(&app, &operator, new).await.unwrap();
        Self {
            router: aktiver_api::router(app.clone()),
            organization: created.organization.id,
            admin: created.admin,
            app,
            clock,
            operator,
        }
    }

    /// Another organization.
    pub async fn other_organization(&self, name: &str, label: &str) -> OrganizationId {
        let new = new_organization(name, label);
        organizations::create(&self.app, &self.operator, new)
            .await
            .unwrap()
            .organization
            .id
    }

    pub async fn as_operator(&self, organization: OrganizationId) -> Ctx {
        self.app
            .context(self.operator.clone(), organization, Uuid::nil())
            .await
            .unwrap()
    }

    /// A person of Fjordvik with usage location NO.
    pub async fn user(&self, local: &str, name: &str, roles: &[Role]) -> User {
        let ctx = self.as_operator(self.organization).await;
        let new = NewUser {
            user_principal_name: format!("{local}@fjordvik.aktiver.test"),
            display_name: name.to_owned(),
            account_enabled: true,
            usage_location: Some("NO".to_owned()),
            ..NewUser::default()
        };
        let user = users::create(&self.app, &ctx, new).await.unwrap();
        for role in roles {
            users::give_role(&self.app, &ctx, user.id, *role).await.unwrap();
        }
        user
    }

    /// A product of plans that are all its own.
    pub async fn product(&self, number: u128, plans: &[&str]) -> Product {
        self.product_for(number, plans, AppliesTo::User).await
    }

    pub async fn product_for(&self, number: u128, plans: &[&str], applies_to: AppliesTo) -> Product {
        let plans: Vec<Plan> = plans
            .iter()
            .zip(1_u128..)
            .map(|(name, at)| Plan {
                id: PlanId::from_uuid(Uuid::from_u128((0xa000 << 112) | (number * 100 + at))),
                name: (*name).to_owned(),
                friendly_name: (*name).to_owned(),
                applies_to,
                prohibited_in: BTreeSet::new(),
                requires: Vec::new(),
            })
            .collect();
        let product = Product {
            id: ProductId::from_uuid(Uuid::from_u128((0xb000 << 112) | number)),
            part_number: format!("PRODUCT_{number}"),
            name: format!("Product {number}"),
            plans: plans.iter().map(|plan| plan.id).collect(),
            maximum_quantity: None,
            end_of_sale: false,
        };
        catalog::put(&self.app, &self.operator, vec![product.clone()], plans)
            .await
            .unwrap();
        product
    }

    /// A yearly subscription of Fjordvik, from today and prepaid unless changed.
    pub async fn subscription(
        &self,
        product: &Product,
        quantity: u32,
        change: impl FnOnce(&mut Provision),
    ) -> SubscriptionView {
        let mut new = Provision {
            product: product.id,
            channel: Channel::Prepaid,
            term: Term::Year,
            quantity,
            recurring: None,
            payment_method: None,
            seller: None,
            parent: None,
            starts: None,
            pending: false,
        };
        change(&mut new);
        let ctx = self.as_operator(self.organization).await;
        subscriptions::provision(&self.app, &ctx, new).await.unwrap()
    }

    /// Id and secret of a new program of an organization.
    pub async fn client(&self, organization: OrganizationId, scopes: &[Scope]) -> (String, String) {
        let ctx = self.as_operator(organization).await;
        let made = clients::create(&self.app, &ctx, "Test", scopes.iter().copied().collect())
            .await
            .unwrap();
        (made.client.id.to_string(), made.secret)
    }

    /// A token of a new program of Fjordvik.
    pub async fn token(&self, scopes: &[Scope]) -> String {
        self.token_in(self.organization, scopes).await
    }

    pub async fn token_in(&self, organization: OrganizationId, scopes: &[Scope]) -> String {
        let (id, secret) = self.client(organization, scopes).await;
        let found = organizations::resolve(&self.app, &organization.to_string())
            .await
            .unwrap();
        let answer = tokens::client_credentials(&self.app, BASE, &found, &id, &secret, ".default")
            .await
            .unwrap();
        answer.access_token
    }

    /// A person's delegated token, as an app gets it through the device code flow.
    pub async fn user_token(&self, user: &User, scope: &str) -> String {
        let client = clients::PUBLIC_CLIENT.to_string();
        let code = tokens::device_code(&self.app, &client, scope).await.unwrap();
        let ctx = self.as_person(user).await;
        tokens::approve_device(&self.app, &ctx, &code.user_code).await.unwrap();
        let answer = tokens::redeem_device_code(&self.app, BASE, &client, &code.device_code)
            .await
            .unwrap();
        answer.access_token
    }

    /// The context of a person at a browser.
    pub async fn as_person(&self, user: &User) -> Ctx {
        let operator = self.as_operator(user.organization).await;
        let actor = Actor::User {
            id: user.id,
            name: user.display_name.clone(),
            roles: users::roles(&self.app, &operator, user.id).await.unwrap(),
            scopes: None,
        };
        self.app.context(actor, user.organization, Uuid::nil()).await.unwrap()
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.call(Method::GET, token, path, None).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.call(Method::POST, token, path, Some(body)).await
    }

    pub async fn patch(&self, token: &str, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, token, path, Some(body)).await
    }

    async fn call(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "aktiver.test")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    /// A form without a token.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, "aktiver.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encode(fields)));
        self.send(request.unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

pub fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn new_organization(name: &str, label: &str) -> NewOrganization {
    NewOrganization {
        name: name.to_owned(),
        country: "NO".to_owned(),
        domain: Some(label.to_owned()),
        sandbox: true,
        admin: NewAdmin {
            display_name: "Ada Admin".to_owned(),
            user_name: "admin".to_owned(),
            password: Some(PASSWORD.to_owned()),
            mail: None,
        },
    }
}

/// Runs a body on a fresh database of an engine.
pub async fn on(engine: Engine, body: impl AsyncFn(&Harness)) {
    let options = Options {
        durability: Durability::TestsOnly,
        max_connections: 20,
        ..Options::default()
    };
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let url = DatabaseUrl::sqlite(folder.path().join("aktiver.db"));
            let database = Database::connect(&url, &options).await.unwrap();
            body(&Harness::start(database.clone()).await).await;
            database.close().await;
        }
        Engine::Postgres => {
            let Some(server) = postgres_server() else { return };
            let name = fresh_name();
            let url = server.create_scratch(&name).await.unwrap();
            let database = Database::connect(&url, &options).await.unwrap();
            let run = async { body(&Harness::start(database.clone()).await).await };
            let outcome = AssertUnwindSafe(run).catch_unwind().await;
            database.close().await;
            server.drop_scratch(&name).await.unwrap();
            if let Err(panic) = outcome {
                resume_unwind(panic);
            }
        }
    }
}

/// The server; `None` if there is none and that is acceptable.
#[expect(
    clippy::disallowed_methods,
    reason = "the server for tests is named by the environment"
)]
#[expect(clippy::print_stderr, reason = "a skipped half is never silent")]
fn postgres_server() -> Option<DatabaseUrl> {
    match env::var("AKTIVER_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url.parse().unwrap()),
        _ if env::var_os("CI").is_some() => {
            panic!("CI is set, but AKTIVER_TEST_POSTGRES does not name a PostgreSQL server")
        }
        _ => {
            eprintln!("SKIPPED on PostgreSQL: set AKTIVER_TEST_POSTGRES=postgres://USER@HOST:PORT/DATABASE");
            None
        }
    }
}

/// A name of this process and test; a left-over database of the same name is replaced.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("aktiver_api_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
