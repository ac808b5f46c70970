//! The data that measurements run on: one organization, one product with more units than anyone needs, many users.

use std::num::NonZeroU32;

use aktiver::Settings;
use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{AppliesTo, Plan, Product};
use aktiver_domain::ids::{PlanId, ProductId, UserId};
use aktiver_domain::policy::Channel;
use aktiver_domain::role::Scope;
use aktiver_service::organizations::{NewAdmin, NewOrganization};
use aktiver_service::subscriptions::Provision;
use aktiver_service::{Actor, App, Ctx, clients, organizations, subscriptions, tokens};
use aktiver_storage::engine::DatabaseUrl;
use aktiver_storage::user::User;
use aktiver_storage::{catalog, user};
use uuid::Uuid;

/// Users written in one transaction.
const CHUNK: usize = 2_000;
/// Tasks that write users beside each other.
const WRITERS: usize = 4;

/// What was made.
pub struct World {
    pub ctx: Ctx,
    pub product: ProductId,
    pub plan: PlanId,
    pub users: Vec<UserId>,
    /// An app-only token that may assign.
    pub token: String,
}

/// Settings of a server on a free loopback port, with its files in a temporary folder.
pub fn settings(database: &str, folder: &std::path::Path) -> Settings {
    let mut settings = Settings::for_database(database.parse::<DatabaseUrl>().expect("--database URL"));
    settings.listen = ([127, 0, 0, 1], 0).into();
    settings.files = folder.join("files");
    settings.root_key_file = Some(folder.join("root.key"));
    settings.database_connections = NonZeroU32::new(40);
    settings
}

/// An organization with `count` users who hold nothing.
pub async fn build(app: &App, base_url: &str, count: usize) -> World {
    let admin = NewAdmin {
        display_name: "A".into(),
        user_name: "admin".into(),
        password: None,
        mail: None,
    };
    let new = NewOrganization {
        name: "Measured AS".into(),
        country: "NO".into(),
        domain: None,
        sandbox: false,
        admin,
    };
    let created = organizations::create(app, &Actor::System, new)
        .await
        .expect("an organization");
    let (product, plan) = (
        ProductId::from_uuid(Uuid::from_u128(1)),
        PlanId::from_uuid(Uuid::from_u128(2)),
    );
    let mut session = app.database().begin().await.expect("a unit");
    let plans = [Plan {
        id: plan,
        name: "MEASURED".into(),
        friendly_name: "Measured".into(),
        applies_to: AppliesTo::User,
        prohibited_in: Default::default(),
        requires: Vec::new(),
    }];
    catalog::upsert_plans(&mut session, &plans).await.expect("a plan");
    let products = [Product {
        id: product,
        part_number: "MEASURED".into(),
        name: "Measured".into(),
        plans: vec![plan],
        maximum_quantity: None,
        end_of_sale: false,
    }];
    catalog::upsert_products(&mut session, &products)
        .await
        .expect("a product");
    session.commit().await.expect("committed");
    let ctx = app.context_of(Actor::System, created.organization, Uuid::nil());
    let provision = Provision {
        product,
        channel: Channel::Direct,
        term: Term::Year,
        quantity: 4_000_000,
        recurring: None,
        payment_method: None,
        seller: None,
        parent: None,
        starts: None,
        pending: false,
    };
    subscriptions::provision(app, &ctx, provision)
        .await
        .expect("a subscription");
    let client = clients::create(app, &ctx, "measure", [Scope::DirectoryReadWriteAll].into())
        .await
        .expect("a client");
    let answer = tokens::client_credentials(
        app,
        base_url,
        &ctx.organization,
        &client.client.id.to_string(),
        &client.secret,
        "https://graph.microsoft.com/.default",
    )
    .await
    .expect("a token");
    World {
        users: users(app, &ctx, count).await,
        product,
        plan,
        token: answer.access_token,
        ctx,
    }
}

/// Writes users straight into storage: a million passwords would take a day to hash.
pub async fn users(app: &App, ctx: &Ctx, count: usize) -> Vec<UserId> {
    let mut writers = tokio::task::JoinSet::new();
    for first in 0..WRITERS {
        let (app, ctx) = (app.clone(), ctx.clone());
        writers.spawn(async move {
            let mut ids = Vec::with_capacity(count / WRITERS);
            for start in (first * CHUNK..count).step_by(WRITERS * CHUNK) {
                let mut session = app.database().begin().await.expect("a unit");
                for n in start..count.min(start + CHUNK) {
                    let new = nth_user(&app, &ctx, n);
                    user::insert(&mut session, &new).await.expect("a user");
                    ids.push(new.id);
                }
                session.commit().await.expect("committed");
            }
            ids
        });
    }
    writers.join_all().await.into_iter().flatten().collect()
}

fn nth_user(app: &App, ctx: &Ctx, n: usize) -> User {
    User {
        organization: ctx.org(),
        id: app.id(),
        user_principal_name: format!("user{n}@measured.example"),
        display_name: format!("User {n:07}"),
        given_name: Some("User".into()),
        surname: Some(n.to_string()),
        mail: None,
        mail_nickname: Some(format!("user{n}")),
        job_title: None,
        mobile_phone: None,
        office_location: None,
        preferred_language: None,
        business_phones: Vec::new(),
        usage_location: Some("NO".into()),
        account_enabled: true,
        password_hash: None,
        created_at: ctx.system_now,
        deleted_at: None,
        version: 0,
    }
}
