use super::*;
use crate::{
    percent::{Parameter, decode, decode_query},
    testing::{Random, Wire, flips},
};

const TIME: &str = "2014-06-13T05:57:36Z";
const JSON: &str = "application/json; charset=utf-8";

impl Wire {
    fn sign(&self, signed_headers: &[&str]) -> String {
        let at = Timestamp::parse_seconds(TIME).unwrap();
        let terms = Terms { access_key_id: "my_ak", at, expire_s: 1800, signed_headers };
        self.with(|request| sign(&terms, &secret(), request)).unwrap()
    }

    /// Signs `path` instead of the canonical one, as an SDK does that signs what was typed.
    fn sign_spelled(&self, path: &str) -> String {
        let prefix = format!("{ALGORITHM}/my_ak/{TIME}/1800");
        let text = self.with(|request| Canonical::of(request, "").unwrap().text(path));
        let signature = hmac(signing_key(&secret(), &prefix).expose().as_bytes(), &text);
        format!("{prefix}//{}", HEXLOWER.encode(&signature))
    }

    fn verifies(&self, authorization: &str) -> bool {
        let Ok(authorization) = Authorization::parse(authorization) else { return false };
        self.with(|request| verify(&authorization, &secret(), request))
    }
}

fn secret() -> SecretText {
    SecretText::new("my_sk".to_owned())
}

fn assert_vector(wire: &Wire, signed_headers: &[&str], canonical: &str, tail: &str) {
    let text = wire.with(|request| {
        let canonical = Canonical::of(request, &signed_headers.join(";")).unwrap();
        assert_eq!(canonical.raw_path, canonical.encoded_path);
        canonical.text(canonical.raw_path)
    });
    assert_eq!(text, canonical);
    let authorization = format!("bce-auth-v1/my_ak/{TIME}/1800{tail}");
    assert_eq!(wire.sign(signed_headers), authorization);
    assert!(wire.verifies(&authorization));
}

/// The key of all vectors, which come from bce-python-sdk 0.9.79.
#[test]
fn vectors_signing_key() {
    let key = signing_key(&secret(), "bce-auth-v1/my_ak/2014-06-13T05:57:36Z/1800");
    assert_eq!(key.expose(), "b358d27f22640783b887965f17e6cf57ce5b44e3e44ed171a934df6daff52a7c");
}

/// Computed with bce-python-sdk 0.9.79: the default set of headers.
#[test]
fn vector_1_post_default_headers() {
    let headers =
        [("host", "iam.bj.baidubce.com"), ("content-type", JSON), ("x-bce-date", TIME), ("content-length", "41")];
    assert_vector(
        &Wire::new("POST", "/v1/user", "", &headers),
        &[],
        "POST\n/v1/user\n\ncontent-length:41\ncontent-type:application%2Fjson%3B%20charset%3Dutf-8\nhost:iam.bj.baidubce.com\nx-bce-date:2014-06-13T05%3A57%3A36Z",
        "//eaa87d66b3b528c9cf8eccbdfe8287935348c6ff4cc7d3b4241803072bead29c",
    );
}

/// Computed with bce-python-sdk 0.9.79: an explicit list, and headers that are not on it.
#[test]
fn vector_2_get_explicit_headers() {
    let headers = [("x-bce-date", TIME), ("host", "iam.bj.baidubce.com"), ("content-length", "0"), ("user-agent", "x")];
    assert_vector(
        &Wire::new("GET", "/v1/user", "", &headers),
        &["host", "x-bce-date"],
        "GET\n/v1/user\n\nhost:iam.bj.baidubce.com\nx-bce-date:2014-06-13T05%3A57%3A36Z",
        "/host;x-bce-date/4cc2b693be5f9f25de047d86f169ef4f16d1493ac9a7dd869053af20414968d7",
    );
}

