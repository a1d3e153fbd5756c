"""Roles through Baidu's Python SDK: what they are, and whom they trust."""

import json
import re

import pytest
from support import acl, entry, everything, iam_client, in_path, key_of, refused


def trust(*grantees, **members):
    """A document that trusts these, as the service's own pages write it."""
    listed = {"service": "bce:iam", "region": "*", "permission": ["AssumeRole"], "effect": "Allow"}
    return json.dumps({"version": "v1", "accessControlList": [listed | {"grantee": list(grantees)} | members]})


ACCOUNT = trust({"id": "test_account_id"})
OTHER = trust({"id": "grantee-id"}, {"id": "another"})


@pytest.fixture
def deploy(iam):
    """A role that is there before the story begins."""
    return iam.create_role({"name": "deploy", "description": "brings releases", "assumeRolePolicyDocument": ACCOUNT})


def names(iam):
    return [role.name for role in iam.list_role().roles]


def test_a_role_is_created_read_updated_listed_and_deleted(iam):
    assert names(iam) == []

    body = {"name": "deploy", "description": "brings releases", "assumeRolePolicyDocument": ACCOUNT}
    created = iam.create_role(body)
    assert created.status_code == 201
    assert (created.name, created.description) == ("deploy", "brings releases")
    assert created.assume_role_policy_document == ACCOUNT
    assert re.fullmatch(r"[0-9a-f]{32}", created.id)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created.create_time)

    read = iam.get_role(b"deploy")
    for field in ("id", "name", "description", "create_time", "assume_role_policy_document"):
        assert getattr(read, field) == getattr(created, field), field

    body = {"name": "release", "description": "发布", "assumeRolePolicyDocument": OTHER}
    updated = iam.update_role(b"deploy", body)
    assert (updated.id, updated.name, updated.description) == (created.id, "release", "发布")
    assert (updated.create_time, updated.assume_role_policy_document) == (created.create_time, OTHER)
    [listed] = iam.list_role().roles
    assert (listed.id, listed.name, listed.description) == (created.id, "release", "发布")
    assert listed.assume_role_policy_document == OTHER
    with refused("NotFound", 404):
        iam.get_role(b"deploy")

    iam.delete_role(b"release")
    assert names(iam) == []
    with refused("NotFound", 404):
        iam.get_role(b"release")


def test_an_update_changes_what_it_names(iam, deploy):
    described = iam.update_role(b"deploy", {"description": ""})
    assert (described.id, described.name, described.description) == (deploy.id, "deploy", "")
    assert described.assume_role_policy_document == ACCOUNT
    rewritten = iam.update_role(b"Deploy", {"assumeRolePolicyDocument": OTHER})
    assert (rewritten.name, rewritten.description, rewritten.assume_role_policy_document) == ("deploy", "", OTHER)
    assert iam.update_role(b"deploy", {"name": "Deploy"}).name == "Deploy"
    before = everything(iam)
    for body in (None, {}, {"id": "0" * 32, "createTime": "2001-01-01T00:00:00Z"}):
        iam.update_role(b"deploy", body)
    assert everything(iam) == before


def test_the_list_is_in_the_order_of_creation(iam):
    for name in ("night", "day", "运维"):
        iam.create_role({"name": name, "assumeRolePolicyDocument": ACCOUNT})
    iam.update_role(b"day", {"name": "zenith"})
    assert names(iam) == ["night", "zenith", "运维"]
    iam.delete_role(in_path("运维"))
    assert names(iam) == ["night", "zenith"]


def test_whom_a_role_can_trust(iam, root):
    iam.create_user({"name": "alice"})
    iam.create_group({"name": "staff"})
    own = root.account_id
    for number, document in enumerate(
        [
            trust({"id": "*"}, condition={"ipAddress": ["192.0.2.0/24"]}),
            trust({"id": own}),
            trust({"id": own, "user": "alice"}),
            trust({"id": own, "group": ["staff"]}, {"id": "somebody-elses", "user": "nobody-knows"}),
            trust({"id": own, "saml-provider": "company"}, condition={"saml:aud": ["urn:bce"]}),
            trust({"id": own}, condition=[{"ipAddress": ["192.0.2.0/24"]}], eid="office", resource=["role/x"]),
            trust({"id": own}, effect="Deny"),
            " " + ACCOUNT + "\r\n",
        ]
    ):
        name = f"role-{number}"
        created = iam.create_role({"name": name, "assumeRolePolicyDocument": document})
        assert created.assume_role_policy_document == document
        assert iam.get_role(name.encode()).assume_role_policy_document == document
    iam.update_user(b"alice", {"name": "alicia"})
    iam.delete_group(b"staff")
    assert len(names(iam)) == 8


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("{", "line 1, column 2", "unexpected end"),
        ("{}", "line 1, column 1", "`accessControlList` is missing"),
        (trust({"id": "*"}), "trust document", "lets everybody in"),
        ('{"version": "v1", "accessControlList": []}', "line 1, column 40", "is empty"),
        (trust(), "line 1", "`grantee` is empty"),
        (trust({}), "line 1", "`id` is missing"),
        (trust({"user": "alice"}), "line 1", "say whose account it is in"),
        (trust({"id": "*", "user": "alice"}), "line 1", "is not a grantee"),
        (trust({"id": "x", "role": "y"}), "line 1", "unknown member `role`"),
        (trust({"id": "x"}, permission=["READ"]), "line 1", "`READ` is not a permission of a trust document"),
        (trust({"id": "x"}, service="bce:bos"), "line 1", "`AssumeRole`"),
        (trust({"id": "x"}, effect="Permit"), "line 1", "unknown effect `Permit`"),
        (trust({"id": "x"}, notResource=["y"]), "line 1", "`notResource` cannot stand in a trust document"),
        ('{\n "accessControlList": [\n  {}\n ]\n}', "line 3, column 3", "`service` is missing"),
        ('{"Version": "2012-10-17", "Statement": []}', "line 1, column 2", "unknown member `Version`"),
    ],
)
def test_a_malformed_document_is_refused_with_its_place(iam, deploy, text, place, what):
    """SEC-085."""
    before = everything(iam)
    with refused("InappropriateJSON", 400, place, what):
        iam.create_role({"name": "other", "assumeRolePolicyDocument": text})
    with refused("InappropriateJSON", 400, place, what):
        iam.update_role(b"deploy", {"name": "other", "assumeRolePolicyDocument": text})
    assert everything(iam) == before


