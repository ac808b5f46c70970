//! Products, service plans, apps, their downloads, and prices: the vendor's own, the same for every organization.
//!
//! Every change raises the catalog's version, by which a process knows when to read it again.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{App, Catalog, Plan, Product};
use aktiver_domain::ids::{PlanId, ProductId};
use aktiver_domain::money::Currency;
use aktiver_domain::{Money, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::engine::{Result, Row, Session, Statement};
use crate::values::{unsigned, whole};
use crate::{params, statements};

statements! {
    VERSION both "select version from catalog_version where id = 1";
    RAISE both "update catalog_version set version = version + 1 where id = 1";
    PRODUCTS both "select * from product";
    PLANS both "select * from service_plan";
    PRODUCT_PLANS both "select product_id, plan_id from product_plan order by product_id, position";
    DEPENDENCIES both "select plan_id, requirement, alternative_id from plan_dependency order by plan_id, requirement";
    APPS both "select id, name, kind, platforms from app order by position, id";
    APP_PLANS both "select app_id, plan_id from app_plan";
    UPSERT_PRODUCTS
        sqlite "insert into product (id, part_number, name, maximum_quantity, end_of_sale) \
            select unhex(value ->> 'id'), value ->> 'part_number', value ->> 'name', value ->> 'maximum_quantity', value ->> 'end_of_sale' \
            from json_each($1) where true \
            on conflict (id) do update set part_number = excluded.part_number, name = excluded.name, \
            maximum_quantity = excluded.maximum_quantity, end_of_sale = excluded.end_of_sale"
        postgres "insert into product (id, part_number, name, maximum_quantity, end_of_sale) \
            select id, part_number, name, maximum_quantity, end_of_sale from json_to_recordset(cast($1 as text)::json) \
            as r(id uuid, part_number text, name text, maximum_quantity bigint, end_of_sale boolean) \
            on conflict (id) do update set part_number = excluded.part_number, name = excluded.name, \
            maximum_quantity = excluded.maximum_quantity, end_of_sale = excluded.end_of_sale";
    FORGET_PRODUCT_PLANS
        sqlite "delete from product_plan where product_id in (select unhex(value) from json_each($1))"
        postgres "delete from product_plan where product_id = any($1)";
    INSERT_PRODUCT_PLANS
        sqlite "insert into product_plan (product_id, position, plan_id) \
            select unhex(value ->> 'product'), value ->> 'position', unhex(value ->> 'plan') from json_each($1)"
        postgres "insert into product_plan (product_id, position, plan_id) select product, position, plan \
            from json_to_recordset(cast($1 as text)::json) as r(product uuid, position bigint, plan uuid)";
    KNOWN_PLANS
        sqlite "select id from service_plan where id in (select unhex(value) from json_each($1))"
        postgres "select id from service_plan where id = any($1)";
    UPSERT_PLANS
        sqlite "insert into service_plan (id, name, friendly_name, applies_to, prohibited_in) \
            select unhex(value ->> 'id'), value ->> 'name', value ->> 'friendly_name', value ->> 'applies_to', value ->> 'prohibited_in' \
            from json_each($1) where true \
            on conflict (id) do update set name = excluded.name, friendly_name = excluded.friendly_name, applies_to = excluded.applies_to"
        postgres "insert into service_plan (id, name, friendly_name, applies_to, prohibited_in) \
            select id, name, friendly_name, applies_to, prohibited_in from json_to_recordset(cast($1 as text)::json) \
            as r(id uuid, name text, friendly_name text, applies_to text, prohibited_in text) \
            on conflict (id) do update set name = excluded.name, friendly_name = excluded.friendly_name, applies_to = excluded.applies_to";
    SET_EXCLUSIVE_GROUP both "update service_plan set exclusive_group = $2 where id = $1";
    FORGET_EXCLUSIVE_GROUPS both "update service_plan set exclusive_group = null where exclusive_group is not null";
    SET_PROHIBITED both "update service_plan set prohibited_in = $2 where id = $1";
    FORGET_DEPENDENCIES both "delete from plan_dependency where plan_id = $1";
    INSERT_DEPENDENCY both "insert into plan_dependency (plan_id, requirement, alternative_id) values ($1, $2, $3)";
    UPSERT_APP both "insert into app (id, position, name, kind, platforms) values ($1, $2, $3, $4, $5) \
        on conflict (id) do update set position = excluded.position, name = excluded.name, kind = excluded.kind, \
        platforms = excluded.platforms";
    FORGET_APP_PLANS both "delete from app_plan where app_id = $1";
    INSERT_APP_PLAN both "insert into app_plan (app_id, plan_id) values ($1, $2)";
    PUT_RELEASE both "insert into app_release (app_id, platform, version, file_name, size, sha256, object_key, released_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (app_id, platform) do update set version = excluded.version, \
        file_name = excluded.file_name, size = excluded.size, sha256 = excluded.sha256, object_key = excluded.object_key, \
        released_at = excluded.released_at";
    RELEASES both "select * from app_release order by app_id, platform";
    RELEASE both "select * from app_release where app_id = $1 and platform = $2";
    PUT_PRICE both "insert into price (product_id, term, currency, unit_minor) values ($1, $2, $3, $4) \
        on conflict (product_id, term, currency) do update set unit_minor = excluded.unit_minor";
    PRICE both "select unit_minor from price where product_id = $1 and term = $2 and currency = $3";
    PRICES both "select * from price order by product_id, term, currency";
    /// Crosses organizations, with one index look-up in each: no index of subscriptions begins with the product.
    PRODUCT_IN_USE both "select 1 as one from organization o where exists \
        (select 1 from subscription u where u.organization_id = o.id and u.product_id = $1) limit 1";
}

/// Rows of one statement, so that none holds SQLite's writer for long.
const CHUNK: usize = 500;

/// What an import brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogChange {
    /// Products that are new or changed.
    pub products: Vec<Product>,
    /// Plans that are new or changed.
    pub plans: Vec<Plan>,
}

