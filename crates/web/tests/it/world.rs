//! A vendor with a customer on a fresh database, and browsers that fill in its pages as people do.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aktiver_service::billing::NewMethod;
use aktiver_service::domain::calendar::Term;
use aktiver_service::domain::catalog::{AppliesTo, Plan, Product};
use aktiver_service::domain::ids::{OperatorId, OrganizationId, PlanId, ProductId};
use aktiver_service::domain::money::Currency;
use aktiver_service::domain::policy::Channel;
use aktiver_service::domain::role::Role;
use aktiver_service::domain::{Entropy, Money, Timestamp};
use aktiver_service::keys::{self, NewBatch};
use aktiver_service::organizations::{NewAdmin, NewOrganization};
use aktiver_service::ports::{
    AttachError, AttachedCard, ChargeOutcome, ChargeRequest, Clock, Gateway, GatewayUnreachable, NewCard, ObjectFiles,
};
use aktiver_service::subscriptions::{self, Provision, SubscriptionView};
use aktiver_service::users::{NewUser, User};
use aktiver_service::{Actor, App, Config, Ctx, Parts, billing, catalog, operators, organizations, users};
use aktiver_storage::engine::{Database, DatabaseUrl, Durability, Options};
use aktiver_storage::secrets::RootKey;
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::SignedDuration;
use scraper::{ElementRef, Html, Selector};
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::{Answer, check_page};

pub const PASSWORD: &str = "Blåbær#2026";

struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let next = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            let mixed = (next ^ (next >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = mixed.to_be_bytes()[0];
        }
    }
}

#[derive(Default)]
struct Files(Mutex<BTreeMap<String, Vec<u8>>>);

