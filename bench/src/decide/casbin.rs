//! A peer: casbin, as role-based access control with `keyMatch`, whose `*` is any rest, as in all our patterns here.

use anyhow::{Context, Result};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};

use super::{
    Decider,
    workload::{self, ACCOUNT, ACTION, Asked, GROUPS, Holder, Policy, Statement, USER, When},
};
use crate::world::wait;

/// `-` is a condition that is not there.
const MODEL: &str = r#"
[request_definition]
r = who, what, action, address, tls

[policy_definition]
p = who, what, action, range, tls, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = g(r.who, p.who) && keyMatch(r.action, p.action) && keyMatch(r.what, p.what) && (p.tls == "-" || p.tls == r.tls) && (p.range == "-" || ipMatch(r.address, p.range))
"#;

/// Decides.
pub(crate) fn decider(policies: &[Policy], asked: Asked) -> Result<Decider> {
    let mut enforcer =
        wait(async { Enforcer::new(DefaultModel::from_str(MODEL).await?, MemoryAdapter::default()).await })?;
    for policy in policies {
        let who = match policy.holder {
            Holder::User => USER,
            Holder::Group(at) => GROUPS.get(at).context("there is no such group")?,
        };
        for rule in policy.statements.iter().flat_map(|statement| rules(who, statement)) {
            wait(enforcer.add_policy(rule))?;
        }
    }
    for group in GROUPS {
        wait(enforcer.add_grouping_policy(vec![USER.to_owned(), group.to_owned()]))?;
    }
    let what = workload::resource("bos", ACCOUNT, asked.object);
    let (address, tls) = (asked.address.to_string(), if asked.tls { "true" } else { "false" });
    Ok(Box::new(move || enforcer.enforce((USER, &*what, ACTION, &*address, tls)).unwrap_or(false)))
}

/// A rule for each action.
fn rules(who: &str, statement: &Statement) -> Vec<Vec<String>> {
    let path = statement.place.path();
    let what = path.map_or_else(|| "*".to_owned(), |path| workload::resource(statement.service, ACCOUNT, &path));
    let (range, tls) = match statement.when {
        None => ("-", "-"),
        Some(When::From(range)) => (range, "-"),
        Some(When::Tls) => ("-", "true"),
    };
    let effect = if statement.denies { "deny" } else { "allow" };
    let rule = |action: String| [who, &*what, &*action, range, tls, effect].map(str::to_owned).to_vec();
    statement.actions().map(rule).collect()
}
