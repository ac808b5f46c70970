//! The demo's small world: a sandbox vendor, and Fjordvik AS with a year of history behind it.
//!
//! The history is lived, not painted: the organization's clock starts a year back and is advanced to today, so that every phase,
//! charge and audit record came about as it would have.

use std::collections::BTreeSet;

use aktiver_domain::calendar::{self, Term};
use aktiver_domain::catalog::Catalog;
use aktiver_domain::ids::{GroupId, OrganizationId, PaymentMethodId, ProductId, SubscriptionId, UserId};
use aktiver_domain::licensing::{AddLicense, LicenseRequest};
use aktiver_domain::money::{Currency, Money};
use aktiver_domain::policy::Channel;
use aktiver_domain::redemption::Choice;
use aktiver_domain::role::{Role, Scope};
use aktiver_domain::subscription::CancelWhen;
use aktiver_service::billing::NewMethod;
use aktiver_service::clock::Advance;
use aktiver_service::keys::NewBatch;
use aktiver_service::organizations::{NewAdmin, NewOrganization};
use aktiver_service::ports::NewCard;
use aktiver_service::subscriptions::{CancelCommand, Provision};
use aktiver_service::users::{NewUser, User};
use aktiver_service::{
    Actor, App, Ctx, Error, Result, billing, catalog, clients, clock, keys, licensing, operators, organizations,
    subscriptions, users,
};
use aktiver_storage::{group, organization};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

/// A small catalog of our own making, with the published ids.
const CATALOG: &str = include_str!("../../data/catalog.csv");
pub const EXCLUSIVE: &str = include_str!("../../data/exclusive.csv");

/// How far back the history begins.
const HISTORY_DAYS: i64 = 390;

/// People of Fjordvik AS after the first administrator: user name, name, role.
const PEOPLE: [(&str, &str, Option<Role>); 13] = [
    ("ola", "Ola Hansen", Some(Role::BillingAdministrator)),
    ("ingrid", "Ingrid Berg", Some(Role::LicenseAdministrator)),
    ("lars", "Lars Dahl", Some(Role::UserAdministrator)),
    ("nora", "Nora Lie", Some(Role::HelpdeskAdministrator)),
    ("emma", "Emma Solberg", None),
    ("jakob", "Jakob Moen", None),
    ("sofie", "Sofie Haugen", None),
    ("henrik", "Henrik Vik", None),
    ("astrid", "Astrid Strand", None),
    ("magnus", "Magnus Eide", None),
    ("thea", "Thea Bakke", None),
    ("sindre", "Sindre Holm", None),
    ("maja", "Maja Lund", None),
];

/// Price of one license in øre: product, month, year.
const PRICES: [(&str, i64, i64); 14] = [
    ("O365_BUSINESS_ESSENTIALS", 6_500, 65_000),
    ("O365_BUSINESS_PREMIUM", 13_500, 135_000),
    ("SPB", 24_000, 240_000),
    ("O365_BUSINESS", 11_000, 110_000),
    ("OFFICESUBSCRIPTION", 13_000, 130_000),
    ("STANDARDPACK", 9_000, 90_000),
    ("ENTERPRISEPACK", 25_000, 250_000),
    ("DESKLESSPACK", 4_500, 45_000),
    ("VISIOCLIENT", 16_000, 160_000),
    ("PROJECTPROFESSIONAL", 32_000, 320_000),
    ("EXCHANGESTANDARD", 4_500, 45_000),
    ("EMS", 11_500, 115_000),
    ("POWER_BI_PRO", 15_000, 150_000),
    ("MCOEV", 9_500, 95_000),
];

/// The vendor's side: what is sold, and by whom.
pub struct Vendor {
    pub actor: Actor,
    pub user: String,
    pub password: String,
    pub token: String,
}

