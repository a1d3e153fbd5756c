//! What it takes to do each deed and to ask each question.

use super::{
    deeds::{Deed, Question, Which, Who, Whose},
    model::Model,
    power::{FOREIGN, Holding},
    verdict::Verdict,
};
use crate::access_keys::Owner;

/// The action of the three that is about this kind of holder.
fn of(whose: &Whose, [user, group, role]: [&'static str; 3]) -> &'static str {
    match whose {
        Whose::User(_) => user,
        Whose::Group(_) => group,
        Whose::Role(_) => role,
    }
}

impl Deed {
    /// The action that it is.
    pub(super) fn action(&self) -> &'static str {
        match self {
            Self::CreateUser { .. } => "iam:CreateUser",
            Self::RenameUser { .. } | Self::EditUser { .. } | Self::SwitchUser { .. } => "iam:UpdateUser",
            Self::DeleteUser { .. } => "iam:DeleteUser",
            Self::CreateKey { .. } => "iam:CreateAccessKey",
            Self::SwitchKey { .. } => "iam:UpdateAccessKey",
            Self::DeleteKey { .. } => "iam:DeleteAccessKey",
            Self::CreateApiKey { .. } => "iam:CreateApiKey",
            Self::SwitchApiKey { .. } | Self::LimitApiKey { .. } => "iam:UpdateApiKey",
            Self::DeleteApiKey { .. } => "iam:DeleteApiKey",
            Self::BeginSession { .. } => "sts:GetSessionToken",
            Self::AssumeRole { .. } => "sts:AssumeRole",
            Self::EndSessions { .. } => "iam:RevokeUserSessions",
            Self::EndRoleSessions { .. } => "iam:RevokeRoleSessions",
            Self::CreateGroup { .. } => "iam:CreateGroup",
            Self::RenameGroup { .. } => "iam:UpdateGroup",
            Self::DeleteGroup { .. } => "iam:DeleteGroup",
            Self::Join { .. } => "iam:AddUserToGroup",
            Self::Leave { .. } => "iam:RemoveUserFromGroup",
            Self::SwitchProfile { .. } => "iam:UpdateLoginProfile",
            Self::DeleteProfile { .. } => "iam:DeleteLoginProfile",
            Self::CreatePolicy { .. } => "iam:CreatePolicy",
            Self::RewritePolicy { .. } => "iam:UpdatePolicy",
            Self::DeletePolicy { .. } => "iam:DeletePolicy",
            Self::AddVersion { .. } => "iam:CreatePolicyVersion",
            Self::SetDefault { .. } => "iam:SetDefaultPolicyVersion",
            Self::DeleteVersion { .. } => "iam:DeletePolicyVersion",
            Self::Attach { whose, .. } => {
                of(whose, ["iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:AttachRolePolicy"])
            }
            Self::Detach { whose, .. } => {
                of(whose, ["iam:DetachUserPolicy", "iam:DetachGroupPolicy", "iam:DetachRolePolicy"])
            }
            Self::PutInline { whose, .. } => {
                of(whose, ["iam:PutUserPolicy", "iam:PutGroupPolicy", "iam:PutRolePolicy"])
            }
            Self::DeleteInline { whose, .. } => {
                of(whose, ["iam:DeleteUserPolicy", "iam:DeleteGroupPolicy", "iam:DeleteRolePolicy"])
            }
            Self::PutBoundary { .. } => "iam:PutUserPermissionsBoundary",
            Self::DeleteBoundary { .. } => "iam:DeleteUserPermissionsBoundary",
            Self::CreateRole { .. } => "iam:CreateRole",
            Self::Trust { .. } => "iam:UpdateAssumeRolePolicy",
            Self::DeleteRole { .. } => "iam:DeleteRole",
            Self::SetAlias { .. } => "iam:SetAccountAlias",
            Self::CreateAccount { .. } => "iam:CreateAccount",
            Self::SetQuota { .. } => "iam:SetQuota",
            Self::CreateRootKey { .. } => "iam:CreateRootKey",
            Self::DeleteRootKey { .. } => "iam:DeleteRootKey",
            Self::AddMasterKey { .. } => "iam:AddMasterKey",
            Self::RotateMasterKey => "iam:RotateMasterKey",
            Self::Rewrap { .. } => "iam:RewrapDataKey",
            Self::DropMasterKey { .. } => "iam:DropMasterKey",
        }
    }

    /// Whether accounts' principals may never do it, whatever policies say.
    pub(super) const fn is_operators(&self) -> bool {
        matches!(
            self,
            Self::CreateAccount { .. }
                | Self::SetQuota { .. }
                | Self::CreateRootKey { .. }
                | Self::DeleteRootKey { .. }
                | Self::AddMasterKey { .. }
                | Self::RotateMasterKey
                | Self::Rewrap { .. }
                | Self::DropMasterKey { .. }
        )
    }

    /// Whether the operator may do it.
    pub(super) const fn is_for_operators(&self) -> bool {
        self.is_operators() || matches!(self, Self::SetAlias { .. })
    }

    /// Whether the policies of who asks allow it. Where something is not there, the request alone is looked at.
    pub(super) fn is_allowed(&self, who: &Who, model: &Model, found: bool) -> bool {
        let Who::Principal { account, principal, proof } = who else { return false };
        let holding = model.acting(principal.number(), proof);
        if let Self::AssumeRole { role, .. } = self
            && found
        {
            return model.is_trusted(*account, role, principal.number()) && holding.lets_trust_stand_in(self.action());
        }
        let target = Model::owner_in(self)
            .map_or_else(|| FOREIGN.to_owned(), |owner| target(owner, model.owner(*account, owner), model));
        let mut needed = vec![self.action()];
        match self {
            Self::AddVersion { set_default: true, .. } if found => needed.push("iam:SetDefaultPolicyVersion"),
            Self::RewritePolicy { policy, document } if found => {
                let policy = model.policy(*account, policy).and_then(|policy| model.policies.get(&policy));
                if policy.is_some_and(|policy| policy.versions.get(&policy.default) != Some(document)) {
                    needed.extend(["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"]);
                }
            }
            _ => {}
        }
        needed.into_iter().all(|action| holding.may(action, &target))
    }
}

/// What policies call an owner of keys: who was found by its name, else by the name that was asked for.
fn target(owner: &Owner, found: Option<u64>, model: &Model) -> String {
    match owner {
        Owner::Root => FOREIGN.to_owned(),
        Owner::User(name) => {
            let name = found.and_then(|id| model.users.get(&id)).map_or(name, |user| &user.name);
            format!("user/{name}")
        }
        Owner::Id(_) => match found.map(|id| model.users.get(&id)) {
            Some(Some(user)) => format!("user/{}", user.name),
            Some(None) => FOREIGN.to_owned(),
            None => "user/*".to_owned(),
        },
    }
}

impl Question {
    /// The action that it is.
    fn action(&self) -> &'static str {
        match self {
            Self::Users => "iam:ListUsers",
            Self::Groups => "iam:ListGroups",
            Self::User { .. } => "iam:GetUser",
            Self::Keys { .. } => "iam:ListAccessKeys",
            Self::Members { .. } => "iam:ListUsersInGroup",
            Self::GroupsOf { .. } => "iam:ListGroupsForUser",
            Self::Profile { .. } => "iam:GetLoginProfile",
            Self::Attached { .. } => "iam:ListAttachedUserPolicies",
            Self::Versions { .. } => "iam:ListPolicyVersions",
            Self::Summary => "iam:GetAccountSummary",
        }
    }

    /// What becomes of it where who asks holds this, and is let in.
    pub(super) fn verdict(&self, who: &Who, holding: &Holding, model: &Model) -> Verdict {
        let target = match self {
            Self::Keys { owner } => target(owner, model.owner(who.account(), owner), model),
            _ => FOREIGN.to_owned(),
        };
        if holding.may(self.action(), &target) { Verdict::Done } else { Verdict::Denied }
    }
}

impl Which {
    /// Whether nobody can change it.
    pub(super) fn is_immutable(&self) -> bool {
        *self == Self::Administrator
    }
}
