//! What is an authorization, what is not, and when it is good.

use super::*;

pub(super) fn header_form(credential: &str, signed_headers: &str, signature: &str) -> String {
    format!("{ALGORITHM} Credential={credential}, SignedHeaders={signed_headers}, Signature={signature}")
}

pub(super) const CREDENTIAL: &str = "AK/20150830/us-east-1/iam/aws4_request";
pub(super) const SIGNATURE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn parts_are_read() {
    let text = header_form(CREDENTIAL, "host;x-amz-date", SIGNATURE);
    let reordered =
        format!("{ALGORITHM} Signature={SIGNATURE},SignedHeaders=host;x-amz-date,  Credential={CREDENTIAL} ");
    for text in [&text, &text.replace(", ", ","), &reordered] {
        let wire = Wire::new("GET", "/", "X-Amz-Date=x", &[AT, (SECURITY_TOKEN, "token"), ("authorization", text)]);
        read(&wire, |authorization, _| {
            let authorization = authorization.unwrap();
            assert_eq!(authorization.access_key_id(), "AK");
            assert_eq!(authorization.scope(), Scope { date: "20150830", region: "us-east-1", service: "iam" });
            assert_eq!(authorization.timestamp().to_seconds(), "2015-08-30T12:36:00Z");
            assert_eq!(authorization.expire_s(), None);
            assert_eq!(authorization.session_token(), Some("token"));
            assert_eq!(authorization.signed_headers(), "host;x-amz-date");
            assert!(authorization.signs("host") && authorization.signs(DATE));
            assert!(!authorization.signs("hos") && !authorization.signs("host;x-amz-date") && !authorization.signs(""));
            assert_eq!(HEXLOWER.encode(&authorization.signature), SIGNATURE);
            assert_eq!(
                format!("{authorization:?}"),
                "Authorization(AK/20150830/us-east-1/iam/aws4_request, 2015-08-30T12:36:00.000Z, host;x-amz-date, …)",
                "SEC-067"
            );
        });
    }
    assert_eq!(date_text(Timestamp::from_micros(1_440_938_160_999_999)), TIME);
}

/// SEC-069: one algorithm, one form of each part.
#[test]
fn sec_069_malformed_headers() {
    use Malformed as M;
    let refused = |text: &str| problem(&Wire::new("GET", "/", "", &[AT, ("authorization", text)]));
    let whole = header_form(CREDENTIAL, "host", SIGNATURE);
    assert_eq!(refused(&whole), None);
    assert_eq!(problem(&Wire::new("GET", "/", "a=1", &[AT])), Some(M::Unsigned));
    for algorithm in ["", "none", "AWS4-ECDSA-P256-SHA256", "aws4-hmac-sha256", "AWS4-HMAC-SHA256,", "Bearer", "AWS"] {
        assert_eq!(refused(&whole.replace(ALGORITHM, algorithm)), Some(M::Algorithm), "{algorithm}");
    }
    for bad in ["AWS4-HMAC-SHA256", "", " "] {
        assert_eq!(refused(bad), Some(M::Algorithm), "{bad}");
    }
    for (bad, expected) in [
        ("AWS4-HMAC-SHA256 ".to_owned(), M::UnknownPart),
        (whole.replace("Credential", "credential"), M::UnknownPart),
        (whole.replace("Credential=", "Credential ="), M::UnknownPart),
        (whole.replace(", ", ",\t"), M::UnknownPart),
        (whole.replace(", ", " "), M::Missing("SignedHeaders")),
        (whole.replace(", ", ";"), M::Missing("SignedHeaders")),
        (whole.clone() + ",", M::UnknownPart),
        (whole.clone() + ", Region=x", M::UnknownPart),
        (whole.clone() + ", Signature=" + SIGNATURE, M::Repeated("Signature")),
        (whole.clone() + ", Credential=" + CREDENTIAL, M::Repeated("Credential")),
        (whole.clone() + ",SignedHeaders=host", M::Repeated("SignedHeaders")),
        (format!("{ALGORITHM} SignedHeaders=host, Signature={SIGNATURE}"), M::Missing("Credential")),
        (format!("{ALGORITHM} Credential={CREDENTIAL}, Signature={SIGNATURE}"), M::Missing("SignedHeaders")),
        (format!("{ALGORITHM} Credential={CREDENTIAL}, SignedHeaders=host"), M::Missing("Signature")),
    ] {
        assert_eq!(refused(&bad), Some(expected), "{bad}");
    }
}

