//! The fields of a line, each cut to a length.

use std::fmt::{self, Debug, Write as _};

use tracing::field::{Field, Visit};

/// The most bytes of a field.
const FIELD_MAX: usize = 2_048;
/// The most bytes of the calls that led to a panic.
const BACKTRACE_MAX: usize = 16 * 1_024;
/// How names begin of what is for traces alone.
const OF_TRACES: [&str; 2] = ["otel.", "http."];
/// What is put where something was cut off.
const CUT: &str = "…";

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Anything that may need to be escaped.
    Text(String),
    /// A number or a truth, as it is written.
    Plain(String),
}

/// Fields in their order, each name once: what is recorded later stands in place of what was there.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) list: Vec<(&'static str, Value)>,
}

impl Fields {
    /// Adds those of others.
    pub(super) fn add(&mut self, others: &Self) {
        others.list.iter().for_each(|(name, value)| self.put(name, value.clone()));
    }

    fn put(&mut self, name: &'static str, value: Value) {
        if is_of_traces(name) {
            return;
        }
        match self.list.iter_mut().find(|(there, _)| *there == name) {
            Some((_, there)) => *there = value,
            None => self.list.push((name, value)),
        }
    }

    fn put_text(&mut self, field: &Field, arguments: fmt::Arguments<'_>) {
        if is_of_traces(field.name()) {
            return;
        }
        let most = if field.name() == "backtrace" { BACKTRACE_MAX } else { FIELD_MAX };
        let mut cut = Cut { text: String::new(), most };
        if cut.write_fmt(arguments).is_err() {
            cut.text.push_str(CUT);
        }
        match field.name() {
            "message" => self.message = cut.text,
            name => self.put(name, Value::Text(cut.text)),
        }
    }
}

fn is_of_traces(name: &str) -> bool {
    OF_TRACES.iter().any(|prefix| name.starts_with(prefix))
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put_text(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), Value::Plain(value.to_string()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), Value::Plain(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), Value::Plain(value.to_string()));
    }
}

/// A text that grows up to a length. An error says that something did not fit.
struct Cut {
    text: String,
    most: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.most.saturating_sub(self.text.len());
        let fits = more.floor_char_boundary(room);
        self.text.push_str(more.get(..fits).unwrap_or_default());
        if fits == more.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let mut cut = Cut { text: String::new(), most: 5 };
        assert!(cut.write_str("ab").is_ok());
        assert!(write!(cut, "{:?}", "éé").is_err());
        assert_eq!(cut.text, "ab\"é");
    }

    #[test]
    fn a_name_comes_once() {
        let plain = |text: &str| Value::Plain(text.to_owned());
        let mut fields = Fields::default();
        fields.put("a", plain("1"));
        fields.put("b", plain("2"));
        fields.put("http.route", plain("4"));
        let mut others = Fields::default();
        others.put("a", plain("3"));
        others.put("c", plain("4"));
        fields.add(&others);
        assert_eq!(fields.list, [("a", plain("3")), ("b", plain("2")), ("c", plain("4"))]);
    }
}
