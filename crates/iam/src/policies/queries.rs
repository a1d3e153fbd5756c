//! Showing policies.

use base::{ids::PolicyId, text};

use super::{
    Body, Policy, PolicyRef, Scope,
    lookup::{by_ref, of_system},
    sql, versions,
};
use crate::{
    action::Action,
    attachments,
    door::{Needs, Query, Read, Target},
    error::Result,
    page::{Page, PageSize, Search},
    values::PathPrefix,
};

/// Shows a policy and what it says. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct Get {
    /// Which.
    pub policy: PolicyRef,
}

/// A policy, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The policy.
    pub policy: Policy,
    /// The document in force.
    pub document: Body,
}

impl Query for Get {
    const ACTION: Action = Action::GetPolicy;
    type Found = Policy;
    type Output = Detail;

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Policy> {
        by_ref(tx, &self.policy)
    }

    fn needs(&self, policy: &Policy) -> Needs {
        Needs::action(Self::ACTION).on(policy.target())
    }

    fn run(&self, policy: Policy, tx: &Read<'_>) -> Result<Detail> {
        let (document, _) = versions::body(tx, &policy, policy.default_version)?;
        Ok(Detail { policy, document })
    }
}

/// Lists policies, the system's first, then the account's in the order of their creation.
#[derive(Debug, Clone)]
pub struct List {
    /// Which.
    pub scope: Scope,
    /// Only those with this text in their name.
    pub search: Option<Search>,
    /// Only those whose path begins so.
    pub under: PathPrefix,
    /// Only those that somebody holds, or only those that nobody does.
    pub attached: Option<bool>,
    /// Begin behind this policy.
    pub after: Option<PolicyId>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for List {
    const ACTION: Action = Action::ListPolicies;
    type Found = ();
    type Output = Page<Policy, PolicyId>;

    /// A list is one permission on all that it may show (SEC-084).
    fn named(&self) -> Target {
        Target::policy_at(self.under.as_str(), "*")
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    /// Ids of system policies are below all others, so that one cursor goes through both.
    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<Policy, PolicyId>> {
        let mut found = if self.scope.has_system() { self.system(tx)? } else { Vec::new() };
        let most = usize::try_from(self.size.probe()).unwrap_or(usize::MAX);
        if self.scope.has_custom() && found.len() < most {
            let pattern = self.search.as_ref().map_or_else(|| "%".to_owned(), Search::pattern);
            let after = self.after.map_or(0, PolicyId::number);
            let attached = self.attached.map_or(-1, i64::from);
            let bounds =
                [after.into(), pattern.into(), self.under.as_str().into(), attached.into(), self.size.probe().into()];
            let custom = tx.rows(&sql::PAGE, &bounds)?;
            found.extend(custom.iter().map(|row| sql::policy(row, 0)).collect::<Result<Vec<_>>>()?);
        }
        Ok(Page::cut(found, self.size, |policy| policy.id))
    }
}

impl List {
    /// The system policies that are asked for, by id.
    fn system(&self, tx: &Read<'_>) -> Result<Vec<Policy>> {
        let system = &tx.snapshot().system.catalogue;
        let policies = system.system_policies().iter().map(of_system).collect::<Result<Vec<_>>>()?;
        let fits = |policy: &Policy| {
            let searched = |search: &Search| search.is_in(&text::name_key(&policy.name));
            Some(policy.id) > self.after
                && self.search.as_ref().is_none_or(searched)
                && policy.path.starts_with(self.under.as_str())
        };
        let mut found: Vec<Policy> = policies.into_iter().filter(fits).collect();
        found.sort_by_key(|policy| policy.id);
        let Some(wanted) = self.attached else { return Ok(found) };
        let held = |policy: Policy| {
            let is_held = attachments::sql::count_up_to(tx, policy.id, 1)? > 0;
            Ok((is_held == wanted).then_some(policy))
        };
        found.into_iter().filter_map(|policy| held(policy).transpose()).collect()
    }
}

/// Tells how many hold policies, for a list of them: in the order in which they are asked for, and none for one that is
/// not there.
#[derive(Debug, Clone)]
pub struct Usage {
    /// Which; at most as many as a page holds.
    pub policies: Vec<PolicyId>,
}

/// How many hold a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// How many, up to [`Usage::COUNTED_MAX`].
    pub attached: u64,
    /// Whether there are more.
    pub more: bool,
}

impl Usage {
    /// Up to how many are counted.
    pub const COUNTED_MAX: u64 = 1_000;
}

impl Query for Usage {
    const ACTION: Action = Action::ListPolicies;
    type Found = ();
    type Output = Vec<Used>;

    fn named(&self) -> Target {
        Target::policies()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Vec<Used>> {
        let used = |policy: &PolicyId| {
            let count = attachments::sql::count_up_to(tx, *policy, Self::COUNTED_MAX + 1)?;
            Ok(Used { attached: count.min(Self::COUNTED_MAX), more: count > Self::COUNTED_MAX })
        };
        self.policies.iter().take(PageSize::MAX.count()).map(used).collect()
    }
}
