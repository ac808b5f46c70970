use super::{Phase, Standing, Subscription};
use crate::Timestamp;

/// Something that happened to a subscription by the passing of time, at its own instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lifecycle {
    Started,
    /// The term is over and recurring billing is on: a charge is due. Access goes on meanwhile.
    RenewalDue,
    Expired,
    Disabled,
    Deleted,
}

text_enum! { Lifecycle, "lifecycle event" {
    Started = "subscription.started",
    RenewalDue = "subscription.renewal_due",
    Expired = "subscription.expired",
    Disabled = "subscription.disabled",
    Deleted = "subscription.deleted",
}}

impl Subscription {
    /// Replays what has come due in (`settled_to`, `now`], in order, each thing at its own instant.
    ///
    /// Settling in one step or in many gives the same; nothing is left to settle after a deletion. A renewal that is due stays due until its charge succeeds
    /// or fails; it is told once.
    #[must_use]
    pub fn settle(mut self, now: Timestamp) -> (Self, Vec<(Timestamp, Lifecycle)>) {
        if now <= self.settled_to || matches!(self.standing, Standing::Deleted { .. }) {
            return (self, Vec::new());
        }
        let instants = self.instants();
        // Expired is skipped where it begins when Disabled does (LC-05), and Disabled where it has no length.
        let expires = instants.expires.filter(|at| instants.disables != Some(*at));
        let disables = instants.disables.filter(|at| instants.deletes != Some(*at));
        let mut events: Vec<_> = [
            (instants.starts, Lifecycle::Started),
            (instants.renews, Lifecycle::RenewalDue),
            (expires, Lifecycle::Expired),
            (disables, Lifecycle::Disabled),
            (instants.deletes, Lifecycle::Deleted),
        ]
        .into_iter()
        .filter_map(|(at, event)| {
            at.filter(|at| *at > self.settled_to && *at <= now)
                .map(|at| (at, event))
        })
        .collect();
        events.sort_unstable();
        self.settled_to = match instants.deletes.filter(|at| *at <= now) {
            Some(at) => {
                self.standing = Standing::Deleted { at };
                self.settled_to.max(at)
            }
            None => now,
        };
        (self, events)
    }

    /// Whether a renewal waits for its charge.
    #[must_use]
    pub fn renewal_is_due(&self, now: Timestamp) -> bool {
        self.hold.is_none()
            && self.phase(now) == Phase::Active
            && match self.standing {
                Standing::Running => self.recurring && self.period.end <= now,
                Standing::PaymentFailing { .. } => true,
                _ => false,
            }
    }
}
