use super::{
    rules::{Path, Payload},
    tests::parse::{CREDENTIAL, SIGNATURE, header_form},
    *,
};
use crate::{
    percent::{Undecodable, decode, decode_query, encode},
    testing::{Random, Wire, flips},
};

mod parse;
mod vectors;

const TIME: &str = "20150830T123600Z";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const HOST: (&str, &str) = ("host", "example.amazonaws.com");
const AT: (&str, &str) = (DATE, TIME);
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ALL_RULES: [Rules; 3] = [Rules::MANAGEMENT, Rules::SERVICE, Rules::S3];
/// Of the test suite.
const TERMS: Terms<'_> = Terms { access_key_id: "AKIDEXAMPLE", region: "us-east-1", service: "service" };

fn secret() -> SecretText {
    SecretText::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned())
}

/// The request with its signature in the header.
fn signed(wire: &Wire, terms: &Terms<'_>, body: &[u8], rules: Rules) -> Wire {
    let authorization = wire.with(|request| sign(terms, &secret(), request, Body::Whole(body), rules)).unwrap();
    with_header(wire, "authorization", &authorization)
}

fn with_header(wire: &Wire, name: &str, value: &str) -> Wire {
    let mut other = wire.clone();
    other.headers.push((name.to_owned(), value.to_owned()));
    other
}

fn with_query(wire: &Wire, query: &str) -> Wire {
    Wire { query: query.to_owned(), ..wire.clone() }
}

/// The request with its signature in the query, over all its headers.
fn presigned(wire: &Wire, terms: &Terms<'_>, expire_s: u32, body: &[u8], rules: Rules) -> Wire {
    let mut names: Vec<&str> = wire.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let signed_headers = names.join(";");
    let scope = Scope { date: "20150830", region: terms.region, service: terms.service };
    let mut wire = wire.clone();
    let expire_s = expire_s.to_string();
    for (name, value) in [
        ("Algorithm", ALGORITHM),
        ("Credential", &format!("{}/{scope}", terms.access_key_id)),
        ("Date", TIME),
        ("Expires", &expire_s),
        ("SignedHeaders", &signed_headers),
    ] {
        wire.query.extend(["&X-Amz-", name, "="]);
        encode(value, &mut wire.query);
    }
    let canonical = wire.with(|request| {
        let covered =
            canonical::Covered { request, signed_headers: &signed_headers, presigned: true, body: Body::Whole(body) };
        canonical::text(&covered, rules).unwrap()
    });
    let at = Timestamp::parse_seconds("2015-08-30T12:36:00Z").unwrap();
    wire.query += "&X-Amz-Signature=";
    wire.query += &HEXLOWER.encode(&compute(&secret(), &scope, at, &canonical));
    wire
}

/// Reads the signature of a request and does something with it.
fn read<T>(wire: &Wire, work: impl FnOnce(Result<Authorization<'_>, Malformed>, &Request<'_>) -> T) -> T {
    let parameters = decode_query(&wire.query).unwrap_or_default();
    wire.with(|request| work(Authorization::parse(request.headers, &parameters), request))
}

fn verifies_with(wire: &Wire, secret: &SecretText, body: &[u8], rules: Rules) -> bool {
    read(wire, |authorization, request| {
        authorization.is_ok_and(|authorization| verify(&authorization, secret, request, Body::Whole(body), rules))
    })
}

fn verifies(wire: &Wire, body: &[u8], rules: Rules) -> bool {
    verifies_with(wire, &secret(), body, rules)
}

fn problem(wire: &Wire) -> Option<Malformed> {
    read(wire, |authorization, _| authorization.err())
}

fn sample() -> Wire {
    let headers = [
        HOST,
        AT,
        ("content-type", FORM),
        (SECURITY_TOKEN, "tok/en+=="),
        (CONTENT_SHA256, "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"),
    ];
    Wire::new("PUT", "/v1/user/%E5%BC%A0@b.c", "disable&b=x%2Fy+z&a=", &headers)
}

const SAMPLE_BODY: &[u8] = b"body";

