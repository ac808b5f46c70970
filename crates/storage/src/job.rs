//! The queue of work that is due later: rows written in the business transaction, claimed under a lease.
//!
//! A job is due on its organization's clock; leases run on the machine's. `due` tells a worker which organizations to look at: its
//! instant is never later than the organization's earliest work, so that nothing is overlooked; where it is earlier, the worker looks once in vain and
//! [`refresh_due`] corrects it.

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{JobId, OrganizationId};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::engine::{Error, Result, Row, Session};
use crate::values::{JsonText, must_be_unit};
use crate::{params, statements};

macro_rules! columns {
    () => {
        "organization_id, id, kind, subject_id, payload, at, attempts, last_error"
    };
}

macro_rules! claimable {
    () => {
        "select id from job where organization_id = $1 and state = 'waiting' and at <= $2 and (leased_until is null or leased_until <= $3) \
         order by at, id limit $5"
    };
}

statements! {
    /// A job put again gets the new id, so that a worker that still has the former one can neither end nor delay it.
    PUT both
        "insert into job (organization_id, id, kind, subject_id, payload, at, state, attempts, created_at) \
         values ($1, $2, $3, $4, $5, $6, 'waiting', 0, $6) \
         on conflict (organization_id, kind, subject_id) do update set id = excluded.id, payload = excluded.payload, at = excluded.at, \
         state = 'waiting', attempts = 0, leased_until = null, last_error = null";
    /// Takes the row's lock even where it changes nothing, so that no [`REFRESH`] of another unit overlooks the job of this one.
    LOWER_DUE both
        "insert into due (organization_id, at) values ($1, $2) \
         on conflict (organization_id) do update set at = excluded.at where due.at > excluded.at";
    REMOVE both "delete from job where organization_id = $1 and kind = $2 and subject_id = $3";
    DUE_ORGANIZATIONS both
        "select d.organization_id from due d join organization o on o.id = d.organization_id \
         where d.at <= $1 and not o.sandbox order by d.at, d.organization_id limit $2";
    CLAIM
        sqlite (concat!(
            "update job set leased_until = $4, attempts = attempts + 1 where organization_id = $1 and id in (", claimable!(), ") \
             returning ", columns!()
        ))
        postgres (concat!(
            "with c as materialized (", claimable!(), " for update skip locked) \
             update job set leased_until = $4, attempts = attempts + 1 where organization_id = $1 and id = any(array(select id from c)) \
             returning ", columns!()
        ));
    NEXT_AT both
        "select at from job where organization_id = $1 and state = 'waiting' order by at limit 1";
    DONE both "delete from job where organization_id = $1 and id = $2";
    RETRY both
        "update job set at = $3, leased_until = null, last_error = $4 where organization_id = $1 and id = $2 and state = 'waiting'";
    PARK both
        "update job set state = 'parked', leased_until = null, last_error = $3 where organization_id = $1 and id = $2";
    PARKED both concat!("select ", columns!(), " from job where state = 'parked' order by organization_id, id limit $1");
    LOCK_DUE
        sqlite "select at from due where organization_id = $1"
        postgres "select at from due where organization_id = $1 for update";
    DUE both "select at from due where organization_id = $1";
    /// A leased job is due when its lease ends, or at its instant where that is later.
    EARLIEST both
        "select min(at) as at from (\
         select (select at from job where organization_id = $1 and state = 'waiting' and leased_until is null order by at limit 1) as at \
         union all \
         select case when leased_until > at then leased_until else at end as at from job \
         where organization_id = $1 and state = 'waiting' and leased_until is not null) e";
    SET_DUE both "update due set at = $2 where organization_id = $1";
    CLEAR_DUE both "delete from due where organization_id = $1";
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// Persists what has come due of a subscription and tells the world.
    Settle,
    /// Charges a renewal.
    Renew,
    /// Brings a charge that was left open to its end.
    FinishCharge,
    /// Numbers and chains audit records.
    SealAudit,
}

aktiver_domain::text_enum! { JobKind, "kind of job" {
    Settle = "settle",
    Renew = "renew",
    FinishCharge = "finishCharge",
    SealAudit = "sealAudit",
}}

/// One unit of work. An organization has at most one of a kind for a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub organization: OrganizationId,
    /// A fresh one at every [`put`].
    pub id: JobId,
    pub kind: JobKind,
    pub subject: Uuid,
    pub payload: JsonText,
    /// When it is due, on the organization's clock.
    pub at: Timestamp,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    pub last_error: Option<String>,
}

/// Stores a job in place of the one of the same kind and subject: with its own id, instant and payload, waiting, never tried, in nobody's
/// hands. `attempts` and `last_error` are not read.
pub async fn put(s: &mut Session, job: &Job) -> Result<()> {
    let params = params![
        job.organization,
        job.id,
        job.kind.as_str(),
        job.subject,
        &job.payload,
        job.at,
    ];
    s.execute(&PUT, params).await?;
    s.execute(&LOWER_DUE, params![job.organization, job.at]).await.map(drop)
}

