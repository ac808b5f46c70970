//! People of an organization's directory, their sign-in names and their roles.

use std::collections::BTreeSet;
use std::fmt;

use aktiver_domain::Timestamp;
use aktiver_domain::ids::{OrganizationId, UserId};
use aktiver_domain::role::Role;
use uuid::Uuid;

use crate::engine::{Error, Param, Result, Row, Session};
use crate::text::{after_prefix, fold, sort_key};
use crate::values::{must_be_unit, unsigned};
use crate::{params, statements};

statements! {
    INSERT_NAME both "insert into sign_in_name (name, organization_id, user_id) values ($1, $2, $3)";
    INSERT both "insert into directory_user (organization_id, id, user_principal_name, display_name, sort_name, given_name, surname, mail, \
        mail_nickname, job_title, mobile_phone, office_location, preferred_language, business_phones, usage_location, account_enabled, \
        password_hash, created_at, deleted_at, version) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    GET both "select * from directory_user where organization_id = $1 and id = $2";
    LOCK
        sqlite "select * from directory_user where organization_id = $1 and id = $2"
        postgres "select * from directory_user where organization_id = $1 and id = $2 for update";
    BY_NAME both "select u.* from sign_in_name n \
        join directory_user u on u.organization_id = n.organization_id and u.id = n.user_id \
        where n.name = $2 and n.organization_id = $1";
    FIND_SIGN_IN both "select organization_id, user_id from sign_in_name where name = $1";
    UPDATE both "update directory_user set user_principal_name = $4, display_name = $5, sort_name = $6, given_name = $7, surname = $8, \
        mail = $9, mail_nickname = $10, job_title = $11, mobile_phone = $12, office_location = $13, preferred_language = $14, \
        business_phones = $15, usage_location = $16, account_enabled = $17, password_hash = $18, deleted_at = $19, version = version + 1 \
        where organization_id = $1 and id = $2 and version = $3";
    RENAME both "update sign_in_name set name = $3 where organization_id = $1 and user_id = $2 and name <> $3";
    PAGE both "select * from directory_user where organization_id = $1 and (sort_name, id) > ($2, $3) and sort_name < $4 \
        and deleted_at is null order by sort_name, id limit $5";
    PAGE_BY_ID both "select * from directory_user where organization_id = $1 and id > $2 and deleted_at is null order by id limit $3";
    BY_IDS
        sqlite "select * from directory_user where organization_id = $1 and id in (select unhex(value) from json_each($2)) order by id"
        postgres "select * from directory_user where organization_id = $1 and id = any($2) order by id";
    COUNT both "select count(*) as n from directory_user where organization_id = $1 and deleted_at is null";
    ROLES both "select role from role_member where organization_id = $1 and user_id = $2";
    ADD_ROLE both "insert into role_member (organization_id, user_id, role) values ($1, $2, $3) on conflict do nothing";
    REMOVE_ROLE both "delete from role_member where organization_id = $1 and user_id = $2 and role = $3";
    MEMBERS_OF
        sqlite "select m.role, u.* from role_member m \
            join directory_user u on u.organization_id = m.organization_id and u.id = m.user_id \
            where m.organization_id = $1 and m.role in (select value from json_each($2)) and u.account_enabled and u.deleted_at is null \
            order by u.sort_name, u.id, m.role"
        postgres "select m.role, u.* from role_member m \
            join directory_user u on u.organization_id = m.organization_id and u.id = m.user_id \
            where m.organization_id = $1 and m.role = any($2) and u.account_enabled and u.deleted_at is null \
            order by u.sort_name, u.id, m.role";
}

