//! People who sign in, in few words.

use std::net::IpAddr;

use base::secret::SecretText;

use crate::{
    accounts::{Alias, SetAlias},
    caller::Origin,
    console_sessions::ConsoleSession,
    error::Result,
    hashing::Password,
    login_profiles,
    sign_in::{Attempt, Claim, SignedIn},
    tests::support::{Company, Node, deeds::create_user, operator, origin, wait},
};

/// The password of everybody here.
pub(in crate::tests) const PASSWORD: &str = "correct horse battery staple";

/// An account with an alias, and Alice in it, who has a password of her own.
pub(in crate::tests) fn company<'n>(node: &'n Node, alias: &str) -> Company<'n> {
    let company = Company::new(node);
    let set = SetAlias { account: company.account(), alias: Some(Alias::parse(alias).unwrap()) };
    node.change(&operator(), set).unwrap();
    person(&company, "alice");
    company
}

/// Makes a user with a password that need not be reset.
pub(in crate::tests) fn person(company: &Company<'_>, name: &str) {
    company.does(create_user(name));
    company.does(password(name, Some(false)));
}

/// Sets somebody's password.
pub(in crate::tests) fn password(name: &str, must_reset: Option<bool>) -> login_profiles::Update {
    let password = Some(Password::parse(PASSWORD).unwrap().into());
    let to = login_profiles::Changes { password, must_reset, ..login_profiles::Changes::default() };
    login_profiles::Update::new(name.to_owned(), to).unwrap()
}

pub(in crate::tests) fn switch_console(name: &str, on: bool) -> login_profiles::Update {
    let to = login_profiles::Changes { enabled: Some(on), ..login_profiles::Changes::default() };
    login_profiles::Update::new(name.to_owned(), to).unwrap()
}

pub(in crate::tests) fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// An attempt of a user of an account.
pub(in crate::tests) fn attempt(account: &str, name: &str, password: &str) -> Attempt {
    let claim = Claim::User { account: account.to_owned(), name: name.to_owned() };
    Attempt { claim, password: secret(password), device: None, origin: origin() }
}

pub(in crate::tests) fn from(address: &str) -> Origin {
    let address: IpAddr = address.parse().unwrap();
    Origin { source: address.to_string(), address: Some(address), ..origin() }
}

impl Attempt {
    pub(in crate::tests) fn from(self, address: &str) -> Self {
        Self { origin: from(address), ..self }
    }

    pub(in crate::tests) fn with(self, device: &SecretText) -> Self {
        Self { device: Some(device.expose().to_owned()), ..self }
    }
}

impl Node {
    pub(in crate::tests) fn sign_in(&self, attempt: Attempt) -> Result<SignedIn> {
        wait(self.iam.sign_in(attempt))
    }

    /// Whose a token is, without using it.
    pub(in crate::tests) fn whose(&self, token: &SecretText) -> Option<ConsoleSession> {
        wait(self.iam.console_session(token.expose(), false)).unwrap()
    }
}
