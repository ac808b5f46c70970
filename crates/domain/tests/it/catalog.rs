//! A small catalog with the ids that SPEC 10.4, 17.1 and 21 quote, and its exclusive pairs.

use std::collections::{BTreeMap, BTreeSet};

use aktiver_domain::catalog::{App, AppKind, AppliesTo, Catalog, Plan, Product};
use aktiver_domain::ids::{PlanId, ProductId};
use rstest::rstest;

/// Name, id, exclusive group.
const PLANS: &[(&str, &str, Option<u32>)] = &[
    ("EXCHANGE_S_STANDARD", "9aaf7827-d63c-4b61-89c3-182f06f82e5c", Some(2)),
    ("EXCHANGE_S_DESKLESS", "4a82b400-a79f-41a4-b4e2-e94f5787b113", Some(2)),
    ("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0", None),
    ("EXCHANGE_S_FOUNDATION", "113feb6c-3fe4-4440-bddc-54d774bf0318", None),
    ("RMS_S_ENTERPRISE", "bea4c11e-220a-4e6d-8eb8-8ea15d019f90", Some(3)),
    ("INTUNE_A", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5", Some(4)),
    ("SHAREPOINTDESKLESS", "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9", Some(5)),
    ("SHAREPOINTENTERPRISE", "5dbe027f-2339-4123-9542-606e4d348a72", Some(5)),
    ("SHAREPOINTSTANDARD", "c7699d2e-19aa-44de-8edf-1736da088ca1", Some(5)),
    ("SHAREPOINT_PROJECT", "fe71d6c3-a2ea-4499-9778-da042bf08063", None),
    ("SHAREPOINTWAC", "e95bec33-7c88-4a70-8e19-b10bd9d0c014", None),
    ("MCOIMP", "afc06cb0-b4f4-4473-8286-d644f70d8faf", Some(6)),
    ("MCOSTANDARD", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c", Some(6)),
    ("MCOEV", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", None),
    ("YAMMER_ENTERPRISE", "7547a3fe-08ee-4ccb-b430-5077c5041653", Some(8)),
    ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929", None),
    ("OFFICESUBSCRIPTION", "43de0ff5-c92c-492b-9116-175376d08c38", None),
    ("OFFICE_BUSINESS", "094e7854-93fc-4d55-b2c0-3ab5369ebdc1", None),
    (
        "OFFICEMOBILE_SUBSCRIPTION",
        "c63d4d19-e8cb-460e-b37c-4d6c34603745",
        None,
    ),
    (
        "VISIO_CLIENT_SUBSCRIPTION",
        "663a804f-1c30-4ff0-9915-9db84f0d1cea",
        None,
    ),
    ("VISIOONLINE", "2bdbaf8f-738f-4ac7-9234-3c3ee2ce7d0f", None),
    (
        "PROJECT_CLIENT_SUBSCRIPTION",
        "fafd7243-e5c1-4a3a-9e40-495efcb1d3c3",
        None,
    ),
    ("BI_AZURE_P2", "70d33638-9c74-4d01-bfd3-562de28bd4ba", None),
];

/// Part number, id, plans that matter here.
const PRODUCTS: &[(&str, &str, &str)] = &[
    (
        "STANDARDPACK",
        "18181a46-0d4e-45cd-891e-60aabd171b4e",
        "EXCHANGE_S_STANDARD MCOSTANDARD SHAREPOINTSTANDARD YAMMER_ENTERPRISE TEAMS1 SHAREPOINTWAC OFFICEMOBILE_SUBSCRIPTION",
    ),
    (
        "ENTERPRISEPACK",
        "6fd2c87f-b296-42f0-b197-1e91e994b900",
        "EXCHANGE_S_ENTERPRISE MCOSTANDARD RMS_S_ENTERPRISE SHAREPOINTENTERPRISE YAMMER_ENTERPRISE TEAMS1 SHAREPOINTWAC OFFICESUBSCRIPTION",
    ),
    (
        "SPE_E3",
        "05e9a617-0261-4cee-bb44-138d3ef5d965",
        "EXCHANGE_S_ENTERPRISE INTUNE_A MCOSTANDARD RMS_S_ENTERPRISE SHAREPOINTENTERPRISE YAMMER_ENTERPRISE TEAMS1 SHAREPOINTWAC OFFICESUBSCRIPTION",
    ),
    (
        "SPE_E5",
        "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
        "EXCHANGE_S_ENTERPRISE INTUNE_A MCOSTANDARD RMS_S_ENTERPRISE SHAREPOINTENTERPRISE YAMMER_ENTERPRISE TEAMS1 MCOEV BI_AZURE_P2 OFFICESUBSCRIPTION",
    ),
    (
        "SPB",
        "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46",
        "EXCHANGE_S_STANDARD EXCHANGE_S_FOUNDATION INTUNE_A MCOSTANDARD RMS_S_ENTERPRISE SHAREPOINTSTANDARD YAMMER_ENTERPRISE TEAMS1 OFFICE_BUSINESS",
    ),
    (
        "O365_BUSINESS_PREMIUM",
        "f245ecc8-75af-4f8e-b61f-27d8114de5f3",
        "EXCHANGE_S_STANDARD MCOSTANDARD SHAREPOINTSTANDARD YAMMER_ENTERPRISE TEAMS1 SHAREPOINTWAC OFFICE_BUSINESS",
    ),
    (
        "O365_BUSINESS_ESSENTIALS",
        "3b555118-da6a-4418-894f-7df1e2096870",
        "EXCHANGE_S_STANDARD MCOSTANDARD SHAREPOINTSTANDARD YAMMER_ENTERPRISE TEAMS1 SHAREPOINTWAC OFFICEMOBILE_SUBSCRIPTION",
    ),
    (
        "DESKLESSPACK",
        "4b585984-651b-448a-9e53-3b10f069cf7f",
        "EXCHANGE_S_DESKLESS MCOIMP SHAREPOINTDESKLESS YAMMER_ENTERPRISE TEAMS1 SHAREPOINTWAC OFFICEMOBILE_SUBSCRIPTION",
    ),
    (
        "PROJECTPROFESSIONAL",
        "53818b1b-4a27-454b-8896-0dba576410e6",
        "EXCHANGE_S_FOUNDATION PROJECT_CLIENT_SUBSCRIPTION SHAREPOINTENTERPRISE SHAREPOINTWAC SHAREPOINT_PROJECT",
    ),
    (
        "EXCHANGESTANDARD",
        "4b9405b0-7788-4568-add1-99614e613b69",
        "EXCHANGE_S_STANDARD",
    ),
    (
        "EXCHANGEENTERPRISE",
        "19ec0d23-8335-4cbd-94ac-6050e30712fa",
        "EXCHANGE_S_ENTERPRISE",
    ),
    (
        "VISIOCLIENT",
        "c5928f49-12ba-48f7-ada3-0d743a3601d5",
        "EXCHANGE_S_FOUNDATION VISIOONLINE VISIO_CLIENT_SUBSCRIPTION",
    ),
    (
        "POWER_BI_PRO",
        "f8a1db68-be16-40ed-86d5-cb42ce701560",
        "BI_AZURE_P2 EXCHANGE_S_FOUNDATION",
    ),
    (
        "EMS",
        "efccb6f7-5641-4e0e-bd10-b4976e1bf68e",
        "EXCHANGE_S_FOUNDATION INTUNE_A RMS_S_ENTERPRISE",
    ),
    ("MCOEV", "e43b5b99-8dfb-405f-9987-dc307f34bcbd", "MCOEV"),
    // Of company plans alone, so nobody can be assigned it.
    (
        "FOUNDATION_ALONE",
        "00000000-0000-0000-0000-0000000000ff",
        "EXCHANGE_S_FOUNDATION",
    ),
];

pub fn plan(name: &str) -> PlanId {
    let (_, id, _) = PLANS.iter().find(|(n, ..)| *n == name).unwrap();
    PlanId::parse(id).unwrap()
}

pub fn plans(names: &str) -> BTreeSet<PlanId> {
    names.split_whitespace().map(plan).collect()
}

pub fn product(part_number: &str) -> ProductId {
    let (_, id, _) = PRODUCTS.iter().find(|(n, ..)| *n == part_number).unwrap();
    ProductId::parse(id).unwrap()
}

pub fn all_products() -> Vec<ProductId> {
    PRODUCTS.iter().map(|(name, ..)| product(name)).collect()
}

pub fn all_plans() -> Vec<PlanId> {
    PLANS.iter().map(|(name, ..)| plan(name)).collect()
}

/// Project for the web needs SharePoint Plan 2; Teams Phone needs Teams; Visio is not offered in ZZ.
pub fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    for (name, _, group) in PLANS {
        let id = plan(name);
        let requires = match *name {
            "SHAREPOINT_PROJECT" => vec![plans("SHAREPOINTENTERPRISE")],
            "MCOEV" => vec![plans("TEAMS1")],
            _ => Vec::new(),
        };
        let prohibited = name.starts_with("VISIO_").then(|| "ZZ".to_owned());
        catalog.plans.insert(
            id,
            Plan {
                id,
                name: (*name).to_owned(),
                friendly_name: (*name).to_owned(),
                applies_to: if *name == "EXCHANGE_S_FOUNDATION" {
                    AppliesTo::Company
                } else {
                    AppliesTo::User
                },
                prohibited_in: prohibited.into_iter().collect(),
                requires,
            },
        );
        catalog.exclusive.extend(group.map(|group| (id, group)));
    }
    for (name, _, of) in PRODUCTS {
        let id = product(name);
        catalog.products.insert(
            id,
            Product {
                id,
                part_number: (*name).to_owned(),
                name: (*name).to_owned(),
                plans: of.split_whitespace().map(plan).collect(),
                maximum_quantity: None,
                end_of_sale: false,
            },
        );
    }
    let app = |id: &str, kind, platforms: &str, of: &str| App {
        id: id.to_owned(),
        name: id.to_owned(),
        kind,
        platforms: platforms.split_whitespace().map(str::to_owned).collect(),
        plans: plans(of),
    };
    catalog.apps = vec![
        app(
            "suite-enterprise",
            AppKind::Desktop,
            "windows macos",
            "OFFICESUBSCRIPTION",
        ),
        app("suite-business", AppKind::Desktop, "windows macos", "OFFICE_BUSINESS"),
        app("visio", AppKind::Desktop, "windows", "VISIO_CLIENT_SUBSCRIPTION"),
        app("project", AppKind::Desktop, "windows", "PROJECT_CLIENT_SUBSCRIPTION"),
        app(
            "mobile",
            AppKind::Mobile,
            "ios android",
            "OFFICEMOBILE_SUBSCRIPTION OFFICESUBSCRIPTION OFFICE_BUSINESS",
        ),
        app("web", AppKind::Web, "", "SHAREPOINTWAC"),
        app("visio-web", AppKind::Web, "", "VISIOONLINE"),
        app("teams", AppKind::Desktop, "windows macos", "TEAMS1"),
    ];
    catalog
}

/// Every pair of different members of one exclusive group, as names in order.
fn conflicts(one: &str, other: &str) -> BTreeSet<String> {
    let catalog = catalog();
    let of = |name| &catalog.products[&product(name)].plans;
    let mut found = BTreeSet::new();
    for a in of(one) {
        for b in of(other) {
            if catalog.exclusive_conflict(&BTreeSet::from([*a, *b])).is_some() {
                let mut pair = [catalog.plan_name(*a), catalog.plan_name(*b)];
                pair.sort();
                found.insert(pair.join(" x "));
            }
        }
    }
    let both: BTreeSet<_> = of(one).iter().chain(of(other)).copied().collect();
    assert_eq!(catalog.exclusive_conflict(&both).is_some(), !found.is_empty());
    found
}

const SHAREPOINT: &[&str] = &["SHAREPOINTENTERPRISE x SHAREPOINTSTANDARD"];

#[rstest]
#[case("ENTERPRISEPACK", "STANDARDPACK", SHAREPOINT)]
#[case("SPE_E3", "O365_BUSINESS_PREMIUM", SHAREPOINT)]
#[case("SPE_E5", "SPB", SHAREPOINT)]
#[case("PROJECTPROFESSIONAL", "SPB", SHAREPOINT)]
#[case("DESKLESSPACK", "ENTERPRISEPACK", &["MCOIMP x MCOSTANDARD", "SHAREPOINTDESKLESS x SHAREPOINTENTERPRISE"])]
#[case("DESKLESSPACK", "O365_BUSINESS_ESSENTIALS", &[
    "EXCHANGE_S_DESKLESS x EXCHANGE_S_STANDARD", "MCOIMP x MCOSTANDARD", "SHAREPOINTDESKLESS x SHAREPOINTSTANDARD",
])]
#[case("EXCHANGESTANDARD", "DESKLESSPACK", &["EXCHANGE_S_DESKLESS x EXCHANGE_S_STANDARD"])]
#[case("EXCHANGESTANDARD", "EXCHANGEENTERPRISE", &[])]
#[case("SPE_E3", "VISIOCLIENT", &[])]
#[case("SPE_E3", "POWER_BI_PRO", &[])]
#[case("SPE_E3", "EMS", &[])]
#[case("SPE_E3", "MCOEV", &[])]
#[case("ENTERPRISEPACK", "SPE_E3", &[])]
fn spec_10_4_test_pairs(#[case] one: &str, #[case] other: &str, #[case] expected: &[&str]) {
    let expected: BTreeSet<_> = expected.iter().map(|pair| (*pair).to_owned()).collect();
    assert_eq!(conflicts(one, other), expected);
    assert_eq!(conflicts(other, one), expected);
}

#[test]
fn spec_10_4_no_product_conflicts_with_itself() {
    for (name, ..) in PRODUCTS {
        assert_eq!(conflicts(name, name), BTreeSet::new());
    }
}

#[test]
fn a_product_is_found_by_part_number_in_any_case() {
    let catalog = catalog();
    assert_eq!(catalog.by_part_number("spe_e3").unwrap().id, product("SPE_E3"));
    assert_eq!(catalog.by_part_number("SPE_E9"), None);
    let names: BTreeMap<_, _> = catalog.products.values().map(|p| (p.id, &p.part_number)).collect();
    assert_eq!(names.len(), PRODUCTS.len());
}
