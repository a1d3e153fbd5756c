//! How calls' bodies, parameters and answers look, as data.
//!
//! A description is used three times, so that the three cannot drift apart: what a client sends is read by it
//! ([`check`]), the documentation is written from it (`openapi.rs`), and in debug builds every answer is held against it.
//! It says what form a thing has; what a name or an address may be is for the core to say. Patterns are for the
//! documentation alone.

use std::fmt;

use base::{
    json::{Kind as Found, Value},
    text::shown,
    timestamp::Timestamp,
};

/// An object.
pub(super) struct Schema {
    /// As the documentation names it: unique.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) fields: &'static [Field],
}

/// A member of an object, or a parameter of a query.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    /// Whether it is always there.
    pub(super) required: bool,
    /// Whether it may be `null`, which removes what is there.
    pub(super) nullable: bool,
    /// For the documentation, where the kind alone makes no good one: a text, or the text of a number.
    pub(super) example: Option<&'static str>,
}

/// What a value is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text(Text),
    /// From the first to the second.
    Integer(u64, u64),
    Flag,
    /// An object of texts, whose names are the client's.
    Texts,
    List(&'static Self),
    Object(&'static Schema),
    /// Any JSON at all.
    Any,
}

/// What a text is.
#[derive(Clone, Copy)]
pub(super) struct Text {
    /// In characters.
    pub(super) least: usize,
    pub(super) most: usize,
    /// For the documentation.
    pub(super) pattern: Option<&'static str>,
    /// One of these, where there are any.
    pub(super) one_of: &'static [&'static str],
    /// Whether it is a time, `YYYY-MM-DDThh:mm:ssZ`.
    pub(super) time: bool,
}

/// The largest number that every client reads exactly.
pub(super) const NUMBER_MAX: u64 = (1 << 53) - 1;

/// Any text.
pub(super) const TEXT: Text = Text { least: 0, most: usize::MAX, pattern: None, one_of: &[], time: false };

const fn field(name: &'static str, about: &'static str, kind: Kind) -> Field {
    Field { name, about, kind, required: false, nullable: false, example: None }
}

/// A text.
pub(super) const fn text(name: &'static str, about: &'static str) -> Field {
    field(name, about, Kind::Text(TEXT))
}

/// One of several words.
pub(super) const fn one_of(name: &'static str, about: &'static str, words: &'static [&'static str]) -> Field {
    field(name, about, Kind::Text(Text { one_of: words, ..TEXT }))
}

/// A time.
pub(super) const fn time(name: &'static str, about: &'static str) -> Field {
    field(name, about, Kind::Text(Text { time: true, ..TEXT }))
}

/// A whole number, from the least to the most.
pub(super) const fn number(name: &'static str, about: &'static str, least: u64, most: u64) -> Field {
    field(name, about, Kind::Integer(least, most))
}

/// The id of an entity.
pub(super) const fn id(about: &'static str) -> Field {
    number("id", about, 1, NUMBER_MAX).example("4519822300938241").required()
}

/// True or false.
pub(super) const fn flag(name: &'static str, about: &'static str) -> Field {
    field(name, about, Kind::Flag)
}

/// An object of texts.
pub(super) const fn texts(name: &'static str, about: &'static str) -> Field {
    field(name, about, Kind::Texts)
}

/// A list.
pub(super) const fn list(name: &'static str, about: &'static str, of: &'static Kind) -> Field {
    field(name, about, Kind::List(of))
}

/// An object.
pub(super) const fn object(name: &'static str, about: &'static str, schema: &'static Schema) -> Field {
    field(name, about, Kind::Object(schema))
}

/// Any JSON.
pub(super) const fn any(name: &'static str, about: &'static str) -> Field {
    field(name, about, Kind::Any)
}

impl Field {
    /// It is always there.
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// It may be `null`, which removes what is there.
    pub(super) const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    pub(super) const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }

    /// A text of so many characters.
    pub(super) const fn length(self, least: usize, most: usize) -> Self {
        match self.kind {
            Kind::Text(text) => Self { kind: Kind::Text(Text { least, most, ..text }), ..self },
            _ => self,
        }
    }

    /// A text of that pattern, for the documentation.
    pub(super) const fn pattern(self, pattern: &'static str) -> Self {
        match self.kind {
            Kind::Text(text) => Self { kind: Kind::Text(Text { pattern: Some(pattern), ..text }), ..self },
            _ => self,
        }
    }
}

/// Where a value is not as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// The names that lead to it, with `.` between them; empty for the whole.
    name: String,
    problem: Problem,
    line: u32,
    column: u32,
}

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    Missing,
    Unknown,
    Not(&'static str),
    Length(usize, usize),
    Range(u64, u64),
    OneOf(&'static [&'static str]),
}

/// Whether an object is as it is described. Errors: the first thing that is not.
pub(super) fn check(schema: &Schema, value: &Value) -> Result<(), Misfit> {
    check_object("", schema, value)
}

