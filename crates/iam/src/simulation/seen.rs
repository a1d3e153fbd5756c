//! What deciding sees of an account: by a snapshot, and by the naive model.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::{AccountId, PolicyId};
use decide::snapshot::{Grants, Kind, Mark, Role, Snapshot};
use policy::{
    evaluate::{self, Trust},
    key::Key,
    request::{Asker, AskerKind, Context, Request, ResourceName, Values},
};

use super::{
    credentials::ApiKey,
    model::{Holder, Model},
};

/// An account as deciding needs it, in a form that can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    root: u64,
    /// By id: the name (a root user has none), whether it may act, its groups in order, and what it holds.
    principals: BTreeMap<u64, (Option<String>, bool, Vec<u64>, Held)>,
    groups: BTreeMap<u64, (String, Held)>,
    /// By id: the name, which users may assume it, and what it holds.
    roles: BTreeMap<u64, (String, BTreeSet<u64>, Held)>,
    /// By id: the name, and what is in force.
    policies: BTreeMap<u64, (String, Option<String>)>,
    /// By id: whose, and whether it may be used.
    keys: BTreeMap<String, (u64, bool)>,
    /// By id: whose, whether it may be used, and what limits it.
    api_keys: BTreeMap<String, (u64, bool, Option<String>)>,
    /// By which event the sessions of somebody were ended.
    marks: BTreeMap<Holder, u64>,
}

/// What a holder holds, in its order: policies, documents of its own by name, and what bounds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Held {
    attached: Vec<u64>,
    inline: Vec<(String, Option<String>)>,
    boundary: Option<u64>,
}

impl Held {
    fn by_snapshot(grants: &Grants) -> Self {
        let inline = grants.inline.iter();
        Self {
            attached: grants.attached.iter().map(|policy| policy.number()).collect(),
            inline: inline.map(|inline| (inline.name.clone(), word(&inline.document))).collect(),
            boundary: grants.boundary.map(PolicyId::number),
        }
    }

    fn by_model(model: &Model, holder: Holder) -> Self {
        let attached = model.attached.iter().filter(|(of, _)| *of == holder);
        let inline = model.inline.iter().filter(|((of, _), _)| *of == holder);
        Self {
            attached: attached.map(|(_, policy)| *policy).collect(),
            inline: inline.map(|((_, name), doc)| (name.clone(), Some(doc.word().to_owned()))).collect(),
            boundary: match holder {
                Holder::User(id) => model.boundaries.get(&id).copied(),
                Holder::Group(_) | Holder::Role(_) => None,
            },
        }
    }
}

/// By which a document is known again.
pub(super) fn word(rules: &decide::snapshot::Rules) -> Option<String> {
    rules.statements.first().cloned().flatten()
}

struct Nothing;

impl Context for Nothing {
    fn values(&self, _key: &Key) -> Values<'_> {
        Values::Absent
    }
}

/// The users of its account who may assume a role.
fn trusted(snapshot: &Snapshot, role: &Role) -> BTreeSet<u64> {
    let account = role.account.to_string();
    let Some(action) = snapshot.system.catalogue.action("sts:AssumeRole") else { return BTreeSet::new() };
    let request = Request { action, resource: ResourceName::None };
    let trusts = |id: u64| {
        let asker = Asker { account: &account, kind: AskerKind::User(id), groups: &[] };
        evaluate::trusts(&role.trust.compiled, &asker, &request, &Nothing) == Trust::Principal
    };
    let users = snapshot.principals.iter().filter(|(_, principal)| principal.account == role.account);
    users.map(|(id, _)| id.number()).filter(|id| trusts(*id)).collect()
}

impl Seen {
    fn mark(&mut self, holder: Holder, grants: &Grants) {
        if grants.sessions_from != Mark::default() {
            self.marks.insert(holder, grants.sessions_from.event);
        }
    }
}

