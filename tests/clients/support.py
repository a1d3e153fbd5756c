"""What the stories share: the real server as a process, accounts on it, and the vendors' clients.

`cargo xtask test` sets CLAVIGER_BIN (the program under test) and, unless told not to,
CLAVIGER_TEST_PG (a PostgreSQL server of our own) and CLAVIGER_PG_BIN (its client programs).
"""

import hashlib
import hmac
import json
import os
import queue
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.pool import ThreadPool
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.exception import BceHttpClientError
from baidubce.http import http_content_types, http_headers
from baidubce.retry.retry_policy import NoRetryPolicy
from baidubce.services.iam.iam_client import IamClient

START_S = 30
STOP_S = 30
COMMAND_S = 30
READY = "listening on "


@dataclass(frozen=True)
class Credentials:
    """An access key of an account, with the account it belongs to."""

    account_id: str
    access_key_id: str
    secret_access_key: str

    def with_wrong_secret(self):
        """The same key with another secret of the same length."""
        first = "A" if self.secret_access_key[0] != "A" else "B"
        return replace(self, secret_access_key=first + self.secret_access_key[1:])

    def with_unknown_key(self):
        """A key of the right form that nobody has."""
        last = "A" if self.access_key_id[-1] != "A" else "B"
        return replace(self, access_key_id=self.access_key_id[:-1] + last)


class Server:
    """A running server on a database of its own."""

    def __init__(self, database_url=None, arguments=()):
        # Short, since the path of the admin socket has a limit of about a hundred bytes.
        self.data = Path(tempfile.mkdtemp(prefix="claviger-"))
        self._log = self.data.with_name(self.data.name + ".log")
        command = [program(), "serve", "--data", str(self.data), "--listen", "127.0.0.1:0"]
        if database_url is not None:
            command += ["--database", database_url]
        command += arguments
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self._process.kill()
            self._process.wait()
            self._remove()
            raise

    def create_account(self):
        """A new account; gives the credentials of its root."""
        return Credentials(**json.loads(self.operate("account", "create", "--output", "json")))

    def set_quota(self, account_id, quota, limit):
        """Sets one of an account's limits."""
        self.operate("account", "quota", account_id, quota, str(limit))

    def operate(self, *arguments):
        """Runs one of the operator's commands, which must succeed; gives what it prints."""
        command = [program(), *arguments, "--data", str(self.data)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_S)
        assert done.returncode == 0, f"{arguments}: exit code {done.returncode}\n{done.stderr}"
        return done.stdout

    def stop(self):
        """Asks the server to end, and insists that it ends well."""
        self._process.terminate()
        try:
            exit_code = self._process.wait(STOP_S)
            assert exit_code == 0, f"serve: exit code {exit_code} after SIGTERM\n{self.log()}"
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"serve did not end within {STOP_S} s of SIGTERM\n{self.log()}") from None
        finally:
            self._remove()

    def log(self):
        """What the server has logged so far."""
        return self._log.read_text(errors="replace")

    def written(self):
        """All that the server has written so far, as bytes: its log and the files of its store."""
        files = [self._log, *(file for file in self.data.rglob("*") if file.is_file())]
        return b"".join(file.read_bytes() for file in files)

    def _wait_until_ready(self):
        lines = queue.SimpleQueue()
        threading.Thread(target=self._read_output, args=[lines], daemon=True).start()
        try:
            line = lines.get(timeout=START_S).strip()
        except queue.Empty:
            raise AssertionError(f"serve is not ready after {START_S} s\n{self.log()}") from None
        assert line.startswith(READY), f"serve said `{line}` instead of `{READY}…`\n{self.log()}"
        return line.removeprefix(READY)

    def _read_output(self, lines):
        # To the end, so that the server never waits for us; an end without a line is a line, too.
        for line in self._process.stdout:
            lines.put(line)
        lines.put("")

    def _remove(self):
        shutil.rmtree(self.data, ignore_errors=True)
        self._log.unlink(missing_ok=True)


def program():
    """The binary under test."""
    return os.environ["CLAVIGER_BIN"]


@contextmanager
def postgres_database():
    """A new database on the run's PostgreSQL server; gives its URL, drops it at the end."""
    server_url = os.environ["CLAVIGER_TEST_PG"]
    name = f"clients_{os.getpid()}_{secrets.token_hex(4)}"
    _psql(server_url, f"CREATE DATABASE {name}")
    try:
        yield f"{server_url.rsplit('/', 1)[0]}/{name}"
    finally:
        _psql(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _psql(server_url, statement):
    psql = Path(os.environ["CLAVIGER_PG_BIN"]) / "psql"
    command = [str(psql), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, server_url]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=COMMAND_S)


def iam_client(server, credentials):
    """Baidu's own client, pointed at our server. It must not hide our errors by trying again."""
    return IamClient(
        BceClientConfiguration(
            credentials=BceCredentials(credentials.access_key_id, credentials.secret_access_key),
            endpoint=server.url,
            retry_policy=NoRetryPolicy(),
        )
    )


