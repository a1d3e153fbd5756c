"""A service asks on each request: an object store, whose clients are Baidu's, and `POST /authorize` behind it.

The store knows nothing of permissions. It hands on what it got, and serves what is allowed.
"""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import unquote

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.exception import BceHttpClientError
from baidubce.retry.retry_policy import NoRetryPolicy
from baidubce.services.bos.bos_client import BosClient
from conftest import WITHOUT_POSTGRES
from support import Server, acl, ask, entry, eventually, iam_client, key_of, postgres_database, refused

# Within which every node knows what one of them was told.
FOLLOW_S = 2
ALLOW, IMPLICIT, EXPLICIT = ("allow", None), ("implicit_deny", None), ("explicit_deny", None)


class ObjectStore(ThreadingHTTPServer):
    """A would-be object store of an account. It keeps the last answer that it got."""

    def __init__(self, node, principal):
        super().__init__(("127.0.0.1", 0), Gate)
        self.node, self.principal, self.answer = node, principal, None


class Gate(BaseHTTPRequestHandler):
    """Asks, for each request, whether whoever signed it may do that."""

    def do_GET(self):
        self.serve("bos:GetObject")

    def do_PUT(self):
        self.serve("bos:PutObject")

    def serve(self, action):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = unquote(self.path.split("?")[0])
        signed = {"method": self.command, "target": self.path, "headers": dict(self.headers.items())}
        signed |= {"body_sha256": hashlib.sha256(body).hexdigest(), "unsigned_payload": True, "path_encoding": "once"}
        signed["host"] = f"127.0.0.1:{self.server.server_port}"
        question = {
            "signed_request": signed,
            "action": action,
            "resource": f"crn:bos:bj:{self.server.principal.account_id}:{path.removeprefix('/')}",
            "source_address": self.client_address[0],
        }
        try:
            self.server.answer = ask(self.server.node, self.server.principal, question)
        except HTTPError as error:
            self.server.answer = {"decision": "none", "refusal": error.code}
        if self.server.answer["decision"] == "allow":
            self.reply(200, path.encode() if self.command == "GET" else b"")
        else:
            self.reply(403, json.dumps({"code": "AccessDenied", "message": "no", "requestId": "1"}).encode())

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def object_store(node, principal):
    with ObjectStore(node, principal) as store:
        threading.Thread(target=store.serve_forever, args=[0.01], daemon=True).start()
        yield store
        store.shutdown()


@pytest.fixture
def service(iam, root):
    """The store's own access key: its user may ask, and nothing else."""
    iam.create_user({"name": "object-store"})
    iam.create_policy({"name": "may-ask", "document": acl(entry("bce:iam", "Authorize", "account"))})
    iam.attach_policy_to_user(b"object-store", b"may-ask")
    return key_of(iam, root, "object-store")


@pytest.fixture
def store(server, service):
    with object_store(server, service) as store:
        yield store


@pytest.fixture
def alice(iam, root):
    """Of the staff, who may read the photos; but those under `private/` are none of her business."""
    iam.create_user({"name": "alice"})
    iam.create_group({"name": "staff"})
    iam.add_user_to_group(b"staff", b"alice")
    iam.create_policy({"name": "photos", "document": acl(entry("bce:bos", "READ", "photos/*", eid="read"))})
    iam.attach_policy_to_group(b"staff", b"photos")
    iam.create_policy({"name": "privacy", "document": acl(entry("bce:bos", "*", "photos/private/*", "Deny"))})
    iam.attach_policy_to_user(b"alice", b"privacy")
    return key_of(iam, root, "alice")


def bos(store, credentials):
    """Baidu's own client of object stores."""
    key = BceCredentials(credentials.access_key_id, credentials.secret_access_key)
    endpoint = f"http://127.0.0.1:{store.server_port}"
    return BosClient(BceClientConfiguration(key, endpoint, retry_policy=NoRetryPolicy()))


def get(store, credentials, key="photos/cats/1.jpg"):
    """Reads an object; gives what the store was answered."""
    bucket, key = key.split("/", 1)
    try:
        read = bos(store, credentials).get_object_as_string(bucket, key)
        assert (read.decode(), store.answer["decision"]) == (f"/{bucket}/{key}", "allow")
    except BceHttpClientError as error:
        assert (error.code, error.status_code) == ("AccessDenied", 403), error.last_error
        assert store.answer["decision"] != "allow"
    return store.answer["decision"], store.answer["refusal"]


