//! Dates (always UTC), money and counts as each language writes them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::i18n::{Locale, Text};

/// No-break space: figures stay on one line.
const NBSP: char = '\u{a0}';
const MINUS: char = '\u{2212}';

const MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const MONTHS_NB: [&str; 12] = [
    "jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des.",
];

/// `12,345` or `12 345`.
pub fn count(locale: Locale, value: i64) -> String {
    let sign = if value < 0 { MINUS.to_string() } else { String::new() };
    format!("{sign}{}", group(locale, &value.unsigned_abs().to_string()))
}

fn group(locale: Locale, digits: &str) -> String {
    let separator = match locale {
        Locale::En => ',',
        Locale::Nb => NBSP,
    };
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// `minor` units of a currency with `digits` decimals: `NOK 1,234.50`, in Norwegian `1 234,50 kr`.
pub fn money(locale: Locale, minor: i64, digits: u8, code: &str) -> String {
    let digits = usize::from(digits);
    let figures = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = figures.split_at(figures.len() - digits);
    let mut amount = group(locale, whole);
    if !fraction.is_empty() {
        amount.push(match locale {
            Locale::En => '.',
            Locale::Nb => ',',
        });
        amount.push_str(fraction);
    }
    let sign = if minor < 0 { MINUS.to_string() } else { String::new() };
    match locale {
        Locale::En => format!("{sign}{code}{NBSP}{amount}"),
        Locale::Nb => {
            let unit = if code == "NOK" { "kr" } else { code };
            format!("{sign}{amount}{NBSP}{unit}")
        }
    }
}

/// `22 Nov 2026` or `22. nov. 2026`.
pub fn date(locale: Locale, date: Date) -> String {
    let month = usize::from(date.month().unsigned_abs()) - 1;
    match locale {
        Locale::En => format!("{} {} {}", date.day(), MONTHS_EN[month], date.year()),
        Locale::Nb => format!("{}. {} {}", date.day(), MONTHS_NB[month], date.year()),
    }
}

impl Text {
    /// The day of an instant, in UTC.
    pub fn date(&self, at: Timestamp) -> String {
        date(self.locale, TimeZone::UTC.to_datetime(at).date())
    }

    /// The last day of something that ends at `end`: a term that ends at 24:00 on the 22nd is stored as 00:00 on
    /// the 23rd and shown as the 22nd.
    pub fn last_day(&self, end: Timestamp) -> String {
        let within = end.checked_sub(SignedDuration::from_micros(1)).unwrap_or(end);
        self.date(within)
    }

    /// `22 Nov 2026, 14:05 UTC` or `22. nov. 2026 kl. 14.05 UTC`.
    pub fn date_time(&self, at: Timestamp) -> String {
        let civil = TimeZone::UTC.to_datetime(at);
        let day = date(self.locale, civil.date());
        let (hour, minute) = (civil.hour(), civil.minute());
        match self.locale {
            Locale::En => format!("{day}, {hour:02}:{minute:02}{NBSP}UTC"),
            Locale::Nb => format!("{day} kl.{NBSP}{hour:02}.{minute:02}{NBSP}UTC"),
        }
    }

    /// An instant for the `datetime` attribute of `<time>`.
    pub fn machine_time(&self, at: Timestamp) -> String {
        at.to_string()
    }

    /// See [`money`].
    pub fn money(&self, minor: i64, digits: u8, code: &str) -> String {
        money(self.locale, minor, digits, code)
    }

    /// See [`count`].
    pub fn count(&self, value: i64) -> String {
        count(self.locale, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Text = Text { locale: Locale::En };
    const NB: Text = Text { locale: Locale::Nb };

    #[test]
    fn dates_are_utc_and_in_the_readers_order() {
        let at: Timestamp = "2026-11-22T23:59:00Z".parse().unwrap();
        assert_eq!(EN.date(at), "22 Nov 2026");
        assert_eq!(NB.date(at), "22. nov. 2026");
        assert_eq!(EN.date_time(at), "22 Nov 2026, 23:59\u{a0}UTC");
        assert_eq!(NB.date_time(at), "22. nov. 2026 kl.\u{a0}23.59\u{a0}UTC");
    }

    #[test]
    fn a_term_that_ends_at_midnight_shows_its_last_day() {
        let end: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(EN.last_day(end), "28 Feb 2026");
        assert_eq!(NB.last_day(end), "28. feb. 2026");
        let inside: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        assert_eq!(EN.last_day(inside), "1 Mar 2026");
    }

    #[test]
    fn money_has_the_readers_grouping_and_the_currencys_digits() {
        assert_eq!(EN.money(123_450, 2, "NOK"), "NOK\u{a0}1,234.50");
        assert_eq!(NB.money(123_450, 2, "NOK"), "1\u{a0}234,50\u{a0}kr");
        assert_eq!(NB.money(5, 2, "EUR"), "0,05\u{a0}EUR");
        assert_eq!(EN.money(-1_234_567, 0, "JPY"), "\u{2212}JPY\u{a0}1,234,567");
        assert_eq!(NB.money(-100, 2, "NOK"), "\u{2212}1,00\u{a0}kr");
        assert_eq!(
            EN.money(i64::MIN, 3, "KWD"),
            "\u{2212}KWD\u{a0}9,223,372,036,854,775.808"
        );
    }

    #[test]
    fn counts_are_grouped_by_three() {
        assert_eq!(EN.count(999), "999");
        assert_eq!(EN.count(1_000_000), "1,000,000");
        assert_eq!(NB.count(-12_345), "\u{2212}12\u{a0}345");
    }
}
