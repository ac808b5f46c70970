//! A customer with a year of time in its hands: what the tests of subscriptions, licenses, keys and money begin with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aktiver_domain::Timestamp;
use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::Catalog;
use aktiver_domain::ids::{OrganizationId, PaymentMethodId, PlanId, ProductId, SubscriptionId, UserId};
use aktiver_domain::licensing::{AddLicense, Assignment, LicenseRequest};
use aktiver_domain::money::{Currency, Money};
use aktiver_domain::policy::Channel;
use aktiver_domain::role::Role;
use aktiver_domain::subscription::{CancelWhen, Phase};
use aktiver_service::billing::NewMethod;
use aktiver_service::catalog::ImportOptions;
use aktiver_service::clock::Advance;
use aktiver_service::keys::NewBatch;
use aktiver_service::organizations::CreatedOrganization;
use aktiver_service::ports::NewCard;
use aktiver_service::subscriptions::{
    ActionKind, CancelCommand, PoolView, Provision, ReactivateCommand, SubscriptionView,
};
use aktiver_service::{Ctx, Error, Result, billing, catalog, clock, keys, licensing, subscriptions, worker};
use aktiver_storage::{outbox, payment};

use crate::harness::{FakeGateway, Harness};

const CATALOG: &str = include_str!("../../../server/data/catalog.csv");
const EXCLUSIVE: &str = include_str!("../../../server/data/exclusive.csv");

/// What one license costs in øre.
pub const MONTH: i64 = 10_000;
pub const YEAR: i64 = 120_000;

pub const GOOD_CARD: &str = "4242424242424242";
pub const FAILING_CARD: &str = "4000000000000341";

/// One organization with prices, the small catalog and a way to pay: a card in a sandbox, by invoice otherwise.
pub struct World<'a> {
    pub t: &'a Harness,
    pub created: CreatedOrganization,
    pub id: OrganizationId,
    pub catalog: Arc<Catalog>,
    pub method: PaymentMethodId,
}

/// The code of a refusal, or how else it failed.
pub fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result.unwrap_err() {
        Error::Refused(refusal) => refusal.code().to_owned(),
        Error::Invalid { field, .. } => format!("invalid {field}"),
        Error::Busy(_) => "busy".to_owned(),
        other => format!("{other:?}"),
    }
}

pub fn nok(minor: i64) -> Money {
    Money::new(minor, Currency::NOK)
}

pub fn card(number: &str) -> NewCard {
    NewCard {
        number: number.to_owned(),
        expiry: "12/40".to_owned(),
        security_code: Some("123".to_owned()),
        holder: "Kari Nordmann".to_owned(),
        country: "NO".to_owned(),
    }
}

pub fn plainly() -> ReactivateCommand {
    ReactivateCommand::default()
}

pub fn cancel_now() -> CancelCommand {
    CancelCommand {
        when: CancelWhen::Now,
        reason: "too expensive".to_owned(),
        comment: None,
    }
}

impl<'a> World<'a> {
    pub async fn sandbox(t: &'a Harness) -> Self {
        Self::of(t, true).await
    }

    /// An organization of the machine's clock, which pays by invoice.
    pub async fn normal(t: &'a Harness) -> Self {
        Self::of(t, false).await
    }

