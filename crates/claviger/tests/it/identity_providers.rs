//! The provider that users may sign in by, on Baidu's wire.

use std::time::Duration;

use data_encoding::BASE64;
use serde_json::json;

use crate::support::{Answers, assert_text, client::Reply, database::on_each_database, world::World};

/// SDKs of both generations read an answer.
fn assert_twice(reply: &Reply) {
    let mut whole = reply.json();
    let inner = whole["idp"].clone();
    whole.as_object_mut().expect("an object").remove("idp");
    assert_eq!(whole, inner, "{reply:?}");
}

#[test]
fn a_provider_is_set_in_parts_shown_and_removed() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let none = root.get("/v1/subUser/idp/query").await;
        assert_twice(&none);
        assert_text(
            &none.text().replace(&root.account, "<account>"),
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"auxiliaryDomain":"","domainId":"<account>","encodeMetadata":"","fileName":"","idp":{"auxiliaryDomain":"","domainId":"<account>","encodeMetadata":"","fileName":"","status":"disable"},"status":"disable"}
            "#,
        );
        // The SDK for Go's own tests switch it off before there is any, and set it without metadata.
        let off = root.call("POST", "/v1/subUser/idp/updateStatus?status=disable", "").await;
        assert_eq!(
            (off.status, off.field("status"), off.field("createTime").as_str()),
            (200, "disable".to_owned(), "2026-11-22T08:00:00Z")
        );
        world.advance(Duration::from_secs(1));
        let body = r#"{"fileName":"ok.xml","auxiliaryDomain":"www.qq.com"}"#;
        let named = root.call("POST", "/v1/subUser/idp/update", body).await;
        assert_eq!(
            (named.field("fileName").as_str(), named.field("auxiliaryDomain").as_str()),
            ("ok.xml", "www.qq.com")
        );
        assert_eq!(
            (named.field("encodeMetadata").as_str(), named.field("updateTime").as_str()),
            ("", "2026-11-22T08:00:01Z")
        );

        let metadata = BASE64.encode("<EntityDescriptor>\n 名\n</EntityDescriptor>".as_bytes());
        let lines = format!("{}\r\n{}", &metadata[..20], &metadata[20..]);
        let body = json!({ "fileName": "idp.xml", "encodeMetadata": lines }).to_string();
        let whole = root.call("POST", "/v1/subUser/idp/update", body).await;
        assert_eq!(
            (whole.field("encodeMetadata"), whole.field("auxiliaryDomain")),
            (metadata, "www.qq.com".to_owned())
        );
        let on = root.call("POST", "/v1/subUser/idp/updateStatus?status=enable", "").await;
        assert_twice(&on);
        assert_eq!(on.json()["idp"]["status"], "enable");
        assert_eq!(root.get("/v1/subUser/idp/query").await.body, on.body);

        let deleted = root.call("POST", "/v1/subUser/idp/delete", "").await;
        assert_text(&deleted.text(), "204 No Content\nx-bce-request-id: <request>");
        assert_eq!(root.get("/v1/subUser/idp/query").await.body, none.body);
        let again = root.call("POST", "/v1/subUser/idp/delete", "").await;
        assert_eq!(again.in_short(), format!("404 NotFound: identity provider `{}` does not exist", root.account));
    });
}

#[test]
fn what_breaks_a_rule_changes_nothing() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let before = root.call("POST", "/v1/subUser/idp/update", r#"{"fileName":"ok.xml"}"#).await;
        let mut answers = Answers::default();
        for (case, target, body) in [
            ("no status", "updateStatus", json!({})),
            ("another status", "updateStatus?status=on", json!({})),
            ("no file name", "update", json!({ "encodeMetadata": "" })),
            ("no base64", "update", json!({ "fileName": "x", "encodeMetadata": "<xml/>" })),
            ("base64 of no text", "update", json!({ "fileName": "x", "encodeMetadata": "//79" })),
            ("too much", "update", json!({ "fileName": "x", "encodeMetadata": BASE64.encode(&vec![b'x'; 102_401]) })),
            ("a name of two lines", "update", json!({ "fileName": "a\nb" })),
        ] {
            answers.add(case, &root.call("POST", &format!("/v1/subUser/idp/{target}"), body.to_string()).await);
        }
        answers.assert(
            "
            no status -> 400 InvalidURI: the URI could not be parsed: `status` must be `enable` or `disable`
            another status -> 400 InvalidURI: the URI could not be parsed: `status` must be `enable` or `disable`
            no file name -> 400 InappropriateJSON: `fileName` is missing
            no base64 -> 400 InappropriateJSON: `encodeMetadata` must be base64 of text in UTF-8
            base64 of no text -> 400 InappropriateJSON: `encodeMetadata` must be base64 of text in UTF-8
            too much -> 400 InappropriateJSON: metadata must have at most 100 KiB
            a name of two lines -> 400 InappropriateJSON: file name must not hold control or invisible characters
            ",
        );
        assert_eq!(root.get("/v1/subUser/idp/query").await.body, before.body);
    });
}
