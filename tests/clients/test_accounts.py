"""The account as a whole, and that accounts do not see each other."""

import pytest
from baidubce.http import http_methods
from support import call, everything, iam_client, refusal, refused


@pytest.fixture
def other(server):
    """Baidu's client, signed in as root of another account."""
    return iam_client(server, server.create_account())


def summary(iam):
    """There is no method for it in the SDK."""
    return call(iam, http_methods.GET, b"/account/summary")


def counts(iam):
    counted = summary(iam).count_info
    return counted.user_count, counted.group_count


def test_the_summary_tells_limits_and_counts(iam, root):
    told = summary(iam)
    assert told.account_id == root.account_id
    limits = vars(told.limit_info)
    assert {"user_limit", "group_limit", "sub_user_of_group_limit", "aksk_limit"} <= limits.keys()
    # There are no message contacts yet.
    contacts = limits.pop("contacts_limit")
    assert contacts == 0 and all(isinstance(limit, int) and limit > 0 for limit in limits.values())
    assert limits["aksk_limit"] == 20
    assert counts(iam) == (0, 0)

    for name in ("alice", "bob"):
        iam.create_user({"name": name})
    iam.create_group({"name": "staff"})
    with refused("Conflict", 409):
        iam.create_user({"name": "bob"})
    assert counts(iam) == (2, 1)

    iam.delete_user(b"alice")
    iam.delete_group(b"staff")
    assert counts(iam) == (1, 0)


def test_accounts_are_numbered_apart(root, iam, other):
    assert len(root.account_id) == 12 and root.account_id.isdigit() and root.account_id[0] != "0"
    assert summary(other).account_id != root.account_id
    iam.create_user({"name": "alice"})
    assert (counts(iam), counts(other)) == ((1, 0), (0, 0))


def test_what_is_another_accounts_is_not_found(iam, other):
    """SEC-004, SEC-110, SEC-112: read, changed, deleted or referred to."""
    iam.create_user({"name": "alice"})
    iam.create_group({"name": "staff"})
    iam.add_user_to_group(b"staff", b"alice")
    ak = iam.create_user_accesskey(b"alice").id.encode()
    other.create_user({"name": "bob"})
    other.create_group({"name": "guests"})
    calls = {
        "get user": lambda: other.get_user(b"alice"),
        "update user": lambda: other.update_user(b"alice", {"enabled": False}),
        "delete user": lambda: other.delete_user(b"alice"),
        "create key": lambda: other.create_user_accesskey(b"alice"),
        "list keys": lambda: other.list_user_accesskey(b"alice"),
        "disable key": lambda: other.disable_user_accesskey(b"alice", ak),
        "disable key of own user": lambda: other.disable_user_accesskey(b"bob", ak),
        "delete key of own user": lambda: other.delete_user_accesskey(b"bob", ak),
        "last use of key": lambda: call(other, http_methods.GET, b"/accesskey/" + ak + b"/lastusedtime"),
        "get login profile": lambda: other.get_user_login_profile(b"alice"),
        "update login profile": lambda: other.update_user_login_profile(b"alice", {"password": "a pass phrase"}),
        "delete login profile": lambda: other.delete_user_login_profile(b"alice"),
        "groups of user": lambda: other.list_user_group(b"alice"),
        "get group": lambda: other.get_group(b"staff"),
        "update group": lambda: other.update_group(b"staff", {"description": "ours"}),
        "delete group": lambda: other.delete_group(b"staff"),
        "users of group": lambda: other.list_group_user(b"staff"),
        "add user to own group": lambda: other.add_user_to_group(b"guests", b"alice"),
        "add own user to group": lambda: other.add_user_to_group(b"staff", b"bob"),
        "remove user from group": lambda: other.remove_user_from_group(b"staff", b"alice"),
    }
    before = everything(iam), everything(other)
    assert {name: refusal(work) for name, work in calls.items()} == dict.fromkeys(calls, ("NotFound", 404))
    assert (everything(iam), everything(other)) == before


def test_namesakes_of_two_accounts_are_strangers(iam, other):
    mine, theirs = (root.create_user({"name": "alice", "description": "first"}) for root in (iam, other))
    assert mine.id != theirs.id
    my_key = iam.create_user_accesskey(b"alice").id
    with refused("NotFound", 404):
        other.disable_user_accesskey(b"alice", my_key.encode())

    before = everything(iam)
    other.update_user(b"alice", {"enabled": False, "description": "second"})
    other.create_user_accesskey(b"alice")
    other.delete_user(b"alice")
    assert everything(iam) == before