fn check_object(name: &str, schema: &Schema, value: &Value) -> Result<(), Misfit> {
    let Found::Object(members) = &value.kind else { return Err(misfit(name, value, Problem::Not("an object"))) };
    let within = |member: &str| if name.is_empty() { member.to_owned() } else { format!("{name}.{member}") };
    for member in members {
        let Some(field) = schema.fields.iter().find(|field| field.name == member.name) else {
            let (name, line, column) = (within(&shown(&member.name)), member.line, member.column);
            return Err(Misfit { name, problem: Problem::Unknown, line, column });
        };
        if field.nullable && member.value.kind == Found::Null {
            continue;
        }
        check_kind(&within(field.name), &field.kind, &member.value)?;
    }
    match schema.fields.iter().find(|field| field.required && value.get(field.name).is_none()) {
        Some(field) => Err(misfit(&within(field.name), value, Problem::Missing)),
        None => Ok(()),
    }
}

fn check_kind(name: &str, kind: &Kind, value: &Value) -> Result<(), Misfit> {
    let problem = match (kind, &value.kind) {
        (Kind::Any, _) | (Kind::Flag, Found::Bool(_)) => None,
        (Kind::Text(text), Found::String(found)) => text.problem(found),
        (Kind::Integer(least, most), Found::Integer(found)) => {
            let within = u64::try_from(*found).is_ok_and(|found| (*least..=*most).contains(&found));
            (!within).then_some(Problem::Range(*least, *most))
        }
        (Kind::Texts, Found::Object(members)) => {
            let odd = members.iter().find(|member| member.value.as_str().is_none());
            let within = |member: &str| format!("{name}.{}", shown(member));
            return odd
                .map_or(Ok(()), |member| Err(misfit(&within(&member.name), &member.value, Problem::Not("text"))));
        }
        (Kind::List(kind), Found::Array(elements)) => {
            return elements.iter().try_for_each(|element| check_kind(name, kind, element));
        }
        (Kind::Object(schema), Found::Object(_)) => return check_object(name, schema, value),
        (kind, _) => Some(Problem::Not(kind.words())),
    };
    problem.map_or(Ok(()), |problem| Err(misfit(name, value, problem)))
}

/// Whether the text of a query's parameter is as it is described. Errors: what it must be, completing "`name` …".
pub(super) fn check_parameter(kind: &Kind, text: &str) -> Result<(), String> {
    let problem = match kind {
        Kind::Text(described) => described.problem(text),
        Kind::Integer(least, most) => {
            let number = Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let number = number.and_then(|text| text.parse::<u64>().ok());
            let within = number.is_some_and(|number| (*least..=*most).contains(&number));
            (!within).then_some(Problem::Range(*least, *most))
        }
        Kind::Flag => (!matches!(text, "true" | "false")).then_some(Problem::Not(Kind::Flag.words())),
        // No query has such a parameter; a test looks at all of them.
        Kind::Texts | Kind::List(_) | Kind::Object(_) | Kind::Any => None,
    };
    problem.map_or(Ok(()), |problem| Err(problem.to_string()))
}

fn misfit(name: &str, value: &Value, problem: Problem) -> Misfit {
    Misfit { name: name.to_owned(), problem, line: value.line, column: value.column }
}

impl Text {
    fn problem(&self, found: &str) -> Option<Problem> {
        let length = found.chars().count();
        if !(self.least..=self.most).contains(&length) {
            return Some(Problem::Length(self.least, self.most));
        }
        if self.time && Timestamp::parse_seconds(found).is_none() {
            return Some(Problem::Not("a time as `2026-11-24T11:00:00Z`"));
        }
        let known = self.one_of.is_empty() || self.one_of.contains(&found);
        (!known).then_some(Problem::OneOf(self.one_of))
    }
}

impl Kind {
    /// Completes "it must be …".
    const fn words(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(..) => "a whole number",
            Self::Flag => "true or false",
            Self::Texts | Self::Object(_) => "an object",
            Self::List(_) => "a list",
            Self::Any => "JSON",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, problem, line, column } = self;
        let place = format_args!("(line {line}, column {column})");
        match problem {
            Problem::Missing => write!(f, "`{name}` is missing"),
            Problem::Unknown => write!(f, "there is no member `{name}` here {place}"),
            other if name.is_empty() => write!(f, "the body {other}"),
            other => write!(f, "`{name}` {other} {place}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Unknown => f.write_str("is not known"),
            Self::Not(what) => write!(f, "must be {what}"),
            Self::Length(0, most) => write!(f, "must have at most {most} characters"),
            Self::Length(1, usize::MAX) => f.write_str("must not be empty"),
            Self::Length(least, usize::MAX) => write!(f, "must have at least {least} characters"),
            Self::Length(least, most) if least == most => write!(f, "must have {least} characters"),
            Self::Length(least, most) => write!(f, "must have {least} to {most} characters"),
            Self::Range(least, NUMBER_MAX) => write!(f, "must be a whole number, {least} or more"),
            Self::Range(least, most) => write!(f, "must be a whole number from {least} to {most}"),
            Self::OneOf(words) => write!(f, "must be one of `{}`", words.join("`, `")),
        }
    }
}

#[cfg(test)]
mod tests;
