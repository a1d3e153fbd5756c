//! The table of condition operators: name, type of value, whether negated, function.

use std::cmp::Ordering;

use crate::{
    catalogue::service::KeyType,
    compiled::resource::ResourcePattern,
    condition::{moment::read_moment, network::Network, number::Number},
    pattern::{Pattern, Syntax, VariableProblem},
    request::Context,
};

mod check;
mod moment;
mod network;
mod number;

pub(crate) use check::Check;

/// A condition operator, without quantifier and `IfExists`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the operator of that name")]
pub enum Operator {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
}

/// How one value of a request is tested by one of a policy; before it may be negated.
#[derive(Debug, Clone, Copy)]
enum Test {
    /// Text, by what may stand in the policy's and how the two compare.
    Text(Syntax, fn(&Pattern, &str, &dyn Context) -> bool),
    /// Numbers, by how the request's compares with the policy's.
    Number(fn(Ordering) -> bool),
    /// Moments, likewise.
    Date(fn(Ordering) -> bool),
    /// The same truth.
    Bool,
    /// The same bytes.
    Binary,
    /// The address is in the range.
    Address,
    /// The ARN fits the pattern.
    Arn,
    /// The key is there or not.
    Null,
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Text.
    Text,
    /// Decimal numbers.
    Number,
    /// Moments.
    Date,
    /// `true` or `false`.
    Bool,
    /// Bytes, in base64.
    Binary,
    /// Addresses and ranges of them.
    Address,
    /// Names of resources.
    Arn,
    /// Whether the key is there.
    Null,
}

struct Row {
    operator: Operator,
    name: &'static str,
    test: Test,
    negated: bool,
}

const IS: bool = false;
const NOT: bool = true;

const EQUAL: Test = Test::Text(Syntax::TEXT, Pattern::matches);
const EQUAL_IN_ANY_CASE: Test = Test::Text(Syntax::TEXT, Pattern::equals_ignoring_case);
const LIKE: Test = Test::Text(Syntax::WILD, Pattern::matches);

const TABLE: [Row; 27] = [
    row(Operator::StringEquals, "StringEquals", EQUAL, IS),
    row(Operator::StringNotEquals, "StringNotEquals", EQUAL, NOT),
    row(Operator::StringEqualsIgnoreCase, "StringEqualsIgnoreCase", EQUAL_IN_ANY_CASE, IS),
    row(Operator::StringNotEqualsIgnoreCase, "StringNotEqualsIgnoreCase", EQUAL_IN_ANY_CASE, NOT),
    row(Operator::StringLike, "StringLike", LIKE, IS),
    row(Operator::StringNotLike, "StringNotLike", LIKE, NOT),
    row(Operator::NumericEquals, "NumericEquals", Test::Number(Ordering::is_eq), IS),
    row(Operator::NumericNotEquals, "NumericNotEquals", Test::Number(Ordering::is_eq), NOT),
    row(Operator::NumericLessThan, "NumericLessThan", Test::Number(Ordering::is_lt), IS),
    row(Operator::NumericLessThanEquals, "NumericLessThanEquals", Test::Number(Ordering::is_le), IS),
    row(Operator::NumericGreaterThan, "NumericGreaterThan", Test::Number(Ordering::is_gt), IS),
    row(Operator::NumericGreaterThanEquals, "NumericGreaterThanEquals", Test::Number(Ordering::is_ge), IS),
    row(Operator::DateEquals, "DateEquals", Test::Date(Ordering::is_eq), IS),
    row(Operator::DateNotEquals, "DateNotEquals", Test::Date(Ordering::is_eq), NOT),
    row(Operator::DateLessThan, "DateLessThan", Test::Date(Ordering::is_lt), IS),
    row(Operator::DateLessThanEquals, "DateLessThanEquals", Test::Date(Ordering::is_le), IS),
    row(Operator::DateGreaterThan, "DateGreaterThan", Test::Date(Ordering::is_gt), IS),
    row(Operator::DateGreaterThanEquals, "DateGreaterThanEquals", Test::Date(Ordering::is_ge), IS),
    row(Operator::Bool, "Bool", Test::Bool, IS),
    row(Operator::BinaryEquals, "BinaryEquals", Test::Binary, IS),
    row(Operator::IpAddress, "IpAddress", Test::Address, IS),
    row(Operator::NotIpAddress, "NotIpAddress", Test::Address, NOT),
    row(Operator::ArnEquals, "ArnEquals", Test::Arn, IS),
    row(Operator::ArnLike, "ArnLike", Test::Arn, IS),
    row(Operator::ArnNotEquals, "ArnNotEquals", Test::Arn, NOT),
    row(Operator::ArnNotLike, "ArnNotLike", Test::Arn, NOT),
    row(Operator::Null, "Null", Test::Null, IS),
];

const fn row(operator: Operator, name: &'static str, test: Test, negated: bool) -> Row {
    Row { operator, name, test, negated }
}

