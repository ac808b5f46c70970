//! How many licenses of a product are in use.

use askama::Template;

use crate::i18n::Text;

/// Licenses assigned out of those that may be, as a bar with its figures in words.
#[derive(Clone, Debug, Template)]
#[template(path = "components/use_bar.html")]
pub struct UseBar {
    pub t: Text,
    /// The product.
    pub label: String,
    pub used: i64,
    /// Enabled and warning units together.
    pub total: i64,
}

impl UseBar {
    fn class(&self) -> &'static str {
        if self.used > self.total {
            "use-over"
        } else if self.used == self.total {
            "use-full"
        } else {
            "use-free"
        }
    }

    fn figures(&self) -> String {
        self.t.with(
            "use-figures",
            &[("used", self.used.into()), ("total", self.total.into())],
        )
    }

    fn remark(&self) -> String {
        let left = self.total.saturating_sub(self.used);
        if left < 0 {
            self.t.with("use-over", &[("count", (-left).into())])
        } else if left == 0 {
            self.t.get("use-full")
        } else {
            self.t.with("use-free", &[("count", left.into())])
        }
    }

    /// An empty pool still draws a bar.
    fn max(&self) -> i64 {
        self.total.max(1)
    }
}
