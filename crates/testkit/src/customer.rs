//! A customer of the vendor, and what tests do for one.

use std::collections::BTreeSet;

use aktiver_domain::ids::{OrganizationId, ProductId, UserId};
use aktiver_domain::role::Scope;
use aktiver_service::organizations::{NewAdmin, NewOrganization};
use aktiver_service::users::NewUser;
use aktiver_service::{Actor, Ctx, clients, licensing, organizations, tokens, users};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Answer, TestServer};

/// A sandbox organization with an administrator and a program that may do everything.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: OrganizationId,
    pub domain: String,
    pub admin: Person,
    client: (String, String),
}

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub user_principal_name: String,
    pub password: String,
}

impl Customer {
    /// Its part of the vendor API: `/api/v1/organizations/ID` and what follows.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}{rest}", self.id)
    }
}

impl TestServer {
    /// A new customer in Norway.
    ///
    /// # Panics
    /// When the service refuses.
    pub async fn customer(&self, name: &str) -> Customer {
        let new = NewOrganization {
            name: name.to_owned(),
            country: "NO".to_owned(),
            domain: None,
            sandbox: true,
            admin: NewAdmin {
                display_name: "Kari Nordmann".to_owned(),
                user_name: "kari".to_owned(),
                password: None,
                mail: None,
            },
        };
        let created = organizations::create(&self.app, &self.vendor.actor, new)
            .await
            .expect("an organization");
        let name = created.admin.user_principal_name.clone();
        let domain = name.split_once('@').expect("a sign-in name").1.to_owned();
        let ctx = self
            .app
            .context_of(self.vendor.actor.clone(), created.organization.clone(), Uuid::nil());
        let scopes = BTreeSet::from([
            Scope::DirectoryReadWriteAll,
            Scope::UserReadWriteAll,
            Scope::OrganizationReadWriteAll,
            Scope::LicenseAssignmentReadWriteAll,
        ]);
        let client = clients::create(&self.app, &ctx, "Tests", scopes)
            .await
            .expect("a client");
        Customer {
            id: created.organization.id,
            domain,
            admin: Person {
                id: created.admin.id,
                user_principal_name: name,
                password: created.password.expect("a password was made"),
            },
            client: (client.client.id.to_string(), client.secret),
        }
    }

    /// The context of the vendor's operator in an organization.
    ///
    /// # Panics
    /// When there is no such organization.
    pub async fn operator(&self, customer: &Customer) -> Ctx {
        self.app
            .context(self.vendor.actor.clone(), customer.id, Uuid::nil())
            .await
            .expect("a context")
    }

    /// A new person of a customer, with a usage location.
    ///
    /// # Panics
    /// When the service refuses.
    pub async fn person(&self, customer: &Customer, local: &str) -> Person {
        let password = "Blåbær#2026".to_owned();
        let new = NewUser {
            user_principal_name: format!("{local}@{}", customer.domain),
            display_name: format!("{local} Nordmann"),
            mail_nickname: local.to_owned(),
            password: Some(password.clone()),
            account_enabled: true,
            usage_location: Some("NO".to_owned()),
            ..NewUser::default()
        };
        let user = users::create(&self.app, &self.operator(customer).await, new)
            .await
            .expect("a user");
        Person {
            id: user.id,
            user_principal_name: user.user_principal_name,
            password,
        }
    }

    /// A fresh access token of the customer's program, from the token door. It is good for an hour.
    ///
    /// # Panics
    /// When the door refuses.
    pub async fn graph_token(&self, customer: &Customer) -> String {
        let url = format!("{}/{}/oauth2/v2.0/token", self.base_url, customer.id);
        let (client, secret) = &customer.client;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let body = self.send(self.http.post(url).form(&form)).await.ok();
        body["access_token"].as_str().expect("an access token").to_owned()
    }

    /// Asks the Graph API as the customer's program.
    pub async fn graph(&self, customer: &Customer, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let token = self.graph_token(customer).await;
        self.call(method, path, &token, body).await
    }

    /// The id of a product of the catalog.
    ///
    /// # Panics
    /// When there is none of that part number.
    pub async fn sku(&self, part_number: &str) -> ProductId {
        let catalog = licensing::catalog(&self.app).await.expect("a catalog");
        catalog.by_part_number(part_number).expect("a product").id
    }

    /// Sells a subscription for a year, as the vendor; gives it as the vendor API shows it.
    ///
    /// # Panics
    /// When the door refuses.
    pub async fn sell(&self, customer: &Customer, part_number: &str, quantity: u32) -> Value {
        let body = json!({ "skuId": self.sku(part_number).await.to_string(), "term": "P1Y", "quantity": quantity });
        self.vendor_post(&customer.path("/subscriptions"), body).await.ok()
    }

    /// Assigns one product to one person through the Graph API.
    ///
    /// # Panics
    /// When the door refuses.
    pub async fn assign(&self, customer: &Customer, person: &Person, part_number: &str) {
        let sku = self.sku(part_number).await.to_string();
        let body = json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": [] }], "removeLicenses": [] });
        let path = format!("/v1.0/users/{}/assignLicense", person.id);
        let _ = self.graph(customer, Method::POST, &path, Some(&body)).await.ok();
    }

    /// Approves the code that an app shows, as a person at a browser would.
    ///
    /// # Panics
    /// When there is no such code.
    pub async fn approve(&self, customer: &Customer, person: &Person, user_code: &str) {
        let user = users::get(&self.app, &self.operator(customer).await, person.id)
            .await
            .expect("a user");
        let actor = Actor::User {
            id: person.id,
            name: user.display_name,
            roles: BTreeSet::new(),
            scopes: None,
        };
        let ctx = self
            .app
            .context(actor, customer.id, Uuid::nil())
            .await
            .expect("a context");
        tokens::approve_device(&self.app, &ctx, user_code)
            .await
            .expect("the code is open");
    }
}
