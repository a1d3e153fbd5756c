//! Where requests come in: sizes, ambiguous and broken HTTP, request ids, connections, and what an error may tell.

use std::{net::SocketAddr, time::Duration};

use tokio::task::JoinSet;

use crate::support::{
    Answers, assert_text,
    client::{Connection, Reply},
    database::on_each_database,
    random::Random,
    request::Request,
    sdk::{self, Sdk},
    world::World,
};

/// SEC-002: whatever goes wrong inside, the answer says so in one shape and tells nothing more.
#[test]
fn sec_002_an_inner_fault_stays_inside() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        world.break_store().await;
        for reply in
            [root.get("/v1/user").await, root.get("/v1/user/alice").await, root.create(r#"{"name":"alice"}"#).await]
        {
            assert_text(
                &reply.text(),
                r#"
                500 Internal Server Error
                content-type: application/json;charset=UTF-8
                x-bce-request-id: <request>

                {"code":"InternalError","message":"internal error, please try again","requestId":"<request>"}
                "#,
            );
        }
    });
}

/// SEC-002, SEC-004: paths where nothing is. Errors have one shape there, too.
#[test]
fn sec_002_paths_of_no_interface() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for target in [
            "/nothing",
            "/v1",
            "/v2/user",
            "//v1/user",
            "/operator/accounts",
            "/admin.sock",
            "/%2e%2e/x",
            "/metrics",
            "*",
        ] {
            for request in [Request::new("GET", target), root.sign(Sdk::Java, Request::new("POST", target).body("{}"))]
            {
                assert_text(
                    &world.send(&request).await.text(),
                    r#"
                    404 Not Found
                    content-type: application/json;charset=UTF-8
                    x-request-id: <request>

                    {"code":"NotFound","message":"there is nothing here","requestId":"<request>"}
                    "#,
                );
            }
        }
    });
}

#[test]
fn a_clients_request_id_is_kept_where_it_is_harmless() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let ask = async |id: &str| {
            let request = root.sign(Sdk::Java, Request::new("GET", "/v1/user/nobody")).header("x-bce-request-id", id);
            world.send(&request).await
        };
        for id in ["8a4c7c0a-6d4f-4a52-8f0e-d4c2f9a0b1c2", "a", "A_b.C-9", &"x".repeat(64)] {
            let reply = ask(id).await;
            assert_eq!((reply.request_id(), &*reply.field("requestId")), (id, id));
        }
        for id in [
            "",
            " ",
            "a b",
            "a\"b",
            "<script>",
            "a/b",
            "a;b",
            "\u{5f20}",
            "a\tb",
            &"x".repeat(65),
            "${jndi:x}",
            "%0d%0a",
        ] {
            let reply = ask(id).await;
            assert_ne!(reply.request_id(), id);
            assert!(is_uuid(reply.request_id()), "{reply:?}");
        }
        let unasked = [
            root.world.send(&Request::new("GET", "/nothing")).await,
            root.world.send(&Request::new("GET", "/nothing")).await,
        ];
        assert!(unasked.iter().all(|reply| is_uuid(reply.request_id())));
        assert_ne!(unasked[0].request_id(), unasked[1].request_id());
        // Where no dialect lives, the header is nobody's.
        let neutral = Request::new("GET", "/nothing").header("x-request-id", "a").header("x-bce-request-id", "b");
        let neutral = world.send(&neutral).await;
        assert_eq!((neutral.header("x-request-id"), neutral.header("x-bce-request-id")), (Some("a"), None));
    });
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// SEC-148: what is too large is refused before it costs much, and what just fits is taken.
#[test]
fn sec_148_bodies_urls_and_headers_have_a_size() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();

        // Nothing of the body needs to come: its length is enough.
        let announced =
            root.sign(Sdk::Java, Request::new("POST", "/v1/user").body("{}")).with("Content-Length", 262_145);
        answers.add("a body of 256 KiB and a byte", &world.send(&Request { body: Vec::new(), ..announced }).await);
        let chunked = root.sign(Sdk::Java, Request::new("POST", "/v1/user")).without("Content-Length");
        let body = [&b"40001\r\n"[..], &b" ".repeat(0x4_0001)].concat();
        answers
            .add("the same in a chunk", &world.send(&chunked.header("Transfer-Encoding", "chunked").body(body)).await);
        let path = format!("/v1/user/{}", "x".repeat(8_184));
        answers.add("a path of 8 KiB and a byte", &world.send(&root.sign(Sdk::Java, Request::new("GET", &path))).await);
        let query = format!("/v1/user?{}", "x".repeat(8_185));
        answers.add("with its query", &world.send(&root.sign(Sdk::Java, Request::new("GET", &query))).await);
        let headers = root.sign(Sdk::Java, Request::new("GET", "/v1/user")).header("x-padding", "x".repeat(16 * 1024));
        answers.add("headers of more than 16 KiB", &world.send(&headers).await);
        answers.assert(
            "a body of 256 KiB and a byte -> 413 InvalidHTTPRequest: the body is larger than 256 KiB
            the same in a chunk -> 413 InvalidHTTPRequest: the body is larger than 256 KiB
            a path of 8 KiB and a byte -> 414 InvalidHTTPRequest: the URL is longer than 8 KiB
            with its query -> 414 InvalidHTTPRequest: the URL is longer than 8 KiB
            headers of more than 16 KiB -> 431 InvalidHTTPRequest: the headers are larger than 16 KiB",
        );
        assert_eq!(root.names().await, [""; 0]);

        let full = [&br#"{"name":"alice"}"#[..], &b" ".repeat(262_144 - 16)].concat();
        assert_eq!(root.call("POST", "/v1/user", full).await.status, 201, "a body of 256 KiB");
        assert_eq!(root.get(&format!("/v1/user?{}", "x".repeat(8_184))).await.status, 200, "a URL of 8 KiB");
        let mut padded = root.sign(Sdk::Java, Request::new("GET", "/v1/user")).header("x-padding", "");
        let size: usize = padded.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        padded = padded.with("x-padding", "x".repeat(16 * 1024 - size));
        assert_eq!(world.send(&padded).await.status, 200, "headers of 16 KiB");
    });
}

