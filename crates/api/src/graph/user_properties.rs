//! A user as Graph shows it: which properties, and how each is written (GQ-01).

use std::collections::BTreeMap;

use aktiver_service::App;
use aktiver_service::domain::Timestamp;
use aktiver_service::domain::catalog::Catalog;
use aktiver_service::domain::ids::PlanId;
use aktiver_service::domain::licensing::{Assignment, Source};
use aktiver_service::licensing::{self, Holding};
use aktiver_service::users::User;
use axum::http::StatusCode;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::body;
use super::error::bad_request;
use super::query::{Query, unknown_property};
use crate::error::{Failure, Result};

macro_rules! properties {
    ($($property:ident = $name:literal),+ $(,)?) => {
        /// A property of a user.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Property { $($property),+ }

        impl Property {
            const ALL: &'static [Self] = &[$(Self::$property),+];

            const fn as_str(self) -> &'static str {
                match self { $(Self::$property => $name),+ }
            }
        }
    };
}

properties! {
    BusinessPhones = "businessPhones",
    DisplayName = "displayName",
    GivenName = "givenName",
    JobTitle = "jobTitle",
    Mail = "mail",
    MobilePhone = "mobilePhone",
    OfficeLocation = "officeLocation",
    PreferredLanguage = "preferredLanguage",
    Surname = "surname",
    UserPrincipalName = "userPrincipalName",
    Id = "id",
    AccountEnabled = "accountEnabled",
    AssignedLicenses = "assignedLicenses",
    AssignedPlans = "assignedPlans",
    CreatedDateTime = "createdDateTime",
    LicenseAssignmentStates = "licenseAssignmentStates",
    MailNickname = "mailNickname",
    ProvisionedPlans = "provisionedPlans",
    UsageLocation = "usageLocation",
    UserType = "userType",
}

use Property as P;

/// For a property in a body that is none of those that can be set.
pub fn unsettable(name: &str) -> Failure {
    if Property::ALL.iter().any(|known| known.as_str() == name) {
        return bad_request(format!("Property '{name}' is read-only and cannot be set."));
    }
    body::no_such_property(name, "user")
}

/// What is answered without `$select` (GQ-01).
pub const DEFAULT: &[Property] = &[
    P::BusinessPhones,
    P::DisplayName,
    P::GivenName,
    P::JobTitle,
    P::Mail,
    P::MobilePhone,
    P::OfficeLocation,
    P::PreferredLanguage,
    P::Surname,
    P::UserPrincipalName,
    P::Id,
];

/// What `assignLicense` answers.
pub const ASSIGNED: &[Property] = &[
    P::BusinessPhones,
    P::DisplayName,
    P::GivenName,
    P::JobTitle,
    P::Mail,
    P::MobilePhone,
    P::OfficeLocation,
    P::PreferredLanguage,
    P::Surname,
    P::UserPrincipalName,
    P::Id,
    P::AccountEnabled,
    P::UsageLocation,
    P::AssignedLicenses,
    P::AssignedPlans,
];

/// What only a single user is asked for (SPEC 26); we keep none of it.
const SINGLE_ONLY: &[&str] = &[
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

/// Which properties are answered.
#[derive(Debug, Clone)]
pub struct Selection {
    properties: Vec<Property>,
    /// Properties that nobody has here.
    empty: Vec<&'static str>,
    /// The selected names, for the context; `None` without `$select`.
    names: Option<String>,
}

impl Selection {
    /// A fixed set.
    #[must_use]
    pub fn of(properties: &[Property]) -> Self {
        Self {
            properties: properties.to_vec(),
            empty: Vec::new(),
            names: None,
        }
    }

    /// What `$select` asks for, of one user or of a list.
    ///
    /// # Errors
    /// A property that a user does not have; 501 for one that only a single user is asked for.
    pub fn parse(query: &Query, single: bool) -> Result<Self> {
        let Some(select) = query.select.as_deref().filter(|select| !select.trim().is_empty()) else {
            return Ok(Self::of(DEFAULT));
        };
        let mut selection = Self {
            properties: Vec::new(),
            empty: Vec::new(),
            names: None,
        };
        let mut names = Vec::new();
        for name in select.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if name == "*" {
                return Ok(Self::of(DEFAULT));
            }
            if let Some(found) = Property::ALL
                .iter()
                .find(|known| known.as_str().eq_ignore_ascii_case(name))
            {
                if !selection.properties.contains(found) {
                    selection.properties.push(*found);
                    names.push(found.as_str());
                }
                continue;
            }
            let Some(found) = SINGLE_ONLY
                .iter()
                .copied()
                .find(|known| known.eq_ignore_ascii_case(name))
            else {
                return Err(unknown_property("user", name));
            };
            if !single {
                return Err(Failure::plain(
                    StatusCode::NOT_IMPLEMENTED,
                    "NotImplemented",
                    format!("The property '{found}' is available on a single user only."),
                ));
            }
            if !selection.empty.contains(&found) {
                selection.empty.push(found);
                names.push(found);
            }
        }
        selection.names = Some(names.join(","));
        Ok(selection)
    }

    /// The selected names, for the context.
    #[must_use]
    pub fn names(&self) -> Option<&str> {
        self.names.as_deref()
    }

    /// Whether licenses must be read.
    #[must_use]
    pub fn needs_holding(&self) -> bool {
        let of_licenses = [
            P::AssignedLicenses,
            P::AssignedPlans,
            P::LicenseAssignmentStates,
            P::ProvisionedPlans,
        ];
        of_licenses.iter().any(|property| self.properties.contains(property))
    }

    /// The catalog, when plans are shown by name.
    pub async fn catalog(&self, app: &App) -> Result<Option<std::sync::Arc<Catalog>>> {
        let needed = self.properties.contains(&P::AssignedPlans) || self.properties.contains(&P::ProvisionedPlans);
        Ok(if needed {
            Some(licensing::catalog(app).await?)
        } else {
            None
        })
    }
}

