//! Bodies for fuzzing (SEC-274): see the crate `spoil`.

use hyper::{
    HeaderMap,
    header::{HeaderName, HeaderValue},
};

use crate::{HEADERS_MAX, REQUEST_ID, Refused, harmless_id, read_headers};

/// Headers, one a line, as a listener takes them: they are handed on as they came, single ones single, and a request id
/// is taken over only where it can be sent back and logged.
pub fn headers(input: &[u8]) -> bool {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value.trim_ascii())) else {
            return false;
        };
        headers.append(name, value);
    }
    if let Some(id) = harmless_id(&headers, &REQUEST_ID) {
        assert!((1..=64).contains(&id.len()) && HeaderValue::from_str(id).is_ok());
        assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
    }
    let many = |name: &str| headers.get_all(name).iter().count() > 1;
    match read_headers(&headers) {
        Ok(read) => {
            assert!(read.len() == headers.len() && !many("host") && !many("authorization"));
            for (name, value) in &read {
                assert_eq!(*name, name.to_ascii_lowercase());
                assert!(headers.get_all(name.as_str()).iter().any(|sent| sent.as_bytes() == value.as_bytes()));
            }
            true
        }
        Err(refused) => {
            assert!(refused != Refused::HeadersTooLarge || input.len() * 2 > HEADERS_MAX);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_headers() {
        let seeds = [
            "host: iam.example.com\nauthorization: Bearer clv_x\nx-request-id: a-b_c.1\nuser-agent: curl/8",
            "Host: a\nX-Request-Id: 0123456789012345678901234567890123456789012345678901234567890123\nx-a: 张",
        ];
        let large = format!("host: a\nx-large: {}", "x".repeat(15_000));
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).into_iter().chain([large.into_bytes()]).collect();
        let pieces: [&[u8]; 12] = [
            b":",
            b"\n",
            b"\r",
            b"\0",
            b" ",
            b"\nhost: b\n",
            b"\nauthorization: x\n",
            b"\nx-request-id: y\n",
            b"\xFF",
            "é".as_bytes(),
            b"%0d%0a",
            b";",
        ];
        Trial { name: "headers", seeds, pieces: &pieces, rounds: 10_000 }.run(headers);
    }
}
