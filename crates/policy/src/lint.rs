//! What a document says that its author probably did not mean. Nothing here is an error: a service may be one that the
//! catalogue does not describe, and a broad Allow may be wanted.

mod actions;
mod conditions;

use std::fmt;

use base::text::shown;

use crate::{
    catalogue::Catalogue,
    document::{Action, Document, Effect, Listed, Resource, Statement},
};

/// Something in a document that its author should look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The statement's place, from 1.
    pub statement: usize,
    /// What it is.
    pub what: Finding,
}

/// What is odd about a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The catalogue does not describe a service.
    UnknownService {
        /// The service.
        service: String,
        /// The one that may have been meant.
        nearest: Option<String>,
    },
    /// A service has no such action.
    UnknownAction {
        /// The action.
        action: String,
        /// The one that may have been meant.
        nearest: Option<String>,
    },
    /// A service has no action that a pattern matches.
    NoAction {
        /// The pattern.
        pattern: String,
    },
    /// A resource of a service with which none of the actions deals.
    OtherService {
        /// The service of the resource.
        service: String,
    },
    /// An action that is done to no resource, in a statement whose resources are all named.
    NeedsStar {
        /// The action.
        action: String,
    },
    /// A condition key that no request has.
    UnknownKey {
        /// The key.
        key: String,
        /// The one that may have been meant.
        nearest: Option<String>,
    },
    /// A Deny that does not hold where a variable has no value.
    LooseDeny {
        /// The text that it stands in.
        text: String,
    },
    /// A condition that lets requests pass which do not have its key.
    AbsentKey {
        /// The operator.
        operator: &'static str,
        /// The key.
        key: String,
    },
    /// The statement can match nothing.
    Never {
        /// What keeps it from matching.
        part: &'static str,
    },
    /// It allows everything.
    AllowsEverything,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}: {}", self.statement, self.what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownService { service, nearest } => {
                write!(f, "the catalogue has no service `{}`{}", shown(service), meant(nearest.as_deref()))
            }
            Self::UnknownAction { action, nearest } => {
                write!(f, "the catalogue has no action `{}`{}", shown(action), meant(nearest.as_deref()))
            }
            Self::NoAction { pattern } => write!(f, "no action of the catalogue is like `{}`", shown(pattern)),
            Self::OtherService { service } => {
                write!(f, "none of the actions is done to resources of the service `{}`", shown(service))
            }
            Self::NeedsStar { action } => {
                write!(f, "`{}` is done to no resource in particular: only the resource `*` covers it", shown(action))
            }
            Self::UnknownKey { key, nearest } => {
                write!(f, "no request has the condition key `{}`{}", shown(key), meant(nearest.as_deref()))
            }
            Self::LooseDeny { text } => {
                write!(
                    f,
                    "where a variable in `{}` has no value this denies nothing; give it a default, `${{key, 'text'}}`",
                    shown(text)
                )
            }
            Self::AbsentKey { operator, key } => {
                let key = shown(key);
                write!(f, "a request without `{key}` passes `{operator}`; ask with `Null` or `IfExists` what you mean")
            }
            Self::Never { part } => write!(f, "this matches nothing, because of {part}"),
            Self::AllowsEverything => f.write_str("this allows everything there is"),
        }
    }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// What in a document is odd, by the catalogue.
pub fn lint(document: &Document, catalogue: &Catalogue) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (place, statement) in (1..).zip(&document.statements) {
        let mut findings = Vec::new();
        actions::look(statement, catalogue, &mut findings);
        conditions::look(statement, document.variables, catalogue, &mut findings);
        findings.extend(never(statement));
        if allows_everything(statement) {
            findings.push(Finding::AllowsEverything);
        }
        for (at, what) in findings.iter().enumerate() {
            if !findings.iter().take(at).any(|earlier| earlier == what) {
                warnings.push(Warning { statement: place, what: what.clone() });
            }
        }
    }
    warnings
}

fn never(statement: &Statement) -> Option<Finding> {
    let part = match () {
        () if statement.actions.negated && statement.actions.items.iter().any(is_every_action) => "its `NotAction`",
        () if statement.resources.negated && statement.resources.items.contains(&Resource::Any) => "its `NotResource`",
        () if conditions::never(&statement.conditions) => "its conditions",
        () => return None,
    };
    Some(Finding::Never { part })
}

fn allows_everything(statement: &Statement) -> bool {
    let lists = |actions: &Listed<Action>| !actions.negated && actions.items.iter().any(is_every_action);
    let everywhere = !statement.resources.negated && statement.resources.items.contains(&Resource::Any);
    statement.effect == Effect::Allow && statement.conditions.is_empty() && lists(&statement.actions) && everywhere
}

fn is_every_action(action: &Action) -> bool {
    match action {
        Action::Any => true,
        Action::Named { .. } => false,
        Action::Permission { service, word } => {
            service.is_none() && (word == "*" || word.eq_ignore_ascii_case("FULL_CONTROL"))
        }
    }
}

#[cfg(test)]
mod tests;
