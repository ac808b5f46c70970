//! The sentences that happen on pages and APIs.

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Step;
use super::apps::licensed;
use super::browser::Browser;
use super::doors::text;
use super::stage::{Stage, sku};
use crate::demo::world;

const PRODUCT: &str = "O365_BUSINESS_PREMIUM";

fn must(holds: bool, otherwise: impl FnOnce() -> String) -> Step<()> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// S-01: to give a user a service, an administrator assigns a license.
pub async fn s_01_assign(stage: &mut Stage) -> Step<String> {
    let sku = sku(&stage.operator, PRODUCT).await?;
    let assign = |person: &str| {
        let body = json!({ "addLicenses": [{ "skuId": sku }], "removeLicenses": [] });
        (format!("/v1.0/users/{person}/assignLicense"), body)
    };
    let (path, body) = assign(&stage.emma.id);
    let answer = stage.graph.post(&path, body).await?;
    let held = answer["assignedLicenses"].as_array().map_or(0, Vec::len);
    let pool = stage.pool(PRODUCT).await?;
    must(held == 1 && pool.consumed == 1 && pool.enabled == 5, || {
        format!("{held} licenses, {pool:?}")
    })?;
    let mut browser = stage.admin_at("/admin/licenses").await?;
    browser.go(&format!("/admin/licenses/{sku}")).await?;
    must(browser.page.has("Emma Solberg"), || {
        format!("the page does not list Emma: {}", browser.page.says())
    })?;
    // The page assigns as well as the API does, and takes back.
    let user_page = format!("/admin/users/{}", stage.jakob.id);
    browser.go(&user_page).await?;
    must(browser.page.has("Jakob Moen"), || browser.page.says())?;
    Ok(format!(
        "Emma is assigned {PRODUCT}: 1 of {} units used, on the Graph API and on the Licenses page",
        pool.enabled
    ))
}

/// S-02: a licensed user finds apps on My account; the list follows from the licenses.
pub async fn s_02_apps_follow_from_licenses(stage: &mut Stage) -> Step<String> {
    let mut emma = Browser::open(&stage.base_url)?;
    emma.sign_in(&stage.emma.name, &stage.emma.password, "/account").await?;
    let downloads: Vec<String> = emma
        .page
        .links()
        .into_iter()
        .filter(|link| link.starts_with("/account/apps/"))
        .collect();
    let windows = downloads
        .iter()
        .find(|link| link.contains("desktop") && link.ends_with("/windows"));
    let windows = windows
        .ok_or_else(|| format!("no desktop app is offered: {downloads:?}"))?
        .clone();
    let file = emma.download(&windows).await?;
    let checksum: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    must(emma.page.text().to_lowercase().contains(&checksum), || {
        format!("the page does not show {checksum}")
    })?;
    let mut jakob = Browser::open(&stage.base_url)?;
    jakob
        .sign_in(&stage.jakob.name, &stage.jakob.password, "/account")
        .await?;
    must(jakob.page.link("/account/apps/").is_none(), || {
        "Jakob is offered apps without a license".to_owned()
    })?;
    let refused = jakob.status_of(&windows).await?;
    must(refused == 403 || refused == 404, || {
        format!("Jakob's download answered {refused}")
    })?;
    Ok(format!(
        "Emma is offered {} downloads and gets {} bytes whose SHA-256 is the one shown; Jakob, without a license, is offered none and refused ({refused})",
        downloads.len(),
        file.len()
    ))
}

