"""The account's audit trail, as Cloud Trail shows it. The SDK has no client for it; its own signer signs the calls."""

import time

import pytest
from baidubce.http import http_methods
from support import call, eventually, iam_client, key_of, refused

# Within which an event of reading is in the trail.
SOON_S = 5


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def query(iam, path=b"/events/query_v2", **members):
    """A page of the last hour's events, newest first."""
    now = time.time()
    body = {"startTime": moment(now - 3600), "endTime": moment(now + 3600), "pageSize": 100}
    return call(iam, http_methods.POST, path, body | members)


def filters(**wanted):
    return [{"field": field, "value": value} for field, value in wanted.items()]


def story(iam, **wanted):
    """What was done, and to what, newest first."""
    events = query(iam, filters=filters(**wanted)).data
    return [(event.event_name, event.resources[0].resource_id) for event in events]


@pytest.fixture
def alice(server, root, iam):
    """An administrator who has made a user, and taken it away again."""
    iam.create_user({"name": "alice"})
    iam.attach_policy_to_user(b"alice", b"AdministratorAccess", b"System")
    key = key_of(iam, root, "alice")
    client = iam_client(server, key)
    client.create_user({"name": "bob"})
    client.delete_user(b"bob")
    return key


def test_who_did_what(root, iam, alice):
    by_alice = query(iam, filters=filters(accessKey=alice.access_key_id)).data
    assert [event.event_name for event in by_alice] == ["DeleteUser", "CreateUser"]
    deleted = by_alice[0]
    assert (deleted.event_source, deleted.success, deleted.error_code) == ("iam", True, "")
    assert deleted.user_identity.user_display_name == "alice"
    assert deleted.user_identity.iam_domain_id == root.account_id
    assert deleted.user_identity.accesskey == alice.access_key_id
    assert deleted.user_identity.iam_user_id == iam.get_user(b"alice").id
    assert deleted.user_ip_address == "127.0.0.1"
    assert deleted.user_agent.startswith("bce-sdk-python")
    assert abs(deleted.event_time_in_milliseconds / 1000 - time.time()) < 600

    assert story(iam, eventName="DeleteUser", resourceType="User") == [("DeleteUser", "user/bob")]
    assert story(iam, resourceName="bob") == [("DeleteUser", "user/bob"), ("CreateUser", "user/bob")]
    assert story(iam, eventName="DeleteGroup") == []


def test_pages_end_and_both_paths_tell_the_same(iam, alice):
    wanted, marker, found = filters(eventSource="iam", eventName="CreateUser"), "", []
    while True:
        page = query(iam, pageSize=1, nextMarker=marker, filters=wanted)
        found += [event.resources[0].resource_name for event in page.data]
        marker = page.next_marker
        if not page.truncated:
            break
    assert found == ["bob", "alice"]
    both = [query(iam, path, filters=wanted).raw_data for path in (b"/events/query", b"/events/query_v2")]
    assert both[0] == both[1]


def test_a_refusal_is_an_event_and_looking_needs_a_permission(server, root, iam):
    iam.create_user({"name": "carol"})
    key = key_of(iam, root, "carol")
    carol = iam_client(server, key)
    with refused("AccessDenied", 403, "iam:ListEvents"):
        query(carol)
    [event] = query(iam, filters=filters(accessKey=key.access_key_id)).data
    assert (event.event_name, event.success, event.error_code) == ("ListEvents", False, "Denied")

    iam.attach_policy_to_user(b"carol", b"BCTReadPolicy", b"System")
    assert query(carol).data
    with refused("AccessDenied", 403):
        carol.list_user()
    eventually(SOON_S, lambda: story(iam, eventName="ListEvents", accessKey=key.access_key_id)[:1], [("ListEvents", "account")])


def test_another_accounts_trail_is_never_shown(server, iam, alice):
    other = server.create_account()
    with refused("AccessDenied", 403):
        query(iam, domainId=other.account_id)
    theirs = query(iam_client(server, other)).data
    assert all(event.user_identity.accesskey != alice.access_key_id for event in theirs)