/// What a decoded query says, whatever the order of its parameters; without the signature, which is not signed.
fn meaning(query: &str) -> Result<Vec<(String, String)>, Undecodable> {
    let parameters = decode_query(query)?.into_iter();
    let pairs = parameters.map(|parameter| (parameter.name.into_owned(), parameter.value.into_owned()));
    let mut pairs: Vec<_> = pairs.filter(|(name, _)| name != "X-Amz-Signature").collect();
    pairs.sort();
    Ok(pairs)
}

/// A path as the rules see it: written anew, to be obviously right.
fn place(path: &str, rules: Rules) -> Result<String, Undecodable> {
    let path = if path.is_empty() { "/" } else { path };
    Ok(match rules.path {
        Path::EncodedTwice => path.to_owned(),
        Path::EncodedOnce => decode(path)?.into_owned(),
        Path::MergedEncodedTwice => {
            let mut kept: Vec<&str> = path.split('/').filter(|segment| !["", "."].contains(segment)).collect();
            while let Some(up) = kept.iter().position(|segment| *segment == "..") {
                kept.drain(up.saturating_sub(1)..=up);
            }
            let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
            kept.join("/") + end
        }
    })
}

/// An authorization without the access key id, which is not signed but looks up the secret.
fn essence(authorization: &str) -> (String, String) {
    let (before, scope) = authorization.split_once('/').unwrap_or_default();
    (before.split('=').next().unwrap_or_default().to_owned(), scope.replace(", ", ","))
}

/// SEC-069, SEC-070, SEC-071, SEC-072: a flipped bit in whatever is signed makes the signature false.
#[test]
fn sec_070_every_signed_bit_counts() {
    for rules in ALL_RULES {
        let wire = with_header(&signed(&sample(), &TERMS, SAMPLE_BODY, rules), "accept", "*/*");
        assert!(verifies(&wire, SAMPLE_BODY, rules));
        let names: Vec<String> = wire.clone().fields().into_iter().map(|field| field.clone()).collect();
        for (field, original) in names.iter().enumerate() {
            let unsigned = field > 0 && (names[field - 1] == "accept" || original == "accept");
            for spoilt in flips(original) {
                let mut other = wire.clone();
                other.fields()[field].clone_from(&spoilt);
                let same = match field {
                    0 => false,
                    1 => place(&spoilt, rules) == place(original, rules),
                    2 => meaning(&spoilt) == meaning(original),
                    // The name may become another that must be signed, but not by one bit.
                    _ if unsigned => true,
                    _ if names[field - 1] == "authorization" => {
                        essence(&spoilt) == essence(original) && problem(&other).is_none()
                    }
                    _ => false,
                };
                assert_eq!(verifies(&other, SAMPLE_BODY, rules), same, "{rules:?}: {original} became {spoilt}");
            }
        }
        for spoilt in flips("body") {
            assert!(!verifies(&wire, spoilt.as_bytes(), rules), "{spoilt}");
        }
        for spoilt in flips(secret().expose()) {
            assert!(!verifies_with(&wire, &SecretText::new(spoilt.clone()), SAMPLE_BODY, rules), "{spoilt}");
        }
    }
}

#[test]
fn sec_070_every_bit_of_a_presigned_query_counts() {
    for rules in ALL_RULES {
        let plain = Wire::new("GET", "/v1/user", "a=1&b", &[HOST, ("x-amz-meta", "v")]);
        let wire = presigned(&plain, &TERMS, 60, b"", rules);
        assert!(verifies(&wire, b"", rules), "{wire:?}");
        let signature = |query: &str| query.rsplit_once('=').map(|(_, signature)| signature.to_owned());
        for spoilt in flips(&wire.query) {
            let same = meaning(&spoilt) == meaning(&wire.query) && signature(&spoilt) == signature(&wire.query);
            assert_eq!(verifies(&with_query(&wire, &spoilt), b"", rules), same, "{rules:?} {spoilt}");
        }
        for field in [0, 1, 3, 4, 5, 6] {
            let original = wire.clone().fields()[field].clone();
            for spoilt in flips(&original) {
                let mut other = wire.clone();
                other.fields()[field].clone_from(&spoilt);
                let same = field == 1 && place(&spoilt, rules) == place(&original, rules);
                assert_eq!(verifies(&other, b"", rules), same, "{rules:?}: {original} became {spoilt}");
            }
        }
    }
}

