//! One question for each action, about things that are made for it.

use super::things::{Case, OWN, Things, fresh};
use crate::{
    access_keys::{self, Owner},
    accounts,
    action::Action,
    api_keys,
    attachments::{self, Entities, ListAttached},
    audit, backup,
    console_sessions::{self, Whose},
    error::Quota,
    groups, identity_providers, inline_policies, login_profiles, master_keys,
    page::PageSize,
    partner_accounts,
    password_settings::{self, PasswordSettings},
    passwords::GetOwnRules,
    policies::{self, Scope},
    questions, quotas, roles,
    sign_in::SignOut,
    tests::support::deeds::{
        add_version, assume, assume_in, attach, bearer_token, bound, change, create_api_key, create_group, create_key,
        create_policy, create_role, create_user, delete_api_key, delete_group, delete_key, delete_policy,
        delete_profile, delete_role, delete_user, delete_version, detach, erase, group, harmless, join, leave,
        limit_api_key, move_group, move_user, name, owner, policy, put, put_record, query, revoke, revoke_role, role,
        session_token, set_default, set_password, set_root_login, set_settings, switch_key, trust, trust_provider,
        trusting, unbound, update_role, user,
    },
    users,
    values::{PathPrefix, Remarks},
};

/// All questions, in the order of the table of actions.
pub(super) fn all() -> Vec<Case> {
    [
        operators(),
        of_users(),
        of_groups(),
        of_the_account(),
        of_policies(),
        held_by_users(),
        held_by_groups(),
        held_by_roles(),
        of_roles(),
        of_sessions(),
        of_the_console(),
        of_api_keys(),
        of_the_provider(),
        of_partners(),
        of_the_trail(),
        of_master_keys(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn operators() -> Vec<Case> {
    vec![
        Case::new(Action::VerifyAuditTrail, |t| query(audit::Verify::of(Some(t.home.account())))),
        Case::new(Action::ReplayAuditTrail, |t| query(audit::Replay { account: Some(t.home.account()) })),
        Case::new(Action::ExportAuditTrail, |t| {
            query(audit::Export { account: Some(t.home.account()), after: 0, size: PageSize::MAX })
        }),
        Case::new(Action::CreateAccount, |t| {
            let account = t.home.node.iam.draw_account_id();
            change(accounts::Create { occasion: accounts::Occasion::Any, account })
        }),
        Case::new(Action::ListAccounts, |_| query(accounts::List { after: None, size: PageSize::MAX })),
        Case::new(Action::SetQuota, |t| {
            change(quotas::Set { account: t.home.account(), quota: Quota::Users, limit: 100_000 })
        }),
        Case::new(Action::CreateRootKey, |t| change(accounts::CreateRootKey { account: t.home.account() })),
        Case::new(Action::ListRootKeys, |t| query(accounts::ListRootKeys { account: t.home.account() })),
        Case::new(Action::DeleteRootKey, |t| {
            change(accounts::DeleteRootKey { account: t.home.account(), key: t.root_key() })
        }),
        Case::new(Action::BackUp, |_| {
            query(backup::Begin { archive: "/nowhere/archive".into(), key: "/nowhere/key".into() })
        }),
    ]
}

fn of_users() -> Vec<Case> {
    let roots = "root's";
    vec![
        Case::new(Action::CreateUser, |_| change(create_user(&fresh("user")))),
        Case::new(Action::GetUser, |t| query(users::Get { name: t.user() })),
        Case::new(Action::ListUsers, |_| query(users::List { search: None, after: None, size: PageSize::MAX })),
        Case::new(Action::UpdateUser, |t| change(move_user(&t.user(), "/moved/"))),
        Case::new(Action::DeleteUser, |t| change(delete_user(&t.user()))),
        Case::new(Action::CreateAccessKey, |t| change(create_key(owner(&t.user())))),
        Case::new(Action::CreateAccessKey, |_| change(create_key(Owner::Root))).about(roots),
        Case::new(Action::ListAccessKeys, |t| query(access_keys::List { owner: owner(&t.key().0) })),
        Case::new(Action::ListAccessKeys, |_| query(access_keys::List { owner: Owner::Root })).about(roots),
        Case::new(Action::UpdateAccessKey, |t| {
            let (user, key) = t.key();
            change(switch_key(owner(&user), &key, false))
        }),
        Case::new(Action::UpdateAccessKey, |t| change(switch_key(Owner::Root, &t.root_key(), false))).about(roots),
        Case::new(Action::DeleteAccessKey, |t| {
            let (user, key) = t.key();
            change(delete_key(owner(&user), &key))
        }),
        Case::new(Action::DeleteAccessKey, |t| change(delete_key(Owner::Root, &t.root_key()))).about(roots),
        Case::new(Action::GetAccessKeyLastUsed, |t| query(access_keys::LastUsed { key: t.key().1 })),
    ]
}

fn of_groups() -> Vec<Case> {
    vec![
        Case::new(Action::CreateGroup, |_| change(create_group(&fresh("group")))),
        Case::new(Action::GetGroup, |t| query(groups::Get { name: t.group() })),
        Case::new(Action::ListGroups, |_| query(groups::List { search: None, after: None, size: PageSize::MAX })),
        Case::new(Action::UpdateGroup, |t| change(move_group(&t.group(), "/moved/"))),
        Case::new(Action::DeleteGroup, |t| change(delete_group(&t.group()))),
        Case::new(Action::AddUserToGroup, |t| change(join(&t.user(), &t.group()))),
        Case::new(Action::RemoveUserFromGroup, |t| {
            let (user, group) = t.member();
            change(leave(&user, &group))
        }),
        Case::new(Action::ListUsersInGroup, |t| {
            query(groups::ListUsers { group: t.member().1, search: None, after: None, size: PageSize::MAX })
        }),
        Case::new(Action::ListGroupsForUser, |t| query(groups::ListOfUser { user: t.member().0 })),
    ]
}

fn of_the_account() -> Vec<Case> {
    vec![
        Case::new(Action::GetLoginProfile, |t| query(login_profiles::Get { user: t.user_with_profile() })),
        Case::new(Action::UpdateLoginProfile, |t| change(set_password(&t.user()))),
        Case::new(Action::DeleteLoginProfile, |t| change(delete_profile(&t.user_with_profile()))),
        Case::new(Action::GetAccountSummary, |_| query(accounts::GetSummary)),
        Case::new(Action::GetPasswordSettings, |_| query(password_settings::Get)),
        Case::new(Action::UpdatePasswordSettings, |_| change(set_settings(PasswordSettings::DEFAULT))),
        Case::new(Action::Authorize, |t| query(questions::Ask { account: t.home.account() })),
        Case::new(Action::SetAccountAlias, |t| {
            let alias = accounts::Alias::parse(&fresh("alias")).unwrap();
            change(accounts::SetAlias { account: t.home.account(), alias: Some(alias) })
        }),
    ]
}

fn of_policies() -> Vec<Case> {
    vec![
        Case::new(Action::CreatePolicy, |_| change(create_policy(&fresh("policy"), harmless()))),
        Case::new(Action::GetPolicy, |t| query(policies::Get { policy: policy(&t.policy()) })),
        Case::new(Action::ListPolicies, |_| {
            let (scope, under) = (Scope::Custom, PathPrefix::default());
            query(policies::List { scope, search: None, under, attached: None, after: None, size: PageSize::MAX })
        }),
        Case::new(Action::UpdatePolicy, |t| {
            let description = Remarks::parse("changed").ok();
            let to = policies::Changes { description, ..policies::Changes::default() };
            change(policies::Update { policy: policy(&t.policy()), to })
        }),
        Case::new(Action::DeletePolicy, |t| change(delete_policy(&t.policy_of_two()))),
        Case::new(Action::CreatePolicyVersion, |t| change(add_version(&t.policy(), harmless(), false))),
        Case::new(Action::GetPolicyVersion, |t| {
            query(policies::GetVersion { policy: policy(&t.policy_of_two()), version: 2 })
        }),
        Case::new(Action::ListPolicyVersions, |t| query(policies::ListVersions { policy: policy(&t.policy()) })),
        Case::new(Action::DeletePolicyVersion, |t| change(delete_version(&t.policy_of_two(), 2))),
        Case::new(Action::SetDefaultPolicyVersion, |t| change(set_default(&t.policy_of_two(), 2))),
        Case::new(Action::ListEntitiesForPolicy, |t| {
            let (policy, entities) = (policy(&t.attached(user(&t.user()))), Entities::All);
            query(attachments::ListEntities { policy, usage: None, entities, after: None, size: PageSize::MAX })
        }),
    ]
}

fn held_by_users() -> Vec<Case> {
    vec![
        Case::new(Action::AttachUserPolicy, |t| change(attach(user(&t.user()), &t.policy()))),
        Case::new(Action::DetachUserPolicy, |t| {
            let holder = user(&t.user());
            change(detach(holder.clone(), &t.attached(holder)))
        }),
        Case::new(Action::ListAttachedUserPolicies, |t| query(ListAttached { holder: user(&t.user()) })),
        Case::new(Action::PutUserPolicy, |t| change(put(user(&t.user()), OWN, harmless()))),
        Case::new(Action::GetUserPolicy, |t| query(get(t, user(&t.user())))),
        Case::new(Action::DeleteUserPolicy, |t| change(delete(t, user(&t.user())))),
        Case::new(Action::ListUserPolicies, |t| query(inline_policies::List { holder: user(&t.user()) })),
    ]
}

fn held_by_groups() -> Vec<Case> {
    vec![
        Case::new(Action::AttachGroupPolicy, |t| change(attach(group(&t.group()), &t.policy()))),
        Case::new(Action::DetachGroupPolicy, |t| {
            let holder = group(&t.group());
            change(detach(holder.clone(), &t.attached(holder)))
        }),
        Case::new(Action::ListAttachedGroupPolicies, |t| query(ListAttached { holder: group(&t.group()) })),
        Case::new(Action::PutGroupPolicy, |t| change(put(group(&t.group()), OWN, harmless()))),
        Case::new(Action::GetGroupPolicy, |t| query(get(t, group(&t.group())))),
        Case::new(Action::DeleteGroupPolicy, |t| change(delete(t, group(&t.group())))),
        Case::new(Action::ListGroupPolicies, |t| query(inline_policies::List { holder: group(&t.group()) })),
    ]
}

fn held_by_roles() -> Vec<Case> {
    vec![
        Case::new(Action::AttachRolePolicy, |t| change(attach(role(&t.role()), &t.policy()))),
        Case::new(Action::DetachRolePolicy, |t| {
            let holder = role(&t.role());
            change(detach(holder.clone(), &t.attached(holder)))
        }),
        Case::new(Action::ListAttachedRolePolicies, |t| query(ListAttached { holder: role(&t.role()) })),
        Case::new(Action::PutRolePolicy, |t| change(put(role(&t.role()), OWN, harmless()))),
        Case::new(Action::GetRolePolicy, |t| query(get(t, role(&t.role())))),
        Case::new(Action::DeleteRolePolicy, |t| change(delete(t, role(&t.role())))),
        Case::new(Action::ListRolePolicies, |t| query(inline_policies::List { holder: role(&t.role()) })),
        Case::new(Action::PutUserPermissionsBoundary, |t| change(bound(user(&t.user()), &t.policy()))),
        Case::new(Action::DeleteUserPermissionsBoundary, |t| {
            let holder = user(&t.user());
            t.home.does(bound(holder.clone(), &t.policy()));
            change(unbound(holder))
        }),
        Case::new(Action::PutRolePermissionsBoundary, |t| change(bound(role(&t.role()), &t.policy()))),
        Case::new(Action::DeleteRolePermissionsBoundary, |t| {
            let holder = role(&t.role());
            t.home.does(bound(holder.clone(), &t.policy()));
            change(unbound(holder))
        }),
    ]
}

fn of_roles() -> Vec<Case> {
    vec![
        Case::new(Action::CreateRole, |t| change(create_role(&fresh("role"), t.trust()))),
        Case::new(Action::GetRole, |t| query(roles::Get { name: t.role() })),
        Case::new(Action::ListRoles, |_| {
            query(roles::List { search: None, under: PathPrefix::default(), after: None, size: PageSize::MAX })
        }),
        Case::new(Action::UpdateRole, |t| {
            let to = roles::Changes { name: Some(name(&fresh("role"))), ..roles::Changes::default() };
            change(update_role(&t.role(), to))
        }),
        Case::new(Action::UpdateAssumeRolePolicy, |t| {
            let root = trusting(&format!("arn:aws:iam::{}:root", t.home.account()));
            change(trust(&t.role(), root))
        }),
        Case::new(Action::DeleteRole, |t| change(delete_role(&t.role()))),
    ]
}

fn of_sessions() -> Vec<Case> {
    let roots = "root's";
    vec![
        Case::new(Action::RevokeUserSessions, |t| change(revoke(owner(&t.user())))),
        Case::new(Action::RevokeUserSessions, |_| change(revoke(Owner::Root))).about(roots),
        Case::new(Action::RevokeRoleSessions, |t| change(revoke_role(&t.role()))),
        Case::new(Action::GetSessionToken, |_| change(session_token())),
        Case::new(Action::GetBearerToken, |_| change(bearer_token())),
        Case::new(Action::AssumeRole, |t| change(assume(&t.role()))),
        Case::new(Action::AssumeRole, |t| change(assume_in(t.home.account(), &t.role()))).about("by its account"),
        Case::new(Action::AssumeRole, |t| change(assume_in(t.home.account(), &t.open_role()))).about("trusting all"),
    ]
}

fn of_the_console() -> Vec<Case> {
    vec![
        Case::new(Action::SetRootLogin, |t| change(set_root_login(t.home.account(), &fresh("root")))),
        Case::new(Action::ListConsoleSessions, |t| {
            let whose = Whose::Of(owner(&t.user_with_profile()));
            query(console_sessions::List { whose, after: None, size: PageSize::MAX })
        }),
        Case::new(Action::ListConsoleSessions, |_| {
            query(console_sessions::List { whose: Whose::Everybody, after: None, size: PageSize::MAX })
        })
        .about("everybody's"),
        Case::new(Action::EndConsoleSessions, |t| {
            change(console_sessions::EndAll { owner: owner(&t.user_with_profile()), but: None })
        }),
        Case::new(Action::EndConsoleSessions, |_| change(console_sessions::EndAll { owner: Owner::Root, but: None }))
            .about("root's"),
        Case::new(Action::EndConsoleSessions, |_| change(console_sessions::EndEverybodys { but: None }))
            .about("everybody's"),
        Case::new(Action::GetOwnPasswordRules, |_| query(GetOwnRules)),
        Case::new(Action::SignOut, |_| change(SignOut)),
    ]
}

fn of_api_keys() -> Vec<Case> {
    let roots = "root's";
    vec![
        Case::new(Action::CreateApiKey, |t| change(create_api_key(owner(&t.user())))),
        Case::new(Action::CreateApiKey, |_| change(create_api_key(Owner::Root))).about(roots),
        Case::new(Action::GetApiKey, |t| {
            let (user, key) = t.api_key();
            query(api_keys::Get { owner: owner(&user), key })
        }),
        Case::new(Action::ListApiKeys, |t| {
            query(api_keys::List { owner: owner(&t.api_key().0), after: None, size: PageSize::MAX })
        }),
        Case::new(Action::UpdateApiKey, |t| {
            let (user, key) = t.api_key();
            change(limit_api_key(owner(&user), &key, Some(harmless())))
        }),
        Case::new(Action::UpdateApiKey, |t| change(limit_api_key(Owner::Root, &t.root_api_key(), Some(harmless()))))
            .about(roots),
        Case::new(Action::DeleteApiKey, |t| {
            let (user, key) = t.api_key();
            change(delete_api_key(owner(&user), &key))
        }),
        Case::new(Action::DeleteApiKey, |t| change(delete_api_key(Owner::Root, &t.root_api_key()))).about(roots),
    ]
}

fn of_the_provider() -> Vec<Case> {
    vec![
        Case::new(Action::GetUserIdentityProvider, |t| {
            t.home.does(trust_provider());
            query(identity_providers::Get)
        }),
        Case::new(Action::DeleteUserIdentityProvider, |t| {
            t.home.does(trust_provider());
            change(identity_providers::Delete)
        }),
        // Last: the callers of another account make one there.
        Case::new(Action::UpdateUserIdentityProvider, |_| change(trust_provider())),
    ]
}

fn of_partners() -> Vec<Case> {
    vec![
        Case::new(Action::PutPartnerAccount, |_| change(put_record(&fresh("customer"), "x"))),
        Case::new(Action::GetPartnerAccount, |t| {
            let user_id = fresh("customer");
            t.home.does(put_record(&user_id, "x"));
            query(partner_accounts::Get { user_id })
        }),
        Case::new(Action::ListPartnerAccounts, |_| {
            query(partner_accounts::List { reference: None, after: None, size: PageSize::MAX })
        }),
    ]
}

fn of_the_trail() -> Vec<Case> {
    vec![Case::new(Action::ListEvents, |_| {
        let filter = audit::Filter::default();
        query(audit::ListEvents { filter, order: audit::Order::Newest, after: None, size: PageSize::MAX })
    })]
}

fn of_master_keys() -> Vec<Case> {
    vec![
        Case::new(Action::AddMasterKey, |t| change(master_keys::Add::new(t.next_master_key()))),
        Case::new(Action::RotateMasterKey, |t| {
            t.master_key();
            change(master_keys::Rotate)
        }),
        Case::new(Action::RewrapDataKey, |t| {
            t.rotated();
            change(master_keys::Rewrap { account: t.home.account() })
        }),
        Case::new(Action::DropMasterKey, |t| change(master_keys::Drop { version: t.master_key() })),
        Case::new(Action::ListMasterKeys, |_| query(master_keys::List)),
    ]
}

/// Shows a document that a holder has just been given.
fn get<K: inline_policies::Kind>(things: &Things<'_>, holder: K) -> inline_policies::Get<K> {
    things.home.does(put(holder.clone(), OWN, harmless()));
    inline_policies::Get { holder, name: OWN.to_owned() }
}

/// Deletes a document that a holder has just been given.
fn delete<K: inline_policies::Kind>(things: &Things<'_>, holder: K) -> inline_policies::Delete<K> {
    things.home.does(put(holder.clone(), OWN, harmless()));
    erase(holder, OWN)
}
