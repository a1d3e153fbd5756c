//! Bodies for fuzzing (SEC-274): see the crate `spoil`.
//!
//! A request is its method, path, query, body and then each header's name and value, with NUL between them.

use base::{secret::SecretText, timestamp::Timestamp};

use crate::{
    Request, bce_v1, percent,
    sigv4::{self, Body, Malformed, rules::Rules},
};

/// A request as it came.
struct Wire<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    body: &'a str,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Wire<'a> {
    fn read(input: &'a [u8]) -> Option<Self> {
        let mut fields = std::str::from_utf8(input).ok()?.split('\0');
        let [method, path, query, body] = [fields.next()?, fields.next()?, fields.next()?, fields.next()?];
        let mut headers = Vec::new();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            headers.push((name, value));
        }
        Some(Self { method, path, query, body, headers })
    }

    fn request(&self) -> Request<'_> {
        Request { method: self.method, path: self.path, query: self.query, headers: &self.headers }
    }

    fn authorization(&self) -> &'a str {
        self.headers.iter().find(|(name, _)| *name == "authorization").map_or("", |(_, value)| value)
    }
}

fn secrets() -> [SecretText; 2] {
    ["0123456789abcdef", "0123456789abcdeg"].map(|text| SecretText::new(text.to_owned()))
}

/// What is signed is verified, by that secret only; what comes as an authorisation is read or refused.
pub fn bce_v1(input: &[u8]) -> bool {
    let Some(wire) = Wire::read(input) else { return false };
    let [secret, other] = secrets();
    if let Ok(read) = bce_v1::Authorization::parse(wire.authorization()) {
        assert!(read.expire_s() > 0 && !format!("{read:?}").contains(wire.authorization()));
        assert!(!bce_v1::verify(&read, &other, &wire.request()), "nobody has signed with it");
        let _ = (read.freshness(Timestamp::from_micros(i64::MAX)), read.freshness(Timestamp::from_micros(i64::MIN)));
        let _ = (read.signs("host"), bce_v1::verify(&read, &secret, &wire.request()));
    }
    let _ = bce_v1::body_matches(&wire.headers, wire.body.as_bytes());
    let has_host = wire.headers.iter().any(|(name, _)| *name == "host");
    let at = Timestamp::from_micros(1_795_334_400_000_000);
    let terms = bce_v1::Terms {
        access_key_id: "my_ak",
        at,
        expire_s: 1_800,
        signed_headers: if has_host { &["host"] } else { &[] },
    };
    let Ok(text) = bce_v1::sign(&terms, &secret, &wire.request()) else { return false };
    let read = bce_v1::Authorization::parse(&text).expect("what is signed can be read");
    assert!(bce_v1::verify(&read, &secret, &wire.request()) && !bce_v1::verify(&read, &other, &wire.request()));
    true
}

/// What is signed is verified under the same rules, by that secret only; what comes as an authorisation is read or
/// refused.
pub fn sigv4(input: &[u8]) -> bool {
    let Some(wire) = Wire::read(input) else { return false };
    let Ok(parameters) = percent::decode_query(wire.query) else { return false };
    let [secret, other] = secrets();
    let body = Body::Whole(wire.body.as_bytes());
    let all = [Rules::MANAGEMENT, Rules::SERVICE, Rules::S3];
    if let Ok(read) = sigv4::Authorization::parse(&wire.headers, &parameters) {
        let _ = (read.freshness(Timestamp::from_micros(i64::MAX)), read.freshness(Timestamp::from_micros(i64::MIN)));
        let _ = (read.signs("host"), read.session_token(), format!("{read:?}"));
        for rules in all {
            assert!(!sigv4::verify(&read, &other, &wire.request(), body, rules), "nobody has signed with it");
            let _ = sigv4::verify(&read, &secret, &wire.request(), body, rules);
        }
    }
    let terms = sigv4::Terms { access_key_id: "AKIDEXAMPLE", region: "bj", service: "claviger" };
    let mut signed = false;
    for rules in all {
        let Ok(text) = sigv4::sign(&terms, &secret, &wire.request(), body, rules) else { continue };
        let mut headers = wire.headers.clone();
        headers.push(("authorization", &text));
        let request = Request { headers: &headers, ..wire.request() };
        match sigv4::Authorization::parse(&headers, &parameters) {
            Ok(read) => {
                assert!(sigv4::verify(&read, &secret, &request, body, rules), "{rules:?}");
                assert!(!sigv4::verify(&read, &other, &request, body, rules), "{rules:?}");
                signed = true;
            }
            // The query brings one, too.
            Err(problem) => assert_eq!(problem, Malformed::InHeaderAndQuery),
        }
    }
    signed
}

