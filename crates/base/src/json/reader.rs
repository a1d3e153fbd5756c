//! Reading: recursive descent over the text, with the position kept as it goes.

use crate::json::{JsonError, Kind, Limits, Member, Problem, Value};

/// Reads all of `text` as one document.
pub(super) fn read(text: &[u8], limits: Limits) -> Result<Value, JsonError> {
    let start = Position { line: 1, column: 1 };
    let Ok(text) = std::str::from_utf8(text) else {
        let valid = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        return Err(start.after(valid).error(Problem::NotUtf8));
    };
    if text.starts_with('\u{FEFF}') {
        return Err(start.error(Problem::ByteOrderMark));
    }
    let mut reader = Reader { length: text.len(), rest: text, at: start, members_left: limits.max_members };
    reader.skip_white();
    let value = reader.value(limits.max_depth)?;
    reader.skip_white();
    if reader.rest.is_empty() { Ok(value) } else { Err(reader.error(Problem::TrailingData)) }
}

#[derive(Clone, Copy)]
struct Position {
    line: u32,
    column: u32,
}

impl Position {
    /// Where one stands after reading `text`. Only a line feed ends a line.
    fn after(self, text: &str) -> Self {
        match text.rsplit_once('\n') {
            None => self.right(text),
            Some((before, last)) => {
                let lines = count(before.matches('\n').count()).saturating_add(1);
                Self { line: self.line.saturating_add(lines), column: 1 }.right(last)
            }
        }
    }

    /// As [`Position::after`], for a text without line feeds.
    fn right(self, text: &str) -> Self {
        Self { line: self.line, column: self.column.saturating_add(count(text.chars().count())) }
    }

    fn error(self, problem: Problem) -> JsonError {
        JsonError { line: self.line, column: self.column, problem }
    }
}