#[async_trait]
impl ObjectFiles for Files {
    async fn put(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().insert(key.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn open(&self, key: &str) -> io::Result<Box<dyn tokio::io::AsyncRead + Send + Unpin>> {
        let found = self.0.lock().unwrap().get(key).cloned();
        Ok(Box::new(io::Cursor::new(found.ok_or(io::ErrorKind::NotFound)?)))
    }
}

/// Cards ending in 0341 are declined when charged; all others pay.
#[derive(Default)]
struct Pretended;

#[async_trait]
impl Gateway for Pretended {
    async fn attach(&self, card: &NewCard, _: Timestamp) -> Result<AttachedCard, AttachError> {
        let digits: String = card.number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 16 {
            return Err(AttachError::Invalid { field: "number" });
        }
        if card.expiry.len() != 5 {
            return Err(AttachError::Invalid { field: "expiry" });
        }
        Ok(AttachedCard {
            reference: format!("card_{digits}"),
            brand: "Visa".to_owned(),
            last_four: digits[12..].to_owned(),
        })
    }

    async fn charge(&self, charge: &ChargeRequest) -> Result<ChargeOutcome, GatewayUnreachable> {
        Ok(if charge.reference.ends_with("0341") {
            ChargeOutcome::Declined {
                decline: "card_declined".to_owned(),
            }
        } else {
            ChargeOutcome::Succeeded {
                reference: format!("ch_{}", charge.id),
            }
        })
    }

    async fn refund(&self, _: &ChargeRequest, _: &str) -> Result<(), GatewayUnreachable> {
        Ok(())
    }
}

/// A customer of the vendor.
pub struct Customer {
    pub id: OrganizationId,
    pub admin: User,
    pub domain: String,
}

pub struct World {
    pub app: App,
    pub router: Router,
    pub operator: Actor,
    pub fjordvik: Customer,
    pub suite: Product,
    clock: Arc<HandClock>,
    _folder: tempfile::TempDir,
}

pub const OFFICE: &str = "43de0ff5-c92c-492b-9116-175376d08c38";

fn plan(id: &str, name: &str) -> Plan {
    Plan {
        id: PlanId::parse(id).unwrap(),
        name: name.to_uppercase().replace(' ', "_"),
        friendly_name: name.to_owned(),
        applies_to: AppliesTo::User,
        prohibited_in: BTreeSet::new(),
        requires: Vec::new(),
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            durability: Durability::TestsOnly,
            max_connections: 8,
            ..Options::default()
        };
        let url = DatabaseUrl::sqlite(folder.path().join("aktiver.db"));
        let database = Database::connect(&url, &options).await.unwrap();
        database.migrate().await.unwrap();
        let begin: Timestamp = "2026-01-15T10:00:00Z".parse().unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(begin.as_microsecond())));
        let app = App::start(Parts {
            database,
            clock: clock.clone(),
            entropy: Arc::new(Seeded(AtomicU64::new(7))),
            invoice: Arc::new(Pretended),
            sandbox: Arc::new(Pretended),
            files: Arc::new(Files::default()),
            root_key: RootKey::from_bytes([9; 32]),
            config: Config {
                server_domain: "aktiver.test".to_owned(),
                public_url: Some("https://aktiver.test".to_owned()),
                open_setup: true,
                sandbox_setup: true,
            },
        })
        .await
        .unwrap();
        let operator = Actor::Operator {
            id: OperatorId::from_uuid(Uuid::from_u128(1)),
            name: "Vera Vendor".to_owned(),
        };
        operators::create(&app, "vera", PASSWORD).await.unwrap();
        let suite = Product {
            id: ProductId::from_uuid(Uuid::from_u128(0xe3)),
            part_number: "SUITE_E3".to_owned(),
            name: "Contoso Suite E3".to_owned(),
            plans: vec![
                PlanId::parse(OFFICE).unwrap(),
                PlanId::parse("57ff2da0-773e-42df-b2af-ffb7a2317929").unwrap(),
            ],
            maximum_quantity: Some(300),
            end_of_sale: false,
        };
        let plans = vec![
            plan(OFFICE, "Desktop apps"),
            plan("57ff2da0-773e-42df-b2af-ffb7a2317929", "Meetings"),
        ];
        catalog::put(&app, &operator, vec![suite.clone()], plans).await.unwrap();
        catalog::set_standard_rules(&app, &operator).await.unwrap();
        let unit = Money::new(120_000, Currency::NOK);
        billing::set_price(&app, &operator, suite.id, Term::Year, unit)
            .await
            .unwrap();
        let fjordvik = customer(&app, &operator, "Fjordvik", "Kari Dahl").await;
        Self {
            router: aktiver_web::router(app.clone()),
            app,
            operator,
            fjordvik,
            suite,
            clock,
            _folder: folder,
        }
    }

    pub fn pass_days(&self, days: i64) {
        let now = self
            .clock
            .now()
            .checked_add(SignedDuration::from_hours(24 * days))
            .unwrap();
        self.clock.0.store(now.as_microsecond(), Ordering::SeqCst);
    }

    pub async fn another(&self, name: &str) -> Customer {
        customer(&self.app, &self.operator, name, "Other Admin").await
    }

    pub async fn acting(&self, customer: &Customer) -> Ctx {
        self.app
            .context(self.operator.clone(), customer.id, Uuid::nil())
            .await
            .unwrap()
    }

    pub async fn person(&self, local: &str, name: &str, roles: &[Role]) -> User {
        let ctx = self.acting(&self.fjordvik).await;
        let new = NewUser {
            user_principal_name: format!("{local}@{}", self.fjordvik.domain),
            display_name: name.to_owned(),
            password: Some(PASSWORD.to_owned()),
            account_enabled: true,
            usage_location: Some("NO".to_owned()),
            ..NewUser::default()
        };
        let user = users::create(&self.app, &ctx, new).await.unwrap();
        for role in roles {
            users::give_role(&self.app, &ctx, user.id, *role).await.unwrap();
        }
        user
    }

    /// Sells Fjordvik a year of the suite, paid, recurring billing off.
    pub async fn sell(&self, channel: Channel, quantity: u32) -> SubscriptionView {
        let ctx = self.acting(&self.fjordvik).await;
        let method = if channel.is_partner() {
            None
        } else {
            let card = NewCard {
                number: "4000 0000 0000 1881".to_owned(),
                expiry: "12/29".to_owned(),
                security_code: None,
                holder: "Kari Dahl".to_owned(),
                country: "NO".to_owned(),
            };
            Some(
                billing::add_method(&self.app, &ctx, NewMethod::SandboxCard(card))
                    .await
                    .unwrap()
                    .id,
            )
        };
        let partner = channel.is_partner().then(|| "Nordlys Partner AS".to_owned());
        let sale = Provision {
            product: self.suite.id,
            channel,
            term: Term::Year,
            quantity,
            recurring: Some(false),
            payment_method: method,
            seller: partner,
            parent: None,
            starts: None,
            pending: false,
        };
        subscriptions::provision(&self.app, &ctx, sale).await.unwrap()
    }

    pub async fn keys(&self, count: u64, quantity: u32, country: Option<&str>) -> Vec<String> {
        let batch = NewBatch {
            product: self.suite.id,
            quantity,
            term: Term::Year,
            country: country.map(str::to_owned),
            redeem_by: None,
            label: "Test".to_owned(),
            count,
        };
        let batch = keys::create_batch(&self.app, &self.operator, batch).await.unwrap();
        keys::keys_of(&self.app, &self.operator, &batch)
            .unwrap()
            .map(|key| key.to_string())
            .collect()
    }

    /// A browser that has signed in.
    pub async fn browser(&self, name: &str) -> Browser {
        let mut browser = self.visitor();
        browser.get("/sign-in").await;
        browser
            .submit("main form", &[("name", name), ("password", PASSWORD)])
            .await;
        assert_eq!(browser.page.status, StatusCode::OK, "{}", browser.page.body);
        browser
    }

    pub async fn admin(&self) -> Browser {
        self.browser(&self.fjordvik.admin.user_principal_name).await
    }

    pub async fn vera(&self) -> Browser {
        self.browser("vera").await
    }

    pub fn visitor(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            language: "en",
            path: "/".to_owned(),
            set_cookies: Vec::new(),
            page: Answer {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                body: String::new(),
            },
        }
    }
}

