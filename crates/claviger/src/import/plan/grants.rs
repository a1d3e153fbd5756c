//! Who holds what, and who is in which group.
//!
//! Nobody is given more than they have there: where a boundary cannot be set, or a policy of the same name says something
//! else here, what hangs on it is left out.

use policy::document::Purpose;
use serde_json::json;

use super::{
    super::{Account, Document, Grants, Group, PolicyName, compare, same},
    Key, Plan, Rewriting, Step,
    Verdict::{Cannot, Create, Differs, Exists},
    key,
    things::readable,
};
use crate::client::Call;

/// What everything is compared by.
pub(super) struct Terms<'a> {
    /// The names of the system's policies here.
    pub(super) system: &'a [String],
    pub(super) rewriting: &'a Rewriting,
}

/// Somebody who holds something, there and perhaps here.
struct Holder<'a> {
    what: &'static str,
    collection: &'static str,
    name: &'a str,
    there: &'a Grants,
    here: Option<&'a Grants>,
}

impl Holder<'_> {
    /// `user alice`, and what it holds.
    fn with(&self, thing: &str) -> String {
        format!("{} {}: {thing}", self.what, self.name)
    }
}

pub(super) fn plan(plan: &mut Plan, there: &Account, here: &Account, terms: &Terms<'_>) {
    let users = there.users.iter().map(|user| {
        let found = here.users.iter().find(|other| same(&other.name, &user.name));
        let (there, here) = (&user.grants, found.map(|found| &found.grants));
        Holder { what: "user", collection: "users", name: &user.name, there, here }
    });
    let groups = there.groups.iter().map(|group| {
        let (there, here) = (&group.grants, group_here(here, group).map(|found| &found.grants));
        Holder { what: "group", collection: "groups", name: &group.name, there, here }
    });
    let roles = there.roles.iter().map(|role| {
        let found = here.roles.iter().find(|other| same(&other.name, &role.name));
        let (there, here) = (&role.grants, found.map(|found| &found.grants));
        Holder { what: "role", collection: "roles", name: &role.name, there, here }
    });
    for holder in users.chain(groups).chain(roles) {
        plan_holder(plan, &holder, terms);
    }
    for group in &there.groups {
        plan_members(plan, group, group_here(here, group));
    }
}

fn group_here<'a>(here: &'a Account, group: &Group) -> Option<&'a Group> {
    here.groups.iter().find(|other| same(&other.name, &group.name))
}

fn plan_holder(plan: &mut Plan, holder: &Holder<'_>, terms: &Terms<'_>) {
    let mut needs = vec![key(holder.what, holder.name)];
    if let Some(boundary) = &holder.there.boundary {
        let step = plan_boundary(plan, holder, boundary, terms);
        needs.push(step.key());
        plan.push(step);
    }
    for (name, document) in &holder.there.inline {
        let step = plan_inline(plan, holder, (name, document), &needs, terms);
        plan.push(step);
    }
    for policy in &holder.there.attached {
        let step = plan_attachment(plan, holder, policy, &needs, terms);
        plan.push(step);
    }
}

fn plan_boundary(plan: &Plan, holder: &Holder<'_>, policy: &PolicyName, terms: &Terms<'_>) -> Step {
    let name = holder.with(&policy.name);
    let (policy, mut needs) = match policy_here(plan, policy, terms) {
        Ok(found) => found,
        Err(reason) => return Step::new("boundary", name, Cannot, reason),
    };
    needs.push(key(holder.what, holder.name));
    match (holder.here.and_then(|here| here.boundary.as_ref()), missing(plan, &needs)) {
        (Some(here), _) if is_same(here, &policy) => Step::new("boundary", name, Exists, ""),
        (Some(here), _) => Step::new("boundary", name, Differs, format!("here it is `{}`", here.name)),
        (None, Some(reason)) => Step::new("boundary", name, Cannot, reason),
        (None, None) => {
            let call = Call::put(&[holder.collection, holder.name, "permissions-boundary"]);
            let call = call.with_body(&json!({ "policy": policy.segment() }));
            Step { needs, ..Step::new("boundary", name, Create, "").making(call) }
        }
    }
}