/// SEC-069: scopes, lists and signatures have one form.
#[test]
fn sec_069_malformed_parts() {
    use Malformed as M;
    let refused = |text: &str| problem(&Wire::new("GET", "/", "", &[AT, ("authorization", text)]));
    let form = header_form;
    for bad in [
        "",
        "AK",
        "/20150830/us-east-1/iam/aws4_request",
        "AK/20150830/us-east-1/aws4_request",
        "A/K/20150830/us-east-1/iam/aws4_request",
        "AK/20150830/us-east-1/iam/aws4_request/",
        "AK/20150830/us-east-1/iam/aws4",
        "AK/20150830/us-east-1/iam/AWS4_REQUEST",
        "AK/20150830//iam/aws4_request",
        "AK/20150830/us-east-1//aws4_request",
        "AK/2015083/us-east-1/iam/aws4_request",
        "AK/2015-08-30/us-east-1/iam/aws4_request",
        "AK/+2015083/us-east-1/iam/aws4_request",
        "AK//us-east-1/iam/aws4_request",
        "AK/20150830/us east/iam/aws4_request",
        "AK/20150830/us-east-1/iäm/aws4_request",
        "A K/20150830/us-east-1/iam/aws4_request",
        "Ä/20150830/us-east-1/iam/aws4_request",
    ] {
        assert_eq!(refused(&form(bad, "host", SIGNATURE)), Some(M::Credential), "{bad}");
    }
    for bad in ["20150829", "20150831", "20250830", "00000000"] {
        let credential = CREDENTIAL.replace("20150830", bad);
        assert_eq!(refused(&form(&credential, "host", SIGNATURE)), Some(M::ScopeDate), "{bad}");
    }
    let names: Vec<String> = (0..SIGNED_HEADERS_MAX).map(|number| format!("h{number:02}")).collect();
    let (many, too_many) = (names[1..].join(";") + ";host", names.join(";") + ";host");
    assert_eq!(refused(&form(CREDENTIAL, &many, SIGNATURE)), None);
    for bad in [
        "",
        ";",
        "host;",
        ";host",
        "host;;date",
        "Host",
        "date;Host",
        "host; x",
        "host:x",
        "höst",
        "a\n;host",
        "a",
        "hos",
        "host;date",
        "host;host",
        "date;date;host",
        "x-amz-date",
        &too_many,
    ] {
        assert_eq!(refused(&form(CREDENTIAL, bad, SIGNATURE)), Some(M::SignedHeaders), "{bad}");
    }
    let bad = [&SIGNATURE[1..], &SIGNATURE[2..], &format!("{SIGNATURE}00"), &SIGNATURE.replace('a', "g"), "é"];
    for bad in bad.into_iter().chain(["", &SIGNATURE.to_uppercase()]) {
        assert_eq!(refused(&form(CREDENTIAL, "host", bad)), Some(M::Signature), "{bad}");
    }
}

