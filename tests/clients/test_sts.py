"""Temporary credentials by Baidu's own STS client, and what they are good for."""

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.http import http_content_types, http_headers, http_methods
from baidubce.retry.retry_policy import NoRetryPolicy
from baidubce.services.sts.sts_client import StsClient
from support import call, eventually, iam_client, key_of, native, refusal, refused, replace

READING = {
    "id": "readers",
    "accessControlList": [
        {"eid": "1", "service": "bce:iam", "region": "*", "effect": "Allow", "resource": ["*"], "permission": ["READ"]}
    ],
}


def sts_client(server, credentials):
    return StsClient(
        BceClientConfiguration(
            credentials=BceCredentials(credentials.access_key_id, credentials.secret_access_key),
            endpoint=server.url,
            retry_policy=NoRetryPolicy(),
        )
    )


def in_session(server, root, session):
    """A call of Baidu's client with a session's credentials. The client for IAM sends no token by itself."""
    temporary = replace(root, access_key_id=session.access_key_id, secret_access_key=session.secret_access_key)
    iam = iam_client(server, temporary)
    headers = {
        http_headers.CONTENT_TYPE: http_content_types.JSON,
        b"x-bce-security-token": session.session_token.encode(),
    }
    return lambda method, path: iam._send_iam_request(method, path, headers=headers)


def names(answer):
    return [user.name for user in answer.users]


@pytest.fixture
def sts(server, root):
    return sts_client(server, root)


def test_a_session_does_what_its_user_may(server, root, iam, sts):
    iam.create_user({"name": "alice"})
    session = sts.get_session_token(acl=None, duration_seconds=60)
    assert session.access_key_id != root.access_key_id
    assert session.expiration.endswith("Z") and session.create_time < session.expiration
    calls = in_session(server, root, session)
    assert names(calls(http_methods.GET, b"/user")) == ["alice"]
    calls(http_methods.DELETE, b"/user/alice")
    assert names(iam.list_user()) == []


def test_a_document_narrows_a_session_even_of_root(server, root, iam, sts):
    """SEC-106"""
    iam.create_user({"name": "alice"})
    calls = in_session(server, root, sts.get_session_token(acl=READING))
    assert names(calls(http_methods.GET, b"/user")) == ["alice"]
    with refused("AccessDenied", 403, "the credential's own"):
        calls(http_methods.DELETE, b"/user/alice")
    assert names(iam.list_user()) == ["alice"]


def test_what_is_no_document_is_told_by_the_services_own_codes(server, root, sts):
    with refused("InvalidRequest", 400):
        sts.get_session_token(acl={"id": "empty"})
    with refused("InappropriateJSON", 400):
        sts.get_session_token(acl=None, duration_seconds=129_601)


def test_a_session_ends_by_itself(server, root, sts):
    calls = in_session(server, root, sts.get_session_token(acl=None, duration_seconds=2))
    assert names(calls(http_methods.GET, b"/user")) == []
    eventually(10, lambda: refusal(lambda: calls(http_methods.GET, b"/user")), ("AccessDenied", 403))


def test_sessions_are_ended_by_the_moment_they_began(server, root, iam, sts):
    """SEC-108"""
    calls = in_session(server, root, sts.get_session_token(acl=None))
    assert names(calls(http_methods.GET, b"/user")) == []
    native(server.url, root, "POST", "/api/v1/root/revoke-sessions", {})
    with refused("AccessDenied", 403):
        calls(http_methods.GET, b"/user")
    assert names(iam.list_user()) == [], "the account's own key is as good as before"


def test_a_session_begets_none(server, root, sts):
    session = sts.get_session_token(acl=None)
    calls = in_session(server, root, session)
    with refused("InvalidRequest", 400, "not support temporal credential"):
        calls(http_methods.POST, b"/sessionToken")


def test_parts_of_two_sessions_do_not_fit(server, root, sts):
    """SEC-105"""
    one, two = sts.get_session_token(acl=None), sts.get_session_token(acl=None)
    for name, code, status in [
        ("access_key_id", "InvalidAccessKeyId", 403),
        ("secret_access_key", "SignatureDoesNotMatch", 400),
        ("session_token", "InvalidAccessKeyId", 403),
    ]:
        mixed = type("Session", (), {**vars(one), name: getattr(two, name)})
        with refused(code, status):
            in_session(server, root, mixed)(http_methods.GET, b"/user")


def test_a_role_is_assumed_where_it_trusts_and_policies_allow(server, root, iam):
    iam.create_user({"name": "alice"})
    alice = key_of(iam, root, "alice")
    trust = (
        '{"version":"v1","accessControlList":[{"service":"bce:iam","region":"*","permission":["AssumeRole"],'
        f'"effect":"Allow","grantee":[{{"id":"{root.account_id}"}}]}}]}}'
    )
    iam.create_role({"name": "reader", "assumeRolePolicyDocument": trust})
    iam.attach_policy_to_role(b"reader", b"GlobalReadPolicy", b"System")
    wish = {b"assumeRole": b"", b"accountId": root.account_id.encode(), b"roleName": b"reader"}
    by_alice = iam_client(server, alice)
    with refused("AccessDenied", 403):
        call(by_alice, http_methods.POST, b"/credential", params=wish)
    iam.attach_policy_to_user(b"alice", b"STSAssumeRoleAccess", b"System")
    assumed = call(by_alice, http_methods.POST, b"/credential", params=wish)
    assert len(assumed.role_id) == 32
    calls = in_session(server, root, assumed)
    assert names(calls(http_methods.GET, b"/user")) == ["alice"]
    with refused("AccessDenied", 403):
        calls(http_methods.DELETE, b"/user/alice")
    iam.update_user(b"alice", {"enabled": False})
    with refused("AccessDenied", 403):
        calls(http_methods.GET, b"/user")
