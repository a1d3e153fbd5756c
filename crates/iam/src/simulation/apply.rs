//! What each deed does to the naive model.

use base::ids::AccountId;

use super::{
    deeds::{Deed, Which, Who},
    documents::Doc,
    model::{Account, Group, Holder, Key, Made, Model, Policy, Role, User},
};
use crate::{access_keys::Owner, error::Quota};

impl Made {
    /// Ids that nothing has.
    pub(super) fn anything() -> Self {
        let id = Some(u64::MAX);
        let key = Some("any".to_owned());
        Self {
            user: id,
            group: id,
            key: key.clone(),
            root: id,
            policy: id,
            version: None,
            role: id,
            api_key: key,
            event: u64::MAX,
            revision: i64::MAX,
        }
    }
}

impl Model {
    /// Does what `deed` does, and with it what it `made`. `None` where that does not fit the deed.
    pub(super) fn apply(&mut self, who: &Who, deed: &Deed, made: &Made) -> Option<()> {
        let account = deed.account(who);
        match deed {
            Deed::CreateUser { name } => {
                let user = User { account, name: name.clone(), remarks: String::new(), enabled: true };
                self.users.insert(made.user?, user);
            }
            Deed::RenameUser { name, to } => to.clone_into(&mut self.user_mut(account, name)?.name),
            Deed::EditUser { name, remarks } => remarks.clone_into(&mut self.user_mut(account, name)?.remarks),
            Deed::SwitchUser { name, on } => self.user_mut(account, name)?.enabled = *on,
            Deed::DeleteUser { name, .. } => {
                let user = self.user(account, name)?;
                self.users.remove(&user);
                self.keys.retain(|_, key| key.owner != user);
                self.api_keys.retain(|_, key| key.owner != user);
                self.marks.remove(&Holder::User(user));
                self.members.retain(|member| member.1 != user);
                self.profiles.remove(&user);
                self.boundaries.remove(&user);
                self.strip(Holder::User(user));
            }
            Deed::CreateKey { owner } => self.add_key(account, self.owner(account, owner)?, made)?,
            Deed::CreateRootKey { .. } => self.add_key(account, self.owner(account, &Owner::Root)?, made)?,
            Deed::SwitchKey { key, on, .. } => self.keys.get_mut(key)?.enabled = *on,
            Deed::DeleteKey { key, .. } | Deed::DeleteRootKey { key, .. } => {
                self.keys.remove(key)?;
            }
            Deed::CreateGroup { name } => {
                self.groups.insert(made.group?, Group { account, name: name.clone() });
            }
            Deed::RenameGroup { name, to } => {
                let group = self.group(account, name)?;
                to.clone_into(&mut self.groups.get_mut(&group)?.name);
            }
            Deed::DeleteGroup { name, .. } => {
                let group = self.group(account, name)?;
                self.groups.remove(&group);
                self.members.retain(|member| member.0 != group);
                self.strip(Holder::Group(group));
            }
            Deed::Join { group, user } => {
                self.members.insert((self.group(account, group)?, self.user(account, user)?));
            }
            Deed::Leave { group, user } => {
                self.members.remove(&(self.group(account, group)?, self.user(account, user)?));
            }
            Deed::SwitchProfile { user, on } => drop(self.profiles.insert(self.user(account, user)?, *on)),
            Deed::DeleteProfile { user } => drop(self.profiles.remove(&self.user(account, user)?)?),
            Deed::SetAlias { alias, .. } => self.accounts.get_mut(&account)?.alias.clone_from(alias),
            Deed::CreateAccount { .. } => {
                self.accounts.insert(account, Account { root: made.root?, alias: None });
                self.masters.wraps.insert(account, self.masters.current());
                self.add_key(account, made.root?, made)?;
            }
            Deed::SetQuota { quota, limit, .. } => {
                self.quotas.insert((account, quota.word().to_owned()), *limit);
            }
            Deed::AddMasterKey { .. } | Deed::RotateMasterKey | Deed::Rewrap { .. } | Deed::DropMasterKey { .. } => {
                self.apply_of_master_keys(account, deed)?;
            }
            _ => self.apply_of_credentials(who, deed, made).or_else(|| self.apply_of_policies(account, deed, made))?,
        }
        Some(())
    }

