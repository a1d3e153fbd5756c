//! What is held against a description.

use base::json::{self, Limits};

use super::*;

static INNER: Schema =
    Schema { name: "Inner", about: "", fields: &[text("a", "").required(), number("n", "", 1, NUMBER_MAX)] };

static OUTER: Schema = Schema {
    name: "Outer",
    about: "",
    fields: &[
        text("name", "").length(1, 3).required(),
        text("note", "").length(0, 2).or_null(),
        text("code", "").length(2, 2),
        one_of("word", "", &["one", "two"]),
        time("at", ""),
        number("size", "", 1, 9),
        flag("on", ""),
        texts("tags", ""),
        list("words", "", &Kind::Text(Text { least: 1, ..TEXT })),
        object("inner", "", &INNER),
        any("more", ""),
    ],
};

fn answer(text: &str) -> String {
    let value = json::parse(text.as_bytes(), Limits::API).unwrap();
    check(&OUTER, &value).map_or_else(|misfit| misfit.to_string(), |()| String::new())
}

#[test]
fn what_fits() {
    for text in [
        r#"{"name":"a"}"#,
        r#"{"name":"a","note":null,"word":"two","at":"2026-11-24T11:00:00Z","size":9,"on":false,"more":[{}]}"#,
        r#"{"name":"中文字","tags":{},"words":[],"inner":{"a":"","n":1}}"#,
        r#"{"tags":{"k":"v"},"words":["x"],"note":"","name":"abc"}"#,
    ] {
        assert_eq!(answer(text), "", "{text}");
    }
}

#[test]
fn what_does_not() {
    for (text, wanted) in [
        ("[]", "the body must be an object"),
        ("{}", "`name` is missing"),
        (r#"{"name":null}"#, "`name` must be text (line 1, column 9)"),
        (r#"{"name":1}"#, "`name` must be text (line 1, column 9)"),
        (r#"{"name":""}"#, "`name` must have 1 to 3 characters (line 1, column 9)"),
        (r#"{"name":"a","note":"abc"}"#, "`note` must have at most 2 characters (line 1, column 20)"),
        (r#"{"name":"a","code":"abc"}"#, "`code` must have 2 characters (line 1, column 20)"),
        ("{\"name\":\"a\",\n \"nam\":1}", "there is no member `nam` here (line 2, column 2)"),
        (r#"{"name":"a","word":"three"}"#, "`word` must be one of `one`, `two` (line 1, column 20)"),
        (r#"{"name":"a","at":"2026-11-24"}"#, "`at` must be a time as `2026-11-24T11:00:00Z` (line 1, column 18)"),
        (r#"{"name":"a","size":10}"#, "`size` must be a whole number from 1 to 9 (line 1, column 20)"),
        (r#"{"name":"a","size":-1}"#, "`size` must be a whole number from 1 to 9 (line 1, column 20)"),
        (r#"{"name":"a","size":1.0}"#, "`size` must be a whole number (line 1, column 20)"),
        (r#"{"name":"a","on":"true"}"#, "`on` must be true or false (line 1, column 18)"),
        (r#"{"name":"a","tags":{"k":1}}"#, "`tags.k` must be text (line 1, column 25)"),
        (r#"{"name":"a","tags":[]}"#, "`tags` must be an object (line 1, column 20)"),
        (r#"{"name":"a","words":["x",""]}"#, "`words` must not be empty (line 1, column 26)"),
        (r#"{"name":"a","words":"x"}"#, "`words` must be a list (line 1, column 21)"),
        (r#"{"name":"a","inner":{"n":1}}"#, "`inner.a` is missing"),
        (r#"{"name":"a","inner":{"a":"","n":0}}"#, "`inner.n` must be a whole number, 1 or more (line 1, column 33)"),
        (r#"{"name":"a","inner":{"a":"","b":0}}"#, "there is no member `inner.b` here (line 1, column 29)"),
    ] {
        assert_eq!(answer(text), wanted, "{text}");
    }
}

#[test]
fn parameters_of_queries() {
    let bad = |kind: &Kind, text: &str| check_parameter(kind, text).unwrap_err();
    let text = Kind::Text(Text { most: 2, ..TEXT });
    assert_eq!(check_parameter(&text, "ab"), Ok(()));
    assert_eq!(bad(&text, "abc"), "must have at most 2 characters");
    let number = Kind::Integer(1, 1_000);
    assert_eq!(check_parameter(&number, "1000"), Ok(()));
    for text in ["", "0", "1001", "+1", "-1", "1.0", " 1", "99999999999999999999"] {
        assert_eq!(bad(&number, text), "must be a whole number from 1 to 1000", "{text}");
    }
    assert_eq!(check_parameter(&Kind::Flag, "true"), Ok(()));
    for text in ["", "1", "True"] {
        assert_eq!(bad(&Kind::Flag, text), "must be true or false");
    }
}
