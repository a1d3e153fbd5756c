"""Groups and who is in them, through Baidu's Python SDK."""

import pytest
from support import everything, in_path, refused


@pytest.fixture
def staff(iam):
    """A group, and two users who are not in it."""
    iam.create_user({"name": "alice"})
    iam.create_user({"name": "bob"})
    return iam.create_group({"name": "staff", "description": "who works here"})


def groups(iam):
    return [(group.id, group.name) for group in iam.list_group().groups]


def members(iam, group=b"staff"):
    return [user.name for user in iam.list_group_user(group).users]


def groups_of(iam, user):
    return [group.name for group in iam.list_user_group(user).groups]


def test_a_group_is_created_read_updated_listed_and_deleted(iam):
    assert groups(iam) == []

    created = iam.create_group({"name": "staff", "description": "who works here"})
    assert created.status_code == 201
    assert (created.name, created.description) == ("staff", "who works here")
    assert created.id and created.create_time

    read = iam.get_group(b"staff")
    for field in ("id", "name", "description", "create_time"):
        assert getattr(read, field) == getattr(created, field), field

    described = iam.update_group(b"staff", {"description": "职员"})
    assert (described.id, described.name, described.description) == (created.id, "staff", "职员")
    renamed = iam.update_group(b"staff", {"name": "people"})
    assert (renamed.id, renamed.name, renamed.description) == (created.id, "people", "职员")
    assert renamed.create_time == created.create_time
    assert groups(iam) == [(created.id, "people")]
    with refused("NotFound", 404):
        iam.get_group(b"staff")

    iam.delete_group(b"people")
    assert groups(iam) == []
    with refused("NotFound", 404):
        iam.get_group(b"people")


def test_the_list_is_in_the_order_of_creation(iam):
    for name in ("night", "day", "运维"):
        iam.create_group({"name": name})
    iam.update_group(b"day", {"name": "zenith"})
    assert [name for _, name in groups(iam)] == ["night", "zenith", "运维"]


def test_a_name_may_be_chinese(iam):
    created = iam.create_group({"name": "运维"})
    assert (created.name, created.description) == ("运维", "")
    iam.create_user({"name": "张三"})

    iam.add_user_to_group(in_path("运维"), in_path("张三"))
    assert members(iam, in_path("运维")) == ["张三"]
    assert groups_of(iam, in_path("张三")) == ["运维"]
    iam.update_group(in_path("运维"), {"name": "运行维护"})
    iam.remove_user_from_group(in_path("运行维护"), in_path("张三"))
    assert members(iam, in_path("运行维护")) == []
    iam.delete_group(in_path("运行维护"))
    assert groups(iam) == []


def test_a_second_group_of_one_name_is_a_conflict(iam, staff):
    iam.create_group({"name": "guests"})
    before = everything(iam)
    with refused("Conflict", 409):
        iam.create_group({"name": "staff"})
    with refused("Conflict", 409):
        iam.create_group({"name": "Staff"})
    with refused("Conflict", 409):
        iam.update_group(b"guests", {"name": "staff", "description": "others"})
    assert everything(iam) == before


@pytest.mark.parametrize("body", [None, {}, {"name": ""}, {"name": "a b"}, {"name": 1}], ids=str)
def test_a_body_without_a_legal_name_is_inappropriate(iam, staff, body):
    before = everything(iam)
    with refused("InappropriateJSON", 400):
        iam.create_group(body)
    if body:
        with refused("InappropriateJSON", 400):
            iam.update_group(b"staff", body)
    assert everything(iam) == before


def test_users_join_and_leave_and_again_is_as_good_as_once(iam, staff):
    assert iam.list_group_user(b"staff").users == []
    assert iam.list_user_group(b"alice").groups == []

    # The list is in the order in which the users were created, not in which they joined.
    for user in (b"bob", b"alice", b"bob"):
        iam.add_user_to_group(b"staff", user)
    assert members(iam) == ["alice", "bob"]
    assert groups_of(iam, b"alice") == groups_of(iam, b"bob") == ["staff"]

    for _ in range(2):
        iam.remove_user_from_group(b"staff", b"bob")
    assert members(iam) == ["alice"]
    assert groups_of(iam, b"bob") == []
    iam.remove_user_from_group(b"staff", b"alice")
    assert iam.list_group_user(b"staff").users == []


def test_members_and_groups_are_shown_whole(iam, staff):
    iam.add_user_to_group(b"staff", b"alice")
    assert [vars(user) for user in iam.list_group_user(b"staff").users] == [vars(iam.list_user().users[0])]
    assert [vars(group) for group in iam.list_user_group(b"alice").groups] == [vars(iam.list_group().groups[0])]


def test_a_user_may_be_in_several_groups(iam, staff):
    iam.create_group({"name": "guests"})
    iam.add_user_to_group(b"guests", b"alice")
    iam.add_user_to_group(b"staff", b"alice")
    assert groups_of(iam, b"alice") == ["staff", "guests"]
    iam.remove_user_from_group(b"staff", b"alice")
    assert groups_of(iam, b"alice") == ["guests"]


def test_memberships_survive_new_names(iam, staff):
    iam.add_user_to_group(b"staff", b"alice")
    iam.update_group(b"staff", {"name": "people"})
    iam.update_user(b"alice", {"name": "alicia"})
    assert members(iam, b"people") == ["alicia"]
    assert groups_of(iam, b"alicia") == ["people"]


def test_a_deleted_group_frees_its_users(iam, staff):
    for user in (b"alice", b"bob"):
        iam.add_user_to_group(b"staff", user)
    iam.delete_group(b"staff")
    assert groups_of(iam, b"alice") == groups_of(iam, b"bob") == []
    assert [user.name for user in iam.list_user().users] == ["alice", "bob"]

    assert iam.create_group({"name": "staff"}).id != staff.id
    assert members(iam) == []


def test_a_deleted_user_leaves_its_groups(iam, staff):
    for user in (b"alice", b"bob"):
        iam.add_user_to_group(b"staff", user)
    iam.delete_user(b"alice")
    assert members(iam) == ["bob"]

    iam.create_user({"name": "alice"})
    assert members(iam) == ["bob"]
    assert groups_of(iam, b"alice") == []


def test_what_is_missing_is_not_found(iam, staff):
    iam.add_user_to_group(b"staff", b"alice")
    before = everything(iam)
    calls = [
        lambda: iam.get_group(b"nothing"),
        lambda: iam.update_group(b"nothing", {"description": "something"}),
        lambda: iam.delete_group(b"nothing"),
        lambda: iam.list_group_user(b"nothing"),
        lambda: iam.list_user_group(b"nobody"),
        lambda: iam.add_user_to_group(b"nothing", b"alice"),
        lambda: iam.add_user_to_group(b"staff", b"nobody"),
        lambda: iam.remove_user_from_group(b"nothing", b"alice"),
        lambda: iam.remove_user_from_group(b"staff", b"nobody"),
    ]
    for call in calls:
        with refused("NotFound", 404):
            call()
    assert everything(iam) == before