    fn apply_of_policies(&mut self, account: AccountId, deed: &Deed, made: &Made) -> Option<()> {
        match deed {
            Deed::CreatePolicy { name, document } => {
                let versions = [(1, *document)].into();
                self.policies
                    .insert(made.policy?, Policy { account, name: name.clone(), versions, default: 1, last: 1 });
            }
            Deed::RewritePolicy { policy, document } => self.rewrite(account, policy, *document)?,
            Deed::DeletePolicy { policy, .. } => {
                let policy = self.policy(account, policy)?;
                self.policies.remove(&policy)?;
                self.attached.retain(|(_, attached)| *attached != policy);
            }
            Deed::AddVersion { policy, document, set_default } => {
                let policy = self.policy_mut(account, policy)?;
                policy.last += 1;
                policy.versions.insert(policy.last, *document);
                policy.default = if *set_default { policy.last } else { policy.default };
            }
            Deed::SetDefault { policy, version } => self.policy_mut(account, policy)?.default = *version,
            Deed::DeleteVersion { policy, version } => {
                self.policy_mut(account, policy)?.versions.remove(version)?;
            }
            Deed::Attach { whose, policy } => {
                self.attached.insert((self.holder(account, whose)?, self.policy(account, policy)?));
            }
            Deed::Detach { whose, policy } => {
                self.attached.remove(&(self.holder(account, whose)?, self.policy(account, policy)?));
            }
            Deed::PutInline { whose, name, document } => {
                self.inline.insert((self.holder(account, whose)?, name.clone()), *document);
            }
            Deed::DeleteInline { whose, name } => {
                self.inline.remove(&(self.holder(account, whose)?, name.clone()))?;
            }
            Deed::PutBoundary { user, policy } => {
                self.boundaries.insert(self.user(account, user)?, self.policy(account, policy)?);
            }
            Deed::DeleteBoundary { user } => drop(self.boundaries.remove(&self.user(account, user)?)?),
            Deed::CreateRole { name, trusted } => {
                let (spelled, trusted) = (trusted.clone(), self.user(account, trusted)?);
                self.roles.insert(made.role?, Role { account, name: name.clone(), trusted, spelled });
            }
            Deed::Trust { role, trusted } => {
                let (role, user) = (self.role(account, role)?, self.user(account, trusted)?);
                let role = self.roles.get_mut(&role)?;
                (role.trusted, role.spelled) = (user, trusted.clone());
            }
            Deed::DeleteRole { name, .. } => {
                let role = self.role(account, name)?;
                self.roles.remove(&role);
                self.marks.remove(&Holder::Role(role));
                self.strip(Holder::Role(role));
            }
            _ => return None,
        }
        Some(())
    }

    /// Another document is a version that is in force at once, and there are no more of them than before where there
    /// are as many as there may be.
    fn rewrite(&mut self, account: AccountId, policy: &Which, document: Doc) -> Option<()> {
        let most = self.limit(account, Quota::VersionsPerPolicy);
        let policy = self.policy_mut(account, policy)?;
        if policy.versions.get(&policy.default) == Some(&document) {
            return Some(());
        }
        let oldest = policy.versions.first_key_value().map(|(number, _)| *number);
        let full = policy.versions.len() as u64 >= most;
        policy.last += 1;
        policy.default = policy.last;
        policy.versions.insert(policy.last, document);
        if let Some(oldest) = oldest.filter(|_| full) {
            policy.versions.remove(&oldest);
        }
        Some(())
    }

    /// Takes from a holder, which is gone, what it held.
    fn strip(&mut self, holder: Holder) {
        self.attached.retain(|(of, _)| *of != holder);
        self.inline.retain(|(of, _), _| *of != holder);
    }

    fn user_mut(&mut self, account: AccountId, name: &str) -> Option<&mut User> {
        let user = self.user(account, name)?;
        self.users.get_mut(&user)
    }

    fn policy_mut(&mut self, account: AccountId, policy: &Which) -> Option<&mut Policy> {
        let policy = self.policy(account, policy)?;
        self.policies.get_mut(&policy)
    }

    fn add_key(&mut self, account: AccountId, owner: u64, made: &Made) -> Option<()> {
        self.keys.insert(made.key.clone()?, Key { account, owner, enabled: true });
        Some(())
    }
}
