//! Resources and their patterns, part by part.

use super::context::Context;
use super::patterns::{self, Piece, Special};

/// A resource by its parts.
pub(crate) enum Resource {
    /// `*`: an action that is done to no resource.
    None,
    Named(Parts<String>),
}

/// A pattern by its parts.
pub(crate) enum Pattern {
    /// `*` alone.
    Everything,
    Parts(Parts<Vec<Piece>>),
}

/// The five parts; an open one is equal to any.
pub(crate) struct Parts<T> {
    pub(crate) partition: Option<T>,
    pub(crate) service: T,
    pub(crate) region: T,
    pub(crate) account: Option<T>,
    pub(crate) path: T,
}

/// The resources of a statement.
pub(crate) enum Resources {
    These(Vec<Pattern>),
    AllBut(Vec<Pattern>),
}

impl Resources {
    pub(crate) fn cover(&self, resource: &Resource, context: &Context) -> bool {
        match self {
            Self::These(list) => list.iter().any(|pattern| fits(pattern, resource, context)),
            Self::AllBut(list) => !list.iter().any(|pattern| fits(pattern, resource, context)),
        }
    }
}

/// Reads the resource of a request: all of it is literal.
pub(crate) fn read_asked(text: &str) -> Result<Resource, String> {
    if text == "*" {
        return Ok(Resource::None);
    }
    let parts = split(text).ok_or_else(|| format!("bad resource `{text}`"))?;
    Ok(Resource::Named(parts))
}

/// Reads a pattern; variables stand in its path only.
pub(crate) fn read_pattern(text: &str, special: Special) -> Result<Pattern, String> {
    if text == "*" {
        return Ok(Pattern::Everything);
    }
    let parts = split(text).ok_or_else(|| format!("bad resource `{text}`"))?;
    let before_path = |part: &str| {
        if special.variables && part.contains("${") {
            return Err(format!("a variable before the path of `{text}`"));
        }
        patterns::read(part, Special { variables: false, ..special })
    };
    Ok(Pattern::Parts(Parts {
        partition: parts.partition.as_deref().map(before_path).transpose()?,
        service: before_path(&parts.service)?,
        region: before_path(&parts.region)?,
        account: parts.account.as_deref().map(before_path).transpose()?,
        path: patterns::read(&parts.path, special)?,
    }))
}

/// Whether a text has the shape of a resource.
pub(crate) fn is_one(text: &str) -> bool {
    text == "*" || split(text).is_some()
}

fn split(text: &str) -> Option<Parts<String>> {
    let (scheme, rest) = text.split_once(':')?;
    let (partition, rest) = match scheme {
        "arn" => {
            let (partition, rest) = rest.split_once(':')?;
            (Some(partition), rest)
        }
        // A partition of their own.
        "trn" | "wsc" => (Some(scheme), rest),
        // The open partition.
        "crn" => (None, rest),
        _ => return None,
    };
    let (service, rest) = rest.split_once(':')?;
    let (region, rest) = rest.split_once(':')?;
    let (account, path) = rest.split_once(':')?;
    Some(Parts {
        partition: partition.map(str::to_owned),
        service: service.to_owned(),
        region: region.to_owned(),
        account: Some(account.to_owned()),
        path: path.to_owned(),
    })
}

/// Whether a pattern fits a resource. One with a variable that has no value fits nothing.
pub(crate) fn fits(pattern: &Pattern, resource: &Resource, context: &Context) -> bool {
    match (pattern, resource) {
        (Pattern::Everything, _) => true,
        (Pattern::Parts(_), Resource::None) => false,
        (Pattern::Parts(pattern), Resource::Named(parts)) => {
            let Some(path) = patterns::expand(&pattern.path, context) else { return false };
            open_or_fits(pattern.partition.as_deref(), parts.partition.as_deref())
                && patterns::fits(&pattern.service, &parts.service)
                && patterns::fits(&pattern.region, &parts.region)
                && open_or_fits(pattern.account.as_deref(), parts.account.as_deref())
                && patterns::fits(&path, &parts.path)
        }
    }
}

fn open_or_fits(pattern: Option<&[Piece]>, text: Option<&str>) -> bool {
    match (pattern, text) {
        (Some(pattern), Some(text)) => patterns::fits(pattern, text),
        _ => true,
    }
}
