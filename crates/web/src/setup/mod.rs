//! `/setup/key`: from a product key to a subscription (SPEC 15.2, 15.3). Keys travel in forms only, never in addresses.

mod done;
mod entry;
mod key;
mod review;
mod visitor;

pub use done::show as done;
pub use key::{post, show};
