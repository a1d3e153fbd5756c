//! Whether a request comes from this console's own pages, by this console's own address.

use aws_lc_rs::{constant_time, hmac};
use data_encoding::BASE64URL_NOPAD;
use edge::Received;

/// By which address the console is reached.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// Scheme, host and port, as in an `Origin`.
    url: String,
    host: String,
    secure: bool,
}

impl Site {
    pub(crate) fn new(public_url: &str) -> Self {
        let url = public_url.trim_end_matches('/').to_owned();
        let (scheme, host) = url.split_once("://").unwrap_or(("http", &url));
        let host = host.split('/').next().unwrap_or_default().to_owned();
        Self { secure: scheme == "https", host, url }
    }

    /// The address that links begin with: from the configuration, never from a request (SEC-010).
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Whether cookies are for TLS alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    /// What the names of cookies begin with: a browser takes `__Host-` only over TLS and for one host.
    pub(crate) fn cookie_prefix(&self) -> &'static str {
        if self.secure { "__Host-" } else { "" }
    }

    /// Whether a request was sent to this console: by its address, or by loopback from the machine itself.
    pub(crate) fn is_meant_by(&self, received: &Received) -> bool {
        let Some(host) = received.header("host") else { return false };
        if host.eq_ignore_ascii_case(&self.host) {
            return true;
        }
        let from_here = received.origin.address.is_some_and(|address| address.is_loopback());
        from_here && !self.secure && edge::is_loopback_host(host)
    }
}

/// Whether a request that changes something came from a page of ours: browsers tell where a request was begun, and pages
/// of other sites cannot make them tell otherwise (SEC-046).
pub(crate) fn is_same_origin(received: &Received, site: &Site) -> bool {
    let scheme = if site.is_secure() { "https" } else { "http" };
    let own = received.header("host").map(|host| format!("{scheme}://{host}"));
    own.is_some_and(|own| is_begun_at(&own, received.header("sec-fetch-site"), received.header("origin")))
}

fn is_begun_at(own: &str, fetched: Option<&str>, origin: Option<&str>) -> bool {
    if fetched.is_some_and(|from| from != "same-origin") {
        return false;
    }
    match origin {
        // `null` is what browsers say of a form on a page that asks for no `Referer`, as ours do; other pages can have
        // them say it, too, so that it says nothing.
        None | Some("null") => fetched.is_some(),
        Some(origin) => own.eq_ignore_ascii_case(origin),
    }
}

/// The token that forms carry, made from the secret in a cookie that no other site can read: whoever has the form was
/// given it by us, for that very session.
pub(crate) fn form_token(cookie: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, cookie.as_bytes());
    BASE64URL_NOPAD.encode(hmac::sign(&key, b"form").as_ref())
}

/// Whether `token` is the one that belongs to `cookie`.
pub(crate) fn is_form_token(cookie: &str, token: &str) -> bool {
    constant_time::verify_slices_are_equal(form_token(cookie).as_bytes(), token.as_bytes()).is_ok()
}

/// Whether somebody may be sent on to `target`: a path on this very site (SEC-134).
pub(crate) fn is_own_path(target: &str) -> bool {
    let odd = |c: char| c.is_control() || c == '\\' || c.is_whitespace();
    target.starts_with('/')
        && !target.starts_with("//")
        && !target.contains(odd)
        && !target.to_ascii_lowercase().starts_with("/%")
        && target.len() <= 1_024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_134_only_own_paths_are_gone_to() {
        for good in ["/", "/users", "/users/alice?tab=keys", "/policies/a%2Fb"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in ["", "users", "//evil.example", "/\\evil.example", "https://evil.example", "/%2f/evil", "/%5Cevil"] {
            assert!(!is_own_path(bad), "{bad}");
        }
        for bad in ["/\tevil", "/ evil", "/\r\nLocation: x", "javascript:alert(1)", "\u{2028}/"] {
            assert!(!is_own_path(bad), "{bad:?}");
        }
    }

    #[test]
    fn sec_046_only_forms_begun_here_are_taken() {
        let own = "http://127.0.0.1:8585";
        for (fetched, origin) in [
            (Some("same-origin"), Some(own)),
            (Some("same-origin"), Some("null")),
            (Some("same-origin"), None),
            (None, Some(own)),
        ] {
            assert!(is_begun_at(own, fetched, origin), "{fetched:?} {origin:?}");
        }
        for (fetched, origin) in [
            (None, None),
            (None, Some("null")),
            (Some("cross-site"), Some("null")),
            (Some("cross-site"), Some(own)),
            (Some("same-site"), Some(own)),
            (Some("none"), None),
            (Some("same-origin"), Some("http://evil.example")),
            (None, Some("http://127.0.0.1:8586")),
        ] {
            assert!(!is_begun_at(own, fetched, origin), "{fetched:?} {origin:?}");
        }
    }

    #[test]
    fn a_form_token_belongs_to_one_cookie() {
        let token = form_token("one");
        assert!(is_form_token("one", &token));
        assert!(!is_form_token("two", &token) && !is_form_token("one", "") && !is_form_token("", &token));
    }
}
