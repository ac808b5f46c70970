//! Who holds which license, and the decision whether one may be assigned (SPEC 10).

use std::collections::{BTreeMap, BTreeSet};

use crate::Timestamp;
use crate::catalog::{AppliesTo, Catalog};
use crate::ids::{GroupId, PlanId, ProductId, SubscriptionId};
use crate::refusal::AssignRefusal;
use crate::subscription::{Phase, Subscription};

/// Where an assignment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    Direct,
    Group(GroupId),
}

/// How an assignment is doing (SPEC 13.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignmentState {
    Active,
    ActiveWithError,
    Disabled,
    Error,
}

text_enum! { AssignmentState, "assignment state" {
    Active = "Active",
    ActiveWithError = "ActiveWithError",
    Disabled = "Disabled",
    Error = "Error",
}}

/// Why an assignment is not in effect (SPEC 13.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignmentError {
    CountViolation,
    MutuallyExclusiveViolation,
    DependencyViolation,
    ProhibitedInUsageLocationViolation,
    UniquenessViolation,
    Other,
}

text_enum! { AssignmentError, "assignment error" {
    CountViolation = "CountViolation",
    MutuallyExclusiveViolation = "MutuallyExclusiveViolation",
    DependencyViolation = "DependencyViolation",
    ProhibitedInUsageLocationViolation = "ProhibitedInUsageLocationViolation",
    UniquenessViolation = "UniquenessViolation",
    Other = "Other",
}}

/// One (user, product, source).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub product: ProductId,
    pub source: Source,
    pub disabled_plans: BTreeSet<PlanId>,
    pub state: AssignmentState,
    pub error: Option<AssignmentError>,
    pub updated_at: Timestamp,
}

impl Assignment {
    /// Whether it is in effect and so takes a unit.
    #[must_use]
    pub const fn is_effective(&self) -> bool {
        matches!(self.state, AssignmentState::Active | AssignmentState::ActiveWithError)
    }
}

/// All subscriptions of one product in one organization (SPEC 14.1, subscribedSku).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub product: ProductId,
    pub enabled: u32,
    pub warning: u32,
    pub suspended: u32,
    pub locked_out: u32,
    /// Distinct users with an effective assignment (INV-1).
    pub consumed: u32,
    /// Every subscription in it, in the order given; pending, scheduled and deleted ones are not.
    pub subscriptions: Vec<SubscriptionId>,
}

impl Pool {
    /// The pool that an organization's subscriptions of one product make at `now` (INV-3, LA-13); those of other
    /// products are passed over.
    #[must_use]
    pub fn of<'a>(
        product: ProductId,
        consumed: u32,
        subscriptions: impl IntoIterator<Item = &'a Subscription>,
        now: Timestamp,
    ) -> Self {
        let mut pool = Self {
            product,
            enabled: 0,
            warning: 0,
            suspended: 0,
            locked_out: 0,
            consumed,
            subscriptions: Vec::new(),
        };
        for subscription in subscriptions.into_iter().filter(|s| s.product == product) {
            let units = match subscription.phase(now) {
                Phase::Active => &mut pool.enabled,
                Phase::Expired => &mut pool.warning,
                Phase::Disabled => &mut pool.suspended,
                Phase::LockedOut => &mut pool.locked_out,
                Phase::Pending | Phase::Scheduled | Phase::Deleted => continue,
            };
            *units = units.saturating_add(subscription.quantity);
            pool.subscriptions.push(subscription.id);
        }
        pool
    }

    /// Units that may be assigned in all: enabled and in grace (LA-12).
    #[must_use]
    pub const fn assignable(&self) -> u32 {
        self.enabled.saturating_add(self.warning)
    }

    /// Units still free; none after a lapse left more assigned than owned (LC-09).
    #[must_use]
    pub const fn free(&self) -> u32 {
        self.assignable().saturating_sub(self.consumed)
    }

    /// Units assigned beyond what may be.
    #[must_use]
    pub const fn over_assigned(&self) -> u32 {
        self.consumed.saturating_sub(self.assignable())
    }

    /// `capabilityStatus`: the best phase that any member has.
    #[must_use]
    pub const fn capability_status(&self) -> &'static str {
        if self.enabled > 0 {
            "Enabled"
        } else if self.warning > 0 {
            "Warning"
        } else if self.suspended > 0 {
            "Suspended"
        } else if self.locked_out > 0 {
            "LockedOut"
        } else {
            "Deleted"
        }
    }

    /// Whether users may use what it gives.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.assignable() > 0
    }
}

/// One product to assign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddLicense {
    pub product: ProductId,
    pub disabled_plans: BTreeSet<PlanId>,
}

/// What `assignLicense` asks for: removes and adds, decided together so that conflicting products can be swapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LicenseRequest {
    pub add: Vec<AddLicense>,
    pub remove: Vec<ProductId>,
}

/// What the decision needs to know of the user.
#[derive(Debug, Clone, Copy)]
pub struct Licensee<'a> {
    pub usage_location: Option<&'a str>,
    pub assignments: &'a [Assignment],
}

/// What changes when a request is granted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LicenseChange {
    /// Direct assignments that are written, new or with another set of disabled plans.
    pub written: Vec<Assignment>,
    /// Products whose direct assignment goes away.
    pub removed: Vec<ProductId>,
    /// Products of which the user takes a unit.
    pub taken: Vec<ProductId>,
    /// Products of which the user gives a unit back.
    pub freed: Vec<ProductId>,
}

