//! GET `/account/apps/{app}/{platform}`: the installer, streamed.

use aktiver_service::account::{self, Download, NoApps};
use aktiver_service::{Error, Result, licensing};
use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use tokio_util::io::ReaderStream;

use super::home::nothing;
use crate::errors::{self, Problem};
use crate::layout::Area;
use crate::session::Desk;

/// GET `/account/apps/{app}/{platform}`
pub async fn download(desk: Desk, Path((app, platform)): Path<(String, String)>) -> Response {
    let work = async {
        let error = match account::download(&desk.app, &desk.ctx, &app, &platform).await {
            Ok(download) => return answer(download),
            Err(error) => error,
        };
        let exists = matches!(error, Error::NotFound(_))
            && licensing::catalog(&desk.app)
                .await?
                .apps
                .iter()
                .any(|one| one.id == app);
        let found = account::home(&desk.app, &desk.ctx).await?;
        if !exists || found.apps.iter().any(|offer| offer.app.id == app) {
            return Err(error);
        }
        // It is there, and this person's licenses do not give it: for the reason that My account tells (MA-01 … MA-03).
        let why = nothing(desk.t, &found.notice.unwrap_or(NoApps::NotIncluded));
        let mut page = desk.page(Area::Account, "");
        page.notice = None;
        let problem = Problem::Withheld {
            title: why.title,
            detail: why.text.unwrap_or_default(),
            link: why.link,
        };
        Ok(errors::response(page, problem))
    };
    desk.respond(Area::Account, work).await
}

fn answer(download: Download) -> Result<Response> {
    let release = &download.release;
    // Only what a quoted string may hold; a name in other letters is given beside it (RFC 6266).
    let plain: String = release
        .file_name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !"\"\\%/".contains(c) || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = release
        .file_name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let size = release.size;
    let mut response = Response::new(Body::from_stream(ReaderStream::new(download.reader)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::try_from(disposition).map_err(Error::internal)?,
    );
    Ok(response)
}
