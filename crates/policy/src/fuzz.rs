//! Bodies for fuzzing (SEC-274): see the crate `spoil`.

use core::net::IpAddr;
use std::borrow::Cow;

use base::timestamp::Timestamp;

use crate::{
    builder,
    catalogue::Catalogue,
    compiled::Compiled,
    complete::{Cursor, complete},
    describe::describe,
    diagnose,
    diff::{Change, diff},
    document::{Document, Purpose},
    evaluate::{self, Boundary, Layers},
    explain::explain,
    format::format,
    grammar::{self, Flavour},
    key::Key,
    lint::lint,
    request::{Asker, AskerKind, Context, Request, ResourceName, Value, Values},
    simulate,
};

const PURPOSES: [Purpose; 3] = [Purpose::Identity, Purpose::Resource, Purpose::Trust];

/// A document of the flavour and the purpose that its first byte stands for: it is refused with a place in it, or it is
/// printed in every flavour so that it reads the same, and decides.
pub fn document(input: &[u8]) -> bool {
    let Some((kind, text)) = input.split_first() else { return false };
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let (flavour, purpose) = kind_of(*kind);
    let read = match grammar::parse(text, flavour, purpose) {
        Ok(read) => read,
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1 && !error.to_string().is_empty());
            assert!(grammar::parse_new(text, flavour, purpose).is_err(), "what cannot be read can be saved");
            return false;
        }
    };
    let catalogue = Catalogue::built_in();
    let strict = grammar::strict(&read).is_ok();
    assert_eq!(grammar::parse_new(text, flavour, purpose).is_ok(), strict);
    let _ = lint(&read, &catalogue);
    for other in Flavour::ALL {
        let Ok(printed) = grammar::print(&read, other, &catalogue) else { continue };
        // Where it is longer than a document may be, it is not read again.
        let Ok(again) = grammar::parse(&printed, other, purpose) else { continue };
        assert_eq!(grammar::print(&again, other, &catalogue).as_ref(), Ok(&printed));
    }
    decide(&read, &catalogue);
    true
}

fn kind_of(byte: u8) -> (Flavour, Purpose) {
    let kind = usize::from(byte);
    let flavour = Flavour::ALL.get(kind % 8 % Flavour::ALL.len()).copied().unwrap_or(Flavour::Native);
    (flavour, PURPOSES.get(kind / 8 % PURPOSES.len()).copied().unwrap_or(Purpose::Identity))
}

/// A text that somebody is writing, behind the byte of its kind and two for the cursor: what is wrong with it is what
/// saving it would refuse, and stands where there is something; laid out, it is the same; as rows, it means the same.
pub fn editor(input: &[u8]) -> bool {
    let Some(([kind, line, column], text)) = input.split_first_chunk() else { return false };
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let (flavour, purpose) = kind_of(*kind);
    let catalogue = Catalogue::built_in();
    let cursor = Cursor { line: u32::from(*line), column: u32::from(*column) };
    for flavour in [Some(flavour), None] {
        let Some(completion) = complete(text, cursor, flavour, purpose, &catalogue) else { continue };
        let width = text.split('\n').nth(usize::from(*line) - 1).map_or(0, |line| line.chars().count());
        let end = (completion.column + completion.length) as usize;
        assert!(completion.line == cursor.line && end <= width + 1, "it completes what is not there");
    }
    let checked = diagnose::check(text, Some(flavour), purpose, &catalogue);
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    for found in &checked.diagnostics {
        let width = lines.get(found.line as usize - 1).expect("the line exists");
        assert!((found.column + found.length) as usize <= width + 1 && !found.to_string().is_empty(), "{found:?}");
    }
    let saved = grammar::parse_new(text, flavour, purpose);
    assert_eq!(checked.document.as_ref(), saved.as_ref().ok());
    if let Ok(laid_out) = format(text) {
        assert_eq!(format(&laid_out).as_ref(), Ok(&laid_out));
        if let (Ok(document), Ok(again)) = (&saved, grammar::parse_new(&laid_out, flavour, purpose)) {
            assert_eq!(*document, again);
        }
        let lines = diff(text, &laid_out);
        let side = |without| {
            let lines: Vec<&str> = lines.iter().filter(|line| line.change != without).map(|line| line.text).collect();
            lines.join("\n")
        };
        assert_eq!((&*side(Change::Added), &*side(Change::Removed)), (text.trim_end_matches('\n'), &*laid_out));
    }
    let Ok(document) = saved else { return false };
    assert!(!describe(&document, &catalogue).is_empty());
    if let Ok(model) = builder::model(&document, &catalogue) {
        let text = builder::document(&model, &catalogue).expect("what is shown can be built");
        assert_eq!(builder::read(&text, None, &catalogue).as_ref(), Ok(&model));
    }
    true
}

