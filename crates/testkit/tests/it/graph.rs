//! What Graph clients depend on to the letter.

use aktiver_testkit::both_engines;
use serde_json::json;

both_engines! {
    async fn scenario_25_add_licenses_missing(t: &TestServer) {
        let customer = t.customer("Fjordvik AS").await;
        let token = t.graph_token(&customer).await;
        let request_id = "5a1f6a0e-7a0c-4d0f-9f55-6f3d6d0b7a11";
        let url = format!("{}/v1.0/users/{}/assignLicense", t.base_url, customer.admin.id);
        let request = t.http.post(url).bearer_auth(token).header("client-request-id", request_id);
        let answer = t.send(request.json(&json!({ "removeLicenses": [] }))).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body,
            json!({ "error": {
                "code": "Request_BadRequest",
                "message": "One or more parameters of the operation 'assignLicense' are missing from the request payload. \
                            The missing parameters are: addLicenses.",
                "innerError": {
                    "date": "2026-01-15T10:00:00",
                    "request-id": answer.headers["request-id"].to_str().unwrap(),
                    "client-request-id": request_id,
                },
            } })
        );
    }

    async fn inv_2_of_many_who_ask_at_once_as_many_are_served_as_there_are_units(t: &TestServer) {
        const UNITS: u32 = 5;
        let customer = t.customer("Fjordvik AS").await;
        t.sell(&customer, "O365_BUSINESS", UNITS).await;
        let token = t.graph_token(&customer).await;
        let sku = t.sku("O365_BUSINESS").await.to_string();
        let mut people = Vec::new();
        for n in 0..12 {
            people.push(t.person(&customer, &format!("user{n}")).await);
        }
        let body = json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": [] }], "removeLicenses": [] });
        let asked = people.iter().map(|person| {
            let path = format!("/v1.0/users/{}/assignLicense", person.id);
            let (body, token) = (&body, &token);
            async move { t.call(reqwest::Method::POST, &path, token, Some(body)).await }
        });
        let answers = futures::future::join_all(asked).await;
        let served = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(served, UNITS as usize, "{answers:#?}");
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(refused.status, 400);
            let message = refused.body["error"]["message"].as_str().unwrap();
            assert!(message.contains("does not have any available licenses"), "{message}");
        }
        let skus = t.call(reqwest::Method::GET, "/v1.0/subscribedSkus", &token, None).await.ok();
        let pool = skus["value"].as_array().unwrap().iter().find(|pool| pool["skuId"] == sku.as_str()).unwrap();
        assert_eq!((&pool["consumedUnits"], &pool["prepaidUnits"]["enabled"]), (&json!(UNITS), &json!(UNITS)));
    }
}
