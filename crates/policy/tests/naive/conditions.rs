//! Conditions: what an operator says of a key's values.

use super::context::Context;
use super::patterns::{self, Special};
use super::resources;
use super::values;
use std::cmp::Ordering;

/// One operator on one key.
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
    /// Whether the document's flavour and version have variables.
    pub(crate) variables: bool,
    /// Whether addresses may be ranges, `first-last`.
    pub(crate) ranges: bool,
}

/// An operator, taken apart.
pub(crate) struct Operator {
    set: Set,
    if_exists: bool,
    negated: bool,
    /// The name of the positive operator.
    base: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Set {
    None,
    ForAllValues,
    ForAnyValue,
}

/// What one value of the policy says of one value of the request.
#[derive(PartialEq)]
enum Fit {
    Yes,
    No,
    /// The policy's value cannot be read.
    Unreadable,
}

/// Reads the name of an operator.
pub(crate) fn read_operator(name: &str) -> Result<Operator, String> {
    if name == "Null" {
        return Ok(Operator { set: Set::None, if_exists: false, negated: false, base: "Null" });
    }
    let (set, rest) = if let Some(rest) = name.strip_prefix("ForAllValues:") {
        (Set::ForAllValues, rest)
    } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
        (Set::ForAnyValue, rest)
    } else {
        (Set::None, name)
    };
    let (rest, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |rest| (rest, true));
    let (base, negated) = match rest {
        "StringEquals" => ("StringEquals", false),
        "StringNotEquals" => ("StringEquals", true),
        "StringEqualsIgnoreCase" => ("StringEqualsIgnoreCase", false),
        "StringNotEqualsIgnoreCase" => ("StringEqualsIgnoreCase", true),
        "StringLike" => ("StringLike", false),
        "StringNotLike" => ("StringLike", true),
        "NumericEquals" => ("NumericEquals", false),
        "NumericNotEquals" => ("NumericEquals", true),
        "NumericLessThan" => ("NumericLessThan", false),
        "NumericLessThanEquals" => ("NumericLessThanEquals", false),
        "NumericGreaterThan" => ("NumericGreaterThan", false),
        "NumericGreaterThanEquals" => ("NumericGreaterThanEquals", false),
        "DateEquals" => ("DateEquals", false),
        "DateNotEquals" => ("DateEquals", true),
        "DateLessThan" => ("DateLessThan", false),
        "DateLessThanEquals" => ("DateLessThanEquals", false),
        "DateGreaterThan" => ("DateGreaterThan", false),
        "DateGreaterThanEquals" => ("DateGreaterThanEquals", false),
        "Bool" => ("Bool", false),
        "BinaryEquals" => ("BinaryEquals", false),
        "IpAddress" => ("IpAddress", false),
        "NotIpAddress" => ("IpAddress", true),
        "ArnEquals" | "ArnLike" => ("Arn", false),
        "ArnNotEquals" | "ArnNotLike" => ("Arn", true),
        _ => return Err(format!("unknown operator `{name}`")),
    };
    Ok(Operator { set, if_exists, negated, base })
}

impl Condition {
    /// Refuses a `${` that is no variable, where variables may stand.
    pub(crate) fn check(&self) -> Result<(), String> {
        for value in &self.values {
            patterns::read(value, self.special())?;
            if self.operator.base == "Arn" && resources::is_one(value) {
                resources::read_pattern(value, self.special())?;
            }
        }
        Ok(())
    }

    pub(crate) fn holds(&self, context: &Context) -> bool {
        let present = context.values(&self.key);
        if self.operator.base == "Null" {
            let wanted = if present.is_empty() { "true" } else { "false" };
            return self.values.iter().any(|value| value == wanted);
        }
        match (present, self.operator.set) {
            ([], _) if self.operator.if_exists => true,
            ([], Set::None) => self.operator.negated,
            ([], Set::ForAllValues) => true,
            ([only], Set::None) => self.passes(only, context),
            // None to be one of, or several and no word of how.
            ([], Set::ForAnyValue) | (_, Set::None) => false,
            (several, Set::ForAllValues) => several.iter().all(|value| self.passes(value, context)),
            (several, Set::ForAnyValue) => several.iter().any(|value| self.passes(value, context)),
        }
    }