/// The argon2id hash of a password, with its parameters and salt.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl PasswordHash {
    /// The hash in PHC string format.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A person in an organization's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Whose directory it is.
    pub organization: OrganizationId,
    /// The person's id.
    pub id: UserId,
    /// The name the person signs in with, as it was given; unique among all organizations in whatever case.
    pub user_principal_name: String,
    /// The name the person is shown by.
    pub display_name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub surname: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// The part of a mail address before the at sign.
    pub mail_nickname: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Mobile phone.
    pub mobile_phone: Option<String>,
    /// Office location.
    pub office_location: Option<String>,
    /// BCP 47 language tag.
    pub preferred_language: Option<String>,
    /// Phones at work.
    pub business_phones: Vec<String>,
    /// ISO 3166-1 alpha-2 code; needed before a license can be assigned.
    pub usage_location: Option<String>,
    /// Whether the person may sign in.
    pub account_enabled: bool,
    /// None: the person cannot sign in with a password.
    pub password_hash: Option<PasswordHash>,
    /// When the person was added.
    pub created_at: Timestamp,
    /// Deleted and restorable since then (LA-11). The sign-in name stays taken until an update changes it.
    pub deleted_at: Option<Timestamp>,
    /// Raised at every change; an update names the one it was decided on.
    pub version: i64,
}

impl User {
    fn from_row(row: &Row) -> Result<Self> {
        let phones = row.text("business_phones")?;
        Ok(Self {
            organization: row.typed_id("organization_id")?,
            id: row.typed_id("id")?,
            user_principal_name: row.text("user_principal_name")?,
            display_name: row.text("display_name")?,
            given_name: row.opt_text("given_name")?,
            surname: row.opt_text("surname")?,
            mail: row.opt_text("mail")?,
            mail_nickname: row.opt_text("mail_nickname")?,
            job_title: row.opt_text("job_title")?,
            mobile_phone: row.opt_text("mobile_phone")?,
            office_location: row.opt_text("office_location")?,
            preferred_language: row.opt_text("preferred_language")?,
            business_phones: serde_json::from_str(&phones).map_err(|error| row.bad("business_phones", error))?,
            usage_location: row.opt_text("usage_location")?,
            account_enabled: row.bool("account_enabled")?,
            password_hash: row.opt_text("password_hash")?.map(PasswordHash),
            created_at: row.instant("created_at")?,
            deleted_at: row.opt_instant("deleted_at")?,
            version: row.int("version")?,
        })
    }

    /// What an insert and an update have in common, in the order of both statements.
    fn details(&self) -> Vec<Param> {
        params![
            &self.user_principal_name,
            &self.display_name,
            sort_key(&self.display_name),
            self.given_name.clone(),
            self.surname.clone(),
            self.mail.clone(),
            self.mail_nickname.clone(),
            self.job_title.clone(),
            self.mobile_phone.clone(),
            self.office_location.clone(),
            self.preferred_language.clone(),
            serde_json::Value::from(self.business_phones.clone()).to_string(),
            self.usage_location.clone(),
            self.account_enabled,
            self.password_hash.as_ref().map(|hash| hash.0.clone()),
        ]
    }
}

/// Stores a new user and takes the sign-in name.
///
/// # Errors
/// [`Error::Unique`] `sign_in_name_pk` if anyone signs in with that name in whatever case.
pub async fn insert(s: &mut Session, user: &User) -> Result<()> {
    s.execute(
        &INSERT_NAME,
        params![fold(&user.user_principal_name), user.organization, user.id],
    )
    .await?;
    let mut values = params![user.organization, user.id];
    values.extend(user.details());
    values.extend(params![user.created_at, user.deleted_at, user.version]);
    s.execute(&INSERT, values).await?;
    Ok(())
}

/// One user, deleted ones included.
pub async fn get(s: &mut Session, organization: OrganizationId, id: UserId) -> Result<Option<User>> {
    one(s.fetch_optional(&GET, params![organization, id]).await?)
}

/// One user, deleted ones included, whom nobody else changes until this unit of work ends.
pub async fn lock(s: &mut Session, organization: OrganizationId, id: UserId) -> Result<Option<User>> {
    must_be_unit(s, &LOCK)?;
    one(s.fetch_optional(&LOCK, params![organization, id]).await?)
}

/// The organization's user with this principal name in whatever case, deleted ones included.
pub async fn by_name(s: &mut Session, organization: OrganizationId, user_principal_name: &str) -> Result<Option<User>> {
    one(s
        .fetch_optional(&BY_NAME, params![organization, fold(user_principal_name)])
        .await?)
}

fn one(row: Option<Row>) -> Result<Option<User>> {
    row.as_ref().map(User::from_row).transpose()
}

