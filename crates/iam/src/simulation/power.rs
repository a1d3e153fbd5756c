//! The naive reading of policies: who may do what, by the documents that they hold.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::AccountId;

use super::{
    credentials::ApiKey,
    deeds::Proof,
    documents::{Doc, actions, is_guarded},
    model::{Holder, Model, administrator},
};

/// What somebody holds at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) is_root: bool,
    pub(super) enabled: bool,
    /// What policies call it. Who is no user is called nothing.
    pub(super) path: String,
    /// By itself and by its groups.
    pub(super) documents: BTreeSet<Doc>,
    pub(super) boundary: Option<Doc>,
    /// What limits the credential that it acts with.
    pub(super) limit: Option<Doc>,
}

/// A thing that belongs to nobody who asks.
pub(super) const FOREIGN: &str = "account";

impl Holding {
    /// Whether it may do something to what is called so.
    pub(super) fn may(&self, action: &str, target: &str) -> bool {
        let itself = !self.path.is_empty() && target == self.path;
        let allows = |doc: &Doc| doc.allows(action) || itself && doc.allows_own(action);
        (self.is_root || self.in_each_layer(action, allows)) && self.within_limit(action, allows)
    }

    /// Whether it may do it to everything.
    fn may_everywhere(&self, action: &str) -> bool {
        let allows = |doc: &Doc| doc.allows(action);
        (self.is_root || self.in_each_layer(action, allows)) && self.within_limit(action, allows)
    }

    /// Whether a trust document that names it stands in for its own policies: always, where nothing limits the credential.
    pub(super) fn lets_trust_stand_in(&self, action: &str) -> bool {
        let allows = |doc: &Doc| doc.allows(action);
        self.limit.is_none()
            || self.within_limit(action, allows) && self.boundary.is_none_or(|boundary| allows(&boundary))
    }

    fn within_limit(&self, action: &str, allows: impl Fn(&Doc) -> bool) -> bool {
        self.limit.is_none_or(|limit| allows(&limit) && !limit.denies(action))
    }

    fn in_each_layer(&self, action: &str, allows: impl Fn(&Doc) -> bool) -> bool {
        let layer = |docs: &[Doc]| docs.iter().any(&allows) && !docs.iter().any(|doc| doc.denies(action));
        let own: Vec<Doc> = self.documents.iter().copied().collect();
        layer(&own) && self.boundary.is_none_or(|boundary| layer(&[boundary]))
    }

    /// Whether it holds everything, and nothing limits that.
    pub(super) fn holds_everything(&self) -> bool {
        self.documents.contains(&Doc::All) && !self.documents.contains(&Doc::Deny) && self.boundary.is_none()
    }

    /// The same of who may act.
    pub(super) fn is_unlimited(&self) -> bool {
        self.limit.is_none() && (self.is_root || self.enabled && self.holds_everything())
    }

    /// Whether it may do everything with identities and policies.
    fn administers(&self) -> bool {
        self.is_root || self.enabled && actions().all(|action| !is_guarded(action) || self.may_everywhere(action))
    }

    /// Whether its documents give power that `actor` has not. `without_own`: what it may do to itself is no such power.
    pub(super) fn exceeds(&self, actor: &Self, without_own: bool) -> bool {
        let missing = |doc: &Doc, action: &str| {
            let given = doc.allows(action) || !without_own && doc.allows_own(action);
            given && is_guarded(action) && !actor.may_everywhere(action)
        };
        !actor.is_unlimited() && self.documents.iter().any(|doc| actions().any(|action| missing(doc, action)))
    }

    /// The power over identities and policies that it really has, over others and over itself.
    pub(super) fn power(&self) -> BTreeSet<(&'static str, bool)> {
        let guarded = || actions().filter(|action| is_guarded(action));
        let others = guarded().filter(|action| self.may(action, FOREIGN)).map(|action| (action, false));
        let own = guarded().filter(|action| self.may(action, &self.path)).map(|action| (action, true));
        others.chain(own).collect()
    }
}

impl Model {
    /// What a policy says now.
    fn in_force(&self, policy: u64) -> Option<Doc> {
        if policy == administrator() {
            return Some(Doc::All);
        }
        let policy = self.policies.get(&policy)?;
        policy.versions.get(&policy.default).copied()
    }

    /// What a holder holds by itself.
    fn documents(&self, holder: Holder) -> BTreeSet<Doc> {
        let attached = self.attached.iter().filter(|(of, _)| *of == holder);
        let attached = attached.filter_map(|(_, policy)| self.in_force(*policy));
        let inline = self.inline.iter().filter(|((of, _), _)| *of == holder).map(|(_, doc)| *doc);
        attached.chain(inline).collect()
    }

    /// What a holder holds.
    pub(super) fn holding(&self, holder: Holder) -> Holding {
        let mut documents = self.documents(holder);
        let Holder::User(id) = holder else { return Holding { documents, ..Holding::default() } };
        for group in self.groups_of(id) {
            documents.extend(self.documents(Holder::Group(group)));
        }
        let user = self.users.get(&id);
        let is_root = self.is_root(id);
        Holding {
            is_root,
            enabled: is_root || user.is_some_and(|user| user.enabled),
            path: user.map_or_else(String::new, |user| format!("user/{}", user.name)),
            documents,
            boundary: self.boundaries.get(&id).and_then(|policy| self.in_force(*policy)),
            limit: None,
        }
    }

    /// What everybody in an account holds who can act, by id.
    pub(super) fn holdings(&self, account: AccountId) -> BTreeMap<u64, Holding> {
        let users = self.users.iter().filter(|(_, user)| user.account == account).map(|(id, _)| *id);
        let root = self.accounts.get(&account).map(|account| account.root);
        users.chain(root).map(|id| (id, self.holding(Holder::User(id)))).collect()
    }

    /// What somebody holds who acts with a credential, as far as that leaves it.
    pub(super) fn acting(&self, principal: u64, proof: &Proof) -> Holding {
        Holding { limit: self.limit_of(proof), ..self.holding(Holder::User(principal)) }
    }

    /// Who can administer an account, and has a key that proves it: for all that they may do, and for good.
    pub(super) fn administrators(&self, account: AccountId) -> BTreeSet<u64> {
        let keys = self.keys.iter().filter(|(id, key)| key.account == account && self.is_good(id));
        let whole = |key: &ApiKey| key.account == account && key.document.is_none() && key.enabled;
        let api_keys = self.api_keys.values().filter(|key| whole(key) && self.may_act(key.owner));
        let owners: BTreeSet<u64> = keys.map(|(_, key)| key.owner).chain(api_keys.map(|key| key.owner)).collect();
        owners.into_iter().filter(|owner| self.holding(Holder::User(*owner)).administers()).collect()
    }
}
