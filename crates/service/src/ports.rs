//! What lies outside: the clock, payment gateways, object files. Implemented in `adapters` and `server`.

use aktiver_domain::ids::{ChargeId, OrganizationId};
use aktiver_domain::{Money, Timestamp};
use async_trait::async_trait;

/// The machine's clock.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// A payment method as a person enters it. Card numbers pass through to the gateway and are stored nowhere.
#[derive(Clone)]
pub struct NewCard {
    pub number: String,
    /// `MM/YY`.
    pub expiry: String,
    pub security_code: Option<String>,
    pub holder: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

impl std::fmt::Debug for NewCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCard")
            .field("expiry", &self.expiry)
            .field("country", &self.country)
            .finish_non_exhaustive()
    }
}

/// What a gateway keeps of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedCard {
    pub reference: String,
    pub brand: String,
    pub last_four: String,
}

/// One movement of money that is asked for.
#[derive(Debug, Clone)]
pub struct ChargeRequest {
    /// The gateway's idempotency key: the same id never moves money twice.
    pub id: ChargeId,
    pub organization: OrganizationId,
    /// Zero asks whether the method is good, and moves nothing.
    pub amount: Money,
    /// What the gateway calls the method.
    pub reference: String,
    pub text: String,
    pub at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeOutcome {
    Succeeded { reference: String },
    Declined { decline: String },
    AuthenticationRequired,
}

/// No answer, so nobody knows what became of it; the charge stays open and is asked for again with the same id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the payment gateway did not answer: {0}")]
pub struct GatewayUnreachable(pub String);

/// Why a card cannot be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachError {
    Invalid { field: &'static str },
    Declined { decline: String },
    Unreachable(String),
}

/// A way to be paid.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Checks a card and keeps it for later charges.
    async fn attach(&self, card: &NewCard, at: Timestamp) -> Result<AttachedCard, AttachError>;

    /// Moves money, once per id.
    async fn charge(&self, charge: &ChargeRequest) -> Result<ChargeOutcome, GatewayUnreachable>;

    /// Gives back what a charge moved, once per id.
    async fn refund(&self, charge: &ChargeRequest, gateway_reference: &str) -> Result<(), GatewayUnreachable>;
}

/// Where installers and other large files lie.
#[async_trait]
pub trait ObjectFiles: Send + Sync {
    /// Stores a whole file under a key.
    async fn put(&self, key: &str, bytes: &[u8]) -> std::io::Result<()>;

    /// Opens a file for reading from its start.
    async fn open(&self, key: &str) -> std::io::Result<Box<dyn tokio::io::AsyncRead + Send + Unpin>>;
}
