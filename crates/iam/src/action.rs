//! Every action that the product has: one table.
//!
//! An operation names its row; the door reads from it how the caller is authorised and how the
//! deed is recorded. Nothing runs that has no row here.

/// How much an action can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Shows one thing.
    Read,
    /// Shows which things there are.
    List,
    /// Changes things.
    Write,
    /// Changes who may do what.
    Manage,
    /// Nobody asks for it: see [`Gate::Internal`].
    Internal,
}

/// Who is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Whoever policies allow it.
    Policy,
    /// Everybody, for themselves, unless a policy denies it.
    OwnSelf,
    /// Whoever policies allow it; and everybody where it is about themselves, unless a policy denies it.
    PolicyOrSelf,
    /// Whoever acts by a session at the console, about that session: no policy has a say.
    Session,
    /// Whoever knows the password, which is asked for outside of the door.
    Password,
    /// The installation's operator and nobody else.
    Operator,
    /// Whoever policies allow it, and the operator.
    PolicyOrOperator,
    /// Nobody: it is something that a node does or sees by itself, and has a row for its name in the trail.
    Internal,
}

/// How the deed is recorded (audit classes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// In the transaction of the change.
    Change,
    /// Who signed in, out or failed to: in the transaction, too.
    SignIn,
    /// Soon after, in batches; a loss is counted.
    Read,
    /// As one event for all that a minute brought.
    Counted,
    /// In a transaction of its own.
    Own,
    /// In the log of decisions, and not in the trail, unless it is denied.
    Question,
}

/// An action's row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The action.
    pub action: Action,
    /// Its full name, as policies and the audit trail write it.
    pub name: &'static str,
    /// How much it can do.
    pub level: Level,
    /// Who is let through.
    pub gate: Gate,
    /// How it is recorded.
    pub class: Class,
    /// Whether operation protection asks for a fresh second proof before it.
    pub step_up: bool,
}

/// Writes the enum, the table and the list from one text, so that an action without a row cannot be.
macro_rules! actions {
    ($($service:ident {
        $($action:ident: $level:ident, $gate:ident, $class:ident, step_up = $step_up:literal;)+
    })+) => {
        /// An action of the services `iam` and `sts`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is named after the operation that it gates, which says what it does")]
        pub enum Action {
            $($($action,)+)+
        }

        /// All rows, in the order of the enum.
        pub static ACTIONS: &[Row] = &[$($(Action::$action.row(),)+)+];

        impl Action {
            /// The action's row.
            pub const fn row(self) -> Row {
                match self {
                    $($(Self::$action => Row {
                        action: Self::$action,
                        name: concat!(stringify!($service), ":", stringify!($action)),
                        level: Level::$level,
                        gate: Gate::$gate,
                        class: Class::$class,
                        step_up: $step_up,
                    },)+)+
                }
            }
        }
    };
}