/// Makes the operator and the built-in catalog with prices and downloads.
///
/// # Errors
/// Storage alone.
pub async fn vendor(app: &App) -> Result<Vendor> {
    let password = aktiver_service::auth::generate_password(app);
    let operator = operators::create(app, "operator", &password).await?;
    let actor = operators::actor(&operator);
    let token = operators::create_token(app, &actor).await?;
    let options = catalog::ImportOptions {
        skip_invalid: false,
        dry_run: false,
    };
    catalog::import(app, &actor, CATALOG.as_bytes(), options, &mut |_| {}).await?;
    catalog::import_exclusive_groups(app, &actor, EXCLUSIVE.as_bytes()).await?;
    catalog::set_standard_rules(app, &actor).await?;
    releases(app, &actor).await?;
    let known = licensing::catalog(app).await?;
    for (part_number, month, year) in PRICES {
        let product = product(&known, part_number)?;
        for (term, minor) in [(Term::Month, month), (Term::Year, year), (Term::ThreeYears, year * 3)] {
            billing::set_price(app, &actor, product, term, Money::new(minor, Currency::NOK)).await?;
        }
    }
    Ok(Vendor {
        actor,
        user: "operator".to_owned(),
        password,
        token,
    })
}

/// Gives every app that is downloaded a file for each of its platforms.
///
/// # Errors
/// The file store.
pub async fn releases(app: &App, actor: &Actor) -> Result<()> {
    for offered in &licensing::catalog(app).await?.apps {
        for platform in &offered.platforms {
            let ending = match platform.as_str() {
                "windows" => "exe",
                "macos" => "pkg",
                "android" => "apk",
                "ios" => "ipa",
                _ => "run",
            };
            let file = format!("{}-{platform}-16.0.{ending}", offered.id);
            catalog::put_release(
                app,
                actor,
                &offered.id,
                platform,
                "16.0",
                &file,
                &installer(&offered.name, platform),
            )
            .await?;
        }
    }
    Ok(())
}

/// Stands for an installer: a readable text, long enough that a cut-off download shows.
fn installer(name: &str, platform: &str) -> Vec<u8> {
    let line = format!("#!/bin/sh\n# {name} for {platform}: a demonstration file that installs nothing.\n");
    let mut bytes = line.into_bytes();
    for n in 0..4096_u32 {
        bytes.extend(format!("# {n:08}\n").into_bytes());
    }
    bytes
}

/// Fjordvik AS as it stands today, for the ready file.
pub struct Fjordvik {
    organization: organization::Organization,
    domain: String,
    users: Vec<(User, String, Vec<Role>)>,
    client: (String, String, Vec<Scope>),
    groups: Vec<(GroupId, String)>,
}

/// The product keys that the demo leaves unredeemed: part number, licenses, term.
const KEYS: [(&str, u32, Term); 4] = [
    ("O365_BUSINESS_PREMIUM", 5, Term::Year),
    ("POWER_BI_PRO", 3, Term::Year),
    ("O365_BUSINESS_ESSENTIALS", 5, Term::Month),
    ("SPB", 10, Term::Year),
];

/// Builds the demo's world; gives the ready file's content without `base_url`.
///
/// # Errors
/// Storage alone.
pub async fn build(app: &App) -> Result<Value> {
    let vendor = vendor(app).await?;
    let fjordvik = fjordvik(app, &vendor.actor).await?;
    let known = licensing::catalog(app).await?;
    let mut product_keys = Vec::new();
    for (part_number, quantity, term) in KEYS {
        for key in key_batch(app, &vendor.actor, &known, part_number, quantity, term, 2).await? {
            product_keys.push(json!({
                "key": key,
                "skuId": product(&known, part_number)?.to_string(),
                "skuPartNumber": part_number,
                "quantity": quantity,
                "term": term.as_str(),
            }));
        }
    }
    Ok(json!({
        "operator": { "user": vendor.user, "password": vendor.password, "token": vendor.token },
        "organizations": [fjordvik.ready(app, &vendor.actor).await?],
        "product_keys": product_keys,
    }))
}

/// Makes a batch and gives its keys.
///
/// # Errors
/// An unknown product.
pub async fn key_batch(
    app: &App,
    actor: &Actor,
    known: &Catalog,
    part_number: &str,
    quantity: u32,
    term: Term,
    count: u64,
) -> Result<Vec<String>> {
    let new = NewBatch {
        product: product(known, part_number)?,
        quantity,
        term,
        country: None,
        redeem_by: None,
        label: format!("{part_number} cards"),
        count,
    };
    let batch = keys::create_batch(app, actor, new).await?;
    Ok(keys::keys_of(app, actor, &batch)?.map(|key| key.to_string()).collect())
}

