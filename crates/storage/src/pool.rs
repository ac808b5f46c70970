//! The guard: one row per product that everyone who changes its units locks first.
//!
//! What takes or gives back a unit, or changes a quantity or an instant of a product, calls [`lock`] with all products it touches, once and
//! before it reads their subscriptions or assignments. Only a later statement sees what those who held the rows before have done.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::ids::{OrganizationId, ProductId};

use crate::engine::{Engine, Error, Param, Result, Row, Session};
use crate::values::must_be_unit;
use crate::{params, statements};

statements! {
    /// Locks all rows in id order, or none if one does not exist yet: holding some while making others could deadlock.
    /// On SQLite the writer is exclusive.
    LOCK
        sqlite "select product_id, consumed from pool where organization_id = $1 \
            and product_id in (select unhex(value) from json_each($2)) and $3 > 0 order by product_id"
        postgres "select p.product_id, p.consumed from pool p where p.organization_id = $1 and p.product_id = any($2) \
            and (select count(*) from pool q where q.organization_id = $1 and q.product_id = any($2)) = $3 \
            order by p.product_id for update of p";
    INSERT_MISSING
        sqlite "insert into pool (organization_id, product_id, consumed, version) \
            select $1, unhex(value), 0, 0 from json_each($2) where true on conflict do nothing"
        postgres "insert into pool (organization_id, product_id, consumed, version) \
            select $1, p.id, 0, 0 from unnest($2::uuid[]) as p(id) order by p.id on conflict do nothing";
    CONSUMED both "select product_id, consumed from pool where organization_id = $1";
    CONSUMED_OF
        sqlite "select product_id, consumed from pool where organization_id = $1 \
            and product_id in (select unhex(value) from json_each($2))"
        postgres "select product_id, consumed from pool where organization_id = $1 and product_id = any($2)";
    ADD both
        "update pool set consumed = consumed + $3, version = version + 1 where organization_id = $1 and product_id = $2";
}

/// Locks the rows of these products, in the order of their ids, and gives the units consumed of each, in that order. Rows that are
/// missing are made. Call it once per unit of work, with every product, so that nobody waits in a circle.
///
/// # Errors
/// [`Error::ReadOnly`] outside a unit of work.
pub async fn lock(
    s: &mut Session,
    organization: OrganizationId,
    products: &[ProductId],
) -> Result<Vec<(ProductId, u32)>> {
    must_be_unit(s, &LOCK)?;
    let products: Vec<ProductId> = products.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(products.len()).unwrap_or(i64::MAX);
    let params = || -> Vec<Param> { params![organization, products.as_slice(), count] };
    let mut rows = s.fetch_all(&LOCK, params()).await?;
    if rows.len() < products.len() {
        s.execute(&INSERT_MISSING, params![organization, products.as_slice()])
            .await?;
        rows = s.fetch_all(&LOCK, params()).await?;
    }
    debug_assert!(s.engine() == Engine::Sqlite || rows.len() == products.len());
    rows.iter().map(entry).collect()
}

/// The units consumed of each product that has a row.
pub async fn consumed(s: &mut Session, organization: OrganizationId) -> Result<BTreeMap<ProductId, u32>> {
    let rows = s.fetch_all(&CONSUMED, params![organization]).await?;
    rows.iter().map(entry).collect()
}

/// The units consumed of these products; one without a row is left out.
pub async fn consumed_of(
    s: &mut Session,
    organization: OrganizationId,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, u32>> {
    let rows = s.fetch_all(&CONSUMED_OF, params![organization, products]).await?;
    rows.iter().map(entry).collect()
}

/// Counts units taken (positive) or given back (negative). The caller holds the row by [`lock`].
///
/// # Errors
/// [`Error::Check`] `pool_consumed` below zero; [`Error::NotFound`] if the row was never locked.
pub async fn add_consumed(s: &mut Session, organization: OrganizationId, product: ProductId, delta: i64) -> Result<()> {
    match s.execute(&ADD, params![organization, product, delta]).await? {
        0 => Err(Error::NotFound { statement: ADD.name }),
        _ => Ok(()),
    }
}

fn entry(row: &Row) -> Result<(ProductId, u32)> {
    Ok((row.typed_id("product_id")?, row.count("consumed")?))
}
