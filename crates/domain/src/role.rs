//! Who may do what (SPEC 19), and the scopes of programs (SPEC 14.3).

use std::collections::BTreeSet;

/// A directory role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    GlobalAdministrator,
    BillingAdministrator,
    LicenseAdministrator,
    UserAdministrator,
    HelpdeskAdministrator,
    ServiceSupportAdministrator,
    GlobalReader,
    GroupsAdministrator,
    DirectoryWriters,
    DirectoryReaders,
    OfficeAppsAdministrator,
    ReportsReader,
    PasswordAdministrator,
}

text_enum! { Role, "role" {
    GlobalAdministrator = "Global Administrator",
    BillingAdministrator = "Billing Administrator",
    LicenseAdministrator = "License Administrator",
    UserAdministrator = "User Administrator",
    HelpdeskAdministrator = "Helpdesk Administrator",
    ServiceSupportAdministrator = "Service Support Administrator",
    GlobalReader = "Global Reader",
    GroupsAdministrator = "Groups Administrator",
    DirectoryWriters = "Directory Writers",
    DirectoryReaders = "Directory Readers",
    OfficeAppsAdministrator = "Office Apps Administrator",
    ReportsReader = "Reports Reader",
    PasswordAdministrator = "Password Administrator",
}}

impl Role {
    /// Every role, in the order in which refusals name them.
    pub const ALL: [Self; 13] = [
        Self::GlobalAdministrator,
        Self::BillingAdministrator,
        Self::LicenseAdministrator,
        Self::UserAdministrator,
        Self::HelpdeskAdministrator,
        Self::ServiceSupportAdministrator,
        Self::GlobalReader,
        Self::GroupsAdministrator,
        Self::DirectoryWriters,
        Self::DirectoryReaders,
        Self::OfficeAppsAdministrator,
        Self::ReportsReader,
        Self::PasswordAdministrator,
    ];

    /// The published template id, by which scripts name a role.
    #[must_use]
    pub const fn template_id(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "62e90394-69f5-4237-9190-012177145e10",
            Self::BillingAdministrator => "b0f54661-2d74-4c50-afa3-1ec803f12efe",
            Self::LicenseAdministrator => "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
            Self::UserAdministrator => "fe930be7-5e62-47db-91af-98c3a49a38b1",
            Self::HelpdeskAdministrator => "729827e3-9c14-49f7-bb1b-9608f156bbb8",
            Self::ServiceSupportAdministrator => "f023fd81-a637-4b56-95fd-791ac0226033",
            Self::GlobalReader => "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
            Self::GroupsAdministrator => "fdd7a751-b60b-444a-984c-02652fe8fa1c",
            Self::DirectoryWriters => "9360feb5-f418-4baa-8175-e2a00bac4301",
            Self::DirectoryReaders => "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
            Self::OfficeAppsAdministrator => "2b745bdf-0803-4d80-aa65-822c4493daac",
            Self::ReportsReader => "4a5d8f65-41da-4de4-8968-e035b65339cf",
            Self::PasswordAdministrator => "966707d0-3269-4727-9be2-8c3a10f19b9d",
        }
    }

    /// Whether this role may do an operation (SPEC 19.2; the 2024 reading of conflict 7).
    #[must_use]
    pub const fn may(self, operation: Operation) -> bool {
        use Operation as Op;
        match self {
            Self::GlobalAdministrator => true,
            Self::BillingAdministrator => matches!(
                operation,
                Op::ViewProducts
                    | Op::Reactivate
                    | Op::ManageSubscriptions
                    | Op::RedeemKeys
                    | Op::ManagePayment
                    | Op::ViewPayment
                    | Op::ReadDirectory
                    | Op::ServiceRequests
            ),
            Self::LicenseAdministrator => matches!(
                operation,
                Op::ViewProducts
                    | Op::AssignLicenses
                    | Op::SetUsageLocation
                    | Op::AssignToGroups
                    | Op::LicenseRequests
                    | Op::ReadDirectory
            ),
            Self::UserAdministrator => matches!(
                operation,
                Op::ViewProducts
                    | Op::AssignLicenses
                    | Op::SetUsageLocation
                    | Op::AssignToGroups
                    | Op::LicenseRequests
                    | Op::ReadDirectory
                    | Op::ManageUsers
                    | Op::DeleteUsers
                    | Op::ServiceRequests
            ),
            Self::HelpdeskAdministrator => matches!(operation, Op::ReadDirectory | Op::ServiceRequests),
            Self::ServiceSupportAdministrator => {
                matches!(operation, Op::ViewProducts | Op::ReadDirectory | Op::ServiceRequests)
            }
            Self::GlobalReader => {
                matches!(
                    operation,
                    Op::ViewProducts | Op::ReadDirectory | Op::ViewPayment | Op::ViewAudit
                )
            }
            Self::GroupsAdministrator => matches!(operation, Op::ReadDirectory | Op::AssignToGroups),
            Self::DirectoryWriters => matches!(
                operation,
                Op::ViewProducts | Op::ReadDirectory | Op::AssignLicenses | Op::SetUsageLocation | Op::ManageUsers
            ),
            Self::DirectoryReaders => matches!(operation, Op::ViewProducts | Op::ReadDirectory),
            Self::OfficeAppsAdministrator | Self::ReportsReader | Self::PasswordAdministrator => {
                matches!(operation, Op::ReadDirectory)
            }
        }
    }
}

