//! Which deed comes next: drawn so that most make sense, many meet each other, and limits are met.

use base::ids::{AccountId, UserId};

use super::{
    deeds::{Deed, Question, Who},
    dice::Dice,
    model::Model,
    world::Credential,
};
use crate::{access_keys::Owner, dependents::Dependents, error::Quota};

/// Few, so that they collide; some are the same name.
const USERS: [&str; 8] = ["ann", "Ann", "bob", "BOB", "cy", "dee", "张三", "eve"];
const GROUPS: [&str; 5] = ["ops", "Ops", "dev", "qa", "ann"];
const ALIASES: [&str; 3] = ["acme", "zen", "first"];
/// The most accounts.
const ACCOUNTS_MAX: usize = 4;

/// What there is to choose from.
pub(super) struct Choice<'a> {
    pub(super) dice: &'a Dice,
    pub(super) model: &'a Model,
    pub(super) credentials: &'a [Credential],
}

impl Choice<'_> {
    /// Who asks for what.
    pub(super) fn deed(&self) -> (Who, Deed) {
        if let Some(who @ Who::Principal { account, .. }) = self.principal() {
            let operators = self.dice.happens(15).then(|| Deed::DeleteRootKey { account, key: "NOSUCHKEY".to_owned() });
            return (who, operators.unwrap_or_else(|| self.deed_in(account)));
        }
        let account = self.account();
        let accounts_own = self.dice.happens(100);
        (Who::Operator, if accounts_own { self.deed_in(account) } else { self.operators_deed(account) })
    }

    /// Who asks what.
    pub(super) fn question(&self) -> (Who, Question) {
        let who = self.principal().unwrap_or(Who::Operator);
        let account = match who {
            Who::Operator => AccountId::INSTANCE,
            Who::Principal { account, .. } => account,
        };
        let question = match self.dice.below(8) {
            0 => Question::Users,
            1 => Question::Groups,
            2 => Question::User { name: self.user(account) },
            3 => Question::Keys { owner: self.owner(account) },
            4 => Question::Members { group: self.group(account) },
            5 => Question::GroupsOf { user: self.user(account) },
            6 => Question::Profile { user: self.user(account) },
            _ => Question::Summary,
        };
        (who, question)
    }

    /// Mostly a root user with a good key; `None` for the operator.
    fn principal(&self) -> Option<Who> {
        let wanted = self.dice.weigh(&[72, 9, 11, 8]);
        let fits = |credential: &&Credential| {
            let (good, root) = (self.model.is_good(credential.key.as_str()), self.model.is_root(credential.principal));
            match wanted {
                0 => good && root,
                1 => good && !root,
                2 => !good,
                _ => false,
            }
        };
        let credentials: Vec<&Credential> = self.credentials.iter().filter(fits).collect();
        let Credential { account, principal, key, .. } = self.dice.pick(&credentials)?;
        Some(Who::Principal { account: *account, principal: UserId::new(*principal).ok()?, key: *key })
    }

    fn account(&self) -> AccountId {
        let accounts: Vec<AccountId> = self.model.accounts.keys().copied().collect();
        self.dice.pick(&accounts).unwrap_or(AccountId::INSTANCE)
    }

    fn operators_deed(&self, account: AccountId) -> Deed {
        let root = self.model.owner(account, &Owner::Root).unwrap_or_default();
        match self.dice.weigh(&[30, 30, 20, 15, 8]) {
            0 => {
                let quota = self.dice.pick(Quota::ALL).unwrap_or(Quota::Users);
                Deed::SetQuota { account, quota, limit: self.dice.pick(&[0, 1, 2, 3, 4, 5, 6]).unwrap_or(3) }
            }
            1 => Deed::CreateRootKey { account },
            2 => Deed::DeleteRootKey { account, key: self.key_of(root) },
            3 => Deed::SetAlias { account, alias: self.alias() },
            _ if self.model.accounts.len() < ACCOUNTS_MAX => Deed::CreateAccount { account: self.new_account() },
            _ => Deed::CreateAccount { account },
        }
    }

    /// A number for an account, near to others so that they share a shard of the feed now and then.
    pub(super) fn new_account(&self) -> AccountId {
        let number = AccountId::RANGE.start() + self.dice.below(24);
        AccountId::new(number).unwrap_or(AccountId::INSTANCE)
    }

    fn deed_in(&self, account: AccountId) -> Deed {
        let dice = self.dice;
        match dice.weigh(&[16, 6, 3, 9, 6, 14, 8, 6, 7, 3, 3, 12, 5, 4, 2, 3]) {
            0 => Deed::CreateUser { name: self.any(&USERS) },
            1 => Deed::RenameUser { name: self.user(account), to: self.any(&USERS) },
            2 => Deed::EditUser { name: self.user(account), remarks: dice.below(3).to_string() },
            3 => Deed::SwitchUser { name: self.user(account), on: dice.happens(600) },
            4 => Deed::DeleteUser { name: self.user(account), dependents: self.dependents() },
            5 => Deed::CreateKey { owner: self.owner(account) },
            6 => {
                let (owner, key) = self.owned_key(account);
                Deed::SwitchKey { owner, key, on: dice.happens(550) }
            }
            7 => {
                let (owner, key) = self.owned_key(account);
                Deed::DeleteKey { owner, key }
            }
            8 => Deed::CreateGroup { name: self.any(&GROUPS) },
            9 => Deed::RenameGroup { name: self.group(account), to: self.any(&GROUPS) },
            10 => Deed::DeleteGroup { name: self.group(account), dependents: self.dependents() },
            11 => Deed::Join { group: self.group(account), user: self.user(account) },
            12 => Deed::Leave { group: self.group(account), user: self.user(account) },
            13 => Deed::SwitchProfile { user: self.user(account), on: dice.happens(500) },
            14 => Deed::DeleteProfile { user: self.user(account) },
            _ => Deed::SetAlias { account, alias: self.alias() },
        }
    }

    fn any(&self, names: &[&str]) -> String {
        self.dice.pick(names).unwrap_or_default().to_owned()
    }

    /// The name of a user, mostly one that is there.
    fn user(&self, account: AccountId) -> String {
        let users = self.model.users.values().filter(|user| user.account == account);
        let users: Vec<&str> = users.map(|user| user.name.as_str()).collect();
        if users.is_empty() || self.dice.happens(150) { self.any(&USERS) } else { self.any(&users) }
    }

    fn group(&self, account: AccountId) -> String {
        let groups = self.model.groups.values().filter(|group| group.account == account);
        let groups: Vec<&str> = groups.map(|group| group.name.as_str()).collect();
        if groups.is_empty() || self.dice.happens(150) { self.any(&GROUPS) } else { self.any(&groups) }
    }

    fn owner(&self, account: AccountId) -> Owner {
        if self.dice.happens(200) { Owner::Root } else { Owner::User(self.user(account)) }
    }

    fn owned_key(&self, account: AccountId) -> (Owner, String) {
        let owner = self.owner(account);
        let key = self.model.owner(account, &owner).map_or_else(|| "NOSUCHKEY".to_owned(), |owner| self.key_of(owner));
        (owner, key)
    }

    /// A key of this principal, now and then somebody's.
    fn key_of(&self, principal: u64) -> String {
        let stranger = self.dice.happens(100);
        let keys = self.model.keys.iter().filter(|(_, key)| stranger || key.owner == principal);
        let keys: Vec<&str> = keys.map(|(id, _)| id.as_str()).collect();
        self.dice.pick(&keys).unwrap_or("NOSUCHKEY").to_owned()
    }

    fn alias(&self) -> Option<String> {
        self.dice.pick(&ALIASES).filter(|_| self.dice.happens(750)).map(str::to_owned)
    }

    fn dependents(&self) -> Dependents {
        if self.dice.happens(600) { Dependents::Remove } else { Dependents::Refuse }
    }
}