/// Some circumstances, of every type.
struct Circumstances;

impl Context for Circumstances {
    fn values(&self, key: &Key) -> Values<'_> {
        Values::One(match key.name() {
            "sourceip" => Value::Address(IpAddr::from([192, 0, 2, 7])),
            "currenttime" => Value::Moment(Timestamp::from_micros(1_795_334_400_000_000)),
            "securetransport" => Value::Flag(true),
            "multifactorauthage" => Value::Number(17),
            "username" => Value::Text(Cow::Borrowed("alice")),
            name if name.len() % 3 == 0 => Value::Text(Cow::Owned(name.to_owned())),
            _ => return Values::Absent,
        })
    }
}

/// The document decides, in every layer, what its explanation says that it does.
fn decide(document: &Document, catalogue: &Catalogue) {
    let compiled = Compiled::resolved(document, catalogue, &|_| Some(7));
    let other = Compiled::new(document, catalogue);
    let session = [&other];
    let asker = Asker { account: "123456789012", kind: AskerKind::User(7), groups: &[7] };
    for (action, resource) in [("bos:GetObject", "crn:bos:bj::b/k"), ("iam:DeleteUser", "*"), ("sts:AssumeRole", "*")] {
        let (Some(action), Some(resource)) = (catalogue.action(action), ResourceName::read(resource)) else { continue };
        let request = Request { action, resource };
        for (resource, boundary) in [(None, Boundary::None), (Some(&compiled), Boundary::Document(&other))] {
            let identity = std::iter::once(&compiled);
            let layers =
                Layers { asker: &asker, same_account: true, identity, boundary, session: Some(&session), resource };
            let decision = evaluate::decide(&layers, &request, &Circumstances);
            assert_eq!(explain(&layers, &request, &Circumstances).decision, decision);
        }
        let _ = evaluate::trusts(&compiled, &asker, &request, &Circumstances);
    }
}

/// A file of the catalogue: refused with its name, or it makes a catalogue.
pub fn catalogue(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    match Catalogue::with([("shop.toml", text)]) {
        Ok(catalogue) => {
            for (service, action) in catalogue.actions() {
                assert!(catalogue.entry(&service.name, &action.name).is_some());
            }
            true
        }
        Err(error) => {
            assert!(error.to_string().contains("shop.toml"), "{error}");
            false
        }
    }
}

