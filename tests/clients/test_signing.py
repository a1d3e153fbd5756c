"""What the signature does not cover rightly is refused, with the code for it, and changes nothing."""

import time

import pytest
from baidubce.auth import bce_v1_signer
from baidubce.http import bce_http_client, handler, http_content_types, http_headers, http_methods
from support import everything, iam_client, refused


@pytest.fixture
def alice(iam):
    """A user to be had, with a disabled key; beside her is Bob."""
    alice = iam.create_user({"name": "alice", "description": "first"})
    iam.create_user({"name": "bob"})
    alice.key = iam.create_user_accesskey(b"alice").id.encode()
    iam.disable_user_accesskey(b"alice", alice.key)
    return alice


def signer(**instead):
    """The SDK's signer, except that it signs these things instead of what is sent."""

    def sign(credentials, http_method, path, headers, params):
        sent = {"http_method": http_method, "path": path, "headers": headers, "params": params}
        return bce_v1_signer.sign(credentials, **(sent | instead))

    return sign


def send(iam, sign, method, path, params=None):
    """Sends a request as the SDK does, signed by `sign`."""
    headers = {http_headers.CONTENT_TYPE: http_content_types.JSON}
    parsers = [handler.parse_error, handler.parse_json]
    return bce_http_client.send_request(iam.config, sign, parsers, method, b"/v1" + path, None, headers, params)


def delete_alice(iam, **instead):
    """Would delete Alice, if its signature were right."""
    send(iam, signer(**instead), http_methods.DELETE, b"/user/alice")


def test_a_wrong_secret_does_nothing(server, root, iam, alice):
    refuses_everything(iam, iam_client(server, root.with_wrong_secret()), alice, "SignatureDoesNotMatch", 400)


def test_an_unknown_key_does_nothing(server, root, iam, alice):
    refuses_everything(iam, iam_client(server, root.with_unknown_key()), alice, "InvalidAccessKeyId", 403)


def refuses_everything(iam, intruder, alice, code, status):
    """SEC-077: each call of the intruder is refused the same way; root sees that nothing changed."""
    before = everything(iam)
    calls = [
        lambda: intruder.create_user({"name": "mallory"}),
        lambda: intruder.get_user(b"alice"),
        lambda: intruder.get_user(b"nobody"),
        lambda: intruder.list_user(),
        lambda: intruder.update_user(b"alice", {"enabled": False}),
        lambda: intruder.delete_user(b"alice"),
        lambda: intruder.create_user_accesskey(b"alice"),
        lambda: intruder.enable_user_accesskey(b"alice", alice.key),
        lambda: intruder.update_user_login_profile(b"alice", {"password": "a pass phrase"}),
        lambda: intruder.create_group({"name": "intruders"}),
    ]
    for call in calls:
        with refused(code, status):
            call()
    assert everything(iam) == before


@pytest.mark.parametrize(
    ("age_s", "good_for_s"), [(1801, 1800), (11, 10), (3601, 86_400), (-1000, 1800)], ids=lambda value: f"{value}s"
)
def test_an_old_or_a_future_timestamp_is_expired(iam, alice, age_s, good_for_s):
    """SEC-074, SEC-305: past the expiry that it asks for, past an hour whatever it asks, too far ahead."""
    before = everything(iam)
    with refused("RequestExpired", 400):
        delete_alice(iam, timestamp=int(time.time()) - age_s, expiration_in_seconds=good_for_s)
    assert everything(iam) == before


@pytest.mark.parametrize("age_s", [1700, -800], ids=lambda value: f"{value}s")
def test_clocks_may_differ_a_little(iam, alice, age_s):
    delete_alice(iam, timestamp=int(time.time()) - age_s)
    assert [user.name for user in iam.list_user().users] == ["bob"]


@pytest.mark.parametrize("good_for_s", [0, -1])
def test_a_signature_cannot_be_good_for_ever(iam, alice, good_for_s):
    """SEC-305."""
    before = everything(iam)
    with refused("InvalidHTTPAuthHeader", 400):
        delete_alice(iam, expiration_in_seconds=good_for_s)
    assert everything(iam) == before


@pytest.mark.parametrize(
    "instead",
    [
        {"http_method": http_methods.GET},
        {"path": b"/v1/user/bob"},
        {"path": b"/v1/user/alic"},
        {"path": b"/v1/user"},
        {"params": {"force": ""}},
        {"headers": {http_headers.HOST: b"iam.bj.baidubce.com"}},
    ],
    ids=str,
)
def test_another_request_than_the_one_signed_does_nothing(iam, alice, instead):
    before = everything(iam)
    with refused("SignatureDoesNotMatch", 400):
        delete_alice(iam, **instead)
    assert everything(iam) == before

    delete_alice(iam)
    assert [user.name for user in iam.list_user().users] == ["bob"]


@pytest.mark.parametrize(
    "signed", [{}, {"disable": ""}, {"enable": "1"}, {"Enable": ""}, {"enable": "", "force": ""}], ids=str
)
def test_another_query_than_the_one_signed_does_nothing(iam, alice, signed):
    path, sent = b"/user/alice/accesskey/" + alice.key, {"enable": ""}
    before = everything(iam)
    with refused("SignatureDoesNotMatch", 400):
        send(iam, signer(params=signed), http_methods.PUT, path, sent)
    assert everything(iam) == before

    assert send(iam, signer(), http_methods.PUT, path, sent).enabled is True


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "{key}",
        "bce-auth-v1/{key}",
        "bce-auth-v1/{key}/yesterday/1800//{signature}",
        "bce-auth-v1/{key}/2026-11-22T00:00:00Z/1800//",
        "bce-auth-v1/{key}/2026-11-22T00:00:00Z/1800//{signature}/",
        "bce-auth-v2/{key}/2026-11-22T00:00:00Z/1800//{signature}",
    ],
)
def test_what_is_no_signature_does_nothing(root, iam, alice, authorization):
    """SEC-006, SEC-077: who knows only the id of a key has nothing."""
    header = authorization.format(key=root.access_key_id, signature="0" * 64).encode()
    before = everything(iam)
    with refused("InvalidHTTPAuthHeader", 400):
        send(iam, lambda *_: header, http_methods.DELETE, b"/user/alice")
    assert everything(iam) == before


def test_what_is_no_token_does_nothing(root, iam, alice):
    """SEC-068: a token is its own proof, and the id of a key is none."""
    before = everything(iam)
    for token in (root.access_key_id, root.secret_access_key, "clv_" + "A" * 49, "clvt_AAAA"):
        with refused("InvalidAccessKeyId", 403):
            send(iam, lambda *_, text=token: f"Bearer {text}".encode(), http_methods.DELETE, b"/user/alice")
    assert everything(iam) == before