actions! {
    iam {
        StartNode: Internal, Internal, Own, step_up = false;
        StopNode: Internal, Internal, Own, step_up = false;
        Authenticate: Internal, Internal, Counted, step_up = false;
        CiphertextIntegrity: Internal, Internal, Own, step_up = false;
        RecordRead: Internal, Internal, Counted, step_up = false;
        VerifyAuditTrail: Read, Operator, Read, step_up = false;
        ReplayAuditTrail: Read, Operator, Read, step_up = false;
        ExportAuditTrail: List, Operator, Read, step_up = false;
        CreateAccount: Manage, Operator, Change, step_up = false;
        ListAccounts: List, Operator, Read, step_up = false;
        SetQuota: Manage, Operator, Change, step_up = false;
        CreateRootKey: Manage, Operator, Change, step_up = false;
        ListRootKeys: List, Operator, Read, step_up = false;
        DeleteRootKey: Manage, Operator, Change, step_up = false;
        SetRootLogin: Manage, Operator, Change, step_up = false;
        SignIn: Write, Password, SignIn, step_up = false;
        SignInAnomaly: Internal, Internal, Own, step_up = false;
        SignOut: Write, Session, SignIn, step_up = false;
        ProveIdentity: Write, Password, SignIn, step_up = false;
        ChangeOwnPassword: Write, OwnSelf, Change, step_up = false;
        GetOwnPasswordRules: Read, OwnSelf, Question, step_up = false;
        ListConsoleSessions: List, PolicyOrSelf, Read, step_up = false;
        EndConsoleSessions: Write, PolicyOrSelf, SignIn, step_up = false;
        CreateUser: Write, Policy, Change, step_up = false;
        GetUser: Read, Policy, Read, step_up = false;
        ListUsers: List, Policy, Read, step_up = false;
        UpdateUser: Write, Policy, Change, step_up = true;
        DeleteUser: Write, Policy, Change, step_up = true;
        CreateAccessKey: Write, Policy, Change, step_up = true;
        ListAccessKeys: List, Policy, Read, step_up = false;
        UpdateAccessKey: Write, Policy, Change, step_up = true;
        DeleteAccessKey: Write, Policy, Change, step_up = false;
        GetAccessKeyLastUsed: Read, Policy, Read, step_up = false;
        CreateGroup: Write, Policy, Change, step_up = false;
        GetGroup: Read, Policy, Read, step_up = false;
        ListGroups: List, Policy, Read, step_up = false;
        UpdateGroup: Write, Policy, Change, step_up = false;
        DeleteGroup: Write, Policy, Change, step_up = true;
        AddUserToGroup: Manage, Policy, Change, step_up = true;
        RemoveUserFromGroup: Manage, Policy, Change, step_up = true;
        ListUsersInGroup: List, Policy, Read, step_up = false;
        ListGroupsForUser: List, Policy, Read, step_up = false;
        GetLoginProfile: Read, Policy, Read, step_up = false;
        UpdateLoginProfile: Write, Policy, Change, step_up = true;
        DeleteLoginProfile: Write, Policy, Change, step_up = true;
        GetAccountSummary: Read, Policy, Read, step_up = false;
        GetPasswordSettings: Read, Policy, Read, step_up = false;
        UpdatePasswordSettings: Manage, Policy, Change, step_up = true;
        Authorize: Read, Policy, Question, step_up = false;
        SetAccountAlias: Write, PolicyOrOperator, Change, step_up = true;
        CreatePolicy: Manage, Policy, Change, step_up = false;
        GetPolicy: Read, Policy, Read, step_up = false;
        ListPolicies: List, Policy, Read, step_up = false;
        UpdatePolicy: Manage, Policy, Change, step_up = true;
        DeletePolicy: Manage, Policy, Change, step_up = true;
        CreatePolicyVersion: Manage, Policy, Change, step_up = true;
        GetPolicyVersion: Read, Policy, Read, step_up = false;
        ListPolicyVersions: List, Policy, Read, step_up = false;
        DeletePolicyVersion: Manage, Policy, Change, step_up = false;
        SetDefaultPolicyVersion: Manage, Policy, Change, step_up = true;
        ListEntitiesForPolicy: List, Policy, Read, step_up = false;
        AttachUserPolicy: Manage, Policy, Change, step_up = true;
        DetachUserPolicy: Manage, Policy, Change, step_up = true;
        ListAttachedUserPolicies: List, Policy, Read, step_up = false;
        PutUserPolicy: Manage, Policy, Change, step_up = true;
        GetUserPolicy: Read, Policy, Read, step_up = false;
        DeleteUserPolicy: Manage, Policy, Change, step_up = true;
        ListUserPolicies: List, Policy, Read, step_up = false;
        AttachGroupPolicy: Manage, Policy, Change, step_up = true;
        DetachGroupPolicy: Manage, Policy, Change, step_up = true;
        ListAttachedGroupPolicies: List, Policy, Read, step_up = false;
        PutGroupPolicy: Manage, Policy, Change, step_up = true;
        GetGroupPolicy: Read, Policy, Read, step_up = false;
        DeleteGroupPolicy: Manage, Policy, Change, step_up = true;
        ListGroupPolicies: List, Policy, Read, step_up = false;
        AttachRolePolicy: Manage, Policy, Change, step_up = true;
        DetachRolePolicy: Manage, Policy, Change, step_up = true;
        ListAttachedRolePolicies: List, Policy, Read, step_up = false;
        PutRolePolicy: Manage, Policy, Change, step_up = true;
        GetRolePolicy: Read, Policy, Read, step_up = false;
        DeleteRolePolicy: Manage, Policy, Change, step_up = true;
        ListRolePolicies: List, Policy, Read, step_up = false;
        PutUserPermissionsBoundary: Manage, Policy, Change, step_up = true;
        DeleteUserPermissionsBoundary: Manage, Policy, Change, step_up = true;
        PutRolePermissionsBoundary: Manage, Policy, Change, step_up = true;
        DeleteRolePermissionsBoundary: Manage, Policy, Change, step_up = true;
        CreateRole: Manage, Policy, Change, step_up = true;
        GetRole: Read, Policy, Read, step_up = false;
        ListRoles: List, Policy, Read, step_up = false;
        UpdateRole: Manage, Policy, Change, step_up = true;
        UpdateAssumeRolePolicy: Manage, Policy, Change, step_up = true;
        DeleteRole: Manage, Policy, Change, step_up = true;
        RevokeUserSessions: Manage, Policy, Change, step_up = true;
        RevokeRoleSessions: Manage, Policy, Change, step_up = true;
        CreateApiKey: Write, Policy, Change, step_up = true;
        GetApiKey: Read, Policy, Read, step_up = false;
        ListApiKeys: List, Policy, Read, step_up = false;
        UpdateApiKey: Write, Policy, Change, step_up = true;
        DeleteApiKey: Write, Policy, Change, step_up = false;
        GetUserIdentityProvider: Read, Policy, Read, step_up = false;
        UpdateUserIdentityProvider: Manage, Policy, Change, step_up = true;
        DeleteUserIdentityProvider: Manage, Policy, Change, step_up = true;
        PutPartnerAccount: Write, Policy, Change, step_up = false;
        GetPartnerAccount: Read, Policy, Read, step_up = false;
        ListPartnerAccounts: List, Policy, Read, step_up = false;
        ListEvents: List, Policy, Read, step_up = false;
        AddMasterKey: Manage, Operator, Change, step_up = false;
        RotateMasterKey: Manage, Operator, Change, step_up = false;
        RewrapDataKey: Manage, Operator, Change, step_up = false;
        DropMasterKey: Manage, Operator, Change, step_up = false;
        ListMasterKeys: List, Operator, Read, step_up = false;
        BackUp: Read, Operator, Read, step_up = false;
        Restore: Internal, Internal, Own, step_up = false;
    }
    sts {
        GetSessionToken: Write, OwnSelf, Change, step_up = false;
        GetBearerToken: Write, Policy, Change, step_up = false;
        AssumeRole: Write, Policy, Change, step_up = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole() {
        for row in ACTIONS {
            assert!(row.name.starts_with("iam:") || row.name.starts_with("sts:"));
            assert_eq!(row.action.row().name, row.name);
            let reads = matches!(row.level, Level::Read | Level::List);
            assert_eq!(reads, matches!(row.class, Class::Read | Class::Question), "{}", row.name);
            let internal = row.level == Level::Internal;
            assert_eq!(internal, row.gate == Gate::Internal, "{}", row.name);
            assert_eq!(internal, matches!(row.class, Class::Counted | Class::Own), "{}", row.name);
        }
    }
}
