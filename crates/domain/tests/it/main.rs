//! The rules of subscriptions and licenses, seen from outside. Names carry SPEC rule ids or scenario numbers.

mod support;

mod apps;
mod cancelling;
mod catalog;
mod licensing;
mod licensing_properties;
mod lifecycle;
mod lifecycle_properties;
mod pools;
mod quantities;
mod ranking;
mod reactivation;
mod redemption;
mod renewals;