/// SEC-074: there is one date, and it is written in one way.
#[test]
fn sec_074_dates() {
    const HTTP: (&str, &str) = ("date", "Sun, 30 Aug 2015 12:36:00 GMT");
    let text = header_form(CREDENTIAL, "host", SIGNATURE);
    let refused =
        |headers: &[(&str, &str)]| problem(&with_header(&Wire::new("GET", "/", "", headers), "authorization", &text));
    for good in [&[AT][..], &[HTTP], &[AT, HTTP], &[("date", TIME)], &[("date", "Sun, 30 Aug 2015 12:36:00 -0000")]] {
        assert_eq!(refused(good), None, "{good:?}");
    }
    assert_eq!(refused(&[]), Some(Malformed::Missing(DATE)));
    assert_eq!(refused(&[AT, AT]), Some(Malformed::Repeated(DATE)));
    assert_eq!(refused(&[HTTP, HTTP]), Some(Malformed::Repeated("date")));
    assert_eq!(refused(&[AT, (SECURITY_TOKEN, "a"), (SECURITY_TOKEN, "a")]), Some(Malformed::Repeated(SECURITY_TOKEN)));
    assert_eq!(refused(&[AT, ("authorization", &text)]), Some(Malformed::Repeated("authorization")));
    let http = |value: &str| refused(&[("date", value)]);
    for bad in [
        "2015-08-30T12:36:00Z",
        "20150830T123600",
        "20150830T1236Z",
        "20150830123600Z",
        "20150830T123600Z ",
        "2015083TT123600Z",
        "20150230T123600Z",
        "20150830T246000Z",
        "20150830T123660Z",
        "+0150830T123600Z",
        "20150830t123600z",
        "2015é830T123600Z",
        "T123600Z",
        "20150830TZ",
        "",
    ] {
        assert_eq!(refused(&[(DATE, bad)]), Some(Malformed::Date), "{bad}");
        assert_eq!(refused(&[(DATE, bad), HTTP]), Some(Malformed::Date), "{bad}");
        assert_eq!(http(bad), Some(Malformed::Date), "{bad}");
        assert_eq!(refused(&[AT, ("date", bad)]), Some(Malformed::Date), "{bad}");
    }
    for bad in [
        "Sun, 30 Aug 2015 12:36:00 CET",
        "Sun, 30 Aug 2015 12:36:00 +0100",
        "Sun, 30 Aug 2015 12:36:00",
        "Sun, 30 Aug 2015 12:36:00 GMT GMT",
        "Sun,  30 Aug 2015 12:36:00 GMT",
        "30 Aug 2015 12:36:00 GMT",
        "Sun, 31 Jun 2015 12:36:00 GMT",
        "Sun, 3 Aug 2015 12:36:00 GMT",
        "Sun, 30 aug 2015 12:36:00 GMT",
        "Sun, 30 Aug 15 12:36:00 GMT",
        "Sunday, 30-Aug-15 12:36:00 GMT",
        "Sun Aug 30 12:36:00 2015",
    ] {
        assert_eq!(http(bad), Some(Malformed::Date), "{bad}");
    }
    assert_eq!(refused(&[AT, ("date", "Sun, 30 Aug 2015 12:36:01 GMT")]), Some(Malformed::Date), "two dates");
    assert_eq!(http("Mon, 31 Aug 2015 12:36:00 GMT"), Some(Malformed::ScopeDate));
    for (number, month) in
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].iter().enumerate()
    {
        let date = format!("Any, 28 {month} 2015 00:00:59 GMT");
        let text = text.replace("0830", &format!("{:02}28", number + 1));
        read(&Wire::new("GET", "/", "", &[("date", &date), ("authorization", &text)]), |authorization, _| {
            let expected = format!("2015-{:02}-28T00:00:59Z", number + 1);
            assert_eq!(authorization.unwrap().timestamp().to_seconds(), expected);
        });
    }
}

