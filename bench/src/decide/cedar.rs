//! A peer: Cedar, in its own idiom. Groups, groups of actions and buckets are entities, and `in` asks whether one is
//! below another. Request and entities lie ready.

use std::{collections::HashSet, fmt::Write, str::FromStr};

use anyhow::{Context as _, Result, anyhow, ensure};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use super::{
    Decider,
    workload::{self, ACCOUNT, ACTION, Asked, GROUPS, Holder, Place, Policy, Statement, USER, When},
};

/// The groups of actions that [`ACTION`] is in, the nearest first.
const ABOVE_ACTION: [&str; 2] = ["bos:Get*", "bos:*"];

/// Decides.
pub(crate) fn decider(policies: &[Policy], asked: Asked) -> Result<Decider> {
    let policies = PolicySet::from_str(&text(policies)?)?;
    let (authorizer, entities, request) = (Authorizer::new(), entities(asked)?, request(asked)?);
    let answer = authorizer.is_authorized(&request, &policies, &entities);
    ensure!(answer.diagnostics().errors().next().is_none(), "Cedar could not evaluate a policy");
    Ok(Box::new(move || authorizer.is_authorized(&request, &policies, &entities).decision() == Decision::Allow))
}

/// Reads statements as a peer of [`super::ours::save`].
pub(crate) fn save(statements: &[Statement]) -> Result<impl Fn() -> Option<PolicySet> + use<>> {
    let text = text(&[Policy { holder: Holder::User, statements: statements.to_vec() }])?;
    Ok(move || PolicySet::from_str(&text).ok())
}

fn text(policies: &[Policy]) -> Result<String> {
    let mut text = String::new();
    for policy in policies {
        let principal = match policy.holder {
            Holder::User => format!("principal == User::\"{USER}\""),
            Holder::Group(at) => {
                let name = GROUPS.get(at).context("there is no such group")?;
                format!("principal in Group::\"{name}\"")
            }
        };
        for statement in &policy.statements {
            let actions: Vec<String> = statement.actions().map(|action| format!("Action::\"{action}\"")).collect();
            let resource = match &statement.place {
                Place::Everywhere => "resource".to_owned(),
                Place::Inside(bucket) => format!("resource in Bucket::\"{}\"", named(statement.service, bucket)),
                Place::Buckets(start) => {
                    format!("resource in Bucket::\"{}\"", named(statement.service, &format!("{start}*")))
                }
            };
            let condition = match statement.when {
                None => String::new(),
                Some(When::From(range)) => format!(" when {{ context.address.isInRange(ip(\"{range}\")) }}"),
                Some(When::Tls) => " when { context.tls == true }".to_owned(),
            };
            let word = if statement.denies { "forbid" } else { "permit" };
            writeln!(text, "{word}({principal}, action in [{}], {resource}){condition};", actions.join(", "))?;
        }
    }
    Ok(text)
}

fn entities(asked: Asked) -> Result<Entities> {
    let [get, all] = ABOVE_ACTION;
    let mut entities = vec![
        entity("User", USER, &GROUPS.map(|name| ("Group", name.to_owned())))?,
        entity("Action", ACTION, &ABOVE_ACTION.map(|name| ("Action", name.to_owned())))?,
        entity("Action", get, &[("Action", all.to_owned())])?,
        entity("Action", all, &[])?,
        entity("Object", &named("bos", asked.object), &[("Bucket", named("bos", asked.bucket))])?,
        entity("Bucket", &named("bos", asked.bucket), &[])?,
    ];
    for name in GROUPS {
        entities.push(entity("Group", name, &[])?);
    }
    Entities::from_entities(entities, None).map_err(|error| anyhow!("{error}"))
}

fn named(service: &str, path: &str) -> String {
    workload::resource(service, ACCOUNT, path)
}

fn entity(kind: &str, name: &str, above: &[(&str, String)]) -> Result<Entity> {
    let above: HashSet<EntityUid> = above.iter().map(|(kind, name)| uid(kind, name)).collect::<Result<_>>()?;
    Ok(Entity::new_no_attrs(uid(kind, name)?, above))
}

fn uid(kind: &str, name: &str) -> Result<EntityUid> {
    Ok(EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind)?, EntityId::new(name)))
}

fn request(asked: Asked) -> Result<Request> {
    let context = Context::from_pairs([
        ("address".to_owned(), RestrictedExpression::new_ip(asked.address.to_string())),
        ("tls".to_owned(), RestrictedExpression::new_bool(asked.tls)),
    ])?;
    let (user, action, object) =
        (uid("User", USER)?, uid("Action", ACTION)?, uid("Object", &named("bos", asked.object))?);
    Request::new(user, action, object, context, None).map_err(|error| anyhow!("{error}"))
}
