-- One row: what this store is.
CREATE TABLE instance (
    id {{int}} PRIMARY KEY CHECK (id = 1),
    created_us {{int}} NOT NULL,
    key_check {{bytes}} NOT NULL
){{strict}};

-- One row per account, locked first by every change of it: changes of one account are serial.
CREATE TABLE account_head (
    account_id {{int}} PRIMARY KEY,
    revision {{int}} NOT NULL,
    audit_seq {{int}} NOT NULL,
    audit_hash {{bytes}} NOT NULL
){{strict}};

CREATE TABLE account (
    account_id {{int}} PRIMARY KEY,
    root_id {{int}} NOT NULL UNIQUE,
    alias {{text}} UNIQUE,
    data_key {{bytes}} NOT NULL,
    created_us {{int}} NOT NULL
){{strict}};

-- Names that must differ within an account, whatever bears them.
CREATE TABLE name (
    account_id {{int}} NOT NULL,
    name_key {{text}} NOT NULL,
    noun {{text}} NOT NULL,
    entity_id {{int}} NOT NULL,
    PRIMARY KEY (account_id, name_key)
){{strict}};

CREATE TABLE iam_user (
    id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    name {{text}} NOT NULL,
    name_key {{text}} NOT NULL,
    path {{text}} NOT NULL,
    display_name {{text}} NOT NULL,
    remarks {{text}} NOT NULL,
    mobile {{text}},
    email {{text}},
    tags {{text}} NOT NULL,
    search_text {{text}} NOT NULL,
    enabled {{bool}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL,
    UNIQUE (account_id, name_key),
    UNIQUE (account_id, id)
){{strict}};

CREATE TABLE access_key (
    id {{text}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    owner_id {{int}} NOT NULL,
    sealed_secret {{bytes}} NOT NULL,
    enabled {{bool}} NOT NULL,
    created_us {{int}} NOT NULL
){{strict}};

CREATE INDEX access_key_owner ON access_key (account_id, owner_id, created_us, id);

-- When, for what and from where a key was last used. Written in batches, off the path of requests.
CREATE TABLE access_key_use (
    key_id {{text}} PRIMARY KEY REFERENCES access_key (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL,
    used_us {{int}} NOT NULL,
    service {{text}} NOT NULL,
    source {{text}} NOT NULL
){{strict}};

-- How a user signs in to the console.
CREATE TABLE login_profile (
    user_id {{int}} PRIMARY KEY REFERENCES iam_user (id),
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    password_hash {{text}},
    enabled {{bool}} NOT NULL,
    must_reset {{bool}} NOT NULL,
    login_mfa {{bool}} NOT NULL,
    operation_mfa {{bool}} NOT NULL,
    mfa_methods {{text}} NOT NULL,
    external_kind {{text}},
    external_account {{text}},
    password_changed_us {{int}},
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL
){{strict}};

CREATE TABLE iam_group (
    id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    name {{text}} NOT NULL,
    name_key {{text}} NOT NULL,
    path {{text}} NOT NULL,
    remarks {{text}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL,
    UNIQUE (account_id, name_key),
    UNIQUE (account_id, id)
){{strict}};

CREATE TABLE group_member (
    group_id {{int}} NOT NULL REFERENCES iam_group (id),
    user_id {{int}} NOT NULL REFERENCES iam_user (id),
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    added_us {{int}} NOT NULL,
    PRIMARY KEY (group_id, user_id)
){{strict}};

CREATE INDEX group_member_user ON group_member (account_id, user_id, group_id);

-- How many of a noun an account has: kept with every insert and delete, so that a quota costs one row.
CREATE TABLE tally (
    account_id {{int}} NOT NULL,
    noun {{text}} NOT NULL,
    count {{int}} NOT NULL,
    PRIMARY KEY (account_id, noun)
){{strict}};

-- Limits that differ from the default.
CREATE TABLE quota (
    account_id {{int}} NOT NULL,
    quota {{text}} NOT NULL,
    most {{int}} NOT NULL,
    PRIMARY KEY (account_id, quota)
){{strict}};

-- The audit trail: per account a chain, each hash over the one before and the body.
CREATE TABLE audit_event (
    account_id {{int}} NOT NULL,
    seq {{int}} NOT NULL,
    time_us {{int}} NOT NULL,
    action {{text}} NOT NULL,
    principal_id {{int}},
    outcome {{text}} NOT NULL,
    body {{text}} NOT NULL,
    hash {{bytes}} NOT NULL,
    PRIMARY KEY (account_id, seq)
){{strict}};

-- The feed: what other nodes must look at again. The head row is taken last in a transaction, so that
-- within a shard the order of commits is the order of `seq`.
CREATE TABLE change_head (
    shard {{int}} PRIMARY KEY,
    seq {{int}} NOT NULL
){{strict}};

CREATE TABLE change_log (
    shard {{int}} NOT NULL,
    seq {{int}} NOT NULL,
    account_id {{int}} NOT NULL,
    kind {{text}} NOT NULL,
    reference {{text}} NOT NULL,
    changed_us {{int}} NOT NULL,
    PRIMARY KEY (shard, seq)
){{strict}};

INSERT INTO change_head (shard, seq) VALUES
    (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0),
    (8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
