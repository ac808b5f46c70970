//! What a person holds, and what of it can be used now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aktiver_domain::Timestamp;
use aktiver_domain::catalog::Catalog;
use aktiver_domain::ids::{OrganizationId, PlanId, ProductId, UserId};
use aktiver_domain::licensing::{Assignment, Pool, enabled_plans, usable_plans};
use aktiver_storage::engine::Session;
use aktiver_storage::{assignment, subscription};

use crate::app::App;
use crate::error::Result;

/// A person's effective licenses and the pools behind them.
pub(crate) struct Entitlement {
    pub catalog: Arc<Catalog>,
    /// Effective ones alone.
    pub held: Vec<Assignment>,
    /// Of the products held; their consumed count is not read.
    pub pools: BTreeMap<ProductId, Pool>,
    /// Plans that are on in a product that is active or in grace.
    pub usable: BTreeSet<PlanId>,
}

impl Entitlement {
    pub(crate) async fn read(
        s: &mut Session,
        app: &App,
        organization: OrganizationId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Self> {
        let catalog = app.catalog(s).await?;
        let mut held = assignment::of_user(s, organization, user).await?;
        held.retain(Assignment::is_effective);
        let products: Vec<ProductId> = held
            .iter()
            .map(|one| one.product)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let subscriptions = subscription::of_products(s, organization, &products).await?;
        let pools: BTreeMap<_, _> = products
            .into_iter()
            .map(|product| (product, Pool::of(product, 0, &subscriptions, now)))
            .collect();
        let usable = usable_plans(&catalog, &pools, &held);
        Ok(Self {
            catalog,
            held,
            pools,
            usable,
        })
    }

    /// Plans that are on, but in products that cannot be used now.
    pub(crate) fn lapsed(&self) -> BTreeSet<PlanId> {
        let lapsed = self.held.iter().filter(|one| !self.is_usable(one.product));
        enabled_plans(&self.catalog, lapsed)
            .difference(&self.usable)
            .copied()
            .collect()
    }

    /// Plans that are off in every usable product that has them.
    pub(crate) fn turned_off(&self) -> BTreeSet<PlanId> {
        let usable = self.held.iter().filter(|one| self.is_usable(one.product));
        usable
            .flat_map(|one| one.disabled_plans.iter().copied())
            .filter(|plan| !self.usable.contains(plan))
            .collect()
    }

    pub(crate) fn is_usable(&self, product: ProductId) -> bool {
        self.pools.get(&product).is_some_and(Pool::is_usable)
    }

    /// The products through which a plan can be used now.
    pub(crate) fn conferring(&self, plan: PlanId) -> impl Iterator<Item = ProductId> + '_ {
        self.held
            .iter()
            .filter(move |one| {
                self.is_usable(one.product)
                    && !one.disabled_plans.contains(&plan)
                    && self
                        .catalog
                        .product(one.product)
                        .is_some_and(|product| product.plans.contains(&plan))
            })
            .map(|one| one.product)
    }
}