/// S-05: what expired, what the provider disabled and what was cancelled mid-term comes back.
pub async fn s_05_expired_disabled_cancelled(stage: &mut Stage) -> Step<String> {
    let subscription = stage.subscription.clone();
    let path = stage.path(&format!("subscriptions/{subscription}"));
    let before = stage.pool(PRODUCT).await?;
    let reactivate = |stage: &Stage| {
        let (operator, path) = (stage.operator.clone(), format!("{path}/reactivate"));
        async move { text(&operator.post(&path, json!({})).await?, "/phase") }
    };
    // Disabled by the provider: pages, figures, app list and app follow.
    stage
        .operator
        .post(&format!("{path}/disable"), json!({ "reason": "suspected misuse" }))
        .await?;
    let cut = stage.pool(PRODUCT).await?;
    must(
        cut.suspended == 5 && cut.consumed == before.consumed && cut.status == "Suspended",
        || format!("{cut:?}"),
    )?;
    let app = stage.app.as_ref().ok_or("nobody has installed the app")?;
    let state = app.check_in().await?;
    must(!licensed(&state), || format!("the app is still {state:?}"))?;
    let mut emma = Browser::open(&stage.base_url)?;
    emma.sign_in(&stage.emma.name, &stage.emma.password, "/account").await?;
    must(emma.page.link("/account/apps/").is_none(), || {
        "apps are offered although the subscription is disabled".to_owned()
    })?;
    must(reactivate(stage).await? == "active", || {
        "not active after a disabling".to_owned()
    })?;
    must(licensed(&app.check_in().await?), || {
        "the app is not restored".to_owned()
    })?;
    // Cancelled inside the term.
    stage
        .operator
        .post(&format!("{path}/cancel"), json!({ "reason": "tried", "when": "now" }))
        .await?;
    must(stage.phase(&subscription).await? == "disabled", || {
        "not disabled after a cancel".to_owned()
    })?;
    must(reactivate(stage).await? == "active", || {
        "not active after a cancel".to_owned()
    })?;
    // Expired: recurring billing off, and the term over.
    stage
        .operator
        .post(&format!("{path}/recurring-billing"), json!({ "enabled": false }))
        .await?;
    stage.advance("next").await?;
    must(stage.phase(&subscription).await? == "expired", || {
        "not expired at the end of the term".to_owned()
    })?;
    let grace = stage.pool(PRODUCT).await?;
    must(grace.warning == 5 && licensed(&app.check_in().await?), || {
        format!("no grace: {grace:?}")
    })?;
    must(reactivate(stage).await? == "active", || {
        "not active after expiring".to_owned()
    })?;
    let after = stage.pool(PRODUCT).await?;
    must(after == before, || format!("{before:?} became {after:?}"))?;
    Ok("disabled by the provider, cancelled mid-term and expired: pages, figures and app follow each time, and after reactivating everything is as it was".to_owned())
}

/// S-06: Billing > Subscriptions: choose it, Reactivate.
pub async fn s_06_reactivate_in_the_admin_center(stage: &mut Stage) -> Step<String> {
    let id = stage.sell("VISIOCLIENT", "direct", "P1M", 2, false).await?;
    stage.advance("P1M").await?;
    let mut browser = stage.admin_at("/admin/subscriptions").await?;
    must(browser.page.path == "/admin/products", || {
        format!("Billing > Subscriptions leads to {}", browser.page.path)
    })?;
    let row = browser
        .page
        .links()
        .into_iter()
        .find(|link| link.contains(bare(&id)) && link.ends_with("/reactivate"));
    let pane = row.ok_or("the row offers no Reactivate")?;
    browser.go(&pane).await?;
    must(browser.page.has("Reactivate"), || browser.page.says())?;
    browser.send(&pane, &[("method", bare(&stage.card))]).await?;
    let page = browser.page.path.clone();
    must(
        browser.page.status == 200 && page.starts_with("/admin/products/") && page != pane,
        || browser.page.says(),
    )?;
    let new = page.trim_start_matches("/admin/products/").to_owned();
    must(new != bare(&id), || {
        "this agreement makes a new subscription".to_owned()
    })?;
    let (old_phase, new_phase) = (stage.phase(&id).await?, stage.phase(&new).await?);
    must(old_phase == "deleted" && new_phase == "active", || {
        format!("old {old_phase}, new {new_phase}")
    })?;
    let pool = stage.pool("VISIOCLIENT").await?;
    must(pool.enabled == 2 && pool.warning == 0, || format!("{pool:?}"))?;
    Ok("Billing > Subscriptions leads to Your products; the expired row offers Reactivate, and the pane makes it Active again: 2 units before and after".to_owned())
}

