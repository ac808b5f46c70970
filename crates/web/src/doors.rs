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
/// The page's former name.
pub const ADMIN_SUBSCRIPTIONS: &str = "/admin/subscriptions";
pub const ADMIN_LICENSES: &str = "/admin/licenses";
pub const ADMIN_PAYMENT_METHODS: &str = "/admin/payment-methods";
pub const ADMIN_BILLS: &str = "/admin/bills";
pub const ADMIN_SUPPORT: &str = "/admin/support";
/// Takes the buttons of a sandbox's clock.
pub const ADMIN_CLOCK: &str = "/admin/clock";
pub const CONSOLE: &str = "/console";
pub const CONSOLE_KEYS: &str = "/console/keys";
pub const CONSOLE_SUPPORT: &str = "/console/support";
pub const CONSOLE_PRODUCTS: &str = "/console/products";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
/// Where a person approves an app's sign-in by its code.
pub const DEVICE: &str = "/device";
/// Entry of a product key for a new subscription.
pub const SETUP_KEY: &str = "/setup/key";
/// What became of a redeemed product key.
pub const SETUP_DONE: &str = "/setup/key/done";
pub const HELP: &str = "/help";
/// Takes the language switch.
pub const LANGUAGE: &str = "/language";
