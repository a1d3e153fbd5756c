"""Access keys through Baidu's Python SDK: their life, and what they prove while they live."""

import calendar
import time
from collections import Counter

import pytest
from baidubce.http import http_methods
from support import Credentials, at_once, call, everything, iam_client, refusal, refused

KEYS_MAX = 20
# Both come as AccessDenied: the credential proves nothing, or its owner may not do this.
SWITCHED_OFF = "is disabled"
NOT_ALLOWED = "is not allowed"


@pytest.fixture
def alice(iam):
    """A user who is there before the story begins."""
    return iam.create_user({"name": "alice"})


@pytest.fixture
def key(iam, alice):
    """A key of hers."""
    return iam.create_user_accesskey(b"alice")


@pytest.fixture
def hers(server, root, key):
    """Baidu's client, signed in with her key."""
    return iam_client(server, Credentials(root.account_id, key.id, key.secret))


def keys(iam):
    return [(key.id, key.enabled) for key in iam.list_user_accesskey(b"alice").access_keys]


def is_good(client):
    """The key is known and on: what is refused is what its user, who has no policies, wants to do."""
    with refused("AccessDenied", 403, NOT_ALLOWED):
        client.list_user()


def is_switched_off(client):
    with refused("AccessDenied", 403, SWITCHED_OFF):
        client.list_user()


def is_dead(client):
    with refused("InvalidAccessKeyId", 403):
        client.list_user()


def test_sec_062_the_secret_is_shown_at_creation_only(server, iam, alice):
    assert keys(iam) == []

    created = iam.create_user_accesskey(b"alice")
    assert created.status_code == 201
    assert created.id and len(created.secret) == 44 and created.enabled is True and created.create_time

    listed = iam.list_user_accesskey(b"alice")
    [found] = listed.access_keys
    assert (found.id, found.create_time, found.enabled) == (created.id, created.create_time, True)
    disabled = iam.disable_user_accesskey(b"alice", created.id.encode())
    enabled = iam.enable_user_accesskey(b"alice", created.id.encode())
    for later in (listed, disabled, enabled, iam.get_user(b"alice")):
        assert "secret" not in later.raw_data and created.secret not in later.raw_data
    assert created.secret.encode() not in server.written()


def test_keys_are_listed_in_the_order_of_creation(iam, alice):
    created = [iam.create_user_accesskey(b"alice") for _ in range(5)]
    assert keys(iam) == [(key.id, True) for key in created]
    assert len({key.secret for key in created}) == 5


def last_used(iam, key):
    """There is no method for it in the SDK."""
    return call(iam, http_methods.GET, b"/accesskey/" + key.id.encode() + b"/lastusedtime")


def test_sec_079_the_last_use_of_a_key_is_told(server, root, iam, key, hers):
    impostor = iam_client(server, Credentials(root.account_id, key.id, key.secret).with_wrong_secret())
    with refused("SignatureDoesNotMatch", 400):
        impostor.list_user()
    unused = last_used(iam, key)
    assert (unused.access_key_id, unused.last_used_time) == (key.id, None)
    assert iam.list_user_accesskey(b"alice").access_keys[0].last_used_time is None

    began = int(time.time())
    is_good(hers)
    told = last_used(iam, key).last_used_time
    assert began <= calendar.timegm(time.strptime(told, "%Y-%m-%dT%H:%M:%SZ")) <= time.time()
    assert iam.list_user_accesskey(b"alice").access_keys[0].last_used_time == told

    iam.delete_user_accesskey(b"alice", key.id.encode())
    with refused("NotFound", 404):
        last_used(iam, key)


def test_a_disabled_key_is_off_at_once_and_an_enabled_one_on(iam, key, hers):
    """SEC-078, SEC-239."""
    other = iam.create_user_accesskey(b"alice")
    for _ in range(3):
        is_good(hers)
        disabled = iam.disable_user_accesskey(b"alice", key.id.encode())
        assert (disabled.id, disabled.enabled) == (key.id, False)
        is_switched_off(hers)
        assert keys(iam) == [(key.id, False), (other.id, True)]

        enabled = iam.enable_user_accesskey(b"alice", key.id.encode())
        assert (enabled.id, enabled.enabled) == (key.id, True)
    is_good(hers)
    assert keys(iam) == [(key.id, True), (other.id, True)]


