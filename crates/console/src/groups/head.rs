//! What stands on top of every page of a group, and the way to its other pages.

use iam::{
    attachments::{Attached, ListAttached, OfGroup},
    groups::{self, Group},
};

use super::page_of;
use crate::{
    failure::{Failure, allowed},
    visit::Visit,
};

/// The pages of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Members,
    Policies,
    Activity,
}

/// See the module.
pub(crate) struct Head {
    pub(crate) group: Group,
    /// The address of its pages.
    pub(crate) base: String,
    /// What it holds, where one may know.
    pub(crate) policies: Option<Vec<Attached>>,
    tab: Tab,
}

impl Head {
    /// Of the group that the address names first. Errors: it is not there, or must not be seen.
    pub(crate) async fn load(visit: &Visit, tab: Tab) -> Result<Self, Failure> {
        let group = visit.ask(groups::Get { name: visit.part(0).to_owned() }).await?;
        let policies = allowed(visit.ask(ListAttached { holder: OfGroup(group.name.clone()) }).await)?;
        Ok(Self { base: page_of(&group.name), group, policies, tab })
    }

    /// Whether that is the page that is open.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn is_on(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    /// How many there are of what a page shows, where one may know.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn count(&self, tab: &Tab) -> Option<usize> {
        self.policies.as_ref().filter(|_| *tab == Tab::Policies).map(Vec::len)
    }
}
