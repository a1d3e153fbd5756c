"""Users through Baidu's Python SDK."""

import re

import pytest
from support import everything, in_path, refused


def everyone(iam):
    """All users with all that is said about them, to see that nothing changed."""
    return [vars(user) for user in iam.list_user().users]


def names(iam):
    return [user.name for user in iam.list_user().users]


@pytest.fixture
def alice(iam):
    """A user who is there before the story begins."""
    return iam.create_user({"name": "alice", "description": "first"})


def test_a_user_is_created_read_listed_and_deleted(iam):
    assert everyone(iam) == []

    created = iam.create_user({"name": "bob", "description": "second from the left"})
    assert created.status_code == 201
    assert (created.name, created.description, created.enabled) == ("bob", "second from the left", True)
    assert re.fullmatch(r"[0-9a-f]{32}", created.id)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created.create_time)

    read = iam.get_user(b"bob")
    for field in ("id", "name", "description", "enabled", "create_time"):
        assert getattr(read, field) == getattr(created, field), field
    assert [(user["id"], user["name"]) for user in everyone(iam)] == [(created.id, "bob")]

    iam.delete_user(b"bob")
    assert everyone(iam) == []
    with refused("NotFound", 404):
        iam.get_user(b"bob")


def test_the_list_is_in_the_order_of_creation(iam):
    for name in ("mike", "zoe", "张三", "adam"):
        iam.create_user({"name": name})
    assert names(iam) == ["mike", "zoe", "张三", "adam"]

    iam.update_user(b"zoe", {"name": "bea"})
    iam.delete_user(b"mike")
    iam.create_user({"name": "mike"})
    assert names(iam) == ["bea", "张三", "adam", "mike"]


def test_an_update_changes_what_it_names(iam, alice):
    described = iam.update_user(b"alice", {"description": "第一"})
    assert (described.id, described.name, described.description) == (alice.id, "alice", "第一")
    assert described.enabled is True

    emptied = iam.update_user(b"alice", {"description": ""})
    assert (emptied.name, emptied.description) == ("alice", "")
    before = everyone(iam)
    iam.update_user(b"alice", {})
    iam.update_user(b"alice", None)
    assert everyone(iam) == before


def test_members_of_a_body_that_are_the_servers_do_nothing(iam, alice):
    """SEC-308: unknown members are ignored, and those that belong to the server never bind."""
    forged = {"id": "0" * 32, "createTime": "2001-01-01T00:00:00Z", "accountId": "1" * 12, "isRoot": True}
    before = everyone(iam)
    iam.update_user(b"alice", forged)
    assert everyone(iam) == before

    bob = iam.create_user({"name": "bob", "enabled": False, **forged})
    assert bob.id != forged["id"] and bob.create_time != forged["createTime"]


def test_a_user_is_renamed_and_stays_who_it_is(iam, alice):
    key = iam.create_user_accesskey(b"alice")

    renamed = iam.update_user(b"alice", {"name": "alicia"})
    assert (renamed.id, renamed.name, renamed.description) == (alice.id, "alicia", "first")
    assert renamed.create_time == alice.create_time
    assert [found.id for found in iam.list_user_accesskey(b"alicia").access_keys] == [key.id]
    with refused("NotFound", 404):
        iam.get_user(b"alice")

    # Its own name in other letters is free to it. The old name is free for another, the new one is not.
    assert iam.update_user(b"alicia", {"name": "Alicia"}).name == "Alicia"
    assert iam.create_user({"name": "alice"}).id != alice.id
    before = everything(iam)
    with refused("Conflict", 409):
        iam.update_user(b"alice", {"name": "alicia", "description": "second"})
    assert everything(iam) == before


def test_a_user_is_disabled_and_enabled(iam, alice):
    disabled = iam.update_user(b"alice", {"enabled": False})
    assert (disabled.id, disabled.enabled) == (alice.id, False)
    assert iam.get_user(b"alice").enabled is False
    assert [user["enabled"] for user in everyone(iam)] == [False]

    # It is all there while it is disabled, and can be changed.
    described = iam.update_user(b"alice", {"description": "away"})
    assert (described.description, described.enabled) == ("away", False)
    assert iam.update_user(b"alice", {"enabled": True}).enabled is True
    assert iam.get_user(b"alice").description == "away"


def test_a_name_may_be_chinese(iam):
    created = iam.create_user({"name": "张三"})
    assert (created.name, created.description) == ("张三", "")
    assert iam.get_user(in_path("张三")).id == created.id

    renamed = iam.update_user(in_path("张三"), {"name": "李四-2"})
    assert (renamed.id, renamed.name) == (created.id, "李四-2")
    assert names(iam) == ["李四-2"]
    with refused("NotFound", 404):
        iam.get_user(in_path("张三"))

    iam.delete_user(in_path("李四-2"))
    assert everyone(iam) == []


def test_a_name_may_stand_in_a_path_with_and_without_escapes(iam):
    name = "a.b-c_d@e+f=g,h"
    created = iam.create_user({"name": name})
    assert iam.get_user(name.encode()).id == created.id
    assert iam.get_user(in_path(name)).id == created.id
    iam.delete_user(name.encode())
    assert everyone(iam) == []


@pytest.mark.parametrize(
    "body",
    [None, {}, {"name": None}, {"name": 1}, {"name": ""}, {"name": "a b"}, {"name": "a/b"}, {"name": "a" * 129}],
    ids=str,
)
def test_a_body_without_a_legal_name_is_inappropriate(iam, alice, body):
    """SEC-309."""
    before = everyone(iam)
    with refused("InappropriateJSON", 400):
        iam.create_user(body)
    if body and body["name"] is not None:
        with refused("InappropriateJSON", 400):
            iam.update_user(b"alice", body)
    assert everyone(iam) == before


def test_a_second_user_of_one_name_is_a_conflict(iam, alice):
    before = everyone(iam)
    with refused("Conflict", 409):
        iam.create_user({"name": "alice", "description": "another"})
    with refused("Conflict", 409):
        iam.create_user({"name": "Alice"})
    assert everyone(iam) == before
    assert iam.get_user(b"ALICE").id == alice.id


def test_a_missing_user_is_not_found(iam, alice):
    before = everyone(iam)
    with refused("NotFound", 404):
        iam.get_user(b"nobody")
    with refused("NotFound", 404):
        iam.update_user(b"nobody", {"description": "somebody"})
    with refused("NotFound", 404):
        iam.delete_user(b"nobody")
    assert everyone(iam) == before
