"""Many at the same moment: exactly one may win, and the others learn that they did not."""

from collections import Counter

from support import at_once, refusal

CALLERS = 100


def race(work):
    """How often `work` was done, and with what it was refused."""
    return Counter(at_once(CALLERS, lambda number: refusal(lambda: work(number))))


def test_one_name_makes_one_user(iam):
    """SEC-159."""
    outcomes = race(lambda number: iam.create_user({"name": "alice", "description": str(number)}))
    assert outcomes == {None: 1, ("Conflict", 409): CALLERS - 1}
    [alice] = iam.list_user().users
    assert alice.name == "alice" and iam.get_user(b"alice").description == alice.description


def test_one_name_makes_one_group(iam):
    """SEC-159."""
    assert race(lambda _: iam.create_group({"name": "staff"})) == {None: 1, ("Conflict", 409): CALLERS - 1}
    assert len(iam.list_group().groups) == 1


def test_as_many_names_make_as_many_users(iam):
    names = [f"user-{number}" for number in range(CALLERS)]
    assert race(lambda number: iam.create_user({"name": names[number]})) == {None: CALLERS}
    users = iam.list_user().users
    assert sorted(user.name for user in users) == sorted(names)
    assert len({user.id for user in users}) == CALLERS


def test_one_new_name_goes_to_one_user(iam):
    """SEC-159."""
    for number in range(CALLERS):
        iam.create_user({"name": f"user-{number}"})
    outcomes = race(lambda number: iam.update_user(f"user-{number}".encode(), {"name": "alice"}))
    assert outcomes == {None: 1, ("Conflict", 409): CALLERS - 1}
    assert Counter(user.name == "alice" for user in iam.list_user().users) == {True: 1, False: CALLERS - 1}


def test_a_user_is_deleted_once(iam):
    iam.create_user({"name": "alice"})
    assert race(lambda _: iam.delete_user(b"alice")) == {None: 1, ("NotFound", 404): CALLERS - 1}
    assert iam.list_user().users == []


def test_a_user_joins_once(iam):
    iam.create_user({"name": "alice"})
    iam.create_group({"name": "staff"})
    assert race(lambda _: iam.add_user_to_group(b"staff", b"alice")) == {None: CALLERS}
    assert [user.name for user in iam.list_group_user(b"staff").users] == ["alice"]
