//! Actions: `service:Name`.

use base::json::Value;

use crate::{
    document::{Action, Purpose},
    grammar::{
        error::{Hint, PolicyError, Problem},
        members::Reader,
        values,
    },
};

/// What a trust document may allow.
const ASSUME: &str = "AssumeRole";
const BESIDE_ASSUME: [&str; 2] = ["TagSession", "SetSourceIdentity"];
const TRUST_SERVICE: &str = "sts";

/// Reads `Action` or `NotAction`.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Vec<Action>, PolicyError> {
    let texts = values::texts(value, "`Action`", reader)?;
    reader.each(texts, |(value, text)| one(value, text, reader.purpose))
}

fn one(value: &Value, text: &str, purpose: Purpose) -> Result<Action, PolicyError> {
    let action = action(value, text)?;
    if purpose == Purpose::Trust && !is_assuming(&action) {
        let problem = Problem::Form { text: text.to_owned(), wanted: "an action of a trust document" };
        return Err(PolicyError::at(value, problem).hint(Hint::new(
            "trust_action",
            "it allows `sts:AssumeRole…`, `sts:TagSession` and `sts:SetSourceIdentity`",
        )));
    }
    Ok(action)
}

fn action(value: &Value, text: &str) -> Result<Action, PolicyError> {
    if matches!(text, "*" | "*:*") {
        return Ok(Action::Any);
    }
    let wrong = |code, hint: &'static str| {
        let problem = Problem::Form { text: text.to_owned(), wanted: "an action" };
        Err(PolicyError::at(value, problem).hint(Hint::new(code, hint)))
    };
    let Some((service, name)) = text.split_once(':') else {
        return wrong("action_form", "write `service:Name`, as `bos:GetObject`, or `*` for every action");
    };
    match () {
        () if service.is_empty() || name.is_empty() => wrong("action_form", "write `service:Name`, as `bos:GetObject`"),
        () if name.contains(':') => wrong("one_colon", "there is one colon, between service and name"),
        () if service.contains(['*', '?']) => {
            wrong("service_wildcard", "wildcards stand in the name only; name each service")
        }
        () => {
            values::check_pattern(value, name)?;
            Ok(Action::Named { service: service.to_owned(), name: name.to_owned() })
        }
    }
}

fn is_assuming(action: &Action) -> bool {
    let Action::Named { service, name } = action else { return false };
    let assumes = name.get(..ASSUME.len()).is_some_and(|start| start.eq_ignore_ascii_case(ASSUME));
    let beside = BESIDE_ASSUME.iter().any(|known| known.eq_ignore_ascii_case(name));
    service.eq_ignore_ascii_case(TRUST_SERVICE) && (assumes || beside)
}
