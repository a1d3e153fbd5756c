//! Who asks.

/// A caller: its account, and whether it is the account's root.
pub(crate) struct Principal {
    pub(crate) account: String,
    pub(crate) is_root: bool,
}

/// Reads the caller's name as a resource, or a bare account, which is its root.
pub(crate) fn read(text: &str) -> Result<Principal, String> {
    if is_account(text) {
        return Ok(Principal { account: text.to_owned(), is_root: true });
    }
    read_named(text).ok_or_else(|| format!("bad principal `{text}`"))
}

fn read_named(text: &str) -> Option<Principal> {
    let (scheme, rest) = text.split_once(':')?;
    let rest = match scheme {
        "arn" => {
            let (partition, rest) = rest.split_once(':')?;
            if partition.is_empty() {
                return None;
            }
            rest
        }
        "trn" | "crn" => rest,
        _ => return None,
    };
    let (service, rest) = rest.split_once("::")?;
    let (account, path) = rest.split_once(':')?;
    let is_root = service == "iam" && path == "root";
    let known = match service {
        "iam" => is_root || is_below(path, "user/") || is_below(path, "role/"),
        "sts" => path
            .strip_prefix("assumed-role/")
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(role, session)| !role.is_empty() && !session.is_empty() && !session.contains('/')),
        _ => false,
    };
    (known && is_account(account)).then(|| Principal { account: account.to_owned(), is_root })
}

/// `kind/` and then a name, with a path before it or not.
fn is_below(path: &str, kind: &str) -> bool {
    path.strip_prefix(kind).is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|one| one.is_ascii_digit())
}
