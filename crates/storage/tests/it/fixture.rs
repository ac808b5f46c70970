//! What most tests of storage functions begin with.

use std::sync::atomic::{AtomicU64, Ordering};

use aktiver_domain::catalog::{AppliesTo, Plan, Product};
use aktiver_domain::ids::{Id, Kind, OrganizationId, UserId};
use aktiver_storage::engine::Session;
use aktiver_storage::organization::{self, Organization};
use aktiver_storage::user::{self, PasswordHash, User};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// An id like no other of this process; later ones are greater.
pub fn id<K: Kind>() -> Id<K> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Id::from_uuid(Uuid::from_u128(
        (0x70 << 120) | u128::from(NEXT.fetch_add(1, Ordering::Relaxed)),
    ))
}

/// An instant some seconds into the tests' time.
pub fn at(second: i64) -> Timestamp {
    Timestamp::new(1_800_000_000 + second, 123_456_000).unwrap()
}

/// An organization that is not stored yet.
pub fn an_organization(name: &str) -> Organization {
    Organization {
        id: id(),
        name: name.to_owned(),
        country: "NO".to_owned(),
        currency: None,
        sandbox: false,
        clock_ahead: SignedDuration::ZERO,
        invoice_approved: false,
        billing_blocked: false,
        installs_off: false,
        license_salt: [7; 16],
        created_at: at(0),
        version: 1,
    }
}

/// A stored organization.
pub async fn organization(s: &mut Session, name: &str) -> OrganizationId {
    let new = an_organization(name);
    organization::insert(s, &new).await.unwrap();
    new.id
}

/// A user that is not stored yet.
pub fn a_user(organization: OrganizationId, name: &str, display_name: &str) -> User {
    User {
        organization,
        id: id(),
        user_principal_name: name.to_owned(),
        display_name: display_name.to_owned(),
        given_name: None,
        surname: None,
        mail: None,
        mail_nickname: None,
        job_title: None,
        mobile_phone: None,
        office_location: None,
        preferred_language: None,
        business_phones: Vec::new(),
        usage_location: None,
        account_enabled: true,
        password_hash: Some(PasswordHash("$argon2id$v=19$secret".to_owned())),
        created_at: at(0),
        deleted_at: None,
        version: 1,
    }
}

/// A stored user, whose name is shown as it is signed in with.
pub async fn user(s: &mut Session, organization: OrganizationId, name: &str) -> UserId {
    let new = a_user(organization, name, name);
    user::insert(s, &new).await.unwrap();
    new.id
}

/// A plan that is not stored yet.
pub fn a_plan(name: &str) -> Plan {
    Plan {
        id: id(),
        name: name.to_owned(),
        friendly_name: format!("{name} for people"),
        applies_to: AppliesTo::User,
        prohibited_in: ["XA".to_owned()].into(),
        requires: Vec::new(),
    }
}

/// A product that is not stored yet, made of these plans.
pub fn a_product(part_number: &str, plans: &[&Plan]) -> Product {
    Product {
        id: id(),
        part_number: part_number.to_owned(),
        name: format!("The {part_number}"),
        plans: plans.iter().map(|plan| plan.id).collect(),
        maximum_quantity: Some(300),
        end_of_sale: false,
    }
}
