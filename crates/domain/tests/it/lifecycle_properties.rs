//! What holds of every subscription, whatever its channel, term, standing and hold.

use aktiver_domain::Timestamp;
use aktiver_domain::calendar::{self, Term};
use aktiver_domain::policy::Channel;
use aktiver_domain::subscription::{
    Cancel, CancelContext, CancelWhen, ChangeQuantity, Cut, Lifecycle, Phase, QuantityContext, Standing, Subscription,
};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::support::{at, code, days, id, offer, operator, plainly};

const DAY: i64 = 86_400;

/// Any subscription that commands could have made, bought in 2026 to 2030.
pub fn any_subscription() -> impl Strategy<Value = Subscription> {
    let standing = (0_usize..5, 0_i64..40 * DAY, 0_usize..3);
    let hold = prop::option::weighted(0.3, 0_i64..1_500 * DAY);
    let begins = prop::option::weighted(0.2, 1_i64..90);
    (
        0_usize..Channel::ALL.len(),
        0_usize..Term::ALL.len(),
        any::<bool>(),
        0_i64..1_700 * DAY,
        begins,
        standing,
        hold,
    )
        .prop_map(
            |(channel, term, recurring, bought, begins, (standing, offset, why), hold)| {
                let now = at("2026-01-01") + SignedDuration::from_secs(bought);
                let mut new = offer(Channel::ALL[channel], Term::ALL[term], recurring);
                new.starts = begins.map(|later| now + days(later));
                let mut subscription = Subscription::purchase(id(100), new, now);
                let offset = SignedDuration::from_secs(offset);
                let inside = (subscription.period.start + offset).max(now);
                subscription.standing = match standing {
                    0 => Standing::Pending,
                    1 => Standing::PaymentFailing {
                        since: subscription.period.end + offset,
                    },
                    2 => Standing::Cut {
                        at: inside,
                        why: [Cut::Cancelled, Cut::ByProvider, Cut::ByPartner][why],
                    },
                    3 => Standing::Deleted { at: inside },
                    _ => Standing::Running,
                };
                subscription.hold = hold.map(|later| now + SignedDuration::from_secs(later));
                subscription
            },
        )
}

/// Instants from the purchase on, in order.
fn any_times() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0_i64..2_000 * DAY, 1..12).prop_map(|mut times| {
        times.sort_unstable();
        times
    })
}

