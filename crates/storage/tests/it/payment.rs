//! Payment methods, charges that are meant, the ledger.

use std::sync::Arc;

use aktiver_domain::Money;
use aktiver_domain::ids::{OrganizationId, SubscriptionId};
use aktiver_domain::money::Currency;
use aktiver_storage::engine::{Database, Error};
use aktiver_storage::payment::{
    self, ChargeIntent, ChargeState, LedgerEntry, LedgerKind, MethodKind, PaymentMethod, Purpose,
};
use futures::future::join_all;
use tokio::sync::Barrier;

use crate::fixture::{at, id};
use crate::house::{assert_sound, house};
use crate::support::each_migrated;

fn nok(minor: i64) -> Money {
    Money::new(minor, Currency::NOK)
}

fn an_intent(organization: OrganizationId, subscription: SubscriptionId) -> ChargeIntent {
    ChargeIntent {
        organization,
        id: id(),
        subscription,
        purpose: Purpose::Renew,
        state: ChargeState::Open,
        amount: nok(12_345),
        payment_method: id(),
        command: r#"{"command":"renew"}"#.to_owned(),
        actor: "system".to_owned(),
        gateway_reference: None,
        decline: None,
        created_at: at(1),
        closed_at: None,
    }
}

#[tokio::test]
async fn methods_are_kept_changed_and_deleted_per_organization() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        let there = house(&mut s, "vik", 0).await.organization;
        let invoice = PaymentMethod {
            organization: org,
            id: id(),
            kind: MethodKind::Invoice,
            label: "Invoice".to_owned(),
            brand: None,
            last_four: None,
            expiry: None,
            holder: None,
            country: "NO".to_owned(),
            reference: String::new(),
            added_by: None,
            created_at: at(1),
            deleted_at: None,
        };
        let mut card = PaymentMethod {
            id: id(),
            kind: MethodKind::SandboxCard,
            brand: Some("visa".to_owned()),
            last_four: Some("4242".to_owned()),
            expiry: Some("12/30".to_owned()),
            holder: Some("Kari Nordmann".to_owned()),
            reference: "pm_1".to_owned(),
            added_by: Some(id()),
            created_at: at(2),
            ..invoice.clone()
        };
        for one in [&invoice, &card] {
            payment::insert_method(&mut s, one).await.unwrap();
        }
        assert_eq!(
            payment::methods(&mut s, org).await.unwrap(),
            [invoice.clone(), card.clone()]
        );
        assert_eq!(payment::method(&mut s, org, card.id).await.unwrap(), Some(card.clone()));
        assert_eq!(payment::method(&mut s, there, card.id).await.unwrap(), None);
        assert!(payment::methods(&mut s, there).await.unwrap().is_empty());
        card.expiry = Some("01/32".to_owned());
        card.label = "Company card".to_owned();
        payment::update_method(&mut s, &card).await.unwrap();
        assert_eq!(payment::method(&mut s, org, card.id).await.unwrap(), Some(card.clone()));
        let foreign = PaymentMethod {
            organization: there,
            ..card.clone()
        };
        assert!(matches!(
            payment::update_method(&mut s, &foreign).await,
            Err(Error::Stale { .. })
        ));
        assert!(!payment::delete_method(&mut s, there, card.id, at(3)).await.unwrap());
        assert!(payment::delete_method(&mut s, org, card.id, at(3)).await.unwrap());
        assert!(!payment::delete_method(&mut s, org, card.id, at(4)).await.unwrap());
        assert_eq!(payment::method(&mut s, org, card.id).await.unwrap(), None);
        assert_eq!(payment::methods(&mut s, org).await.unwrap(), [invoice]);
        assert!(matches!(
            payment::update_method(&mut s, &card).await,
            Err(Error::Stale { .. })
        ));
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn a_charge_is_open_until_it_is_closed_once() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        let there = house(&mut s, "vik", 0).await.organization;
        let first = an_intent(org, id());
        let second = ChargeIntent {
            created_at: at(5),
            ..an_intent(org, id())
        };
        let other_purpose = ChargeIntent {
            purpose: Purpose::Quantity,
            created_at: at(6),
            ..an_intent(org, first.subscription)
        };
        for one in [&first, &second, &other_purpose] {
            payment::insert_intent(&mut s, one).await.unwrap();
        }
        assert_eq!(
            payment::intent(&mut s, org, first.id).await.unwrap(),
            Some(first.clone())
        );
        assert_eq!(
            payment::lock_intent(&mut s, org, second.id).await.unwrap(),
            Some(second.clone())
        );
        assert_eq!(payment::intent(&mut s, there, first.id).await.unwrap(), None);
        assert_eq!(payment::lock_intent(&mut s, there, first.id).await.unwrap(), None);
        assert_eq!(payment::open_intents(&mut s, org).await.unwrap().len(), 3);
        assert!(payment::open_intents(&mut s, there).await.unwrap().is_empty());
        assert_eq!(
            payment::all_open_intents(&mut s, at(5), 9).await.unwrap(),
            std::slice::from_ref(&first)
        );
        assert_eq!(
            payment::all_open_intents(&mut s, at(9), 2).await.unwrap(),
            [first.clone(), second.clone()]
        );

        let foreign = payment::close_intent(&mut s, there, first.id, ChargeState::Succeeded, None, None, at(7)).await;
        assert!(matches!(foreign, Err(Error::Stale { what: "the charge" })));
        payment::close_intent(&mut s, org, first.id, ChargeState::Succeeded, Some("ch_1"), None, at(7))
            .await
            .unwrap();
        let again = payment::close_intent(&mut s, org, first.id, ChargeState::Declined, None, Some("no"), at(8)).await;
        assert!(
            matches!(again, Err(Error::Stale { .. })),
            "what succeeded is not declined afterwards"
        );
        payment::close_intent(
            &mut s,
            org,
            first.id,
            ChargeState::Refunded,
            None,
            Some("too late"),
            at(9),
        )
        .await
        .unwrap();
        payment::close_intent(
            &mut s,
            org,
            second.id,
            ChargeState::Declined,
            None,
            Some("card_declined"),
            at(9),
        )
        .await
        .unwrap();
        let closed = ChargeIntent {
            state: ChargeState::Refunded,
            gateway_reference: Some("ch_1".to_owned()),
            decline: Some("too late".to_owned()),
            closed_at: Some(at(9)),
            ..first.clone()
        };
        assert_eq!(
            payment::intent(&mut s, org, first.id).await.unwrap(),
            Some(closed.clone())
        );
        // Closed: another may be meant.
        let next = ChargeIntent {
            created_at: at(10),
            ..an_intent(org, first.subscription)
        };
        payment::insert_intent(&mut s, &next).await.unwrap();
        let of = payment::intents_of(&mut s, org, first.subscription).await.unwrap();
        assert_eq!(of, [closed, other_purpose, next.clone()]);
        assert!(
            payment::intents_of(&mut s, there, first.subscription)
                .await
                .unwrap()
                .is_empty()
        );
        let twice = payment::insert_intent(&mut s, &an_intent(org, first.subscription)).await;
        assert!(twice.unwrap_err().is_unique("charge_intent_open_unique"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_charges_meant_at_once_one_is_open() {
    each_migrated(async |db: Database| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        s.commit().await.unwrap();
        let subscription = id();
        let start = Arc::new(Barrier::new(16));
        let tasks = (0..16).map(|_| {
            let (db, start) = (db.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut s = db.begin().await.unwrap();
                match payment::insert_intent(&mut s, &an_intent(org, subscription)).await {
                    Ok(()) => {
                        s.commit().await.unwrap();
                        true
                    }
                    Err(error) => {
                        assert!(error.is_unique("charge_intent_open_unique"), "{error}");
                        false
                    }
                }
            })
        });
        let meant = join_all(tasks)
            .await
            .into_iter()
            .filter(|done| *done.as_ref().unwrap())
            .count();
        assert_eq!(meant, 1);
        assert_sound(&db).await;
    })
    .await;
}