    pub async fn of(t: &'a Harness, sandbox: bool) -> Self {
        let known = licensing::catalog(&t.app).await.unwrap();
        if known.by_part_number("ENTERPRISEPACK").is_none() {
            let report = catalog::import(
                &t.app,
                &t.operator,
                CATALOG.as_bytes(),
                ImportOptions::default(),
                &mut |_| {},
            )
            .await
            .unwrap();
            assert!(report.imported, "{report:?}");
            catalog::import_exclusive_groups(&t.app, &t.operator, EXCLUSIVE.as_bytes())
                .await
                .unwrap();
            catalog::set_standard_rules(&t.app, &t.operator).await.unwrap();
            let known = licensing::catalog(&t.app).await.unwrap();
            for part in [
                "ENTERPRISEPACK",
                "STANDARDPACK",
                "SPB",
                "VISIOCLIENT",
                "MCOEV",
                "O365_BUSINESS_PREMIUM",
            ] {
                let product = known.by_part_number(part).unwrap().id;
                for (term, minor) in [(Term::Month, MONTH), (Term::Year, YEAR)] {
                    billing::set_price(&t.app, &t.operator, product, term, nok(minor))
                        .await
                        .unwrap();
                }
            }
        }
        let created = t
            .organization_of(if sandbox { "Fjordvik" } else { "Nordlys" }, sandbox)
            .await;
        let id = created.organization.id;
        let ctx = t.as_operator(id).await;
        let new = if sandbox {
            NewMethod::SandboxCard(card(GOOD_CARD))
        } else {
            NewMethod::Invoice
        };
        let method = billing::add_method(&t.app, &ctx, new).await.unwrap().id;
        let catalog = licensing::catalog(&t.app).await.unwrap();
        Self {
            t,
            created,
            id,
            catalog,
            method,
        }
    }

    pub async fn op(&self) -> Ctx {
        self.t.as_operator(self.id).await
    }

    pub async fn admin(&self) -> Ctx {
        self.t.as_admin(&self.created).await
    }

    pub async fn now(&self) -> Timestamp {
        self.op().await.now
    }

    pub fn gateway(&self) -> &FakeGateway {
        if self.created.organization.sandbox {
            &self.t.gateway
        } else {
            &self.t.invoices
        }
    }

    pub fn product(&self, part: &str) -> ProductId {
        self.catalog.by_part_number(part).unwrap().id
    }

    /// A plan of a product, by its technical name.
    pub fn plan(&self, part: &str, name: &str) -> PlanId {
        let product = self.catalog.by_part_number(part).unwrap();
        product
            .plans
            .iter()
            .copied()
            .find(|plan| self.catalog.plan(*plan).unwrap().name == name)
            .unwrap()
    }

    pub fn sale(&self, part: &str, channel: Channel, term: Term, quantity: u32, recurring: bool) -> Provision {
        Provision {
            product: self.product(part),
            channel,
            term,
            quantity,
            recurring: Some(recurring),
            payment_method: Some(self.method),
            seller: Some("Nordlys Partner AS".to_owned()),
            parent: None,
            starts: None,
            pending: false,
        }
    }

    pub async fn sell(
        &self,
        part: &str,
        channel: Channel,
        term: Term,
        quantity: u32,
        recurring: bool,
    ) -> SubscriptionId {
        self.provision(self.sale(part, channel, term, quantity, recurring))
            .await
    }

    pub async fn provision(&self, sale: Provision) -> SubscriptionId {
        subscriptions::provision(&self.t.app, &self.op().await, sale)
            .await
            .unwrap()
            .subscription
            .id
    }

    pub async fn user(&self, name: &str) -> UserId {
        self.t.user(self.id, name, &[]).await.id
    }

    pub async fn person(&self, name: &str, role: Role) -> Ctx {
        let user = self.t.user(self.id, name, &[role]).await;
        self.t.as_user(self.id, user.id).await
    }

    pub async fn try_assign(&self, user: UserId, part: &str, off: &[PlanId]) -> Result<()> {
        let add = AddLicense {
            product: self.product(part),
            disabled_plans: off.iter().copied().collect(),
        };
        let request = LicenseRequest {
            add: vec![add],
            remove: Vec::new(),
        };
        licensing::assign(&self.t.app, &self.op().await, user, &request)
            .await
            .map(drop)
    }

    pub async fn assign(&self, user: UserId, part: &str) {
        self.try_assign(user, part, &[]).await.unwrap();
    }

    pub async fn try_unassign(&self, user: UserId, part: &str) -> Result<()> {
        let request = LicenseRequest {
            add: Vec::new(),
            remove: vec![self.product(part)],
        };
        licensing::assign(&self.t.app, &self.op().await, user, &request)
            .await
            .map(drop)
    }

