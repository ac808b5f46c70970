use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use aktiver_client::{Client, Clock, DeviceInfo, MemoryStore, Platform, WELL_KNOWN_CLIENT_ID};
use aktiver_license::{LicenseDocument, Schedule, ServicePlan, SigningKey, issue};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::{FakeClock, PLAN};

/// One user's answer from the licensing doors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Licensing {
    Licensed,
    Unlicensed(Option<&'static str>),
    SignedOut,
    UnknownDevice,
    Broken,
}

pub struct Shared {
    clock: Arc<FakeClock>,
    /// Errors of the next polls for a device code; then success.
    pub polls: VecDeque<(u16, &'static str)>,
    /// Who enters the next code.
    pub user: &'static str,
    pub licensing: HashMap<&'static str, Licensing>,
    pub key: SigningKey,
    /// Whom documents are issued for, when not the caller.
    pub subject: Option<&'static str>,
    refresh: HashMap<String, &'static str>,
    access: HashMap<String, &'static str>,
    serial: u32,
    /// Path and body of every request.
    pub log: Vec<(String, Value)>,
}

pub struct StandIn {
    pub url: String,
    pub clock: Arc<FakeClock>,
    pub store: MemoryStore,
    shared: Arc<Mutex<Shared>>,
}

type Handle = State<Arc<Mutex<Shared>>>;
type Fields = HashMap<String, String>;

impl StandIn {
    pub async fn start() -> Self {
        let clock = FakeClock::new();
        let shared = Arc::new(Mutex::new(Shared {
            clock: clock.clone(),
            polls: VecDeque::new(),
            user: "kari",
            licensing: HashMap::from([("kari", Licensing::Licensed)]),
            key: SigningKey::new("2026-1", [7; 32]),
            subject: None,
            refresh: HashMap::new(),
            access: HashMap::new(),
            serial: 0,
            log: Vec::new(),
        }));
        let organizations = Router::new()
            .route("/oauth2/v2.0/devicecode", post(device_code))
            .route("/oauth2/v2.0/token", post(token))
            .route("/discovery/v2.0/keys", get(keys));
        let device = Router::new()
            .route("/activate", post(|s, h, b| licensing("activate", s, h, b)))
            .route("/check-in", post(|s, h, b| licensing("check-in", s, h, b)))
            .route("/sign-out", post(|s, h, b| licensing("sign-out", s, h, b)))
            .route("/check", post(|s, h, b| licensing("check", s, h, b)));
        let app = Router::new()
            .nest("/organizations", organizations)
            .nest("/api/v1/device", device)
            .route("/v1.0/me", get(me))
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            clock,
            store: MemoryStore::default(),
            shared,
        }
    }

    pub fn client(&self) -> Client {
        let clock = self.clock.clone();
        Client::new(&self.url, WELL_KNOWN_CLIENT_ID, self.store.clone(), clock).unwrap()
    }

    /// A client with `user` signed in and activated.
    pub async fn activated(&self, user: &'static str) -> Client {
        let client = self.client();
        self.sign_in(&client, user).await;
        client.activate(&device(), &[PLAN]).await.unwrap();
        client
    }

    pub async fn sign_in(&self, client: &Client, user: &'static str) {
        self.shared().user = user;
        client.sign_in_with_device_code(|_| ()).await.unwrap();
    }

    pub fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    pub fn answer(&self, user: &'static str, licensing: Licensing) {
        self.shared().licensing.insert(user, licensing);
    }

    pub fn forget_access_tokens(&self) {
        self.shared().access.clear();
    }

    pub fn revoke_sign_ins(&self) {
        let mut shared = self.shared();
        shared.access.clear();
        shared.refresh.clear();
    }

    pub fn count(&self, path: &str) -> usize {
        let shared = self.shared();
        shared.log.iter().filter(|(p, _)| p == path).count()
    }
}

pub fn device() -> DeviceInfo {
    DeviceInfo::computer("kari-laptop", Platform::Linux)
}

impl Shared {
    fn tokens(&mut self, user: &'static str) -> Value {
        self.serial += 1;
        let serial = self.serial;
        let claims = json!({
            "oid": format!("{user}-id"), "tid": "org-id", "upn": format!("{user}@fjordvik.example"),
            "name": user, "serial": serial,
        });
        let access = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let refresh = format!("refresh-{serial}");
        self.access.insert(access.clone(), user);
        self.refresh.insert(refresh.clone(), user);
        json!({
            "token_type": "Bearer", "scope": "User.Read", "expires_in": 3600,
            "access_token": access, "refresh_token": refresh, "id_token": "e30.e30.c2ln",
        })
    }

