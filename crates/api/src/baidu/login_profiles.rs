//! How users sign in to the console, and their second factors.

use iam::{
    hashing::Password,
    login_profiles::{Changes, Delete, ExternalAccount, Get, LoginProfile, MfaMethods, RemoveMfa, Update, Updated},
    passwords::NewPassword,
};
use serde::Serialize;

use super::{Call, Pending, error::Fault, response::Answer, users::UserModel};

/// A login profile on the wire; the password is only ever sent to us.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginProfileModel {
    need_reset_password: bool,
    enabled_login: bool,
    enabled_login_mfa: bool,
    login_mfa_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    third_party_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    third_party_account: Option<String>,
}

impl From<LoginProfile> for LoginProfileModel {
    fn from(profile: LoginProfile) -> Self {
        let (third_party_type, third_party_account) = match profile.external {
            Some(external) => (Some(external.kind), Some(external.account)),
            None => (None, None),
        };
        Self {
            need_reset_password: profile.must_reset,
            enabled_login: profile.enabled,
            enabled_login_mfa: profile.login_mfa,
            login_mfa_type: match (profile.mfa_methods.sms, profile.mfa_methods.totp) {
                (false, false) => "",
                (true, false) => "PHONE",
                (false, true) => "TOTP",
                (true, true) => "PHONE,TOTP",
            },
            third_party_type,
            third_party_account,
        }
    }
}

/// `PUT /v1/user/{name}/loginProfile`: what is absent stays as it is.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let to = Changes {
            password: call.body.text("password")?.map(Password::parse).transpose()?.map(NewPassword::from),
            enabled: call.body.flag("enabledLogin")?,
            must_reset: call.body.flag("needResetPassword")?,
            login_mfa: call.body.flag("enabledLoginMfa")?,
            operation_mfa: None,
            mfa_methods: call.body.text("loginMfaType")?.map(mfa_methods).transpose()?,
            external: external(call.body.text("thirdPartyType")?, call.body.text("thirdPartyAccount")?)?,
        };
        let update = Update::new(call.name(0)?, to)?;
        let Updated { profile, .. } = call.iam.change(call.caller, update).await?;
        Ok(Answer::ok(&LoginProfileModel::from(profile)))
    })
}

/// `GET /v1/user/{name}/loginProfile`: for a user without one, that nothing is switched on.
pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let user = call.name(0)?;
        let profile = call.iam.query(call.caller, Get { user }).await?;
        Ok(Answer::ok(&LoginProfileModel::from(profile)))
    })
}

/// `DELETE /v1/user/{name}/loginProfile`
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let user = call.name(0)?;
        call.iam.change(call.caller, Delete { user }).await?;
        Ok(Answer::empty())
    })
}

/// `POST /v1/user/operation/mfa/switch`: a second factor before sensitive operations.
pub(super) fn switch_operation_mfa(call: Call) -> Pending {
    Box::pin(async move {
        let user = call.body.required_text("userName")?.to_owned();
        let to = Changes {
            operation_mfa: Some(call.body.required_flag("enabledMfa")?),
            mfa_methods: call.body.text("mfaType")?.map(mfa_methods).transpose()?,
            ..Changes::default()
        };
        call.iam.change(call.caller, Update::new(user, to)?).await?;
        Ok(Answer::ok(&serde_json::json!({})))
    })
}

/// `DELETE /v1/user/{name}/mfaType/{type}`: again is the same as once, and as never.
pub(super) fn remove_mfa(call: Call) -> Pending {
    Box::pin(async move {
        let remove = RemoveMfa { user: call.name(0)?, methods: mfa_methods(&call.name(1)?)? };
        call.iam.change(call.caller, remove).await?;
        Ok(Answer::empty())
    })
}

/// `PUT /v1/subUser/{name}/update`: sets the password. Other members (`provider`, `enable`) are ignored, as an SDK
/// sends them without being asked.
pub(super) fn set_password(call: Call) -> Pending {
    Box::pin(async move {
        let password = Password::parse(call.body.required_text("password")?)?;
        let to = Changes { password: Some(password.into()), ..Changes::default() };
        let update = Update::new(call.name(0)?, to)?;
        let Updated { user, .. } = call.iam.change(call.caller, update).await?;
        Ok(Answer::ok(&UserModel::from(user)))
    })
}

/// `PHONE`, `TOTP`, or both after a comma; empty for none.
fn mfa_methods(text: &str) -> Result<MfaMethods, Fault> {
    let mut methods = MfaMethods::default();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word {
            "PHONE" => methods.sms = true,
            "TOTP" => methods.totp = true,
            _ => return Err(Fault::inappropriate_json("the kind of second factor must be `PHONE` or `TOTP`")),
        }
    }
    Ok(methods)
}

/// Both members bind, both empty unbind, both absent leave it.
#[expect(clippy::option_option, reason = "as the core's changes: whether to change it, and to what")]
fn external(kind: Option<&str>, account: Option<&str>) -> Result<Option<Option<ExternalAccount>>, Fault> {
    match (kind, account) {
        (None, None) => Ok(None),
        (Some("") | None, Some("") | None) => Ok(Some(None)),
        (Some(kind @ ("UUAP" | "PASSPORT")), Some(account)) if !account.is_empty() => {
            Ok(Some(Some(ExternalAccount { kind: kind.to_owned(), account: account.to_owned() })))
        }
        _ => {
            Err(Fault::inappropriate_json("`thirdPartyType` must be `UUAP` or `PASSPORT`, with a `thirdPartyAccount`"))
        }
    }
}