    pub async fn usable(&self, user: UserId) -> BTreeSet<PlanId> {
        licensing::assignments(&self.t.app, &self.op().await, user)
            .await
            .unwrap()
            .usable
    }

    /// Every assignment of these users, as it is stored.
    pub async fn assignments(&self, users: &[UserId]) -> BTreeMap<UserId, Vec<Assignment>> {
        let held = licensing::assignments_of(&self.t.app, &self.op().await, users)
            .await
            .unwrap();
        held.into_iter()
            .map(|(user, holding)| (user, holding.assignments))
            .collect()
    }

    /// Lets days pass: by the sandbox's clock, or by the machine's with a worker that looks every day.
    pub async fn days(&self, days: u32) {
        if self.created.organization.sandbox {
            clock::advance(&self.t.app, &self.op().await, Advance::Days(days))
                .await
                .unwrap();
        } else {
            for _ in 0..days {
                self.t.pass_days(1);
                worker::run_once(&self.t.app, 100).await.unwrap();
            }
        }
    }

    pub async fn view(&self, id: SubscriptionId) -> SubscriptionView {
        subscriptions::get(&self.t.app, &self.op().await, id).await.unwrap()
    }

    pub async fn phase(&self, id: SubscriptionId) -> Phase {
        self.view(id).await.phase
    }

    pub async fn pool(&self, part: &str) -> Option<PoolView> {
        let product = self.product(part);
        let pools = subscriptions::pools(&self.t.app, &self.op().await).await.unwrap();
        pools.into_iter().find(|pool| pool.product.id == product)
    }

    /// Why the administrator may not do something; `None` when it is offered.
    pub async fn why_not(&self, id: SubscriptionId, kind: ActionKind) -> Option<&'static str> {
        let view = subscriptions::get(&self.t.app, &self.admin().await, id).await.unwrap();
        let action = view.actions.into_iter().find(|action| action.kind == kind).unwrap();
        action.refusal.map(|refusal| refusal.code())
    }

    /// Every event of a subject that waits for delivery, oldest first.
    pub async fn events(&self, subject: uuid::Uuid) -> Vec<(String, Timestamp)> {
        let mut session = self.t.app.database().read().await.unwrap();
        let all = outbox::waiting(&mut session, self.id, u32::MAX).await.unwrap();
        all.into_iter()
            .filter(|event| event.subject == subject)
            .map(|event| (event.kind, event.at))
            .collect()
    }

    /// How often an event of a subject was told.
    pub async fn told(&self, id: SubscriptionId, kind: &str) -> usize {
        self.events(id.uuid())
            .await
            .into_iter()
            .filter(|(told, _)| told == kind)
            .count()
    }

    /// The state of each charge of a subscription, oldest first.
    pub async fn charges(&self, id: SubscriptionId) -> Vec<&'static str> {
        let mut session = self.t.app.database().read().await.unwrap();
        let intents = payment::intents_of(&mut session, self.id, id).await.unwrap();
        intents.into_iter().map(|intent| intent.state.as_str()).collect()
    }

    pub async fn balance(&self) -> i64 {
        billing::balance(&self.t.app, &self.op().await)
            .await
            .unwrap()
            .map_or(0, |balance| balance.minor)
    }

    /// The keys of a new batch.
    pub async fn keys(&self, part: &str, quantity: u32, term: Term, count: u64) -> Vec<String> {
        self.keys_with(part, quantity, term, count, |_| {}).await
    }

    pub async fn keys_with(
        &self,
        part: &str,
        quantity: u32,
        term: Term,
        count: u64,
        change: impl FnOnce(&mut NewBatch),
    ) -> Vec<String> {
        let mut new = NewBatch {
            product: self.product(part),
            quantity,
            term,
            country: None,
            redeem_by: None,
            label: "cards".to_owned(),
            count,
        };
        change(&mut new);
        let batch = keys::create_batch(&self.t.app, &self.t.operator, new).await.unwrap();
        keys::keys_of(&self.t.app, &self.t.operator, &batch)
            .unwrap()
            .map(|key| key.to_string())
            .collect()
    }
}
