//! A line of the log, as text or as JSON. Both escape whatever is not plain to see (SEC-145).

use std::fmt::Write as _;

use base::text::is_plain;
use tracing::Level;
use tracing_subscriber::fmt::{
    format::Writer,
    time::{FormatTime as _, SystemTime},
};

use super::fields::{Fields, Value};

/// `time level message name=value …`, with values in quotes where they are not one plain word.
pub(super) fn text(level: Level, fields: &Fields) -> String {
    let mut line = now();
    // To write into a text cannot fail, here and below.
    let _ = write!(line, " {level:>5} ");
    escape(&mut line, &fields.message, Escape::Text);
    for (name, value) in &fields.list {
        let _ = write!(line, " {name}=");
        match value {
            Value::Plain(word) => line.push_str(word),
            Value::Text(word) if is_one_word(word) => line.push_str(word),
            Value::Text(text) => quote(&mut line, text, Escape::Text),
        }
    }
    line.push('\n');
    line
}

/// One object: `time`, `level`, `message`, `log` (which part of it), and the fields by their names.
pub(super) fn json(level: Level, target: &str, fields: &Fields) -> String {
    let mut line = format!("{{\"time\":\"{}\",\"level\":\"{}\",\"message\":", now(), super::word(level));
    quote(&mut line, &fields.message, Escape::Json);
    line.push_str(",\"log\":");
    quote(&mut line, target, Escape::Json);
    for (name, value) in &fields.list {
        line.push(',');
        quote(&mut line, name, Escape::Json);
        line.push(':');
        match value {
            Value::Plain(word) => line.push_str(word),
            Value::Text(text) => quote(&mut line, text, Escape::Json),
        }
    }
    line.push_str("}\n");
    line
}

/// In UTC, to the microsecond.
fn now() -> String {
    let mut text = String::new();
    // A clock that stands before its beginning leaves no time: the line is told all the same.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

/// How what is not plain is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    Text,
    Json,
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "\"\\=".contains(c)) && is_shown(text)
}

fn is_shown(text: &str) -> bool {
    is_plain(text) && !text.contains(['\u{2028}', '\u{2029}'])
}

fn quote(line: &mut String, text: &str, escape: Escape) {
    line.push('"');
    escape_quoted(line, text, escape);
    line.push('"');
}

fn escape_quoted(line: &mut String, text: &str, form: Escape) {
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            line.push('\\');
            line.push(c);
        } else {
            put(line, c, form);
        }
    }
}

/// Outside of quotes, a quotation mark is one.
fn escape(line: &mut String, text: &str, form: Escape) {
    text.chars().for_each(|c| put(line, c, form));
}

fn put(line: &mut String, c: char, form: Escape) {
    let _ = match c {
        '\n' => write!(line, "\\n"),
        '\r' => write!(line, "\\r"),
        '\t' => write!(line, "\\t"),
        _ if is_shown(c.encode_utf8(&mut [0; 4])) => write!(line, "{c}"),
        _ if form == Escape::Text => write!(line, "\\u{{{:x}}}", u32::from(c)),
        _ => c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(line, "\\u{unit:04x}")),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a \"b\" \\ c\n2026-11-22T08:00:00Z ERROR forged\r\t\u{1b}[31m\u{85}\u{2028}\u{202e}\u{7f}\0";

    fn fields(value: &str) -> Fields {
        let list = vec![
            ("id", Value::Text("x-1".to_owned())),
            ("path", Value::Text(value.to_owned())),
            ("status", Value::Plain("200".to_owned())),
            ("empty", Value::Text(String::new())),
        ];
        Fields { message: "said\nso".to_owned(), list }
    }

    /// SEC-145: what a field holds cannot begin a line, end its quotes or drive a terminal.
    #[test]
    fn sec_145_text_is_escaped() {
        let line = text(Level::WARN, &fields(HOSTILE));
        let rest = r#"  WARN said\nso id=x-1 path="a \"b\" \\ c\n2026-11-22T08:00:00Z ERROR forged\r\t\u{1b}[31m\u{85}\u{2028}\u{202e}\u{7f}\u{0}" status=200 empty="""#;
        assert!(line.starts_with("20") && line.ends_with(&format!("Z{rest}\n")), "{line}");
        assert!(!line.trim_end().contains(char::is_control));
        for (value, shown) in [("张三", "张三"), ("a=b", r#""a=b""#), ("{}", "{}"), ("a'b", "a'b")] {
            assert!(text(Level::INFO, &fields(value)).contains(&format!(" path={shown} ")), "{value}");
        }
    }

    /// SEC-145: the same in JSON, which gives back what was put in.
    #[test]
    fn sec_145_json_is_escaped() {
        let line = json(Level::INFO, "edge", &fields(HOSTILE));
        assert!(!line.trim_end().contains(char::is_control) && !line.contains(['\u{2028}', '\u{202e}']), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["path"], HOSTILE);
        assert_eq!(
            (&read["message"], &read["level"], &read["log"]),
            (&"said\nso".into(), &"info".into(), &"edge".into())
        );
        assert_eq!((&read["status"], &read["id"], &read["empty"]), (&200.into(), &"x-1".into(), &"".into()));
        assert!(read["time"].as_str().unwrap().ends_with('Z'));
        let beyond = json(Level::INFO, "x", &fields("\u{E0001}"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&beyond).unwrap()["path"], "\u{E0001}");
    }
}
