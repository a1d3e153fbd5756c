"""Policies through Baidu's Python SDK: the account's own, and those that come with the product."""

import json
import re

import pytest
from baidubce.http import http_methods
from support import acl, at_once, call, entry, everything, iam_client, in_path, key_of, refused

READING = acl(entry("bce:bos", "READ", "photos/*"))
WRITING = acl(entry("bce:bos", "WRITE", "photos/*"))


@pytest.fixture
def reading(iam):
    """A policy that is there before the story begins."""
    return iam.create_policy({"name": "reading", "description": "the photos", "document": READING})


def names(iam, *of):
    return [policy.name for policy in iam.list_policy(*of).policies]


def document(iam, name=b"reading"):
    return iam.get_policy(name, b"Custom").document


def test_a_policy_is_created_read_updated_listed_and_deleted(iam):
    assert names(iam) == []

    created = iam.create_policy({"name": "reading", "description": "the photos", "document": READING})
    assert created.status_code == 201
    assert (created.name, created.description, created.type) == ("reading", "the photos", "Custom")
    assert created.document == READING
    assert re.fullmatch(r"[0-9a-f]{32}", created.id)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created.create_time)

    for policy_type in (b"Custom", b"", None):
        read = iam.get_policy(b"reading", policy_type)
        for field in ("id", "name", "description", "type", "create_time", "document"):
            assert getattr(read, field) == getattr(created, field), field

    updated = iam.update_policy(b"reading", {"name": "writing", "description": "相册", "document": WRITING})
    assert (updated.id, updated.name, updated.description) == (created.id, "writing", "相册")
    assert (updated.type, updated.create_time, updated.document) == ("Custom", created.create_time, WRITING)
    assert document(iam, b"writing") == WRITING
    [listed] = iam.list_policy().policies
    assert (listed.id, listed.name, listed.description, listed.type) == (created.id, "writing", "相册", "Custom")
    with refused("NotFound", 404):
        iam.get_policy(b"reading", b"Custom")

    iam.delete_policy(b"writing")
    assert names(iam) == []
    with refused("NotFound", 404):
        iam.get_policy(b"writing", b"Custom")


def test_an_update_changes_what_it_names(iam, reading):
    described = iam.update_policy("reading", {"description": ""})
    assert (described.id, described.name, described.description) == (reading.id, "reading", "")
    assert described.document == READING
    rewritten = iam.update_policy(b"reading", {"document": WRITING})
    assert (rewritten.name, rewritten.description, rewritten.document) == ("reading", "", WRITING)
    assert iam.update_policy(b"reading", {"name": "READING"}).name == "READING"
    before = everything(iam)
    for body in (None, {}, {"id": "0" * 32, "type": "System", "createTime": "2001-01-01T00:00:00Z"}):
        iam.update_policy(b"reading", body)
    assert everything(iam) == before


def test_what_a_policy_said_before_does_not_keep_it(iam, reading):
    """The service knows no versions: a policy that was rewritten often goes like any other."""
    for number in range(12):
        iam.update_policy(b"reading", {"document": acl(entry("bce:bos", "READ", f"photos/{number}/*"))})
    assert document(iam) == acl(entry("bce:bos", "READ", "photos/11/*"))
    iam.delete_policy(b"reading")
    assert names(iam) == []


