//! Shapes that several endpoints share.

use aktiver_domain::money::Currency;
use aktiver_domain::{Money as Amount, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::vendor::problem::{Fault, Result};

/// Most items of one page.
pub const MOST: u32 = 200;
const USUAL: u32 = 100;

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

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Most items of the page, 1 to 200; 100 when left out.
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

/// In which order a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
}

/// Where an item stands in its list: its instant in microseconds, and its id among those of one instant.
pub type Place = (i64, Uuid);

/// The place of what was made at an instant.
#[must_use]
pub fn place(at: Timestamp, id: Uuid) -> Place {
    (at.as_microsecond(), id)
}

impl Paging {
    /// How many of the first items [`page`](Self::page) must be given.
    ///
    /// # Errors
    /// 422, as [`limit`](Self::limit).
    pub fn reach(&self) -> Result<u32> {
        let limit = self.limit()?;
        Ok(if self.cursor.is_some() { u32::MAX } else { limit + 1 })
    }

    /// Cuts the wanted page out of a list. The cursor carries the last item's place and not the item, so that it stays
    /// good when that item goes away.
    ///
    /// # Errors
    /// 422 for a limit or a cursor that is none.
    pub fn page<T>(
        &self,
        mut items: Vec<T>,
        order: Order,
        of: impl Fn(&T) -> Place,
    ) -> Result<(Vec<T>, Option<String>)> {
        let size = usize::try_from(self.limit()?).unwrap_or(usize::MAX);
        if let Some(text) = self.cursor()? {
            let last = read_place(&text).ok_or_else(bad_cursor)?;
            // Items of one instant may stand in another order than that of their ids.
            if let Some(at) = items.iter().position(|item| of(item) == last) {
                items.drain(..=at);
            } else {
                items.retain(|item| match order {
                    Order::OldestFirst => of(item) > last,
                    Order::NewestFirst => of(item) < last,
                });
            }
        }
        let more = items.len() > size;
        items.truncate(size);
        let last = items.last().filter(|_| more).map(of);
        Ok((items, last.map(|(at, id)| cursor(&format!("{at}.{id}")))))
    }
}

fn read_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, aktiver_domain::ids::parse_guid(id)?))
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
    fn pages_hold_every_item_once_in_either_order_even_when_the_last_one_goes_away() {
        let place = |number: &u128| (i64::try_from(number / 2).unwrap(), Uuid::from_u128(*number));
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let mut list: Vec<u128> = (1..=5).collect();
            if order == Order::NewestFirst {
                list.reverse();
            }
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let limit = Some("2".to_owned());
                let left: Vec<u128> = list.iter().copied().filter(|n| seen.last() != Some(n)).collect();
                let (items, next) = Paging { limit, cursor }.page(left, order, place).unwrap();
                seen.extend(items);
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, list, "{order:?}");
        }
    }

    #[test]
    fn a_cursor_of_another_kind_is_refused() {
        let paging = Paging {
            limit: None,
            cursor: Some(cursor("PRODUCT_1/1")),
        };
        assert!(
            paging
                .page(vec![1_u128], Order::OldestFirst, |_| (0, Uuid::nil()))
                .is_err()
        );
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