/// Computed with bce-python-sdk 0.9.79: a flag in the query, as Go and Java spell it and as Python does.
#[test]
fn vector_3_put_with_a_flag() {
    let headers =
        [("host", "iam.bj.baidubce.com"), ("content-type", JSON), ("content-length", "0"), ("x-bce-date", TIME)];
    for query in ["disable", "disable=", "&disable&", "disable&Authorization=x"] {
        assert_vector(
            &Wire::new("PUT", "/v1/user/test-user/accesskey/ak1", query, &headers),
            &[],
            "PUT\n/v1/user/test-user/accesskey/ak1\ndisable=\ncontent-length:0\ncontent-type:application%2Fjson%3B%20charset%3Dutf-8\nhost:iam.bj.baidubce.com\nx-bce-date:2014-06-13T05%3A57%3A36Z",
            "//071c198bcfcb30e40b5d95995cc7be803a27b43beed9efc27d0717115ae9078e",
        );
    }
}

/// Published in @baiducloud/sdk 1.0.7, test/sdk/auth.spec.js: parameters are ordered by bytes.
#[test]
fn vector_4_query_order() {
    let headers = [("host", "bce.baidu.com"), ("x-bce-meta-key1", " ABC ")];
    assert_vector(
        &Wire::new("PUT", "/v1/bucket/object1", "b=&A&C=d", &headers),
        &["host", "x-bce-meta-key1"],
        "PUT\n/v1/bucket/object1\nA=&C=d&b=\nhost:bce.baidu.com\nx-bce-meta-key1:ABC",
        "/host;x-bce-meta-key1/80c9672aca2ea9af4bb40b9a8ff458d72df94e97d550840727f3a929af271d25",
    );
}

/// Computed with bce-python-sdk 0.9.79: a signed session token.
#[test]
fn vector_5_session_token() {
    let headers = [
        ("host", "sts.bj.baidubce.com"),
        ("content-type", "application/json;charset=utf-8"),
        ("x-bce-security-token", "tok/en+=="),
        ("x-bce-date", TIME),
    ];
    assert_vector(
        &Wire::new("POST", "/v1/credential", "assumeRole&durationSeconds=7200&accountId=acc1&roleName=r1", &headers),
        &["content-type", "host", "x-bce-date", "x-bce-security-token"],
        "POST\n/v1/credential\naccountId=acc1&assumeRole=&durationSeconds=7200&roleName=r1\ncontent-type:application%2Fjson%3Bcharset%3Dutf-8\nhost:sts.bj.baidubce.com\nx-bce-date:2014-06-13T05%3A57%3A36Z\nx-bce-security-token:tok%2Fen%2B%3D%3D",
        "/content-type;host;x-bce-date;x-bce-security-token/e5855ffd3da113803749be24f4c94c4ffb5dcbf6ba9dc4a0cf90b9d05617387c",
    );
}

/// Computed with bce-python-sdk 0.9.79: finished lines are what is ordered, and every odd character is encoded.
#[test]
fn vector_6_order_of_lines_and_encoding() {
    let headers =
        [("x-bce-meta", " a b "), ("x-bce-meta-a", "c;d"), ("host", "iam.bj.baidubce.com"), ("x-bce-empty", " ")];
    assert_vector(
        &Wire::new("GET", "/v1/user/%E5%BC%A0%E4%B8%89", "flag&a=x+y&b=张%2f三&a-=~_.", &headers),
        &[],
        "GET\n/v1/user/%E5%BC%A0%E4%B8%89\na-=~_.&a=x%2By&b=%E5%BC%A0%2F%E4%B8%89&flag=\nhost:iam.bj.baidubce.com\nx-bce-meta-a:c%3Bd\nx-bce-meta:a%20b",
        "//3783508fc7aa8ea35842cc306627b5867240353d1472a1ba8487d7881f31a70e",
    );
}

