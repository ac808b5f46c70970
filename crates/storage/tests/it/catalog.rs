//! The catalog, downloads and prices.

use std::collections::BTreeSet;

use aktiver_domain::Money;
use aktiver_domain::calendar::Term;
use aktiver_domain::catalog::{App, AppKind, AppliesTo, Plan, Product};
use aktiver_domain::ids::{OrganizationId, PlanId, ProductId};
use aktiver_domain::money::Currency;
use aktiver_storage::catalog::{
    CatalogChange, Release, apply, load, price, prices, product_in_use, put_price, put_release, release, releases,
    set_dependencies, set_exclusive_groups, set_prohibited, upsert_apps, upsert_plans, upsert_products, version,
};
use aktiver_storage::engine::{Database, Error, Session, Statement};
use aktiver_storage::params;

use crate::fixture::{a_plan, a_product, at, id, organization};
use crate::support::each_migrated;

async fn products(s: &mut Session) -> Vec<Product> {
    load(s).await.unwrap().1.products.into_values().collect()
}

async fn plans(s: &mut Session) -> Vec<Plan> {
    load(s).await.unwrap().1.plans.into_values().collect()
}

#[tokio::test]
async fn an_imported_catalog_comes_back_whole_and_keeps_the_plans_order() {
    each_migrated(async |db: Database| {
        let [mail, chat, files] = [a_plan("MAIL"), a_plan("CHAT"), a_plan("FILES")];
        let company = Plan {
            applies_to: AppliesTo::Company,
            prohibited_in: BTreeSet::new(),
            friendly_name: "\"Quoted\" & <ærlig> 日本".to_owned(),
            requires: vec![[mail.id, chat.id].into(), [files.id].into()],
            ..a_plan("COMPANY")
        };
        let big = a_product("BIG", &[&files, &mail, &company]);
        let endless = Product {
            maximum_quantity: None,
            end_of_sale: true,
            ..a_product("ENDLESS", &[])
        };
        let change = CatalogChange {
            products: vec![big.clone(), endless.clone()],
            plans: vec![company.clone(), mail.clone(), chat.clone(), files.clone()],
        };
        let mut unit = db.begin().await.unwrap();
        apply(&mut unit, &change).await.unwrap();
        unit.commit().await.unwrap();
        let mut s = db.read().await.unwrap();
        assert_eq!(products(&mut s).await, [big, endless]);
        assert_eq!(plans(&mut s).await, [mail, chat, files, company]);
    })
    .await;
}

#[tokio::test]
async fn importing_again_changes_names_and_plans_but_not_what_the_vendor_has_set() {
    each_migrated(async |db: Database| {
        let [mail, chat, files] = [a_plan("MAIL"), a_plan("CHAT"), a_plan("FILES")];
        let mut suite = a_product("SUITE", &[&mail, &chat]);
        let mut unit = db.begin().await.unwrap();
        upsert_plans(&mut unit, &[mail.clone(), chat.clone(), files.clone()])
            .await
            .unwrap();
        upsert_products(&mut unit, &[suite.clone()]).await.unwrap();
        set_exclusive_groups(&mut unit, &[(mail.id, 4), (chat.id, 4)])
            .await
            .unwrap();
        set_dependencies(&mut unit, mail.id, &[[chat.id, files.id].into()])
            .await
            .unwrap();
        assert!(
            set_prohibited(&mut unit, mail.id, &["NO".to_owned(), "SE".to_owned()].into())
                .await
                .unwrap()
        );
        assert!(!set_prohibited(&mut unit, id(), &BTreeSet::new()).await.unwrap());

        let renamed = Plan {
            name: "MAIL2".to_owned(),
            friendly_name: "Mail, second edition".to_owned(),
            applies_to: AppliesTo::Company,
            ..mail.clone()
        };
        upsert_plans(&mut unit, std::slice::from_ref(&renamed)).await.unwrap();
        suite.name = "The other suite".to_owned();
        suite.maximum_quantity = None;
        suite.end_of_sale = true;
        suite.plans = vec![files.id, mail.id, files.id];
        upsert_products(&mut unit, &[suite.clone()]).await.unwrap();

        let (_, catalog) = load(&mut unit).await.unwrap();
        assert_eq!(
            catalog.plans[&mail.id],
            Plan {
                prohibited_in: ["NO".to_owned(), "SE".to_owned()].into(),
                requires: vec![[chat.id, files.id].into()],
                ..renamed
            }
        );
        suite.plans = vec![files.id, mail.id];
        assert_eq!(catalog.products[&suite.id], suite);
        assert_eq!(catalog.exclusive, [(mail.id, 4), (chat.id, 4)].into());

        set_exclusive_groups(&mut unit, &[(files.id, 1)]).await.unwrap();
        set_dependencies(&mut unit, mail.id, &[]).await.unwrap();
        let (_, catalog) = load(&mut unit).await.unwrap();
        assert_eq!(catalog.exclusive, [(files.id, 1)].into());
        assert!(catalog.plans[&mail.id].requires.is_empty());
    })
    .await;
}

