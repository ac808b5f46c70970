//! What is documented of the standard plans but stands in no file: who needs whom (SPEC 10.4), who applies to the whole
//! organization, and which apps a plan confers (SPEC 17.1).

use std::collections::BTreeSet;

use aktiver_domain::catalog::{App as OfferedApp, AppKind, AppliesTo, Catalog, Plan};
use aktiver_domain::ids::PlanId;
use aktiver_storage::catalog;
use uuid::Uuid;

use crate::app::App;
use crate::auth::require_operator;
use crate::context::Actor;
use crate::error::Result;

const fn plan(id: u128) -> PlanId {
    PlanId::from_uuid(Uuid::from_u128(id))
}

/// EXCHANGE_S_FOUNDATION: nothing that a person sees.
const FOUNDATION: PlanId = plan(0x113feb6c_3fe4_4440_bddc_54d774bf0318);

const SHAREPOINT_PROJECT: PlanId = plan(0xfe71d6c3_a2ea_4499_9778_da042bf08063);
const SHAREPOINT_PROJECT_EDU: PlanId = plan(0x664a2fed_6c7a_468e_af35_d61740f0ec90);
const SHAREPOINT_PROJECT_GOV: PlanId = plan(0xe57afa78_1f19_4542_ba13_b32cd4d8f472);
const SHAREPOINT_ENTERPRISE: PlanId = plan(0x5dbe027f_2339_4123_9542_606e4d348a72);
const SHAREPOINT_ENTERPRISE_EDU: PlanId = plan(0x63038b2c_28d0_45f6_bc36_33062963b498);
const SHAREPOINT_ENTERPRISE_GOV: PlanId = plan(0x153f85dd_d912_4762_af6c_d6e0fb4f6692);

const AUDIO_CONFERENCING: PlanId = plan(0x3e26ee1f_8a5f_4d52_aee2_b81ce45c8f40);
const PHONE_SYSTEM: PlanId = plan(0x4828c8ec_dc2e_4779_b502_87ac9ce28ab7);
const WORKPLACE_ANALYTICS: PlanId = plan(0xf477b0f0_3bb1_4890_940c_40fcee6ce05f);
const DEFENDER_PLAN_2: PlanId = plan(0x8e0c0a52_6a6c_4d40_8370_dd62790dcd70);

const TEAMS: PlanId = plan(0x57ff2da0_773e_42df_b2af_ffb7a2317929);
const SKYPE: PlanId = plan(0x0feaeb32_d00e_4d66_bd5a_43b5b83db82c);
/// Teams, its closed variants, and Skype for Business (Plan 2), which suites sold without Teams carry instead.
const MEETINGS: [PlanId; 5] = [
    TEAMS,
    plan(0x304767db_7d23_49e8_a945_4a7eb65f9f28),
    plan(0x9953b155_8aef_4c56_92f3_72b0487fce41),
    plan(0xfd500458_c24c_478e_856c_a6067a8376cd),
    SKYPE,
];

/// Exchange Online Plan 1 and 2, and their government variants.
const EXCHANGE_PLANS: [PlanId; 4] = [
    plan(0x9aaf7827_d63c_4b61_89c3_182f06f82e5c),
    plan(0xefb87545_963c_4e0d_99df_69c6916d9eb0),
    plan(0xe9b4930a_925f_45e2_ac2a_3f7788ca6fdd),
    plan(0x8c3069c0_ccdb_44be_ab77_986203a67df2),
];
/// Every other plan with a mailbox.
const SMALLER_EXCHANGE_PLANS: [PlanId; 6] = [
    plan(0x4a82b400_a79f_41a4_b4e2_e94f5787b113),
    plan(0x88f4d7ef_a73b_4246_8047_516022144c9f),
    plan(0x1126bef5_da20_4f07_b45e_ad25d2581aa8),
    plan(0x90927877_dcff_4af6_b346_2332c0b15bb7),
    plan(0xd42bdbd6_c335_4231_ab3d_c8f348d5aff5),
    plan(0xfc52cc4b_ed7d_472d_bbe7_b081c23ecc56),
];

const DESKTOP_ENTERPRISE: PlanId = plan(0x43de0ff5_c92c_492b_9116_175376d08c38);
const DESKTOP_BUSINESS: PlanId = plan(0x094e7854_93fc_4d55_b2c0_3ab5369ebdc1);
const VISIO_DESKTOP: PlanId = plan(0x663a804f_1c30_4ff0_9915_9db84f0d1cea);
const PROJECT_DESKTOP: PlanId = plan(0xfafd7243_e5c1_4a3a_9e40_495efcb1d3c3);
const MOBILE: PlanId = plan(0xc63d4d19_e8cb_460e_b37c_4d6c34603745);
const WEB: PlanId = plan(0xe95bec33_7c88_4a70_8e19_b10bd9d0c014);
const VISIO_WEB: PlanId = plan(0x2bdbaf8f_738f_4ac7_9234_3c3ee2ce7d0f);

