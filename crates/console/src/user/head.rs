//! What stands on top of every page of a user: who it is, its state, what can be done at once, and the way to its other
//! pages.

use decide::power;
use iam::{
    access_keys::{self, Owner},
    attachments::{ListAttached, OfUser},
    groups,
    users::{self, Detail, User},
};

use super::page_of;
use crate::{
    failure::{Failure, allowed},
    form::address,
    visit::Visit,
};

/// The pages of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Login,
    Keys,
    Permissions,
    Groups,
    Activity,
}

/// See the module.
pub(crate) struct Head {
    pub(crate) user: User,
    pub(crate) boundary: Option<iam::policies::Policy>,
    /// Whether it may do everything with identities and policies.
    pub(crate) administrator: bool,
    /// The address of its pages.
    pub(crate) base: String,
    /// Where it is asked what it may do.
    pub(crate) explain: String,
    /// Where its sessions are.
    pub(crate) sessions: String,
    /// Whether that is who looks.
    pub(crate) is_own: bool,
    tab: Tab,
    /// How many of each there are, where one may know.
    keys: Option<usize>,
    policies: Option<usize>,
    groups: Option<usize>,
}

impl Head {
    /// Of the user that the address names first. Errors: it is not there, or must not be seen.
    pub(crate) async fn load(visit: &Visit, tab: Tab) -> Result<Self, Failure> {
        let Detail { user, boundary } = visit.ask(users::Get { name: visit.part(0).to_owned() }).await?;
        let keys = allowed(visit.ask(access_keys::List { owner: Owner::User(user.name.clone()) }).await)?;
        let groups = allowed(visit.ask(groups::ListOfUser { user: user.name.clone() }).await)?;
        let policies = allowed(visit.ask(ListAttached { holder: OfUser(user.name.clone()) }).await)?;
        let administrator = power::administers(&*visit.iam.snapshot()?, user.id);
        Ok(Self {
            administrator,
            base: page_of(&user.name),
            explain: address("/explain", &[("principal", &user.name)]),
            sessions: format!("{}/sessions", page_of(&user.name)),
            is_own: visit.session()?.user == user.id,
            tab,
            keys: keys.map(|keys| keys.len()),
            policies: policies.map(|policies| policies.len()),
            groups: groups.map(|groups| groups.len()),
            user,
            boundary,
        })
    }

    /// Whether that is the page that is open.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn is_on(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    /// How many there are of what a page shows, where it shows some and one may know.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn count(&self, tab: &Tab) -> Option<usize> {
        match tab {
            Tab::Keys => self.keys,
            Tab::Permissions => self.policies,
            Tab::Groups => self.groups,
            Tab::Overview | Tab::Login | Tab::Activity => None,
        }
    }
}
