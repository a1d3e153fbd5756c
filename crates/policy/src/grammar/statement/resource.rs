//! Resources, in the spellings that a flavour knows.

use base::json::Value;

use crate::{
    document::{Partition, Resource},
    grammar::{
        error::{Hint, PolicyError, Problem},
        flavour::Flavour,
        members::Reader,
        values,
    },
    pattern::{VariableProblem, check_variables},
};

/// Reads `Resource` or `NotResource`.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Vec<Resource>, PolicyError> {
    let texts = values::texts(value, "`Resource`", reader)?;
    reader.each(texts, |(value, text)| one(value, text, reader))
}

fn one(value: &Value, text: &str, reader: Reader<'_>) -> Result<Resource, PolicyError> {
    if text == "*" {
        return Ok(Resource::Any);
    }
    values::check_pattern(value, text)?;
    let resource = spelled(text, reader.flavour).map_err(|wrong| {
        let problem = Problem::Form { text: text.to_owned(), wanted: "a resource" };
        PolicyError::at(value, problem).hint(wrong.hint(reader.flavour))
    })?;
    if let (true, Resource::Named { partition, service, region, account, path }) = (reader.variables, &resource) {
        let partition = if let Partition::Named(partition) = partition { partition } else { "" };
        if [partition, service, region, account].iter().any(|part| part.contains("${")) {
            let problem = Problem::VariablePlace { text: text.to_owned() };
            return Err(PolicyError::at(value, problem)
                .hint(Hint::new("variable_place", "variables stand in the path, behind the account")));
        }
        check_variables(path).map_err(|VariableProblem::Malformed { at }| {
            let problem = VariableProblem::Malformed { at: text.len() - path.len() + at };
            PolicyError::at(value, Problem::Variable { text: text.to_owned(), problem })
        })?;
    }
    Ok(resource)
}

/// Why a text is no resource.
pub(crate) enum Misspelled {
    /// It does not begin with a scheme that the flavour knows.
    Scheme,
    /// It has too few parts.
    Parts(&'static str),
}

/// The resource that a text spells. `*` alone is not looked at here.
pub(crate) fn spelled(text: &str, flavour: Flavour) -> Result<Resource, Misspelled> {
    let (scheme, rest) = text.split_once(':').ok_or(Misspelled::Scheme)?;
    let known = flavour.traits().schemes.iter().copied().find(|known| *known == scheme);
    let scheme = known.ok_or(Misspelled::Scheme)?;
    let (partition, rest) = match scheme {
        "arn" => {
            let (partition, rest) = rest.split_once(':').ok_or(Misspelled::Parts(scheme))?;
            (Partition::Named(partition.to_owned()), rest)
        }
        "crn" => (Partition::Open, rest),
        _ => (Partition::Scheme(scheme), rest),
    };
    let mut parts = rest.splitn(4, ':').map(str::to_owned);
    let (Some(service), Some(region), Some(account), Some(path)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Misspelled::Parts(scheme));
    };
    Ok(Resource::Named { partition, service, region, account, path })
}

/// The form of a resource of this scheme.
pub(super) fn form(scheme: &str) -> &'static str {
    match scheme {
        "arn" => "arn:<partition>:<service>:<region>:<account>:<path>",
        "trn" => "trn:<service>:<region>:<account>:<path>",
        "wsc" => "wsc:<service>:<region>:<account>:<path>",
        _ => "crn:<service>:<region>:<account>:<path>",
    }
}

impl Misspelled {
    /// How to mend it.
    pub(super) fn hint(&self, flavour: Flavour) -> Hint {
        let scheme = match self {
            Self::Scheme => flavour.traits().schemes.first().copied().unwrap_or("crn"),
            Self::Parts(scheme) => scheme,
        };
        let form = form(scheme);
        Hint::new("resource_form", format!("write `{form}`, or `*` for everything")).word(form)
    }
}
