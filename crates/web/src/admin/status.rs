//! A subscription's standing in words and as a line of time.

use aktiver_service::domain::subscription::{Phase, Standing};
use aktiver_service::subscriptions::SubscriptionView;

use crate::components::{Moment, Phase as Shown};
use crate::i18n::Text;

/// What comes next, with its date: "Renews on 1 Dec 2026".
pub fn status(t: Text, view: &SubscriptionView) -> String {
    let instants = &view.instants;
    let said = |id: &str, date: Option<String>| date.map(|date| t.with(id, &[("date", date.into())]));
    let day = |at: Option<aktiver_service::domain::Timestamp>| at.map(|at| t.date(at));
    let last = |at: Option<aktiver_service::domain::Timestamp>| at.map(|at| t.last_day(at));
    match view.phase {
        Phase::Pending => Some(t.get("status-pending")),
        Phase::Scheduled => said("status-starts", day(instants.starts)),
        Phase::Active if matches!(view.subscription.standing, Standing::PaymentFailing { .. }) => {
            said("status-failing", day(instants.disables))
        }
        Phase::Active => {
            said("status-renews", day(instants.renews)).or_else(|| said("status-ends", last(instants.expires)))
        }
        Phase::Expired => said("status-disables", day(instants.disables)),
        Phase::LockedOut => Some(t.get("status-locked")),
        Phase::Disabled => said("status-deletes", day(instants.deletes)),
        Phase::Deleted if view.subscription.replaced_by.is_some() => Some(t.get("status-replaced")),
        Phase::Deleted => said("status-deleted", day(instants.deletes)),
    }
    .unwrap_or_default()
}

/// The instants of a subscription for its timeline.
pub fn moments(t: Text, view: &SubscriptionView) -> Vec<Moment> {
    let instants = &view.instants;
    let mut moments = Vec::new();
    let mut add = |at: Option<aktiver_service::domain::Timestamp>, label: String, phase: Shown, is_end: bool| {
        if let Some(at) = at {
            moments.push(Moment {
                at,
                label,
                is_end,
                phase,
            });
        }
    };
    add(instants.starts, t.get("moment-starts"), Shown::Active, false);
    add(instants.renews, t.get("moment-renews"), Shown::Active, false);
    // A cut ends everything in one moment; three dots on one spot would say less.
    let graceful = instants.expires != instants.disables;
    if graceful {
        add(instants.expires, t.get("moment-ends"), Shown::Expired, true);
    }
    if instants.disables != instants.deletes {
        add(instants.disables, t.get("moment-disables"), Shown::Disabled, false);
    }
    add(instants.deletes, t.get("moment-deletes"), Shown::Deleted, false);
    moments
}
