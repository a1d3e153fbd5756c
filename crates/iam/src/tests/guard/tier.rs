//! Touching somebody stronger (SEC-095), in every way that there is.

use std::collections::BTreeSet;

use super::exceeds;
use crate::{
    action::{ACTIONS, Action, Gate, Level},
    identity_providers,
    roles::Changes,
    tests::support::{
        Company,
        deeds::{
            Deed, add_version, allow, attach, bound, change, create_api_key, create_group, create_key, create_policy,
            create_role, create_user, delete_api_key, delete_group, delete_key, delete_policy, delete_profile,
            delete_role, delete_user, detach, document, erase, group, harmless, join, leave, limit_api_key, move_group,
            move_user, name, owner, put, rename_group, rename_user, revoke, revoke_role, rewrite, role, set_default,
            set_password, set_provider, switch_key, switch_user, tag_user, tags, trust, trust_provider, trusting,
            unbound, update_role, update_user, user,
        },
        on_each,
    },
    users,
    values::Email,
};

/// A user, a group with it in it, and a role; each holds a policy of two versions and a document of its own; users and
/// roles have a boundary. What they are called ends alike.
struct Set<'c> {
    company: &'c Company<'c>,
    ending: String,
    key: String,
    api_key: String,
}

/// A way to touch them.
type Way = (Action, fn(&Set<'_>) -> Deed);

impl<'c> Set<'c> {
    /// Makes them: strong ones hold what `hand` has not.
    fn new(company: &'c Company<'c>, ending: String, strong: bool) -> Self {
        let set = Self { company, ending, key: String::new(), api_key: String::new() };
        let power = || if strong { document([allow(&["sts:AssumeRole"], &["role/x"])]) } else { harmless() };
        company.does(create_user(&set.user()));
        company.does(create_group(&set.group()));
        company.does(create_role(&set.role(), trusting(&company.account().to_string())));
        company.does(create_policy(&set.policy(), power()));
        company.does(add_version(&set.policy(), harmless(), false));
        company.does(create_policy(&set.bounds(), harmless()));
        company.does(join(&set.user(), &set.group()));
        company.does(set_password(&set.user()));
        company.does(attach(user(&set.user()), &set.policy()));
        company.does(attach(group(&set.group()), &set.policy()));
        company.does(attach(role(&set.role()), &set.policy()));
        company.does(put(user(&set.user()), "own", harmless()));
        company.does(put(group(&set.group()), "own", harmless()));
        company.does(put(role(&set.role()), "own", harmless()));
        company.does(bound(user(&set.user()), &set.bounds()));
        company.does(bound(role(&set.role()), &set.bounds()));
        let key = company.does(create_key(owner(&set.user()))).key.id.to_string();
        let api_key = company.does(create_api_key(owner(&set.user()))).key.id.to_string();
        Self { key, api_key, ..set }
    }

    fn user(&self) -> String {
        format!("user-{}", self.ending)
    }

    fn group(&self) -> String {
        format!("group-{}", self.ending)
    }

    fn role(&self) -> String {
        format!("role-{}", self.ending)
    }

    fn policy(&self) -> String {
        format!("policy-{}", self.ending)
    }

    fn bounds(&self) -> String {
        format!("bounds-{}", self.ending)
    }

    /// A name that nobody bears.
    fn fresh(&self) -> String {
        format!("fresh-{}", self.ending)
    }

    fn trust(&self) -> crate::roles::TrustDocument {
        trusting(&format!("arn:aws:iam::{}:root", self.company.account()))
    }
}

const OF_USERS: &[Way] = &[
    (Action::UpdateUser, |set| change(switch_user(&set.user(), false))),
    (Action::UpdateUser, |set| change(rename_user(&set.user(), &set.fresh()))),
    (Action::UpdateUser, |set| change(move_user(&set.user(), "/moved/"))),
    (Action::UpdateUser, |set| change(tag_user(&set.user(), tags("team", "x")))),
    (Action::UpdateUser, |set| {
        let email = Some(Some(Email::parse("x@example.com").unwrap()));
        change(update_user(&set.user(), users::Changes { email, ..users::Changes::default() }))
    }),
    (Action::DeleteUser, |set| change(delete_user(&set.user()))),
    (Action::CreateAccessKey, |set| change(create_key(owner(&set.user())))),
    (Action::UpdateAccessKey, |set| change(switch_key(owner(&set.user()), &set.key, false))),
    (Action::DeleteAccessKey, |set| change(delete_key(owner(&set.user()), &set.key))),
    (Action::CreateApiKey, |set| change(create_api_key(owner(&set.user())))),
    (Action::UpdateApiKey, |set| change(limit_api_key(owner(&set.user()), &set.api_key, Some(harmless())))),
    (Action::DeleteApiKey, |set| change(delete_api_key(owner(&set.user()), &set.api_key))),
    (Action::RevokeUserSessions, |set| change(revoke(owner(&set.user())))),
    (Action::UpdateLoginProfile, |set| change(set_password(&set.user()))),
    (Action::DeleteLoginProfile, |set| change(delete_profile(&set.user()))),
    (Action::AttachUserPolicy, |set| change(attach(user(&set.user()), &set.bounds()))),
    (Action::DetachUserPolicy, |set| change(detach(user(&set.user()), &set.policy()))),
    (Action::PutUserPolicy, |set| change(put(user(&set.user()), "more", harmless()))),
    (Action::DeleteUserPolicy, |set| change(erase(user(&set.user()), "own"))),
    (Action::PutUserPermissionsBoundary, |set| change(bound(user(&set.user()), &set.policy()))),
    (Action::DeleteUserPermissionsBoundary, |set| change(unbound(user(&set.user())))),
];

const OF_GROUPS: &[Way] = &[
    (Action::UpdateGroup, |set| change(rename_group(&set.group(), &set.fresh()))),
    (Action::UpdateGroup, |set| change(move_group(&set.group(), "/moved/"))),
    (Action::DeleteGroup, |set| change(delete_group(&set.group()))),
    (Action::AddUserToGroup, |set| change(join("bystander", &set.group()))),
    (Action::AddUserToGroup, |set| change(join(&set.user(), "crew"))),
    (Action::RemoveUserFromGroup, |set| change(leave(&set.user(), &set.group()))),
    (Action::AttachGroupPolicy, |set| change(attach(group(&set.group()), &set.bounds()))),
    (Action::DetachGroupPolicy, |set| change(detach(group(&set.group()), &set.policy()))),
    (Action::PutGroupPolicy, |set| change(put(group(&set.group()), "more", harmless()))),
    (Action::DeleteGroupPolicy, |set| change(erase(group(&set.group()), "own"))),
];

const OF_ROLES: &[Way] = &[
    (Action::UpdateRole, |set| {
        change(update_role(&set.role(), Changes { name: Some(name(&set.fresh())), ..Changes::default() }))
    }),
    (Action::UpdateRole, |set| {
        change(update_role(&set.role(), Changes { tags: Some(tags("team", "x")), ..Changes::default() }))
    }),
    (Action::UpdateAssumeRolePolicy, |set| change(trust(&set.role(), set.trust()))),
    (Action::RevokeRoleSessions, |set| change(revoke_role(&set.role()))),
    (Action::DeleteRole, |set| change(delete_role(&set.role()))),
    (Action::AttachRolePolicy, |set| change(attach(role(&set.role()), &set.bounds()))),
    (Action::DetachRolePolicy, |set| change(detach(role(&set.role()), &set.policy()))),
    (Action::PutRolePolicy, |set| change(put(role(&set.role()), "more", harmless()))),
    (Action::DeleteRolePolicy, |set| change(erase(role(&set.role()), "own"))),
    (Action::PutRolePermissionsBoundary, |set| change(bound(role(&set.role()), &set.policy()))),
    (Action::DeleteRolePermissionsBoundary, |set| change(unbound(role(&set.role())))),
];

/// By what they hold, or by what bounds them.
const OF_POLICIES: &[Way] = &[
    (Action::CreatePolicyVersion, |set| change(add_version(&set.policy(), harmless(), true))),
    (Action::CreatePolicyVersion, |set| change(add_version(&set.bounds(), harmless(), true))),
    (Action::SetDefaultPolicyVersion, |set| change(set_default(&set.policy(), 2))),
    (Action::UpdatePolicy, |set| change(rewrite(&set.policy(), document([allow(&["bos:*"], &["*"])])))),
    (Action::UpdatePolicy, |set| change(rewrite(&set.bounds(), document([allow(&["bos:*"], &["*"])])))),
    (Action::DeletePolicy, |set| change(delete_policy(&set.policy()))),
];

/// Changes that touch nobody who is there already, and why.
const TOUCH_NOBODY: &[(Action, &str)] = &[
    (Action::CreateUser, "it has nothing yet"),
    (Action::CreateGroup, "it has nothing yet"),
    (Action::CreateRole, "it has nothing yet"),
    (Action::CreatePolicy, "nobody holds it yet"),
    (Action::DeletePolicyVersion, "the version in force cannot be deleted"),
    (Action::SetAccountAlias, "it is about the account"),
    (Action::UpdatePasswordSettings, "they let nobody in who has no way in"),
    (Action::PutPartnerAccount, "the records mean nothing to the product"),
    (Action::GetBearerToken, "it is the caller's own"),
    (Action::AssumeRole, "trust lets in; whoever a document limits touches the role"),
];

/// Changes that touch everybody: only who may do everything does them.
const OF_ALL: &[Way] = &[
    (Action::UpdateUserIdentityProvider, |_| change(trust_provider())),
    (Action::DeleteUserIdentityProvider, |_| change(identity_providers::Delete)),
];

fn all() -> impl Iterator<Item = &'static Way> {
    OF_USERS.iter().chain(OF_GROUPS).chain(OF_ROLES).chain(OF_POLICIES).chain(OF_ALL)
}

/// What only `hand` may do, to users, groups, roles and policies alike.
fn touch(ways: &[Way]) {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let hand = company.user_who_may("hand", &["iam:*"], &["*"]);
        company.does(create_user("bystander"));
        company.does(create_group("crew"));
        let strong = Set::new(&company, "strong".to_owned(), true);
        for (place, (action, way)) in ways.iter().enumerate() {
            let revision = node.iam.snapshot().unwrap().revision(company.account());
            let refused = way(&strong)(&node, &hand);
            assert!(exceeds(&refused), "{} of the strong, way {place}: {refused:?}", action.row().name);
            let unchanged = node.iam.snapshot().unwrap().revision(company.account());
            assert_eq!(unchanged, revision, "{}: nothing has changed", action.row().name);
            let weak = Set::new(&company, format!("weak-{place}"), false);
            let done = way(&weak)(&node, &hand);
            assert!(done.is_ok(), "{} of the weak, way {place}: {done:?}", action.row().name);
        }
    });
}

