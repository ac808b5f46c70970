//! Organizations and their domains.

use aktiver_domain::ids::OrganizationId;
use aktiver_domain::money::Currency;
use aktiver_storage::engine::{Database, Error, Session};
use aktiver_storage::organization::{
    Organization, count, custom_domain, delete_domain, domains, get, insert, insert_domain, list, lock,
    organization_of_domain, set_clock_ahead, set_currency_if_unset, update,
};
use jiff::{SignedDuration, Timestamp};

use crate::fixture::{an_organization, at, id, organization};
use crate::support::each_migrated;

#[tokio::test]
async fn an_organization_comes_back_as_it_was_stored() {
    each_migrated(async |db: Database| {
        let plain = an_organization("Fjord AS");
        let full = Organization {
            currency: Some(Currency::NOK),
            sandbox: true,
            clock_ahead: SignedDuration::from_micros(86_400_000_001),
            invoice_approved: true,
            billing_blocked: true,
            installs_off: true,
            license_salt: [0xa5; 16],
            ..an_organization("Blåbær & Sønn")
        };
        let mut unit = db.begin().await.unwrap();
        insert(&mut unit, &plain).await.unwrap();
        insert(&mut unit, &full).await.unwrap();
        assert_eq!(lock(&mut unit, full.id).await.unwrap().as_ref(), Some(&full));
        unit.commit().await.unwrap();

        let mut s = db.read().await.unwrap();
        assert_eq!(get(&mut s, plain.id).await.unwrap(), Some(plain.clone()));
        assert_eq!(get(&mut s, full.id).await.unwrap(), Some(full.clone()));
        assert_eq!(get(&mut s, id()).await.unwrap(), None);
        assert_eq!(count(&mut s).await.unwrap(), 2);
        assert!(matches!(lock(&mut s, full.id).await, Err(Error::ReadOnly { .. })));
    })
    .await;
}

#[tokio::test]
async fn the_second_of_two_changes_decided_on_one_version_is_stale() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let first = organization(&mut unit, "Fjord").await;
        let read = get(&mut unit, first).await.unwrap().unwrap();
        unit.commit().await.unwrap();

        let mut unit = db.begin().await.unwrap();
        let renamed = Organization {
            name: "Vik".to_owned(),
            billing_blocked: true,
            ..read.clone()
        };
        update(&mut unit, &renamed).await.unwrap();
        unit.commit().await.unwrap();

        let mut unit = db.begin().await.unwrap();
        assert!(matches!(update(&mut unit, &read).await, Err(Error::Stale { .. })));
        let stored = get(&mut unit, first).await.unwrap().unwrap();
        assert_eq!(
            stored,
            Organization {
                version: 2,
                ..renamed.clone()
            }
        );
        update(&mut unit, &stored).await.unwrap();
        assert_eq!(get(&mut unit, first).await.unwrap().unwrap().version, 3);
        let unknown = Organization { id: id(), ..stored };
        assert!(matches!(update(&mut unit, &unknown).await, Err(Error::Stale { .. })));
    })
    .await;
}

