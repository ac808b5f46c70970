//! POST `/admin/clock`: the buttons of a sandbox's clock.

use aktiver_service::clock;
use axum::response::Response;

use crate::language::safe_return;
use crate::layout::Area;
use crate::notices::{Done, PARAMETER, go};
use crate::session::{Desk, Posted};

/// POST `/admin/clock`
pub async fn advance(Posted { desk, form }: Posted<Desk>) -> Response {
    let work = async {
        let by = clock::parse_advance(form.text("advance"), None)?;
        clock::advance(&desk.app, &desk.ctx, by).await?;
        Ok(go(&without_notice(safe_return(form.text("return"))), Done::ClockMoved))
    };
    desk.respond(Area::Admin, work).await
}

/// A path without the outcome that it told last.
pub fn without_notice(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with(&format!("{PARAMETER}=")))
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_its_last_outcome_only() {
        assert_eq!(without_notice("/admin"), "/admin");
        assert_eq!(without_notice("/admin?done=clock"), "/admin");
        assert_eq!(
            without_notice("/admin?status=active&done=clock"),
            "/admin?status=active"
        );
    }
}