/// One user, written with the selected properties.
pub struct Shown<'a> {
    pub context: Option<String>,
    pub selection: &'a Selection,
    pub user: &'a User,
    /// Read when the selection needs it.
    pub holding: Option<&'a Holding>,
    pub catalog: Option<&'a Catalog>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(context) = &self.context {
            map.serialize_entry("@odata.context", context)?;
        }
        let user = self.user;
        let held: &[Assignment] = self.holding.map_or(&[], |holding| &holding.assignments);
        for property in &self.selection.properties {
            let name = property.as_str();
            match property {
                P::BusinessPhones => map.serialize_entry(name, &user.business_phones)?,
                P::DisplayName => map.serialize_entry(name, &user.display_name)?,
                P::GivenName => map.serialize_entry(name, &user.given_name)?,
                P::JobTitle => map.serialize_entry(name, &user.job_title)?,
                P::Mail => map.serialize_entry(name, &user.mail)?,
                P::MobilePhone => map.serialize_entry(name, &user.mobile_phone)?,
                P::OfficeLocation => map.serialize_entry(name, &user.office_location)?,
                P::PreferredLanguage => map.serialize_entry(name, &user.preferred_language)?,
                P::Surname => map.serialize_entry(name, &user.surname)?,
                P::UserPrincipalName => map.serialize_entry(name, &user.user_principal_name)?,
                P::Id => map.serialize_entry(name, &Text(user.id))?,
                P::AccountEnabled => map.serialize_entry(name, &user.account_enabled)?,
                P::UsageLocation => map.serialize_entry(name, &user.usage_location)?,
                P::MailNickname => map.serialize_entry(name, &user.mail_nickname)?,
                P::CreatedDateTime => map.serialize_entry(name, &Text(user.created_at))?,
                P::UserType => map.serialize_entry(name, "Member")?,
                P::AssignedLicenses => map.serialize_entry(name, &assigned_licenses(held))?,
                P::LicenseAssignmentStates => map.serialize_entry(name, &assignment_states(held))?,
                P::AssignedPlans => map.serialize_entry(name, &self.plans(assigned_plan))?,
                P::ProvisionedPlans => map.serialize_entry(name, &self.plans(provisioned_plan))?,
            }
        }
        for name in &self.selection.empty {
            map.serialize_entry(name, &None::<()>)?;
        }
        map.end()
    }
}

/// Anything that is written as its text.
struct Text<T>(T);

impl<T: std::fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// One entry per product, whatever the number of sources; a plan is off when every source turns it off (GL-04).
fn assigned_licenses(held: &[Assignment]) -> Vec<Value> {
    let mut licenses: Vec<(&Assignment, Vec<PlanId>)> = Vec::new();
    for assignment in held.iter().filter(|a| a.is_effective()) {
        match licenses
            .iter_mut()
            .find(|(first, _)| first.product == assignment.product)
        {
            Some((_, disabled)) => disabled.retain(|plan| assignment.disabled_plans.contains(plan)),
            None => licenses.push((assignment, assignment.disabled_plans.iter().copied().collect())),
        }
    }
    licenses
        .into_iter()
        .map(|(first, disabled)| {
            let disabled: Vec<String> = disabled.iter().map(ToString::to_string).collect();
            json!({ "disabledPlans": disabled, "skuId": first.product.to_string() })
        })
        .collect()
}

/// Every assignment with its source and state (SPEC 13.1); `None` is the word for no error.
fn assignment_states(held: &[Assignment]) -> Vec<Value> {
    held.iter()
        .map(|a| {
            let group = match a.source {
                Source::Direct => None,
                Source::Group(group) => Some(group.to_string()),
            };
            let disabled: Vec<String> = a.disabled_plans.iter().map(ToString::to_string).collect();
            json!({
                "assignedByGroup": group,
                "disabledPlans": disabled,
                "error": a.error.map_or("None", |error| error.as_str()),
                "lastUpdatedDateTime": a.updated_at.to_string(),
                "skuId": a.product.to_string(),
                "state": a.state.as_str(),
            })
        })
        .collect()
}

