//! Comma-separated values, for spreadsheets.

/// Adds a line. Each value is quoted; what a spreadsheet would take for a formula is told apart by an apostrophe
/// (SEC-144).
pub(crate) fn line<'a>(text: &mut String, values: impl IntoIterator<Item = &'a str>) {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push('"');
        if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            text.push('\'');
        }
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lined(values: &[&str]) -> String {
        let mut text = String::new();
        line(&mut text, values.iter().copied());
        text
    }

    #[test]
    fn sec_144_no_value_is_a_formula() {
        assert_eq!(
            lined(&["=1+1", "+1", "-1", "@x", "\tx", "a"]),
            "\"'=1+1\",\"'+1\",\"'-1\",\"'@x\",\"'\tx\",\"a\"\r\n"
        );
    }

    #[test]
    fn quotes_and_commas_stay_within_a_value() {
        assert_eq!(lined(&["a,b", "say \"so\"", ""]), "\"a,b\",\"say \"\"so\"\"\",\"\"\r\n");
    }
}