def test_only_who_has_the_secret_learns_that_a_key_is_off(server, root, iam, key):
    credentials = Credentials(root.account_id, key.id, key.secret)
    impostor = iam_client(server, credentials.with_wrong_secret())
    iam.disable_user_accesskey(b"alice", key.id.encode())
    with refused("SignatureDoesNotMatch", 400):
        impostor.list_user()


def test_a_deleted_key_is_dead_at_once_even_the_last_one(iam, key, hers):
    """SEC-078, SEC-239."""
    is_good(hers)
    iam.delete_user_accesskey(b"alice", key.id.encode())
    is_dead(hers)
    assert keys(iam) == []

    for gone in (iam.delete_user_accesskey, iam.enable_user_accesskey, iam.disable_user_accesskey):
        with refused("NotFound", 404):
            gone(b"alice", key.id.encode())
    is_dead(hers)


def test_a_key_is_found_under_its_owner_only(iam, key, hers):
    iam.create_user({"name": "bob"})
    before = everything(iam)
    for other in (b"bob", b"nobody"):
        for change in (iam.delete_user_accesskey, iam.enable_user_accesskey, iam.disable_user_accesskey):
            with refused("NotFound", 404):
                change(other, key.id.encode())
    for missing in (iam.create_user_accesskey, iam.list_user_accesskey):
        with refused("NotFound", 404):
            missing(b"nobody")
    for nonsense in (b"x", b"ALTAK", key.id.lower().encode(), key.id.encode() + b"A"):
        with refused("NotFound", 404):
            iam.disable_user_accesskey(b"alice", nonsense)
    assert everything(iam) == before
    is_good(hers)


def test_a_disabled_user_is_out_at_once_and_back_with_all_its_keys(server, root, iam, key, hers):
    """SEC-078, SEC-239."""
    off = iam.create_user_accesskey(b"alice")
    iam.disable_user_accesskey(b"alice", off.id.encode())

    iam.update_user(b"alice", {"enabled": False})
    is_switched_off(hers)
    assert keys(iam) == [(key.id, True), (off.id, False)]

    # A key that is made or switched on meanwhile is off, too.
    fresh = iam.create_user_accesskey(b"alice")
    others = iam_client(server, Credentials(root.account_id, fresh.id, fresh.secret))
    is_switched_off(others)
    iam.enable_user_accesskey(b"alice", key.id.encode())
    is_switched_off(hers)

    iam.update_user(b"alice", {"enabled": True})
    is_good(hers)
    is_good(others)
    assert keys(iam) == [(key.id, True), (off.id, False), (fresh.id, True)]


def test_a_deleted_users_key_is_dead_and_a_namesake_does_not_wake_it(iam, alice, key, hers):
    """SEC-078, SEC-239."""
    iam.delete_user(b"alice")
    is_dead(hers)

    assert iam.create_user({"name": "alice"}).id != alice.id
    assert keys(iam) == []
    is_dead(hers)
    with refused("NotFound", 404):
        iam.enable_user_accesskey(b"alice", key.id.encode())


def test_a_renamed_users_key_lives_on(iam, key, hers):
    iam.update_user(b"alice", {"name": "alicia"})
    is_good(hers)
    iam.delete_user_accesskey(b"alicia", key.id.encode())
    is_dead(hers)


def test_a_user_has_twenty_keys_at_most(iam, key):
    for _ in range(KEYS_MAX - 1):
        iam.create_user_accesskey(b"alice")
    # Those that are off count as well.
    iam.disable_user_accesskey(b"alice", key.id.encode())
    before = everything(iam)
    with refused("LimitExceeded", 403):
        iam.create_user_accesskey(b"alice")
    assert everything(iam) == before and len(keys(iam)) == KEYS_MAX

    iam.create_user({"name": "bob"})
    iam.create_user_accesskey(b"bob")
    iam.delete_user_accesskey(b"alice", key.id.encode())
    iam.create_user_accesskey(b"alice")
    with refused("LimitExceeded", 403):
        iam.create_user_accesskey(b"alice")