/// What a role allows. Everyone may see their own licenses, apps and devices without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// See products, subscriptions and pools.
    ViewProducts,
    Reactivate,
    /// Buy, renew, cancel, change quantity, turn recurring billing on or off.
    ManageSubscriptions,
    RedeemKeys,
    ManagePayment,
    ViewPayment,
    AssignLicenses,
    SetUsageLocation,
    AssignToGroups,
    LicenseRequests,
    ReadDirectory,
    /// Create and change users.
    ManageUsers,
    DeleteUsers,
    /// Give and take roles, register clients, close the account.
    ManageOrganization,
    ViewAudit,
    ServiceRequests,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 16] = [
        Self::ViewProducts,
        Self::Reactivate,
        Self::ManageSubscriptions,
        Self::RedeemKeys,
        Self::ManagePayment,
        Self::ViewPayment,
        Self::AssignLicenses,
        Self::SetUsageLocation,
        Self::AssignToGroups,
        Self::LicenseRequests,
        Self::ReadDirectory,
        Self::ManageUsers,
        Self::DeleteUsers,
        Self::ManageOrganization,
        Self::ViewAudit,
        Self::ServiceRequests,
    ];

    /// The roles that allow this, for "ask one of these administrators".
    #[must_use]
    pub fn roles(self) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| role.may(self)).collect()
    }
}

/// Whether any of a person's roles allows an operation.
#[must_use]
pub fn may(roles: &BTreeSet<Role>, operation: Operation) -> bool {
    roles.iter().any(|role| role.may(operation))
}

/// A permission that a program's token carries (SPEC 14.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    OrganizationReadAll,
    OrganizationReadWriteAll,
    DirectoryReadAll,
    DirectoryReadWriteAll,
    LicenseAssignmentReadAll,
    LicenseAssignmentReadWriteAll,
    UserRead,
    UserReadAll,
    UserReadWriteAll,
    GroupReadWriteAll,
    RoleManagementReadWriteDirectory,
    /// Ours: subscriptions, keys and payment on the vendor API.
    BillingReadWriteAll,
}

