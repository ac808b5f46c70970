//! What can be done with a subscription, as buttons: each leads to its page, or says why not.

use aktiver_service::domain::Refusal;
use aktiver_service::domain::ids::SubscriptionId;
use aktiver_service::domain::refusal::{ChangeRefusal, ReactivateRefusal};
use aktiver_service::domain::subscription::Phase;
use aktiver_service::subscriptions::{Action as Offered, ActionKind as Kind, SubscriptionView};

use crate::components::{Action, ActionKind, State};
use crate::i18n::Text;
use crate::{doors, explain};

fn label(t: Text, kind: Kind) -> String {
    match kind {
        Kind::Reactivate => t.get("action-reactivate"),
        Kind::Cancel => t.get("action-cancel"),
        Kind::RecurringOn => t.get("action-recurring-on"),
        Kind::RecurringOff => t.get("action-recurring-off"),
        Kind::ChangeQuantity => t.get("action-quantity"),
        Kind::Extend => t.get("action-extend"),
        Kind::AddByKey => t.get("action-add-by-key"),
        Kind::Disable => t.get("action-disable"),
        Kind::Hold => t.get("action-hold"),
        Kind::Release => t.get("action-release"),
        Kind::Delete => t.get("action-delete"),
    }
}

fn href(id: SubscriptionId, kind: Kind) -> Option<String> {
    let page = |name: &str| Some(format!("{}/{id}/{name}", doors::ADMIN_PRODUCTS));
    match kind {
        Kind::Reactivate => page("reactivate"),
        Kind::Cancel => page("cancel"),
        Kind::RecurringOn | Kind::RecurringOff => page("recurring"),
        Kind::ChangeQuantity => page("quantity"),
        Kind::Extend => Some(format!("{}?extend={id}", doors::SETUP_KEY)),
        Kind::AddByKey => Some(format!("{}?add={id}", doors::SETUP_KEY)),
        Kind::Disable | Kind::Hold | Kind::Release | Kind::Delete => None,
    }
}

/// The pages that do what a refusal advises, each with its label.
pub fn ways(t: Text, view: &SubscriptionView, refusal: &Refusal) -> Vec<(String, String)> {
    let id = view.subscription.id;
    let page = |name: &str| format!("{}/{id}/{name}", doors::ADMIN_PRODUCTS);
    let key = || (t.get("action-redeem"), doors::SETUP_KEY.to_owned());
    let extend = || (t.get("action-extend"), format!("{}?extend={id}", doors::SETUP_KEY));
    let support = |topic: &str| {
        let href = format!("{}/new?topic={topic}&subscription={id}", doors::ADMIN_SUPPORT);
        (t.get("action-support"), href)
    };
    match refusal {
        Refusal::NotPermitted { .. } => Vec::new(),
        Refusal::Reactivate(reason) => match reason {
            ReactivateRefusal::NothingToReactivate => Vec::new(),
            ReactivateRefusal::Prepaid => vec![extend()],
            ReactivateRefusal::TrialBuyInstead | ReactivateRefusal::Deleted => {
                vec![key(), support("reactivationNotOffered")]
            }
            ReactivateRefusal::BalanceDue { .. } => {
                let bills = (t.get("menu-bills"), doors::ADMIN_BILLS.to_owned());
                vec![bills, support("reactivationNotOffered")]
            }
            ReactivateRefusal::ParentNotActive => {
                let parent = view.subscription.parent.map_or_else(
                    || doors::ADMIN_PRODUCTS.to_owned(),
                    |parent| format!("{}/{parent}", doors::ADMIN_PRODUCTS),
                );
                vec![(t.get("action-parent"), parent)]
            }
            _ => vec![support("reactivationNotOffered")],
        },
        Refusal::Change(ChangeRefusal::CancelWindowPassed { .. } | ChangeRefusal::CancelByRecurringOff)
            if view.subscription.recurring =>
        {
            vec![(t.get("action-recurring-off"), page("recurring"))]
        }
        Refusal::Change(ChangeRefusal::CancelTooManyLicenses { .. }) => {
            vec![(t.get("action-quantity"), page("quantity")), support("cancelAbove25")]
        }
        Refusal::Change(ChangeRefusal::ReduceWithProductKey) => vec![extend()],
        Refusal::Change(ChangeRefusal::TrialBuyFirst) => vec![key(), support("other")],
        Refusal::Change(ChangeRefusal::NotActive | ChangeRefusal::NothingToChange) => Vec::new(),
        Refusal::Redeem(_) => vec![key()],
        _ => vec![support("other")],
    }
}

/// Why an action is not available, for people.
pub fn unavailable(t: Text, view: &SubscriptionView, offered: &Offered, refusal: &Refusal) -> State {
    let words = explain::explain(t, refusal, None);
    State::Unavailable {
        reason: format!("{}. {}", words.title, words.detail),
        remedy: Some(explain::ask(t, &offered.ask).unwrap_or(words.remedy)),
        ways: ways(t, view, refusal),
        help: Some(explain::known(refusal).path()),
    }
}

/// A button for an action of a subscription; `None` for those that have no page here.
pub fn action(t: Text, view: &SubscriptionView, offered: &Offered) -> Option<Action> {
    let id = view.subscription.id;
    let href = href(id, offered.kind)?;
    // Recurring billing that is off can be turned on once there is a method, which its page asks for.
    let asked_there = matches!(
        offered.refusal,
        Some(Refusal::Change(ChangeRefusal::PaymentMethodRequired))
    );
    // Too late to cancel now still leaves "before the next renewal", which the cancel page offers.
    let ends_later = offered.kind == Kind::Cancel
        && view.subscription.recurring
        && view.phase == Phase::Active
        && matches!(
            offered.refusal,
            Some(Refusal::Change(
                ChangeRefusal::CancelWindowPassed { .. } | ChangeRefusal::CancelByRecurringOff
            ))
        );
    let state = match &offered.refusal {
        Some(refusal) if !asked_there && !ends_later => unavailable(t, view, offered, refusal),
        _ => State::Link { href },
    };
    Some(Action {
        id: format!("{}-{id}", offered.kind.as_str()),
        label: label(t, offered.kind),
        kind: match offered.kind {
            Kind::Reactivate => ActionKind::Primary,
            Kind::Cancel => ActionKind::Danger,
            _ => ActionKind::Secondary,
        },
        state,
    })
}

/// The address of a new support request about a reactivation that is not offered (S-07); `None` where it is offered, or
/// nothing needs reactivating.
pub fn contact_support(view: &SubscriptionView) -> Option<String> {
    let offered = view.actions.iter().find(|action| action.kind == Kind::Reactivate)?;
    match offered.refusal {
        None
        | Some(
            Refusal::Reactivate(
                ReactivateRefusal::NothingToReactivate
                | ReactivateRefusal::NotStarted { .. }
                | ReactivateRefusal::Deleted,
            )
            | Refusal::NotPermitted { .. },
        ) => None,
        Some(_) => Some(format!(
            "{}/new?topic=reactivationNotOffered&subscription={}",
            doors::ADMIN_SUPPORT,
            view.subscription.id
        )),
    }
}
