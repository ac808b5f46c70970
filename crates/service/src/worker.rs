//! Work that nobody waits for: what comes due, charges left open, the audit chain.
//!
//! Nobody gains or loses access because this ran late: standing is derived. It persists what has come due and tells the world.

use std::time::Duration;

use aktiver_domain::ids::{OrganizationId, SubscriptionId};
use aktiver_storage::job::{self, Job, JobKind};
use aktiver_storage::payment::{self, ChargeIntent, Purpose};
use aktiver_storage::{audit, idempotency, organization, session, token};
use jiff::SignedDuration;
use tokio::sync::watch;
use uuid::Uuid;

use crate::app::App;
use crate::context::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::subscriptions::{self, charge, renew};

/// How long a worker may hold a job before another takes it.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How old an open charge must be before the worker finishes it: its request may still be at work.
const CHARGE_LEFT_OPEN: SignedDuration = SignedDuration::from_mins(2);
/// Tries of a job before an operator must look at it.
const MOST_ATTEMPTS: u32 = 12;
const PERIOD: Duration = Duration::from_secs(2);
const BATCH: u32 = 100;
const SEAL_BATCH: u32 = 1000;
const PURGE_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How long the answer of a POST is kept for those who send it again.
const REPLAYED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Works until told to stop.
pub async fn run(app: &App, mut shutdown: watch::Receiver<bool>) {
    let mut purged = None;
    loop {
        let now = app.system_now();
        if purged.is_none_or(|at| now.duration_since(at) >= PURGE_EVERY) {
            purged = Some(now);
            if let Err(error) = purge(app).await {
                tracing::error!(%error, "purge");
            }
        }
        let worked = match run_once(app, BATCH).await {
            Ok(done) => done > 0,
            Err(error) => {
                tracing::error!(%error, "worker");
                false
            }
        };
        if *shutdown.borrow() {
            return;
        }
        if !worked {
            tokio::select! {
                () = tokio::time::sleep(PERIOD) => {}
                _ = shutdown.changed() => {}
            }
        }
    }
}

/// One round over everything that waits; gives how many jobs were done.
///
/// # Errors
/// Storage alone; what fails in a job is kept with the job.
pub async fn run_once(app: &App, limit: u32) -> Result<u32> {
    finish_open_charges(app, CHARGE_LEFT_OPEN, limit).await?;
    let organizations = {
        let mut session = app.read().await?;
        job::due_organizations(&mut session, app.system_now(), limit).await?
    };
    let mut done = 0;
    for id in organizations {
        let ctx = app.context(Actor::System, id, Uuid::nil()).await?;
        done += run_due(app, &ctx).await?;
    }
    seal_audits(app, limit).await?;
    Ok(done)
}

/// Does everything that is due in one organization; gives how many jobs were done.
///
/// # Errors
/// Storage alone.
pub async fn run_due(app: &App, ctx: &Ctx) -> Result<u32> {
    let mut done = 0_u32;
    loop {
        let mut session = app.begin().await?;
        let jobs = job::claim(&mut session, ctx.org(), ctx.now, app.system_now(), LEASE, BATCH).await?;
        if jobs.is_empty() {
            job::refresh_due(&mut session, ctx.org()).await?;
            session.commit().await?;
            return Ok(done);
        }
        session.commit().await?;
        for job in jobs {
            let result = perform(app, ctx, &job).await;
            finish(app, ctx, &job, result).await?;
            done = done.saturating_add(1);
        }
    }
}

async fn perform(app: &App, ctx: &Ctx, job: &Job) -> Result<()> {
    match job.kind {
        JobKind::Settle | JobKind::Renew => {
            renew::settle_and_renew(app, ctx, SubscriptionId::from_uuid(job.subject)).await
        }
        JobKind::FinishCharge => finish_open_charges_of(app, ctx).await,
        JobKind::SealAudit => seal(app, ctx.org()).await.map(drop),
    }
}

