//! Who holds which license, and the one statement behind every license check.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{GroupId, OrganizationId, PlanId, ProductId, SubscriptionId, UserId};
use aktiver_domain::licensing::{Assignment, Source};
use aktiver_domain::subscription::{Instants, Phase};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::engine::{Result, Row, Session};
use crate::values::{plans, plans_text};
use crate::{params, statements, subscription};

macro_rules! columns {
    () => {
        "user_id, product_id, source_id, disabled_plans, state, error, updated_at"
    };
}

macro_rules! on_conflict {
    () => {
        " on conflict (organization_id, user_id, product_id, source_id) do update set disabled_plans = excluded.disabled_plans, \
         state = excluded.state, error = excluded.error, updated_at = excluded.updated_at"
    };
}

statements! {
    OF_USER both concat!(
        "select ", columns!(), " from assignment where organization_id = $1 and user_id = $2 order by product_id, source_id"
    );
    OF_USERS
        sqlite (concat!(
            "select ", columns!(), " from assignment where organization_id = $1 \
             and user_id in (select unhex(value) from json_each($2)) order by user_id, product_id, source_id"
        ))
        postgres (concat!(
            "select ", columns!(), " from assignment where organization_id = $1 and user_id = any($2) \
             order by user_id, product_id, source_id"
        ));
    PUT both concat!(
        "insert into assignment (organization_id, ", columns!(), ") values ($1, $2, $3, $4, $5, $6, $7, $8)", on_conflict!()
    );
    PUT_FOR_USERS
        sqlite (concat!(
            "insert into assignment (organization_id, ", columns!(), ") select $1, unhex(value), $3, $4, $5, $6, $7, $8 \
             from json_each($2) where true", on_conflict!()
        ))
        postgres (concat!(
            "insert into assignment (organization_id, ", columns!(), ") select $1, u.id, $3, $4, $5, $6, $7, $8 \
             from unnest($2::uuid[]) as u(id)", on_conflict!()
        ));
    REMOVE both
        "delete from assignment where organization_id = $1 and user_id = $2 and product_id = $3 and source_id = $4";
    REMOVE_FOR_USERS
        sqlite "delete from assignment where organization_id = $1 and user_id in (select unhex(value) from json_each($2)) \
            and product_id = $3 and source_id = $4"
        postgres "delete from assignment where organization_id = $1 and user_id = any($2) and product_id = $3 and source_id = $4";
    /// The limit counts users, so that a page never splits one user's sources.
    HOLDERS both concat!(
        "select ", columns!(), " from assignment where organization_id = $1 and product_id = $2 and user_id in (\
         select distinct user_id from assignment where organization_id = $1 and product_id = $2 and user_id > $3 order by user_id limit $4) \
         order by user_id, source_id"
    );
    REMOVE_OF_PRODUCT both "delete from assignment where organization_id = $1 and product_id = $2";
    RECOUNT both
        "select product_id, count(distinct user_id) as consumed from assignment \
         where organization_id = $1 and state in ('Active', 'ActiveWithError') group by product_id";
    /// Every join is a look-up by primary key or by an index from the user onwards; what does not match gives a row of nulls, so that a
    /// user without device or license is still told from no user.
    LICENSE_CHECK both
        "select u.account_enabled, o.clock_ahead, d.id as device_id, d.last_seen, d.signed_out_at, a.product_id, a.disabled_plans, \
         s.id as subscription_id, s.starts, s.renews, s.expires, s.disables, s.deletes, s.hold_since \
         from directory_user u \
         join organization o on o.id = u.organization_id \
         left join device d on d.organization_id = u.organization_id and d.user_id = u.id and d.id = $3 \
         left join assignment a on a.organization_id = u.organization_id and a.user_id = u.id and a.state in ('Active', 'ActiveWithError') \
         left join product_plan p on p.product_id = a.product_id and p.plan_id = $4 \
         left join subscription s on s.organization_id = u.organization_id and s.product_id = p.product_id and s.standing <> 'deleted' \
         where u.organization_id = $1 and u.id = $2 and u.deleted_at is null";
}

/// What a user holds, from every source, whatever its state.
pub async fn of_user(s: &mut Session, organization: OrganizationId, user: UserId) -> Result<Vec<Assignment>> {
    let rows = s.fetch_all(&OF_USER, params![organization, user]).await?;
    rows.iter().map(from_row).collect()
}

