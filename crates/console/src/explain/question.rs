//! The question as a form asks it.

use std::net::IpAddr;

use base::ids::{AccountId, UserId};
use decide::{
    check::{self, Resource, Step},
    facts::Circumstances,
    identity::{Actor, Who},
    reasons::Reasons,
    snapshot::Snapshot,
};
use iam::{questions, roles};
use policy::request::ResourceName;

use crate::{failure::Failure, visit::Visit};

/// The longest name of a resource, in bytes, as for every question.
const RESOURCE_MAX: usize = 2_048;

/// What was asked.
#[derive(Default)]
pub(super) struct Asked {
    /// A user's name, `root`, or `role/` and a role's name.
    pub(super) principal: String,
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) address: String,
}

/// The answer.
pub(super) struct Told {
    pub(super) reasons: Reasons,
    pub(super) steps: Vec<Step>,
    pub(super) revision: i64,
}

/// Why there is no answer: a message, and the field that it is about.
pub(super) struct Unclear(pub(super) &'static str, pub(super) &'static str);

impl Asked {
    pub(super) fn of(visit: &Visit) -> Self {
        let asked = |name: &str| visit.query.get(name).trim().to_owned();
        Self {
            principal: asked("principal"),
            action: asked("action"),
            resource: asked("resource"),
            address: asked("address"),
        }
    }

    /// Whether anything is asked yet.
    pub(super) fn is_complete(&self) -> bool {
        !self.principal.is_empty() && !self.action.is_empty()
    }

    /// Answers. About oneself everybody may ask; about others, who may ask for decisions.
    pub(super) async fn answer(&self, visit: &Visit) -> Result<Result<Told, Unclear>, Failure> {
        let session = visit.session()?;
        if self.principal != session.user_name {
            visit.ask(questions::Ask { account: session.account }).await?;
        }
        let role = match self.principal.strip_prefix("role/") {
            Some(role) => visit.ask(roles::Get { name: role.to_owned() }).await,
            None => Err(Failure::NothingHere),
        };
        let role = role.ok().map(|role| Actor::Role(role.role.id));
        let snapshot = visit.iam.snapshot()?;
        let actor = role.or_else(|| self.user(&snapshot, session.account));
        Ok(self.decide(visit, &snapshot, actor))
    }

    fn decide(&self, visit: &Visit, snapshot: &Snapshot, actor: Option<Actor>) -> Result<Told, Unclear> {
        let actor = actor.ok_or(Unclear("principal", "explain-no-principal"))?;
        let account = visit.session().map_err(|_| Unclear("principal", "explain-no-principal"))?.account;
        let action = snapshot.system.catalogue.action(&self.action).ok_or(Unclear("action", "explain-no-action"))?;
        let digits = account.to_string();
        let (name, owner) = self.resource(&digits, account)?;
        let address = match self.address.as_str() {
            "" => None,
            text => Some(text.parse::<IpAddr>().map_err(|_| Unclear("address", "explain-no-address"))?),
        };
        let circumstances = Circumstances { address, ..Circumstances::at(visit.iam.now()) };
        let resource = Resource { account: owner, name, tags: &[] };
        let question = check::Question { who: Who::unlimited(actor), action, resource, circumstances: &circumstances };
        Ok(Told {
            reasons: check::explain(snapshot, &question),
            steps: check::remedy(snapshot, &question),
            revision: snapshot.revision(account),
        })
    }

    fn user(&self, snapshot: &Snapshot, account: AccountId) -> Option<Actor> {
        if self.principal == "root" {
            return UserId::new(account.number()).ok().map(Actor::User);
        }
        snapshot.principals.user(account, &self.principal).map(|user| Actor::User(user.id))
    }

    /// The resource: in full, or a thing of this account by its kind and name, as `user/alice`.
    fn resource<'a>(&'a self, digits: &'a str, account: AccountId) -> Result<(ResourceName<'a>, AccountId), Unclear> {
        let unclear = || Unclear("resource", "explain-no-resource");
        let text = self.resource.as_str();
        if text.len() > RESOURCE_MAX {
            return Err(unclear());
        }
        if text.is_empty() || text == "*" {
            return Ok((ResourceName::None, account));
        }
        if let Some(name) = ResourceName::read(text) {
            let owner = match name {
                ResourceName::Named { account: "", .. } | ResourceName::None => account,
                ResourceName::Named { account: owner, .. } => AccountId::parse(owner).map_err(|_| unclear())?,
            };
            return Ok((name, owner));
        }
        if text.contains(':') {
            return Err(unclear());
        }
        Ok((ResourceName::Named { partition: None, service: "iam", region: "", account: digits, path: text }, account))
    }
}
