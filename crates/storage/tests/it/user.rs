//! People, their sign-in names and roles.

use std::collections::BTreeSet;

use aktiver_domain::ids::{OrganizationId, UserId};
use aktiver_domain::role::Role;
use aktiver_storage::engine::{Database, Error, Session};
use aktiver_storage::user::{
    PasswordHash, User, add_role, by_ids, by_name, count, find_sign_in, get, insert, lock, members_of, page,
    page_by_id, remove_role, roles, update,
};

use crate::fixture::{a_user, at, id, organization, user};
use crate::support::each_migrated;

fn everything(organization: OrganizationId) -> User {
    let text = |text: &str| Some(text.to_owned());
    User {
        given_name: text("Åse"),
        surname: text("O'Hara"),
        mail: text("ase@mail.example"),
        mail_nickname: text("ase"),
        job_title: text("Skipper"),
        mobile_phone: text("+47 1"),
        office_location: text("Bergen"),
        preferred_language: text("nb-NO"),
        business_phones: vec!["+47 2".to_owned(), "\"3\"".to_owned()],
        usage_location: text("NO"),
        account_enabled: false,
        deleted_at: Some(at(9)),
        version: 4,
        ..a_user(organization, "Åse@Fjord.example", "Åse O'Hara")
    }
}

#[tokio::test]
async fn a_user_comes_back_as_it_was_stored() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let full = everything(fjord);
        let plain = User {
            password_hash: None,
            ..a_user(fjord, "kai@fjord.example", "Kai")
        };
        insert(&mut unit, &full).await.unwrap();
        insert(&mut unit, &plain).await.unwrap();
        assert_eq!(lock(&mut unit, fjord, full.id).await.unwrap(), Some(full.clone()));
        assert_eq!(get(&mut unit, fjord, full.id).await.unwrap(), Some(full.clone()));
        assert_eq!(get(&mut unit, fjord, plain.id).await.unwrap(), Some(plain.clone()));
        assert_eq!(get(&mut unit, fjord, id()).await.unwrap(), None);
        assert_eq!(
            by_ids(&mut unit, fjord, &[plain.id, full.id, id()]).await.unwrap(),
            [full, plain]
        );
        assert!(by_ids(&mut unit, fjord, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_name_is_found_and_taken_in_whatever_case_among_all_organizations() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let ase = a_user(fjord, "Åse.Ødegård@Fjord.example", "Åse");
        insert(&mut unit, &ase).await.unwrap();
        unit.commit().await.unwrap();

        for spelling in ["åse.ødegård@fjord.example", "ÅSE.ØDEGÅRD@FJORD.EXAMPLE"] {
            let mut s = db.read().await.unwrap();
            assert_eq!(by_name(&mut s, fjord, spelling).await.unwrap(), Some(ase.clone()));
            assert_eq!(by_name(&mut s, vik, spelling).await.unwrap(), None);
            assert_eq!(find_sign_in(&mut s, spelling).await.unwrap(), Some((fjord, ase.id)));
            for organization in [fjord, vik] {
                let mut unit = db.begin().await.unwrap();
                let taken = insert(&mut unit, &a_user(organization, spelling, "Other"))
                    .await
                    .unwrap_err();
                assert!(taken.is_unique("sign_in_name_pk"), "{taken}");
            }
        }
        let mut s = db.read().await.unwrap();
        assert_eq!(find_sign_in(&mut s, "ase.odegard@fjord.example").await.unwrap(), None);
        assert_eq!(count(&mut s, vik).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_user_signs_in_by_the_new_name_alone_and_frees_the_old_one() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let kai = a_user(fjord, "kai@fjord.example", "Kai");
        insert(&mut unit, &kai).await.unwrap();
        user(&mut unit, fjord, "liv@fjord.example").await;
        unit.commit().await.unwrap();

        let mut unit = db.begin().await.unwrap();
        let renamed = User {
            user_principal_name: "Kåre@fjord.example".to_owned(),
            display_name: "Kåre".to_owned(),
            ..kai.clone()
        };
        update(&mut unit, &renamed).await.unwrap();
        assert_eq!(find_sign_in(&mut unit, "kai@fjord.example").await.unwrap(), None);
        assert_eq!(
            find_sign_in(&mut unit, "kåre@fjord.example").await.unwrap(),
            Some((fjord, kai.id))
        );
        user(&mut unit, fjord, "Kai@fjord.example").await;
        unit.commit().await.unwrap();

        let mut unit = db.begin().await.unwrap();
        let clash = User {
            user_principal_name: "LIV@fjord.example".to_owned(),
            version: 2,
            ..renamed.clone()
        };
        let taken = update(&mut unit, &clash).await.unwrap_err();
        assert!(taken.is_unique("sign_in_name_pk"), "{taken}");
        drop(unit);

        let mut s = db.read().await.unwrap();
        assert_eq!(
            get(&mut s, fjord, kai.id).await.unwrap(),
            Some(User { version: 2, ..renamed })
        );
    })
    .await;
}