async fn customer(app: &App, operator: &Actor, name: &str, admin: &str) -> Customer {
    let new = NewOrganization {
        name: format!("{name} AS"),
        country: "NO".to_owned(),
        domain: Some(name.to_lowercase()),
        sandbox: true,
        admin: NewAdmin {
            display_name: admin.to_owned(),
            user_name: "kari".to_owned(),
            password: Some(PASSWORD.to_owned()),
            mail: Some("kari@fjordvik.example".to_owned()),
        },
    };
    let created = organizations::create(app, operator, new).await.unwrap();
    let domain = created.admin.user_principal_name.split_once('@').unwrap().1.to_owned();
    Customer {
        id: created.organization.id,
        admin: created.admin,
        domain,
    }
}

/// A browser without script: keeps cookies, follows redirects, fills in forms.
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
    /// Where it is.
    pub path: String,
    /// As the last answer set them.
    pub set_cookies: Vec<String>,
    pub page: Answer,
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

impl Browser {
    async fn send(&mut self, mut request: Request<Body>) {
        loop {
            self.path = request.uri().to_string();
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let headers = request.headers_mut();
            headers.insert("cookie", cookies.join("; ").parse().unwrap());
            headers.insert("accept-language", self.language.parse().unwrap());
            let response = self.router.clone().oneshot(request).await.unwrap();
            self.set_cookies = Vec::new();
            for cookie in response.headers().get_all("set-cookie") {
                let text = cookie.to_str().unwrap().to_owned();
                let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
                if text.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                self.set_cookies.push(text);
            }
            let (parts, body) = response.into_parts();
            if parts.status == StatusCode::SEE_OTHER {
                let location = parts.headers["location"].to_str().unwrap();
                let path = location.split('#').next().unwrap();
                request = Request::get(path).body(Body::empty()).unwrap();
                continue;
            }
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            let body = String::from_utf8_lossy(&bytes).into_owned();
            if parts
                .headers
                .get("content-type")
                .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"))
            {
                check_page(&self.path, &body);
            }
            self.page = Answer {
                status: parts.status,
                headers: parts.headers,
                body,
            };
            return;
        }
    }

