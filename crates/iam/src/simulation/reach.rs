//! Whom a change reaches, and whether it goes beyond what its author can do: by comparing what everybody had before
//! with what everybody has after.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::AccountId;

use super::{
    documents::Doc,
    model::{Holder, Model},
    power::Holding,
};

/// What somebody's power hangs on, but for what stands in policies and groups.
#[derive(PartialEq)]
struct Standing {
    name: Option<String>,
    groups: BTreeSet<u64>,
    attached: BTreeSet<u64>,
    inline: BTreeMap<String, Doc>,
    boundary: Option<u64>,
    trusted: Option<(u64, String)>,
}

/// How somebody gets in.
#[derive(Default, PartialEq)]
struct Credentials {
    enabled: Option<bool>,
    keys: BTreeMap<String, bool>,
    api_keys: BTreeMap<String, (bool, Option<Doc>)>,
    profile: Option<bool>,
    /// By which event its sessions were ended.
    mark: Option<u64>,
}

impl Model {
    /// Whether a change that leads from here to `after` touches power that `actor`, who is no root, or root by a credential
    /// that is limited, does not have.
    pub(super) fn oversteps(&self, after: &Self, account: AccountId, acting: &Holding, actor: u64) -> bool {
        let root = self.accounts.get(&account).map(|account| Holder::User(account.root));
        let holders = self.holders(account).into_iter().chain(after.holders(account)).chain(root);
        let holders: BTreeSet<Holder> = holders.collect();
        let policies = self.changed_policies(after);
        let groups: BTreeSet<u64> = holders
            .iter()
            .filter_map(|holder| match holder {
                Holder::Group(id) if self.differs(after, *holder) || after.uses(*holder, &policies) => Some(*id),
                _ => None,
            })
            .collect();
        holders.into_iter().any(|holder| {
            let through = after.uses(holder, &policies) || after.is_in(holder, &groups);
            if !through && !self.differs(after, holder) {
                return false;
            }
            if Some(holder) == root {
                return true;
            }
            let changed =
                through || !matches!(holder, Holder::User(_)) || self.standing(holder) != after.standing(holder);
            let itself = holder == Holder::User(actor);
            // What is limited makes nothing for its owner that is not.
            let frees = itself && !through && acting.limit.is_some();
            !acting.is_unlimited() && (frees || self.raises(after, acting, holder, (changed, itself)))
        })
    }

    /// Whether a holder, who is `changed` or has other credentials, and is `acting` itself or not, has or gets what
    /// is not for `acting` to give.
    fn raises(&self, after: &Self, acting: &Holding, holder: Holder, (changed, itself): (bool, bool)) -> bool {
        let (held, holds) = (self.holding(holder), after.holding(holder));
        let administers = held.holds_everything() || holds.holds_everything();
        let sheds = || itself && self.sheds(after, holder);
        let looked_at = !itself || acting.limit.is_some();
        administers
            || changed && (holds.exceeds(acting, false) || sheds())
            || looked_at && held.exceeds(acting, !changed)
    }

    /// Whether something that limited somebody does so no longer, or somebody who is limited is called otherwise.
    fn sheds(&self, after: &Self, holder: Holder) -> bool {
        let (one, other) = (self.standing(holder), after.standing(holder));
        let (denials, kept) = (self.denials(holder), after.denials(holder));
        let bound = |model: &Self, standing: &Standing| {
            let policy = standing.boundary?;
            Some((policy, model.policies.get(&policy).map(|policy| policy.default)))
        };
        other.name.is_some()
            && (!denials.is_subset(&kept)
                || !denials.is_empty() && one.name != other.name
                || one.boundary.is_some() && bound(self, &one) != bound(after, &other))
    }

    /// What denies somebody something: versions of policies, and inline policies.
    fn denials(&self, holder: Holder) -> BTreeSet<Option<(u64, u32)>> {
        let groups = match holder {
            Holder::User(id) => self.groups_of(id),
            Holder::Group(_) | Holder::Role(_) => BTreeSet::new(),
        };
        let holders: BTreeSet<Holder> = groups.into_iter().map(Holder::Group).chain([holder]).collect();
        let attached = self.attached.iter().filter(|(of, _)| holders.contains(of));
        let attached = attached.filter_map(|(_, id)| {
            let policy = self.policies.get(id)?;
            let denies = policy.versions.get(&policy.default) == Some(&Doc::Deny);
            denies.then_some(Some((*id, policy.default)))
        });
        let inline = self.inline.iter().filter(|((of, _), doc)| holders.contains(of) && **doc == Doc::Deny);
        attached.chain(inline.map(|_| None)).collect()
    }

    /// Those of which another version is in force, and those that have come or gone.
    fn changed_policies(&self, after: &Self) -> BTreeSet<u64> {
        let ids = self.policies.keys().chain(after.policies.keys()).copied();
        let default = |model: &Self, id: &u64| model.policies.get(id).map(|policy| policy.default);
        ids.filter(|id| default(self, id) != default(after, id)).collect()
    }

    /// Whether one of `policies` is attached to a holder, or bounds it.
    fn uses(&self, holder: Holder, policies: &BTreeSet<u64>) -> bool {
        let attached = self.attached.iter().any(|(of, policy)| *of == holder && policies.contains(policy));
        attached
            || match holder {
                Holder::User(id) => self.boundaries.get(&id).is_some_and(|policy| policies.contains(policy)),
                _ => false,
            }
    }

    fn is_in(&self, holder: Holder, groups: &BTreeSet<u64>) -> bool {
        match holder {
            Holder::User(id) => !self.groups_of(id).is_disjoint(groups),
            _ => false,
        }
    }

    fn differs(&self, after: &Self, holder: Holder) -> bool {
        self.standing(holder) != after.standing(holder) || self.credentials(holder) != after.credentials(holder)
    }

    fn standing(&self, holder: Holder) -> Standing {
        let of_user = |id: u64| self.users.get(&id).map(|user| user.name.clone());
        let (name, groups, boundary) = match holder {
            Holder::User(id) => (of_user(id), self.groups_of(id), self.boundaries.get(&id).copied()),
            Holder::Group(id) => (self.groups.get(&id).map(|group| group.name.clone()), BTreeSet::new(), None),
            Holder::Role(id) => (self.roles.get(&id).map(|role| role.name.clone()), BTreeSet::new(), None),
        };
        let trusted = match holder {
            Holder::Role(id) => self.roles.get(&id).map(|role| (role.trusted, role.spelled.clone())),
            _ => None,
        };
        let attached = self.attached.iter().filter(|(of, _)| *of == holder).map(|(_, policy)| *policy).collect();
        let inline = self.inline.iter().filter(|((of, _), _)| *of == holder);
        let inline = inline.map(|((_, name), doc)| (name.clone(), *doc)).collect();
        Standing { name, groups, attached, inline, boundary, trusted }
    }

    fn credentials(&self, holder: Holder) -> Credentials {
        let mark = self.marks.get(&holder).copied();
        let Holder::User(id) = holder else { return Credentials { mark, ..Credentials::default() } };
        let keys = self.keys.iter().filter(|(_, key)| key.owner == id);
        Credentials {
            enabled: self.users.get(&id).map(|user| user.enabled),
            keys: keys.map(|(key, of)| (key.clone(), of.enabled)).collect(),
            api_keys: self.api_keys_of(id).map(|(key, of)| (key.clone(), (of.enabled, of.document))).collect(),
            profile: self.profiles.get(&id).copied(),
            mark,
        }
    }
}
