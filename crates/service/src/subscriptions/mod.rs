//! Subscriptions: what an organization has bought, and everything that is done with it.

mod actions;
mod change;
pub(crate) mod charge;
mod provision;
mod reactivate;
pub(crate) mod renew;
pub(crate) mod state;
mod view;

pub use actions::{Action, ActionKind};
pub use change::{
    CancelCommand, CancelPreview, QuantityPreview, cancel, delete, disable, hold, preview_cancel, preview_quantity,
    release, set_payment_method, set_quantity, set_recurring,
};
pub use provision::{Provision, provision};
pub use reactivate::{ReactivateCommand, ReactivationPreview, preview_reactivate, reactivate};
pub use view::{PoolView, SubscriptionView, get, list, list_everywhere, pools};

pub(crate) use change::finish_quantity;
pub(crate) use reactivate::finish as finish_reactivation;
pub(crate) use view::{all_pools, pools_of};
