use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use base::secret::SecretText;
use serde_json::json;

use super::*;
use crate::{failure::cause as cause_of, settings::Place};

#[test]
fn errors_tell_what_the_server_says_and_end_with_its_code() {
    let answer = |status, code: &str| {
        let body = format!(r#"{{"code":"{code}","message":"no \u001b[31m","requestId":"7"}}"#);
        read_answer(status, body.as_bytes()).unwrap_err()
    };
    assert_eq!(answer(404, "NotFound").to_string(), "no \u{FFFD}[31m (NotFound, request 7)");
    let causes = [
        (400, "InvalidRequest", Cause::Failed),
        (401, "InvalidAccessKeyId", Cause::Denied),
        (403, "AccessDenied", Cause::Denied),
        (403, "LimitExceeded", Cause::Failed),
        (404, "NotFound", Cause::NotFound),
        (409, "Exists", Cause::Conflict),
        (412, "PreconditionFailed", Cause::Conflict),
        (503, "ServiceUnavailable", Cause::Unreachable),
    ];
    for (status, code, cause) in causes {
        assert_eq!(cause_of(&answer(status, code)), cause, "{status} {code}");
    }
    assert!(
        read_answer(200, b"<html>").unwrap_err().to_string().contains("is not JSON (status 200): who answers there?")
    );
    assert_eq!(read_answer(204, b"").unwrap(), Value::Null);
}

#[test]
fn no_two_calls_have_the_same_idempotency_key() {
    let (one, other) = (IdempotencyKeys::new(), IdempotencyKeys::new());
    let keys = [one.next(), one.next(), other.next()];
    assert!(keys[0] != keys[1] && keys[0] != keys[2], "{keys:?}");
    assert!(keys[1].starts_with(&one.invocation) && keys[1].len() == 34, "{keys:?}");
}

/// Answers connections with these, one after the other; the empty one is a connection that is closed at once. Gives what
/// was sent on each.
fn serve(answers: &'static [&'static str]) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let answer = |answer: &&str| {
            let (stream, _) = listener.accept().unwrap();
            read_request(&stream, answer)
        };
        answers.iter().map(answer).collect()
    };
    (endpoint, thread::spawn(serve))
}

fn read_request(mut stream: &TcpStream, answer: &str) -> String {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        request.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    stream.write_all(answer.as_bytes()).unwrap();
    request + &String::from_utf8(body).unwrap()
}

fn client(endpoint: &str) -> Client {
    let place = Place { endpoint: Some(endpoint.to_owned()), ca: None, insecure_accepted: false };
    let secret = SecretText::new("secret".to_owned());
    let credentials =
        Credentials::Key { id: "AK".to_owned(), secret, session_token: Some(SecretText::new("T".into())) };
    let transport = Transport::new(&place).unwrap();
    Client { transport, credentials, idempotency: IdempotencyKeys::new() }
}

const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 57\r\n\r\n\
    {\"code\":\"ServiceUnavailable\",\"message\":\"x\",\"requestId\":1}";
const GOOD: &str = "HTTP/1.1 201 Created\r\nETag: \"7\"\r\nContent-Length: 7\r\nConnection: close\r\n\r\n{\"a\":1}";

fn header<'r>(request: &'r str, name: &str) -> &'r str {
    let line = request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no `{name}` in {request}"))
}

/// SEC-075: a change is tried again under one key, which is signed.
#[test]
fn sec_075_a_change_is_tried_again_under_one_key() {
    let (endpoint, served) = serve(&["", UNAVAILABLE, GOOD]);
    let call = Call::post(&["users"], &json!({ "name": "alice" })).if_match(Some("\"6\"".to_owned()));
    let answer = client(&endpoint).call(&call).unwrap();
    assert_eq!((answer.body, answer.etag.as_deref()), (json!({ "a": 1 }), Some("\"7\"")));
    let requests = served.join().unwrap();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert!(request.starts_with("POST /api/v1/users HTTP/1.1\r\n") && request.ends_with(r#"{"name":"alice"}"#));
        assert_eq!(header(request, "idempotency-key"), header(&requests[0], "idempotency-key"));
        let signed = "SignedHeaders=content-type;host;idempotency-key;if-match;x-amz-date;x-amz-security-token";
        assert!(header(request, "authorization").contains(signed), "{request}");
    }
}

#[test]
fn after_three_more_tries_it_is_given_up() {
    let (endpoint, served) = serve(&["", "", UNAVAILABLE, UNAVAILABLE]);
    let error = client(&endpoint).call(&Call::get(&["users"])).unwrap_err();
    assert_eq!(error.to_string(), "x (ServiceUnavailable, request ?)");
    assert_eq!(cause_of(&error), Cause::Unreachable);
    let requests = served.join().unwrap();
    assert!(requests.iter().all(|request| !request.contains("idempotency-key")), "{requests:#?}");
}

/// A question is asked once: whoever asks for a decision wants to know soon that there is none.
#[test]
fn a_question_is_asked_once() {
    let (endpoint, served) = serve(&[""]);
    let error = client(&endpoint).call(&Call::authorize(&json!({}))).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`{endpoint}`: the server broke off: connection closed before message completed")
    );
    assert_eq!(served.join().unwrap().len(), 1);
}

/// An API key is shown as it is, and signs nothing.
#[test]
fn an_api_key_is_borne() {
    let (endpoint, served) = serve(&[GOOD]);
    let bearer = Credentials::Bearer(SecretText::new("key".to_owned()));
    let client = Client { credentials: bearer, ..client(&endpoint) };
    client.call(&Call::delete(&["users", "alice"])).unwrap();
    let request = served.join().unwrap().remove(0);
    assert_eq!(header(&request, "authorization"), "Bearer key");
    assert!(!request.contains("x-amz-"), "{request}");
}