    fn caller(&self, headers: &HeaderMap) -> Option<&'static str> {
        let token = headers.get("authorization")?.to_str().ok()?;
        self.access.get(token.strip_prefix("Bearer ")?).copied()
    }

    fn license(&self, user: &str, device: &str) -> String {
        let now = self.clock.now();
        let schedule = Schedule::online(now);
        let document = LicenseDocument {
            iss: "https://license.example.test".into(),
            sub: format!("{user}-id"),
            tid: "org-id".into(),
            upn: format!("{user}@fjordvik.example"),
            name: user.into(),
            organization: "Fjordvik AS".into(),
            device: device.into(),
            lid: "EWW-TEST".into(),
            plans: vec![ServicePlan {
                id: PLAN.into(),
                name: "OFFICESUBSCRIPTION".into(),
                sku: "SPE_E3".into(),
            }],
            notices: vec![],
            iat: now.as_second(),
            sys: now.as_second(),
            chk: schedule.check_in_by,
            warn: schedule.warn_from,
            exp: None,
        };
        issue(&document, &self.key).unwrap()
    }
}

fn problem(status: u16, code: &str) -> Response {
    let body = json!({
        "type": "about:blank", "title": "No", "status": status, "code": code,
        "detail": format!("refused as {code}"), "remedy": "Do something else.",
    });
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/problem+json")], body.to_string()).into_response()
}

fn oauth_error(status: u16, error: &str) -> Response {
    let body = json!({ "error": error, "error_description": format!("because {error}") });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

async fn device_code(State(shared): Handle, Form(form): Form<Fields>) -> Response {
    let mut shared = shared.lock().unwrap();
    shared.log.push(("devicecode".into(), json!(form)));
    Json(json!({
        "device_code": "secret-device-code", "user_code": "BCDF-GHJK", "interval": 5, "expires_in": 900,
        "verification_uri": "https://license.example.test/device",
        "verification_uri_complete": "https://license.example.test/device?code=BCDF-GHJK",
        "message": "Open the page and enter BCDF-GHJK.",
    }))
    .into_response()
}

async fn token(State(shared): Handle, Form(form): Form<Fields>) -> Response {
    let mut shared = shared.lock().unwrap();
    shared.log.push(("token".into(), json!(form)));
    if let Some(refresh_token) = form.get("refresh_token") {
        return match shared.refresh.remove(refresh_token) {
            Some(user) => Json(shared.tokens(user)).into_response(),
            None => oauth_error(400, "invalid_grant"),
        };
    }
    match shared.polls.pop_front() {
        Some((status, error)) => oauth_error(status, error),
        None => {
            let user = shared.user;
            Json(shared.tokens(user)).into_response()
        }
    }
}

async fn keys(State(shared): Handle) -> Json<Value> {
    let mut shared = shared.lock().unwrap();
    shared.log.push(("keys".into(), Value::Null));
    Json(shared.key.public_jwks())
}

async fn me(State(shared): Handle, headers: HeaderMap) -> Response {
    let shared = shared.lock().unwrap();
    match shared.caller(&headers) {
        Some(user) => Json(json!({
            "id": format!("{user}-id"), "userPrincipalName": format!("{user}@new.example"),
            "displayName": "Kari Nordmann", "businessPhones": [],
        }))
        .into_response(),
        None => (
            StatusCode::UNAUTHORIZED,
            Json(json!({"error": {"code": "InvalidAuthenticationToken", "message": "Expired."}})),
        )
            .into_response(),
    }
}

async fn licensing(door: &'static str, State(shared): Handle, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let mut shared = shared.lock().unwrap();
    shared.log.push((door.into(), body.clone()));
    let Some(user) = shared.caller(&headers) else {
        return problem(401, "TOKEN_INVALID");
    };
    let licensing = shared.licensing.get(user).copied();
    let licensing = licensing.unwrap_or(Licensing::Unlicensed(None));
    if door == "sign-out" {
        return StatusCode::NO_CONTENT.into_response();
    }
    if door == "check" {
        let allowed = licensing == Licensing::Licensed;
        return Json(json!({ "allowed": allowed, "until": null })).into_response();
    }
    let device = body["deviceId"].as_str().unwrap();
    match licensing {
        Licensing::UnknownDevice if door == "check-in" => problem(404, "DEVICE_NOT_FOUND"),
        Licensing::Licensed | Licensing::UnknownDevice => Json(json!({
            "state": "licensed", "license": shared.license(shared.subject.unwrap_or(user), device),
            "notices": [], "signedOutDevices": [{"id": "d-9", "name": "old-laptop"}],
        }))
        .into_response(),
        Licensing::Unlicensed(notice) => {
            let notices: Vec<Value> = notice
                .map(|code| json!({"code": code, "message": "Said so.", "remedy": "Ask."}))
                .into_iter()
                .collect();
            let body = json!({"state": "unlicensed", "license": null, "notices": notices});
            Json(body).into_response()
        }
        Licensing::SignedOut => problem(404, "DEVICE_SIGNED_OUT"),
        Licensing::Broken => problem(503, "DATABASE"),
    }
}
