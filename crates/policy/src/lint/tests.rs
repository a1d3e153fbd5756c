use super::*;
use crate::{
    document::Purpose,
    grammar::{self, Flavour},
};

fn warnings(statement: &str) -> Vec<String> {
    let flavour = if statement.contains("permission") { Flavour::Acl } else { Flavour::Native };
    let text = match flavour {
        Flavour::Acl => format!(r#"{{"accessControlList":[{{{statement}}}]}}"#),
        _ => format!(r#"{{"Version":"2012-10-17","Statement":{{{statement}}}}}"#),
    };
    let document = grammar::parse(&text, flavour, Purpose::Identity).unwrap();
    let of = |warning: &Warning| {
        assert_eq!(warning.statement, 1);
        assert!(warning.to_string().starts_with("statement 1: "));
        warning.what.to_string()
    };
    lint(&document, &Catalogue::built_in()).iter().map(of).collect()
}

fn one(statement: &str) -> String {
    let mut warnings = warnings(statement);
    assert_eq!(warnings.len(), 1, "{statement}: {warnings:?}");
    warnings.remove(0)
}

#[test]
fn what_is_usual_is_not_odd() {
    for good in [
        r#""Effect":"Allow","Action":"bos:GetObject","Resource":"crn:bos:::photos/*""#,
        r#""Effect":"Allow","Action":["bos:Get*","bos:READ"],"Resource":"*""#,
        r#""Effect":"Deny","Action":"*","Resource":"*""#,
        r#""Effect":"Allow","Action":"*","Resource":"crn:anything:::*""#,
        r#""Effect":"Allow","NotAction":"iam:*","Resource":"*""#,
        r#""Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/x""#,
        r#""Effect":"Allow","Action":"bos:ListBuckets","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
        r#""Effect":"Allow","Action":"bos:GetObject","Resource":"crn:bos:::${aws:username}/*""#,
        r#""Effect":"Deny","Action":"bos:GetObject","NotResource":"crn:bos:::${aws:username}/*""#,
        r#""Effect":"Deny","Action":"bos:*","Resource":"crn:bos:::${aws:username, 'x'}/*""#,
        r#""Effect":"Deny","Action":"bos:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalTag/a":"${aws:username}"}}"#,
        r#""Effect":"Deny","Action":"bos:*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
        r#""Effect":"Allow","Action":"bos:*","Resource":"*","Condition":{"StringEquals":{"bos:prefix":"a","aws:ResourceTag/x":"y"}}"#,
        r#""effect":"Allow","service":"bos","region":"*","resource":["a/*"],"permission":["READ","GetObject*"]"#,
        r#""effect":"Allow","service":"*","region":"*","resource":["*"],"permission":["READ"],"condition":{"saml:aud":"a"}"#,
    ] {
        assert_eq!(warnings(good), [""; 0], "{good}");
    }
}

#[test]
fn names_that_the_catalogue_does_not_know() {
    let action = |action: &str| one(&format!(r#""Effect":"Allow","Action":"{action}","Resource":"*""#));
    assert_eq!(action("boss:GetObject"), "the catalogue has no service `boss`; did you mean `bos`?");
    assert_eq!(action("s3:GetObject"), "the catalogue has no service `s3`");
    assert_eq!(action("bos:GetObjct"), "the catalogue has no action `bos:GetObjct`; did you mean `bos:GetObject`?");
    assert_eq!(action("bos:Fly"), "the catalogue has no action `bos:Fly`");
    assert_eq!(action("bos:Fly*"), "no action of the catalogue is like `bos:Fly*`");
    let key = |key: &str| {
        one(&format!(
            r#""Effect":"Allow","Action":"bos:GetObject","Resource":"*","Condition":{{"StringEquals":{{"{key}":"x"}}}}"#
        ))
    };
    assert_eq!(key("aws:usernam"), "no request has the condition key `aws:usernam`; did you mean `aws:UserName`?");
    assert_eq!(key("bos:prefx"), "no request has the condition key `bos:prefx`; did you mean `bos:prefix`?");
    assert_eq!(key("xyzzy"), "no request has the condition key `xyzzy`");
    assert_eq!(
        one(r#""effect":"Allow","service":"bos","region":"*","resource":["*"],"permission":["GetObjct"]"#),
        "the catalogue has no action `bos:GetObjct`; did you mean `bos:GetObject`?"
    );
}

#[test]
fn actions_and_resources_that_do_not_meet() {
    assert_eq!(
        one(r#""Effect":"Allow","Action":"bos:GetObject","Resource":"crn:iam:::user/x""#),
        "none of the actions is done to resources of the service `iam`"
    );
    assert_eq!(
        one(r#""Effect":"Allow","Action":["bos:GetObject","bos:ListBuckets"],"Resource":"crn:bos:::photos/*""#),
        "`bos:ListBuckets` is done to no resource in particular: only the resource `*` covers it"
    );
}

/// SEC-086 and what decision 0007 gave up for it: the checker warns.
#[test]
fn sec_086_a_deny_that_a_missing_value_undoes() {
    let hint = "has no value this denies nothing; give it a default, `${key, 'text'}`";
    assert_eq!(
        one(r#""Effect":"Deny","Action":"bos:*","Resource":"crn:bos:::${aws:username}/*""#),
        format!("where a variable in `${{aws:username}}/*` {hint}")
    );
    assert_eq!(
        one(
            r#""Effect":"Deny","Action":"bos:*","Resource":"*","Condition":{"StringLike":{"bos:prefix":"${aws:username}"}}"#
        ),
        format!("where a variable in `${{aws:username}}` {hint}")
    );
}

#[test]
fn conditions_that_pass_without_their_key() {
    assert_eq!(
        one(
            r#""Effect":"Allow","Action":"bos:*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/secret":"yes"}}"#
        ),
        "a request without `aws:ResourceTag/secret` passes `StringNotEquals`; ask with `Null` or `IfExists` what you mean"
    );
    assert_eq!(
        one(
            r#""Effect":"Deny","Action":"bos:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#
        ),
        "a request without `aws:MultiFactorAuthPresent` passes `Bool`; ask with `Null` or `IfExists` what you mean"
    );
    assert_eq!(
        one(
            r#""Effect":"Allow","Action":"bos:*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#
        ),
        "a request without `aws:TagKeys` passes `StringEquals`; ask with `Null` or `IfExists` what you mean"
    );
    let asked = r#""Effect":"Allow","Action":"bos:*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/s":"yes"},"Null":{"aws:ResourceTag/s":"false"}}"#;
    assert_eq!(warnings(asked), [""; 0]);
}

#[test]
fn all_and_nothing() {
    assert_eq!(one(r#""Effect":"Allow","Action":"*","Resource":"*""#), "this allows everything there is");
    assert_eq!(
        one(r#""effect":"Allow","service":"*","region":"*","resource":["*"],"permission":["FULL_CONTROL"]"#),
        "this allows everything there is"
    );
    for (statement, part) in [
        (r#""Effect":"Deny","NotAction":["bos:GetObject","*"],"Resource":"*""#, "its `NotAction`"),
        (r#""Effect":"Deny","Action":"bos:GetObject","NotResource":["*"]"#, "its `NotResource`"),
        (
            r#""Effect":"Allow","Action":"bos:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:username":[]}}"#,
            "its conditions",
        ),
        (
            r#""Effect":"Allow","Action":"bos:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:username":"a"},"Null":{"volc:UserName":true}}"#,
            "its conditions",
        ),
    ] {
        assert_eq!(one(statement), format!("this matches nothing, because of {part}"), "{statement}");
    }
}
