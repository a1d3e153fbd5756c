"""Who holds which policies, through Baidu's Python SDK."""

import re

import pytest
from baidubce.http import http_methods
from support import acl, call, entry, everything, in_path, refused

READING = acl(entry("bce:bos", "READ", "photos/*"))
TRUST = acl(
    {"service": "bce:iam", "region": "*", "permission": ["AssumeRole"], "effect": "Allow", "grantee": [{"id": "x"}]}
)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
CUSTOM, SYSTEM = b"Custom", b"System"
GRANTS = {"user": "UserPolicy", "group": "GroupPolicy", "role": "RolePolicy"}


class Holder:
    """A user, group or role, and the SDK's methods for what it holds."""

    def __init__(self, iam, kind, name="holder"):
        self.kind, self.name = kind, name.encode()
        self.grant = GRANTS[kind]
        self.body = {"name": name, "assumeRolePolicyDocument": TRUST} if kind == "role" else {"name": name}
        self.create = getattr(iam, f"create_{kind}")
        self.update = getattr(iam, f"update_{kind}")
        self.delete = getattr(iam, f"delete_{kind}")
        self.attach = getattr(iam, f"attach_policy_to_{kind}")
        self.detach = getattr(iam, f"detach_policy_from_{kind}")
        self.list = getattr(iam, f"list_policies_from_{kind}")
        self.id = self.create(self.body).id

    def holds(self):
        return [(policy.type, policy.name) for policy in self.list(self.name).policies]


@pytest.fixture(params=list(GRANTS))
def holder(request, iam):
    """A user, a group or a role, which holds nothing."""
    return Holder(iam, request.param)


@pytest.fixture
def reading(iam):
    """A policy that nobody holds."""
    return iam.create_policy({"name": "reading", "description": "the photos", "document": READING})


def entities(iam, policy):
    """Who holds a policy, asked for all at once and by kind, which must be the same."""
    found = call(iam, http_methods.GET, b"/policy/" + policy.id.encode() + b"/entity").entities
    for kind, grant in GRANTS.items():
        by_type = iam.list_attached_entities_by_grant_type(policy.id, grant).entities
        assert [vars(one) for one in by_type] == [vars(one) for one in found if one.type == grant], kind
    assert all(re.fullmatch(TIME, one.attach_time) for one in found)
    return [(one.type, one.id, one.name) for one in found]


def test_policies_are_attached_listed_and_detached(iam, reading, holder):
    assert holder.holds() == [] == entities(iam, reading)

    holder.attach(holder.name, b"reading", CUSTOM)
    [held] = holder.list(holder.name).policies
    assert (held.id, held.name, held.type, held.description) == (reading.id, "reading", "Custom", "the photos")
    assert held.create_time == reading.create_time
    assert re.fullmatch(TIME, held.attach_time) and held.attach_time >= held.create_time
    assert entities(iam, reading) == [(holder.grant, holder.id, "holder")]
    [entity] = iam.list_attached_entities_by_grant_type(reading.id.encode(), holder.grant.encode()).entities
    assert entity.attach_time == held.attach_time

    holder.detach(holder.name, b"reading", CUSTOM)
    assert holder.holds() == [] == entities(iam, reading)
    with refused("NotFound", 404):
        holder.detach(holder.name, b"reading", CUSTOM)


def test_without_a_type_a_policy_is_the_accounts_own(iam, reading, holder):
    for policy_type in (None, b"", CUSTOM):
        holder.attach(holder.name, b"Reading", policy_type)
        assert holder.holds() == [("Custom", "reading")], "again is as good as once"
    holder.detach(holder.name, b"READING")
    assert holder.holds() == []
    with refused("NotFound", 404):
        holder.attach(holder.name, b"AdministratorAccess")
    with refused("InappropriateJSON", 400, "policyType"):
        holder.attach(holder.name, b"reading", b"Other")


def test_system_policies_are_attached_by_the_names_of_the_service(iam, reading, holder):
    """The names that the SDK's own suite attaches."""
    for name in (b"FCFullControlPolicy", b"GlobalOperatePolicy", b"FCFullControlAccessPolicy"):
        holder.attach(holder.name, name, SYSTEM)
    holder.attach(holder.name, b"reading")
    # The system's come first.
    *system, own = holder.holds()
    assert sorted(system) == [("System", "FCFullControlPolicy"), ("System", "GlobalOperatePolicy")]
    assert own == ("Custom", "reading")
    for held in holder.list(holder.name).policies[:2]:
        policy = iam.get_policy(held.name.encode(), SYSTEM)
        assert (held.id, held.description) == (policy.id, policy.description)
        assert re.fullmatch(TIME, held.attach_time)
        assert entities(iam, policy) == [(holder.grant, holder.id, "holder")]

    holder.detach(holder.name, b"FCFullControlPolicy", SYSTEM)
    assert holder.holds() == [("System", "GlobalOperatePolicy"), ("Custom", "reading")]
    before = everything(iam)
    with refused("NotFound", 404):
        holder.detach(holder.name, b"FCFullControlPolicy", SYSTEM)
    with refused("NotFound", 404):
        holder.detach(holder.name, b"GlobalOperatePolicy", CUSTOM)
    with refused("NotFound", 404):
        holder.detach(holder.name, b"reading", SYSTEM)
    assert everything(iam) == before


