//! `[authorize]`: who may ask about whom.

use anyhow::{Context, Result, ensure};
use base::ids::AccountId;
use serde::Deserialize;

/// How many service accounts there may be.
const SERVICE_ACCOUNTS_MAX: usize = 1_000;

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuthorizeSection {
    /// The accounts of the platform's services, twelve digits each.
    pub(crate) service_accounts: Vec<String>,
}

/// Who may ask about whom, as decided from the file.
#[derive(Debug, Clone, Default)]
pub struct Authorize {
    /// The accounts whose principals may ask about every account.
    pub service_accounts: Vec<AccountId>,
}

impl Authorize {
    /// Decides. Errors: what is no account's number.
    pub(crate) fn decide(section: &AuthorizeSection) -> Result<Self> {
        ensure!(
            section.service_accounts.len() <= SERVICE_ACCOUNTS_MAX,
            "`service_accounts` may have at most {SERVICE_ACCOUNTS_MAX} accounts"
        );
        let account = |text: &String| {
            let account = AccountId::parse(text).ok().filter(|account| *account != AccountId::INSTANCE);
            account.with_context(|| format!("`service_accounts`: `{text}` is not the twelve digits of an account"))
        };
        Ok(Self { service_accounts: section.service_accounts.iter().map(account).collect::<Result<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(accounts: &[&str]) -> Result<Authorize> {
        let service_accounts = accounts.iter().map(|&account| account.to_owned()).collect();
        Authorize::decide(&AuthorizeSection { service_accounts })
    }

    #[test]
    fn accounts_have_twelve_digits() {
        assert_eq!(decide(&["123456789012"]).unwrap().service_accounts, [AccountId::parse("123456789012").unwrap()]);
        for bad in ["12345678901", "1234567890123", "a23456789012", "000000000000", "012345678901", "", "*"] {
            assert!(decide(&["123456789012", bad]).is_err(), "{bad}");
        }
    }
}
