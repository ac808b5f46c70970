use aktiver_license::{
    AppState, LicenseDocument, NoticeCode, ReducedReason, VerifyError, VerifyingKeys, evaluate, verify,
};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Error;
use crate::http::Answer;
use crate::model::{Account, Activation, Check, DeviceInfo, Notice, SignedOutDevice};
use crate::store::{Standing, State};

const KEYS_DOOR: &str = "/organizations/discovery/v2.0/keys";
const ACTIVATE_DOOR: &str = "/api/v1/device/activate";
const CHECK_IN_DOOR: &str = "/api/v1/device/check-in";
const SIGN_OUT_DOOR: &str = "/api/v1/device/sign-out";
const CHECK_DOOR: &str = "/api/v1/device/check";
/// The refusal of a device that was signed out (DV-03).
const DEVICE_SIGNED_OUT: &str = "DEVICE_SIGNED_OUT";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LicenseAnswer {
    state: AnswerState,
    license: Option<String>,
    #[serde(default)]
    notices: Vec<Notice>,
    #[serde(default)]
    signed_out_devices: Vec<SignedOutDevice>,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum AnswerState {
    Licensed,
    Unlicensed,
}

impl Client {
    /// Activates this device for the account in use. At the device limit the least recently used device gives way and
    /// is named in the answer (DV-02b). An account without any of the plans gives a reduced state, not an error.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], [`Error::SignInRequired`], [`Error::Refused`], [`Error::Untrusted`], and those of the
    /// network; after any of them the former license is still in force.
    pub async fn activate(&self, device: &DeviceInfo, plan_ids: &[&str]) -> Result<Activation, Error> {
        let account = self.require_account()?;
        let body = json!({
            "deviceId": self.device_id()?,
            "deviceName": device.name,
            "deviceClass": device.class,
            "platform": device.platform,
            "planIds": plan_ids,
        });
        let answer = self.call(&account, Method::POST, ACTIVATE_DOOR, Some(&body)).await?;
        let activation = self.accept(&account, answer, plan_ids).await?;
        self.update(|state| {
            state.device = Some(device.clone());
            Ok(())
        })?;
        Ok(activation)
    }

    /// Asks the server how things stand; do it daily and at sign-in (SPEC 17.3). "Unlicensed" and "signed out" are
    /// answers and replace the license. A device the server does not know is activated anew.
    ///
    /// # Errors
    /// As [`Client::activate`]. After [`Error::Offline`] the license stays in force until its time is up.
    pub async fn check_in(&self, plan_ids: &[&str]) -> Result<Activation, Error> {
        let account = self.require_account()?;
        let body = json!({ "deviceId": self.device_id()?, "planIds": plan_ids });
        let answer = self.call(&account, Method::POST, CHECK_IN_DOOR, Some(&body)).await?;
        if answer.status != reqwest::StatusCode::NOT_FOUND {
            return self.accept(&account, answer, plan_ids).await;
        }
        let refusal = answer.refusal();
        if refusal.code() == DEVICE_SIGNED_OUT {
            return self.signed_out(&account, refusal, plan_ids);
        }
        match self.load()?.device {
            Some(device) => self.activate(&device, plan_ids).await,
            None => Err(refusal),
        }
    }

    /// What the user may do now, from what is known here; no network. Ask before each feature: it costs one
    /// small file and one signature check.
    ///
    /// # Errors
    /// [`Error::Store`] only.
    pub fn license_state(&self, plan_ids: &[&str]) -> Result<AppState, Error> {
        if self.viewer {
            return Ok(AppState::Viewer);
        }
        let state = self.load()?;
        let reduced = |reason| AppState::Reduced { reason };
        let standing = state.current_account().and_then(|s| s.standing.as_ref());
        Ok(match standing {
            None => AppState::NotActivated,
            Some(Standing::SignedOut) => reduced(ReducedReason::SignedOut),
            Some(Standing::Unlicensed { notices }) => reduced(why_unlicensed(notices)),
            Some(Standing::Document { jws, received_at }) => match self.read_document(&state, jws) {
                Some(document) => {
                    let now = server_time(&document, *received_at, self.clock().now());
                    evaluate(Some(&document), plan_ids, now)
                }
                None => reduced(ReducedReason::CheckInOverdue),
            },
        })
    }

    /// The license document of the account in use, whether or not its time is up: for its license id and names.
    ///
    /// # Errors
    /// [`Error::Store`] only.
    pub fn license(&self) -> Result<Option<LicenseDocument>, Error> {
        let state = self.load()?;
        Ok(match state.current_account().and_then(|s| s.standing.as_ref()) {
            Some(Standing::Document { jws, .. }) => self.read_document(&state, jws),
            _ => None,
        })
    }

    /// Gives up this device's place in the user's list. The account stays signed in, the app is reduced until it is
    /// activated again.
    ///
    /// # Errors
    /// As [`Client::activate`].
    pub async fn sign_out_device(&self) -> Result<(), Error> {
        let account = self.require_account()?;
        let body = json!({ "deviceId": self.device_id()? });
        self.call(&account, Method::POST, SIGN_OUT_DOOR, Some(&body))
            .await?
            .accepted()?;
        self.keep(&account, Standing::SignedOut)
    }

    /// Asks the server about one service plan, for a feature that must not be used offline.
    ///
    /// # Errors
    /// As [`Client::activate`].
    pub async fn check(&self, plan_id: &str) -> Result<Check, Error> {
        let account = self.require_account()?;
        let body = json!({ "planId": plan_id, "deviceId": self.device_id()? });
        self.call(&account, Method::POST, CHECK_DOOR, Some(&body))
            .await?
            .success()
    }

    async fn accept(&self, account: &Account, answer: Answer, plan_ids: &[&str]) -> Result<Activation, Error> {
        let incomplete = answer.protocol("a licensed answer without a license");
        let answer: LicenseAnswer = answer.success()?;
        let standing = if answer.state == AnswerState::Unlicensed {
            Standing::Unlicensed {
                notices: answer.notices.iter().map(|n| n.code).collect(),
            }
        } else {
            let jws = answer.license.ok_or(incomplete)?;
            self.check_document(account, &jws).await?;
            Standing::Document {
                jws,
                received_at: self.clock().now().as_second(),
            }
        };
        self.keep(account, standing)?;
        Ok(Activation {
            state: self.license_state(plan_ids)?,
            notices: answer.notices,
            signed_out_devices: answer.signed_out_devices,
        })
    }

    fn signed_out(&self, account: &Account, refusal: Error, plan_ids: &[&str]) -> Result<Activation, Error> {
        self.keep(account, Standing::SignedOut)?;
        let (message, remedy) = match refusal {
            Error::Refused { detail, remedy, .. } => (detail, remedy),
            other => (other.to_string(), other.remedy().to_owned()),
        };
        Ok(Activation {
            state: self.license_state(plan_ids)?,
            notices: vec![Notice {
                code: NoticeCode::ProductDeactivated,
                message,
                remedy,
            }],
            signed_out_devices: Vec::new(),
        })
    }

    fn keep(&self, account: &Account, standing: Standing) -> Result<(), Error> {
        self.update(|state| {
            if let Some(stored) = state.account_mut(&account.id) {
                stored.standing = Some(standing);
            }
            Ok(())
        })
    }

    /// Believes a received document only when the server's keys signed it for this user and device.
    async fn check_document(&self, account: &Account, jws: &str) -> Result<(), Error> {
        let state = self.load()?;
        let document = match verify(jws, &self.keys(&state)) {
            Err(VerifyError::UnknownKey { .. }) if self.pinned.is_none() => {
                let jwks: Value = self.get(KEYS_DOOR).await?;
                let keys = VerifyingKeys::from_jwks(&jwks.to_string()).map_err(|e| Error::Untrusted(e.to_string()))?;
                let document = verify(jws, &keys)?;
                self.update(|state| {
                    state.jwks = Some(jwks);
                    Ok(())
                })?;
                document
            }
            result => result?,
        };
        if !belongs(&document, account, &self.device_id()?) {
            return Err(Error::Untrusted("it is for another user or device".to_owned()));
        }
        Ok(())
    }

    fn read_document(&self, state: &State, jws: &str) -> Option<LicenseDocument> {
        let account = &state.current_account()?.account;
        let document = verify(jws, &self.keys(state)).ok()?;
        belongs(&document, account, state.device_id.as_deref()?).then_some(document)
    }

    fn keys(&self, state: &State) -> VerifyingKeys {
        if let Some(pinned) = &self.pinned {
            return pinned.clone();
        }
        let cached = state.jwks.as_ref().map(Value::to_string);
        cached
            .and_then(|text| VerifyingKeys::from_jwks(&text).ok())
            .unwrap_or_default()
    }
}

fn belongs(document: &LicenseDocument, account: &Account, device_id: &str) -> bool {
    document.sub.eq_ignore_ascii_case(&account.user_id) && document.device.eq_ignore_ascii_case(device_id)
}

/// The server's machine time, reckoned from how long ago the document arrived on this machine's clock: a clock that is
/// merely wrong, by however much, then neither shortens nor prolongs the license.
fn server_time(document: &LicenseDocument, received_at: i64, now: Timestamp) -> Timestamp {
    let elapsed = now.as_second().saturating_sub(received_at);
    let second = document.sys.saturating_add(elapsed);
    Timestamp::from_second(second).unwrap_or(if elapsed < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn why_unlicensed(notices: &[NoticeCode]) -> ReducedReason {
    let lapsed = notices
        .iter()
        .any(|code| matches!(code, NoticeCode::SubscriptionDisabled | NoticeCode::SubscriptionExpired));
    if lapsed {
        ReducedReason::SubscriptionDisabled
    } else {
        ReducedReason::Unlicensed
    }
}
