//! Regions of resources: what patterns of them have in common.

use std::borrow::Cow;

use crate::{
    compiled::resource::{PartitionPattern, Parts, ResourcePattern},
    contain::{
        Own,
        glob::{self, Symbol},
    },
    key::Key,
    pattern::{Part, Pattern},
    request::{Context, Value, Values},
};

const IAM: &str = "iam";
const USERNAME: &str = "username";

/// All resources that a granted pattern may match, whatever its variables stand for.
pub(super) struct Region {
    /// Nothing: everything, and what has no resource.
    named: Option<Named>,
}

struct Named {
    partition: Partition,
    /// Service, region, account and path.
    parts: [Vec<Symbol>; 4],
}

enum Partition {
    Open,
    Arn(Vec<Symbol>),
    Scheme(&'static str),
}

impl Region {
    pub(super) fn everything() -> Self {
        Self { named: None }
    }

    pub(super) fn of(pattern: &ResourcePattern) -> Self {
        let ResourcePattern::Named(parts) = pattern else { return Self::everything() };
        let partition = match &parts.partition {
            PartitionPattern::Open => Partition::Open,
            PartitionPattern::Arn(pattern) => Partition::Arn(glob::symbols(pattern)),
            PartitionPattern::Scheme(scheme) => Partition::Scheme(scheme),
        };
        Self { named: Some(Named { partition, parts: patterns(parts).map(glob::symbols) }) }
    }

    /// Whether `pattern` matches all of it. One with variables does not for certain.
    pub(super) fn is_inside(&self, pattern: &ResourcePattern) -> bool {
        let ResourcePattern::Named(outer) = pattern else { return true };
        let Some(inner) = &self.named else { return false };
        let partition = match (&inner.partition, &outer.partition) {
            (_, PartitionPattern::Open) => true,
            (Partition::Arn(inner), PartitionPattern::Arn(outer)) => glob::includes(&glob::symbols(outer), inner),
            (Partition::Scheme(inner), PartitionPattern::Scheme(outer)) => inner == outer,
            _ => false,
        };
        let includes = |(outer, inner): (&Pattern, &Vec<Symbol>)| {
            !outer.has_variables() && glob::includes(&glob::symbols(outer), inner)
        };
        partition && patterns(outer).into_iter().zip(&inner.parts).all(includes)
    }

    /// Whether `pattern` may match something in it. Partitions do not keep them apart, since a request may leave its
    /// own open.
    pub(super) fn meets(&self, pattern: &ResourcePattern) -> bool {
        let (Some(named), ResourcePattern::Named(other)) = (&self.named, pattern) else { return true };
        let meet = |(other, own): (&Pattern, &Vec<Symbol>)| glob::intersect(&glob::symbols(other), own);
        patterns(other).into_iter().zip(&named.parts).all(meet)
    }
}

/// Those that [`Named::parts`] are made of.
fn patterns(parts: &Parts) -> [&Pattern; 4] {
    [&parts.service, &parts.region, &parts.account, &parts.path]
}

/// Whether a pattern is nothing but somebody's own resource.
pub(super) fn is_own(pattern: &ResourcePattern, own: Own<'_>) -> bool {
    let ResourcePattern::Named(parts) = pattern else { return false };
    let is_certain = |part: &Part| match part {
        Part::Literal(_) => true,
        Part::Variable(variable) => variable.key.name() == USERNAME,
        Part::One | Part::Run => false,
    };
    parts.service.is_literally(IAM)
        && parts.path.parts().iter().all(is_certain)
        && parts.path.matches(own.path, &OwnName(own.username))
}

/// A context that knows a user's name.
struct OwnName<'a>(&'a str);

impl Context for OwnName<'_> {
    fn values(&self, key: &Key) -> Values<'_> {
        if key.name() == USERNAME { Values::One(Value::Text(Cow::Borrowed(self.0))) } else { Values::Absent }
    }
}
