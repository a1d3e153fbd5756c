//! What must be allowed before an operation runs, and asking for it.

use base::{
    ids::{AccountId, RoleId},
    timestamp::Timestamp,
};
use decide::{
    assume::{self, Asked, Wish},
    check::{self, Decision, Question, Resource},
    facts::Circumstances,
    identity::{Actor, Credential, Who},
    snapshot::{Kind, Principal, Snapshot},
    verify,
};
use policy::{key::Key, request::ResourceName};

use crate::{
    action::{Action, Gate},
    caller::{Caller, Origin},
    db::head::Head,
    error::{Error, Result, Why},
    master_keys::Version,
    values::Tags,
};

/// A thing in the account that an action is done to, as policies call it: `user/alice`. Policies see its tags, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: String,
    tags: Vec<(String, String)>,
}

impl Target {
    /// The account itself.
    pub fn account() -> Self {
        Self::of("account".to_owned())
    }

    /// The account's root user.
    pub fn root() -> Self {
        Self::of("root".to_owned())
    }

    /// The installation's master keys.
    pub fn master_keys() -> Self {
        Self::of("master-key/*".to_owned())
    }

    /// A version of the master key.
    pub fn master_key(version: Version) -> Self {
        Self::of(format!("master-key/{version}"))
    }

    /// The collection of users under a path.
    pub fn users() -> Self {
        Self::of("user/*".to_owned())
    }

    /// A user as the request names it, before its path is known.
    pub fn user(name: &str) -> Self {
        Self::of(format!("user/{name}"))
    }

    /// A user that was found: its path is part of what policies call it.
    pub fn user_at(path: &str, name: &str) -> Self {
        Self::of(format!("user{path}{name}"))
    }

    /// A user as the snapshot has it; root is called otherwise.
    pub(crate) fn principal(principal: &Principal) -> Option<Self> {
        let Kind::User { name, path } = &principal.kind else { return None };
        Some(Self { tags: principal.tags.to_vec(), ..Self::user_at(path, name) })
    }

    /// The collection of groups.
    pub fn groups() -> Self {
        Self::of("group/*".to_owned())
    }

    /// A group as the request names it, before its path is known.
    pub fn group(name: &str) -> Self {
        Self::of(format!("group/{name}"))
    }

    /// A group that was found.
    pub fn group_at(path: &str, name: &str) -> Self {
        Self::of(format!("group{path}{name}"))
    }

    /// The collection of policies.
    pub fn policies() -> Self {
        Self::of("policy/*".to_owned())
    }

    /// A policy as the request names it, before its path is known.
    pub fn policy(name: &str) -> Self {
        Self::of(format!("policy/{name}"))
    }

    /// A policy that was found.
    pub fn policy_at(path: &str, name: &str) -> Self {
        Self::of(format!("policy{path}{name}"))
    }

    /// The collection of roles.
    pub fn roles() -> Self {
        Self::of("role/*".to_owned())
    }

    /// A role as the request names it, before its path is known.
    pub fn role(name: &str) -> Self {
        Self::of(format!("role/{name}"))
    }

    /// A role that was found.
    pub fn role_at(path: &str, name: &str) -> Self {
        Self::of(format!("role{path}{name}"))
    }

    /// A backup, by the file that it is written to.
    pub fn backup(file: &str) -> Self {
        Self::of(format!("backup/{file}"))
    }

    /// The same, with its tags.
    #[must_use]
    pub fn tagged(mut self, tags: &Tags) -> Self {
        self.tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        self
    }

    /// What policies call it, inside the service.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn of(path: String) -> Self {
        Self { path, tags: Vec::new() }
    }
}

/// Everything that must be allowed, one action on one target each. Never empty: it begins with an action.
#[derive(Debug, Clone)]
#[must_use = "needs that nobody asks about protect nothing"]
pub struct Needs {
    first: (Action, Target),
    others: Vec<(Action, Target)>,
    /// The same for parts of a request that would be requests of their own: conditions see of each only what it sets.
    apart: Vec<Apart>,
    /// What conditions can ask about beside what the door itself knows.
    keys: Vec<Seen>,
    /// The role that is to be assumed, where the first action is that.
    assumed: Option<Box<Assumption>>,
}

/// A need by itself: an action and its target, and what conditions can ask about.
type Apart = ((Action, Target), Vec<Seen>);
/// What conditions can ask about: a key and its values.
type Seen = (Key, Vec<String>);

/// A role that somebody wants to assume: its trust document has a say, and may stand in for their own policies.
#[derive(Debug, Clone)]
pub(crate) struct Assumption {
    /// None where it is another account's and not there.
    pub(crate) role: Option<RoleId>,
    /// What the request calls it.
    pub(crate) named: Target,
    pub(crate) name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) source_identity: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
}

