//! Everything that can be done with a subscription, each with the reason when it cannot.

use std::collections::BTreeMap;

use aktiver_domain::catalog::Product;
use aktiver_domain::policy::Channel;
use aktiver_domain::redemption::{self, Choice};
use aktiver_domain::refusal::{ChangeRefusal, RedeemRefusal};
use aktiver_domain::role::Operation;
use aktiver_domain::subscription::{
    Cancel, CancelContext, CancelWhen, ChangeQuantity, Phase, QuantityContext, ReactivateContext, Subscription,
};
use aktiver_domain::{Money, Refusal};
use aktiver_storage::engine::Session;
use aktiver_storage::{organization, user};

use crate::context::Ctx;
use crate::error::Result;

/// A command on a subscription, as pages and the vendor API name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    Reactivate,
    Cancel,
    RecurringOn,
    RecurringOff,
    ChangeQuantity,
    /// Extend the end date with a product key.
    Extend,
    /// Add licenses with a product key.
    AddByKey,
    Disable,
    Hold,
    Release,
    Delete,
}

impl ActionKind {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reactivate => "reactivate",
            Self::Cancel => "cancel",
            Self::RecurringOn => "recurringOn",
            Self::RecurringOff => "recurringOff",
            Self::ChangeQuantity => "quantity",
            Self::Extend => "extend",
            Self::AddByKey => "addByKey",
            Self::Disable => "disable",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Delete => "delete",
        }
    }

    const fn operation(self) -> Operation {
        match self {
            Self::Reactivate => Operation::Reactivate,
            Self::Extend | Self::AddByKey => Operation::RedeemKeys,
            _ => Operation::ManageSubscriptions,
        }
    }
}

/// One action: available when there is no refusal.
#[derive(Debug, Clone)]
pub struct Action {
    pub kind: ActionKind,
    pub refusal: Option<Refusal>,
    /// Who in the organization may do it, when the person may not.
    pub ask: Vec<String>,
}

/// What deciding the actions of all of an organization's subscriptions needs, read once.
pub(super) struct Asking {
    attached_domain: Option<String>,
    overdue: Option<Money>,
    /// Names of those who may, by operation.
    able: BTreeMap<Operation, Vec<String>>,
}

pub(super) async fn asking(session: &mut Session, ctx: &Ctx) -> Result<Asking> {
    let mut able = BTreeMap::new();
    for operation in [
        Operation::Reactivate,
        Operation::ManageSubscriptions,
        Operation::RedeemKeys,
    ] {
        if !ctx.actor.may(operation) {
            let members = user::members_of(session, ctx.org(), &operation.roles()).await?;
            let mut names: Vec<String> = members.into_iter().map(|(_, user)| user.display_name).collect();
            names.dedup();
            able.insert(operation, names);
        }
    }
    let attached_domain = organization::custom_domain(session, ctx.org()).await?;
    let overdue = super::reactivate::overdue(session, ctx).await?;
    Ok(Asking {
        attached_domain,
        overdue,
        able,
    })
}

/// The actions of one subscription for the one who asks.
pub(super) fn of(
    ctx: &Ctx,
    subscription: &Subscription,
    product: &Product,
    parent: Option<Phase>,
    asking: &Asking,
) -> Vec<Action> {
    let operator = ctx.actor.is_operator();
    let mut kinds = vec![
        ActionKind::Reactivate,
        ActionKind::Cancel,
        if subscription.recurring {
            ActionKind::RecurringOff
        } else {
            ActionKind::RecurringOn
        },
        ActionKind::ChangeQuantity,
    ];
    if subscription.channel == Channel::Prepaid {
        kinds.extend([ActionKind::Extend, ActionKind::AddByKey]);
    }
    if operator {
        kinds.extend([
            ActionKind::Disable,
            ActionKind::Hold,
            ActionKind::Release,
            ActionKind::Delete,
        ]);
    }
    kinds
        .into_iter()
        .map(|kind| {
            let refusal = refusal(ctx, subscription, product, parent, asking, kind);
            // What can never be done by anyone here is explained before the missing role (SPEC 5.4).
            let not_permitted = !ctx.actor.may(kind.operation());
            let refusal = match refusal {
                Some(Refusal::Reactivate(reason)) if precedes_role(&reason) => Some(reason.into()),
                _ if not_permitted => Some(Refusal::NotPermitted {
                    needed: kind.operation().roles(),
                }),
                other => other,
            };
            let ask = match refusal {
                Some(Refusal::NotPermitted { .. }) => asking.able.get(&kind.operation()).cloned().unwrap_or_default(),
                _ => Vec::new(),
            };
            Action { kind, refusal, ask }
        })
        .collect()
}

