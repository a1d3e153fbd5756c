//! The core on both databases: the same behaviour on each, and what only several nodes on one database can show.
//!
//! SQLite always runs, in a directory of its own. PostgreSQL runs on the server that `CLAVIGER_TEST_PG` names (a URL;
//! `cargo xtask test` starts one), each test in a database of its own. Without the variable its half fails, unless
//! `CLAVIGER_TEST_WITHOUT_POSTGRES=1` says that this is meant.

mod access_keys;
mod api_keys;
mod attachments;
mod backups;
mod boundaries;
mod checkpoints;
mod conformance;
mod escalation;
mod events;
mod feed;
mod groups;
mod guard;
mod identity_providers;
mod inline_policies;
mod instance_keys;
mod large;
mod login_profiles;
mod master_keys;
mod matrix;
mod nodes;
mod once;
mod opening;
mod outage;
mod overview;
mod partner_accounts;
mod passwords;
mod policies;
mod roles;
mod schema;
mod scopes;
mod sessions;
mod sign_in;
mod sinks;
mod statements;
mod stores;
mod support;
mod trust;
mod user_lists;
mod whole_users;
