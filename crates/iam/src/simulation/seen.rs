//! What deciding sees of an account: by a snapshot, and by the naive model.

use std::collections::BTreeMap;

use base::ids::AccountId;
use decide::snapshot::{Kind, Snapshot};

use super::model::Model;

/// An account as deciding needs it, in a form that can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    root: u64,
    /// By id: the name (a root user has none), whether it may act, its groups in order.
    principals: BTreeMap<u64, (Option<String>, bool, Vec<u64>)>,
    groups: BTreeMap<u64, String>,
    /// By id: whose, and whether it may be used.
    keys: BTreeMap<String, (u64, bool)>,
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
        let principals = &mut all.entry(principal.account).or_default().principals;
        principals.insert(id.number(), (name, principal.enabled, groups));
    }
    for (id, group) in snapshot.groups.iter() {
        all.entry(group.account).or_default().groups.insert(id.number(), group.name.clone());
    }
    for (id, key) in snapshot.access_keys.iter() {
        let keys = &mut all.entry(key.account).or_default().keys;
        keys.insert(id.to_string(), (key.owner.number(), key.enabled));
    }
    all
}

/// All accounts of the model.
pub(super) fn by_model(model: &Model) -> BTreeMap<AccountId, Seen> {
    let one = |(id, account): (&AccountId, &super::model::Account)| {
        let mut seen = Seen { root: account.root, ..Seen::default() };
        seen.principals.insert(account.root, (None, true, Vec::new()));
        for (user, of) in model.users.iter().filter(|(_, user)| user.account == *id) {
            let groups = model.members.iter().filter(|member| member.1 == *user).map(|member| member.0);
            seen.principals.insert(*user, (Some(of.name.clone()), of.enabled, groups.collect()));
        }
        let groups = model.groups.iter().filter(|(_, group)| group.account == *id);
        seen.groups = groups.map(|(id, group)| (*id, group.name.clone())).collect();
        let keys = model.keys.iter().filter(|(_, key)| key.account == *id);
        seen.keys = keys.map(|(id, key)| (id.clone(), (key.owner, key.enabled))).collect();
        (*id, seen)
    };
    model.accounts.iter().map(one).collect()
}
