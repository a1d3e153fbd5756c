use std::sync::{Arc, LazyLock};

use base::{
    ids::UserId,
    json::{self, Limits},
};
use decide::{
    identity::Actor,
    snapshot::{Snapshot, System},
};

use super::*;

/// A question that lacks nothing, with members put over its own.
fn question(members: &str) -> String {
    let mut question = serde_json::json!({
        "principal": "crn:iam::123456789012:user/alice",
        "action": "bos:GetObject",
        "resource": "crn:bos:bj:123456789012:photos/cat.jpg",
    });
    let over: serde_json::Value = serde_json::from_str(members).unwrap();
    for (name, value) in over.as_object().unwrap() {
        question[name] = value.clone();
    }
    question.to_string()
}

/// Of a caller that asks about its own account, and of one that asks about all.
static REACHES: LazyLock<[Reach; 2]> = LazyLock::new(|| {
    let own = AccountId::parse("123456789012").unwrap();
    [Vec::new(), vec![own]].map(|services| {
        let system = System::new(Catalogue::built_in(), services.into_iter().collect());
        Reach::of(&Snapshot::new(Arc::new(system)), own)
    })
});

/// Reads a question of a caller that asks about its own account, and hands it on; or says what is wrong with it.
fn read<T>(text: &str, then: impl FnOnce(&Question<'_>) -> T) -> Result<T, String> {
    read_of(REACHES[0], text, then)
}

fn read_of<T>(reach: Reach, text: &str, then: impl FnOnce(&Question<'_>) -> T) -> Result<T, String> {
    let value = json::parse(text.as_bytes(), Limits::API).unwrap();
    let read = Question::read(&value, &Catalogue::built_in(), reach);
    read.map(|question| then(&question)).map_err(|fault| fault.to_json()["message"].as_str().unwrap().to_owned())
}

#[track_caller]
fn refused(cases: &[(&str, &str)]) {
    for (members, wanted) in cases {
        let found = read(&question(members), |_| ()).unwrap_err();
        assert_eq!(found, *wanted, "{members}");
    }
}

#[test]
fn all_members_are_read() {
    let members = r#"{
        "resource_account": "210987654321",
        "resource_tags": { "stage": "prod" },
        "source_address": "::ffff:192.0.2.7",
        "tls": true,
        "user_agent": "curl/8.5",
        "context": { "bos:prefix": "cats/", "claviger:TagKeys": ["stage", "team"], "aws:Referer": [] }
    }"#;
    read(&question(members), |question| {
        assert_eq!(question.owner.map(|owner| owner.to_string()).as_deref(), Some("210987654321"));
        assert_eq!(question.tags, [("stage".to_owned(), "prod".to_owned())]);
        assert_eq!(question.address, "192.0.2.7".parse().ok());
        assert_eq!((question.tls, question.agent), (Some(true), "curl/8.5"));
        let more: Vec<_> = question.more.iter().map(|(key, values)| (key.name(), values.join("|"))).collect();
        let wanted = [("referer", ""), ("bos:prefix", "cats/"), ("tagkeys", "stage|team")];
        assert_eq!(more, wanted.map(|(key, values)| (key, values.to_owned())));
    })
    .unwrap();
}

#[test]
fn the_owner_is_said_or_named_or_the_principals() {
    let owner = |reach: Reach, members: &str| {
        read_of(reach, &question(members), |question| {
            let who = identity::Who::unlimited(Actor::User(UserId::new(1).unwrap()));
            let account = AccountId::parse("999999999999").unwrap();
            let circumstances = question.circumstances(Timestamp::from_micros(0));
            question.about(who, account, &circumstances).resource.account.to_string()
        })
    };
    let [narrow, wide] = *REACHES;
    let unsaid = "`resource` does not name its account: say whose it is: `resource_account`";
    for (members, wanted) in [
        ("{}", "123456789012"),
        (r#"{"resource_account":"210987654321"}"#, "210987654321"),
        (r#"{"resource":"*"}"#, "999999999999"),
        (r#"{"resource":"*","resource_account":"210987654321"}"#, "210987654321"),
        (r#"{"resource":"arn:aws:s3:::b/k"}"#, unsaid),
        (r#"{"resource":"crn:bos:bj::b/k"}"#, unsaid),
        (r#"{"resource":"crn:bos:bj::b/k","resource_account":null}"#, unsaid),
        (r#"{"resource":"arn:aws:s3:::b/k","resource_account":"210987654321"}"#, "210987654321"),
        (r#"{"resource":"crn:x::aws:y","resource_account":"210987654321"}"#, "210987654321"),
    ] {
        let of_all = owner(wide, members);
        assert_eq!(of_all.as_deref().unwrap_or_else(|fault| fault), wanted, "{members}");
        let of_one = owner(narrow, members);
        assert_eq!(of_one.as_deref(), Ok(if wanted == unsaid { "999999999999" } else { wanted }), "{members}");
    }
    refused(&[
        (r#"{"resource_account":"12345"}"#, "`resource_account` must be an account's twelve digits"),
        (r#"{"resource_account":123456789012}"#, "`resource_account` must be text"),
        (
            r#"{"resource":"crn:x::aws:y"}"#,
            "`resource` does not name its account by twelve digits: say it in `resource_account`",
        ),
    ]);
}

/// Whoever misspells a member must not learn of it by being allowed.
#[test]
fn what_is_not_understood_is_refused() {
    refused(&[
        (r#"{"sourceaddress":"192.0.2.7"}"#, "there is no member `sourceaddress` here (line 1, column 126)"),
        (r#"{"principal":null}"#, "there must be one of `principal`, `signed_request` and `token`"),
        (r#"{"signed_request":{}}"#, "there must be one of `principal`, `signed_request` and `token`"),
        (
            r#"{"principal":"alice"}"#,
            "`principal` must be `crn:iam::<account>:root` or `crn:iam::<account>:user/<name>`, or an object with `id` or `access_key`",
        ),
        (r#"{"principal":7}"#, "`principal` must be an object"),
        (r#"{"principal":{}}"#, "`principal` must have either `id` or `access_key`"),
        (r#"{"principal":{"id":1,"access_key":"x"}}"#, "`principal` must have either `id` or `access_key`"),
        (r#"{"principal":{"id":"1"}}"#, "`id` must be a number, 0 or more"),
        (r#"{"principal":{"id":-1}}"#, "`id` must be a number, 0 or more"),
        (r#"{"principal":{"id":0}}"#, "`id` must be a principal's, as answers have it"),
        (r#"{"principal":{"id":9007199254740992}}"#, "`id` must be a principal's, as answers have it"),
        (r#"{"principal":{"access_key":7}}"#, "`access_key` must be text"),
        (r#"{"principal":{"accesskey":""}}"#, "there is no member `accesskey` here (line 1, column 40)"),
        (r#"{"action":null}"#, "`action` is missing"),
        (r#"{"action":""}"#, "`action` must be `<service>:<Name>`, without wildcards"),
        (r#"{"action":"GetObject"}"#, "`action` must be `<service>:<Name>`, without wildcards"),
        (r#"{"action":"bos:*"}"#, "`action` must be `<service>:<Name>`, without wildcards"),
        (r#"{"action":["bos:GetObject"]}"#, "`action` must be text"),
        (r#"{"resource":null}"#, "`resource` is missing"),
        (
            r#"{"resource":"photos/cat.jpg"}"#,
            "`resource` must be `*` or a name as `crn:<service>:<region>:<account>:<path>`",
        ),
        (r#"{"resource_tags":[]}"#, "`resource_tags` must be an object"),
        (r#"{"resource_tags":{"a":["b"]}}"#, "the tag `a` must be text"),
        (r#"{"source_address":"localhost"}"#, "`source_address` must be an IPv4 or IPv6 address"),
        (r#"{"source_address":"192.0.2.7/24"}"#, "`source_address` must be an IPv4 or IPv6 address"),
        (r#"{"tls":"yes"}"#, "`tls` must be true or false"),
        (r#"{"user_agent":7}"#, "`user_agent` must be text"),
        (r#"{"context":[]}"#, "`context` must be an object"),
        (r#"{"context":{"bos:prefix":7}}"#, "the value of the key `bos:prefix` must be text or a list of texts"),
        (r#"{"context":{"bos:prefix":["a",7]}}"#, "the value of the key `bos:prefix` must be text or a list of texts"),
        (r#"{"context":{"aws:Referer":"a","Referer":"b"}}"#, "the key `aws:Referer` is there twice, in two spellings"),
        (r#"{"context":{"aws:UserAgent":"a"}}"#, "the key `aws:UserAgent` has a member of its own: `user_agent`"),
        (
            r#"{"context":{"ResourceTag/stage":"a"}}"#,
            "the key `ResourceTag/stage` has a member of its own: `resource_tags`",
        ),
        (
            r#"{"context":{"iam:ResourceTag/stage":"a"}}"#,
            "the key `iam:ResourceTag/stage` has a member of its own: `resource_tags`",
        ),
    ]);
    for (text, wanted) in [
        ("[]", "a question must be a JSON object"),
        ("\"x\"", "a question must be a JSON object"),
        ("{}", "there must be one of `principal`, `signed_request` and `token`"),
    ] {
        assert_eq!(read(text, |_| ()).unwrap_err(), wanted, "{text}");
    }
}

/// SEC-090: what only we know is not taken from elsewhere, however it is spelled.
#[test]
fn sec_090_reserved_keys_are_refused() {
    for name in [
        "CurrentTime",
        "EpochTime",
        "MultiFactorAuthAge",
        "MultiFactorAuthPresent",
        "PrincipalAccount",
        "PrincipalArn",
        "PrincipalTrn",
        "PrincipalType",
        "PrincipalTag/team",
        "SecureTransport",
        "SourceIp",
        "TokenIssueTime",
        "UserId",
        "UserName",
    ] {
        for prefix in ["", "aws:", "volc:", "claviger:", "AWS:"] {
            for key in [format!("{prefix}{name}"), format!("{prefix}{}", name.to_uppercase())] {
                let members = serde_json::json!({ "context": { &key: "x" } }).to_string();
                let wanted = format!("the key `{key}` is filled in here and not taken from elsewhere");
                assert_eq!(read(&question(&members), |_| ()), Err(wanted));
            }
        }
    }
}

#[test]
fn everything_has_a_limit() {
    let many = |what: &str| (0..=ENTRIES_MAX).map(|n| format!("\"{what}{n}\":\"\"")).collect::<Vec<_>>().join(",");
    let values = vec!["\"\""; ENTRIES_MAX + 1].join(",");
    for (members, wanted) in [
        (format!(r#"{{"action":"a:{}"}}"#, "b".repeat(ACTION_MAX - 1)), "`action` must have at most 256 bytes"),
        (
            format!(r#"{{"resource":"crn:a:::{}"}}"#, "b".repeat(RESOURCE_MAX)),
            "`resource` must have at most 2048 bytes",
        ),
        (format!(r#"{{"user_agent":"{}"}}"#, "b".repeat(TEXT_MAX + 1)), "`user_agent` must have at most 8192 bytes"),
        (format!(r#"{{"resource_tags":{{{}}}}}"#, many("t")), "`resource_tags` must hold at most 100 entries"),
        (format!(r#"{{"context":{{{}}}}}"#, many("a:")), "`context` must hold at most 100 entries"),
        (format!(r#"{{"context":{{"a:b":[{values}]}}}}"#), "`context` must hold at most 100 entries"),
        (
            format!(r#"{{"context":{{"a:b":"{}"}}}}"#, "b".repeat(TEXT_MAX + 1)),
            "`context` must have at most 8192 bytes",
        ),
    ] {
        assert_eq!(read(&question(&members), |_| ()), Err(wanted.to_owned()));
    }
    let long = format!(r#"{{"resource":"crn:a:::{}"}}"#, "b".repeat(RESOURCE_MAX - 8));
    assert_eq!(read(&question(&long), |_| ()), Ok(()));
}
