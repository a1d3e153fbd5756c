"""What schemathesis needs to know of our API: how requests are signed, and what there is in the account.

Run by `test_openapi.py`, which says in the environment where the server is, whose key signs, and where to write which
operation was answered with which statuses.
"""

import atexit
import json
import os
from collections import defaultdict
from pathlib import Path
from urllib.error import HTTPError

import requests
import schemathesis
from support import Credentials, native, sign

URL = os.environ["CLAVIGER_OPENAPI_URL"]
ROOT = Credentials(**json.loads(os.environ["CLAVIGER_OPENAPI_ROOT"]))
REPORT = Path(os.environ["CLAVIGER_OPENAPI_REPORT"])

# What our calls sign beside host and date, when they send it.
SIGNED = ("content-type", "idempotency-key", "if-match")
READING = json.dumps({"Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]})
TRUSTING = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Claviger": f"crn:iam::{ROOT.account_id}:root"},
            }
        ]
    }
)

# What is there for every case, and is put back when one took it away.
THINGS = [
    ("POST", "/users", {"name": "alice"}),
    ("POST", "/groups", {"name": "crew"}),
    ("POST", "/policies", {"name": "readers", "document": READING}),
    ("POST", "/policies/readers/versions", {"document": READING, "set_default": False}),
    ("POST", "/roles", {"name": "deploy", "trust_document": TRUSTING}),
    ("PUT", "/groups/crew/users/alice", None),
    ("PATCH", "/users/alice/login-profile", {"enabled": False}),
    ("PUT", "/identity-provider", {"enabled": False, "file_name": "idp.xml"}),
    *[("PUT", f"/{holder}/policies/readers", None) for holder in ("users/alice", "groups/crew", "roles/deploy")],
    *[
        ("PUT", f"/{holder}/inline-policies/own", {"document": READING})
        for holder in ("users/alice", "groups/crew", "roles/deploy")
    ],
    *[
        ("PUT", f"/{holder}/permissions-boundary", {"policy": "readers"})
        for holder in ("users/alice", "roles/deploy")
    ],
]
ROOT_KEYS = "/root" + "/access-keys"
# The keys that paths name, by the collection that they are in.
KEYS = {
    f"{ROOT_KEYS}/": (ROOT_KEYS, {}),
    "/users/{user}/access-keys/": ("/users/alice/access-keys", None),
    "/users/{user}/api-keys/": ("/users/alice/api-keys", {"name": "deploy"}),
    "/access-keys/": ("/users/alice/access-keys", None),
}
NAMES = {"user": "alice", "group": "crew", "policy": "readers", "role": "deploy", "name": "own", "version": "1"}

keys = {}
statuses = defaultdict(lambda: defaultdict(int))


class Signature(requests.auth.AuthBase):
    """Signs a request when it is whole. Nobody takes away the key that signs: it answers to no name."""

    def __call__(self, request):
        request.url = request.url.replace(ROOT.access_key_id, "none")
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers = {name: _text(headers[name]).strip() for name in SIGNED if name in headers}
        request.headers.update(sign(ROOT, request.method, request.url, headers, body))
        return request


def _text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value


def put_back():
    """Makes what is missing. What is there already is refused, and that is well."""
    for method, path, body in THINGS:
        _quietly(method, path, body)
    for collection, (path, body) in KEYS.items():
        present = {key["id"] for key in (_quietly("GET", path) or {"items": []})["items"]}
        present.discard(ROOT.access_key_id)
        made = None if present else _quietly("POST", path, body)
        keys[collection] = min(present) if present else (made or {}).get("id", "none")


def _quietly(method, path, body=None):
    try:
        return native(URL, ROOT, method, "/api/v1" + path, body)
    except HTTPError as error:
        assert error.code < 500, f"{method} {path}: {error.read().decode()}"
        return None


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of the cases are about what is there."""
    if not path_parameters or sum(map(len, map(str, path_parameters.values()))) % 2:
        return path_parameters
    path = context.operation.path.removeprefix("/api/v1")
    known = dict(NAMES)
    known["key"] = next((key for start, key in keys.items() if path.startswith(start)), "none")
    return {name: known.get(name, value) for name, value in path_parameters.items()}


@schemathesis.hook
def after_call(context, case, response):
    """Counts, and puts back what is gone or called otherwise."""
    statuses[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1
    if response.status_code < 300 and case.operation.method.upper() in ("DELETE", "PATCH", "PUT"):
        put_back()


@atexit.register
def write():
    REPORT.write_text(json.dumps(statuses))


put_back()
schemathesis.auth.set_from_requests(Signature())