#[tokio::test]
async fn every_change_raises_the_version_and_a_lost_one_does_not() {
    each_migrated(async |db: Database| {
        let plan = a_plan("MAIL");
        let product = a_product("SUITE", &[&plan]);
        let app = App {
            id: "mail".to_owned(),
            name: "Mail".to_owned(),
            kind: AppKind::Web,
            platforms: Vec::new(),
            plans: BTreeSet::new(),
        };
        let mut unit = db.begin().await.unwrap();
        let mut last = version(&mut unit).await.unwrap();
        let mut raised = async |unit: &mut Session| {
            let now = version(unit).await.unwrap();
            assert_eq!(now, last + 1);
            last = now;
        };
        upsert_plans(&mut unit, std::slice::from_ref(&plan)).await.unwrap();
        raised(&mut unit).await;
        upsert_products(&mut unit, std::slice::from_ref(&product))
            .await
            .unwrap();
        raised(&mut unit).await;
        set_exclusive_groups(&mut unit, &[]).await.unwrap();
        raised(&mut unit).await;
        set_dependencies(&mut unit, plan.id, &[]).await.unwrap();
        raised(&mut unit).await;
        set_prohibited(&mut unit, plan.id, &BTreeSet::new()).await.unwrap();
        raised(&mut unit).await;
        upsert_apps(&mut unit, &[app]).await.unwrap();
        raised(&mut unit).await;
        put_release(&mut unit, &a_release("mail", "linux", "1.0"))
            .await
            .unwrap();
        raised(&mut unit).await;
        put_price(&mut unit, product.id, Term::Month, Money::new(1, Currency::NOK))
            .await
            .unwrap();
        raised(&mut unit).await;
        let raised_to = version(&mut unit).await.unwrap();
        assert_eq!(load(&mut unit).await.unwrap().0, raised_to);
        unit.rollback().await.unwrap();
        let mut s = db.read().await.unwrap();
        assert_eq!(version(&mut s).await.unwrap(), raised_to - 8);
    })
    .await;
}