fn product(known: &Catalog, part_number: &str) -> Result<ProductId> {
    known
        .by_part_number(part_number)
        .map(|product| product.id)
        .ok_or(Error::NotFound("product"))
}

/// One organization whose past is being lived through.
struct Story<'a> {
    app: &'a App,
    actor: &'a Actor,
    organization: OrganizationId,
    known: std::sync::Arc<Catalog>,
    /// How many days of the history are left until today.
    days_left: i64,
}

impl Story<'_> {
    async fn ctx(&self) -> Result<Ctx> {
        self.app
            .context(self.actor.clone(), self.organization, Uuid::nil())
            .await
    }

    /// Goes on to the day that lies `days` before today.
    async fn until(&mut self, days: i64) -> Result<()> {
        let step = u32::try_from(self.days_left - days).unwrap_or(0);
        if step > 0 {
            clock::advance(self.app, &self.ctx().await?, Advance::Days(step)).await?;
            self.days_left = days;
        }
        Ok(())
    }

    async fn card(&self, number: &str, holder: &str) -> Result<PaymentMethodId> {
        let card = NewCard {
            number: number.to_owned(),
            expiry: expiry(self.app.system_now()),
            security_code: Some("123".to_owned()),
            holder: holder.to_owned(),
            country: "NO".to_owned(),
        };
        Ok(
            billing::add_method(self.app, &self.ctx().await?, NewMethod::SandboxCard(card))
                .await?
                .id,
        )
    }

    async fn sell(
        &self,
        part_number: &str,
        channel: Channel,
        term: Term,
        quantity: u32,
        sale: Sale,
    ) -> Result<SubscriptionId> {
        let ctx = self.ctx().await?;
        let provision = Provision {
            product: product(&self.known, part_number)?,
            channel,
            term,
            quantity,
            recurring: Some(sale.recurring),
            payment_method: sale.method,
            seller: sale.seller.map(str::to_owned),
            parent: None,
            starts: sale.starts_in.map(|days| calendar::plus_days(ctx.now, days)),
            pending: sale.pending,
        };
        Ok(subscriptions::provision(self.app, &ctx, provision)
            .await?
            .subscription
            .id)
    }

    async fn assign(&self, people: &[UserId], part_number: &str) -> Result<()> {
        let ctx = self.ctx().await?;
        let add = AddLicense {
            product: product(&self.known, part_number)?,
            disabled_plans: BTreeSet::new(),
        };
        let request = LicenseRequest {
            add: vec![add],
            remove: Vec::new(),
        };
        for person in people {
            licensing::assign(self.app, &ctx, *person, &request).await?;
        }
        Ok(())
    }
}

/// What sales differ in.
#[derive(Default)]
struct Sale {
    method: Option<PaymentMethodId>,
    recurring: bool,
    seller: Option<&'static str>,
    starts_in: Option<u32>,
    pending: bool,
}

/// `MM/YY` three years ahead, so that the demo's cards never expire while somebody looks.
#[must_use]
pub fn expiry(now: jiff::Timestamp) -> String {
    let then = calendar::plus_months(calendar::date(now), 36);
    format!("{:02}/{:02}", then.month(), then.year() % 100)
}

