use super::*;

fn read(text: &str) -> Result<Value, JsonError> {
    parse(text.as_bytes(), Limits::API)
}

fn refused(text: impl AsRef<[u8]>) -> (u32, u32, Problem) {
    let error = parse(text.as_ref(), Limits::API).unwrap_err();
    (error.line, error.column, error.problem)
}

fn duplicate(name: &str) -> Problem {
    Problem::Duplicate { name: name.to_owned() }
}

#[test]
fn every_kind_of_value() {
    for (text, kind) in [
        ("null", Kind::Null),
        (" true\r\n", Kind::Bool(true)),
        ("\tfalse ", Kind::Bool(false)),
        ("0", Kind::Integer(0)),
        ("-0", Kind::Integer(0)),
        ("9223372036854775807", Kind::Integer(i64::MAX)),
        ("-9223372036854775808", Kind::Integer(i64::MIN)),
        ("1.5", Kind::Float(1.5)),
        ("-1E2", Kind::Float(-100.0)),
        ("10e-1", Kind::Float(1.0)),
        ("0.0e+0", Kind::Float(0.0)),
        ("1e308", Kind::Float(1e308)),
        (r#""""#, Kind::String(String::new())),
        (
            r#""张三 \"\\\/\b\f\n\r\t\u0041\u00e9\u5F20\uD83D\uDE00\u0000""#,
            Kind::String("张三 \"\\/\u{8}\u{C}\n\r\tAé张😀\0".into()),
        ),
        ("\"\u{7F}\u{FEFF}\"", Kind::String("\u{7F}\u{FEFF}".into())),
        ("[ ]", Kind::Array(Vec::new())),
        ("{\n}", Kind::Object(Vec::new())),
    ] {
        assert!(read(text).unwrap().kind == kind, "{text}");
    }
}

#[test]
fn a_value_knows_the_text_that_it_was_read_from() {
    let text = "{\"名\": \"张\\u4e09\", \"b\":\n  [1,\r\n\ttrue, { } ]\t, \"c\":-1.50e0}\n";
    let document = read(text).unwrap();
    let part = |name: &str| document.get(name).unwrap().text_in(text.as_bytes());
    assert_eq!(document.text_in(text.as_bytes()), Some(text.trim_end()));
    assert_eq!(part("名"), Some("\"张\\u4e09\""));
    assert_eq!(part("b"), Some("[1,\r\n\ttrue, { } ]"));
    assert_eq!(part("c"), Some("-1.50e0"));
    assert_eq!(document.text_in(b"{}"), None, "another text");
}

#[test]
fn positions_are_those_an_editor_shows() {
    let document = read("{\"名\": \"张三\", \"b\":\n  [1,\r\n\ttrue, {\"😀\" :null}]}").unwrap();
    let Kind::Object(members) = &document.kind else { panic!("an object") };
    let at: Vec<_> =
        members.iter().map(|m| (m.name.as_str(), m.line, m.column, m.value.line, m.value.column)).collect();
    assert_eq!(at, [("名", 1, 2, 1, 7), ("b", 1, 13, 2, 3)]);
    let Some(Kind::Array(elements)) = document.get("b").map(|value| &value.kind) else { panic!("an array") };
    let at: Vec<_> = elements.iter().map(|value| (value.line, value.column)).collect();
    assert_eq!(at, [(2, 4), (3, 2), (3, 8)]);
    assert_eq!(elements[2].get("😀").map(|value| (value.line, value.column)), Some((3, 14)));
}

#[test]
fn helpers_give_only_their_own_kind() {
    let document = read(r#"{"s":"x","b":true,"i":-7,"f":1.0,"n":null}"#).unwrap();
    let member = |name| document.get(name).unwrap();
    assert_eq!(member("s").as_str(), Some("x"));
    assert_eq!(member("b").as_bool(), Some(true));
    assert_eq!(member("i").as_i64(), Some(-7));
    assert_eq!(document.get("S"), None);
    for name in ["b", "i", "f", "n"] {
        assert_eq!(member(name).as_str(), None, "{name}");
        assert_eq!(member(name).get("s"), None, "{name}");
    }
    assert_eq!((member("s").as_bool(), member("n").as_bool()), (None, None));
    assert_eq!((member("f").as_i64(), member("s").as_i64()), (None, None));
}

#[test]
fn bad_syntax_is_refused_where_it_stands() {
    use Problem::{BadEscape, BadNumber, Character, ControlCharacter, End, TrailingData};
    for (text, line, column, problem) in [
        ("", 1, 1, End),
        (" \n ", 2, 2, End),
        ("{", 1, 2, End),
        ("[1", 1, 3, End),
        ("[1,", 1, 4, End),
        ("{\"a\"", 1, 5, End),
        ("{\"a\":", 1, 6, End),
        ("\"ab", 1, 4, End),
        ("\"ab\\", 1, 4, BadEscape),
        ("nul", 1, 4, End),
        ("nulL", 1, 4, Character('L')),
        ("True", 1, 1, Character('T')),
        ("NaN", 1, 1, Character('N')),
        ("Infinity", 1, 1, Character('I')),
        ("[-Infinity]", 1, 2, BadNumber),
        ("[1 2]", 1, 4, Character('2')),
        ("[1,]", 1, 4, Character(']')),
        ("[,1]", 1, 2, Character(',')),
        ("[1}", 1, 3, Character('}')),
        ("{\"a\":1,}", 1, 8, Character('}')),
        ("{\"a\" 1}", 1, 6, Character('1')),
        ("{a:1}", 1, 2, Character('a')),
        ("{'a':1}", 1, 2, Character('\'')),
        ("{1:1}", 1, 2, Character('1')),
        ("/* */ 1", 1, 1, Character('/')),
        ("[\"张\", 三]", 1, 7, Character('三')),
        ("[1,\u{A0}2]", 1, 4, Character('\u{A0}')),
        ("[1,\u{B}2]", 1, 4, Character('\u{B}')),
        ("[\u{FEFF}]", 1, 2, Character('\u{FEFF}')),
        ("[1\0]", 1, 3, Character('\0')),
        ("nullnull", 1, 5, TrailingData),
        ("1 2", 1, 3, TrailingData),
        ("{}\n\n }", 3, 2, TrailingData),
        ("\"a\tb\"", 1, 3, ControlCharacter),
        ("[\"张\n\"]", 1, 4, ControlCharacter),
        ("\"\u{1F}\"", 1, 2, ControlCharacter),
        (r#""\x41""#, 1, 2, BadEscape),
        (r#""\'""#, 1, 2, BadEscape),
        (r#""a\U0041""#, 1, 3, BadEscape),
        (r#""\u+041""#, 1, 2, BadEscape),
        (r#""\u004""#, 1, 2, BadEscape),
        (r#""\u004张""#, 1, 2, BadEscape),
        (r#""\uD83D\u00""#, 1, 8, BadEscape),
        ("[01]", 1, 2, BadNumber),
        ("-", 1, 1, BadNumber),
        ("-01", 1, 1, BadNumber),
        ("00", 1, 1, BadNumber),
        ("1.", 1, 1, BadNumber),
        ("-.5", 1, 1, BadNumber),
        ("1.e1", 1, 1, BadNumber),
        ("1e", 1, 1, BadNumber),
        ("1e+", 1, 1, BadNumber),
        ("1e+-1", 1, 1, BadNumber),
        ("1e1.5", 1, 1, BadNumber),
        ("1.2.3", 1, 1, BadNumber),
        ("--1", 1, 1, BadNumber),
        ("1-1", 1, 1, BadNumber),
        ("+1", 1, 1, Character('+')),
        (".5", 1, 1, Character('.')),
        ("0x10", 1, 2, TrailingData),
    ] {
        assert_eq!(refused(text), (line, column, problem.clone()), "{text:?}");
        assert!(problem.is_syntax(), "{problem:?}");
    }
}

/// SEC-142: what two readers might read differently is refused, though its grammar is right.
#[test]
fn sec_142_ambiguous_documents_are_refused() {
    use Problem::{LoneSurrogate, NumberRange};
    for (text, line, column, problem) in [
        (r#"{"a":1,"a":1}"#, 1, 8, duplicate("a")),
        (r#"{"a":1,"b":2,"\u0061":3}"#, 1, 14, duplicate("a")),
        ("{\"z\":1,\n\"é\":2, \"y\":0,\n \"\\u00E9\":3,\"z\":4}", 3, 2, duplicate("é")),
        (r#"[{"":1,"":1}]"#, 1, 8, duplicate("")),
        (r#"{"a":{"b":1,"c":{},"b":2},"a":0}"#, 1, 20, duplicate("b")),
        (r#"{"a":1,"a":1,"a":1}"#, 1, 8, duplicate("a")),
        ("[9223372036854775808]", 1, 2, NumberRange),
        ("-9223372036854775809", 1, 1, NumberRange),
        ("[1e309]", 1, 2, NumberRange),
        ("-1.0e999999999999", 1, 1, NumberRange),
        (r#""\uD83D""#, 1, 2, LoneSurrogate),
        (r#""ab\uDE00""#, 1, 4, LoneSurrogate),
        (r#""\uD83D\uD83D\uDE00""#, 1, 2, LoneSurrogate),
        (r#""\uD83Dx""#, 1, 2, LoneSurrogate),
        (r#""\uD83D\n""#, 1, 2, LoneSurrogate),
        (r#""\uDE00\uD83D""#, 1, 2, LoneSurrogate),
        (r#""\uD83D\u0041""#, 1, 2, LoneSurrogate),
    ] {
        assert_eq!(refused(text), (line, column, problem.clone()), "{text:?}");
        assert!(!problem.is_syntax(), "{problem:?}");
    }
    assert!(read(r#"{"a":{"a":1},"A":[{"a":1},{"a":1}]}"#).is_ok(), "one name in two objects is no duplicate");
}

/// SEC-142: only well-formed UTF-8, and no byte-order mark.
#[test]
fn sec_142_bytes_must_be_utf8() {
    let mark = (1, 1, Problem::ByteOrderMark);
    assert_eq!(refused("\u{FEFF}{}"), mark);
    assert_eq!(refused("\u{FEFF}"), mark);
    for (bytes, line, column) in [
        (&b"\xFF\xFE{\0}\0"[..], 1, 1),
        (b"\"\xC0\xAF\"", 1, 2),
        (b"\"\xE5\xBC\xA0\xE0\x80\xAF\"", 1, 3),
        (b"[1,\n\"\xED\xA0\x80\"]", 2, 2),
        (b"\"\xF4\x90\x80\x80\"", 1, 2),
        (b"\"ab\x80\"", 1, 4),
        (b"{}\n\xE5\xBC", 2, 1),
    ] {
        assert_eq!(refused(bytes), (line, column, Problem::NotUtf8), "{bytes:x?}");
    }
    assert!(Problem::NotUtf8.is_syntax() && Problem::ByteOrderMark.is_syntax());
}

#[test]
fn depth_is_limited() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&nested(32)).is_ok());
    assert_eq!(refused(nested(33)), (1, 33, Problem::TooDeep));
    assert_eq!(refused("{\"a\":".repeat(1_000_000)), (1, 161, Problem::TooDeep));
    let none = Limits { max_depth: 0, max_members: 0 };
    assert!(parse(b"7", none).is_ok());
    assert_eq!(parse(b"{}", none).unwrap_err().problem, Problem::TooDeep);
    assert!(!Problem::TooDeep.is_syntax());
}

#[test]
fn members_of_the_whole_document_are_limited() {
    let limits = Limits { max_depth: 3, max_members: 4 };
    assert!(parse(br#"{"a":[1,2],"b":3}"#, limits).is_ok());
    let error = parse(br#"{"a":[1,2],"b":[3]}"#, limits).unwrap_err();
    assert_eq!((error.line, error.column, error.problem), (1, 17, Problem::TooManyMembers));
    let error = parse(br#"[1,2,3,{"a":4}]"#, limits).unwrap_err();
    assert_eq!((error.line, error.column, error.problem), (1, 9, Problem::TooManyMembers));
    assert!(!Problem::TooManyMembers.is_syntax());
}

#[test]
fn a_duplicate_among_ten_thousand_is_found() {
    let prefix = "n".repeat(100);
    let mut names: Vec<String> = (0..10_000).map(|number| format!("{prefix}{number}")).collect();
    let document = |names: &[String]| {
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
        format!("{{{}}}", members.join(",\n"))
    };
    assert!(read(&document(&names)).is_ok());
    names[9_999] = names[3].clone();
    assert_eq!(refused(document(&names)), (10_000, 1, duplicate(&names[3])));
}

#[test]
fn messages_say_what_and_where_without_hidden_characters() {
    let message = |text: &str| read(text).unwrap_err().to_string();
    assert_eq!(message("[1,\n x]"), "unexpected character `x` at line 2, column 2");
    assert_eq!(message("\u{202E}"), "unexpected character `\u{FFFD}` at line 1, column 1");
    let name = "张".repeat(65);
    let repeated = format!("{{\"{name}\":1,\"{name}\":1}}");
    assert_eq!(message(&repeated), format!("duplicate member `{}…` at line 1, column 72", "张".repeat(64)));
}

/// SEC-146: what debugging prints holds no text of the document.
#[test]
fn sec_146_debug_shows_no_text() {
    let shown = format!("{:?}", read(r#"{"password":["swordfish",1,1.5,true,null]}"#).unwrap());
    assert!(shown.contains("password") && shown.contains("Integer(1)"), "{shown}");
    assert!(!shown.contains("swordfish"), "{shown}");
}