/// The catalog's version, raised at every change of products, plans, apps, downloads or prices.
pub async fn version(s: &mut Session) -> Result<i64> {
    s.fetch_one(&VERSION, params![]).await?.int("version")
}

/// The whole catalog and a version that it is not older than.
pub async fn load(s: &mut Session) -> Result<(i64, Catalog)> {
    // Read first: whoever changes the catalog meanwhile raises the version beyond this one, so that the reader comes again.
    let version = version(s).await?;
    let mut catalog = Catalog::default();
    for row in s.fetch_all(&PLANS, params![]).await? {
        let plan = plan_from(&row)?;
        if let Some(group) = row.opt_int("exclusive_group")? {
            let group = u32::try_from(group).map_err(|error| row.bad("exclusive_group", error))?;
            catalog.exclusive.insert(plan.id, group);
        }
        catalog.plans.insert(plan.id, plan);
    }
    let mut requirements = BTreeMap::<(PlanId, i64), BTreeSet<PlanId>>::new();
    for row in s.fetch_all(&DEPENDENCIES, params![]).await? {
        requirements
            .entry((row.typed_id("plan_id")?, row.int("requirement")?))
            .or_default()
            .insert(row.typed_id("alternative_id")?);
    }
    for ((plan, _), alternatives) in requirements {
        if let Some(plan) = catalog.plans.get_mut(&plan) {
            plan.requires.push(alternatives);
        }
    }
    for row in s.fetch_all(&PRODUCTS, params![]).await? {
        let product = product_from(&row)?;
        catalog.products.insert(product.id, product);
    }
    for row in s.fetch_all(&PRODUCT_PLANS, params![]).await? {
        if let Some(product) = catalog.products.get_mut(&row.typed_id("product_id")?) {
            product.plans.push(row.typed_id("plan_id")?);
        }
    }
    let mut plans_of = BTreeMap::<String, BTreeSet<PlanId>>::new();
    for row in s.fetch_all(&APP_PLANS, params![]).await? {
        plans_of
            .entry(row.text("app_id")?)
            .or_default()
            .insert(row.typed_id("plan_id")?);
    }
    for row in s.fetch_all(&APPS, params![]).await? {
        let id = row.text("id")?;
        catalog.apps.push(App {
            name: row.text("name")?,
            kind: row.parse("kind")?,
            platforms: list_from(&row, "platforms")?,
            plans: plans_of.remove(&id).unwrap_or_default(),
            id,
        });
    }
    Ok((version, catalog))
}

/// A product without its plans.
fn product_from(row: &Row) -> Result<Product> {
    Ok(Product {
        id: row.typed_id("id")?,
        part_number: row.text("part_number")?,
        name: row.text("name")?,
        plans: Vec::new(),
        maximum_quantity: row
            .opt_int("maximum_quantity")?
            .map(|most| u32::try_from(most).map_err(|error| row.bad("maximum_quantity", error)))
            .transpose()?,
        end_of_sale: row.bool("end_of_sale")?,
    })
}

/// A plan without what it requires.
fn plan_from(row: &Row) -> Result<Plan> {
    Ok(Plan {
        id: row.typed_id("id")?,
        name: row.text("name")?,
        friendly_name: row.text("friendly_name")?,
        applies_to: row.parse("applies_to")?,
        prohibited_in: list_from(row, "prohibited_in")?.into_iter().collect(),
        requires: Vec::new(),
    })
}

/// A list of texts that is kept as JSON.
fn list_from(row: &Row, column: &str) -> Result<Vec<String>> {
    serde_json::from_str(&row.text(column)?).map_err(|error| row.bad(column, error))
}

