//! The words that pages use for what the domain knows: money, roles, channels, terms, states.

use aktiver_service::domain::Money;
use aktiver_service::domain::calendar::Term;
use aktiver_service::domain::device::{DeviceClass, Platform};
use aktiver_service::domain::policy::Channel;
use aktiver_service::domain::role::Role;
use aktiver_service::domain::subscription::Phase as DomainPhase;

use crate::components::Phase;
use crate::i18n::Text;

/// An amount as the reader writes it.
pub fn money(t: Text, amount: Money) -> String {
    let digits = amount.currency.exponent().unwrap_or(0);
    t.money(amount.minor, u8::try_from(digits).unwrap_or(0), amount.currency.code())
}

/// "A", "A or B", "A, B or C".
pub fn one_of(t: Text, names: &[String]) -> String {
    joined(names, &t.get("word-or"))
}

/// "A", "A and B", "A, B and C".
pub fn all_of(t: Text, names: &[String]) -> String {
    joined(names, &t.get("word-and"))
}

fn joined(names: &[String], last_by: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {last_by} {last}", most.join(", ")),
    }
}

/// The phase, as components show it.
pub fn phase(phase: DomainPhase) -> Phase {
    match phase {
        DomainPhase::Pending => Phase::Pending,
        DomainPhase::Scheduled => Phase::Scheduled,
        DomainPhase::Active => Phase::Active,
        DomainPhase::Expired => Phase::Expired,
        DomainPhase::Disabled => Phase::Disabled,
        DomainPhase::LockedOut => Phase::LockedOut,
        DomainPhase::Deleted => Phase::Deleted,
    }
}

/// How a subscription was bought.
pub fn channel(t: Text, channel: Channel) -> String {
    match channel {
        Channel::Direct => t.get("channel-direct"),
        Channel::DirectClassic => t.get("channel-direct-classic"),
        Channel::DirectRep => t.get("channel-direct-rep"),
        Channel::Prepaid => t.get("channel-prepaid"),
        Channel::VolumeEnterprise => t.get("channel-volume-enterprise"),
        Channel::VolumeOpen => t.get("channel-volume-open"),
        Channel::Partner => t.get("channel-partner"),
        Channel::PartnerClassic => t.get("channel-partner-classic"),
        Channel::Trial => t.get("channel-trial"),
        Channel::SelfService => t.get("channel-self-service"),
    }
}

/// A term's length.
pub fn term(t: Text, term: Term) -> String {
    match term {
        Term::Month => t.get("term-month"),
        Term::Year => t.get("term-year"),
        Term::ThreeYears => t.get("term-three-years"),
    }
}

/// A role, as the directory shows it.
pub fn role(t: Text, role: Role) -> String {
    match role {
        Role::GlobalAdministrator => t.get("role-global"),
        Role::BillingAdministrator => t.get("role-billing"),
        Role::LicenseAdministrator => t.get("role-license"),
        Role::UserAdministrator => t.get("role-user"),
        Role::HelpdeskAdministrator => t.get("role-helpdesk"),
        Role::ServiceSupportAdministrator => t.get("role-support"),
        Role::GlobalReader => t.get("role-global-reader"),
        Role::GroupsAdministrator => t.get("role-groups"),
        Role::DirectoryWriters => t.get("role-directory-writers"),
        Role::DirectoryReaders => t.get("role-directory-readers"),
        Role::OfficeAppsAdministrator => t.get("role-apps"),
        Role::ReportsReader => t.get("role-reports"),
        Role::PasswordAdministrator => t.get("role-password"),
    }
}

/// An app's name: those that are a description, in the reader's language; the others as the catalog has them.
pub fn app(t: Text, id: &str, name: &str) -> String {
    match id {
        "desktop-suite-enterprise" => t.get("app-desktop-enterprise"),
        "desktop-suite-business" => t.get("app-desktop-business"),
        "mobile-apps" => t.get("app-mobile"),
        "web-apps" => t.get("app-web"),
        "visio-web" => t.get("app-visio-web"),
        _ => name.to_owned(),
    }
}

/// What a device runs.
pub fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Windows => "Windows",
        Platform::MacOs => "macOS",
        Platform::Linux => "Linux",
        Platform::Ios => "iOS",
        Platform::Android => "Android",
    }
}

/// The name of a platform as releases have it.
pub fn platform_named(name: &str) -> String {
    let known = name.parse::<Platform>();
    known.map_or_else(|_| name.to_owned(), |known| platform(known).to_owned())
}

/// What kind of device it is.
pub fn device_class(t: Text, class: DeviceClass) -> String {
    match class {
        DeviceClass::Computer => t.get("device-computer"),
        DeviceClass::Tablet => t.get("device-tablet"),
        DeviceClass::Phone => t.get("device-phone"),
    }
}

/// A file's size: `12.3 MB`, in Norwegian `12,3 MB`.
pub fn size(t: Text, bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes}\u{a0}B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    let point = t.get("decimal-point");
    format!("{}{point}{}\u{a0}{}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn sizes_have_a_unit_that_people_read() {
        let (en, nb) = (Text::new(Locale::En), Text::new(Locale::Nb));
        assert_eq!(size(en, 999), "999\u{a0}B");
        assert_eq!(size(en, 1_000), "1.0\u{a0}kB");
        assert_eq!(size(en, 48_120_000), "48.1\u{a0}MB");
        assert_eq!(size(nb, 1_250_000_000), "1,2\u{a0}GB");
    }

    #[test]
    fn names_are_joined_as_people_say_them() {
        let t = Text::new(Locale::En);
        let names = |n: usize| {
            ["A", "B", "C"]
                .iter()
                .take(n)
                .map(|s| (*s).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(one_of(t, &names(1)), "A");
        assert_eq!(one_of(t, &names(2)), "A or B");
        assert_eq!(all_of(t, &names(3)), "A, B and C");
    }
}