fn from_purchase(subscription: &Subscription, seconds: &[i64]) -> Vec<Timestamp> {
    seconds
        .iter()
        .map(|s| subscription.created_at + SignedDuration::from_secs(*s))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lc_01_without_a_command_phases_only_move_forward(subscription in any_subscription(), times in any_times()) {
        let phases: Vec<_> = from_purchase(&subscription, &times).into_iter().map(|t| subscription.phase(t)).collect();
        prop_assert!(phases.is_sorted(), "{:?}", phases);
    }

    #[test]
    fn lc_13_the_next_lifecycle_date_is_the_next_instant_still_ahead(
        subscription in any_subscription(), times in any_times(), part in 1_i64..1_000,
    ) {
        let instants = subscription.instants();
        let all = [instants.starts, instants.renews, instants.expires, instants.disables, instants.deletes];
        for now in from_purchase(&subscription, &times) {
            let next = subscription.next_lifecycle_at(now);
            prop_assert!(next.is_none_or(|next| next > now && all.contains(&Some(next))));
            prop_assert!(all.iter().flatten().all(|t| *t <= now || next.is_some_and(|next| next <= *t)));
            // Nothing changes by itself before then.
            let until = next.unwrap_or(now + days(3_000));
            let between = now + until.duration_since(now) * i32::try_from(part).unwrap() / 1_000;
            if between < until {
                prop_assert_eq!(instants.phase(between), instants.phase(now));
            }
            if subscription.phase(now) == Phase::Deleted {
                prop_assert_eq!(next, None);
            }
        }
    }

    #[test]
    fn settling_in_one_step_or_in_many_is_the_same(subscription in any_subscription(), times in any_times()) {
        let times = from_purchase(&subscription, &times);
        let last = *times.last().unwrap();
        let (once, told_once) = subscription.clone().settle(last);
        let mut stepped = subscription;
        let mut told = Vec::new();
        for now in times {
            let (next, events) = stepped.settle(now);
            stepped = next;
            told.extend(events);
        }
        prop_assert_eq!(&told, &told_once);
        prop_assert_eq!(&stepped, &once);
        let (again, repeated) = stepped.clone().settle(last);
        prop_assert_eq!(again, stepped);
        prop_assert!(repeated.is_empty());
    }

    #[test]
    fn events_come_in_order_each_at_its_own_instant_and_none_is_left_out(
        subscription in any_subscription(), times in any_times(),
    ) {
        let instants = subscription.instants();
        let deleted_before = matches!(subscription.standing, Standing::Deleted { .. });
        let (from, now) = (subscription.settled_to, *from_purchase(&subscription, &times).last().unwrap());
        let before = instants.phase(from);
        let (settled, events) = subscription.settle(now);
        prop_assert!(events.is_sorted());
        let mut phase = before;
        for (t, event) in &events {
            prop_assert!(*t > from && *t <= now);
            match event {
                Lifecycle::RenewalDue => prop_assert_eq!(Some(*t), instants.renews),
                Lifecycle::Started => phase = Phase::Active,
                Lifecycle::Expired => phase = Phase::Expired,
                Lifecycle::Disabled => phase = Phase::Disabled,
                Lifecycle::Deleted => phase = Phase::Deleted,
            }
            if *event != Lifecycle::RenewalDue {
                prop_assert_eq!(instants.phase(*t), phase);
            }
        }
        if !deleted_before {
            prop_assert_eq!(phase, settled.instants().phase(now), "the events tell the whole way");
        }
        prop_assert_eq!(settled.instants().phase(now), instants.phase(now));
    }

    #[test]
    fn a_hold_moves_no_instant_and_release_returns_to_what_is_due(
        subscription in any_subscription(), first in 0_i64..1_500 * DAY, later in 0_i64..500 * DAY,
    ) {
        let mut free = subscription;
        free.hold = None;
        let now = free.created_at + SignedDuration::from_secs(first);
        let released_at = now + SignedDuration::from_secs(later);
        let (was, due) = (free.phase(now), free.phase(released_at));
        match free.clone().hold(now) {
            Ok(held) => {
                prop_assert!(matches!(was, Phase::Active | Phase::Expired | Phase::Disabled));
                prop_assert_eq!(held.instants(), free.instants());
                prop_assert_eq!(held.next_lifecycle_at(now), free.next_lifecycle_at(now));
                prop_assert_eq!(held.phase(now), Phase::LockedOut);
                prop_assert!(!held.renewal_is_due(released_at));
                match held.release(released_at) {
                    Ok(released) => {
                        prop_assert_eq!(released.phase(released_at), due);
                        prop_assert_eq!(released, free);
                    }
                    Err(_) => prop_assert_eq!(due, Phase::Deleted),
                }
            }
            Err(_) => prop_assert!(matches!(was, Phase::Pending | Phase::Scheduled | Phase::Deleted)),
        }
    }

    #[test]
    fn inv_4_every_command_on_a_deleted_subscription_is_refused(
        subscription in any_subscription(), seconds in 0_i64..4_000 * DAY, settles in any::<bool>(), by_operator in any::<bool>(),
    ) {
        let now = subscription.created_at + SignedDuration::from_secs(seconds);
        let deleted = if subscription.phase(now) == Phase::Deleted { subscription } else { subscription.delete(now).unwrap() };
        let deleted = if settles { deleted.settle(now).0 } else { deleted };
        prop_assert_eq!(deleted.phase(now), Phase::Deleted);
        prop_assert_eq!(deleted.phase(now + days(100_000)), Phase::Deleted);

        let cancel = CancelContext { paid: None, attached_domain: None, by_operator };
        let quantity = QuantityContext { unit: None, maximum: None, end_of_sale: false, assigned: 0, by_operator };
        let mut context = operator();
        context.by_operator = by_operator;
        let refused = [
            code(deleted.clone().reactivate(&plainly(), &context, now)),
            code(deleted.clone().cancel(Cancel { when: CancelWhen::Now }, &cancel, now)),
            code(deleted.clone().cancel(Cancel { when: CancelWhen::Renewal }, &cancel, now)),
            code(deleted.clone().change_quantity(ChangeQuantity { quantity: 3 }, &quantity, now)),
            code(deleted.clone().set_recurring(true, now)),
            code(deleted.clone().set_recurring(false, now)),
            code(deleted.clone().disable(now)),
            code(deleted.clone().hold(now)),
            code(deleted.clone().release(now)),
            code(deleted.clone().delete(now)),
        ];
        prop_assert_eq!(refused, ["DELETED"; 10]);
        let settled = deleted.settle(now).0;
        prop_assert_eq!(settled.clone().renewed().0.phase(now), Phase::Deleted);
        prop_assert_eq!(settled.renewal_failed(now).0.phase(now), Phase::Deleted);
    }

    #[test]
    fn lc_08_data_is_gone_within_180_days_of_the_end(subscription in any_subscription()) {
        let instants = subscription.instants();
        if let (Some(end), Some(deleted)) = (instants.expires, instants.deletes) {
            prop_assert!(deleted <= calendar::plus_days(end, 180));
        }
    }
}