def test_who_holds_a_policy_is_told_by_kind(iam, reading):
    holders = [Holder(iam, kind, f"{kind}-{number}") for kind in GRANTS for number in (1, 2)]
    for holder in holders:
        holder.attach(holder.name, b"reading")
    assert sorted(entities(iam, reading)) == sorted((one.grant, one.id, one.name.decode()) for one in holders)
    # In the service, this call takes a policy's id; a name is as good here.
    assert len(iam.list_attached_entities_by_grant_type("reading", "UserPolicy").entities) == 2
    with refused("InvalidURI", 400):
        iam.list_attached_entities_by_grant_type(reading.id, "OtherPolicy")
    with refused("NotFound", 404):
        iam.list_attached_entities_by_grant_type("0" * 31 + "1", "UserPolicy")


def test_a_policy_that_is_attached_is_not_deleted(iam, reading, holder):
    holder.attach(holder.name, b"reading")
    before = everything(iam)
    with refused("OperationDenied", 409, "attached to: 1"):
        iam.delete_policy(b"reading")
    assert everything(iam) == before
    holder.detach(holder.name, b"reading")
    iam.delete_policy(b"reading")
    assert iam.list_policy().policies == []


def test_attachments_survive_new_names(iam, reading, holder):
    holder.attach(holder.name, b"reading")
    iam.update_policy(b"reading", {"name": "photos"})
    holder.update(holder.name, {"name": "successor"})
    holder.name = b"successor"
    assert holder.holds() == [("Custom", "photos")]
    assert entities(iam, reading) == [(holder.grant, holder.id, "successor")]
    holder.detach(holder.name, b"photos")


def test_who_is_deleted_holds_nothing_any_more(iam, reading, holder):
    holder.attach(holder.name, b"reading")
    holder.attach(holder.name, b"FCFullControlPolicy", SYSTEM)
    holder.delete(holder.name)
    assert entities(iam, reading) == entities(iam, iam.get_policy(b"FCFullControlPolicy", SYSTEM)) == []
    holder.create(holder.body)
    assert holder.holds() == []
    holder.delete(holder.name)
    iam.delete_policy(b"reading")


def test_names_may_be_chinese(iam):
    iam.create_policy({"name": "只读", "document": READING})
    for kind in GRANTS:
        holder = Holder(iam, kind, "运维")
        name = in_path("运维")
        holder.attach(name, in_path("只读"))
        assert [policy.name for policy in holder.list(name).policies] == ["只读"]
        holder.detach(name, in_path("只读"))


def test_what_is_missing_is_not_found(iam, reading, holder):
    before = everything(iam)
    for work in (
        lambda: holder.attach(b"nobody", b"reading"),
        lambda: holder.attach(holder.name, b"nothing"),
        lambda: holder.attach(holder.name, b"NoneFullControlPolicy", SYSTEM),
        lambda: holder.detach(b"nobody", b"reading"),
        lambda: holder.detach(holder.name, b"nothing"),
        lambda: holder.detach(holder.name, b"reading"),
        lambda: holder.list(b"nobody"),
    ):
        with refused("NotFound", 404):
            work()
    assert everything(iam) == before


def test_there_may_be_as_many_as_the_operator_lets(server, root, iam, reading, holder):
    server.set_quota(root.account_id, "attachments_per_holder", 2)
    for name in (b"FCFullControlPolicy", b"FCReadPolicy"):
        holder.attach(holder.name, name, SYSTEM)
    before = everything(iam)
    with refused("LimitExceeded", 403, "2"):
        holder.attach(holder.name, b"reading")
    assert everything(iam) == before
    holder.attach(holder.name, b"FCReadPolicy", SYSTEM)
    holder.detach(holder.name, b"FCReadPolicy", SYSTEM)
    holder.attach(holder.name, b"reading")
    assert holder.holds() == [("System", "FCFullControlPolicy"), ("Custom", "reading")]