/// SEC-070, SEC-301: what must be signed; SEC-300: an unsigned header changes nothing where it may be unsigned.
#[test]
fn sec_070_headers_that_must_be_signed() {
    let both = |wire: &Wire| [Rules::MANAGEMENT, Rules::SERVICE].map(|rules| verifies(wire, b"", rules));
    let plain = Wire::new("GET", "/", "", &[HOST, AT, ("my-header", "v")]);
    let wire = signed(&plain, &TERMS, b"", Rules::MANAGEMENT);
    assert_eq!(both(&wire), [true, true]);
    for name in ["content-type", "x-amz-target", "x-amz-", "x-amz-content-sha256x", SECURITY_TOKEN] {
        assert_eq!(both(&with_header(&wire, name, "v")), [false, true], "{name}");
        assert_eq!(both(&with_header(&wire, name, "")), [false, true], "{name}");
    }
    for name in ["x-amzn-trace-id", "x-amz", "accept", "user-agent", "content-length", "x-forwarded-for"] {
        assert_eq!(both(&with_header(&wire, name, "v")), [true, true], "{name}");
    }
    for (name, value) in [HOST, AT, ("my-header", "v"), ("my-header", ""), ("host", "other")] {
        assert_eq!(both(&with_header(&wire, name, value)), [false, false], "{name} twice");
    }
    for absent in 0..3 {
        let mut other = wire.clone();
        other.headers.remove(absent);
        assert_eq!(both(&other), [false, false], "without {:?}", wire.headers[absent]);
    }
    let mut other = wire.clone();
    other.headers.reverse();
    assert_eq!(both(&other), [true, true]);
    let presigned = presigned(&Wire::new("GET", "/", "", &[HOST]), &TERMS, 60, b"", Rules::MANAGEMENT);
    assert_eq!(both(&with_header(&presigned, "x-amz-target", "v")), [false, true]);
    // Values are what they are without the space around them, and a run of space is one.
    for (value, same) in [(" v ", true), ("\tv", true), ("v v", false), ("", false), ("V", false), ("v\u{A0}", false)] {
        value.clone_into(&mut other.headers[1].1);
        assert_eq!(both(&other), [same, same], "{value:?}");
    }
}

