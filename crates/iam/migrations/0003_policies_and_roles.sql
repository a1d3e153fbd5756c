-- Policies that accounts write. System policies are data of the program and have no rows.
CREATE TABLE policy (
    id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    name {{text}} NOT NULL,
    name_key {{text}} NOT NULL,
    path {{text}} NOT NULL,
    description {{text}} NOT NULL,
    tags {{text}} NOT NULL,
    default_version {{int}} NOT NULL,
    last_version {{int}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL,
    UNIQUE (account_id, name_key),
    UNIQUE (account_id, id)
){{strict}};

-- What a policy said and says. A version's document never changes, and its number is never given twice.
CREATE TABLE policy_version (
    policy_id {{int}} NOT NULL REFERENCES policy (id),
    version {{int}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    flavour {{text}} NOT NULL,
    document {{text}} NOT NULL,
    created_us {{int}} NOT NULL,
    PRIMARY KEY (policy_id, version)
){{strict}};

CREATE TABLE iam_role (
    id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    name {{text}} NOT NULL,
    name_key {{text}} NOT NULL,
    path {{text}} NOT NULL,
    description {{text}} NOT NULL,
    tags {{text}} NOT NULL,
    max_session_s {{int}} NOT NULL,
    trust_flavour {{text}} NOT NULL,
    trust_document {{text}} NOT NULL,
    -- Which entities the document's names meant when it was saved.
    trust_principals {{text}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL,
    UNIQUE (account_id, name_key),
    UNIQUE (account_id, id)
){{strict}};

-- Which policies a user, a group or a role holds. `policy_id` may be a system policy's.
CREATE TABLE attachment (
    holder_kind {{text}} NOT NULL,
    holder_id {{int}} NOT NULL,
    policy_id {{int}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    attached_us {{int}} NOT NULL,
    PRIMARY KEY (holder_kind, holder_id, policy_id)
){{strict}};

CREATE INDEX attachment_policy ON attachment (account_id, policy_id, holder_kind, holder_id);

-- Documents that belong to one user, group or role.
CREATE TABLE inline_policy (
    holder_kind {{text}} NOT NULL,
    holder_id {{int}} NOT NULL,
    name_key {{text}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    name {{text}} NOT NULL,
    flavour {{text}} NOT NULL,
    document {{text}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL,
    PRIMARY KEY (holder_kind, holder_id, name_key)
){{strict}};

-- The policy beyond which a user or a role may do nothing.
CREATE TABLE boundary (
    holder_kind {{text}} NOT NULL,
    holder_id {{int}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    policy_id {{int}} NOT NULL,
    set_us {{int}} NOT NULL,
    PRIMARY KEY (holder_kind, holder_id)
){{strict}};

CREATE INDEX boundary_policy ON boundary (account_id, policy_id, holder_kind, holder_id);