/// Raises the version, and makes whoever else changes the catalog wait: every change begins with it.
async fn raise(s: &mut Session) -> Result<()> {
    s.execute(&RAISE, params![]).await?;
    Ok(())
}

/// Runs a statement on the rows, some hundreds at a time; each is a JSON object whose members the statement names.
async fn in_chunks(s: &mut Session, statement: &'static Statement, rows: Vec<Value>) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        s.execute(statement, params![Value::from(chunk).to_string()]).await?;
    }
    Ok(())
}

fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// The last of each id, so that no statement meets a row twice.
fn last_of_each<T, K: Ord>(all: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let by_key: BTreeMap<K, &T> = all.iter().map(|each| (key(each), each)).collect();
    by_key.into_values().collect()
}

/// Stores plans, then products.
///
/// # Errors
/// As [`upsert_plans`] and [`upsert_products`].
pub async fn apply(s: &mut Session, change: &CatalogChange) -> Result<()> {
    upsert_plans(s, &change.plans).await?;
    upsert_products(s, &change.products).await
}

/// Stores products: new ones whole, known ones with their new names, limits and plans.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if a product has a plan that was never stored.
pub async fn upsert_products(s: &mut Session, products: &[Product]) -> Result<()> {
    raise(s).await?;
    let products = last_of_each(products, |product| product.id);
    let rows = products.iter().map(|product| {
        json!({
            "id": hex(product.id.uuid()),
            "part_number": product.part_number,
            "name": product.name,
            "maximum_quantity": product.maximum_quantity,
            "end_of_sale": product.end_of_sale,
        })
    });
    in_chunks(s, &UPSERT_PRODUCTS, rows.collect()).await?;
    for chunk in products.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|product| product.id.uuid()).collect();
        s.execute(&FORGET_PRODUCT_PLANS, params![ids]).await?;
    }
    let mut plans = Vec::new();
    for product in &products {
        let mut seen = BTreeSet::new();
        let once = product.plans.iter().filter(|plan| seen.insert(**plan));
        plans.extend(once.enumerate().map(|(position, plan)| {
            json!({
                "product": hex(product.id.uuid()),
                "position": position,
                "plan": hex(plan.uuid()),
            })
        }));
    }
    in_chunks(s, &INSERT_PRODUCT_PLANS, plans).await?;
    Ok(())
}

/// Stores plans: new ones whole, of known ones the names and to whom they apply. What a known plan requires, which group it excludes and
/// where it is prohibited stays as it is: imports do not know it.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if a new plan requires one that is neither known nor new.
pub async fn upsert_plans(s: &mut Session, plans: &[Plan]) -> Result<()> {
    raise(s).await?;
    let plans = last_of_each(plans, |plan| plan.id);
    let mut known = BTreeSet::<PlanId>::new();
    for chunk in plans.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|plan| plan.id.uuid()).collect();
        for row in s.fetch_all(&KNOWN_PLANS, params![ids]).await? {
            known.insert(row.typed_id("id")?);
        }
    }
    let rows = plans.iter().map(|plan| {
        json!({
            "id": hex(plan.id.uuid()),
            "name": plan.name,
            "friendly_name": plan.friendly_name,
            "applies_to": plan.applies_to.as_str(),
            "prohibited_in": countries(&plan.prohibited_in),
        })
    });
    in_chunks(s, &UPSERT_PLANS, rows.collect()).await?;
    for plan in plans {
        if !known.contains(&plan.id) {
            insert_dependencies(s, plan.id, &plan.requires).await?;
        }
    }
    Ok(())
}

fn countries(codes: &BTreeSet<String>) -> String {
    Value::from_iter(codes.iter().map(String::as_str)).to_string()
}

/// Makes these the exclusive groups, in place of all there were: two different plans of one group conflict.
pub async fn set_exclusive_groups(s: &mut Session, groups: &[(PlanId, u32)]) -> Result<()> {
    raise(s).await?;
    s.execute(&FORGET_EXCLUSIVE_GROUPS, params![]).await?;
    for (plan, group) in groups {
        s.execute(&SET_EXCLUSIVE_GROUP, params![*plan, *group]).await?;
    }
    Ok(())
}

/// Sets the countries in which a plan is not offered, in place of those there were; whether there is such a plan.
pub async fn set_prohibited(s: &mut Session, plan: PlanId, in_countries: &BTreeSet<String>) -> Result<bool> {
    raise(s).await?;
    let changed = s
        .execute(&SET_PROHIBITED, params![plan, countries(in_countries)])
        .await?;
    Ok(changed > 0)
}

