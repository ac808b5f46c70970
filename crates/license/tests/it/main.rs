//! What an app and a server rely on.

mod signing;
mod states;

use aktiver_license::{LicenseDocument, Schedule, ServicePlan, SigningKey};
use jiff::Timestamp;

pub const PLAN: &str = "43de0ff5-c92c-492b-9116-175376d08c38";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn key() -> SigningKey {
    SigningKey::new("2026-1", [7; 32])
}

pub fn document(organization_now: Timestamp, system_now: Timestamp) -> LicenseDocument {
    let schedule = Schedule::online(organization_now);
    LicenseDocument {
        iss: "https://license.example.test".into(),
        sub: "0b1e3d4c-0000-4000-8000-000000000001".into(),
        tid: "0b1e3d4c-0000-4000-8000-0000000000ff".into(),
        upn: "kari@fjordvik.example".into(),
        name: "Kari Nordmann".into(),
        organization: "Fjordvik AS".into(),
        device: "0b1e3d4c-0000-4000-8000-00000000d001".into(),
        lid: "EWW-7F3K-2M9Q".into(),
        plans: vec![ServicePlan {
            id: PLAN.into(),
            name: "OFFICESUBSCRIPTION".into(),
            sku: "SPE_E3".into(),
        }],
        notices: vec![],
        iat: organization_now.as_second(),
        sys: system_now.as_second(),
        chk: schedule.check_in_by,
        warn: schedule.warn_from,
        exp: schedule.expires,
    }
}