async fn fjordvik(app: &App, actor: &Actor) -> Result<Fjordvik> {
    let created = organizations::create(
        app,
        actor,
        NewOrganization {
            name: "Fjordvik AS".to_owned(),
            country: "NO".to_owned(),
            domain: Some("fjordvik".to_owned()),
            sandbox: true,
            admin: NewAdmin {
                display_name: "Kari Nordmann".to_owned(),
                user_name: "kari".to_owned(),
                password: None,
                mail: None,
            },
        },
    )
    .await?;
    let id = created.organization.id;
    let mut session = app.database().begin().await?;
    organization::set_clock_ahead(&mut session, id, SignedDuration::from_hours(-24 * HISTORY_DAYS)).await?;
    session.commit().await?;

    let known = licensing::catalog(app).await?;
    let mut story = Story {
        app,
        actor,
        organization: id,
        known,
        days_left: HISTORY_DAYS,
    };
    let domain = created
        .admin
        .user_principal_name
        .split_once('@')
        .map(|(_, domain)| domain.to_owned())
        .unwrap_or_default();
    let mut people = vec![(
        created.admin.clone(),
        created.password.unwrap_or_default(),
        vec![Role::GlobalAdministrator],
    )];
    for (user_name, name, role) in PEOPLE {
        let password = aktiver_service::auth::generate_password(app);
        let (given_name, surname) = name.split_once(' ').unwrap_or((name, ""));
        let new = NewUser {
            user_principal_name: format!("{user_name}@{domain}"),
            display_name: name.to_owned(),
            mail_nickname: user_name.to_owned(),
            password: Some(password.clone()),
            account_enabled: true,
            given_name: Some(given_name.to_owned()),
            surname: Some(surname.to_owned()),
            mail: Some(format!("{user_name}@{domain}")),
            job_title: None,
            mobile_phone: None,
            office_location: None,
            preferred_language: Some("nb-NO".to_owned()),
            business_phones: Vec::new(),
            usage_location: Some("NO".to_owned()),
        };
        let ctx = story.ctx().await?;
        let user = users::create(app, &ctx, new).await?;
        if let Some(role) = role {
            users::give_role(app, &ctx, user.id, role).await?;
        }
        people.push((user, password, role.into_iter().collect()));
    }
    let groups = group_of(app, id, &people).await?;
    live(&mut story, &people.iter().map(|(user, ..)| user.id).collect::<Vec<_>>()).await?;

    let scopes = [
        Scope::DirectoryReadWriteAll,
        Scope::UserReadWriteAll,
        Scope::GroupReadWriteAll,
        Scope::OrganizationReadWriteAll,
        Scope::LicenseAssignmentReadWriteAll,
        Scope::RoleManagementReadWriteDirectory,
        Scope::BillingReadWriteAll,
    ];
    let ctx = story.ctx().await?;
    let client = clients::create(app, &ctx, "Demo scripts", scopes.into_iter().collect()).await?;
    Ok(Fjordvik {
        organization: ctx.organization,
        domain,
        users: people,
        client: (client.client.id.to_string(), client.secret, scopes.to_vec()),
        groups,
    })
}

async fn group_of(
    app: &App,
    organization: OrganizationId,
    people: &[(User, String, Vec<Role>)],
) -> Result<Vec<(GroupId, String)>> {
    let id: GroupId = app.id();
    let mut session = app.database().begin().await?;
    group::insert(&mut session, organization, id, "Sales", app.system_now()).await?;
    for (user, ..) in people.iter().skip(5).take(3) {
        group::add_member(&mut session, organization, id, user.id).await?;
    }
    session.commit().await?;
    Ok(vec![(id, "Sales".to_owned())])
}