def test_sec_080_a_hundred_creations_at_once_give_twenty_keys(iam, alice):
    """SEC-159."""
    outcomes = at_once(100, lambda _: refusal(lambda: iam.create_user_accesskey(b"alice")))
    assert Counter(outcomes) == {None: KEYS_MAX, ("LimitExceeded", 403): 100 - KEYS_MAX}
    assert len(keys(iam)) == KEYS_MAX


def test_a_plain_user_may_do_nothing(iam, key, hers):
    """There are no policies yet, so that nobody but root may do anything, with their own things neither.

    Whether what is asked for exists is not told, either (SEC-004).
    """
    iam.create_user({"name": "bob"})
    iam.create_group({"name": "staff"})
    iam.add_user_to_group(b"staff", b"bob")
    ak = key.id.encode()
    calls = {
        "create user": lambda: hers.create_user({"name": "mallory"}),
        "create user who is there": lambda: hers.create_user({"name": "bob"}),
        "get user": lambda: hers.get_user(b"bob"),
        "get herself": lambda: hers.get_user(b"alice"),
        "get nobody": lambda: hers.get_user(b"nobody"),
        "list users": lambda: hers.list_user(),
        "update user": lambda: hers.update_user(b"bob", {"enabled": False}),
        "rename herself": lambda: hers.update_user(b"alice", {"name": "root"}),
        "delete user": lambda: hers.delete_user(b"bob"),
        "delete nobody": lambda: hers.delete_user(b"nobody"),
        "create key": lambda: hers.create_user_accesskey(b"alice"),
        "create key for nobody": lambda: hers.create_user_accesskey(b"nobody"),
        "list keys": lambda: hers.list_user_accesskey(b"alice"),
        "disable key": lambda: hers.disable_user_accesskey(b"alice", ak),
        "enable key": lambda: hers.enable_user_accesskey(b"alice", ak),
        "delete key": lambda: hers.delete_user_accesskey(b"alice", ak),
        "delete no key": lambda: hers.delete_user_accesskey(b"alice", ak[:-1] + b"7"),
        "last used": lambda: last_used(hers, key),
        "get login profile": lambda: hers.get_user_login_profile(b"alice"),
        "update login profile": lambda: hers.update_user_login_profile(b"alice", {"password": "a pass phrase"}),
        "delete login profile": lambda: hers.delete_user_login_profile(b"alice"),
        "sub-user password": lambda: call(
            hers, http_methods.PUT, b"/subUser/bob/update", {"password": "a pass phrase"}
        ),
        "operation protection": lambda: call(
            hers, http_methods.POST, b"/user/operation/mfa/switch", {"userName": "bob", "enabledMfa": True}
        ),
        "create group": lambda: hers.create_group({"name": "intruders"}),
        "get group": lambda: hers.get_group(b"staff"),
        "get no group": lambda: hers.get_group(b"nothing"),
        "list groups": lambda: hers.list_group(),
        "update group": lambda: hers.update_group(b"staff", {"name": "stuff"}),
        "delete group": lambda: hers.delete_group(b"staff"),
        "add user to group": lambda: hers.add_user_to_group(b"staff", b"alice"),
        "remove user from group": lambda: hers.remove_user_from_group(b"staff", b"bob"),
        "users of group": lambda: hers.list_group_user(b"staff"),
        "groups of user": lambda: hers.list_user_group(b"alice"),
        "account summary": lambda: call(hers, http_methods.GET, b"/account/summary"),
    }
    before = everything(iam)
    assert {name: refusal(work) for name, work in calls.items()} == dict.fromkeys(calls, ("AccessDenied", 403))
    assert everything(iam) == before
    is_good(hers)
