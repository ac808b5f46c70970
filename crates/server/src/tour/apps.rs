//! The sentences that happen inside an installed app: signing in and switching account.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aktiver_client::{
    AppState, Client, Clock, DeviceInfo, MemoryStore, Platform, ReducedReason, WELL_KNOWN_CLIENT_ID, Wait,
};
use jiff::{SignedDuration, Timestamp};

use super::Step;
use super::browser::Browser;
use super::stage::{Person, Stage};

/// Either plan lets the word processor edit.
pub const PLANS: [&str; 2] = [
    "43de0ff5-c92c-492b-9116-175376d08c38",
    "094e7854-93fc-4d55-b2c0-3ab5369ebdc1",
];

/// The app's own clock, which can be set ahead.
#[derive(Default)]
pub struct AppClock(AtomicI64);

impl AppClock {
    /// Sets it this many days ahead of the machine's.
    pub fn set_ahead(&self, days: i64) {
        self.0.store(days, Ordering::Relaxed);
    }
}

impl Clock for AppClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_hours(24 * self.0.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }

    fn wait(&self, duration: Duration) -> Wait<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The word processor, as far as licensing goes.
pub struct Writer {
    pub client: Client,
    pub clock: Arc<AppClock>,
}

impl Writer {
    /// Installed, and nobody signed in.
    ///
    /// # Errors
    /// An address that is none.
    pub fn install(base_url: &str) -> Step<Self> {
        let clock = Arc::new(AppClock::default());
        let client = Client::new(
            base_url,
            WELL_KNOWN_CLIENT_ID,
            MemoryStore::default(),
            Arc::clone(&clock),
        );
        Ok(Self {
            client: client.map_err(said)?,
            clock,
        })
    }

    /// Signs in with a code that the person enters in a browser, and activates this device.
    ///
    /// # Errors
    /// What did not work.
    pub async fn sign_in(&self, base_url: &str, person: &Person) -> Step<AppState> {
        let (shown, code) = tokio::sync::oneshot::channel();
        let app = self.client.sign_in_with_device_code(|prompt| {
            let _ = shown.send(prompt);
        });
        let approve = async {
            let prompt = code.await.map_err(|_| "the app showed no code".to_owned())?;
            let path = format!("/device?code={}", prompt.user_code);
            let mut browser = Browser::open(base_url)?;
            browser.sign_in(&person.name, &person.password, &path).await?;
            browser.send("/device", &[("step", "approve")]).await?;
            if browser.page.path != "/account" {
                return Err(format!("the code was not approved: {}", browser.page.says()));
            }
            Ok(())
        };
        let (account, approved) = tokio::join!(app, approve);
        approved?;
        account.map_err(said)?;
        self.client
            .activate(&DeviceInfo::computer("tour", Platform::Linux), &PLANS)
            .await
            .map_err(said)?;
        self.state()
    }

    /// What the app may do, from what it holds; no network.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub fn state(&self) -> Step<AppState> {
        self.client.license_state(&PLANS).map_err(said)
    }

    /// Asks the server, then says what the app may do.
    ///
    /// # Errors
    /// No answer.
    pub async fn check_in(&self) -> Step<AppState> {
        self.client.check_in(&PLANS).await.map_err(said)?;
        self.state()
    }
}

fn said(error: aktiver_client::Error) -> String {
    format!("{}: {error}", error.code())
}

/// Whether the app may edit.
#[must_use]
pub const fn licensed(state: &AppState) -> bool {
    matches!(state, AppState::Licensed { .. })
}

/// S-03: a user with the app already there signs in with the work account.
pub async fn s_03_sign_in(stage: &mut Stage) -> Step<String> {
    let writer = Writer::install(&stage.base_url)?;
    if writer.state()? != AppState::NotActivated {
        return Err("a fresh app is already activated".to_owned());
    }
    let state = writer.sign_in(&stage.base_url, &stage.emma).await?;
    if !licensed(&state) {
        return Err(format!("Emma's app is {state:?}"));
    }
    let who = writer.client.user_information().await.map_err(said)?;
    writer.client.set_offline(true);
    writer.clock.set_ahead(29);
    let soon = writer.state()?;
    writer.clock.set_ahead(31);
    let late = writer.state()?;
    writer.client.set_offline(false);
    writer.clock.set_ahead(0);
    let again = writer.check_in().await?;
    let reduced = matches!(
        late,
        AppState::Reduced {
            reason: ReducedReason::CheckInOverdue
        }
    );
    if !licensed(&soon) || !reduced || !licensed(&again) {
        return Err(format!(
            "offline 29 days {soon:?}, 31 days {late:?}, online again {again:?}"
        ));
    }
    stage.app = Some(writer);
    Ok(format!(
        "Emma signs in to the app with a code as {}; it is licensed, works offline for 29 days, is reduced after 31, and restored online",
        who.user_principal_name
    ))
}

/// S-04: File > Account > Switch account.
pub async fn s_04_switch_account(stage: &mut Stage) -> Step<String> {
    let writer = stage.app.as_ref().ok_or("nobody has installed the app")?;
    let emma = writer
        .client
        .current_account()
        .map_err(said)?
        .ok_or("nobody is signed in")?;
    let other = writer.sign_in(&stage.base_url, &stage.jakob).await?;
    if !matches!(
        other,
        AppState::Reduced {
            reason: ReducedReason::Unlicensed
        }
    ) {
        return Err(format!("Jakob has no license, and the app is {other:?}"));
    }
    writer.client.switch_account(&emma.id).map_err(said)?;
    let back = writer.check_in().await?;
    if !licensed(&back) {
        return Err(format!("after switching back to Emma the app is {back:?}"));
    }
    Ok(
        "switching to Jakob, who has no license, shows the unlicensed notice; switching back to Emma restores the app"
            .to_owned(),
    )
}