/// A year of Fjordvik AS: one subscription in each phase and channel that the story needs.
async fn live(story: &mut Story<'_>, people: &[UserId]) -> Result<()> {
    use Term::{Month, Year};
    let good = story.card("4242 4242 4242 4242", "Kari Nordmann").await?;
    let failing = story.card("4000 0000 0000 0341", "Kari Nordmann").await?;
    let paid = || Sale {
        method: Some(good),
        ..Sale::default()
    };
    let recurring = || Sale {
        method: Some(good),
        recurring: true,
        ..Sale::default()
    };
    let some = |range: std::ops::Range<usize>| people.get(range).unwrap_or_default().to_vec();

    story.until(385).await?;
    story
        .sell(
            "OFFICESUBSCRIPTION",
            Channel::VolumeEnterprise,
            Year,
            10,
            Sale {
                seller: Some("Lisens Forhandler AS"),
                ..Sale::default()
            },
        )
        .await?;
    story.until(380).await?;
    story
        .sell(
            "EXCHANGESTANDARD",
            Channel::Partner,
            Year,
            5,
            Sale {
                seller: Some("Nordlys Partner AS"),
                ..Sale::default()
            },
        )
        .await?;
    story.until(375).await?;
    story
        .sell("VISIOCLIENT", Channel::DirectClassic, Year, 3, paid())
        .await?;
    story.assign(&some(1..3), "VISIOCLIENT").await?;
    story.until(300).await?;
    story.sell("DESKLESSPACK", Channel::Direct, Month, 6, paid()).await?;
    story.until(200).await?;
    story
        .sell("O365_BUSINESS_PREMIUM", Channel::DirectClassic, Year, 10, recurring())
        .await?;
    story.assign(&some(0..6), "O365_BUSINESS_PREMIUM").await?;
    story.until(90).await?;
    let held = story.sell("EMS", Channel::DirectClassic, Year, 5, recurring()).await?;
    story.until(70).await?;
    story
        .sell(
            "O365_BUSINESS",
            Channel::DirectClassic,
            Month,
            4,
            Sale {
                method: Some(failing),
                recurring: true,
                ..Sale::default()
            },
        )
        .await?;
    story.assign(&some(10..11), "O365_BUSINESS").await?;
    story.until(45).await?;
    story.sell("STANDARDPACK", Channel::Direct, Month, 4, paid()).await?;
    story.assign(&some(11..12), "STANDARDPACK").await?;
    story.until(40).await?;
    story
        .sell("POWER_BI_PRO", Channel::Trial, Month, 25, Sale::default())
        .await?;
    let keys = key_batch(
        story.app,
        story.actor,
        &story.known,
        "O365_BUSINESS_ESSENTIALS",
        4,
        Month,
        1,
    )
    .await?;
    keys::redeem(story.app, &story.ctx().await?, &keys, Choice::New).await?;
    story.until(20).await?;
    let cut = story
        .sell("ENTERPRISEPACK", Channel::Direct, Year, 8, recurring())
        .await?;
    story.assign(&some(7..10), "ENTERPRISEPACK").await?;
    story.until(6).await?;
    let cancelled = story
        .sell("PROJECTPROFESSIONAL", Channel::Direct, Year, 4, recurring())
        .await?;
    story.assign(&some(7..9), "PROJECTPROFESSIONAL").await?;
    story.until(5).await?;
    subscriptions::disable(story.app, &story.ctx().await?, cut, "suspected misuse").await?;
    story.until(3).await?;
    let cancel = CancelCommand {
        when: CancelWhen::Now,
        reason: "bought by mistake".to_owned(),
        comment: None,
    };
    subscriptions::cancel(story.app, &story.ctx().await?, cancelled, cancel).await?;
    story.until(2).await?;
    story
        .sell("O365_BUSINESS_PREMIUM", Channel::Direct, Month, 5, recurring())
        .await?;
    story.until(1).await?;
    subscriptions::hold(story.app, &story.ctx().await?, held, "ownership is being looked into").await?;
    story.until(0).await?;
    story
        .sell(
            "SPB",
            Channel::Direct,
            Year,
            5,
            Sale {
                starts_in: Some(14),
                ..recurring()
            },
        )
        .await?;
    story
        .sell(
            "O365_BUSINESS_ESSENTIALS",
            Channel::Direct,
            Year,
            5,
            Sale {
                pending: true,
                ..recurring()
            },
        )
        .await?;
    Ok(())
}

impl Fjordvik {
    /// The organization's part of the ready file.
    async fn ready(&self, app: &App, actor: &Actor) -> Result<Value> {
        let ctx = app.context(actor.clone(), self.organization.id, Uuid::nil()).await?;
        let subscriptions: Vec<Value> = subscriptions::list(app, &ctx)
            .await?
            .into_iter()
            .map(|view| {
                json!({
                    "id": view.subscription.id.to_string(),
                    "skuId": view.product.id.to_string(),
                    "skuPartNumber": view.product.part_number,
                    "phase": view.phase.as_str(),
                    "channel": view.subscription.channel.as_str(),
                })
            })
            .collect();
        let users: Vec<Value> = self
            .users
            .iter()
            .map(|(user, password, roles)| {
                json!({
                    "id": user.id.to_string(),
                    "userPrincipalName": user.user_principal_name,
                    "password": password,
                    "roles": roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
                })
            })
            .collect();
        let (client, secret, scopes) = &self.client;
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|(id, name)| json!({ "id": id.to_string(), "displayName": name }))
            .collect();
        Ok(json!({
            "id": self.organization.id.to_string(),
            "name": self.organization.name,
            "domain": self.domain,
            "sandbox": true,
            "users": users,
            "clients": [{ "id": client, "secret": secret, "scopes": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>() }],
            "groups": groups,
            "subscriptions": subscriptions,
        }))
    }
}