#[tokio::test]
async fn the_second_of_two_changes_decided_on_one_version_is_stale() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let kai = a_user(fjord, "kai@fjord.example", "Kai");
        insert(&mut unit, &kai).await.unwrap();
        let changed = User {
            version: 1,
            ..everything(fjord)
        };
        let changed = User {
            id: kai.id,
            password_hash: Some(PasswordHash("other".to_owned())),
            ..changed
        };
        update(&mut unit, &changed).await.unwrap();
        assert!(matches!(update(&mut unit, &kai).await, Err(Error::Stale { .. })));
        let stored = get(&mut unit, fjord, kai.id).await.unwrap().unwrap();
        assert_eq!(stored, User { version: 2, ..changed });
        let elsewhere = User {
            organization: vik,
            ..stored
        };
        assert!(matches!(update(&mut unit, &elsewhere).await, Err(Error::Stale { .. })));
    })
    .await;
}

async fn shown(s: &mut Session, organization: OrganizationId, limit: u32, prefix: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    let mut after: Option<(String, UserId)> = None;
    loop {
        let users = page(s, organization, after, limit, prefix).await.unwrap();
        let Some(last) = users.last() else {
            return names;
        };
        assert!(users.len() <= usize::try_from(limit).unwrap());
        after = Some((last.display_name.clone(), last.id));
        names.extend(users.into_iter().map(|user| user.display_name));
    }
}

#[tokio::test]
async fn users_are_paged_by_display_name_without_gap_or_repetition_though_some_come_and_go() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        for (number, name) in ["Zoe", "kai", "Åse", "KAI", "Kai", "liv", "ågot", "Ka"]
            .into_iter()
            .enumerate()
        {
            let new = a_user(fjord, &format!("{number}@fjord.example"), name);
            insert(&mut unit, &new).await.unwrap();
        }
        let gone = User {
            deleted_at: Some(at(1)),
            ..a_user(fjord, "gone@fjord.example", "Kaia")
        };
        insert(&mut unit, &gone).await.unwrap();
        insert(&mut unit, &a_user(vik, "kai@vik.example", "Kai of Vik"))
            .await
            .unwrap();

        let all = ["Ka", "kai", "KAI", "Kai", "liv", "Zoe", "ågot", "Åse"];
        for limit in [1, 2, 3, 100] {
            assert_eq!(shown(&mut unit, fjord, limit, None).await, all, "{limit} a page");
            assert_eq!(shown(&mut unit, fjord, limit, Some("kAI")).await, ["kai", "KAI", "Kai"]);
            assert_eq!(shown(&mut unit, fjord, limit, Some("Å")).await, ["ågot", "Åse"]);
            assert!(shown(&mut unit, fjord, limit, Some("%")).await.is_empty());
        }
        assert_eq!(shown(&mut unit, vik, 2, None).await, ["Kai of Vik"]);
        assert_eq!(count(&mut unit, fjord).await.unwrap(), 8);

        // A cursor stays good when its user is renamed or others come before it.
        let first = page(&mut unit, fjord, None, 3, None).await.unwrap();
        let last = first.last().unwrap();
        let cursor = (last.display_name.clone(), last.id);
        update(
            &mut unit,
            &User {
                display_name: "Aa".to_owned(),
                ..last.clone()
            },
        )
        .await
        .unwrap();
        insert(&mut unit, &a_user(fjord, "ab@fjord.example", "Ab"))
            .await
            .unwrap();
        let rest = page(&mut unit, fjord, Some(cursor), 100, None).await.unwrap();
        let rest: Vec<_> = rest.iter().map(|user| user.display_name.as_str()).collect();
        assert_eq!(rest, ["Kai", "liv", "Zoe", "ågot", "Åse"]);
    })
    .await;
}

