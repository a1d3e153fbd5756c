//! The real server, in process, through real HTTP: one binary, one file per topic.
//!
//! Each test has a database of its own and a clock that stands still. What is proved here is the wiring and the
//! shape of the wire; a rule's own cases stand beside the rule.

#![expect(clippy::indexing_slicing, reason = "in a test, a panic is what should happen")]

mod api_keys;
mod audit_checkpoints;
mod audit_events;
mod audit_sinks;
mod authorize;
mod authorize_callers;
mod authorize_log;
mod authorize_signed;
mod backup;
mod baidu_rules;
mod canaries;
mod cli_account;
mod cli_credentials;
mod cli_import;
mod cli_policies;
mod cli_profiles;
mod cli_terminal;
mod cli_trail;
mod cli_users;
mod console;
mod denied;
mod disk_full;
mod edge;
mod identity_providers;
mod kill;
mod lifecycle;
mod log;
mod master_key;
mod matrix;
mod metrics;
mod native;
mod native_account;
mod native_api_keys;
mod native_console;
mod native_groups;
mod native_policies;
mod native_policy_texts;
mod native_roles;
mod native_terms;
mod native_users;
mod partner_accounts;
mod policy_commands;
mod program;
mod same_decision;
mod signatures;
mod store;
mod sts;
mod support;
mod tenants;
mod trace;
mod users;
