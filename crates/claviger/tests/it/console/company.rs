//! The people who use the console in these tests.

use serde_json::json;

use crate::{
    console::browser::Browser,
    support::world::{Root, World},
};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "four herons on the mud bank";
/// What nobody's password is.
pub(crate) const WRONG: &str = "five herons on the mud bank";
/// What a password may be changed to.
pub(crate) const ANOTHER: &str = "the tide is out at seven";

/// An account, with whoever is needed.
pub(crate) struct Company<'w> {
    pub(crate) root: Root<'w>,
}

/// Whom somebody says to be, and how it is proved.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Person {
    /// What is typed into the form.
    pub(crate) fn claim(&self) -> [(&str, &str); 4] {
        [("as", "user"), ("account", &self.account), ("user", &self.name), ("password", &self.password)]
    }

    /// The same with another password.
    pub(crate) fn typing(&self, password: &str) -> Self {
        Self { password: password.to_owned(), ..self.clone() }
    }

    /// The same who claims to be another user.
    pub(crate) fn called(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }
}

impl<'w> Company<'w> {
    pub(crate) async fn new(world: &'w World) -> Self {
        Self { root: world.account().await }
    }

    /// A user who can sign in, and may do nothing.
    pub(crate) async fn hire(&self, name: &str) -> Person {
        self.root.must_native("POST", "/api/v1/users", json!({ "name": name }).to_string()).await;
        self.set_password(name, PASSWORD, false).await;
        Person { account: self.root.account.clone(), name: name.to_owned(), password: PASSWORD.to_owned() }
    }

    /// A user who can sign in and may do everything.
    pub(crate) async fn administrator(&self, name: &str) -> Person {
        let person = self.hire(name).await;
        let target = format!("/api/v1/users/{name}/policies/AdministratorAccess");
        self.root.must_native("PUT", &target, "").await;
        person
    }

    pub(crate) async fn set_password(&self, name: &str, password: &str, must_reset: bool) {
        let body = json!({ "password": password, "must_reset": must_reset }).to_string();
        self.root.must_native("PATCH", &format!("/api/v1/users/{name}/login-profile"), body).await;
    }

    pub(crate) async fn switch(&self, name: &str, enabled: bool) {
        let body = json!({ "enabled": enabled }).to_string();
        self.root.must_native("PATCH", &format!("/api/v1/users/{name}"), body).await;
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn browser(&self, who: &Person) -> Browser<'w> {
        let mut browser = Browser::new(self.root.world);
        browser.sign_in(who).await;
        browser
    }

    /// A browser in which a new administrator is signed in.
    pub(crate) async fn signed_in(&self) -> Browser<'w> {
        let alice = self.administrator("alice").await;
        self.browser(&alice).await
    }
}
