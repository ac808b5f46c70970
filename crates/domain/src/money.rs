//! Amounts in minor units of one currency; never floats.

use std::fmt;

pub use iso_currency::Currency;

/// An amount of one currency, in its minor unit (øre, cent, yen). Negative is a credit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Arithmetic that cannot be done exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts of {0} and {1} cannot be added")]
    Currencies(Currency, Currency),
    #[error("the amount is too large")]
    Overflow,
}

impl Money {
    /// An amount in minor units of a currency.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// Another currency, or more than an `i64` holds.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        self.minor
            .checked_add(other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The same amount the other way: a charge as a credit.
    ///
    /// # Errors
    /// More than an `i64` holds.
    pub fn negated(self) -> Result<Self, MoneyError> {
        self.minor
            .checked_neg()
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The price of `count` units at this price each.
    ///
    /// # Errors
    /// More than an `i64` holds.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        self.minor
            .checked_mul(i64::from(count))
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The `part / whole` share, rounded half to even once; zero when `whole` is not positive.
    ///
    /// # Errors
    /// More than an `i64` holds.
    pub fn share(self, part: i64, whole: i64) -> Result<Self, MoneyError> {
        if whole <= 0 {
            return Ok(Self { minor: 0, ..self });
        }
        let product = i128::from(self.minor) * i128::from(part);
        let whole = i128::from(whole);
        let (quotient, rest) = (product.div_euclid(whole), product.rem_euclid(whole));
        let up = rest * 2 > whole || (rest * 2 == whole && quotient % 2 != 0);
        i64::try_from(quotient + i128::from(up))
            .map(|minor| Self { minor, ..self })
            .map_err(|_| MoneyError::Overflow)
    }
}

/// Splits an amount by whole weights so that the parts sum exactly to it: the remainder goes, a minor unit each,
/// to the parts that lost most by rounding down.
///
/// # Errors
/// More than an `i64` holds.
pub fn split(total: Money, weights: &[u32]) -> Result<Vec<Money>, MoneyError> {
    let whole: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if whole == 0 {
        return Ok(weights.iter().map(|_| Money::zero(total.currency)).collect());
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut left = i128::from(total.minor);
    for (index, weight) in weights.iter().enumerate() {
        let product = i128::from(total.minor) * i128::from(*weight);
        let floor = product.div_euclid(whole);
        left -= floor;
        parts.push((index, floor, product.rem_euclid(whole)));
    }
    parts.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    for part in &mut parts {
        if left > 0 {
            part.1 += 1;
            left -= 1;
        }
    }
    parts.sort_by_key(|part| part.0);
    parts
        .into_iter()
        .map(|(_, minor, _)| {
            i64::try_from(minor)
                .map(|minor| Money::new(minor, total.currency))
                .map_err(|_| MoneyError::Overflow)
        })
        .collect()
}

impl fmt::Display for Money {
    /// `1234.50 NOK`: for logs and the API; pages format by locale.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = u32::from(self.currency.exponent().unwrap_or(0));
        let unit = 10_u64.pow(digits);
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        let code = self.currency.code();
        if digits == 0 {
            return write!(f, "{sign}{minor} {code}");
        }
        let width = usize::try_from(digits).unwrap_or(0);
        write!(f, "{sign}{}.{:0width$} {code}", minor / unit, minor % unit)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The currency of a country, by ISO 3166-1 alpha-2 code; euro where none is known.
#[must_use]
pub fn currency_of(country: &str) -> Currency {
    match country {
        "NO" => Currency::NOK,
        "SE" => Currency::SEK,
        "DK" => Currency::DKK,
        "GB" => Currency::GBP,
        "US" => Currency::USD,
        "CH" => Currency::CHF,
        "JP" => Currency::JPY,
        "AU" => Currency::AUD,
        "CA" => Currency::CAD,
        "IN" => Currency::INR,
        "PL" => Currency::PLN,
        "CL" => Currency::CLP,
        "BR" => Currency::BRL,
        _ => Currency::EUR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOK: Currency = Currency::NOK;

    #[test]
    fn shares_round_half_to_even_once() {
        for (minor, expected) in [(1, 0), (3, 2), (5, 2), (-1, 0), (-3, -2)] {
            assert_eq!(Money::new(minor, NOK).share(1, 2).unwrap().minor, expected, "{minor}/2");
        }
    }

    #[test]
    fn money_reads_with_its_currencys_digits() {
        assert_eq!(Money::new(-123_450, NOK).to_string(), "-1234.50 NOK");
        assert_eq!(Money::new(500, Currency::JPY).to_string(), "500 JPY");
    }

    #[test]
    fn adding_currencies_or_past_the_end_is_refused() {
        assert!(Money::new(1, NOK).plus(Money::new(1, Currency::SEK)).is_err());
        assert_eq!(
            Money::new(i64::MAX, NOK).plus(Money::new(1, NOK)),
            Err(MoneyError::Overflow)
        );
        assert_eq!(Money::new(i64::MAX, NOK).times(2), Err(MoneyError::Overflow));
    }

    proptest! {
        #[test]
        fn parts_sum_exactly(minor in -1_000_000_000i64..1_000_000_000, weights in proptest::collection::vec(0u32..1000, 1..12)) {
            let parts = split(Money::new(minor, NOK), &weights).unwrap();
            if weights.iter().any(|w| *w > 0) {
                prop_assert_eq!(parts.iter().map(|p| p.minor).sum::<i64>(), minor);
            }
        }

        #[test]
        fn what_is_used_and_what_is_left_never_differ_from_the_price_by_more_than_one(minor in 0i64..1_000_000_000, part in 0i64..365) {
            let price = Money::new(minor, NOK);
            let sum = price.share(part, 365).unwrap().minor + price.share(365 - part, 365).unwrap().minor;
            prop_assert!((sum - minor).abs() <= 1);
        }
    }
}