@pytest.mark.parametrize(
    "text",
    [
        # As the SDK's own suite has it.
        '{ "accessControlList": [ { "region": "bj", "resource": [ "*" ], "effect":'
        '"Allow", "service": "bce:bos", "permission": [ "READ" ] } ] } ',
        '\n{\t"accessControlList":\r\n[{"effect":"Deny","eid":"\\u4e00","service":"*","region":"*",'
        '"permission":"*","resource":"照片/*"}],"id":"a \\"quoted\\" one","version":"v2"}\n',
        acl(entry("bos", ["GetObject", "ListObjects"], ["a/*", "b?"]), entry("bce:bcc", "OPERATE", "*", "Deny")),
        acl(entry("bce:bos", "READ", "*", condition={"ipAddress": ["192.0.2.0/24", "10.0.0.1-10.0.0.9"]})),
        acl(entry("bce:bos", "READ", "*", condition=[{"secureTransport": True}, {"referer": {"stringLike": ["*"]}}])),
        acl(
            {key: value for key, value in entry("bce:bos", "READ", "*").items() if key != "resource"}
            | {"notResource": ["secret/*"]}
        ),
    ],
    ids=range(6),
)
def test_a_document_comes_back_as_it_was_sent(iam, text):
    assert iam.create_policy({"name": "reading", "document": text}).document == text
    assert document(iam) == text
    iam.update_policy(b"reading", {"document": READING})
    assert iam.update_policy(b"reading", {"document": text}).document == text
    assert document(iam) == text


def test_a_name_may_be_chinese(iam):
    created = iam.create_policy({"name": "只读", "document": READING})
    assert (created.name, created.description) == ("只读", "")
    renamed = iam.update_policy(in_path("只读"), {"name": "只读-2"})
    assert (renamed.id, renamed.name) == (created.id, "只读-2")
    assert names(iam, None, "读".encode()) == ["只读-2"]
    iam.delete_policy(in_path("只读-2"))
    assert names(iam) == []


def test_lists_are_by_type_and_by_part_of_the_name(iam):
    for name in ("zebra-read", "Alpha", "read_all"):
        iam.create_policy({"name": name, "document": READING})
    own = ["zebra-read", "Alpha", "read_all"]
    # The order is that of their creation; without a type it is the account's own.
    assert names(iam) == names(iam, b"Custom") == names(iam, b"") == own
    assert names(iam, None, b"READ") == names(iam, b"Custom", b"read") == ["zebra-read", "read_all"]
    assert names(iam, b"Custom", b"_") == ["read_all"]
    assert names(iam, b"Custom", b"%") == names(iam, b"Custom", b"nothing") == []
    assert '"document"' not in iam.list_policy().raw_data

    system = iam.list_policy(b"System").policies
    assert {policy.type for policy in system} == {"System"}
    assert not set(own) & {policy.name for policy in system}
    assert {"AdministratorAccess", "GlobalReadPolicy", "GlobalOperatePolicy", "STSAssumeRoleAccess"} <= {
        policy.name for policy in system
    }
    assert names(iam, b"System", b"FCFull") == names(iam, b"System", b"fcfullcontrolp") == ["FCFullControlPolicy"]
    keys = {"AccessKeyFullAccess", "ApiKeyFullAccess"}
    assert set(names(iam, b"System", b"FullAccess")) == keys, "by the names that they bear here"
    with refused("InappropriateJSON", 400, "policyType"):
        iam.list_policy(b"Other")


def test_a_long_list_comes_whole(iam):
    """Longer than the pages in which it is read."""

    def create(caller):
        for number in range(101):
            iam.create_policy({"name": f"policy-{caller}-{number}", "document": READING})

    at_once(10, create)
    assert sorted(names(iam)) == sorted(f"policy-{caller}-{number}" for caller in range(10) for number in range(101))


def test_system_policies_have_the_names_of_the_service(iam):
    for name, grants in [
        ("FCFullControlPolicy", ("fc", ["*"])),
        ("FCReadPolicy", ("fc", ["READ"])),
        ("BOSOperatePolicy", ("bos", ["OPERATE"])),
        ("GlobalReadPolicy", ("*", ["READ"])),
        ("GlobalOperatePolicy", ("*", ["OPERATE"])),
        ("AdministratorAccess", ("*", ["*"])),
        ("STSAssumeRoleAccess", ("sts", ["AssumeRole"])),
    ]:
        policy = iam.get_policy(name.encode(), b"System")
        assert (policy.name, policy.type) == (name, "System")
        assert policy.id and policy.description
        [granted] = json.loads(policy.document)["accessControlList"]
        assert (granted["service"], granted["permission"], granted["effect"]) == (*grants, "Allow")
        with refused("NotFound", 404):
            iam.get_policy(name.encode(), b"Custom")
    # Products that spell theirs with one word more.
    assert iam.get_policy(b"BOSReadAccessPolicy", b"System").name == "BOSReadPolicy"
    assert iam.get_policy(b"fcfullcontrolpolicy", b"System").name == "FCFullControlPolicy"
    with refused("NotFound", 404, "`NoneFullControlPolicy`"):
        iam.get_policy(b"NoneFullControlPolicy", b"System")


