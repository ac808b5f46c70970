//! Assigning licenses to users, and what follows for them (SPEC 10).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aktiver_domain::catalog::{Catalog, Plan, Product};
use aktiver_domain::ids::{PlanId, ProductId, UserId};
use aktiver_domain::licensing::{self, AddLicense, Assignment, LicenseChange, LicenseRequest, Licensee, Pool, Source};
use aktiver_domain::role::{self, Operation, Scope};
use aktiver_storage::engine::Session;
use aktiver_storage::user::{self, User};
use aktiver_storage::{assignment, pool, subscription};
use serde_json::{Value, json};

use crate::app::App;
use crate::audit::{self, Change};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::subscriptions;

/// How many users one bulk assignment takes (LA-01, GB-08).
pub const MOST_USERS_AT_ONCE: usize = 20;

/// What a user holds, and can use now.
#[derive(Debug, Clone)]
pub struct Holding {
    pub user: UserId,
    /// From every source, in product order.
    pub assignments: Vec<Assignment>,
    /// Plans turned on in a pool that is active or in grace.
    pub usable: BTreeSet<PlanId>,
    /// `capabilityStatus` of each held product's pool; `Deleted` where there is none any more.
    pub capability: BTreeMap<ProductId, &'static str>,
}

/// Whom a license request is about.
#[derive(Debug, Clone, Copy)]
pub enum Assignee<'a> {
    Id(UserId),
    /// A user principal name, in any case.
    Name(&'a str),
}

/// One plan of a license, as `licenseDetails` shows it.
#[derive(Debug, Clone)]
pub struct PlanStatus {
    pub plan: Plan,
    /// `Success`, or `Disabled` when turned off or the pool is not usable.
    pub provisioning: &'static str,
}

/// One license a user has, from whatever sources.
#[derive(Debug, Clone)]
pub struct LicenseDetails {
    pub product: Product,
    pub plans: Vec<PlanStatus>,
}

/// The catalog as it is now.
///
/// # Errors
/// Storage alone.
pub async fn catalog(app: &App) -> Result<Arc<Catalog>> {
    let mut session = app.read().await?;
    app.catalog(&mut session).await
}

/// Assigns and removes licenses of one user, all or nothing (S-01, LA-12, SPEC 10.3).
///
/// # Errors
/// `NOT_PERMITTED`; no such user; every refusal of SPEC 13.2.
pub async fn assign(app: &App, ctx: &Ctx, id: UserId, request: &LicenseRequest) -> Result<User> {
    ctx.require(Operation::AssignLicenses)?;
    let mut session = app.begin().await?;
    let assigned = assign_in(&mut session, app, ctx, id, request).await?;
    session.commit().await?;
    Ok(assigned.user)
}

/// As [`assign`], and what the user holds afterwards, from the same unit of work: whoever may assign is told the result, also
/// without the right to read the directory (SPEC 14.3).
///
/// # Errors
/// As [`assign`].
pub async fn assign_and_show(
    app: &App,
    ctx: &Ctx,
    who: Assignee<'_>,
    request: &LicenseRequest,
) -> Result<(User, Holding, Arc<Catalog>)> {
    ctx.require(Operation::AssignLicenses)?;
    let mut session = app.begin().await?;
    let id = match who {
        Assignee::Id(id) => id,
        Assignee::Name(name) => {
            user::by_name(&mut session, ctx.org(), name.trim())
                .await?
                .ok_or(Error::NotFound("user"))?
                .id
        }
    };
    let Assigned {
        user,
        catalog,
        mut pools,
        held,
    } = assign_in(&mut session, app, ctx, id, request).await?;
    let others: BTreeSet<ProductId> = held
        .iter()
        .map(|a| a.product)
        .filter(|product| !pools.contains_key(product))
        .collect();
    if !others.is_empty() {
        let others: Vec<ProductId> = others.into_iter().collect();
        let subscriptions = subscription::of_products(&mut session, ctx.org(), &others).await?;
        pools.extend(subscriptions::pools_of(&subscriptions, &BTreeMap::new(), ctx.now));
    }
    session.commit().await?;
    let holding = holding(&catalog, &pools, id, held);
    Ok((user, holding, catalog))
}

/// What an assignment leaves behind.
struct Assigned {
    user: User,
    catalog: Arc<Catalog>,
    /// Of the products in the request.
    pools: BTreeMap<ProductId, Pool>,
    /// What the user holds now.
    held: Vec<Assignment>,
}

