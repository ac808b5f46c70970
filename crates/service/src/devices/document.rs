//! The license document a device carries.

use aktiver_license::{LICENSE_ID_PREFIX, LicenseDocument, NoticeCode, Schedule, ServicePlan, issue};
use aktiver_storage::user::User;
use sha2::{Digest as _, Sha256};

use crate::account::entitlement::Entitlement;
use crate::app::App;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::tokens::issuer_of;

/// Signs what a person may use on a device from now on, all usable plans of theirs, until the next check-in is due.
pub(super) fn issue_for(
    app: &App,
    ctx: &Ctx,
    issuer: &str,
    user: &User,
    device_id: &str,
    entitled: &Entitlement,
    notices: &[NoticeCode],
) -> Result<String> {
    let plans = entitled
        .usable
        .iter()
        .filter_map(|id| {
            let plan = entitled.catalog.plan(*id)?;
            let product = entitled.catalog.product(entitled.conferring(*id).next()?)?;
            Some(ServicePlan {
                id: id.to_string(),
                name: plan.name.clone(),
                sku: product.part_number.clone(),
            })
        })
        .collect();
    let schedule = Schedule::online(ctx.now);
    let document = LicenseDocument {
        iss: issuer_of(issuer, ctx.org()),
        sub: user.id.to_string(),
        tid: ctx.org().to_string(),
        upn: user.user_principal_name.clone(),
        name: user.display_name.clone(),
        organization: ctx.organization.name.clone(),
        device: device_id.to_owned(),
        lid: license_id(ctx, user),
        plans,
        notices: notices.to_vec(),
        iat: ctx.now.as_second(),
        sys: ctx.system_now.as_second(),
        chk: schedule.check_in_by,
        warn: schedule.warn_from,
        exp: schedule.expires,
    };
    issue(&document, app.signing()).map_err(Error::internal)
}

/// MA-08: `EWW-` and 20 hexadecimal digits, the same for a person on every device, and telling nothing of them.
fn license_id(ctx: &Ctx, user: &User) -> String {
    let mut digest = Sha256::new();
    digest.update(ctx.organization.license_salt);
    digest.update(user.id.uuid().as_bytes());
    let hex: String = digest
        .finalize()
        .iter()
        .take(10)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("{LICENSE_ID_PREFIX}{hex}")
}