/// SEC-302: a path may be signed as it was sent, or decoded and encoded again; nothing else.
#[test]
fn sec_302_both_spellings_of_a_path() {
    let canonical = "/v1/user/%E5%BC%A0%40b";
    for sent in [canonical, "/v1/user/张@b", "/v1/user/张%40b", "/v1/user/%e5%bc%a0@b", "/v1/%75ser/张@b"] {
        let wire = Wire::new("GET", sent, "", &[("host", "h")]);
        assert_eq!(wire.sign_spelled(canonical), wire.sign(&[]), "{sent}");
        assert!(wire.verifies(&wire.sign_spelled(canonical)), "{sent}");
        assert!(wire.verifies(&wire.sign_spelled(sent)), "{sent}");
        for other in [
            "/v1/user/%25E5%25BC%25A0%2540b",
            "/v1/user/%e5%BC%a0%40b",
            "/v1/user/",
            "/",
            "",
            "%2Fv1%2Fuser%2F%E5%BC%A0%40b",
        ] {
            assert!(!wire.verifies(&wire.sign_spelled(other)), "{sent} signed as {other}");
        }
    }
    let root = Wire::new("GET", "", "", &[]);
    assert!(root.verifies(&root.sign_spelled("/")));
    let twice = Wire::new("GET", "/a%2541", "", &[]);
    assert!(
        !twice.verifies(&twice.sign_spelled("/aA")) && !twice.verifies(&twice.sign_spelled("/a%41")),
        "decoded once"
    );
}

/// SEC-070: a flipped bit in whatever is signed makes the signature false.
#[test]
fn sec_070_every_signed_bit_counts() {
    let headers = [
        ("host", "iam.bj.baidubce.com"),
        ("content-length", "10"),
        ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("x-bce-date", TIME),
        ("x-bce-security-token", "tok/en+=="),
        ("accept", "*/*"),
    ];
    let wire = Wire::new("PUT", "/v1/user/%E5%BC%A0@b", "disable&b=x%2Fy+z&a=", &headers);
    for list in [&[][..], &["content-length", "content-md5", "host", "x-bce-date", "x-bce-security-token"]] {
        let authorization = wire.sign(list);
        assert!(wire.verifies(&authorization));
        for spoilt in flips(&authorization) {
            assert!(!wire.verifies(&spoilt), "{spoilt}");
        }
        let signed_fields = 3 + 2 * (headers.len() - 1);
        for field in 0..signed_fields {
            let original = wire.clone().fields()[field].clone();
            for spoilt in flips(&original) {
                let mut other = wire.clone();
                other.fields()[field].clone_from(&spoilt);
                // `%2F` and `%2f` are one text.
                let same = field == 1 && decode(&spoilt) == decode(&original)
                    || field == 2 && decode_query(&spoilt) == decode_query(&original);
                assert_eq!(other.verifies(&authorization), same, "{original} became {spoilt}");
            }
        }
        let mut other = wire.clone();
        "text/plain".clone_into(other.fields()[signed_fields + 1]);
        assert!(other.verifies(&authorization), "an unsigned header does not count");
        let parsed = Authorization::parse(&authorization).unwrap();
        for spoilt in flips("my_sk") {
            assert!(!wire.with(|request| verify(&parsed, &SecretText::new(spoilt.clone()), request)), "{spoilt}");
        }
    }
}

