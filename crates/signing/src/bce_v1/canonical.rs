//! What is signed: the method, the path, the query and the chosen headers, each on its line or lines.

use crate::{
    Request,
    bce_v1::{CONTENT_MD5, Unsignable},
    percent,
};

/// A request in canonical form, with both spellings of its path.
pub(super) struct Canonical<'a> {
    method: &'a str,
    pub(super) raw_path: &'a str,
    pub(super) encoded_path: String,
    query: String,
    headers: String,
}

impl<'a> Canonical<'a> {
    /// Errors: a part that cannot be decoded, or a signed header that is there twice.
    pub(super) fn of(request: &Request<'a>, signed_headers: &str) -> Result<Self, Unsignable> {
        // INVARIANT: only the join in `text` puts line feeds around these two, so no part can pass for another.
        if request.method.contains('\n') || request.path.contains('\n') {
            return Err(Unsignable::Undecodable);
        }
        let raw_path = if request.path.is_empty() { "/" } else { request.path };
        let mut encoded_path = String::with_capacity(raw_path.len());
        percent::encode_path(&percent::decode(raw_path).map_err(|_| Unsignable::Undecodable)?, &mut encoded_path);
        let query = canonical_query(request.query).map_err(|_| Unsignable::Undecodable)?;
        let headers = canonical_headers(request.headers, signed_headers)?;
        Ok(Self { method: request.method, raw_path, encoded_path, query, headers })
    }

    /// The text that is signed, with this spelling of the path.
    pub(super) fn text(&self, path: &str) -> String {
        [self.method, path, &self.query, &self.headers].join("\n")
    }
}

fn canonical_query(query: &str) -> Result<String, percent::Undecodable> {
    let parameters = percent::decode_query(query)?;
    // The parameter that carries the signature cannot be signed.
    let signed = parameters.iter().filter(|parameter| !parameter.name.eq_ignore_ascii_case("authorization"));
    Ok(sorted_pairs(signed.map(|parameter| (parameter.name.as_ref(), parameter.value.as_ref())), '=').join("&"))
}

fn canonical_headers(headers: &[(&str, &str)], signed_headers: &str) -> Result<String, Unsignable> {
    let chosen = headers.iter().filter(|(name, _)| covers(signed_headers, name));
    let mut names: Vec<&str> = chosen.clone().map(|(name, _)| *name).collect();
    names.sort_unstable();
    if names.chunk_by(|a, b| a == b).any(|same| same.len() > 1) {
        return Err(Unsignable::RepeatedHeader);
    }
    let valued = chosen.map(|(name, value)| (*name, value.trim_ascii())).filter(|(_, value)| !value.is_empty());
    Ok(sorted_pairs(valued, ':').join("\n"))
}

/// Encodes, joins and then sorts: the vendor orders the finished lines, so `a-b:` comes before `a:`.
fn sorted_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, between: char) -> Vec<String> {
    let encode = |(name, value): (&str, &str)| {
        let mut line = String::with_capacity(name.len() + value.len() + 16);
        percent::encode(name, &mut line);
        line.push(between);
        percent::encode(value, &mut line);
        line
    };
    let mut lines: Vec<String> = pairs.map(encode).collect();
    lines.sort_unstable();
    lines
}

/// Whether a list of signed headers, empty for the default set, chooses this header.
pub(super) fn covers(signed_headers: &str, header: &str) -> bool {
    if signed_headers.is_empty() {
        matches!(header, "host" | "content-length" | "content-type" | CONTENT_MD5) || header.starts_with("x-bce-")
    } else {
        signed_headers.split(';').any(|name| name == header)
    }
}