    /// The test of one value of the request against the policy's list.
    fn passes(&self, asked: &str, context: &Context) -> bool {
        if !readable(self.operator.base, asked) {
            return false;
        }
        let fits: Vec<Fit> = self.values.iter().map(|value| self.fit(asked, value, context)).collect();
        if self.operator.negated { fits.iter().all(|fit| *fit == Fit::No) } else { fits.contains(&Fit::Yes) }
    }

    fn fit(&self, asked: &str, value: &str, context: &Context) -> Fit {
        match self.operator.base {
            "StringEquals" => self.fit_text(value, context, |wanted| wanted == asked),
            "StringEqualsIgnoreCase" => {
                self.fit_text(value, context, |wanted| patterns::lower(wanted) == patterns::lower(asked))
            }
            "StringLike" => match patterns::read(value, self.special()) {
                Err(_) => Fit::Unreadable,
                Ok(pattern) => match patterns::expand(&pattern, context) {
                    None => Fit::No,
                    Some(pattern) => yes_if(patterns::fits(&pattern, asked)),
                },
            },
            "Bool" => match self.text(value, context) {
                None => Fit::No,
                Some(text) => compare(values::truth(asked), values::truth(&text), |one, other| one == other),
            },
            "BinaryEquals" => compare(values::binary(asked), values::binary(value), |one, other| one == other),
            "IpAddress" => {
                compare(values::address(asked), values::addresses(value, self.ranges), |one, range| range.holds(one))
            }
            "Arn" => match (resources::read_asked(asked), resources::read_pattern(value, self.special())) {
                (Ok(asked), Ok(pattern)) => yes_if(resources::fits(&pattern, &asked, context)),
                _ => Fit::Unreadable,
            },
            base => match base.strip_prefix("Numeric") {
                Some(wanted) => {
                    compare(values::number(asked), values::number(value), |one, other| ordered(wanted, one.cmp(other)))
                }
                None => compare(values::date(asked), values::date(value), |one, other| {
                    ordered(base.trim_start_matches("Date"), one.cmp(other))
                }),
            },
        }
    }

    fn fit_text(&self, value: &str, context: &Context, test: impl Fn(&str) -> bool) -> Fit {
        match self.text(value, context) {
            None => Fit::No,
            Some(text) => yes_if(test(&text)),
        }
    }

    /// The policy's value with its variables put in; none where one of them has no value.
    fn text(&self, value: &str, context: &Context) -> Option<String> {
        let pieces = patterns::read(value, self.special()).ok()?;
        Some(patterns::literal(&patterns::expand(&pieces, context)?))
    }

    fn special(&self) -> Special {
        let base = self.operator.base;
        let wildcards = base == "StringLike" || base == "Arn";
        let variables = self.variables && (base.starts_with("String") || base == "Arn" || base == "Bool");
        Special { run: wildcards, one: wildcards, variables }
    }
}

fn readable(base: &str, asked: &str) -> bool {
    match base {
        "Bool" => values::truth(asked).is_some(),
        "BinaryEquals" => values::binary(asked).is_some(),
        "IpAddress" => values::address(asked).is_some(),
        "Arn" => resources::read_asked(asked).is_ok(),
        _ if base.starts_with("Numeric") => values::number(asked).is_some(),
        _ if base.starts_with("Date") => values::date(asked).is_some(),
        _ => true,
    }
}

fn compare<A, B>(asked: Option<A>, value: Option<B>, test: impl Fn(&A, &B) -> bool) -> Fit {
    match (asked, value) {
        (Some(asked), Some(value)) => yes_if(test(&asked, &value)),
        _ => Fit::Unreadable,
    }
}

fn yes_if(truth: bool) -> Fit {
    if truth { Fit::Yes } else { Fit::No }
}

fn ordered(wanted: &str, found: Ordering) -> bool {
    match wanted {
        "Equals" => found.is_eq(),
        "LessThan" => found.is_lt(),
        "LessThanEquals" => found.is_le(),
        "GreaterThan" => found.is_gt(),
        _ => found.is_ge(),
    }
}