#[test]
fn what_is_added_or_taken_away_counts() {
    let wire = Wire::new("GET", "/v1/user", "a=1&a=2", &[("host", "h"), ("x-bce-date", TIME)]);
    let (default, listed) = (wire.sign(&[]), wire.sign(&["host", "x-bce-date", "x-bce-absent"]));
    let verifies = |change: &dyn Fn(&mut Wire)| {
        let mut other = wire.clone();
        change(&mut other);
        (other.verifies(&default), other.verifies(&listed))
    };
    let push = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(verifies(&|_| ()), (true, true));
    assert_eq!(verifies(&|other| other.headers.reverse()), (true, true));
    assert_eq!(verifies(&|other| "a=2&a=1".clone_into(&mut other.query)), (true, true));
    assert_eq!(verifies(&|other| "a=1&a=2&%61uthorizatioN=x".clone_into(&mut other.query)), (true, true));
    for query in [
        "a=1",
        "a=1&a=2&a=2",
        "a=1&a=2&b",
        "a=1&a=2&=",
        "a=1%26a=2",
        "a=1&a=2&authorization2=x",
        "a=1&a=2&b=%",
        "a=1&a=2&%FF",
    ] {
        assert_eq!(verifies(&|other| query.clone_into(&mut other.query)), (false, false), "{query}");
    }
    for path in ["/v1/user/", "//v1/user", "/v1%2Fuser%", "/v1/user%FF", "/v1/./user", "/V1/user", ""] {
        assert_eq!(verifies(&|other| path.clone_into(&mut other.path)), (false, false), "{path}");
    }
    assert_eq!(verifies(&|other| other.headers.truncate(1)), (false, false));
    assert_eq!(verifies(&|other| other.headers.push(push("x-bce-absent", "x"))), (false, false));
    assert_eq!(verifies(&|other| other.headers.push(push("x-bce-other", "x"))), (false, true));
    assert_eq!(verifies(&|other| other.headers.push(push("accept", "x"))), (true, true));
    assert_eq!(verifies(&|other| other.headers.push(push("x-bce-absent", " \t"))), (true, true));
    for value in ["h", "other", ""] {
        assert_eq!(
            verifies(&|other| other.headers.push(push("host", value))),
            (false, false),
            "a second host `{value}`"
        );
    }
}

#[test]
fn parts_of_the_canonical_form_cannot_run_into_each_other() {
    let honest = Wire::new("GET", "/a", "b=c", &[("host", "h")]);
    for (method, path) in [("GET\n/a\nb=c\nhost:h", ""), ("GET", "/a\nb=c\nhost:h"), ("GET\n/a", "b=c")] {
        let wire = Wire::new(method, path, "", &[]);
        assert!(!wire.verifies(&honest.sign(&[])), "{method:?} {path:?}");
        wire.with(|request| assert!(matches!(Canonical::of(request, ""), Err(Unsignable::Undecodable))));
    }
}

#[test]
fn what_cannot_be_verified_cannot_be_signed() {
    let at = Timestamp::from_micros(0);
    let terms = Terms { access_key_id: "k", at, expire_s: 1, signed_headers: &["host"] };
    for (path, query, headers, problem) in [
        ("/%", "", &[][..], Unsignable::Undecodable),
        ("/", "a=%C3", &[], Unsignable::Undecodable),
        ("/", "", &[("host", "a"), ("accept", "x"), ("host", "a")], Unsignable::RepeatedHeader),
    ] {
        let request = Request { method: "GET", path, query, headers };
        assert_eq!(sign(&terms, &secret(), &request), Err(problem), "{path} {query}");
    }
    let request = Request { method: "GET", path: "/", query: "", headers: &[("accept", "x"), ("accept", "y")] };
    assert!(sign(&terms, &secret(), &request).is_ok(), "an unsigned header may come twice");
}

#[test]
fn parts_are_read() {
    let signature = "0123456789abcdef".repeat(4);
    let text = format!("bce-auth-v1/CVAK/{TIME}/4294967295/host;x-bce-date/{signature}");
    let authorization = Authorization::parse(&text).unwrap();
    assert_eq!(authorization.prefix, format!("bce-auth-v1/CVAK/{TIME}/4294967295"));
    assert_eq!(authorization.access_key_id(), "CVAK");
    assert_eq!(authorization.timestamp().to_seconds(), TIME);
    assert_eq!(authorization.expire_s(), u32::MAX);
    assert_eq!(authorization.signed_headers(), "host;x-bce-date");
    assert_eq!(HEXLOWER.encode(&authorization.signature), signature);
    assert_eq!(format!("{authorization:?}"), format!("Authorization({}/host;x-bce-date/…)", authorization.prefix));
}

