//! Typed identifiers.
//!
//! Every id is a UUIDv7 made from an instant and random bits that the caller gives, or a
//! GUID that came from outside (product and plan ids of an imported catalog). In memory
//! the kind keeps a user's id from standing where an organization's belongs; in text the
//! vendor API shows a prefix (`sub_…`), the Graph API a bare lower-case GUID.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use uuid::Uuid;

use crate::Entropy;

/// What an [`Id`] names.
pub trait Kind: Copy + Eq + Ord + std::hash::Hash + Send + Sync + 'static {
    /// The prefix on the vendor API, without the underscore.
    const PREFIX: &'static str;
    /// The word for messages, as in "no such subscription".
    const NOUN: &'static str;
}

/// The id of one thing of kind `K`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K: Kind> Id<K> {
    /// A fresh UUIDv7: sorts by `now`, unguessable by `entropy`.
    pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        Self(uuid, PhantomData)
    }

    /// Wraps a GUID that came from a database or an imported catalog.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare GUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The form of the vendor API: prefix, underscore, lower-case GUID.
    #[must_use]
    pub fn prefixed(self) -> String {
        format!("{}_{}", K::PREFIX, self.0)
    }

    /// Reads the bare or the prefixed form, in any case.
    ///
    /// # Errors
    /// [`BadId`] names the kind when the text is neither.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let bare = text
            .split_once('_')
            .filter(|(prefix, _)| prefix.eq_ignore_ascii_case(K::PREFIX))
            .map_or(text, |(_, rest)| rest);
        parse_guid(bare).map(Self::from_uuid).ok_or(BadId(K::NOUN))
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0)
    }
}

impl<K: Kind> std::str::FromStr for Id<K> {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::parse(text)
    }
}

/// A text that is no id of the kind it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not the id of a {0}: 32 hexadecimal digits in groups of 8-4-4-4-12 are expected")]
pub struct BadId(pub &'static str);

/// Reads 32 hexadecimal digits in groups of 8-4-4-4-12, whatever version and variant they claim:
/// the published catalog holds an id that is no RFC UUID.
#[must_use]
pub fn parse_guid(text: &str) -> Option<Uuid> {
    let grouped = text.len() == 36 && [8, 13, 18, 23].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
    grouped.then(|| Uuid::try_parse(text).ok()).flatten()
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $id:ident, $prefix:literal, $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $kind;
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
            const NOUN: &'static str = $noun;
        }
        #[doc = concat!("The id of one ", $noun, ".")]
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    /// A customer: owns users, subscriptions, payment methods.
    OrganizationKind, OrganizationId, "org", "organization";
    /// A person in an organization's directory.
    UserKind, UserId, "usr", "user";
    /// A group of an organization's directory.
    GroupKind, GroupId, "grp", "group";
    /// A person who runs the vendor's side.
    OperatorKind, OperatorId, "opr", "operator";
    /// A registered program that asks for tokens.
    ClientKind, ClientId, "cli", "client";
    /// A product (SKU) of the catalog.
    ProductKind, ProductId, "sku", "product";
    /// A service plan of the catalog.
    PlanKind, PlanId, "pln", "service plan";
    /// One purchase of one product.
    SubscriptionKind, SubscriptionId, "sub", "subscription";
    /// A card or an invoice agreement.
    PaymentMethodKind, PaymentMethodId, "pmt", "payment method";
    /// One attempt at moving money, and its idempotency key.
    ChargeKind, ChargeId, "chg", "charge";
    /// One line of what an organization owes or is owed.
    LedgerKind, LedgerEntryId, "led", "ledger entry";
    /// A run of product keys made together.
    BatchKind, BatchId, "bat", "key batch";
    /// One order in which product keys were redeemed.
    OrderKind, OrderId, "ord", "order";
    /// A stored request for help.
    ServiceRequestKind, ServiceRequestId, "srq", "service request";
    /// One record of the audit log.
    AuditKind, AuditId, "aud", "audit record";
    /// One event that is told to the outside.
    EventKind, EventId, "evt", "event";
    /// One unit of background work.
    JobKind, JobId, "job", "job";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixed;

    #[test]
    fn an_id_is_read_bare_and_prefixed_and_of_its_own_kind_only() {
        let id = SubscriptionId::new(Timestamp::UNIX_EPOCH, &Fixed(7));
        assert_eq!(SubscriptionId::parse(&id.to_string()), Ok(id));
        assert_eq!(SubscriptionId::parse(&id.prefixed().to_uppercase()), Ok(id));
        assert_eq!(UserId::parse(&id.prefixed()), Err(BadId("user")));
        assert_eq!(UserId::parse("nonsense"), Err(BadId("user")));
    }

    #[test]
    fn any_8_4_4_4_12_id_is_taken() {
        assert!(parse_guid("00000000-0000-0000-ffff-000000000001").is_some());
        assert!(parse_guid("{00000000-0000-0000-0000-000000000001}").is_none());
        assert!(parse_guid("00000000000000000000000000000001").is_none());
    }
}
