//! Products, service plans, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{PlanId, ProductId};

/// Whether a plan (and a product made of such plans) is for users or for the whole organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppliesTo {
    User,
    Company,
}

text_enum! { AppliesTo, "appliesTo" { User = "User", Company = "Company" } }

/// One service of a product, which can be turned off per assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: PlanId,
    pub name: String,
    pub friendly_name: String,
    pub applies_to: AppliesTo,
    /// Countries (ISO 3166-1 alpha-2) in which the service is not offered.
    pub prohibited_in: BTreeSet<String>,
    /// Each set must have one member enabled beside this plan (SPEC 10.4).
    pub requires: Vec<BTreeSet<PlanId>>,
}

/// A product (SKU): what is bought and assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    /// `skuPartNumber`; not unique in the published catalog, so never a key.
    pub part_number: String,
    pub name: String,
    pub plans: Vec<PlanId>,
    /// Most units one subscription may have; `None` is unlimited (QT-12, PK-03).
    pub maximum_quantity: Option<u32>,
    /// Not sold any more: renewable, but no new units and no upgrade to it (SPEC 8.4).
    pub end_of_sale: bool,
}

/// How an app reaches the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppKind {
    Desktop,
    Mobile,
    Web,
}

text_enum! { AppKind, "kind of app" { Desktop = "desktop", Mobile = "mobile", Web = "web" } }

/// An app that plans confer (SPEC 17.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// A short name for addresses: `desktop-suite-business`.
    pub id: String,
    pub name: String,
    pub kind: AppKind,
    /// `windows`, `macos`, `linux`, `ios`, `android`; empty for the web.
    pub platforms: Vec<String>,
    /// Any of these plans confers it.
    pub plans: BTreeSet<PlanId>,
}

/// The whole catalog, read once and shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    pub products: BTreeMap<ProductId, Product>,
    pub plans: BTreeMap<PlanId, Plan>,
    /// The exclusive group of each plan that has one; two different members of a group conflict.
    pub exclusive: BTreeMap<PlanId, u32>,
    pub apps: Vec<App>,
}

impl Catalog {
    /// The product with this id.
    #[must_use]
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.get(&id)
    }

    /// The service plan with this id.
    #[must_use]
    pub fn plan(&self, id: PlanId) -> Option<&Plan> {
        self.plans.get(&id)
    }

    /// The first product with this part number, in id order.
    #[must_use]
    pub fn by_part_number(&self, part_number: &str) -> Option<&Product> {
        self.products
            .values()
            .find(|p| p.part_number.eq_ignore_ascii_case(part_number))
    }

    /// `User` if any plan of the product is for users; a product of company plans alone cannot be assigned.
    #[must_use]
    pub fn applies_to(&self, product: &Product) -> AppliesTo {
        let user = product.plans.is_empty()
            || product
                .plans
                .iter()
                .filter_map(|p| self.plan(*p))
                .any(|p| p.applies_to == AppliesTo::User);
        if user { AppliesTo::User } else { AppliesTo::Company }
    }

    /// The name of a plan for messages; its id when the catalog does not know it.
    #[must_use]
    pub fn plan_name(&self, id: PlanId) -> String {
        self.plan(id).map_or_else(|| id.to_string(), |p| p.name.clone())
    }

    /// The apps that a set of usable plans confers, in the catalog's order (MA-01, MA-02).
    #[must_use]
    pub fn apps_for(&self, usable: &BTreeSet<PlanId>) -> Vec<&App> {
        self.apps
            .iter()
            .filter(|app| app.plans.iter().any(|p| usable.contains(p)))
            .collect()
    }

    /// The first dependency that a set of enabled plans leaves unmet: the plan, and the plans of which it needs one.
    #[must_use]
    pub fn unmet_dependency(&self, enabled: &BTreeSet<PlanId>) -> Option<(PlanId, BTreeSet<PlanId>)> {
        let (plan, missing) = self.unmet_dependencies(enabled).next()?;
        Some((plan, missing.clone()))
    }

    /// Every enabled plan with an unmet dependency, and the first set of plans of which it needs one.
    pub fn unmet_dependencies<'a>(
        &'a self,
        enabled: &'a BTreeSet<PlanId>,
    ) -> impl Iterator<Item = (PlanId, &'a BTreeSet<PlanId>)> {
        enabled.iter().filter_map(|id| self.plan(*id)).filter_map(|plan| {
            let missing = plan.requires.iter().find(|any| any.is_disjoint(enabled))?;
            Some((plan.id, missing))
        })
    }

    /// The first two different enabled plans of one exclusive group.
    #[must_use]
    pub fn exclusive_conflict(&self, enabled: &BTreeSet<PlanId>) -> Option<(PlanId, PlanId)> {
        let mut first_of = BTreeMap::new();
        enabled.iter().find_map(|plan| {
            let group = self.exclusive.get(plan)?;
            first_of.insert(group, *plan).map(|other| (other, *plan))
        })
    }

    /// The first enabled plan that is not offered in a country.
    #[must_use]
    pub fn prohibited(&self, enabled: &BTreeSet<PlanId>, country: &str) -> Option<PlanId> {
        enabled
            .iter()
            .copied()
            .find(|id| self.plan(*id).is_some_and(|p| p.prohibited_in.contains(country)))
    }
}