def test_each_system_policy_of_the_list_is_there_and_says_what_it_is(iam):
    for listed in iam.list_policy(b"System").policies:
        policy = iam.get_policy(listed.name.encode(), b"System")
        assert (policy.id, policy.name, policy.description) == (listed.id, listed.name, listed.description)
        assert json.loads(policy.document)


def test_system_policies_cannot_be_changed(iam):
    before = everything(iam), iam.list_policy(b"System").raw_data
    system = {b"policyType": b"System"}
    for name in (b"AdministratorAccess", b"FCFullControlPolicy"):
        with refused("NotFound", 404):
            iam.update_policy(name, {"description": "mine", "document": READING})
        with refused("NotFound", 404):
            iam.delete_policy(name)
        with refused("OperationDenied", 409):
            call(iam, http_methods.POST, b"/policy/" + name, {"document": READING}, system)
        with refused("OperationDenied", 409):
            call(iam, http_methods.DELETE, b"/policy/" + name, params=system)
    assert (everything(iam), iam.list_policy(b"System").raw_data) == before


def test_a_second_policy_of_one_name_is_a_conflict(iam, reading):
    iam.create_policy({"name": "writing", "document": WRITING})
    before = everything(iam)
    for name in ("reading", "Reading", "AdministratorAccess", "administratoraccess"):
        with refused("Conflict", 409):
            iam.create_policy({"name": name, "document": READING})
        with refused("Conflict", 409):
            iam.update_policy(b"writing", {"name": name, "document": READING})
    assert everything(iam) == before
    assert iam.get_policy(b"READING", b"Custom").id == reading.id


@pytest.mark.parametrize("name", [None, 1, "", "a b", "a/b", "a" * 129], ids=str)
def test_a_body_without_a_legal_name_is_inappropriate(iam, reading, name):
    before = everything(iam)
    with refused("InappropriateJSON", 400):
        iam.create_policy({"name": name, "document": READING})
    if name is not None:
        with refused("InappropriateJSON", 400):
            iam.update_policy(b"reading", {"name": name, "document": WRITING})
    assert everything(iam) == before


