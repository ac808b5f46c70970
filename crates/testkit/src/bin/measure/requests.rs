//! Requests against a running server, and against the same server's floor.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use aktiver::{Outside, Running, start_with};
use aktiver_api::auth::Caller;
use aktiver_api::{Door, Options};
use aktiver_domain::device::{DeviceClass, Platform};
use aktiver_domain::ids::{PlanId, ProductId, UserId};
use aktiver_domain::licensing::{AddLicense, Assignment, AssignmentState, LicenseRequest, Source};
use aktiver_service::devices::{self, DeviceInfo};
use aktiver_service::tokens::Holder;
use aktiver_service::{App, clients, licensing, tokens, users};
use aktiver_storage::audit::{ActorKind, ActorRef, NewAudit};
use aktiver_storage::engine::Database;
use aktiver_storage::{assignment, audit, outbox, pool, user};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::load;
use crate::world::{self, World};
use crate::{ROUND, ROUNDS, median, tell};

const CLIENTS: usize = 32;
const DEVICE: &str = "measured-device";

/// `device/check` beside a handler with one prepared read by primary key.
pub async fn license_check(database: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = serve(database, folder.path()).await;
    let world = world::build(&server.app, &server.base_url, 1_000).await;
    let person = world.users[0];
    let token = person_with_device(&server, &world, person).await;
    let body = json!({ "planId": world.plan.to_string(), "deviceId": DEVICE }).to_string();
    let (ours, floor) = (
        load::post("/api/v1/device/check", &token, &body),
        load::post("/floor/check", &token, &body),
    );
    let mut connection = load::Connection::open(server.address).await;
    assert_eq!(connection.request(&ours).await, 200);
    assert!(connection.body().contains("\"allowed\":true"), "{}", connection.body());
    let (mut rates, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (ours, floor) = (ours.clone(), floor.clone());
        floors.push(load::rate(server.address, CLIENTS, ROUND, move |_| floor.clone()).await);
        rates.push(load::rate(server.address, CLIENTS, ROUND, move |_| ours.clone()).await);
    }
    tell(
        "License check over HTTP",
        "/s",
        Some(median(floors)),
        median(rates),
        ("part", 0.9),
    );
    server.shutdown().await;
}

/// Database on which every unit of work is a transaction of its own; the server's own lets units share a commit on SQLite.
static APART: OnceLock<Database> = OnceLock::new();

/// `assignLicense`, durable, beside the same rows in one transaction each; on SQLite also beside the same rows where transactions
/// share commits as ours do.
pub async fn assign(database: &str) {
    let is_sqlite = database.starts_with("sqlite");
    let folder = tempfile::tempdir().expect("a folder");
    let server = serve(database, folder.path()).await;
    let world = Arc::new(world::build(&server.app, &server.base_url, 200_000).await);
    let mut sides = vec![("v1.0", Vec::new()), ("floor", Vec::new())];
    if is_sqlite {
        sides.push(("floor/apart", Vec::new()));
        let options = aktiver_storage::engine::Options {
            batch_units: 1,
            ..Default::default()
        };
        let url = database.parse().expect("--database URL");
        let apart = Database::connect(&url, &options).await.expect("the database opens");
        assert!(APART.set(apart).is_ok(), "measured once");
    }
    let body = json!({ "addLicenses": [{ "skuId": world.product.to_string() }], "removeLicenses": [] }).to_string();
    // Each request takes the next user: nobody is assigned twice.
    let mut taken = 0;
    for _ in 0..ROUNDS {
        for (path, rates) in &mut sides {
            let (from, path, body, world) = (taken, *path, body.clone(), Arc::clone(&world));
            let used = Arc::new(std::sync::atomic::AtomicU64::new(0));
            let counter = Arc::clone(&used);
            let rate = load::rate(server.address, CLIENTS, ROUND, move |n| {
                counter.fetch_max(n + 1, std::sync::atomic::Ordering::Relaxed);
                let user = world.users[usize::try_from(from + n).expect("an index")];
                load::post(&format!("/{path}/users/{user}/assignLicense"), &world.token, &body)
            });
            rates.push(rate.await);
            taken += used.load(std::sync::atomic::Ordering::Relaxed);
        }
    }
    let mut rates = sides.into_iter().map(|(_, rates)| median(rates));
    let (ours, floor) = (rates.next().expect("ours"), rates.next().expect("a floor"));
    match rates.next() {
        Some(apart) => {
            tell(
                "assignLicense, durable, 32 clients",
                "/s",
                Some(apart),
                ours,
                ("part", 1.0),
            );
            tell(
                "assignLicense, beside shared commits",
                "/s",
                Some(floor),
                ours,
                ("part", 1.0),
            );
        }
        None => tell(
            "assignLicense, durable, 32 clients",
            "/s",
            Some(floor),
            ours,
            ("part", 0.8),
        ),
    }
    server.shutdown().await;
}

/// A server that also serves the floors.
async fn serve(database: &str, folder: &std::path::Path) -> Running {
    let settings = world::settings(database, folder);
    let outside = Outside {
        worker: false,
        more: Some(floors),
        ..Outside::default()
    };
    start_with(settings, outside).await.expect("the server starts")
}

