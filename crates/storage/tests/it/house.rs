//! An organization with a product, users and subscriptions, and the check that nothing stored contradicts itself.

use std::collections::BTreeSet;

use aktiver_domain::calendar::Term;
use aktiver_domain::ids::{OrganizationId, PaymentMethodId, PlanId, ProductId, UserId};
use aktiver_domain::licensing::{Assignment, AssignmentState, Source};
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{NewSubscription, Subscription};
use aktiver_storage::audit::{self, ActorKind, ActorRef, NewAudit};
use aktiver_storage::engine::{Database, Engine, Session, Statement};
use aktiver_storage::{assignment, catalog, invariants, pool, subscription};
use jiff::Timestamp;
use uuid::Uuid;

use crate::fixture::{a_plan, a_product, at, id, organization, user};

pub struct House {
    pub organization: OrganizationId,
    pub product: ProductId,
    /// The plans of the product.
    pub plans: [PlanId; 2],
    pub users: Vec<UserId>,
}

/// A stored organization with users, and a product of its own with two plans.
pub async fn house(s: &mut Session, name: &str, users: usize) -> House {
    let organization = organization(s, name).await;
    let plans = [a_plan("WRITER"), a_plan("TABLES")];
    let product = a_product("OFFICE", &[&plans[0], &plans[1]]);
    catalog::upsert_plans(s, &plans).await.unwrap();
    catalog::upsert_products(s, std::slice::from_ref(&product))
        .await
        .unwrap();
    let mut house = House {
        organization,
        product: product.id,
        plans: [plans[0].id, plans[1].id],
        users: Vec::new(),
    };
    for number in 0..users {
        house
            .users
            .push(user(s, organization, &format!("user{number}@{name}.example")).await);
    }
    house
}

impl House {
    /// A subscription of the product that is not stored yet: a year, bought at `at(0)`, not renewing.
    pub fn bought(&self, quantity: u32) -> Subscription {
        let new = NewSubscription {
            organization: self.organization,
            product: self.product,
            channel: Channel::Direct,
            term: Term::Year,
            quantity,
            recurring: false,
            payment_method: None,
            seller: None,
            parent: None,
            starts: None,
        };
        Subscription::purchase(id(), new, at(0))
    }

    /// A stored subscription with its audit record.
    pub async fn subscribe(&self, s: &mut Session, quantity: u32) -> Subscription {
        let new = self.bought(quantity);
        self.store(s, &new).await;
        new
    }

    /// Stores a subscription with its audit record.
    pub async fn store(&self, s: &mut Session, new: &Subscription) {
        subscription::insert(s, new).await.unwrap();
        let after = format!(r#"{{"phase":"active","quantity":{}}}"#, new.quantity);
        let record = self.record(new.id.uuid(), "subscription.create", at(0), Some(&after));
        audit::insert(s, &record).await.unwrap();
    }

    /// An audit record that is not stored yet.
    pub fn record(&self, subject: Uuid, action: &'static str, at: Timestamp, after: Option<&str>) -> NewAudit {
        NewAudit {
            organization: self.organization,
            id: id(),
            at,
            actor: ActorRef {
                kind: ActorKind::System,
                id: "tests".to_owned(),
            },
            action,
            subject_kind: "subscription".to_owned(),
            subject,
            before: None,
            after: after.map(str::to_owned),
            personal: None,
            personal_salt: None,
        }
    }

    /// Assigns the product directly to a user and counts the unit.
    pub async fn assign(&self, s: &mut Session, user: UserId) {
        pool::lock(s, self.organization, &[self.product]).await.unwrap();
        assignment::put(s, self.organization, user, &direct(self.product))
            .await
            .unwrap();
        pool::add_consumed(s, self.organization, self.product, 1).await.unwrap();
    }
}

/// A direct assignment with every plan on.
pub fn direct(product: ProductId) -> Assignment {
    Assignment {
        product,
        source: Source::Direct,
        disabled_plans: BTreeSet::new(),
        state: AssignmentState::Active,
        error: None,
        updated_at: at(1),
    }
}

/// A payment method that nobody stored.
pub fn no_method() -> PaymentMethodId {
    id()
}

/// Runs one text on either engine.
pub fn statement(sql: impl Into<String>) -> &'static Statement {
    let sql: &'static str = Box::leak(sql.into().into_boxed_str());
    Box::leak(Box::new(Statement {
        name: "TEST",
        sqlite: sql,
        postgres: sql,
    }))
}

/// Changes rows behind the functions' back.
pub async fn plant(db: &Database, sql: &str, params: Vec<aktiver_storage::engine::Param>) -> u64 {
    let mut unit = db.begin().await.unwrap();
    let changed = unit.execute(statement(sql), params).await.unwrap();
    unit.commit().await.unwrap();
    changed
}

/// Returns when somebody waits for a lock in this PostgreSQL database; on SQLite at once, for there is one writer.
pub async fn until_someone_waits(db: &Database) {
    if db.engine() == Engine::Sqlite {
        return;
    }
    let waiting = statement(
        "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    let mut s = db.read().await.unwrap();
    while s.fetch_one(waiting, Vec::new()).await.unwrap().int("n").unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}

/// What contradicts itself, at `at(100)`.
pub async fn violations(db: &Database) -> Vec<String> {
    let mut s = db.read().await.unwrap();
    invariants::check(&mut s, None, &|_| at(100)).await.unwrap()
}

/// Every test of this half ends with it.
pub async fn assert_sound(db: &Database) {
    assert_eq!(violations(db).await, Vec::<String>::new());
}
