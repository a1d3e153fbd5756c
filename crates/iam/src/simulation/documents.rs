//! The documents of a simulated world: few, and what each of them says as plain sets of actions.

use policy::grammar::Flavour;

use crate::{policies::PolicyDocument, roles::TrustDocument};

/// What is done to users and groups.
const PEOPLE: [&str; 22] = [
    "iam:CreateUser",
    "iam:GetUser",
    "iam:ListUsers",
    "iam:UpdateUser",
    "iam:DeleteUser",
    "iam:CreateAccessKey",
    "iam:ListAccessKeys",
    "iam:UpdateAccessKey",
    "iam:DeleteAccessKey",
    "iam:CreateApiKey",
    "iam:UpdateApiKey",
    "iam:DeleteApiKey",
    "iam:RevokeUserSessions",
    "iam:GetLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:DeleteLoginProfile",
    "iam:CreateGroup",
    "iam:UpdateGroup",
    "iam:AddUserToGroup",
    "iam:RemoveUserFromGroup",
    "iam:ListUsersInGroup",
    "iam:ListGroupsForUser",
];

/// What is done to policies, and what is done with them.
const POWER: [&str; 24] = [
    "iam:CreatePolicy",
    "iam:UpdatePolicy",
    "iam:DeletePolicy",
    "iam:CreatePolicyVersion",
    "iam:ListPolicyVersions",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:AttachUserPolicy",
    "iam:DetachUserPolicy",
    "iam:ListAttachedUserPolicies",
    "iam:AttachGroupPolicy",
    "iam:DetachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutUserPolicy",
    "iam:DeleteUserPolicy",
    "iam:PutGroupPolicy",
    "iam:DeleteGroupPolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:CreateRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:DeleteRole",
    "iam:RevokeRoleSessions",
];

/// What only a star covers: these stand for all that is like them.
const MORE: [&str; 10] = [
    "iam:DeleteGroup",
    "iam:ListGroups",
    "iam:GetAccountSummary",
    "iam:SetAccountAlias",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:GetPolicy",
    "sts:AssumeRole",
    "bos:GetObject",
    "bos:PutObject",
];

/// What is denied, where something is.
const DENIED: [&str; 4] = ["iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateApiKey", "iam:GetUser"];

/// What everybody may be let do with its own keys.
const KEYS: [&str; 7] = [
    "iam:CreateAccessKey",
    "iam:ListAccessKeys",
    "iam:UpdateAccessKey",
    "iam:DeleteAccessKey",
    "iam:CreateApiKey",
    "iam:UpdateApiKey",
    "iam:DeleteApiKey",
];

/// A document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doc {
    /// Allows everything.
    All,
    /// Allows all that is power over identities and policies, and nothing else.
    Iam,
    /// Allows [`PEOPLE`].
    People,
    /// Allows [`POWER`].
    Power,
    /// Allows [`KEYS`], on oneself.
    Own,
    /// Allows what is no power over anybody.
    Objects,
    /// Denies [`DENIED`].
    Deny,
}

/// All of them, and how often each is drawn.
pub(super) const DOCS: [(Doc, u64); 7] =
    [(Doc::All, 5), (Doc::Iam, 3), (Doc::People, 5), (Doc::Power, 5), (Doc::Own, 3), (Doc::Objects, 2), (Doc::Deny, 3)];

/// Whether an action is power over identities and policies.
pub(super) fn is_guarded(action: &str) -> bool {
    action.starts_with("iam:") || action.starts_with("sts:")
}

/// All actions that anything here is about.
pub(super) fn actions() -> impl Iterator<Item = &'static str> {
    PEOPLE.into_iter().chain(POWER).chain(MORE)
}

impl Doc {
    /// Whether it allows an action, to whatever it is done.
    pub(super) fn allows(self, action: &str) -> bool {
        match self {
            Self::All => true,
            Self::Iam => is_guarded(action),
            Self::People => PEOPLE.contains(&action),
            Self::Power => POWER.contains(&action),
            Self::Objects => action == "bos:GetObject",
            Self::Own | Self::Deny => false,
        }
    }

    /// Whether it allows a user to do something to itself.
    pub(super) fn allows_own(self, action: &str) -> bool {
        self == Self::Own && KEYS.contains(&action)
    }

    /// Whether it denies an action.
    pub(super) fn denies(self, action: &str) -> bool {
        self == Self::Deny && DENIED.contains(&action)
    }

    /// The identifier of its statement, by which it is known again.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Iam => "iam",
            Self::People => "people",
            Self::Power => "power",
            Self::Own => "own",
            Self::Objects => "objects",
            Self::Deny => "deny",
        }
    }

    /// As it is written.
    fn text(self) -> String {
        let list = |actions: &[&str]| format!("[\"{}\"]", actions.join("\",\""));
        let (effect, actions, resource) = match self {
            Self::All => ("Allow", "\"*\"".to_owned(), "*"),
            Self::Iam => ("Allow", list(&["iam:*", "sts:*"]), "*"),
            Self::People => ("Allow", list(&PEOPLE), "*"),
            Self::Power => ("Allow", list(&POWER), "*"),
            Self::Own => ("Allow", list(&KEYS), "crn:iam::*:user/${claviger:UserName}"),
            Self::Objects => ("Allow", list(&["bos:GetObject"]), "*"),
            Self::Deny => ("Deny", list(&DENIED), "*"),
        };
        let id = self.word();
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{id}","Effect":"{effect}","Action":{actions},"Resource":"{resource}"}}]}}"#
        )
    }

    /// As operations want it.
    pub(super) fn document(self) -> PolicyDocument {
        PolicyDocument::parse(self.text(), Flavour::Native).unwrap()
    }

    /// The one whose statement bears that identifier.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        DOCS.into_iter().map(|(doc, _)| doc).find(|doc| doc.word() == word)
    }

    /// The one that is written so.
    pub(super) fn read(text: &str) -> Option<Self> {
        DOCS.into_iter().map(|(doc, _)| doc).find(|doc| doc.text() == text)
    }
}

/// A document by which a user may assume a role.
pub(super) fn trusting(account: &str, user: &str) -> TrustDocument {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"trust","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:user/{user}"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    TrustDocument::parse(&text, Flavour::Aws).unwrap()
}
