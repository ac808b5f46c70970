//! Days, months and terms, all in UTC.
//!
//! Terms run from midnight to midnight: a term ends at 24:00 UTC of its last day. Months are
//! counted from the first day of the first term and saturate, so 31 January + 1 month = 28
//! February and + 2 months = 31 March.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// `days` times 24 hours after `from`, saturating at the end of representable time.
#[must_use]
pub fn plus_days(from: Timestamp, days: u32) -> Timestamp {
    from.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(Timestamp::MAX)
}

/// The UTC date of an instant.
#[must_use]
pub fn date(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// 00:00 UTC of a date.
#[must_use]
pub fn midnight(date: Date) -> Timestamp {
    TimeZone::UTC
        .to_timestamp(date.at(0, 0, 0, 0))
        .unwrap_or(Timestamp::MAX)
}

/// 00:00 UTC of the day an instant lies in.
#[must_use]
pub fn day_start(at: Timestamp) -> Timestamp {
    midnight(date(at))
}

/// The last day of a term that ends at `end` (exclusive): what pages show.
#[must_use]
pub fn last_day(end: Timestamp) -> Date {
    date(
        end.saturating_sub(SignedDuration::from_nanos(1))
            .unwrap_or(Timestamp::MIN),
    )
}

/// `months` after `anchor`, saturating to the last day of a shorter month.
#[must_use]
pub fn plus_months(anchor: Date, months: i32) -> Date {
    anchor.saturating_add(Span::new().months(months))
}

/// `months` after `from`, counted from `anchor` where `from` is a whole number of months after it, so that a short
/// month shifts no later one; from `from` itself elsewhere.
#[must_use]
pub fn plus_months_anchored(anchor: Date, from: Date, months: i32) -> Date {
    let apart =
        (i32::from(from.year()) - i32::from(anchor.year())) * 12 + i32::from(from.month()) - i32::from(anchor.month());
    if plus_months(anchor, apart) == from {
        plus_months(anchor, apart.saturating_add(months))
    } else {
        plus_months(from, months)
    }
}

/// The length a subscription is bought for (SPEC 3, terms sold).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    Month,
    Year,
    ThreeYears,
}

impl Term {
    /// Every term, shortest first.
    pub const ALL: [Self; 3] = [Self::Month, Self::Year, Self::ThreeYears];

    /// Length in months.
    #[must_use]
    pub const fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Year => 12,
            Self::ThreeYears => 36,
        }
    }
}

text_enum! { Term, "term" {
    Month = "P1M",
    Year = "P1Y",
    ThreeYears = "P3Y",
}}

/// A half-open stretch of time, midnight to midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Period {
    /// The `n`-th period of `term` counted from `anchor` (0 is the first).
    #[must_use]
    pub fn nth(anchor: Timestamp, term: Term, n: i32) -> Self {
        let first = date(anchor);
        let at = |k: i32| midnight(plus_months(first, term.months().saturating_mul(k)));
        Self {
            start: at(n),
            end: at(n.saturating_add(1)),
        }
    }

    /// The period of the anchor's grid in which `at` lies; the first one when `at` is before it.
    #[must_use]
    pub fn containing(anchor: Timestamp, term: Term, at: Timestamp) -> Self {
        let (from, to) = (date(anchor), date(at));
        let months =
            (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month()) - i32::from(from.month());
        let mut n = (months / term.months()).saturating_sub(1).max(0);
        loop {
            let period = Self::nth(anchor, term, n);
            if at < period.end || period.end <= period.start {
                return period;
            }
            n = n.saturating_add(1);
        }
    }

    /// Whole days in it.
    #[must_use]
    pub fn days(self) -> i64 {
        self.end.duration_since(self.start).as_hours() / 24
    }

    /// Whole days left of it, the day of `at` included; all of them before it starts, 0 after it.
    #[must_use]
    pub fn days_left(self, at: Timestamp) -> i64 {
        let from = day_start(at).max(self.start);
        (self.end.duration_since(from).as_hours() / 24).clamp(0, self.days())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Timestamp {
        midnight(text.parse().unwrap())
    }

    #[test]
    fn months_are_anchored_on_the_first_day_not_on_the_last_result() {
        let anchor = day("2026-01-31");
        let ends: Vec<_> = (0..4)
            .map(|n| last_day(Period::nth(anchor, Term::Month, n).end).to_string())
            .collect();
        assert_eq!(ends, ["2026-02-27", "2026-03-30", "2026-04-29", "2026-05-30"]);
    }

    #[test]
    fn a_leap_day_term_of_a_year_ends_on_the_27th_of_february() {
        let period = Period::nth(day("2028-02-29"), Term::Year, 0);
        assert_eq!(last_day(period.end).to_string(), "2029-02-27");
        assert_eq!(Period::nth(day("2028-02-29"), Term::Year, 4).start, day("2032-02-29"));
    }

    proptest! {
        #[test]
        fn the_grid_has_no_gap_and_each_instant_lies_in_one_period(start in 0i64..60_000, later in 0i64..20_000, term in 0usize..3) {
            let anchor = Timestamp::from_second(start * 86_400).unwrap();
            let at = Timestamp::from_second((start + later) * 86_400 + 3_601).unwrap();
            let term = Term::ALL[term];
            let period = Period::containing(anchor, term, at);
            prop_assert!(period.start <= at && at < period.end);
            prop_assert!(period.days() >= 28);
            let next = Period::containing(anchor, term, period.end);
            prop_assert_eq!(next.start, period.end);
            prop_assert_eq!(period.days_left(period.start), period.days());
            prop_assert_eq!(period.days_left(period.end), 0);
        }
    }
}