/// S-07: where Reactivate is not offered, the page says why and leads to support, and the operator can do it.
pub async fn s_07_not_offered(stage: &mut Stage) -> Step<String> {
    let partner = stage.sell("EXCHANGESTANDARD", "partner", "P1M", 3, false).await?;
    let blocked = stage
        .sell("PROJECTPROFESSIONAL", "direct-classic", "P1M", 2, false)
        .await?;
    stage
        .operator
        .post(
            &stage.path(&format!("subscriptions/{blocked}/hold")),
            json!({ "reason": "under review" }),
        )
        .await?;
    stage.advance("P1M").await?;
    let mut browser = stage.admin_at(&format!("/admin/products/{}", bare(&partner))).await?;
    must(browser.page.has("Nordlys Partner AS"), || {
        format!("the partner is not named: {}", browser.page.says())
    })?;
    browser.go(&format!("/admin/products/{}", bare(&blocked))).await?;
    let support = browser
        .page
        .link("/admin/support/new")
        .ok_or("the page leads to no support")?;
    browser.go(&support).await?;
    let form = [
        ("topic", "reactivationNotOffered"),
        ("severity", "moderate"),
        ("title", "Please reactivate"),
        ("description", "We need it back."),
        ("contact", "Kari Nordmann"),
        ("mail", "kari@fjordvik.example"),
        ("prefers", "email"),
        ("subscription", bare(&blocked)),
    ];
    browser.send("/admin/support/new", &form).await?;
    must(
        browser.page.status == 200 && browser.page.has("Please reactivate"),
        || browser.page.says(),
    )?;
    let requests = stage.operator.get(&stage.path("service-requests")).await?;
    must(
        requests["items"].as_array().is_some_and(|items| items.len() == 1),
        || format!("{requests}"),
    )?;
    stage
        .operator
        .post(&stage.path(&format!("subscriptions/{blocked}/release")), json!({}))
        .await?;
    let body = json!({ "paymentMethodId": stage.card });
    let path = stage.path(&format!("subscriptions/{blocked}/reactivate"));
    let phase = text(&stage.operator.post(&path, body).await?, "/phase")?;
    must(phase == "active", || {
        format!("the operator's reactivation left it {phase}")
    })?;
    Ok("the partner's subscription names the partner; the held one leads to support; the request is stored, and the operator releases and reactivates it".to_owned())
}

