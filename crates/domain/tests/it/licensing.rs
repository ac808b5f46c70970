//! One assignment: SPEC 10.3, 13.2, scenarios 17 to 22.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{PlanId, ProductId};
use aktiver_domain::licensing::{
    AddLicense, Assignment, AssignmentError, AssignmentState, LicenseChange, LicenseRequest, Licensee, Pool, Source,
    assign, enabled_plans,
};
use aktiver_domain::refusal::AssignRefusal;

use crate::catalog::{all_products, catalog, plan, plans, product};
use crate::support::{at, id};

pub fn pools(free: u32) -> BTreeMap<ProductId, Pool> {
    let pool = |product| Pool {
        product,
        enabled: free,
        warning: 0,
        suspended: 0,
        locked_out: 0,
        consumed: 0,
        subscriptions: Vec::new(),
    };
    all_products().into_iter().map(|id| (id, pool(id))).collect()
}

pub fn held(name: &str, source: Source, disabled: &str) -> Assignment {
    Assignment {
        product: product(name),
        source,
        disabled_plans: plans(disabled),
        state: AssignmentState::Active,
        error: None,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn direct(name: &str) -> Assignment {
    held(name, Source::Direct, "")
}

fn group() -> Source {
    Source::Group(id(50))
}

fn adding(name: &str, disabled: &str) -> LicenseRequest {
    LicenseRequest {
        add: vec![AddLicense {
            product: product(name),
            disabled_plans: plans(disabled),
        }],
        remove: Vec::new(),
    }
}

fn removing(name: &str) -> LicenseRequest {
    LicenseRequest {
        add: Vec::new(),
        remove: vec![product(name)],
    }
}

fn decide(assignments: &[Assignment], request: &LicenseRequest) -> Result<LicenseChange, AssignRefusal> {
    let licensee = Licensee {
        usage_location: Some("NO"),
        assignments,
    };
    assign(&catalog(), &pools(5), licensee, request, at("2026-03-01"))
}

fn exclusive(one: &str, other: &str) -> AssignRefusal {
    let (a, b) = (plan(one), plan(other));
    AssignRefusal::Exclusive {
        one: a.min(b),
        other: a.max(b),
    }
}

#[test]
fn scenario_17_la_07_without_a_usage_location_nothing_is_assigned() {
    let licensee = Licensee {
        usage_location: None,
        assignments: &[],
    };
    let refusal = assign(&catalog(), &pools(5), licensee, &adding("SPE_E3", ""), at("2026-03-01"));
    assert_eq!(refusal, Err(AssignRefusal::UsageLocation));
    assert_eq!(
        refusal.unwrap_err().message(),
        "License assignment cannot be done for user with invalid usage location."
    );
    let holder = [direct("SPE_E3")];
    let licensee = Licensee {
        usage_location: None,
        assignments: &holder,
    };
    let removed = assign(&catalog(), &pools(5), licensee, &removing("SPE_E3"), at("2026-03-01"));
    assert_eq!(
        removed.unwrap().freed,
        [product("SPE_E3")],
        "removing needs no location"
    );
}

#[test]
fn scenario_18_la_12_a_full_pool_refuses_the_next_user() {
    let licensee = Licensee {
        usage_location: Some("NO"),
        assignments: &[],
    };
    let refusal = assign(&catalog(), &pools(0), licensee, &adding("SPE_E3", ""), at("2026-03-01")).unwrap_err();
    assert_eq!(
        refusal.message(),
        format!(
            "Subscription with SKU {} does not have any available licenses.",
            product("SPE_E3")
        )
    );
    assert_eq!(refusal.stored(), AssignmentError::CountViolation);
}

#[test]
fn scenario_19_e1_beside_e3_conflicts_until_its_sharepoint_is_turned_off() {
    let e3 = [direct("ENTERPRISEPACK")];
    let refusal = decide(&e3, &adding("STANDARDPACK", "")).unwrap_err();
    assert_eq!(refusal, exclusive("SHAREPOINTENTERPRISE", "SHAREPOINTSTANDARD"));
    assert_eq!(refusal.stored(), AssignmentError::MutuallyExclusiveViolation);
    let granted = decide(&e3, &adding("STANDARDPACK", "SHAREPOINTSTANDARD")).unwrap();
    assert_eq!(granted.taken, [product("STANDARDPACK")]);
    assert_eq!(granted.written[0].disabled_plans, plans("SHAREPOINTSTANDARD"));
}

#[test]
fn scenario_20_project_without_its_sharepoint_is_a_dependency_violation() {
    let refusal = decide(&[], &adding("PROJECTPROFESSIONAL", "SHAREPOINTENTERPRISE")).unwrap_err();
    assert_eq!(
        refusal,
        AssignRefusal::Dependency {
            plan: plan("SHAREPOINT_PROJECT"),
            needs: plans("SHAREPOINTENTERPRISE")
        }
    );
    assert_eq!(refusal.stored(), AssignmentError::DependencyViolation);
    assert!(
        decide(
            &[direct("SPE_E3")],
            &adding("PROJECTPROFESSIONAL", "SHAREPOINTENTERPRISE")
        )
        .is_ok()
    );
    let both = "SHAREPOINTENTERPRISE SHAREPOINT_PROJECT";
    assert!(decide(&[], &adding("PROJECTPROFESSIONAL", both)).is_ok());
}

#[test]
fn spec_13_1_removing_what_another_product_needs_is_refused() {
    let phone = [direct("MCOEV"), direct("SPE_E3")];
    let refusal = decide(&phone, &removing("SPE_E3")).unwrap_err();
    assert_eq!(
        refusal,
        AssignRefusal::Dependency {
            plan: plan("MCOEV"),
            needs: plans("TEAMS1")
        }
    );
    assert!(decide(&phone, &removing("MCOEV")).is_ok());
}

#[test]
fn a_removal_is_not_kept_back_by_what_was_wrong_before() {
    // A changed catalog left these three beside each other.
    let stale = [direct("MCOEV"), direct("POWER_BI_PRO"), direct("EMS")];
    assert!(decide(&stale, &removing("EMS")).is_ok());
    let conflicting = [direct("ENTERPRISEPACK"), direct("STANDARDPACK"), direct("EMS")];
    assert!(decide(&conflicting, &removing("EMS")).is_ok());
    assert!(decide(&conflicting, &adding("POWER_BI_PRO", "")).is_err());
}

#[test]
fn scenario_21_gl_05_an_inherited_license_is_not_removed_directly() {
    let inherited = [held("SPE_E3", group(), "")];
    let refusal = decide(&inherited, &removing("SPE_E3")).unwrap_err();
    assert_eq!(
        refusal,
        AssignRefusal::Inherited {
            product: product("SPE_E3")
        }
    );
    let refusal = decide(&[], &removing("SPE_E3")).unwrap_err();
    assert_eq!(
        refusal,
        AssignRefusal::NotHeld {
            product: product("SPE_E3")
        }
    );
}

#[test]
fn scenario_22_gl_04_several_sources_take_one_unit_and_turn_on_the_union() {
    let inherited = held("SPE_E3", group(), "TEAMS1 INTUNE_A");
    let change = decide(
        std::slice::from_ref(&inherited),
        &adding("SPE_E3", "INTUNE_A YAMMER_ENTERPRISE"),
    )
    .unwrap();
    assert_eq!(change.taken, []);
    let mut both = vec![inherited];
    both.extend(change.written);
    let off: BTreeSet<PlanId> = {
        let on = enabled_plans(&catalog(), &both);
        catalog().products[&product("SPE_E3")]
            .plans
            .iter()
            .copied()
            .filter(|p| !on.contains(p))
            .collect()
    };
    assert_eq!(off, plans("INTUNE_A"), "off only where every source leaves it off");

    let removed = decide(&both, &removing("SPE_E3")).unwrap();
    assert_eq!(
        (removed.removed, removed.freed),
        (vec![product("SPE_E3")], vec![]),
        "GL-14: the group still holds it"
    );
}

#[test]
fn a_full_pool_is_no_matter_to_who_holds_a_unit_already() {
    let holder = [held("SPE_E3", group(), "")];
    let licensee = Licensee {
        usage_location: Some("NO"),
        assignments: &holder,
    };
    let change = assign(
        &catalog(),
        &pools(0),
        licensee,
        &adding("SPE_E3", "TEAMS1"),
        at("2026-03-01"),
    );
    assert_eq!(change.unwrap().taken, []);
}

#[test]
fn an_assignment_in_error_holds_no_unit() {
    let failed = Assignment {
        state: AssignmentState::Error,
        error: Some(AssignmentError::CountViolation),
        ..held("SPE_E3", group(), "")
    };
    let change = decide(&[failed], &adding("SPE_E3", "")).unwrap();
    assert_eq!(change.taken, [product("SPE_E3")]);
}

#[test]
fn spec_10_3_step_10_what_is_held_has_only_its_disabled_plans_replaced() {
    let before = [held("SPE_E3", Source::Direct, "TEAMS1")];
    let change = decide(&before, &adding("SPE_E3", "INTUNE_A")).unwrap();
    assert_eq!((change.taken, change.freed, change.removed), (vec![], vec![], vec![]));
    assert_eq!(change.written.len(), 1);
    assert_eq!(
        change.written[0].disabled_plans,
        plans("INTUNE_A"),
        "replaced, not added to"
    );
}

#[test]
fn assigning_the_same_again_writes_nothing() {
    let before = [held("SPE_E3", Source::Direct, "TEAMS1")];
    assert_eq!(
        decide(&before, &adding("SPE_E3", "TEAMS1")),
        Ok(LicenseChange::default())
    );
}

#[test]
fn conflicting_products_are_swapped_in_one_request() {
    let before = [direct("ENTERPRISEPACK")];
    let swap = LicenseRequest {
        remove: vec![product("ENTERPRISEPACK")],
        ..adding("STANDARDPACK", "")
    };
    let change = decide(&before, &swap).unwrap();
    assert_eq!(change.taken, [product("STANDARDPACK")]);
    assert_eq!(change.freed, [product("ENTERPRISEPACK")]);
    assert_eq!(change.removed, [product("ENTERPRISEPACK")]);
    let inherited = [held("ENTERPRISEPACK", group(), ""), direct("ENTERPRISEPACK")];
    assert_eq!(
        decide(&inherited, &swap),
        Err(exclusive("SHAREPOINTENTERPRISE", "SHAREPOINTSTANDARD")),
        "the group's stays"
    );
}

#[test]
fn two_products_of_one_request_conflict_with_each_other() {
    let mut request = adding("ENTERPRISEPACK", "");
    request.add.extend(adding("STANDARDPACK", "").add);
    assert_eq!(
        decide(&[], &request),
        Err(exclusive("SHAREPOINTENTERPRISE", "SHAREPOINTSTANDARD"))
    );
}

#[test]
fn an_empty_request_changes_nothing() {
    assert_eq!(decide(&[], &LicenseRequest::default()), Ok(LicenseChange::default()));
}

#[test]
fn spec_10_3_the_first_reason_in_order_is_given() {
    let catalog = catalog();
    let mut reasons = Vec::new();
    // Everything wrong at once; each turn mends what was named.
    let (foreign, unknown, company) = (product("SPE_E3"), product("POWER_BI_PRO"), product("FOUNDATION_ALONE"));
    let visio = product("VISIOCLIENT");
    let mut pools = pools(0);
    pools.remove(&unknown);
    let add = |product, disabled| AddLicense {
        product,
        disabled_plans: plans(disabled),
    };
    let mut request = LicenseRequest {
        add: vec![
            add(unknown, ""),
            add(foreign, "VISIOONLINE"),
            add(company, ""),
            add(visio, ""),
            add(product("PROJECTPROFESSIONAL"), "SHAREPOINTENTERPRISE"),
            add(product("STANDARDPACK"), ""),
        ],
        remove: vec![visio],
    };
    let mut location = None;
    for _ in 0..9 {
        let licensee = Licensee {
            usage_location: location,
            assignments: &[],
        };
        let refusal = match assign(&catalog, &pools, licensee, &request, at("2026-03-01")) {
            Ok(_) => break,
            Err(refusal) => refusal,
        };
        reasons.push(refusal.code());
        match refusal {
            AssignRefusal::Duplicate { .. } => request.remove.clear(),
            AssignRefusal::ForeignPlan { product, .. } => {
                assert_eq!(product, foreign);
                request.add[1] = add(foreign, "SHAREPOINTENTERPRISE");
            }
            AssignRefusal::UnknownProduct { product } => {
                assert_eq!(product, unknown);
                request.add.remove(0);
            }
            AssignRefusal::CompanyOnly { product } => request.add.retain(|add| add.product != product),
            AssignRefusal::UsageLocation => location = Some("ZZ"),
            AssignRefusal::Prohibited { plan: refused, country } => {
                assert_eq!((refused, &*country), (plan("VISIO_CLIENT_SUBSCRIPTION"), "ZZ"));
                location = Some("NO");
            }
            AssignRefusal::Dependency { .. } => request.add[2] = add(product("PROJECTPROFESSIONAL"), ""),
            AssignRefusal::Exclusive { .. } => request.add[3] = add(product("STANDARDPACK"), "SHAREPOINTSTANDARD"),
            AssignRefusal::NoUnits { .. } => pools = crate::licensing::pools(1),
            AssignRefusal::NotHeld { .. } | AssignRefusal::Inherited { .. } | AssignRefusal::SelfService { .. } => {
                unreachable!("nothing is removed")
            }
        }
    }
    assert_eq!(
        reasons,
        [
            "ASSIGN_DUPLICATE",
            "ASSIGN_FOREIGN_PLAN",
            "ASSIGN_UNKNOWN_PRODUCT",
            "ASSIGN_COMPANY_ONLY",
            "ASSIGN_USAGE_LOCATION",
            "ASSIGN_PROHIBITED",
            "ASSIGN_DEPENDENCY",
            "ASSIGN_EXCLUSIVE",
            "ASSIGN_NO_UNITS",
        ]
    );
}

#[test]
fn spec_13_2_a_product_that_is_not_in_the_organization_is_neither_added_nor_removed() {
    let mut pools = pools(5);
    pools.remove(&product("EMS"));
    let licensee = Licensee {
        usage_location: Some("NO"),
        assignments: &[],
    };
    for request in [adding("EMS", ""), removing("EMS")] {
        let refusal = assign(&catalog(), &pools, licensee, &request, at("2026-03-01")).unwrap_err();
        assert_eq!(
            refusal.message(),
            format!(
                "License {} does not correspond to a valid company License.",
                product("EMS")
            )
        );
    }
}

#[test]
fn spec_13_2_messages_name_the_plans() {
    let refusal = decide(&[direct("ENTERPRISEPACK")], &adding("STANDARDPACK", "")).unwrap_err();
    assert_eq!(
        refusal.message(),
        "License assignment failed because service plans 5dbe027f-2339-4123-9542-606e4d348a72,\
         c7699d2e-19aa-44de-8edf-1736da088ca1 are mutually exclusive"
    );
    let refusal = decide(&[], &adding("MCOEV", "")).unwrap_err();
    assert_eq!(
        refusal.message(),
        "License assignment failed because service plan 4828c8ec-dc2e-4779-b502-87ac9ce28ab7 \
         depends on the service plan(s) 57ff2da0-773e-42df-b2af-ffb7a2317929"
    );
    let refusal = decide(&[], &adding("FOUNDATION_ALONE", "")).unwrap_err();
    assert!(refusal.message().ends_with("cannot be assigned to a user."));
    let refusal = decide(&[held("SPE_E3", group(), "")], &removing("SPE_E3")).unwrap_err();
    assert_eq!(
        refusal.message(),
        "User license is inherited from a group membership and it cannot be removed directly from the user."
    );
    let refusal = decide(&[], &removing("SPE_E3")).unwrap_err();
    assert_eq!(refusal.message(), "User does not have a corresponding license.");
}