fn plan_inline(
    plan: &Plan,
    holder: &Holder<'_>,
    (name, document): (&str, &Document),
    needs: &[Key],
    terms: &Terms<'_>,
) -> Step {
    let shown = holder.with(name);
    let document = match readable(document, Purpose::Identity, terms.rewriting) {
        Ok(document) => document,
        Err(reason) => return Step::new("inline", shown, Cannot, reason),
    };
    let found = holder.here.and_then(|here| here.inline.iter().find(|(other, _)| same(other, name)));
    match (found, missing(plan, needs)) {
        (Some((_, found)), _) if compare::documents(&document, found) => Step::new("inline", shown, Exists, ""),
        (Some(_), _) => Step::new("inline", shown, Differs, "another document here"),
        (None, Some(reason)) => Step::new("inline", shown, Cannot, reason),
        (None, None) => {
            let call = Call::put(&[holder.collection, holder.name, "inline-policies", name]);
            let body = json!({ "document": document.text, "flavour": document.flavour.word() });
            Step { needs: needs.to_vec(), ..Step::new("inline", shown, Create, "").making(call.with_body(&body)) }
        }
    }
}

fn plan_attachment(plan: &Plan, holder: &Holder<'_>, policy: &PolicyName, needs: &[Key], terms: &Terms<'_>) -> Step {
    let name = holder.with(&policy.name);
    if holder.here.is_some_and(|here| here.attached.iter().any(|other| is_same(other, policy))) {
        return Step::new("attachment", name, Exists, "");
    }
    let found = missing(plan, needs).map_or_else(|| policy_here(plan, policy, terms), Err);
    let (policy, of_policy) = match found {
        Ok(found) => found,
        Err(reason) => return Step::new("attachment", name, Cannot, reason),
    };
    let call = Call::put(&[holder.collection, holder.name, "policies", &policy.segment()]);
    Step { needs: [needs, &of_policy].concat(), ..Step::new("attachment", name, Create, "").making(call) }
}

fn plan_members(plan: &mut Plan, group: &Group, here: Option<&Group>) {
    for user in &group.members {
        let name = format!("{user} in {}", group.name);
        let needs = vec![key("user", user), key("group", &group.name)];
        let step = if here.is_some_and(|here| here.members.iter().any(|other| same(other, user))) {
            Step::new("membership", name, Exists, "")
        } else if let Some(reason) = missing(plan, &needs) {
            Step::new("membership", name, Cannot, reason)
        } else {
            let call = Call::put(&["groups", &group.name, "users", user]);
            Step { needs, ..Step::new("membership", name, Create, more_here(group, here)).making(call) }
        };
        plan.push(step);
    }
}

fn is_same(one: &PolicyName, other: &PolicyName) -> bool {
    one.system == other.system && same(&one.name, &other.name)
}

/// What members of a group get here that they have not there.
fn more_here(group: &Group, here: Option<&Group>) -> String {
    let here = here.map(|here| here.grants.attached.as_slice()).unwrap_or_default();
    let there = |policy: &&PolicyName| !group.grants.attached.iter().any(|other| same(&other.name, &policy.name));
    let more: Vec<&str> = here.iter().filter(there).map(|policy| policy.name.as_str()).collect();
    if more.is_empty() { String::new() } else { format!("the group has more here: {}", more.join(", ")) }
}

/// A policy by its name here, and what must be made before it is given. Errors: it must not be given, and why.
fn policy_here(plan: &Plan, policy: &PolicyName, terms: &Terms<'_>) -> Result<(PolicyName, Vec<Key>), String> {
    if policy.system {
        let found = terms.system.iter().find(|name| same(name, &policy.name));
        let found = found.ok_or_else(|| format!("there is no system policy `{}` here", policy.name))?;
        return Ok((PolicyName { system: true, name: found.clone() }, Vec::new()));
    }
    let of_policy = key("policy", &policy.name);
    match plan.after(&of_policy) {
        Create | Exists => Ok((policy.clone(), vec![of_policy])),
        Differs => Err(format!("policy `{}` is another here", policy.name)),
        Cannot => Err(format!("policy `{}` cannot be brought", policy.name)),
    }
}

/// Why something must not be given: who is to get it is not here or is another, or is not bounded as it must be.
fn missing(plan: &Plan, needs: &[Key]) -> Option<String> {
    needs.iter().find_map(|need| match (need.0, plan.after(need)) {
        (_, Create | Exists) => None,
        ("boundary", _) => Some("its boundary cannot be the same here".to_owned()),
        (what, Differs) => Some(format!("the {what} is another here")),
        (what, Cannot) => Some(format!("the {what} cannot be brought")),
    })
}