/// All operators. Not compiled where one has no row, or not in its place.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const ALL: [Operator; TABLE.len()] = {
    let mut all = [Operator::Null; TABLE.len()];
    let mut at = 0;
    while at < TABLE.len() {
        assert!(TABLE[at].operator as usize == at);
        all[at] = TABLE[at].operator;
        at += 1;
    }
    assert!(at == Operator::Null as usize + 1);
    all
};

impl Operator {
    /// All of them.
    pub const ALL: &'static [Self] = &ALL;

    /// The operator of that name, which is compared exactly.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.operator)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What it compares.
    pub fn value_type(self) -> ValueType {
        match self.row().test {
            Test::Text(..) => ValueType::Text,
            Test::Number(_) => ValueType::Number,
            Test::Date(_) => ValueType::Date,
            Test::Bool => ValueType::Bool,
            Test::Binary => ValueType::Binary,
            Test::Address => ValueType::Address,
            Test::Arn => ValueType::Arn,
            Test::Null => ValueType::Null,
        }
    }

    /// Whether it is for keys whose values are of this kind.
    pub fn is_for(self, kind: KeyType) -> bool {
        match self.value_type() {
            ValueType::Null => true,
            ValueType::Text => matches!(kind, KeyType::Text | KeyType::Arn),
            ValueType::Number => matches!(kind, KeyType::Number | KeyType::Epoch),
            ValueType::Date => matches!(kind, KeyType::Date | KeyType::Epoch),
            ValueType::Bool => kind == KeyType::Bool,
            ValueType::Binary => kind == KeyType::Binary,
            ValueType::Address => kind == KeyType::Address,
            ValueType::Arn => kind == KeyType::Arn,
        }
    }

    /// Whether it asks that no value fits.
    pub fn is_negated(self) -> bool {
        self.row().negated
    }

    #[expect(clippy::indexing_slicing, reason = "each operator has a row in its place, or `ALL` does not compile")]
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

/// What is wrong with a value of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueProblem {
    /// Not a decimal number.
    #[error("is not a number: write digits, with sign and fraction as needed")]
    Number,
    /// Not a date.
    #[error("is not a date: write it as `2026-01-01`, `2026-01-01T00:00:00Z` or as seconds since 1970")]
    Date,
    /// Neither `true` nor `false`.
    #[error("must be `true` or `false`")]
    Bool,
    /// Not base64.
    #[error("is not base64")]
    Base64,
    /// Neither an address nor a range of addresses.
    #[error("is not a network address, nor a range as `10.0.0.0/8`")]
    Address,
    /// Not the name of a resource.
    #[error("is not the name of a resource as `arn:aws:s3:::bucket`, nor `*`")]
    Arn,
    /// A variable in it.
    #[error(transparent)]
    Variable(#[from] VariableProblem),
}

/// Checks a value that a document compares by `operator`. `variables`: whether `${…}` stands for a value in it.
pub fn check_value(operator: Operator, value: &str, variables: bool) -> Result<(), ValueProblem> {
    match operator.row().test {
        Test::Text(syntax, _) => read_text(value, syntax, variables).map(drop),
        Test::Number(_) => read_number(value).map(drop),
        Test::Date(_) => read_moment(value).map(drop).ok_or(ValueProblem::Date),
        Test::Bool => read_bool(value, variables).map(drop),
        Test::Binary => read_base64(value).map(drop),
        Test::Address => read_network(value).map(drop),
        Test::Arn => read_arn(value, variables).map(drop),
        Test::Null if matches!(value, "true" | "false") => Ok(()),
        Test::Null => Err(ValueProblem::Bool),
    }
}

fn read_text(value: &str, syntax: Syntax, variables: bool) -> Result<Pattern, ValueProblem> {
    Ok(Pattern::read(value, syntax.with_variables(variables))?)
}

fn read_number(value: &str) -> Result<Number<'_>, ValueProblem> {
    Number::read(value).ok_or(ValueProblem::Number)
}

fn read_network(value: &str) -> Result<Network, ValueProblem> {
    Network::read(value).ok_or(ValueProblem::Address)
}

/// Text in base64. It is canonical, so equal text is equal bytes, and the other way round.
fn read_base64(value: &str) -> Result<&str, ValueProblem> {
    data_encoding::BASE64.decode(value.as_bytes()).map_err(|_| ValueProblem::Base64)?;
    Ok(value)
}

/// A truth value. With a variable it is known only when it is compared.
fn read_bool(value: &str, variables: bool) -> Result<Pattern, ValueProblem> {
    let pattern = read_text(value, Syntax::TEXT, variables)?;
    let known = pattern.has_variables() || as_bool(value).is_some();
    if known { Ok(pattern) } else { Err(ValueProblem::Bool) }
}

/// `true` or `false` in its one spelling.
fn as_bool(text: &str) -> Option<&'static str> {
    ["true", "false"].into_iter().find(|word| word.eq_ignore_ascii_case(text))
}

fn read_arn(value: &str, variables: bool) -> Result<ResourcePattern, ValueProblem> {
    ResourcePattern::read(value, variables)?.ok_or(ValueProblem::Arn)
}

#[cfg(test)]
mod tests;
