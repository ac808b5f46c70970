//! `/account`: what the licenses of the signed-in person give them (SPEC 17.1), and `/device`.

mod device;
mod download;
mod home;

pub use device::{post as decide_device, show as device};
pub use download::download;
pub use home::{home, sign_out_device};
