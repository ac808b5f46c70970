use aktiver_service::subscriptions::SubscriptionView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::vendor::shapes::{Money, time};

/// A subscription, with everything that can be done with it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    #[schema(example = "sub_01985b7e-0d2e-7aa1-8c1e-6d2f9a3b4c5d")]
    pub id: String,
    /// The product's GUID.
    pub sku_id: String,
    pub sku_part_number: String,
    pub product_name: String,
    /// `direct`, `direct-classic`, `direct-rep`, `prepaid`, `volume-enterprise`, `volume-open`, `partner`,
    /// `partner-classic`, `trial` or `self-service`.
    pub channel: String,
    /// `pending`, `scheduled`, `active`, `expired`, `disabled`, `lockedOut` or `deleted`.
    pub phase: String,
    /// Licenses paid for.
    pub quantity: u32,
    /// Licenses of it that are assigned.
    pub assigned: u32,
    pub recurring_billing: bool,
    /// `P1M`, `P1Y` or `P3Y`.
    pub term: String,
    #[schema(format = DateTime)]
    pub term_start: String,
    /// Exclusive: terms end at 24:00 UTC of their last day.
    #[schema(format = DateTime)]
    pub term_end: String,
    /// When it expires (everything still works); null is never.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// When users lose access.
    #[schema(required, format = DateTime)]
    pub disables_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub deletes_at: Option<String>,
    /// The earliest change still ahead.
    #[schema(required, format = DateTime)]
    pub next_lifecycle_at: Option<String>,
    #[schema(required)]
    pub payment_method_id: Option<String>,
    /// The subscription whose place it took.
    #[schema(required)]
    pub replaces: Option<String>,
    #[schema(required)]
    pub replaced_by: Option<String>,
    /// The subscription that it is an add-on to.
    #[schema(required)]
    pub parent_id: Option<String>,
    /// The partner or reseller that sold it.
    #[schema(required)]
    pub seller: Option<String>,
    /// Price of one license for a whole term.
    #[schema(required)]
    pub unit_price: Option<Money>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub actions: Vec<Action>,
}

/// Something that can be done with a subscription, or why not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Action {
    /// `reactivate`, `cancel`, `recurringOn`, `recurringOff`, `quantity`, `extend`, `addByKey`; for the vendor also
    /// `disable`, `hold`, `release`, `delete`.
    pub action: String,
    pub available: bool,
    /// The refusal's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// `NOT_PERMITTED`: names of those in the organization who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Vec<String>>,
}

impl From<&SubscriptionView> for Subscription {
    fn from(view: &SubscriptionView) -> Self {
        let s = &view.subscription;
        Self {
            id: s.id.prefixed(),
            sku_id: s.product.to_string(),
            sku_part_number: view.product.part_number.clone(),
            product_name: view.product.name.clone(),
            channel: s.channel.to_string(),
            phase: view.phase.to_string(),
            quantity: s.quantity,
            assigned: view.assigned,
            recurring_billing: s.recurring,
            term: s.term.to_string(),
            term_start: time(s.period.start),
            term_end: time(s.period.end),
            expires_at: view.instants.expires.map(time),
            disables_at: view.instants.disables.map(time),
            deletes_at: view.instants.deletes.map(time),
            next_lifecycle_at: view.next_lifecycle_at.map(time),
            payment_method_id: s.payment_method.map(|id| id.prefixed()),
            replaces: s.replaces.map(|id| id.prefixed()),
            replaced_by: s.replaced_by.map(|id| id.prefixed()),
            parent_id: s.parent.map(|id| id.prefixed()),
            seller: s.seller.clone(),
            unit_price: view.unit_price.map(Money::from),
            created_at: time(s.created_at),
            actions: view.actions.iter().map(Action::from).collect(),
        }
    }
}

impl From<&aktiver_service::subscriptions::Action> for Action {
    fn from(action: &aktiver_service::subscriptions::Action) -> Self {
        let refusal = action.refusal.as_ref();
        Self {
            action: action.kind.as_str().to_owned(),
            available: refusal.is_none(),
            reason: refusal.map(|r| r.code().to_owned()),
            message: refusal.map(aktiver_domain::Refusal::message),
            remedy: refusal.map(|r| r.remedy().to_owned()),
            ask: (!action.ask.is_empty()).then(|| action.ask.clone()),
        }
    }
}