text_enum! { Scope, "scope" {
    OrganizationReadAll = "Organization.Read.All",
    OrganizationReadWriteAll = "Organization.ReadWrite.All",
    DirectoryReadAll = "Directory.Read.All",
    DirectoryReadWriteAll = "Directory.ReadWrite.All",
    LicenseAssignmentReadAll = "LicenseAssignment.Read.All",
    LicenseAssignmentReadWriteAll = "LicenseAssignment.ReadWrite.All",
    UserRead = "User.Read",
    UserReadAll = "User.Read.All",
    UserReadWriteAll = "User.ReadWrite.All",
    GroupReadWriteAll = "Group.ReadWrite.All",
    RoleManagementReadWriteDirectory = "RoleManagement.ReadWrite.Directory",
    BillingReadWriteAll = "Billing.ReadWrite.All",
}}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 12] = [
        Self::OrganizationReadAll,
        Self::OrganizationReadWriteAll,
        Self::DirectoryReadAll,
        Self::DirectoryReadWriteAll,
        Self::LicenseAssignmentReadAll,
        Self::LicenseAssignmentReadWriteAll,
        Self::UserRead,
        Self::UserReadAll,
        Self::UserReadWriteAll,
        Self::GroupReadWriteAll,
        Self::RoleManagementReadWriteDirectory,
        Self::BillingReadWriteAll,
    ];

    /// Whether a program with this app-only permission may do an operation.
    #[must_use]
    pub const fn may(self, operation: Operation) -> bool {
        use Operation as Op;
        match self {
            Self::OrganizationReadAll | Self::LicenseAssignmentReadAll => matches!(operation, Op::ViewProducts),
            Self::OrganizationReadWriteAll => matches!(operation, Op::ViewProducts | Op::ManageOrganization),
            Self::DirectoryReadAll => matches!(operation, Op::ViewProducts | Op::ReadDirectory),
            Self::DirectoryReadWriteAll => matches!(
                operation,
                Op::ViewProducts
                    | Op::ReadDirectory
                    | Op::ManageUsers
                    | Op::DeleteUsers
                    | Op::AssignLicenses
                    | Op::SetUsageLocation
                    | Op::AssignToGroups
            ),
            Self::LicenseAssignmentReadWriteAll => {
                matches!(
                    operation,
                    Op::ViewProducts | Op::AssignLicenses | Op::AssignToGroups | Op::LicenseRequests
                )
            }
            Self::UserRead => false,
            Self::UserReadAll => matches!(operation, Op::ReadDirectory),
            Self::UserReadWriteAll => matches!(
                operation,
                Op::ReadDirectory | Op::ManageUsers | Op::DeleteUsers | Op::AssignLicenses | Op::SetUsageLocation
            ),
            Self::GroupReadWriteAll => matches!(operation, Op::AssignToGroups),
            Self::RoleManagementReadWriteDirectory => matches!(operation, Op::ManageOrganization),
            Self::BillingReadWriteAll => matches!(
                operation,
                Op::ViewProducts
                    | Op::Reactivate
                    | Op::ManageSubscriptions
                    | Op::RedeemKeys
                    | Op::ManagePayment
                    | Op::ViewPayment
                    | Op::ViewAudit
                    | Op::ServiceRequests
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_billing_administrator_reactivates_and_pays_but_assigns_nothing() {
        let billing = Role::BillingAdministrator;
        assert!(
            billing.may(Operation::Reactivate)
                && billing.may(Operation::ManagePayment)
                && billing.may(Operation::RedeemKeys)
        );
        assert!(!billing.may(Operation::AssignLicenses) && !billing.may(Operation::SetUsageLocation));
    }

    #[test]
    fn ra_02_only_global_and_billing_administrators_reactivate() {
        assert_eq!(
            Operation::Reactivate.roles(),
            [Role::GlobalAdministrator, Role::BillingAdministrator]
        );
    }

    #[test]
    fn the_license_administrator_assigns_but_neither_reactivates_nor_redeems_nor_deletes_users() {
        let license = Role::LicenseAdministrator;
        assert!(license.may(Operation::AssignLicenses) && license.may(Operation::SetUsageLocation));
        assert!(
            ![Operation::Reactivate, Operation::RedeemKeys, Operation::DeleteUsers]
                .iter()
                .any(|op| license.may(*op))
        );
    }

    #[test]
    fn a_program_with_every_writing_scope_may_do_what_a_global_administrator_may() {
        let scopes = [
            Scope::DirectoryReadWriteAll,
            Scope::UserReadWriteAll,
            Scope::GroupReadWriteAll,
            Scope::OrganizationReadWriteAll,
            Scope::LicenseAssignmentReadWriteAll,
            Scope::RoleManagementReadWriteDirectory,
            Scope::BillingReadWriteAll,
        ];
        for operation in Operation::ALL {
            assert!(Role::GlobalAdministrator.may(operation));
            assert!(scopes.iter().any(|scope| scope.may(operation)), "{operation:?}");
        }
    }

    #[test]
    fn every_role_has_its_own_template_id() {
        let ids: BTreeSet<_> = Role::ALL.iter().map(|r| r.template_id()).collect();
        assert_eq!(ids.len(), Role::ALL.len());
    }
}
