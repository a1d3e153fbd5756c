//! How deeds and questions become jobs of the door.

use std::sync::Arc;

use decide::{
    identity::{Actor, Credential, Identity},
    session::Session,
};

use super::{
    deeds::{Deed, Given, Proof, Question, Which, Who, Whose},
    documents::Doc,
};
use crate::{
    access_keys::{self, Minted},
    accounts,
    api_keys::{self, KeyName},
    attachments,
    attachments::{OfGroup, OfRole, OfUser},
    boundaries,
    caller::{Caller, Origin},
    core::Core,
    db::job::Job,
    door::{ChangeJob, Operation, Query, QueryJob},
    error::Result,
    groups, inline_policies, login_profiles,
    master_keys::{self, Version},
    once::{Outcome, Terms},
    page::PageSize,
    policies::{self, PolicyRef},
    quotas, roles,
    sessions::{AssumeRole, GetSessionToken, Lifetime, RevokeOfRole, RevokeOfUser, SessionName},
    users,
    values::{EntityName, EntityPath, Remarks, Tags},
};

/// The name of the system policy that allows everything.
pub(super) const ADMINISTRATOR: &str = "AdministratorAccess";

/// How long sessions are to last, in seconds: a jump of the clock may end them.
const SESSION_S: u64 = 86_400;

/// A job on its way, and where its answer will be. `None` where it was given none.
pub(super) struct Asked {
    pub(super) job: Box<dyn Job>,
    pub(super) answer: Box<dyn FnOnce() -> Option<Result<Given>>>,
}

/// Whose core a job is for, who asks, and under which request.
pub(super) struct From<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) who: Who,
    /// The session by which that is proven, where it is.
    pub(super) session: Option<Arc<Session>>,
    pub(super) request: &'a str,
}

