//! `/users` and `/me`.

use aktiver_domain::role::{Role, Scope};
use serde_json::{Value, json};

use crate::both_engines;
use crate::harness::{BASE, Harness};

fn names(body: &Value) -> Vec<&str> {
    let users = body["value"].as_array().unwrap();
    users.iter().map(|user| user["displayName"].as_str().unwrap()).collect()
}

fn new_user() -> Value {
    json!({
        "accountEnabled": true, "displayName": "Kari Nordmann", "mailNickname": "kari",
        "userPrincipalName": "kari@fjordvik.aktiver.test", "usageLocation": "NO",
        "passwordProfile": { "forceChangePasswordNextSignIn": true, "password": "xWwvJ]6NMw+bWH-d" },
    })
}

both_engines! {
    async fn gq_01_a_user_has_the_eleven_default_properties(t: &Harness) {
        let token = t.token(&[Scope::DirectoryReadAll]).await;
        let body = t.get(&token, &format!("/v1.0/users/{}", t.admin.id)).await.expect(200);
        assert_eq!(
            body,
            json!({
                "@odata.context": format!("{BASE}/v1.0/$metadata#users/$entity"),
                "businessPhones": [], "displayName": "Ada Admin", "givenName": null, "jobTitle": null, "mail": null,
                "mobilePhone": null, "officeLocation": null, "preferredLanguage": null, "surname": null,
                "userPrincipalName": "admin@fjordvik.aktiver.test", "id": t.admin.id.to_string(),
            })
        );
    }

    async fn gq_06_pages_follow_the_next_link_to_the_end(t: &Harness) {
        for (local, name) in [("c", "Cecilie"), ("b", "Bjørn"), ("d", "Dag"), ("e", "Eva")] {
            t.user(local, name, &[]).await;
        }
        let token = t.token(&[Scope::UserReadAll]).await;
        let mut path = "/v1.0/users?$top=2&$count=true&$select=displayName".to_owned();
        let mut seen: Vec<String> = Vec::new();
        let mut counts = Vec::new();
        loop {
            let body = t.get(&token, &path).await.expect(200);
            assert!(names(&body).len() <= 2);
            seen.extend(names(&body).into_iter().map(str::to_owned));
            counts.push(body["@odata.count"].clone());
            let Some(next) = body["@odata.nextLink"].as_str() else { break };
            assert!(next.contains("$skiptoken=") && next.contains("$top=2"), "{next}");
            path = next.strip_prefix(BASE).unwrap().to_owned();
        }
        assert_eq!(seen, ["Ada Admin", "Bjørn", "Cecilie", "Dag", "Eva"]);
        assert_eq!(counts, [json!(5), Value::Null, Value::Null]);
        let bad = t.get(&token, "/v1.0/users?$skiptoken=xx").await.expect(400);
        assert_eq!(bad["error"]["code"], "Request_BadRequest");
    }

    async fn filters_answer_what_they_say_or_are_refused(t: &Harness) {
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let karl = t.user("karl", "Karl O'Brien", &[]).await;
        let token = t.token(&[Scope::UserReadWriteAll]).await;
        t.patch(&token, &format!("/v1.0/users/{}", karl.id), json!({ "accountEnabled": false })).await.expect(204);
        let find = async |filter: &str| {
            let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
            let body = t.get(&token, &format!("/v1.0/users?$filter={encoded}&$count=true")).await.expect(200);
            let found: Vec<String> = names(&body).into_iter().map(str::to_owned).collect();
            assert_eq!(body["@odata.count"], json!(found.len()), "{filter}");
            assert!(body.get("@odata.nextLink").is_none());
            found
        };
        assert_eq!(find("userPrincipalName eq 'KARI@fjordvik.aktiver.test'").await, ["Kari Nordmann"]);
        assert_eq!(find(&format!("id eq '{}'", kari.id)).await, ["Kari Nordmann"]);
        assert_eq!(find("id eq '00000000-0000-0000-0000-000000000000'").await, [""; 0]);
        assert_eq!(find("startswith(displayName,'kar')").await, ["Kari Nordmann", "Karl O'Brien"]);
        assert_eq!(find("displayName eq 'Karl O''Brien'").await, ["Karl O'Brien"]);
        assert_eq!(find("startswith(userPrincipalName,'adm')").await, ["Ada Admin"]);
        assert_eq!(find("accountEnabled eq true").await, ["Ada Admin", "Kari Nordmann"]);
        assert_eq!(find("startswith(displayName,'kar') and accountEnabled eq false").await, ["Karl O'Brien"]);
        for refused in ["$filter=displayName ne 'x'", "$search=\"x\"", "$expand=manager", "$skip=1", "$orderby=mail"] {
            let path = format!("/v1.0/users?{}", refused.replace(' ', "%20").replace('"', "%22"));
            assert_eq!(t.get(&token, &path).await.status.as_u16(), 400, "{refused}");
        }
        let single_only = t.get(&token, "/v1.0/users?$select=aboutMe").await.expect(501);
        assert_eq!(single_only["error"]["code"], "NotImplemented");
    }

    async fn a_user_is_created_and_refusals_are_graphs(t: &Harness) {
        let token = t.token(&[Scope::UserReadWriteAll]).await;
        let answer = t.post(&token, "/v1.0/users", new_user()).await;
        let body = answer.expect(201);
        assert_eq!(body["userPrincipalName"], "kari@fjordvik.aktiver.test");
        assert_eq!(body["@odata.context"], format!("{BASE}/v1.0/$metadata#users/$entity"));
        assert!(body.get("usageLocation").is_none() && body.get("passwordProfile").is_none());
        let refused = async |change: &dyn Fn(&mut Value)| {
            let mut body = new_user();
            body["userPrincipalName"] = json!("ola@fjordvik.aktiver.test");
            change(&mut body);
            t.post(&token, "/v1.0/users", body).await.expect(400)["error"].clone()
        };
        let taken = refused(&|body| body["userPrincipalName"] = json!("KARI@fjordvik.aktiver.test")).await;
        let message = "Another object with the same value for property userPrincipalName already exists.";
        assert_eq!((&taken["code"], &taken["message"]), (&json!("Request_BadRequest"), &json!(message)));
        assert_eq!(
            taken["details"],
            json!([{ "code": "ObjectConflict", "message": message, "target": "userPrincipalName" }])
        );
        let weak = refused(&|body| body["passwordProfile"] = json!({ "password": "abc" })).await;
        assert!(weak["message"].as_str().unwrap().starts_with("The specified password does not comply with password complexity requirements"));
        let none = refused(&|body| { body.as_object_mut().unwrap().remove("passwordProfile"); }).await;
        assert_eq!(none["message"], "A password must be specified to create a new user.");
        let missing = refused(&|body| { body.as_object_mut().unwrap().remove("displayName"); }).await;
        assert_eq!(missing["message"], "A value is required for property 'displayName' of resource 'User'.");
        let domain = refused(&|body| body["userPrincipalName"] = json!("ola@elsewhere.example")).await;
        assert!(domain["message"].as_str().unwrap().contains("domain portion"));
        let reader = t.token(&[Scope::UserReadAll]).await;
        let denied = t.post(&reader, "/v1.0/users", new_user()).await.expect(403);
        assert_eq!(denied["error"]["code"], "Authorization_RequestDenied");
        assert_eq!(denied["error"]["message"], "Insufficient privileges to complete the operation.");
    }

    async fn la_07_a_patch_changes_what_it_names_and_nothing_else(t: &Harness) {
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let token = t.token(&[Scope::UserReadWriteAll]).await;
        let path = format!("/v1.0/users/{}", kari.id);
        let answer = t.patch(&token, &path, json!({ "usageLocation": "SE", "jobTitle": "Carpenter" })).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        let body = t.get(&token, &format!("{path}?$select=usageLocation,jobTitle,displayName,accountEnabled")).await.expect(200);
        assert_eq!(
            body,
            json!({
                "@odata.context": format!("{BASE}/v1.0/$metadata#users(usageLocation,jobTitle,displayName,accountEnabled)/$entity"),
                "usageLocation": "SE", "jobTitle": "Carpenter", "displayName": "Kari Nordmann", "accountEnabled": true,
            })
        );
        t.patch(&token, &path, json!({ "usageLocation": null })).await.expect(400);
        let bad = t.patch(&token, &path, json!({ "usageLocation": "Norway" })).await.expect(400);
        assert_eq!(bad["error"]["message"], "Invalid value specified for property 'usageLocation' of resource 'User'.");
        let missing = "/v1.0/users/00000000-0000-0000-0000-000000000000";
        let body = t.patch(&token, missing, json!({ "jobTitle": "x" })).await.expect(404);
        assert_eq!(body["error"]["code"], "Request_ResourceNotFound");
    }

    async fn a_person_sees_themselves_with_user_read_and_nobody_else(t: &Harness) {
        let kari = t.user("kari", "Kari Nordmann", &[]).await;
        let token = t.user_token(&kari, "User.Read").await;
        assert_eq!(t.get(&token, "/v1.0/me").await.expect(200)["displayName"], "Kari Nordmann");
        let body = t.get(&token, "/v1.0/me/licenseDetails").await.expect(200);
        assert_eq!(body["value"], json!([]));
        t.get(&token, "/v1.0/users").await.expect(403);
        t.get(&token, &format!("/v1.0/users/{}", t.admin.id)).await.expect(403);
        let app = t.token(&[Scope::DirectoryReadAll]).await;
        let body = t.get(&app, "/v1.0/me").await.expect(400);
        assert_eq!(body["error"]["message"], "/me request is only valid with delegated authentication flow.");
        let boss = t.user("boss", "Berit Boss", &[Role::UserAdministrator]).await;
        let token = t.user_token(&boss, "User.ReadWrite.All").await;
        t.patch(&token, &format!("/v1.0/users/{}", kari.id), json!({ "accountEnabled": false })).await.expect(204);
    }
}