def test_alice_reads_what_her_group_may_and_she_is_not_denied(store, iam, root, alice):
    assert get(store, alice, "photos/cats/1.jpg") == ALLOW
    user = {"account": root.account_id, "id": int(iam.get_user(b"alice").id, 16), "kind": "user"}
    assert store.answer["principal"] == user | {"name": f"crn:iam::{root.account_id}:user/alice"}
    assert store.answer["statements"] == [{"policy": "photos", "statement": "read", "group": "staff"}]

    assert get(store, alice, "films/1.mp4") == IMPLICIT
    assert store.answer["statements"] == []
    assert (store.answer["missing"]["policy"], store.answer["missing"]["part"]) == ("photos", "resource")

    assert get(store, alice, "photos/private/2.jpg") == EXPLICIT
    assert store.answer["statements"] == [{"policy": "privacy", "statement": "#1", "group": None}]

    revision = store.answer["revision"]
    iam.update_user(b"alice", {"enabled": False})
    assert get(store, alice, "photos/cats/1.jpg") == ("implicit_deny", "disabled"), "on the very next request"
    assert store.answer["principal"] is None and store.answer["revision"] is None
    iam.update_user(b"alice", {"enabled": True})
    assert get(store, alice, "photos/cats/1.jpg") == ALLOW
    assert store.answer["revision"] > revision


def test_reading_is_not_writing(store, iam, alice):
    def put():
        bos(store, alice).put_object_from_string("photos", "cats/1.jpg", "meow")

    with refused("AccessDenied", 403):
        put()
    assert (store.answer["missing"]["policy"], store.answer["missing"]["part"]) == ("photos", "action")
    iam.update_policy(b"photos", {"document": acl(entry("bce:bos", ["READ", "WRITE"], "photos/*"))})
    put()
    assert store.answer["decision"] == "allow"


def test_names_of_objects_may_be_any(store, alice):
    for name in ("猫 1.jpg", "a+b&c=d?.jpg", "100%25.jpg", "~/x(1)'*.jpg"):
        assert get(store, alice, f"photos/{name}") == ALLOW, name
        assert get(store, alice, f"photos/private/{name}") == EXPLICIT, name


def test_only_whoever_holds_the_secret_of_a_good_key_is_somebody(store, iam, alice):
    assert get(store, alice.with_wrong_secret()) == ("implicit_deny", "wrong_signature")
    assert get(store, alice.with_unknown_key()) == ("implicit_deny", "unknown_key")
    key = alice.access_key_id.encode()
    assert get(store, alice) == ALLOW
    iam.disable_user_accesskey(b"alice", key)
    assert get(store, alice) == ("implicit_deny", "disabled")
    iam.enable_user_accesskey(b"alice", key)
    assert get(store, alice) == ALLOW
    iam.delete_user_accesskey(b"alice", key)
    assert get(store, alice) == ("implicit_deny", "unknown_key")


def test_what_is_taken_away_is_denied_on_the_next_request(store, iam, alice):
    """SEC-091: each way in which a permission can go."""
    for take, give in (
        (
            lambda: iam.detach_policy_from_group(b"staff", b"photos"),
            lambda: iam.attach_policy_to_group(b"staff", b"photos"),
        ),
        (
            lambda: iam.remove_user_from_group(b"staff", b"alice"),
            lambda: iam.add_user_to_group(b"staff", b"alice"),
        ),
        (
            lambda: iam.update_policy(b"photos", {"document": acl(entry("bce:bos", "READ", "films/*"))}),
            lambda: iam.update_policy(b"photos", {"document": acl(entry("bce:bos", "READ", "photos/*"))}),
        ),
        (
            lambda: iam.delete_group(b"staff"),
            lambda: iam.attach_policy_to_user(b"alice", b"FCFullControlPolicy", b"System"),
        ),
    ):
        assert get(store, alice) == ALLOW
        take()
        assert get(store, alice) == IMPLICIT
        give()
    assert get(store, alice) == IMPLICIT, "what is about another service gives nothing"
    iam.attach_policy_to_user(b"alice", b"BOSReadPolicy", b"System")
    assert get(store, alice) == ALLOW


