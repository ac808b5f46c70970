//! Device slots (SPEC 17.2).

use crate::Timestamp;
use crate::ids::UserId;

/// What counts against one class of slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceClass {
    /// A PC or a Mac.
    Computer,
    Tablet,
    Phone,
}

text_enum! { DeviceClass, "device class" { Computer = "computer", Tablet = "tablet", Phone = "phone" } }

/// What a device runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    Windows,
    MacOs,
    Linux,
    Ios,
    Android,
}

text_enum! { Platform, "platform" { Windows = "windows", MacOs = "macos", Linux = "linux", Ios = "ios", Android = "android" } }

/// One installation that a user activated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub user: UserId,
    /// Chosen by the app, stable on the machine.
    pub id: String,
    pub name: String,
    pub class: DeviceClass,
    pub platform: Platform,
    pub activated_at: Timestamp,
    pub last_seen: Timestamp,
    pub signed_out_at: Option<Timestamp>,
}

impl Device {
    /// Whether it takes a slot: activated and not signed out since.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.signed_out_at.is_none()
    }
}

/// What happens when a slot is missing (conflict 16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AtLimit {
    SignOutLeastRecentlyUsed,
    Refuse,
}

/// How many devices a user may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DevicePolicy {
    pub per_class: usize,
    pub in_all: usize,
    pub at_limit: AtLimit,
}

impl Default for DevicePolicy {
    /// DV-01 and DV-02: five of a class, ten in all, nothing refused.
    fn default() -> Self {
        Self {
            per_class: 5,
            in_all: 10,
            at_limit: AtLimit::SignOutLeastRecentlyUsed,
        }
    }
}

/// The policy leaves no slot and refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("all device slots are taken; sign out of a device first")]
pub struct NoSlot;

/// The ids of the devices that are signed out so that `new` gets a slot (DV-02b): the sixth of a class takes the
/// place of that class's least recently used, the eleventh overall that of the least recently used Windows device,
/// else of any. `devices` are the user's; one with the id of `new` is the same device and costs nothing more.
///
/// # Errors
/// [`NoSlot`] where the policy refuses instead, or allows no device at all.
pub fn make_room(devices: &[Device], new: &Device, policy: DevicePolicy) -> Result<Vec<String>, NoSlot> {
    if policy.per_class == 0 || policy.in_all == 0 {
        return Err(NoSlot);
    }
    let mut active: Vec<&Device> = devices.iter().filter(|d| d.is_active() && d.id != new.id).collect();
    active.sort_by(|a, b| a.last_seen.cmp(&b.last_seen).then_with(|| a.id.cmp(&b.id)));
    let mut out = Vec::new();
    while active.iter().filter(|d| d.class == new.class).count() >= policy.per_class {
        let Some(at) = active.iter().position(|d| d.class == new.class) else {
            break;
        };
        out.push(active.remove(at).id.clone());
    }
    while !active.is_empty() && active.len() >= policy.in_all {
        let at = active.iter().position(|d| d.platform == Platform::Windows).unwrap_or(0);
        out.push(active.remove(at).id.clone());
    }
    if !out.is_empty() && policy.at_limit == AtLimit::Refuse {
        return Err(NoSlot);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixed;
    use proptest::prelude::*;

    fn device(id: usize, class: DeviceClass, platform: Platform, seen: i64) -> Device {
        let at = Timestamp::from_second(seen).unwrap();
        Device {
            user: UserId::new(Timestamp::UNIX_EPOCH, &Fixed(1)),
            id: format!("device-{id}"),
            name: format!("Device {id}"),
            class,
            platform,
            activated_at: at,
            last_seen: at,
            signed_out_at: None,
        }
    }

    #[test]
    fn dv_02b_the_sixth_of_a_class_signs_out_its_least_recently_used() {
        let devices: Vec<_> = (0..5)
            .map(|n| device(n, DeviceClass::Phone, Platform::Ios, 100 - n as i64))
            .collect();
        let new = device(9, DeviceClass::Phone, Platform::Android, 200);
        assert_eq!(
            make_room(&devices, &new, DevicePolicy::default()).unwrap(),
            ["device-4"]
        );
    }

    #[test]
    fn scenario_33_the_eleventh_device_signs_out_the_least_recently_used_windows_device() {
        let mut devices: Vec<_> = (0..4)
            .map(|n| device(n, DeviceClass::Computer, Platform::Windows, 50 + n as i64))
            .collect();
        devices.extend((4..8).map(|n| device(n, DeviceClass::Phone, Platform::Ios, n as i64)));
        devices.extend((8..10).map(|n| device(n, DeviceClass::Tablet, Platform::Ios, n as i64)));
        let new = device(10, DeviceClass::Tablet, Platform::Ios, 200);
        assert_eq!(
            make_room(&devices, &new, DevicePolicy::default()).unwrap(),
            ["device-0"]
        );
    }

    #[test]
    fn the_same_device_again_takes_no_slot() {
        let devices: Vec<_> = (0..5)
            .map(|n| device(n, DeviceClass::Computer, Platform::Linux, n as i64))
            .collect();
        assert!(
            make_room(&devices, &devices[2], DevicePolicy::default())
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_policy_that_refuses_signs_nobody_out() {
        let devices: Vec<_> = (0..5)
            .map(|n| device(n, DeviceClass::Computer, Platform::Linux, n as i64))
            .collect();
        let policy = DevicePolicy {
            at_limit: AtLimit::Refuse,
            ..DevicePolicy::default()
        };
        assert_eq!(
            make_room(&devices, &device(9, DeviceClass::Computer, Platform::MacOs, 9), policy),
            Err(NoSlot)
        );
    }

    proptest! {
        #[test]
        fn inv_10_no_user_ever_has_more_than_the_policy_allows(arrivals in proptest::collection::vec((0usize..16, 0usize..3, 0usize..5), 1..60)) {
            let classes = [DeviceClass::Computer, DeviceClass::Tablet, DeviceClass::Phone];
            let platforms = [Platform::Windows, Platform::MacOs, Platform::Linux, Platform::Ios, Platform::Android];
            let mut devices: Vec<Device> = Vec::new();
            for (seen, (id, class, platform)) in arrivals.into_iter().enumerate() {
                let new = device(id, classes[class], platforms[platform], seen as i64);
                for gone in make_room(&devices, &new, DevicePolicy::default()).unwrap() {
                    devices.retain(|d| d.id != gone);
                }
                devices.retain(|d| d.id != new.id);
                devices.push(new);
                prop_assert!(devices.len() <= 10);
                for class in classes {
                    prop_assert!(devices.iter().filter(|d| d.class == class).count() <= 5);
                }
            }
        }
    }
}
