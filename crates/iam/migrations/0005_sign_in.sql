-- What an account asks of passwords and of console sessions; an account without a row has the defaults.
CREATE TABLE password_settings (
    account_id {{int}} PRIMARY KEY REFERENCES account (account_id),
    min_length {{int}} NOT NULL,
    classes {{text}} NOT NULL,
    validity_days {{int}} NOT NULL,
    expired_may_reset {{bool}} NOT NULL,
    history {{int}} NOT NULL,
    -- Both or none: after how many failures a user is locked, and for how long.
    lock_failures {{int}},
    lock_minutes {{int}},
    idle_minutes {{int}} NOT NULL,
    session_hours {{int}} NOT NULL,
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL
){{strict}};

-- Passwords that users had, as far as their accounts do not take them again. The present one is not among them.
CREATE TABLE old_password (
    user_id {{int}} NOT NULL REFERENCES iam_user (id),
    set_us {{int}} NOT NULL,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    password_hash {{text}} NOT NULL,
    PRIMARY KEY (user_id, set_us)
){{strict}};

-- What an account is called, and how its root user signs in.
CREATE TABLE root_login (
    root_id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL UNIQUE REFERENCES account (account_id),
    account_name {{text}} NOT NULL,
    email {{text}} NOT NULL,
    email_key {{text}} NOT NULL UNIQUE,
    password_hash {{text}},
    password_changed_us {{int}},
    created_us {{int}} NOT NULL,
    updated_us {{int}} NOT NULL
){{strict}};

-- Until when a password that somebody else has set may be used to sign in.
ALTER TABLE login_profile ADD COLUMN password_expires_us {{int}};

-- Who is signed in to the console. Of the token that the browser holds, only the hash is kept.
CREATE TABLE console_session (
    id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL REFERENCES account (account_id),
    user_id {{int}} NOT NULL,
    digest {{bytes}} NOT NULL UNIQUE,
    -- Whether it may do nothing but set a password.
    must_reset {{bool}} NOT NULL,
    began_us {{int}} NOT NULL,
    seen_us {{int}} NOT NULL,
    -- How long it may be left alone, and until when it lasts at most.
    idle_us {{int}} NOT NULL,
    expires_us {{int}} NOT NULL,
    source {{text}} NOT NULL,
    agent {{text}} NOT NULL
){{strict}};

CREATE INDEX console_session_user ON console_session (account_id, user_id, id);
CREATE INDEX console_session_end ON console_session (expires_us);

-- That somebody has proved once more who it is, for one deed.
CREATE TABLE step_up_proof (
    digest {{bytes}} PRIMARY KEY,
    account_id {{int}} NOT NULL,
    session_id {{int}} NOT NULL REFERENCES console_session (id) ON DELETE CASCADE,
    action {{text}} NOT NULL,
    target {{text}} NOT NULL,
    expires_us {{int}} NOT NULL
){{strict}};

CREATE INDEX step_up_proof_session ON step_up_proof (session_id);
CREATE INDEX step_up_proof_end ON step_up_proof (expires_us);

-- Attempts to sign in that failed: by user, also by names that nobody bears, by browser, by address and by account.
CREATE TABLE sign_in_failure (
    subject {{text}} PRIMARY KEY,
    failures {{int}} NOT NULL,
    since_us {{int}} NOT NULL,
    -- Until when even the right password is refused.
    locked_until_us {{int}} NOT NULL,
    -- When it may be forgotten.
    forget_us {{int}} NOT NULL
){{strict}};

CREATE INDEX sign_in_failure_end ON sign_in_failure (forget_us);

-- Browsers from which a user has signed in: their attempts are counted apart.
CREATE TABLE sign_in_device (
    digest {{bytes}} PRIMARY KEY,
    account_id {{int}} NOT NULL,
    user_id {{int}} NOT NULL,
    used_us {{int}} NOT NULL
){{strict}};

