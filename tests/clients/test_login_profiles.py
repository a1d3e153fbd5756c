"""How users sign in to the console, through Baidu's Python SDK. Signing in itself comes with the console."""

import pytest
from baidubce.http import http_methods
from support import call, in_path, refused

PASSWORD = "Correct-Horse-7"
NOTHING = {
    "need_reset_password": False,
    "enabled_login": False,
    "enabled_login_mfa": False,
    "login_mfa_type": "",
    "third_party_type": None,
    "third_party_account": None,
}
# A password that somebody else chose is for one sign-in, unless they say otherwise (SEC-024).
GIVEN = NOTHING | {"enabled_login": True, "need_reset_password": True}


@pytest.fixture(autouse=True)
def alice(iam):
    """A user who is there before the story begins."""
    return iam.create_user({"name": "alice"})


def told(answer):
    """What an answer tells about the profile."""
    assert answer.status_code == 200
    assert "password" not in vars(answer)
    return {field: getattr(answer, field) for field in NOTHING}


def profile(iam, name=b"alice"):
    return told(iam.get_user_login_profile(name))


def update(iam, **changes):
    """Changes the profile; the answer is what is read afterwards."""
    answer = told(iam.update_user_login_profile(b"alice", changes))
    assert answer == profile(iam)
    return answer


def test_a_bare_user_has_nothing_switched_on(iam):
    assert profile(iam) == NOTHING


def test_a_password_is_taken_and_never_shown(server, iam):
    """SEC-146."""
    answers = [
        iam.update_user_login_profile(b"alice", {"password": PASSWORD}),
        iam.get_user_login_profile(b"alice"),
        iam.get_user(b"alice"),
        iam.list_user(),
    ]
    assert told(answers[0]) == told(answers[1]) == GIVEN
    assert all(PASSWORD not in answer.raw_data for answer in answers)
    assert PASSWORD.encode() not in server.written()


def test_an_update_keeps_what_it_does_not_name(iam):
    whole = {
        "password": PASSWORD,
        "enabledLogin": True,
        "needResetPassword": True,
        "enabledLoginMfa": True,
        "loginMfaType": "PHONE,TOTP",
        "thirdPartyType": "PASSPORT",
        "thirdPartyAccount": "alice@example",
    }
    expected = {
        "need_reset_password": True,
        "enabled_login": True,
        "enabled_login_mfa": True,
        "login_mfa_type": "PHONE,TOTP",
        "third_party_type": "PASSPORT",
        "third_party_account": "alice@example",
    }
    assert update(iam, **whole) == expected
    assert update(iam, password="Another-Horse-8") == expected
    assert update(iam) == expected
    assert update(iam, enabledLogin=False) == expected | {"enabled_login": False}
    assert update(iam, enabledLogin=True, needResetPassword=False) == expected | {"need_reset_password": False}


def test_a_reset_is_forced_and_called_off(iam):
    update(iam, password=PASSWORD)
    assert update(iam, needResetPassword=True)["need_reset_password"] is True
    assert update(iam, needResetPassword=False)["need_reset_password"] is False


def test_second_factors_are_chosen(iam):
    update(iam, password=PASSWORD)
    assert update(iam, enabledLoginMfa=True, loginMfaType="PHONE")["login_mfa_type"] == "PHONE"
    totp = update(iam, loginMfaType="TOTP")
    assert (totp["enabled_login_mfa"], totp["login_mfa_type"]) == (True, "TOTP")
    assert update(iam, loginMfaType="TOTP,PHONE")["login_mfa_type"] == "PHONE,TOTP"
    off = update(iam, enabledLoginMfa=False)
    assert (off["enabled_login_mfa"], off["login_mfa_type"]) == (False, "PHONE,TOTP")


@pytest.mark.parametrize("kind", ["PASSPORT", "UUAP"])
def test_an_account_elsewhere_is_bound_and_unbound(iam, kind):
    bound = update(iam, thirdPartyType=kind, thirdPartyAccount="张三")
    assert (bound["third_party_type"], bound["third_party_account"]) == (kind, "张三")
    assert bound["enabled_login"] is True

    update(iam, password=PASSWORD)
    unbound = update(iam, thirdPartyType="", thirdPartyAccount="")
    assert unbound == GIVEN


@pytest.mark.parametrize(
    "changes",
    [
        {"password": ""},
        {"password": "1234567"},
        {"password": "x" * 129},
        {"password": 12345678},
        {"enabledLogin": "true"},
        {"needResetPassword": 1},
        {"loginMfaType": "SMS"},
        {"loginMfaType": "PHONE,EMAIL"},
        {"thirdPartyType": "PASSPORT"},
        {"thirdPartyAccount": "alice@example"},
        {"thirdPartyType": "GOOGLE", "thirdPartyAccount": "alice@example"},
    ],
    ids=lambda changes: str(changes)[:50],
)
def test_what_cannot_be_is_inappropriate_and_changes_nothing(iam, changes):
    for beforehand in ({}, {"password": PASSWORD, "loginMfaType": "TOTP"}):
        before = update(iam, **beforehand)
        with refused("InappropriateJSON", 400):
            iam.update_user_login_profile(b"alice", {"enabledLoginMfa": True, **changes})
        assert profile(iam) == before


