//! What is signed: the method, the path, the query, the listed headers, the list and the hash of the body.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{
    Request,
    percent::{self, Parameter},
    sigv4::{
        Body, CONTENT_SHA256, UNSIGNED_PAYLOAD, Unsignable,
        rules::{Coverage, Path, Payload, Rules},
    },
};

/// Says that the body is not signed and that its checksum follows it.
const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// What a signature covers.
pub(super) struct Covered<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) signed_headers: &'a str,
    pub(super) presigned: bool,
    pub(super) body: Body<'a>,
}

/// The canonical request. Errors: what the rules do not allow, and what cannot be decoded.
pub(super) fn text(covered: &Covered<'_>, rules: Rules) -> Result<String, Unsignable> {
    let request = covered.request;
    // INVARIANT: only the join below and the ends of header lines are line feeds: path and query are encoded, values of
    // headers have their whitespace replaced, names and the last line are one of few forms.
    if request.method.contains('\n') {
        return Err(Unsignable::Undecodable);
    }
    let undecodable = |_: percent::Undecodable| Unsignable::Undecodable;
    let path = canonical_path(request.path, rules.path).map_err(undecodable)?;
    let parameters = percent::decode_query(request.query).map_err(undecodable)?;
    let query = canonical_query(&parameters, covered.presigned);
    let headers = canonical_headers(request.headers, covered.signed_headers, rules.coverage)?;
    let payload = payload(covered, &parameters, rules.payload)?;
    Ok([request.method, &path, &query, &headers, covered.signed_headers, &payload].join("\n"))
}

/// Whether each header that must be signed under [`Coverage::Everything`] is on the list.
pub(super) fn covers_everything(headers: &[(&str, &str)], signed_headers: &str) -> bool {
    let signed: Vec<&str> = signed_headers.split(';').collect();
    let must_be_signed = |name: &str| name == "content-type" || name.starts_with("x-amz-");
    headers.iter().all(|(name, _)| !must_be_signed(name) || signed.binary_search(name).is_ok())
}

fn canonical_path(path: &str, style: Path) -> Result<String, percent::Undecodable> {
    let path = if path.is_empty() { "/" } else { path };
    let written = match style {
        Path::EncodedTwice => Cow::Borrowed(path),
        Path::MergedEncodedTwice => Cow::Owned(merge(path)),
        Path::EncodedOnce => percent::decode(path)?,
    };
    let mut encoded = String::with_capacity(written.len());
    percent::encode_path(&written, &mut encoded);
    Ok(encoded)
}

/// Without empty segments, `.` and `..`, as AWS's signers have it: an escaped dot is no dot, and what was
/// `/a/b/..` is `/a`.
fn merge(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

fn canonical_query(parameters: &[Parameter<'_>], presigned: bool) -> String {
    // The parameter that carries the signature cannot be signed.
    let signed = parameters.iter().filter(|parameter| !presigned || parameter.name != "X-Amz-Signature");
    let encode = |text: &str| {
        let mut encoded = String::with_capacity(text.len());
        percent::encode(text, &mut encoded);
        encoded
    };
    let mut pairs: Vec<_> = signed.map(|parameter| (encode(&parameter.name), encode(&parameter.value))).collect();
    // By name and then by value, unlike finished lines: `a=` comes before `a-=`.
    pairs.sort_unstable();
    let lines: Vec<String> = pairs.into_iter().map(|(name, value)| name + "=" + &value).collect();
    lines.join("&")
}

/// The listed headers in order, each on a line with its end.
fn canonical_headers(headers: &[(&str, &str)], signed_headers: &str, coverage: Coverage) -> Result<String, Unsignable> {
    let names: Vec<&str> = signed_headers.split(';').collect();
    let mut chosen: Vec<_> = headers.iter().filter(|(name, _)| names.binary_search(name).is_ok()).collect();
    chosen.sort_by_key(|(name, _)| *name); // stable: values of one name keep their order
    let mut lines = String::new();
    let mut present = 0;
    for same in chosen.chunk_by(|(a, _), (b, _)| a == b) {
        let [(name, first), others @ ..] = same else { continue };
        if !others.is_empty() && (coverage == Coverage::Everything || *name == "host") {
            return Err(Unsignable::RepeatedHeader);
        }
        lines.push_str(name);
        lines.push(':');
        push_value(&mut lines, first);
        for (_, other) in others {
            lines.push(',');
            push_value(&mut lines, other);
        }
        lines.push('\n');
        present += 1;
    }
    if present == names.len() { Ok(lines) } else { Err(Unsignable::AbsentHeader) }
}

/// Without whitespace around it, and with one space for each run of whitespace within.
fn push_value(line: &mut String, value: &str) {
    for (index, word) in value.split_ascii_whitespace().enumerate() {
        if index > 0 {
            line.push(' ');
        }
        line.push_str(word);
    }
}

/// The last line: the hash of the body, or that it is not signed.
fn payload(covered: &Covered<'_>, parameters: &[Parameter<'_>], rule: Payload) -> Result<String, Unsignable> {
    let in_headers = covered.request.headers.iter().filter(|(name, _)| *name == CONTENT_SHA256);
    let in_query = parameters.iter().filter(|parameter| covered.presigned && parameter.name == "X-Amz-Content-Sha256");
    let mut declared =
        in_headers.map(|(_, value)| value.trim_ascii()).chain(in_query.map(|parameter| &*parameter.value));
    let (declared, another) = (declared.next(), declared.next());
    if another.is_some() {
        return Err(Unsignable::Payload);
    }
    if rule == Payload::MayBeUnsigned {
        match declared {
            None if covered.presigned => return Ok(UNSIGNED_PAYLOAD.to_owned()),
            Some(unsigned @ (UNSIGNED_PAYLOAD | UNSIGNED_TRAILER)) => return Ok(unsigned.to_owned()),
            _ => {}
        }
    }
    let hash = match covered.body {
        Body::Whole(bytes) => HEXLOWER.encode(&Sha256::digest(bytes)),
        Body::Sha256(hash) => HEXLOWER.encode(&hash),
    };
    if declared.is_none_or(|declared| declared == hash) { Ok(hash) } else { Err(Unsignable::Payload) }
}