CREATE INDEX sign_in_device_user ON sign_in_device (account_id, user_id, used_us);
CREATE INDEX sign_in_device_age ON sign_in_device (used_us);

-- When and from where a user last signed in.
CREATE TABLE last_sign_in (
    user_id {{int}} PRIMARY KEY,
    account_id {{int}} NOT NULL,
    signed_in_us {{int}} NOT NULL,
    source {{text}} NOT NULL
){{strict}};

CREATE INDEX last_sign_in_account ON last_sign_in (account_id, signed_in_us);

-- Links by which the first account is made.
CREATE TABLE setup_link (
    digest {{bytes}} PRIMARY KEY,
    expires_us {{int}} NOT NULL
){{strict}};
-- What a list of users is searched, filtered and sorted by, a narrow row a user; it follows from the tables of state.
CREATE TABLE user_listing (
    account_id {{int}} NOT NULL,
    user_id {{int}} NOT NULL,
    name_key {{text}} NOT NULL,
    search_text {{text}} NOT NULL,
    enabled {{int}} NOT NULL,
    -- 0 no profile, 1 switched off, 2 on, 3 on and a new password must be set.
    login {{int}} NOT NULL,
    keys_on {{int}} NOT NULL,
    keys_off {{int}} NOT NULL,
    -- 0 for never.
    active_us {{int}} NOT NULL,
    signed_in_us {{int}} NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES iam_user (account_id, id) ON DELETE CASCADE
){{clustered}};

INSERT INTO user_listing (account_id, user_id, name_key, search_text, enabled, login, keys_on, keys_off, active_us, signed_in_us)
SELECT u.account_id, u.id, u.name_key, u.search_text, CASE WHEN u.enabled THEN 1 ELSE 0 END,
    CASE WHEN p.user_id IS NULL THEN 0 WHEN NOT p.enabled THEN 1 WHEN p.must_reset THEN 3 ELSE 2 END,
    (SELECT count(*) FROM access_key k WHERE k.account_id = u.account_id AND k.owner_id = u.id AND k.enabled),
    (SELECT count(*) FROM access_key k WHERE k.account_id = u.account_id AND k.owner_id = u.id AND NOT k.enabled),
    coalesce((SELECT max(x.used_us) FROM access_key k JOIN access_key_use x ON x.key_id = k.id WHERE k.account_id = u.account_id AND k.owner_id = u.id), 0),
    0
FROM iam_user u LEFT JOIN login_profile p ON p.user_id = u.id;

-- Each has all that a walk along it filters by and answers.
CREATE INDEX user_listing_name ON user_listing (account_id, name_key, user_id, enabled, login, keys_on, keys_off, signed_in_us, active_us);
CREATE INDEX user_listing_active ON user_listing (account_id, active_us, user_id, enabled, login, keys_on, keys_off, signed_in_us, name_key);

-- The oldest keys of an account.
CREATE INDEX access_key_age ON access_key (account_id, created_us, id);

-- What happened in an account on a day, in numbers; days are counted from 1970, in UTC.
CREATE TABLE account_activity (
    account_id {{int}} NOT NULL,
    day {{int}} NOT NULL,
    signed_in {{int}} NOT NULL,
    sign_in_failed {{int}} NOT NULL,
    calls {{int}} NOT NULL,
    calls_denied {{int}} NOT NULL,
    decisions_allowed {{int}} NOT NULL,
    decisions_denied {{int}} NOT NULL,
    PRIMARY KEY (account_id, day)
){{clustered}};

CREATE INDEX account_activity_day ON account_activity (day, account_id);

-- When, for what and from where somebody last acted as a role. Written in batches, off the path of requests.
CREATE TABLE role_use (
    role_id {{int}} PRIMARY KEY REFERENCES iam_role (id) ON DELETE CASCADE,
    account_id {{int}} NOT NULL,
    used_us {{int}} NOT NULL,
    service {{text}} NOT NULL,
    source {{text}} NOT NULL
){{strict}};
