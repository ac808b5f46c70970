use aktiver_service::devices::{Activation, ActivationState};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::vendor::call::Answer;
use crate::vendor::problem::{Fault, Result};

/// How things stand for a device.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceLicense {
    /// `licensed` or `unlicensed`.
    state: &'static str,
    /// The signed license document (JWS, EdDSA) when licensed: `sub` is the user, `device` the device.
    #[schema(required)]
    license: Option<String>,
    /// What the person should be told.
    notices: Vec<DeviceNotice>,
    /// Devices that were signed out to make room (DV-02b).
    signed_out_devices: Vec<SignedOutDevice>,
}

#[derive(Serialize, ToSchema)]
pub struct DeviceNotice {
    /// Stable, in snake case.
    #[schema(example = "subscription_expired")]
    code: String,
    message: String,
    remedy: String,
}

#[derive(Serialize, ToSchema)]
pub struct SignedOutDevice {
    id: String,
    name: String,
}

/// The answer to an activation, check-in or question; a device that was signed out is told so (DV-03).
pub fn answer(activation: Activation) -> Result<Response> {
    let state = match activation.state {
        ActivationState::Licensed => "licensed",
        ActivationState::Unlicensed => "unlicensed",
        ActivationState::SignedOut => {
            let notice = activation.notices.into_iter().next();
            let (detail, remedy) = notice.map_or_else(
                || {
                    (
                        "This device was signed out.".to_owned(),
                        "Sign in again to activate it.".to_owned(),
                    )
                },
                |notice| (notice.message, notice.remedy),
            );
            return Err(Fault::plain(StatusCode::NOT_FOUND, "DEVICE_SIGNED_OUT", detail, remedy));
        }
    };
    let shape = DeviceLicense {
        state,
        license: activation.license,
        notices: activation
            .notices
            .into_iter()
            .map(|notice| DeviceNotice {
                code: notice.code.as_str().to_owned(),
                message: notice.message,
                remedy: notice.remedy,
            })
            .collect(),
        signed_out_devices: activation
            .signed_out
            .into_iter()
            .map(|device| SignedOutDevice {
                id: device.id,
                name: device.name,
            })
            .collect(),
    };
    Ok(Answer::ok(&shape)?.into_response())
}
