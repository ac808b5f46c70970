//! Invariants of an organization that assigns and removes at random: INV-1, INV-2, INV-8, INV-9.

use std::collections::BTreeSet;

use aktiver_domain::licensing::{
    AddLicense, Assignment, AssignmentState, LicenseRequest, Licensee, Source, assign, enabled_plans,
};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::catalog::{all_plans, all_products, catalog};
use crate::licensing::pools;
use crate::support::{at, id};

#[derive(Debug, Clone)]
struct Step {
    user: usize,
    add: Vec<(Index, Vec<aktiver_domain::ids::PlanId>)>,
    remove: Vec<Index>,
    /// Plans turned off that need not belong to the product.
    careless: bool,
}

fn any_step() -> impl Strategy<Value = Step> {
    let add = (any::<Index>(), subsequence(all_plans(), 0..=8));
    (
        0_usize..4,
        prop::collection::vec(add, 0..3),
        prop::collection::vec(any::<Index>(), 0..2),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(user, add, remove, careless)| Step {
            user,
            add,
            remove,
            careless,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inv_1_inv_2_inv_8_inv_9_hold_after_every_granted_request(
        free in 0_u32..4,
        inherited in prop::collection::vec((0_usize..4, select(all_products())), 0..3),
        steps in prop::collection::vec(any_step(), 1..40),
    ) {
        let catalog = catalog();
        let products = all_products();
        let mut pools = pools(free);
        let mut users: Vec<Vec<Assignment>> = vec![Vec::new(); 4];
        // At most one product through a group each, which needs and conflicts with nothing; it counts in the pool.
        for (user, product) in inherited {
            let pool = pools.get_mut(&product).unwrap();
            let of = catalog.products[&product].plans.iter().copied().collect();
            let stands_alone = catalog.unmet_dependency(&of).is_none();
            if users[user].is_empty() && pool.free() > 0 && stands_alone {
                pool.consumed += 1;
                users[user].push(Assignment {
                    product,
                    source: Source::Group(id(50)),
                    disabled_plans: BTreeSet::new(),
                    state: AssignmentState::Active,
                    error: None,
                    updated_at: at("2026-01-01"),
                });
            }
        }
        for step in steps {
            let add = step.add.iter().map(|(index, off)| {
                let product = products[index.index(products.len())];
                let of = &catalog.products[&product].plans;
                let disabled_plans = off.iter().copied().filter(|p| step.careless || of.contains(p)).collect();
                AddLicense { product, disabled_plans }
            }).collect();
            let remove = step.remove.iter().map(|index| products[index.index(products.len())]).collect();
            let request = LicenseRequest { add, remove };
            let user = &mut users[step.user];
            let licensee = Licensee { usage_location: Some("NO"), assignments: user };
            let Ok(change) = assign(&catalog, &pools, licensee, &request, at("2026-03-01")) else { continue };
            for product in &change.taken {
                let pool = pools.get_mut(product).unwrap();
                prop_assert!(pool.free() > 0, "INV-2: never taken without a free unit");
                pool.consumed += 1;
            }
            for product in &change.freed {
                pools.get_mut(product).unwrap().consumed -= 1;
            }
            for written in &change.written {
                let product = &catalog.products[&written.product];
                prop_assert!(written.disabled_plans.iter().all(|p| product.plans.contains(p)), "INV-8");
                prop_assert_eq!(written.source, Source::Direct);
            }
            user.retain(|a| a.source != Source::Direct || !change.removed.contains(&a.product));
            user.retain(|a| a.source != Source::Direct || change.written.iter().all(|w| w.product != a.product));
            user.extend(change.written);

            let enabled = enabled_plans(&catalog, user.iter());
            prop_assert_eq!(catalog.exclusive_conflict(&enabled), None, "INV-9");
            prop_assert_eq!(catalog.unmet_dependency(&enabled), None);
            for (product, pool) in &pools {
                let holders = users.iter().filter(|held| held.iter().any(|a| a.product == *product)).count();
                prop_assert_eq!(usize::try_from(pool.consumed).unwrap(), holders, "INV-1");
                prop_assert!(pool.consumed <= pool.assignable(), "INV-2");
            }
        }
    }
}