def mistaken(old, new):
    """A document with one mistake, on its fourth line."""
    text = """{
  "accessControlList": [
    {"eid": "one", "service": "bce:bos", "region": "bj", "permission": ["READ"], "resource": ["*"], "effect": "Allow"},
    {"eid": "two", "service": "bce:bos", "region": "bj", "permission": ["READ"], "resource": ["*"], "effect": "Allow"}
  ]
}"""
    head, tail = text.rsplit(old, 1)
    return head + new + tail


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", "line 1, column 1", "unexpected end"),
        ("{", "line 1, column 2", "unexpected end"),
        (READING + "x", f"line 1, column {len(READING) + 1}", "trailing data"),
        ("null", "line 1, column 1", "must be an object"),
        ("[]", "line 1, column 1", "must be an object"),
        ("{}", "line 1, column 1", "`accessControlList` is missing"),
        ('{"accessControlList": 5}', "line 1, column 23", "not a number"),
        ('{"accessControlList": []}', "line 1, column 23", "is empty"),
        ('{"accessControlList": [1]}', "line 1, column 24", "must be an object"),
        ('{"Version": "1", "Statement": []}', "line 1, column 2", "unknown member `Version`"),
        (mistaken('"effect": "Allow"', '"effect": "Permit"'), "line 4, column 111", "unknown effect `Permit`"),
        (mistaken('"effect": "Allow"', '"effect": null'), "line 4, column 111", "null"),
        (mistaken(', "effect": "Allow"', ""), "line 4, column 5", "`effect` is missing"),
        (mistaken('"service": "bce:bos", ', ""), "line 4, column 5", "`service` is missing"),
        (mistaken('"region": "bj", ', ""), "line 4, column 5", "`region` is missing"),
        (mistaken('"permission": ["READ"], ', ""), "line 4, column 5", "`permission` is missing"),
        (mistaken(', "resource": ["*"]', ""), "line 4, column 5", "`resource` is missing"),
        (mistaken('"region"', '"regions"'), "line 4, column 42", "did you mean `region`?"),
        (mistaken('"bce:bos"', '"bce:"'), "line 4, column 31", "is not a service"),
        (mistaken('["READ"]', "[]"), "line 4, column 72", "`permission` is empty"),
        (mistaken('["READ"]', '["READ", 5]'), "line 4, column 81", "not a number"),
        (mistaken('["READ"]', '["bos:GetObject"]'), "line 4, column 73", "an action's name alone"),
        (mistaken('["*"]', "{}"), "line 4, column 94", "not an object"),
        (mistaken('"eid": "two"', '"eid": "two", "eid": "x"'), "line 4, column 20", "duplicate member `eid`"),
        (mistaken('"eid"', '"grantee": [{"id": "*"}], "eid"'), "line 4, column 6", "`grantee` cannot stand"),
        (mistaken('"eid"', '"notResource": ["a"], "eid"'), "line 4, column 5", "both `resource` and `notResource`"),
        (mistaken('"eid"', '"condition": {"ip": ["::1"]}, "eid"'), "line 4, column 20", "unknown member `ip`"),
        (mistaken('"eid"', '"condition": {"ipAddress": ["1.2.3"]}, "eid"'), "line 4, column 34", "`1.2.3`"),
        (acl(*[entry("bos", "READ", "*")] * 101), "line 1, column", "more than 100"),
        (acl(entry("bos", "READ", "a" * 10240)), "line 1, column 1", "more than 10240 bytes"),
        ('{"accessControlList": ' + "[" * 100, "line 1, column", "too deep"),
    ],
)
def test_a_malformed_document_is_refused_with_its_place(iam, reading, text, place, what):
    """SEC-085."""
    before = everything(iam)
    for work in (
        lambda: iam.create_policy({"name": "other", "document": text}),
        lambda: iam.update_policy(b"reading", {"name": "other", "description": "other", "document": text}),
    ):
        with refused("InappropriateJSON", 400, place, what):
            work()
    assert everything(iam) == before


@pytest.mark.parametrize("body", [None, {}, {"name": "other"}, {"name": "other", "document": {}}], ids=str)
def test_a_body_without_a_document_is_inappropriate(iam, reading, body):
    before = everything(iam)
    with refused("InappropriateJSON", 400):
        iam.create_policy(body)
    if body and "document" in body:
        with refused("InappropriateJSON", 400, "`document` must be text"):
            iam.update_policy(b"reading", body)
    assert everything(iam) == before


def test_a_missing_policy_is_not_found(iam, reading):
    before = everything(iam)
    for work in (
        lambda: iam.get_policy(b"nothing", b"Custom"),
        lambda: iam.get_policy(b"reading", b"System"),
        lambda: iam.update_policy(b"nothing", {"description": "something"}),
        lambda: iam.delete_policy(b"nothing"),
    ):
        with refused("NotFound", 404):
            work()
    assert everything(iam) == before


