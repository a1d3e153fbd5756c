//! What stands on top of every page of a role, and the way to its other pages.

use iam::{
    attachments::{ListAttached, OfRole},
    policies::Policy,
    roles::{self, Detail, Role},
};

use super::page_of;
use crate::{
    failure::{Failure, allowed},
    form::address,
    text::Lang,
    visit::Visit,
};

/// The pages of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Permissions,
    Trust,
    Sessions,
}

/// See the module.
pub(crate) struct Head {
    pub(crate) role: Role,
    pub(crate) boundary: Option<Policy>,
    /// The address of its pages.
    pub(crate) base: String,
    /// Where it is asked what it may do.
    pub(crate) explain: String,
    tab: Tab,
    /// How many policies it holds, where one may know.
    policies: Option<usize>,
}

impl Head {
    /// Of the role that the address names first. Errors: it is not there, or must not be seen.
    pub(crate) async fn load(visit: &Visit, tab: Tab) -> Result<Self, Failure> {
        let Detail { role, boundary } = visit.ask(roles::Get { name: visit.part(0).to_owned() }).await?;
        let policies = allowed(visit.ask(ListAttached { holder: OfRole(role.name.clone()) }).await)?;
        Ok(Self {
            base: page_of(&role.name),
            explain: address("/explain", &[("principal", &format!("role/{}", role.name))]),
            tab,
            policies: policies.map(|policies| policies.len()),
            role,
            boundary,
        })
    }

    /// Whether that is the page that is open.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn is_on(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    /// How many there are of what a page shows, where one may know.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn count(&self, tab: &Tab) -> Option<usize> {
        self.policies.filter(|_| *tab == Tab::Permissions)
    }

    /// How many policies are attached, where one may know.
    pub(crate) fn policies(&self) -> Option<usize> {
        self.policies
    }
}

/// So many seconds in words: whole hours or minutes, where they are.
pub(crate) fn span(lang: Lang, seconds: u32) -> String {
    let (id, count) = match seconds {
        _ if seconds.is_multiple_of(3_600) => ("roles-hours", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => ("roles-minutes", seconds / 60),
        _ => ("roles-seconds", seconds),
    };
    lang.say(id, &[("n", count.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_largest_whole_unit() {
        let told = [3_600, 7_200, 5_400, 3_601].map(|seconds| span(Lang::En, seconds));
        assert_eq!(told, ["1 hour", "2 hours", "90 minutes", "3,601 seconds"]);
    }
}