/// SEC-073: the body is what was signed, and what the header says is the body's hash.
#[test]
fn sec_073_bodies() {
    const OTHER: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let declared = |value: Option<&str>| {
        let mut headers = vec![HOST, AT];
        headers.extend(value.map(|value| (CONTENT_SHA256, value)));
        Wire::new("GET", "/", "", &headers)
    };
    let sign = |wire: &Wire, rules: Rules| {
        wire.with(|request| sign(&TERMS, &secret(), request, Body::Whole(b""), rules)).map(|_| ())
    };
    for rules in ALL_RULES {
        assert_eq!(sign(&declared(None), rules), Ok(()));
        assert_eq!(sign(&declared(Some(EMPTY_SHA256)), rules), Ok(()));
        assert_eq!(sign(&declared(Some(&format!(" {EMPTY_SHA256} "))), rules), Ok(()));
        let streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
        let trailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
        let ecdsa = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";
        let capitals = EMPTY_SHA256.to_uppercase();
        for bad in ["", OTHER, &capitals, &EMPTY_SHA256[1..], "unsigned-payload", streaming, trailer, ecdsa] {
            assert_eq!(sign(&declared(Some(bad)), rules), Err(Unsignable::Payload), "{rules:?} {bad}");
        }
        let twice = with_header(&declared(Some(EMPTY_SHA256)), CONTENT_SHA256, EMPTY_SHA256);
        assert!(sign(&twice, rules).is_err(), "{rules:?}");
    }
    for unsigned in [UNSIGNED_PAYLOAD, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"] {
        let wire = signed(&declared(Some(unsigned)), &TERMS, b"", Rules::S3);
        assert!(verifies(&wire, b"any", Rules::S3), "{unsigned}");
        for rules in [Rules::MANAGEMENT, Rules::SERVICE] {
            assert_eq!(sign(&declared(Some(unsigned)), rules), Err(Unsignable::Payload), "{rules:?} {unsigned}");
            assert!(!verifies(&wire, b"", rules), "{rules:?} {unsigned}");
        }
    }
    // Who has read the body may pass its hash.
    let wire = signed(&declared(None), &TERMS, b"body", Rules::MANAGEMENT);
    let with_hash = |body: &[u8]| {
        read(&wire, |authorization, request| {
            let body = Body::Sha256(Sha256::digest(body).into());
            verify(&authorization.unwrap(), &secret(), request, body, Rules::MANAGEMENT)
        })
    };
    assert!(verifies(&wire, b"body", Rules::MANAGEMENT) && with_hash(b"body") && !with_hash(b"bodx"));
    // Whether the body is signed is signed, even where the header that says so is not.
    let wire = signed(&declared(None), &TERMS, b"", Rules::S3);
    assert!(verifies(&wire, b"", Rules::S3) && !verifies(&wire, b"x", Rules::S3));
    for added in [UNSIGNED_PAYLOAD, OTHER] {
        assert!(!verifies(&with_header(&wire, CONTENT_SHA256, added), b"", Rules::S3), "{added}");
    }
    let unsigned = "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD";
    assert!(!verifies(&with_query(&wire, unsigned), b"", Rules::S3));
    let wire = signed(&with_query(&declared(None), unsigned), &TERMS, b"", Rules::S3);
    assert!(verifies(&wire, b"", Rules::S3) && !verifies(&wire, b"x", Rules::S3), "it is not presigned");
}

/// SEC-073: a presigned request to S3 says nothing of its body, or says it in the query.
#[test]
fn sec_073_presigned_bodies() {
    let plain = |query: &str| Wire::new("GET", "/", query, &[HOST]);
    let silent = presigned(&plain(""), &TERMS, 60, b"", Rules::S3);
    assert!(verifies(&silent, b"any", Rules::S3));
    assert!(!verifies(&silent, b"", Rules::SERVICE) && !verifies(&silent, b"", Rules::MANAGEMENT));
    let silent = presigned(&plain(""), &TERMS, 60, b"", Rules::SERVICE);
    assert!(!verifies(&silent, b"", Rules::S3), "its body is signed");
    let says_hash = presigned(&plain(&format!("X-Amz-Content-Sha256={EMPTY_SHA256}")), &TERMS, 60, b"", Rules::S3);
    for rules in ALL_RULES {
        assert!(verifies(&says_hash, b"", rules) && !verifies(&says_hash, b"x", rules), "{rules:?}");
        assert!(!verifies(&with_header(&says_hash, CONTENT_SHA256, EMPTY_SHA256), b"", rules), "it says so twice");
    }
    let says_unsigned = presigned(&plain("X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"), &TERMS, 60, b"", Rules::S3);
    assert!(verifies(&says_unsigned, b"any", Rules::S3) && !verifies(&says_unsigned, b"", Rules::SERVICE));
}

/// SEC-072: parameters are ordered by name and then by value, all of them count, and a plus is a plus.
#[test]
fn sec_072_queries() {
    let wire = signed(&Wire::new("GET", "/", "b=2&a=x y&a=1&a-=&c", &[HOST, AT]), &TERMS, b"", Rules::MANAGEMENT);
    for same in ["a=1&a=x%20y&a-=&b=2&c=", "c&b=2&a-&a=x%20y&%61=1", "&b=2&&a=x y&a=1&a-=&c="] {
        assert!(verifies(&with_query(&wire, same), b"", Rules::MANAGEMENT), "{same}");
    }
    for other in [
        "b=2&a=x+y&a=1&a-=&c",
        "b=2&a=x y&a-=&c",
        "b=2&a=x y&a=1&a=1&a-=&c",
        "b=2&a=x y&a=1&a-=&c&c",
        "b=2&a=x y&a=1&a-=&c&=",
        "b=2&a=x y%26a=1&a-=&c",
        "b=2&a=x y&A=1&a-=&c",
        "b=2&a=x y&a=1&a-=&c&X-Amz-Signature=x",
        "b=2&a=x y&a=1&a-=&c&x-amz-signature=x",
        "b=2&a=x y&a=1&a-=&c&d=%",
        "b=2&a=x y&a=1&a-=&c&d=%FF",
        "",
    ] {
        assert!(!verifies(&with_query(&wire, other), b"", Rules::MANAGEMENT), "{other}");
    }
}

