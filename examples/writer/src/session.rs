//! The app's side of licensing: which service plans it needs, when it activates, and what it shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aktiver_client::{
    Account, AppState, Client, Clock, DeviceCodePrompt, DeviceInfo, Error, FileStore, Platform, SystemClock,
    WELL_KNOWN_CLIENT_ID, Wait,
};
use jiff::{SignedDuration, Timestamp};

/// OFFICESUBSCRIPTION and OFFICE_BUSINESS; either allows editing.
pub const PLANS: [&str; 2] = [
    "43de0ff5-c92c-492b-9116-175376d08c38",
    "094e7854-93fc-4d55-b2c0-3ab5369ebdc1",
];

/// The system's clock, which a script can move forward.
#[derive(Clone, Default)]
pub struct AppClock(Arc<AtomicI64>);

impl AppClock {
    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for AppClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.0.load(Ordering::Relaxed));
        SystemClock.now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    fn wait(&self, duration: Duration) -> Wait<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// All that a screen shows about the license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    pub state: AppState,
    pub account: Option<Account>,
    pub accounts: Vec<Account>,
    pub organization: Option<String>,
    pub license_id: Option<String>,
}

#[derive(Clone)]
pub struct Session {
    pub client: Client,
    pub clock: AppClock,
    pub device: DeviceInfo,
}

impl Session {
    pub fn new(server: &str, store: FileStore, device_name: String) -> Result<Self, Error> {
        let clock = AppClock::default();
        Ok(Self {
            client: Client::new(server, WELL_KNOWN_CLIENT_ID, store, clock.clone())?,
            clock,
            device: DeviceInfo::computer(device_name, Platform::current()),
        })
    }

    pub fn license(&self) -> Result<License, Error> {
        let document = self.client.license()?;
        Ok(License {
            state: self.client.license_state(&PLANS)?,
            account: self.client.current_account()?,
            accounts: self.client.accounts()?,
            organization: document.as_ref().map(|d| d.organization.clone()),
            license_id: document.map(|d| d.lid),
        })
    }

    /// Signs in and activates, which is one step to the user.
    pub async fn sign_in(&self, show: impl FnOnce(DeviceCodePrompt)) -> Result<(), Error> {
        self.client.sign_in_with_device_code(show).await?;
        self.client.activate(&self.device, &PLANS).await.map(drop)
    }

    /// Puts another account to use; without network its last license counts.
    pub async fn switch(&self, account: &str) -> Result<(), Error> {
        self.client.switch_account(account)?;
        match self.check_in().await {
            Err(error) if error.is_temporary() => Ok(()),
            result => result,
        }
    }

    /// Checks in; an account that was never activated here is activated.
    pub async fn check_in(&self) -> Result<(), Error> {
        if self.client.license_state(&PLANS)? == AppState::NotActivated {
            return self.client.activate(&self.device, &PLANS).await.map(drop);
        }
        self.client.check_in(&PLANS).await.map(drop)
    }
}
