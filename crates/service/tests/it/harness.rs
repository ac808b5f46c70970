//! A whole service per test, on either engine, with a clock in your hand.
//!
//! `AKTIVER_TEST_POSTGRES` is the URL of a PostgreSQL server whose user may create databases. Without it the PostgreSQL half of a test is
//! skipped, loudly; where `CI` is set it fails instead. Every test ends with the check of the invariants.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::io;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aktiver_domain::catalog::{AppliesTo, Plan, Product};
use aktiver_domain::ids::{ChargeId, OperatorId, OrganizationId, PlanId, ProductId, UserId};
use aktiver_domain::role::Role;
use aktiver_domain::{Entropy, Money, Timestamp};
use aktiver_service::organizations::{CreatedOrganization, NewAdmin, NewOrganization};
use aktiver_service::ports::{
    AttachError, AttachedCard, ChargeOutcome, ChargeRequest, Clock, Gateway, GatewayUnreachable, NewCard, ObjectFiles,
};
use aktiver_service::users::{NewUser, User};
use aktiver_service::{Actor, App, Config, Ctx, Parts, catalog, organizations, tokens, users};
use aktiver_storage::engine::{Database, DatabaseUrl, Durability, Engine, Options};
use aktiver_storage::invariants;
use aktiver_storage::secrets::RootKey;
use async_trait::async_trait;
use futures::FutureExt as _;
use jiff::SignedDuration;
use uuid::Uuid;