/// SEC-071: a path is what was sent; only other services' paths are merged, and only S3's are decoded.
#[test]
fn sec_071_paths() {
    let verdicts = |path: &str, sent: &str| {
        ALL_RULES.map(|rules| {
            let wire = signed(&Wire::new("GET", path, "", &[HOST, AT]), &TERMS, b"", rules);
            verifies(&Wire { path: sent.to_owned(), ..wire }, b"", rules)
        })
    };
    for (path, sent, expected) in [
        ("/", "", [true, true, true]),
        ("/a/b", "/a//b", [false, true, false]),
        ("/a/b", "//a/./x/../b", [false, true, false]),
        ("/a/b", "/a/b/", [false, false, false]),
        ("/a/", "/a/b/..", [false, false, false]),
        ("/a", "/a/b/..", [false, true, false]),
        ("/", "/../..", [false, true, false]),
        ("/a/b", "/a/%2e/b", [false, false, false]),
        ("/a/b", "/a%2Fb", [false, false, true]),
        ("/a%2Fb", "/a%2fb", [false, false, true]),
        ("/a%2541", "/a%41", [false, false, false]),
        ("/a%25", "/a%", [false, false, false]),
        ("/a", "/A", [false, false, false]),
        ("/a+b", "/a%20b", [false, false, false]),
        ("/a+b", "/a%2Bb", [false, false, true]),
    ] {
        assert_eq!(verdicts(path, sent), expected, "{path} sent as {sent}");
    }
}

#[test]
fn parts_of_the_canonical_form_cannot_run_into_each_other() {
    let canonical = |wire: &Wire, rules: Rules| {
        wire.with(|request| {
            let covered =
                canonical::Covered { request, signed_headers: "host", presigned: false, body: Body::Whole(b"") };
            canonical::text(&covered, rules)
        })
    };
    for rules in ALL_RULES {
        for method in ["GET\n", "GET\n/", "\n"] {
            assert_eq!(
                canonical(&Wire::new(method, "/", "", &[HOST]), rules),
                Err(Unsignable::Undecodable),
                "{method:?}"
            );
        }
        let wire = Wire::new("GET", "/\n/%0A\r", "a=\n&%0A=b\n", &[("host", "a\nb:c\r\n\nd")]);
        let text = canonical(&wire, rules).unwrap();
        assert_eq!(text.split('\n').count(), 7, "{text}");
        assert!(text.contains("\nhost:a b:c d\n"), "{text}");
        // Only who reads the signature from the query may leave it out.
        let wire = Wire::new("GET", "/", "X-Amz-Signature=x", &[HOST]);
        assert!(canonical(&wire, rules).unwrap().contains("\nX-Amz-Signature=x\n"));
    }
}

