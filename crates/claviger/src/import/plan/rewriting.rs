//! Documents that name the account from which they come.

use super::super::Document;

/// The accounts between which something is brought.
#[derive(Debug, Default)]
pub(crate) struct Rewriting {
    /// The id of the account there, where documents may hold it.
    pub(crate) from: Option<String>,
    /// The id of the account here.
    pub(crate) to: String,
    /// Whether the one may be put in the place of the other.
    pub(crate) allowed: bool,
}

impl Rewriting {
    /// The document as it has to be here. Errors: it names the account there, which here is somebody else or nobody.
    pub(super) fn document(&self, document: &Document) -> Result<Document, String> {
        let from = self.from.as_deref().unwrap_or_default();
        if from.is_empty() || from == self.to || places(&document.text, from).next().is_none() {
            return Ok(document.clone());
        }
        if !self.allowed {
            return Err(format!("it names account {from}, which is another here: `--rewrite-account`"));
        }
        let mut text = String::new();
        let mut done = 0;
        for at in places(&document.text, from) {
            text.push_str(document.text.get(done..at).unwrap_or_default());
            text.push_str(&self.to);
            done = at + from.len();
        }
        text.push_str(document.text.get(done..).unwrap_or_default());
        Ok(Document { text, flavour: document.flavour })
    }
}

/// Where a number stands that is not a part of a longer one.
fn places<'t>(text: &'t str, number: &'t str) -> impl Iterator<Item = usize> + 't {
    let alone = move |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + number.len()..).and_then(|behind| behind.chars().next());
        ![before, behind].into_iter().flatten().any(|c| c.is_ascii_digit())
    };
    text.match_indices(number).map(|(at, _)| at).filter(move |at| alone(*at))
}

#[cfg(test)]
mod tests {
    use policy::grammar::Flavour;

    use super::*;

    #[test]
    fn the_account_is_put_in_the_place_of_the_other() {
        let document = |text: &str| Document { text: text.to_owned(), flavour: Flavour::Native };
        let between = |allowed| Rewriting { from: Some("123".to_owned()), to: "789".to_owned(), allowed };
        let naming = document(r#"["crn:iam::123:root","1234","0123","123"]"#);
        let refused = between(false).document(&naming).unwrap_err();
        assert_eq!(refused, "it names account 123, which is another here: `--rewrite-account`");
        let rewritten = between(true).document(&naming).unwrap();
        assert_eq!(rewritten.text, r#"["crn:iam::789:root","1234","0123","789"]"#);
        let other = document("1234");
        assert_eq!(between(false).document(&other).unwrap(), other);
        let same = Rewriting { to: "123".to_owned(), ..between(false) };
        assert_eq!(same.document(&naming).unwrap(), naming);
        assert_eq!(Rewriting::default().document(&naming).unwrap(), naming);
    }
}
