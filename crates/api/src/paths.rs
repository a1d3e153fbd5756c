//! Paths and queries of calls, decoded once.

use std::fmt;

use signing::percent;

/// Why a path or a query is not taken. A dialect answers it as its own fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// An escape in the path that cannot be decoded.
    Escape,
    /// A segment that could mean two things.
    Segment,
    /// An escape in the query that cannot be decoded.
    EscapeInQuery,
    /// Two parameters of one name.
    Twice,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Escape => "it holds a broken escape",
            Self::Segment => "it holds an empty or ambiguous segment",
            Self::EscapeInQuery => "its query holds a broken escape",
            Self::Twice => "its query names a parameter twice",
        })
    }
}

/// The segments of a path, each decoded once.
///
/// Errors: an escape that cannot be decoded, an empty segment, `.` or `..`, and anything that decodes to a
/// slash, a backslash or a NUL: such a path could mean one thing to the signature and another to the
/// router (SEC-071, SEC-302).
pub(crate) fn segments(path: &str) -> Result<Vec<String>, Unreadable> {
    let decode = |segment: &str| {
        let decoded = percent::decode(segment).map_err(|_| Unreadable::Escape)?;
        let ambiguous = decoded.is_empty() || decoded == "." || decoded == "..";
        if ambiguous || decoded.contains(['/', '\\', '\0']) {
            return Err(Unreadable::Segment);
        }
        Ok(decoded.into_owned())
    };
    path.strip_prefix('/').unwrap_or(path).split('/').map(decode).collect()
}

/// The query's parameters, decoded once; a plus is a plus.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the raw query. Errors: an escape that cannot be decoded, a name that comes twice (SEC-072).
    pub(crate) fn parse(raw: &str) -> Result<Self, Unreadable> {
        let decoded = percent::decode_query(raw).map_err(|_| Unreadable::EscapeInQuery)?;
        let mut parameters: Vec<(String, String)> = Vec::with_capacity(decoded.len());
        for parameter in decoded {
            if parameters.iter().any(|(name, _)| *name == parameter.name) {
                return Err(Unreadable::Twice);
            }
            parameters.push((parameter.name.into_owned(), parameter.value.into_owned()));
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter; empty where it stands there without one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value.as_str())
    }

    /// Names and values, in the order of the query.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without the parameters of these names.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|(name, _)| !names.contains(&name.as_str()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-071: paths that could mean two things.
    #[test]
    fn sec_071_ambiguous_paths_are_refused() {
        for bad in [
            "/v1/user/",
            "/v1//user",
            "/v1/user/.",
            "/v1/user/..",
            "/v1/user/%2e%2E",
            "/v1/user/a%2Fb",
            "/v1/user/a%5Cb",
            "/v1/user/a%00",
            "/v1/user/%zz",
            "/v1/user/%ff",
            "/v1/user/%",
        ] {
            assert!(segments(bad).is_err(), "{bad}");
        }
        let decoded = segments("/v1/user/%E5%BC%A0a%2Bb+c%2525").unwrap_or_default();
        assert_eq!(decoded, ["v1", "user", "张a+b+c%25"]);
    }

    /// SEC-072: a plus stays a plus, an empty value differs from none, a name comes once.
    #[test]
    fn sec_072_queries() {
        let query = Query::parse("a=1+2&b=&c&d=%3D").unwrap_or_default();
        assert_eq!(query.get("a"), Some("1+2"));
        assert_eq!(query.get("b"), Some(""));
        assert_eq!(query.get("c"), Some(""));
        assert_eq!(query.get("d"), Some("="));
        assert_eq!(query.get("e"), None);
        assert_eq!(query.without(&["a", "c"]).iter().collect::<Vec<_>>(), [("b", ""), ("d", "=")]);
        for bad in ["a=1&a=2", "a=1&%61=2", "a=%zz"] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
    }
}
