use super::{Phase, Standing, Subscription};
use crate::Timestamp;
use crate::calendar::{self, Period};
use crate::policy::{RETRY_EVERY_DAYS, RETRY_WINDOW_DAYS};

/// What a failed renewal charge leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalFailure {
    /// Tried again then; service goes on (SPEC 16.2).
    RetryAt(Timestamp),
    /// The window closes first: Disabled for non-payment then.
    LastTry { disables: Timestamp },
}

/// A term that was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    pub period: Period,
}

impl Subscription {
    /// The term that the next renewal pays for.
    #[must_use]
    pub fn next_period(&self) -> Period {
        self.period_after(self.period)
    }

    /// The current term while it lasts, then the term of the same billing days in which `now` lies.
    #[must_use]
    pub fn period_at(&self, now: Timestamp) -> Period {
        let mut period = self.period;
        while period.end <= now && period.start < period.end {
            period = self.period_after(period);
        }
        period
    }

    /// Terms follow each other without a gap, also after product keys of other lengths moved an end.
    fn period_after(&self, period: Period) -> Period {
        let end = calendar::plus_months_anchored(
            calendar::date(self.anchor),
            calendar::date(period.end),
            self.term.months(),
        );
        Period {
            start: period.end,
            end: calendar::midnight(end),
        }
    }

    /// The charge for the next term succeeded.
    #[must_use]
    pub fn renewed(mut self) -> (Self, Renewal) {
        let period = self.next_period();
        self.period = period;
        if matches!(self.standing, Standing::PaymentFailing { .. }) {
            self.standing = Standing::Running;
        }
        (self, Renewal { period })
    }

    /// The charge for the next term failed at `now`: the first time opens the retry window.
    #[must_use]
    pub fn renewal_failed(mut self, now: Timestamp) -> (Self, RenewalFailure) {
        let since = match self.standing {
            Standing::PaymentFailing { since } => since,
            _ => now,
        };
        if self.phase(now) == Phase::Active {
            self.standing = Standing::PaymentFailing { since };
        }
        let disables = calendar::plus_days(since, RETRY_WINDOW_DAYS);
        let retry = calendar::plus_days(now, RETRY_EVERY_DAYS);
        let outcome = if retry < disables {
            RenewalFailure::RetryAt(retry)
        } else {
            RenewalFailure::LastTry { disables }
        };
        (self, outcome)
    }
}
