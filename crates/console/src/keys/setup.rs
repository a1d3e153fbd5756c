//! Configuration to paste: how programs are given a new key.

use std::borrow::Cow;

/// A way of using a key.
pub(crate) struct Way {
    /// What it is called; the same in every language.
    pub(crate) name: Cow<'static, str>,
    /// What is pasted.
    pub(crate) text: String,
}

/// All ways. Of one key only the first holds the secret: programs read it from there, so that it stands in no code.
pub(crate) struct Setup {
    pub(crate) ways: Vec<Way>,
}

impl Setup {
    /// For an access key of the server at `endpoint`.
    pub(crate) fn new(endpoint: &str, id: &str, secret: &str) -> Self {
        Self::of_several(endpoint, &[("default", id, secret)])
    }

    /// For access keys of several users: their names, ids and secrets.
    pub(crate) fn of_several(endpoint: &str, keys: &[(&str, &str, &str)]) -> Self {
        let (mut ways, mut cli) = (Vec::new(), Vec::new());
        for (name, id, secret) in keys {
            let text = format!(
                "export CLAVIGER_ENDPOINT={endpoint}\nexport CLAVIGER_ACCESS_KEY_ID={id}\nexport CLAVIGER_SECRET_ACCESS_KEY={secret}"
            );
            let (shell, profile) = match keys {
                [_] => (Cow::Borrowed("Shell"), "default"),
                _ => (format!("Shell: {name}").into(), *name),
            };
            ways.push(Way { name: shell, text });
            let words = format!("--endpoint {endpoint} --access-key-id {id}    # asks for the secret");
            cli.push(format!("claviger profile set {} {words}", quoted(profile)));
        }
        cli.push("claviger whoami".to_owned());
        let cli = cli.join("\n");
        let others = [("CLI", cli.as_str()), ("Python", PYTHON), ("Go", GO), ("Java", JAVA), ("curl", CURL)];
        ways.extend(others.map(|(name, text)| Way { name: name.into(), text: text.to_owned() }));
        Self { ways }
    }

    /// For an API key.
    pub(crate) fn bearer(endpoint: &str, key: &str) -> Self {
        let environment = format!("export CLAVIGER_ENDPOINT={endpoint}\nexport CLAVIGER_API_KEY={key}");
        let ways = [("Shell", environment), ("CLI", "claviger whoami".to_owned()), ("curl", CURL_BEARER.to_owned())];
        Self { ways: ways.map(|(name, text)| Way { name: name.into(), text }).into() }
    }
}

/// A word as shells take it.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    if word.chars().all(is_plain) { word.into() } else { format!("'{}'", word.replace('\'', "'\\''")).into() }
}

const PYTHON: &str = r#"# pip install bce-python-sdk
import os
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.iam.iam_client import IamClient

iam = IamClient(BceClientConfiguration(
    credentials=BceCredentials(os.environ["CLAVIGER_ACCESS_KEY_ID"], os.environ["CLAVIGER_SECRET_ACCESS_KEY"]),
    endpoint=os.environ["CLAVIGER_ENDPOINT"]))
print(iam.list_user())"#;

const GO: &str = r#"// go get github.com/baidubce/bce-sdk-go
client, err := iam.NewClientWithEndpoint(
	os.Getenv("CLAVIGER_ACCESS_KEY_ID"), os.Getenv("CLAVIGER_SECRET_ACCESS_KEY"), os.Getenv("CLAVIGER_ENDPOINT"))
if err != nil {
	log.Fatal(err)
}
users, err := client.ListUser()"#;

const JAVA: &str = r#"// com.baidubce:bce-java-sdk
BceClientConfiguration config = new BceClientConfiguration()
    .withCredentials(new DefaultBceCredentials(
        System.getenv("CLAVIGER_ACCESS_KEY_ID"), System.getenv("CLAVIGER_SECRET_ACCESS_KEY")))
    .withEndpoint(System.getenv("CLAVIGER_ENDPOINT"));"#;

const CURL: &str = r#"curl "$CLAVIGER_ENDPOINT/api/v1/whoami" --aws-sigv4 aws:amz:any:claviger \
  --user "$CLAVIGER_ACCESS_KEY_ID:$CLAVIGER_SECRET_ACCESS_KEY""#;

const CURL_BEARER: &str = r#"curl "$CLAVIGER_ENDPOINT/api/v1/whoami" -H "Authorization: Bearer $CLAVIGER_API_KEY""#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_stands_in_one_place() {
        let setup = Setup::new("https://iam.example", "AKID", "s3cret");
        assert_eq!(setup.ways.iter().filter(|way| way.text.contains("s3cret")).count(), 1);
        let several = Setup::of_several("https://iam.example", &[("a", "AK1", "s3cret"), ("b'c", "AK2", "other")]);
        for secret in ["s3cret", "other"] {
            assert_eq!(several.ways.iter().filter(|way| way.text.contains(secret)).count(), 1);
        }
        assert!(several.ways.iter().any(|way| way.text.contains(r"profile set 'b'\''c' ")));
        let bearer = Setup::bearer("https://iam.example", "s3cret");
        assert_eq!(bearer.ways.iter().filter(|way| way.text.contains("s3cret")).count(), 1);
    }
}