#[test]
fn sec_095_stronger_users_are_not_touched() {
    touch(OF_USERS);
}

#[test]
fn sec_095_stronger_groups_are_not_touched() {
    touch(OF_GROUPS);
}

#[test]
fn sec_095_stronger_roles_are_not_touched() {
    touch(OF_ROLES);
}

#[test]
fn sec_095_who_is_stronger_is_not_touched_by_its_policies() {
    touch(OF_POLICIES);
}

#[test]
fn sec_095_what_touches_everybody_takes_everything() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let hand = company.user_who_may("hand", &["iam:*"], &["*"]);
        let whole = company.user_who_may("whole", &["*"], &["*"]);
        company.does(set_provider(identity_providers::Changes::default()));
        for (action, way) in OF_ALL {
            let set = Set::new(&company, action.row().name.replace(':', "-"), false);
            let refused = way(&set)(&node, &hand);
            assert!(exceeds(&refused), "{}: {refused:?}", action.row().name);
            let done = way(&set)(&node, &whole);
            assert!(done.is_ok(), "{}: {done:?}", action.row().name);
        }
        // What nothing hangs on is for whoever may.
        company.does(trust_provider());
        let file_name = Some("another.xml".to_owned());
        let to = identity_providers::Changes { file_name, ..identity_providers::Changes::default() };
        node.change(&hand, set_provider(to)).unwrap();
    });
}

/// An action that changes something must be among the ways, or touch nobody.
#[test]
fn sec_095_no_way_is_forgotten() {
    let changing = ACTIONS.iter().filter(|row| {
        matches!(row.gate, Gate::Policy | Gate::PolicyOrOperator) && matches!(row.level, Level::Write | Level::Manage)
    });
    let changing: BTreeSet<Action> = changing.map(|row| row.action).collect();
    let ways: BTreeSet<Action> = all().map(|(action, _)| *action).collect();
    let nobody: BTreeSet<Action> = TOUCH_NOBODY.iter().map(|(action, _)| *action).collect();
    assert!(ways.is_disjoint(&nobody));
    assert_eq!(&ways | &nobody, changing);
}
