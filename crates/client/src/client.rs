use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aktiver_license::VerifyingKeys;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::clock::Clock;
use crate::error::{Error, StoreError};
use crate::http::{self, Answer};
use crate::model::{Account, UserInformation};
use crate::sign_in::TokenAnswer;
use crate::store::{Secret, State, Store};

/// The public client that every installation of the server registers: device code allowed, no secret.
pub const WELL_KNOWN_CLIENT_ID: &str = "7d1f3e52-6f0b-4c52-9c0e-3a5b1f2d4e61";
/// What the app asks for when someone signs in.
pub const SCOPE: &str = "openid profile offline_access User.Read";

/// An access token is replaced this long before it expires.
const EARLY: SignedDuration = SignedDuration::from_secs(60);

struct AccessToken {
    token: Secret,
    expires_at: Timestamp,
}

struct Inner {
    base_url: String,
    client_id: String,
    store: Box<dyn Store>,
    clock: Box<dyn Clock>,
    http: reqwest::Client,
    /// By account id. Held while refreshing, so that a refresh token is used once.
    tokens: tokio::sync::Mutex<HashMap<String, AccessToken>>,
    /// Held from load to save.
    saving: Mutex<()>,
    offline: AtomicBool,
}

/// One installation of an app at one server. Clones share everything.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    pub(crate) pinned: Option<VerifyingKeys>,
    pub(crate) viewer: bool,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base_url)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at `base_url` (`https://license.example.com`). Asks nothing of it yet.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the URL is not http or https, or TLS cannot be set up.
    pub fn new(base_url: &str, client_id: &str, store: impl Store, clock: impl Clock) -> Result<Self, Error> {
        let wrong = |why: &str| {
            Error::Configuration(format!(
                "the server address `{base_url}` {why}; give one like https://license.example.com"
            ))
        };
        let parsed = url::Url::parse(base_url).map_err(|e| wrong(&format!("is no URL ({e})")))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(wrong("is not an http or https address"));
        }
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(wrong("has a query or fragment"));
        }
        let inner = Inner {
            base_url: parsed.as_str().trim_end_matches('/').to_owned(),
            client_id: client_id.to_owned(),
            store: Box::new(store),
            clock: Box::new(clock),
            http: http::client()?,
            tokens: tokio::sync::Mutex::default(),
            saving: Mutex::default(),
            offline: AtomicBool::new(false),
        };
        Ok(Self {
            inner: Arc::new(inner),
            pinned: None,
            viewer: false,
        })
    }

    /// Trusts these keys alone instead of those the server publishes, which then are never fetched.
    #[must_use]
    pub fn with_pinned_keys(mut self, keys: VerifyingKeys) -> Self {
        self.pinned = Some(keys);
        self
    }

    /// Viewer mode, by policy: view and print without a license, whoever is signed in.
    #[must_use]
    pub fn with_viewer_mode(mut self, viewer: bool) -> Self {
        self.viewer = viewer;
        self
    }

    /// "Work offline": while on, every request fails with [`Error::Offline`] without being sent.
    pub fn set_offline(&self, offline: bool) {
        self.inner.offline.store(offline, Ordering::Relaxed);
    }

    /// Everyone signed in here, in order of first sign-in.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        let state = self.load()?;
        Ok(state.accounts.into_iter().map(|s| s.account).collect())
    }

    /// The account in use.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn current_account(&self) -> Result<Option<Account>, Error> {
        let state = self.load()?;
        Ok(state.current_account().map(|s| s.account.clone()))
    }

    /// Puts another signed-in account to use, by its id or user principal name (SW-01). From now on its license
    /// decides (SW-02).
    ///
    /// # Errors
    /// [`Error::UnknownAccount`] when it is not signed in here; [`Error::Store`].
    pub fn switch_account(&self, id: &str) -> Result<Account, Error> {
        self.update(|state| {
            let found = state
                .accounts
                .iter()
                .map(|s| &s.account)
                .find(|account| account.id == id || account.user_principal_name.eq_ignore_ascii_case(id));
            let Some(account) = found.cloned() else {
                return Err(Error::UnknownAccount { account: id.to_owned() });
            };
            state.current = Some(account.id.clone());
            Ok(account)
        })
    }

    /// Forgets the account in use, with its tokens and license. Nobody is in use afterwards, though others stay
    /// signed in. The device keeps its place in the user's list; see [`Client::sign_out_device`].
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], [`Error::Store`].
    pub fn sign_out(&self) -> Result<(), Error> {
        self.update(|state| {
            let id = state.current.take().ok_or(Error::NotSignedIn)?;
            state.accounts.retain(|stored| stored.account.id != id);
            Ok(())
        })
    }

    /// Forgets every account and license, the first steps of the repair order (SW-03, SW-04). The device id stays.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn sign_out_all(&self) -> Result<(), Error> {
        self.update(|state| {
            *state = State {
                device_id: state.device_id.take(),
                ..State::default()
            };
            Ok(())
        })
    }

    /// Asks the directory who is signed in, and remembers a changed name.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], [`Error::SignInRequired`], and those of the network.
    pub async fn user_information(&self) -> Result<UserInformation, Error> {
        let account = self.require_account()?;
        let user: UserInformation = self.call(&account, Method::GET, "/v1.0/me", None).await?.success()?;
        self.update(|state| {
            if let Some(stored) = state.account_mut(&account.id) {
                stored.account.user_principal_name.clone_from(&user.user_principal_name);
                if let Some(name) = &user.display_name {
                    stored.account.name.clone_from(name);
                }
            }
            Ok(())
        })?;
        Ok(user)
    }

    /// The id of this installation, made at first need.
    ///
    /// # Errors
    /// [`Error::Store`]; [`Error::Configuration`] when the system gives no randomness.
    pub fn device_id(&self) -> Result<String, Error> {
        if let Some(id) = self.load()?.device_id {
            return Ok(id);
        }
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|e| Error::Configuration(format!("the system gives no randomness: {e}")))?;
        let made = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
        self.update(|state| Ok(state.device_id.get_or_insert(made).clone()))
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.inner.client_id
    }

    pub(crate) fn require_account(&self) -> Result<Account, Error> {
        self.current_account()?.ok_or(Error::NotSignedIn)
    }

    pub(crate) fn load(&self) -> Result<State, Error> {
        let state = self.inner.store.load()?;
        match &state.server {
            Some(found) if *found != self.inner.base_url && !state.accounts.is_empty() => {
                Err(StoreError::OtherServer {
                    expected: self.inner.base_url.clone(),
                    found: found.clone(),
                }
                .into())
            }
            _ => Ok(state),
        }
    }

    /// Changes the state; saves it unless the change fails.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> Result<T, Error>) -> Result<T, Error> {
        let _held = self.inner.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.load()?;
        let result = change(&mut state)?;
        state.server = Some(self.inner.base_url.clone());
        self.inner.store.save(&state)?;
        Ok(result)
    }

    fn request(&self, method: Method, path: &str) -> Result<reqwest::RequestBuilder, Error> {
        if self.inner.offline.load(Ordering::Relaxed) {
            return Err(Error::Offline {
                detail: "the app is set to work offline".to_owned(),
            });
        }
        let url = format!("{}{path}", self.inner.base_url);
        Ok(self.inner.http.request(method, url))
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let request = self.request(Method::GET, path)?;
        http::send(request, path).await?.success()
    }

    pub(crate) async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, Error> {
        let request = self.request(Method::POST, path)?.form(form);
        http::send(request, path).await
    }

    /// A call in the name of `account`. A token the server no longer takes is renewed once.
    pub(crate) async fn call(
        &self,
        account: &Account,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        let mut answer = self.call_once(account, method.clone(), path, body).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            self.inner.tokens.lock().await.remove(&account.id);
            answer = self.call_once(account, method, path, body).await?;
        }
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(Error::SignInRequired {
                account: account.user_principal_name.clone(),
                detail: answer.refusal().to_string(),
            });
        }
        Ok(answer)
    }

    async fn call_once(
        &self,
        account: &Account,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        let token = self.access_token(account).await?;
        let mut request = self.request(method, path)?.bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        http::send(request, path).await
    }

    async fn access_token(&self, account: &Account) -> Result<String, Error> {
        let mut tokens = self.inner.tokens.lock().await;
        if let Some(known) = tokens.get(&account.id)
            && self.clock().now() < known.expires_at
        {
            return Ok(known.token.0.clone());
        }
        let answer = self.refresh(account).await?;
        let fresh = self.access_token_of(&answer);
        let token = fresh.token.0.clone();
        tokens.insert(account.id.clone(), fresh);
        Ok(token)
    }

    /// Trades the refresh token for new tokens. When another app on the same state was faster, its refresh
    /// token is tried before the user is bothered.
    async fn refresh(&self, account: &Account) -> Result<TokenAnswer, Error> {
        let mut tried: Option<Secret> = None;
        loop {
            let state = self.load()?;
            let stored = state.accounts.iter().find(|s| s.account.id == account.id);
            let Some(refresh_token) = stored.map(|s| s.refresh_token.clone()) else {
                return Err(Error::NotSignedIn);
            };
            let form = [
                ("grant_type", "refresh_token"),
                ("client_id", self.client_id()),
                ("refresh_token", &refresh_token.0),
                ("scope", SCOPE),
            ];
            let answer = self.post_form(crate::sign_in::TOKEN_DOOR, &form).await?;
            if answer.status.is_success() {
                let answer: TokenAnswer = answer.success()?;
                if let Some(rotated) = &answer.refresh_token {
                    self.update(|state| {
                        if let Some(stored) = state.account_mut(&account.id) {
                            stored.refresh_token = rotated.clone();
                        }
                        Ok(())
                    })?;
                }
                return Ok(answer);
            }
            match answer.oauth_error() {
                Some((error, detail)) if matches!(error.as_str(), "invalid_grant" | "interaction_required") => {
                    let changed = self
                        .load()?
                        .accounts
                        .iter()
                        .any(|s| s.account.id == account.id && s.refresh_token != refresh_token);
                    if changed && tried.is_none() {
                        tried = Some(refresh_token);
                        continue;
                    }
                    return Err(Error::SignInRequired {
                        account: account.user_principal_name.clone(),
                        detail,
                    });
                }
                _ => return Err(answer.refusal()),
            }
        }
    }

    pub(crate) async fn remember_token(&self, account: &Account, answer: &TokenAnswer) {
        let token = self.access_token_of(answer);
        self.inner.tokens.lock().await.insert(account.id.clone(), token);
    }

    fn access_token_of(&self, answer: &TokenAnswer) -> AccessToken {
        let lifetime = SignedDuration::from_secs(i64::from(answer.expires_in));
        let now = self.clock().now();
        AccessToken {
            token: answer.access_token.clone(),
            expires_at: now.checked_add(lifetime.saturating_sub(EARLY)).unwrap_or(now),
        }
    }
}