#[tokio::test]
async fn a_large_catalog_is_stored_in_chunks() {
    each_migrated(async |db: Database| {
        let all_plans: Vec<Plan> = (0..1203).map(|number| a_plan(&format!("P{number}"))).collect();
        let all_products: Vec<Product> = (0..701)
            .map(|number| a_product(&format!("S{number}"), &[&all_plans[number], &all_plans[number + 500]]))
            .collect();
        let mut unit = db.begin().await.unwrap();
        upsert_plans(&mut unit, &all_plans).await.unwrap();
        upsert_products(&mut unit, &all_products).await.unwrap();
        assert_eq!(plans(&mut unit).await, all_plans);
        assert_eq!(products(&mut unit).await, all_products);
        assert_eq!(version(&mut unit).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_last_of_two_entries_with_one_id_counts() {
    each_migrated(async |db: Database| {
        let first = a_product("FIRST", &[]);
        let second = Product {
            part_number: "SECOND".to_owned(),
            ..first.clone()
        };
        let mut unit = db.begin().await.unwrap();
        upsert_products(&mut unit, &[first, second.clone()]).await.unwrap();
        assert_eq!(products(&mut unit).await, [second]);
    })
    .await;
}

#[tokio::test]
async fn a_plan_that_was_never_stored_is_refused() {
    each_migrated(async |db: Database| {
        let stranger = a_plan("STRANGER");
        let mut unit = db.begin().await.unwrap();
        let product = a_product("SUITE", &[&stranger]);
        assert!(matches!(
            upsert_products(&mut unit, &[product]).await,
            Err(Error::ForeignKey { .. })
        ));
        drop(unit);
        let mut unit = db.begin().await.unwrap();
        assert!(matches!(
            set_dependencies(
                &mut unit,
                stranger.id,
                &[[id::<aktiver_domain::ids::PlanKind>()].into()]
            )
            .await,
            Err(Error::ForeignKey { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn apps_come_in_the_order_they_were_given() {
    each_migrated(async |db: Database| {
        let app = |name: &str, kind, platforms: &[&str], plans: &[PlanId]| App {
            id: name.to_lowercase(),
            name: name.to_owned(),
            kind,
            platforms: platforms.iter().map(|&platform| platform.to_owned()).collect(),
            plans: plans.iter().copied().collect(),
        };
        let (one, two) = (id(), id());
        let writer = app("Writer", AppKind::Desktop, &["windows", "macos"], &[one, two]);
        let board = app("Board", AppKind::Web, &[], &[]);
        let mut unit = db.begin().await.unwrap();
        upsert_apps(&mut unit, &[writer.clone(), board.clone()]).await.unwrap();
        assert_eq!(load(&mut unit).await.unwrap().1.apps, [writer, board.clone()]);

        let writer = app("Writer", AppKind::Mobile, &["ios"], &[two]);
        upsert_apps(&mut unit, &[board.clone(), writer.clone()]).await.unwrap();
        assert_eq!(load(&mut unit).await.unwrap().1.apps, [board, writer]);
    })
    .await;
}

fn a_release(app: &str, platform: &str, version: &str) -> Release {
    Release {
        app: app.to_owned(),
        platform: platform.to_owned(),
        version: version.to_owned(),
        file_name: format!("{app}-{version}.bin"),
        size: 5_000_000_000,
        sha256: [9; 32],
        object_key: format!("apps/{app}"),
        released_at: at(1),
    }
}

#[tokio::test]
async fn an_app_has_one_download_per_platform() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let writer = App {
            id: "writer".to_owned(),
            name: "Writer".to_owned(),
            kind: AppKind::Desktop,
            platforms: Vec::new(),
            plans: BTreeSet::new(),
        };
        upsert_apps(&mut unit, &[writer]).await.unwrap();
        for (platform, version) in [("windows", "1.0"), ("linux", "1.0"), ("windows", "1.1")] {
            put_release(&mut unit, &a_release("writer", platform, version))
                .await
                .unwrap();
        }
        let (windows, linux) = (
            a_release("writer", "windows", "1.1"),
            a_release("writer", "linux", "1.0"),
        );
        assert_eq!(releases(&mut unit).await.unwrap(), [linux, windows.clone()]);
        assert_eq!(release(&mut unit, "writer", "windows").await.unwrap(), Some(windows));
        assert_eq!(release(&mut unit, "writer", "macos").await.unwrap(), None);
        let huge = Release {
            size: u64::MAX,
            ..a_release("writer", "linux", "2.0")
        };
        assert!(matches!(
            put_release(&mut unit, &huge).await,
            Err(Error::TooLarge { .. })
        ));
        assert!(matches!(
            put_release(&mut unit, &a_release("nothing", "linux", "1.0")).await,
            Err(Error::ForeignKey { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn a_price_is_found_by_product_term_and_currency() {
    each_migrated(async |db: Database| {
        let product = a_product("SUITE", &[]);
        let mut unit = db.begin().await.unwrap();
        upsert_products(&mut unit, std::slice::from_ref(&product))
            .await
            .unwrap();
        let nok = |minor| Money::new(minor, Currency::NOK);
        put_price(&mut unit, product.id, Term::Month, nok(9900)).await.unwrap();
        put_price(&mut unit, product.id, Term::Year, nok(99_000)).await.unwrap();
        put_price(&mut unit, product.id, Term::Year, Money::new(0, Currency::EUR))
            .await
            .unwrap();
        put_price(&mut unit, product.id, Term::Month, nok(8900)).await.unwrap();
        let mut of = async |term, currency| price(&mut unit, product.id, term, currency).await.unwrap();
        assert_eq!(of(Term::Month, Currency::NOK).await, Some(nok(8900)));
        assert_eq!(of(Term::Year, Currency::EUR).await, Some(Money::zero(Currency::EUR)));
        assert_eq!(of(Term::Month, Currency::EUR).await, None);
        assert_eq!(price(&mut unit, id(), Term::Month, Currency::NOK).await.unwrap(), None);
        assert_eq!(
            prices(&mut unit).await.unwrap(),
            [
                (product.id, Term::Month, nok(8900)),
                (product.id, Term::Year, Money::zero(Currency::EUR)),
                (product.id, Term::Year, nok(99_000)),
            ]
        );
        let refused = put_price(&mut unit, product.id, Term::Month, nok(-1))
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, Error::Check { constraint } if constraint == "price_unit_minor"),
            "{refused}"
        );
    })
    .await;
}

static SUBSCRIBE: Statement = Statement {
    name: "SUBSCRIBE",
    sqlite: "insert into subscription (organization_id, id, product_id, channel, term, quantity, created_at, anchor, period_start, \
             period_end, recurring, standing, settled_to, version) values ($1, $2, $3, 'direct', 'P1M', 1, 0, 0, 0, 1, 1, 'deleted', 0, 1)",
    postgres: "insert into subscription (organization_id, id, product_id, channel, term, quantity, created_at, anchor, period_start, \
               period_end, recurring, standing, settled_to, version) values ($1, $2, $3, 'direct', 'P1M', 1, 0, 0, 0, 1, true, 'deleted', 0, 1)",
};

#[tokio::test]
async fn a_product_is_in_use_once_anyone_has_subscribed_to_it() {
    each_migrated(async |db: Database| {
        let [sold, unsold] = [a_product("SOLD", &[]), a_product("UNSOLD", &[])];
        let mut unit = db.begin().await.unwrap();
        upsert_products(&mut unit, &[sold.clone(), unsold.clone()])
            .await
            .unwrap();
        organization(&mut unit, "Fjord").await;
        let vik: OrganizationId = organization(&mut unit, "Vik").await;
        assert!(!product_in_use(&mut unit, sold.id).await.unwrap());
        let subscription: ProductId = id();
        unit.execute(&SUBSCRIBE, params![vik, subscription, sold.id])
            .await
            .unwrap();
        assert!(product_in_use(&mut unit, sold.id).await.unwrap());
        assert!(!product_in_use(&mut unit, unsold.id).await.unwrap());
    })
    .await;
}
