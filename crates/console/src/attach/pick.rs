//! Policies and their holders to be ticked: what was ticked before, and what a search finds.

use std::collections::BTreeSet;

use base::ids::PolicyId;
use iam::{
    attachments::{Attach, Attached, ListAttached, OfGroup, OfRole, OfUser},
    groups,
    page::{PageSize, Search},
    policies::{self, Policy, PolicyRef, Scope},
    roles, users,
    values::PathPrefix,
};

use crate::{
    failure::{Failure, allowed},
    form::Form,
    visit::Visit,
};

/// How many policies are offered at a time.
const OFFERED: u64 = 30;
/// How many of each kind of holder are.
const HOLDERS: u64 = 8;
/// How many things are ticked at once, of either side.
pub(crate) const CHOSEN_MAX: usize = 50;
/// What stands before the name of a system policy: an account may have had the name before.
const SYSTEM: &str = "system:";

/// The policy that a form or an address calls so.
pub(crate) fn reference(text: &str) -> PolicyRef {
    match text.strip_prefix(SYSTEM) {
        Some(name) => PolicyRef::system(name),
        None => PolicyRef::Name { scope: Scope::Any, name: text.to_owned() },
    }
}

/// How a form calls a policy.
pub(crate) fn called(policy: &Policy) -> String {
    let kind = if policy.account.is_none() { SYSTEM } else { "" };
    format!("{kind}{}", policy.name)
}

/// Policies to be ticked.
pub(crate) struct Offer {
    /// What is looked for.
    pub(crate) text: String,
    /// `system`, `custom`, or nothing for both.
    pub(crate) kind: String,
    pub(crate) rows: Vec<Choice>,
    /// Whether there are more than are offered.
    pub(crate) more: bool,
}

/// A policy to be ticked.
pub(crate) struct Choice {
    pub(crate) policy: Policy,
    /// What its box sends.
    pub(crate) value: String,
    pub(crate) is_chosen: bool,
    /// Whether it is attached already.
    pub(crate) is_held: bool,
}

