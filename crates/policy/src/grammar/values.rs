//! Reading texts and lists of texts out of values.

use base::json::{Kind, Value};

use crate::{
    condition::{Operator, check_value},
    document::Effect,
    grammar::{
        MAX_ITEMS, MAX_STATEMENTS, MAX_WILDCARDS,
        error::{Hint, PolicyError, Problem},
        members::{Reader, wrong_type},
    },
    nearest::nearest,
};

/// A text. `what` names it in errors.
pub(super) fn text<'a>(value: &'a Value, what: &str) -> Result<&'a str, PolicyError> {
    value.as_str().ok_or_else(|| wrong_type(value, what, "text"))
}

/// One text, or a list of texts that is not empty; with the value of each, which says where it stands.
pub(super) fn texts<'a>(
    value: &'a Value,
    what: &str,
    reader: Reader<'_>,
) -> Result<Vec<(&'a Value, &'a str)>, PolicyError> {
    let Kind::Array(elements) = &value.kind else {
        let text = value.as_str().ok_or_else(|| wrong_type(value, what, "text or a list of texts"))?;
        return Ok(vec![(value, text)]);
    };
    if elements.is_empty() {
        return Err(PolicyError::at(value, Problem::Empty { what: what.to_owned() }));
    }
    reader.note(bounded(elements))?;
    reader.each(elements, |element| Ok((element, text(element, &format!("each of {what}"))?)))
}

/// One value of a condition, or a list of them, which may be empty. Numbers and booleans are as good as their text.
pub(super) fn condition_values<'a>(
    value: &'a Value,
    what: &str,
    reader: Reader<'_>,
) -> Result<Vec<(&'a Value, String)>, PolicyError> {
    let one = |value: &'a Value| match &value.kind {
        Kind::String(text) => Ok((value, text.clone())),
        Kind::Integer(number) => Ok((value, number.to_string())),
        Kind::Float(number) => Ok((value, format!("{number:?}"))),
        Kind::Bool(truth) => Ok((value, truth.to_string())),
        Kind::Null | Kind::Array(_) | Kind::Object(_) => Err(wrong_type(value, what, "text or a list of texts")),
    };
    let Kind::Array(elements) = &value.kind else { return Ok(vec![one(value)?]) };
    reader.note(bounded(elements))?;
    reader.each(elements, one)
}

/// The elements of a list that is not empty, or the one object that stands for such a list.
pub(super) fn objects<'a>(
    value: &'a Value,
    what: &str,
    plural: &'static str,
    reader: Reader<'_>,
) -> Result<&'a [Value], PolicyError> {
    let elements = match &value.kind {
        Kind::Array(elements) => elements.as_slice(),
        Kind::Object(_) => std::slice::from_ref(value),
        _ => return Err(wrong_type(value, &format!("`{what}`"), "a list of objects")),
    };
    if elements.is_empty() {
        return Err(PolicyError::at(value, Problem::Empty { what: format!("`{what}`") }));
    }
    let over = elements.get(MAX_STATEMENTS);
    let too_many = |first_over| PolicyError::at(first_over, Problem::TooMany { what: plural, max: MAX_STATEMENTS });
    reader.note(over.map_or(Ok(()), |first_over| Err(too_many(first_over))))?;
    Ok(elements)
}

/// Bounds how much work a pattern can make. Variables count, too: what they stand for may be long.
pub(super) fn check_pattern(value: &Value, pattern: &str) -> Result<(), PolicyError> {
    let wildcards = pattern.bytes().filter(|byte| matches!(byte, b'*' | b'?')).count();
    // What stands for the character itself, as `${*}`, is no variable.
    let variables = pattern.split("${").skip(1).filter(|behind| !behind.starts_with(['*', '?', '$'])).count();
    if wildcards + variables > MAX_WILDCARDS {
        let problem = Problem::TooMany { what: "wildcards and variables in a pattern", max: MAX_WILDCARDS };
        return Err(PolicyError::at(value, problem));
    }
    Ok(())
}

impl Reader<'_> {
    /// Checks what only saving demands of a condition's value.
    pub(super) fn check_value(self, value: &Value, text: &str, operator: Operator) -> Result<(), PolicyError> {
        if !self.strict {
            return Ok(());
        }
        check_value(operator, text, self.variables).map_err(|problem| {
            let operator = operator.name();
            PolicyError::at(value, Problem::Value { operator, value: text.to_owned(), problem })
        })
    }

    /// `Allow` or `Deny`.
    pub(super) fn effect(self, value: &Value, name: &str) -> Result<Effect, PolicyError> {
        let word = text(value, &format!("`{name}`"))?;
        let is = |known: &str| word == known || (self.lower && word == known.to_ascii_lowercase());
        match () {
            () if is("Allow") => Ok(Effect::Allow),
            () if is("Deny") => Ok(Effect::Deny),
            () => {
                let error = PolicyError::at(value, Problem::Unknown { what: "effect", name: word.to_owned() });
                Err(match nearest(word, ["Allow", "Deny"]) {
                    Some(meant) => error.meant(Some(meant)),
                    None => error.hint(Hint::new("effect", "it is `Allow` or `Deny`")),
                })
            }
        }
    }
}

fn bounded(elements: &[Value]) -> Result<(), PolicyError> {
    match elements.get(MAX_ITEMS) {
        Some(first_over) => {
            Err(PolicyError::at(first_over, Problem::TooMany { what: "texts in a list", max: MAX_ITEMS }))
        }
        None => Ok(()),
    }
}
