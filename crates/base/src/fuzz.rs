//! Bodies for fuzzing (SEC-274): see the crate `spoil`.

use std::fmt::Write as _;

use crate::{
    json::{self, Kind, Limits, Value},
    timestamp::Timestamp,
};

/// How much the documents of [`json`] may hold: little, so that short ones meet the limits.
const LIMITS: Limits = Limits { max_depth: 8, max_members: 24 };

/// A refusal points into the text, and a document that is taken, printed and read again is the same.
pub fn json(text: &[u8]) -> bool {
    match json::parse(text, LIMITS) {
        Ok(value) => {
            let mut printed = String::new();
            print(&value, &mut printed);
            let again = json::parse(printed.as_bytes(), LIMITS).expect("what was printed is JSON");
            assert!(same(&value, &again), "it became {printed}");
            true
        }
        Err(error) => {
            let lossy = String::from_utf8_lossy(text);
            let line = lossy.split('\n').nth(error.line as usize - 1);
            let columns = line.expect("the line exists").chars().count() + 1;
            assert!((1..=columns).contains(&(error.column as usize)), "{error}");
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

/// A moment that is read is written as it was read, or means the same.
pub fn timestamp(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    if let Some(moment) = Timestamp::parse_seconds(text) {
        assert_eq!(moment.to_seconds(), text);
        assert_eq!(Timestamp::parse_rfc3339(text), Some(moment));
    }
    let Some(moment) = Timestamp::parse_rfc3339(text) else { return false };
    let _ = (moment.to_seconds(), moment.to_milliseconds());
    true
}

/// Equal but for the positions.
fn same(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Array(a), Kind::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Kind::Object(a), Kind::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name && same(&a.value, &b.value))
        }
        (Kind::Float(a), Kind::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

/// Prints every character of a string as an escape, so that reading it again takes the other way.
fn print(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Kind::Integer(number) => out.push_str(&number.to_string()),
        Kind::Float(number) => {
            let _ = write!(out, "{number:e}");
        }
        Kind::String(text) => print_string(text, out),
        Kind::Array(elements) => {
            out.push('[');
            for (place, element) in elements.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                print(element, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            out.push('{');
            for (place, member) in members.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                print_string(&member.name, out);
                out.push(':');
                print(&member.value, out);
            }
            out.push('}');
        }
    }
}

fn print_string(text: &str, out: &mut String) {
    out.push('"');
    for unit in text.encode_utf16() {
        let _ = write!(out, "\\u{unit:04x}");
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_json() {
        let seeds = [
            r#"{"name":"张三","enabled":true,"tags":["a","b"],"n":[0,-1,1.5e3,9223372036854775807],"x":null}"#,
            r#"{"accessControlList":[{"service":"bce:bos","region":"*","permission":["READ"],"effect":"Allow"}]}"#,
            "{\r\n  \"a\": {\"b\": [[], {}, [{}]]},\n\t\"\\u0061b\": \"\\uD83D\\uDE00 \\n\\\\\"\n}",
            r#"["\ud83d\ude00","\"\/\b\f",[[[[[[1]]]]]],1e-7,-0.0]"#,
            r#"{"a":1,"b":{"a":1,"c":2},"":[false]}"#,
            "\"😀é\u{7F}\"",
        ];
        let pieces: [&[u8]; 21] = [
            b"{",
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b"\"",
            b"\\",
            b"\\u",
            b"\\uD83D",
            b"\\uDE00",
            b"\"a\":",
            b"[[",
            b"\xEF\xBB\xBF",
            b"\xC0\xAF",
            b"\xED\xA0\x80",
            b"99999999999999999999",
            b"1e999",
            b"-",
            b"\n",
            "张".as_bytes(),
        ];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "json", seeds, pieces: &pieces, rounds: 100_000 }.run(json);
    }

    #[test]
    fn sec_274_fuzz_timestamp() {
        let seeds = ["2026-11-22T12:00:00Z", "2026-02-28T23:59:59.999999+08:00", "1969-12-31T23:59:60.5Z"];
        let pieces: [&[u8]; 8] = [b"Z", b"+00:00", b"-23:59", b"0000", b"9999", b".0", b"29", b"T"];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "timestamp", seeds, pieces: &pieces, rounds: 50_000 }.run(timestamp);
    }
}
