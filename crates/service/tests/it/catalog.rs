//! Importing the catalog, and the rules that no file carries.

use std::collections::BTreeSet;

use aktiver_domain::Refusal;
use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{AppliesTo, Catalog};
use aktiver_domain::ids::{PlanId, ProductId, parse_guid};
use aktiver_domain::licensing::{AddLicense, LicenseRequest};
use aktiver_domain::policy::Channel;
use aktiver_domain::refusal::AssignRefusal;
use aktiver_service::catalog::{ImportOptions, ImportReport};
use aktiver_service::subscriptions::{self, Provision};
use aktiver_service::{Actor, Error, catalog, licensing};
use std::sync::Arc;

use crate::both_engines;
use crate::harness::Harness;

const HEADER: &str =
    "Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names";
const SUITE: &str = "00000000-0000-4000-8000-000000000001";
const OTHER: &str = "00000000-0000-4000-8000-000000000002";
const MAIL: &str = "00000000-0000-4000-8000-0000000000a1";
const CHAT: &str = "00000000-0000-4000-8000-0000000000a2";
/// Eight, four, four, four and twelve digits, but of no version that RFC 9562 knows.
const ODD: &str = "3e58e97c-9abe-ebab-cd5f-d543d1529634";

fn product(id: &str) -> ProductId {
    ProductId::parse(id).unwrap()
}

fn plan(id: &str) -> PlanId {
    PlanId::from_uuid(parse_guid(id).unwrap())
}

async fn import_with(t: &Harness, text: &str, options: ImportOptions) -> ImportReport {
    catalog::import(&t.app, &t.operator, text.as_bytes(), options, &mut |_| {})
        .await
        .unwrap()
}

async fn import(t: &Harness, rows: &[&str]) -> ImportReport {
    import_with(t, &format!("{HEADER}\n{}\n", rows.join("\n")), ImportOptions::default()).await
}

async fn stored(t: &Harness) -> Arc<Catalog> {
    licensing::catalog(&t.app).await.unwrap()
}