/// The reasons of SPEC 5.4 that stand above the missing role.
pub(super) const fn precedes_role(reason: &aktiver_domain::refusal::ReactivateRefusal) -> bool {
    use aktiver_domain::refusal::ReactivateRefusal as R;
    matches!(
        reason,
        R::Deleted
            | R::PartnerManaged { .. }
            | R::VolumeLicense
            | R::Prepaid
            | R::TrialBuyInstead
            | R::NothingToReactivate
            | R::NotStarted { .. }
    )
}

fn refusal(
    ctx: &Ctx,
    subscription: &Subscription,
    product: &Product,
    parent: Option<Phase>,
    asking: &Asking,
    kind: ActionKind,
) -> Option<Refusal> {
    let now = ctx.now;
    let by_operator = ctx.actor.is_operator();
    let changed = |result: Result<Subscription, ChangeRefusal>| result.err().map(Refusal::from);
    let copy = || subscription.clone();
    match kind {
        ActionKind::Reactivate => {
            let context = ReactivateContext {
                unit: None,
                currency: crate::billing::currency(ctx),
                account_blocked: ctx.organization.billing_blocked,
                order_in_progress: false,
                other_balance: asking.overdue,
                account_credit: None,
                unused: None,
                end_of_sale: product.end_of_sale,
                parent,
                maximum: product.maximum_quantity,
                assigned: 0,
                by_operator,
                by_buyer: false,
            };
            subscription.reactivation(&context, now).err().map(Refusal::from)
        }
        ActionKind::Cancel => {
            let context = CancelContext {
                paid: None,
                attached_domain: asking.attached_domain.clone(),
                by_operator,
            };
            copy().cancel(Cancel { when: CancelWhen::Now }, &context, now).err()
        }
        ActionKind::RecurringOn => changed(copy().set_recurring(true, now)),
        ActionKind::RecurringOff => changed(copy().set_recurring(false, now)),
        ActionKind::ChangeQuantity => {
            let context = QuantityContext {
                unit: None,
                maximum: product.maximum_quantity,
                end_of_sale: product.end_of_sale,
                assigned: 0,
                by_operator,
            };
            // Either direction is enough to offer it.
            let up = ChangeQuantity {
                quantity: subscription.quantity.saturating_add(1),
            };
            let down = ChangeQuantity {
                quantity: subscription.quantity.saturating_sub(1),
            };
            let refused = copy().change_quantity(up, &context, now).err();
            refused.filter(|_| copy().change_quantity(down, &context, now).is_err())
        }
        ActionKind::Extend | ActionKind::AddByKey => key_refusal(subscription, kind, ctx),
        ActionKind::Disable => changed(copy().disable(now)),
        ActionKind::Hold => changed(copy().hold(now)),
        ActionKind::Release => changed(copy().release(now)),
        ActionKind::Delete => changed(copy().delete(now)),
    }
}

/// Whether a suitable product key would be taken, without one in hand.
fn key_refusal(subscription: &Subscription, kind: ActionKind, ctx: &Ctx) -> Option<Refusal> {
    let choice = match kind {
        ActionKind::AddByKey => Choice::Add(subscription.id),
        _ => Choice::Extend(subscription.id),
    };
    (!redemption::takes_keys(subscription, choice, ctx.now)).then(|| RedeemRefusal::NotExtendable.into())
}
