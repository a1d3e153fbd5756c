//! Documents and requests that are no such: each is an error, whatever else would decide.

/// Why, and the document.
pub(super) const DOCUMENTS: &[(&str, &str)] = &[
    ("no object", "5"),
    ("no document", "null"),
    ("text that is no JSON", r#""{""#),
    (
        "something behind the document",
        r#""{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]} x""#,
    ),
    (
        "a member twice",
        r#""{\"Statement\":[{\"Effect\":\"Allow\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}""#,
    ),
    ("no statement", r#"{"Version":"2012-10-17"}"#),
    ("an empty list of statements", r#"{"Statement":[]}"#),
    ("an unknown member", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"},"Comment":"x"}"#),
    ("an unknown member of a statement", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Note":"x"}}"#),
    ("an unknown version", r#"{"Version":"2020-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#),
    ("a version that is no text", r#"{"Version":2012,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#),
    ("no effect", r#"{"Statement":{"Action":"*","Resource":"*"}}"#),
    ("an unknown effect", r#"{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}"#),
    ("no action", r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#),
    ("no resource", r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#),
    ("both kinds of action", r#"{"Statement":{"Effect":"Allow","Action":"*","NotAction":"bos:*","Resource":"*"}}"#),
    ("both kinds of resource", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}}"#),
    ("an empty list of actions", r#"{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}"#),
    ("an empty list of resources", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":[]}}"#),
    ("an action that is no text", r#"{"Statement":{"Effect":"Allow","Action":[5],"Resource":"*"}}"#),
    ("an action without service", r#"{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}"#),
    ("a wildcard in the service", r#"{"Statement":{"Effect":"Allow","Action":"b*:GetObject","Resource":"*"}}"#),
    ("a wildcard as the service", r#"{"Statement":{"Effect":"Allow","Action":"*:Get*","Resource":"*"}}"#),
    ("a resource of no scheme", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"home/alice"}}"#),
    (
        "a resource with too few colons",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:bos:bj:home"}}"#,
    ),
    ("a wildcard in the scheme", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*:aws:bos:bj:1:home"}}"#),
    ("a principal", r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#),
    (
        "a name twice",
        r#"{"Statement":[{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "an unknown operator",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringIs":{"a:b":"c"}}}}"#,
    ),
    (
        "Null takes no IfExists",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NullIfExists":{"a:b":"true"}}}}"#,
    ),
    (
        "Null takes no set",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:Null":{"a:b":"true"}}}}"#,
    ),
    (
        "a condition that is no object",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":["a"]}}"#,
    ),
    (
        "a value that is an object",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":{}}}}}"#,
    ),
    (
        "a value that is null",
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":[null]}}}}"#,
    ),
    (
        "a variable without end",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:bos:bj:1:${aws:username"}}"#,
    ),
    (
        "a variable without name",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:bos:bj:1:${}"}}"#,
    ),
    (
        "a default without quotes",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:bos:bj:1:${aws:username, alice}"}}"#,
    ),
    (
        "a variable in a variable",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:bos:bj:1:${aws:${x}}"}}"#,
    ),
    (
        "a malformed variable in a value",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"${"}}}}"#,
    ),
    ("an empty bare list", "[]"),
    ("acl: no entries", r#"{"accessControlList":[]}"#),
    (
        "acl: no service",
        r#"{"accessControlList":[{"region":"*","resource":["*"],"permission":["*"],"effect":"Allow"}]}"#,
    ),
    (
        "acl: no region",
        r#"{"accessControlList":[{"service":"bos","resource":["*"],"permission":["*"],"effect":"Allow"}]}"#,
    ),
    (
        "acl: no resource",
        r#"{"accessControlList":[{"service":"bos","region":"*","permission":["*"],"effect":"Allow"}]}"#,
    ),
    (
        "acl: no permission",
        r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"effect":"Allow"}]}"#,
    ),
    ("acl: no effect", r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["*"]}]}"#),
    (
        "acl: an empty list of permissions",
        r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":[],"effect":"Allow"}]}"#,
    ),
    (
        "acl: an unknown member",
        r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["*"],"effect":"Allow","Sid":"a"}]}"#,
    ),
    (
        "acl: a grantee",
        r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["*"],"effect":"Allow","grantee":[{"id":"*"}]}]}"#,
    ),
    (
        "acl: an unknown condition",
        r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["*"],"effect":"Allow","condition":{"weather":["fine"]}}]}"#,
    ),
    (
        "acl: beside statements",
        r#"{"accessControlList":[{"service":"bos","region":"*","resource":["*"],"permission":["*"],"effect":"Allow"}],"Statement":[]}"#,
    ),
];

/// Why, and the members of the request that replace good ones.
pub(super) const REQUESTS: &[(&str, &str)] = &[
    ("an action without service", r#"{"action":"GetObject"}"#),
    ("an action without name", r#"{"action":"bos:"}"#),
    ("an action with an empty service", r#"{"action":":GetObject"}"#),
    ("a wildcard in the action", r#"{"action":"bos:Get*"}"#),
    ("a question mark in the action", r#"{"action":"bos:GetObjec?"}"#),
    ("a resource of no scheme", r#"{"resource":"home/alice"}"#),
    ("a resource with too few colons", r#"{"resource":"arn:aws:bos:bj:home"}"#),
    ("an empty resource", r#"{"resource":""}"#),
    ("a principal that is a name", r#"{"principal":"alice"}"#),
    ("a principal that is a resource", r#"{"principal":"arn:aws:bos:bj:123456789012:home"}"#),
    ("a session without name", r#"{"principal":"arn:aws:sts::123456789012:assumed-role/deploy"}"#),
    ("an action that is no text", r#"{"action":5}"#),
];
