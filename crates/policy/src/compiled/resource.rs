//! Patterns of resources.

use crate::{
    document::{Listed, Partition, Resource},
    pattern::{Pattern, Syntax, VariableProblem},
    request::{Context, ResourceName, SCHEMES},
};

/// A compiled pattern of resources.
#[derive(Debug)]
pub(crate) enum ResourcePattern {
    /// `*`: whatever there is, and what has no resource.
    Any,
    /// Part by part.
    Named(Box<Parts>),
}

/// The parts of a pattern. A part never reaches into the next.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) partition: PartitionPattern,
    pub(crate) service: Pattern,
    pub(crate) region: Pattern,
    pub(crate) account: Pattern,
    pub(crate) path: Pattern,
}

/// What stands before the service.
#[derive(Debug)]
pub(crate) enum PartitionPattern {
    /// Open: it equals any.
    Open,
    /// The partition behind `arn:`.
    Arn(Pattern),
    /// A spelling that is a partition of its own.
    Scheme(&'static str),
}

/// The resources of a statement.
#[derive(Debug)]
pub(crate) struct Resources {
    pub(crate) negated: bool,
    pub(crate) patterns: Box<[ResourcePattern]>,
}

impl Resources {
    /// Compiles a list. A pattern whose variables are malformed, which no saved document has, matches nothing.
    pub(super) fn new(listed: &Listed<Resource>, variables: bool) -> Self {
        let patterns = listed.items.iter().filter_map(|resource| ResourcePattern::new(resource, variables).ok());
        Self { negated: listed.negated, patterns: patterns.collect() }
    }

    pub(super) fn contain(&self, name: &ResourceName<'_>, context: &dyn Context) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(name, context)) != self.negated
    }

    /// Whether it is every resource there is and what has none.
    pub(crate) fn are_all(&self) -> bool {
        if self.negated {
            self.patterns.is_empty()
        } else {
            self.patterns.iter().any(|pattern| matches!(pattern, ResourcePattern::Any))
        }
    }
}

impl ResourcePattern {
    fn new(resource: &Resource, variables: bool) -> Result<Self, VariableProblem> {
        match resource {
            Resource::Any => Ok(Self::Any),
            Resource::Named { partition, service, region, account, path } => {
                let partition = match partition {
                    Partition::Open => PartitionPattern::Open,
                    Partition::Named(name) => PartitionPattern::Arn(Pattern::read(name, Syntax::WILD)?),
                    Partition::Scheme(scheme) => PartitionPattern::Scheme(scheme.trim_end_matches(':')),
                };
                Ok(Self::Named(Box::new(Parts {
                    partition,
                    service: Pattern::read(service, Syntax::WILD)?,
                    region: Pattern::read(region, Syntax::WILD)?,
                    account: Pattern::read(account, Syntax::WILD)?,
                    path: Pattern::read(path, Syntax::WILD.with_variables(variables))?,
                })))
            }
            Resource::Entry { region, path, .. } if region == "*" && path == "*" => Ok(Self::Any),
            Resource::Entry { service, region, path } => Ok(Self::Named(Box::new(Parts {
                partition: PartitionPattern::Open,
                service: Pattern::read(service, Syntax::STAR)?,
                region: Pattern::read(region, Syntax::STAR)?,
                account: Pattern::any(),
                path: Pattern::read(path, Syntax::STAR)?,
            }))),
        }
    }

    /// Reads a pattern as a condition writes it. `None` where it is not the spelling of a resource.
    pub(crate) fn read(text: &str, variables: bool) -> Result<Option<Self>, VariableProblem> {
        let Some(name) = ResourceName::read(text) else { return Ok(None) };
        let ResourceName::Named { partition, service, region, account, path } = name else {
            return Ok(Some(Self::Any));
        };
        let scheme = SCHEMES.into_iter().find(|scheme| text.split(':').next() == Some(*scheme));
        let partition = match (partition, scheme) {
            (None, _) => PartitionPattern::Open,
            (Some(_), Some(scheme)) => PartitionPattern::Scheme(scheme),
            (Some(name), None) => PartitionPattern::Arn(Pattern::read(name, Syntax::WILD)?),
        };
        Ok(Some(Self::Named(Box::new(Parts {
            partition,
            service: Pattern::read(service, Syntax::WILD)?,
            region: Pattern::read(region, Syntax::WILD)?,
            account: Pattern::read(account, Syntax::WILD)?,
            path: Pattern::read(path, Syntax::WILD.with_variables(variables)).map_err(|problem| match problem {
                VariableProblem::Malformed { at } => VariableProblem::Malformed { at: text.len() - path.len() + at },
            })?,
        }))))
    }

    /// Whether it matches.
    pub(crate) fn matches(&self, name: &ResourceName<'_>, context: &dyn Context) -> bool {
        match (self, name) {
            (Self::Any, _) => true,
            (Self::Named(_), ResourceName::None) => false,
            (Self::Named(parts), ResourceName::Named { partition, service, region, account, path }) => {
                // What tells most patterns apart comes first.
                parts.service.matches(service, context)
                    && parts.path.matches(path, context)
                    && parts.account.matches(account, context)
                    && parts.region.matches(region, context)
                    && partition.is_none_or(|partition| parts.partition.matches(partition, context))
            }
        }
    }
}

impl PartitionPattern {
    fn matches(&self, partition: &str, context: &dyn Context) -> bool {
        match self {
            Self::Open => true,
            // Such a scheme is a partition too, so `arn:*:` is about all of them.
            Self::Arn(pattern) => pattern.matches(partition, context),
            Self::Scheme(scheme) => *scheme == partition,
        }
    }
}