/// SEC-069, SEC-305: one algorithm, one form of each part, and an expiry that ends.
#[test]
fn sec_305_malformed_authorizations() {
    let signature = "0123456789abcdef".repeat(4);
    let form = |algorithm: &str, key: &str, time: &str, expiry: &str, headers: &str, signature: &str| {
        format!("{algorithm}/{key}/{time}/{expiry}/{headers}/{signature}")
    };
    let refused = |text: &str| Authorization::parse(text).err();
    assert_eq!(refused(&form(ALGORITHM, "k", TIME, "1", "host", &signature)), None);
    for bad in ["", "none", "bce-auth-v2", "bce-auth-v1 ", " bce-auth-v1", "BCE-AUTH-V1", "Bearer bce-v3"] {
        assert_eq!(refused(&form(bad, "k", TIME, "1", "", &signature)), Some(Malformed::Algorithm), "{bad}");
    }
    for bad in ["", "bce-auth-v1", "bce-auth-v1/k"] {
        let problem = if bad.is_empty() { Malformed::Algorithm } else { Malformed::Parts };
        assert_eq!(refused(bad), Some(problem), "{bad}");
    }
    let whole = form(ALGORITHM, "k", TIME, "1", "", &signature);
    assert_eq!(refused(&format!("{whole}/")), Some(Malformed::Parts));
    assert_eq!(refused(&whole.replacen("//", "/", 1)), Some(Malformed::Parts));
    assert_eq!(refused(&form(ALGORITHM, "", TIME, "1", "", &signature)), Some(Malformed::AccessKeyId));
    for bad in
        ["", "2014-06-13T05:57:36", "2014-06-13T05:57:36.0Z", "2014-06-13T05:57:36+08:00", "2014-13-13T05:57:36Z", "0"]
    {
        assert_eq!(refused(&form(ALGORITHM, "k", bad, "1", "", &signature)), Some(Malformed::Timestamp), "{bad}");
    }
    for bad in
        ["", "0", "00", "-1", "-0", "+1", " 1", "1 ", "1.5", "1e3", "0x10", "4294967296", "18446744073709551617", "１"]
    {
        assert_eq!(refused(&form(ALGORITHM, "k", TIME, bad, "", &signature)), Some(Malformed::Expiry), "{bad}");
    }
    let many = vec!["a"; SIGNED_HEADERS_MAX].join(";");
    assert_eq!(refused(&form(ALGORITHM, "k", TIME, "1", &many, &signature)), None);
    for bad in [
        ";",
        "host;",
        ";host",
        "host;;date",
        "Host",
        "host; date",
        "host,date",
        "host:",
        "hôst",
        "a\n",
        &format!("{many};a"),
    ] {
        assert_eq!(refused(&form(ALGORITHM, "k", TIME, "1", bad, &signature)), Some(Malformed::SignedHeaders), "{bad}");
    }
    for bad in [
        "",
        &signature[..63],
        &signature[..62],
        &format!("{signature}0"),
        &format!("{signature}00"),
        &signature.to_uppercase(),
        &signature.replace('a', "g"),
        &"é".repeat(32),
    ] {
        assert_eq!(refused(&form(ALGORITHM, "k", TIME, "1", "", bad)), Some(Malformed::Signature), "{bad}");
    }
}

