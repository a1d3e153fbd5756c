//! Bodies for fuzzing (SEC-274): see the crate `spoil`.

use crate::{
    cookies,
    form::{Form, address},
    guard::{Site, is_own_path},
    routes,
    text::Lang,
};

/// A `Cookie` header: a value is read where it stands there once, and as it stands there; over TLS only under the name
/// that no other host can set.
pub fn cookie(input: &[u8]) -> bool {
    let Ok(header) = std::str::from_utf8(input) else { return false };
    let _ = (Lang::of_tag(header), Lang::accepted(header));
    let mut found = false;
    for site in [Site::new("https://iam.example"), Site::new("http://127.0.0.1:8080")] {
        for name in [cookies::SESSION, cookies::DEVICE, cookies::LINK] {
            let Some(value) = cookies::read(header, &site, name) else { continue };
            let full = format!("{}{name}={value}", site.cookie_prefix());
            assert!(header.split(';').filter(|pair| pair.trim() == full).count() == 1 && !value.contains(';'));
            found = true;
        }
    }
    found
}

/// A form or a query: its fields are read again as they were; one that says where to go leads nowhere else.
pub fn form(input: &[u8]) -> bool {
    let form = Form::parse(input);
    let fields: Vec<(&str, &str)> = form.fields().filter(|(_, value)| !value.is_empty()).collect();
    let again = address("/", &fields);
    let query = again.split_once('?').map_or("", |(_, query)| query);
    assert!(Form::parse(query.as_bytes()).fields().eq(fields.iter().copied()));
    let target = form.get("back");
    let _ = routes::recognises(target);
    if !is_own_path(target) {
        return false;
    }
    // As browsers read it: tabulators and line feeds are dropped, a backslash is a slash.
    let read: String =
        target.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect::<String>().replace('\\', "/");
    assert!(read.starts_with('/') && !read.starts_with("//"), "{target}");
    assert!(hyper::header::HeaderValue::from_str(target).is_ok());
    true
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_cookie() {
        let seeds = [
            "__Host-claviger=abc_-; __Host-claviger-device=d; x=1",
            "claviger=abc; claviger-link=\"q\"; theme",
            "zh-CN,zh;q=0.9,en;q=0.8; claviger=a=b",
        ];
        let pieces: [&[u8]; 11] =
            [b";", b"=", b" ", b"claviger=", b"__Host-", b"; claviger=b", b"\"", b",", b"q=", b"\0", "张".as_bytes()];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "cookie", seeds, pieces: &pieces, rounds: 20_000 }.run(cookie);
    }

    #[test]
    fn sec_274_fuzz_form() {
        let seeds = ["back=%2Fusers%3Ftab%3Dkeys&name=a+b&name=%E5%BC%A0", "back=/policies/a%252Fb&empty=&flag"];
        let pieces: [&[u8]; 14] = [
            b"&", b"=", b"%", b"%2F", b"%5C", b"%09", b"%0d%0a", b"//", b"+", b"back=", b"%ff", b"\xFF", b"%00",
            b"/%2f",
        ];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "form", seeds, pieces: &pieces, rounds: 20_000 }.run(form);
    }
}
