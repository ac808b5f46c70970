//! An installed app: the real client SDK against the server, on the same hand-moved clock.

use std::sync::Arc;
use std::time::Duration;

use aktiver_client::{Client, Clock, DeviceInfo, MemoryStore, Platform, WELL_KNOWN_CLIENT_ID, Wait};
use aktiver_testkit::{Customer, HandClock, Person, TestServer};
use jiff::{SignedDuration, Timestamp};

/// `OFFICE_BUSINESS`, a plan of the product that [`PRODUCT`] names.
pub const PLANS: [&str; 1] = ["094e7854-93fc-4d55-b2c0-3ab5369ebdc1"];
pub const PRODUCT: &str = "O365_BUSINESS_PREMIUM";

/// The server's clock as the app's: waiting moves it.
struct SharedClock(Arc<HandClock>);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn wait(&self, duration: Duration) -> Wait<'_> {
        Box::pin(async move {
            self.0.pass(SignedDuration::try_from(duration).unwrap());
            tokio::task::yield_now().await;
        })
    }
}

/// An app that was never started before.
pub fn install(t: &TestServer) -> Client {
    Client::new(
        &t.base_url,
        WELL_KNOWN_CLIENT_ID,
        MemoryStore::default(),
        SharedClock(t.clock.clone()),
    )
    .unwrap()
}

/// Signs a person in, who approves the code on another screen.
pub async fn sign_in(t: &TestServer, app: &Client, customer: &Customer, person: &Person) {
    let (show, shown) = tokio::sync::oneshot::channel();
    let signing_in = app.sign_in_with_device_code(|prompt| show.send(prompt.user_code).unwrap());
    let approving = async { t.approve(customer, person, &shown.await.unwrap()).await };
    let (account, ()) = tokio::join!(signing_in, approving);
    assert_eq!(account.unwrap().user_principal_name, person.user_principal_name);
}

/// Signs a person in and activates the device, as an app does in one step.
pub async fn activate(
    t: &TestServer,
    app: &Client,
    customer: &Customer,
    person: &Person,
) -> aktiver_client::Activation {
    sign_in(t, app, customer, person).await;
    app.activate(&DeviceInfo::computer("kari-pc", Platform::Linux), &PLANS)
        .await
        .unwrap()
}
