//! Making a user with all that it begins with, in one step.

use base::secret::SecretText;
use serde_json::json;

use super::{Create, Profile, User};
use crate::{
    access_keys::{self, Minted},
    action::Action,
    attachments::{Attach, OfUser},
    door::{Needs, Operation, Read, Target, Write},
    error::{Error, Result},
    groups::{self, AddUser, Group},
    hashing::Prepare,
    login_profiles,
    passwords::{Hashed, NewPassword},
    policies::{self, Policy, PolicyRef},
};

/// The system policy that makes a system administrator.
const ADMINISTRATOR: &str = "AdministratorAccess";

/// Creates a user with a way in, an access key, groups and policies: all of it, or nothing.
///
/// It takes what each part takes by itself. A caller at the console proves once more who it is where an access key is
/// among it, as for making one: for `iam:CreateAccessKey` and this user.
///
/// Errors: as [`Create`]; `NotFound` for a group or a policy; `WeakPassword`; `LimitExceeded` at any quota.
#[derive(Debug)]
pub struct CreateWhole {
    parts: Parts,
    password: Option<Hashed>,
}

/// What a user is to begin with.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What it is called, and more.
    pub profile: Profile,
    /// How it may sign in to the console; `None` for not at all.
    pub console: Option<Console>,
    /// Whether to make an access key for it.
    pub access_key: bool,
    /// The names of the groups that it is to be in.
    pub groups: Vec<String>,
    /// The policies that it is to hold.
    pub policies: Vec<PolicyRef>,
    /// Whether it is to be a system administrator.
    pub administrator: bool,
}

/// A policy, and how conditions spell it.
#[derive(Debug)]
pub struct Spelled {
    policy: Policy,
    spelled: String,
}

/// A way in to the console.
#[derive(Debug, Clone)]
pub struct Console {
    /// Its password.
    pub password: NewPassword,
    /// Whether it must set another when it first signs in. One that is drawn must be reset always.
    pub must_reset: bool,
}

/// A user that was made, and what is told this once.
#[derive(Debug)]
pub struct Whole {
    /// The user.
    pub user: User,
    /// Its password, where it was drawn.
    pub password: Option<SecretText>,
    /// Its access key, where one was made.
    pub access_key: Option<Minted>,
}

impl Whole {
    /// Whether anything in it is secret.
    pub const fn has_secret(&self) -> bool {
        self.password.is_some() || self.access_key.is_some()
    }
}

impl Parts {
    /// Nothing but a profile.
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            console: None,
            access_key: false,
            groups: Vec::new(),
            policies: Vec::new(),
            administrator: false,
        }
    }

    /// Whether there is anything beside the profile.
    pub fn has_more(&self) -> bool {
        self.console.is_some()
            || self.access_key
            || self.administrator
            || !self.groups.is_empty()
            || !self.policies.is_empty()
    }

    /// What it takes beside creating a user.
    fn actions(&self) -> impl Iterator<Item = Action> {
        let all = [
            (self.console.is_some(), Action::UpdateLoginProfile),
            (self.access_key, Action::CreateAccessKey),
            (!self.groups.is_empty(), Action::AddUserToGroup),
            (self.administrator || !self.policies.is_empty(), Action::AttachUserPolicy),
        ];
        all.into_iter().filter(|(holds, _)| *holds).map(|(_, action)| action)
    }

    /// What policies call the user that is to be.
    fn target(&self) -> Target {
        Target::user_at(self.profile.path.as_str(), self.profile.name.as_str()).tagged(&self.profile.tags)
    }
}

impl CreateWhole {
    /// A user with these parts.
    pub const fn new(parts: Parts) -> Self {
        Self { parts, password: None }
    }
}

impl Operation for CreateWhole {
    const ACTION: Action = Action::CreateUser;
    type Found = (Vec<Group>, Vec<Spelled>);
    type Output = Whole;

