//! Style sheet, script and icon, embedded and served under a path that changes with their content.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::errors;
use crate::i18n::Locale;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

const YEAR: &str = "public, max-age=31536000, immutable";

/// Path of the asset `file`, with the hash of its content.
pub fn path(file: &str) -> String {
    format!("/assets/{}/{file}", hash(file).unwrap_or_default())
}

fn hash(file: &str) -> Option<String> {
    Some(short(&Files::get(file)?.metadata.sha256_hash()))
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// GET `/assets/{hash}/{file}`. A hash of another release gets today's file, but may not keep it: while two releases
/// run side by side, a page of one may ask the other.
pub async fn serve(Path((hash, file)): Path<(String, String)>, locale: Locale, method: Method, uri: Uri) -> Response {
    let Some(found) = Files::get(&file) else {
        return errors::not_found(locale, method, uri).await;
    };
    let kind = match file.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "mjs")) => "text/javascript; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let keep = if hash == short(&found.metadata.sha256_hash()) {
        YEAR
    } else {
        "no-cache"
    };
    (
        StatusCode::OK,
        [(CONTENT_TYPE, kind), (CACHE_CONTROL, keep)],
        found.data,
    )
        .into_response()
}