/// The plans that a user's effective assignments turn on, whatever the pools' phases: a plan is on when any source
/// leaves it on (GL-04).
#[must_use]
pub fn enabled_plans<'a>(catalog: &Catalog, assignments: impl IntoIterator<Item = &'a Assignment>) -> BTreeSet<PlanId> {
    assignments
        .into_iter()
        .filter(|a| a.is_effective())
        .filter_map(|a| catalog.product(a.product).map(|p| (a, p)))
        .flat_map(|(a, product)| {
            product
                .plans
                .iter()
                .copied()
                .filter(|plan| !a.disabled_plans.contains(plan))
        })
        .collect()
}

/// The plans a user can use now: turned on, in a pool that is active or in grace (MA-01 … MA-03).
#[must_use]
pub fn usable_plans<'a>(
    catalog: &Catalog,
    pools: &BTreeMap<ProductId, Pool>,
    assignments: impl IntoIterator<Item = &'a Assignment>,
) -> BTreeSet<PlanId> {
    let usable = assignments
        .into_iter()
        .filter(|a| pools.get(&a.product).is_some_and(Pool::is_usable));
    enabled_plans(catalog, usable)
}

/// Decides a direct assignment in the order of SPEC 10.3, steps 2 to 8 and 10.
///
/// # Errors
/// The first reason in that order; nothing is done in part.
pub fn assign(
    catalog: &Catalog,
    pools: &BTreeMap<ProductId, Pool>,
    licensee: Licensee<'_>,
    request: &LicenseRequest,
    now: Timestamp,
) -> Result<LicenseChange, AssignRefusal> {
    let mut named = BTreeSet::new();
    let asked = || {
        let added = request.add.iter().map(|add| add.product);
        added.chain(request.remove.iter().copied())
    };
    for product in asked() {
        if !named.insert(product) {
            return Err(AssignRefusal::Duplicate { product });
        }
    }
    for add in &request.add {
        let Some(product) = catalog.product(add.product) else {
            continue;
        };
        if let Some(plan) = add.disabled_plans.iter().find(|plan| !product.plans.contains(plan)) {
            return Err(AssignRefusal::ForeignPlan {
                product: add.product,
                plan: *plan,
            });
        }
    }
    if let Some(product) = asked().find(|product| !pools.contains_key(product)) {
        return Err(AssignRefusal::UnknownProduct { product });
    }
    for add in &request.add {
        let product = catalog
            .product(add.product)
            .ok_or(AssignRefusal::UnknownProduct { product: add.product })?;
        if catalog.applies_to(product) == AppliesTo::Company {
            return Err(AssignRefusal::CompanyOnly { product: add.product });
        }
    }
    for product in &request.remove {
        let mut held = licensee.assignments.iter().filter(|a| a.product == *product).peekable();
        if held.peek().is_none() {
            return Err(AssignRefusal::NotHeld { product: *product });
        }
        if !held.any(|a| a.source == Source::Direct) {
            return Err(AssignRefusal::Inherited { product: *product });
        }
    }

    let mut after: Vec<Assignment> = licensee
        .assignments
        .iter()
        .filter(|a| !(a.source == Source::Direct && named.contains(&a.product)))
        .cloned()
        .collect();
    let written: Vec<Assignment> = request
        .add
        .iter()
        .map(|add| Assignment {
            product: add.product,
            source: Source::Direct,
            disabled_plans: add.disabled_plans.clone(),
            state: AssignmentState::Active,
            error: None,
            updated_at: now,
        })
        .collect();
    after.extend(written.iter().cloned());

    if !request.add.is_empty() {
        let country = licensee.usage_location.ok_or(AssignRefusal::UsageLocation)?;
        let added = enabled_plans(catalog, &written);
        if let Some(plan) = catalog.prohibited(&added, country) {
            return Err(AssignRefusal::Prohibited {
                plan,
                country: country.to_owned(),
            });
        }
    }
    // What a changed catalog left wrong before does not keep a license from being removed.
    let enabled = enabled_plans(catalog, &after);
    let was_unmet = |plan: PlanId| {
        let before = enabled_plans(catalog, licensee.assignments);
        catalog.unmet_dependencies(&before).any(|(other, _)| other == plan)
    };
    if let Some((plan, needs)) = catalog
        .unmet_dependencies(&enabled)
        .find(|(plan, _)| !request.add.is_empty() || !was_unmet(*plan))
    {
        return Err(AssignRefusal::Dependency {
            plan,
            needs: needs.clone(),
        });
    }
    if let Some((one, other)) = catalog.exclusive_conflict(&enabled).filter(|_| !request.add.is_empty()) {
        return Err(AssignRefusal::Exclusive { one, other });
    }

    let holds =
        |assignments: &[Assignment], product| assignments.iter().any(|a| a.product == product && a.is_effective());
    let mut change = LicenseChange {
        removed: request.remove.clone(),
        ..LicenseChange::default()
    };
    for add in &request.add {
        if !holds(licensee.assignments, add.product) {
            if pools.get(&add.product).is_none_or(|pool| pool.free() == 0) {
                return Err(AssignRefusal::NoUnits { product: add.product });
            }
            change.taken.push(add.product);
        }
    }
    change.freed = request
        .remove
        .iter()
        .copied()
        .filter(|p| holds(licensee.assignments, *p) && !holds(&after, *p))
        .collect();
    // Assigning again what is there changes nothing, and leaves its date alone.
    change.written = written
        .into_iter()
        .filter(|new| {
            !licensee.assignments.iter().any(|old| {
                old.product == new.product
                    && old.source == new.source
                    && old.is_effective()
                    && old.disabled_plans == new.disabled_plans
            })
        })
        .collect();
    Ok(change)
}