#[tokio::test]
async fn users_are_paged_by_id() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let mut expected = Vec::new();
        for number in 0..7 {
            expected.push(user(&mut unit, fjord, &format!("{number}@fjord.example")).await);
            user(&mut unit, vik, &format!("{number}@vik.example")).await;
        }
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let users = page_by_id(&mut unit, fjord, after, 3).await.unwrap();
            after = users.last().map(|user| user.id);
            seen.extend(users.iter().map(|user| user.id));
            if users.len() < 3 {
                break;
            }
        }
        assert_eq!(seen, expected);
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_another_organizations_users() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let kai = user(&mut unit, fjord, "kai@fjord.example").await;
        add_role(&mut unit, fjord, kai, Role::GlobalAdministrator)
            .await
            .unwrap();

        assert_eq!(get(&mut unit, vik, kai).await.unwrap(), None);
        assert_eq!(lock(&mut unit, vik, kai).await.unwrap(), None);
        assert!(by_ids(&mut unit, vik, &[kai]).await.unwrap().is_empty());
        assert!(page_by_id(&mut unit, vik, None, 10).await.unwrap().is_empty());
        assert!(roles(&mut unit, vik, kai).await.unwrap().is_empty());
        assert!(members_of(&mut unit, vik, &Role::ALL).await.unwrap().is_empty());
        assert!(
            !remove_role(&mut unit, vik, kai, Role::GlobalAdministrator)
                .await
                .unwrap()
        );
        assert_eq!(
            roles(&mut unit, fjord, kai).await.unwrap(),
            BTreeSet::from([Role::GlobalAdministrator])
        );
    })
    .await;
}

#[tokio::test]
async fn a_user_of_one_organization_may_have_the_id_of_a_user_of_another() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let vik = organization(&mut unit, "Vik").await;
        let kai = a_user(fjord, "kai@fjord.example", "Kai");
        let twin = User {
            id: kai.id,
            ..a_user(vik, "kai@vik.example", "Kai of Vik")
        };
        insert(&mut unit, &kai).await.unwrap();
        insert(&mut unit, &twin).await.unwrap();
        update(
            &mut unit,
            &User {
                user_principal_name: "kim@vik.example".to_owned(),
                ..twin
            },
        )
        .await
        .unwrap();
        assert_eq!(get(&mut unit, fjord, kai.id).await.unwrap(), Some(kai.clone()));
        assert_eq!(
            find_sign_in(&mut unit, "kai@fjord.example").await.unwrap(),
            Some((fjord, kai.id))
        );
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_and_taken_once() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let kai = user(&mut unit, fjord, "kai@fjord.example").await;
        assert!(roles(&mut unit, fjord, kai).await.unwrap().is_empty());
        for role in Role::ALL {
            assert!(add_role(&mut unit, fjord, kai, role).await.unwrap());
            assert!(!add_role(&mut unit, fjord, kai, role).await.unwrap());
        }
        assert_eq!(roles(&mut unit, fjord, kai).await.unwrap(), BTreeSet::from(Role::ALL));
        assert!(remove_role(&mut unit, fjord, kai, Role::GlobalReader).await.unwrap());
        assert!(!remove_role(&mut unit, fjord, kai, Role::GlobalReader).await.unwrap());
        assert!(
            !roles(&mut unit, fjord, kai)
                .await
                .unwrap()
                .contains(&Role::GlobalReader)
        );
        assert!(matches!(
            add_role(&mut unit, fjord, id(), Role::GlobalReader).await,
            Err(Error::ForeignKey { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn only_administrators_who_can_answer_are_named() {
    each_migrated(async |db: Database| {
        let mut unit = db.begin().await.unwrap();
        let fjord = organization(&mut unit, "Fjord").await;
        let both = [Role::GlobalAdministrator, Role::BillingAdministrator];
        let add = async |unit: &mut Session, user: User, roles: &[Role]| {
            insert(unit, &user).await.unwrap();
            for role in roles {
                add_role(unit, fjord, user.id, *role).await.unwrap();
            }
        };
        add(&mut unit, a_user(fjord, "liv@fjord.example", "Liv"), &both).await;
        add(&mut unit, a_user(fjord, "kai@fjord.example", "kai"), &both[..1]).await;
        add(
            &mut unit,
            a_user(fjord, "ola@fjord.example", "Ola"),
            &[Role::GlobalReader],
        )
        .await;
        let locked = User {
            account_enabled: false,
            ..a_user(fjord, "a@fjord.example", "A")
        };
        let gone = User {
            deleted_at: Some(at(1)),
            ..a_user(fjord, "b@fjord.example", "B")
        };
        add(&mut unit, locked, &both).await;
        add(&mut unit, gone, &both).await;

        let found: Vec<_> = members_of(&mut unit, fjord, &both)
            .await
            .unwrap()
            .into_iter()
            .map(|(role, user)| (role, user.display_name))
            .collect();
        let expect = |role, name: &str| (role, name.to_owned());
        assert_eq!(
            found,
            [
                expect(Role::GlobalAdministrator, "kai"),
                expect(Role::BillingAdministrator, "Liv"),
                expect(Role::GlobalAdministrator, "Liv"),
            ]
        );
        assert!(members_of(&mut unit, fjord, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[test]
fn the_password_hash_is_not_shown() {
    let shown = format!("{:?}", a_user(id(), "kai@fjord.example", "Kai"));
    assert!(
        shown.contains("Kai") && !shown.contains("argon2id") && !shown.contains("secret"),
        "{shown}"
    );
}