/// Runs one test body on both engines: `both_engines! { async fn name(t: &Harness) { … } }`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($t:ident: &Harness) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a body that uses nothing of its module is fine")]
            use super::*;

            async fn body($t: &$crate::harness::Harness) $body

            $(#[$attribute])*
            #[tokio::test]
            async fn sqlite() {
                $crate::harness::on(aktiver_storage::engine::Engine::Sqlite, async |t| body(t).await).await;
            }

            $(#[$attribute])*
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
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The same random bits in every run.
pub struct SeededEntropy(AtomicU64);

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let mut z = self
                .0
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst)
                .wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Files in memory.
#[derive(Default)]
pub struct MemoryFiles(Mutex<BTreeMap<String, Vec<u8>>>);

#[async_trait]
impl ObjectFiles for MemoryFiles {
    async fn put(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn open(&self, key: &str) -> io::Result<Box<dyn tokio::io::AsyncRead + Send + Unpin>> {
        let bytes = self
            .0
            .lock()
            .unwrap()
            .get(key)
            .cloned()
            .ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(io::Cursor::new(bytes)))
    }
}

/// A pretended payment gateway. It knows the published test cards; [`FakeGateway::answer_next`] scripts other outcomes. An id moves money
/// once, whatever is asked.
#[derive(Default)]
pub struct FakeGateway {
    scripted: Mutex<VecDeque<Result<ChargeOutcome, GatewayUnreachable>>>,
    outcomes: Mutex<BTreeMap<ChargeId, ChargeOutcome>>,
    charges: Mutex<Vec<ChargeRequest>>,
    refunds: Mutex<BTreeMap<ChargeId, Money>>,
    lost: AtomicU32,
    hangs: AtomicU32,
    hung: tokio::sync::Notify,
}

impl FakeGateway {
    /// What the next new charge comes to.
    pub fn answer_next(&self, outcome: Result<ChargeOutcome, GatewayUnreachable>) {
        self.scripted.lock().unwrap().push_back(outcome);
    }

    /// The next charges move money, but nobody hears of it.
    pub fn lose_replies(&self, count: u32) {
        self.lost.store(count, Ordering::SeqCst);
    }

    /// The next charges move money and never answer.
    pub fn hang(&self, count: u32) {
        self.hangs.store(count, Ordering::SeqCst);
    }

    /// Waits until a charge hangs.
    pub async fn hung(&self) {
        self.hung.notified().await;
    }

    /// Every charge that was asked for, repeats included.
    pub fn asked(&self) -> Vec<ChargeRequest> {
        self.charges.lock().unwrap().clone()
    }

    /// What has been moved and not given back, in minor units.
    pub fn moved(&self) -> i64 {
        let (outcomes, refunds) = (self.outcomes.lock().unwrap(), self.refunds.lock().unwrap());
        let mut amounts = BTreeMap::new();
        for charge in self.charges.lock().unwrap().iter() {
            if matches!(outcomes.get(&charge.id), Some(ChargeOutcome::Succeeded { .. })) {
                amounts.insert(charge.id, charge.amount.minor);
            }
        }
        let back: i64 = refunds.values().map(|amount| amount.minor).sum();
        amounts.values().sum::<i64>() - back
    }
}

#[async_trait]
impl Gateway for FakeGateway {
    async fn attach(&self, card: &NewCard, _at: Timestamp) -> Result<AttachedCard, AttachError> {
        let digits: String = card.number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 16 {
            return Err(AttachError::Invalid { field: "number" });
        }
        if digits == "4000000000000002" {
            return Err(AttachError::Declined {
                decline: "card_declined".to_owned(),
            });
        }
        let last_four = digits[12..].to_owned();
        Ok(AttachedCard {
            reference: format!("fake_{digits}"),
            brand: "Visa".to_owned(),
            last_four,
        })
    }

    async fn charge(&self, charge: &ChargeRequest) -> Result<ChargeOutcome, GatewayUnreachable> {
        self.charges.lock().unwrap().push(charge.clone());
        if let Some(known) = self.outcomes.lock().unwrap().get(&charge.id) {
            return Ok(known.clone());
        }
        let scripted = self.scripted.lock().unwrap().pop_front();
        let outcome = match scripted {
            Some(outcome) => outcome?,
            None if charge.reference.ends_with("0341") => ChargeOutcome::Declined {
                decline: "card_declined".to_owned(),
            },
            None if charge.reference.ends_with("3155") => ChargeOutcome::AuthenticationRequired,
            None => ChargeOutcome::Succeeded {
                reference: format!("ch_{}", charge.id),
            },
        };
        self.outcomes.lock().unwrap().insert(charge.id, outcome.clone());
        let take = |counter: &AtomicU32| {
            counter
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                .is_ok()
        };
        if take(&self.hangs) {
            self.hung.notify_one();
            std::future::pending::<()>().await;
        }
        if take(&self.lost) {
            return Err(GatewayUnreachable("the reply was lost".to_owned()));
        }
        Ok(outcome)
    }

    async fn refund(&self, charge: &ChargeRequest, _gateway_reference: &str) -> Result<(), GatewayUnreachable> {
        self.refunds.lock().unwrap().insert(charge.id, charge.amount);
        Ok(())
    }
}

/// A service on a fresh database.
pub struct Harness {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub gateway: Arc<FakeGateway>,
    pub invoices: Arc<FakeGateway>,
    /// An operator of the vendor; not a row.
    pub operator: Actor,
    database: Database,
}

/// Where the hand-moved clock begins.
pub const BEGINNING: &str = "2026-01-15T10:00:00Z";
pub const SERVER_DOMAIN: &str = "aktiver.test";
pub const ISSUER: &str = "https://aktiver.test";
pub const PASSWORD: &str = "Blåbær#2026";

impl Harness {
    async fn start(database: Database) -> Self {
        database.migrate().await.unwrap();
        let begin: Timestamp = BEGINNING.parse().unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(begin.as_microsecond())));
        let (gateway, invoices) = (Arc::new(FakeGateway::default()), Arc::new(FakeGateway::default()));
        let parts = Parts {
            database: database.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy(AtomicU64::new(7))),
            invoice: invoices.clone(),
            sandbox: gateway.clone(),
            files: Arc::new(MemoryFiles::default()),
            root_key: RootKey::from_bytes([9; 32]),
            config: Config {
                server_domain: SERVER_DOMAIN.to_owned(),
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
        Self {
            app,
            clock,
            gateway,
            invoices,
            operator,
            database,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the machine's clock on.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.set(self.now().checked_add(time).unwrap());
    }

    pub fn pass_days(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }

    /// A sandbox organization with the Global Administrator `admin`.
    pub async fn organization(&self, name: &str) -> CreatedOrganization {
        self.organization_of(name, true).await
    }

    pub async fn organization_of(&self, name: &str, sandbox: bool) -> CreatedOrganization {
        let admin = NewAdmin {
            display_name: format!("{name} Admin"),
            user_name: "admin".to_owned(),
            password: Some(PASSWORD.to_owned()),
            mail: None,
        };
        let new = NewOrganization {
            name: name.to_owned(),
            country: "NO".to_owned(),
            domain: None,
            sandbox,
            admin,
        };
        organizations::create(&self.app, &self.operator, new).await.unwrap()
    }

    /// An organization's fresh context for one of its people, as a browser session has it.
    pub async fn as_user(&self, organization: OrganizationId, user: UserId) -> Ctx {
        let operator = self.as_operator(organization).await;
        let name = users::get(&self.app, &operator, user).await.unwrap().display_name;
        let roles = users::roles(&self.app, &operator, user).await.unwrap();
        let actor = Actor::User {
            id: user,
            name,
            roles,
            scopes: None,
        };
        self.app.context(actor, organization, Uuid::nil()).await.unwrap()
    }

    pub async fn as_admin(&self, created: &CreatedOrganization) -> Ctx {
        self.as_user(created.organization.id, created.admin.id).await
    }

    pub async fn as_operator(&self, organization: OrganizationId) -> Ctx {
        self.app
            .context(self.operator.clone(), organization, Uuid::nil())
            .await
            .unwrap()
    }

    /// A new person with the usual password and usage location NO.
    pub async fn user(&self, organization: OrganizationId, local: &str, roles: &[Role]) -> User {
        let ctx = self.as_operator(organization).await;
        let domains = organizations::domains(&self.app, &ctx).await.unwrap();
        let domain = &domains.iter().find(|domain| domain.initial).unwrap().name;
        let new = NewUser {
            user_principal_name: format!("{local}@{domain}"),
            display_name: format!("{local} Nordmann"),
            password: Some(PASSWORD.to_owned()),
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

    /// The context of a token, as the API has it.
    pub async fn with_token(&self, token: &str) -> aktiver_service::Result<Ctx> {
        let claims = tokens::verify_access(&self.app, token)?;
        tokens::context_for(&self.app, &claims, Uuid::nil(), None).await
    }

    /// A product of plans that are all its own, in the catalog. The same number gives the same ids.
    pub async fn product(&self, number: u128, plans: &[&str]) -> Product {
        let plans: Vec<Plan> = plans
            .iter()
            .zip(1_u128..)
            .map(|(name, at)| plan(number * 100 + at, name))
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

    /// Checks what must always hold.
    async fn finish(&self) {
        let now = self.now();
        let mut session = self.database.begin().await.unwrap();
        let broken = invariants::check(&mut session, None, &|organization| organization.now(now))
            .await
            .unwrap();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}

/// A plan for users; the same number gives the same id.
pub fn plan(number: u128, name: &str) -> Plan {
    Plan {
        id: PlanId::from_uuid(Uuid::from_u128((0xa000 << 112) | number)),
        name: name.to_owned(),
        friendly_name: name.to_owned(),
        applies_to: AppliesTo::User,
        prohibited_in: std::collections::BTreeSet::new(),
        requires: Vec::new(),
    }
}

/// Runs a body on a fresh database of an engine, and checks the invariants after it.
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
            let harness = Harness::start(database.clone()).await;
            body(&harness).await;
            harness.finish().await;
            database.close().await;
        }
        Engine::Postgres => {
            let Some(server) = postgres_server() else { return };
            let name = fresh_name();
            let url = server.create_scratch(&name).await.unwrap();
            let database = Database::connect(&url, &options).await.unwrap();
            let outcome = AssertUnwindSafe(async {
                let harness = Harness::start(database.clone()).await;
                body(&harness).await;
                harness.finish().await;
            })
            .catch_unwind()
            .await;
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
    format!(
        "aktiver_service_{}_{}",
        process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