    pub async fn get(&mut self, path: &str) -> &Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        &self.page
    }

    pub async fn post(&mut self, path: &str, pairs: &[(String, String)]) -> &Answer {
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await;
        &self.page
    }

    /// Fills in the first form that matches, and presses its first button.
    pub async fn submit(&mut self, form: &str, values: &[(&str, &str)]) -> &Answer {
        self.press(form, None, values).await
    }

    /// Fills in the first form that matches, and presses the button that sends `name=value`.
    pub async fn press(&mut self, form: &str, button: Option<(&str, &str)>, values: &[(&str, &str)]) -> &Answer {
        let (action, pairs) = {
            let html = self.page.html();
            let selector = Selector::parse(form).unwrap();
            let element = html
                .select(&selector)
                .find(|form| form.value().name() == "form")
                .unwrap_or_else(|| panic!("no form {form} on {}: {}", self.path, self.page.body));
            (
                element.value().attr("action").unwrap().to_owned(),
                filled(element, button, values),
            )
        };
        self.post(&action, &pairs).await
    }

    pub fn html(&self) -> Html {
        self.page.html()
    }

    /// What the elements that match say.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        crate::support::texts(&self.html(), selector)
    }

    /// Everything that the page's main part says.
    pub fn says(&self) -> String {
        self.texts("main").join(" ")
    }

    #[track_caller]
    pub fn sees(&self, text: &str) {
        let said = self.says();
        assert!(
            said.replace('\u{a0}', " ").contains(text),
            "{}: no {text:?} in: {said}",
            self.path
        );
    }

    pub fn links(&self) -> Vec<String> {
        crate::support::attributes(&self.html(), "main a", "href")
    }
}

fn filled(form: ElementRef<'_>, button: Option<(&str, &str)>, values: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let controls = Selector::parse("input, select, textarea").unwrap();
    for control in form.select(&controls) {
        let element = control.value();
        let Some(name) = element.attr("name") else { continue };
        let kind = element.attr("type").unwrap_or_default();
        if matches!(kind, "radio" | "checkbox") {
            let value = element.attr("value").unwrap_or("on");
            let own: Vec<&str> = values
                .iter()
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| *value)
                .collect();
            let ticked = if own.is_empty() {
                element.attr("checked").is_some()
            } else {
                own.contains(&value)
            };
            if ticked {
                pairs.push((name.to_owned(), value.to_owned()));
            }
            continue;
        }
        if kind != "hidden"
            && let Some((_, value)) = values.iter().find(|(key, _)| *key == name)
        {
            pairs.push((name.to_owned(), (*value).to_owned()));
            continue;
        }
        let value = if element.name() == "select" {
            let chosen = Selector::parse("option[selected]").unwrap();
            let first = Selector::parse("option").unwrap();
            let option = control.select(&chosen).next().or_else(|| control.select(&first).next());
            option
                .and_then(|option| option.value().attr("value"))
                .unwrap_or_default()
                .to_owned()
        } else if element.name() == "textarea" {
            control.text().collect()
        } else {
            element.attr("value").unwrap_or_default().to_owned()
        };
        pairs.push((name.to_owned(), value));
    }
    let pressed = match button {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => form
            .select(&Selector::parse("button[type=submit]").unwrap())
            .next()
            .and_then(|button| {
                Some((
                    button.value().attr("name")?.to_owned(),
                    button.value().attr("value")?.to_owned(),
                ))
            }),
    };
    pairs.extend(pressed);
    pairs
}
