use super::*;

/// Completes where `|` stands; gives what is replaced and the candidates.
fn at(marked: &str, purpose: Purpose) -> (String, Vec<String>) {
    let (before, behind) = marked.split_once('|').unwrap();
    let text = format!("{before}{behind}");
    let line = before.rsplit('\n').next().unwrap();
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap();
    let cursor = Cursor { line: u32::try_from(before.matches('\n').count()).unwrap() + 1, column: count(line) + 1 };
    let Some(found) = complete(&text, cursor, None, purpose, &Catalogue::built_in()) else {
        return (String::new(), Vec::new());
    };
    let line = text.split('\n').nth(found.line as usize - 1).unwrap();
    let replaced = line.chars().skip(found.column as usize - 1).take(found.length as usize).collect();
    (replaced, found.candidates.into_iter().map(|candidate| candidate.insert).collect())
}

fn identity(marked: &str) -> Vec<String> {
    at(marked, Purpose::Identity).1
}

#[test]
fn members_that_are_not_there_yet() {
    assert_eq!(identity(r"{|}"), ["\"Version\": ", "\"Id\": ", "\"Statement\": "]);
    assert_eq!(identity(r#"{"Version":"2012-10-17", "|"}"#), ["Id", "Statement"]);
    assert_eq!(
        identity(r#"{"Statement":[{"Effect":"Allow","Action":"*",|"#),
        ["\"Sid\": ", "\"Resource\": ", "\"NotResource\": ", "\"Condition\": "]
    );
    assert_eq!(identity(r#"{"Statement":{"Act|": 1}}"#), ["Action", "NotAction"]);
    let trust = at(r#"{"Statement":{"|"}}"#, Purpose::Trust).1;
    assert_eq!(trust, ["Sid", "Effect", "Principal", "Action", "Condition"]);
    assert_eq!(
        identity(r#"{"accessControlList":[{"service":"bos","resource":"*","|"}]}"#),
        ["eid", "region", "permission", "effect", "condition"]
    );
}

#[test]
fn actions_come_after_their_service() {
    let (replaced, found) = at(r#"{"Statement":[{"Action":["iam:*", "bo|s:x"]}]}"#, Purpose::Identity);
    assert_eq!((replaced.as_str(), found.first().map(String::as_str)), ("bos:x", Some("bos:")));
    let found = identity(r#"{"Statement":[{"Action":"bos:GetO|"#);
    assert_eq!(found, ["bos:GetObject\"", "bos:GetObjectAcl\"", "bos:GetObjectMeta\""], "whatever lacks is written");
    assert!(
        identity(r#"{"Statement":[{"Action":"assume|"}]}"#).contains(&"sts:AssumeRole".to_owned()),
        "in all services"
    );
    assert_eq!(identity(r#"{"Statement":[{"Action":"new:|"}]}"#), [""; 0]);
    let found = at(r#"{"Statement":[{"Action":|}]}"#, Purpose::Trust).1;
    assert_eq!(found.first().map(String::as_str), Some("\"sts:AssumeRole\""));
}

#[test]
fn resources_are_those_of_the_actions() {
    let text = r#"{"Statement":[{"Action":"iam:*"},{"Resource":"|","Action":["bos:GetObject"]}]}"#;
    assert_eq!(identity(text), ["*", "crn:bos:*:*:*/*"]);
    let text = r#"{"accessControlList":[{"resource":["|"],"service":"bce:bos"}]}"#;
    assert_eq!(identity(text), ["*", "*/*"]);
}

#[test]
fn conditions_by_operator_and_key() {
    assert!(identity(r#"{"Statement":{"Condition":{"|"}}}"#).contains(&"IpAddress".to_owned()));
    let found = identity(r#"{"Statement":{"Condition":{"StringEq|"}}}"#);
    assert_eq!(found[..3], ["StringEquals", "StringEqualsIgnoreCase", "StringEqualsIfExists"]);
    assert_eq!(identity(r#"{"Statement":{"Condition":{"IpAddress":{"|"}}}}"#), ["claviger:SourceIp"]);
    assert_eq!(identity(r#"{"Statement":{"Condition":{"Bool":{"x":"|"}}}}"#), ["true", "false"]);
    let found = identity(r#"{"Statement":{"Condition":{"StringEquals":{"bos:pre|"}},"Action":"bos:*"}}"#);
    assert_eq!(found, ["bos:prefix"]);
    let text = r#"{"accessControlList":[{"condition":{"currentTime":{"dateLess|"}}}]}"#;
    assert_eq!(identity(text), ["dateLessThan", "dateLessThanEquals"]);
}

#[test]
fn words_without_quotes_get_them() {
    assert_eq!(at(r#"{"Statement":[{Eff|"#, Purpose::Identity), ("Eff".to_owned(), vec!["\"Effect\": ".to_owned()]));
    assert_eq!(identity("{\"Statement\":[{\"Effect\":|\n}]}"), ["\"Allow\"", "\"Deny\""]);
    assert_eq!(identity("{\"Statement\":[{\"Effect\":\"A|\n,\"Sid\":\"x\"}]}"), ["Allow\""]);
}

#[test]
fn nothing_is_offered_where_nothing_is_known() {
    for text in ["|", "7|", r#"{"x":|}"#, r#"{"Statement":[{"Sid":"|"}]}"#, r#"[[[[[[[[[[[[[["|"#] {
        assert_eq!(identity(text), [""; 0], "{text}");
    }
    let beyond = Cursor { line: 9, column: 9 };
    assert_eq!(complete("{}", beyond, None, Purpose::Identity, &Catalogue::built_in()), None);
}

#[test]
fn whatever_is_written_and_wherever_the_cursor_is() {
    let catalogue = Catalogue::built_in();
    let text =
        "{\"Statement\":[{\"Action\":[\"bos:G\\\"é\",张,\"],\"Condition\":{\"StringLike\":{\"a\":[1,{}]}}}\n]}]]";
    for flavour in Flavour::ALL {
        for line in 0..4 {
            for column in 0..100 {
                let _ = complete(text, Cursor { line, column }, Some(flavour), Purpose::Resource, &catalogue);
            }
        }
    }
}