/// Sets what a plan requires, in place of what it did: of each set, one must be enabled beside it.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if a plan was never stored.
pub async fn set_dependencies(s: &mut Session, plan: PlanId, requires: &[BTreeSet<PlanId>]) -> Result<()> {
    raise(s).await?;
    s.execute(&FORGET_DEPENDENCIES, params![plan]).await?;
    insert_dependencies(s, plan, requires).await?;
    Ok(())
}

async fn insert_dependencies(s: &mut Session, plan: PlanId, requires: &[BTreeSet<PlanId>]) -> Result<()> {
    for (requirement, alternatives) in (0_i64..).zip(requires) {
        for alternative in alternatives {
            s.execute(&INSERT_DEPENDENCY, params![plan, requirement, *alternative])
                .await?;
        }
    }
    Ok(())
}

/// Stores apps with the plans that confer them, in the order in which they are shown. Apps that are not named stay.
pub async fn upsert_apps(s: &mut Session, apps: &[App]) -> Result<()> {
    raise(s).await?;
    for (position, app) in (0_i64..).zip(apps) {
        s.execute(
            &UPSERT_APP,
            params![
                &app.id,
                position,
                &app.name,
                app.kind.as_str(),
                Value::from(app.platforms.clone()).to_string(),
            ],
        )
        .await?;
        s.execute(&FORGET_APP_PLANS, params![&app.id]).await?;
        for plan in &app.plans {
            s.execute(&INSERT_APP_PLAN, params![&app.id, *plan]).await?;
        }
    }
    Ok(())
}

/// What a person downloads to install an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The app's id.
    pub app: String,
    /// `windows`, `macos`, `linux`.
    pub platform: String,
    /// The app's version, as people read it.
    pub version: String,
    /// The name the download has.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// Where the object store has the bytes.
    pub object_key: String,
    /// When it was released, on the machine's clock.
    pub released_at: Timestamp,
}

impl Release {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            app: row.text("app_id")?,
            platform: row.text("platform")?,
            version: row.text("version")?,
            file_name: row.text("file_name")?,
            size: unsigned(row, "size")?,
            sha256: row.bytes("sha256")?,
            object_key: row.text("object_key")?,
            released_at: row.instant("released_at")?,
        })
    }
}

/// Makes this the download of its app and platform, in place of the one before.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such app.
pub async fn put_release(s: &mut Session, release: &Release) -> Result<()> {
    raise(s).await?;
    let size = whole("the size of a download", release.size)?;
    s.execute(
        &PUT_RELEASE,
        params![
            &release.app,
            &release.platform,
            &release.version,
            &release.file_name,
            size,
            release.sha256,
            &release.object_key,
            release.released_at,
        ],
    )
    .await?;
    Ok(())
}

/// Every download, by app and platform.
pub async fn releases(s: &mut Session) -> Result<Vec<Release>> {
    let rows = s.fetch_all(&RELEASES, params![]).await?;
    rows.iter().map(Release::from_row).collect()
}

/// The download of an app for a platform.
pub async fn release(s: &mut Session, app: &str, platform: &str) -> Result<Option<Release>> {
    let row = s.fetch_optional(&RELEASE, params![app, platform]).await?;
    row.as_ref().map(Release::from_row).transpose()
}

/// Sets what one unit of a product costs for one term, in the currency of the amount.
///
/// # Errors
/// [`Error::ForeignKey`](crate::engine::Error::ForeignKey) if there is no such product;
/// [`Error::Check`](crate::engine::Error::Check) `price_unit_minor` if the amount is negative.
pub async fn put_price(s: &mut Session, product: ProductId, term: Term, unit: Money) -> Result<()> {
    raise(s).await?;
    s.execute(
        &PUT_PRICE,
        params![product, term.as_str(), unit.currency.code(), unit.minor],
    )
    .await?;
    Ok(())
}

/// What one unit of a product costs for one term in a currency; none if it is not sold so.
pub async fn price(s: &mut Session, product: ProductId, term: Term, currency: Currency) -> Result<Option<Money>> {
    s.fetch_optional(&PRICE, params![product, term.as_str(), currency.code()])
        .await?
        .map(|row| Ok(Money::new(row.int("unit_minor")?, currency)))
        .transpose()
}

/// Every price of one unit for one term.
pub async fn prices(s: &mut Session) -> Result<Vec<(ProductId, Term, Money)>> {
    s.fetch_all(&PRICES, params![])
        .await?
        .iter()
        .map(|row| {
            Ok((
                row.typed_id("product_id")?,
                row.parse("term")?,
                Money::new(row.int("unit_minor")?, row.parse("currency")?),
            ))
        })
        .collect()
}

/// Whether any organization has ever subscribed to a product.
pub async fn product_in_use(s: &mut Session, product: ProductId) -> Result<bool> {
    let found = s.fetch_optional(&PRODUCT_IN_USE, params![product]).await?;
    Ok(found.is_some())
}
