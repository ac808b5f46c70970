//! Devices of a user.

use aktiver_domain::device::{Device, DeviceClass, Platform};
use aktiver_storage::device;

use crate::fixture::at;
use crate::house::{assert_sound, house};
use crate::support::each_migrated;

#[tokio::test]
async fn a_device_is_put_seen_and_signed_out_in_its_own_organization_alone() {
    each_migrated(async |db| {
        let mut s = db.begin().await.unwrap();
        let here = house(&mut s, "fjord", 2).await;
        let there = house(&mut s, "vik", 0).await.organization;
        let (org, user) = (here.organization, here.users[0]);
        let mut laptop = Device {
            user,
            id: "laptop-1".to_owned(),
            name: "Laptop".to_owned(),
            class: DeviceClass::Computer,
            platform: Platform::Linux,
            activated_at: at(1),
            last_seen: at(2),
            signed_out_at: None,
        };
        device::put(&mut s, org, &laptop).await.unwrap();
        let phone = Device {
            id: "phone-1".to_owned(),
            class: DeviceClass::Phone,
            platform: Platform::Ios,
            activated_at: at(3),
            signed_out_at: Some(at(4)),
            ..laptop.clone()
        };
        device::put(&mut s, org, &phone).await.unwrap();
        assert_eq!(
            device::of_user(&mut s, org, user).await.unwrap(),
            [laptop.clone(), phone.clone()]
        );

        device::touch(&mut s, org, user, "laptop-1", at(9)).await.unwrap();
        device::touch(&mut s, org, user, "laptop-1", at(8)).await.unwrap();
        device::touch(&mut s, there, user, "laptop-1", at(20)).await.unwrap();
        laptop.last_seen = at(9);
        assert!(!device::sign_out(&mut s, there, user, "laptop-1", at(10)).await.unwrap());
        assert!(device::sign_out(&mut s, org, user, "laptop-1", at(10)).await.unwrap());
        assert!(
            !device::sign_out(&mut s, org, user, "laptop-1", at(11)).await.unwrap(),
            "once is enough"
        );
        laptop.signed_out_at = Some(at(10));
        assert_eq!(
            device::of_user(&mut s, org, user).await.unwrap(),
            [laptop.clone(), phone.clone()]
        );

        let again = Device {
            name: "New name".to_owned(),
            activated_at: at(12),
            signed_out_at: None,
            ..laptop
        };
        device::put(&mut s, org, &again).await.unwrap();
        assert_eq!(device::of_user(&mut s, org, user).await.unwrap(), [phone, again]);
        assert!(device::of_user(&mut s, org, here.users[1]).await.unwrap().is_empty());
        assert!(device::of_user(&mut s, there, user).await.unwrap().is_empty());
        s.commit().await.unwrap();
        assert_sound(&db).await;
    })
    .await;
}
