//! What entries of trust documents permit. The vendor has one word, `AssumeRole`, for all ways to assume a role; which
//! way it is follows from who is trusted.

use base::json::Value;

use crate::{
    document::{Action, Principal},
    grammar::error::{Hint, PolicyError, Problem},
};

const ASSUME_ROLE: &str = "AssumeRole";
const STS: &str = "sts";
/// The services under which the word is known.
const SERVICES: [&str; 2] = ["iam", STS];

/// The actions that an entry with these permissions allows to these principals.
pub(super) fn actions(
    value: &Value,
    permissions: &[Action],
    trusted: &[Principal],
) -> Result<Vec<Action>, PolicyError> {
    for permission in permissions {
        let Action::Permission { service, word } = permission else { continue };
        let known = service.as_deref().is_none_or(|name| SERVICES.iter().any(|known| known.eq_ignore_ascii_case(name)));
        if !known || !word.eq_ignore_ascii_case(ASSUME_ROLE) {
            let problem = Problem::Form { text: word.clone(), wanted: "a permission of a trust document" };
            let hint = Hint::new("trust_permission", "it permits `AssumeRole` of the service `bce:iam`");
            return Err(PolicyError::at(value, problem).hint(hint));
        }
    }
    Ok(assuming(trusted))
}

/// What `AssumeRole` is for these principals.
pub(super) fn assuming(trusted: &[Principal]) -> Vec<Action> {
    let is_provider = |principal: &&Principal| matches!(principal, Principal::Provider { .. });
    let providers = trusted.iter().filter(is_provider).count();
    let named = |name: &str| Action::Named { service: STS.to_owned(), name: name.to_owned() };
    let mut actions = Vec::new();
    if providers < trusted.len() {
        actions.push(named(ASSUME_ROLE));
    }
    if providers > 0 {
        actions.push(named("AssumeRoleWithSAML"));
    }
    actions
}