/// A plan that some license leaves on: since when, and the best status of the pools that give it.
struct HeldPlan<'a> {
    name: &'a str,
    id: PlanId,
    since: Timestamp,
    capability: &'static str,
}

/// `service` is the plan's own name: the catalog knows no coarser one.
fn assigned_plan(plan: &HeldPlan<'_>) -> Value {
    json!({
        "assignedDateTime": plan.since.to_string(),
        "capabilityStatus": plan.capability,
        "service": plan.name,
        "servicePlanId": plan.id.to_string(),
    })
}

fn provisioned_plan(plan: &HeldPlan<'_>) -> Value {
    json!({ "capabilityStatus": plan.capability, "provisioningStatus": "Success", "service": plan.name })
}

fn rank(capability: &str) -> u8 {
    match capability {
        "Enabled" => 4,
        "Warning" => 3,
        "Suspended" => 2,
        "LockedOut" => 1,
        _ => 0,
    }
}

impl Shown<'_> {
    fn plans(&self, write: fn(&HeldPlan<'_>) -> Value) -> Vec<Value> {
        let (Some(holding), Some(catalog)) = (self.holding, self.catalog) else {
            return Vec::new();
        };
        let mut plans: BTreeMap<PlanId, HeldPlan<'_>> = BTreeMap::new();
        for assignment in holding.assignments.iter().filter(|a| a.is_effective()) {
            let Some(product) = catalog.product(assignment.product) else {
                continue;
            };
            let capability = holding
                .capability
                .get(&assignment.product)
                .copied()
                .unwrap_or("Deleted");
            let on = product
                .plans
                .iter()
                .filter(|plan| !assignment.disabled_plans.contains(plan));
            for plan in on.filter_map(|id| catalog.plan(*id)) {
                let held = plans.entry(plan.id).or_insert(HeldPlan {
                    name: &plan.name,
                    id: plan.id,
                    since: assignment.updated_at,
                    capability,
                });
                held.since = held.since.min(assignment.updated_at);
                if rank(capability) > rank(held.capability) {
                    held.capability = capability;
                }
            }
        }
        plans.values().map(write).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use aktiver_service::domain::ids::{GroupId, ProductId};
    use aktiver_service::domain::licensing::{AssignmentError, AssignmentState};
    use uuid::Uuid;

    use super::*;

    fn held(product: u128, source: Source, disabled: &[u128]) -> Assignment {
        Assignment {
            product: ProductId::from_uuid(Uuid::from_u128(product)),
            source,
            disabled_plans: disabled
                .iter()
                .map(|plan| PlanId::from_uuid(Uuid::from_u128(*plan)))
                .collect::<BTreeSet<_>>(),
            state: AssignmentState::Active,
            error: None,
            updated_at: "2025-01-07T09:00:00Z".parse().unwrap(),
        }
    }

    fn group(id: u128) -> Source {
        Source::Group(GroupId::from_uuid(Uuid::from_u128(id)))
    }

    #[test]
    fn gl_04_one_license_per_product_with_the_plans_that_every_source_turns_off() {
        let licenses = assigned_licenses(&[held(1, Source::Direct, &[7, 8]), held(1, group(5), &[8, 9])]);
        assert_eq!(
            licenses,
            [json!({
                "disabledPlans": ["00000000-0000-0000-0000-000000000008"],
                "skuId": "00000000-0000-0000-0000-000000000001"
            })]
        );
    }

    #[test]
    fn states_name_the_group_and_the_error() {
        let mut failing = held(2, group(5), &[]);
        failing.state = AssignmentState::Error;
        failing.error = Some(AssignmentError::CountViolation);
        let states = assignment_states(&[held(1, Source::Direct, &[]), failing.clone()]);
        assert_eq!(
            states,
            [
                json!({ "assignedByGroup": null, "disabledPlans": [], "error": "None", "state": "Active",
                    "lastUpdatedDateTime": "2025-01-07T09:00:00Z", "skuId": "00000000-0000-0000-0000-000000000001" }),
                json!({ "assignedByGroup": "00000000-0000-0000-0000-000000000005", "disabledPlans": [],
                    "error": "CountViolation", "state": "Error",
                    "lastUpdatedDateTime": "2025-01-07T09:00:00Z", "skuId": "00000000-0000-0000-0000-000000000002" }),
            ]
        );
        assert!(assigned_licenses(&[failing]).is_empty());
    }

    #[test]
    fn a_list_refuses_what_only_a_single_user_has() {
        let query = Query {
            select: Some("id,aboutMe".into()),
            ..Query::default()
        };
        let Err(Failure::Plain(plain)) = Selection::parse(&query, false) else {
            panic!()
        };
        assert_eq!(plain.status, StatusCode::NOT_IMPLEMENTED);
        assert_eq!(Selection::parse(&query, true).unwrap().names(), Some("id,aboutMe"));
    }
}