def test_who_is_not_there_cannot_be_trusted(iam, root, deploy):
    """SEC-093: a name of the own account must be somebody's; those of others are not told."""
    before = everything(iam)
    document = trust({"id": root.account_id, "user": "nobody"})
    with refused("InappropriateJSON", 400, "`user/nobody`, which does not exist"):
        iam.create_role({"name": "other", "assumeRolePolicyDocument": document})
    with refused("InappropriateJSON", 400, "`user/nobody`, which does not exist"):
        iam.update_role(b"deploy", {"assumeRolePolicyDocument": document})
    assert everything(iam) == before


@pytest.mark.parametrize(
    "body",
    [None, {}, {"name": "other"}, {"assumeRolePolicyDocument": ACCOUNT}]
    + [{"name": name, "assumeRolePolicyDocument": ACCOUNT} for name in (1, "", "a b", "a/b", "a" * 129)]
    + [{"name": "other", "assumeRolePolicyDocument": json.loads(ACCOUNT)}],
    ids=range(10),
)
def test_a_body_without_name_or_document_is_inappropriate(iam, deploy, body):
    before = everything(iam)
    with refused("InappropriateJSON", 400):
        iam.create_role(body)
    assert everything(iam) == before


def test_a_second_role_of_one_name_is_a_conflict(iam, deploy):
    iam.create_role({"name": "release", "assumeRolePolicyDocument": OTHER})
    before = everything(iam)
    for name in ("deploy", "Deploy"):
        with refused("Conflict", 409):
            iam.create_role({"name": name, "assumeRolePolicyDocument": OTHER})
        with refused("Conflict", 409):
            iam.update_role(b"release", {"name": name, "description": "another"})
    assert everything(iam) == before
    assert iam.get_role(b"DEPLOY").id == deploy.id


def test_a_missing_role_is_not_found(iam, deploy):
    before = everything(iam)
    for work in (
        lambda: iam.get_role(b"nothing"),
        lambda: iam.update_role(b"nothing", {"description": "something"}),
        lambda: iam.delete_role(b"nothing"),
    ):
        with refused("NotFound", 404):
            work()
    assert everything(iam) == before


def test_there_may_be_as_many_as_the_operator_lets(server, root, iam, deploy):
    server.set_quota(root.account_id, "roles", 1)
    before = everything(iam)
    with refused("LimitExceeded", 403, "1"):
        iam.create_role({"name": "release", "assumeRolePolicyDocument": OTHER})
    assert everything(iam) == before
    iam.delete_role(b"deploy")
    iam.create_role({"name": "release", "assumeRolePolicyDocument": OTHER})


def test_another_account_has_other_roles(server, iam, deploy):
    other = iam_client(server, server.create_account())
    assert names(other) == []
    with refused("NotFound", 404):
        other.get_role(b"deploy")
    assert other.create_role({"name": "deploy", "assumeRolePolicyDocument": OTHER}).id != deploy.id
    assert iam.get_role(b"deploy").assume_role_policy_document == ACCOUNT


def test_who_may_change_roles_does_not_come_to_more_power_by_one(server, root, iam, deploy):
    """SEC-094: a role with more power than one's own is not opened to oneself, nor is any role made stronger."""
    iam.attach_policy_to_role(b"deploy", b"AdministratorAccess", b"System")
    iam.create_user({"name": "mallory"})
    permissions = ["CreateRole", "UpdateRole", "UpdateAssumeRolePolicy", "DeleteRole"]
    permissions += ["AttachRolePolicy", "DetachRolePolicy"]
    iam.create_policy({"name": "roles", "document": acl(entry("bce:iam", permissions, "*"))})
    iam.attach_policy_to_user(b"mallory", b"roles")
    mallory = iam_client(server, key_of(iam, root, "mallory"))
    mine = trust({"id": root.account_id, "user": "mallory"})
    mallory.create_role({"name": "mine", "assumeRolePolicyDocument": mine})

    before = everything(iam)
    for work in (
        lambda: mallory.update_role(b"deploy", {"assumeRolePolicyDocument": mine}),
        lambda: mallory.update_role(b"deploy", {"name": "mine-too"}),
        lambda: mallory.delete_role(b"deploy"),
        lambda: mallory.detach_policy_from_role(b"deploy", b"AdministratorAccess", b"System"),
        lambda: mallory.attach_policy_to_role(b"mine", b"AdministratorAccess", b"System"),
    ):
        with refused("AccessDenied", 403, "is an administrator, or would be, and you are not"):
            work()
    for work in (lambda: mallory.get_role(b"mine"), lambda: mallory.list_role()):
        with refused("AccessDenied", 403):
            work()
    assert everything(iam) == before
    mallory.attach_policy_to_role(b"mine", b"roles")
    mallory.delete_role(b"mine")