/// Ends, repeats or parks a job; one that was planned anew while it ran stays planned.
async fn finish(app: &App, ctx: &Ctx, job: &Job, result: Result<()>) -> Result<()> {
    let mut session = app.begin().await?;
    match result {
        Ok(()) => {
            job::done(&mut session, ctx.org(), job.id).await?;
        }
        Err(error) if job.attempts + 1 >= MOST_ATTEMPTS || matches!(error, Error::NotFound(_)) => {
            tracing::error!(job = %job.id, %error, "job parked");
            job::park(&mut session, ctx.org(), job.id, &error.to_string()).await?;
        }
        Err(error) => {
            tracing::warn!(job = %job.id, %error, "job failed, tried again");
            let wait = SignedDuration::from_secs(1_i64 << job.attempts.min(12)) + jitter(app);
            let at = ctx.now.saturating_add(wait).unwrap_or(ctx.now);
            job::retry(&mut session, ctx.org(), job.id, at, &error.to_string()).await?;
        }
    }
    session.commit().await?;
    Ok(())
}

fn jitter(app: &App) -> SignedDuration {
    let [byte] = app.random::<1>();
    SignedDuration::from_millis(i64::from(byte) * 4)
}

/// Asks the gateway again for charges that were left open, with their own ids, and stores what became of them.
///
/// # Errors
/// Storage alone; a gateway that still does not answer leaves them open.
pub async fn finish_open_charges(app: &App, left_open_for: SignedDuration, limit: u32) -> Result<()> {
    let open = {
        let mut session = app.read().await?;
        payment::all_open_intents(&mut session, jiff::Timestamp::MAX, limit).await?
    };
    for intent in open {
        let ctx = app.context(Actor::System, intent.organization, Uuid::nil()).await?;
        if ctx.now.duration_since(intent.created_at) >= left_open_for {
            try_to_finish(app, &ctx, &intent).await;
        }
    }
    Ok(())
}

/// The same for one organization, however young they are: for a clock that is about to leave them behind.
///
/// # Errors
/// Storage alone.
pub(crate) async fn finish_open_charges_of(app: &App, ctx: &Ctx) -> Result<()> {
    let open = {
        let mut session = app.read().await?;
        payment::open_intents(&mut session, ctx.org()).await?
    };
    for intent in open {
        try_to_finish(app, ctx, &intent).await;
    }
    Ok(())
}

async fn try_to_finish(app: &App, ctx: &Ctx, intent: &ChargeIntent) {
    match finish_charge(app, ctx, intent).await {
        Ok(()) | Err(Error::Refused(_)) => {}
        Err(error) => tracing::warn!(charge = %intent.id, %error, "charge left open"),
    }
}

async fn finish_charge(app: &App, ctx: &Ctx, intent: &ChargeIntent) -> Result<()> {
    let method = {
        let mut session = app.read().await?;
        payment::method(&mut session, ctx.org(), intent.payment_method).await?
    };
    let method = method.ok_or_else(|| Error::internal("the payment method of an open charge is gone"))?;
    let outcome = charge::ask(app, intent, &method).await?;
    match intent.purpose {
        Purpose::Reactivate => subscriptions::finish_reactivation(app, ctx, intent, &method, outcome)
            .await
            .map(drop),
        Purpose::Renew => renew::finish(app, ctx, intent, &method, outcome).await,
        Purpose::Quantity => subscriptions::finish_quantity(app, ctx, intent, &method, outcome).await,
        Purpose::Purchase => Err(Error::internal("a purchase is never left to the worker")),
    }
}

/// Removes sessions, tokens and codes that have expired, and answers too old to be asked for again.
///
/// # Errors
/// Storage alone.
pub async fn purge(app: &App) -> Result<u64> {
    let now = app.system_now();
    let mut removed = 0;
    loop {
        let mut session = app.begin().await?;
        let round = session::purge(&mut session, now).await? + token::purge(&mut session, now).await?;
        session.commit().await?;
        removed += round;
        if round == 0 {
            break;
        }
    }
    let mut session = app.begin().await?;
    removed += idempotency::purge(&mut session, now.saturating_sub(REPLAYED_FOR).unwrap_or(now)).await?;
    session.commit().await?;
    Ok(removed)
}

async fn seal_audits(app: &App, limit: u32) -> Result<()> {
    let organizations = {
        let mut session = app.read().await?;
        audit::unsealed_organizations(&mut session, limit).await?
    };
    for id in organizations {
        seal(app, id).await?;
    }
    Ok(())
}

/// Numbers and chains an organization's new audit rows; its own row is the lock of the one sealer.
async fn seal(app: &App, id: OrganizationId) -> Result<u32> {
    let mut session = app.begin().await?;
    organization::lock(&mut session, id).await?;
    let sealed = audit::seal(&mut session, id, SEAL_BATCH).await?;
    session.commit().await?;
    Ok(sealed)
}