/// Half of a need: an action that still wants its target.
#[derive(Debug, Clone, Copy)]
#[must_use = "an action without a target is no need yet"]
pub struct NeedsAction(Action);

/// One of them, as it is decided.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    action: Action,
    target: &'a Target,
    keys: &'a [Seen],
}

/// Who asks, and what a need is asked against.
pub(super) struct Asking<'a> {
    pub(super) caller: &'a Caller,
    pub(super) account: AccountId,
    pub(super) snapshot: &'a Snapshot,
    pub(super) now: Timestamp,
    /// The heads that a change holds; none while nothing is changed.
    pub(super) heads: &'a [Head],
}

impl Asking<'_> {
    /// Whether `target` is the caller itself, by a credential that may do all that it may.
    fn is_about_itself(&self, target: &Target) -> bool {
        let Caller::Principal { identity, .. } = self.caller else { return false };
        let Actor::User(user) = identity.actor else { return false };
        let itself = self.snapshot.principals.get(&user).filter(|known| known.account == self.account);
        let unlimited = Who::of(identity, self.snapshot).is_some_and(|who| who.limit.is_none());
        unlimited
            && itself.is_some_and(|known| Target::principal(known).unwrap_or_else(Target::root).path == target.path)
    }
}

impl Needs {
    /// Begins with an action.
    pub const fn action(action: Action) -> NeedsAction {
        NeedsAction(action)
    }

    /// Needs another action on another target as well.
    pub fn and(mut self, action: Action, target: Target) -> Self {
        self.others.push((action, target));
        self
    }

    /// Needs another action on another target as well, as if it were asked for by itself: conditions see no more of the
    /// request than the key given here, as `iam:PolicyArn`, and its value.
    pub fn and_apart(mut self, action: Action, target: Target, key: Option<(&str, &str)>) -> Self {
        let keys = key.map(|(key, value)| (Key::named(key), vec![value.to_owned()]));
        self.apart.push(((action, target), keys.into_iter().collect()));
        self
    }