/// SEC-048, SEC-069, SEC-074: the query form is as strict.
#[test]
fn sec_069_malformed_queries() {
    use Malformed as M;
    let parts = [
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", "AK%2F20150830%2Fus-east-1%2Fiam%2Faws4_request"),
        ("X-Amz-Date", TIME),
        ("X-Amz-Expires", "604800"),
        ("X-Amz-SignedHeaders", "host%3Bx-amz-meta"),
        ("X-Amz-Signature", SIGNATURE),
    ];
    let query = |wanted: &dyn Fn(usize) -> Option<&'static str>| {
        let lines = parts.iter().enumerate().filter_map(|(index, (name, value))| match wanted(index) {
            None => Some(format!("{name}={value}")),
            Some("") => None,
            Some(other) => Some(format!("{name}={other}")),
        });
        lines.collect::<Vec<_>>().join("&")
    };
    let whole = query(&|_| None);
    let refused_with = |query: &str, headers: &[(&str, &str)]| problem(&Wire::new("GET", "/", query, headers));
    let refused = |query: &str| refused_with(query, &[]);
    let replaced = |name: &str, value: &'static str| {
        let place = parts.iter().position(|(part, _)| *part == name).unwrap();
        refused(&query(&|index| (index == place).then_some(value)))
    };
    assert_eq!(refused(&whole), None);
    for (name, value) in parts {
        assert_eq!(replaced(name, ""), Some(M::Missing(name)));
        assert_eq!(refused(&format!("{whole}&{name}={value}")), Some(M::Repeated(name)));
        assert!(refused(&format!("{name}={value}")).is_some());
        let lower = name.to_lowercase();
        assert_eq!(refused(&whole.replace(name, &lower)), Some(M::Missing(name)));
        assert_eq!(refused(&format!("{whole}&{lower}=x")), None, "some other parameter");
    }
    for bad in ["AWS4-ECDSA-P256-SHA256", "none", "aws4-hmac-sha256", "AWS4-HMAC-SHA256%20"] {
        assert_eq!(replaced("X-Amz-Algorithm", bad), Some(M::Algorithm), "{bad}");
    }
    for bad in [
        "AK",
        "AK%252F20150830%252Fus-east-1%252Fiam%252Faws4_request",
        "AK/20150830/a%0Ab/iam/aws4_request",
        "A%00/20150830/a/iam/aws4_request",
    ] {
        assert_eq!(replaced("X-Amz-Credential", bad), Some(M::Credential), "{bad}");
    }
    assert_eq!(replaced("X-Amz-Credential", "AK/20150831/us-east-1/iam/aws4_request"), Some(M::ScopeDate));
    for bad in ["20150830T123600", "Sun,%2030%20Aug%202015%2012:36:00%20GMT", "2015-08-30T12:36:00Z"] {
        assert_eq!(replaced("X-Amz-Date", bad), Some(M::Date), "{bad}");
    }
    for bad in ["0", "-1", "+1", "604801", "4294967297", "1.5", "%201", "x"] {
        assert_eq!(replaced("X-Amz-Expires", bad), Some(M::Expiry), "{bad}");
    }
    for bad in ["x-amz-meta", "Host", "host;host", "x;host", "host%0A"] {
        assert_eq!(replaced("X-Amz-SignedHeaders", bad), Some(M::SignedHeaders), "{bad}");
    }
    assert_eq!(replaced("X-Amz-Signature", "0"), Some(M::Signature));
    let header = header_form(CREDENTIAL, "host", SIGNATURE);
    for query in [&whole, "X-Amz-Algorithm=x", "X-Amz-Credential=x", "%58-Amz-Signature=x"] {
        assert_eq!(refused_with(query, &[AT, ("authorization", &header)]), Some(M::InHeaderAndQuery), "{query}");
    }
    assert_eq!(refused_with(&whole, &[AT]), None);
    assert_eq!(refused_with(&whole, &[(DATE, "20150830T123601Z")]), Some(M::Date));
    let with_token = format!("{whole}&X-Amz-Security-Token=a");
    assert_eq!(refused(&format!("{with_token}&X-Amz-Security-Token=a")), Some(M::Repeated("X-Amz-Security-Token")));
    assert_eq!(refused_with(&with_token, &[(SECURITY_TOKEN, "a")]), Some(M::Repeated(SECURITY_TOKEN)));
    read(&Wire::new("GET", "/", &whole, &[(SECURITY_TOKEN, "a")]), |authorization, _| {
        let authorization = authorization.unwrap();
        assert_eq!((authorization.session_token(), authorization.expire_s()), (Some("a"), Some(604_800)));
        assert_eq!((authorization.access_key_id(), authorization.signed_headers()), ("AK", "host;x-amz-meta"));
    });
}

/// SEC-074: good for 15 minutes either way, or until it expires.
#[test]
fn sec_074_freshness() {
    use Freshness::{Expired, Fresh, FromTheFuture};
    const SECOND: i64 = 1_000_000;
    let freshness = |expire_s: Option<u32>, now: &dyn Fn(i64) -> i64| {
        let plain = Wire::new("GET", "/", "", &[HOST, AT]);
        let wire = match expire_s {
            None => signed(&plain, &TERMS, b"", Rules::MANAGEMENT),
            Some(expire_s) => presigned(&plain, &TERMS, expire_s, b"", Rules::MANAGEMENT),
        };
        read(&wire, |authorization, _| {
            let authorization = authorization.unwrap();
            authorization.freshness(Timestamp::from_micros(now(authorization.timestamp().micros())))
        })
    };
    for (expire_s, offset_us, expected) in [
        (None, 0, Fresh),
        (None, 900 * SECOND, Fresh),
        (None, 900 * SECOND + 1, Expired),
        (None, -900 * SECOND, Fresh),
        (None, -900 * SECOND - 1, FromTheFuture),
        (Some(1), SECOND, Fresh),
        (Some(1), SECOND + 1, Expired),
        (Some(1), -900 * SECOND, Fresh),
        (Some(1), -900 * SECOND - 1, FromTheFuture),
        (Some(EXPIRE_MAX_S), i64::from(EXPIRE_MAX_S) * SECOND, Fresh),
        (Some(EXPIRE_MAX_S), i64::from(EXPIRE_MAX_S) * SECOND + 1, Expired),
    ] {
        assert_eq!(freshness(expire_s, &|at| at + offset_us), expected, "{expire_s:?} s, {offset_us} µs");
    }
    for expire_s in [None, Some(60)] {
        assert_eq!(freshness(expire_s, &|_| i64::MAX), Expired);
        assert_eq!(freshness(expire_s, &|_| i64::MIN), FromTheFuture);
    }
}
