//! `POST /users/{id}/assignLicense`: adds and removes licenses of one user, all or nothing (SPEC 10.3, 13.2).

use std::collections::BTreeSet;

use aktiver_service::Ctx;
use aktiver_service::domain::ids::{PlanId, ProductId, UserId};
use aktiver_service::domain::licensing::{AddLicense, LicenseRequest};
use aktiver_service::domain::role::Operation;
use aktiver_service::licensing::{self, Assignee};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::answer::Call;
use super::body;
use super::error::bad_request;
use super::query::Query;
use super::user_properties::{ASSIGNED, Selection, Shown};
use crate::error::{About as _, Result};

pub async fn assign(call: Call, Path(user): Path<String>, body: Bytes) -> Result<Response> {
    let ctx = call.ctx().await?;
    let who = UserId::parse(&user).map_or(Assignee::Name(&user), Assignee::Id);
    decide(&call, &ctx, who, &user, &body).await
}

/// Reads the request, assigns, and answers the user with what they hold now.
pub async fn decide(call: &Call, ctx: &Ctx, who: Assignee<'_>, named: &str, body: &[u8]) -> Result<Response> {
    ctx.require(Operation::AssignLicenses)?;
    Query::parse(call.query.as_deref(), &[])?;
    let request = parse(body)?;
    let (user, holding, catalog) = licensing::assign_and_show(&call.caller.app, ctx, who, &request)
        .await
        .about(named)?;
    let selection = Selection::of(ASSIGNED);
    let shown = Shown {
        context: call.context("users", None, "/$entity"),
        selection: &selection,
        user: &user,
        holding: Some(&holding),
        catalog: Some(&catalog),
    };
    call.answer(StatusCode::OK, &shown)
}

fn parse(body: &[u8]) -> Result<LicenseRequest> {
    let mut object = body::object(body)?;
    let mut take = |name: &str| object.remove(name).filter(|value| !value.is_null());
    let (add, remove) = match (take("addLicenses"), take("removeLicenses")) {
        (Some(add), Some(remove)) => (add, remove),
        (None, Some(_)) => return Err(missing("addLicenses")),
        (Some(_), None) => return Err(missing("removeLicenses")),
        (None, None) => return Err(missing("addLicenses, removeLicenses")),
    };
    if let Some(other) = object.keys().find(|name| !body::is_annotation(name)) {
        return Err(bad_request(format!(
            "The parameter '{other}' in the request payload is not a valid parameter for the operation 'assignLicense'."
        )));
    }
    Ok(LicenseRequest {
        add: array(&add, "addLicenses")?
            .iter()
            .map(add_license)
            .collect::<Result<_>>()?,
        remove: array(&remove, "removeLicenses")?
            .iter()
            .map(|sku| body::guid(sku).map(ProductId::from_uuid))
            .collect::<Result<_>>()?,
    })
}

fn missing(parameters: &str) -> crate::error::Failure {
    bad_request(format!(
        "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: {parameters}."
    ))
}

fn array<'a>(value: &'a Value, name: &str) -> Result<&'a [Value]> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| body::wrong_type(name, "Collection"))
}

fn add_license(value: &Value) -> Result<AddLicense> {
    let Value::Object(license) = value else {
        return Err(body::wrong_type("addLicenses", "microsoft.graph.assignedLicense"));
    };
    let mut product = None;
    let mut disabled_plans = BTreeSet::new();
    for (name, value) in license {
        match name.as_str() {
            "skuId" => product = Some(ProductId::from_uuid(body::guid(value)?)),
            "disabledPlans" if value.is_null() => {}
            "disabledPlans" => {
                for plan in array(value, "disabledPlans")? {
                    disabled_plans.insert(PlanId::from_uuid(body::guid(plan)?));
                }
            }
            other if body::is_annotation(other) => {}
            other => return Err(body::no_such_property(other, "assignedLicense")),
        }
    }
    let product = product
        .ok_or_else(|| bad_request("A value is required for property 'skuId' of resource 'AssignedLicense'."))?;
    Ok(AddLicense {
        product,
        disabled_plans,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;

    const SKU: &str = "f245ecc8-75af-4f8e-b61f-27d8114de5f3";
    const PLAN: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";

    fn refused(body: &str) -> String {
        match parse(body.as_bytes()) {
            Err(Failure::Plain(plain)) => plain.message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_arrays_are_needed_and_what_is_missing_is_named() {
        let text = |missing: &str| {
            format!(
                "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: {missing}."
            )
        };
        assert_eq!(refused(r#"{"removeLicenses":[]}"#), text("addLicenses"));
        assert_eq!(refused(r#"{"addLicenses":[]}"#), text("removeLicenses"));
        assert_eq!(refused("{}"), text("addLicenses, removeLicenses"));
    }

    #[test]
    fn an_id_that_is_no_guid_is_refused_in_the_documented_words() {
        for body in [
            r#"{"addLicenses":[{"skuId":"x"}],"removeLicenses":[]}"#.to_owned(),
            r#"{"addLicenses":[],"removeLicenses":[7]}"#.to_owned(),
            format!(r#"{{"addLicenses":[{{"skuId":"{SKU}","disabledPlans":["x"]}}],"removeLicenses":[]}}"#),
        ] {
            assert!(refused(&body).starts_with("Cannot convert a primitive value to the expected type 'Edm.Guid'"));
        }
    }

    #[test]
    fn disabled_plans_may_be_left_out_and_annotations_are_passed_over() {
        let body = format!(
            r##"{{"addLicenses":[{{"@odata.type":"#microsoft.graph.assignedLicense","skuId":"{SKU}"}},
                {{"skuId":"{PLAN}","disabledPlans":["{PLAN}","{PLAN}"]}}],"removeLicenses":["{SKU}"]}}"##
        );
        let request = parse(body.as_bytes()).unwrap();
        assert_eq!(request.add[0].product.to_string(), SKU);
        assert!(request.add[0].disabled_plans.is_empty());
        assert_eq!(request.add[1].disabled_plans.len(), 1);
        assert_eq!(request.remove.len(), 1);
    }

    #[test]
    fn a_misspelled_member_is_refused_before_more_is_assigned_than_was_meant() {
        let body = format!(r#"{{"addLicenses":[{{"skuId":"{SKU}","disabledplans":[]}}],"removeLicenses":[]}}"#);
        assert!(refused(&body).starts_with("The property 'disabledplans' does not exist"));
    }
}
