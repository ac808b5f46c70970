use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::client::{Client, SCOPE};
use crate::error::Error;
use crate::model::{Account, DeviceCodePrompt};
use crate::store::{Secret, StoredAccount};

pub(crate) const TOKEN_DOOR: &str = "/organizations/oauth2/v2.0/token";
const DEVICE_CODE_DOOR: &str = "/organizations/oauth2/v2.0/devicecode";
const DEVICE_CODE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Seconds between polls when the server names none, and how much slower `slow_down` asks us to be (RFC 8628).
const INTERVAL: u64 = 5;

#[derive(Deserialize)]
struct DeviceCodeAnswer {
    device_code: Secret,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: u32,
    interval: Option<u32>,
    message: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    pub expires_in: u32,
}

/// The claims of the access token that name its owner.
#[derive(Deserialize)]
struct Owner {
    oid: String,
    tid: String,
    upn: String,
    name: Option<String>,
}

impl Client {
    /// Signs someone in on another screen: `show` gets the code to enter and where, then the server is asked at its
    /// pace until the user is done. The account is put to use; an account that was signed in already keeps its license.
    /// Dropping the future gives up.
    ///
    /// # Errors
    /// [`Error::CodeExpired`], [`Error::Declined`], and those of the network before a code was shown. A lost connection
    /// while waiting is borne until the code expires.
    pub async fn sign_in_with_device_code(&self, show: impl FnOnce(DeviceCodePrompt)) -> Result<Account, Error> {
        let form = [("client_id", self.client_id()), ("scope", SCOPE)];
        let code: DeviceCodeAnswer = self.post_form(DEVICE_CODE_DOOR, &form).await?.success()?;
        let start = self.clock().now();
        let expires_at = start
            .checked_add(SignedDuration::from_secs(i64::from(code.expires_in)))
            .unwrap_or(start);
        let message = code.message.unwrap_or_else(|| {
            format!(
                "To sign in, open {} and enter the code {}.",
                code.verification_uri, code.user_code
            )
        });
        show(DeviceCodePrompt {
            user_code: code.user_code,
            verification_uri: code.verification_uri,
            verification_uri_complete: code.verification_uri_complete,
            message,
            expires_in: u64::from(code.expires_in),
        });

        let form = [
            ("grant_type", DEVICE_CODE_GRANT),
            ("client_id", self.client_id()),
            ("device_code", &code.device_code.0),
        ];
        let mut interval = code.interval.map_or(INTERVAL, u64::from).max(1);
        loop {
            self.clock().wait(Duration::from_secs(interval)).await;
            if self.clock().now() >= expires_at {
                return Err(Error::CodeExpired);
            }
            let answer = match self.post_form(TOKEN_DOOR, &form).await {
                Ok(answer) => answer,
                Err(Error::Offline { .. }) => continue,
                Err(error) => return Err(error),
            };
            if answer.status.is_success() {
                return self.signed_in(answer.success()?).await;
            }
            match answer.oauth_error().as_ref().map(|(e, _)| e.as_str()) {
                Some("authorization_pending") => {}
                Some("slow_down") => interval = interval.saturating_add(INTERVAL),
                Some("expired_token") => return Err(Error::CodeExpired),
                Some("access_denied" | "authorization_declined") => return Err(Error::Declined),
                _ => match answer.refusal() {
                    error if error.is_temporary() => {}
                    error => return Err(error),
                },
            }
        }
    }

    async fn signed_in(&self, answer: TokenAnswer) -> Result<Account, Error> {
        let wrong = |detail: &str| Error::Protocol {
            door: TOKEN_DOOR.to_owned(),
            detail: detail.to_owned(),
        };
        let owner = read_owner(&answer.access_token.0)
            .ok_or_else(|| wrong("the access token does not name its owner (oid, tid, upn)"))?;
        let refresh_token = answer
            .refresh_token
            .clone()
            .ok_or_else(|| wrong("there is no refresh token"))?;
        let account = Account {
            id: format!("{}.{}", owner.oid, owner.tid),
            name: owner.name.unwrap_or_else(|| owner.upn.clone()),
            user_id: owner.oid,
            organization_id: owner.tid,
            user_principal_name: owner.upn,
        };
        self.update(|state| {
            if let Some(stored) = state.account_mut(&account.id) {
                stored.account = account.clone();
                stored.refresh_token = refresh_token;
            } else {
                state.accounts.push(StoredAccount {
                    account: account.clone(),
                    refresh_token,
                    standing: None,
                });
            }
            state.current = Some(account.id.clone());
            Ok(())
        })?;
        self.remember_token(&account, &answer).await;
        Ok(account)
    }
}

/// Reads the claims without checking the signature: the token came straight from the server that checks it, and
/// decides nothing here but what the account is called.
fn read_owner(token: &str) -> Option<Owner> {
    let claims = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice(&bytes).ok()
}
