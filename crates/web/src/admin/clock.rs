//! POST `/admin/clock`: the buttons of a sandbox's clock.

use aktiver_service::clock;
use aktiver_service::domain::ids::SubscriptionId;
use axum::response::Response;

use crate::doors;
use crate::language::safe_return;
use crate::layout::Area;
use crate::notices::{Done, go};
use crate::session::{Desk, Posted};

/// POST `/admin/clock`
pub async fn advance(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let back = safe_return(form.text("return"));
        let by = clock::parse_advance(form.text("advance"), subscription_on(back))?;
        clock::advance(&desk.app, &desk.ctx, by).await?;
        Ok(go(back, Done::ClockMoved))
    };
    desk.respond(Area::Admin, work).await
}

/// The subscription that a page is about: there, "next event" means its own.
pub fn subscription_on(path: &str) -> Option<SubscriptionId> {
    let path = path.split(['?', '#']).next()?;
    let (_, rest) = path
        .split_once(&format!("{}/", doors::ADMIN_PRODUCTS))
        .or_else(|| path.split_once("/subscriptions/"))?;
    SubscriptionId::parse(rest.split('/').next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_a_subscription_moves_the_clock_to_its_own_next_event() {
        let id = "7d1f3e52-6f0b-4c52-9c0e-3a5b1f2d4e61";
        for path in [
            format!("/admin/products/{id}"),
            format!("/admin/products/{id}/reactivate?x=1"),
            format!("/console/organizations/1/subscriptions/{id}"),
        ] {
            assert_eq!(subscription_on(&path), SubscriptionId::parse(id).ok(), "{path}");
        }
        assert_eq!(subscription_on("/admin/products?status=active"), None);
        assert_eq!(subscription_on("/admin"), None);
    }
}