    fn needs_preparing(&self) -> bool {
        self.parts.console.is_some()
    }

    fn prepare(&mut self, prepare: &Prepare<'_>) -> Result<()> {
        self.password = self.parts.console.as_ref().map(|console| console.password.prepare(prepare)).transpose()?;
        Ok(())
    }

    fn named(&self) -> Target {
        Target::user_at(self.parts.profile.path.as_str(), self.parts.profile.name.as_str())
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Vec<Group>, Vec<Spelled>)> {
        let mut groups: Vec<Group> = Vec::new();
        for name in &self.parts.groups {
            let group = groups::by_name(tx, name)?;
            if !groups.iter().any(|known| known.id == group.id) {
                groups.push(group);
            }
        }
        let mut policies: Vec<Spelled> = Vec::new();
        let administrator = self.parts.administrator.then(|| PolicyRef::system(ADMINISTRATOR));
        for policy in self.parts.policies.iter().chain(&administrator) {
            let policy = policies::by_ref(tx, policy)?;
            if !policies.iter().any(|known| known.policy.id == policy.id) {
                policies.push(Spelled { spelled: policy.spelled(tx.account()), policy });
            }
        }
        Ok((groups, policies))
    }

    /// What each part takes by itself: what a request sets is asked about with the part that sets it.
    fn needs(&self, (groups, policies): &(Vec<Group>, Vec<Spelled>)) -> Needs {
        let target = self.parts.target();
        let mut needs = Needs::action(Self::ACTION).on(self.named()).with_tags(&self.parts.profile.tags);
        if self.parts.console.is_some() {
            needs = needs.and_apart(Action::UpdateLoginProfile, target.clone(), None);
        }
        if self.parts.access_key {
            needs = needs.and_apart(Action::CreateAccessKey, target.clone(), None);
        }
        for group in groups {
            needs = needs.and_apart(Action::AddUserToGroup, group.target(), None);
            needs = needs.and_apart(Action::AddUserToGroup, target.clone(), None);
        }
        for Spelled { policy, spelled } in policies {
            let spelled = Some(("iam:PolicyArn", spelled.as_str()));
            needs = needs.and_apart(Action::AttachUserPolicy, target.clone(), spelled);
            needs = needs.and_apart(Action::AttachUserPolicy, policy.target(), spelled);
        }
        needs
    }

    fn run(&self, (groups, policies): (Vec<Group>, Vec<Spelled>), tx: &mut Write<'_>) -> Result<Whole> {
        if self.parts.console.is_some() && self.password.is_none() {
            // It was not hashed, as the caller seemed not to be allowed to set it; now it is.
            return Err(Error::Unavailable { retry_after_s: 1 });
        }
        let user = Create { profile: self.parts.profile.clone() }.run((), tx)?;
        if let Some(console) = &self.parts.console {
            let to = login_profiles::Changes {
                must_reset: Some(console.must_reset),
                enabled: Some(true),
                ..login_profiles::Changes::default()
            };
            login_profiles::set(tx, &user, &to, self.password.as_ref())?;
        }
        for group in groups {
            let join = AddUser { group: group.name.clone(), user: user.name.clone() };
            join.run((group, user.clone()), tx)?;
        }
        for Spelled { policy, .. } in policies {
            let attach = Attach { holder: OfUser(user.name.clone()), policy: PolicyRef::Id(policy.id) };
            let pair = attach.find(tx)?;
            attach.run(pair, tx)?;
        }
        let access_key = if self.parts.access_key { Some(access_keys::create_for(tx, user.id)?) } else { None };
        let actions: Vec<&str> = self.parts.actions().map(|action| action.row().name).collect();
        if !actions.is_empty() {
            // Whoever looks for one of these deeds in the trail finds it here.
            tx.tell("parts", json!(actions));
        }
        let password = self.password.as_ref().and_then(|password| password.generated.clone());
        Ok(Whole { user, password, access_key })
    }
}
