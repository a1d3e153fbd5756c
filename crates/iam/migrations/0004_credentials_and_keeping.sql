-- API keys: one text that is its own proof, of which only the hash is kept. Its id is made from the hash.
CREATE TABLE api_key (
    id {{text}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    owner_id {{int}} NOT NULL,
    name {{text}} NOT NULL,
    digest {{bytes}} NOT NULL,
    -- What limits it, beside what its owner may do; both are NULL where nothing does.
    flavour {{text}},
    document {{text}},
    enabled {{bool}} NOT NULL,
    expires_us {{int}},
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL
){{strict}};

CREATE INDEX api_key_owner ON api_key (account_id, owner_id, created_us, id);

-- When, for what and from where an API key was last used. Written in batches, off the path of requests.
CREATE TABLE api_key_use (
    key_id {{text}} PRIMARY KEY REFERENCES api_key (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL,
    used_us {{int}} NOT NULL,
    service {{text}} NOT NULL,
    source {{text}} NOT NULL
){{strict}};

-- Sessions of a user or a role count no more that were issued before a moment, or that began before an event of the
-- account's trail.
CREATE TABLE session_mark (
    holder_kind {{text}} NOT NULL,
    holder_id {{int}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    before_us {{int}} NOT NULL,
    before_event {{int}} NOT NULL,
    PRIMARY KEY (holder_kind, holder_id)
){{strict}};

-- Whose identities an account's users may come with: one provider an account.
CREATE TABLE user_identity_provider (
    account_id {{int}} PRIMARY KEY REFERENCES account (account_id),
    enabled {{bool}} NOT NULL,
    file_name {{text}} NOT NULL,
    metadata {{text}} NOT NULL,
    auxiliary_domain {{text}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL
){{strict}};

-- Records that a partner keeps of the accounts it looks after. They mean nothing to the product itself.
CREATE TABLE partner_account (
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    user_id {{text}} NOT NULL,
    reference {{text}} NOT NULL,
    name {{text}} NOT NULL,
    email {{text}} NOT NULL,
    mobile {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    company {{text}} NOT NULL,
    created_us {{int}} NOT NULL,
    PRIMARY KEY (account_id, user_id)
){{strict}};

-- Answers to requests that must be done once, for a day. `answer` is NULL where it held a secret.
CREATE TABLE idempotency (
    account_id {{int}} NOT NULL,
    caller {{text}} NOT NULL,
    token {{bytes}} NOT NULL,
    request {{bytes}} NOT NULL,
    answer {{bytes}},
    created_us {{int}} NOT NULL,
    PRIMARY KEY (account_id, caller, token)
){{strict}};

CREATE INDEX idempotency_age ON idempotency (created_us);

-- The master keys that wrap something here: by `key_check` a store tells whether a key is its own. The first one's check
-- stands in `instance`.
CREATE TABLE master_key (
    version {{int}} PRIMARY KEY,
    key_check {{bytes}} NOT NULL,
    created_us {{int}} NOT NULL,
    -- From when on it wraps what is new.
    used_from_us {{int}},
    dropped_us {{int}}
){{strict}};

-- Keys that belong to no account, each wrapped by a master key.
CREATE TABLE instance_key (
    name {{text}} PRIMARY KEY,
    wrapped {{bytes}} NOT NULL,
    created_us {{int}} NOT NULL
){{strict}};

-- Signed statements of how far a chain of the audit trail had come.
CREATE TABLE audit_checkpoint (
    account_id {{int}} NOT NULL,
    seq {{int}} NOT NULL,
    hash {{bytes}} NOT NULL,
    time_us {{int}} NOT NULL,
    signature {{bytes}} NOT NULL,
    PRIMARY KEY (account_id, seq)
){{strict}};

-- How far each place to which the audit trail is handed on has got, by chain.
CREATE TABLE audit_sink (
    name {{text}} NOT NULL,
    account_id {{int}} NOT NULL,
    seq {{int}} NOT NULL,
    PRIMARY KEY (name, account_id)
){{strict}};

-- Which node hands the trail on to such a place, and until when, unless it says so again.
CREATE TABLE audit_sink_lease (
    name {{text}} PRIMARY KEY,
    holder {{text}} NOT NULL,
    until_us {{int}} NOT NULL
){{strict}};
