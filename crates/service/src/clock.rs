//! The clock of a sandbox organization, moved by hand (DESIGN 7).

use aktiver_domain::Timestamp;
use aktiver_domain::calendar;
use aktiver_domain::ids::SubscriptionId;
use aktiver_domain::role::Operation;
use aktiver_storage::{job, organization, subscription};
use jiff::{SignedDuration, Span};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Change};
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::worker;

/// How far to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    Days(u32),
    Months(u32),
    /// To the next instant of a subscription, else of the organization.
    Next {
        subscription: Option<SubscriptionId>,
    },
}

/// More would be a slip of the keyboard.
const MOST_DAYS: u32 = 3660;
/// More jobs than any year of a sandbox has: past it something plans itself for ever.
const MOST_JOBS: u32 = 20_000;

/// Reads `30d`, `P30D`, `P1M`, `P1Y` or `next`.
///
/// # Errors
/// Names the field `advance` and what is accepted.
pub fn parse_advance(text: &str, subscription: Option<SubscriptionId>) -> Result<Advance> {
    let bad = || {
        Error::invalid(
            "advance",
            format!("{text:?} is no stretch of time"),
            "give 30d, P30D, P1M, P1Y or next",
        )
    };
    let text_lower = text.trim().to_ascii_lowercase();
    if text_lower == "next" {
        return Ok(Advance::Next { subscription });
    }
    let body = text_lower.strip_prefix('p').unwrap_or(&text_lower);
    let unit = body.chars().last().ok_or_else(bad)?;
    let number: u32 = body.strip_suffix(unit).unwrap_or("").parse().map_err(|_| bad())?;
    let advance = match unit {
        'd' => Advance::Days(number),
        'w' => Advance::Days(number.saturating_mul(7)),
        'm' => Advance::Months(number),
        'y' => Advance::Months(number.saturating_mul(12)),
        _ => return Err(bad()),
    };
    let days = match advance {
        Advance::Days(days) => days,
        Advance::Months(months) => months.saturating_mul(31),
        Advance::Next { .. } => 0,
    };
    if number == 0 || days > MOST_DAYS {
        return Err(Error::invalid(
            "advance",
            "the clock moves between one day and ten years at a time",
            "give fewer days",
        ));
    }
    Ok(advance)
}

/// Moves a sandbox's clock, doing everything that comes due on the way, each thing at its own instant; gives the new now.
///
/// # Errors
/// `NOT_PERMITTED`; an organization that is no sandbox; nothing ahead for `Next`.
pub async fn advance(app: &App, ctx: &Ctx, by: Advance) -> Result<Timestamp> {
    let program = matches!(ctx.actor, Actor::Client { .. }) && ctx.actor.may(Operation::ManageSubscriptions);
    if !program {
        ctx.require(Operation::ManageOrganization)?;
    }
    if !ctx.organization.sandbox {
        return Err(Error::invalid(
            "organization",
            "only a sandbox organization has a clock of its own",
            "use a sandbox",
        ));
    }
    let target = match by {
        Advance::Days(days) => calendar::plus_days(ctx.now, days),
        Advance::Months(months) => {
            let span = Span::new().months(i32::try_from(months).unwrap_or(i32::MAX));
            let then = jiff::tz::TimeZone::UTC.to_datetime(ctx.now).saturating_add(span);
            jiff::tz::TimeZone::UTC.to_timestamp(then).map_err(Error::internal)?
        }
        Advance::Next { subscription } => next_instant(app, ctx, subscription).await?,
    };
    let mut ctx = ctx.clone();
    for _ in 0..MOST_JOBS {
        let next = {
            let mut session = app.read().await?;
            job::next_at(&mut session, ctx.org()).await?
        };
        let Some(at) = next.filter(|at| *at <= target) else {
            break;
        };
        set(app, &mut ctx, at).await?;
        let done = work(app, &ctx).await?;
        if done == 0 && at <= ctx.now {
            // Somebody else has the job: a second clock, or a worker that died. It is not waited for.
            break;
        }
    }
    set(app, &mut ctx, target).await?;
    work(app, &ctx).await?;
    let mut session = app.begin().await?;
    let change = Change::of("advance clock", ctx.org()).after(json!({ "now": ctx.now.to_string() }));
    audit::record(&mut session, app, &ctx, change).await?;
    session.commit().await?;
    Ok(ctx.now)
}

/// Does what is due, and brings charges that were left open to their end.
async fn work(app: &App, ctx: &Ctx) -> Result<u32> {
    let ctx = Ctx {
        actor: Actor::System,
        ..ctx.clone()
    };
    worker::finish_open_charges_of(app, &ctx).await?;
    worker::run_due(app, &ctx).await
}

async fn next_instant(app: &App, ctx: &Ctx, id: Option<SubscriptionId>) -> Result<Timestamp> {
    let mut session = app.read().await?;
    let next = match id {
        Some(id) => {
            let subscription = subscription::get(&mut session, ctx.org(), id).await?;
            subscription
                .ok_or(Error::NotFound("subscription"))?
                .next_lifecycle_at(ctx.now)
        }
        None => {
            let all = subscription::list(&mut session, ctx.org()).await?;
            let instants = all.iter().filter_map(|s| s.next_lifecycle_at(ctx.now));
            let job = job::next_at(&mut session, ctx.org()).await?.filter(|at| *at > ctx.now);
            instants.chain(job).min()
        }
    };
    next.ok_or_else(|| Error::invalid("advance", "nothing lies ahead", "give a number of days"))
}

/// Moves the clock forward to an instant; never back, also where somebody else has moved it meanwhile.
async fn set(app: &App, ctx: &mut Ctx, to: Timestamp) -> Result<()> {
    let mut session = app.begin().await?;
    let stored = organization::lock(&mut session, ctx.org())
        .await?
        .ok_or(Error::NotFound("organization"))?;
    let system_now = app.system_now();
    let ahead: SignedDuration = to.duration_since(system_now);
    if ahead > stored.clock_ahead {
        organization::set_clock_ahead(&mut session, ctx.org(), ahead).await?;
    }
    session.commit().await?;
    ctx.organization.clock_ahead = ahead.max(stored.clock_ahead);
    ctx.system_now = system_now;
    ctx.now = ctx.organization.now(system_now);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_time_are_read_as_people_write_them() {
        assert_eq!(parse_advance("30d", None).unwrap(), Advance::Days(30));
        assert_eq!(parse_advance("P30D", None).unwrap(), Advance::Days(30));
        assert_eq!(parse_advance("p1m", None).unwrap(), Advance::Months(1));
        assert_eq!(parse_advance("P1Y", None).unwrap(), Advance::Months(12));
        assert_eq!(
            parse_advance(" next ", None).unwrap(),
            Advance::Next { subscription: None }
        );
        for bad in ["", "d", "0d", "-1d", "5000d", "30", "P", "tomorrow"] {
            assert!(parse_advance(bad, None).is_err(), "{bad}");
        }
    }
}
