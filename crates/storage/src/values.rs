//! Values that several nouns store alike.

use std::collections::BTreeSet;

use aktiver_domain::Money;
use aktiver_domain::ids::{Id, PlanId, parse_guid};
use aktiver_domain::money::Currency;

use crate::engine::{Error, Result, Row, Session, Statement};

/// A structured value as JSON text; no statement looks into it.
pub type JsonText = String;

/// A number that must fit the database's signed whole numbers.
pub(crate) fn whole(what: &'static str, value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Error::TooLarge { what })
}

/// A stored number that is never negative.
pub(crate) fn unsigned(row: &Row, column: &str) -> Result<u64> {
    u64::try_from(row.int(column)?).map_err(|error| row.bad(column, error))
}

/// A stored number of few bits: an epoch, an HTTP status.
pub(crate) fn small<T: TryFrom<i64, Error: std::fmt::Display>>(row: &Row, column: &str) -> Result<T> {
    T::try_from(row.int(column)?).map_err(|error| row.bad(column, error))
}

/// An amount from the columns of its minor units and its currency.
pub(crate) fn money(row: &Row, minor: &str, currency: &str) -> Result<Money> {
    Ok(Money::new(row.int(minor)?, self::currency(row, currency)?))
}

/// A currency by its ISO 4217 code.
pub(crate) fn currency(row: &Row, column: &str) -> Result<Currency> {
    let code = row.text(column)?;
    Currency::from_code(&code).ok_or_else(|| row.bad(column, "no ISO 4217 currency code"))
}

/// Plans as JSON text, in order.
pub(crate) fn plans_text(plans: &BTreeSet<PlanId>) -> JsonText {
    let mut text = String::with_capacity(2 + plans.len() * 39);
    text.push('[');
    for plan in plans {
        if text.len() > 1 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&plan.to_string());
        text.push('"');
    }
    text.push(']');
    text
}

/// Plans from their JSON text.
pub(crate) fn plans(row: &Row, column: &str) -> Result<BTreeSet<PlanId>> {
    let text = row.text(column)?;
    if text == "[]" {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<&str> = serde_json::from_str(&text).map_err(|error| row.bad(column, error))?;
    ids.into_iter()
        .map(|id| {
            parse_guid(id)
                .map(Id::from_uuid)
                .ok_or_else(|| row.bad(column, "no service plan id"))
        })
        .collect()
}

/// Refuses a reader before a statement that locks rows: its locks would be gone with the statement.
pub(crate) const fn must_be_unit(s: &Session, statement: &Statement) -> Result<()> {
    if s.is_unit() {
        Ok(())
    } else {
        Err(Error::ReadOnly {
            statement: statement.name,
        })
    }
}