/// SEC-305: good from 15 minutes before its time until its expiry, an hour after its time at most.
#[test]
fn sec_305_freshness() {
    use Freshness::{Expired, Fresh, FromTheFuture};
    const SECOND: i64 = 1_000_000;
    let signature = "0".repeat(64);
    let freshness = |expiry: u32, offset_us: i64| {
        let text = format!("{ALGORITHM}/k/{TIME}/{expiry}//{signature}");
        let authorization = Authorization::parse(&text).unwrap();
        authorization.freshness(Timestamp::from_micros(authorization.timestamp().micros() + offset_us))
    };
    for (expiry, offset_us, expected) in [
        (1800, 0, Fresh),
        (1800, 1800 * SECOND, Fresh),
        (1800, 1800 * SECOND + 1, Expired),
        (1800, -900 * SECOND, Fresh),
        (1800, -900 * SECOND - 1, FromTheFuture),
        (1, SECOND, Fresh),
        (1, SECOND + 1, Expired),
        (3600, 3600 * SECOND, Fresh),
        (3601, 3600 * SECOND + 1, Expired),
        (u32::MAX, 3600 * SECOND, Fresh),
        (u32::MAX, 3600 * SECOND + 1, Expired),
        (u32::MAX, -900 * SECOND - 1, FromTheFuture),
    ] {
        assert_eq!(freshness(expiry, offset_us), expected, "{expiry} s, {offset_us} µs");
    }
    let text = format!("{ALGORITHM}/k/{TIME}/1//{signature}");
    let authorization = Authorization::parse(&text).unwrap();
    assert_eq!(authorization.freshness(Timestamp::from_micros(i64::MAX)), Expired);
    assert_eq!(authorization.freshness(Timestamp::from_micros(i64::MIN)), FromTheFuture);
}

/// SEC-300, SEC-301: a dialect can ask what is covered.
#[test]
fn sec_301_signed_headers() {
    let signature = "0".repeat(64);
    let signs = |list: &str, header: &str| {
        let text = format!("{ALGORITHM}/k/{TIME}/1/{list}/{signature}");
        Authorization::parse(&text).unwrap().signs(header)
    };
    for header in ["host", "content-length", "content-type", "content-md5", "x-bce-date", "x-bce-security-token"] {
        assert!(signs("", header), "{header}");
    }
    for header in ["date", "authorization", "content-encoding", "x-bce", "x-forwarded-for", "hos", "hostt", ""] {
        assert!(!signs("", header), "{header}");
    }
    assert!(signs("host;x-bce-date", "host") && signs("host;x-bce-date", "x-bce-date"));
    for header in ["content-length", "x-bce-security-token", "hos", "date", "host;x-bce-date", ""] {
        assert!(!signs("host;x-bce-date", header), "{header}");
    }
}

/// SEC-304: a hash of the body that is there must be right. The hashes of "abc" are those of RFC 1321 and FIPS 180-2.
#[test]
fn sec_304_body_hashes() {
    const MD5: &str = "kAFQmDzST7DWlj99KOF/cg==";
    const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let matches = |headers: &[(&str, &str)]| body_matches(headers, b"abc");
    assert!(matches(&[]) && matches(&[("content-type", JSON)]));
    assert!(matches(&[(CONTENT_MD5, MD5)]) && matches(&[(CONTENT_SHA256, SHA256)]));
    assert!(matches(&[(CONTENT_SHA256, &SHA256.to_uppercase())]) && matches(&[(CONTENT_MD5, &format!(" {MD5} "))]));
    assert!(matches(&[(CONTENT_MD5, MD5), ("host", "h"), (CONTENT_SHA256, SHA256)]));
    for bad in [
        "",
        "x",
        "1B2M2Y8AsgTpgAmY7PhCfg==",
        "kAFQmDzST7DWlj99KOF/cg",
        "kAFQmDzST7DWlj99KOF/ch==",
        "900150983cd24fb0d6963f7d28e17f72",
    ] {
        assert!(!matches(&[(CONTENT_MD5, bad)]), "{bad}");
        assert!(!matches(&[(CONTENT_SHA256, SHA256), (CONTENT_MD5, bad)]), "{bad}");
    }
    for bad in ["", "ba78", &SHA256.replace('b', "c"), "UNSIGNED-PAYLOAD", MD5, &format!("{SHA256}00")] {
        assert!(!matches(&[(CONTENT_SHA256, bad)]), "{bad}");
        assert!(!matches(&[(CONTENT_SHA256, SHA256), (CONTENT_SHA256, bad)]), "{bad}");
    }
    assert!(!body_matches(&[(CONTENT_MD5, MD5)], b"abd") && !body_matches(&[(CONTENT_SHA256, SHA256)], b""));
}

