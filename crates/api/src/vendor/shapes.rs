//! Shapes that several endpoints share.

use aktiver_domain::money::Currency;
use aktiver_domain::{Money as Amount, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::vendor::problem::{Fault, Result};

/// Most items of one page.
pub const MOST: u32 = 200;
const USUAL: u32 = 50;

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub struct Money {
    /// In the currency's smallest unit: 12345 are 123.45 NOK.
    pub minor: i64,
    /// ISO 4217.
    #[schema(example = "NOK")]
    pub currency: String,
    #[schema(example = "123.45 NOK")]
    pub text: String,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self {
            minor: amount.minor,
            currency: amount.currency.code().to_owned(),
            text: amount.to_string(),
        }
    }
}

/// An amount as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMoney {
    /// In the currency's smallest unit.
    #[schema(minimum = 0)]
    pub minor: i64,
    /// ISO 4217.
    #[schema(example = "NOK")]
    pub currency: String,
}

impl NewMoney {
    /// # Errors
    /// No such currency.
    pub fn read(&self, field: &str) -> Result<Amount> {
        let code = self.currency.trim().to_ascii_uppercase();
        let currency = Currency::from_code(&code).ok_or_else(|| {
            Fault::field(
                format!("{field}.currency"),
                "There is no such currency.",
                "Give an ISO 4217 code such as NOK.",
            )
        })?;
        Ok(Amount::new(self.minor, currency))
    }
}

/// What a command answers: what it did, or with `Prefer: preview` whether it could.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents what handlers answer")]
pub enum OrPreview<T: ToSchema> {
    Done(T),
    Preview(Preview),
}

/// Whether a command could be done now, with the reason when not; nothing has been done.
#[derive(Serialize, ToSchema)]
pub struct Preview {
    pub available: bool,
    /// The status that the command would answer.
    pub status: Option<u16>,
    /// The refusal's code.
    pub reason: Option<String>,
    pub message: Option<String>,
    pub remedy: Option<String>,
    /// `NOT_PERMITTED`: names of those in the organization who may.
    pub ask: Option<Vec<String>>,
}

/// What a command answers: what it did, or with `Prefer: preview` what would come of it, or why it cannot be done.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents what handlers answer")]
pub enum OrOutcome<T: ToSchema, P: ToSchema> {
    Done(T),
    Would(P),
    WouldNot(Unavailable),
}

/// Why a command cannot be done now.
#[derive(Serialize, ToSchema)]
pub struct Unavailable {
    /// False.
    pub available: bool,
    /// The status that the command would answer.
    pub status: u16,
    /// The refusal's code.
    pub reason: String,
    pub message: String,
    pub remedy: String,
    /// `NOT_PERMITTED`: names of those in the organization who may.
    pub ask: Option<Vec<String>>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    pub items: Vec<T>,
    /// For `cursor` of the next page; null at the end.
    #[schema(required)]
    pub next: Option<String>,
}

impl<T: ToSchema> Page<T> {
    /// A list that is whole.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Most items of the page, 1 to 200; 50 when left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    /// # Errors
    /// 422 out of range.
    pub fn limit(&self) -> Result<u32> {
        let Some(text) = &self.limit else { return Ok(USUAL) };
        text.parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| {
                Fault::field(
                    "limit",
                    "This is no number of items.",
                    format!("Give a number from 1 to {MOST}."),
                )
            })
    }

    /// What the cursor carries.
    ///
    /// # Errors
    /// 422 for a text that is no cursor of ours.
    pub fn cursor(&self) -> Result<Option<String>> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad_cursor())?;
        String::from_utf8(bytes).map(Some).map_err(|_| bad_cursor())
    }
}

pub fn bad_cursor() -> Fault {
    Fault::field(
        "cursor",
        "This is no cursor.",
        "Give `next` of the page before, or leave it out.",
    )
}

/// A cursor that carries a text.
#[must_use]
pub fn cursor(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// RFC 3339 in UTC.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let paging = |cursor: &str| Paging {
            limit: None,
            cursor: Some(cursor.to_owned()),
        };
        assert_eq!(paging(&cursor("1.2")).cursor().unwrap().as_deref(), Some("1.2"));
        assert!(paging("%%").cursor().is_err());
    }

    #[test]
    fn a_page_has_1_to_200_items() {
        let limit = |text: &str| {
            Paging {
                limit: Some(text.to_owned()),
                cursor: None,
            }
            .limit()
        };
        assert_eq!(limit("200").unwrap(), 200);
        for bad in ["0", "201", "-1", "many"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }
}
