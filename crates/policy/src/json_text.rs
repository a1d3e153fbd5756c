//! Writing JSON.

use std::fmt::Write;

use base::json::{Kind, Value};

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// As it stands: a number, `true`, `null`.
    Literal(String),
    /// A string, not escaped.
    Text(String),
    /// Elements.
    List(Vec<Json>),
    /// Members, in order.
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    pub(crate) fn object<'a>(members: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// In one line.
    pub(crate) fn line(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out, None);
        out
    }

    /// Indented by two spaces; ends without a line feed.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out, Some(0));
        out
    }

    fn write_to(&self, out: &mut String, indent: Option<usize>) {
        match self {
            Self::Literal(text) => out.push_str(text),
            Self::Text(text) => quote(out, text),
            Self::List(elements) => enclose(out, ['[', ']'], indent, elements, |out, element, indent| {
                element.write_to(out, indent);
            }),
            Self::Object(members) => enclose(out, ['{', '}'], indent, members, |out, (name, value), indent| {
                quote(out, name);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                value.write_to(out, indent);
            }),
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match &value.kind {
            Kind::Null => Self::Literal("null".to_owned()),
            Kind::Bool(truth) => Self::Literal(truth.to_string()),
            Kind::Integer(number) => Self::Literal(number.to_string()),
            Kind::Float(number) => Self::Literal(format!("{number:?}")),
            Kind::String(text) => Self::Text(text.clone()),
            Kind::Array(elements) => Self::List(elements.iter().map(Self::from).collect()),
            Kind::Object(members) => {
                Self::Object(members.iter().map(|member| (member.name.clone(), Self::from(&member.value))).collect())
            }
        }
    }
}

fn enclose<T>(
    out: &mut String,
    [open, close]: [char; 2],
    indent: Option<usize>,
    parts: &[T],
    write: impl Fn(&mut String, &T, Option<usize>),
) {
    out.push(open);
    let inside = indent.map(|indent| indent + 2);
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        new_line(out, inside);
        write(out, part, inside);
    }
    if !parts.is_empty() {
        new_line(out, indent);
    }
    out.push(close);
}

fn new_line(out: &mut String, indent: Option<usize>) {
    if let Some(indent) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// A text as JSON writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(&mut out, text);
    out
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use base::json::{Limits, parse};

    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let text = r#"{"a\"\\\u0001\n":[1,-2.5,1e300,true,null,{},[]],"é":"\u2028𝄞"}"#;
        let value = Json::from(&parse(text.as_bytes(), Limits::API).unwrap());
        for written in [value.line(), value.pretty()] {
            assert_eq!(Json::from(&parse(written.as_bytes(), Limits::API).unwrap()), value, "{written}");
        }
        assert_eq!(Json::object([("a", Json::texts(["b", "c"]))]).line(), r#"{"a":["b","c"]}"#);
        assert_eq!(Json::object([("a", Json::texts(["b"]))]).pretty(), "{\n  \"a\": [\n    \"b\"\n  ]\n}");
    }
}