/// Removes the job of a kind and subject; tells whether there was one.
pub async fn remove(s: &mut Session, organization: OrganizationId, kind: JobKind, subject: Uuid) -> Result<bool> {
    Ok(s.execute(&REMOVE, params![organization, kind.as_str(), subject])
        .await?
        > 0)
}

/// Organizations that may have work by `now`, longest due first; sandboxes are left out, their clock is not the machine's.
pub async fn due_organizations(s: &mut Session, now: Timestamp, limit: u32) -> Result<Vec<OrganizationId>> {
    let rows = s.fetch_all(&DUE_ORGANIZATIONS, params![now, limit]).await?;
    rows.iter().map(|row| row.typed_id("organization_id")).collect()
}

/// Takes up to `limit` due jobs, earliest first, out of everyone else's reach for the length of the lease. Commit before working on
/// them: a worker that dies leaves them to the next one when the lease ends.
///
/// `now` is the organization's clock, `system_now` the machine's.
pub async fn claim(
    s: &mut Session,
    organization: OrganizationId,
    now: Timestamp,
    system_now: Timestamp,
    lease: SignedDuration,
    limit: u32,
) -> Result<Vec<Job>> {
    must_be_unit(s, &CLAIM)?;
    let until = system_now.saturating_add(lease).unwrap_or(Timestamp::MAX);
    let rows = s
        .fetch_all(&CLAIM, params![organization, now, system_now, until, limit])
        .await?;
    let mut jobs = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    jobs.sort_by_key(|job| (job.at, job.id));
    Ok(jobs)
}

/// When the organization's earliest waiting job is due, on its clock, whether or not somebody has it.
pub async fn next_at(s: &mut Session, organization: OrganizationId) -> Result<Option<Timestamp>> {
    match s.fetch_optional(&NEXT_AT, params![organization]).await? {
        Some(row) => row.instant("at").map(Some),
        None => Ok(None),
    }
}

/// Ends a job. `false` if it was put again or removed since it was claimed; then there is nothing to end.
pub async fn done(s: &mut Session, organization: OrganizationId, id: JobId) -> Result<bool> {
    Ok(s.execute(&DONE, params![organization, id]).await? > 0)
}

/// Gives a job back, to be tried again at `at`. `false` if it was put again, removed or parked since it was claimed.
pub async fn retry(
    s: &mut Session,
    organization: OrganizationId,
    id: JobId,
    at: Timestamp,
    error: &str,
) -> Result<bool> {
    let moved = s.execute(&RETRY, params![organization, id, at, error]).await? > 0;
    if moved {
        s.execute(&LOWER_DUE, params![organization, at]).await?;
    }
    Ok(moved)
}

/// Sets a job aside until an operator has looked at it; [`put`] brings it back. `false` if it was put again or removed since it was claimed.
pub async fn park(s: &mut Session, organization: OrganizationId, id: JobId, error: &str) -> Result<bool> {
    Ok(s.execute(&PARK, params![organization, id, error]).await? > 0)
}

/// Parked jobs of all organizations: for the operator alone.
pub async fn parked(s: &mut Session, limit: u32) -> Result<Vec<Job>> {
    let rows = s.fetch_all(&PARKED, params![limit]).await?;
    rows.iter().map(from_row).collect()
}

/// Sets the organization's due instant to that of its earliest work, or removes it where there is none. It is the last thing a unit of work
/// does, or a unit of its own: whoever puts a job waits for it.
///
/// # Errors
/// [`Error::ReadOnly`] outside a unit of work.
pub async fn refresh_due(s: &mut Session, organization: OrganizationId) -> Result<()> {
    must_be_unit(s, &LOCK_DUE)?;
    // The lock is a statement of its own: what is computed in a later one sees every job of whoever held the row before.
    let held = s.fetch_optional(&LOCK_DUE, params![organization]).await?.is_some();
    let earliest = s.fetch_one(&EARLIEST, params![organization]).await?.opt_instant("at")?;
    match earliest {
        Some(at) if held => s.execute(&SET_DUE, params![organization, at]).await.map(drop),
        Some(at) => s.execute(&LOWER_DUE, params![organization, at]).await.map(drop),
        None if held => s.execute(&CLEAR_DUE, params![organization]).await.map(drop),
        // A row that appeared meanwhile belongs to a job that this unit does not see.
        None => Ok(()),
    }
}

/// When the organization's earliest work is due, leases counted; and its due instant as stored.
pub(crate) async fn earliest_and_due(
    s: &mut Session,
    organization: OrganizationId,
) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let earliest = s.fetch_one(&EARLIEST, params![organization]).await?.opt_instant("at")?;
    let due = match s.fetch_optional(&DUE, params![organization]).await? {
        Some(row) => Some(row.instant("at")?),
        None => None,
    };
    Ok((earliest, due))
}

fn from_row(row: &Row) -> Result<Job, Error> {
    Ok(Job {
        organization: row.typed_id("organization_id")?,
        id: row.typed_id("id")?,
        kind: row.parse("kind")?,
        subject: row.id("subject_id")?,
        payload: row.text("payload")?,
        at: row.instant("at")?,
        attempts: row.count("attempts")?,
        last_error: row.opt_text("last_error")?,
    })
}
