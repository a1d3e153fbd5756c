//! Cookies: reading them, and setting them so that nothing but this console gets them (SEC-040).

use std::time::Duration;

use crate::guard::Site;

/// Who is signed in.
pub(crate) const SESSION: &str = edge::SESSION_COOKIE;
/// That somebody signed in from this browser before.
pub(crate) const DEVICE: &str = "claviger-device";
/// What a form before sign-in is bound to.
pub(crate) const VISITOR: &str = "claviger-visitor";
/// The one-use token of a link, once it is out of the address.
pub(crate) const LINK: &str = "claviger-link";
/// What just happened, to be told by the next page.
pub(crate) const NEWS: &str = "claviger-news";
/// The language that was chosen.
pub(crate) const LANGUAGE: &str = "claviger-lang";
/// The theme that was chosen.
pub(crate) const THEME: &str = "claviger-theme";

/// The longest value that is set or read, in bytes.
const VALUE_MAX: usize = 3_072;

/// The value of a cookie in the `Cookie` header, where it is there once and not too long.
pub(crate) fn read<'a>(header: &'a str, site: &Site, name: &str) -> Option<&'a str> {
    let prefix = site.cookie_prefix();
    let mut found = header.split(';').filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key.strip_prefix(prefix) == Some(name)).then_some(value)
    });
    let value = found.next().filter(|value| value.len() <= VALUE_MAX)?;
    found.next().is_none().then_some(value)
}

/// A `Set-Cookie` that lasts until the browser is closed, or for `age`. `value` holds only what a cookie may.
pub(crate) fn set(site: &Site, name: &str, value: &str, age: Option<Duration>) -> String {
    let secure = if site.is_secure() { "; Secure" } else { "" };
    let age = age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
    format!("{}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", site.cookie_prefix())
}

/// A `Set-Cookie` that takes one away.
pub(crate) fn clear(site: &Site, name: &str) -> String {
    set(site, name, "", Some(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_040_over_tls_a_cookie_belongs_to_this_host_alone() {
        let site = Site::new("https://iam.example");
        let line = set(&site, SESSION, "abc", None);
        assert_eq!(line, "__Host-claviger=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(read("x=1; __Host-claviger=abc", &site, SESSION), Some("abc"));
        assert_eq!(read("claviger=abc", &site, SESSION), None, "without the prefix anybody could have set it");
    }

    #[test]
    fn on_loopback_it_is_the_same_without_the_prefix() {
        let site = Site::new("http://127.0.0.1:8080");
        assert_eq!(set(&site, SESSION, "abc", None), "claviger=abc; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(read("claviger=abc; claviger-device=d", &site, DEVICE), Some("d"));
    }

    #[test]
    fn one_that_comes_twice_or_is_too_long_is_none() {
        let site = Site::new("http://127.0.0.1:8080");
        assert_eq!(read("claviger=a; claviger=b", &site, SESSION), None);
        assert_eq!(read(&format!("claviger={}", "a".repeat(VALUE_MAX + 1)), &site, SESSION), None);
        for odd in ["", ";", "=", "claviger", "; =;claviger"] {
            assert_eq!(read(odd, &site, SESSION), None);
        }
    }
}
