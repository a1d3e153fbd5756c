use super::*;
use crate::{
    document::Purpose,
    grammar::{Flavour, parse},
};

fn english(text: &str, flavour: Flavour, purpose: Purpose) -> Vec<String> {
    let document = parse(text, flavour, purpose).unwrap();
    describe(&document, &Catalogue::built_in()).iter().map(Sentence::to_string).collect()
}

fn statement(inside: &str) -> String {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":{{{inside}}}}}"#);
    english(&text, Flavour::Native, Purpose::Identity).remove(0)
}

#[test]
fn statements_are_sentences() {
    for (inside, wanted) in [
        (r#""Effect":"Allow","Action":"*","Resource":"*""#, "Allows everything on everything."),
        (
            r#""Effect":"Deny","NotAction":"iam:*","NotResource":"crn:bos:*:*:*""#,
            "Denies everything but everything in IAM on everything but everything of Bos.",
        ),
        (
            r#""Effect":"Allow","Action":["bos:GetObject","sts:GetCallerIdentity","bos:putobject","BOS:GetObject"],"Resource":["crn:bos:::a/b","arn:aws:x:::y"]"#,
            "Allows bos:GetObject and bos:PutObject and sts:GetCallerIdentity on object `crn:bos:::a/b` and `arn:aws:x:::y`.",
        ),
        (
            r#""Effect":"Allow","Action":"bos:Get*","Resource":"crn:iam::1:user/a*","Condition":{"Null":{"aws:SourceIp":"false"},"ForAllValues:StringNotLikeIfExists":{"aws:TagKeys":["a","b"]},"DateLessThan":{"aws:CurrentTime":"2026-01-01"}}"#,
            "Allows bos:Get* on user `crn:iam::1:user/a*`, if `aws:SourceIp` is there and each value of `aws:TagKeys` is not like a or b where it is there and `aws:CurrentTime` is before 2026-01-01.",
        ),
    ] {
        assert_eq!(statement(inside), wanted);
    }
}

#[test]
fn entries_are_sentences() {
    let text = r#"{"accessControlList":[
        {"service":"bce:bos","region":"bj","effect":"Allow","resource":["b/*"],"permission":["READ","LIST"]},
        {"service":"*","region":"*","effect":"Deny","resource":["*"],"permission":["OPERATE"]},
        {"service":"fc","region":"*","effect":"Allow","notResource":["*"],"permission":["INVOKE","FULL_CONTROL","Get*"]}]}"#;
    let wanted = [
        "Allows reading and listing in Bos and listing in Bos on object `b/*`.",
        "Denies reading, listing and changing in all services on everything.",
        "Allows fc:InvokeFunction and fc:InvokeFunctionAsync, everything in Fc and fc:Get* on everything but everything.",
    ];
    assert_eq!(english(text, Flavour::Acl, Purpose::Identity), wanted);
}

#[test]
fn trust_documents_say_whom_they_trust() {
    let text = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::1:user/a","arn:aws:iam::2:root"],"Service":"fc"},"Action":"sts:AssumeRole"}]}"#;
    let wanted = ["Allows user a of account 1, account 2 and service fc sts:AssumeRole."];
    assert_eq!(english(text, Flavour::Native, Purpose::Trust), wanted);
}

#[test]
fn all_actions_of_some_levels_are_said_by_them() {
    let catalogue = Catalogue::built_in();
    let bos = catalogue.service("bos").unwrap();
    let of = |levels: &[Level]| -> Vec<&str> {
        bos.actions.iter().filter(|action| levels.contains(&action.level)).map(|action| action.name.as_str()).collect()
    };
    let names = of(&[Level::Read, Level::List]);
    assert_eq!(levels_of(bos, &names), Some(vec![Level::Read, Level::List]));
    assert_eq!(levels_of(bos, &names[1..]), None);
    assert_eq!(levels_of(bos, &[]), None);
    assert_eq!(levels_of(bos, &["Fly"]), None);
    let list: Vec<String> = names.iter().map(|name| format!("\"bos:{name}\"")).collect();
    let said = statement(&format!(r#""Effect":"Allow","Action":[{}],"Resource":"*""#, list.join(",")));
    assert_eq!(said, "Allows reading and listing in Bos on everything.");
}

#[test]
fn long_lists_are_counted() {
    let list: Vec<String> = (0..9).map(|number| format!("\"shop:A{number}\"")).collect();
    let said = statement(&format!(r#""Effect":"Allow","Action":[{}],"Resource":"*""#, list.join(",")));
    assert_eq!(said, "Allows shop:A0, shop:A1, shop:A2, shop:A3, shop:A4 and 4 more on everything.");
}
