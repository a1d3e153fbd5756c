//! Style, script and drawings, as they are sent: embedded, and kept by browsers for ever under a name that changes with
//! what they hold.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use edge::Reply;
use hyper::{StatusCode, header::CACHE_CONTROL, http::HeaderValue};

use crate::{reply, visit::Answer, visit::Visit};

/// A file that browsers load.
struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const JS: &str = "text/javascript;charset=UTF-8";
const SVG: &str = "image/svg+xml";

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        [$(Asset { name: concat!($name, ".js"), kind: JS, text: include_str!(concat!("../assets/js/", $name, ".js")) }),*]
    };
}

/// The modules of script: `main` loads the others.
static SCRIPTS: &[Asset] = &scripts![
    "main", "bulk", "copy", "dialog", "download", "editor", "live", "menu", "reveal", "rules", "search", "swap",
    "toast"
];

/// The style is one file on the wire.
static STYLE: &[&str] = &[include_str!("../assets/tokens.css"), include_str!("../assets/console.css")];

static DRAWINGS: &[Asset] = &[
    Asset { name: "icons.svg", kind: SVG, text: include_str!("../assets/icons.svg") },
    Asset { name: "logo.svg", kind: SVG, text: include_str!("../assets/logo.svg") },
];

const STYLE_NAME: &str = "console.css";
/// How many hexadecimal digits of the digest stand in addresses.
const VERSION_DIGITS: usize = 12;

/// The folder in which assets are found: it changes whenever one of them does.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut all = STYLE.concat();
    SCRIPTS.iter().chain(DRAWINGS).for_each(|asset| all.push_str(asset.text));
    let hex = data_encoding::HEXLOWER.encode(digest(&SHA256, all.as_bytes()).as_ref());
    format!("/static/{}", hex.get(..VERSION_DIGITS).unwrap_or_default())
});

/// Where assets are found, without a slash at the end.
pub(crate) fn folder() -> &'static str {
    &FOLDER
}

/// Answers with an asset; one of another version is told to be asked for again each time.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let (version, name) = (visit.part(0), visit.part(1));
    let Some((kind, text)) = find(name) else { return visit.nothing_here() };
    let mut reply: Reply = reply::asset(StatusCode::OK, kind, text);
    if folder().ends_with(version) {
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        reply.headers_mut().insert(CACHE_CONTROL, kept);
    }
    Ok(reply)
}

fn find(name: &str) -> Option<(&'static str, Bytes)> {
    static CSS: LazyLock<String> = LazyLock::new(|| STYLE.concat());
    if name == STYLE_NAME {
        return Some(("text/css;charset=UTF-8", Bytes::from_static(CSS.as_bytes())));
    }
    let asset = SCRIPTS.iter().chain(DRAWINGS).find(|asset| asset.name == name)?;
    Some((asset.kind, Bytes::from_static(asset.text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_of_style_and_script_is_kept() {
        let style: usize = STYLE.iter().map(|part| part.len()).sum();
        let script: usize = SCRIPTS.iter().map(|asset| asset.text.len()).sum();
        assert!(style <= 35 * 1024, "{style} bytes of style");
        assert!(script <= 30 * 1024, "{script} bytes of script");
    }

    #[test]
    fn main_loads_every_module() {
        let main = SCRIPTS.iter().find(|asset| asset.name == "main.js").unwrap();
        for asset in SCRIPTS.iter().filter(|asset| asset.name != "main.js") {
            assert!(SCRIPTS.iter().any(|other| other.text.contains(&format!("./{}", asset.name))), "{}", asset.name);
        }
        assert!(main.text.contains("import"));
    }

    #[test]
    fn nothing_is_put_into_a_page_but_as_text() {
        for asset in SCRIPTS {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", ".style."] {
                assert!(!asset.text.contains(word), "{} has {word}", asset.name);
            }
        }
    }
}
