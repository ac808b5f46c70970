//! How many requests a second one client may make.
//!
//! A client is a bearer token or, without one, an address: many people share the address of their office, but each program
//! has a token. Guessing at tokens is limited by the address as well, because a wrong token is a new client each time.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aktiver_api::Options;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{client, refuse};

/// A limit shared by all connections.
#[derive(Clone)]
pub struct Limit(Arc<Inner>);

struct Inner {
    tokens: DefaultKeyedRateLimiter<u64>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    hasher: RandomState,
    options: Arc<Options>,
    since_clean: AtomicU32,
}

/// How many times more requests an address may make than a single token from it.
const TOKENS_PER_ADDRESS: u32 = 20;
/// After so many requests, clients that have been quiet are forgotten.
const CLEAN_EVERY: u32 = 16_384;

impl Limit {
    /// At most `most` a second, and as many at once.
    pub fn new(most: NonZeroU32, options: Arc<Options>) -> Self {
        Self(Arc::new(Inner {
            tokens: RateLimiter::keyed(Quota::per_second(most)),
            addresses: RateLimiter::keyed(Quota::per_second(
                most.saturating_mul(NonZeroU32::new(TOKENS_PER_ADDRESS).unwrap_or(NonZeroU32::MIN)),
            )),
            hasher: RandomState::new(),
            options,
            since_clean: AtomicU32::new(0),
        }))
    }

    fn allows(&self, request: &Request) -> bool {
        let inner = &self.0;
        if inner.since_clean.fetch_add(1, Ordering::Relaxed) >= CLEAN_EVERY {
            inner.since_clean.store(0, Ordering::Relaxed);
            inner.tokens.retain_recent();
            inner.addresses.retain_recent();
        }
        let address = client(request, &inner.options);
        match request.headers().get(header::AUTHORIZATION) {
            Some(token) => {
                inner.tokens.check_key(&inner.hasher.hash_one(token.as_bytes())).is_ok()
                    && address.is_none_or(|address| inner.addresses.check_key(&address).is_ok())
            }
            // One token's worth for all that come from the address without one.
            None => match address {
                Some(address) => inner.tokens.check_key(&inner.hasher.hash_one(address)).is_ok(),
                None => true,
            },
        }
    }
}

/// Around every door.
pub async fn layer(State(limit): State<Limit>, request: Request, next: Next) -> Response {
    if limit.allows(&request) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    refuse(
        path,
        StatusCode::TOO_MANY_REQUESTS,
        "tooManyRequests",
        "Too many requests; wait a second.",
        Some(1),
    )
}
