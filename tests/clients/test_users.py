"""Users through Baidu's Python SDK."""

import pytest
from support import iam_client, in_path, refused


def everyone(iam):
    """All users with all that is said about them, to see that nothing changed."""
    return [vars(user) for user in iam.list_user().users]


@pytest.fixture
def alice(iam):
    """A user who is there before the story begins."""
    return iam.create_user({"name": "alice", "description": "first"})


def test_a_user_is_created_read_listed_and_deleted(iam):
    assert everyone(iam) == []

    created = iam.create_user({"name": "bob", "description": "second from the left"})
    assert created.status_code == 201
    assert (created.name, created.description, created.enabled) == ("bob", "second from the left", True)
    assert created.id and created.create_time

    read = iam.get_user(b"bob")
    for field in ("id", "name", "description", "enabled", "create_time"):
        assert getattr(read, field) == getattr(created, field), field
    assert [(user["id"], user["name"]) for user in everyone(iam)] == [(created.id, "bob")]

    iam.delete_user(b"bob")
    assert everyone(iam) == []
    with refused("NotFound", 404):
        iam.get_user(b"bob")


def test_a_name_may_be_chinese(iam):
    created = iam.create_user({"name": "张三"})
    assert (created.name, created.description) == ("张三", "")

    assert iam.get_user(in_path("张三")).id == created.id
    iam.delete_user(in_path("张三"))
    assert everyone(iam) == []


def test_a_second_user_of_one_name_is_a_conflict(iam, alice):
    before = everyone(iam)
    with refused("Conflict", 409):
        iam.create_user({"name": "alice", "description": "another"})
    assert everyone(iam) == before
    assert iam.get_user(b"alice").id == alice.id


def test_a_missing_user_is_not_found(iam, alice):
    before = everyone(iam)
    with refused("NotFound", 404):
        iam.get_user(b"nobody")
    with refused("NotFound", 404):
        iam.delete_user(b"nobody")
    assert everyone(iam) == before


def test_another_accounts_user_is_not_found(server, iam, alice):
    other = iam_client(server, server.create_account())
    before = everyone(iam)
    with refused("NotFound", 404):
        other.get_user(b"alice")
    with refused("NotFound", 404):
        other.delete_user(b"alice")
    assert everyone(other) == []
    assert everyone(iam) == before


def test_a_wrong_secret_does_nothing(server, root, iam, alice):
    impostor = iam_client(server, root.with_wrong_secret())
    refuses_everything(iam, impostor, "SignatureDoesNotMatch", 400)


def test_an_unknown_key_does_nothing(server, root, iam, alice):
    stranger = iam_client(server, root.with_unknown_key())
    refuses_everything(iam, stranger, "InvalidAccessKeyId", 403)


def refuses_everything(iam, intruder, code, status):
    """Each call of the intruder is refused the same way; root sees that nothing changed."""
    before = everyone(iam)
    with refused(code, status):
        intruder.create_user({"name": "mallory"})
    with refused(code, status):
        intruder.get_user(b"alice")
    with refused(code, status):
        intruder.list_user()
    with refused(code, status):
        intruder.delete_user(b"alice")
    assert everyone(iam) == before
