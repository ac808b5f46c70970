//! What the story needs before its first sentence: a vendor, a catalog, and an organization with people.

use std::fs::File;
use std::path::Path;

use aktiver_service::{App, catalog, operators};
use serde_json::json;

use super::Step;
use super::browser::Browser;
use super::doors::{Caller, text};
use crate::demo::world;

/// Who and what the story is about.
pub struct Stage {
    pub base_url: String,
    /// What was set up, in a sentence.
    pub told: String,
    /// The vendor.
    pub operator: Caller,
    /// The organization's id.
    pub organization: String,
    /// The Global Administrator.
    pub admin: Person,
    /// Gets a license.
    pub emma: Person,
    /// Has none.
    pub jakob: Person,
    /// A program that may do everything on the Graph API.
    pub graph: Caller,
    /// The subscription that Emma's license comes from.
    pub subscription: String,
    /// The card that pays.
    pub card: String,
    /// An app as Emma and Jakob have it, from S-03 on.
    pub app: Option<super::apps::Writer>,
}

/// Somebody with a password.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub password: String,
}

/// The products of the story, with a price of one license in øre for a month and a year.
const PRODUCTS: [(&str, i64, i64); 4] = [
    ("O365_BUSINESS_PREMIUM", 13_500, 135_000),
    ("VISIOCLIENT", 16_000, 160_000),
    ("PROJECTPROFESSIONAL", 32_000, 320_000),
    ("EXCHANGESTANDARD", 4_500, 45_000),
];

impl Stage {
    /// Sets up vendor and organization; from the first request on over HTTP.
    ///
    /// # Errors
    /// What did not work.
    pub async fn set(app: &App, base_url: &str, file: Option<&Path>) -> Step<Self> {
        let (token, imported) = match file {
            None => {
                let vendor = world::vendor(app).await.map_err(|e| e.to_string())?;
                (vendor.token, "a small catalog of our own".to_owned())
            }
            Some(file) => import(app, file).await?,
        };
        let operator = Caller::new(base_url, &token);
        for (part_number, month, year) in PRODUCTS {
            let sku = sku(&operator, part_number).await?;
            for (term, minor) in [("P1M", month), ("P1Y", year)] {
                let price = json!({ "unit": { "minor": minor, "currency": "NOK" } });
                operator
                    .put(&format!("/api/v1/catalog/products/{sku}/prices/{term}"), price)
                    .await?;
            }
        }
        let new = json!({
            "name": "Fjordvik AS", "country": "NO", "sandbox": true,
            "administrator": { "displayName": "Kari Nordmann", "userName": "kari" },
        });
        let created = operator.post("/api/v1/organizations", new).await?;
        let organization = text(&created, "/id")?;
        let admin = Person {
            id: text(&created, "/administrator/id")?,
            name: text(&created, "/administrator/userPrincipalName")?,
            password: text(&created, "/administrator/password")?,
        };
        let client = json!({ "name": "Scripts", "scopes": ["Directory.ReadWrite.All"] });
        let client = operator
            .post(&format!("/api/v1/organizations/{organization}/clients"), client)
            .await?;
        let (id, secret) = (text(&client, "/id")?, text(&client, "/secret")?);
        let graph = Caller::client(base_url, organization.trim_start_matches("org_"), &id, &secret).await?;
        let domain = admin
            .name
            .split_once('@')
            .map(|(_, domain)| domain.to_owned())
            .unwrap_or_default();
        let emma = person(&graph, "Emma Solberg", "emma", &domain).await?;
        let jakob = person(&graph, "Jakob Moen", "jakob", &domain).await?;
        let mut stage = Self {
            base_url: base_url.to_owned(),
            told: format!("operator creates Fjordvik AS with three people and sells from {imported}"),
            operator,
            organization,
            admin,
            emma,
            jakob,
            graph,
            subscription: String::new(),
            card: String::new(),
            app: None,
        };
        stage.card = stage.add_card("4242424242424242").await?;
        stage.subscription = stage
            .sell("O365_BUSINESS_PREMIUM", "direct-classic", "P1M", 5, true)
            .await?;
        Ok(stage)
    }

