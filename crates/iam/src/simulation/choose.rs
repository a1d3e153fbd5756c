//! Which deed comes next: drawn so that most make sense, many meet each other, and limits are met.

use base::ids::AccountId;

use super::{
    deeds::{Deed, Question, Which, Who, Whose},
    dice::Dice,
    documents::{DOCS, Doc},
    model::{Holder, Model},
    rotation::VERSIONS,
    verdict::Verdict,
    world::Credential,
};
use crate::{access_keys::Owner, dependents::Dependents, error::Quota};

/// Few, so that they collide; some are the same name.
const USERS: [&str; 8] = ["ann", "Ann", "bob", "BOB", "cy", "dee", "张三", "eve"];
const GROUPS: [&str; 5] = ["ops", "Ops", "dev", "qa", "ann"];
const POLICIES: [&str; 6] = ["all", "All", "people", "power", "deny", "AdministratorAccess"];
const ROLES: [&str; 4] = ["deploy", "Deploy", "audit", "ann"];
const INLINE: [&str; 2] = ["one", "two"];
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
    /// What a root user begins with: users with keys, and policies that some of them hold.
    pub(super) fn beginning(&self) -> Vec<Deed> {
        let mut deeds = Vec::new();
        for name in ["ann", "bob", "cy"] {
            let name = name.to_owned();
            deeds.push(Deed::CreateUser { name: name.clone() });
            deeds.push(Deed::CreateKey { owner: Owner::User(name.clone()) });
            if name == "ann" {
                deeds.push(Deed::CreateRole { name: self.any(&ROLES), trusted: name.clone() });
            }
            let (policy, whose) = (self.any(&POLICIES), Whose::User(name.clone()));
            deeds.push(Deed::CreatePolicy { name: policy.clone(), document: self.document() });
            let policy = if self.dice.happens(400) { Which::Administrator } else { Which::Custom(policy) };
            deeds.push(Deed::Attach { whose, policy });
        }
        deeds.truncate(usize::try_from(self.dice.below(14)).unwrap_or_default());
        deeds
    }

    /// Who asks for what.
    pub(super) fn deed(&self) -> (Who, Deed) {
        if let Some(who @ Who::Principal { account, .. }) = self.principal() {
            let operators = self.dice.happens(15).then(|| Deed::DeleteRootKey { account, key: "NOSUCHKEY".to_owned() });
            return (who, operators.unwrap_or_else(|| self.deed_of(&who, account)));
        }
        let account = self.account();
        let accounts_own = self.dice.happens(100);
        (Who::Operator, if accounts_own { self.deed_in(account) } else { self.operators_deed(account) })
    }

    /// Mostly something that comes to something.
    fn deed_of(&self, who: &Who, account: AccountId) -> Deed {
        let mut deed = self.deed_as(who, account);
        for _ in 0..3 {
            // What the guard refuses is as good as anything.
            let comes_to_something = (deed.is_allowed(who, self.model, true)
                || matches!(deed, Deed::BeginSession { .. }))
                && !matches!(self.model.expect(who, &deed), Verdict::NotFound(_) | Verdict::Exists(_));
            if comes_to_something || self.dice.happens(250) {
                break;
            }
            deed = self.deed_as(who, account);
        }
        deed
    }

    /// A role that is assumed is mostly one that lets in who asks.
    fn deed_as(&self, who: &Who, account: AccountId) -> Deed {
        let deed = self.deed_in(account);
        let (Deed::AssumeRole { document, .. }, Who::Principal { principal, .. }) = (&deed, who) else { return deed };
        let roles = self.model.roles.values().filter(|role| role.trusted == principal.number());
        let roles: Vec<&str> = roles.map(|role| role.name.as_str()).collect();
        let document = *document;
        self.dice.pick(&roles).map_or(deed, |role| Deed::AssumeRole { role: role.to_owned(), document })
    }

    /// Who asks what.
    pub(super) fn question(&self) -> (Who, Question) {
        let who = self.principal().unwrap_or(Who::Operator);
        let account = who.account();
        let question = match self.dice.below(10) {
            0 => Question::Users,
            1 => Question::Groups,
            2 => Question::User { name: self.user(account) },
            3 => Question::Keys { owner: self.owner(account, 200) },
            4 => Question::Members { group: self.group(account) },
            5 => Question::GroupsOf { user: self.user(account) },
            6 => Question::Profile { user: self.user(account) },
            7 => Question::Attached { user: self.user(account) },
            8 => Question::Versions { policy: self.policy(account) },
            _ => Question::Summary,
        };
        (who, question)
    }

    /// A root user or a user with a good key, mostly; `None` for the operator.
    fn principal(&self) -> Option<Who> {
        let wanted = self.dice.weigh(&[36, 36, 9, 11, 8]);
        let fits = |credential: &&Credential| {
            let principal = credential.principal;
            let (good, root) = (self.model.proves(&credential.proof), self.model.is_root(principal));
            let powerful = || !self.model.holding(Holder::User(principal)).documents.is_empty();
            match wanted {
                0 => good && root,
                1 => good && !root && powerful(),
                2 => good && !root,
                3 => !good,
                _ => false,
            }
        };
        let whos: Vec<Who> = self.credentials.iter().filter(fits).filter_map(Credential::who).collect();
        self.dice.pick(&whos)
    }

    fn account(&self) -> AccountId {
        let accounts: Vec<AccountId> = self.model.accounts.keys().copied().collect();
        self.dice.pick(&accounts).unwrap_or(AccountId::INSTANCE)
    }

    fn operators_deed(&self, account: AccountId) -> Deed {
        let root = self.model.owner(account, &Owner::Root).unwrap_or_default();
        if self.dice.happens(250) {
            return self.deed_of_rotation(account);
        }
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

    /// Mostly what comes next.
    fn deed_of_rotation(&self, account: AccountId) -> Deed {
        let (dice, last) = (self.dice, self.model.masters.last());
        match dice.weigh(&[20, 20, 45, 15]) {
            0 if last < VERSIONS => Deed::AddMasterKey { version: last + 1 },
            0 => Deed::AddMasterKey { version: last },
            1 => Deed::RotateMasterKey,
            2 if dice.happens(100) => Deed::Rewrap { account: AccountId::INSTANCE },
            2 => Deed::Rewrap { account },
            _ => Deed::DropMasterKey { version: 1 + u32::try_from(dice.below(VERSIONS.into())).unwrap_or_default() },
        }
    }

    /// Where one alone can administer the account: what would leave nobody.
    fn deed_against_the_last(&self, account: AccountId) -> Option<Deed> {
        let administrators: Vec<u64> = self.model.administrators(account).into_iter().collect();
        let [last] = administrators.as_slice() else { return None };
        match self.model.users.get(last) {
            Some(user) => Some(Deed::SwitchUser { name: user.name.clone(), on: false }),
            None => Some(Deed::DeleteKey { owner: Owner::Root, key: self.key_of(*last) }),
        }
    }

    fn deed_in(&self, account: AccountId) -> Deed {
        if self.dice.happens(40)
            && let Some(deed) = self.deed_against_the_last(account)
        {
            return deed;
        }
        match self.dice.weigh(&[37, 42, 21]) {
            0 => self.deed_of_power(account),
            1 => self.deed_of_people(account),
            _ => self.deed_of_credentials(account),
        }
    }

    fn deed_of_credentials(&self, account: AccountId) -> Deed {
        let dice = self.dice;
        match dice.weigh(&[20, 8, 8, 6, 20, 30, 8, 4]) {
            0 => Deed::CreateApiKey { owner: self.owner(account, 120), document: self.limit() },
            1 => {
                let (owner, key) = self.owned_api_key(account);
                Deed::SwitchApiKey { owner, key, on: dice.happens(550) }
            }
            2 => {
                let (owner, key) = self.owned_api_key(account);
                Deed::LimitApiKey { owner, key, document: self.limit() }
            }
            3 => {
                let (owner, key) = self.owned_api_key(account);
                Deed::DeleteApiKey { owner, key }
            }
            4 => Deed::BeginSession { document: self.limit() },
            5 => Deed::AssumeRole { role: self.role(account), document: self.limit() },
            6 => Deed::EndSessions { owner: self.owner(account, 200) },
            _ => Deed::EndRoleSessions { role: self.role(account) },
        }
    }

    /// What limits a credential, where anything does.
    fn limit(&self) -> Option<Doc> {
        self.dice.happens(450).then(|| self.document())
    }

    fn deed_of_power(&self, account: AccountId) -> Deed {
        let dice = self.dice;
        match dice.weigh(&[14, 4, 5, 8, 7, 3, 28, 11, 9, 5, 6, 4, 7, 6, 2]) {
            0 => Deed::CreatePolicy { name: self.any(&POLICIES), document: self.document() },
            1 => Deed::RewritePolicy { policy: self.policy(account), document: self.document() },
            2 => {
                let (attachments, versions) = (self.dependents(), self.dependents());
                Deed::DeletePolicy { policy: self.policy(account), attachments, versions }
            }
            3 => {
                let (policy, document) = (self.policy(account), self.document());
                Deed::AddVersion { policy, document, set_default: dice.happens(500) }
            }
            4 => Deed::SetDefault { policy: self.policy(account), version: self.version() },
            5 => Deed::DeleteVersion { policy: self.policy(account), version: self.version() },
            6 => Deed::Attach { whose: self.whose(account), policy: self.policy(account) },
            7 => self.detach(account),
            8 => {
                let (whose, name) = (self.whose(account), self.any(&INLINE));
                Deed::PutInline { whose, name, document: self.document() }
            }
            9 => Deed::DeleteInline { whose: self.whose(account), name: self.any(&INLINE) },
            10 => Deed::PutBoundary { user: self.user(account), policy: self.policy(account) },
            11 => Deed::DeleteBoundary { user: self.user(account) },
            12 => Deed::CreateRole { name: self.any(&ROLES), trusted: self.user(account) },
            13 => Deed::Trust { role: self.role(account), trusted: self.user(account) },
            _ => Deed::DeleteRole { name: self.role(account), dependents: self.dependents() },
        }
    }

    /// Mostly something that is attached.
    fn detach(&self, account: AccountId) -> Deed {
        let user = self.model.user(account, &self.user(account));
        let attached = self.model.attached.iter().filter(|(of, _)| Some(*of) == user.map(Holder::User));
        let attached: Vec<u64> = attached.map(|(_, policy)| *policy).collect();
        let found = user.and_then(|user| Some((self.model.users.get(&user)?, self.dice.pick(&attached)?)));
        let Some((user, policy)) = found else {
            return Deed::Detach { whose: self.whose(account), policy: self.policy(account) };
        };
        let custom = self.model.policies.get(&policy).map(|policy| Which::Custom(policy.name.clone()));
        Deed::Detach { whose: Whose::User(user.name.clone()), policy: custom.unwrap_or(Which::Administrator) }
    }

    fn deed_of_people(&self, account: AccountId) -> Deed {
        let dice = self.dice;
        match dice.weigh(&[16, 6, 3, 9, 6, 18, 8, 6, 7, 3, 3, 12, 5, 4, 2, 3]) {
            0 => Deed::CreateUser { name: self.any(&USERS) },
            1 => Deed::RenameUser { name: self.user(account), to: self.any(&USERS) },
            2 => Deed::EditUser { name: self.user(account), remarks: dice.below(3).to_string() },
            3 => Deed::SwitchUser { name: self.user(account), on: dice.happens(600) },
            4 => Deed::DeleteUser { name: self.user(account), dependents: self.dependents() },
            5 => Deed::CreateKey { owner: self.owner(account, 120) },
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

    fn role(&self, account: AccountId) -> String {
        let roles = self.model.roles.values().filter(|role| role.account == account);
        let roles: Vec<&str> = roles.map(|role| role.name.as_str()).collect();
        if roles.is_empty() || self.dice.happens(150) { self.any(&ROLES) } else { self.any(&roles) }
    }

    fn whose(&self, account: AccountId) -> Whose {
        match self.dice.weigh(&[60, 30, 10]) {
            0 => Whose::User(self.user(account)),
            1 => Whose::Group(self.group(account)),
            _ => Whose::Role(self.role(account)),
        }
    }

    fn policy(&self, account: AccountId) -> Which {
        let policies = self.model.policies.values().filter(|policy| policy.account == account);
        let policies: Vec<&str> = policies.map(|policy| policy.name.as_str()).collect();
        match self.dice.weigh(&[15, 75, 10]) {
            0 => Which::Administrator,
            1 if !policies.is_empty() => Which::Custom(self.any(&policies)),
            _ => Which::Custom(self.any(&POLICIES)),
        }
    }

    fn document(&self) -> Doc {
        let weights: Vec<u64> = DOCS.iter().map(|(_, weight)| *weight).collect();
        DOCS.get(self.dice.weigh(&weights)).map_or(Doc::Objects, |(doc, _)| *doc)
    }

    fn version(&self) -> u32 {
        self.dice.pick(&[1, 1, 2, 2, 3, 4]).unwrap_or(1)
    }

    /// The root user, so many times in a thousand.
    fn owner(&self, account: AccountId, root: u64) -> Owner {
        if self.dice.happens(root) { Owner::Root } else { Owner::User(self.user(account)) }
    }

    fn owned_key(&self, account: AccountId) -> (Owner, String) {
        let owner = self.owner(account, 350);
        let key = self.model.owner(account, &owner).map_or_else(|| "NOSUCHKEY".to_owned(), |owner| self.key_of(owner));
        (owner, key)
    }

    fn owned_api_key(&self, account: AccountId) -> (Owner, String) {
        let owner = self.owner(account, 250);
        let stranger = self.dice.happens(100);
        let of = self.model.owner(account, &owner);
        let keys = self.model.api_keys.iter().filter(|(_, key)| stranger || Some(key.owner) == of);
        let keys: Vec<&str> = keys.map(|(id, _)| id.as_str()).collect();
        let key = self.dice.pick(&keys).unwrap_or("NOSUCHKEY").to_owned();
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