/// Which plan needs one of which (SPEC 10.4).
fn dependencies() -> Vec<(PlanId, BTreeSet<PlanId>)> {
    let mail = || EXCHANGE_PLANS.into_iter().chain(SMALLER_EXCHANGE_PLANS).collect();
    vec![
        (SHAREPOINT_PROJECT, BTreeSet::from([SHAREPOINT_ENTERPRISE])),
        (SHAREPOINT_PROJECT_EDU, BTreeSet::from([SHAREPOINT_ENTERPRISE_EDU])),
        (SHAREPOINT_PROJECT_GOV, BTreeSet::from([SHAREPOINT_ENTERPRISE_GOV])),
        (AUDIO_CONFERENCING, BTreeSet::from(MEETINGS)),
        (PHONE_SYSTEM, BTreeSet::from(MEETINGS)),
        (WORKPLACE_ANALYTICS, BTreeSet::from(EXCHANGE_PLANS)),
        (DEFENDER_PLAN_2, mail()),
    ]
}

/// Which app comes with which plans (SPEC 17.1), in the order in which they are offered.
fn apps() -> Vec<OfferedApp> {
    let app = |id: &str, name: &str, kind, platforms: &[&str], plans: &[PlanId]| OfferedApp {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        platforms: platforms.iter().map(|one| (*one).to_owned()).collect(),
        plans: plans.iter().copied().collect(),
    };
    let (desktop, windows, phones) = (["windows", "macos"], ["windows"], ["ios", "android"]);
    vec![
        app(
            "desktop-suite-enterprise",
            "Desktop apps for enterprise",
            AppKind::Desktop,
            &desktop,
            &[DESKTOP_ENTERPRISE],
        ),
        app(
            "desktop-suite-business",
            "Desktop apps for business",
            AppKind::Desktop,
            &desktop,
            &[DESKTOP_BUSINESS],
        ),
        app("visio-desktop", "Visio", AppKind::Desktop, &windows, &[VISIO_DESKTOP]),
        app(
            "project-desktop",
            "Project",
            AppKind::Desktop,
            &windows,
            &[PROJECT_DESKTOP],
        ),
        app(
            "teams",
            "Teams",
            AppKind::Desktop,
            &["windows", "macos", "ios", "android"],
            &[TEAMS],
        ),
        app(
            "skype-for-business",
            "Skype for Business (legacy)",
            AppKind::Desktop,
            &windows,
            &[SKYPE],
        ),
        app(
            "mobile-apps",
            "Mobile apps",
            AppKind::Mobile,
            &phones,
            &[MOBILE, DESKTOP_ENTERPRISE, DESKTOP_BUSINESS],
        ),
        app("web-apps", "Web apps", AppKind::Web, &[], &[WEB]),
        app("visio-web", "Visio for the web", AppKind::Web, &[], &[VISIO_WEB]),
    ]
}

/// Sets the documented rules for those of the standard plans that the catalog has: what EXCHANGE_S_FOUNDATION applies to,
/// dependencies, and the apps that plans confer. Apps and rules of other plans stay. Run it after an import; again changes
/// nothing.
///
/// # Errors
/// `NOT_PERMITTED` for anyone but the provider.
pub async fn set_standard_rules(app: &App, actor: &Actor) -> Result<()> {
    require_operator(actor)?;
    let mut s = app.begin().await?;
    let (_, stored) = catalog::load(&mut s).await?;
    let mut changed = false;
    if let Some(foundation) = stored
        .plan(FOUNDATION)
        .filter(|plan| plan.applies_to != AppliesTo::Company)
    {
        let company = Plan {
            applies_to: AppliesTo::Company,
            ..foundation.clone()
        };
        catalog::upsert_plans(&mut s, &[company]).await?;
        changed = true;
    }
    for (plan, needs) in dependencies() {
        let Some(known) = stored.plan(plan) else { continue };
        let needs = present(&stored, needs);
        let requires = if needs.is_empty() { Vec::new() } else { vec![needs] };
        if known.requires != requires {
            catalog::set_dependencies(&mut s, plan, &requires).await?;
            changed = true;
        }
    }
    let apps = merged(&stored);
    if apps != stored.apps {
        catalog::upsert_apps(&mut s, &apps).await?;
        changed = true;
    }
    if changed { Ok(s.commit().await?) } else { Ok(()) }
}

fn present(stored: &Catalog, plans: BTreeSet<PlanId>) -> BTreeSet<PlanId> {
    plans.into_iter().filter(|id| stored.plan(*id).is_some()).collect()
}

/// The standard apps that some plan of the catalog confers, then the vendor's own.
fn merged(stored: &Catalog) -> Vec<OfferedApp> {
    let mut all: Vec<OfferedApp> = apps()
        .into_iter()
        .map(|one| OfferedApp {
            plans: present(stored, one.plans),
            ..one
        })
        .filter(|one| !one.plans.is_empty())
        .collect();
    let own: Vec<_> = stored
        .apps
        .iter()
        .filter(|old| all.iter().all(|new| new.id != old.id))
        .cloned()
        .collect();
    all.extend(own);
    all
}