/// SEC-006, SEC-148: what is not a request never gets as far as a dialect. The listener answers with a bare status
/// and closes.
#[test]
fn sec_006_broken_http_is_refused_and_the_connection_closed() {
    on_each_database(async |world: World| {
        let line = "GET /v1/user HTTP/1.1\r\n";
        let cases: Vec<(u16, Vec<u8>)> = vec![
            (400, b"hello\r\n\r\n".to_vec()),
            (400, b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n".to_vec()),
            (400, b"GET /v1/user\r\n\r\n".to_vec()),
            (400, b"GET /v1/user HTTP/2.0\r\n\r\n".to_vec()),
            (400, b"GET /v1/user HTTP/1.1 \r\n\r\n".to_vec()),
            (400, b"GET /v1/us er HTTP/1.1\r\n\r\n".to_vec()),
            (400, b"GET v1/user HTTP/1.1\r\n\r\n".to_vec()),
            (400, b"GET http:///v1/user HTTP/1.1\r\n\r\n".to_vec()),
            (400, b"G\0T /v1/user HTTP/1.1\r\n\r\n".to_vec()),
            (400, b"GET /v1/\xff HTTP/1.1\r\n\r\n".to_vec()),
            (400, b"GET /v1/\0 HTTP/1.1\r\n\r\n".to_vec()),
            (400, format!("{line}no colon\r\n\r\n").into_bytes()),
            (400, format!("{line}: no name\r\n\r\n").into_bytes()),
            (400, format!("{line}space : x\r\n\r\n").into_bytes()),
            (400, format!("{line}folded: x\r\n y\r\n\r\n").into_bytes()),
            (400, format!("{line}nul: x\0y\r\n\r\n").into_bytes()),
            (400, format!("{line}return: x\ry\r\n\r\n").into_bytes()),
            (400, format!("{line}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx").into_bytes()),
            (400, format!("{line}Content-Length: -1\r\n\r\nx").into_bytes()),
            (400, format!("{line}Content-Length: +1\r\n\r\nx").into_bytes()),
            (400, format!("{line}Content-Length: 1, 1\r\n\r\nx").into_bytes()),
            (400, format!("{line}Content-Length: 99999999999999999999\r\n\r\nx").into_bytes()),
            (400, format!("{line}Transfer-Encoding: gzip\r\n\r\n").into_bytes()),
            (400, format!("{line}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n").into_bytes()),
            (400, b"GET /v1/user HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec()),
            (431, format!("{line}{}\r\n", "x: y\r\n".repeat(101)).into_bytes()),
        ];
        for (status, bytes) in cases {
            let mut connection = world.connect().await;
            connection.send(&bytes).await;
            let reply = connection.reply().await.unwrap_or_else(|| panic!("{bytes:?} gets an answer"));
            assert_eq!(reply.status, status, "{}", bytes.escape_ascii());
            assert_eq!(reply.header("connection"), Some("close"));
            assert!(reply.body.is_empty(), "if this has a body now, it must be well formed: {reply:?}");
            assert!(connection.is_closed().await, "{}", bytes.escape_ascii());
        }
    });
}

/// SEC-006, SEC-013: HTTP that is well formed but means two things, or is no text, is refused by the dialect.
#[test]
fn sec_006_sec_013_ambiguous_requests_are_refused() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let signed = root.sign(Sdk::Java, Request::new("GET", "/v1/user"));
        let own = signed.value("Authorization").unwrap_or_default().to_owned();
        let mut answers = Answers::default();
        answers.add("two hosts", &world.send(&signed.clone().header("Host", "iam.bj.baidubce.com")).await);
        answers.add("one host twice", &world.send(&signed.clone().header("host", world.host())).await);
        answers.add("two authorizations", &world.send(&signed.clone().header("Authorization", "x")).await);
        answers.add("one authorization twice", &world.send(&signed.clone().header("authorization", own)).await);
        let raw = |bytes: &[u8]| {
            let head = signed.to_bytes();
            [&head[..head.len() - 2], bytes].concat()
        };
        for (case, bytes) in [
            ("a header that is no text", raw(b"x: \xff\r\n\r\n")),
            ("an authorization that is no text", b"GET /v1/user HTTP/1.1\r\nAuthorization: \xff\xfe\r\n\r\n".to_vec()),
            ("a chunk without a size", raw(b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
            ("a chunk longer than it says", raw(b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n")),
        ] {
            let reply = world.send_bytes(&bytes).await.expect("an answer");
            reply.assert_well_formed();
            answers.add(case, &reply);
        }
        answers.assert(
            "two hosts -> 400 InvalidHTTPRequest: a header is not valid text, or came twice
            one host twice -> 400 InvalidHTTPRequest: a header is not valid text, or came twice
            two authorizations -> 400 InvalidHTTPRequest: a header is not valid text, or came twice
            one authorization twice -> 400 InvalidHTTPRequest: a header is not valid text, or came twice
            a header that is no text -> 400 InvalidHTTPRequest: a header is not valid text, or came twice
            an authorization that is no text -> 400 InvalidHTTPRequest: a header is not valid text, or came twice
            a chunk without a size -> 400 InvalidHTTPRequest: the body broke off
            a chunk longer than it says -> 400 InvalidHTTPRequest: the body broke off",
        );
        assert_eq!(world.send(&signed).await.status, 200, "and the request itself was right");
    });
}

/// SEC-006: requests with random damage, from a fixed seed. None is answered by a 5xx, none makes the server panic
/// (every test looks for that) or stop answering.
#[test]
fn sec_006_damaged_requests_never_cost_more_than_themselves() {
    const REQUESTS: usize = 1_200;
    const AT_A_TIME: usize = 24;
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut seeds = Vec::new();
        for sdk in Sdk::ALL {
            seeds.push(
                root.sign(sdk, Request::new("POST", "/v1/user?a=1&b").body(r#"{"name":"alice","description":"x"}"#)),
            );
            seeds.push(root.sign(sdk, Request::new("GET", "/v1/user/%E5%BC%A0?c=%20")));
        }
        seeds.push(sdk::presign(
            Request::new("GET", "/v1/user").header("Host", world.host()),
            &root.key,
            &root.terms(&["host"]),
        ));
        let seeds: Vec<Vec<u8>> = seeds.iter().map(Request::to_bytes).collect();

        let mut random = Random::new(6);
        let mut running = JoinSet::new();
        for _ in 0..REQUESTS {
            let bytes = random.damage(&seeds);
            if running.len() == AT_A_TIME {
                running.join_next().await.expect("one is running").expect("no damage does harm");
            }
            running.spawn(survives(world.address(), bytes));
        }
        while let Some(done) = running.join_next().await {
            done.expect("no damage does harm");
        }
        assert_eq!(root.get("/v1/user").await.status, 200);
    });
}

async fn survives(address: SocketAddr, bytes: Vec<u8>) {
    let mut connection = Connection::open(address).await;
    connection.send(&bytes).await;
    let Some(reply) = connection.reply_or_end(Duration::from_millis(50)).await else { return };
    assert!(reply.status < 500, "{}\n{reply:?}", bytes.escape_ascii());
    if !reply.body.is_empty() {
        reply.assert_well_formed();
    }
}

/// One connection serves many requests, also when the next is sent before the answer has come, and is closed when
/// the client says so.
#[test]
fn connections_are_kept_until_the_client_wants_to_close() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let mut connection = world.connect().await;
        let known = root.sign(Sdk::Go, Request::new("GET", "/v1/user/alice")).to_bytes();
        let unknown = root.sign(Sdk::Go, Request::new("GET", "/v1/user/bob")).to_bytes();
        connection.send(&[&known[..], &unknown, &known].concat()).await;
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let reply: Reply = connection.reply().await.expect("an answer");
            reply.assert_well_formed();
            statuses.push(reply.status);
        }
        assert_eq!(statuses, [200, 404, 200]);
        connection.send(&root.sign(Sdk::JavaScript, Request::new("GET", "/v1/user")).to_bytes()).await;
        assert_text(
            &connection.reply().await.expect("an answer").text(),
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>
            connection: close

            {"users":[{"createTime":"2026-11-22T08:00:00Z","description":"","enabled":true,"id":"<id>","name":"alice"}]}
            "#,
        );
        assert!(connection.is_closed().await);
    });
}