/// All accounts of a snapshot. Whatever belongs to none of them makes one with root 0.
pub(super) fn by_snapshot(snapshot: &Snapshot) -> BTreeMap<AccountId, Seen> {
    let mut all: BTreeMap<AccountId, Seen> = BTreeMap::new();
    for (id, account) in snapshot.accounts.iter() {
        all.entry(*id).or_default().root = account.root.number();
    }
    for (id, principal) in snapshot.principals.iter() {
        let name = match &principal.kind {
            Kind::Root => None,
            Kind::User { name, .. } => Some(name.clone()),
        };
        let mut groups: Vec<u64> = principal.groups.iter().map(|group| group.number()).collect();
        groups.sort_unstable();
        let held = Held::by_snapshot(&principal.grants);
        let seen = all.entry(principal.account).or_default();
        seen.principals.insert(id.number(), (name, principal.enabled, groups, held));
        seen.mark(Holder::User(id.number()), &principal.grants);
    }
    for (id, group) in snapshot.groups.iter() {
        let shown = (group.name.clone(), Held::by_snapshot(&group.grants));
        all.entry(group.account).or_default().groups.insert(id.number(), shown);
    }
    for (id, role) in snapshot.roles.iter() {
        let shown = (role.name.clone(), trusted(snapshot, role), Held::by_snapshot(&role.grants));
        let seen = all.entry(role.account).or_default();
        seen.roles.insert(id.number(), shown);
        seen.mark(Holder::Role(id.number()), &role.grants);
    }
    for (id, policy) in snapshot.policies.iter() {
        let shown = (policy.name.clone(), word(&policy.rules));
        all.entry(policy.account.unwrap_or(AccountId::INSTANCE)).or_default().policies.insert(id.number(), shown);
    }
    for (id, key) in snapshot.access_keys.iter() {
        let keys = &mut all.entry(key.account).or_default().keys;
        keys.insert(id.to_string(), (key.owner.number(), key.enabled));
    }
    for (id, key) in snapshot.api_keys.iter() {
        let keys = &mut all.entry(key.account).or_default().api_keys;
        keys.insert(id.to_string(), (key.owner.number(), key.enabled, key.rules.as_deref().and_then(word)));
    }
    all
}

/// All accounts of the model.
pub(super) fn by_model(model: &Model) -> BTreeMap<AccountId, Seen> {
    let one = |(id, account): (&AccountId, &super::model::Account)| {
        let mut seen = Seen { root: account.root, ..Seen::default() };
        seen.principals.insert(account.root, (None, true, Vec::new(), Held::default()));
        for (user, of) in model.users.iter().filter(|(_, user)| user.account == *id) {
            let groups = model.groups_of(*user).into_iter().collect();
            let held = Held::by_model(model, Holder::User(*user));
            seen.principals.insert(*user, (Some(of.name.clone()), of.enabled, groups, held));
        }
        let groups = model.groups.iter().filter(|(_, group)| group.account == *id);
        let held = |group: u64| Held::by_model(model, Holder::Group(group));
        seen.groups = groups.map(|(id, group)| (*id, (group.name.clone(), held(*id)))).collect();
        for (role, of) in model.roles.iter().filter(|(_, role)| role.account == *id) {
            let trusted = [of.trusted].into_iter().filter(|user| model.users.contains_key(user)).collect();
            seen.roles.insert(*role, (of.name.clone(), trusted, Held::by_model(model, Holder::Role(*role))));
        }
        for (policy, of) in model.policies.iter().filter(|(_, policy)| policy.account == *id) {
            let in_force = of.versions.get(&of.default).map(|doc| doc.word().to_owned());
            seen.policies.insert(*policy, (of.name.clone(), in_force));
        }
        let keys = model.keys.iter().filter(|(_, key)| key.account == *id);
        seen.keys = keys.map(|(id, key)| (id.clone(), (key.owner, key.enabled))).collect();
        let keys = model.api_keys.iter().filter(|(_, key)| key.account == *id);
        let document = |key: &ApiKey| key.document.map(|doc| doc.word().to_owned());
        seen.api_keys = keys.map(|(id, key)| (id.clone(), (key.owner, key.enabled, document(key)))).collect();
        let ours = model.holders(*id).into_iter().chain([Holder::User(account.root)]);
        seen.marks = ours.filter_map(|holder| Some((holder, *model.marks.get(&holder)?))).collect();
        (*id, seen)
    };
    model.accounts.iter().map(one).collect()
}