    /// What conditions can ask about the request: a key, as `iam:PolicyArn`, and its value.
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.keys.push((Key::named(key), vec![value.into()]));
        self
    }

    /// The tags that the request sets, for conditions on them.
    pub fn with_tags(mut self, tags: &Tags) -> Self {
        for (key, value) in tags.iter() {
            self.keys.push((Key::named(&format!("claviger:RequestTag/{key}")), vec![value.to_owned()]));
        }
        let names: Vec<String> = tags.iter().map(|(key, _)| key.to_owned()).collect();
        self.keys.push((Key::named("claviger:TagKeys"), names));
        self
    }

    /// Asks the role's trust document as well, in place of the plain question about the first action.
    pub(crate) fn by_assuming(self, assumption: Assumption) -> Self {
        Self { assumed: Some(Box::new(assumption)), ..self }
    }

    /// The targets, for the audit event.
    pub(super) fn resources(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for ((_, target), _) in self.all() {
            if !paths.contains(&target.path) {
                paths.push(target.path.clone());
            }
        }
        paths
    }

    /// The action that it is about, and on what.
    pub(super) const fn first(&self) -> &(Action, Target) {
        &self.first
    }

    /// The actions and their targets, each with what conditions can ask about.
    pub(super) fn all(&self) -> impl Iterator<Item = (&(Action, Target), &[Seen])> {
        let together = std::iter::once(&self.first).chain(&self.others).map(|need| (need, self.keys.as_slice()));
        together.chain(self.apart.iter().map(|(need, keys)| (need, keys.as_slice())))
    }

    /// Asks for all of them. Errors: `Denied` with the first that is missing; `Unauthenticated` where the
    /// caller's credential has ceased to be good since it was verified.
    pub(super) fn ask(&self, asking: &Asking<'_>) -> Result<()> {
        still_good(asking)?;
        if let Some(assumption) = &self.assumed {
            return self.ask_to_assume(assumption, asking);
        }
        for ((action, target), keys) in self.all() {
            let wanted = Wanted { action: *action, target, keys };
            let row = action.row();
            let why = match (row.gate, asking.caller) {
                (Gate::Operator | Gate::PolicyOrOperator, Caller::Operator { .. }) => continue,
                (Gate::Policy | Gate::PolicyOrOperator, Caller::Principal { .. }) => {
                    match Self::decide(wanted, asking)? {
                        None => continue,
                        Some(why) => why,
                    }
                }
                (Gate::PolicyOrSelf, Caller::Principal { .. }) if !asking.is_about_itself(target) => {
                    match Self::decide(wanted, asking)? {
                        None => continue,
                        Some(why) => why,
                    }
                }
                (Gate::Session, Caller::Principal { identity, .. })
                    if matches!(identity.credential, Credential::Console(_)) =>
                {
                    continue;
                }
                (Gate::OwnSelf | Gate::PolicyOrSelf, Caller::Principal { .. }) => match Self::decide(wanted, asking)? {
                    Some(Why::Policies(reasons)) if reasons.decision == Decision::ExplicitDeny => {
                        Why::Policies(reasons)
                    }
                    Some(Why::Policies(_)) | None => continue,
                    Some(why) => why,
                },
                (Gate::Operator, Caller::Principal { .. })
                | (Gate::Policy | Gate::OwnSelf | Gate::PolicyOrSelf, Caller::Operator { .. })
                | (Gate::Internal | Gate::Password | Gate::Session, _) => Why::Kind,
            };
            return Err(Error::Denied { action: row.name, resource: target.path.clone(), why: Box::new(why) });
        }
        Ok(())
    }

    /// Whether the caller may assume the role that this is about.
    fn ask_to_assume(&self, assumption: &Assumption, asking: &Asking<'_>) -> Result<()> {
        let (action, target) = &self.first;
        // Whoever another account's role does not let in learns nothing about it, its path neither.
        let at_home = asking.caller.account() == asking.account;
        let named = if at_home { &target.path } else { &assumption.named.path };
        let denied = |why| Error::Denied { action: action.row().name, resource: named.clone(), why: Box::new(why) };
        let Caller::Principal { identity, origin, .. } = asking.caller else { return Err(denied(Why::Kind)) };
        let who = Who::of(identity, asking.snapshot).ok_or(Error::Unauthenticated)?;
        let Assumption { role, name, external_id, source_identity, tags, .. } = assumption;
        let wish =
            Wish { name, external_id: external_id.as_deref(), source_identity: source_identity.as_deref(), tags };
        let role = role.and_then(|role| asking.snapshot.roles.get(&role)).map(AsRef::as_ref);
        let asked = Asked { account: asking.account, named, role };
        let circumstances = circumstances(origin, asking.now, &[]);
        assume::may_assume(asking.snapshot, who, asked, &wish, &circumstances).map_err(|refusal| match refusal {
            assume::Refusal::NotTrusted => denied(Why::Trust),
            assume::Refusal::NotAllowed(reasons) => denied(Why::Policies(*reasons)),
        })
    }

    /// Why the policies do not allow it, or `None` where they do.
    fn decide(wanted: Wanted<'_>, asking: &Asking<'_>) -> Result<Option<Why>> {
        let Wanted { action, target, keys } = wanted;
        let Caller::Principal { identity, origin, .. } = asking.caller else { return Ok(Some(Why::Kind)) };
        let who = Who::of(identity, asking.snapshot).ok_or(Error::Unauthenticated)?;
        let name = action.row().name;
        let action = asking.snapshot.system.catalogue.action(name);
        let action = action.ok_or_else(|| Error::internal(format!("`{name}` is not an action's name")))?;
        let account = asking.account.to_string();
        let name =
            ResourceName::Named { partition: None, service: "iam", region: "", account: &account, path: &target.path };
        let circumstances = circumstances(origin, asking.now, keys);
        let question = Question {
            who,
            action,
            resource: Resource { account: asking.account, name, tags: &target.tags },
            circumstances: &circumstances,
        };
        if check::check(asking.snapshot, &question) == Decision::Allow {
            return Ok(None);
        }
        Ok(Some(Why::Policies(check::explain(asking.snapshot, &question))))
    }
}

fn circumstances<'a>(origin: &'a Origin, now: Timestamp, more: &'a [Seen]) -> Circumstances<'a> {
    Circumstances { now, address: origin.address, tls: Some(origin.tls), agent: &origin.agent, more }
}

impl NeedsAction {
    /// … on this target.
    pub fn on(self, target: Target) -> Needs {
        Needs { first: (self.0, target), others: Vec::new(), apart: Vec::new(), keys: Vec::new(), assumed: None }
    }
}

/// Looks again, in the newest snapshot, whether the caller's credential still proves what it proved: one that is being
/// taken away must not do one thing more (SEC-078).
pub(super) fn still_good(asking: &Asking<'_>) -> Result<()> {
    let Caller::Principal { identity, .. } = asking.caller else { return Ok(()) };
    if verify::is_still_good(asking.snapshot, identity, asking.now) { Ok(()) } else { Err(Error::Unauthenticated) }
}
