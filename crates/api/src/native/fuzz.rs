//! What comes to the native dialect: cursors, bodies and questions.

pub use super::authorize::fuzz::question;
use super::{call::Body, page, table};

/// The call of a path: there is one, or there is not.
pub(crate) fn route(method: &str, segments: &[String]) {
    if let Ok((endpoint, names)) = table::find(method, segments) {
        assert_eq!(names.len(), endpoint.path.matches('{').count());
    }
}

/// A cursor is good for one list, in one spelling.
pub fn cursor(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let taken = table::endpoints().filter_map(|endpoint| Some((endpoint.id, page::key(endpoint.id, text)?)));
    let taken: Vec<(&str, String)> = taken.collect();
    assert!(taken.len() < 2, "it is good for two lists");
    for (list, key) in &taken {
        assert_eq!(page::cursor(list, key), text);
    }
    !taken.is_empty()
}

/// The body of a call, by its place in the table: it is as it is described, or is refused.
pub fn call_body(input: &[u8]) -> bool {
    let Some((place, text)) = input.split_first() else { return false };
    let with_body: Vec<_> = table::endpoints().filter(|endpoint| endpoint.body.is_some()).collect();
    let Some(endpoint) = with_body.get(usize::from(*place) % with_body.len().max(1)) else { return false };
    match Body::read(text, endpoint.body) {
        Ok(body) => {
            for field in endpoint.body.map(|schema| schema.fields).unwrap_or_default() {
                assert!(!field.required || body.get(field.name).is_some(), "`{}` lacks", field.name);
                let _ = (body.text(field.name), body.flag(field.name), body.number(field.name), body.list(field.name));
                let _ = body.texts(field.name);
            }
            true
        }
        Err(fault) => {
            assert!(fault.to_json().get("message").is_some());
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    const PIECES: [&[u8]; 22] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"null",
        b"true",
        b"-1",
        b"9007199254740992",
        b"\"\"",
        b"\\u0000",
        b"\"name\":\"a\",",
        b"[{}]",
        b"*",
        b"crn:iam::000000000000:user/a",
        b"%",
        b"iam:",
        b"2026-11-22T08:00:00Z",
        b"\\ud800",
        "张".as_bytes(),
    ];

    #[test]
    fn sec_274_fuzz_cursor() {
        let seeds = vec![page::cursor("listUsers", "4519822300938241"), page::cursor("listGroups", "dev ops")];
        let seeds = seeds.into_iter().map(String::into_bytes).collect();
        let pieces: [&[u8]; 8] = [b"=", b"-", b"_", b"A", b"MSBs", b"+", b" ", "é".as_bytes()];
        Trial { name: "cursor", seeds, pieces: &pieces, rounds: 5_000 }.run(cursor);
    }

    #[test]
    fn sec_274_fuzz_call_body() {
        let bodies = table::endpoints().filter_map(|endpoint| endpoint.body);
        let seed = |(place, schema): (usize, &super::super::describe::Schema)| {
            let place = u8::try_from(place).expect("the first byte stands for each");
            let text = super::super::openapi::example(schema).to_string();
            [&[place], text.as_bytes()].concat()
        };
        let seeds = bodies.enumerate().map(seed).collect();
        Trial { name: "call_body", seeds, pieces: &PIECES, rounds: 20_000 }.run(call_body);
    }

    #[test]
    fn sec_274_fuzz_question() {
        let seeds = [
            r#"{"principal":"crn:iam::123456789012:user/dev/alice","action":"bos:GetObject","resource":"crn:bos:::b/k","resource_account":"123456789012","resource_tags":{"team":"a"},"source_address":"192.0.2.7","tls":true,"user_agent":"x","context":{"shop:key":["a","b"]}}"#,
            r#"{"requests":[{"token":"clv_x","action":"bos:GetObject","resource":"*"},{"access_key_id":"AK","action":"bos:READ","resource":"*"}]}"#,
            r#"{"signed_request":{"method":"GET","target":"/b/k?x=1","headers":{"host":"a","authorization":"bce-auth-v1/ak/2026-11-22T08:00:00Z/1800/host/0000000000000000000000000000000000000000000000000000000000000000"},"unsigned_payload":true,"host":"a"},"action":"bos:GetObject","resource":"*"}"#,
        ];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "question", seeds, pieces: &PIECES, rounds: 5_000 }.run(question);
    }
}
