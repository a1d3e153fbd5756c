//! Our own decision: `decide::check` on a snapshot in which the policies are attached by their ids.

use std::sync::Arc;

use anyhow::{Context, Result};
use base::{
    ids::{AccountId, GroupId, PolicyId, UserId},
    timestamp::Timestamp,
};
use decide::{
    check::{self, Decision, Question, Resource},
    facts::Circumstances,
    identity::{Actor, Who},
    snapshot::{Grants, Group, Kind, Policy, Principal, Rules, Snapshot},
};
use policy::{
    catalogue::Catalogue,
    document::Purpose,
    grammar::{self, Flavour},
    request::{ActionName, ResourceName},
};

use super::{
    Decider,
    workload::{self, ACCOUNT, ACTION, Asked, GROUPS, Holder, Statement, USER},
};

/// The user's id.
const ALICE: u64 = 2;
/// Ids of policies that accounts wrote begin here, as the core draws them.
const POLICY_IDS: u64 = 1 << 42;
/// The boundary's id.
const BOUNDARY: u64 = POLICY_IDS - 1;

/// In which grammar the policies are written.
#[derive(Clone, Copy)]
pub(crate) enum Written {
    /// As statements.
    Statements,
    /// As access-control lists.
    Acl,
}

impl Written {
    fn text(self, statements: &[Statement]) -> (String, Flavour) {
        match self {
            Self::Statements => (workload::document(statements, ACCOUNT), Flavour::Native),
            Self::Acl => (workload::acl(statements), Flavour::Acl),
        }
    }
}

/// A snapshot and a question about it.
struct World {
    snapshot: Snapshot,
    account: AccountId,
    user: UserId,
    action: ActionName<'static>,
    resource: String,
    circumstances: Circumstances<'static>,
}

/// Decides.
pub(crate) fn check(policies: &[workload::Policy], written: Written, asked: Asked) -> Result<Decider> {
    World::new(policies, written, asked)?.decider(|world, question| check::check(&world.snapshot, question))
}

/// Decides within a boundary: a policy of four statements more, of which the last allows it.
pub(crate) fn bounded(policies: &[workload::Policy], asked: Asked) -> Result<Decider> {
    let mut world = World::new(policies, Written::Statements, asked)?;
    world.bound(policies)?;
    world.decider(|world, question| check::check(&world.snapshot, question))
}

/// Decides and says why.
pub(crate) fn explain(policies: &[workload::Policy], asked: Asked) -> Result<Decider> {
    let world = World::new(policies, Written::Statements, asked)?;
    world.decider(|world, question| check::explain(&world.snapshot, question).decision)
}

/// Decides after it has read the names of the action and of the resource.
pub(crate) fn read_and_check(policies: &[workload::Policy], asked: Asked) -> Result<Decider> {
    let world = World::new(policies, Written::Statements, asked)?;
    Ok(Box::new(move || {
        let (action, resource) = std::hint::black_box((ACTION, &*world.resource));
        let catalogue = &world.snapshot.system.catalogue;
        let (Some(action), Some(name)) = (catalogue.action(action), ResourceName::read(resource)) else { return false };
        check::check(&world.snapshot, &world.question(action, name)) == Decision::Allow
    }))
}

/// What saving a document costs beside its row: reading and compiling the statements.
pub(crate) fn save(statements: &[Statement]) -> impl Fn() -> Option<Rules> {
    let text = workload::document(statements, ACCOUNT);
    let catalogue = Catalogue::built_in();
    move || {
        let document = grammar::parse_new(&text, Flavour::Native, Purpose::Identity).ok()?;
        Some(Rules::new(&document, &catalogue))
    }
}

impl World {
    fn new(policies: &[workload::Policy], written: Written, asked: Asked) -> Result<Self> {
        let (mut snapshot, account, user) = (Snapshot::default(), AccountId::parse(ACCOUNT)?, UserId::new(ALICE)?);
        let mut own = Grants::default();
        let mut of_groups = [const { Vec::new() }; GROUPS.len()];
        for (number, policy) in (POLICY_IDS..).zip(policies) {
            let id = insert(&mut snapshot, account, number, written.text(&policy.statements))?;
            match policy.holder {
                Holder::User => own.attached.push(id),
                Holder::Group(at) => of_groups.get_mut(at).context("there is no such group")?.push(id),
            }
        }
        let mut groups = Vec::new();
        for ((number, name), attached) in (1..).zip(GROUPS).zip(of_groups) {
            let (id, grants) = (GroupId::new(number)?, Grants { attached, ..Grants::default() });
            let group = Group { id, account, name: name.to_owned(), path: "/".to_owned(), grants };
            snapshot.groups.insert(id, Arc::new(group));
            groups.push(id);
        }
        let kind = Kind::User { name: USER.to_owned(), path: "/".to_owned() };
        let tags = Arc::from([]);
        let alice = Principal { id: user, account, kind, enabled: true, groups, tags, grants: own };
        snapshot.principals.insert(user, Arc::new(alice));
        Ok(Self {
            snapshot,
            account,
            user,
            action: Catalogue::built_in().action(ACTION).context("not an action")?,
            resource: workload::resource("bos", ACCOUNT, asked.object),
            circumstances: Circumstances {
                address: Some(asked.address.into()),
                tls: Some(asked.tls),
                ..Circumstances::at(Timestamp::START_OF_2026)
            },
        })
    }

    /// Limits the user by what its last policy says.
    fn bound(&mut self, policies: &[workload::Policy]) -> Result<()> {
        let last = policies.last().context("there is no policy")?;
        let boundary = insert(&mut self.snapshot, self.account, BOUNDARY, Written::Statements.text(&last.statements))?;
        let alice = self.snapshot.principals.get(&self.user).context("the user is not there")?;
        let grants = Grants { boundary: Some(boundary), ..alice.grants.clone() };
        let alice = Principal { grants, ..Principal::clone(alice) };
        self.snapshot.principals.insert(self.user, Arc::new(alice));
        Ok(())
    }

    /// The question, whose names are read once and not for each decision.
    fn decider(self, decide: fn(&Self, &Question<'_>) -> Decision) -> Result<Decider> {
        // Leaked: what the world lends from itself could not move into the closure with it.
        let resource: &'static str = self.resource.clone().leak();
        let name = ResourceName::read(resource).context("not a resource")?;
        Ok(Box::new(move || decide(&self, &self.question(self.action, name)) == Decision::Allow))
    }

    fn question<'q>(&'q self, action: ActionName<'q>, name: ResourceName<'q>) -> Question<'q> {
        let resource = Resource { account: self.account, name, tags: &[] };
        Question { who: Who::unlimited(Actor::User(self.user)), action, resource, circumstances: &self.circumstances }
    }
}

fn insert(
    snapshot: &mut Snapshot,
    account: AccountId,
    number: u64,
    (text, flavour): (String, Flavour),
) -> Result<PolicyId> {
    let document = grammar::parse_new(&text, flavour, Purpose::Identity)?;
    let rules = Arc::new(Rules::new(&document, &Catalogue::built_in()));
    let (id, name) = (PolicyId::new(number)?, format!("policy-{number}"));
    let policy = Policy { id, account: Some(account), name, path: "/".to_owned(), rules };
    snapshot.policies.insert(id, Arc::new(policy));
    Ok(id)
}
