use super::*;

fn checked(text: &str, purpose: Purpose) -> Vec<(u32, u32, u32, String)> {
    let found = check(text, None, purpose, &Catalogue::built_in()).diagnostics;
    found.iter().map(|found| (found.line, found.column, found.length, found.to_string())).collect()
}

fn owned(rows: &[(u32, u32, u32, &str)]) -> Vec<(u32, u32, u32, String)> {
    rows.iter().map(|&(line, column, length, text)| (line, column, length, text.to_owned())).collect()
}

#[test]
fn all_that_is_wrong_with_statements_is_told_at_once() {
    let text = r#"{
 "Version": "2012-10-71",
 "Statement": [
  {"Effect": "Alow", "Action": ["bos:GetObject", "bos", "b*:x"], "Resource": ["*", "bucket"],
   "Condition": {"StringEqual": {"a": "b"}, "NumericEquals": {"k": ["1", "x"]}}},
  {"Sid": "a", "Effect": "Deny", "Actoin": "bos", "Resource": 7, "Principal": "*"},
  {"Effect": "Deny", "Resource": "*"}
 ]
}"#;
    let wanted = owned(&[
        (2, 13, 12, "unknown version `2012-10-71`; did you mean `2012-10-17`?"),
        (4, 14, 6, "unknown effect `Alow`; did you mean `Allow`?"),
        (4, 50, 5, "`bos` is not an action; write `service:Name`, as `bos:GetObject`, or `*` for every action"),
        (4, 57, 6, "`b*:x` is not an action; wildcards stand in the name only; name each service"),
        (
            4,
            84,
            8,
            "`bucket` is not a resource; write `crn:<service>:<region>:<account>:<path>`, or `*` for everything",
        ),
        (5, 18, 13, "unknown condition operator `StringEqual`; did you mean `StringEquals`?"),
        (5, 74, 3, "value `x` of `NumericEquals`: is not a number: write digits, with sign and fraction as needed"),
        (6, 34, 8, "unknown member `Actoin`; did you mean `Action`?"),
        (6, 44, 5, "`bos` is not an action; write `service:Name`, as `bos:GetObject`, or `*` for every action"),
        (6, 63, 1, "`Resource` must be text or a list of texts, not a number"),
        (
            6,
            66,
            11,
            "`Principal` cannot stand in an identity's policy; it is about those whom it is attached to; leave it out",
        ),
        (7, 3, 1, "`Action` is missing"),
    ]);
    assert_eq!(checked(text, Purpose::Identity), wanted);
}

#[test]
fn all_that_is_wrong_with_entries_is_told_at_once() {
    let text = r#"{"accessControlList": [
  {"service": "b*", "region": 1, "resource": ["a", 2], "permission": ["READ", "a:b"], "effect": "Alow",
   "condition": {"ipAddress": ["10.0.0.0/8", "x"], "Time": 1, "currentTime": {"dateLess": "x"}}},
  {"service": "bos", "region": "bj", "permission": ["READ"], "effect": "Allow"},
  7
]}"#;
    let found = checked(text, Purpose::Identity);
    let places: Vec<_> = found.iter().map(|(line, column, length, _)| (*line, *column, *length)).collect();
    let wanted = [
        (2, 15, 4),
        (2, 31, 1),
        (2, 52, 1),
        (2, 79, 5),
        (2, 97, 6),
        (3, 46, 3),
        (3, 52, 6),
        (3, 79, 10),
        (4, 3, 1),
        (5, 3, 1),
    ];
    assert_eq!(places, wanted, "{found:#?}");
}

#[test]
fn what_is_no_json_has_its_one_fault() {
    assert_eq!(checked("{\"Statement\": [}", Purpose::Identity), owned(&[(1, 16, 1, "unexpected character `}`")]));
    assert_eq!(checked("{\n", Purpose::Identity), owned(&[(2, 1, 0, "unexpected end")]));
    assert_eq!(checked("7", Purpose::Trust), owned(&[(1, 1, 1, "a document must be an object, not a number")]));
}

#[test]
fn what_is_odd_is_told_where_nothing_is_wrong() {
    let text = r#"{"Statement":{"Effect":"Allow","Action":["bos:Fly","bos:GetObject"],"Resource":"*"}}"#;
    let found = check(text, None, Purpose::Identity, &Catalogue::built_in());
    assert!(found.document.is_some());
    let [only] = found.diagnostics.as_slice() else { panic!("{found:?}") };
    assert_eq!((only.severity, only.column, only.length, only.code()), (Severity::Warning, 42, 9, "odd_action"));
    assert_eq!(only.parts(), [("name", "bos:Fly".to_owned())]);
}

#[test]
fn parts_say_in_words_of_every_language_what_the_sentence_says() {
    let found = check(r#"{"Statement":[{"Effect":1}]}"#, None, Purpose::Identity, &Catalogue::built_in()).diagnostics;
    let own = |parts: &[(&'static str, &str)]| -> Vec<_> { parts.iter().map(|(n, t)| (*n, (*t).to_owned())).collect() };
    let wrong = found.iter().find(|found| found.code() == "wrong_type").unwrap();
    assert_eq!(wrong.parts(), own(&[("thing", "member"), ("name", "Effect"), ("wanted", "text"), ("found", "number")]));
    assert_eq!(found.iter().filter(|found| found.code() == "missing").count(), 2, "{found:?}");
}
