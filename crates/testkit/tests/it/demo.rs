//! The demo's world: what the ready file promises (DESIGN 8).

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aktiver::demo::world;
use aktiver_testkit::{Engine, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

/// Most free units of a pool.
const MOST_FREE: i64 = 40;
/// Generous for an unoptimized build beside other tests; a release build needs a second.
const SOON: Duration = Duration::from_secs(60);

fn texts<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|entry| entry[member].as_str().unwrap())
        .collect()
}

fn is_guid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text)
}

async fn demo(engine: Engine) {
    let Some(t) = TestServer::start_empty(engine).await else {
        return;
    };
    let begun = Instant::now();
    let ready = world::build(&t.app).await.unwrap();
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());

    let operator = &ready["operator"];
    for member in ["user", "password", "token"] {
        assert!(
            operator[member].as_str().is_some_and(|text| !text.is_empty()),
            "{member}"
        );
    }
    let fjordvik = &ready["organizations"][0];
    assert_eq!(
        (&fjordvik["name"], &fjordvik["sandbox"]),
        (&json!("Fjordvik AS"), &json!(true))
    );
    assert!(is_guid(fjordvik["id"].as_str().unwrap()) && fjordvik["domain"].is_string());
    let users = &fjordvik["users"];
    assert!(users.as_array().unwrap().len() >= 12);
    assert!(texts(users, "id").into_iter().all(is_guid));
    let domain = format!("@{}", fjordvik["domain"].as_str().unwrap());
    assert!(
        texts(users, "userPrincipalName")
            .iter()
            .all(|name| name.ends_with(&domain))
    );
    assert!(texts(users, "password").iter().all(|password| password.len() >= 8));
    assert_eq!(users[0]["roles"], json!(["Global Administrator"]));
    let client = &fjordvik["clients"][0];
    assert!(is_guid(client["id"].as_str().unwrap()) && client["secret"].is_string());
    assert!(
        client["scopes"]
            .as_array()
            .unwrap()
            .contains(&json!("Directory.ReadWrite.All"))
    );
    for group in fjordvik["groups"].as_array().unwrap() {
        assert!(is_guid(group["id"].as_str().unwrap()) && group["displayName"].is_string());
    }

    let subscriptions = &fjordvik["subscriptions"];
    assert!(
        texts(subscriptions, "id")
            .into_iter()
            .chain(texts(subscriptions, "skuId"))
            .all(is_guid)
    );
    let phases: BTreeSet<&str> = texts(subscriptions, "phase").into_iter().collect();
    for phase in [
        "active",
        "expired",
        "disabled",
        "lockedOut",
        "scheduled",
        "pending",
        "deleted",
    ] {
        assert!(phases.contains(phase), "no subscription is {phase}");
    }
    let channels: BTreeSet<&str> = texts(subscriptions, "channel").into_iter().collect();
    for channel in [
        "direct",
        "direct-classic",
        "prepaid",
        "trial",
        "partner",
        "volume-enterprise",
    ] {
        assert!(channels.contains(channel), "no subscription is {channel}");
    }
    assert!(
        texts(subscriptions, "phase")
            .iter()
            .filter(|phase| **phase == "disabled")
            .count()
            >= 2
    );

    // What the ready file says opens the doors it is for.
    let token = operator["token"].as_str().unwrap();
    let organization = format!("/api/v1/organizations/{}", fjordvik["id"].as_str().unwrap());
    let listed = t
        .call(
            Method::GET,
            &format!("{organization}/subscriptions?limit=200"),
            token,
            None,
        )
        .await
        .ok();
    assert_eq!(
        listed["items"].as_array().unwrap().len(),
        subscriptions.as_array().unwrap().len()
    );
    let app = app_token(&t, fjordvik).await;
    pools(&t, &app).await;
    redeemable_keys(&t, &organization, token, &ready["product_keys"]).await;
    someone_waits_for_a_license(&t, &app).await;
    t.finish().await;
}

async fn app_token(t: &TestServer, organization: &Value) -> String {
    let client = &organization["clients"][0];
    let url = format!(
        "{}/{}/oauth2/v2.0/token",
        t.base_url,
        organization["domain"].as_str().unwrap()
    );
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", client["id"].as_str().unwrap()),
        ("client_secret", client["secret"].as_str().unwrap()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    t.send(t.http.post(url).form(&form)).await.ok()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// All pools are for users, none has more free units than a script can use up, one that is enabled has some.
async fn pools(t: &TestServer, app: &str) {
    let skus = t.call(Method::GET, "/v1.0/subscribedSkus", app, None).await.ok();
    let mut enabled_with_room = 0;
    for pool in skus["value"].as_array().unwrap() {
        assert_eq!(pool["appliesTo"], "User", "{pool:#}");
        let units = |kind: &str| pool["prepaidUnits"][kind].as_i64().unwrap();
        let free = units("enabled") + units("warning") - pool["consumedUnits"].as_i64().unwrap();
        assert!(free <= MOST_FREE, "{pool:#}");
        enabled_with_room += usize::from(pool["capabilityStatus"] == "Enabled" && free > 0);
    }
    assert!(enabled_with_room >= 1, "{skus:#}");
}

/// At least two keys can be redeemed as new subscriptions, and say what they are.
async fn redeemable_keys(t: &TestServer, organization: &str, token: &str, keys: &Value) {
    let mut redeemable = 0;
    for key in keys.as_array().unwrap() {
        assert!(
            is_guid(key["skuId"].as_str().unwrap()) && key["skuPartNumber"].is_string() && key["quantity"].is_u64()
        );
        assert!(
            ["P1M", "P1Y", "P3Y"].contains(&key["term"].as_str().unwrap()),
            "{key:#}"
        );
        let body = json!({ "keys": [key["key"]] });
        let review = t
            .call(
                Method::POST,
                &format!("{organization}/product-keys/review"),
                token,
                Some(&body),
            )
            .await
            .ok();
        assert_eq!(review["keys"][0]["skuId"], key["skuId"]);
        let new = review["choices"]
            .as_array()
            .unwrap()
            .iter()
            .find(|choice| choice["kind"] == "new")
            .unwrap();
        redeemable += usize::from(new["available"] == true);
    }
    assert!(redeemable >= 2, "{keys:#}");
    let body = json!({ "keys": [keys[0]["key"]], "choice": { "kind": "new" } });
    let redeemed = t
        .call(
            Method::POST,
            &format!("{organization}/product-keys/redeem"),
            token,
            Some(&body),
        )
        .await
        .ok();
    assert_eq!(
        (&redeemed["phase"], &redeemed["channel"]),
        (&json!("active"), &json!("prepaid"))
    );
}

/// Somebody has a usage location and no license.
async fn someone_waits_for_a_license(t: &TestServer, app: &str) {
    let path = "/v1.0/users?$select=id,usageLocation,assignedLicenses";
    let users = t.call(Method::GET, path, app, None).await.ok();
    let waits = |user: &&Value| user["usageLocation"].is_string() && user["assignedLicenses"] == json!([]);
    assert!(
        users["value"].as_array().unwrap().iter().any(|user| waits(&user)),
        "{users:#}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_keeps_what_its_ready_file_promises_on_sqlite() {
    demo(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_keeps_what_its_ready_file_promises_on_postgres() {
    demo(Engine::Postgres).await;
}