struct Reader<'a> {
    /// How long the whole text is, in bytes.
    length: usize,
    rest: &'a str,
    at: Position,
    members_left: u32,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth_left: u32) -> Result<Value, JsonError> {
        let Position { line, column } = self.at;
        let begin = self.length - self.rest.len();
        let kind = match self.next() {
            Some(b'{') => Kind::Object(self.object(depth_left)?),
            Some(b'[') => Kind::Array(self.array(depth_left)?),
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.unexpected()),
        };
        Ok(Value { line, column, kind, span: (begin, self.length - self.rest.len()) })
    }

    fn object(&mut self, depth_left: u32) -> Result<Vec<Member>, JsonError> {
        let depth_left = self.open(depth_left)?;
        let mut members = Vec::new();
        if self.took(b'}') {
            return Ok(members);
        }
        loop {
            let start = self.at;
            if self.next() != Some(b'"') {
                return Err(self.unexpected());
            }
            self.count_member()?;
            let name = self.string()?;
            self.skip_white();
            self.expect(b':')?;
            self.skip_white();
            let value = self.value(depth_left)?;
            members.push(Member { name, line: start.line, column: start.column, value });
            self.skip_white();
            if self.took(b'}') {
                refuse_duplicates(&members)?;
                return Ok(members);
            }
            self.expect(b',')?;
            self.skip_white();
        }
    }

    fn array(&mut self, depth_left: u32) -> Result<Vec<Value>, JsonError> {
        let depth_left = self.open(depth_left)?;
        let mut elements = Vec::new();
        if self.took(b']') {
            return Ok(elements);
        }
        loop {
            self.count_member()?;
            elements.push(self.value(depth_left)?);
            self.skip_white();
            if self.took(b']') {
                return Ok(elements);
            }
            self.expect(b',')?;
            self.skip_white();
        }
    }

    /// Enters an array or object; gives the depth that is left inside.
    fn open(&mut self, depth_left: u32) -> Result<u32, JsonError> {
        let inside = depth_left.checked_sub(1).ok_or_else(|| self.error(Problem::TooDeep))?;
        self.take(1);
        self.skip_white();
        Ok(inside)
    }

    fn count_member(&mut self) -> Result<(), JsonError> {
        self.members_left = self.members_left.checked_sub(1).ok_or_else(|| self.error(Problem::TooManyMembers))?;
        Ok(())
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.take(1);
        let mut text = String::new();
        loop {
            let plain = self.rest.bytes().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1F));
            text.push_str(self.take(plain.unwrap_or(self.rest.len())));
            match self.next() {
                Some(b'"') => {
                    self.take(1);
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.error(Problem::ControlCharacter)),
                None => return Err(self.error(Problem::End)),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let character = match self.rest.as_bytes().get(1) {
            Some(b'u') => return self.unicode_escape(),
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(*plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(self.error(Problem::BadEscape)),
        };
        self.take(2);
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let first = self.code_unit()?;
        let high = (0xD800..=0xDBFF).contains(&first);
        let second = if high && self.rest.starts_with("\\u") { Some(self.code_unit()?) } else { None };
        match char::decode_utf16([first].into_iter().chain(second)).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(start.error(Problem::LoneSurrogate)),
        }
    }

    /// Takes `\uXXXX`.
    fn code_unit(&mut self) -> Result<u16, JsonError> {
        let digits = self.rest.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.error(Problem::BadEscape))?;
        self.take(6);
        Ok(unit)
    }

    fn number(&mut self) -> Result<Kind, JsonError> {
        let start = self.at;
        let length = self.rest.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let token = self.take(length.count());
        let unsigned = token.strip_prefix('-').unwrap_or(token);
        let (mantissa, exponent) = split_optional(unsigned, &['e', 'E']);
        let (whole, fraction) = split_optional(mantissa, &['.']);
        let exponent_digits = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
        let padded = whole.len() > 1 && whole.starts_with('0');
        if padded || !is_digits(whole) || ![fraction, exponent_digits].into_iter().flatten().all(is_digits) {
            return Err(start.error(Problem::BadNumber));
        }
        let kind = if fraction.is_none() && exponent.is_none() {
            token.parse().ok().map(Kind::Integer)
        } else {
            token.parse().ok().filter(|number: &f64| number.is_finite()).map(Kind::Float)
        };
        kind.ok_or_else(|| start.error(Problem::NumberRange))
    }

    fn word(&mut self, word: &str, meaning: Kind) -> Result<Kind, JsonError> {
        let shared = self.rest.bytes().zip(word.bytes()).take_while(|(here, wanted)| here == wanted).count();
        self.take(shared);
        if shared == word.len() { Ok(meaning) } else { Err(self.unexpected()) }
    }

    fn expect(&mut self, mark: u8) -> Result<(), JsonError> {
        if self.took(mark) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn took(&mut self, mark: u8) -> bool {
        let here = self.next() == Some(mark);
        if here {
            self.take(1);
        }
        here
    }

    fn skip_white(&mut self) {
        let white = self.rest.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        if white > 0 {
            let start = self.at;
            self.at = start.after(self.take(white));
        }
    }

    fn next(&self) -> Option<u8> {
        self.rest.bytes().next()
    }

    /// Moves on by this many bytes, which end between two characters. Only white space has line feeds.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.at = self.at.right(taken);
        self.rest = rest;
        taken
    }

    fn unexpected(&self) -> JsonError {
        self.error(self.rest.chars().next().map_or(Problem::End, Problem::Character))
    }

    fn error(&self, problem: Problem) -> JsonError {
        self.at.error(problem)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn split_optional<'a>(text: &'a str, marks: &[char]) -> (&'a str, Option<&'a str>) {
    text.split_once(marks).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Sorting, not a hash table: it needs no random seed to withstand names that were chosen to collide.
fn refuse_duplicates(members: &[Member]) -> Result<(), JsonError> {
    let mut sorted: Vec<&Member> = members.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name)); // stable: equal names stay in the order of the document
    let repeated = sorted.iter().zip(sorted.iter().skip(1)).filter(|(a, b)| a.name == b.name).map(|(_, b)| b);
    match repeated.min_by_key(|member| (member.line, member.column)) {
        None => Ok(()),
        Some(member) => Err(Position { line: member.line, column: member.column }
            .error(Problem::Duplicate { name: member.name.clone() })),
    }
}