#[test]
fn what_cannot_be_verified_cannot_be_signed() {
    use Malformed as M;
    let problem = |terms: &Terms<'_>, path: &str, query: &str, headers: &[(&str, &str)]| {
        let request = Request { method: "GET", path, query, headers };
        sign(terms, &secret(), &request, Body::Whole(b""), Rules::MANAGEMENT).err()
    };
    let plain = [HOST, AT];
    assert_eq!(problem(&TERMS, "/%", "a=%25", &plain), None, "a path is not decoded");
    assert_eq!(problem(&TERMS, "/", "a=%", &plain), Some(Unsignable::Undecodable));
    assert_eq!(problem(&TERMS, "/", "", &[HOST, AT, HOST]), Some(Unsignable::RepeatedHeader));
    let two_hosts = Request { method: "GET", path: "/", query: "", headers: &[HOST, AT, HOST] };
    let lenient = sign(&TERMS, &secret(), &two_hosts, Body::Whole(b""), Rules::SERVICE);
    assert_eq!(lenient, Err(Unsignable::RepeatedHeader));
    assert_eq!(problem(&TERMS, "/", "", &[HOST, AT, ("a;b", "x")]), Some(Unsignable::AbsentHeader));
    for (headers, expected) in [
        (&[HOST][..], M::Missing(DATE)),
        (&[AT], M::SignedHeaders),
        (&[HOST, (DATE, "2015é830")], M::Date),
        (&[HOST, (DATE, "20150830T1236")], M::Date),
        (&[HOST, AT, ("Accept", "x")], M::SignedHeaders),
        (&[HOST, AT, ("zoë", "x")], M::SignedHeaders),
        (&[HOST, AT, ("authorization", "x")], M::Repeated("authorization")),
    ] {
        assert_eq!(problem(&TERMS, "/", "", headers), Some(Unsignable::Malformed(expected)), "{headers:?}");
    }
    for terms in [
        Terms { access_key_id: "", ..TERMS },
        Terms { access_key_id: "a/b", ..TERMS },
        Terms { region: "", ..TERMS },
        Terms { service: "a\nb", ..TERMS },
    ] {
        assert_eq!(problem(&terms, "/", "", &plain), Some(Unsignable::Malformed(M::Credential)));
    }
    assert_eq!(
        problem(&Terms { access_key_id: "a,b", ..TERMS }, "/", "", &plain),
        Some(Unsignable::Malformed(M::UnknownPart))
    );
}

const NAMES: [&str; 7] =
    ["content-type", "x-amz-meta", "x-amz-meta-a", "accept", "user-agent", "x-amz-security-token", "if-match"];

/// A request that can be signed, its body, and the rules that it is signed by.
fn random_request(random: &mut Random) -> (Wire, &'static [u8], Rules) {
    let mut wire = random.wire(&NAMES);
    let place = random.below(wire.headers.len() + 1);
    wire.headers.insert(place, (HOST.0.to_owned(), HOST.1.to_owned()));
    let body: &[u8] = [&b""[..], b"body", b"\0\xFF"][random.below(3)];
    (wire, body, ALL_RULES[random.below(3)])
}

/// Signs it, in the header or in the query.
fn random_signed(random: &mut Random) -> (Wire, &'static [u8], Rules) {
    let (mut wire, body, rules) = random_request(random);
    if random.below(3) == 0 {
        return (presigned(&wire, &TERMS, 1 + u32::try_from(random.below(1000)).unwrap(), body, rules), body, rules);
    }
    wire.headers.push((DATE.to_owned(), TIME.to_owned()));
    (signed(&wire, &TERMS, body, rules), body, rules)
}

/// Whatever is signed verifies, and a random flipped bit in it does not.
#[test]
fn sec_070_signed_requests_verify() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for round in 0..2_000 {
        let (wire, body, rules) = random_signed(&mut random);
        assert!(verifies(&wire, body, rules), "round {round}: {wire:?}");
        let mut spoilt = wire.clone();
        let mut fields = spoilt.fields();
        let field = random.below(fields.len());
        let others: Vec<String> = flips(fields[field]).collect();
        let Some(other) = others.get(random.below(others.len().max(1))) else { continue };
        fields[field].clone_from(other);
        if verifies(&spoilt, body, rules) {
            assert_eq!(covered(&spoilt, rules), covered(&wire, rules), "round {round}: {rules:?} {wire:?} {spoilt:?}");
        }
    }
}

