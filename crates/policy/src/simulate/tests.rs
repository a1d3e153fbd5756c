use super::*;

const READS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"reads","Effect":"Allow","Action":"bos:Get*","Resource":"*"},
    {"Effect":"Deny","Action":"bos:*","Resource":"crn:bos:::secret/*"}]}"#;

/// The answer to a case with these policies, and a request by alice for an object, with these members beside.
fn of(policies: &str, object: &str, rest: &str) -> String {
    let request = format!(
        r#""principal":"arn:aws:iam::123456789012:user/alice","action":"bos:GetObject","resource":"crn:bos:::{object}"{rest}"#
    );
    let line = format!(r#"{{"id":7,"policies":{{{policies}}},"request":{{{request}}}}}"#);
    answer(&line.replace('\n', " "), &Catalogue::built_in())
}

#[test]
fn it_decides_and_says_by_what() {
    let identity = format!(r#""identity":[{READS}]"#);
    assert_eq!(
        of(&identity, "photos/cat", ""),
        r#"{"id":7,"decision":"allow","statements":[{"policy":"identity[0]","statement":"reads"}]}"#
    );
    assert_eq!(
        of(&identity, "secret/cat", ""),
        r##"{"id":7,"decision":"explicit_deny","statements":[{"policy":"identity[0]","statement":"#2"}]}"##
    );
    assert_eq!(of(r#""identity":[]"#, "x", ""), r#"{"id":7,"decision":"implicit_deny","statements":[]}"#);
    assert_eq!(of(&format!("{identity},\"boundary\":null,\"session\":null"), "x", ""), of(&identity, "x", ""));
    let list = r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["READ"],"effect":"Allow"}]}"#;
    let all = format!(r#"{identity},"boundary":{list},"session":[{list},{list}]"#);
    assert_eq!(
        of(&all, "x", ""),
        concat!(
            r##"{"id":7,"decision":"allow","statements":[{"policy":"identity[0]","statement":"reads"},"##,
            r##"{"policy":"boundary","statement":"#1"},{"policy":"session[0]","statement":"#1"},"##,
            r##"{"policy":"session[1]","statement":"#1"}]}"##
        )
    );
    assert_eq!(
        of(&identity, "x", r#","resource_account":"210987654321""#),
        r#"{"id":7,"decision":"implicit_deny","statements":[]}"#
    );
    assert_eq!(of(&identity, "x", r#","resource_account":null,"context":{}"#), of(&identity, "x", ""));
}

#[test]
fn a_document_stands_as_it_is_or_as_text() {
    let text = Json::text(READS).line();
    assert_eq!(
        of(&format!(r#""identity":[{text}]"#), "secret/x", ""),
        of(&format!(r#""identity":[{READS}]"#), "secret/x", "")
    );
    let bare = r#"[{"effect":"allow","action":["bos:Get*"],"resource":["crn:bos:::${aws:username}/*"]}]"#;
    let context = r#","context":{"volc:UserName":"alice"}"#;
    assert_eq!(
        of(&format!(r#""identity":[{bare}]"#), "alice/x", context),
        r##"{"id":7,"decision":"allow","statements":[{"policy":"identity[0]","statement":"#1"}]}"##
    );
    let wrong = format!(r#""identity":[{},{}]"#, Json::text(READS).line(), Json::text("{\n  \"Statment\": []}").line());
    assert_eq!(
        of(&wrong, "x", ""),
        r#"{"id":7,"error":"identity[1]: line 2, column 3: unknown member `Statment`; did you mean `Statement`?"}"#
    );
    assert_eq!(
        of(r#""identity":[],"session":{"Statement":7}"#, "x", ""),
        r#"{"id":7,"error":"session: line 1, column 58: `Statement` must be a list of objects, not a number"}"#
    );
}

#[test]
fn who_may_ask() {
    let asks = |principal: &str| {
        let line = format!(
            r#"{{"policies":{{"identity":[]}},"request":{{"principal":"{principal}","action":"a:b","resource":"*"}}}}"#
        );
        answer(&line, &Catalogue::built_in())
    };
    for root in ["123456789012", "arn:aws:iam::123456789012:root", "trn:iam::123456789012:root"] {
        assert_eq!(asks(root), r#"{"id":null,"decision":"allow","statements":[]}"#, "{root}");
    }
    for other in [
        "crn:iam::123456789012:user/a/b",
        "arn:aws-cn:iam::123456789012:role/r",
        "arn:aws:sts::123456789012:assumed-role/r/s",
        "arn:aws:iam::123456789012:user/root",
    ] {
        assert_eq!(asks(other), r#"{"id":null,"decision":"implicit_deny","statements":[]}"#, "{other}");
    }
    for nobody in [
        "*",
        "",
        "alice",
        "1234",
        "arn:aws:iam::123456789012:",
        "arn:aws:iam::123456789012:user/",
        "arn:aws:iam::123456789012:group/g",
        "arn:aws:iam:bj:123456789012:root",
        "arn:aws:iam::12:root",
        "arn:aws:sts::123456789012:assumed-role/r",
        "arn:aws:s3::123456789012:root",
    ] {
        assert!(asks(nobody).starts_with(r#"{"id":null,"error":"principal: "#), "{nobody}");
    }
}

#[test]
fn what_is_no_case() {
    let request = r#""principal":"123456789012","action":"a:b","resource":"*""#;
    for (line, wrong) in [
        ("", "line 1, column 1: unexpected end"),
        ("{} {}", "line 1, column 4: trailing data"),
        ("[]", "line 1, column 1: a case must be an object, not a list"),
        (r#"{"id":1,"polices":[]}"#, "line 1, column 9: unknown member `polices`; did you mean `policies`?"),
        (r#"{"policies":{}}"#, "`request` is missing"),
        (r#"{"policies":{},"request":{}}"#, "`resource` is missing"),
        (r#"{"policies":{"identity":{}},"request":{REQUEST}}"#, "`identity` must be a list of documents"),
        (r#"{"policies":{"resource":[]},"request":{REQUEST}}"#, "line 1, column 14: unknown member `resource`"),
        (r#"{"policies":{},"request":{REQUEST,"when":1}}"#, "line 1, column 84: unknown member `when`"),
        (r#"{"policies":{},"request":{REQUEST,"context":{"a":1}}}"#, "context: `a` must be text or a list of texts"),
        (
            r#"{"policies":{},"request":{REQUEST,"context":{"aws:SourceIp":"a","volc:sourceip":"b"}}}"#,
            "context: `volc:sourceip` is there twice",
        ),
        (
            r#"{"policies":{},"request":{"principal":"123456789012","action":"a:*","resource":"*"}}"#,
            "action: `a:*` is not of the form `service:Name`",
        ),
        (
            r#"{"policies":{},"request":{"principal":"123456789012","action":"a:b","resource":"b"}}"#,
            "resource: `b` is not one, nor `*`",
        ),
    ] {
        let line = line.replace("REQUEST", request);
        let answer = answer(&line, &Catalogue::built_in());
        assert!(answer.ends_with(&format!("\"error\":{}}}", Json::text(wrong).line())), "{line}\n{answer}");
    }
}

#[test]
fn any_id_comes_back() {
    for id in ["null", "1", "-1.5", "\"a\\n\"", "[1,{\"a\":true}]", "{\"b\":[]}"] {
        let answer = answer(&format!(r#"{{"id":{id}}}"#), &Catalogue::built_in());
        assert_eq!(answer, format!(r#"{{"id":{id},"error":"`policies` is missing"}}"#));
    }
}
