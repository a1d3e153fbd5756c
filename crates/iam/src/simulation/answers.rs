//! What somebody who may ask is shown, by the naive model.

use base::ids::AccountId;

use super::{
    deeds::Question,
    jobs::ADMINISTRATOR,
    model::{Holder, Model, administrator},
    verdict::Verdict::{self, NotFound},
};
use crate::error::Noun;

impl Question {
    /// What somebody who may ask is shown.
    pub(super) fn answer(&self, account: AccountId, model: &Model) -> Result<Vec<String>, Verdict> {
        let user = |name: &str| model.user(account, name).ok_or(NotFound(Noun::User));
        let name = |id: &u64| model.users.get(id).map(|user| user.name.clone());
        let users = model.users.values().filter(|user| user.account == account);
        let groups = model.groups.values().filter(|group| group.account == account);
        Ok(match self {
            Self::Users => users.map(|user| user.name.clone()).collect(),
            Self::Groups => groups.map(|group| group.name.clone()).collect(),
            Self::User { name } => {
                let user = &model.users[&user(name)?];
                vec![user.name.clone(), user.enabled.to_string(), user.remarks.clone()]
            }
            Self::Keys { owner } => {
                let owner = model.owner(account, owner).ok_or(NotFound(Noun::User))?;
                let keys = model.keys.iter().filter(|(_, key)| key.owner == owner);
                keys.map(|(id, key)| format!("{id} {}", key.enabled)).collect()
            }
            Self::Members { group } => {
                let group = model.group(account, group).ok_or(NotFound(Noun::Group))?;
                model.members.iter().filter(|member| member.0 == group).filter_map(|member| name(&member.1)).collect()
            }
            Self::GroupsOf { user: of } => {
                let user = user(of)?;
                let groups = model.members.iter().filter(|member| member.1 == user);
                groups.filter_map(|member| Some(model.groups.get(&member.0)?.name.clone())).collect()
            }
            Self::Profile { user: of } => {
                let profile = model.profiles.get(&user(of)?).copied();
                vec![profile.is_some().to_string(), profile.unwrap_or_default().to_string()]
            }
            Self::Attached { user: of } => {
                let holder = Holder::User(user(of)?);
                let name = |policy: u64| match model.policies.get(&policy) {
                    Some(policy) => policy.name.clone(),
                    None if policy == administrator() => ADMINISTRATOR.to_owned(),
                    None => "nothing".to_owned(),
                };
                model.attached.iter().filter(|(of, _)| *of == holder).map(|(_, policy)| name(*policy)).collect()
            }
            Self::Versions { policy } => {
                let policy = model.policy(account, policy).ok_or(NotFound(Noun::Policy))?;
                model.policies.get(&policy).map_or_else(
                    || vec!["1 true".to_owned()],
                    |policy| {
                        policy.versions.keys().map(|number| format!("{number} {}", *number == policy.default)).collect()
                    },
                )
            }
            Self::Summary => {
                let alias = model.accounts.get(&account).and_then(|account| account.alias.clone());
                let policies = model.policies.values().filter(|policy| policy.account == account).count();
                let roles = model.roles.values().filter(|role| role.account == account).count();
                let mut shown = vec![alias.unwrap_or_default()];
                shown.extend([users.count(), groups.count(), policies, roles].map(|count| count.to_string()));
                shown
            }
        })
    }
}
