//! `aktiver clock`: a sandbox organization's own present.

use aktiver_domain::ids::SubscriptionId;
use aktiver_service::clock::{advance, parse_advance};
use serde_json::json;

use super::{Output, app, context};
use crate::failure::{Failure, Result};
use crate::settings::Settings;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Show an organization's present
    Show {
        /// Id or domain of the organization
        organization: String,
    },
    /// Move a sandbox organization's clock forward, doing on the way what comes due
    Advance {
        /// Id or domain of the organization
        organization: String,
        /// 30d, P30D, P1M, P1Y, or `next` for the next change that comes by itself
        by: String,
        /// With `next`: of this subscription
        #[arg(long, value_name = "ID")]
        subscription: Option<String>,
    },
}

pub(super) async fn run(command: Command, settings: &Settings, output: Output) -> Result<()> {
    let app = app(settings).await?;
    let (organization, now) = match command {
        Command::Show { organization } => {
            let ctx = context(&app, &organization).await?;
            (ctx.organization.clone(), ctx.now)
        }
        Command::Advance {
            organization,
            by,
            subscription,
        } => {
            let subscription = subscription
                .map(|text| SubscriptionId::parse(&text))
                .transpose()
                .map_err(|error| {
                    Failure::not_done(format!("--subscription: {error}"), "give the id of a subscription")
                })?;
            let by = parse_advance(&by, subscription)?;
            let ctx = context(&app, &organization).await?;
            let now = advance(&app, &ctx, by).await?;
            (ctx.organization.clone(), now)
        }
    };
    let kind = if organization.sandbox {
        "sandbox"
    } else {
        "machine's clock"
    };
    output.say(
        &format!("{}: {now} ({kind})", organization.name),
        &json!({ "organization": organization.id.to_string(), "now": now.to_string(), "sandbox": organization.sandbox }),
    )
}