    /// The vendor API's path below the organization.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}/{rest}", self.organization)
    }

    /// Adds a test card and gives its id.
    ///
    /// # Errors
    /// A decline.
    pub async fn add_card(&self, number: &str) -> Step<String> {
        let expiry = world::expiry(jiff::Timestamp::now());
        let card = json!({
            "type": "sandboxCard", "number": number, "expiry": expiry, "name": "Kari Nordmann", "country": "NO",
        });
        text(&self.operator.post(&self.path("payment-methods"), card).await?, "/id")
    }

    /// Sells a subscription that is paid with the good card, and gives its id.
    ///
    /// # Errors
    /// A refusal.
    pub async fn sell(
        &self,
        part_number: &str,
        channel: &str,
        term: &str,
        quantity: u32,
        recurring: bool,
    ) -> Step<String> {
        let mut sale = json!({
            "skuId": sku(&self.operator, part_number).await?, "channel": channel, "term": term, "quantity": quantity,
            "recurringBilling": recurring,
        });
        if channel.starts_with("direct") {
            sale["paymentMethodId"] = json!(self.card);
        } else {
            sale["seller"] = json!("Nordlys Partner AS");
        }
        text(&self.operator.post(&self.path("subscriptions"), sale).await?, "/id")
    }

    /// The phase of a subscription as the vendor API tells it.
    ///
    /// # Errors
    /// No such subscription.
    pub async fn phase(&self, id: &str) -> Step<String> {
        text(
            &self.operator.get(&self.path(&format!("subscriptions/{id}"))).await?,
            "/phase",
        )
    }

    /// Moves the organization's clock.
    ///
    /// # Errors
    /// A refusal.
    pub async fn advance(&self, by: &str) -> Step<()> {
        self.operator
            .post(&self.path("clock"), json!({ "advance": by }))
            .await
            .map(drop)
    }

    /// A browser in which the administrator is signed in, on a page.
    ///
    /// # Errors
    /// A wrong password.
    pub async fn admin_at(&self, path: &str) -> Step<Browser> {
        let mut browser = Browser::open(&self.base_url)?;
        browser.sign_in(&self.admin.name, &self.admin.password, path).await?;
        Ok(browser)
    }

    /// The Graph figures of a product: capability status, enabled, warning, suspended, consumed.
    ///
    /// # Errors
    /// It is not among the organization's products.
    pub async fn pool(&self, part_number: &str) -> Step<Figures> {
        let answer = self.graph.get("/v1.0/subscribedSkus").await?;
        let skus = answer["value"].as_array().cloned().unwrap_or_default();
        let found = skus.iter().find(|sku| sku["skuPartNumber"] == part_number);
        let found = found.ok_or_else(|| format!("{part_number} is not in subscribedSkus"))?;
        let units = &found["prepaidUnits"];
        Ok(Figures {
            status: text(found, "/capabilityStatus")?,
            enabled: units["enabled"].as_u64().unwrap_or(0),
            warning: units["warning"].as_u64().unwrap_or(0),
            suspended: units["suspended"].as_u64().unwrap_or(0),
            consumed: found["consumedUnits"].as_u64().unwrap_or(0),
        })
    }
}

/// A pool's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    pub status: String,
    pub enabled: u64,
    pub warning: u64,
    pub suspended: u64,
    pub consumed: u64,
}

/// A product's id by its part number.
///
/// # Errors
/// It is not sold.
pub async fn sku(operator: &Caller, part_number: &str) -> Step<String> {
    let found = operator
        .get(&format!("/api/v1/catalog/products?search={part_number}&limit=100"))
        .await?;
    let items = found["items"].as_array().cloned().unwrap_or_default();
    let product = items.iter().find(|product| product["skuPartNumber"] == part_number);
    text(
        product.ok_or_else(|| format!("{part_number} is not in the catalog"))?,
        "/skuId",
    )
}

async fn person(graph: &Caller, name: &str, user_name: &str, domain: &str) -> Step<Person> {
    let password = format!("{user_name}-Fjord-2026!");
    let new = json!({
        "accountEnabled": true, "displayName": name, "mailNickname": user_name,
        "userPrincipalName": format!("{user_name}@{domain}"), "usageLocation": "NO",
        "passwordProfile": { "password": password, "forceChangePasswordNextSignIn": false },
    });
    let created = graph.post("/v1.0/users", new).await?;
    Ok(Person {
        id: text(&created, "/id")?,
        name: text(&created, "/userPrincipalName")?,
        password,
    })
}

/// The command line's way of importing a catalog, with a fresh operator.
async fn import(app: &App, file: &Path) -> Step<(String, String)> {
    let said = |error: aktiver_service::Error| error.to_string();
    let password = aktiver_service::auth::generate_password(app);
    let actor = operators::actor(&operators::create(app, "operator", &password).await.map_err(said)?);
    let token = operators::create_token(app, &actor).await.map_err(said)?;
    let csv = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let options = catalog::ImportOptions {
        skip_invalid: false,
        dry_run: false,
    };
    let report = catalog::import(app, &actor, csv, options, &mut |_| {})
        .await
        .map_err(said)?;
    if let Some(problem) = report.problems.first() {
        return Err(format!("{}: line {}: {}", file.display(), problem.line, problem.text));
    }
    catalog::import_exclusive_groups(app, &actor, world::EXCLUSIVE.as_bytes())
        .await
        .map_err(said)?;
    catalog::set_standard_rules(app, &actor).await.map_err(said)?;
    world::releases(app, &actor).await.map_err(said)?;
    let notes = report.notes.len();
    let told = format!(
        "a catalog of {} products and {} service plans ({notes} notes)",
        report.products, report.plans
    );
    Ok((token, told))
}