def test_a_deleted_profile_is_gone_whole(iam):
    update(iam, password=PASSWORD, needResetPassword=True, enabledLoginMfa=True, loginMfaType="TOTP")
    iam.delete_user_login_profile(b"alice")
    assert profile(iam) == NOTHING

    # A password makes a new one, with nothing of the old.
    assert update(iam, password=PASSWORD) == GIVEN


def test_a_recreated_namesake_has_no_profile(iam):
    update(iam, password=PASSWORD)
    iam.delete_user(b"alice")
    iam.create_user({"name": "alice"})
    assert profile(iam) == NOTHING


def test_a_missing_user_is_not_found(iam):
    with refused("NotFound", 404):
        iam.get_user_login_profile(b"nobody")
    with refused("NotFound", 404):
        iam.update_user_login_profile(b"nobody", {"password": PASSWORD})
    with refused("NotFound", 404):
        iam.delete_user_login_profile(b"nobody")
    with refused("NotFound", 404):
        switch_operation_protection(iam, userName="nobody", enabledMfa=True)
    with refused("NotFound", 404):
        update_sub_user(iam, b"nobody", password=PASSWORD)


def switch_operation_protection(iam, **body):
    """There is no method for it in the SDK."""
    return call(iam, http_methods.POST, b"/user/operation/mfa/switch", body)


def test_operation_protection_is_switched_apart_from_sign_in(iam):
    update(iam, password=PASSWORD)
    for body in ({"enabledMfa": True, "mfaType": "PHONE,TOTP"}, {"enabledMfa": False}):
        switch_operation_protection(iam, userName="alice", **body)
        assert profile(iam) == GIVEN | {"login_mfa_type": "PHONE,TOTP"}


def test_operation_protection_opens_no_way_in(iam):
    switch_operation_protection(iam, userName="alice", enabledMfa=True, mfaType="TOTP")
    assert profile(iam)["enabled_login"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"enabledMfa": True},
        {"userName": "alice"},
        {"userName": "alice", "enabledMfa": "yes"},
        {"userName": "alice", "enabledMfa": True, "mfaType": "EMAIL"},
    ],
    ids=str,
)
def test_operation_protection_needs_a_user_and_a_switch(iam, body):
    with refused("InappropriateJSON", 400):
        switch_operation_protection(iam, **body)
    assert profile(iam) == NOTHING


def test_a_user_may_be_called_like_a_word_of_a_path(iam):
    iam.create_user({"name": "operation"})
    assert iam.get_user(b"operation").name == "operation"
    assert iam.create_user_accesskey(b"operation").enabled is True
    assert profile(iam, b"operation") == NOTHING


def update_sub_user(iam, name, **body):
    """There is no method for it in the SDK."""
    return call(iam, http_methods.PUT, b"/subUser/" + name + b"/update", body)


def test_a_sub_users_password_is_set(iam, alice):
    # The Go SDK sends `enable: false` without being asked: it must not switch the user off.
    user = update_sub_user(iam, b"alice", password=PASSWORD, provider="", enable=False)
    assert (user.id, user.name, user.enabled) == (alice.id, "alice", True)
    assert PASSWORD not in user.raw_data
    assert profile(iam) == GIVEN

    update(iam, enabledLoginMfa=True, loginMfaType="TOTP", needResetPassword=True)
    before = profile(iam)
    update_sub_user(iam, b"alice", password="Another-Horse-8")
    assert profile(iam) == before


@pytest.mark.parametrize("body", [{}, {"password": ""}, {"password": "1234567"}, {"enable": False}], ids=str)
def test_a_sub_user_update_needs_a_password(iam, body):
    with refused("InappropriateJSON", 400):
        update_sub_user(iam, b"alice", **body)
    assert profile(iam) == NOTHING


def test_a_chinese_name_stands_in_these_paths_too(iam):
    iam.create_user({"name": "张三"})
    name = in_path("张三")
    iam.update_user_login_profile(name, {"password": PASSWORD})
    update_sub_user(iam, name, password=PASSWORD)
    switch_operation_protection(iam, userName="张三", enabledMfa=True, mfaType="TOTP")
    assert profile(iam, name) == GIVEN | {"login_mfa_type": "TOTP"}
    iam.delete_user_login_profile(name)
    assert profile(iam, name) == NOTHING