/// What these users hold; a user without anything is left out.
pub async fn of_users(
    s: &mut Session,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<BTreeMap<UserId, Vec<Assignment>>> {
    let rows = s.fetch_all(&OF_USERS, params![organization, users]).await?;
    let mut held: BTreeMap<UserId, Vec<Assignment>> = BTreeMap::new();
    for row in &rows {
        held.entry(row.typed_id("user_id")?).or_default().push(from_row(row)?);
    }
    Ok(held)
}

/// Stores an assignment in place of the one of the same user, product and source. The caller holds the product's pool row.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such user.
pub async fn put(s: &mut Session, organization: OrganizationId, user: UserId, assignment: &Assignment) -> Result<()> {
    let params = params![
        organization,
        user,
        assignment.product,
        source_id(assignment.source),
        plans_text(&assignment.disabled_plans),
        assignment.state.as_str(),
        assignment.error.map(|error| error.as_str()),
        assignment.updated_at,
    ];
    s.execute(&PUT, params).await.map(drop)
}

/// [`put`] of the same assignment for many users, set-wise; give a few thousand at a time.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if one of the users does not exist.
pub async fn put_for_users(
    s: &mut Session,
    organization: OrganizationId,
    users: &[UserId],
    assignment: &Assignment,
) -> Result<()> {
    // A user named twice would be written twice by one statement, which PostgreSQL refuses.
    let users: Vec<UserId> = users.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let params = params![
        organization,
        users.as_slice(),
        assignment.product,
        source_id(assignment.source),
        plans_text(&assignment.disabled_plans),
        assignment.state.as_str(),
        assignment.error.map(|error| error.as_str()),
        assignment.updated_at,
    ];
    s.execute(&PUT_FOR_USERS, params).await.map(drop)
}

/// Removes one source of a user's assignment; tells whether it was there.
pub async fn remove(
    s: &mut Session,
    organization: OrganizationId,
    user: UserId,
    product: ProductId,
    source: Source,
) -> Result<bool> {
    let params = params![organization, user, product, source_id(source)];
    Ok(s.execute(&REMOVE, params).await? > 0)
}

/// [`remove`] for many users, set-wise; gives how many had it.
pub async fn remove_for_users(
    s: &mut Session,
    organization: OrganizationId,
    users: &[UserId],
    product: ProductId,
    source: Source,
) -> Result<u64> {
    s.execute(
        &REMOVE_FOR_USERS,
        params![organization, users, product, source_id(source)],
    )
    .await
}

/// A page of at most `limit` users who have an assignment of a product, in the order of their ids, each with all sources of it.
pub async fn holders(
    s: &mut Session,
    organization: OrganizationId,
    product: ProductId,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<(UserId, Assignment)>> {
    let after = after.map_or(Uuid::nil(), UserId::uuid);
    let rows = s
        .fetch_all(&HOLDERS, params![organization, product, after, limit])
        .await?;
    rows.iter()
        .map(|row| Ok((row.typed_id("user_id")?, from_row(row)?)))
        .collect()
}

/// Removes every assignment of a product, when its last subscription is deleted; gives how many rows went. The caller holds the pool row
/// and sets its count.
pub async fn remove_of_product(s: &mut Session, organization: OrganizationId, product: ProductId) -> Result<u64> {
    s.execute(&REMOVE_OF_PRODUCT, params![organization, product]).await
}

/// The distinct users with an effective assignment, per product: what each pool's count must be (INV-1).
pub async fn recount(s: &mut Session, organization: OrganizationId) -> Result<BTreeMap<ProductId, u32>> {
    let rows = s.fetch_all(&RECOUNT, params![organization]).await?;
    rows.iter()
        .map(|row| Ok((row.typed_id("product_id")?, row.count("consumed")?)))
        .collect()
}

/// What one license check needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseCheck {
    pub account_enabled: bool,
    /// How far the organization's clock runs ahead of the machine's.
    pub clock_ahead: SignedDuration,
    /// `None` if the user never activated this device.
    pub device: Option<DeviceState>,
    /// One for each effective assignment whose product has the plan and each subscription of that product that is not deleted.
    pub grants: Vec<Grant>,
}

/// What is known of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceState {
    pub last_seen: Timestamp,
    pub signed_out_at: Option<Timestamp>,
}

/// One subscription through which a user may have a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub product: ProductId,
    /// The plans that this assignment turns off.
    pub disabled_plans: BTreeSet<PlanId>,
    pub subscription: SubscriptionId,
    pub instants: Instants,
    pub hold_since: Option<Timestamp>,
}

impl Grant {
    /// Where the subscription stands on the organization's clock; as [`Subscription::phase`](aktiver_domain::subscription::Subscription::phase).
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.instants.phase(now) {
            Phase::Deleted => Phase::Deleted,
            _ if self.hold_since.is_some_and(|since| since <= now) => Phase::LockedOut,
            phase => phase,
        }
    }
}

/// Everything that decides whether a user may use a plan on a device, in one statement of look-ups. `None` if there is no such user.
pub async fn license_check(
    s: &mut Session,
    organization: OrganizationId,
    user: UserId,
    device_id: &str,
    plan: PlanId,
) -> Result<Option<LicenseCheck>> {
    let rows = s
        .fetch_all(&LICENSE_CHECK, params![organization, user, device_id, plan])
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let device = match first.opt_instant("last_seen")? {
        Some(last_seen) => Some(DeviceState {
            last_seen,
            signed_out_at: first.opt_instant("signed_out_at")?,
        }),
        None => None,
    };
    let mut grants = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(subscription) = row.opt_typed_id("subscription_id")? {
            grants.push(Grant {
                product: row.typed_id("product_id")?,
                disabled_plans: plans(row, "disabled_plans")?,
                subscription,
                instants: subscription::instants(row)?,
                hold_since: row.opt_instant("hold_since")?,
            });
        }
    }
    Ok(Some(LicenseCheck {
        account_enabled: first.bool("account_enabled")?,
        clock_ahead: SignedDuration::from_micros(first.int("clock_ahead")?),
        device,
        grants,
    }))
}

fn source_id(source: Source) -> Uuid {
    match source {
        Source::Direct => Uuid::nil(),
        Source::Group(group) => group.uuid(),
    }
}

fn from_row(row: &Row) -> Result<Assignment> {
    let source = row.id("source_id")?;
    Ok(Assignment {
        product: row.typed_id("product_id")?,
        source: if source.is_nil() {
            Source::Direct
        } else {
            Source::Group(GroupId::from_uuid(source))
        },
        disabled_plans: plans(row, "disabled_plans")?,
        state: row.parse("state")?,
        error: row.opt_parse("error")?,
        updated_at: row.instant("updated_at")?,
    })
}