const NAMES: [&str; 9] = [
    "host",
    "content-length",
    "content-type",
    "content-md5",
    "x-bce-date",
    "x-bce-meta",
    "x-bce-meta-a",
    "accept",
    "date",
];

/// Whatever is signed verifies, in both spellings of the path, and a random flipped bit in it does not.
#[test]
fn signed_requests_verify() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for round in 0..2_000 {
        let wire = random.wire(&NAMES);
        let mut list = vec!["host", "x-bce-date", "x-bce-meta"];
        list.truncate(random.below(4));
        let authorization = wire.sign(&list);
        assert!(wire.verifies(&authorization), "round {round}: {wire:?} {authorization}");
        let raw = if wire.path.is_empty() { "/" } else { &wire.path };
        assert!(wire.verifies(&wire.sign_spelled(raw)), "round {round}: {wire:?}");
        let spoilt: Vec<String> = flips(&authorization).collect();
        let spoilt = &spoilt[random.below(spoilt.len())];
        // The list is not signed, only what it chooses: a name on it may become another that is absent too.
        let (kept, changed) = (essence(&authorization), essence(spoilt));
        assert!(!wire.verifies(spoilt) || kept == changed, "round {round}: {wire:?} {spoilt}");
    }
}

/// Mutates authorization, path, query and headers at random. Nothing panics, and what verifies still means the same.
#[test]
fn fuzz_seeded_mutations() {
    const PIECES: [&str; 16] = [
        "/",
        ";",
        "%",
        "%2F",
        "%2f",
        "%FF",
        "=",
        "&",
        "\n",
        " ",
        "张",
        "0",
        "-1",
        "host",
        "authorization=x",
        "bce-auth-v1/",
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut parsed, mut verified) = (0, 0);
    for round in 0..12_000 {
        let wire = random.wire(&NAMES);
        let authorization = wire.sign(if random.below(2) == 0 { &[] } else { &["host", "x-bce-date"] });
        let (mut other, mut spoilt) = (wire.clone(), authorization.clone());
        for _ in 0..random.below(3) {
            let mut fields = other.fields();
            fields.push(&mut spoilt);
            let field = random.below(fields.len());
            random.spoil(fields[field], &PIECES);
        }
        let Ok(read) = Authorization::parse(&spoilt) else { continue };
        parsed += 1;
        assert!(read.expire_s() > 0 && spoilt.starts_with(read.prefix), "round {round}: {spoilt}");
        let _ = (read.freshness(Timestamp::from_micros(0)), read.signs("host"), format!("{read:?}"));
        if other.verifies(&spoilt) {
            verified += 1;
            assert_eq!(essence(&spoilt), essence(&authorization), "round {round}");
            let path = |wire: &Wire| decode(if wire.path.is_empty() { "/" } else { &wire.path }).unwrap().into_owned();
            assert_eq!((&other.method, path(&other)), (&wire.method, path(&wire)), "round {round}");
            assert_eq!(signed_query(&other), signed_query(&wire), "round {round}");
        }
    }
    assert!(parsed > 6_000 && (3_000..9_000).contains(&verified), "{parsed} read, {verified} verified");
}

/// An authorization without its list of headers.
fn essence(authorization: &str) -> (String, String) {
    let parts: Vec<&str> = authorization.split('/').collect();
    (parts[..4.min(parts.len())].join("/"), parts.last().map(|part| (*part).to_owned()).unwrap_or_default())
}

fn signed_query(wire: &Wire) -> Vec<Parameter<'_>> {
    let mut signed = decode_query(&wire.query).unwrap();
    signed.retain(|parameter| parameter.name.to_lowercase() != "authorization");
    signed.sort();
    signed
}
