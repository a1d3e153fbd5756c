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
