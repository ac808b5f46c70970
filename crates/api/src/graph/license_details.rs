//! `GET /users/{id}/licenseDetails`: the licenses a person has, direct and inherited.

use aktiver_service::domain::ids::{OrganizationId, ProductId, UserId};
use aktiver_service::licensing::{self, LicenseDetails, PlanStatus};
use aktiver_service::{Ctx, users};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::{Call, Collection};
use super::query::{Name, Query};
use crate::error::{About as _, Result};

const PROPERTIES: &[&str] = &["id", "servicePlans", "skuId", "skuPartNumber"];

pub async fn list(call: Call, Path(user): Path<String>) -> Result<Response> {
    let ctx = call.ctx().await?;
    let id = match UserId::parse(&user) {
        Ok(id) => id,
        Err(_) => users::by_name(&call.caller.app, &ctx, &user).await.about(&user)?.id,
    };
    show(&call, &ctx, id, &user).await
}

/// Answers the licenses of a user, whom the address named as `named`.
pub async fn show(call: &Call, ctx: &Ctx, user: UserId, named: &str) -> Result<Response> {
    let query = Query::parse(call.query.as_deref(), &[Name::Select])?;
    let select = query.properties("licenseDetails", PROPERTIES)?;
    let details = licensing::details(&call.caller.app, ctx, user).await.about(named)?;
    let value: Vec<Value> = details
        .iter()
        .map(|one| entity(ctx.org(), one, select.as_deref()))
        .collect();
    let names = select.map(|names| names.join(","));
    let context = call.context(&format!("users('{user}')/licenseDetails"), names.as_deref(), "");
    call.answer(
        StatusCode::OK,
        &Collection {
            context,
            count: None,
            next_link: None,
            value,
        },
    )
}

fn entity(organization: OrganizationId, details: &LicenseDetails, select: Option<&[&'static str]>) -> Value {
    let plans: Vec<Value> = details.plans.iter().map(plan).collect();
    let mut entity = json!({
        "id": id(organization, details.product.id),
        "skuId": details.product.id.to_string(),
        "skuPartNumber": details.product.part_number,
        "servicePlans": plans,
    });
    if let (Some(names), Some(object)) = (select, entity.as_object_mut()) {
        object.retain(|name, _| names.contains(&name.as_str()));
    }
    entity
}

fn plan(status: &PlanStatus) -> Value {
    json!({
        "servicePlanId": status.plan.id.to_string(),
        "servicePlanName": status.plan.name,
        "provisioningStatus": status.provisioning,
        "appliesTo": status.plan.applies_to.as_str(),
    })
}

/// Both GUIDs as .NET writes them (first three fields little-endian), in unpadded base64url (SPEC 14.1).
fn id(organization: OrganizationId, product: ProductId) -> String {
    let bytes = [organization.uuid().to_bytes_le(), product.uuid().to_bytes_le()].concat();
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_both_guids_in_dotnet_byte_order() {
        let organization = OrganizationId::parse("00112233-4455-6677-8899-aabbccddeeff").unwrap();
        let product = ProductId::parse("f245ecc8-75af-4f8e-b61f-27d8114de5f3").unwrap();
        let id = id(organization, product);
        assert_eq!(id.len(), 43);
        let bytes = URL_SAFE_NO_PAD.decode(id).unwrap();
        assert_eq!(bytes[..8], [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66]);
        assert_eq!(bytes[16..20], [0xc8, 0xec, 0x45, 0xf2]);
        assert_eq!(bytes[24..], [0xb6, 0x1f, 0x27, 0xd8, 0x11, 0x4d, 0xe5, 0xf3]);
    }
}