/// S-08: payment information is entered new, or existing updated, on the way.
pub async fn s_08_payment_information(stage: &mut Stage) -> Step<String> {
    let id = stage.sell("VISIOCLIENT", "direct-classic", "P1M", 1, false).await?;
    stage.advance("P1M").await?;
    let pane = format!("/admin/products/{}/reactivate", bare(&id));
    let mut browser = stage.admin_at(&pane).await?;
    let expiry = world::expiry(jiff::Timestamp::now());
    let card = |number: &'static str| {
        [
            ("method", "card".to_owned()),
            ("number", number.to_owned()),
            ("expiry", expiry.clone()),
            ("holder", "Kari Nordmann".to_owned()),
            ("country", "NO".to_owned()),
            ("security-code", "123".to_owned()),
        ]
    };
    let fields = card("4000 0000 0000 0341");
    browser
        .send(&pane, &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
        .await?;
    must(browser.page.status == 422, || {
        format!(
            "the declined card answered {}: {}",
            browser.page.status,
            browser.page.says()
        )
    })?;
    let phase = stage.phase(&id).await?;
    must(phase == "expired", || format!("a declined card left it {phase}"))?;
    let fields = card("4242 4242 4242 4242");
    browser
        .send(&pane, &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
        .await?;
    let phase = stage.phase(&id).await?;
    must(phase == "active", || {
        format!("the good card left it {phase}: {}", browser.page.says())
    })?;
    let lines = stage.operator.get(&stage.path("invoices")).await?;
    let lines = lines["items"].as_array().cloned().unwrap_or_default();
    let paid = lines.iter().find(|line| {
        line["type"] == "Re-enable" && line["subscriptionId"].as_str().is_some_and(|s| s.ends_with(bare(&id)))
    });
    let paid = paid.ok_or("no line of the type Re-enable")?;
    Ok(format!(
        "a new card is entered in the pane: the declined one changes nothing, the good one is charged {} and the subscription is Active",
        text(paid, "/amount/text")?
    ))
}

/// S-09: a new subscription is activated with a product key, creating the organization on the way.
pub async fn s_09_product_key(stage: &mut Stage) -> Step<String> {
    let key = stage.key().await?;
    let mut visitor = Browser::open(&stage.base_url)?;
    visitor.go("/setup/key").await?;
    let typed = key.to_lowercase().replace('-', " ");
    visitor.send("/setup/key", &[("key", &typed), ("step", "next")]).await?;
    must(visitor.page.status == 200, || visitor.page.says())?;
    let form = [
        ("step", "create"),
        ("organization", "Nordfjord Design"),
        ("country", "NO"),
        ("person", "Liv Strand"),
        ("mail", "liv@nordfjord.example"),
        ("password", "Liv-Nordfjord-2026!"),
    ];
    visitor.send("/setup/key", &form).await?;
    must(
        visitor.page.status == 200 && visitor.page.path.starts_with("/setup/"),
        || visitor.page.says(),
    )?;
    visitor.go("/admin/products").await?;
    must(visitor.page.has("Active") && visitor.page.has("Prepaid"), || {
        visitor.page.says()
    })?;
    Ok("a key typed in lower case with spaces is reviewed; Nordfjord Design is created with its administrator, who lands with an Active prepaid subscription".to_owned())
}

/// S-10: guided steps; problems lead to the list of common key errors and fixes.
pub async fn s_10_key_errors(stage: &mut Stage) -> Step<String> {
    let key = stage.key().await?;
    let mut browser = stage.admin_at("/admin").await?;
    browser.go("/setup/key").await?;
    // One symbol of the second group changed.
    let mut wrong: Vec<char> = key.chars().collect();
    if let Some(symbol) = wrong.get_mut(7) {
        *symbol = if *symbol == 'W' { 'X' } else { 'W' };
    }
    browser
        .send(
            "/setup/key",
            &[("key", &wrong.iter().collect::<String>()), ("step", "next")],
        )
        .await?;
    let told = browser.page.text();
    must(told.to_lowercase().contains("group 2"), || {
        format!("the wrong group is not named: {}", browser.page.says())
    })?;
    must(browser.page.link("/help").is_some(), || {
        "no way to the help page".to_owned()
    })?;
    browser.send("/setup/key", &[("key", &key), ("step", "next")]).await?;
    browser
        .send("/setup/key", &[("step", "redeem"), ("choice", "new")])
        .await?;
    must(browser.page.status == 200, || browser.page.says())?;
    let body = json!({ "keys": [key], "choice": { "kind": "new" } });
    let path = stage.path("product-keys/redeem");
    let (status, again) = stage.operator.send(Method::POST, &path, Some(body)).await?;
    must(again["code"] == "KEY_ALREADY_REDEEMED", || {
        format!("used again: {status} {again}")
    })?;
    browser.go("/help/product-key-errors").await?;
    must(browser.page.status == 200, || browser.page.says())?;
    browser.go("/").await?;
    for (task, help) in [
        ("activate", "/help/install-apps"),
        ("reactivate", "/help/reactivate"),
        ("product key", "/help/product-key"),
    ] {
        must(browser.page.link(help).is_some(), || {
            format!("the task {task} does not link to {help}")
        })?;
    }
    Ok(format!(
        "a mistyped key names its group; the used one answers {} ({status}); the errors have their page, and each of the three tasks its own",
        Value::as_str(&again["code"]).unwrap_or("")
    ))
}

impl Stage {
    /// A fresh product key for five licenses.
    async fn key(&self) -> Step<String> {
        let batch = json!({ "skuId": sku(&self.operator, PRODUCT).await?, "quantity": 5, "term": "P1Y", "count": 1 });
        let batch = text(&self.operator.post("/api/v1/key-batches", batch).await?, "/id")?;
        let csv = self.operator.get(&format!("/api/v1/key-batches/{batch}/keys")).await?;
        let csv = csv.as_str().unwrap_or_default();
        let key = csv
            .split([',', '\n', '\r', '"'])
            .map(str::trim)
            .find(|cell| cell.len() == 29 && cell.matches('-').count() == 4);
        key.map(str::to_owned).ok_or_else(|| format!("no key in {csv:?}"))
    }
}

/// An id without its prefix, as pages use it.
fn bare(id: &str) -> &str {
    id.rsplit('_').next().unwrap_or(id)
}