/// Who signs in with this name in whatever case, deleted users included.
pub async fn find_sign_in(s: &mut Session, name: &str) -> Result<Option<(OrganizationId, UserId)>> {
    s.fetch_optional(&FIND_SIGN_IN, params![fold(name)])
        .await?
        .map(|row| Ok((row.typed_id("organization_id")?, row.typed_id("user_id")?)))
        .transpose()
}

/// Stores a changed user, whose version becomes one more, and moves the sign-in name with the principal name.
///
/// # Errors
/// [`Error::Stale`] if the version is not the stored one; [`Error::Unique`] `sign_in_name_pk` or `user_principal_name_unique` if the new
/// name is taken.
pub async fn update(s: &mut Session, user: &User) -> Result<()> {
    let mut values = params![user.organization, user.id, user.version];
    values.extend(user.details());
    values.extend(params![user.deleted_at]);
    if s.execute(&UPDATE, values).await? == 0 {
        return Err(Error::Stale { what: "the user" });
    }
    s.execute(
        &RENAME,
        params![user.organization, user.id, fold(&user.user_principal_name)],
    )
    .await?;
    Ok(())
}

/// Users by display name in whatever case, then id, from after a display name and id; those whose display name begins with the prefix.
/// Not deleted ones.
pub async fn page(
    s: &mut Session,
    organization: OrganizationId,
    after: Option<(String, UserId)>,
    limit: u32,
    prefix: Option<&str>,
) -> Result<Vec<User>> {
    let prefix = prefix.unwrap_or_default();
    let from = after.map_or_else(
        || (sort_key(prefix), Uuid::nil()),
        |(name, id)| (sort_key(&name), id.uuid()).max((sort_key(prefix), Uuid::nil())),
    );
    let rows = s
        .fetch_all(
            &PAGE,
            params![organization, from.0, from.1, after_prefix(prefix), limit],
        )
        .await?;
    all(&rows)
}

/// Users in the order of their ids, from after one of them. Not deleted ones.
pub async fn page_by_id(
    s: &mut Session,
    organization: OrganizationId,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<User>> {
    let from = after.map_or(Uuid::nil(), UserId::uuid);
    let rows = s.fetch_all(&PAGE_BY_ID, params![organization, from, limit]).await?;
    all(&rows)
}

/// Those of the ids that are users, in the order of their ids, deleted ones included.
pub async fn by_ids(s: &mut Session, organization: OrganizationId, ids: &[UserId]) -> Result<Vec<User>> {
    let rows = s.fetch_all(&BY_IDS, params![organization, ids]).await?;
    all(&rows)
}

fn all(rows: &[Row]) -> Result<Vec<User>> {
    rows.iter().map(User::from_row).collect()
}

/// How many users an organization has, without deleted ones.
pub async fn count(s: &mut Session, organization: OrganizationId) -> Result<u64> {
    unsigned(&s.fetch_one(&COUNT, params![organization]).await?, "n")
}

/// A user's roles.
pub async fn roles(s: &mut Session, organization: OrganizationId, user: UserId) -> Result<BTreeSet<Role>> {
    s.fetch_all(&ROLES, params![organization, user])
        .await?
        .iter()
        .map(|row| row.parse("role"))
        .collect()
}

/// Gives a user a role; whether the user did not have it before.
///
/// # Errors
/// [`Error::ForeignKey`] if there is no such user.
pub async fn add_role(s: &mut Session, organization: OrganizationId, user: UserId, role: Role) -> Result<bool> {
    Ok(s.execute(&ADD_ROLE, params![organization, user, role.as_str()]).await? > 0)
}

/// Takes a role from a user; whether the user had it.
pub async fn remove_role(s: &mut Session, organization: OrganizationId, user: UserId, role: Role) -> Result<bool> {
    Ok(s.execute(&REMOVE_ROLE, params![organization, user, role.as_str()])
        .await?
        > 0)
}

/// Who has one of the roles, by display name: enabled users that are not deleted, once per role. For "ask one of these".
pub async fn members_of(s: &mut Session, organization: OrganizationId, roles: &[Role]) -> Result<Vec<(Role, User)>> {
    let names: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    s.fetch_all(&MEMBERS_OF, params![organization, names])
        .await?
        .iter()
        .map(|row| Ok((row.parse("role")?, User::from_row(row)?)))
        .collect()
}
