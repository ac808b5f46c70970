//! The vendor's catalog: importing it, the rules that no file carries, downloads.

mod parse;
mod rules;

use std::collections::BTreeMap;
use std::io::Read;

use aktiver_domain::catalog::{App as OfferedApp, AppliesTo, Catalog, Plan, Product};
use aktiver_domain::ids::{PlanId, ProductId};
use aktiver_storage::catalog::{self, CatalogChange, Release};
use aktiver_storage::engine::Session;
use sha2::{Digest as _, Sha256};

pub use parse::{Note, Problem};
pub use rules::set_standard_rules;

use crate::app::App;
use crate::auth::require_operator;
use crate::context::Actor;
use crate::error::{Error, Result};

/// How to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// Leave rows with problems out instead of importing nothing.
    pub skip_invalid: bool,
    /// Read and report, but write nothing.
    pub dry_run: bool,
}

/// What an import found and did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Rows below the header.
    pub rows: u64,
    /// Products in the file.
    pub products: u32,
    /// Plans in the file.
    pub plans: u32,
    /// Products that the file adds or changes.
    pub changed_products: u32,
    /// Plans that the file adds or changes.
    pub changed_plans: u32,
    /// Other spellings and the like; the first one won.
    pub notes: Vec<Note>,
    /// Malformed and conflicting rows.
    pub problems: Vec<Problem>,
    /// Whether the rows without problems are in the catalog now.
    pub imported: bool,
}