impl From<'_> {
    fn caller(&self) -> Caller {
        let origin = Origin {
            source: "192.0.2.1".into(),
            agent: "simulation".into(),
            request_id: self.request.into(),
            ..Origin::default()
        };
        let Who::Principal { account, principal, proof } = self.who else { return Caller::Operator { origin } };
        let credential = match (proof, &self.session) {
            (Proof::Session(_), Some(session)) => Credential::Session(Arc::clone(session)),
            (Proof::Key(key) | Proof::Session(key), _) => Credential::AccessKey(key),
            (Proof::ApiKey(key), _) => Credential::ApiKey(key),
        };
        Caller::of(Identity { account, actor: Actor::User(principal), credential }, origin)
    }

    fn change<O: Operation>(&self, operation: O, told: fn(O::Output) -> Given) -> Asked {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(ChangeJob::new(operation, Terms::default(), self.caller(), Arc::clone(self.core), reply));
        let told = move |outcome: Outcome<O::Output>| outcome.done().map(told);
        Asked { job, answer: Box::new(move || answer.try_recv().ok().map(|answer| answer.and_then(told))) }
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

impl Which {
    fn reference(self) -> PolicyRef {
        match self {
            Self::Custom(name) => PolicyRef::custom(name),
            Self::Administrator => PolicyRef::system(ADMINISTRATOR),
        }
    }
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
            Self::CreateApiKey { owner, document } => {
                let (name, document) = (KeyName::default(), document.map(Doc::document));
                let create = api_keys::Create { owner, name, expires: None, document };
                from.change(create, |minted| Given::ApiKey(minted.key.id.to_string(), minted.text))
            }
            Self::SwitchApiKey { owner, key, on } => {
                let to = api_keys::Changes { enabled: Some(on), ..Default::default() };
                from.change(api_keys::Update { owner, key, to }, nothing)
            }
            Self::LimitApiKey { owner, key, document } => {
                let to = api_keys::Changes { document: Some(document.map(Doc::document)), ..Default::default() };
                from.change(api_keys::Update { owner, key, to }, nothing)
            }
            Self::DeleteApiKey { owner, key } => from.change(api_keys::Delete { owner, key }, nothing),
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
            sessions => sessions.ask_of_sessions(from),
        }
    }

    fn ask_of_sessions(self, from: &From<'_>) -> Asked {
        let lifetime = Lifetime::AtMost(SESSION_S);
        let begun = |credentials| Given::Session(Arc::new(credentials));
        match self {
            Self::BeginSession { document } => {
                let policy = document.map(Doc::document);
                from.change(GetSessionToken { lifetime, policy }, begun)
            }
            Self::AssumeRole { role, document } => {
                let assume = AssumeRole {
                    account: None,
                    role,
                    name: SessionName::parse("simulation").unwrap(),
                    lifetime,
                    external_id: None,
                    source_identity: None,
                    tags: Tags::default(),
                    policy: document.map(Doc::document),
                };
                from.change(assume, |assumed| Given::Session(Arc::new(assumed.credentials)))
            }
            Self::EndSessions { owner } => from.change(RevokeOfUser { owner, before: None }, nothing),
            Self::EndRoleSessions { role } => from.change(RevokeOfRole { role, before: None }, nothing),
            policies => policies.ask_of_policies(from),
        }
    }

    fn ask_of_policies(self, from: &From<'_>) -> Asked {
        match self {
            Self::CreatePolicy { name: of, document } => {
                let (path, description, tags) = (EntityPath::default(), Remarks::default(), Tags::default());
                let document = document.document();
                let create = policies::Create { name: name(&of), path, description, tags, document };
                from.change(create, |policy| Given::Policy(policy.id.number()))
            }
            Self::RewritePolicy { policy, document } => {
                let to = policies::Changes { document: Some(document.document()), ..Default::default() };
                from.change(policies::Update { policy: policy.reference(), to }, nothing)
            }
            Self::DeletePolicy { policy, attachments, versions } => {
                from.change(policies::Delete { policy: policy.reference(), attachments, versions }, nothing)
            }
            Self::AddVersion { policy, document, set_default } => {
                let (policy, document) = (policy.reference(), document.document());
                let create = policies::CreateVersion { policy, document, set_default };
                from.change(create, |version| Given::Version(version.number))
            }
            Self::SetDefault { policy, version } => {
                from.change(policies::SetDefaultVersion { policy: policy.reference(), version }, nothing)
            }
            Self::DeleteVersion { policy, version } => {
                from.change(policies::DeleteVersion { policy: policy.reference(), version }, nothing)
            }
            Self::PutBoundary { user, policy } => {
                from.change(boundaries::Put { holder: OfUser(user), policy: policy.reference() }, nothing)
            }
            Self::DeleteBoundary { user } => from.change(boundaries::Delete { holder: OfUser(user) }, nothing),
            held => held.ask_of_holders(from),
        }
    }

    fn ask_of_holders(self, from: &From<'_>) -> Asked {
        /// What is done to one kind of holder is done to the others.
        macro_rules! for_each {
            ($whose:ident, $holder:ident => $operation:expr) => {
                match $whose {
                    Whose::User(name) => {
                        let $holder = OfUser(name);
                        from.change($operation, nothing)
                    }
                    Whose::Group(name) => {
                        let $holder = OfGroup(name);
                        from.change($operation, nothing)
                    }
                    Whose::Role(name) => {
                        let $holder = OfRole(name);
                        from.change($operation, nothing)
                    }
                }
            };
        }
        match self {
            Self::Attach { whose, policy } => {
                let policy = policy.reference();
                for_each!(whose, holder => attachments::Attach { holder, policy })
            }
            Self::Detach { whose, policy } => {
                let policy = policy.reference();
                for_each!(whose, holder => attachments::Detach { holder, policy })
            }
            Self::PutInline { whose, name: of, document } => {
                let (name, document) = (name(&of), document.document());
                for_each!(whose, holder => inline_policies::Put { holder, name, document })
            }
            Self::DeleteInline { whose, name } => {
                for_each!(whose, holder => inline_policies::Delete { holder, name })
            }
            roles => roles.ask_of_roles(from),
        }
    }

    fn ask_of_roles(self, from: &From<'_>) -> Asked {
        let account = from.who.account().to_string();
        let trusting = |user: &str| super::documents::trusting(&account, user);
        match self {
            Self::CreateRole { name: of, trusted } => {
                let create = roles::Create {
                    name: name(&of),
                    path: EntityPath::default(),
                    description: Remarks::default(),
                    tags: Tags::default(),
                    max_session: roles::MaxSession::default(),
                    trust: trusting(&trusted),
                };
                from.change(create, |role| Given::Role(role.id.number()))
            }
            Self::Trust { role: name, trusted } => {
                from.change(roles::UpdateTrust { name, trust: trusting(&trusted) }, nothing)
            }
            Self::DeleteRole { name, dependents } => from.change(roles::Delete { name, dependents }, nothing),
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
            master_keys => master_keys.ask_of_master_keys(from),
        }
    }

    fn ask_of_master_keys(self, from: &From<'_>) -> Asked {
        let version = |number: u32| Version::new(number.into()).unwrap();
        match self {
            Self::AddMasterKey { version: number } => {
                let check = from.core.keyring.make_check(version(number), &*from.core.random).unwrap();
                from.change(master_keys::Add::with_check(version(number), check), nothing)
            }
            Self::RotateMasterKey => from.change(master_keys::Rotate, nothing),
            Self::Rewrap { account } => from.change(master_keys::Rewrap { account }, nothing),
            Self::DropMasterKey { version: number } => {
                from.change(master_keys::Drop { version: version(number) }, nothing)
            }
            other => unreachable!("{other:?} was asked for before"),
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
            Self::Groups => {
                from.query(groups::List { search: None, after: None, size }, move |page| groups(page.items))
            }
            Self::User { name } => from.query(users::Get { name }, |users::Detail { user, .. }| {
                vec![user.name, user.enabled.to_string(), user.remarks]
            }),
            Self::Keys { owner } => from.query(access_keys::List { owner }, |keys| {
                keys.into_iter().map(|key| format!("{} {}", key.id, key.enabled)).collect()
            }),
            Self::Members { group } => {
                from.query(groups::ListUsers { group, search: None, after, size }, move |page| users(page.items))
            }
            Self::GroupsOf { user } => from.query(groups::ListOfUser { user }, groups),
            Self::Profile { user } => from.query(login_profiles::Get { user }, |profile| {
                vec![profile.created.is_some().to_string(), profile.enabled.to_string()]
            }),
            Self::Attached { user } => from.query(attachments::ListAttached { holder: OfUser(user) }, |attached| {
                attached.into_iter().map(|attached| attached.policy.name).collect()
            }),
            Self::Versions { policy } => {
                from.query(policies::ListVersions { policy: policy.reference() }, |versions| {
                    versions.iter().map(|version| format!("{} {}", version.number, version.is_default)).collect()
                })
            }
            Self::Summary => from.query(accounts::GetSummary, |summary| {
                let mut shown = vec![summary.alias.unwrap_or_default()];
                let counts = [summary.users, summary.groups, summary.policies, summary.roles];
                shown.extend(counts.map(|count| count.to_string()));
                shown
            }),
        }
    }
}
