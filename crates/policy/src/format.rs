//! Laying a document out so that it reads well: two spaces an indent, short lists of texts on one line. Neither the order
//! of members nor the spelling of anything changes, so it means what it meant.
//!
//! ```
//! use policy::format::format;
//!
//! let text = r#"{"Statement":[{"Effect":"Allow","Action":["bos:GetObject","bos:PutObject"],"Resource":"*"}]}"#;
//! let laid_out = r#"{
//!   "Statement": [
//!     {
//!       "Effect": "Allow",
//!       "Action": ["bos:GetObject", "bos:PutObject"],
//!       "Resource": "*"
//!     }
//!   ]
//! }"#;
//! assert_eq!(format(text).unwrap(), laid_out);
//! ```

use base::json::{Kind, Value};

use crate::grammar::{self, MAX_TEXT_BYTES, PolicyError};

/// How long a line with a list on it may be, in characters.
const WIDTH: usize = 100;

/// Lays out the text of a document, of whichever flavour. It ends without a line feed. Where it would become longer than
/// a text may be, it comes as one line.
///
/// Errors: longer than a document may be, or not JSON.
pub fn format(text: &str) -> Result<String, PolicyError> {
    let value = grammar::json(text)?;
    let mut writer = Writer { text, out: String::with_capacity(text.len()) };
    writer.value(&value, 0);
    if writer.out.len() <= MAX_TEXT_BYTES {
        return Ok(writer.out);
    }
    writer.out.clear();
    writer.line(&value, "", "");
    Ok(writer.out)
}

struct Writer<'t> {
    text: &'t str,
    out: String,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, indent: usize) {
        match &value.kind {
            Kind::Object(members) if !members.is_empty() => {
                self.out.push('{');
                for (place, member) in members.iter().enumerate() {
                    self.new_line(place, indent + 2);
                    self.out.push_str(&crate::json_text::quoted(&member.name));
                    self.out.push_str(": ");
                    self.value(&member.value, indent + 2);
                }
                self.end(indent);
                self.out.push('}');
            }
            Kind::Array(elements) if !elements.is_empty() && !self.fits(value, elements) => {
                self.out.push('[');
                for (place, element) in elements.iter().enumerate() {
                    self.new_line(place, indent + 2);
                    self.value(element, indent + 2);
                }
                self.end(indent);
                self.out.push(']');
            }
            _ => self.line(value, " ", ""),
        }
    }

    /// Whether a list comes on the line that was begun.
    fn fits(&mut self, value: &Value, elements: &[Value]) -> bool {
        let is_flat = |element: &Value| !matches!(element.kind, Kind::Array(_) | Kind::Object(_));
        if !elements.iter().all(is_flat) {
            return false;
        }
        let begin = self.out.len();
        self.line(value, " ", "");
        let start = self.out.get(..begin).and_then(|out| out.rfind('\n')).map_or(0, |at| at + 1);
        let width = self.out.get(start..).map_or(0, |line| line.chars().count());
        self.out.truncate(begin);
        width < WIDTH
    }

    /// All of a value, with these blanks behind commas and colons.
    fn line(&mut self, value: &Value, behind_comma: &str, behind_colon: &str) {
        let separate = |out: &mut String, place: usize| {
            if place > 0 {
                out.push(',');
                out.push_str(behind_comma);
            }
        };
        match &value.kind {
            Kind::Object(members) => {
                self.out.push('{');
                for (place, member) in members.iter().enumerate() {
                    separate(&mut self.out, place);
                    self.out.push_str(&crate::json_text::quoted(&member.name));
                    self.out.push(':');
                    self.out.push_str(behind_colon);
                    self.line(&member.value, behind_comma, behind_colon);
                }
                self.out.push('}');
            }
            Kind::Array(elements) => {
                self.out.push('[');
                for (place, element) in elements.iter().enumerate() {
                    separate(&mut self.out, place);
                    self.line(element, behind_comma, behind_colon);
                }
                self.out.push(']');
            }
            Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::String(_) => {
                self.out.push_str(value.text_in(self.text.as_bytes()).unwrap_or("null"));
            }
        }
    }

    fn new_line(&mut self, place: usize, indent: usize) {
        if place > 0 {
            self.out.push(',');
        }
        self.end(indent);
    }

    fn end(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_stays_as_it_was_written() {
        let text = "{ \"b\":\t\"\\u00e9\\/\",\"a\" : [ ],\"c\":[1.50,-0 , true],\"d\":{},\"é\\n\":[[1],{\"x\":null}]}";
        let wanted = "{\n  \"b\": \"\\u00e9\\/\",\n  \"a\": [],\n  \"c\": [1.50, -0, true],\n  \"d\": {},\n  \"é\\n\": [\n    [1],\n    {\n      \"x\": null\n    }\n  ]\n}";
        assert_eq!(format(text).unwrap(), wanted);
        assert_eq!(format(wanted).unwrap(), wanted, "once is enough");
    }

    #[test]
    fn lists_that_are_too_long_for_a_line_have_a_line_each() {
        let list = (0..12).map(|number| format!("\"bos:Action{number}\"")).collect::<Vec<_>>().join(",");
        let laid_out = format(&format!("{{\"Action\":[{list}]}}")).unwrap();
        assert_eq!(laid_out.lines().count(), 16, "{laid_out}");
    }

    /// It can be saved again.
    #[test]
    fn what_would_become_too_long_is_one_line() {
        let text = format!("[[[[[[[{}]]]]]] ]", vec!["{\"a\":1}"; 1_250].join(","));
        let laid_out = format(&text).unwrap();
        assert!(laid_out == text.replace(' ', ""), "{}", laid_out.len());
    }

    #[test]
    fn what_is_no_json_is_not_laid_out() {
        assert_eq!(format("{").unwrap_err().to_string(), "line 1, column 2: unexpected end");
    }
}
