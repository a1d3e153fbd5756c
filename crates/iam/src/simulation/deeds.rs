//! What callers ask for: changes and questions as values, and how each becomes a job of the door.

use std::{fmt, sync::Arc};

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretText,
};

use crate::{
    access_keys::{self, Minted, Owner},
    accounts,
    caller::{Caller, Origin},
    core::Core,
    db::job::Job,
    dependents::Dependents,
    door::{ChangeJob, Operation, Query, QueryJob},
    error::{Quota, Result},
    groups, login_profiles,
    page::PageSize,
    quotas, users,
    values::{EntityName, EntityPath, Remarks},
};

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Operator,
    Principal { account: AccountId, principal: UserId, key: AccessKeyId },
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Principal { account, principal, key } => write!(f, "{account}/{principal} with {key}"),
        }
    }
}

/// A change. Accounts' own deeds work in the caller's account; the operator's name one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    CreateUser { name: String },
    RenameUser { name: String, to: String },
    EditUser { name: String, remarks: String },
    SwitchUser { name: String, on: bool },
    DeleteUser { name: String, dependents: Dependents },
    CreateKey { owner: Owner },
    SwitchKey { owner: Owner, key: String, on: bool },
    DeleteKey { owner: Owner, key: String },
    CreateGroup { name: String },
    RenameGroup { name: String, to: String },
    DeleteGroup { name: String, dependents: Dependents },
    Join { group: String, user: String },
    Leave { group: String, user: String },
    SwitchProfile { user: String, on: bool },
    DeleteProfile { user: String },
    SetAlias { account: AccountId, alias: Option<String> },
    CreateAccount { account: AccountId },
    SetQuota { account: AccountId, quota: Quota, limit: u64 },
    CreateRootKey { account: AccountId },
    DeleteRootKey { account: AccountId, key: String },
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    Users,
    Groups,
    User { name: String },
    Keys { owner: Owner },
    Members { group: String },
    GroupsOf { user: String },
    Profile { user: String },
    Summary,
}

/// What an answer brings that the world must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    Nothing,
    User(u64),
    Group(u64),
    Key(String, SecretText),
    /// What a question shows, in a form that is easy to compare.
    Shown(Vec<String>),
}

/// A job on its way, and where its answer will be. `None` where it was given none.
pub(super) struct Asked {
    pub(super) job: Box<dyn Job>,
    pub(super) answer: Box<dyn FnOnce() -> Option<Result<Given>>>,
}

/// Whose core a job is for, who asks, and under which request.
pub(super) struct From<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) who: Who,
    pub(super) request: &'a str,
}

impl From<'_> {
    fn caller(&self) -> Caller {
        let origin = Origin { source: "192.0.2.1".into(), agent: "simulation".into(), request_id: self.request.into() };
        match self.who {
            Who::Operator => Caller::Operator { origin },
            Who::Principal { account, principal, key } => {
                Caller::Principal { account, principal, access_key: key, origin }
            }
        }
    }

    fn change<O: Operation>(&self, operation: O, told: fn(O::Output) -> Given) -> Asked {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(ChangeJob::new(operation, self.caller(), Arc::clone(self.core), reply));
        Asked { job, answer: Box::new(move || answer.try_recv().ok().map(|answer| answer.map(told))) }
    }

    /// A query whose answer comes as it is.
    pub(super) fn query_as_it_is<Q: Query>(&self, query: Q) -> (Box<dyn Job>, oneshot::Receiver<Result<Q::Output>>) {
        let (reply, answer) = oneshot::channel();
        (Box::new(QueryJob::new(query, self.caller(), Arc::clone(self.core), reply)), answer)
    }

    fn query<Q: Query>(&self, query: Q, told: impl FnOnce(Q::Output) -> Vec<String> + 'static) -> Asked {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(QueryJob::new(query, self.caller(), Arc::clone(self.core), reply));
        let told = move |output| Given::Shown(told(output));
        Asked { job, answer: Box::new(move || answer.try_recv().ok().map(|answer| answer.map(told))) }
    }
}

fn name(text: &str) -> EntityName {
    EntityName::parse(text).unwrap()
}

fn nothing<T>(_: T) -> Given {
    Given::Nothing
}

fn minted(minted: Minted) -> Given {
    Given::Key(minted.key.id.to_string(), minted.secret)
}

