//! Bodies for fuzzing (SEC-274): see the crate `spoil`.

pub use crate::native::fuzz::{call_body, cursor, question};
use crate::{Dialect, Side, paths};

/// The target of a request, path and query: what is taken means one thing only, and every path is somebody's or
/// nobody's.
pub fn target(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    for side in [Side::Public, Side::Admin, Side::Metrics] {
        let _ = Dialect::of(side, path, None).kind(path);
    }
    let segments = paths::segments(path);
    if let Ok(segments) = &segments {
        let ambiguous = |segment: &String| segment.is_empty() || segment.contains(['/', '\\', '\0']);
        assert!(!segments.iter().any(ambiguous) && !segments.iter().any(|segment| [".", ".."].contains(&&**segment)));
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] {
            crate::native::fuzz::route(method, segments);
        }
    }
    let query = paths::Query::parse(query);
    if let Ok(query) = &query {
        let names: Vec<&str> = query.iter().map(|(name, _)| name).collect();
        assert!(names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1));
        assert!(query.iter().all(|(name, value)| query.get(name) == Some(value)));
    }
    segments.is_ok() && query.is_ok()
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_target() {
        let seeds = [
            "/api/v1/users/%E5%BC%A0a%2Bb+c%2525/policies?limit=10&cursor=MSBsaXN0VXNlcnMgMQ",
            "/v1/user/alice/accesskey/AK?a=1+2&b=&c&d=%3D",
            "/authorize",
        ];
        let pieces: [&[u8]; 16] = [
            b"/",
            b"//",
            b"?",
            b"&",
            b"=",
            b"%",
            b"%2F",
            b"%2e",
            b"..",
            b"/./",
            b"%00",
            b"%5C",
            b"a=",
            b"%61=",
            b"%ff",
            "张".as_bytes(),
        ];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "target", seeds, pieces: &pieces, rounds: 20_000 }.run(target);
    }
}
