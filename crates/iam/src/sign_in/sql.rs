//! The statements of signing in.

use crate::db::{selects, statements};

selects! {
    /// The account of an alias or a number. It comes before anybody is known.
    ACCOUNT: global "SELECT account_id FROM account WHERE alias = $1 OR account_id = $2 LIMIT 1";
    /// The root user of an e-mail address: addresses are unique among all accounts, and nobody is known yet.
    ROOT_OF_EMAIL: global "SELECT account_id, root_id, password_hash, password_changed_us FROM root_login WHERE email_key = $1";
    /// A user by its name, and how it signs in.
    USER: scoped "SELECT u.id, u.name, u.path, u.enabled, p.enabled, p.password_hash, p.must_reset, p.password_expires_us, p.password_changed_us FROM iam_user u LEFT JOIN login_profile p ON p.user_id = u.id WHERE u.account_id = $1 AND u.name_key = $2";
    /// The same by its id.
    USER_OF_ID: scoped "SELECT u.id, u.name, u.path, u.enabled, p.enabled, p.password_hash, p.must_reset, p.password_expires_us, p.password_changed_us FROM iam_user u LEFT JOIN login_profile p ON p.user_id = u.id WHERE u.account_id = $1 AND u.id = $2";
    /// How the root user of that id signs in.
    ROOT_OF_ID: scoped "SELECT root_id, password_hash, password_changed_us FROM root_login WHERE account_id = $1 AND root_id = $2";
    /// Which of as many subjects as [`crate::feed::NAMED`] have to wait. Failures are counted before an account is known.
    LOCKED: global "SELECT subject, failures, locked_until_us FROM sign_in_failure WHERE subject IN (\
         $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
         $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, \
         $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, \
         $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64) AND (failures >= $65 OR locked_until_us > $66) ORDER BY subject LIMIT 64";
    /// Whose browser it is.
    DEVICE: global "SELECT account_id, user_id FROM sign_in_device WHERE digest = $1 AND used_us > $2";
    /// Links by which the first account is made: there is none yet.
    SETUP_LINK: global "SELECT digest FROM setup_link WHERE digest = $1 AND expires_us > $2";
}

statements! {
    /// Takes the row of a subject, so that nobody else counts on it meanwhile.
    TAKE: "INSERT INTO sign_in_failure (subject, failures, since_us, locked_until_us, forget_us) VALUES ($1, 0, $2, 0, $2)
     ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject RETURNING failures, since_us, locked_until_us";
    COUNT: "UPDATE sign_in_failure SET failures = $2, since_us = $3, locked_until_us = $4, forget_us = $5 WHERE subject = $1";
    TAKE_BACK: "UPDATE sign_in_failure SET failures = failures - 1 WHERE subject = $1 AND failures > 0";
    TOUCH: "UPDATE sign_in_failure SET failures = failures WHERE subject = $1";
    FORGET: "UPDATE sign_in_failure SET failures = 0, locked_until_us = 0 WHERE subject = $1";
    PRUNE_FAILURES: "DELETE FROM sign_in_failure WHERE subject IN
     (SELECT subject FROM sign_in_failure WHERE forget_us <= $1 ORDER BY forget_us LIMIT $2)";
    KEEP_DEVICE: "INSERT INTO sign_in_device (digest, account_id, user_id, used_us) VALUES ($1, $2, $3, $4)
     ON CONFLICT (digest) DO UPDATE SET used_us = excluded.used_us";
    /// Those beyond the newest few of a user.
    TRIM_DEVICES: "DELETE FROM sign_in_device WHERE account_id = $1 AND user_id = $2 AND digest NOT IN
     (SELECT digest FROM sign_in_device WHERE account_id = $1 AND user_id = $2 ORDER BY used_us DESC, digest LIMIT $3)";
    FORGET_DEVICE: "DELETE FROM sign_in_device WHERE digest = $1";
    FORGET_DEVICES: "DELETE FROM sign_in_device WHERE account_id = $1 AND user_id = $2";
    PRUNE_DEVICES: "DELETE FROM sign_in_device WHERE digest IN
     (SELECT digest FROM sign_in_device WHERE used_us <= $1 ORDER BY used_us LIMIT $2)";
    REMEMBER: "INSERT INTO last_sign_in (user_id, account_id, signed_in_us, source) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id) DO UPDATE SET signed_in_us = excluded.signed_in_us, source = excluded.source";
    FORGET_SIGN_IN: "DELETE FROM last_sign_in WHERE user_id = $1 AND account_id = $2";
    KEEP_PROOF: "INSERT INTO step_up_proof (digest, account_id, session_id, action, target, expires_us)
     VALUES ($1, $2, $3, $4, $5, $6)";
    /// A proof counts once, for the session, the action and the target that it was made for.
    USE_PROOF: "DELETE FROM step_up_proof WHERE digest = $1 AND account_id = $2 AND session_id = $3 AND action = $4
     AND target = $5 AND expires_us > $6";
    PRUNE_PROOFS: "DELETE FROM step_up_proof WHERE digest IN
     (SELECT digest FROM step_up_proof WHERE expires_us <= $1 ORDER BY expires_us LIMIT $2)";
    KEEP_SETUP_LINK: "INSERT INTO setup_link (digest, expires_us) VALUES ($1, $2)";
    PRUNE_SETUP_LINKS: "DELETE FROM setup_link WHERE digest IN
     (SELECT digest FROM setup_link WHERE expires_us <= $1 ORDER BY expires_us LIMIT $2)";
    FORGET_SETUP_LINKS: "DELETE FROM setup_link";
}