async fn assign_in(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    id: UserId,
    request: &LicenseRequest,
) -> Result<Assigned> {
    // The user's row first, then pools in id order: two assignments to one user are decided one after the other (INV-9).
    let user = user::lock(session, ctx.org(), id)
        .await?
        .filter(|user| user.deleted_at.is_none());
    let user = user.ok_or(Error::NotFound("user"))?;
    let named: BTreeSet<ProductId> = request
        .add
        .iter()
        .map(|add| add.product)
        .chain(request.remove.iter().copied())
        .collect();
    let catalog = app.catalog(session).await?;
    // A product that the catalog does not know has no pool to lock.
    let products: Vec<ProductId> = named
        .into_iter()
        .filter(|product| catalog.product(*product).is_some())
        .collect();
    let consumed: BTreeMap<_, _> = pool::lock(session, ctx.org(), &products).await?.into_iter().collect();
    let subscriptions = subscription::of_products(session, ctx.org(), &products).await?;
    let pools = subscriptions::pools_of(&subscriptions, &consumed, ctx.now);
    let mut held = assignment::of_user(session, ctx.org(), id).await?;
    let licensee = Licensee {
        usage_location: user.usage_location.as_deref(),
        assignments: &held,
    };
    let change = licensing::assign(&catalog, &pools, licensee, request, ctx.now)?;
    write(session, app, ctx, id, &held, &change).await?;
    held.retain(|a| {
        a.source != Source::Direct
            || !(change.removed.contains(&a.product) || change.written.iter().any(|new| new.product == a.product))
    });
    held.extend(change.written);
    held.sort_by_key(|a| (a.product, a.source));
    Ok(Assigned {
        user,
        catalog,
        pools,
        held,
    })
}

/// Writes what was decided, with its audit record and event.
async fn write(
    session: &mut Session,
    app: &App,
    ctx: &Ctx,
    user: UserId,
    held: &[Assignment],
    change: &LicenseChange,
) -> Result<()> {
    if change.written.is_empty() && change.removed.is_empty() {
        return Ok(());
    }
    for assignment in &change.written {
        assignment::put(session, ctx.org(), user, assignment).await?;
    }
    for product in &change.removed {
        assignment::remove(session, ctx.org(), user, *product, Source::Direct).await?;
    }
    for product in &change.taken {
        pool::add_consumed(session, ctx.org(), *product, 1).await?;
    }
    for product in &change.freed {
        pool::add_consumed(session, ctx.org(), *product, -1).await?;
    }
    let touched: BTreeSet<ProductId> = change
        .written
        .iter()
        .map(|a| a.product)
        .chain(change.removed.iter().copied())
        .collect();
    let before: Vec<Value> = held
        .iter()
        .filter(|a| a.source == Source::Direct && touched.contains(&a.product))
        .map(fact)
        .collect();
    let after: Vec<Value> = change.written.iter().map(fact).collect();
    let payload = json!({ "userId": user.to_string(), "assigned": after, "removed": change.removed.iter().map(ToString::to_string).collect::<Vec<_>>() });
    let record = Change::of("Change user license", user)
        .before(Value::from(before))
        .after(Value::from(after));
    audit::record(session, app, ctx, record).await?;
    audit::publish(session, app, ctx, "user.licenses_changed", user.uuid(), payload).await
}

/// What the audit log keeps of an assignment.
fn fact(assignment: &Assignment) -> Value {
    let source = match assignment.source {
        Source::Direct => Value::Null,
        Source::Group(group) => json!(group.to_string()),
    };
    let disabled: Vec<String> = assignment.disabled_plans.iter().map(ToString::to_string).collect();
    json!({ "skuId": assignment.product.to_string(), "disabledPlans": disabled, "group": source, "state": assignment.state.as_str() })
}

/// Assigns one product to up to 20 users, each for itself (LA-01, LA-04).
///
/// # Errors
/// More than 20 users; `NOT_PERMITTED`. What fails for one user stands in that user's result.
pub async fn assign_many(
    app: &App,
    ctx: &Ctx,
    product: ProductId,
    users: &[UserId],
    disabled_plans: &BTreeSet<PlanId>,
) -> Result<Vec<(UserId, Result<()>)>> {
    let request = LicenseRequest {
        add: vec![AddLicense {
            product,
            disabled_plans: disabled_plans.clone(),
        }],
        remove: Vec::new(),
    };
    each(app, ctx, users, &request).await
}

/// Removes one product from up to 20 users, each for itself.
///
/// # Errors
/// As [`assign_many`].
pub async fn unassign_many(
    app: &App,
    ctx: &Ctx,
    product: ProductId,
    users: &[UserId],
) -> Result<Vec<(UserId, Result<()>)>> {
    each(
        app,
        ctx,
        users,
        &LicenseRequest {
            add: Vec::new(),
            remove: vec![product],
        },
    )
    .await
}

async fn each(app: &App, ctx: &Ctx, users: &[UserId], request: &LicenseRequest) -> Result<Vec<(UserId, Result<()>)>> {
    ctx.require(Operation::AssignLicenses)?;
    if users.len() > MOST_USERS_AT_ONCE {
        let message = format!(
            "{} users are selected, and {MOST_USERS_AT_ONCE} can be handled at once",
            users.len()
        );
        return Err(Error::invalid("users", message, "select fewer users"));
    }
    let mut results = Vec::with_capacity(users.len());
    for user in users {
        results.push((*user, assign(app, ctx, *user, request).await.map(drop)));
    }
    Ok(results)
}

