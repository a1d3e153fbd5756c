//! Who uses a policy.

use base::timestamp::Timestamp;

use super::{Holder, sql};
use crate::{
    action::Action,
    door::{Needs, Query, Read, Target},
    error::Result,
    page::{Page, PageSize},
    policies::{self, Policy, PolicyRef},
};

/// How somebody uses a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Usage {
    /// It is attached.
    Attached,
    /// It is the boundary.
    Boundary,
}

/// Which kinds of holders are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entities {
    /// All.
    All,
    /// Users.
    Users,
    /// Groups.
    Groups,
    /// Roles.
    Roles,
}

/// Lists who uses a policy: groups, roles and users by their ids, first those to whom it is attached, then those whose
/// boundary it is. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct ListEntities {
    /// Which policy.
    pub policy: PolicyRef,
    /// Only those who use it so.
    pub usage: Option<Usage>,
    /// Only those of this kind.
    pub entities: Entities,
    /// Begin behind this one.
    pub after: Option<EntityKey>,
    /// How many at most.
    pub size: PageSize,
}

/// What tells users of a policy apart.
pub type EntityKey = (Usage, Holder);

/// One who uses a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// How.
    pub usage: Usage,
    /// Who.
    pub holder: Holder,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Since when.
    pub since: Timestamp,
}

impl Query for ListEntities {
    const ACTION: Action = Action::ListEntitiesForPolicy;
    type Found = Policy;
    type Output = Page<Entity, EntityKey>;

    fn named(&self) -> Target {
        self.policy.named()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Policy> {
        policies::by_ref(tx, &self.policy)
    }

    fn needs(&self, policy: &Policy) -> Needs {
        Needs::action(Self::ACTION).on(policy.target())
    }

    fn run(&self, policy: Policy, tx: &Read<'_>) -> Result<Page<Entity, EntityKey>> {
        let begin = self.after.map_or(Usage::Attached, |(usage, _)| usage);
        let (first_kind, last_kind) = self.entities.kinds();
        let mut found = Vec::new();
        for usage in [Usage::Attached, Usage::Boundary] {
            let most = self.size.probe() - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if usage < begin || self.usage.is_some_and(|wanted| wanted != usage) || most <= 0 {
                continue;
            }
            let after = self.after.filter(|(behind, _)| *behind == usage).map(|(_, holder)| holder);
            let (kind, number) = after.map_or((first_kind, 0), |holder| (holder.kind(), holder.number()));
            found.extend(sql::entities(tx, policy.id, usage, (kind, number, last_kind), most)?);
        }
        Ok(Page::cut(found, self.size, |entity| (entity.usage, entity.holder)))
    }
}

impl Entities {
    /// The first and the last kind as the tables write and sort them.
    const fn kinds(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("group", "user"),
            Self::Users => ("user", "user"),
            Self::Groups => ("group", "group"),
            Self::Roles => ("role", "role"),
        }
    }
}
