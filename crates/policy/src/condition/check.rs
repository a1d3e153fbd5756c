//! A compiled condition: its values are read once, by the type that its operator compares.

use std::{borrow::Cow, cmp::Ordering, net::IpAddr};

use base::timestamp::Timestamp;

use crate::{
    compiled::resource::ResourcePattern,
    condition::{
        Operator, Test, ValueProblem, as_bool, moment::read_moment, network::Network, network::read_address,
        number::Number, read_arn, read_base64, read_bool, read_network, read_number, read_text,
    },
    document::{Condition, Quantifier},
    key::Key,
    pattern::Pattern,
    request::{Context, ResourceName, Value, Values},
};

/// A compiled condition.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) operator: Operator,
    pub(crate) key: Key,
    quantifier: Quantifier,
    if_exists: bool,
    operands: Operands,
    /// Whether one of the policy's values cannot be read. Such a value fits nothing, and cannot be ruled out either.
    unreadable: bool,
}

/// The policy's values, and how they are compared.
#[derive(Debug)]
enum Operands {
    Text(Box<[Pattern]>, fn(&Pattern, &str, &dyn Context) -> bool),
    Number(Box<[Number<'static>]>, fn(Ordering) -> bool),
    Date(Box<[Timestamp]>, fn(Ordering) -> bool),
    Bool(Box<[Pattern]>),
    Binary(Box<[Box<str>]>),
    Address(Box<[Network]>),
    Arn(Box<[ResourcePattern]>),
    /// For which of them the test is true.
    Null {
        absent: bool,
        present: bool,
    },
}

impl Check {
    /// Compiles a condition. `variables`: whether `${…}` stands for a value in its document.
    pub(crate) fn new(condition: &Condition, variables: bool) -> Self {
        let operator = condition.operator;
        let mut values = Readable { values: &condition.values, all: true };
        let operands = match operator.row().test {
            Test::Text(syntax, test) => Operands::Text(values.read(|text| read_text(text, syntax, variables)), test),
            Test::Number(test) => Operands::Number(values.read(|text| Ok(read_number(text)?.into_owned())), test),
            Test::Date(test) => Operands::Date(values.read(|text| read_moment(text).ok_or(ValueProblem::Date)), test),
            Test::Bool => Operands::Bool(values.read(|text| read_bool(text, variables))),
            Test::Binary => Operands::Binary(values.read(|text| read_base64(text).map(Into::into))),
            Test::Address => Operands::Address(values.read(read_network)),
            Test::Arn => Operands::Arn(values.read(|text| read_arn(text, variables))),
            Test::Null => {
                let lists = |word| condition.values.iter().any(|value| value == word);
                Operands::Null { absent: lists("true"), present: lists("false") }
            }
        };
        Self {
            operator,
            key: condition.key.clone(),
            quantifier: condition.quantifier,
            if_exists: condition.if_exists,
            operands,
            unreadable: !values.all,
        }
    }

    /// Whether it holds.
    pub(crate) fn holds(&self, context: &dyn Context) -> bool {
        let values = context.values(&self.key);
        let is_absent = matches!(values, Values::Absent | Values::Several([]));
        if let Operands::Null { absent, present } = self.operands {
            return if is_absent { absent } else { present };
        }
        let negated = self.operator.row().negated;
        match (values, self.quantifier) {
            _ if is_absent => match self.quantifier {
                Quantifier::All => true,
                Quantifier::Any => self.if_exists,
                Quantifier::None => self.if_exists || negated,
            },
            (Values::One(value), _) => self.passes(value, negated, context),
            (Values::Several([only]), _) => self.passes(text_value(only), negated, context),
            (Values::Several(all), Quantifier::All) => {
                all.iter().all(|text| self.passes(text_value(text), negated, context))
            }
            (Values::Several(all), Quantifier::Any) => {
                all.iter().any(|text| self.passes(text_value(text), negated, context))
            }
            (Values::Several(_), Quantifier::None) | (Values::Absent, _) => false,
        }
    }

    fn passes(&self, value: Value<'_>, negated: bool, context: &dyn Context) -> bool {
        match self.operands.fit(value, context) {
            None => false,
            Some(fits) if negated => !fits && !self.unreadable,
            Some(fits) => fits,
        }
    }
}

impl Operands {
    /// Whether one of them fits the request's `value`; `None` where that cannot be read.
    fn fit(&self, value: Value<'_>, context: &dyn Context) -> Option<bool> {
        Some(match self {
            Self::Text(patterns, test) => {
                let text = value.into_text();
                patterns.iter().any(|pattern| test(pattern, &text, context))
            }
            Self::Bool(patterns) => {
                let word = as_bool(&value.into_text())?;
                patterns.iter().any(|pattern| pattern.equals_ignoring_case(word, context))
            }
            Self::Binary(texts) => {
                let text = value.into_text();
                texts.iter().any(|known| **known == *text)
            }
            Self::Number(numbers, test) => {
                with_number(value, |value| numbers.iter().any(|number| test(value.compare(number))))?
            }
            Self::Date(moments, test) => {
                let value = moment_of(value)?;
                moments.iter().any(|moment| test(value.cmp(moment)))
            }
            Self::Address(networks) => {
                let address = address_of(value)?;
                networks.iter().any(|network| network.contains(address))
            }
            Self::Arn(patterns) => {
                let text = value.into_text();
                let name = ResourceName::read(&text).filter(|name| *name != ResourceName::None)?;
                patterns.iter().any(|pattern| pattern.matches(&name, context))
            }
            Self::Null { .. } => false,
        })
    }
}

fn text_value(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn with_number<T>(value: Value<'_>, then: impl FnOnce(&Number<'_>) -> T) -> Option<T> {
    if let Value::Number(number) = value {
        return Some(then(&Number::Whole(number)));
    }
    let text = value.into_text();
    Number::read(&text).map(|number| then(&number))
}

fn moment_of(value: Value<'_>) -> Option<Timestamp> {
    match value {
        Value::Moment(moment) => Some(moment),
        Value::Number(seconds) => seconds.checked_mul(1_000_000).map(Timestamp::from_micros),
        other => read_moment(&other.into_text()),
    }
}

fn address_of(value: Value<'_>) -> Option<IpAddr> {
    match value {
        Value::Address(address) => Some(address),
        other => read_address(&other.into_text()),
    }
}

/// Values of a policy that are being read.
struct Readable<'a> {
    values: &'a [String],
    /// Whether all could be.
    all: bool,
}

impl<'a> Readable<'a> {
    fn read<T>(&mut self, read: impl Fn(&'a str) -> Result<T, ValueProblem>) -> Box<[T]> {
        let read: Box<[T]> = self.values.iter().filter_map(|value| read(value).ok()).collect();
        self.all = read.len() == self.values.len();
        read
    }
}
