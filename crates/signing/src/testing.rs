//! What the tests of all schemes share: requests that can be spoilt, and numbers that are the same on every run.

use crate::Request;

/// A request that owns its parts, so that a test can spoil them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wire {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Wire {
    pub(crate) fn new(method: &str, path: &str, query: &str, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), headers }
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        work(&Request { method: &self.method, path: &self.path, query: &self.query, headers: &headers })
    }

    /// The method, the path, the query, then each header's name and value.
    pub(crate) fn fields(&mut self) -> Vec<&mut String> {
        let headers = self.headers.iter_mut().flat_map(|(name, value)| [name, value]);
        [&mut self.method, &mut self.path, &mut self.query].into_iter().chain(headers).collect()
    }
}

/// Each text that differs from `text` in one bit and is text still.
pub(crate) fn flips(text: &str) -> impl Iterator<Item = String> {
    (0..text.len() * 8).filter_map(move |bit| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        String::from_utf8(bytes).ok()
    })
}

/// Xorshift: the same numbers on every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % bound
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    pub(crate) fn text(&mut self, pieces: &[&str], max: usize) -> String {
        (0..self.below(max + 1)).map(|_| self.pick(pieces)).collect()
    }

    /// Puts one of the pieces or none in a random place, where up to two characters go.
    pub(crate) fn spoil(&mut self, text: &mut String, pieces: &[&str]) {
        let characters: Vec<char> = text.chars().collect();
        let (before, after) = characters.split_at(self.below(characters.len() + 1));
        let gone = self.below(3).min(after.len());
        let piece = self.text(pieces, 1);
        *text = before.iter().chain(&piece.chars().collect::<Vec<_>>()).chain(&after[gone..]).collect();
    }

    /// A request whose path and query can be decoded, with each of the headers or without it.
    pub(crate) fn wire(&mut self, names: &[&str]) -> Wire {
        const PIECES: [&str; 18] = [
            "a",
            "Z",
            "0",
            "-",
            ".",
            "_",
            "~",
            "@",
            "+",
            ":",
            "%20",
            "%2F",
            "%2f",
            "%25",
            "%E5%BC%A0",
            "三",
            "%00",
            "*",
        ];
        let path = (0..self.below(4)).fold(String::new(), |path, _| path + "/" + &self.text(&PIECES, 4));
        let query: Vec<String> = (0..self.below(5))
            .map(|_| format!("{}{}{}", self.text(&PIECES, 2), self.pick(&["", "="]), self.text(&PIECES, 3)))
            .collect();
        let mut wire = Wire::new(self.pick(&["GET", "PUT", "POST", "DELETE"]), &path, &query.join("&"), &[]);
        for name in names {
            if self.below(2) == 0 {
                wire.headers.push(((*name).to_owned(), self.text(&["v", " ", "/", ";", "=", "é", "7"], 4)));
            }
        }
        wire
    }
}