/// A line of a simulation: the answer is a line of JSON.
pub fn simulation(input: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(input) else { return false };
    let answer = simulate::answer(line, &Catalogue::built_in());
    assert!(!answer.contains('\n') && grammar::json(&answer).is_ok(), "{answer}");
    answer.contains(r#""decision":"#)
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    const PIECES: [&[u8]; 34] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\\u0000",
        b"*",
        b"?",
        b"${",
        b"}",
        b"${aws:username}",
        b"$",
        b"\"Allow\"",
        b"\"Deny\"",
        b"\"NotAction\":",
        b"\"Principal\":\"*\",",
        b"\"Condition\":{}",
        b"\"*\"",
        b"[]",
        b"bos:*",
        b"arn:aws:iam::1:user/a",
        b"crn:bos:::b/*",
        b"IfExists",
        b"ForAllValues:",
        b"StringLike",
        b"\"StringEquals\":{\"aws:username\":[\"a\"]}",
        b"0.0.0.0/0",
        b"99999999999999999999",
        b"true",
        "张".as_bytes(),
        b"\xFF",
    ];

    /// The byte of a flavour and a purpose, and a text.
    fn seed(flavour: Flavour, purpose: Purpose, text: &str) -> Vec<u8> {
        let flavour = Flavour::ALL.iter().position(|known| *known == flavour).unwrap();
        let purpose = PURPOSES.iter().position(|known| *known == purpose).unwrap();
        [&[u8::try_from(purpose * 8 + flavour).unwrap()], text.as_bytes()].concat()
    }

    #[test]
    fn sec_274_fuzz_editor() {
        let seeds = seeds().into_iter().map(|seed| [&seed[..1], &[1, 40], &seed[1..]].concat()).collect();
        Trial { name: "editor", seeds, pieces: &PIECES, rounds: 10_000 }.run(editor);
    }

    #[test]
    fn sec_274_fuzz_document() {
        Trial { name: "document", seeds: seeds(), pieces: &PIECES, rounds: 10_000 }.run(document);
    }

    /// Documents of each kind, as [`document`] takes them.
    fn seeds() -> Vec<Vec<u8>> {
        let identity = r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["bos:Get*","iam:*"],"Resource":["arn:aws:bos:::b/${aws:username}/*"],"Condition":{"StringLikeIfExists":{"bos:prefix":["a*","?"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},{"Effect":"Deny","NotAction":"bos:PutObject","NotResource":"*"}]}"#;
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:user/a/b","123456789012"]},"Action":"sts:AssumeRole","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"},"Bool":{"aws:SecureTransport":true}}}]}"#;
        let acl = r#"{"id":"x","accessControlList":[{"eid":"e","service":"bce:bos","region":"bj","effect":"Allow","resource":["b/*"],"permission":["READ","PutObject"],"condition":{"ipAddress":["10.0.0.0/8"]}}]}"#;
        let volcengine = r#"{"Statement":{"Effect":"Deny","Action":"ecs:*","Resource":"trn:ecs:*:*:i/*","Condition":{"StringEquals":{"volc:ResourceTag/env":["prod"]}}}}"#;
        let cdnetworks = r#"[{"effect":"allow","action":["wos:Get*"],"resource":["*"]}]"#;
        let resource =
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"bos:GetObject","Resource":"crn:bos:::b/*"}]}"#;
        vec![
            seed(Flavour::Native, Purpose::Identity, identity),
            seed(Flavour::Aws, Purpose::Identity, identity),
            seed(Flavour::Aws, Purpose::Trust, trust),
            seed(Flavour::Native, Purpose::Trust, trust),
            seed(Flavour::Acl, Purpose::Identity, acl),
            seed(Flavour::Volcengine, Purpose::Identity, volcengine),
            seed(Flavour::Cdnetworks, Purpose::Identity, cdnetworks),
            seed(Flavour::Native, Purpose::Resource, resource),
        ]
    }

    #[test]
    fn sec_274_fuzz_catalogue() {
        let file = "service = \"shop\"\ntitle = \"Shop\"\nabout = \"Sells.\"\n[resources]\nitem = \"item/*\"\n\
                    [keys.\"shop:Price\"]\ntype = \"number\"\nabout = \"Its price.\"\n[words]\nCLERK = [\"Sell\"]\n\
                    [actions.Sell]\nlevel = \"write\"\non = [\"item\"]\nkeys = [\"shop:Price\"]\nabout = \"Sells one.\"\n";
        let pieces: [&[u8]; 16] = [
            b"\"",
            b"=",
            b"[",
            b"]",
            b"[[",
            b"'''",
            b"\n",
            b"#",
            b"[actions.List]\nlevel = \"list\"\nabout = \"x\"\n",
            b"level = \"manage\"",
            b"several = true",
            b"item",
            b"\\u0000",
            b"*",
            "张".as_bytes(),
            b"1979-05-27",
        ];
        let seeds = vec![file.as_bytes().to_vec(), include_bytes!("../../../catalogue/sts.toml").to_vec()];
        Trial { name: "catalogue", seeds, pieces: &pieces, rounds: 1_000 }.run(catalogue);
    }

    #[test]
    fn sec_274_fuzz_simulation() {
        let line = r#"{"id":1,"policies":{"identity":[{"Statement":[{"Effect":"Allow","Action":"bos:*","Resource":"*"}]}],"boundary":null,"session":null},"request":{"principal":"arn:aws:iam::123456789012:user/alice","action":"bos:GetObject","resource":"crn:bos:::b/k","context":{"aws:SourceIp":["10.0.0.1"],"aws:TagKeys":["a","b"]}}}"#;
        let seeds = vec![line.as_bytes().to_vec()];
        Trial { name: "simulation", seeds, pieces: &PIECES, rounds: 10_000 }.run(simulation);
    }
}
