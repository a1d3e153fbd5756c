//! Operations in few words, and documents for them. What exists is named by its name.

use base::ids::AccountId;
use policy::grammar::Flavour;
use serde_json::{Value as Json, json};

use super::Node;
use crate::{
    access_keys::{self, Owner},
    accounts, api_keys,
    attachments::{self, Kind, OfGroup, OfRole, OfUser},
    boundaries::{self, Bounded},
    caller::Caller,
    dependents::Dependents,
    door::{Operation, Query},
    error::Result,
    groups,
    hashing::Password,
    identity_providers,
    inline_policies::{self, Kind as InlineKind},
    login_profiles, partner_accounts,
    password_settings::{self, PasswordSettings},
    passwords::NewPassword,
    policies::{self, PolicyDocument, PolicyRef, Scope},
    roles::{self, TrustDocument},
    sessions::{self, AssumeRole, Lifetime, SessionName},
    users,
    values::{Email, EntityName, EntityPath, Remarks, Tags},
};

/// Something to be done by somebody, whose answer matters only where it is an error.
pub(in crate::tests) type Deed = Box<dyn FnOnce(&Node, &Caller) -> Result<()>>;

pub(in crate::tests) fn change(operation: impl Operation) -> Deed {
    Box::new(|node, caller| node.change(caller, operation).map(drop))
}

pub(in crate::tests) fn query(query: impl Query) -> Deed {
    Box::new(|node, caller| node.query(caller, query).map(drop))
}

/// A statement in the native grammar. Resources are `*`, or what policies call things inside `iam`.
pub(in crate::tests) fn statement(effect: &str, actions: &[&str], resources: &[&str]) -> Json {
    let spelled = |resource: &&str| match *resource {
        "*" => "*".to_owned(),
        path => format!("crn:iam::*:{path}"),
    };
    let resources: Vec<String> = resources.iter().map(spelled).collect();
    json!({ "Effect": effect, "Action": actions, "Resource": resources })
}

pub(in crate::tests) fn allow(actions: &[&str], resources: &[&str]) -> Json {
    statement("Allow", actions, resources)
}

pub(in crate::tests) fn deny(actions: &[&str], resources: &[&str]) -> Json {
    statement("Deny", actions, resources)
}

/// The statement, on this condition.
pub(in crate::tests) fn when(mut statement: Json, operator: &str, key: &str, value: &str) -> Json {
    statement["Condition"] = json!({ operator: { key: value } });
    statement
}

pub(in crate::tests) fn document(statements: impl IntoIterator<Item = Json>) -> PolicyDocument {
    let statements: Vec<Json> = statements.into_iter().collect();
    let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    PolicyDocument::parse(text, Flavour::Native).unwrap()
}

/// What an administrator holds.
pub(in crate::tests) fn everything() -> PolicyDocument {
    document([allow(&["*"], &["*"])])
}

/// What is no power over identities and policies.
pub(in crate::tests) fn harmless() -> PolicyDocument {
    document([allow(&["bos:GetObject"], &["*"])])
}

pub(in crate::tests) fn name(name: &str) -> EntityName {
    EntityName::parse(name).unwrap()
}

pub(in crate::tests) fn path(path: &str) -> EntityPath {
    EntityPath::parse(path).unwrap()
}

pub(in crate::tests) fn tags(key: &str, value: &str) -> Tags {
    Tags::parse([(key.to_owned(), value.to_owned())]).unwrap()
}

pub(in crate::tests) fn user(name: &str) -> OfUser {
    OfUser(name.to_owned())
}

pub(in crate::tests) fn group(name: &str) -> OfGroup {
    OfGroup(name.to_owned())
}

pub(in crate::tests) fn role(name: &str) -> OfRole {
    OfRole(name.to_owned())
}

pub(in crate::tests) fn policy(name: &str) -> PolicyRef {
    PolicyRef::Name { scope: Scope::Any, name: name.to_owned() }
}

pub(in crate::tests) fn owner(user: &str) -> Owner {
    Owner::User(user.to_owned())
}

pub(in crate::tests) fn create_user(user: &str) -> users::Create {
    create_user_at("/", user)
}

pub(in crate::tests) fn create_user_at(at: &str, user: &str) -> users::Create {
    users::Create { profile: users::Profile { path: path(at), ..users::Profile::new(name(user)) } }
}

pub(in crate::tests) fn update_user(user: &str, to: users::Changes) -> users::Update {
    users::Update { name: user.to_owned(), to }
}

pub(in crate::tests) fn rename_user(user: &str, to: &str) -> users::Update {
    update_user(user, users::Changes { name: Some(name(to)), ..users::Changes::default() })
}

pub(in crate::tests) fn move_user(user: &str, to: &str) -> users::Update {
    update_user(user, users::Changes { path: Some(path(to)), ..users::Changes::default() })
}