#[tokio::test]
async fn the_ledger_sums_to_what_is_owed() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let org = house(&mut s, "fjord", 0).await.organization;
        let there = house(&mut s, "vik", 0).await.organization;
        assert_eq!(payment::balance(&mut s, org).await.unwrap(), None);
        let subscription: SubscriptionId = id();
        let line = |second, kind, minor| LedgerEntry {
            organization: org,
            id: id(),
            at: at(second),
            kind,
            subscription: Some(subscription),
            charge: Some(id()),
            quantity: Some(3),
            amount: nok(minor),
            text: "Office, 3 licenses".to_owned(),
        };
        let lines = [
            line(1, LedgerKind::Purchase, 1000),
            line(2, LedgerKind::AddQuantity, 300),
            line(3, LedgerKind::RemoveQuantity, -100),
            line(4, LedgerKind::Renew, 1300),
            line(5, LedgerKind::ReEnable, 700),
            line(6, LedgerKind::Convert, 50),
            LedgerEntry {
                subscription: None,
                charge: None,
                quantity: None,
                ..line(7, LedgerKind::Payment, -3000)
            },
            line(8, LedgerKind::Cancel, -10),
            line(9, LedgerKind::Credit, -5),
        ];
        for one in &lines {
            payment::insert_ledger(&mut s, one).await.unwrap();
        }
        assert_eq!(payment::balance(&mut s, org).await.unwrap(), Some(nok(235)));
        assert_eq!(payment::balance(&mut s, there).await.unwrap(), None);
        let mut newest: Vec<LedgerEntry> = lines.to_vec();
        newest.reverse();
        assert_eq!(payment::ledger(&mut s, org, 99).await.unwrap(), newest);
        assert_eq!(payment::ledger(&mut s, org, 2).await.unwrap(), newest[..2]);
        assert!(payment::ledger(&mut s, there, 9).await.unwrap().is_empty());
        assert_eq!(
            payment::paid_for(&mut s, org, subscription, at(2)).await.unwrap(),
            Some(nok(2300))
        );
        assert_eq!(payment::paid_for(&mut s, org, subscription, at(6)).await.unwrap(), None);
        assert_eq!(
            payment::paid_for(&mut s, there, subscription, at(0)).await.unwrap(),
            None
        );
        let kroner = LedgerEntry {
            amount: Money::new(1, Currency::SEK),
            ..line(10, LedgerKind::Credit, 0)
        };
        payment::insert_ledger(&mut s, &kroner).await.unwrap();
        assert!(
            matches!(payment::balance(&mut s, org).await, Err(Error::BadRow { .. })),
            "sums of two currencies are no sum"
        );
        s.rollback().await.unwrap();
    })
    .await;
}