impl Deed {
    pub(super) fn ask(self, from: &From<'_>) -> Asked {
        match self {
            Self::CreateUser { name: of } => {
                let profile = users::Profile::new(name(&of));
                from.change(users::Create { profile }, |user| Given::User(user.id.number()))
            }
            Self::RenameUser { name: of, to } => {
                update_user(from, of, users::Changes { name: Some(name(&to)), ..Default::default() })
            }
            Self::EditUser { name: of, remarks } => {
                let remarks = Remarks::parse(&remarks).unwrap();
                update_user(from, of, users::Changes { remarks: Some(remarks), ..Default::default() })
            }
            Self::SwitchUser { name: of, on } => {
                update_user(from, of, users::Changes { enabled: Some(on), ..Default::default() })
            }
            Self::DeleteUser { name, dependents } => from.change(users::Delete { name, dependents }, nothing),
            Self::CreateKey { owner } => from.change(access_keys::Create { owner }, minted),
            Self::SwitchKey { owner, key, on } => {
                from.change(access_keys::SetEnabled { owner, key, enabled: on }, nothing)
            }
            Self::DeleteKey { owner, key } => from.change(access_keys::Delete { owner, key }, nothing),
            Self::CreateGroup { name: of } => {
                let create =
                    groups::Create { name: name(&of), path: EntityPath::default(), remarks: Remarks::default() };
                from.change(create, |group| Given::Group(group.id.number()))
            }
            Self::RenameGroup { name: of, to } => {
                let to = groups::Changes { name: Some(name(&to)), ..Default::default() };
                from.change(groups::Update { name: of, to }, nothing)
            }
            Self::DeleteGroup { name, dependents } => from.change(groups::Delete { name, dependents }, nothing),
            Self::Join { group, user } => from.change(groups::AddUser { group, user }, nothing),
            Self::Leave { group, user } => from.change(groups::RemoveUser { group, user }, nothing),
            Self::SwitchProfile { user, on } => {
                let to = login_profiles::Changes { enabled: Some(on), ..Default::default() };
                from.change(login_profiles::Update::new(user, to).unwrap(), nothing)
            }
            Self::DeleteProfile { user } => from.change(login_profiles::Delete { user }, nothing),
            Self::SetAlias { account, alias } => {
                let alias = alias.map(|alias| accounts::Alias::parse(&alias).unwrap());
                from.change(accounts::SetAlias { account, alias }, nothing)
            }
            Self::CreateAccount { account } => {
                let create = accounts::Create { occasion: accounts::Occasion::Any, account };
                from.change(create, |made| Given::Key(made.access_key.to_string(), made.secret))
            }
            Self::SetQuota { account, quota, limit } => from.change(quotas::Set { account, quota, limit }, nothing),
            Self::CreateRootKey { account } => from.change(accounts::CreateRootKey { account }, minted),
            Self::DeleteRootKey { account, key } => from.change(accounts::DeleteRootKey { account, key }, nothing),
        }
    }
}

fn update_user(from: &From<'_>, name: String, to: users::Changes) -> Asked {
    from.change(users::Update { name, to }, nothing)
}

impl Question {
    pub(super) fn ask(self, from: &From<'_>) -> Asked {
        let (size, after) = (PageSize::MAX, None);
        let users = |users: Vec<users::User>| users.into_iter().map(|user| user.name).collect();
        let groups = |groups: Vec<groups::Group>| groups.into_iter().map(|group| group.name).collect();
        match self {
            Self::Users => from.query(users::List { search: None, after: None, size }, move |page| users(page.items)),
            Self::Groups => from.query(groups::List { after: None, size }, move |page| groups(page.items)),
            Self::User { name } => {
                from.query(users::Get { name }, |user| vec![user.name, user.enabled.to_string(), user.remarks])
            }
            Self::Keys { owner } => from.query(access_keys::List { owner }, |keys| {
                keys.into_iter().map(|key| format!("{} {}", key.id, key.enabled)).collect()
            }),
            Self::Members { group } => {
                from.query(groups::ListUsers { group, after, size }, move |page| users(page.items))
            }
            Self::GroupsOf { user } => from.query(groups::ListOfUser { user }, groups),
            Self::Profile { user } => from.query(login_profiles::Get { user }, |profile| {
                vec![profile.created.is_some().to_string(), profile.enabled.to_string()]
            }),
            Self::Summary => from.query(accounts::GetSummary, |summary| {
                vec![summary.alias.unwrap_or_default(), summary.users.to_string(), summary.groups.to_string()]
            }),
        }
    }
}
