//! What an app links to be licensed: sign in, switch account, activate, check in, and know offline
//! what the user may do.
//!
//! ```no_run
//! use aktiver_client::{Client, DeviceInfo, FileStore, Platform, SystemClock, WELL_KNOWN_CLIENT_ID, features};
//!
//! # async fn app() -> Result<(), aktiver_client::Error> {
//! let plans = ["43de0ff5-c92c-492b-9116-175376d08c38"];
//! let store = FileStore::new("/home/kari/.local/state/writer.json");
//! let client = Client::new("https://license.example.com", WELL_KNOWN_CLIENT_ID, store, SystemClock)?;
//!
//! if client.current_account()?.is_none() {
//!     client.sign_in_with_device_code(|prompt| println!("{}", prompt.message)).await?;
//!     client.activate(&DeviceInfo::computer("kari-laptop", Platform::Linux), &plans).await?;
//! }
//! // At start and then daily; a failure to reach the server leaves the license as it was.
//! let _ = client.check_in(&plans).await;
//!
//! let may = features(&client.license_state(&plans)?);
//! assert!(may.view && may.print);
//! # Ok(()) }
//! ```
//!
//! [`Client::license_state`] never touches the network. The account in use decides (SW-02): switching to an
//! account without a license leaves the app reduced, and switching back restores it.
#![warn(missing_docs)]

mod client;
mod clock;
mod error;
mod http;
mod license;
mod model;
mod sign_in;
mod store;

pub use aktiver_license::{AppState, Features, LicenseDocument, NoticeCode, ReducedReason, VerifyingKeys, features};
pub use client::{Client, SCOPE, WELL_KNOWN_CLIENT_ID};
pub use clock::{Clock, SystemClock, Wait};
pub use error::{Error, StoreError};
pub use model::{
    Account, Activation, Check, DeviceClass, DeviceCodePrompt, DeviceInfo, Notice, Platform, SignedOutDevice,
    UserInformation,
};
pub use store::{FileStore, MemoryStore, Secret, Standing, State, Store, StoredAccount};