/// What is decoded and encoded again decodes to the same, and holds nothing that an encoding does not have.
pub fn percent(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let (mut encoded, mut path) = (String::new(), String::new());
    percent::encode(text, &mut encoded);
    percent::encode_path(text, &mut path);
    assert_eq!(percent::decode(&encoded).as_deref(), Ok(text));
    assert_eq!(percent::decode(&path).as_deref(), Ok(text));
    assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte)), "{path}");
    let decoded = percent::decode(text);
    match percent::decode_query(text) {
        Ok(parameters) => {
            let again: Vec<String> = parameters
                .iter()
                .map(|parameter| {
                    let mut line = String::new();
                    percent::encode(&parameter.name, &mut line);
                    line.push('=');
                    percent::encode(&parameter.value, &mut line);
                    line
                })
                .collect();
            assert_eq!(percent::decode_query(&again.join("&")), Ok(parameters));
            assert!(decoded.is_ok() || text.contains(['&', '=']), "its parts can be decoded, the whole cannot");
        }
        Err(_) => assert!(decoded.is_err() || text.contains(['&', '=']), "the whole can be decoded, its parts cannot"),
    }
    decoded.is_ok()
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    const PIECES: [&[u8]; 22] = [
        b"/",
        b";",
        b"%",
        b"%2F",
        b"%2f",
        b"%FF",
        b"=",
        b"&",
        b"\n",
        b" ",
        b"\0",
        b"..",
        "张".as_bytes(),
        b"0",
        b"-1",
        b"\0host\0x",
        b"\0x-amz-date\x0020261122T080000Z",
        b"X-Amz-Signature=",
        b"x-bce-date",
        b"bce-auth-v1/",
        b"Credential=",
        b"%E5%BC%A0",
    ];

    fn wire(fields: &[&str]) -> Vec<u8> {
        fields.join("\0").into_bytes()
    }

    #[test]
    fn sec_274_fuzz_bce_v1() {
        let signature = "0123456789abcdef".repeat(4);
        let authorization = format!("bce-auth-v1/my_ak/2026-11-22T08:00:00Z/1800/host;x-bce-date/{signature}");
        let seeds = vec![
            wire(&["GET", "/v1/user/a%2Fb", "a=1&b=%20", "", "host", "iam.bj", "x-bce-date", "2026-11-22T08:00:00Z"]),
            wire(&["POST", "/v1/user", "", "{}", "host", "iam.bj", "authorization", &authorization]),
            wire(&["PUT", "", "x", "b", "content-md5", "n/a", "x-bce-content-sha256", &signature, "content-type", "j"]),
        ];
        Trial { name: "bce_v1", seeds, pieces: &PIECES, rounds: 4_000 }.run(bce_v1);
    }

    #[test]
    fn sec_274_fuzz_sigv4() {
        let signature = "0123456789abcdef".repeat(4);
        let scope = "AKIDEXAMPLE/20261122/bj/claviger/aws4_request";
        let header =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date=20261122T080000Z&X-Amz-Expires=60\
             &X-Amz-SignedHeaders=host&X-Amz-Signature={signature}",
            scope.replace('/', "%2F")
        );
        let date = ["x-amz-date", "20261122T080000Z"];
        let seeds = vec![
            wire(&["GET", "/api/v1/users/a%2Fb", "limit=1&b=%20", "", "host", "iam.bj", date[0], date[1]]),
            wire(&["POST", "/", "", "{}", "host", "a", date[0], date[1], "authorization", &header]),
            wire(&["POST", "/a//b/../c", "", "{}", "host", "a", date[0], date[1], "x-amz-security-token", "t"]),
            wire(&["GET", "/b/k", &query, "", "host", "a"]),
        ];
        Trial { name: "sigv4", seeds, pieces: &PIECES, rounds: 2_000 }.run(sigv4);
    }

    #[test]
    fn sec_274_fuzz_percent() {
        let seeds = vec![b"/v1/user/%E5%BC%A0a%2Bb+c%2525".to_vec(), b"a=1+2&b=&c&d=%3D&&=".to_vec()];
        Trial { name: "percent", seeds, pieces: &PIECES, rounds: 50_000 }.run(percent);
    }
}