def test_there_may_be_as_many_as_the_operator_lets(server, root, iam, reading):
    server.set_quota(root.account_id, "policies", 2)
    iam.create_policy({"name": "writing", "document": WRITING})
    before = everything(iam)
    with refused("LimitExceeded", 403, "2"):
        iam.create_policy({"name": "third", "document": READING})
    assert everything(iam) == before
    iam.delete_policy(b"reading")
    iam.create_policy({"name": "third", "document": READING})


def test_another_account_has_other_policies(server, iam, reading):
    other = iam_client(server, server.create_account())
    assert names(other) == []
    with refused("NotFound", 404):
        other.get_policy(b"reading", b"Custom")
    for by_id in (b"entity", b"grant/UserPolicy"):
        with refused("NotFound", 404):
            call(other, http_methods.GET, b"/policy/" + reading.id.encode() + b"/" + by_id)
    assert other.create_policy({"name": "reading", "document": WRITING}).id != reading.id
    assert document(iam) == READING


def test_who_may_write_policies_writes_none_with_more_power_than_it_has(server, root, iam, reading):
    """SEC-094, SEC-095: each road to more power is closed, whatever the policies on it let one do."""
    everybody = acl(entry("bce:iam", "*", "*"))
    iam.create_user({"name": "mallory"})
    iam.create_user({"name": "admin"})
    iam.create_group({"name": "admins"})
    iam.attach_policy_to_group(b"admins", b"AdministratorAccess", b"System")
    iam.add_user_to_group(b"admins", b"admin")
    iam.create_group({"name": "clerks"})
    iam.add_user_to_group(b"clerks", b"mallory")
    permissions = ["CreatePolicy", "UpdatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion"]
    permissions += ["AttachUserPolicy", "AttachGroupPolicy", "DetachUserPolicy", "AddUserToGroup", "CreateAccessKey"]
    permissions += ["UpdateUser", "UpdateLoginProfile", "DeletePolicy", "RemoveUserFromGroup"]
    iam.create_policy({"name": "clerks", "document": acl(entry("bce:iam", permissions, "*"))})
    iam.attach_policy_to_group(b"clerks", b"clerks")
    iam.create_policy({"name": "everybody", "document": everybody})
    mallory = iam_client(server, key_of(iam, root, "mallory"))

    before = everything(iam)
    for work in (
        lambda: mallory.attach_policy_to_user(b"mallory", b"AdministratorAccess", b"System"),
        lambda: mallory.add_user_to_group(b"admins", b"mallory"),
        lambda: mallory.remove_user_from_group(b"admins", b"admin"),
        lambda: mallory.create_user_accesskey(b"admin"),
        lambda: mallory.update_user_login_profile(b"admin", {"password": "correct horse battery"}),
        lambda: mallory.update_user(b"admin", {"enabled": False}),
    ):
        with refused("AccessDenied", 403, "is an administrator, or would be, and you are not"):
            work()
    for work in (
        lambda: mallory.attach_policy_to_user(b"mallory", b"everybody"),
        lambda: mallory.attach_policy_to_group(b"clerks", b"IAMFullControlPolicy", b"System"),
        lambda: mallory.update_policy(b"clerks", {"document": everybody}),
    ):
        with refused("AccessDenied", 403, "power that you do not have"):
            work()
    for work in (
        lambda: mallory.get_policy(b"reading", b"Custom"),
        lambda: mallory.list_policy(),
        lambda: mallory.get_policy(b"AdministratorAccess", b"System"),
    ):
        with refused("AccessDenied", 403):
            work()
    assert everything(iam) == before

    # What lies inside its own power it may do.
    mallory.create_policy({"name": "less", "document": acl(entry("bce:iam", "CreatePolicy", "*"))})
    mallory.attach_policy_to_user(b"mallory", b"less")
    # An update answers with what was sent, and otherwise with what a caller may see.
    less = acl(entry("bce:iam", "UpdatePolicy", "*"))
    assert mallory.update_policy(b"less", {"document": less}).document == less
    assert mallory.update_policy(b"less", {"description": "less"}).document is None
