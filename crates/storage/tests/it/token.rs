//! Refresh tokens and device codes.

use aktiver_domain::ids::OrganizationId;
use aktiver_storage::engine::{Database, Error};
use aktiver_storage::token::{
    DeviceCode, RefreshToken, approve_device_code, by_user_code, delete_device_code, delete_family, deny_device_code,
    device_code, insert_device_code, insert_refresh, mark_refresh_used, purge, refresh, set_polled,
};
use uuid::Uuid;

use crate::fixture::{at, id};
use crate::support::each_migrated;

fn a_token(organization: OrganizationId, byte: u8, family: u128) -> RefreshToken {
    RefreshToken {
        organization,
        hash: [byte; 32],
        family: Uuid::from_u128(family),
        user: id(),
        client: id(),
        scope: "openid offline_access".to_owned(),
        created_at: at(0),
        expires_at: at(i64::from(byte)),
        used_at: None,
    }
}

#[tokio::test]
async fn a_refresh_token_is_used_once() {
    each_migrated(async |db: Database| {
        let (fjord, vik) = (id(), id());
        let token = a_token(fjord, 1, 1);
        let mut unit = db.begin().await.unwrap();
        insert_refresh(&mut unit, &token).await.unwrap();
        assert_eq!(refresh(&mut unit, fjord, [1; 32]).await.unwrap(), Some(token.clone()));
        assert_eq!(refresh(&mut unit, vik, [1; 32]).await.unwrap(), None);
        assert!(!mark_refresh_used(&mut unit, vik, [1; 32], at(4)).await.unwrap());
        assert!(mark_refresh_used(&mut unit, fjord, [1; 32], at(4)).await.unwrap());
        assert!(!mark_refresh_used(&mut unit, fjord, [1; 32], at(5)).await.unwrap());
        assert_eq!(
            refresh(&mut unit, fjord, [1; 32]).await.unwrap(),
            Some(RefreshToken {
                used_at: Some(at(4)),
                ..token
            })
        );
        unit.commit().await.unwrap();
        let mut s = db.read().await.unwrap();
        assert!(matches!(
            refresh(&mut s, fjord, [1; 32]).await,
            Err(Error::ReadOnly { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn a_family_ends_whole_and_alone() {
    each_migrated(async |db: Database| {
        let (fjord, vik) = (id(), id());
        let mut unit = db.begin().await.unwrap();
        for token in [
            a_token(fjord, 1, 1),
            a_token(fjord, 2, 1),
            a_token(fjord, 3, 2),
            a_token(vik, 4, 1),
        ] {
            insert_refresh(&mut unit, &token).await.unwrap();
        }
        assert_eq!(delete_family(&mut unit, fjord, Uuid::from_u128(1)).await.unwrap(), 2);
        assert_eq!(refresh(&mut unit, fjord, [2; 32]).await.unwrap(), None);
        assert!(refresh(&mut unit, fjord, [3; 32]).await.unwrap().is_some());
        assert!(refresh(&mut unit, vik, [4; 32]).await.unwrap().is_some());
    })
    .await;
}

fn a_code(byte: u8, user_code: &str) -> DeviceCode {
    DeviceCode {
        hash: [byte; 32],
        user_code: user_code.to_owned(),
        client: id(),
        scope: "openid".to_owned(),
        created_at: at(0),
        expires_at: at(i64::from(byte)),
        polled_at: None,
        approved: None,
        denied: false,
    }
}

#[tokio::test]
async fn a_device_code_is_approved_once_and_exchanged_once() {
    each_migrated(async |db: Database| {
        let code = a_code(1, "ABCD-EFGH");
        let (fjord, kai) = (id(), id());
        let mut unit = db.begin().await.unwrap();
        insert_device_code(&mut unit, &code).await.unwrap();
        insert_device_code(&mut unit, &a_code(2, "OTHER")).await.unwrap();
        assert_eq!(by_user_code(&mut unit, "ABCD-EFGH").await.unwrap(), Some(code.clone()));
        assert_eq!(by_user_code(&mut unit, "WRONG").await.unwrap(), None);
        set_polled(&mut unit, code.hash, at(3)).await.unwrap();
        approve_device_code(&mut unit, code.hash, fjord, kai).await.unwrap();
        assert!(matches!(
            approve_device_code(&mut unit, code.hash, id(), id()).await,
            Err(Error::Stale { .. })
        ));
        assert!(matches!(
            deny_device_code(&mut unit, code.hash).await,
            Err(Error::Stale { .. })
        ));
        assert_eq!(
            device_code(&mut unit, code.hash).await.unwrap(),
            Some(DeviceCode {
                polled_at: Some(at(3)),
                approved: Some((fjord, kai)),
                ..code.clone()
            })
        );
        assert!(delete_device_code(&mut unit, code.hash).await.unwrap());
        assert!(!delete_device_code(&mut unit, code.hash).await.unwrap());
        assert_eq!(device_code(&mut unit, code.hash).await.unwrap(), None);
        assert_eq!(device_code(&mut unit, [2; 32]).await.unwrap().unwrap().approved, None);
    })
    .await;
}

#[tokio::test]
async fn a_denied_device_code_stays_denied() {
    each_migrated(async |db: Database| {
        let code = a_code(1, "ABCD-EFGH");
        let mut unit = db.begin().await.unwrap();
        insert_device_code(&mut unit, &code).await.unwrap();
        deny_device_code(&mut unit, code.hash).await.unwrap();
        assert!(matches!(
            approve_device_code(&mut unit, code.hash, id(), id()).await,
            Err(Error::Stale { .. })
        ));
        let stored = device_code(&mut unit, code.hash).await.unwrap().unwrap();
        assert!(stored.denied && stored.approved.is_none());
    })
    .await;
}

#[tokio::test]
async fn two_device_codes_never_show_the_same_code() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        insert_device_code(&mut unit, &a_code(1, "ABCD-EFGH")).await.unwrap();
        let taken = insert_device_code(&mut unit, &a_code(2, "ABCD-EFGH"))
            .await
            .unwrap_err();
        assert!(taken.is_unique("device_code_user_code_unique"), "{taken}");
    })
    .await;
}

#[tokio::test]
async fn what_has_expired_is_purged() {
    each_migrated(async |db: Database| {
        let fjord = id();
        let mut unit = db.begin().await.unwrap();
        for end in 1..=4_u8 {
            insert_refresh(&mut unit, &a_token(fjord, end, 1)).await.unwrap();
            insert_device_code(&mut unit, &a_code(end, &end.to_string()))
                .await
                .unwrap();
        }
        assert_eq!(purge(&mut unit, at(3)).await.unwrap(), 4);
        assert_eq!(purge(&mut unit, at(3)).await.unwrap(), 0);
        assert!(refresh(&mut unit, fjord, [3; 32]).await.unwrap().is_some());
        assert!(device_code(&mut unit, [3; 32]).await.unwrap().is_some());
        assert_eq!(device_code(&mut unit, [2; 32]).await.unwrap(), None);
    })
    .await;
}

#[test]
fn hashes_and_codes_are_not_shown() {
    let shown = format!("{:?} {:?}", a_token(id(), 231, 1), a_code(231, "ABCD-EFGH"));
    assert!(!shown.contains("231, 231") && !shown.contains("ABCD"), "{shown}");
}