impl Offer {
    /// What `form` has ticked and looks for; where one holder alone is meant, what it holds cannot be ticked.
    pub(crate) async fn load(visit: &Visit, form: &Form, holder: Option<&To>) -> Result<Self, Failure> {
        let held = match holder {
            Some(holder) => holder.held(visit).await?,
            None => BTreeSet::new(),
        };
        let row = |policy: Policy, is_chosen| Choice {
            value: called(&policy),
            is_held: held.contains(&policy.id),
            is_chosen,
            policy,
        };
        let mut rows: Vec<Choice> = Vec::new();
        for text in form.all("policy").take(CHOSEN_MAX) {
            match visit.ask(policies::Get { policy: reference(text) }).await {
                Ok(found) if rows.iter().all(|row| row.policy.id != found.policy.id) => {
                    rows.push(row(found.policy, true));
                }
                // What is not there, or must not be seen, is not offered.
                Ok(_) | Err(Failure::Core(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let (text, kind) = (form.get("q").trim().to_owned(), form.get("kind").to_owned());
        let search = Some(text.as_str()).filter(|text| !text.is_empty()).map(Search::parse).transpose()?;
        let scope = match kind.as_str() {
            "system" => Scope::System,
            "custom" => Scope::Custom,
            _ => Scope::Any,
        };
        let (under, size) = (PathPrefix::default(), PageSize::new(OFFERED)?);
        let list = policies::List { scope, search, under, attached: None, after: None, size };
        let found = allowed(visit.ask(list).await)?;
        let more = found.as_ref().is_some_and(|page| page.next.is_some());
        for policy in found.map(|page| page.items).unwrap_or_default() {
            if rows.iter().all(|row| row.policy.id != policy.id) {
                rows.push(row(policy, false));
            }
        }
        Ok(Self { text, kind, rows, more })
    }
}

/// Somebody who may hold a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum To {
    User(String),
    Group(String),
    Role(String),
}

impl To {
    /// Reads `user/alice`.
    fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once('/').filter(|(_, name)| !name.is_empty())?;
        match kind {
            "user" => Some(Self::User(name.to_owned())),
            "group" => Some(Self::Group(name.to_owned())),
            "role" => Some(Self::Role(name.to_owned())),
            _ => None,
        }
    }

    /// All that a form has ticked, or an address names: `to=user/alice`, or `user=alice`.
    pub(crate) fn all(form: &Form) -> Vec<Self> {
        let named = |name, of: fn(String) -> Self| {
            form.all(name).filter(|name| !name.trim().is_empty()).map(move |name| of(name.trim().to_owned()))
        };
        let all = form.all("to").filter_map(Self::parse);
        let all =
            all.chain(named("user", Self::User)).chain(named("group", Self::Group)).chain(named("role", Self::Role));
        let mut once: Vec<Self> = Vec::new();
        for one in all {
            if !once.contains(&one) {
                once.push(one);
            }
        }
        once.truncate(CHOSEN_MAX);
        once
    }

    /// Its kind as a word: also the name of its drawing.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    pub(crate) fn name(&self) -> &str {
        let (Self::User(name) | Self::Group(name) | Self::Role(name)) = self;
        name
    }

    /// What its box sends.
    pub(crate) fn value(&self) -> String {
        format!("{}/{}", self.kind(), self.name())
    }

    /// The page of what it holds.
    pub(crate) fn page(&self) -> String {
        match self {
            Self::User(name) => format!("{}/permissions", crate::user::page_of(name)),
            Self::Group(name) => format!("{}/policies", crate::groups::page_of(name)),
            Self::Role(name) => format!("{}/permissions", crate::roles::page_of(name)),
        }
    }

    /// Attaches a policy to it.
    pub(crate) async fn attach(&self, visit: &Visit, policy: PolicyRef) -> Result<(), Failure> {
        match self {
            Self::User(name) => visit.run(Attach { holder: OfUser(name.clone()), policy }).await,
            Self::Group(name) => visit.run(Attach { holder: OfGroup(name.clone()), policy }).await,
            Self::Role(name) => visit.run(Attach { holder: OfRole(name.clone()), policy }).await,
        }
    }

    /// Which policies it holds, where one may know.
    async fn held(&self, visit: &Visit) -> Result<BTreeSet<PolicyId>, Failure> {
        let held = match self {
            Self::User(name) => visit.ask(ListAttached { holder: OfUser(name.clone()) }).await,
            Self::Group(name) => visit.ask(ListAttached { holder: OfGroup(name.clone()) }).await,
            Self::Role(name) => visit.ask(ListAttached { holder: OfRole(name.clone()) }).await,
        };
        let held: Vec<Attached> = match held {
            Ok(held) => held,
            // Attaching says what is wrong with it.
            Err(Failure::Core(_)) => Vec::new(),
            Err(other) => return Err(other),
        };
        Ok(held.into_iter().map(|held| held.policy.id).collect())
    }
}

/// A holder to be ticked.
pub(crate) struct Holder {
    pub(crate) to: To,
    /// Its display name, or what it is for.
    pub(crate) about: String,
    pub(crate) is_chosen: bool,
}

/// The holders that are ticked, and those that a search finds; without one, some of each kind where none is ticked.
pub(crate) async fn holders(visit: &Visit, text: &str, chosen: &[To]) -> Result<Vec<Holder>, Failure> {
    let ticked = |to: &To| Holder { to: to.clone(), about: String::new(), is_chosen: true };
    let mut all: Vec<Holder> = chosen.iter().map(ticked).collect();
    if text.is_empty() && !chosen.is_empty() {
        return Ok(all);
    }
    let search = Some(text).filter(|text| !text.is_empty()).map(Search::parse).transpose()?;
    let size = PageSize::new(HOLDERS)?;
    let list = users::List { search: search.clone(), after: None, size };
    let users = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
    let list = groups::List { search: search.clone(), after: None, size };
    let groups = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
    let list = roles::List { search, under: PathPrefix::default(), after: None, size };
    let roles = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
    let users = users.into_iter().map(|user| (To::User(user.name), user.display_name));
    let groups = groups.into_iter().map(|group| (To::Group(group.name), group.remarks));
    let roles = roles.into_iter().map(|role| (To::Role(role.name), role.description));
    for (to, about) in users.chain(groups).chain(roles) {
        match all.iter_mut().find(|holder| holder.to == to) {
            Some(holder) => holder.about = about,
            None => all.push(Holder { to, about, is_chosen: false }),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_named_by_boxes_and_by_addresses() {
        let fields =
            [("to", "user/alice"), ("to", "group/a/b"), ("to", "robot/x"), ("to", "user/"), ("user", " alice ")];
        let form = Form::of(fields.into_iter().chain([("role", "deploy"), ("group", "")]));
        let all = To::all(&form);
        assert_eq!(all.iter().map(To::value).collect::<Vec<_>>(), ["user/alice", "group/a/b", "role/deploy"]);
    }

    #[test]
    fn a_policy_of_the_system_is_called_so() {
        assert_eq!(reference("system:Reading"), PolicyRef::system("Reading"));
        assert_eq!(reference("Reading"), PolicyRef::Name { scope: Scope::Any, name: "Reading".to_owned() });
    }
}