both_engines! {
    async fn a_catalog_with_marks_spaces_and_capitals_is_imported(t: &Harness) {
        let text = format!(
            "\u{feff}{HEADER}\r\n\u{a0}Suite One ,SUITE_ONE,{},MAIL ,{MAIL},\u{a0}Mail\u{a0}for all\r\nSuite One,SUITE_ONE,{SUITE},CHAT,{CHAT},Chat\r\n",
            SUITE.to_uppercase()
        );
        let report = import_with(t, &text, ImportOptions::default()).await;
        assert!(report.imported && report.problems.is_empty() && report.notes.is_empty(), "{report:?}");
        assert_eq!((report.rows, report.products, report.plans), (2, 1, 2));
        let found = stored(t).await;
        let suite = found.product(product(SUITE)).unwrap();
        assert_eq!((suite.name.as_str(), suite.part_number.as_str()), ("Suite One", "SUITE_ONE"));
        assert_eq!(suite.plans, [plan(MAIL), plan(CHAT)]);
        assert_eq!(found.plan(plan(MAIL)).unwrap().friendly_name, "Mail for all");
        assert_eq!(found.plan(plan(MAIL)).unwrap().applies_to, AppliesTo::User);
    }

    async fn the_same_file_again_changes_nothing(t: &Harness) {
        let rows = [
            &*format!("Suite,SUITE,{SUITE},MAIL,{MAIL},Mail"),
            &*format!("Suite,SUITE,{SUITE},CHAT,{CHAT},Chat"),
        ];
        let first = import(t, &rows).await;
        assert_eq!((first.changed_products, first.changed_plans), (1, 2));
        let before = stored(t).await;
        let again = import(t, &rows).await;
        assert!(again.imported);
        assert_eq!((again.changed_products, again.changed_plans), (0, 0));
        assert!(Arc::ptr_eq(&before, &stored(t).await), "the catalog was not even read again");
    }

    async fn quirks_are_notes_and_the_first_spelling_wins(t: &Harness) {
        let report = import(t, &[
            &format!("Suite,SUITE,{SUITE},Mail_Plan,{MAIL},Mail"),
            &format!("Suite,Suite,{SUITE},CHAT,{CHAT},Chat"),
            &format!("Other,SUITE,{OTHER},MAIL_PLAN,{MAIL},MAIL"),
            &format!("Other,SUITE,{OTHER},ODD,{ODD},Odd"),
        ]).await;
        assert!(report.imported && report.problems.is_empty(), "{report:?}");
        let found = stored(t).await;
        assert_eq!(found.plan(plan(MAIL)).unwrap().name, "Mail_Plan");
        assert_eq!(found.product(product(SUITE)).unwrap().part_number, "SUITE");
        assert_eq!(found.product(product(OTHER)).unwrap().part_number, "SUITE");
        assert_eq!(found.plan(plan(ODD)).unwrap().name, "ODD");
        let lines: Vec<_> = report.notes.iter().map(|note| note.line).collect();
        assert_eq!(lines, [3, 4, 4, 5], "{:#?}", report.notes);
    }

    async fn conflicts_and_bad_rows_are_told_by_line_and_nothing_is_imported(t: &Harness) {
        let text = format!(
            "{HEADER}\nSuite,SUITE,{SUITE},MAIL,{MAIL},Mail\nSuite,SWEET,{SUITE},CHAT,{CHAT},Chat\nSuite,SUITE,{SUITE},MAIL,{MAIL},Mail\n\
             Other,OTHER,not-an-id,MAIL,{MAIL},Mail\nOther,OTHER\n,OTHER,{OTHER},MAIL,{MAIL},Mail\n\"Other, with comma\",OTHER,{OTHER},CHAT,{CHAT},Chat\n"
        );
        let report = import_with(t, &text, ImportOptions::default()).await;
        assert!(!report.imported);
        assert_eq!(report.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3, 4, 5, 6, 7], "{report:#?}");
        assert!(report.problems[0].text.contains("SWEET") && report.problems[0].text.contains("line 2"));
        assert!(report.problems[1].text.contains("MAIL") && report.problems[1].text.contains("line 2"));
        assert!(report.problems[2].text.contains("GUID") && report.problems[2].text.contains("not-an-id"));
        assert!(stored(t).await.products.is_empty());

        let dry = ImportOptions { skip_invalid: true, dry_run: true };
        let report = import_with(t, &text, dry).await;
        assert_eq!((report.imported, report.changed_products), (false, 2));
        assert!(stored(t).await.products.is_empty());

        let skipping = ImportOptions { skip_invalid: true, dry_run: false };
        assert!(import_with(t, &text, skipping).await.imported);
        let found = stored(t).await;
        assert_eq!(found.product(product(SUITE)).unwrap().plans, [plan(MAIL)]);
        assert_eq!(found.product(product(OTHER)).unwrap().name, "Other, with comma");
    }

    async fn a_column_may_say_to_whom_a_plan_applies(t: &Harness) {
        let text = format!("{HEADER},Applies_To\nSuite,SUITE,{SUITE},MAIL,{MAIL},Mail,Company\nSuite,SUITE,{SUITE},CHAT,{CHAT},Chat,\n");
        import_with(t, &text, ImportOptions::default()).await;
        assert_eq!(stored(t).await.plan(plan(MAIL)).unwrap().applies_to, AppliesTo::Company);
        // A file without the column does not know better.
        import(t, &[&format!("Suite,SUITE,{SUITE},MAIL,{MAIL},E-mail"), &format!("Suite,SUITE,{SUITE},CHAT,{CHAT},Chat")]).await;
        let found = stored(t).await;
        assert_eq!(found.plan(plan(MAIL)).unwrap().applies_to, AppliesTo::Company);
        assert_eq!(found.plan(plan(MAIL)).unwrap().friendly_name, "E-mail");
        let wrong = format!("{HEADER},Applies_To\nSuite,SUITE,{SUITE},MAIL,{MAIL},Mail,Everyone\n");
        assert_eq!(import_with(t, &wrong, ImportOptions::default()).await.problems.len(), 1);
    }

    async fn another_file_or_another_person_is_refused(t: &Harness) {
        let options = ImportOptions::default();
        for text in ["", "Name,Id\nSuite,1\n"] {
            let refused = catalog::import(&t.app, &t.operator, text.as_bytes(), options, &mut |_| {}).await;
            assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "csv"), "{refused:?}");
        }
        let ctx = { let org = t.organization("Fjordvik").await; t.as_admin(&org).await };
        let refused = catalog::import(&t.app, &ctx.actor, HEADER.as_bytes(), options, &mut |_| {}).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotPermitted { .. }))));
    }

    async fn inv_08_a_product_that_was_bought_keeps_its_plans(t: &Harness) {
        let both = [&*format!("Suite,SUITE,{SUITE},MAIL,{MAIL},Mail"), &*format!("Suite,SUITE,{SUITE},CHAT,{CHAT},Chat")];
        import(t, &both).await;
        import(t, &both[..1]).await;
        assert_eq!(stored(t).await.product(product(SUITE)).unwrap().plans, [plan(MAIL)]);
        import(t, &both).await;
        let org = t.organization("Fjordvik").await;
        sell(t, &t.as_operator(org.organization.id).await, product(SUITE)).await;
        let report = import(t, &both[..1]).await;
        assert_eq!(report.notes.len(), 1, "{report:?}");
        assert_eq!(stored(t).await.product(product(SUITE)).unwrap().plans, [plan(MAIL), plan(CHAT)]);
    }

    async fn limits_survive_an_import(t: &Harness) {
        let row = format!("Suite,SUITE,{SUITE},MAIL,{MAIL},Mail");
        import(t, &[&row]).await;
        catalog::set_limits(&t.app, &t.operator, product(SUITE), Some(300), true).await.unwrap();
        import(t, &[&row.replace("Suite,", "Suite 2,")]).await;
        let found = stored(t).await;
        let suite = found.product(product(SUITE)).unwrap();
        assert_eq!((suite.name.as_str(), suite.maximum_quantity, suite.end_of_sale), ("Suite 2", Some(300), true));
    }

    async fn exclusive_groups_are_whole_even_without_products(t: &Harness) {
        import(t, &[&format!("Suite,SUITE,{SUITE},MAIL,{MAIL},Mail")]).await;
        let groups = format!("Group,Service,Service_Plan_Name,Service_Plan_Id\n1,Mail,MAIL,{MAIL}\n1,Mail,CHAT,{CHAT}\n2,Odd,ODD,{ODD}\n");
        let read = catalog::import_exclusive_groups(&t.app, &t.operator, groups.as_bytes()).await.unwrap();
        assert_eq!(read, 3);
        let found = stored(t).await;
        assert_eq!(found.exclusive_conflict(&BTreeSet::from([plan(MAIL), plan(CHAT)])), Some((plan(MAIL), plan(CHAT))));
        catalog::import_exclusive_groups(&t.app, &t.operator, groups.as_bytes()).await.unwrap();
        assert!(Arc::ptr_eq(&found, &stored(t).await));
        let twice = format!("{groups}3,Mail,MAIL,{MAIL}\n");
        let refused = catalog::import_exclusive_groups(&t.app, &t.operator, twice.as_bytes()).await.unwrap_err();
        assert!(refused.to_string().contains("line 5"), "{refused}");
        // An import of products leaves the groups alone.
        import(t, &[&format!("Suite,SUITE,{SUITE},MAIL,{MAIL},E-mail")]).await;
        assert_eq!(stored(t).await.exclusive.len(), 3);
    }

    async fn scenario_20_a_project_plan_without_its_sharepoint_is_refused(t: &Harness) {
        let (project, sharepoint) = ("fe71d6c3-a2ea-4499-9778-da042bf08063", "5dbe027f-2339-4123-9542-606e4d348a72");
        let foundation = "113feb6c-3fe4-4440-bddc-54d774bf0318";
        import(t, &[
            &format!("Project,PROJECTPROFESSIONAL,{SUITE},SHAREPOINT_PROJECT,{project},Project"),
            &format!("Project,PROJECTPROFESSIONAL,{SUITE},SHAREPOINTENTERPRISE,{sharepoint},Sites"),
            &format!("Foundation,ONLY_FOUNDATION,{OTHER},EXCHANGE_S_FOUNDATION,{foundation},Foundation"),
        ]).await;
        catalog::set_standard_rules(&t.app, &t.operator).await.unwrap();
        let found = stored(t).await;
        assert_eq!(found.applies_to(found.product(product(OTHER)).unwrap()), AppliesTo::Company);
        assert!(found.apps.is_empty(), "no plan of this catalog confers an app");
        catalog::set_standard_rules(&t.app, &t.operator).await.unwrap();
        assert!(Arc::ptr_eq(&found, &stored(t).await), "the same rules again change nothing");

        let org = t.organization("Fjordvik").await;
        let ctx = t.as_operator(org.organization.id).await;
        sell(t, &ctx, product(SUITE)).await;
        let off = |plans: &[&str]| LicenseRequest {
            add: vec![AddLicense {
                product: product(SUITE),
                disabled_plans: plans.iter().map(|id| plan(id)).collect(),
            }],
            remove: Vec::new(),
        };
        let refused = licensing::assign(&t.app, &ctx, org.admin.id, &off(&[sharepoint])).await.unwrap_err();
        assert!(
            matches!(&refused, Error::Refused(Refusal::Assign(AssignRefusal::Dependency { plan: p, .. })) if *p == plan(project)),
            "{refused:?}"
        );
        licensing::assign(&t.app, &ctx, org.admin.id, &off(&[sharepoint, project])).await.unwrap();
    }

    async fn a_release_is_stored_and_replaced(t: &Harness) {
        import(t, &[&format!("Visio,VISIOCLIENT,{SUITE},VISIO_CLIENT_SUBSCRIPTION,663a804f-1c30-4ff0-9915-9db84f0d1cea,Visio")]).await;
        catalog::set_standard_rules(&t.app, &t.operator).await.unwrap();
        let put = |platform: &'static str, version: &'static str, name: &'static str| async move {
            catalog::put_release(&t.app, &t.operator, "visio-desktop", platform, version, name, b"installer").await
        };
        put("windows", "1.0", "visio-1.0.exe").await.unwrap();
        let release = put("windows", "1.1", "visio-1.1.exe").await.unwrap();
        assert_eq!((release.size, release.sha256[0]), (9, 0x9c));
        let all = catalog::releases(&t.app, &t.operator).await.unwrap();
        assert_eq!(all.iter().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["1.1"]);
        for (platform, version, name, wrong) in [
            ("macos", "1.1", "visio.dmg", "platform"),
            ("windows", "../1", "visio.exe", "version"),
            ("windows", "1.1", "../visio.exe", "fileName"),
            ("windows", "1.1", ".hidden", "fileName"),
        ] {
            let refused = put(platform, version, name).await.unwrap_err();
            assert!(matches!(&refused, Error::Invalid { field, .. } if field == wrong), "{refused:?}");
        }
        let refused = catalog::put_release(&t.app, &t.operator, "no-app", "windows", "1", "a", b"").await;
        assert!(matches!(refused, Err(Error::NotFound("app"))));
        let refused = catalog::releases(&t.app, &Actor::Client { id: t.app.id(), scopes: BTreeSet::new() }).await;
        assert!(refused.is_err());
    }
}

/// Ten units for a year, from today.
async fn sell(t: &Harness, ctx: &aktiver_service::Ctx, product: ProductId) {
    let new = Provision {
        product,
        channel: Channel::Direct,
        term: Term::Year,
        quantity: 10,
        recurring: Some(false),
        payment_method: None,
        seller: None,
        parent: None,
        starts: None,
        pending: false,
    };
    subscriptions::provision(&t.app, ctx, new).await.unwrap();
}
