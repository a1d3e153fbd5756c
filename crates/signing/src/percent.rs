//! Percent-encoding (RFC 3986): the two encodings that canonical forms use, and one strict decoder.
//!
//! A dialect decodes path segments and the query with the functions that the verifier uses, once each, so
//! that a handler cannot see another value than the one that was signed (SEC-303). A plus sign is a plus
//! sign (SEC-072).

use std::borrow::Cow;

/// A text that cannot be decoded: a `%` without two hexadecimal digits, or bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("bad percent-encoding")]
pub struct Undecodable;

/// Appends `text` with everything but `A-Z a-z 0-9 - . _ ~` as `%XX`, in capitals.
pub fn encode(text: &str, out: &mut String) {
    encode_except(text, is_unreserved, out);
}

/// Appends a path: as [`encode`], with `/` kept.
pub fn encode_path(path: &str, out: &mut String) {
    encode_except(path, |byte| is_unreserved(byte) || byte == b'/', out);
}

/// Decodes each escape once; all else stays as it is. Errors: a bad escape, or not UTF-8 when decoded.
pub fn decode(text: &str) -> Result<Cow<'_, str>, Undecodable> {
    let mut pieces = text.split('%');
    let plain = pieces.next().unwrap_or_default();
    if plain.len() == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    decoded.extend_from_slice(plain.as_bytes());
    for piece in pieces {
        let (digits, plain) = piece.split_at_checked(2).ok_or(Undecodable)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Undecodable);
        }
        decoded.push(u8::from_str_radix(digits, 16).map_err(|_| Undecodable)?);
        decoded.extend_from_slice(plain.as_bytes());
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| Undecodable)
}

/// A parameter of a query, decoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its value; empty if it has none.
    pub value: Cow<'a, str>,
}

/// The parameters of a query, decoded, in order, repeated names and all. A parameter without `=` has the empty
/// value; where two `&` meet there is none. Errors: as [`decode`].
pub fn decode_query(query: &str) -> Result<Vec<Parameter<'_>>, Undecodable> {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    let split = pieces.map(|piece| piece.split_once('=').unwrap_or((piece, "")));
    split.map(|(name, value)| Ok(Parameter { name: decode(name)?, value: decode(value)? })).collect()
}

fn encode_except(text: &str, keep: impl Fn(u8) -> bool, out: &mut String) {
    let digit = |four_bits: u8| char::from_digit(u32::from(four_bits), 16).unwrap_or('0').to_ascii_uppercase();
    for byte in text.bytes() {
        if keep(byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        encode(text, &mut out);
        out
    }

    #[test]
    fn encoding_keeps_exactly_the_unreserved_characters() {
        let ascii: String = (0..128).map(char::from).collect();
        let kept: String = ascii.chars().filter(|c| encoded(&c.to_string()).len() == 1).collect();
        assert_eq!(kept, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
        assert_eq!(encoded("a b/张\0\u{7F}%"), "a%20b%2F%E5%BC%A0%00%7F%25");
        let mut path = "so far: ".to_owned();
        encode_path("/a b/张+", &mut path);
        assert_eq!(path, "so far: /a%20b/%E5%BC%A0%2B");
    }

    #[test]
    fn decoding_undoes_encoding() {
        let all: String = (0..0x300).chain(0xFF00..0x1_0020).filter_map(char::from_u32).collect();
        assert_eq!(decode(&encoded(&all)).unwrap(), all);
        assert_eq!(decode("a+b%2fc%2F%252F").unwrap(), "a+b/c/%2F", "once, and a plus is a plus");
        assert!(matches!(decode("/plain/张"), Ok(Cow::Borrowed("/plain/张"))));
        assert_eq!(decode("").unwrap(), "");
    }

    /// SEC-071: what has no meaning, or two, is refused.
    #[test]
    fn sec_071_decoding_is_strict() {
        for bad in [
            "%",
            "a%",
            "%2",
            "%2G",
            "%g2",
            "%%",
            "%+1",
            "%-1",
            "% 1",
            "%1 ",
            "%张",
            "%2张",
            "%u0041",
            "%2%46",
            "a%C3",
            "%C0%AF",
            "%ED%A0%80",
            "%FF",
            "%E5%BC",
            "%80张",
        ] {
            assert_eq!(decode(bad), Err(Undecodable), "{bad}");
        }
    }

    #[test]
    fn queries_keep_order_and_repeated_names() {
        let query = |text| {
            let parameters = decode_query(text)?;
            Ok::<_, Undecodable>(
                parameters.iter().map(|Parameter { name, value }| format!("{name}:{value}")).collect::<Vec<_>>(),
            )
        };
        assert_eq!(query("b=2&a=1&b=1").unwrap(), ["b:2", "a:1", "b:1"]);
        assert_eq!(query("disable&x=&=y&a=b=c&%61=%26%3D").unwrap(), ["disable:", "x:", ":y", "a:b=c", "a:&="]);
        assert_eq!(query("&a=1&&b=+&").unwrap(), ["a:1", "b:+"]);
        assert!(query("").unwrap().is_empty());
        for bad in ["a=%", "%zz", "a=1&b=%C3"] {
            assert_eq!(query(bad), Err(Undecodable), "{bad}");
        }
    }
}
