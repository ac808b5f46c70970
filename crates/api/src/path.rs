//! Addresses as official clients write them: doubled slashes, an encoded `$`, and keys in parentheses.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use percent_encoding::percent_decode_str;
use tower::ServiceExt as _;

/// The plain form of a path: `/v1.0//users` and `/v1.0/users('id')` become `/v1.0/users` and `/v1.0/users/id`;
/// `name(key='value')` becomes `name/key='value'`. `None` when it is plain already.
#[must_use]
pub fn plain(path: &str) -> Option<String> {
    let mut plain = String::with_capacity(path.len() + 1);
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        plain.push('/');
        let segment = segment
            .replace("%24", "$")
            .replace("%28", "(")
            .replace("%29", ")")
            .replace("%27", "'");
        let keyed = segment.strip_suffix(')').and_then(|rest| rest.split_once('('));
        match keyed {
            Some((name, key)) => {
                plain.push_str(name);
                plain.push('/');
                let bare = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\''));
                plain.push_str(bare.unwrap_or(key));
            }
            None => plain.push_str(&segment),
        }
    }
    (plain != path).then_some(plain)
}

/// Sends a request whose path is not plain once more, plain, through the same routes; `None` when it was plain.
///
/// The copy carries the body, the headers and the extensions named here: what the router itself has left in the
/// request's extensions would mix the path parameters of both passes.
pub async fn again(routes: &Router, request: Request) -> Result<Response, Request> {
    let Some(path) = plain(request.uri().path()) else {
        return Err(request);
    };
    let (mut parts, body) = request.into_parts();
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut uri = std::mem::take(&mut parts.uri).into_parts();
    let Ok(path_and_query) = PathAndQuery::try_from(format!("{path}{query}")) else {
        return Err(Request::new(body));
    };
    uri.path_and_query = Some(path_and_query);
    let mut copy = Request::new(body);
    *copy.method_mut() = parts.method;
    *copy.uri_mut() = Uri::from_parts(uri).unwrap_or_default();
    *copy.headers_mut() = parts.headers;
    if let Some(meta) = parts.extensions.remove::<std::sync::Arc<crate::request::Meta>>() {
        copy.extensions_mut().insert(meta);
    }
    match routes.clone().oneshot(copy).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// A path segment with its percent signs resolved.
#[must_use]
pub fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_spellings_become_plain() {
        let cases = [
            ("/v1.0//users", "/v1.0/users"),
            ("/v1.0/users//a%40b/licenseDetails/", "/v1.0/users/a%40b/licenseDetails"),
            ("/v1.0/users('a@b')/assignLicense", "/v1.0/users/a@b/assignLicense"),
            (
                "/v1.0/directory/subscriptions%28commerceSubscriptionId=%27x%27%29",
                "/v1.0/directory/subscriptions/commerceSubscriptionId='x'",
            ),
            ("/v1.0/%24batch", "/v1.0/$batch"),
        ];
        for (odd, expected) in cases {
            assert_eq!(plain(odd).as_deref(), Some(expected));
        }
        assert_eq!(plain("/v1.0/users/a%40b"), None);
    }
}