pub(in crate::tests) fn tag_user(user: &str, to: Tags) -> users::Update {
    update_user(user, users::Changes { tags: Some(to), ..users::Changes::default() })
}

pub(in crate::tests) fn switch_user(user: &str, enabled: bool) -> users::Update {
    update_user(user, users::Changes { enabled: Some(enabled), ..users::Changes::default() })
}

pub(in crate::tests) fn delete_user(user: &str) -> users::Delete {
    users::Delete { name: user.to_owned(), dependents: Dependents::Remove }
}

pub(in crate::tests) fn create_key(owner: Owner) -> access_keys::Create {
    access_keys::Create { owner }
}

pub(in crate::tests) fn switch_key(owner: Owner, key: &str, enabled: bool) -> access_keys::SetEnabled {
    access_keys::SetEnabled { owner, key: key.to_owned(), enabled }
}

pub(in crate::tests) fn delete_key(owner: Owner, key: &str) -> access_keys::Delete {
    access_keys::Delete { owner, key: key.to_owned() }
}

pub(in crate::tests) fn create_api_key(owner: Owner) -> api_keys::Create {
    api_keys::Create { owner, name: api_keys::KeyName::default(), expires: None, document: None }
}

pub(in crate::tests) fn update_api_key(owner: Owner, key: &str, to: api_keys::Changes) -> api_keys::Update {
    api_keys::Update { owner, key: key.to_owned(), to }
}

/// Puts another document in place of a key's, or takes it away.
pub(in crate::tests) fn limit_api_key(owner: Owner, key: &str, to: Option<PolicyDocument>) -> api_keys::Update {
    update_api_key(owner, key, api_keys::Changes { document: Some(to), ..api_keys::Changes::default() })
}

pub(in crate::tests) fn delete_api_key(owner: Owner, key: &str) -> api_keys::Delete {
    api_keys::Delete { owner, key: key.to_owned() }
}

pub(in crate::tests) fn set_password(user: &str) -> login_profiles::Update {
    type_password(user, "correct horse battery staple")
}

pub(in crate::tests) fn type_password(user: &str, text: &str) -> login_profiles::Update {
    let password = Some(NewPassword::Typed(Password::parse(text).unwrap()));
    let to = login_profiles::Changes { password, ..login_profiles::Changes::default() };
    login_profiles::Update::new(user.to_owned(), to).unwrap()
}

pub(in crate::tests) fn set_settings(to: PasswordSettings) -> password_settings::Update {
    password_settings::Update::new(to).unwrap()
}

/// Root's login, by an address that begins so.
pub(in crate::tests) fn set_root_login(account: AccountId, local: &str) -> accounts::SetRootLogin {
    let email = Email::parse(&format!("{local}@example.com")).unwrap();
    let password = Password::parse("correct horse battery staple").unwrap();
    accounts::SetRootLogin::new(account, Some(email), None, password)
}

pub(in crate::tests) fn delete_profile(user: &str) -> login_profiles::Delete {
    login_profiles::Delete { user: user.to_owned() }
}

pub(in crate::tests) fn set_provider(to: identity_providers::Changes) -> identity_providers::Update {
    identity_providers::Update::new(to).unwrap()
}

/// Lets in whom somebody vouches for.
pub(in crate::tests) fn trust_provider() -> identity_providers::Update {
    let metadata = Some("<EntityDescriptor/>".to_owned());
    set_provider(identity_providers::Changes { enabled: Some(true), metadata, ..Default::default() })
}

pub(in crate::tests) fn put_record(user_id: &str, reference: &str) -> partner_accounts::Put {
    let record =
        partner_accounts::Record { user_id: user_id.into(), reference: reference.into(), ..Default::default() };
    partner_accounts::Put::new(record).unwrap()
}

pub(in crate::tests) fn create_group(group: &str) -> groups::Create {
    groups::Create { name: name(group), path: path("/"), remarks: Remarks::default() }
}

pub(in crate::tests) fn rename_group(group: &str, to: &str) -> groups::Update {
    let to = groups::Changes { name: Some(name(to)), ..groups::Changes::default() };
    groups::Update { name: group.to_owned(), to }
}

pub(in crate::tests) fn move_group(group: &str, to: &str) -> groups::Update {
    let to = groups::Changes { path: Some(path(to)), ..groups::Changes::default() };
    groups::Update { name: group.to_owned(), to }
}

pub(in crate::tests) fn delete_group(group: &str) -> groups::Delete {
    groups::Delete { name: group.to_owned(), dependents: Dependents::Remove }
}

pub(in crate::tests) fn join(user: &str, group: &str) -> groups::AddUser {
    groups::AddUser { group: group.to_owned(), user: user.to_owned() }
}

