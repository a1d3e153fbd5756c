use super::*;
use crate::{
    catalogue::Catalogue,
    document::{Action, Condition, Effect, Partition, Principal, Quantifier, Resource},
};

fn refusal(text: &str, flavour: Flavour, purpose: Purpose) -> String {
    parse_new(text, flavour, purpose).expect_err(text).to_string()
}

/// Each statement is wrong where `^` stands, which is taken out.
fn assert_refused(flavour: Flavour, purpose: Purpose, cases: &[(&str, &str)]) {
    for (statement, expected) in cases {
        let document = match flavour {
            Flavour::Acl => format!("{{\"accessControlList\":[\n{statement}]}}"),
            _ => format!("{{\"Version\":\"2012-10-17\",\"Statement\":[\n{statement}]}}"),
        };
        let (before, _) = statement.split_once('^').expect(statement);
        let column = before.chars().count() + 1;
        let refusal = refusal(&document.replace('^', ""), flavour, purpose);
        assert_eq!(refusal, format!("line 2, column {column}: {expected}"), "{statement}");
    }
}

#[test]
fn words_and_flavours() {
    for flavour in Flavour::ALL {
        assert_eq!(Flavour::from_word(flavour.word()), Some(flavour));
    }
    assert_eq!(Flavour::from_word("Aws"), None);
    let detect = |text: &str| Flavour::detect(&json(text).unwrap());
    assert_eq!(detect(r#"{"accessControlList":1}"#), Flavour::Acl);
    for native in ["{}", "[]", "7", r#"{"Statement":[]}"#] {
        assert_eq!(detect(native), Flavour::Native);
    }
}

/// SEC-085: what a statement does not know is refused, with its place and how to mend it.
#[test]
fn sec_085_statements() {
    const REST: &str = r#""Effect":"Allow","Action":"a:B","Resource":"*""#;
    let cases: Vec<(String, &str)> = [
        (r#"{^"Actions":"*"}"#, "unknown member `Actions`; did you mean `Action`?"),
        (r#"{^"permission":["*"]}"#, "unknown member `permission`; a statement calls it `Action`"),
        (r#"{^"Xyz":1}"#, "unknown member `Xyz`"),
        ("^7", "a statement must be an object, not a number"),
        (r#"^{"Action":"*","Resource":"*"}"#, "`Effect` is missing"),
        (r#"^{"Effect":"Allow","Resource":"*"}"#, "`Action` is missing"),
        (r#"^{"Effect":"Allow","Action":"*"}"#, "`Resource` is missing"),
        (r#"^{REST,"NotAction":"a:b"}"#, "both `Action` and `NotAction`"),
        (r#"^{REST,"NotResource":"*"}"#, "both `Resource` and `NotResource`"),
        (
            r#"{REST,^"Principal":"*"}"#,
            "`Principal` cannot stand in an identity's policy; it is about those whom it is attached to; leave it out",
        ),
        (
            r#"{REST,^"NotPrincipal":"*"}"#,
            "`NotPrincipal` cannot stand in an identity's policy; it is about those whom it is attached to; leave it out",
        ),
        (r#"{"Effect":^"allow","Action":"*","Resource":"*"}"#, "unknown effect `allow`; did you mean `Allow`?"),
        (r#"{"Effect":^"Permit","Action":"*","Resource":"*"}"#, "unknown effect `Permit`; it is `Allow` or `Deny`"),
        (r#"{"Effect":^true,"Action":"*","Resource":"*"}"#, "`Effect` must be text, not true or false"),
        (r#"{"Effect":"Allow","Action":^[],"Resource":"*"}"#, "`Action` is empty"),
        (r#"{"Effect":"Allow","Action":"*","Resource":^[]}"#, "`Resource` is empty"),
        (
            r#"{"Effect":"Allow","Action":^null,"Resource":"*"}"#,
            "`Action` must be text or a list of texts, not null",
        ),
        (
            r#"{"Effect":"Allow","Action":["a:b",^7],"Resource":"*"}"#,
            "each of `Action` must be text, not a number",
        ),
        (
            r#"{"Effect":"Allow","Action":^"GetObject","Resource":"*"}"#,
            "`GetObject` is not an action; write `service:Name`, as `bos:GetObject`, or `*` for every action",
        ),
        (
            r#"{"Effect":"Allow","Action":["*",^"b*:Get"],"Resource":"*"}"#,
            "`b*:Get` is not an action; wildcards stand in the name only; name each service",
        ),
        (
            r#"{"Effect":"Allow","Action":^"a:","Resource":"*"}"#,
            "`a:` is not an action; write `service:Name`, as `bos:GetObject`",
        ),
        (
            r#"{"Effect":"Allow","Action":^"bce:bos:Get","Resource":"*"}"#,
            "`bce:bos:Get` is not an action; there is one colon, between service and name",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":^"bucket/*"}"#,
            "`bucket/*` is not a resource; write `crn:<service>:<region>:<account>:<path>`, or `*` for everything",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":^"*:aws:s3:::b"}"#,
            "`*:aws:s3:::b` is not a resource; write `crn:<service>:<region>:<account>:<path>`, or `*` for everything",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":["*",^"arn:aws:s3:b"]}"#,
            "`arn:aws:s3:b` is not a resource; write `arn:<partition>:<service>:<region>:<account>:<path>`, or `*` for everything",
        ),
        (
            r#"{"Effect":"Allow","Action":"*","Resource":^"crn:s3::${aws:PrincipalAccount}:b"}"#,
            "a variable in `crn:s3::${aws:PrincipalAccount}:b` stands where none can; variables stand in the path, behind the account",
        ),
        (
            r#"{REST,"Condition":{^"StringEqual":{}}}"#,
            "unknown condition operator `StringEqual`; did you mean `StringEquals`?",
        ),
        (
            r#"{REST,"Condition":{^"ForAnyValue:StringLikeIfExist":{}}}"#,
            "unknown condition operator `ForAnyValue:StringLikeIfExist`",
        ),
        (
            r#"{REST,"Condition":{^"ForAnyValue:stringlike":{}}}"#,
            "unknown condition operator `ForAnyValue:stringlike`; did you mean `ForAnyValue:StringLike`?",
        ),
        (
            r#"{REST,"Condition":{^"NullIfExists":{}}}"#,
            "`NullIfExists` is not a condition operator; `Null` takes neither `IfExists` nor a set operator",
        ),
        (r#"{REST,"Condition":^[]}"#, "`Condition` must be an object, not a list"),
        (r#"{REST,"Condition":{"Bool":^true}}"#, "`Bool` must be an object, not true or false"),
        (
            r#"{REST,"Condition":{"Bool":{"a":[^{}]}}}"#,
            "the value of `a` must be text or a list of texts, not an object",
        ),
        (
            r#"{REST,"Condition":{"NumericLessThan":{"a":["1",^"two"]}}}"#,
            "value `two` of `NumericLessThan`: is not a number: write digits, with sign and fraction as needed",
        ),
        (r#"{REST,^"Effect":"Deny"}"#, "duplicate member `Effect`"),
    ]
    .map(|(statement, expected)| (statement.replace("REST", REST), expected))
    .into();
    let cases: Vec<(&str, &str)> = cases.iter().map(|(statement, expected)| (statement.as_str(), *expected)).collect();
    assert_refused(Flavour::Native, Purpose::Identity, &cases);
}

#[test]
fn sec_085_documents_as_a_whole() {
    for (text, expected) in [
        ("", "line 1, column 1: unexpected end"),
        ("{}", "line 1, column 1: `Statement` is missing"),
        ("7", "line 1, column 1: a document must be an object, not a number"),
        (r#"{"Statement":[]}"#, "line 1, column 14: `Statement` is empty"),
        ("[]", "line 1, column 1: `Statement` is empty"),
        (r#"{"Statement":7}"#, "line 1, column 14: `Statement` must be a list of objects, not a number"),
        (r#"{"statement":[]}"#, "line 1, column 2: unknown member `statement`; did you mean `Statement`?"),
        (
            r#"{"accessControlList":[]}"#,
            "line 1, column 2: unknown member `accessControlList`; this is an access-control list; its flavour is `acl`",
        ),
        (
            r#"{"Version":"2012-10-18","Statement":[]}"#,
            "line 1, column 12: unknown version `2012-10-18`; did you mean `2012-10-17`?",
        ),
        (
            r#"{"Version":"1","Statement":[]}"#,
            "line 1, column 12: unknown version `1`; the version of the language is `2012-10-17`",
        ),
        (r#"{"Version":1,"Statement":[]}"#, "line 1, column 12: `Version` must be text, not a number"),
        (
            r#"{"Statement":[{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"}]}"#,
            "line 1, column 78: `Sid` `a` is there twice; give each statement its own, or none",
        ),
        (
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"crn:a:::${b"}}"#,
            "line 1, column 78: in `crn:a:::${b`: the `${` at byte 8 begins no variable; there are `${key}`, `${key, 'default'}` and, for the characters themselves, `${*}`, `${?}` and `${$}`",
        ),
        (r#"{"Statement":[]} x"#, "line 1, column 18: trailing data"),
    ] {
        assert_eq!(refusal(text, Flavour::Native, Purpose::Identity), expected, "{text}");
    }
    assert_eq!(
        refusal(r#"{"Statement":[]}"#, Flavour::Acl, Purpose::Identity),
        "line 1, column 2: unknown member `Statement`; this is a document of statements; its flavour is not `acl`"
    );
    assert_eq!(
        refusal("[]", Flavour::Aws, Purpose::Identity),
        "line 1, column 1: a document must be an object, not a list"
    );
}

/// SEC-148, and §0 of the requirements: everything has a limit.
#[test]
fn sec_148_limits() {
    let refused = |text: &str| refusal(text, Flavour::Native, Purpose::Identity);
    let statement = r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#;
    let many = |count: usize| format!("[{}]", vec![statement; count].join(","));
    assert_eq!(parse(&many(100), Flavour::Native, Purpose::Identity).unwrap().statements.len(), 100);
    assert!(refused(&many(101)).ends_with("more than 100 statements"));
    let actions = |count: usize| {
        let actions = vec!["\"a:b\""; count].join(",");
        format!(r#"{{"Statement":{{"Effect":"Deny","Action":[{actions}],"Resource":"*"}}}}"#)
    };
    assert!(parse(&actions(100), Flavour::Native, Purpose::Identity).is_ok());
    assert!(refused(&actions(101)).ends_with("more than 100 texts in a list"));
    let repeated = |what: &str, count: usize| {
        let path = what.repeat(count);
        format!(
            r#"{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"crn:a:::{path}"}},"Version":"2012-10-17"}}"#
        )
    };
    for what in ["*a?", "*${x}", "${*}${?}", "${x, 'a'}${y}"] {
        assert!(parse(&repeated(what, 10), Flavour::Native, Purpose::Identity).is_ok(), "{what}");
        let refused = refused(&repeated(what, 11));
        assert!(refused.ends_with("more than 20 wildcards and variables in a pattern"), "{what}: {refused}");
    }
    assert!(parse(&repeated("${$}", 100), Flavour::Native, Purpose::Identity).is_ok());
    let long = |count: usize| {
        let id = "x".repeat(count);
        format!(r#"{{"Id":"{id}","Statement":[{statement}]}}"#)
    };
    let beside = long(0).len();
    assert!(parse(&long(MAX_BYTES - beside), Flavour::Native, Purpose::Identity).is_ok());
    let over = refused(&long(MAX_BYTES - beside + 1));
    assert_eq!(over, "line 1, column 1: more than 10240 bytes; spread it over several policies");
    let spread = long(MAX_BYTES - beside).replace("[{", &format!("[{}{{", " ".repeat(20_000)));
    assert!(parse(&spread, Flavour::Native, Purpose::Identity).is_ok());
    assert!(refused(&" ".repeat(MAX_TEXT_BYTES + 1)).contains("more than 65536 bytes"));
    assert!(refused(&format!("{}{}", "[".repeat(50), "]".repeat(50))).ends_with("nested too deep"));
}

#[test]
fn trust_documents_of_statements() {
    assert_refused(
        Flavour::Aws,
        Purpose::Trust,
        &[
            (r#"^{"Effect":"Allow","Action":"sts:AssumeRole"}"#, "`Principal` is missing"),
            (
                r#"{"Effect":"Allow",^"NotPrincipal":"*","Action":"sts:AssumeRole"}"#,
                "`NotPrincipal` cannot stand in a trust document; name those who are trusted in `Principal`",
            ),
            (
                r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole",^"Resource":"*"}"#,
                "`Resource` cannot stand in a trust document; a trust document is about its own role; leave it out",
            ),
            (
                r#"{"Effect":"Allow","Principal":"*",^"NotAction":"sts:AssumeRole"}"#,
                "`NotAction` cannot stand in a trust document; name what is allowed in `Action`, as `sts:AssumeRole`",
            ),
            (
                r#"{"Effect":"Allow","Principal":"*","Action":^"sts:*"}"#,
                "`sts:*` is not an action of a trust document; it allows `sts:AssumeRole…`, `sts:TagSession` and `sts:SetSourceIdentity`",
            ),
            (
                r#"{"Effect":"Allow","Principal":{^"CanonicalUser":"x"},"Action":"sts:AssumeRole"}"#,
                "unknown member `CanonicalUser`; name the account by its number, or the user by its ARN",
            ),
            (
                r#"{"Effect":"Allow","Principal":^"123456789012","Action":"sts:AssumeRole"}"#,
                "`Principal` must be `*` or an object, not text; write {\"AWS\": \"123456789012\"}",
            ),
            (
                r#"{"Effect":"Allow","Principal":{"AWS":^"arn:aws:iam::1:user/*"},"Action":"sts:AssumeRole"}"#,
                "`arn:aws:iam::1:user/*` is not a principal; no wildcards and variables: write an account's number, or `arn:<partition>:<service>:<region>:<account>:<path>` with `user/…` or `role/…`",
            ),
            (
                r#"{"Effect":"Allow","Principal":{"AWS":^"arn:aws:iam::1:group/g"},"Action":"sts:AssumeRole"}"#,
                "`arn:aws:iam::1:group/g` is not a principal; a group is no principal here; name its users",
            ),
            (r#"{"Effect":"Allow","Principal":^{},"Action":"sts:AssumeRole"}"#, "`Principal` is empty"),
        ],
    );
}

/// SEC-085: the same for access-control lists.
#[test]
fn sec_085_entries() {
    const REST: &str = r#""service":"bos","region":"*","permission":["READ"],"effect":"Allow""#;
    let cases: Vec<(String, &str)> = [
        (r#"{^"Effect":"Allow"}"#, "unknown member `Effect`; did you mean `effect`?"),
        (r#"{^"Action":"*"}"#, "unknown member `Action`; an entry calls it `permission`"),
        ("^{REST}", "`resource` is missing"),
        (r#"^{REST,"resource":"*","notResource":"*"}"#, "both `resource` and `notResource`"),
        (
            r#"{REST,"resource":"*",^"grantee":[]}"#,
            "`grantee` cannot stand in an identity's policy; it is about those whom it is attached to; leave it out",
        ),
        (
            r#"{"service":^"b*","region":"*","permission":"READ","effect":"Allow","resource":"*"}"#,
            "`b*` is not a service; write one, as `bos` or `bce:bos`, or `*` for all",
        ),
        (
            r#"{"service":"bos","region":"*","permission":[^"bos:READ"],"effect":"Allow","resource":"*"}"#,
            "`bos:READ` is not a permission; write a word, as `READ`, or an action's name alone",
        ),
        (r#"{REST,"resource":"*","condition":{^"Time":{}}}"#, "unknown member `Time`; it is `currentTime`"),
        (
            r#"{REST,"resource":"*","condition":{"currentTime":{^"lessThan":"x"}}}"#,
            "unknown member `lessThan`",
        ),
        (
            r#"{REST,"resource":"*","condition":{"currentTime":{"dateLessThan":^"soon"}}}"#,
            "value `soon` of `DateLessThan`: is not a date: write it as `2026-01-01`, `2026-01-01T00:00:00Z` or as seconds since 1970",
        ),
        (
            r#"{REST,"resource":"*","condition":{"ipAddress":[^"10.0.0.9-10.0.0.1"]}}"#,
            "value `10.0.0.9-10.0.0.1` of `IpAddress`: is not a network address, nor a range as `10.0.0.0/8`",
        ),
        (
            r#"{REST,"resource":"*","condition":{"secureTransport":^"yes"}}"#,
            "`secureTransport` must be true or false, not text",
        ),
    ]
    .map(|(entry, expected)| (entry.replace("REST", REST), expected))
    .into();
    let cases: Vec<(&str, &str)> = cases.iter().map(|(entry, expected)| (entry.as_str(), *expected)).collect();
    assert_refused(Flavour::Acl, Purpose::Identity, &cases);
    assert_refused(
        Flavour::Acl,
        Purpose::Trust,
        &[
            (
                r#"{"service":"bce:iam","region":"*","permission":^["READ"],"effect":"Allow","grantee":[{"id":"a"}]}"#,
                "`READ` is not a permission of a trust document; it permits `AssumeRole` of the service `bce:iam`",
            ),
            (
                r#"{"service":"bce:iam","region":"*","permission":["AssumeRole"],"effect":"Allow","grantee":[^{"user":"u"}]}"#,
                "`id` is missing; say whose account it is in",
            ),
            (
                r#"{"service":"bce:iam","region":"*","permission":["AssumeRole"],"effect":"Allow","grantee":[{^"account":"u"}]}"#,
                "unknown member `account`",
            ),
            (
                r#"{"service":"bce:iam","region":"*","permission":["AssumeRole"],"effect":"Allow","grantee":[{"id":^"*","user":"u"}]}"#,
                "`*` is not a grantee; write an account's id, or `*` alone for everybody",
            ),
        ],
    );
}

#[test]
fn each_flavour_takes_its_own_spelling() {
    let statement =
        |resource: &str| format!(r#"{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"{resource}"}}}}"#);
    let takes = |flavour, resource: &str| parse(&statement(resource), flavour, Purpose::Identity).is_ok();
    let spellings = ["arn:aws:s3:::b", "trn:tos:::b", "wsc:wos:::b", "crn:bos:::b"];
    for (flavour, takes_it) in [
        (Flavour::Native, [true, true, true, true]),
        (Flavour::Aws, [true, false, false, true]),
        (Flavour::Volcengine, [false, true, false, true]),
        (Flavour::Cdnetworks, [false, false, true, true]),
    ] {
        assert_eq!(spellings.map(|spelling| takes(flavour, spelling)), takes_it, "{flavour:?}");
    }
    let key = |flavour, key: &str| {
        let text = format!(
            r#"{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"StringEquals":{{"{key}":"x"}}}}}}}}"#
        );
        match parse(&text, flavour, Purpose::Identity) {
            Ok(document) => document.statements[0].conditions[0].key.name().to_owned(),
            Err(error) => error.hint.unwrap().to_string(),
        }
    };
    for (flavour, name, expected) in [
        (Flavour::Native, "volc:UserName", "username"),
        (Flavour::Native, "aws:UserName", "username"),
        (Flavour::Aws, "AWS:username", "username"),
        (Flavour::Aws, "username", "username"),
        (Flavour::Aws, "claviger:username", "username"),
        (Flavour::Aws, "volc:UserName", "in this flavour it is `aws:UserName`"),
        (Flavour::Volcengine, "aws:PrincipalTag/a", "in this flavour it is `volc:PrincipalTag/a`"),
        (Flavour::Cdnetworks, "aws:SourceIp", "in this flavour it is `claviger:SourceIp`"),
        (Flavour::Aws, "volc:Unheard", "volc:unheard"),
        (Flavour::Aws, "s3:Prefix", "s3:prefix"),
    ] {
        assert_eq!(key(flavour, name), expected, "{flavour:?} {name}");
    }
}

#[test]
fn what_flavours_leave_open() {
    // Volcengine: no resource is every resource; operators may begin with `IfExists:`.
    let text = r#"{"Version":"any","Statement":{"Sid":"a","Effect":"Allow","Action":"ecs:*","Condition":{"IfExists:Bool":{"volc:SecureTransport":true}}}}"#;
    let document = parse(text, Flavour::Volcengine, Purpose::Identity).unwrap();
    assert!(document.variables);
    let [statement] = document.statements.as_slice() else { panic!("{document:?}") };
    assert_eq!(statement.resources.items, [Resource::Any]);
    let [condition] = statement.conditions.as_slice() else { panic!("{document:?}") };
    assert!(condition.if_exists && condition.values == ["true"]);
    // CDNetworks: a bare list in lower case, and the console's form.
    for text in [
        r#"[{"effect":"allow","action":["wos:Get*"],"resource":["wsc:wos:::b/${claviger:UserName}"]}]"#,
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"wos:Get*","Resource":"wsc:wos:::b/x"}]}"#,
    ] {
        let document = parse(text, Flavour::Cdnetworks, Purpose::Identity).unwrap();
        assert!(document.variables && document.statements[0].effect == Effect::Allow);
        let Resource::Named { partition, .. } = &document.statements[0].resources.items[0] else { panic!("{text}") };
        assert_eq!(*partition, Partition::Scheme("wsc"));
    }
    // Versions say whether there are variables.
    for (version, variables) in
        [(r#""Version":"2012-10-17","#, true), (r#""Version":"2008-10-17","#, false), ("", false)]
    {
        let text = format!(r#"{{{version}"Statement":{{"Effect":"Allow","Action":"*","Resource":"crn:a:::${{"}}}}"#);
        assert_eq!(parse(&text, Flavour::Aws, Purpose::Identity).is_err(), variables, "{version}");
    }
}

#[test]
fn principals_in_all_spellings() {
    let of = |principal: &str, flavour| {
        let text = format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}}}"#);
        parse(&text, flavour, Purpose::Trust).map(|document| document.statements[0].principals.clone().unwrap().items)
    };
    let own = str::to_owned;
    let account = || Principal::Account(own("123456789012"));
    let user = || Principal::User { account: own("1"), name: own("dev/alice") };
    let role = || Principal::Role { account: own("1"), name: own("r") };
    let session = || Principal::Session { account: own("1"), role: own("r"), name: own("s") };
    let saml = |account: Option<&str>, name: &str| Principal::Provider { account: account.map(own), name: own(name) };
    for (flavour, text, expected) in [
        (Flavour::Aws, r#""*""#, vec![Principal::Everyone]),
        (Flavour::Aws, r#"{"AWS":"*"}"#, vec![Principal::Everyone]),
        (Flavour::Aws, r#"{"AWS":["123456789012","arn:aws:iam::123456789012:root"]}"#, vec![account(), account()]),
        (
            Flavour::Aws,
            r#"{"AWS":["arn:aws:iam::1:user/dev/alice","arn:aws-cn:iam::1:role/r","arn:aws:sts::1:assumed-role/r/s"]}"#,
            vec![user(), role(), session()],
        ),
        (Flavour::Aws, r#"{"AWS":"AIDAABCDEFGHIJKLMNOPQ"}"#, vec![Principal::Id(own("AIDAABCDEFGHIJKLMNOPQ"))]),
        (
            Flavour::Aws,
            r#"{"Service":["ec2.amazonaws.com"],"Federated":["arn:aws:iam::1:saml-provider/okta","accounts.google.com"]}"#,
            vec![
                Principal::Service(own("ec2.amazonaws.com")),
                saml(Some("1"), "saml-provider/okta"),
                saml(None, "accounts.google.com"),
            ],
        ),
        (
            Flavour::Volcengine,
            r#"{"IAM":["trn:iam::1:user/dev/alice","2100000001"]}"#,
            vec![user(), Principal::Account(own("2100000001"))],
        ),
        (
            Flavour::Native,
            r#"{"Claviger":["crn:iam::1:group/g","trn:iam::1:role/r"],"AWS":"arn:aws:iam::1:user/dev/alice","IAM":"123456789012"}"#,
            vec![Principal::Group { account: own("1"), name: own("g") }, role(), user(), account()],
        ),
    ] {
        assert_eq!(of(text, flavour).unwrap(), expected, "{text}");
    }
    for (flavour, text) in [
        (Flavour::Aws, r#"{"IAM":"trn:iam::1:root"}"#),
        (Flavour::Aws, r#"{"AWS":"trn:iam::1:root"}"#),
        (Flavour::Aws, r#"{"AWS":"AIDA"}"#),
        (Flavour::Aws, r#"{"AWS":"alice"}"#),
        (Flavour::Aws, r#"{"AWS":"arn:aws:iam::1:root/x"}"#),
        (Flavour::Aws, r#"{"AWS":"arn:aws:iam::${aws:PrincipalAccount}:root"}"#),
        (Flavour::Aws, r#"{"AWS":"arn:aws:sts::1:assumed-role/r"}"#),
        (Flavour::Aws, r#"{"AWS":"arn:aws:iam::1:saml-provider/x"}"#),
        (Flavour::Aws, r#"{"Federated":"arn:aws:iam::1:user/x"}"#),
        (Flavour::Aws, r#"{"Service":"*"}"#),
        (Flavour::Aws, r#"{"AWS":[]}"#),
        (Flavour::Volcengine, r#"{"AWS":"123456789012"}"#),
    ] {
        assert!(of(text, flavour).is_err(), "{text}");
    }
}

#[test]
fn entries_become_the_same_tree() {
    let text = r#"{"id":"p","version":"v2","accessControlList":[{"eid":"e","service":"bce:bos","region":"bj",
        "resource":["b/*","*"],"permission":["READ","Get*"],"effect":"Deny","condition":[
            {"ipAddress":["10.0.0.0-10.0.0.9"],"currentTime":{"dateLessThan":"2026-01-01T00:00:00Z"}},
            {"ipAddress":"10.0.0.7","referer":{"stringLike":["a*"],"stringEquals":"b"},"secureTransport":true,
             "vpcId":["v"],"saml:aud":"x","eduPersonPrincipalName":["y"],"tag":{"Team":["z"]}}]}]}"#;
    let document = parse_new(text, Flavour::Acl, Purpose::Identity).unwrap();
    assert_eq!(
        (document.id.as_deref(), document.version.as_deref(), document.variables),
        (Some("p"), Some("v2"), false)
    );
    let [entry] = document.statements.as_slice() else { panic!("{document:?}") };
    let own = str::to_owned;
    let permission = |word: &str| Action::Permission { service: Some(own("bos")), word: own(word) };
    let resource = |path: &str| Resource::Entry { service: own("bos"), region: own("bj"), path: own(path) };
    assert_eq!((entry.id.as_deref(), entry.effect), (Some("e"), Effect::Deny));
    assert_eq!(entry.actions.items, [permission("READ"), permission("Get*")]);
    assert_eq!(entry.resources.items, [resource("b/*"), resource("*")]);
    let conditions: Vec<String> = entry
        .conditions
        .iter()
        .map(|Condition { operator, quantifier, if_exists, key, values }| {
            assert!(*quantifier == Quantifier::None && !if_exists);
            format!("{} {} {}", operator.name(), key.name(), values.join(","))
        })
        .collect();
    assert_eq!(
        conditions,
        [
            "IpAddress sourceip 10.0.0.0/29,10.0.0.8/31",
            "DateLessThan currenttime 2026-01-01T00:00:00Z",
            "IpAddress sourceip 10.0.0.7",
            "StringLike referer a*",
            "StringEquals referer b",
            "Bool securetransport true",
            "StringEquals vpcid v",
            "StringEquals saml:aud x",
            "StringEquals edupersonprincipalname y",
            "StringEquals resourcetag/team z",
        ]
    );
}

#[test]
fn grantees_and_what_they_are_trusted_with() {
    let text = r#"{"version":"v1","accessControlList":[{"service":"bce:iam","region":"*","resource":["*"],"permission":["AssumeRole"],
        "grantee":[{"id":"*"},{"id":["a","b"],"user":["u","v"],"group":"g"},{"id":"c"},{"saml-provider":"idp"}],"effect":"Allow"}]}"#;
    let document = parse_new(text, Flavour::Acl, Purpose::Trust).unwrap();
    let [entry] = document.statements.as_slice() else { panic!("{document:?}") };
    let own = str::to_owned;
    let user = |account: &str, name: &str| Principal::User { account: own(account), name: own(name) };
    let group = |account: &str| Principal::Group { account: own(account), name: own("g") };
    assert_eq!(
        entry.principals.as_ref().unwrap().items,
        [
            Principal::Everyone,
            user("a", "u"),
            user("b", "u"),
            user("a", "v"),
            user("b", "v"),
            group("a"),
            group("b"),
            Principal::Account(own("c")),
            Principal::Provider { account: None, name: own("saml-provider/idp") },
        ]
    );
    let named = |name: &str| Action::Named { service: own("sts"), name: own(name) };
    assert_eq!(entry.actions.items, [named("AssumeRole"), named("AssumeRoleWithSAML")]);
    assert!(entry.resources.items.is_empty());
}

/// A tree that no text was checked for is checked when it is saved.
#[test]
fn strict_trees() {
    let text = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":["1","x"]}}}}"#;
    let document = parse(text, Flavour::Native, Purpose::Identity).unwrap();
    assert_eq!(
        strict(&document).unwrap_err().to_string(),
        "statement 1, `NumericEquals` on `a:b`: value `x` is not a number: write digits, with sign and fraction as needed"
    );
    let good = parse(&text.replace("\"x\"", "2"), Flavour::Native, Purpose::Identity).unwrap();
    assert_eq!(strict(&good), Ok(()));
}

fn printed(text: &str, from: Flavour, into: Flavour) -> Result<String, Unprintable> {
    let document = parse(text, from, Purpose::Identity).unwrap();
    print(&document, into, &Catalogue::built_in())
}

#[test]
fn a_document_is_printed_in_one_way() {
    let text = r#"{"Version":"2012-10-17","Statement":{"Sid":"a","Effect":"Deny","NotAction":"iam:Get*",
        "Resource":"arn:aws:iam::*:user/${aws:username}","Condition":{"BoolIfExists":{"aws:SecureTransport":false}}}}"#;
    let expected = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "a",
      "Effect": "Deny",
      "NotAction": [
        "iam:Get*"
      ],
      "Resource": [
        "arn:aws:iam::*:user/${aws:username}"
      ],
      "Condition": {
        "BoolIfExists": {
          "aws:SecureTransport": [
            "false"
          ]
        }
      }
    }
  ]
}"#;
    assert_eq!(printed(text, Flavour::Aws, Flavour::Aws).unwrap(), expected);
}

#[test]
fn a_list_is_printed_as_statements() {
    let text = r#"{"version":"v2","accessControlList":[{"eid":"e","service":"bce:shop","region":"bj","resource":["a?/${x}*"],
        "permission":["READ","Buy*"],"effect":"Allow","condition":{"ipAddress":["10.0.0.0-10.0.0.1"],"tag":{"Team":["x"]}}},
        {"eid":"e","service":"*","region":"*","resource":["*"],"permission":["*"],"effect":"Deny"}]}"#;
    let squeezed = |into| printed(text, Flavour::Acl, into).map(|text| text.split_whitespace().collect::<String>());
    assert_eq!(
        squeezed(Flavour::Aws).unwrap(),
        concat!(
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"e","Effect":"Allow","#,
            r#""Action":["shop:READ","shop:LIST","shop:Buy*"],"Resource":["crn:shop:bj:*:a${?}/${$}{x}*"],"#,
            r#""Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/31"]},"StringEquals":{"aws:resourcetag/Team":["x"]}}},"#,
            r#"{"Effect":"Deny","Action":["*"],"Resource":["*"]}]}"#
        )
    );
    assert!(squeezed(Flavour::Cdnetworks).unwrap().contains(r#""claviger:SourceIp":["10.0.0.0/31"]"#));
}

#[test]
fn what_a_grammar_cannot_say_is_not_printed() {
    let statement = |statement: &str, into| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny",{statement}}}}}"#);
        printed(&text, Flavour::Native, into).map_err(|error| error.obstacle)
    };
    let own = str::to_owned;
    let condition = |operator, key: &str| Obstacle::Condition { operator, key: own(key) };
    for (into, text, obstacle) in [
        (Flavour::Acl, r#""NotAction":"bos:Get*","Resource":"*""#, Obstacle::Member("NotAction")),
        (Flavour::Acl, r#""Action":"bos:G?t","Resource":"*""#, Obstacle::Text(own("bos:G?t"))),
        (Flavour::Acl, r#""Action":"bos:read","Resource":"*""#, Obstacle::Text(own("bos:read"))),
        (Flavour::Acl, r#""Action":["bos:Get*","fc:Get*"],"Resource":"*""#, Obstacle::Mixed),
        (Flavour::Acl, r#""Action":"bos:Get*","Resource":"crn:fc:*:*:x""#, Obstacle::Mixed),
        (Flavour::Acl, r#""Action":"bos:Get*","Resource":["crn:bos:a:*:x","crn:bos:b:*:x"]"#, Obstacle::Mixed),
        (Flavour::Acl, r#""Action":"bos:Get*","Resource":"arn:aws:bos:::x""#, Obstacle::Scheme(own("arn"))),
        (Flavour::Acl, r#""Action":"bos:Get*","Resource":"crn:bos:::x""#, Obstacle::Text(own(""))),
        (Flavour::Acl, r#""Action":"bos:Get*","Resource":"crn:bos:*:*:a?""#, Obstacle::Text(own("a?"))),
        (Flavour::Acl, r#""Action":"bos:Get*","Resource":"crn:bos:global:*:a""#, Obstacle::Text(own("global"))),
        (
            Flavour::Acl,
            r#""Action":"bos:Get*","Resource":"crn:bos:*:*:${aws:username}""#,
            Obstacle::Text(own("${aws:username}")),
        ),
        (
            Flavour::Acl,
            r#""Action":"bos:Get*","Resource":"*","Condition":{"IpAddressIfExists":{"aws:SourceIp":"10.0.0.1"}}"#,
            condition("IpAddress", "aws:SourceIp"),
        ),
        (
            Flavour::Acl,
            r#""Action":"bos:Get*","Resource":"*","Condition":{"StringEquals":{"aws:username":"a"}}"#,
            condition("StringEquals", "aws:username"),
        ),
        (Flavour::Volcengine, r#""Action":"*","Resource":"arn:aws:bos:::x""#, Obstacle::Scheme(own("arn"))),
        (Flavour::Cdnetworks, r#""Action":"*","NotResource":"crn:bos:::x""#, Obstacle::Member("NotResource")),
        (
            // The values are spelled as the key's prefix says.
            Flavour::Volcengine,
            r#""Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:user/a"}}"#,
            condition("ArnLike", "aws:PrincipalArn"),
        ),
    ] {
        assert_eq!(statement(text, into).unwrap_err(), obstacle, "{text}");
    }
    let error = printed(r#"[{"effect":"deny","action":"*","resource":"trn:a:::b"}]"#, Flavour::Native, Flavour::Aws);
    assert_eq!(
        error.unwrap_err().to_string(),
        "statement 1 has no form in the flavour `aws`: it takes no resource that begins `trn:`"
    );
}