/// Imports a catalog: one row per product and plan, under the header `Product_Display_Name,String_Id,GUID,Service_Plan_Name,
/// Service_Plan_Id,Service_Plans_Included_Friendly_Names` and perhaps `Applies_To` (`User` or `Company`).
///
/// Products are known by their GUID. A row that is malformed, gives a product a second `String_Id`, or repeats a product and
/// plan is a problem, told by its line; nothing is imported then unless `skip_invalid`. Importing a file again changes nothing.
/// Quantity limits, end of sale, dependencies, exclusive groups and, where the file has no `Applies_To`, to whom a known plan
/// applies stay as they are. A product that someone has bought keeps the plans that the file leaves out, because assignments
/// may name them.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but the provider; `csv`: no such header, or a file that cannot be read.
pub async fn import(
    app: &App,
    actor: &Actor,
    csv: impl Read + Send,
    options: ImportOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<ImportReport> {
    require_operator(actor)?;
    let parsed = parse::parse(csv, progress)?;
    let mut report = ImportReport {
        rows: parsed.rows,
        products: u32::try_from(parsed.products.len()).unwrap_or(u32::MAX),
        plans: u32::try_from(parsed.plans.len()).unwrap_or(u32::MAX),
        notes: parsed.notes,
        problems: parsed.problems,
        ..ImportReport::default()
    };
    let write = !options.dry_run && (report.problems.is_empty() || options.skip_invalid);
    let mut s = if write { app.begin().await? } else { app.read().await? };
    let (_, stored) = catalog::load(&mut s).await?;
    let change = difference(&mut s, &stored, parsed.products, parsed.plans, &mut report.notes).await?;
    report.changed_products = u32::try_from(change.products.len()).unwrap_or(u32::MAX);
    report.changed_plans = u32::try_from(change.plans.len()).unwrap_or(u32::MAX);
    report.imported = write;
    if write && !(change.products.is_empty() && change.plans.is_empty()) {
        catalog::apply(&mut s, &change).await?;
        s.commit().await?;
        tracing::info!(
            products = report.changed_products,
            plans = report.changed_plans,
            problems = report.problems.len(),
            "catalog imported"
        );
    }
    Ok(report)
}

/// What of a file is new to the stored catalog.
async fn difference(
    s: &mut Session,
    stored: &Catalog,
    products: Vec<parse::ParsedProduct>,
    plans: Vec<parse::ParsedPlan>,
    notes: &mut Vec<Note>,
) -> Result<CatalogChange> {
    let mut change = CatalogChange {
        products: Vec::new(),
        plans: Vec::new(),
    };
    for parsed in plans {
        let known = stored.plan(parsed.id);
        let plan = Plan {
            id: parsed.id,
            name: parsed.name,
            friendly_name: parsed.friendly_name,
            applies_to: parsed
                .applies_to
                .or(known.map(|plan| plan.applies_to))
                .unwrap_or(AppliesTo::User),
            prohibited_in: known.map(|plan| plan.prohibited_in.clone()).unwrap_or_default(),
            requires: known.map(|plan| plan.requires.clone()).unwrap_or_default(),
        };
        if known != Some(&plan) {
            change.plans.push(plan);
        }
    }
    for parsed in products {
        let known = stored.product(parsed.id);
        let mut product = Product {
            id: parsed.id,
            part_number: parsed.part_number,
            name: parsed.name,
            plans: parsed.plans,
            maximum_quantity: known.and_then(|product| product.maximum_quantity),
            end_of_sale: known.is_some_and(|product| product.end_of_sale),
        };
        let dropped: Vec<PlanId> = known
            .map(|known| {
                known
                    .plans
                    .iter()
                    .copied()
                    .filter(|plan| !product.plans.contains(plan))
                    .collect()
            })
            .unwrap_or_default();
        if !dropped.is_empty() && catalog::product_in_use(s, product.id).await? {
            notes.push(Note {
                line: parsed.line,
                text: format!(
                    "{} keeps {} plans that the file leaves out, because it has been bought",
                    product.part_number,
                    dropped.len()
                ),
            });
            product.plans.extend(dropped);
        }
        if known != Some(&product) {
            change.products.push(product);
        }
    }
    Ok(change)
}

/// Imports the groups of mutually exclusive plans, in place of those there were: `Group,Service,Service_Plan_Name,
/// Service_Plan_Id`. Plans that the catalog does not have are added without a product, so that the groups are whole when one
/// comes. Gives the number of plans in groups.
///
/// # Errors
/// `NOT_PERMITTED`; `csv`: no such header, a malformed row, or a plan in two groups, with its line.
pub async fn import_exclusive_groups(app: &App, actor: &Actor, csv: impl Read + Send) -> Result<u32> {
    require_operator(actor)?;
    let rows = parse::parse_groups(csv)?;
    let groups: BTreeMap<PlanId, u32> = rows.iter().map(|row| (row.plan, row.group)).collect();
    let count = u32::try_from(groups.len()).map_err(Error::internal)?;
    let mut s = app.begin().await?;
    let (_, stored) = catalog::load(&mut s).await?;
    if stored.exclusive == groups {
        return Ok(count);
    }
    let missing: Vec<Plan> = rows
        .into_iter()
        .filter(|row| stored.plan(row.plan).is_none())
        .map(|row| Plan {
            id: row.plan,
            friendly_name: row.name.clone(),
            name: row.name,
            applies_to: AppliesTo::User,
            prohibited_in: Default::default(),
            requires: Vec::new(),
        })
        .collect();
    if !missing.is_empty() {
        catalog::upsert_plans(&mut s, &missing).await?;
    }
    catalog::set_exclusive_groups(&mut s, &groups.into_iter().collect::<Vec<_>>()).await?;
    s.commit().await?;
    Ok(count)
}

/// Stores products and plans of the vendor's own making, new or changed.
///
/// # Errors
/// `NOT_PERMITTED`; `plans`: a product with a plan that is neither stored nor given.
pub async fn put(app: &App, actor: &Actor, products: Vec<Product>, plans: Vec<Plan>) -> Result<()> {
    require_operator(actor)?;
    let mut s = app.begin().await?;
    let (_, stored) = catalog::load(&mut s).await?;
    for product in &products {
        let known = |id: &PlanId| stored.plan(*id).is_some() || plans.iter().any(|plan| plan.id == *id);
        if let Some(missing) = product.plans.iter().find(|id| !known(id)) {
            return Err(Error::invalid(
                "plans",
                format!("{} names the unknown plan {missing}", product.part_number),
                "Give the plan too.",
            ));
        }
    }
    catalog::apply(&mut s, &CatalogChange { products, plans }).await?;
    Ok(s.commit().await?)
}

/// Sets the most units that one subscription of a product may have (QT-12, PK-03), and whether it is still sold (SPEC 8.4).
///
/// # Errors
/// `NOT_PERMITTED`; no such product.
pub async fn set_limits(
    app: &App,
    actor: &Actor,
    id: ProductId,
    maximum_quantity: Option<u32>,
    end_of_sale: bool,
) -> Result<()> {
    require_operator(actor)?;
    let mut s = app.begin().await?;
    let (_, stored) = catalog::load(&mut s).await?;
    let known = stored.product(id).ok_or(Error::NotFound("product"))?;
    let product = Product {
        maximum_quantity,
        end_of_sale,
        ..known.clone()
    };
    if product == *known {
        return Ok(());
    }
    catalog::upsert_products(&mut s, &[product]).await?;
    Ok(s.commit().await?)
}

/// Stores apps of the vendor's own, with the plans that confer them, behind those that are there.
///
/// # Errors
/// `NOT_PERMITTED`; `id`: what cannot stand in an address.
pub async fn put_apps(app: &App, actor: &Actor, apps: Vec<OfferedApp>) -> Result<()> {
    require_operator(actor)?;
    for one in &apps {
        let good = (1..=60).contains(&one.id.len())
            && one
                .id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good {
            return Err(Error::invalid(
                "id",
                format!("{:?} cannot stand in an address", one.id),
                "Use 1 to 60 lower-case letters, digits and hyphens.",
            ));
        }
    }
    let mut s = app.begin().await?;
    let (_, stored) = catalog::load(&mut s).await?;
    let mut all: Vec<OfferedApp> = stored
        .apps
        .iter()
        .map(|old| apps.iter().find(|new| new.id == old.id).unwrap_or(old).clone())
        .collect();
    all.extend(
        apps.into_iter()
            .filter(|new| stored.apps.iter().all(|old| old.id != new.id)),
    );
    if all == stored.apps {
        return Ok(());
    }
    catalog::upsert_apps(&mut s, &all).await?;
    Ok(s.commit().await?)
}

/// Publishes an installer: what people download from now on for this app and platform.
///
/// # Errors
/// `NOT_PERMITTED`; no such app; `platform` that the app does not run on; a bad `version` or `fileName`.
pub async fn put_release(
    app: &App,
    actor: &Actor,
    app_id: &str,
    platform: &str,
    version: &str,
    file_name: &str,
    bytes: &[u8],
) -> Result<Release> {
    require_operator(actor)?;
    let mut s = app.read().await?;
    let catalog = app.catalog(&mut s).await?;
    drop(s);
    let offered = catalog
        .apps
        .iter()
        .find(|one| one.id == app_id)
        .ok_or(Error::NotFound("app"))?;
    if !offered.platforms.iter().any(|one| one == platform) {
        return Err(Error::invalid(
            "platform",
            format!("{} does not run on {platform:?}", offered.name),
            format!("Use one of: {}.", offered.platforms.join(", ")),
        ));
    }
    for (field, text) in [("version", version), ("fileName", file_name)] {
        let good = (1..=120).contains(&text.len())
            && !text.starts_with('.')
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b));
        if !good {
            return Err(Error::invalid(
                field,
                format!("{text:?} cannot be the name of a file"),
                "Use 1 to 120 letters, digits and . - _ +, with no dot first.",
            ));
        }
    }
    let release = Release {
        app: app_id.to_owned(),
        platform: platform.to_owned(),
        version: version.to_owned(),
        file_name: file_name.to_owned(),
        size: u64::try_from(bytes.len()).map_err(Error::internal)?,
        sha256: Sha256::digest(bytes).into(),
        object_key: format!("releases/{app_id}/{platform}/{version}/{file_name}"),
        released_at: app.system_now(),
    };
    app.files()
        .put(&release.object_key, bytes)
        .await
        .map_err(Error::internal)?;
    let mut s = app.begin().await?;
    catalog::put_release(&mut s, &release).await?;
    s.commit().await?;
    tracing::info!(app = app_id, platform, version, "release published");
    Ok(release)
}

/// Every release, for the provider.
///
/// # Errors
/// `NOT_PERMITTED`.
pub async fn releases(app: &App, actor: &Actor) -> Result<Vec<Release>> {
    require_operator(actor)?;
    let mut s = app.read().await?;
    Ok(catalog::releases(&mut s).await?)
}