/// The floors' routes, behind the same layers and token check as ours.
fn floors(app: &App) -> Router {
    let door = Door::new(app.clone(), Options::default());
    Router::new()
        .route("/floor/check", post(floor_check))
        .route("/floor/users/{user}/assignLicense", post(floor_assign))
        .route("/floor/apart/users/{user}/assignLicense", post(floor_assign_apart))
        .with_state(door.clone())
        .layer(from_fn_with_state(door, aktiver_api::request::layer))
}

async fn floor_check(caller: Caller, body: Bytes) -> Result<Json<Value>, StatusCode> {
    let _: Value = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let claims = caller.claims().ok_or(StatusCode::UNAUTHORIZED)?;
    let Holder::User { id: person, .. } = claims.who else {
        return Err(StatusCode::UNAUTHORIZED);
    };
    let mut session = caller
        .app
        .database()
        .read()
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let found = user::get(&mut session, claims.tid, person)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(
        json!({ "allowed": found.is_some(), "until": "2026-01-01T00:00:00Z" }),
    ))
}

async fn floor_assign(
    State(door): State<Door>,
    caller: Caller,
    Path(user): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, StatusCode> {
    floor_assign_on(door.app.database(), &door.app, &caller, &user, &body).await
}

async fn floor_assign_apart(
    State(door): State<Door>,
    caller: Caller,
    Path(user): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, StatusCode> {
    let apart = APART.get().ok_or(StatusCode::NOT_FOUND)?;
    floor_assign_on(apart, &door.app, &caller, &user, &body).await
}

async fn floor_assign_on(
    database: &Database,
    app: &App,
    caller: &Caller,
    user: &str,
    body: &[u8],
) -> Result<Json<Value>, StatusCode> {
    let wanted: Value = serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let product: ProductId = wanted["addLicenses"][0]["skuId"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .ok_or(StatusCode::BAD_REQUEST)?;
    let organization = caller.claims().ok_or(StatusCode::UNAUTHORIZED)?.tid;
    let user: UserId = user.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    write_rows(database, app, organization, user, product)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "id": user.to_string() })))
}

/// The rows that an assignment writes, under the locks it takes, in one transaction.
async fn write_rows(
    database: &Database,
    app: &App,
    organization: aktiver_domain::ids::OrganizationId,
    user: UserId,
    product: ProductId,
) -> aktiver_storage::engine::Result<()> {
    let now = app.system_now();
    let mut session = database.begin().await?;
    user::lock(&mut session, organization, user).await?;
    pool::lock(&mut session, organization, &[product]).await?;
    let row = Assignment {
        product,
        source: Source::Direct,
        disabled_plans: BTreeSet::new(),
        state: AssignmentState::Active,
        error: None,
        updated_at: now,
    };
    assignment::put(&mut session, organization, user, &row).await?;
    pool::add_consumed(&mut session, organization, product, 1).await?;
    let record = NewAudit {
        organization,
        id: app.id(),
        at: now,
        actor: ActorRef {
            kind: ActorKind::Client,
            id: user.to_string(),
        },
        action: "Change user license",
        subject_kind: "user".to_owned(),
        subject: user.uuid(),
        before: Some("[]".to_owned()),
        after: Some(
            json!([{ "skuId": product.to_string(), "disabledPlans": [], "group": null, "state": "Active" }])
                .to_string(),
        ),
        personal: None,
        personal_salt: None,
    };
    audit::insert(&mut session, &record).await?;
    let payload = json!({ "userId": user.to_string(), "assigned": [], "removed": [] }).to_string();
    outbox::insert(
        &mut session,
        organization,
        app.id(),
        user.uuid(),
        "user.licenses_changed",
        payload,
        now,
    )
    .await?;
    session.commit().await
}

/// A licensed person's access token, with a device that was activated under it.
async fn person_with_device(server: &Running, world: &World, person: UserId) -> String {
    let app = &server.app;
    let add = AddLicense {
        product: world.product,
        disabled_plans: BTreeSet::<PlanId>::new(),
    };
    let request = LicenseRequest {
        add: vec![add],
        remove: Vec::new(),
    };
    licensing::assign(app, &world.ctx, person, &request)
        .await
        .expect("a license");
    let found = users::get(app, &world.ctx, person).await.expect("a user");
    let public = clients::PUBLIC_CLIENT.to_string();
    let asked = tokens::device_code(app, &public, "openid profile offline_access User.Read")
        .await
        .expect("a code");
    let actor = aktiver_service::Actor::User {
        id: person,
        name: found.display_name,
        roles: BTreeSet::new(),
        scopes: None,
    };
    let ctx = app
        .context(actor, world.ctx.org(), uuid::Uuid::nil())
        .await
        .expect("a context");
    tokens::approve_device(app, &ctx, &asked.user_code)
        .await
        .expect("approved");
    let answer = tokens::redeem_device_code(app, &server.base_url, &public, &asked.device_code)
        .await
        .expect("a token");
    let device = DeviceInfo {
        id: DEVICE.to_owned(),
        name: "Measured".to_owned(),
        class: DeviceClass::Computer,
        platform: Platform::Linux,
    };
    devices::activate(app, &ctx, &server.base_url, &device, &[world.plan])
        .await
        .expect("an activation");
    answer.access_token
}