def test_a_deny_that_is_lifted_is_lifted_at_once(store, iam, alice):
    assert get(store, alice, "photos/private/2.jpg") == EXPLICIT
    iam.update_policy(b"privacy", {"document": acl(entry("bce:bos", "*", "photos/private/3.jpg", "Deny"))})
    assert get(store, alice, "photos/private/2.jpg") == ALLOW
    assert get(store, alice, "photos/private/3.jpg") == EXPLICIT
    iam.detach_policy_from_user(b"alice", b"privacy")
    assert get(store, alice, "photos/private/3.jpg") == ALLOW


def about(root, key, principal="alice", action="bos:GetObject"):
    """A question about somebody whom the service has recognised itself."""
    principal = f"crn:iam::{root.account_id}:user/{principal}"
    return {"principal": principal, "action": action, "resource": f"crn:bos:bj::{key}"}


def test_many_questions_are_one_call(server, root, iam, service, alice):
    names = ["photos/cats/1.jpg", "photos/private/2.jpg", "films/1.mp4"] * 33
    questions = [about(root, name) for name in names]
    answers = ask(server, service, {"requests": [*questions, {"principal": 1}]})["answers"]
    assert [answer["decision"] for answer in answers[:-1]] == ["allow", "explicit_deny", "implicit_deny"] * 33
    assert len({answer["revision"] for answer in answers[:-1]}) == 1, "all from one moment"
    assert answers[-1]["error"]["code"] == "InvalidRequest"

    iam.remove_user_from_group(b"staff", b"alice")
    answers = ask(server, service, {"requests": questions})["answers"]
    assert [answer["decision"] for answer in answers] == ["implicit_deny", "explicit_deny", "implicit_deny"] * 33


def test_only_who_may_ask_is_answered(server, root, iam, service, alice):
    question = about(root, "photos/cats/1.jpg")
    assert ask(server, service, question)["decision"] == "allow"
    other = server.create_account()
    for asking in (alice, other, service.with_wrong_secret()):
        with pytest.raises(HTTPError) as refusal:
            ask(server, asking, question)
        assert refusal.value.code == 403
    iam.detach_policy_from_user(b"object-store", b"may-ask")
    with pytest.raises(HTTPError) as refusal:
        ask(server, service, question)
    assert (refusal.value.code, json.load(refusal.value)["code"]) == (403, "AccessDenied")
    # To ask is all that it could.
    with refused("AccessDenied", 403):
        iam_client(server, service).list_user()


@pytest.fixture(scope="module")
def two_nodes():
    """Two nodes on one database."""
    with postgres_database() as database_url:
        first = Server(database_url)
        second = Server(database_url, ["--master-key-file", str(first.data / "master.key")])
        yield first, second
        second.stop()
        first.stop()


class TestTwoNodes:
    """What one node is told, the other decides by within two seconds."""

    pytestmark = WITHOUT_POSTGRES

    @pytest.fixture
    def server(self, two_nodes):
        return two_nodes[0]

    def test_another_node_decides_the_same(self, two_nodes, store, iam, service, alice):
        with object_store(two_nodes[1], service) as there:

            def on_both(key, wanted):
                assert get(store, alice, key) == wanted
                eventually(FOLLOW_S, lambda: get(there, alice, key), wanted)

            on_both("photos/cats/1.jpg", ALLOW)
            on_both("films/1.mp4", IMPLICIT)
            on_both("photos/private/2.jpg", EXPLICIT)
            iam.update_user(b"alice", {"enabled": False})
            on_both("photos/cats/1.jpg", ("implicit_deny", "disabled"))
            iam.update_user(b"alice", {"enabled": True})
            on_both("photos/cats/1.jpg", ALLOW)
            iam.detach_policy_from_group(b"staff", b"photos")
            on_both("photos/cats/1.jpg", IMPLICIT)
            iam.attach_policy_to_user(b"alice", b"BOSReadPolicy", b"System")
            on_both("photos/cats/1.jpg", ALLOW)
            iam.update_policy(b"privacy", {"document": acl(entry("bce:bos", "*", "photos/cats/*", "Deny"))})
            on_both("photos/cats/1.jpg", EXPLICIT)
            on_both("photos/private/2.jpg", ALLOW)
            iam.delete_user(b"alice")
            on_both("photos/cats/1.jpg", ("implicit_deny", "unknown_key"))