#[tokio::test]
async fn the_currency_is_fixed_once_and_makes_older_reads_stale() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let first = organization(&mut unit, "Fjord").await;
        let before = get(&mut unit, first).await.unwrap().unwrap();
        assert!(set_currency_if_unset(&mut unit, first, Currency::NOK).await.unwrap());
        assert!(!set_currency_if_unset(&mut unit, first, Currency::EUR).await.unwrap());
        assert_eq!(
            get(&mut unit, first).await.unwrap().unwrap().currency,
            Some(Currency::NOK)
        );
        assert!(matches!(update(&mut unit, &before).await, Err(Error::Stale { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_sandboxs_clock_runs_ahead() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let first = organization(&mut unit, "Sandbox").await;
        let ahead = SignedDuration::from_hours(24 * 400);
        set_clock_ahead(&mut unit, first, ahead).await.unwrap();
        let stored = get(&mut unit, first).await.unwrap().unwrap();
        assert_eq!(stored.now(at(0)), at(0) + ahead);
        assert_eq!(stored.now(Timestamp::MAX), Timestamp::MAX);
        assert!(matches!(
            set_clock_ahead(&mut unit, first, SignedDuration::MAX).await,
            Err(Error::TooLarge { .. })
        ));
        assert!(matches!(
            set_clock_ahead(&mut unit, id(), ahead).await,
            Err(Error::Stale { .. })
        ));
    })
    .await;
}

async fn names(s: &mut Session, limit: u32, prefix: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    let mut after: Option<OrganizationId> = None;
    loop {
        let page = list(s, after, limit, prefix).await.unwrap();
        let Some(last) = page.last() else {
            return names;
        };
        assert!(page.len() <= usize::try_from(limit).unwrap());
        after = Some(last.id);
        names.extend(page.into_iter().map(|organization| organization.name));
    }
}

#[tokio::test]
async fn organizations_are_listed_by_name_in_whatever_case_page_by_page() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        for name in ["Zeta", "alfa", "Åse", "ALFA", "Alfa", "beta", "åre", "a"] {
            organization(&mut unit, name).await;
        }
        unit.commit().await.unwrap();
        let mut s = db.read().await.unwrap();
        let all = ["a", "alfa", "ALFA", "Alfa", "beta", "Zeta", "åre", "Åse"];
        for limit in [1, 3, 100] {
            assert_eq!(names(&mut s, limit, None).await, all, "{limit} a page");
            assert_eq!(names(&mut s, limit, Some("AL")).await, ["alfa", "ALFA", "Alfa"]);
            assert_eq!(names(&mut s, limit, Some("å")).await, ["åre", "Åse"]);
            assert!(names(&mut s, limit, Some("alfabet")).await.is_empty());
        }
        assert!(list(&mut s, Some(id()), 10, None).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_domain_belongs_to_one_organization_in_whatever_case() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        insert_domain(&mut unit, "Fjord.Example", fjord, true).await.unwrap();
        assert_eq!(custom_domain(&mut unit, fjord).await.unwrap(), None);
        insert_domain(&mut unit, "BLÅBÆR.example", fjord, false).await.unwrap();
        insert_domain(&mut unit, "vik.example", vik, true).await.unwrap();
        unit.commit().await.unwrap();

        let mut unit = db.begin().await.unwrap();
        let taken = insert_domain(&mut unit, "blåbær.EXAMPLE", vik, false)
            .await
            .unwrap_err();
        assert!(taken.is_unique("domain_pk"), "{taken}");
        drop(unit);

        let mut unit = db.begin().await.unwrap();
        let mut of_fjord: Vec<_> = domains(&mut unit, fjord)
            .await
            .unwrap()
            .into_iter()
            .map(|domain| (domain.name, domain.initial))
            .collect();
        of_fjord.sort();
        assert_eq!(
            of_fjord,
            [("blåbær.example".to_owned(), false), ("fjord.example".to_owned(), true)]
        );
        assert_eq!(
            organization_of_domain(&mut unit, "Blåbær.Example").await.unwrap(),
            Some(fjord)
        );
        assert_eq!(organization_of_domain(&mut unit, "nobody.example").await.unwrap(), None);
        assert_eq!(
            custom_domain(&mut unit, fjord).await.unwrap().as_deref(),
            Some("blåbær.example")
        );

        assert!(!delete_domain(&mut unit, vik, "blåbær.example").await.unwrap());
        assert!(delete_domain(&mut unit, fjord, "BLÅBÆR.example").await.unwrap());
        assert!(!delete_domain(&mut unit, fjord, "blåbær.example").await.unwrap());
        assert_eq!(custom_domain(&mut unit, fjord).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_domain_of_nobody_is_refused() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let refused = async {
            insert_domain(&mut unit, "x.example", id(), true).await?;
            unit.commit().await
        };
        assert!(refused.await.is_err());
    })
    .await;
}

#[test]
fn the_salt_is_not_shown() {
    let shown = format!("{:?}", an_organization("Fjord"));
    assert!(
        shown.contains("Fjord") && !shown.contains("salt") && !shown.contains("7, 7"),
        "{shown}"
    );
}
