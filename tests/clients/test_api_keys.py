"""API keys, the identity provider and partners' accounts on Baidu's wire. The classic SDK has no methods for them, so they
are sent and signed as it sends its own."""

import json
import urllib.error
import urllib.request

import pytest
from baidubce.http import http_methods
from support import acl, call, entry, iam_client, key_of, refused

READ_IAM = json.loads(acl(entry("bce:iam", "READ", "*", region="global")))
READ_BOS = json.loads(acl(entry("bce:bos", "READ", "*", region="global")))


@pytest.fixture
def alice(iam):
    """A user who may do everything."""
    alice = iam.create_user({"name": "alice"})
    iam.attach_policy_to_user(b"alice", b"AdministratorAccess", b"System")
    return alice


def about(iam, what, **body):
    """One of the calls for API keys."""
    return call(iam, http_methods.POST, b"/apikey/" + what.encode(), body)


def bearing(server, key, path="/v1/user"):
    """The status of a request that shows a key."""
    request = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_sec_062_a_key_is_shown_once(server, iam, alice):
    made = about(iam, "create", name="build", acl=READ_IAM, userId=alice.id)
    assert made.token_id.startswith("clv_") and made.user_id == alice.id and made.services == ["bce:iam"]
    for answer in [about(iam, "detail", id=made.id, userId=alice.id), about(iam, "list", userId=alice.id)]:
        assert made.token_id not in answer.raw_data and made.id in answer.raw_data
    with refused("OperationDenied", 409):
        about(iam, "decrypt", id=made.id, userId=alice.id)
    assert made.token_id.encode() not in server.written()


def test_sec_078_a_key_is_proof_until_it_is_deleted_or_its_user_is_switched_off(server, iam, alice):
    made = about(iam, "create", acl=READ_IAM, userId=alice.id)
    assert bearing(server, made.token_id) == 200
    iam.update_user(b"alice", {"enabled": False})
    assert bearing(server, made.token_id) == 403
    iam.update_user(b"alice", {"enabled": True})
    assert bearing(server, made.token_id) == 200
    about(iam, "update", id=made.id, userId=alice.id, acl=READ_BOS)
    assert bearing(server, made.token_id) == 403
    answer = about(iam, "delete", id=made.id, userId=alice.id)
    assert answer.success is True
    with refused("NotFound", 404):
        about(iam, "detail", id=made.id, userId=alice.id)


def test_a_user_manages_its_own_keys(server, root, iam):
    for name in ["bob", "carol"]:
        iam.create_user({"name": name})
    iam.attach_policy_to_user(b"bob", b"IAMManageAPIKeyPolicy", b"System")
    bob = iam_client(server, key_of(iam, root, "bob"))
    made = about(bob, "create", name="mine", acl=READ_IAM)
    assert about(bob, "list").page.total_count == 1
    carol = iam.get_user(b"carol").id
    with refused("AccessDenied", 403):
        about(bob, "create", acl=READ_IAM, userId=carol)
    assert bearing(server, made.token_id) == 403, "no more than bob may"
    about(bob, "delete", id=made.id)


def test_the_identity_provider_of_users(iam):
    assert call(iam, http_methods.GET, b"/subUser/idp/query").status == "disable"
    named = call(iam, http_methods.POST, b"/subUser/idp/update", {"fileName": "ok.xml", "auxiliaryDomain": "www.qq.com"})
    assert (named.file_name, named.auxiliary_domain, named.idp.file_name) == ("ok.xml", "www.qq.com", "ok.xml")
    on = call(iam, http_methods.POST, b"/subUser/idp/updateStatus", params={"status": "enable"})
    assert on.status == "enable"
    call(iam, http_methods.POST, b"/subUser/idp/delete")


def test_a_second_factor_is_unbound(iam):
    iam.create_user({"name": "dave"})
    iam.update_user_login_profile(b"dave", {"password": "Correct-Horse-7", "loginMfaType": "PHONE,TOTP"})
    for _ in range(2):
        call(iam, http_methods.DELETE, b"/user/dave/mfaType/PHONE")
        assert iam.get_user_login_profile(b"dave").login_mfa_type == "TOTP"
