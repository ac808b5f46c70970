//! Paths that pages link to. Links name a constant, so a moved page is moved in one place.

pub const HOME: &str = "/";
pub const ACCOUNT: &str = "/account";
/// Apps and devices of the signed-in user.
pub const ACCOUNT_INSTALLS: &str = "/account#installs";
pub const ADMIN: &str = "/admin";
/// Users and their licenses.
pub const ADMIN_USERS: &str = "/admin/users";
/// Billing, Your products, Products tab: where a subscription is reactivated.
pub const ADMIN_PRODUCTS: &str = "/admin/products";
pub const CONSOLE: &str = "/console";
/// Entry of a product key for a new subscription.
pub const SETUP_KEY: &str = "/setup/key";
pub const HELP: &str = "/help";
/// Takes the language switch.
pub const LANGUAGE: &str = "/language";

/// Pages named here that [`crate::static_router`] does not serve.
pub const ELSEWHERE: &[&str] = &[ACCOUNT, ADMIN, ADMIN_USERS, ADMIN_PRODUCTS, CONSOLE, SETUP_KEY];