def key_of(iam, root, user):
    """A new access key of a user of root's account."""
    key = iam.create_user_accesskey(in_path(user))
    return replace(root, access_key_id=key.id, secret_access_key=key.secret)


def in_path(name):
    """A name as the SDK wants it in a path: it adds the bytes as they are, so the caller encodes."""
    return quote(name, safe="").encode()


def call(iam, method, path, body=None, params=None):
    """A call that the SDK has no method for, sent and signed as the SDK does its own."""
    headers = {http_headers.CONTENT_TYPE: http_content_types.JSON}
    body = None if body is None else json.dumps(body)
    return iam._send_iam_request(method, path, headers=headers, body=body, params=params)


def acl(*entries):
    """A document with these entries, in the grammar of access-control lists."""
    return json.dumps({"accessControlList": list(entries)})


def entry(service, permission, resource, effect="Allow", **members):
    """An entry of such a document."""
    members = {"service": service, "region": "*", "effect": effect, **members}
    return members | {"permission": _listed(permission), "resource": _listed(resource)}


def _listed(value):
    return [value] if isinstance(value, str) else value


def everything(iam):
    """All that root sees of its account, to see that nothing changed. When keys were used is left out."""
    users, groups, roles = iam.list_user().users, iam.list_group().groups, iam.list_role().roles
    policies = [in_path(policy.name) for policy in iam.list_policy().policies]
    return (
        [vars(user) for user in users],
        [_of_user(iam, in_path(user.name)) for user in users],
        [vars(group) for group in groups],
        [_of_group(iam, in_path(group.name)) for group in groups],
        [vars(role) for role in roles],
        [iam.list_policies_from_role(in_path(role.name)).raw_data for role in roles],
        [iam.get_policy(policy, b"Custom").raw_data for policy in policies],
    )


def _of_user(iam, name):
    keys = [vars(key) | {"last_used_time": None} for key in iam.list_user_accesskey(name).access_keys]
    return keys, iam.get_user_login_profile(name).raw_data, iam.list_policies_from_user(name).raw_data


def _of_group(iam, name):
    return iam.list_group_user(name).raw_data, iam.list_policies_from_group(name).raw_data


def sign(credentials, method, url, headers, body):
    """The headers of a request, with an AWS Signature Version 4 for our own API over all of them and the body."""
    url, now = urlsplit(url), time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/any/claviger/aws4_request"
    headers = {**headers, "host": url.netloc, "x-amz-date": now}
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    signed = ";".join(sorted(headers))
    path, query = quote(url.path, safe="/-_.~"), _canonical_query(url.query)
    canonical = f"{method}\n{path}\n{query}\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"Credential={credentials.access_key_id}/{scope}"
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return headers | {
        "authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={signed}, Signature={signature}"
    }


def _canonical_query(query):
    """Each name and value encoded anew, in order; a plus is a plus."""
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    encoded = [tuple(quote(unquote(text), safe="-_.~") for text in pair) for pair in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def native(server_url, credentials, method, path, body=None):
    """What our own API answers to a signed request: an object, or nothing. A refusal is an `HTTPError`."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"} if data else {}
    headers = sign(credentials, method, server_url + path, headers, data)
    request = urllib.request.Request(server_url + path, data or None, headers, method=method)
    with urllib.request.urlopen(request, timeout=COMMAND_S) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def ask(server, credentials, question):
    """What `POST /authorize` answers. A refusal is an `HTTPError`."""
    return native(server.url, credentials, "POST", "/authorize", question)


def eventually(deadline_s, probe, wanted):
    """Asks again and again until the answer is the wanted one."""
    end = time.monotonic() + deadline_s
    while (found := probe()) != wanted:
        assert time.monotonic() < end, f"{found} instead of {wanted}, for {deadline_s} s"


@contextmanager
def refused(code, status, *saying):
    """Expects the block to be refused by the server with this code, this HTTP status and these words.

    The SDK wraps whatever goes wrong; a failure to connect comes with neither.
    """
    try:
        yield
    except BceHttpClientError as error:
        got = (error.code, error.status_code)
        assert got == (code, status), f"refused with {got} instead of {(code, status)}: {error.last_error}"
        assert all(words in str(error.last_error) for words in saying), f"{saying}: {error.last_error}"
        assert error.request_id, "a refusal carries the request id"
    else:
        raise AssertionError(f"not refused; {code} {status} expected")


def refusal(work):
    """The code and the HTTP status with which the server refuses `work`; `None` where it does not."""
    try:
        work()
    except BceHttpClientError as error:
        return error.code, error.status_code
    return None


def at_once(count, work):
    """Does `work` in as many threads that wait for each other at the start; gives what each of them gives."""
    start = threading.Barrier(count, timeout=START_S)

    def run(number):
        start.wait()
        return work(number)

    with ThreadPool(count) as pool:
        return pool.map(run, range(count), chunksize=1)