/// What one user holds; their own, or with the right to read the directory.
///
/// # Errors
/// `NOT_PERMITTED`; no such user.
pub async fn assignments(app: &App, ctx: &Ctx, user: UserId) -> Result<Holding> {
    may_see(ctx, user)?;
    let mut session = app.read().await?;
    user::get(&mut session, ctx.org(), user)
        .await?
        .ok_or(Error::NotFound("user"))?;
    let (catalog, pools) = around(&mut session, app, ctx).await?;
    let assignments = assignment::of_user(&mut session, ctx.org(), user).await?;
    Ok(holding(&catalog, &pools, user, assignments))
}

/// What several users hold.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn assignments_of(app: &App, ctx: &Ctx, users: &[UserId]) -> Result<BTreeMap<UserId, Holding>> {
    ctx.require(Operation::ReadDirectory)?;
    let mut session = app.read().await?;
    let (catalog, pools) = around(&mut session, app, ctx).await?;
    let mut held = assignment::of_users(&mut session, ctx.org(), users).await?;
    Ok(users
        .iter()
        .map(|user| {
            (
                *user,
                holding(&catalog, &pools, *user, held.remove(user).unwrap_or_default()),
            )
        })
        .collect())
}

/// `licenseDetails`: the licenses of a user, direct and inherited.
///
/// # Errors
/// `NOT_PERMITTED`; no such user.
pub async fn details(app: &App, ctx: &Ctx, user: UserId) -> Result<Vec<LicenseDetails>> {
    let holding = assignments(app, ctx, user).await?;
    let catalog = catalog(app).await?;
    let products: BTreeSet<ProductId> = holding
        .assignments
        .iter()
        .filter(|a| a.is_effective())
        .map(|a| a.product)
        .collect();
    let mut session = app.read().await?;
    let (_, pools) = around(&mut session, app, ctx).await?;
    Ok(products
        .into_iter()
        .filter_map(|id| catalog.product(id))
        .map(|product| {
            let of_product = holding.assignments.iter().filter(|a| a.product == product.id);
            let usable = licensing::usable_plans(&catalog, &pools, of_product);
            let plans = product
                .plans
                .iter()
                .filter_map(|id| catalog.plan(*id))
                .map(|plan| PlanStatus {
                    provisioning: if usable.contains(&plan.id) {
                        "Success"
                    } else {
                        "Disabled"
                    },
                    plan: plan.clone(),
                });
            LicenseDetails {
                plans: plans.collect(),
                product: product.clone(),
            }
        })
        .collect())
}

/// Who holds a product, in user order.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn holders(
    app: &App,
    ctx: &Ctx,
    product: ProductId,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<(User, Assignment)>> {
    ctx.require(Operation::ReadDirectory)?;
    let mut session = app.read().await?;
    let held = assignment::holders(&mut session, ctx.org(), product, after, limit).await?;
    let ids: Vec<UserId> = held.iter().map(|(user, _)| *user).collect();
    let users: BTreeMap<UserId, User> = user::by_ids(&mut session, ctx.org(), &ids)
        .await?
        .into_iter()
        .map(|user| (user.id, user))
        .collect();
    Ok(held
        .into_iter()
        .filter_map(|(id, assignment)| Some((users.get(&id)?.clone(), assignment)))
        .collect())
}

/// One's own licenses, or others' with the right to read the directory, or for a program licenses (SPEC 14.3).
fn may_see(ctx: &Ctx, user: UserId) -> Result<()> {
    let reads = |scopes: &BTreeSet<Scope>| {
        scopes.contains(&Scope::LicenseAssignmentReadAll) || scopes.contains(&Scope::LicenseAssignmentReadWriteAll)
    };
    let may = match &ctx.actor {
        Actor::User { id, .. } if *id == user => true,
        Actor::User {
            roles,
            scopes: Some(scopes),
            ..
        } => reads(scopes) && role::may(roles, Operation::ReadDirectory),
        Actor::Client { scopes, .. } => reads(scopes),
        _ => false,
    };
    if may {
        Ok(())
    } else {
        ctx.require(Operation::ReadDirectory)
    }
}

async fn around(session: &mut Session, app: &App, ctx: &Ctx) -> Result<(Arc<Catalog>, BTreeMap<ProductId, Pool>)> {
    Ok((
        app.catalog(session).await?,
        subscriptions::all_pools(session, ctx).await?,
    ))
}

fn holding(
    catalog: &Catalog,
    pools: &BTreeMap<ProductId, Pool>,
    user: UserId,
    assignments: Vec<Assignment>,
) -> Holding {
    let usable = licensing::usable_plans(catalog, pools, &assignments);
    let status = |product| pools.get(&product).map_or("Deleted", Pool::capability_status);
    let capability = assignments.iter().map(|a| (a.product, status(a.product))).collect();
    Holding {
        user,
        assignments,
        usable,
        capability,
    }
}
