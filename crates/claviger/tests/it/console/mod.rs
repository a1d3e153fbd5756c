//! The console through real HTTP: what its pages answer a browser, and what they answer whoever is none.

mod addresses;
pub(crate) mod browser;
pub(crate) mod company;
mod crawl;
mod credentials;
mod denied;
mod forms;
mod furnish;
mod headers;
mod locks;
mod mistakes;
mod oneself;
mod passwords;
mod sessions;
mod setup;
mod sign_in;
mod texts;