/// All that a good signature proves: what the request says, written anew, without the spellings that do not count.
fn covered(wire: &Wire, rules: Rules) -> impl PartialEq + fmt::Debug + use<> {
    let headers = read(wire, |authorization, _| {
        let authorization = authorization.unwrap();
        let mut headers: Vec<(String, String)> = Vec::new();
        for name in authorization.signed_headers().split(';') {
            let values = wire.headers.iter().filter(|(header, _)| header == name);
            let joined: Vec<String> =
                values.map(|(_, value)| value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")).collect();
            headers.push((name.to_owned(), joined.join(",")));
        }
        let (scope, at) = (authorization.scope().to_string(), authorization.timestamp());
        (headers, scope, at, authorization.expire_s(), HEXLOWER.encode(&authorization.signature))
    });
    (wire.method.clone(), place(&wire.path, rules).unwrap(), meaning(&wire.query).unwrap(), headers)
}

/// Mutates requests at random. Nothing panics, and what verifies still means the same.
#[test]
fn sec_071_fuzz_seeded_mutations() {
    const PIECES: [&str; 26] = [
        "/",
        "//",
        "/../",
        ";",
        "%",
        "%2F",
        "%2f",
        "%FF",
        "=",
        "&",
        "\n",
        " ",
        "\t",
        ",",
        "张",
        "0",
        "-1",
        "host",
        "date",
        "x-amz-date",
        "X-Amz-Signature=",
        "X-Amz-Date=20150830T123600Z",
        "Credential=",
        "aws4_request",
        ALGORITHM,
        UNSIGNED_PAYLOAD,
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut parsed, mut verified) = (0, 0);
    for round in 0..20_000 {
        let (wire, body, rules) = random_signed(&mut random);
        let mut other = wire.clone();
        for _ in 0..random.below(3) {
            match random.below(12) {
                0 => other.headers.push((random.pick(&NAMES).to_owned(), random.text(&PIECES, 1))),
                1 => drop(other.headers.pop()),
                2 => other.headers.reverse(),
                _ => {
                    let mut fields = other.fields();
                    let field = random.below(fields.len());
                    random.spoil(fields[field], &PIECES);
                }
            }
        }
        let rules = if random.below(8) == 0 { ALL_RULES[random.below(3)] } else { rules };
        let sent: &[u8] = if random.below(8) == 0 { b"other" } else { body };
        let verdict = read(&other, |authorization, request| {
            let authorization = authorization.ok()?;
            let _ = (authorization.freshness(Timestamp::from_micros(0)), format!("{authorization:?}"));
            assert!(authorization.signs("host"), "round {round}: {other:?}");
            Some(verify(&authorization, &secret(), request, Body::Whole(sent), rules))
        });
        parsed += i32::from(verdict.is_some());
        if verdict == Some(true) {
            verified += 1;
            assert!(sent == body || rules.payload == Payload::MayBeUnsigned, "round {round}: {other:?}");
            assert_eq!(covered(&other, rules), covered(&wire, rules), "round {round}: {rules:?} {wire:?} {other:?}");
        }
    }
    assert!(parsed > 10_000 && (5_000..15_000).contains(&verified), "{parsed} read, {verified} verified");
}

/// Work grows with the size only: were it with the square, this would take far longer.
#[test]
fn large_requests_take_linear_time() {
    let names: Vec<String> = (0..60).map(|number| format!("h{number:02}")).collect();
    let mut wire = Wire::new("GET", &"/a/..".repeat(40_000), &"b=%41&a&".repeat(40_000), &[HOST, AT]);
    for number in 0..40_000 {
        wire.headers.push((names[number % names.len()].clone(), " v ".repeat(3)));
    }
    let body = vec![0; 1_000_000];
    let signed = signed(&wire, &TERMS, &body, Rules::SERVICE);
    assert!(verifies(&signed, &body, Rules::SERVICE));
    assert!(!verifies(&signed, &body, Rules::MANAGEMENT), "headers come twice");
    let long = header_form(CREDENTIAL, &("a;".repeat(500_000) + "host"), SIGNATURE);
    assert_eq!(problem(&with_header(&wire, "authorization", &long)), Some(Malformed::SignedHeaders));
    let long = header_form(&"a/".repeat(500_000), "host", SIGNATURE);
    assert_eq!(problem(&with_header(&wire, "authorization", &long)), Some(Malformed::Credential));
    let long = format!("{ALGORITHM} {}", ",".repeat(1_000_000));
    assert_eq!(problem(&with_header(&wire, "authorization", &long)), Some(Malformed::UnknownPart));
}