pub(in crate::tests) fn leave(user: &str, group: &str) -> groups::RemoveUser {
    groups::RemoveUser { group: group.to_owned(), user: user.to_owned() }
}

pub(in crate::tests) fn create_policy(policy: &str, document: PolicyDocument) -> policies::Create {
    let (name, path, description) = (name(policy), path("/"), Remarks::default());
    policies::Create { name, path, description, tags: Tags::default(), document }
}

pub(in crate::tests) fn add_version(
    name: &str,
    document: PolicyDocument,
    set_default: bool,
) -> policies::CreateVersion {
    policies::CreateVersion { policy: policy(name), document, set_default }
}

pub(in crate::tests) fn set_default(name: &str, version: u32) -> policies::SetDefaultVersion {
    policies::SetDefaultVersion { policy: policy(name), version }
}

pub(in crate::tests) fn delete_version(name: &str, version: u32) -> policies::DeleteVersion {
    policies::DeleteVersion { policy: policy(name), version }
}

pub(in crate::tests) fn rewrite(name: &str, document: PolicyDocument) -> policies::Update {
    policies::Update { policy: policy(name), to: policies::Changes { document: Some(document), ..Default::default() } }
}

pub(in crate::tests) fn delete_policy(name: &str) -> policies::Delete {
    policies::Delete { policy: policy(name), attachments: Dependents::Remove, versions: Dependents::Remove }
}

pub(in crate::tests) fn attach<K: Kind>(holder: K, name: &str) -> attachments::Attach<K> {
    attachments::Attach { holder, policy: policy(name) }
}

pub(in crate::tests) fn detach<K: Kind>(holder: K, name: &str) -> attachments::Detach<K> {
    attachments::Detach { holder, policy: policy(name) }
}

pub(in crate::tests) fn put<K: InlineKind>(holder: K, own: &str, document: PolicyDocument) -> inline_policies::Put<K> {
    inline_policies::Put { holder, name: name(own), document }
}

pub(in crate::tests) fn erase<K: InlineKind>(holder: K, own: &str) -> inline_policies::Delete<K> {
    inline_policies::Delete { holder, name: own.to_owned() }
}

pub(in crate::tests) fn bound<K: Bounded>(holder: K, name: &str) -> boundaries::Put<K> {
    boundaries::Put { holder, policy: policy(name) }
}

pub(in crate::tests) fn unbound<K: Bounded>(holder: K) -> boundaries::Delete<K> {
    boundaries::Delete { holder }
}

/// A document that trusts one principal, in the grammar of AWS.
pub(in crate::tests) fn trusting(principal: &str) -> TrustDocument {
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" });
    let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    TrustDocument::parse(&text, Flavour::Aws).unwrap()
}

pub(in crate::tests) fn create_role(role: &str, trust: TrustDocument) -> roles::Create {
    roles::Create {
        name: name(role),
        path: path("/"),
        description: Remarks::default(),
        tags: Tags::default(),
        max_session: roles::MaxSession::default(),
        trust,
    }
}

pub(in crate::tests) fn update_role(role: &str, to: roles::Changes) -> roles::Update {
    roles::Update { name: role.to_owned(), to }
}

pub(in crate::tests) fn trust(role: &str, trust: TrustDocument) -> roles::UpdateTrust {
    roles::UpdateTrust { name: role.to_owned(), trust }
}

pub(in crate::tests) fn session_token() -> sessions::GetSessionToken {
    sessions::GetSessionToken { lifetime: Lifetime::Exactly(3_600), policy: None }
}

pub(in crate::tests) fn bearer_token() -> sessions::GetBearerToken {
    sessions::GetBearerToken { lifetime: Lifetime::Exactly(3_600), policy: None }
}

/// Assumes a role of the caller's account, for an hour.
pub(in crate::tests) fn assume(role: &str) -> AssumeRole {
    AssumeRole {
        account: None,
        role: role.to_owned(),
        name: SessionName::parse("work").unwrap(),
        lifetime: Lifetime::Exactly(3_600),
        external_id: None,
        source_identity: None,
        tags: Tags::default(),
        policy: None,
    }
}

/// The same of another account.
pub(in crate::tests) fn assume_in(account: AccountId, role: &str) -> AssumeRole {
    AssumeRole { account: Some(account), ..assume(role) }
}

pub(in crate::tests) fn revoke(owner: Owner) -> sessions::RevokeOfUser {
    sessions::RevokeOfUser { owner, before: None }
}

pub(in crate::tests) fn revoke_role(role: &str) -> sessions::RevokeOfRole {
    sessions::RevokeOfRole { role: role.to_owned(), before: None }
}

pub(in crate::tests) fn delete_role(role: &str) -> roles::Delete {
    roles::Delete { name: role.to_owned(), dependents: Dependents::Remove }
}
